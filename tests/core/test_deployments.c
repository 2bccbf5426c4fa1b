/* Where a module may run: each rule on the context, and the fold over deployments, systems and Pythons. */
#include "check_helper.h"
#include "sample_source.h"
#include "suites.h"

#include <string.h>

#define SYSTEM(body) "deployments: [{systems: [{" body "}]}]"
#define PYTHON(body) "deployments: [{systems: [{pythons: [{" body "}]}]}]"
#define M            "acme.plugin"

START_TEST(test_machine) {
    expect("deployments: [{arch: x86_64}]", "", "");
    expect("deployments: [{arch: aarch64}]", "", "110 " M "; 101 " M);
    check_context()->arch = ispy_str_literal("AMD64");
    expect("deployments: [{arch: x86_64}]", "", "");
    check_context()->arch = ispy_str_literal("arm64");
    expect("deployments: [{arch: aarch64}]", "", "");
    check_context()->arch = (ispy_str){NULL, 0, 0};
    expect("deployments: [{arch: x86_64}]", "", "110 " M "; 101 " M);
    ispy_report *report = check_source("deployments: [{arch: x86_64}]", "");
    ck_assert_str_eq(finding_of(report, "ISPY101")->found.data, "not known");
}
END_TEST

START_TEST(test_system) {
    expect(SYSTEM("os: linux"), "", "");
    expect(SYSTEM("os: windows"), "", "110 " M "; 102 " M);
    check_context()->os = ispy_str_literal("darwin");
    expect(SYSTEM("os: macos"), "", "");
}
END_TEST

START_TEST(test_python) {
    expect(PYTHON("version: 3.12"), "", "");
    expect(PYTHON("version: 3.12.1"), "", "");
    expect(PYTHON("version: '>=3.10,<4'"), "", "");
    expect(PYTHON("version: 3.12.2"), "", "110 " M "; 103 " M);
    expect(PYTHON("version: 3.11"), "", "110 " M "; 103 " M);
    expect(PYTHON("interpreter: cpython"), "", "");
    expect(PYTHON("interpreter: PyPy"), "", "110 " M "; 104 " M);
    expect(PYTHON("version: 3.11, interpreter: PyPy"), "", "110 " M "; 103 " M "; 104 " M);
}
END_TEST

START_TEST(test_environment) {
    expect(SYSTEM("environment: {variables: [{name: APP_MODE, value: prod}]}"), "", "");
    expect(SYSTEM("environment: {variables: [{name: APP_MODE}]}"), "", "");
    expect(SYSTEM("environment: {variables: [{name: APP_MODE, value: test}]}"), "", "110 " M "; 106 " M);
    expect(SYSTEM("environment: {variables: [{name: OTHER, value: test}]}"), "", "110 " M "; 105 " M);
    expect(SYSTEM("environment: {variables: [{name: UNSET}]}"), "", "110 " M "; 105 " M);
    expect(SYSTEM("environment: {secrets: [TOKEN]}"), "", "");
    expect(SYSTEM("environment: {secrets: [UNSET]}"), "", "110 " M "; 107 " M);
}
END_TEST

/* What an environment variable holds is shown nowhere, be it a secret or not. */
START_TEST(test_environment_is_not_shown) {
    ispy_report *report =
        check_source(SYSTEM("environment: {variables: [{name: TOKEN, value: wanted}], secrets: [UNSET]}"), "");
    expect_report(report, "110 " M "; 106 " M "; 107 " M);
    ispy_str json;
    ck_assert_int_eq(ispy_reports_json(&json, &report, 1), ISPY_OK);
    ck_assert_ptr_null(strstr(json.data, "canary"));
    ck_assert_ptr_null(strstr(text_of_report(report), "canary"));
    ck_assert_ptr_nonnull(strstr(json.data, "wanted"));
}
END_TEST

/* A list that is not stated demands nothing; one that is empty is met by nothing. */
START_TEST(test_empty_lists) {
    expect("deployments:", "", "");
    expect("deployments: []", "", "110 " M);
    expect("deployments: [{arch: x86_64, systems: []}]", "", "110 " M);
    expect("deployments: [{arch: x86_64, systems: [{os: linux, pythons: []}]}]", "", "110 " M);
    expect("deployments: [{arch: x86_64, systems: [{os: linux, pythons: [{version: 3.12, modules: []}]}]}]", "", "");
}
END_TEST

START_TEST(test_alternatives) {
    expect("deployments: [{arch: aarch64}, {arch: x86_64}]", "", "");
    expect("deployments: [{systems: [{os: windows}, {os: linux}]}]", "", "");
    expect("deployments: [{systems: [{pythons: [{version: 3.9}, {version: 3.12}]}]}]", "", "");
    /* the nearest is shown: one level fails there, two elsewhere */
    expect("deployments: [{arch: aarch64, systems: [{os: windows}]}, {arch: x86_64, systems: [{os: windows}]}]", "",
           "110 " M "; 102 " M);
    expect("deployments: [{arch: x86_64, systems: [{os: windows}]}, {arch: aarch64, systems: [{os: windows}]}]", "",
           "110 " M "; 102 " M);
}
END_TEST

START_TEST(test_modules) {
    const char *one = "deployments: [{systems: [{os: linux, pythons: [{version: 3.12, modules:\n"
                      "  [{filename: plugin.py, variables: [X]}, {functions: [f]}]}]}]}]";
    expect(one, "X = 1\ndef f(): ...\n", "");
    expect(one, "X = 1\n", "301 f");
    expect(one, "", "501 X; 301 f");
    expect(PYTHON("modules: [{filename: other.py}]"), "", "201 other.py");
    expect(PYTHON("modules: [{version: '2'}]"), "__version__ = '1'\n", "202 __version__");
    /* a module that does not fit here is nearer than a machine that does not */
    expect("deployments: [{arch: aarch64}, {systems: [{pythons: [{modules: [{variables: [X, Y]}]}]}]}]", "",
           "501 X; 501 Y");
    /* of two that fit around it, the one that lacks less */
    expect("deployments: [{systems: [{pythons: [{modules: [{variables: [X, Y]}]}, {modules: [{variables: [Z]}]}]}]}]",
           "", "501 Z");
    expect("deployments: [{systems: [{pythons: [{modules: [{variables: [X, Y]}]}, {modules: [{variables: [Z]}]}]}]}]",
           "X = 1\nY = 1\n", "");
    /* open is better than wrong */
    expect("deployments: [{systems: [{pythons: [{modules: [{variables: [{name: X, value: 1}]}]},\n"
           " {modules: [{variables: [Z]}]}]}]}]",
           "X = make()\n", "503? X (dynamic-value)");
    /* and what fails around the module is not made better by a module that is open */
    expect("deployments: [{arch: aarch64, systems: [{pythons: [{modules: [{variables: [X]}]}]}]}]", "#star\n",
           "110 " M "; 101 " M);
}
END_TEST

START_TEST(test_beside_the_body) {
    expect("variables: [A]\ndeployments: [{arch: aarch64}]", "", "501 A; 110 " M "; 101 " M);
}
END_TEST

Suite *deployments_suite(void) {
    Suite *suite = suite_create("deployments");
    TCase *tests = tcase_create("deployments");
    tcase_add_checked_fixture(tests, check_setup, check_teardown);
    tcase_add_test(tests, test_machine);
    tcase_add_test(tests, test_system);
    tcase_add_test(tests, test_python);
    tcase_add_test(tests, test_environment);
    tcase_add_test(tests, test_environment_is_not_shown);
    tcase_add_test(tests, test_empty_lists);
    tcase_add_test(tests, test_alternatives);
    tcase_add_test(tests, test_modules);
    tcase_add_test(tests, test_beside_the_body);
    suite_add_tcase(suite, tests);
    return suite;
}
