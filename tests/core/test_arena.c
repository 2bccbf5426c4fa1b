/* Arenas: alignment, zeroing, chunks, limits, running out of memory. */
#include "suites.h"

#include "failing_malloc.h"

#include <importspy/base.h>

#include <stdalign.h>
#include <string.h>

static bool is_all(const unsigned char *data, size_t size, size_t byte) {
    for (size_t i = 0; i < size; i++) {
        if (data[i] != byte) {
            return false;
        }
    }
    return true;
}

START_TEST(pieces_are_aligned_zeroed_and_apart) {
    ispy_arena *arena = ispy_arena_new();
    unsigned char *pieces[500];
    for (size_t i = 0; i < 500; i++) {
        size_t size = i * 7 % 600;
        pieces[i] = ispy_arena_alloc(arena, size);
        ck_assert_ptr_nonnull(pieces[i]);
        ck_assert_uint_eq((uintptr_t)pieces[i] % alignof(max_align_t), 0);
        ck_assert(is_all(pieces[i], size, 0));
        memset(pieces[i], (int)(i % 255) + 1, size);
    }
    for (size_t i = 0; i < 500; i++) { /* none has been written over by a later one */
        ck_assert(is_all(pieces[i], i * 7 % 600, i % 255 + 1));
    }
    ispy_arena_free(arena);
}
END_TEST

START_TEST(a_size_of_zero_gives_a_pointer_of_its_own) {
    ispy_arena *arena = ispy_arena_new();
    void *first = ispy_arena_alloc(arena, 0);
    void *second = ispy_arena_array(arena, 0, 8);
    void *third = ispy_arena_array(arena, 8, 0);
    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_nonnull(second);
    ck_assert_ptr_nonnull(third);
    ck_assert_ptr_ne(first, second);
    ck_assert_ptr_ne(second, third);
    ispy_arena_free(arena);
}
END_TEST

START_TEST(a_large_piece_leaves_the_chunk_in_use) {
    const size_t ten_mebibytes = (size_t)10 << 20;
    ispy_arena *arena = ispy_arena_new();
    char *before = ispy_arena_alloc(arena, 16);
    size_t size = ispy_arena_size(arena);
    unsigned char *large = ispy_arena_alloc(arena, ten_mebibytes);
    ck_assert_ptr_nonnull(large);
    ck_assert(is_all(large, ten_mebibytes, 0));
    ck_assert_uint_ge(ispy_arena_size(arena), size + ten_mebibytes);
    size = ispy_arena_size(arena);
    char *after = ispy_arena_alloc(arena, 16);
    ck_assert_ptr_nonnull(after);
    ck_assert(after > before && after - before < 4096);
    ck_assert_uint_eq(ispy_arena_size(arena), size);
    ispy_arena_free(arena);
}
END_TEST

START_TEST(a_large_piece_may_be_the_first) {
    ispy_arena *arena = ispy_arena_new();
    ck_assert_ptr_nonnull(ispy_arena_alloc(arena, 1 << 20));
    ck_assert_ptr_nonnull(ispy_arena_alloc(arena, 8));
    ck_assert_ptr_nonnull(ispy_arena_alloc(arena, 1 << 20));
    ispy_arena_free(arena);
}
END_TEST

START_TEST(chunks_grow_so_that_many_pieces_take_few) {
    ispy_arena *arena = ispy_arena_new();
    size_t changes = 0;
    size_t size = ispy_arena_size(arena);
    ck_assert_uint_gt(size, 0);
    for (size_t i = 0; i < 100000; i++) {
        ck_assert_ptr_nonnull(ispy_arena_alloc(arena, 48));
        changes += ispy_arena_size(arena) != size;
        size = ispy_arena_size(arena);
    }
    ck_assert_uint_lt(changes, 20);
    ck_assert_uint_lt(size, 2 * 100000 * (48 + 16) + (1 << 20));
    ispy_arena_free(arena);
}
END_TEST

START_TEST(sizes_that_do_not_fit_are_refused) {
    ispy_arena *arena = ispy_arena_new();
    ck_assert_ptr_null(ispy_arena_alloc(arena, SIZE_MAX));
    ck_assert_ptr_null(ispy_arena_alloc(arena, SIZE_MAX - 15));
    ck_assert_ptr_null(ispy_arena_alloc(arena, (size_t)PTRDIFF_MAX + 1));
    ck_assert_ptr_null(ispy_arena_alloc(arena, (size_t)PTRDIFF_MAX - 1));
    ck_assert_ptr_null(ispy_arena_array(arena, SIZE_MAX, 2));
    ck_assert_ptr_null(ispy_arena_array(arena, 2, SIZE_MAX));
    ck_assert_ptr_null(ispy_arena_array(arena, SIZE_MAX / 8 + 1, 8));
    ck_assert_ptr_nonnull(ispy_arena_alloc(arena, 8)); /* and it goes on working */
    ispy_arena_free(arena);
}
END_TEST

START_TEST(texts_are_copied_with_a_nul_behind) {
    ispy_arena *arena = ispy_arena_new();
    char text[] = "a\0b";
    ispy_str copy;
    ck_assert_int_eq(ispy_arena_str(&copy, arena, text, 3), ISPY_OK);
    text[0] = 'x';
    ck_assert_uint_eq(copy.length, 3);
    ck_assert_mem_eq(copy.data, "a\0b\0", 4);
    ck_assert_uint_eq(copy.hash, ispy_str_of("a\0b", 3).hash);
    ck_assert_int_eq(ispy_arena_str(&copy, arena, NULL, 0), ISPY_OK);
    ck_assert_ptr_nonnull(copy.data);
    ck_assert_str_eq(copy.data, "");
    ck_assert_int_eq(ispy_arena_str(&copy, arena, text, UINT32_MAX), ISPY_EINVAL);
    ck_assert_int_eq(ispy_arena_str(&copy, arena, text, SIZE_MAX), ISPY_EINVAL);
    ispy_arena_free(arena);
}
END_TEST

START_TEST(nothing_is_freed_without_complaint) {
    ispy_arena_free(NULL);
    ispy_arena_free(ispy_arena_new());
}
END_TEST

START_TEST(running_out_of_memory_is_said_and_leaks_nothing) {
    bool failed = allocation_failures_work();
    for (size_t successes = 0; failed; successes++) {
        allocation_failures_begin(successes);
        ispy_arena *arena = ispy_arena_new();
        bool whole = arena != NULL;
        for (size_t i = 0; whole && i < 200; i++) {
            ispy_str text;
            whole = ispy_arena_alloc(arena, 100) != NULL && ispy_arena_array(arena, 10, 1000) != NULL &&
                    ispy_arena_str(&text, arena, "text", 4) == ISPY_OK;
        }
        failed = allocation_failures_end();
        ck_assert(whole == !failed);
        if (arena != NULL) {
            ck_assert_ptr_nonnull(ispy_arena_alloc(arena, 100)); /* a failure does not spoil the arena */
        }
        ispy_arena_free(arena);
    }
}
END_TEST

Suite *arena_suite(void) {
    Suite *suite = suite_create("arena");
    TCase *tests = tcase_create("arena");
    tcase_add_test(tests, pieces_are_aligned_zeroed_and_apart);
    tcase_add_test(tests, a_size_of_zero_gives_a_pointer_of_its_own);
    tcase_add_test(tests, a_large_piece_leaves_the_chunk_in_use);
    tcase_add_test(tests, a_large_piece_may_be_the_first);
    tcase_add_test(tests, chunks_grow_so_that_many_pieces_take_few);
    tcase_add_test(tests, sizes_that_do_not_fit_are_refused);
    tcase_add_test(tests, texts_are_copied_with_a_nul_behind);
    tcase_add_test(tests, nothing_is_freed_without_complaint);
    tcase_add_test(tests, running_out_of_memory_is_said_and_leaks_nothing);
    suite_add_tcase(suite, tests);
    return suite;
}
