/* "Did you mean": near enough, the nearest, the first of equals. */
#include "suites.h"

#include "base/suggest.h"

#include <string.h>

static const char *const keys[] = {"title",      "help",         "modules",          "files",
                                   "unprovable", "superclasses", "return_annotation"};

static const char *suggest(const char *name, const char *const *names, size_t count) {
    ispy_str candidates[16];
    for (size_t i = 0; i < count; i++) {
        candidates[i] = ispy_str_literal(names[i]);
    }
    long index = ispy_suggest(ispy_str_literal(name), candidates, count);
    return index < 0 ? "" : names[index];
}

START_TEST(slips_of_the_pen_are_understood) {
    static const struct {
        const char *name;
        const char *wanted;
    } rows[] = {
        {"titel", "title"},
        {"titl", "title"},
        {"ttile", "title"},
        {"Title", "title"},
        {"module", "modules"},
        {"HELP", "help"},
        {"file", "files"},
        {"super_classes", "superclasses"},
        {"superclases", "superclasses"},
        {"returnannotation", "return_annotation"},
        {"return-annotation", "return_annotation"},
        {"Return_Anotation", "return_annotation"},
        {"unproveable", "unprovable"},
        {"colour", ""},
        {"x", ""},
        {"", ""},
        {"title", ""}, /* no use to suggest what was written */
        {"mod", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ck_assert_str_eq(suggest(rows[i].name, keys, sizeof keys / sizeof *keys), rows[i].wanted);
    }
}
END_TEST

START_TEST(the_nearest_wins_and_the_first_of_equals) {
    static const char *const names[] = {"tear_up", "tearDown", "tear_down", "teardowns"};
    static const char *const equals[] = {"cat", "car", "can"};
    ck_assert_str_eq(suggest("teardown", names, 4), "tearDown");
    ck_assert_str_eq(suggest("teardownss", names, 4), "teardowns");
    ck_assert_str_eq(suggest("caz", equals, 3), "cat");
}
END_TEST

START_TEST(short_names_are_not_guessed_away) {
    static const char *const names[] = {"a", "os", "ab", "X"};
    ck_assert_str_eq(suggest("b", names, 3), "");
    ck_assert_str_eq(suggest("oz", names, 4), "os");
    ck_assert_str_eq(suggest("qq", names, 4), "");
    ck_assert_str_eq(suggest("x", names, 4), "X");
}
END_TEST

START_TEST(letters_are_code_points) {
    static const char *const names[] = {"\xC3\xA9t\xC3\xA9", "\xE6\x97\xA5\xE6\x9C\xAC"};
    ck_assert_str_eq(suggest("et\xC3\xA9", names, 2), names[0]);
    ck_assert_str_eq(suggest("\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E", names, 2), names[1]);
    ck_assert_str_eq(suggest("\xFF\xFE", names, 2), "");
}
END_TEST

START_TEST(long_names_are_left_alone) {
    char longest[66];
    char near[66];
    memset(longest, 'a', sizeof longest);
    memset(near, 'a', sizeof near);
    near[3] = 'b';
    longest[64] = near[64] = '\0';
    const char *const names[] = {near};
    ck_assert_str_eq(suggest(longest, names, 1), near);
    longest[64] = 'a';
    longest[65] = '\0';
    ck_assert_str_eq(suggest(longest, names, 1), "");
    near[64] = 'a';
    near[65] = '\0';
    longest[64] = '\0';
    ck_assert_str_eq(suggest(longest, names, 1), "");
}
END_TEST

START_TEST(nothing_is_suggested_from_nothing) {
    ispy_str none = {NULL, 0, 0};
    ispy_str candidates[] = {{NULL, 0, 0}, ispy_str_literal("")};
    ck_assert_int_eq(ispy_suggest(none, candidates, 2), -1);
    ck_assert_int_eq(ispy_suggest(ispy_str_literal("a"), candidates, 2), -1);
    ck_assert_int_eq(ispy_suggest(ispy_str_literal("a"), NULL, 0), -1);
}
END_TEST

Suite *suggest_suite(void) {
    Suite *suite = suite_create("suggest");
    TCase *tests = tcase_create("suggest");
    tcase_add_test(tests, slips_of_the_pen_are_understood);
    tcase_add_test(tests, the_nearest_wins_and_the_first_of_equals);
    tcase_add_test(tests, short_names_are_not_guessed_away);
    tcase_add_test(tests, letters_are_code_points);
    tcase_add_test(tests, long_names_are_left_alone);
    tcase_add_test(tests, nothing_is_suggested_from_nothing);
    suite_add_tcase(suite, tests);
    return suite;
}
