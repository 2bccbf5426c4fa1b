/* Classes: bases, attributes and their sides, methods and their kinds, lookups through bases. */
#include "check_helper.h"
#include "sample_source.h"
#include "suites.h"

#include <stdio.h>
#include <string.h>

#define BASE(name)       "classes: [{name: C, superclasses: [" name "]}]"
#define METHOD(entry)    "classes: [{name: C, methods: [" entry "]}]"
#define ATTRIBUTE(entry) "classes: [{name: C, attributes: [" entry "]}]"

START_TEST(test_superclasses) {
    expect(BASE("B"), "class B: ...\nclass C(B): ...\n", "");
    expect(BASE("B"), "class A: ...\nclass C(A): ...\n", "404 C");
    expect(BASE("B"), "class C: ...\n", "404 C");
    expect(BASE("A"), "class A: ...\nclass B(A): ...\nclass C(B): ...\n", "");
    expect(BASE("acme.plugin.B"), "class B: ...\nclass C(B): ...\n", "");
    expect(BASE("other.B"), "class B: ...\nclass C(B): ...\n", "404 C");
    expect(BASE("acme.api.B"), "#import B from acme.api\nclass C(B): ...\n", "");
    expect(BASE("B"), "#import B from acme.api\nclass C(B): ...\n", "");
    expect(BASE("other.B"), "#import B from acme.api\nclass C(B): ...\n", "404? C (unresolved-base)");
    expect(BASE("D"), "#import B from acme.api\nclass C(B): ...\n", "404? C (unresolved-base)");
    expect(BASE("D"), "class C(metaclass=M): ...\n", "404? C (metaclass)");
    expect(BASE("D"), "class C(Exception): ...\n", "404 C");
    expect(BASE("BaseException"), "class C(Exception): ...\n", "404? C (unresolved-base)");
    expect(BASE("Exception"), "class C(Exception): ...\n", "");
    expect(BASE("object"), "class C: ...\n", "");
    expect(BASE("ABC"), "#import ABC from abc\nclass C(ABC): ...\n", "");
    expect(BASE("D"), "#import ABC from abc\nclass C(ABC): ...\n", "404 C");
    expect(BASE("C"), "class C(C): ...\n", "404? C (unresolved-base)");
    expect(BASE("B"), "#if\n#import B from a\n#else\n#import B from b\n#end\nclass C(B): ...\n", "");
    expect(BASE("D"), "#if\n#import B from a\n#else\n#import B from b\n#end\nclass C(B): ...\n",
           "404? C (unresolved-base)");
    const ispy_finding *finding =
        finding_of(check_source(BASE("D"), "class A: ...\nclass B: ...\nclass C(A, B): ...\n"), "ISPY404");
    ck_assert_str_eq(finding->wanted.data, "D");
    ck_assert_str_eq(finding->found.data, "(A, B)");
    ck_assert_str_eq(finding->hint.data, "derive 'C' from 'D'");
}
END_TEST

START_TEST(test_superclass_bodies) {
    const char *contract = "classes: [{name: C, superclasses: [{name: B, methods: [run]}]}]";
    expect(contract, "class B:\n    def run(self): ...\nclass C(B): ...\n", "");
    expect(contract, "class B: ...\nclass C(B):\n    def run(self): ...\n", "407 B.run");
    expect(contract, "class C: ...\n", "404 C");
    expect(contract, "#import B from a\nclass C(B): ...\n", "404? C (unresolved-base)");
}
END_TEST

START_TEST(test_methods) {
    expect(METHOD("run"), "class C:\n    def run(self): ...\n", "");
    expect(METHOD("run"), "class C: ...\n", "407 C.run");
    expect(METHOD("run"), "class C:\n    run = 1\n", "303 C.run");
    expect(METHOD("run"), "class C:\n    run = make()\n", "303? C.run (dynamic-value)");
    expect(METHOD("run"), "class C:\n    @property\n    def run(self): ...\n", "312 C.run");
    expect(METHOD("run"), "class C(D): ...\n", "407? C.run (unresolved-base)");
    expect(METHOD("run"), "class C(metaclass=M): ...\n", "407? C.run (metaclass)");
    expect(METHOD("run"), "class C:\n    def __getattr__(self, name): ...\n", "407? C.run (class-getattr)");
    expect(METHOD("run"), "", "401 C");
    expect(METHOD("{name: run, presence: forbidden}"), "class C:\n    def run(self): ...\n", "408 C.run");
    expect(METHOD("{name: run, presence: forbidden}"), "class C: ...\n", "");
    expect(METHOD("{name: run, presence: forbidden}"), "class C(D): ...\n", "408? C.run (unresolved-base)");
    expect(METHOD("{name: run, presence: optional, call: '(x)'}"), "class C:\n    def run(self): ...\n", "310 C.run");
    expect(METHOD("{name: run, call: '(event)'}"), "class C:\n    def run(self, event): ...\n", "");
    expect(METHOD("{name: run, call: '(event)'}"), "class C:\n    def run(event): ...\n", "310 C.run");
    expect(METHOD("{name: run, call: '(event)'}"), "class C:\n    def run(): ...\n", "310 C.run");
    expect(METHOD("{name: run, call: '(event)'}"), "class C:\n    def run(*args): ...\n", "");
    expect(METHOD("{name: run, call: '(event)'}"), "class C:\n    @staticmethod\n    def run(event): ...\n", "");
    expect(METHOD("{name: run, call: '(event)'}"), "class C:\n    @classmethod\n    def run(cls, event): ...\n", "");
    expect(METHOD("{name: run, arguments: [self, event]}"), "class C:\n    def run(this, event): ...\n", "");
    expect(METHOD("{name: run, arguments: [self, event]}"), "class C:\n    def run(self): ...\n", "305 C.run");
}
END_TEST

START_TEST(test_method_stubs) {
    expect(METHOD("'def run(self, job)'"), "class C:\n    def run(me, job): ...\n", "");
    expect(METHOD("'def run(self, job)'"), "class C:\n    def run(self): ...\n", "305 C.run");
    expect(METHOD("'def run(self, job)'"), "class C:\n    def run(): ...\n", "311 C.run");
    expect(METHOD("'def run(self)'"), "class C:\n    async def run(self): ...\n", "304 C.run");
    /* what can be called on the class can be called on its instances as well */
    expect(METHOD("'def run(self, job)'"), "class C:\n    @staticmethod\n    def run(job): ...\n", "");
    expect(METHOD("'def run(self, job)'"), "class C:\n    @classmethod\n    def run(cls, job): ...\n", "");
    expect(METHOD("'def run(self, job)'"), "class C:\n    @x\n    def run(self): ...\n", "303? C.run (decorated)");
    expect(METHOD("{name: run, kind: instance}"), "class C:\n    @staticmethod\n    def run(): ...\n", "312 C.run");
    expect(METHOD("{name: run, kind: class}"), "class C:\n    @classmethod\n    def run(cls): ...\n", "");
    expect(METHOD("{name: run, kind: class}"), "class C:\n    def run(self): ...\n", "312 C.run");
    expect(METHOD("{name: run, kind: static}"), "class C:\n    @staticmethod\n    def run(): ...\n", "");
    expect(METHOD("{name: run, kind: property}"), "class C:\n    @property\n    def run(self): ...\n", "");
    expect(METHOD("{name: run, kind: property}"), "class C:\n    run = 1\n", "");
    expect(METHOD("{name: run, kind: property}"), "class C:\n    run: int\n", "");
    expect(METHOD("{name: run, kind: property}"), "class C: ...\n#self C.run = 1\n", "");
    expect(METHOD("{name: run, kind: property}"), "class C:\n    def run(self): ...\n", "312 C.run");
}
END_TEST

START_TEST(test_lookups_through_bases) {
    expect(METHOD("run"), "class B:\n    def run(self): ...\nclass C(B): ...\n", "");
    expect(METHOD("run"), "class A:\n    def run(self): ...\nclass B(A): ...\nclass C(B): ...\n", "");
    expect(METHOD("run"), "class A:\n    def run(self): ...\nclass C(A, D): ...\n", "");
    /* D may have its own */
    expect(METHOD("{name: run, call: '(x)'}"), "class A:\n    def run(self): ...\nclass C(D, A): ...\n",
           "310? C.run (conditional); 407? C.run (unresolved-base)");
    /* a diamond: C3 puts B2 before A, where depth first finds A's */
    expect(ATTRIBUTE("{name: x, value: 2}"),
           "class A:\n    x = 1\nclass B1(A): ...\nclass B2(A):\n    x = 2\nclass C(B1, B2): ...\n", "");
    /* an order that Python refuses */
    expect(METHOD("run"), "class A: ...\nclass B(A): ...\nclass C(A, B): ...\n", "407? C.run (unresolved-base)");
    expect(METHOD("run"), "class C(C): ...\n", "407? C.run (unresolved-base)");
    expect(METHOD("run"), "#import ABC from abc\nclass C(ABC): ...\n", "407 C.run");
    expect(METHOD("run"), "#import Protocol from typing\nclass C(Protocol): ...\n", "407 C.run");
    /* far too many bases, and a chain that is far too long */
    char source[8192];
    size_t length = 0;
    for (int i = 0; i < 100; i++) {
        length += (size_t)snprintf(source + length, sizeof source - length,
                                   i == 0 ? "class B0: ...\n" : "class B%d(B%d): ...\n", i, i - 1);
    }
    snprintf(source + length, sizeof source - length, "class C(B99): ...\n");
    expect(METHOD("run"), source, "407? C.run (unresolved-base)");
    length = (size_t)snprintf(source, sizeof source, "class C(");
    for (int i = 0; i < 60; i++) {
        length += (size_t)snprintf(source + length, sizeof source - length, "B%d, ", i);
    }
    snprintf(source + length, sizeof source - length, "): ...\n");
    expect(METHOD("run"), source, "407? C.run (unresolved-base)");
}
END_TEST

START_TEST(test_attributes) {
    expect(ATTRIBUTE("x"), "class C:\n    x = 1\n", "");
    expect(ATTRIBUTE("x"), "class C:\n    x: int\n", "");
    expect(ATTRIBUTE("x"), "class C:\n    def x(self): ...\n", "");
    expect(ATTRIBUTE("x"), "class C: ...\n#self C.x = 1\n", "");
    expect(ATTRIBUTE("x"), "class C: ...\n#maybe C.x = 1\n", "405? C.x (conditional)");
    expect(ATTRIBUTE("x"), "class C: ...\n", "405 C.x");
    expect(ATTRIBUTE("x"), "class C(D): ...\n", "405? C.x (unresolved-base)");
    expect(ATTRIBUTE("{name: x, presence: forbidden}"), "class C: ...\n", "");
    expect(ATTRIBUTE("{name: x, presence: forbidden}"), "class C:\n    x = 1\n", "406 C.x");
    expect(ATTRIBUTE("{name: x, presence: forbidden}"), "class C: ...\n#self C.x = 1\n", "406 C.x");
    expect(ATTRIBUTE("{name: x, presence: forbidden}"), "class C(D): ...\n", "406? C.x (unresolved-base)");
    expect(ATTRIBUTE("{name: x, presence: optional, value: 1}"), "class C: ...\n", "");
    expect(ATTRIBUTE("{name: x, presence: optional, value: 1}"), "class C:\n    x = 2\n", "503 C.x");
    expect(ATTRIBUTE("{name: x, value: 1}"), "class C:\n    x = 1\n", "");
    expect(ATTRIBUTE("{name: x, value: 1}"), "class C:\n    x = 2\n", "503 C.x");
    expect(ATTRIBUTE("{name: x, value: 1}"), "class C: ...\n#self C.x = 1\n", "");
    expect(ATTRIBUTE("{name: x, value: 1}"), "class C: ...\n#self C.x = 2\n", "503 C.x");
    expect(ATTRIBUTE("{name: x, value: 1}"), "class C: ...\n#self C.x = make()\n", "503? C.x (dynamic-value)");
    /* either side serves */
    expect(ATTRIBUTE("{name: x, value: 1}"), "class C:\n    x = None\n#self C.x = 1\n", "");
    expect(ATTRIBUTE("{name: x, value: 1}"), "class C:\n    x = None\n#self C.x = 2\n", "503 C.x");
    expect(ATTRIBUTE("{name: x, value: 1}"), "class C:\n    x: int\n", "503? C.x (dynamic-value)");
    expect(ATTRIBUTE("{name: x, value: 1}"), "class C:\n    @property\n    def x(self): ...\n",
           "503? C.x (dynamic-value)");
    expect(ATTRIBUTE("{name: x, annotation: int}"), "class C:\n    x: int\n", "");
    expect(ATTRIBUTE("{name: x, annotation: int}"), "class C:\n    x: str\n", "504 C.x");
    expect(ATTRIBUTE("{name: x, annotation: int}"), "class C:\n    x = 1\n", "");
    expect(ATTRIBUTE("{name: x, annotation: int}"), "class C:\n    @property\n    def x(self) -> int: ...\n", "");
    expect(ATTRIBUTE("{name: x, annotation: int}"), "class C:\n    @property\n    def x(self) -> str: ...\n",
           "504 C.x");
}
END_TEST

START_TEST(test_sides) {
    expect(ATTRIBUTE("{name: x, type: class}"), "class C:\n    x = 1\n", "");
    expect(ATTRIBUTE("{name: x, type: class}"), "class C:\n    x: int\n", "409 C.x");
    expect(ATTRIBUTE("{name: x, type: class}"), "class C: ...\n#self C.x = 1\n", "409 C.x");
    expect(ATTRIBUTE("{name: x, type: class}"), "class C(D): ...\n#self C.x = 1\n", "409? C.x (unresolved-base)");
    expect(ATTRIBUTE("{name: x, type: class}"), "class C: ...\n", "405 C.x");
    expect(ATTRIBUTE("{name: x, type: class}"), "class C:\n    @property\n    def x(self): ...\n", "");
    expect(ATTRIBUTE("{name: x, type: instance}"), "class C: ...\n#self C.x = 1\n", "");
    expect(ATTRIBUTE("{name: x, type: instance}"), "class C:\n    x: int\n", "");
    expect(ATTRIBUTE("{name: x, type: instance}"), "class C:\n    x = 1\n", "409 C.x");
    expect(ATTRIBUTE("{name: x, type: instance}"), "class C(D):\n    x = 1\n", "409? C.x (unresolved-base)");
    expect(ATTRIBUTE("{name: x, type: instance}"), "class C:\n    x = None\n#self C.x = 1\n", "");
    expect(ATTRIBUTE("{name: x, type: instance}"), "class C:\n    @property\n    def x(self): ...\n", "");
    expect(ATTRIBUTE("{name: x, type: instance}"), "class B: ...\nclass C(B): ...\n#self B.x = 1\n", "");
    expect(ATTRIBUTE("{name: x, type: instance}"), "class C: ...\n", "405 C.x");
}
END_TEST

START_TEST(test_decorated_classes) {
    ispy_reference decorator = {.name = ispy_str_literal("dataclasses.dataclass"),
                                .text = ispy_str_literal("dataclasses.dataclass"),
                                .at = {1, 1, 1}};
    ispy_module *module = sample_source(check_arena(), "class C:\n    x: int\n");
    ispy_class *klass = (ispy_class *)module->scope.bindings[0].candidates[0]->as.klass;
    klass->decorators = &decorator;
    klass->decorator_count = 1;
    expect_report(check_module(METHOD("run"), module), "407 C.run");
    expect_report(check_module(METHOD("__init__"), module), "407? C.__init__ (metaclass)");
    expect_report(check_module("functions: [{name: C, call: '(x)'}]", module), "310? C (metaclass)");
    decorator.name = ispy_str_literal("register");
    expect_report(check_module(METHOD("run"), module), "407? C.run (metaclass)");
}
END_TEST

START_TEST(test_cascades) {
    const char *contract = "classes:\n"
                           "- name: C\n"
                           "  superclasses: [B]\n"
                           "  attributes: [x, {name: y, value: 1}]\n"
                           "  methods: ['def run(self, job)', stop]\n";
    expect(contract, "", "401 C");
    expect(contract, "C = 1\n", "403 C");
    expect(contract, "class C: ...\n", "404 C; 405 C.x; 405 C.y; 407 C.run; 407 C.stop");
    /* of two classes that may be it, both are wrong: the first one's faults */
    expect(contract, "#if\nclass C: ...\n#else\nC = 1\n#end\n", "404 C; 405 C.x; 405 C.y; 407 C.run; 407 C.stop");
    ispy_report *report = check_source(METHOD("'def run(self, job)'"), "X = 1\nclass C:\n    def run(self): ...\n");
    const ispy_finding *finding = finding_of(report, "ISPY305");
    ck_assert_str_eq(finding->message.data, "method 'C.run' has no parameter 'job'");
    ck_assert_uint_eq(finding->module_at.line, 3);
    report = check_source(METHOD("run"), "X = 1\nclass C: ...\n");
    ck_assert_uint_eq(finding_of(report, "ISPY407")->module_at.line, 2);
}
END_TEST

Suite *class_rules_suite(void) {
    Suite *suite = suite_create("class_rules");
    TCase *tests = tcase_create("class_rules");
    tcase_add_checked_fixture(tests, check_setup, check_teardown);
    tcase_add_test(tests, test_superclasses);
    tcase_add_test(tests, test_superclass_bodies);
    tcase_add_test(tests, test_methods);
    tcase_add_test(tests, test_method_stubs);
    tcase_add_test(tests, test_lookups_through_bases);
    tcase_add_test(tests, test_attributes);
    tcase_add_test(tests, test_sides);
    tcase_add_test(tests, test_decorated_classes);
    tcase_add_test(tests, test_cascades);
    suite_add_tcase(suite, tests);
    return suite;
}
