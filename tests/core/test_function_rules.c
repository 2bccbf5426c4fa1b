/* Functions: async, arguments in a list, stub lines, the host's call, return annotations. */
#include "check_helper.h"
#include "sample_source.h"
#include "suites.h"

#include <stdio.h>
#include <string.h>

static void expect_stub(const char *stub, const char *plugin, const char *summary) {
    char contract[512];
    char source[512];
    snprintf(contract, sizeof contract, "functions: [\"def f%s\"]", stub);
    snprintf(source, sizeof source, "def f%s: ...\n", plugin);
    expect(contract, source, summary);
}

static void expect_call(const char *call, const char *plugin, const char *summary) {
    char contract[512];
    char source[512];
    snprintf(contract, sizeof contract, "functions: [{name: f, call: \"%s\"}]", call);
    snprintf(source, sizeof source, "def f%s: ...\n", plugin);
    expect(contract, source, summary);
}

static void expect_list(const char *arguments, const char *plugin, const char *summary) {
    char contract[512];
    char source[512];
    snprintf(contract, sizeof contract, "functions: [{name: f, arguments: [%s]}]", arguments);
    snprintf(source, sizeof source, "def f%s: ...\n", plugin);
    expect(contract, source, summary);
}

START_TEST(test_async) {
    expect("functions: ['async def f()']", "async def f(): ...\n", "");
    expect("functions: ['async def f()']", "def f(): ...\n", "304 f");
    expect("functions: ['def f()']", "async def f(): ...\n", "304 f");
    expect("functions: [{name: f, async: true}]", "def f(): ...\n", "304 f");
    expect("functions: [f]", "async def f(): ...\n", "");
    expect("functions: [{name: f, async: true}]", "@x\ndef f(): ...\n", "303? f (decorated)");
    expect("functions: [{name: f, async: true}]", "#if\nasync def f(): ...\n#else\ndef f(): ...\n#end\n",
           "304? f (conditional)");
}
END_TEST

START_TEST(test_listed) {
    expect_list("a, b", "(a, b)", "");
    expect_list("a, b", "(a, x, b)", "");
    expect_list("a, b", "(b, a)", "306 f");
    expect_list("a, b", "(a)", "305 f");
    expect_list("a, b, c", "(c)", "305 f; 305 f");
    expect_list("a, b", "(a, *, b)", "");
    expect_list("a, b", "(**kwargs)", "305 f; 305 f");
    expect_list("args", "(*args)", "");
    expect_list("{name: a, value: 1}", "(a=1)", "");
    expect_list("{name: a, value: 1}", "(a=2)", "307 f");
    expect_list("{name: a, value: 1}", "(a)", "307 f");
    expect_list("{name: a, value: 1}", "(a=x())", "307? f (dynamic-value)");
    expect_list("{name: a, value: ...}", "(a=x())", "");
    expect_list("{name: a, value: ...}", "(a)", "307 f");
    expect_list("{name: a, annotation: int}", "(a: int)", "");
    expect_list("{name: a, annotation: int}", "(a: str)", "308 f");
    expect_list("{name: a, annotation: int}", "(a)", "308 f");
    expect_list("{name: a, annotation: int}", "(a: Missing)", "308? f (annotation-unknown)");
    /* one that is missing says nothing about the places of others */
    expect_list("a, b, c", "(b, c)", "305 f");
}
END_TEST

START_TEST(test_stub_accepts) {
    expect_stub("()", "()", "");
    expect_stub("()", "(a=1, *args, b=2, **kwargs)", "");
    expect_stub("(a)", "(a)", "");
    expect_stub("(a)", "(a=1)", "");
    expect_stub("(a)", "(a, b=1)", "");
    expect_stub("(a)", "(a, *, b=1)", "");
    expect_stub("(a, b)", "(*args, **kwargs)", "");
    expect_stub("(a, b)", "(a, *args, **kwargs)", "");
    expect_stub("(a, /)", "(whatever)", "");
    expect_stub("(a, /)", "(whatever, /)", "");
    expect_stub("(a, /)", "(*args)", "");
    expect_stub("(*, a)", "(*, a)", "");
    expect_stub("(*, a)", "(a)", "");
    expect_stub("(*, a)", "(**kwargs)", "");
    expect_stub("(*, a, b)", "(*, b, a)", "");
    expect_stub("(*args)", "(*a)", "");
    expect_stub("(a, *args)", "(a, b=1, *args)", "");
    expect_stub("(**kwargs)", "(a=1, **kw)", "");
    expect_stub("(a=1)", "(a=1)", "");
    expect_stub("(a=...)", "(a=2)", "");
    expect_stub("(a=...)", "(*args, **kwargs)", "");
}
END_TEST

START_TEST(test_stub_refuses) {
    expect_stub("(a)", "()", "305 f");
    expect_stub("(a, b)", "(a)", "305 f");
    expect_stub("(a)", "(b)", "305 f"); /* renamed: one complaint, not two */
    expect_stub("(a)", "(a, b)", "311 f");
    expect_stub("(a)", "(a, *, b)", "311 f");
    expect_stub("(a)", "(a, b, c)", "311 f; 311 f");
    expect_stub("(a)", "(x, a)", "311 f");
    expect_stub("(a, b)", "(b, a)", "306 f");
    expect_stub("(a)", "(x=1, a=2)", "306 f");
    expect_stub("(a)", "(*, a)", "306 f");
    expect_stub("(a)", "(a, /)", "306 f");
    expect_stub("(a)", "(*args)", "305 f");
    expect_stub("(a)", "(**kwargs)", "305 f");
    expect_stub("(a)", "(b=1, **kwargs)", "305 f");
    expect_stub("(a, /)", "()", "305 f");
    expect_stub("(a, /)", "(*, a)", "305 f; 311 f");
    expect_stub("(*, a)", "()", "305 f");
    expect_stub("(*, a)", "(*args)", "305 f");
    expect_stub("(*, a)", "(a, /)", "306 f");
    expect_stub("(b=1, *, a=1)", "(a=1, b=1)", "306 f");
    expect_stub("(*args, a)", "(a, *args)", "306 f");
    expect_stub("(*args)", "()", "311 f");
    expect_stub("(*args)", "(a=1)", "311 f");
    expect_stub("(**kwargs)", "()", "311 f");
    expect_stub("(a=1)", "(a)", "307 f");
    expect_stub("(a=1)", "(a=2)", "307 f");
    expect_stub("(a=1)", "(a=x())", "307? f (dynamic-value)");
    expect_stub("(a=1)", "(*args, **kwargs)", "307? f (dynamic-value)");
    expect_stub("(a=...)", "(a)", "307 f");
    expect_stub("(a: int)", "(a: str)", "308 f");
    expect_stub("(a: int)", "(a)", "308 f");
    expect_stub("(a: int) -> str", "(a: str) -> int", "308 f; 309 f");
}
END_TEST

START_TEST(test_returns) {
    expect_stub("() -> int", "() -> int", "");
    expect_stub("() -> int", "() -> str", "309 f");
    expect_stub("() -> int", "()", "309 f");
    expect_stub("() -> None", "() -> None", "");
    expect_stub("() -> int", "() -> Missing", "309? f (annotation-unknown)");
    expect("functions: [{name: f, return_annotation: None}]", "def f() -> int: ...\n", "309 f");
}
END_TEST

START_TEST(test_calls) {
    expect_call("()", "()", "");
    expect_call("(a)", "(x)", "");
    expect_call("(a)", "(x, y=1)", "");
    expect_call("(a)", "(*args)", "");
    expect_call("(a, b=1)", "(x, *, b)", "");
    expect_call("(a, b=1)", "(x, **kw)", "");
    expect_call("(a, b=1)", "(x, b)", "");
    expect_call("(*args, **kw)", "(*args, **kw)", "");
    expect_call("(a)", "()", "310 f");
    expect_call("()", "(x)", "310 f");
    expect_call("()", "(*, x)", "310 f");
    expect_call("(a, b=1)", "(x)", "310 f");
    expect_call("(a, b=1)", "(b)", "310 f");
    expect_call("(b=1)", "(b, /)", "310 f");
    expect_call("(*args)", "(x)", "310? f (open-call)");
    expect_call("(*args)", "(x, *args)", "310? f (open-call)");
    expect_call("(*args)", "(*, x)", "310 f");
    expect_call("(**kw)", "()", "310? f (open-call)");
    expect_call("(**kw)", "(*, x, **kw)", "310? f (open-call)");
    expect_call("(**kw)", "(x, /, **kw)", "310 f");
    expect_call("(a, *args)", "(*args)", "");
}
END_TEST

START_TEST(test_calls_of_classes) {
    const char *contract = "functions: [{name: f, call: '(app)'}]";
    expect(contract, "class f:\n    def __init__(self, app): ...\n", "");
    expect(contract, "class f:\n    def __init__(self): ...\n", "310 f");
    expect(contract, "class f: ...\n", "310 f");
    expect("functions: [{name: f, call: '()'}]", "class f: ...\n", "");
    expect(contract, "class f(Elsewhere): ...\n", "310? f (unresolved-base)");
    expect(contract, "class f(Exception): ...\n", "310? f (unresolved-base)");
    expect(contract, "class f(metaclass=M): ...\n", "310? f (metaclass)");
    expect(contract, "class f:\n    def __new__(cls, app): ...\n", "");
    expect(contract, "class B:\n    def __init__(self, app): ...\nclass f(B): ...\n", "");
    expect("functions: ['def f(app)']", "class f:\n    def __init__(self, app): ...\n", "303 f");
}
END_TEST

START_TEST(test_live_signatures) {
    ispy_module *module = sample_source(check_arena(), "@x\ndef f(app): ...\n");
    ispy_function *function = (ispy_function *)module->scope.bindings[0].candidates[0]->as.function;
    function->unknown = ISPY_REASON_SIGNATURE_UNKNOWN;
    module->is_live = true;
    expect_report(check_module("functions: [f]", module), "");
    expect_report(check_module("functions: ['def f(app) -> int']", module), "311? f (signature-unknown)");
    expect_report(check_module("functions: [{name: f, call: '(app)'}]", module), "310? f (signature-unknown)");
    expect_report(check_module("functions: [{name: f, arguments: [app]}]", module), "305? f (signature-unknown)");
}
END_TEST

START_TEST(test_shown_signatures) {
    ispy_report *report =
        check_source("functions: ['def f(x, y, /, z, *args, k=1, **kw)']", "def f(a, /, b, *, c=5, d): ...\n");
    const ispy_finding *finding = finding_of(report, "ISPY311");
    ck_assert_str_eq(finding->wanted.data, "(x, y, /, z, *args, k=1, **kw)");
    ck_assert_str_eq(finding->found.data, "(a, /, b, *, c=5, d)");
    report = check_source("functions: ['def f(a, b=...)']", "def f(a, /): ...\n");
    finding = finding_of(report, "ISPY305");
    ck_assert_str_eq(finding->wanted.data, "(a, b=...)");
    ck_assert_str_eq(finding->found.data, "(a, /)");
    finding = finding_of(check_source("functions: [{name: f, call: '(app)'}]", "def f(): ...\n"), "ISPY310");
    ck_assert_str_eq(finding->message.data, "function 'f' takes fewer arguments by position than the host passes");
    ck_assert_str_eq(finding->wanted.data, "(app)");
    ck_assert_str_eq(finding->found.data, "()");
}
END_TEST

Suite *function_rules_suite(void) {
    Suite *suite = suite_create("function_rules");
    TCase *tests = tcase_create("function_rules");
    tcase_add_checked_fixture(tests, check_setup, check_teardown);
    tcase_add_test(tests, test_async);
    tcase_add_test(tests, test_listed);
    tcase_add_test(tests, test_stub_accepts);
    tcase_add_test(tests, test_stub_refuses);
    tcase_add_test(tests, test_returns);
    tcase_add_test(tests, test_calls);
    tcase_add_test(tests, test_calls_of_classes);
    tcase_add_test(tests, test_live_signatures);
    tcase_add_test(tests, test_shown_signatures);
    suite_add_tcase(suite, tests);
    return suite;
}
