/* How reports read: headline, excerpts, carets, JSON; and what hostile text does to them. */
#include "check_helper.h"
#include "failing_malloc.h"
#include "report/excerpt.h"
#include "report/report.h"
#include "sample_source.h"
#include "suites.h"

#include <stdio.h>
#include <string.h>

static void expect_text(ispy_report *report, const char *wanted) {
    const char *found = text_of_report(report);
    ck_assert_msg(strcmp(found, wanted) == 0, "wanted:\n%s\nfound:\n%s", wanted, found);
}

START_TEST(test_failing) {
    const char *contract = "title: Acme mail plugins\n"
                           "help: See docs/plugins.md\n"
                           "functions:\n"
                           "  - {name: register, arguments: [app, config]}\n"
                           "  - teardown\n"
                           "variables: [{name: X, value: 1}]\n";
    const char *source = "X = make()\n\n\n\n\n\n\n\n\n\n\n\ndef register(app): ...\ndef tear_down(): ...\n";
    expect_text(check_source(contract, source),
                "plugin.py breaks the contract 'Acme mail plugins' (sample.yml): 2 errors, 1 unprovable\n"
                "\n"
                "unprovable[ISPY503]: variable 'X' may have another value\n"
                " --> plugin.py:1:1\n"
                "  |\n"
                "1 | X = make()\n"
                "  | ^\n"
                "  = wanted: 1\n"
                "  = because: the value is computed when the module runs (dynamic-value)\n"
                " --> sample.yml:6:30\n"
                "  |\n"
                "6 | variables: [{name: X, value: 1}]\n"
                "  |                              ^\n"
                "\n"
                "error[ISPY305]: function 'register' has no parameter 'config'\n"
                "  --> plugin.py:13:5\n"
                "   |\n"
                "13 | def register(app): ...\n"
                "   |     ^^^^^^^^\n"
                "   = wanted: a parameter 'config' after 'app'\n"
                "   = found:  (app)\n"
                "  --> sample.yml:4:39\n"
                "   |\n"
                " 4 |   - {name: register, arguments: [app, config]}\n"
                "   |                                       ^^^^^^\n"
                "   = hint: add 'config' to the parameters of 'register'\n"
                "\n"
                "error[ISPY301]: function 'teardown' is missing\n"
                " --> plugin.py\n"
                " --> sample.yml:5:5\n"
                "  |\n"
                "5 |   - teardown\n"
                "  |     ^^^^^^^^\n"
                "  = hint: line 14 defines 'tear_down'\n"
                "\n"
                "help: See docs/plugins.md\n");
}
END_TEST

START_TEST(test_headlines) {
    expect_text(check_source("variables: [X]", "X = 1\n"), "plugin.py meets sample.yml\n");
    const char *text = text_of_report(check_source("variables: [X]", "#star\n"));
    ck_assert_ptr_nonnull(strstr(text, "plugin.py cannot be proved to meet sample.yml: 1 unprovable\n"));
    text = text_of_report(check_source("variables: [X]", ""));
    ck_assert_ptr_nonnull(strstr(text, "plugin.py breaks sample.yml: 1 error\n"));
    expect_text(check_source("when: {os: windows}\nvariables: [X]", ""),
                "plugin.py is not held against sample.yml: it does not apply here\n");
    ispy_module *module = sample_source(check_arena(), "X = 1\n");
    module->path = (ispy_str){NULL, 0, 0};
    expect_text(check_module("variables: [X]", module), "acme.plugin meets sample.yml\n");
    module->name = (ispy_str){NULL, 0, 0};
    expect_text(check_module("variables: [X]", module), "<module> meets sample.yml\n");
}
END_TEST

START_TEST(test_several) {
    const ispy_module *module = sample_source(check_arena(), "X = 1\n");
    ispy_report *reports[2] = {check_module("variables: [X]", module), check_module("variables: [Y]", module)};
    ispy_str text;
    ck_assert_int_eq(ispy_reports_text(&text, reports, 2), ISPY_OK);
    ck_assert_ptr_eq(strstr(text.data, "plugin.py meets sample.yml\n\nplugin.py breaks sample.yml: 1 error\n"),
                     text.data);
    ck_assert_int_eq(ispy_reports_json(&text, reports, 2), ISPY_OK);
    ck_assert_ptr_nonnull(strstr(text.data, "\"verdict\":\"fail\""));
    ck_assert_ptr_nonnull(strstr(text.data, "\"verdict\":\"pass\""));
}
END_TEST

START_TEST(test_json) {
    ispy_report *report = check_source("variables: [X]", "#star\n");
    ispy_str json;
    ck_assert_int_eq(ispy_reports_json(&json, &report, 1), ISPY_OK);
    ck_assert_str_eq(
        json.data,
        "{\"module\":\"acme.plugin\",\"path\":\"plugin.py\",\"verdict\":\"unprovable\",\"decision\":\"unprovable\","
        "\"contracts\":[{\"path\":\"sample.yml\",\"title\":null,\"help\":null,\"mode\":\"enforce\","
        "\"verdict\":\"unprovable\",\"decision\":\"unprovable\",\"applies\":true,\"findings\":[{\"code\":\"ISPY501\","
        "\"reason\":\"star-import\",\"anchor\":\"ispy501\",\"severity\":\"error\",\"verdict\":\"unprovable\","
        "\"subject\":\"X\",\"message\":\"variable 'X' may be missing\",\"wanted\":null,\"found\":null,\"hint\":null,"
        "\"at\":{\"line\":1,\"column\":1,\"length\":1},"
        "\"contract_at\":{\"path\":\"sample.yml\",\"line\":1,\"column\":13,\"length\":1}}],\"waived\":[]}]}");
    report = check_source("variables: [X]", "");
    ck_assert_int_eq(ispy_reports_json(&json, &report, 1), ISPY_OK);
    ck_assert_ptr_nonnull(strstr(json.data, "\"reason\":null"));
    ck_assert_ptr_nonnull(strstr(json.data, "\"at\":null"));
}
END_TEST

static void excerpt(ispy_text *out, ispy_str text, ispy_span at) {
    ispy_lines lines = {0};
    ispy_lines_of(&lines, text);
    ispy_excerpt_write(out, &lines, at, 1);
}

static void expect_excerpt(const char *line, uint32_t column, uint32_t length, const char *wanted) {
    ispy_text out = ISPY_TEXT_EMPTY;
    const ispy_span at = {1, column, length};
    excerpt(&out, ispy_str_of(line, strlen(line)), at);
    ck_assert(!out.failed);
    ck_assert_msg(strcmp(out.data != NULL ? out.data : "", wanted) == 0, "wanted:\n%s\nfound:\n%s", wanted, out.data);
    ispy_text_free(&out);
}

START_TEST(test_carets) {
    expect_excerpt("abc", 2, 2, "  |\n1 | abc\n  |  ^^\n");
    expect_excerpt("abc", 2, 0, "  |\n1 | abc\n  |  ^\n");
    expect_excerpt("abc", 4, 1, "  |\n1 | abc\n  |    ^\n");  /* just past the end */
    expect_excerpt("abc", 90, 9, "  |\n1 | abc\n  |    ^\n"); /* far past it */
    expect_excerpt("abc", 0, 0, "  |\n1 | abc\n  | ^\n");     /* no column */
    expect_excerpt("abc", 2, UINT32_MAX, "  |\n1 | abc\n  |  ^^\n");
    expect_excerpt("abc", UINT32_MAX, UINT32_MAX, "  |\n1 | abc\n  |    ^\n");
    expect_excerpt("\tabc", 2, 1, "  |\n1 | \tabc\n  | \t^\n");
    expect_excerpt("日本 x", 4, 1, "  |\n1 | 日本 x\n  |      ^\n"); /* wide characters take two columns */
    expect_excerpt("日本 x", 1, 2, "  |\n1 | 日本 x\n  | ^^^^\n");
    expect_excerpt("e\xCC\x81x", 3, 1, "  |\n1 | e\xCC\x81x\n  |  ^\n"); /* a combining accent takes none */
    expect_excerpt("\n", 1, 1, "  |\n1 |\n  | ^\n");
    expect_excerpt("", 1, 1, "");
    ispy_text out = ISPY_TEXT_EMPTY;
    excerpt(&out, ispy_str_of("one\n", 4), (ispy_span){2, 1, 1});
    ck_assert_uint_eq(out.length, 0);
    excerpt(&out, (ispy_str){NULL, 0, 0}, (ispy_span){1, 1, 1});
    ck_assert_uint_eq(out.length, 0);
}
END_TEST

/* Lines are found whatever the order in which they are asked for, and whatever ends them. */
START_TEST(test_lines_in_any_order) {
    static const uint32_t order[] = {3, 1, 4, 4, 2, 5, 3, 0, 1};
    const char *text = "l1\nl2\r\nl3\rl4\n";
    ispy_lines lines = {0};
    ispy_lines_of(&lines, ispy_str_of(text, strlen(text)));
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        ispy_text out = ISPY_TEXT_EMPTY;
        char wanted[32];
        ispy_excerpt_write(&out, &lines, (ispy_span){order[i], 1, 1}, 1);
        snprintf(wanted, sizeof wanted, "%u | l%u\n", order[i], order[i]);
        bool exists = order[i] > 0 && order[i] < 5;
        ck_assert_int_eq(out.length > 0, exists);
        ck_assert(!exists || strstr(out.data, wanted) != NULL);
        ispy_text_free(&out);
    }
}
END_TEST

START_TEST(test_long_lines) {
    char line[1001];
    memset(line, 'x', 1000);
    line[1000] = '\0';
    memcpy(line + 500, "HERE", 4);
    ispy_text out = ISPY_TEXT_EMPTY;
    excerpt(&out, ispy_str_of(line, 1000), (ispy_span){1, 501, 4});
    char *here = strstr(out.data, "HERE");
    char *carets = strstr(out.data, "^^^^\n");
    ck_assert_ptr_nonnull(here);
    ck_assert_ptr_nonnull(carets);
    char *first = strstr(out.data, "1 | ...");
    char *second = strrchr(out.data, '|');
    ck_assert_ptr_nonnull(first);
    ck_assert_int_eq(here - (first + 2), carets - second);
    ck_assert_uint_lt(out.length, 260);
    ispy_text_free(&out);
    /* a span longer than the window: carets end where the excerpt does */
    excerpt(&out, ispy_str_of(line, 1000), (ispy_span){1, 1, 1000});
    ck_assert_uint_lt(out.length, 260);
    ispy_text_free(&out);
}
END_TEST

START_TEST(test_hostile_text) {
    ispy_text out = ISPY_TEXT_EMPTY;
    const char hostile[] = "a\x1b[31m\n\t\x07\x7f\xC2\x9B\xE2\x80\xAE\xFFz\0end";
    ispy_text_clean(&out, hostile, sizeof hostile - 1, false);
    ck_assert_str_eq(out.data, "a\\x1b[31m\\n\\t\\x07\\x7f\\x9b\\u202e\xEF\xBF\xBDz\\x00"
                               "end");
    ispy_text_free(&out);
    ispy_text_clean(&out, "a\tb\x1b", 4, true);
    ck_assert_str_eq(out.data, "a\tb\xEF\xBF\xBD");
    ispy_text_free(&out);
    ispy_module *module = sample_source(check_arena(), "");
    module->path = ispy_str_literal("evil\x1b[2J\nplugin.py");
    module->name = ispy_str_of("a\xFF"
                               "b",
                               3);
    ispy_report *report = check_module("title: \"T\\ex\"\nvariables: [X]", module);
    ck_assert_ptr_null(strchr(text_of_report(report), '\x1b'));
    ispy_str json;
    ck_assert_int_eq(ispy_reports_json(&json, &report, 1), ISPY_OK);
    ck_assert_ptr_null(strchr(json.data, '\x1b'));
    ck_assert_ptr_null(strchr(json.data, '\xFF'));
}
END_TEST

static ispy_log_entry entry_of(ispy_report *const *reports, size_t count) {
    return (ispy_log_entry){
        .time = "2027-01-31T12:00:00.000000Z",
        .process = 4294967296,
        .module = ispy_str_literal("acme.plugin"),
        .way = "finder",
        .bound = true,
        .verdict = ISPY_FAIL,
        .outcome = "denied",
        .mode = ISPY_MODE_ENFORCE,
        .microseconds = 12,
        .reports = reports,
        .count = count,
    };
}

START_TEST(test_log_line) {
    ispy_report *reports[2] = {check_source("variables: [X]", ""),
                               check_source("variables: [{name: Y, value: 2}]", "Y = 3\n")};
    ispy_log_entry entry = entry_of(reports, 2);
    ispy_str line;
    ck_assert_int_eq(ispy_log_line(&line, &entry, check_arena()), ISPY_OK);
    ck_assert_str_eq(
        line.data,
        "{\"time\":\"2027-01-31T12:00:00.000000Z\",\"pid\":4294967296,\"module\":\"acme.plugin\",\"path\":null,"
        "\"way\":\"finder\",\"bound\":true,\"verdict\":\"fail\",\"outcome\":\"denied\",\"mode\":\"enforce\","
        "\"contracts\":[\"sample.yml\",\"sample.yml\"],\"findings\":["
        "{\"code\":\"ISPY501\",\"severity\":\"error\",\"verdict\":\"fail\",\"line\":null,\"column\":null},"
        "{\"code\":\"ISPY503\",\"severity\":\"error\",\"verdict\":\"fail\",\"line\":1,\"column\":1}],"
        "\"left_out\":0,\"microseconds\":12}\n");
}
END_TEST

/* Plain ASCII and one line, whatever the names hold; no NUL byte, no stray byte. */
START_TEST(test_log_line_of_hostile_names) {
    ispy_report *report = check_source("variables: [X]", "X = 1\n");
    ispy_log_entry entry = entry_of(&report, 1);
    entry.module = ispy_str_of("a\n\x1b\x7f\xFF\0\xE2\x80\xA8\xF0\x9F\x98\x80\"\\", 15);
    entry.path = ispy_str_literal("\xC3\xA9");
    ispy_str line;
    ck_assert_int_eq(ispy_log_line(&line, &entry, check_arena()), ISPY_OK);
    ck_assert_uint_eq(strlen(line.data), line.length);
    for (uint32_t i = 0; i + 1 < line.length; i++) {
        ck_assert(line.data[i] >= ' ' && line.data[i] < 0x7F);
    }
    ck_assert_ptr_nonnull(strstr(line.data, "\"path\":\"\\u00e9\""));
    ck_assert_ptr_nonnull(strstr(line.data, "\\ud83d\\ude00"));
}
END_TEST

START_TEST(test_log_line_without_memory) {
    ispy_report *report = check_source("variables: [X]", "");
    ispy_log_entry entry = entry_of(&report, 1);
    bool failed = true;
    for (size_t successes = 0; failed; successes++) {
        ispy_arena *arena = ispy_arena_new();
        ispy_str line;
        ck_assert_ptr_nonnull(arena);
        allocation_failures_begin(successes);
        int status = ispy_log_line(&line, &entry, arena);
        failed = allocation_failures_end();
        ck_assert_int_eq(status, failed ? ISPY_ENOMEM : ISPY_OK);
        ispy_arena_free(arena);
    }
}
END_TEST

/* However large the module, a finding stays readable. */
START_TEST(test_huge) {
    static char source[40000];
    size_t length = (size_t)snprintf(source, sizeof source, "def f(p0");
    for (int i = 1; i < 3000; i++) {
        length += (size_t)snprintf(source + length, sizeof source - length, ", p%d", i);
    }
    snprintf(source + length, sizeof source - length, "): ...\n");
    const ispy_finding *finding =
        finding_of(check_source("functions: [{name: f, arguments: [config]}]", source), "ISPY305");
    ck_assert_uint_lt(finding->found.length, 400);
    ck_assert_str_eq(finding->found.data + finding->found.length - 3, "...");
    memset(source, 'x', 20000);
    snprintf(source + 20000, 100, " = 2\n");
    static char contract[21000];
    snprintf(contract, sizeof contract, "variables: [{name: %.*s, value: 1}]", 20000, source);
    ispy_report *report = check_source(contract, source);
    ck_assert_uint_lt(finding_of(report, "ISPY503")->message.length, 400);
    ck_assert_uint_lt(strlen(text_of_report(report)), 2000);
}
END_TEST

Suite *report_suite(void) {
    Suite *suite = suite_create("report");
    TCase *tests = tcase_create("report");
    tcase_add_checked_fixture(tests, check_setup, check_teardown);
    tcase_add_test(tests, test_failing);
    tcase_add_test(tests, test_headlines);
    tcase_add_test(tests, test_several);
    tcase_add_test(tests, test_json);
    tcase_add_test(tests, test_carets);
    tcase_add_test(tests, test_lines_in_any_order);
    tcase_add_test(tests, test_long_lines);
    tcase_add_test(tests, test_hostile_text);
    tcase_add_test(tests, test_log_line);
    tcase_add_test(tests, test_log_line_of_hostile_names);
    tcase_add_test(tests, test_log_line_without_memory);
    tcase_add_test(tests, test_huge);
    suite_add_tcase(suite, tests);
    return suite;
}
