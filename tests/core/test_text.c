/* Growing texts: appending, handing over, failure that sticks. */
#include "suites.h"

#include "base/text.h"
#include "failing_malloc.h"

#include <string.h>

START_TEST(pieces_are_appended_in_order) {
    ispy_text text = ISPY_TEXT_EMPTY;
    ispy_text_puts(&text, "a");
    ispy_text_append(&text, "bcd", 2);
    ispy_text_char(&text, 'd');
    ispy_text_repeat(&text, 'e', 3);
    ispy_text_repeat(&text, 'f', 0);
    ispy_text_str(&text, ispy_str_literal("g"));
    ispy_text_str(&text, ispy_str_of(NULL, 0));
    ispy_text_printf(&text, "%d%s", 12, "h");
    ck_assert(!text.failed);
    ck_assert_str_eq(text.data, "abcdeeeg12h");
    ck_assert_uint_eq(text.length, strlen(text.data));
    ispy_text_free(&text);
    ck_assert_ptr_null(text.data);
    ck_assert_uint_eq(text.length, 0);
}
END_TEST

START_TEST(nuls_are_kept) {
    ispy_text text = ISPY_TEXT_EMPTY;
    ispy_text_append(&text, "a\0b", 3);
    ispy_text_char(&text, '\0');
    ck_assert_uint_eq(text.length, 4);
    ck_assert_mem_eq(text.data, "a\0b\0\0", 5);
    ispy_text_free(&text);
}
END_TEST

START_TEST(every_length_is_followed_by_a_nul) {
    ispy_text text = ISPY_TEXT_EMPTY;
    for (size_t i = 0; i < 1000; i++) {
        ispy_text_char(&text, 'x');
        ck_assert_uint_eq(text.length, i + 1);
        ck_assert_uint_lt(text.length, text.capacity);
        ck_assert_int_eq(text.data[text.length], '\0');
    }
    ispy_text_free(&text);
    for (int length = 0; length < 600; length++) { /* printf at the edges of each capacity */
        ispy_text_printf(&text, "%*s", length, "");
        ck_assert_uint_eq(text.length, (size_t)length);
        ck_assert_int_eq(text.data[text.length], '\0');
        ispy_text_free(&text);
    }
}
END_TEST

START_TEST(taking_hands_over_and_empties) {
    ispy_arena *arena = ispy_arena_new();
    ispy_text text = ISPY_TEXT_EMPTY;
    ispy_str taken;
    ispy_text_puts(&text, "first");
    ck_assert_int_eq(ispy_text_take(&taken, &text, arena), ISPY_OK);
    ck_assert_ptr_null(text.data);
    ck_assert_str_eq(taken.data, "first");
    ck_assert_int_eq(ispy_text_take(&taken, &text, arena), ISPY_OK); /* empty, but stated */
    ck_assert_ptr_nonnull(taken.data);
    ck_assert_str_eq(taken.data, "");
    ispy_arena_free(arena);
}
END_TEST

START_TEST(what_cannot_be_held_fails) {
    ispy_arena *arena = ispy_arena_new();
    ispy_text text = ISPY_TEXT_EMPTY;
    ispy_str taken;
    ispy_text_puts(&text, "a");
    ispy_text_repeat(&text, 'x', SIZE_MAX);
    ck_assert(text.failed);
    ispy_text_puts(&text, "b"); /* failure sticks */
    ck_assert_uint_eq(text.length, 1);
    ck_assert_int_eq(ispy_text_take(&taken, &text, arena), ISPY_ENOMEM);
    ck_assert(!text.failed);
    ck_assert_ptr_null(text.data);
    ispy_text_repeat(&text, 'x', SIZE_MAX / 2 + 1);
    ck_assert(text.failed);
    ispy_text_free(&text);
    ispy_arena_free(arena);
}
END_TEST

START_TEST(running_out_of_memory_sticks_and_leaks_nothing) {
    bool failed = allocation_failures_work();
    for (size_t successes = 0; failed; successes++) {
        ispy_arena *arena = ispy_arena_new();
        ispy_text text = ISPY_TEXT_EMPTY;
        ispy_str taken = {NULL, 0, 0};
        allocation_failures_begin(successes);
        for (int i = 0; i < 100; i++) {
            ispy_text_puts(&text, "0123456789");
            ispy_text_printf(&text, "%d", 1234567890);
            ispy_text_repeat(&text, '-', 10);
        }
        int status = ispy_text_take(&taken, &text, arena);
        failed = allocation_failures_end();
        ck_assert_int_eq(status, failed ? ISPY_ENOMEM : ISPY_OK);
        ck_assert(failed || taken.length == 3000);
        ck_assert_ptr_null(text.data);
        ispy_arena_free(arena);
    }
}
END_TEST

Suite *text_suite(void) {
    Suite *suite = suite_create("text");
    TCase *tests = tcase_create("text");
    tcase_add_test(tests, pieces_are_appended_in_order);
    tcase_add_test(tests, nuls_are_kept);
    tcase_add_test(tests, every_length_is_followed_by_a_nul);
    tcase_add_test(tests, taking_hands_over_and_empties);
    tcase_add_test(tests, what_cannot_be_held_fails);
    tcase_add_test(tests, running_out_of_memory_sticks_and_leaks_nothing);
    suite_add_tcase(suite, tests);
    return suite;
}
