/* Errors: all fields, cutting at code points, bytes that are no UTF-8. */
#include "suites.h"

#include "base/error.h"
#include "base/utf8.h"

#include <string.h>

START_TEST(setting_clears_the_rest) {
    ispy_error error;
    memset(&error, 'x', sizeof error);
    ck_assert_int_eq(ispy_error_set(&error, ISPY_EINVAL, "wanted %d, found %s", 1, "two"), ISPY_EINVAL);
    ck_assert_int_eq(error.status, ISPY_EINVAL);
    ck_assert_str_eq(error.message, "wanted 1, found two");
    ck_assert_str_eq(error.code, "");
    ck_assert_str_eq(error.hint, "");
    ck_assert_str_eq(error.path, "");
    ck_assert_str_eq(error.excerpt, "");
    ck_assert_uint_eq(error.at.line, 0);
}
END_TEST

START_TEST(nobody_has_to_listen) {
    ispy_span at = {1, 1, 1};
    ck_assert_int_eq(ispy_error_set(NULL, ISPY_EIO, "%s", "x"), ISPY_EIO);
    ck_assert_int_eq(ispy_error_nomem(NULL), ISPY_ENOMEM);
    ispy_error_code(NULL, "ISPY901");
    ispy_error_hint(NULL, "%s", "x");
    ispy_error_place(NULL, "x", ispy_str_literal("x"), at);
}
END_TEST

START_TEST(code_hint_and_place_are_added) {
    ispy_error error;
    ispy_span at = {2, 3, 4};
    ck_assert_int_eq(ispy_error_nomem(&error), ISPY_ENOMEM);
    ck_assert_str_eq(error.message, "out of memory");
    ispy_error_set(&error, ISPY_EINVAL, "wrong");
    ispy_error_code(&error, "ISPY901");
    ispy_error_hint(&error, "did you mean '%s'?", "title");
    ispy_error_place(&error, "contracts/a.yml", ispy_str_literal("one\ntwo three\r\nfour"), at);
    ck_assert_str_eq(error.message, "wrong");
    ck_assert_str_eq(error.code, "ISPY901");
    ck_assert_str_eq(error.hint, "did you mean 'title'?");
    ck_assert_str_eq(error.path, "contracts/a.yml");
    ck_assert_str_eq(error.excerpt, "two three");
    ck_assert_uint_eq(error.at.line, 2);
    ck_assert_uint_eq(error.at.column, 3);
    ck_assert_uint_eq(error.at.length, 4);
    at.line = 9;
    ispy_error_place(&error, error.path, ispy_str_of(NULL, 0), at);
    ck_assert_str_eq(error.path, "contracts/a.yml");
    ck_assert_str_eq(error.excerpt, "");
    ispy_error_place(&error, NULL, ispy_str_of(NULL, 0), at);
    ck_assert_str_eq(error.path, "");
}
END_TEST

START_TEST(an_error_may_be_said_again_in_other_words) {
    ispy_error error;
    ispy_error_set(&error, ISPY_EIO, "no such file");
    ispy_error_hint(&error, "look again");
    ispy_error_hint(&error, "%s, %s", error.message, error.hint);
    ck_assert_str_eq(error.hint, "no such file, look again");
    ispy_error_set(&error, ISPY_EINVAL, "contracts: %s (%s)", error.message, error.hint);
    ck_assert_str_eq(error.message, "contracts: no such file (no such file, look again)");
}
END_TEST

START_TEST(long_texts_are_cut_at_a_code_point) {
    char text[3000];
    for (size_t offset = 0; offset < 4; offset++) { /* every way in which the cut may fall into a character */
        ispy_error error;
        memset(text, 'a', offset);
        for (size_t i = offset; i + 4 < sizeof text; i += 4) {
            memcpy(text + i, "\xF0\x9F\x98\x80", 5);
        }
        ispy_error_set(&error, ISPY_EINVAL, "%s", text);
        ispy_error_hint(&error, "%s", text);
        ispy_error_place(&error, text, ispy_str_literal(text), (ispy_span){1, 1, 1});
        const char *const fields[] = {error.message, error.hint, error.path, error.excerpt};
        const size_t sizes[] = {sizeof error.message, sizeof error.hint, sizeof error.path, sizeof error.excerpt};
        for (size_t i = 0; i < 4; i++) {
            size_t length = strlen(fields[i]);
            ck_assert(ispy_utf8_valid(fields[i], length));
            ck_assert_uint_lt(length, sizes[i]);
            ck_assert_uint_ge(length, sizes[i] - 4);
            ck_assert_mem_eq(fields[i], text, length);
        }
    }
}
END_TEST

START_TEST(bytes_that_are_no_utf8_are_replaced) {
    ispy_error error;
    char text[1000];
    ispy_error_set(&error, ISPY_EIO, "cannot read '%s'", "a\xFF\xC3");
    ck_assert_str_eq(error.message, "cannot read 'a\xEF\xBF\xBD\xEF\xBF\xBD'");
    memset(text, 0xFF, sizeof text - 1);
    text[sizeof text - 1] = '\0';
    ispy_error_set(&error, ISPY_EIO, "%s", text);
    ck_assert(ispy_utf8_valid(error.message, strlen(error.message)));
    ck_assert_uint_eq(strlen(error.message), (sizeof error.message - 1) / 3 * 3);
    ispy_error_place(&error, text, ispy_str_of("a\0b", 3), (ispy_span){1, 1, 0});
    ck_assert(ispy_utf8_valid(error.path, strlen(error.path)));
    ck_assert_str_eq(error.excerpt, "a"); /* a C string ends there */
}
END_TEST

Suite *error_suite(void) {
    Suite *suite = suite_create("error");
    TCase *tests = tcase_create("error");
    tcase_add_test(tests, setting_clears_the_rest);
    tcase_add_test(tests, nobody_has_to_listen);
    tcase_add_test(tests, code_hint_and_place_are_added);
    tcase_add_test(tests, an_error_may_be_said_again_in_other_words);
    tcase_add_test(tests, long_texts_are_cut_at_a_code_point);
    tcase_add_test(tests, bytes_that_are_no_utf8_are_replaced);
    suite_add_tcase(suite, tests);
    return suite;
}
