/* severity and waive: what follows from a finding, alone and inside groups, and what is said of waivers. */
#include "check_helper.h"
#include "sample_source.h"
#include "suites.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"

#define M "acme.plugin"

enum { DAY = 20543 }; /* 2026-03-31 */

#define WAIVE(rest) "waive: [{rule: ISPY501, module: " M ", reason: ticket, until: 2026-03-31" rest "}]\n"

static ispy_report *check_today(const char *contract, const char *source) {
    check_context()->day = DAY;
    return check_source(contract, source);
}

static void expect_verdict(const char *contract, const char *source, ispy_verdict verdict, const char *summary) {
    ispy_report *report = check_today(contract, source);
    expect_report(report, summary);
    ck_assert_msg(ispy_report_verdict(report) == verdict, "%s", contract);
}

START_TEST(test_severity) {
    expect_verdict("severity: {ISPY501: warn}\nvariables: [X]", "", ISPY_PASS, "501 X");
    expect_verdict("severity: {ISPY501: info}\nvariables: [X]", "#star\n", ISPY_PASS, "501? X (star-import)");
    expect_verdict("severity: {ISPY501: off}\nvariables: [X]\nfunctions: [f]", "", ISPY_FAIL, "301 f");
    expect_verdict("severity: {ISPY501: }\nvariables: [X]", "", ISPY_FAIL, "501 X");
    ispy_report *report = check_today("severity: {ISPY501: info, ISPY301: WARN}\nvariables: [X]\nfunctions: [f]", "");
    ck_assert_int_eq(finding_of(report, "ISPY501")->severity, ISPY_SEVERITY_INFO);
    ck_assert_int_eq(finding_of(report, "ISPY301")->severity, ISPY_SEVERITY_WARN);
    ck_assert_ptr_nonnull(strstr(text_of_report(report), "meets sample.yml: 1 warning, 1 note\n"));
    /* of a class that is no class nothing more is asked, whatever becomes of that */
    expect_verdict("severity: {ISPY403: off, ISPY404: off}\nclasses: [{name: C, methods: [a], superclasses: [B]}]",
                   "C = 1\n", ISPY_PASS, "");
}
END_TEST

/* Two definitions that break different rules: what one of them breaks must not hide behind a warning of the other. */
START_TEST(test_candidates) {
    const char *contract = "severity: {ISPY503: warn}\nvariables: [{name: X, value: 1, annotation: int}]";
    expect_verdict(contract, "#if\nX = 2\n#else\nX: str = 1\n#end\n", ISPY_UNPROVABLE,
                   "503? X (conditional); 504? X (conditional)");
    expect_verdict(contract, "#if\nX: str = 1\n#else\nX = 2\n#end\n", ISPY_UNPROVABLE,
                   "504? X (conditional); 503? X (conditional)");
    expect_verdict(contract, "#if\nX = 2\n#else\nX = 3\n#end\n", ISPY_PASS, "503 X");
    expect_verdict("severity: {ISPY503: off}\nvariables: [{name: X, value: 1, annotation: int}]",
                   "#if\nX = 2\n#else\nX: str = 1\n#end\n", ISPY_UNPROVABLE, "504? X (conditional)");
}
END_TEST

START_TEST(test_groups) {
    /* an alternative that only warns holds; one without a word is better */
    expect_verdict("severity: {ISPY501: warn}\nany_of: [{variables: [X]}, {functions: [f]}]", "", ISPY_PASS, "501 X");
    expect_verdict("severity: {ISPY501: warn}\nany_of: [{variables: [X]}, {functions: [f]}]", "def f(): ...\n",
                   ISPY_PASS, "");
    /* what any_of comes to decides for what led to it */
    expect_verdict("severity: {ISPY204: warn}\nany_of: [{variables: [X]}]", "", ISPY_PASS, "204 " M "; 501 X");
    expect_verdict("severity: {ISPY204: off}\nany_of: [{variables: [X]}]", "", ISPY_PASS, "");
    expect_verdict("severity: {ISPY110: warn}\ndeployments: [{arch: aarch64}]", "", ISPY_PASS, "110 " M "; 101 " M);
    /* a machine that need not fit still has its modules looked at */
    const char *deployment = "severity: {ISPY103: warn}\n"
                             "deployments: [{systems: [{pythons: [{version: 3.9, modules: [{functions: [f]}]}]}]}]";
    expect_verdict(deployment, "", ISPY_FAIL, "103 " M "; 301 f");
    expect_verdict(deployment, "def f(): ...\n", ISPY_PASS, "103 " M);
    /* inside `not` it is the truth that counts */
    expect_verdict("severity: {ISPY501: off}\nnot: {variables: [X]}", "", ISPY_PASS, "");
    expect_verdict("severity: {ISPY501: off}\nnot: {variables: [X]}", "X = 1\n", ISPY_FAIL, "205 " M);
    expect_verdict("severity: {ISPY501: warn}\nnot: {not: {variables: [X]}}", "", ISPY_FAIL, "205 " M);
    expect_verdict("severity: {ISPY205: info}\nnot: {variables: [X]}", "X = 1\n", ISPY_PASS, "205 " M);
}
END_TEST

START_TEST(test_waivers) {
    ispy_report *report = check_today(WAIVE("") "variables: [X, Y]\nfunctions: [f]", "");
    expect_report(report, "501 X; 501 Y; 301 f");
    const ispy_finding *finding = finding_of(report, "ISPY501");
    ck_assert_str_eq(finding->waived->reason.data, "ticket");
    ck_assert_str_eq(finding->waived->until.data, "2026-03-31");
    ck_assert_ptr_null(finding->waived->owner.data);
    ck_assert_int_eq(finding->severity, ISPY_SEVERITY_OFF);
    const char *text = text_of_report(report);
    ck_assert_ptr_nonnull(strstr(text, "1 error, 2 waived\n"));
    ck_assert_ptr_nonnull(strstr(text, "\nwaived[ISPY501]: variable 'X' is missing; until 2026-03-31: ticket\n"));
    ck_assert_ptr_null(strstr(text, "error[ISPY501]"));
    ispy_str json;
    ck_assert_int_eq(ispy_reports_json(&json, &report, 1), ISPY_OK);
    ck_assert_ptr_nonnull(strstr(json.data, "\"waived\":{\"reason\":\"ticket\",\"owner\":null"));
    expect_verdict(WAIVE("") "variables: [X]", "", ISPY_PASS, "501 X");
    expect_verdict(WAIVE("") "variables: [X]", "#star\n", ISPY_PASS, "501? X (star-import)");
    expect_verdict(WAIVE(", subject: X") "variables: [X, Y]", "", ISPY_FAIL, "501 X; 501 Y");
    expect_verdict(WAIVE("") "any_of: [{variables: [X]}, {functions: [f]}]", "", ISPY_PASS, "501 X");
    expect_verdict("waive: [{rule: ISPY407, module: acme.*, subject: 'P.r*', reason: t, until: 2026-03-31}]\n"
                   "classes: [{name: P, methods: [run, stop]}]",
                   "class P: ...\n", ISPY_FAIL, "407 P.run; 407 P.stop");
}
END_TEST

START_TEST(test_whole_is_waived) {
    ispy_report *report = check_today("waive: [{rule: ISPY204, module: '**', reason: t, until: 2026-03-31}]\n"
                                      "any_of: [{variables: [X]}]",
                                      "");
    ck_assert_int_eq(ispy_report_verdict(report), ISPY_PASS);
    ck_assert_ptr_nonnull(finding_of(report, "ISPY501")->waived);
}
END_TEST

/* The last day is one on which it holds; nobody knows the day: none holds. */
START_TEST(test_days) {
    const char *contract = WAIVE("") "variables: [X]";
    check_context()->day = DAY;
    expect(contract, "", "501 X");
    check_context()->day = DAY + 1;
    expect(contract, "", "501 X; 206 " M);
    ck_assert_ptr_null(finding_of(check_source(contract, ""), "ISPY501")->waived);
    ck_assert_int_eq(finding_of(check_source(contract, "X = 1\n"), "ISPY206")->severity, ISPY_SEVERITY_WARN);
    check_context()->day = 0;
    expect(contract, "", "501 X; 206 " M);
    check_context()->day = -1;
    expect(contract, "", "501 X; 206 " M);
}
END_TEST

START_TEST(test_useless) {
    expect_verdict(WAIVE("") "variables: [X]", "X = 1\n", ISPY_PASS, "207 " M);
    expect_verdict("waive: [{rule: ISPY501, module: acme.*, reason: t, until: 2026-03-31}]\nvariables: [X]", "X = 1\n",
                   ISPY_PASS, "");
    expect_verdict("waive: [{rule: ISPY501, module: acme.other, reason: t, until: 2026-03-31}]\nvariables: [X]", "",
                   ISPY_FAIL, "501 X");
    expect_verdict("severity: {ISPY207: off}\n" WAIVE("") "variables: [X]", "X = 1\n", ISPY_PASS, "");
    expect_verdict("severity: {ISPY207: error}\n" WAIVE("") "variables: [X]", "X = 1\n", ISPY_FAIL, "207 " M);
    expect_verdict("when: {os: windows}\n" WAIVE("") "variables: [X]", "X = 1\n", ISPY_PASS, "");
    /* nothing inside `not` is a finding */
    expect_verdict(WAIVE("") "not: {variables: [X]}", "", ISPY_PASS, "207 " M);
}
END_TEST

/* It was of use before the module ran; and one that is of use only then is no worse. */
START_TEST(test_second_look) {
    check_context()->day = DAY;
    const char *open = WAIVE(", subject: X") "variables: [X, Y]";
    expect_report(check_again(check_source(open, "#star\n"), live_source("X = 1\nY = 1\n")), "");
    expect_report(check_again(check_source(open, "#star\n"), live_source("Y = 1\n")), "501 X");
    ispy_report *report = check_again(check_source(open, "#star\n"), live_source("Y = 1\n"));
    ck_assert_int_eq(ispy_report_verdict(report), ISPY_PASS);
    const char *late = "waive: [{rule: ISPY503, module: " M ", reason: t, until: 2026-03-31}]\n"
                       "variables: [{name: X, value: 1}, Y]";
    report = check_source(late, "#star\n");
    expect_report(report, "501? X (star-import); 501? Y (star-import); 207 " M);
    expect_report(check_again(report, live_source("X = 2\nY = 1\n")), "503 X");
}
END_TEST

START_TEST(test_dates) {
    int32_t day;
    ck_assert(ispy_date_parse(&day, ispy_str_literal("1970-01-01")) && day == 0);
    ck_assert(ispy_date_parse(&day, ispy_str_literal("2026-03-31")) && day == DAY);
    ck_assert(ispy_date_parse(&day, ispy_str_literal("2000-02-29")) && day == 11016);
    ck_assert(ispy_date_parse(&day, ispy_str_literal("9999-12-31")) && day == 2932896);
    static const char *const none[] = {"2026-02-29", "2100-02-29", "2026-13-01", "2026-00-01", "2026-01-00",
                                       "2026-04-31", "1969-12-31", "2026-1-1",   "20260101",   "2026-01-01x",
                                       "2026/01/01", "",           "today",      "2026-01-0x"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        ck_assert_msg(!ispy_date_parse(&day, ispy_str_literal(none[i])), "%s", none[i]);
    }
}
END_TEST

Suite *policy_suite(void) {
    Suite *suite = suite_create("policy");
    TCase *tests = tcase_create("policy");
    tcase_add_checked_fixture(tests, check_setup, check_teardown);
    tcase_add_test(tests, test_severity);
    tcase_add_test(tests, test_candidates);
    tcase_add_test(tests, test_groups);
    tcase_add_test(tests, test_waivers);
    tcase_add_test(tests, test_whole_is_waived);
    tcase_add_test(tests, test_days);
    tcase_add_test(tests, test_useless);
    tcase_add_test(tests, test_second_look);
    tcase_add_test(tests, test_dates);
    suite_add_tcase(suite, tests);
    return suite;
}
