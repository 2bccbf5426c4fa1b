/* What is odd about contracts: for each rule contracts that it speaks of, and near ones that it does not. */
#include "suites.h"

#include "failing_malloc.h"
#include "sample_contract.h"
#include "sample_stub.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAY = 20543 }; /* 2026-03-31 */

static char told[4096];
static size_t used;

/* "952 2:5; 951 3:1" */
static void tell(const ispy_error *problem, void *user) {
    (void)user;
    bool is_syntax = strcmp(problem->code, "ISPY902") == 0; /* its place may be the end of the file */
    ck_assert_msg(problem->message[0] != '\0' && (is_syntax || problem->excerpt[0] != '\0'), "%s", problem->code);
    ck_assert_msg(strcmp(problem->code, "ISPY949") <= 0 || problem->hint[0] != '\0', "%s: no mend", problem->message);
    used += (size_t)snprintf(told + used, sizeof told - used, "%s%s %u:%u", used == 0 ? "" : "; ", problem->code + 4,
                             problem->at.line, problem->at.column);
}

static void ignore(const ispy_error *problem, void *user) {
    (void)problem;
    (void)user;
}

/* Loads as a linter does, and says what was told on the way and afterwards. */
static int lint(const char *text) {
    const ispy_load_options options = {.parse_stub = sample_stub_parse, .report = tell};
    ispy_contract_set *set = NULL;
    ispy_error error = {0};
    used = 0;
    told[0] = '\0';
    int status = ispy_contract_set_parse(&set, "sample.yml", text, strlen(text), &options, &error);
    if (status == ISPY_OK) {
        status = ispy_contract_lint(set, DAY, tell, NULL);
    }
    ispy_contract_set_free(set);
    return status;
}

typedef struct row {
    const char *contract;
    const char *expected;
} row;

static void check_rows(const row *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        ck_assert_int_eq(lint(rows[i].contract), ISPY_OK);
        ck_assert_msg(strcmp(told, rows[i].expected) == 0, "%s\nfound:    %s\nexpected: %s", rows[i].contract, told,
                      rows[i].expected);
    }
}

#define CHECK(rows) check_rows(rows, sizeof(rows) / sizeof *(rows))

#define V(rest) "{name: X" rest "}"
#define F(rest) "{name: f" rest "}"

START_TEST(test_errors_all_at_once) {
    static const row rows[] = {
        {"functons: [f]\nmode: lou\nfunctions: [1a, g, '2b']\n", "908 1:1; 909 2:7; 910 3:15; 910 3:23"},
        {"classes: [{methods: [{name: 1}], nmae: C}]\n", "909 1:29; 908 1:34"},
        {"functions: 5\n---\nvariables: 6\n---\nfunctions: [f, f]\n", "907 1:12; 907 3:12; 951 5:16"},
        {"a: [\n", "902 2:1"},
        {"variables: [{name: a, value: 1, presence: forbidden}]\nfunctions: [{}]\n", "913 1:20; 907 2:13"},
    };
    CHECK(rows);
}
END_TEST

START_TEST(test_old_forms) {
    static const row rows[] = {
        {"variables: {A: 1}\n", "950 1:12"},
        {"variables: [{name: A, value: 1}]\n", ""},
        {"deployments: [{systems: [{os: linux, envs: {A: b}}]}]\n", "950 1:38"},
        {"deployments: [{systems: [{os: linux, environment: {variables: {A: b}}}]}]\n", "950 1:63"},
        {"deployments: [{systems: [{os: linux, environment: {variables: [A]}}]}]\n", ""},
    };
    CHECK(rows);
}
END_TEST

START_TEST(test_duplicates) {
    static const row rows[] = {
        {"functions: [f, g, f]\n", "951 1:19"},
        {"variables: [" V(", value: 1") ", " V(", value: 1.0") "]\n", "951 1:41"},
        {"classes: [C, {name: C}]\n", "951 1:21"},
        {"classes: [{name: C, methods: [a, a], attributes: [x, x], superclasses: [B, B]}]\n",
         "951 1:54; 951 1:34; 951 1:76"},
        {"functions: [" F(", call: '(a)'") ", " F(", call: '(a, b)'") "]\n", ""},
        {"functions: [" F(", decorators: [a, b]") ", " F(", decorators: [b, a]") "]\n", "951 1:51"},
        {"functions: [{name: 'a*', at_least: 1}, {name: 'a*'}]\n", "951 1:47"},
        {"classes: [{name: 'A*', subclass_of: B}, {name: 'A*', subclass_of: B}]\n", "951 1:48"},
        {"classes: [{name: 'A*', subclass_of: B}, {name: 'A*', subclass_of: C}, {name: 'A*'}]\n", ""},
        {"classes: [{name: C, attributes: [{name: x, type: class}, {name: x, type: instance}]}]\n", ""},
        {"functions: [f]\nall_of: [{functions: [f]}]\n", "951 2:23"},
        {"functions: [f]\nall_of: [{when: {os: linux}, functions: [f]}]\n", "951 2:42"},
        {"all_of: [{when: {os: linux}, functions: [f]}, {functions: [f]}]\n", ""},
        {"deployments: [{arch: x86_64}, {arch: amd64}]\n", "951 1:31"},
        {"deployments: [{systems: [{os: linux}, {os: linux}]}]\n", "951 1:39"},
        {"deployments: [{systems: [{os: linux, environment: {variables: [A, A]}}]}]\n", "951 1:67"},
        {"deployments: [{systems: [{os: linux, environment: {variables: [A], secrets: [A]}}]}]\n", ""},
        {"deployments: [{systems: [{pythons: [{version: 3.11}, {version: 3.11}, {version: 3.12}]}]}]\n", "951 1:54"},
    };
    CHECK(rows);
}
END_TEST

START_TEST(test_contradictions) {
    static const row rows[] = {
        {"variables: [" V(", value: 1") ", " V(", value: 2") "]\n", "952 1:41"},
        {"variables: [" V(", value: 1") ", " V(", value: 2, presence: optional") "]\n", "952 1:41"},
        {"variables: [" V(", value: 1, presence: optional") ", " V(", value: 2, presence: optional") "]\n", ""},
        {"variables: [" V(", annotation: int") ", " V(", annotation: str") "]\n", "952 1:48"},
        {"variables: [" V(", annotation: Job") ", " V(", annotation: Task") "]\n", ""},
        {"functions: [f]\nall_of: [{functions: [{name: f, presence: forbidden}]}]\n", "952 2:30"},
        {"functions: [f]\nany_of: [{functions: [{name: f, presence: forbidden}]}, {functions: [g]}]\n", "952 2:30"},
        {"functions: [" F(", async: true") ", " F(", async: false") "]\n", "952 1:44"},
        {"functions: [" F(", arguments: [a, b]") ", " F(", arguments: [b, a]") "]\n", "952 1:50"},
        {"functions: [" F(", arguments: [a, b]") ", " F(", arguments: [b, c]") "]\n", ""},
        {"functions: [" F(", arguments: [{name: a, kind: keyword_only}]") ", " F(
             ", arguments: [{name: a, kind: positional_only}]") "]\n",
         "952 1:75"},
        {"functions: [" F(", arguments: [{name: a, default: absent}]") ", " F(
             ", arguments: [{name: a, value: 1}]") "]\n",
         "952 1:72"},
        {"functions: [" F(", arguments: [a]") ", " F(", arguments: [{name: a, presence: forbidden}]") "]\n",
         "952 1:47"},
        {"functions: [" F(", arguments: [{name: a, kind: var_keyword}]") ", " F(
             ", arguments: [{name: a, kind: keyword_only}]") "]\n",
         ""},
        {"classes: [{name: C, superclasses: [B, {name: B, presence: forbidden}]}]\n", "952 1:46"},
        {"functions: [" F(", async: true") ", " F(", async: awaitable") "]\n", ""},
        {"functions: [" F(", generator: true") ", " F(", generator: false") "]\n", "952 1:48"},
        {"functions: [" F(", decorators: [a, b]") ", " F(", decorators: [{name: b, presence: forbidden}]") "]\n",
         "952 1:51"},
        {"functions: [{name: 'a*', at_least: 2}]\nall_of: [{functions: [{name: 'a*', at_most: 1}]}]\n", "952 2:30"},
        {"functions: [{name: 'a*', async: true}]\nall_of: [{functions: [{name: 'a*', async: false}]}]\n", "952 2:30"},
        {"functions: [{name: 'a*', at_least: 0, async: true}, {name: 'a*', at_most: 4, async: false}]\n", ""},
        {"functions: [{name: 'a*', async: true}]\nall_of: [{functions: [{name: 'b*', async: false}]}]\n", ""},
        {"classes: [{name: C}]\nall_of: [{classes: [{name: C, subclass_of: B, at_most: 0}]}]\n", ""},
        {"classes: [{name: C, subclass_of: B}, {name: C, subclass_of: B, at_most: 0}]\n", "952 1:45"},
        {"classes: [{subclass_of: A}, {subclass_of: B, at_most: 0}]\n", ""},
        {"functions: [" F(", arguments: [{name: a, value: 1}]") ", " F(", arguments: [{name: a, value: 2}]") "]\n",
         "952 1:65"},
        {"classes: [{name: C, methods: [{name: m, kind: static}]}, {name: C, methods: [{name: m, kind: class}]}]\n",
         "952 1:85"},
        {"classes: [{name: C, methods: [m], any_of: [{methods: [{name: m, presence: forbidden}]}, {methods: [n]}]}]\n",
         "952 1:62"},
        {"functions: [f, g]\nnot: {functions: [f]}\n", "952 2:6"},
        {"functions: [f]\nnot: {functions: [f, g]}\n", ""},
        {"version: '>=2,<2'\n", "952 1:10"},
        {"version: '>=2,<3'\nall_of: [{version: '<2'}]\n", "952 2:20"},
        {"version: '>=2,<2.0.1'\n", ""},
        {"version: '>1.4,<1.4.1'\n", ""},
        {"version: '!=1.4.*,>=1.4,<1.5'\n", "952 1:10"},
        {"version: '!=1.4.*,>=1.4,<1.6'\n", ""},
        {"version: '~=1.4.2,<1.4'\n", "952 1:10"},
        {"version: '>=1.0a1,<1.0'\n", ""},
        {"deployments: [{systems: [{os: linux, environment: {variables: [{name: A, value: 1}, {name: A, value: "
         "2}]}}]}]\n",
         "952 1:92"},
        {"functions: [f]\ndeployments: [{systems: [{pythons: [{modules: [{functions: [{name: f, presence: "
         "forbidden}]}]}]}]}]\n",
         "952 2:68"},
        {"filename: a.py\ndeployments: [{systems: [{pythons: [{modules: [{filename: b.py}]}]}]}]\n", "952 2:59"},
        {"filename: a.py\ndeployments: [{systems: [{pythons: [{modules: [{filename: a.py}]}]}]}]\n", ""},
    };
    CHECK(rows);
}
END_TEST

START_TEST(test_own_base) {
    static const row rows[] = {
        {"classes: [{name: C, superclasses: [C]}]\n", "953 1:36"},
        {"classes: [{name: C, superclasses: [acme.api.C, D]}]\n", ""},
    };
    CHECK(rows);
}
END_TEST

START_TEST(test_patterns) {
    static const row rows[] = {
        {"modules: ['acme.a.*', 'acme.b', '!acme.**']\n", "954 1:11; 954 1:23"},
        {"modules: ['acme.*', '!acme._*']\n", ""},
        {"modules: ['acme.*', '!other.*']\n", "955 1:21"},
        {"modules: ['acme.*', 'acme.mail']\n", "955 1:21"},
        {"modules: ['acme.mail', 'acme.mail']\n", "951 1:24"},
        {"modules: ['acme.**', '!acme.x.*', '!acme.x.**']\n", "955 1:22"},
        {"files: ['a/*.py', 'b/*.py', '!a/**']\n", "954 1:9"},
        {"files: ['a/**/*.py', '!a/test_*.py']\n", ""},
        {"modules: [acme.mail.py]\n", "956 1:11"},
        {"modules: [acme.__init__, acme.happy]\n", "956 1:11"},
        {"modules: ['acme.*', '!acme.__init__']\n", ""},
        {"filename: '*.py'\n", "956 1:11"},
        {"filename: mail.py\nfiles: 'plugins/*.py'\n", ""},
        {"filename: mail.py\nfiles: 'plugins/*.txt'\n", "954 1:11"},
        {"filename: mail.py\nfiles: 'plugins/*.txt'\nmodules: a\n", ""},
    };
    CHECK(rows);
}
END_TEST

START_TEST(test_conditions) {
    static const row rows[] = {
        {"when: {os: linux}\nall_of: [{when: {os: windows}, functions: [f]}]\n", "957 2:22"},
        {"when: {os: [linux, windows]}\nall_of: [{when: {os: windows}, functions: [f]}]\n", ""},
        {"when: {os: macos}\nall_of: [{when: {os: darwin}, functions: [f]}]\n", ""},
        {"when: {python: '>=3.12,<3.10'}\nfunctions: [f]\n", "957 1:16"},
        {"when: {python: 3.11}\nall_of: [{when: {python: '>=3.12'}, functions: [f]}]\n", "957 2:26"},
        {"when: {python: 3.11}\nall_of: [{when: {python: '>=3.11.4'}, functions: [f]}]\n", ""},
        {"classes: [{name: C, when: {arch: arm64, os: linux}, all_of: [{when: {arch: i386}, methods: [m]}]}]\n",
         "957 1:76"},
        {"deployments: [{systems: [{pythons: [{version: '<3,>4'}]}]}]\n", "957 1:47"},
        {"when: {python: '>=3.12'}\ndeployments: [{systems: [{pythons: [{version: 3.11}]}]}]\n", "957 2:47"},
    };
    CHECK(rows);
}
END_TEST

START_TEST(test_groups) {
    static const row rows[] = {
        {"any_of: [{functions: [f]}]\n", "958 1:9"},
        {"any_of: [{functions: [f], when: {os: linux}}]\n", ""},
        {"any_of: [{functions: [f]}, {functions: [f, g]}]\n", "958 1:28"},
        {"any_of: [{functions: [f, g]}, {functions: [f]}]\n", "958 1:10"},
        {"any_of: [{functions: [f]}, {functions: [f]}]\n", "951 1:28"},
        {"any_of: [{functions: [f]}, {variables: [f]}]\n", ""},
        {"any_of: [{functions: [f]}, {functions: [f, g], version: 1}]\n", ""},
        {"functions: [f]\nany_of: [{functions: [f]}, {functions: [g]}]\n", "958 2:10; 951 2:23"},
        {"functions: [{name: f, presence: forbidden}]\nnot: {functions: [f, g]}\n", "958 2:6"},
        {"not: {functions: [f]}\n", ""},
        {"classes: [{name: C, any_of: [{methods: [m]}, {methods: [m, n]}]}]\n", "958 1:46"},
    };
    CHECK(rows);
}
END_TEST

START_TEST(test_useless_clauses) {
    static const row rows[] = {
        {"variables: [X, " V(", value: 1") "]\n", "959 1:13"},
        {"variables: [" V(", value: 1") ", X]\n", "959 1:34"},
        {"functions: [f, {name: f, presence: optional}]\n", "959 1:23"},
        {"functions: [{name: f, presence: optional}, f]\n", "959 1:20"},
        {"functions: [f, " F(", call: '(a)'") "]\n", ""}, /* a class may be called as well, and is no function */
        {"functions: [" F(", call: '(a)', async: true") ", f]\n", ""},
        {"functions: [" F(", async: true") ", f]\n", "959 1:37"},
        {"classes: [C, {name: C, methods: [m]}]\n", "959 1:11"},
        {"classes: [{name: C, methods: [m]}, {name: C, methods: [n]}]\n", ""},
        {"classes: [{name: C, methods: [m]}, {name: C, methods: [{name: m, async: true}, n]}]\n", "959 1:18"},
        {"classes: [{name: C, methods: [m], any_of: [{methods: [n]}, {methods: [o]}]}, C]\n", "959 1:78"},
    };
    CHECK(rows);
}
END_TEST

#define WAIVE(rest)       "waive: [{rule: ISPY501, reason: ticket, " rest "}]\n"
#define TWICE(one, other) "waive: [{rule: ISPY501, reason: t, " one "}, {rule: ISPY501, reason: t, " other "}]\n"

START_TEST(test_waivers) {
    static const row rows[] = {
        {WAIVE("module: a, until: 2026-03-31"), ""},
        {WAIVE("module: a, until: 2026-03-30"), "960 1:59"},
        {"severity: {ISPY501: 'off'}\n" WAIVE("module: a, until: 2026-03-31"), "961 2:16"},
        {"modules: [b, 'c.*']\n" WAIVE("module: a, until: 2026-03-31"), "961 2:16"},
        {"modules: ['*']\n" WAIVE("module: a, until: 2026-03-31"), ""},
        {"modules: ['*', '!a']\n" WAIVE("module: a, until: 2026-03-31"), "961 2:16"},
        {"modules: [b]\nfiles: x.py\n" WAIVE("module: a, until: 2026-03-31"), ""},
        {TWICE("module: a, until: 2027-01-01", "module: a, until: 2027-01-01"), "961 1:74"},
        {TWICE("module: a, until: 2027-01-01", "module: 'a*', until: 2027-01-01"), "961 1:16"},
        {TWICE("module: a, subject: C.m, until: 2027-01-01", "module: a, subject: C.n, until: 2027-01-01"), ""},
        {TWICE("module: a, until: 2027-01-01", "module: a, subject: C.n, until: 2027-02-01"), ""},
    };
    CHECK(rows);
}
END_TEST

START_TEST(test_the_table) {
    for (size_t i = 0; i < ispy_lint_count(); i++) {
        ispy_lint_info info = ispy_lint_get(i);
        ck_assert_int_eq((int)strlen(info.code), 7);
        ck_assert(info.title[0] != '\0');
        ck_assert(i == 0 || strcmp(ispy_lint_get(i - 1).code, info.code) < 0);
    }
    ck_assert_str_eq(ispy_lint_get(ispy_lint_count()).code, "");
}
END_TEST

START_TEST(test_out_of_memory) {
    const char *text = "modules: ['a.*', '!a.b']\nfunctions: [f, f]\nclasses: [{name: C, methods: [m]}, {name: C}]\n"
                       "any_of: [{functions: [g]}, {functions: [g, h]}]\nnot: {variables: [x]}\n"
                       "all_of: [{version: '>1,<2'}]\ndeployments: [{arch: arm}]\n";
    const ispy_load_options options = {.parse_stub = sample_stub_parse};
    ispy_contract_set *set = NULL;
    ispy_error error = {0};
    ck_assert_int_eq(ispy_contract_set_parse(&set, "sample.yml", text, strlen(text), &options, &error), ISPY_OK);
    bool failed = allocation_failures_work();
    for (size_t successes = 0; failed; successes++) {
        allocation_failures_begin(successes);
        int status = ispy_contract_lint(set, DAY, ignore, NULL);
        failed = allocation_failures_end();
        ck_assert(status == ISPY_OK || (failed && status == ISPY_ENOMEM));
    }
    ispy_contract_set_free(set);
}
END_TEST

Suite *lint_suite(void) {
    Suite *suite = suite_create("lint");
    TCase *cases = tcase_create("lint");
    tcase_add_test(cases, test_errors_all_at_once);
    tcase_add_test(cases, test_old_forms);
    tcase_add_test(cases, test_duplicates);
    tcase_add_test(cases, test_contradictions);
    tcase_add_test(cases, test_own_base);
    tcase_add_test(cases, test_patterns);
    tcase_add_test(cases, test_conditions);
    tcase_add_test(cases, test_groups);
    tcase_add_test(cases, test_useless_clauses);
    tcase_add_test(cases, test_waivers);
    tcase_add_test(cases, test_the_table);
    tcase_add_test(cases, test_out_of_memory);
    suite_add_tcase(suite, cases);
    return suite;
}
