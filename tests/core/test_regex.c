/* Regular expressions: whole texts, refused patterns, and that nothing takes for ever. */
#include "suites.h"

#include "base/regex.h"
#include "failing_malloc.h"

#include <string.h>

static ispy_arena *arena;

static void begin(void) {
    arena = ispy_arena_new();
    ck_assert_ptr_nonnull(arena);
}

static void end(void) {
    ispy_arena_free(arena);
}

static const ispy_regex *compiled(const char *pattern) {
    const ispy_regex *regex = NULL;
    ispy_regex_fault fault;
    ck_assert_msg(ispy_regex_compile(&regex, arena, ispy_str_literal(pattern), &fault) == ISPY_OK, "%s", pattern);
    return regex;
}

static ispy_regex_answer matched(const char *pattern, ispy_str subject, uint32_t *tries) {
    ispy_regex_answer answer = ISPY_REGEX_YES;
    ck_assert_int_eq(ispy_regex_match(&answer, compiled(pattern), subject, tries), ISPY_OK);
    return answer;
}

static ispy_regex_answer match(const char *pattern, const char *subject) {
    uint32_t tries = ISPY_REGEX_TRIES;
    return matched(pattern, ispy_str_literal(subject), &tries);
}

START_TEST(the_whole_text_has_to_fit) {
    ck_assert_int_eq(match("\\d+\\.\\d+", "1.10"), ISPY_REGEX_YES);
    ck_assert_int_eq(match("\\d+\\.\\d+", "1.10 "), ISPY_REGEX_NO);
    ck_assert_int_eq(match("\\d+\\.\\d+", "v1.10"), ISPY_REGEX_NO);
    ck_assert_int_eq(match("INFO|DEBUG", "DEBUG"), ISPY_REGEX_YES);
    ck_assert_int_eq(match("INFO|DEBUG", "DEBUGGER"), ISPY_REGEX_NO);
    ck_assert_int_eq(match("a|ab", "ab"), ISPY_REGEX_YES);
    ck_assert_int_eq(match("ab$", "ab\n"), ISPY_REGEX_NO);
    ck_assert_int_eq(match("ab\\Z", "ab\n"), ISPY_REGEX_NO);
    ck_assert_int_eq(match("", ""), ISPY_REGEX_YES);
    ck_assert_int_eq(match("a*?", "aaa"), ISPY_REGEX_YES);
    ck_assert_int_eq(match("\xC3\xA4.", "\xC3\xA4\xE2\x82\xAC"), ISPY_REGEX_YES);
    ck_assert_int_eq(match("a.b", "a\rb"), ISPY_REGEX_YES);
    ck_assert_int_eq(match("a.b", "a\nb"), ISPY_REGEX_NO);
}
END_TEST

START_TEST(no_verb_moves_the_ends) {
    ck_assert_int_eq(match("a(*ACCEPT)b", "axyz"), ISPY_REGEX_NO);
    ck_assert_int_eq(match("xx\\Ka", "xxa"), ISPY_REGEX_NO);
}
END_TEST

START_TEST(what_would_backtrack_for_ever_is_undecided) {
    char text[64];
    memset(text, 'a', sizeof text);
    memcpy(text + 40, "!", 2);
    ck_assert_int_eq(match("(a+)+", text), ISPY_REGEX_UNDECIDED);
    ck_assert_int_eq(match("(a|a)*[bc]", text), ISPY_REGEX_UNDECIDED);
    ck_assert_int_eq(match("(?:a?){30}a{30}", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaab"), ISPY_REGEX_UNDECIDED);
}
END_TEST

START_TEST(many_such_texts_cost_no_more_than_a_few) {
    uint32_t tries = 2;
    const ispy_str text = ispy_str_literal("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!");
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(matched("(a+)+", text, &tries), ISPY_REGEX_UNDECIDED);
    }
    ck_assert_uint_eq(tries, 0);
    ck_assert_int_eq(matched("(a+)+", ispy_str_literal("aaaa"), &tries), ISPY_REGEX_YES);
}
END_TEST

START_TEST(long_texts_have_a_limit) {
    static char text[ISPY_REGEX_MAX_SUBJECT + 2];
    uint32_t tries = ISPY_REGEX_TRIES;
    memset(text, 'a', sizeof text - 1);
    ck_assert_int_eq(matched("[a-z]*", ispy_str_of(text, ISPY_REGEX_MAX_SUBJECT), &tries), ISPY_REGEX_YES);
    ck_assert_int_eq(matched("(?:a|b)*", ispy_str_of(text, ISPY_REGEX_MAX_SUBJECT), &tries), ISPY_REGEX_YES);
    text[ISPY_REGEX_MAX_SUBJECT] = 'a';
    ck_assert_int_eq(matched("[a-z]*", ispy_str_of(text, ISPY_REGEX_MAX_SUBJECT + 1), &tries), ISPY_REGEX_UNDECIDED);
}
END_TEST

START_TEST(what_is_no_utf8_is_undecided) {
    ck_assert_int_eq(match(".*", "\xFF"), ISPY_REGEX_UNDECIDED);
}
END_TEST

static void refused(const char *pattern, uint32_t offset) {
    const ispy_regex *regex = NULL;
    ispy_regex_fault fault = {0, ""};
    ck_assert_msg(ispy_regex_compile(&regex, arena, ispy_str_literal(pattern), &fault) == ISPY_EINVAL, "%s", pattern);
    ck_assert_msg(fault.offset == offset, "%s: %u, %s", pattern, fault.offset, fault.message);
    ck_assert_str_ne(fault.message, "");
}

START_TEST(patterns_that_mean_nothing_or_two_things_are_refused) {
    refused("a(b", 3);
    refused("\xC3\xA4\xC3\xA4)", 2);
    refused("*a", 0);
    refused("a{,3}", 1);
    refused("(*LIMIT_MATCH=4000000000)a", 0);
    refused("\\C", 2);
    ck_assert_int_eq(match("[{,3}]", ","), ISPY_REGEX_YES);
    ck_assert_int_eq(match("a\\{,3}", "a{,3}"), ISPY_REGEX_YES);
}
END_TEST

START_TEST(a_pattern_has_a_longest_length) {
    static char text[ISPY_REGEX_MAX_BYTES + 2];
    memset(text, 'a', sizeof text - 1);
    refused(text, ISPY_REGEX_MAX_BYTES);
    text[ISPY_REGEX_MAX_BYTES] = '\0';
    ck_assert_int_eq(match(text, text), ISPY_REGEX_YES);
}
END_TEST

START_TEST(running_out_of_memory_is_no_fault_of_the_pattern) {
    const ispy_regex *regex = NULL;
    ispy_regex_fault fault;
    bool failed = true;
    for (size_t successes = 0; failed && successes < 100; successes++) {
        ispy_arena *small = ispy_arena_new();
        ck_assert_ptr_nonnull(small);
        allocation_failures_begin(successes);
        int status = ispy_regex_compile(&regex, small, ispy_str_literal("(a|b){200}[\xC3\xA4-\xC3\xB6]+"), &fault);
        failed = allocation_failures_end();
        ck_assert_int_eq(status, failed ? ISPY_ENOMEM : ISPY_OK);
        ispy_arena_free(small);
    }
    ck_assert(!failed);
}
END_TEST

Suite *regex_suite(void) {
    Suite *suite = suite_create("regex");
    TCase *tests = tcase_create("regex");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, the_whole_text_has_to_fit);
    tcase_add_test(tests, no_verb_moves_the_ends);
    tcase_add_test(tests, what_would_backtrack_for_ever_is_undecided);
    tcase_add_test(tests, many_such_texts_cost_no_more_than_a_few);
    tcase_add_test(tests, long_texts_have_a_limit);
    tcase_add_test(tests, what_is_no_utf8_is_undecided);
    tcase_add_test(tests, patterns_that_mean_nothing_or_two_things_are_refused);
    tcase_add_test(tests, a_pattern_has_a_longest_length);
    tcase_add_test(tests, running_out_of_memory_is_no_fault_of_the_pattern);
    suite_add_tcase(suite, tests);
    return suite;
}
