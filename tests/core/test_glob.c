/* Globs: what each sign means, and that no pattern is slow. tests/python/test_version_differential.py has the rest. */
#include "suites.h"

#include "base/glob.h"
#include "base/text.h"

#include <stdlib.h>

typedef struct row {
    const char *pattern;
    const char *text;
    bool matches;
} row;

static void assert_rows(const row *rows, size_t count, char separator) {
    for (size_t i = 0; i < count; i++) {
        bool matches = ispy_glob_match(ispy_str_literal(rows[i].pattern), ispy_str_literal(rows[i].text), separator);
        ck_assert_msg(matches == rows[i].matches, "'%s' and '%s'", rows[i].pattern, rows[i].text);
    }
}

#define ASSERT_ROWS(rows, separator) assert_rows(rows, sizeof(rows) / sizeof *(rows), separator)

START_TEST(names) {
    static const row rows[] = {
        {"acme.plugins.mail", "acme.plugins.mail", true},
        {"acme.plugins.mail", "acme.plugins.mails", false},
        {"acme.plugins.mail", "acme.plugins", false},
        {"acme.plugins.*", "acme.plugins.mail", true},
        {"acme.plugins.*", "acme.plugins.mail.smtp", false},
        {"acme.plugins.*", "acme.plugins", false},
        {"acme.plugins.**", "acme.plugins.mail.smtp", true},
        {"acme.plugins.**", "acme.plugins", false},
        {"acme.**.smtp", "acme.mail.smtp", true},
        {"acme.**.smtp", "acme.smtp", false},
        {"acme.**.smtp", "acme.a.b.smtp", true},
        {"**", "a.b.c", true},
        {"**", "", true},
        {"*", "", true},
        {"*", "a.b", false},
        {"*_plugin", "mail_plugin", true},
        {"*_plugin", "a.mail_plugin", false},
        {"**_plugin", "a.mail_plugin", true},
        {"a*b*c", "aXbYbZc", true},
        {"a*b*c", "aXbYbZ", false},
        {"a?c", "abc", true},
        {"a?c", "a.c", false},
        {"a?c", "ac", false},
        {"", "", true},
        {"", "a", false},
        {"a", "", false},
        {"[ab]", "[ab]", true}, /* sets are for paths */
        {"[ab]", "a", false},
        {"A", "a", false},
    };
    ASSERT_ROWS(rows, '.');
}
END_TEST

START_TEST(paths) {
    static const row rows[] = {
        {"/p/plugins/*.py", "/p/plugins/mail.py", true},
        {"/p/plugins/*.py", "/p/plugins/a/mail.py", false},
        {"/p/plugins/**/*.py", "/p/plugins/mail.py", true},
        {"/p/plugins/**/*.py", "/p/plugins/a/b/mail.py", true},
        {"/p/plugins/**/*.py", "/p/pluginsx/mail.py", false},
        {"**/b.py", "b.py", true},
        {"**/b.py", "/b.py", true},
        {"**/b.py", "a/b.py", true},
        {"**/b.py", "ab.py", false},
        {"**/b.py", "a/ab.py", false},
        {"a/**", "a/b", true},
        {"a/**", "a/b/c", true},
        {"a/**", "a", false},
        {"a/**/**/b", "a/b", true},
        {"a/***/b", "a/b", true},
        {"a**/b", "a/b", true},
        {"a**/b", "aX/Y/b", true},
        {"a**b", "a/x/b", true},
        {"a/**b", "a/x/yb", true},
        {"**/a/*/b/**/c", "x/a/1/b/a/2/b/c", true},
        {"**/a/*/c", "a/x/y/a/z/c", true},
        {"**a*b", "a/ab", true},
        {"**a*b", "aa/xb", false},
        {"*.p?", "mail.py", true},
        {"*.p?", "mail.p/", false},
        {"[a-c]x", "bx", true},
        {"[a-c]x", "dx", false},
        {"[!a-c]x", "dx", true},
        {"[!a-c]x", "ax", false},
        {"a[!b]c", "a/c", false},
        {"a[/]c", "a/c", false},
        {"[]]", "]", true},
        {"[!]]", "]", false},
        {"[!]]", "a", true},
        {"[a-]", "-", true},
        {"[z-a]", "z", false},
        {"[!z-a]", "z", true},
        {"[", "[", true},
        {"[]", "[]", true},
        {"[!]", "[!]", true},
        {"[ab", "[ab", true},
        {"[[]", "[", true},
    };
    ASSERT_ROWS(rows, '/');
}
END_TEST

START_TEST(characters_are_code_points) {
    static const row rows[] = {
        {"?", "\xC3\xA9", true},
        {"??", "\xC3\xA9", false},
        {"[\xC3\xA0-\xC3\xBF]", "\xC3\xA9", true},
        {"[\xC3\xA0-\xC3\xBF]", "\xC4\x80", false},
        {"[!a]", "\xF0\x9F\x98\x80", true},
        {"[\xF0\x9F\x98\x80]", "\xF0\x9F\x98\x80", true},
        {"?", "\xFF", true}, /* a stray byte is a character of its own */
        {"\xC3*", "\xC3\xA9", false},
    };
    ASSERT_ROWS(rows, '/');
}
END_TEST

START_TEST(what_was_not_stated_matches_nothing) {
    ispy_str none = {NULL, 0, 0};
    ck_assert(!ispy_glob_match(none, none, '.'));
    ck_assert(!ispy_glob_match(none, ispy_str_literal(""), '.'));
    ck_assert(!ispy_glob_match(ispy_str_literal("**"), none, '.'));
    ck_assert(ispy_glob_match(ispy_str_of("a\0*", 3), ispy_str_of("a\0b", 3), '.'));
    ck_assert(!ispy_glob_match(ispy_str_of("a\0c", 3), ispy_str_of("a\0b", 3), '.'));
}
END_TEST

/* `piece`, `count` times, then `end`; the caller frees it. */
static char *repeat(const char *piece, size_t count, const char *end) {
    ispy_text text = ISPY_TEXT_EMPTY;
    for (size_t i = 0; i < count; i++) {
        ispy_text_puts(&text, piece);
    }
    ispy_text_puts(&text, end);
    ck_assert(!text.failed);
    return text.data;
}

/* Each is hopeless for a matcher that goes back to every star, or that takes |text| squared. The test runner's time
 * limit is the assertion; the text is as long as |pattern| x |text| allows. */
START_TEST(no_pattern_is_slow) {
    static const struct {
        const char *piece;
        size_t pieces;
        const char *pattern_end;
        const char *text_piece;
        size_t text_pieces;
    } rows[] = {
        {"*a", 200, "b", "a", 20000},       {"**a", 200, "b", "a", 20000},     {"**/a", 100, "b", "a/", 20000},
        {"**a*b", 1, "c", "a", 1000000},    {"**a*b", 1, "c", "a/", 1000000},  {"**/a*b", 1, "c", "a", 1000000},
        {"**a/*b", 1, "c", "aa/a", 200000}, {"a*/", 100, "**x", "aa/", 20000}, {"[", 60000, "", "[", 60000},
        {"**[!b]*", 50, "x", "a", 20000},   {"?*", 200, "b", "a", 20000},      {"**?*a", 60, "b", "a/aa", 10000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *pattern = repeat(rows[i].piece, rows[i].pieces, rows[i].pattern_end);
        char *text = repeat(rows[i].text_piece, rows[i].text_pieces, "");
        bool matches = ispy_glob_match(ispy_str_literal(pattern), ispy_str_literal(text), '/');
        ck_assert_msg(matches == (rows[i].piece[0] == '['), "row %zu", i);
        free(pattern);
        free(text);
    }
}
END_TEST

START_TEST(prefixes) {
    static const struct {
        const char *pattern;
        size_t prefix;
    } rows[] = {{"", 0}, {"abc", 3}, {"a.b.*", 4}, {"**", 0}, {"a?", 1}, {"ab[c]", 2}, {"\xC3\xA9*", 2}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ispy_str pattern = ispy_str_literal(rows[i].pattern);
        ck_assert_uint_eq(ispy_glob_prefix(pattern), rows[i].prefix);
        ck_assert(ispy_glob_is_literal(pattern) == (rows[i].prefix == pattern.length));
    }
    ck_assert_uint_eq(ispy_glob_prefix(ispy_str_of("a\0b*", 4)), 3);
}
END_TEST

Suite *glob_suite(void) {
    Suite *suite = suite_create("glob");
    TCase *tests = tcase_create("glob");
    tcase_set_timeout(tests, 20);
    tcase_add_test(tests, names);
    tcase_add_test(tests, paths);
    tcase_add_test(tests, characters_are_code_points);
    tcase_add_test(tests, what_was_not_stated_matches_nothing);
    tcase_add_test(tests, no_pattern_is_slow);
    tcase_add_test(tests, prefixes);
    suite_add_tcase(suite, tests);
    return suite;
}
