/* A second look, at the live module: what was proved stays, what was open is answered, what nobody sees stays open. */
#include "check_helper.h"
#include "sample_source.h"
#include "suites.h"

#include <string.h>

static ispy_report *confirm(const char *contract, const char *source, const char *live) {
    return check_again(check_source(contract, source), live_source(live));
}

static void expect_confirmed(const char *contract, const char *source, const char *live, const char *summary) {
    expect_report(confirm(contract, source, live), summary);
}

START_TEST(test_answers) {
    expect_confirmed("variables: [X]", "#star\n", "X = 1\n", "");
    expect_confirmed("variables: [X]", "#star\n", "", "501 X");
    expect_confirmed("variables: [{name: X, value: 1}]", "X = make()\n", "X = 1\n", "");
    expect_confirmed("variables: [{name: X, value: 1}]", "X = make()\n", "X = 2\n", "503 X");
    expect_confirmed("variables: [{name: X, value: 1}]", "X = make()\n", "X = make()\n", "503? X (dynamic-value)");
    expect_confirmed("functions: ['def f(a)']", "@x\ndef f(a): ...\n", "def f(a): ...\n", "");
    expect_confirmed("functions: ['def f(a)']", "@x\ndef f(a): ...\n", "def f(): ...\n", "305 f");
    expect_confirmed("functions: [f]", "#import f from a\n", "f = None\n", "303 f");
    expect_confirmed("functions: [f]", "f = make()\n", "f = make()\n", "303 f");
    expect_confirmed("classes: [{name: C, methods: [run]}]", "class C(D): ...\n", "class C:\n    def run(self): ...\n",
                     "");
    expect_confirmed("classes: [{name: C, methods: [run]}]", "class C(D): ...\n", "class C: ...\n", "407 C.run");
    expect_confirmed("classes: [{name: C, methods: [run]}]", "#import C from a\n", "class C: ...\n", "407 C.run");
    expect_confirmed("functions: [{name: f, presence: forbidden}]", "#star\n", "", "");
    expect_confirmed("functions: [{name: f, presence: forbidden}]", "#star\n", "def f(): ...\n", "302 f");
    expect_confirmed("variables: [{name: X, value: 1, presence: optional}]", "#star\n", "", "");
    expect_confirmed("version: '2'", "__version__ = make()\n", "__version__ = '2'\n", "");
}
END_TEST

/* An import that brings another function than the one beside it: what passes for the one says nothing of the other. */
START_TEST(test_other_candidates) {
    const char *source = "#if\n#import f from fast\n#else\ndef f(app, config): ...\n#end\n";
    expect_confirmed("functions: ['def f(app, config)']", source, "def f(app): ...\n", "305 f");
    expect_confirmed("functions: ['def f(app, config)']", source, "def f(app, config): ...\n", "");
    expect_confirmed("variables: [{name: X, value: 1}]", "#if\nX = 1\n#end\n", "", "501 X");
    expect_confirmed("variables: [{name: X, value: 1}]", "#if\nX = 1\n#else\nX = 2\n#end\n", "X = 2\n", "503 X");
}
END_TEST

/* Clauses that were settled are not asked again, whatever the live module says. */
START_TEST(test_settled_stays) {
    expect_confirmed("variables: [X, Y]", "X = 1\n#getattr\n", "Y = 1\n", "");
    expect_confirmed("variables: [A, Y]", "#if\n#end\n", "A = 1\n", "501 A; 501 Y");
    expect_confirmed("variables: [{name: X, value: 1, annotation: str}]", "X: str = make()\n", "X = 1\n", "");
    expect_confirmed("variables: [{name: X, value: 1, annotation: int}]", "X: str = make()\n", "X = 1\n", "504 X");
    expect_confirmed("functions: ['def f(a: int, b=1)']", "def f(a: int, b=make()): ...\n",
                     "def f(a: Elsewhere, b=1): ...\n", "");
    expect_confirmed("functions: ['def f(a: int, b=1)']", "def f(a: int, b=make()): ...\n",
                     "def f(a: Elsewhere, b=2): ...\n", "307 f");
}
END_TEST

/* Somebody has put another object in the place of what the source defines. */
START_TEST(test_replaced) {
    const char *methods = "classes: [{name: C, attributes: [{name: x, value: 1}], methods: [run]}]";
    expect_confirmed("functions: ['def f(a=1)']", "def f(a=make()): ...\n", "f = make()\n", "307? f (aliased)");
    expect_confirmed("functions: ['def f(a=1)']", "def f(a=make()): ...\n", "class f: ...\n", "307? f (aliased)");
    expect_confirmed(methods, "class C:\n    x = make()\n    def run(self): ...\n", "C = make()\n",
                     "503? C.x (aliased)");
    expect_confirmed("functions: ['def f(a=1)']", "def f(a=make()): ...\n", "", "301 f");
}
END_TEST

START_TEST(test_instance_attributes) {
    const char *contract = "classes: [{name: C, attributes: [x], methods: [run]}]";
    /* the source proves the attribute, and leaves the method open */
    expect_confirmed(contract, "class C(D): ...\n#self C.x = 1\n", "class C:\n    def run(self): ...\n", "");
    expect_confirmed("classes: [{name: C, attributes: [{name: x, type: instance}], methods: [run]}]",
                     "class C(D): ...\n#self C.x = 1\n", "class C:\n    def run(self): ...\n", "");
    expect_confirmed("classes: [{name: C, attributes: [{name: x, type: instance, value: 1}]}]",
                     "class C: ...\n#self C.x = make()\n", "class C: ...\n", "503? C.x (instance-only)");
    expect_confirmed("classes: [{name: C, attributes: [{name: x, value: 1}]}]", "class C: ...\n#self C.x = make()\n",
                     "class C: ...\n", "503? C.x (instance-only)");
    expect_confirmed("classes: [{name: C, attributes: [x]}]", "class C(D): ...\n", "class C: ...\n",
                     "405? C.x (instance-only)");
    expect_confirmed("classes: [{name: C, attributes: [{name: x, type: class}]}]", "class C(D): ...\n",
                     "class C: ...\n", "405 C.x");
    expect_confirmed("classes: [{name: C, attributes: [{name: x, type: instance}]}]", "class C(D):\n    x = 1\n",
                     "class C:\n    x = 1\n", "409? C.x (instance-only)");
}
END_TEST

START_TEST(test_live_bases) {
    const char *bare = "classes: [{name: C, superclasses: [B]}]";
    const char *dotted = "classes: [{name: C, superclasses: [acme.api.B]}]";
    const char *source = "#import A from acme\nclass C(A): ...\n";
    expect_confirmed(bare, source, "class C(acme.base.A, acme.api.B): ...\n", "");
    expect_confirmed(bare, source, "class C(acme.base.A): ...\n", "404 C");
    expect_confirmed(dotted, source, "class C(acme.base.A, acme.api.B): ...\n", "");
    expect_confirmed(dotted, source, "class C(acme.base.A): ...\n", "404 C");
    /* defined in one module, handed on by another */
    expect_confirmed(dotted, source, "class C(acme._impl.B): ...\n", "404? C (unresolved-base)");
    expect_confirmed("classes: [{name: C, superclasses: [{name: B, methods: [run]}]}]",
                     "#import B from acme\nclass C(B): ...\n", "class C(acme.B):\n    def run(self): ...\n", "");
}
END_TEST

START_TEST(test_places) {
    ispy_report *report = confirm("functions: ['def f(a)']", "X = 1\n@x\ndef f(a): ...\n", "def f(): ...\n");
    const ispy_finding *finding = finding_of(report, "ISPY305");
    ck_assert_uint_eq(finding->module_at.line, 3);
    ck_assert_uint_eq(finding->contract_at.line, 1);
    ck_assert_ptr_nonnull(strstr(text_of_report(report), "3 | def f(a): ..."));
    report = confirm("classes: [{name: C, methods: [run]}]", "X = 1\n#import C from a\n", "class C: ...\n");
    ck_assert_uint_eq(finding_of(report, "ISPY407")->module_at.line, 2);
    report = confirm("variables: [X]", "#star\n", "");
    ck_assert_uint_eq(finding_of(report, "ISPY501")->module_at.line, 1);
}
END_TEST

START_TEST(test_deployments) {
    const char *contract = "deployments: [{systems: [{pythons: [{modules: [{variables: [{name: X, value: 1}]}]},\n"
                           " {modules: [{variables: [{name: X, value: 2}]}]}]}]}]";
    expect_confirmed(contract, "X = make()\n", "X = 1\n", "");
    expect_confirmed(contract, "X = make()\n", "X = 2\n", "");
    expect_confirmed(contract, "X = make()\n", "X = 3\n", "503 X");
}
END_TEST

/* The first report may go as soon as the second is there. */
START_TEST(test_owns_its_texts) {
    ispy_report *before = NULL;
    const ispy_module *module = sample_source(check_arena(), "#if\nY = 1\n#end\n");
    ispy_report *probe = check_module("variables: [X, Y]", module);
    const ispy_contract *contract = ispy_report_contract(probe);
    ck_assert_int_eq(ispy_check(&before, contract, module, check_context()), ISPY_OK);
    ispy_report *after = check_again(before, live_source("Y = 1\n"));
    ispy_report_free(before);
    expect_report(after, "501 X");
    ck_assert_str_eq(finding_of(after, "ISPY501")->message.data, "variable 'X' is missing");
    ck_assert_ptr_eq(ispy_report_module(after), module);
}
END_TEST

Suite *confirm_suite(void) {
    Suite *suite = suite_create("confirm");
    TCase *tests = tcase_create("confirm");
    tcase_add_checked_fixture(tests, check_setup, check_teardown);
    tcase_add_test(tests, test_answers);
    tcase_add_test(tests, test_other_candidates);
    tcase_add_test(tests, test_settled_stays);
    tcase_add_test(tests, test_replaced);
    tcase_add_test(tests, test_instance_attributes);
    tcase_add_test(tests, test_live_bases);
    tcase_add_test(tests, test_places);
    tcase_add_test(tests, test_deployments);
    tcase_add_test(tests, test_owns_its_texts);
    suite_add_tcase(suite, tests);
    return suite;
}
