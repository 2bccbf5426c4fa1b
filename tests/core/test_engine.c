/* Presence, what a name is, values and types; what several candidates and open namespaces come to. */
#include "check_helper.h"
#include "sample_contract.h"
#include "sample_source.h"
#include "suites.h"

#include "failing_malloc.h"

#include <stdio.h>
#include <string.h>

#define FUNCTION "functions: [register]\n"
#define CLASS    "classes: [Plugin]\n"
#define VARIABLE "variables: [X]\n"

START_TEST(test_required) {
    expect(FUNCTION, "def register(app): ...\n", "");
    expect(FUNCTION, "X = 1\n", "301 register");
    expect(FUNCTION, "", "301 register");
    expect(FUNCTION, "#star\n", "301? register (star-import)");
    expect(FUNCTION, "#getattr\n", "301? register (module-getattr)");
    expect(FUNCTION, "#if\ndef register(): ...\n#end\n", "301? register (conditional)");
    expect(FUNCTION, "#if\ndef register(): ...\n#else\ndef register(app): ...\n#end\n", "");
    expect(CLASS, "class Plugin: ...\n", "");
    expect(CLASS, "", "401 Plugin");
    expect(CLASS, "#if\nclass Plugin: ...\n#end\n", "401? Plugin (conditional)");
    expect(VARIABLE, "X = 1\n", "");
    expect(VARIABLE, "", "501 X");
    expect(VARIABLE, "#star\n", "501? X (star-import)");
    expect(VARIABLE, "def X(): ...\n", "");
    expect(VARIABLE, "class X: ...\n", "");
    expect(VARIABLE, "#import X from a.b\n", "");
    expect(VARIABLE, "X: int\n", "501 X");
}
END_TEST

START_TEST(test_kinds) {
    expect(FUNCTION, "register = 3\n", "303 register");
    expect(FUNCTION, "register = None\n", "303 register");
    expect(FUNCTION, "register = make()\n", "303? register (dynamic-value)");
    expect(FUNCTION, "#import register from a\n", "303? register (imported)");
    expect(FUNCTION, "class register: ...\n", "303 register");
    expect(FUNCTION, "@app.task\ndef register(app): ...\n", "303? register (decorated)");
    expect(FUNCTION, "@known\ndef register(app): ...\n", "");
    expect(FUNCTION, "register: int\n", "301 register");
    expect(CLASS, "def Plugin(): ...\n", "403 Plugin");
    expect(CLASS, "Plugin = 'x'\n", "403 Plugin");
    expect(CLASS, "Plugin = make()\n", "403? Plugin (dynamic-value)");
    expect(CLASS, "#import Plugin from a\n", "403? Plugin (imported)");
    expect(CLASS, "@make\ndef Plugin(): ...\n", "403? Plugin (decorated)");
}
END_TEST

START_TEST(test_forbidden) {
    expect("functions: [{name: f, presence: forbidden}]", "", "");
    expect("functions: [{name: f, presence: forbidden}]", "def f(): ...\n", "302 f");
    expect("functions: [{name: f, presence: forbidden}]", "f = 1\n", "");
    expect("functions: [{name: f, presence: forbidden}]", "class f: ...\n", "");
    expect("functions: [{name: f, presence: forbidden}]", "#star\n", "302? f (star-import)");
    expect("functions: [{name: f, presence: forbidden}]", "#import f from a\n", "302? f (imported)");
    expect("functions: [{name: f, presence: forbidden}]", "#if\ndef f(): ...\n#end\n", "302? f (conditional)");
    expect("functions: [{name: f, presence: forbidden}]", "@x\ndef f(): ...\n", "302? f (decorated)");
    expect("variables: [{name: X, presence: forbidden}]", "X = 1\n", "502 X");
    expect("variables: [{name: X, presence: forbidden}]", "#import X from a\n", "502 X");
    expect("variables: [{name: X, presence: forbidden}]", "X: int\n", "");
    expect("variables: [{name: X, presence: forbidden}]", "#star\n", "502? X (star-import)");
    expect("classes: [{name: C, presence: forbidden}]", "class C: ...\n", "402 C");
    expect("classes: [{name: C, presence: forbidden}]", "C = 1\n", "");
    expect("classes: [{name: C, presence: forbidden}]", "C = make()\n", "402? C (dynamic-value)");
}
END_TEST

START_TEST(test_optional) {
    expect("variables: [{name: X, value: 1, presence: optional}]", "", "");
    expect("variables: [{name: X, value: 1, presence: optional}]", "X = 1\n", "");
    expect("variables: [{name: X, value: 1, presence: optional}]", "X = 2\n", "503 X");
    expect("variables: [{name: X, value: 1, presence: optional}]", "#star\n", "501? X (star-import)");
    expect("variables: [{name: X, value: 1, presence: optional}]", "#if\nX = 2\n#end\n", "503? X (conditional)");
    expect("variables: [{name: X, value: 1, presence: optional}]", "#if\nX = 1\n#end\n", "");
    expect("functions: [{name: f, presence: optional}]", "f = 1\n", "303 f");
}
END_TEST

/* All agree, and that is the answer; they differ, and nobody knows. */
START_TEST(test_fold) {
    expect("variables: [{name: X, value: 1}]", "#if\nX = 1\n#else\nX = 1\n#end\n", "");
    expect("variables: [{name: X, value: 1}]", "#if\nX = 2\n#else\nX = 3\n#end\n", "503 X");
    expect("variables: [{name: X, value: 1}]", "#if\nX = 1\n#else\nX = 3\n#end\n", "503? X (conditional)");
    expect("variables: [{name: X, value: 1}]", "#if\nX = make()\n#else\nX = 3\n#end\n", "503? X (dynamic-value)");
    expect("variables: [{name: X, value: 1}]", "#if\nX = make()\n#else\nX = 1\n#end\n", "503? X (dynamic-value)");
    /* absent or wrong: it fails either way */
    expect("variables: [{name: X, value: 1}]", "#if\nX = 2\n#end\n", "503 X");
    /* one is no function, the other lacks a parameter: no way through the module is right */
    expect("functions: [{name: f, arguments: [a]}]", "#if\nf = 1\n#else\ndef f(b): ...\n#end\n", "303 f");
    expect("functions: [{name: f, arguments: [a]}]", "#if\ndef f(a): ...\n#else\ndef f(b): ...\n#end\n",
           "305? f (conditional)");
    /* a star import after the definition may replace it */
    expect("variables: [{name: X, value: 1}]", "X = 1\n#star\n", "503? X (star-import)");
}
END_TEST

START_TEST(test_values) {
    expect("variables: [{name: X, value: 1}]", "X = 1\n", "");
    expect("variables: [{name: X, value: 1}]", "X = '1'\n", "503 X");
    expect("variables: [{name: X, value: None}]", "X = None\n", "");
    expect("variables: [{name: X, value: a}]", "X = 'b'\n", "503 X");
    expect("variables: [{name: X, value: a}]", "def X(): ...\n", "503 X");
    expect("variables: [{name: X, value: a}]", "#import X from b\n", "503? X (imported)");
    expect("variables: [{name: X, value: true}]", "X = True\n", "");
    const ispy_finding *finding = finding_of(check_source("variables: [{name: X, value: 2}]", "X = '2'\n"), "ISPY503");
    ck_assert_str_eq(finding->wanted.data, "2");
    ck_assert_str_eq(finding->found.data, "'2'");
    ck_assert_ptr_nonnull(strstr(finding->hint.data, "quotes"));
    ck_assert_uint_eq(finding->module_at.line, 1);
}
END_TEST

START_TEST(test_annotations) {
    expect("variables: [{name: X, annotation: int}]", "X: int = 1\n", "");
    expect("variables: [{name: X, annotation: int}]", "X = 1\n", "");
    expect("variables: [{name: X, annotation: int}]", "X = 'a'\n", "504 X");
    expect("variables: [{name: X, annotation: int}]", "X: str = 1\n", "504 X");
    expect("variables: [{name: X, annotation: int}]", "X = make()\n", "504? X (dynamic-value)");
    expect("variables: [{name: X, annotation: 'str | None'}]", "X: Optional[str] = None\n", "");
    expect("variables: [{name: X, annotation: int}]", "X: Missing = 1\n", "504? X (annotation-unknown)");
    expect("variables: [{name: X, annotation: int}]", "class X: ...\n", "504? X (annotation-unknown)");
    expect("variables: [{name: X, value: 1, annotation: str}]", "X: int = 2\n", "503 X; 504 X");
}
END_TEST

START_TEST(test_version) {
    expect("version: '>=2'", "__version__ = '2.1'\n", "");
    expect("version: '>=2'", "__version__ = '1.9'\n", "202 __version__");
    expect("version: '>=2'", "__version__ = make()\n", "202? __version__ (dynamic-value)");
    expect("version: '>=2'", "#import __version__ from ._version\n", "202? __version__ (imported)");
    expect("version: '>=2'", "", "202 __version__");
    expect("version: '>=2'", "__version__ = 'not a version'\n", "202 __version__");
    expect("version: '>=2'", "class __version__: ...\n", "202 __version__");
    expect("version: '>=2'", "#star\n", "202? __version__ (star-import)");
    ispy_module *module = sample_source(check_arena(), "#import __version__ from ._version\n");
    module->distribution_version = ispy_str_literal("2.5");
    expect_report(check_module("version: '>=2'", module), "");
    module->distribution_version = ispy_str_literal("1.5");
    expect_report(check_module("version: '>=2'", module), "202 __version__");
}
END_TEST

START_TEST(test_filename) {
    expect("filename: plugin.py", "", "");
    expect("filename: other.py", "", "201 other.py");
    ispy_module *module = sample_source(check_arena(), "");
    module->path = ispy_str_literal("/a/b/other.py");
    expect_report(check_module("filename: other.py", module), "");
    module->path = ispy_str_literal("C:\\a\\other.py");
    expect_report(check_module("filename: other.py", module), "201 other.py");
    check_context()->os = ispy_str_literal("windows");
    expect_report(check_module("filename: other.py", module), "");
    module->path = (ispy_str){NULL, 0, 0};
    expect_report(check_module("filename: other.py", module), "201? other.py (no-source)");
}
END_TEST

START_TEST(test_unreadable) {
    ispy_module *module = sample_source(check_arena(), "");
    module->unreadable = ispy_str_literal("invalid syntax");
    module->unreadable_at = (ispy_span){1, 1, 1};
    ispy_report *report = check_module("filename: plugin.py\nversion: '1'\n" FUNCTION CLASS VARIABLE
                                       "deployments: [{arch: arm, systems: [{os: linux}]}]",
                                       module);
    expect_report(report, "203 acme.plugin; 110 acme.plugin; 101 acme.plugin");
    const ispy_finding *finding = finding_of(report, "ISPY203");
    ck_assert_str_eq(finding->message.data, "the module cannot be validated: invalid syntax");
    ck_assert_ptr_null(finding->found.data);
    ck_assert_int_eq(ispy_report_decision(report), ISPY_FAIL);
}
END_TEST

START_TEST(test_hints) {
    const ispy_finding *finding =
        finding_of(check_source("functions: [teardown]", "X = 1\n\ndef tear_down(): ...\n"), "ISPY301");
    ck_assert_str_eq(finding->hint.data, "line 3 defines 'tear_down'");
    ck_assert_uint_eq(finding->module_at.line, 0);
    finding = finding_of(check_source("functions: [{name: f, arguments: [config]}]", "def f(conf): ...\n"), "ISPY305");
    ck_assert_str_eq(finding->hint.data, "rename 'conf' to 'config'");
    finding =
        finding_of(check_source("functions: [{name: f, arguments: [app, config]}]", "def f(app): ...\n"), "ISPY305");
    ck_assert_str_eq(finding->message.data, "function 'f' has no parameter 'config'");
    ck_assert_str_eq(finding->wanted.data, "a parameter 'config' after 'app'");
    ck_assert_str_eq(finding->found.data, "(app)");
    ck_assert_str_eq(finding->hint.data, "add 'config' to the parameters of 'f'");
    finding = finding_of(check_source(VARIABLE, "X: int\n"), "ISPY501");
    ck_assert_str_eq(finding->hint.data, "it is annotated here, but nothing is bound to it");
}
END_TEST

START_TEST(test_decision) {
    ispy_report *report = check_source("unprovable: allow\n" VARIABLE, "#star\n");
    ck_assert_int_eq(ispy_report_verdict(report), ISPY_UNPROVABLE);
    ck_assert_int_eq(ispy_report_decision(report), ISPY_PASS);
    report = check_source("unprovable: deny\n" VARIABLE, "#star\n");
    ck_assert_int_eq(ispy_report_decision(report), ISPY_FAIL);
    report = check_source(VARIABLE, "#star\n");
    ck_assert_int_eq(ispy_report_decision(report), ISPY_UNPROVABLE);
    report = check_source("unprovable: allow\n" VARIABLE, "");
    ck_assert_int_eq(ispy_report_decision(report), ISPY_FAIL);
    report = check_source("unprovable: deny\n" VARIABLE, "X = 1\n");
    ck_assert_int_eq(ispy_report_decision(report), ISPY_PASS);
}
END_TEST

START_TEST(test_rules_are_in_order) {
    for (size_t i = 0; i < ispy_rule_count(); i++) {
        ispy_rule_info rule = ispy_rule_get(i);
        ck_assert_uint_eq(strlen(rule.code), 7);
        ck_assert_uint_eq(strlen(rule.anchor), 7);
        ck_assert_str_eq(rule.code + 4, rule.anchor + 4);
        ck_assert_uint_gt(strlen(rule.clause), 0);
        ck_assert_uint_gt(strlen(rule.title), 0);
        ck_assert_int_ne(rule.severity, ISPY_SEVERITY_OFF);
        ck_assert(i == 0 || strcmp(ispy_rule_get(i - 1).code, rule.code) < 0);
    }
    ck_assert_str_eq(ispy_rule_get(ispy_rule_count()).code, "");
}
END_TEST

/* What passes writes nothing down: a report without findings is as small as one of an empty contract. */
START_TEST(test_pass_allocates_nothing) {
    const char *source = "X = 1\ndef f(a, b, *, c=1): ...\nclass C:\n    y = 1\n    def m(self, a): ...\n";
    const char *contract = "variables: [{name: X, value: 1}]\n"
                           "functions: ['def f(a, b, *, c=1)', {name: f, call: '(x, y, c=1)'}]\n"
                           "classes: [{name: C, attributes: [{name: y, value: 1}], methods: ['def m(self, a)']}]\n";
    const ispy_contract *loaded = sample_contract(contract);
    const ispy_module *module = sample_source(check_arena(), source);
    ispy_report *report = NULL;
    allocation_failures_begin(2); /* the arena and its first block */
    int status = ispy_check(&report, loaded, module, check_context());
    bool failed = allocation_failures_end();
    ck_assert(!failed);
    ck_assert_int_eq(status, ISPY_OK);
    expect_report(report, "");
    ispy_report_free(report);
}
END_TEST

START_TEST(test_out_of_memory) {
    const char *contract =
        "title: T\nhelp: H\n"
        "variables: [{name: X, value: 1, annotation: int}, Y]\n"
        "functions: ['def f(a: int, b=1) -> int', {name: g, call: '(x)'}, h]\n"
        "classes: [{name: C, superclasses: [Base], attributes: [{name: y, value: 1}, z], methods: [m]}]\n"
        "deployments: [{arch: arm, systems: [{os: windows, pythons: [{version: '3.9'}]}]}]\n";
    const char *source = "X: str = 2\n#star\ndef f(c: str) -> str: ...\ndef g(): ...\nclass C(D):\n    y = 2\n";
    const ispy_contract *loaded = sample_contract(contract);
    ispy_module *module = sample_source(check_arena(), source);
    if (!allocation_failures_work()) {
        return;
    }
    for (size_t successes = 0; successes < 2000; successes++) {
        ispy_report *report = NULL;
        ispy_report *again = NULL;
        ispy_str text = {NULL, 0, 0};
        ispy_str json = {NULL, 0, 0};
        allocation_failures_begin(successes);
        int status = ispy_check(&report, loaded, module, check_context());
        if (status == ISPY_OK) {
            status = ispy_confirm(&again, report, module, check_context());
        }
        if (status == ISPY_OK) {
            status = ispy_reports_text(&text, &again, 1);
        }
        if (status == ISPY_OK) {
            status = ispy_reports_json(&json, &again, 1);
        }
        bool failed = allocation_failures_end();
        ck_assert_int_eq(status, failed ? ISPY_ENOMEM : ISPY_OK);
        ispy_report_free(report);
        ispy_report_free(again);
        if (!failed) {
            return;
        }
    }
    ck_abort_msg("it never came to an end");
}
END_TEST

Suite *engine_suite(void) {
    Suite *suite = suite_create("engine");
    TCase *tests = tcase_create("engine");
    tcase_add_checked_fixture(tests, check_setup, check_teardown);
    tcase_add_test(tests, test_required);
    tcase_add_test(tests, test_kinds);
    tcase_add_test(tests, test_forbidden);
    tcase_add_test(tests, test_optional);
    tcase_add_test(tests, test_fold);
    tcase_add_test(tests, test_values);
    tcase_add_test(tests, test_annotations);
    tcase_add_test(tests, test_version);
    tcase_add_test(tests, test_filename);
    tcase_add_test(tests, test_unreadable);
    tcase_add_test(tests, test_hints);
    tcase_add_test(tests, test_decision);
    tcase_add_test(tests, test_rules_are_in_order);
    tcase_add_test(tests, test_pass_allocates_nothing);
    tcase_add_test(tests, test_out_of_memory);
    suite_add_tcase(suite, tests);
    return suite;
}
