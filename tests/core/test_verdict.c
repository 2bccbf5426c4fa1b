/* The words for verdicts, reasons and modes. */
#include "suites.h"

#include <importspy/verdict.h>

#include <string.h>

START_TEST(every_value_has_its_name) {
    ck_assert_str_eq(ispy_verdict_name(ISPY_FAIL), "fail");
    ck_assert_str_eq(ispy_verdict_name(ISPY_UNPROVABLE), "unprovable");
    ck_assert_str_eq(ispy_verdict_name(ISPY_PASS), "pass");
    ck_assert_str_eq(ispy_severity_name(ISPY_SEVERITY_OFF), "off");
    ck_assert_str_eq(ispy_severity_name(ISPY_SEVERITY_WARN), "warn");
    ck_assert_str_eq(ispy_severity_name(ISPY_SEVERITY_ERROR), "error");
    ck_assert_str_eq(ispy_mode_name(ISPY_MODE_ENFORCE), "enforce");
    ck_assert_str_eq(ispy_mode_name(ISPY_MODE_WARN), "warn");
    ck_assert_str_eq(ispy_mode_name(ISPY_MODE_AUDIT), "audit");
    ck_assert_str_eq(ispy_mode_name(ISPY_MODE_OFF), "off");
    ck_assert_str_eq(ispy_unprovable_name(ISPY_CONFIRM), "confirm");
    ck_assert_str_eq(ispy_unprovable_name(ISPY_DENY), "deny");
    ck_assert_str_eq(ispy_unprovable_name(ISPY_ALLOW), "allow");
    ck_assert_str_eq(ispy_reason_name(ISPY_REASON_NONE), "");
    ck_assert_str_eq(ispy_reason_text(ISPY_REASON_NONE), "");
    ck_assert_str_eq(ispy_reason_name(ISPY_REASON_STAR_IMPORT), "star-import");
    ck_assert_str_eq(ispy_reason_name(ISPY_REASON_INSTANCE_ONLY), "instance-only");
}
END_TEST

START_TEST(reasons_have_names_of_their_own_and_sentences) {
    for (int i = 1; i < ISPY_REASON_COUNT; i++) {
        const char *name = ispy_reason_name((ispy_reason)i);
        ck_assert_uint_eq(strspn(name, "abcdefghijklmnopqrstuvwxyz-"), strlen(name));
        ck_assert_uint_gt(strlen(name), 0);
        ck_assert_uint_gt(strlen(ispy_reason_text((ispy_reason)i)), strlen(name) / 2);
        for (int k = 0; k < i; k++) {
            ck_assert_str_ne(name, ispy_reason_name((ispy_reason)k));
        }
    }
}
END_TEST

START_TEST(values_outside_are_a_question_mark) {
    static const int outside[] = {-1, 1000, 15 + 1000000};
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
        ck_assert_str_eq(ispy_verdict_name((ispy_verdict)outside[i]), "?");
        ck_assert_str_eq(ispy_reason_name((ispy_reason)outside[i]), "?");
        ck_assert_str_eq(ispy_reason_text((ispy_reason)outside[i]), "?");
        ck_assert_str_eq(ispy_severity_name((ispy_severity)outside[i]), "?");
        ck_assert_str_eq(ispy_mode_name((ispy_mode)outside[i]), "?");
        ck_assert_str_eq(ispy_unprovable_name((ispy_unprovable)outside[i]), "?");
    }
    ck_assert_str_eq(ispy_reason_name(ISPY_REASON_COUNT), "?");
    ck_assert_str_eq(ispy_verdict_name((ispy_verdict)3), "?");
    ck_assert_str_eq(ispy_mode_name((ispy_mode)4), "?");
}
END_TEST

Suite *verdict_suite(void) {
    Suite *suite = suite_create("verdict");
    TCase *tests = tcase_create("verdict");
    tcase_add_test(tests, every_value_has_its_name);
    tcase_add_test(tests, reasons_have_names_of_their_own_and_sentences);
    tcase_add_test(tests, values_outside_are_a_question_mark);
    suite_add_tcase(suite, tests);
    return suite;
}
