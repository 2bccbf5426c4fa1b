/* Texts: what was not stated, equality, hashes. */
#include "suites.h"

#include <importspy/base.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

START_TEST(what_was_not_stated_equals_only_itself) {
    ispy_str none = ispy_str_of(NULL, 0);
    ispy_str empty = ispy_str_of("", 0);
    ck_assert_ptr_null(none.data);
    ck_assert(ispy_str_equal(none, none));
    ck_assert(ispy_str_equal(none, ispy_str_literal(NULL)));
    ck_assert(ispy_str_equal(none, ispy_str_of(NULL, 5)));
    ck_assert(ispy_str_equal(empty, ispy_str_literal("")));
    ck_assert(!ispy_str_equal(none, empty));
    ck_assert(!ispy_str_equal(empty, none));
}
END_TEST

START_TEST(bytes_are_compared) {
    ck_assert(ispy_str_equal(ispy_str_of("abc", 3), ispy_str_of("abcd", 3)));
    ck_assert(!ispy_str_equal(ispy_str_literal("abc"), ispy_str_literal("abcd")));
    ck_assert(!ispy_str_equal(ispy_str_literal("abc"), ispy_str_literal("abC")));
    ck_assert(!ispy_str_equal(ispy_str_of("a\0b", 3), ispy_str_of("a\0c", 3)));
    ck_assert(ispy_str_equal(ispy_str_of("a\0b", 3), ispy_str_of("a\0b", 3)));
    ck_assert(!ispy_str_equal(ispy_str_of("a\0", 2), ispy_str_literal("a")));
}
END_TEST

START_TEST(equal_texts_have_equal_hashes_wherever_they_lie) {
    char buffer[80];
    const char *text = "a text of more than eight bytes, to be laid at every alignment";
    for (size_t length = 0; length <= strlen(text); length++) {
        uint32_t hash = ispy_str_of(text, length).hash;
        for (size_t offset = 0; offset < 9; offset++) {
            memcpy(buffer + offset, text, length);
            ck_assert_uint_eq(ispy_str_of(buffer + offset, length).hash, hash);
        }
    }
}
END_TEST

static int compare(const void *a, const void *b) {
    uint32_t left = *(const uint32_t *)a;
    uint32_t right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

/* 20,000 names that differ in little: by chance one in 2^32 would collide in about 0.05 pairs; the lower and the upper
 * bits, which tables take, have to be spread as well. */
START_TEST(near_names_have_far_hashes) {
    enum { NAMES = 20000, BUCKETS = 1024 };
    static uint32_t hashes[NAMES];
    static unsigned low[BUCKETS];
    static unsigned high[BUCKETS];
    for (unsigned i = 0; i < NAMES; i++) {
        char name[32];
        int length = snprintf(name, sizeof name, i % 2 == 0 ? "name_%u" : "some.longer.name%u", i / 2);
        hashes[i] = ispy_str_of(name, (size_t)length).hash;
        low[hashes[i] % BUCKETS]++;
        high[hashes[i] / (UINT32_MAX / BUCKETS + 1)]++;
    }
    qsort(hashes, NAMES, sizeof *hashes, compare);
    unsigned collisions = 0;
    for (size_t i = 1; i < NAMES; i++) {
        collisions += hashes[i] == hashes[i - 1];
    }
    ck_assert_uint_le(collisions, 2);
    for (size_t i = 0; i < BUCKETS; i++) { /* 20 are to be expected */
        ck_assert_uint_lt(low[i], 50);
        ck_assert_uint_lt(high[i], 50);
    }
}
END_TEST

START_TEST(trailing_nuls_change_the_hash) {
    const char nuls[16] = {0};
    for (size_t length = 1; length <= sizeof nuls; length++) {
        ck_assert_uint_ne(ispy_str_of(nuls, length).hash, ispy_str_of(nuls, length - 1).hash);
    }
}
END_TEST

Suite *str_suite(void) {
    Suite *suite = suite_create("str");
    TCase *tests = tcase_create("str");
    tcase_add_test(tests, what_was_not_stated_equals_only_itself);
    tcase_add_test(tests, bytes_are_compared);
    tcase_add_test(tests, equal_texts_have_equal_hashes_wherever_they_lie);
    tcase_add_test(tests, near_names_have_far_hashes);
    tcase_add_test(tests, trailing_nuls_change_the_hash);
    suite_add_tcase(suite, tests);
    return suite;
}
