/* any_of, all_of, not, when: Kleene's tables, presence inside them, the nearest alternative, the second look. */
#include "check_helper.h"
#include "sample_source.h"
#include "suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define M "acme.plugin"

/* T is there, F is not, U cannot be told: "U = make()" against a value. */
#define SOURCE "T = 1\nU = make()\n"

static const char letters[] = "FUT"; /* in the order of the verdicts */

static void put_block(char *out, size_t size, char letter) {
    snprintf(out, size, "{variables: [{name: %c, value: 1}]}", letter);
}

static ispy_verdict verdict_of(const char *contract, const char *source) {
    return ispy_report_verdict(check_source(contract, source));
}

static ispy_verdict lower(ispy_verdict a, ispy_verdict b) {
    return a < b ? a : b;
}

static ispy_verdict higher(ispy_verdict a, ispy_verdict b) {
    return a > b ? a : b;
}

static ispy_verdict negation(ispy_verdict verdict) {
    return (ispy_verdict)(ISPY_PASS - verdict);
}

START_TEST(test_tables) {
    char a[64];
    char b[64];
    char text[512];
    for (int i = ISPY_FAIL; i <= ISPY_PASS; i++) {
        put_block(a, sizeof a, letters[i]);
        snprintf(text, sizeof text, "not: %s", a);
        ck_assert_int_eq(verdict_of(text, SOURCE), negation((ispy_verdict)i));
        snprintf(text, sizeof text, "not: {not: %s}", a);
        ck_assert_int_eq(verdict_of(text, SOURCE), i);
        for (int k = ISPY_FAIL; k <= ISPY_PASS; k++) {
            ispy_verdict one = (ispy_verdict)i;
            ispy_verdict other = (ispy_verdict)k;
            put_block(b, sizeof b, letters[k]);
            snprintf(text, sizeof text, "any_of: [%s, %s]", a, b);
            ck_assert_msg(verdict_of(text, SOURCE) == higher(one, other), "%s", text);
            snprintf(text, sizeof text, "all_of: [%s, %s]", a, b);
            ck_assert_msg(verdict_of(text, SOURCE) == lower(one, other), "%s", text);
            snprintf(text, sizeof text, "not: {any_of: [%s, %s]}", a, b);
            ck_assert_msg(verdict_of(text, SOURCE) == negation(higher(one, other)), "%s", text);
            snprintf(text, sizeof text, "any_of: [{not: %s}, {not: {all_of: [%s]}}]", a, b);
            ck_assert_msg(verdict_of(text, SOURCE) == higher(negation(one), negation(other)), "%s", text);
            snprintf(text, sizeof text, "any_of: [{all_of: [%s, {any_of: [%s]}]}]", a, b);
            ck_assert_msg(verdict_of(text, SOURCE) == lower(one, other), "%s", text);
        }
    }
}
END_TEST

/* The same within a class, and of a class that two branches define. */
START_TEST(test_classes) {
    const char *contract = "classes: [{name: C, any_of: [{methods: [a]}, {methods: [b]}], not: {methods: [x, y]}}]";
    expect(contract, "class C:\n    def b(self): ...\n", "");
    expect(contract, "class C:\n    def c(self): ...\n", "204 C; 407 C.a");
    expect(contract, "class C:\n    def a(self): ...\n    def x(self): ...\n", "");
    expect(contract, "class C:\n    def a(self): ...\n    def x(self): ...\n    def y(self): ...\n", "205 C");
    expect(contract, "", "401 C");
    expect(contract, "#if\nclass C:\n    def a(self): ...\n#else\nclass C:\n    def b(self): ...\n#end\n", "");
    expect(contract, "#if\nclass C:\n    def a(self): ...\n#else\nclass C:\n    def c(self): ...\n#end\n",
           "204? C (conditional); 407? C.a (conditional)");
    const char *bases = "classes: [{name: C, any_of: [{superclasses: [Base]}, {all_of: [{attributes: [x]}]}]}]";
    expect(bases, "class C:\n    x = 1\n", "");
    expect(bases, "class Base: ...\nclass C(Base): ...\n", "");
    expect(bases, "class C: ...\n", "204 C; 404 C");
}
END_TEST

START_TEST(test_presence) {
    expect("any_of: [{functions: [{name: f, presence: optional}]}, {functions: [g]}]", "", "");
    expect("any_of: [{functions: [{name: f, presence: forbidden}]}, {functions: [g]}]", "", "");
    expect("any_of: [{functions: [{name: f, presence: forbidden}]}, {functions: [g]}]", "def f(): ...\n",
           "204 " M "; 302 f");
    expect("not: {functions: [{name: f, presence: forbidden}]}", "", "205 " M);
    expect("not: {functions: [{name: f, presence: forbidden}]}", "def f(): ...\n", "");
    expect("not: {functions: [{name: f, presence: forbidden}]}", "#star\n", "205? " M " (star-import)");
    /* what is optional and not there is met, so `not` is not */
    expect("not: {functions: [{name: f, call: (a), presence: optional}]}", "", "205 " M);
    expect("not: {functions: [{name: f, call: (a), presence: optional}]}", "def f(): ...\n", "");
    expect("not: {functions: [f]}", "#star\n", "205? " M " (star-import)");
    expect("any_of: [{functions: [f]}, {functions: [g]}]", "#star\n", "204? " M " (star-import); 301? f (star-import)");
}
END_TEST

/* The nearest is the one that lacks least; a class that is missing lacks its methods, too. */
START_TEST(test_nearest) {
    expect("any_of: [{variables: [A, B]}, {variables: [C]}]", "", "204 " M "; 501 C");
    expect("any_of: [{classes: [{name: C, methods: [a, b, c]}]}, {variables: [X, Y]}]", "", "204 " M "; 501 X; 501 Y");
    expect("any_of: [{classes: [{name: C, methods: [a, b, c]}]}, {variables: [X, Y]}]",
           "class C:\n    def a(self): ...\n    def b(self): ...\n", "204 " M "; 407 C.c");
    /* open is nearer than wrong; what is open in one that is wrong does not matter */
    expect("any_of: [{variables: [{name: U, value: 1}, V]}, {variables: [A, B, C]}]", SOURCE, "204 " M "; 501 V");
    expect("any_of: [{variables: [A]}, {variables: [{name: U, value: 1}]}]", SOURCE,
           "204? " M " (dynamic-value); 503? U (dynamic-value)");
    ispy_report *report = check_source("any_of:\n  - variables: [A, B]\n  - variables: [C]\n", "");
    const ispy_finding *finding = finding_of(report, "ISPY204");
    ck_assert_uint_eq(finding->alternative_count, 2);
    ck_assert_str_eq(finding->alternatives[0].message.data, "variable 'A' is missing");
    ck_assert_str_eq(finding->alternatives[0].code, "ISPY501");
    ck_assert_uint_eq(finding->alternatives[0].further, 1);
    ck_assert(!finding->alternatives[0].is_nearest && finding->alternatives[1].is_nearest);
    ck_assert_uint_eq(finding->alternatives[1].contract_at.line, 3);
    ck_assert_ptr_nonnull(strstr(text_of_report(report), "2:5: variable 'A' is missing [ISPY501] and 1 more\n"));
    ispy_str json;
    ck_assert_int_eq(ispy_reports_json(&json, &report, 1), ISPY_OK);
    ck_assert_ptr_nonnull(strstr(json.data, "\"nearest\":true,\"message\":\"variable 'C' is missing\""));
}
END_TEST

/* A thousand alternatives: the report tells of twenty, the nearest among them. */
START_TEST(test_many) {
    char *text = malloc(200000);
    size_t used = (size_t)sprintf(text, "any_of:\n");
    for (int i = 0; i < 1000; i++) {
        used += (size_t)sprintf(text + used, "  - variables: [A%d%s]\n", i, i == 700 ? "" : ", B");
    }
    ispy_report *report = check_source(text, "");
    free(text);
    expect_report(report, "204 " M "; 501 A700");
    const ispy_finding *finding = finding_of(report, "ISPY204");
    ck_assert_uint_eq(finding->alternative_count, 20);
    ck_assert_uint_eq(finding->alternatives_left_out, 980);
    ck_assert(finding->alternatives[19].is_nearest);
    ck_assert_uint_eq(finding->alternatives[19].contract_at.line, 702);
    ck_assert_ptr_nonnull(strstr(text_of_report(report), "and 980 alternatives more"));
}
END_TEST

/* As deep as a document may be. */
START_TEST(test_deep) {
    char text[2048] = "";
    for (int i = 0; i < 28; i++) {
        strcat(text, i % 2 == 0 ? "{not: " : "{any_of: [");
    }
    strcat(text, "{functions: [f]}");
    for (int i = 27; i >= 0; i--) {
        strcat(text, i % 2 == 0 ? "}" : "]}");
    }
    expect(text, "def f(): ...\n", "");
    ck_assert_int_eq(verdict_of(text, ""), ISPY_FAIL);
    ck_assert_int_eq(verdict_of(text, "#star\n"), ISPY_UNPROVABLE);
}
END_TEST

START_TEST(test_when) {
    expect("when: {os: windows}\nfunctions: [f]\ndeployments: [{arch: aarch64}]", "", "");
    expect("when: {os: [windows, linux]}\nfunctions: [f]", "", "301 f");
    expect("when: {python: '>=3.13'}\nfunctions: [f]", "", "");
    expect("when: {python: 3.12, arch: amd64, implementation: cpython}\nfunctions: [f]", "", "301 f");
    expect("when: {implementation: [PyPy, GraalPy]}\nfunctions: [f]", "", "");
    expect("all_of: [{when: {os: windows}, functions: [f]}, {when: {os: linux}, functions: [g]}]", "", "301 g");
    expect("classes: [{name: C, when: {os: windows}}, {name: D, when: {os: linux}}]", "", "401 D");
    expect("classes: [{name: C, all_of: [{when: {os: windows}, methods: [a]}, {when: {os: linux}, methods: [b]}]}]",
           "class C: ...\n", "407 C.b");
    /* an alternative that does not apply is none; where none is left, nothing holds */
    expect("any_of: [{when: {os: windows}, functions: [f]}, {functions: [g]}]", "", "204 " M "; 301 g");
    expect("any_of: [{when: {os: windows}, functions: [f]}]", "def f(): ...\n", "204 " M);
    expect("any_of: [{all_of: [{when: {os: windows}, functions: [f]}]}, {functions: [g]}]", "", "204 " M "; 301 g");
    expect("not: {when: {os: windows}, functions: [f]}", "def f(): ...\n", "");
    expect("not: {not: {when: {os: windows}, functions: [f]}}", "", "");
    expect("not: {all_of: [{when: {os: windows}, functions: [f]}]}", "", "");
    expect("deployments: [{systems: [{pythons: [{modules: [{when: {os: windows}, functions: [f]},\n"
           " {any_of: [{functions: [g]}]}]}]}]}]",
           "", "204 " M "; 301 g");
    /* what is not known of the machine leaves nothing out */
    check_context()->os = (ispy_str){NULL, 0, 0};
    check_context()->python_version = (ispy_str){NULL, 0, 0};
    expect("when: {os: windows, python: '>=4'}\nfunctions: [f]", "", "301 f");
}
END_TEST

START_TEST(test_unreadable) {
    ispy_module *module = sample_source(check_arena(), "");
    module->unreadable = ispy_str_literal("it cannot be parsed");
    expect_report(check_module("any_of: [{functions: [f]}]\nnot: {functions: [f]}", module), "203 " M);
}
END_TEST

/* ---- the second look ---- */

static void expect_confirmed(const char *contract, const char *source, const char *live, const char *summary) {
    expect_report(check_again(check_source(contract, source), live_source(live)), summary);
}

START_TEST(test_second_look) {
    const char *any = "any_of: [{variables: [{name: U, value: 1}]}, {variables: [{name: V, value: 1}, W]}]";
    expect_confirmed(any, "U = make()\n", "U = 1\n", "");
    expect_confirmed(any, "U = make()\n", "U = 2\n", "204 " M "; 503 U");
    expect_confirmed(any, "U = make()\n", "U = make()\n", "204? " M " (dynamic-value); 503? U (dynamic-value)");
    /* another alternative than the nearest may turn out to hold */
    expect_confirmed(any, "U = make()\nV = make()\nW = 1\n", "U = 2\nV = 1\nW = 1\n", "");
    /* but not one that the source has refuted */
    expect_confirmed(any, "U = make()\n", "U = 2\nV = 1\nW = 1\n", "204 " M "; 503 U");
    expect_confirmed("not: {variables: [{name: U, value: 1}]}", "U = make()\n", "U = 1\n", "205 " M);
    expect_confirmed("not: {variables: [{name: U, value: 1}]}", "U = make()\n", "U = 2\n", "");
    expect_confirmed("not: {variables: [{name: U, value: 1}]}", "U = make()\n", "U = make()\n",
                     "205? " M " (dynamic-value)");
    /* what the source proved inside `not` stays proved, and what it refuted */
    expect_confirmed("not: {variables: [T, {name: U, value: 1}]}", SOURCE, "U = 1\n", "205 " M);
    expect_confirmed("all_of: [{not: {variables: [A]}}, {variables: [{name: U, value: 1}]}]", SOURCE, "A = 1\nU = 1\n",
                     "");
    expect_confirmed("all_of: [{any_of: [{variables: [A]}]}, {variables: [{name: U, value: 1}]}]", SOURCE,
                     "A = 1\nU = 2\n", "204 " M "; 501 A; 503 U");
    expect_confirmed("all_of: [{any_of: [{variables: [T]}]}, {variables: [{name: U, value: 1}]}]", SOURCE, "U = 1\n",
                     "");
}
END_TEST

/* Another object has taken the place of the class: what was open stays open, in whatever alternative it was. */
START_TEST(test_replaced) {
    const char *source = "class C:\n    x = make()\n    y = make()\n    z = make()\n";
    const char *any = "any_of: [{classes: [{name: C, attributes: [{name: x, value: 1}]}]},\n"
                      " {classes: [{name: C, attributes: [{name: y, value: 1}, {name: z, value: 1}]}]}]";
    ispy_report *report = check_again(check_source(any, source), live_source("C = make()\n"));
    ck_assert_int_eq(ispy_report_verdict(report), ISPY_UNPROVABLE);
    const char *negated = "not: {classes: [{name: C, attributes: [{name: x, value: 1}]}]}";
    report = check_again(check_source(negated, source), live_source("C = make()\n"));
    ck_assert_int_eq(ispy_report_verdict(report), ISPY_UNPROVABLE);
}
END_TEST

/* Of a class with two definitions, one alternative holds for each: both have to be asked. */
START_TEST(test_second_look_at_classes) {
    const char *contract = "classes: [{name: C, any_of: [{attributes: [{name: x, value: 1}]}, {methods: [b]}]}]";
    const char *source = "#if\nclass C:\n    x = make()\n#else\nclass C:\n    def b(self): ...\n#end\n";
    expect_confirmed(contract, source, "class C:\n    x = 1\n", "");
    expect_confirmed(contract, source, "class C:\n    def b(self): ...\n", "");
    expect_confirmed(contract, source, "class C:\n    x = 2\n", "204? C (instance-only); 405? C.x (instance-only)");
}
END_TEST

Suite *groups_suite(void) {
    Suite *suite = suite_create("groups");
    TCase *tests = tcase_create("groups");
    tcase_add_checked_fixture(tests, check_setup, check_teardown);
    tcase_add_test(tests, test_tables);
    tcase_add_test(tests, test_classes);
    tcase_add_test(tests, test_presence);
    tcase_add_test(tests, test_nearest);
    tcase_add_test(tests, test_many);
    tcase_add_test(tests, test_deep);
    tcase_add_test(tests, test_when);
    tcase_add_test(tests, test_unreadable);
    tcase_add_test(tests, test_second_look);
    tcase_add_test(tests, test_replaced);
    tcase_add_test(tests, test_second_look_at_classes);
    suite_add_tcase(suite, tests);
    return suite;
}
