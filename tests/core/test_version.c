/* PEP 440: the examples of its text. tests/python/test_version_differential.py holds the rest against `packaging`. */
#include "suites.h"

#include "base/text.h"
#include "base/version.h"
#include "failing_malloc.h"

#include <stdlib.h>
#include <string.h>

static ispy_arena *arena;

static void begin(void) {
    arena = ispy_arena_new();
    ck_assert_ptr_nonnull(arena);
}

static void end(void) {
    ispy_arena_free(arena);
}

static const ispy_version *parse(const char *text) {
    const ispy_version *version = NULL;
    ck_assert_msg(ispy_version_parse(&version, arena, ispy_str_literal(text)) == ISPY_OK, "'%s'", text);
    return version;
}

static bool contains(const char *specifiers, const char *version, bool prereleases) {
    const ispy_specifiers *parsed = NULL;
    ck_assert_msg(ispy_specifiers_parse(&parsed, arena, ispy_str_literal(specifiers)) == ISPY_OK, "'%s'", specifiers);
    return ispy_specifiers_contain(parsed, parse(version), prereleases);
}

/* The order of PEP 440, "Summary of permitted suffixes and relative ordering", and of epochs and local versions. */
START_TEST(versions_are_ordered) {
    static const char *const rising[] = {
        "0.dev0",
        "0",
        "1.dev0",
        "1.0.dev456",
        "1.0a1",
        "1.0a2.dev456",
        "1.0a12.dev456",
        "1.0a12",
        "1.0b1.dev456",
        "1.0b2",
        "1.0b2.post345.dev456",
        "1.0b2.post345",
        "1.0rc1.dev456",
        "1.0rc1",
        "1.0",
        "1.0+abc.5",
        "1.0+abc.7",
        "1.0+5",
        "1.0.post456.dev34",
        "1.0.post456",
        "1.0.15",
        "1.1.dev1",
        "1.10",
        "2013.10",
        "18446744073709551616",
        "18446744073709551617",
        "1!0.1",
        "99999999999999999999!0",
    };
    for (size_t i = 0; i < sizeof rising / sizeof *rising; i++) {
        for (size_t k = 0; k < sizeof rising / sizeof *rising; k++) {
            int order = ispy_version_compare(parse(rising[i]), parse(rising[k]));
            ck_assert_msg((order > 0) - (order < 0) == (i > k) - (i < k), "'%s' and '%s'", rising[i], rising[k]);
        }
    }
}
END_TEST

START_TEST(other_spellings_are_the_same_version) {
    static const char *const pairs[][2] = {
        {"1.0", "1"},
        {"1.0.0", "1"},
        {"1.1RC1", "1.1rc1"},
        {"00.01", "0.1"},
        {"1.1.a1", "1.1a1"},
        {"1.1-a1", "1.1a1"},
        {"1.1_a_1", "1.1a1"},
        {"1.1alpha1", "1.1a1"},
        {"1.1beta2", "1.1b2"},
        {"1.1c3", "1.1rc3"},
        {"1.1pre3", "1.1rc3"},
        {"1.1preview3", "1.1rc3"},
        {"1.2a", "1.2a0"},
        {"1.2-post2", "1.2.post2"},
        {"1.2post", "1.2.post0"},
        {"1.2-r4", "1.2.post4"},
        {"1.2.rev4", "1.2.post4"},
        {"1.0-1", "1.0.post1"},
        {"1.2-dev2", "1.2.dev2"},
        {"1.2dev", "1.2.dev0"},
        {"1.0+ubuntu-1", "1.0+ubuntu.1"},
        {"1.0+UBUNTU_1", "1.0+ubuntu.1"},
        {"1.0+01", "1.0+1"},
        {"v1.0", "1.0"},
        {" \t1.0\n", "1.0"},
        {"0!1.0", "1.0"},
        {"1.0a.", "1.0a0"},
        {"1.0a--1", "1.0a0.post1"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        ck_assert_msg(ispy_version_compare(parse(pairs[i][0]), parse(pairs[i][1])) == 0, "'%s'", pairs[i][0]);
    }
}
END_TEST

START_TEST(other_text_is_refused) {
    static const char *const wrong[] = {
        "",         " ",           "v",        "french toast", "1.",    ".1",    "1..2",        "1.0+",
        "1.0+a..b", "1.0+a.",      "1.0+_",    "1.0 a 1",      "1.0*",  "1.0.*", "1!",          "!1",
        "1!!2",     "1.0-",        "1.0--1",   "1.0a1b1",      "1.0.x", "vv1",   "1.0postdevx", "1.0post1a1",
        "1,0",      "1.0\xC3\xA9", "\xD9\xA3", "==1.0",        "-1",
    };
    const ispy_version *version = NULL;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ck_assert_msg(ispy_version_parse(&version, arena, ispy_str_literal(wrong[i])) == ISPY_EINVAL, "'%s'", wrong[i]);
    }
    ck_assert_int_eq(ispy_version_parse(&version, arena, ispy_str_of("1.0\0", 4)), ISPY_EINVAL);
    ck_assert_int_eq(ispy_version_parse(&version, arena, ispy_str_of("1.\0000", 4)), ISPY_EINVAL);
    ck_assert_int_eq(ispy_version_parse(&version, arena, ispy_str_of(NULL, 0)), ISPY_EINVAL);
}
END_TEST

START_TEST(parts_are_counted_as_written) {
    ck_assert_uint_eq(ispy_version_release_count(parse("3")), 1);
    ck_assert_uint_eq(ispy_version_release_count(parse("3.11")), 2);
    ck_assert_uint_eq(ispy_version_release_count(parse("1!3.11.0rc1.post1")), 3);
}
END_TEST

START_TEST(a_version_does_not_depend_on_the_text_it_came_from) {
    char text[] = "1.5";
    const ispy_version *version = NULL;
    ck_assert_int_eq(ispy_version_parse(&version, arena, ispy_str_literal(text)), ISPY_OK);
    text[0] = '9';
    ck_assert_int_eq(ispy_version_compare(version, parse("1.5")), 0);
}
END_TEST

START_TEST(very_long_versions_are_compared) {
    enum { LENGTH = 1000000 };
    char *longer = malloc(LENGTH + 2);
    ck_assert_ptr_nonnull(longer);
    memset(longer, '9', LENGTH + 1);
    longer[LENGTH + 1] = '\0';
    const ispy_version *a = parse(longer);
    longer[LENGTH] = '\0';
    const ispy_version *b = parse(longer);
    ck_assert_int_gt(ispy_version_compare(a, b), 0);
    for (size_t i = 1; i < LENGTH; i += 2) {
        longer[i] = '.';
    }
    longer[LENGTH - 1] = '8';
    a = parse(longer);
    ck_assert_uint_eq(ispy_version_release_count(a), LENGTH / 2);
    longer[LENGTH - 1] = '9';
    ck_assert_int_lt(ispy_version_compare(a, parse(longer)), 0);
    free(longer);
}
END_TEST

typedef struct row {
    const char *specifiers;
    const char *version;
    bool contained;
} row;

static const row rows[] = {
    {"", "1.0", true},
    {",", "1.0", true},
    {"~=2.2", "2.2", true},
    {"~=2.2", "2.9", true},
    {"~=2.2", "3.0", false},
    {"~=2.2", "2.2.post3", true},
    {"~=2.2.post3", "2.2", false},
    {"~=2.2.post3", "2.3", true},
    {"~=1.4.5a4", "1.4.5a4", true},
    {"~=1.4.5a4", "1.5", false},
    {"~=2.2.0", "2.2.9", true},
    {"~=2.2.0", "2.3", false},
    {"==1.1", "1.1.post1", false},
    {"==1.1.post1", "1.1.post1", true},
    {"==1.1.*", "1.1.post1", true},
    {"==1.1.*", "1.1a1", true},
    {"==1.1", "1.1a1", false},
    {"==1.1.*", "1.10", false},
    {"==1.1.0", "1.1", true},
    {"==1.1.0.*", "1.1", true},
    {"!=1.1", "1.1.post1", true},
    {"!=1.1.*", "1.1.post1", false},
    {"==1.0", "1.0+local", true},
    {"==1.0+local", "1.0", false},
    {"==1.0+LOCAL.01", "1.0+local-1", true},
    {"!=1.0", "1.0+local", false},
    {"!=1.0+local", "1.0+other", true},
    {">1.7", "1.7.1", true},
    {">1.7", "1.7.0.post1", false},
    {">1.7.post2", "1.7.post3", true},
    {">1.7.post2", "1.7.0", false},
    {">1.7", "1.7+local", false},
    {">1.7.dev1", "1.7.dev2", true},
    {">1.7a1", "1.7a1.post1", false},
    {">1.7a1", "1.7", true},
    {"<1.7", "1.7rc1", false},
    {"<1.7", "1.6rc1", true},
    {"<1.7rc2", "1.7rc1", true},
    {"<1.7.post1", "1.7", true},
    {"<=1.7", "1.7+local", true},
    {">=1.7", "1.7+local", true},
    {">=1.7", "1.7rc1", false},
    {">=3.10,<4", "3.14.0rc1", true},
    {" >= 3.10 , < 4 ", "3.9", false},
    {">=1.0,!=1.3.4.*,<2.0", "1.3.4.5", false},
    {"===1.0", "1.0", true},
    {"===1.0", "1.0.0", false},
    {"===1.0RC1", "1.0rc1", true},
    {"==1!1.0", "1.0", false},
    {">99999999999999999999999", "100000000000000000000000", true},
};

START_TEST(specifiers_contain_what_pep_440_says) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ck_assert_msg(contains(rows[i].specifiers, rows[i].version, true) == rows[i].contained, "'%s' and '%s'",
                      rows[i].specifiers, rows[i].version);
    }
}
END_TEST

START_TEST(prereleases_are_let_in_on_request) {
    ck_assert(contains(">=1.0", "2.0rc1", true));
    ck_assert(!contains(">=1.0", "2.0rc1", false));
    ck_assert(!contains(">=2.0rc1", "2.0rc1", false));
    ck_assert(!contains("", "2.0.dev1", false));
    ck_assert(contains("", "2.0.post1", false));
}
END_TEST

START_TEST(other_specifiers_are_refused) {
    static const char *const wrong[] = {
        "1.0",          "=1.0",   "~1.0",     "==",       ">=",         ">=1.0 <2.0", "~=1",       "~=1!2",
        ">=1.0+l",      "<1.0+l", "~=1.0+l",  "~=1.0.*",  ">=1.0.*",    "==1.0a1.*",  "==1.0+l.*", "==1.0.post1.*",
        "==.*",         "==*",    "==1.0.**", "==1.0 .*", "===1.0 2.0", "===1.0;",    "===1.0)",   ">=1.0,nonsense",
        "==1.0.dev1.*", "=>1.0",  "<>1.0",    ">==1.0",   "> =1.0",     "!1.0",
    };
    const ispy_specifiers *specifiers = NULL;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ck_assert_msg(ispy_specifiers_parse(&specifiers, arena, ispy_str_literal(wrong[i])) == ISPY_EINVAL, "'%s'",
                      wrong[i]);
    }
}
END_TEST

START_TEST(text_that_is_no_version_can_be_held_against_identity_only) {
    const ispy_specifiers *specifiers = NULL;
    bool decided;
    ck_assert_int_eq(ispy_specifiers_parse(&specifiers, arena, ispy_str_literal("===nightly")), ISPY_OK);
    ck_assert(ispy_specifiers_contain_text(specifiers, ispy_str_literal("Nightly"), &decided) && decided);
    ck_assert(!ispy_specifiers_contain_text(specifiers, ispy_str_literal("weekly"), &decided) && decided);
    ck_assert_int_eq(ispy_specifiers_parse(&specifiers, arena, ispy_str_literal(">=1,===nightly")), ISPY_OK);
    ck_assert_uint_eq(ispy_specifiers_count(specifiers), 2);
    ck_assert(ispy_specifiers_contain_text(specifiers, ispy_str_literal("nightly"), &decided) && !decided);
    ck_assert(!ispy_specifiers_contain_text(specifiers, ispy_str_literal("weekly"), &decided) && decided);
    ck_assert_int_eq(ispy_specifiers_parse(&specifiers, arena, ispy_str_literal(" , ")), ISPY_OK);
    ck_assert_uint_eq(ispy_specifiers_count(specifiers), 0);
    ck_assert(ispy_specifiers_contain_text(specifiers, ispy_str_literal("weekly"), &decided) && decided);
}
END_TEST

START_TEST(running_out_of_memory_is_said) {
    ispy_text text = ISPY_TEXT_EMPTY; /* more than a first chunk holds, so that each step has to ask for memory */
    for (size_t i = 0; i < 5000; i++) {
        ispy_text_puts(&text, ">=1.0.0,");
    }
    bool failed = allocation_failures_work();
    for (size_t successes = 0; failed; successes++) {
        ispy_arena *own = ispy_arena_new();
        const ispy_version *version = NULL;
        const ispy_specifiers *specifiers = NULL;
        allocation_failures_begin(successes);
        int status = ispy_version_parse(&version, own, ispy_str_literal("1.0"));
        if (status == ISPY_OK) {
            status = ispy_specifiers_parse(&specifiers, own, ispy_str_of(text.data, text.length));
        }
        failed = allocation_failures_end();
        ck_assert_int_eq(status, failed ? ISPY_ENOMEM : ISPY_OK);
        ispy_arena_free(own);
    }
    ispy_text_free(&text);
}
END_TEST

Suite *version_suite(void) {
    Suite *suite = suite_create("version");
    TCase *tests = tcase_create("version");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, versions_are_ordered);
    tcase_add_test(tests, other_spellings_are_the_same_version);
    tcase_add_test(tests, other_text_is_refused);
    tcase_add_test(tests, parts_are_counted_as_written);
    tcase_add_test(tests, a_version_does_not_depend_on_the_text_it_came_from);
    tcase_add_test(tests, very_long_versions_are_compared);
    tcase_add_test(tests, specifiers_contain_what_pep_440_says);
    tcase_add_test(tests, prereleases_are_let_in_on_request);
    tcase_add_test(tests, other_specifiers_are_refused);
    tcase_add_test(tests, text_that_is_no_version_can_be_held_against_identity_only);
    tcase_add_test(tests, running_out_of_memory_is_said);
    suite_add_tcase(suite, tests);
    return suite;
}
