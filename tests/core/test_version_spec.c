/* Demands on versions: plain versions of Pythons and of modules, specifiers, what is no version. */
#include "suites.h"

#include "failing_malloc.h"
#include "model/version_spec.h"

static ispy_arena *arena;

static void begin(void) {
    arena = ispy_arena_new();
    ck_assert_ptr_nonnull(arena);
}

static void end(void) {
    ispy_arena_free(arena);
}

static ispy_verdict admits(const char *spec, bool series, const char *version) {
    const ispy_version_spec *parsed = NULL;
    ck_assert_msg(ispy_version_spec_parse(&parsed, arena, ispy_str_literal(spec), series) == ISPY_OK, "'%s'", spec);
    ck_assert_str_eq(ispy_version_spec_text(parsed).data, spec);
    return ispy_version_spec_admits(parsed, ispy_str_literal(version));
}

START_TEST(a_python_of_two_parts_stands_for_its_patch_releases) {
    ck_assert_int_eq(admits("3.11", true, "3.11.0"), ISPY_PASS);
    ck_assert_int_eq(admits("3.11", true, "3.11.7"), ISPY_PASS);
    ck_assert_int_eq(admits("3.11", true, "3.11.0rc1"), ISPY_PASS);
    ck_assert_int_eq(admits("3.11", true, "3.1.1"), ISPY_FAIL);
    ck_assert_int_eq(admits("3.1", true, "3.11.1"), ISPY_FAIL);
    ck_assert_int_eq(admits("3.10", true, "3.1.0"), ISPY_FAIL);
    ck_assert_int_eq(admits(" v3.11 ", true, "3.11.2"), ISPY_PASS);
    ck_assert_int_eq(admits("3", true, "3.13.0"), ISPY_PASS);
    ck_assert_int_eq(admits("3.11.4", true, "3.11.4"), ISPY_PASS);
    ck_assert_int_eq(admits("3.11.4", true, "3.11.5"), ISPY_FAIL);
    ck_assert_int_eq(admits("3.11.4", true, "3.11.4rc1"), ISPY_FAIL);
    ck_assert_int_eq(admits("3.14rc1", true, "3.14.0rc1"), ISPY_PASS);
    ck_assert_int_eq(admits("3.14rc1", true, "3.14.0"), ISPY_FAIL);
}
END_TEST

START_TEST(a_plain_version_of_a_module_is_just_that) {
    ck_assert_int_eq(admits("1.2", false, "1.2"), ISPY_PASS);
    ck_assert_int_eq(admits("1.2", false, "1.2.0"), ISPY_PASS);
    ck_assert_int_eq(admits("1.2", false, "1.2.1"), ISPY_FAIL);
    ck_assert_int_eq(admits("1.2", false, "1.2+local"), ISPY_PASS);
    ck_assert_int_eq(admits("1.2+local", false, "1.2+local"), ISPY_PASS);
    ck_assert_int_eq(admits("1.2+local", false, "1.2"), ISPY_FAIL);
}
END_TEST

START_TEST(specifiers_let_prereleases_in) {
    ck_assert_int_eq(admits(">=3.10,<4", true, "3.13.0"), ISPY_PASS);
    ck_assert_int_eq(admits(">=3.10,<4", false, "3.9"), ISPY_FAIL);
    ck_assert_int_eq(admits(">=3.10", true, "3.15.0a1"), ISPY_PASS);
    ck_assert_int_eq(admits("==3.11.*", true, "3.11.7"), ISPY_PASS);
}
END_TEST

START_TEST(what_is_no_version_is_unprovable) {
    ck_assert_int_eq(admits("1.2", false, "nightly"), ISPY_UNPROVABLE);
    ck_assert_int_eq(admits(">=1.2", false, "3.13.0+"), ISPY_UNPROVABLE);
    ck_assert_int_eq(admits(">=1.2", false, ""), ISPY_UNPROVABLE);
    ck_assert_int_eq(admits("===nightly", false, "nightly"), ISPY_PASS);
    ck_assert_int_eq(admits("===nightly", false, "weekly"), ISPY_FAIL);
    ck_assert_int_eq(admits("===nightly", false, "1.0"), ISPY_FAIL);
    ck_assert_int_eq(admits("===nightly,>=1", false, "nightly"), ISPY_UNPROVABLE);
    const ispy_version_spec *spec = NULL;
    ck_assert_int_eq(ispy_version_spec_parse(&spec, arena, ispy_str_literal("1.2"), false), ISPY_OK);
    ck_assert_int_eq(ispy_version_spec_admits(spec, ispy_str_of(NULL, 0)), ISPY_UNPROVABLE);
}
END_TEST

START_TEST(a_demand_that_is_none_is_refused) {
    static const char *const wrong[] = {"", " ", ",", "latest", "3.11.*", "3.x", ">= 3.10 < 4", "3.10, 3.11", "=3.11"};
    const ispy_version_spec *spec = NULL;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ispy_str text = ispy_str_literal(wrong[i]);
        ck_assert_msg(ispy_version_spec_parse(&spec, arena, text, true) == ISPY_EINVAL, "'%s'", wrong[i]);
        ck_assert_msg(ispy_version_spec_parse(&spec, arena, text, false) == ISPY_EINVAL, "'%s'", wrong[i]);
    }
    ck_assert_int_eq(ispy_version_spec_parse(&spec, arena, ispy_str_of(NULL, 0), true), ISPY_EINVAL);
}
END_TEST

START_TEST(running_out_of_memory_is_said) {
    bool failed = allocation_failures_work();
    for (size_t successes = 0; failed; successes++) {
        ispy_arena *own = ispy_arena_new();
        const ispy_version_spec *spec = NULL;
        allocation_failures_begin(successes);
        int status = ispy_version_spec_parse(&spec, own, ispy_str_literal("3.11"), true);
        failed = allocation_failures_end();
        ck_assert_int_eq(status, failed ? ISPY_ENOMEM : ISPY_OK);
        ck_assert(failed == (spec == NULL));
        ispy_arena_free(own);
    }
}
END_TEST

Suite *version_spec_suite(void) {
    Suite *suite = suite_create("version_spec");
    TCase *tests = tcase_create("version_spec");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, a_python_of_two_parts_stands_for_its_patch_releases);
    tcase_add_test(tests, a_plain_version_of_a_module_is_just_that);
    tcase_add_test(tests, specifiers_let_prereleases_in);
    tcase_add_test(tests, what_is_no_version_is_unprovable);
    tcase_add_test(tests, a_demand_that_is_none_is_refused);
    tcase_add_test(tests, running_out_of_memory_is_said);
    suite_add_tcase(suite, tests);
    return suite;
}
