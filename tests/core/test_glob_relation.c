/* Whether a glob covers another, whether two may meet: held against all short texts, for many short patterns. */
#include "suites.h"

#include "base/glob.h"
#include "base/glob_relation.h"

#include <stdlib.h>
#include <string.h>

typedef struct row {
    const char *a;
    const char *b;
    bool covers;
    bool meets;
} row;

static void assert_rows(const row *rows, size_t count, char separator) {
    for (size_t i = 0; i < count; i++) {
        ispy_str a = ispy_str_literal(rows[i].a);
        ispy_str b = ispy_str_literal(rows[i].b);
        ck_assert_msg(ispy_glob_covers(a, b, separator) == rows[i].covers, "'%s' over '%s'", rows[i].a, rows[i].b);
        ck_assert_msg(ispy_glob_may_meet(a, b, separator) == rows[i].meets, "'%s' and '%s'", rows[i].a, rows[i].b);
    }
}

START_TEST(names) {
    static const row rows[] = {
        {"acme.*", "acme.mail", true, true},
        {"acme.*", "acme.mail.smtp", false, false},
        {"acme.**", "acme.mail.smtp", true, true},
        {"acme.**", "acme.*", true, true},
        {"acme.*", "acme.**", false, true},
        {"**", "acme.**.x", true, true},
        {"*", "**", false, true},
        {"acme.*", "acme.plug*", true, true},
        {"acme.p*", "acme.*g", false, true},
        {"acme.a*", "acme.b*", false, false},
        {"*.a", "b.*", false, true},
        {"acme.?", "acme.a", true, true},
        {"acme.?", "acme.*", false, true},
        {"a*b*c", "aXbYc", true, true},
        {"a*b*c", "a*c", false, true},
        {"größe.*", "größe.x", true, true},
        {"acme", "acme.*", false, false},
        {"", "", true, true},
    };
    assert_rows(rows, sizeof rows / sizeof *rows, '.');
}
END_TEST

START_TEST(paths) {
    static const row rows[] = {
        /* "**" as a part is taken for any text: a cautious answer */
        {"/a/**/x.py", "/a/x.py", true, true},
        {"/a/**/x.py", "/a/b/c/x.py", true, true},
        {"/a/**/x.py", "/a/b/xx.py", false, true},
        {"/a/**/*.py", "/a/**/x.py", true, true},
        {"/a/**/x.py", "/a/**/*.py", false, true},
        {"/a/**", "/a/*/x.py", true, true},
        {"/a/[ab].py", "/a/a.py", false, true},
        {"/a/[ab].py", "/a/[ab].py", true, true},
        {"/a/?.py", "/a/[ab].py", true, true},
        {"/a/*.py", "/a/b/c.py", false, false},
        {"**/mail.py", "/srv/plugins/mail.py", true, true},
        {"**/mail.py", "/srv/*.txt", false, false},
        {"/a/[", "/a/[", true, true},
        {"/a/[!a]b", "/a/[!a]b", true, true},
    };
    assert_rows(rows, sizeof rows / sizeof *rows, '/');
}
END_TEST

/* ---- against all texts ---- */

enum { ROUNDS = 20000, MOST_SIGNS = 6, MOST_LETTERS = 5 };

static unsigned int dice = 20270331;

static unsigned int roll(unsigned int sides) {
    dice = dice * 1103515245u + 12345u;
    return (dice >> 16) % sides;
}

static void random_pattern(char *out, char separator) {
    static const char *const signs[] = {"a", "b", "*", "**", "?", NULL, NULL, "[ab]", "[!a]"};
    out[0] = '\0';
    for (unsigned int i = roll(MOST_SIGNS + 1); i > 0; i--) {
        const char *sign = signs[roll(separator == '/' ? 9 : 7)];
        const char own[2] = {separator, '\0'};
        strcat(out, sign == NULL ? own : sign);
    }
}

/* The text of that number over {a, b, separator}: every text of up to MOST_LETTERS signs has one. */
static bool text_of(char *out, unsigned int number, char separator) {
    const char letters[3] = {'a', 'b', separator};
    size_t length = 0;
    for (; number > 0; number = (number - 1) / 3) {
        out[length++] = letters[(number - 1) % 3];
    }
    out[length] = '\0';
    return length <= MOST_LETTERS;
}

static void compare(char separator) {
    char a[64], b[64], text[64];
    int said = 0;
    for (int round = 0; round < ROUNDS; round++) {
        random_pattern(a, separator);
        random_pattern(b, separator);
        bool covers = ispy_glob_covers(ispy_str_literal(a), ispy_str_literal(b), separator);
        bool meets = ispy_glob_may_meet(ispy_str_literal(a), ispy_str_literal(b), separator);
        said += covers + !meets;
        for (unsigned int number = 0; text_of(text, number, separator); number++) {
            bool by_a = ispy_glob_match(ispy_str_literal(a), ispy_str_literal(text), separator);
            bool by_b = ispy_glob_match(ispy_str_literal(b), ispy_str_literal(text), separator);
            ck_assert_msg(!covers || by_a || !by_b, "'%s' does not cover '%s': '%s'", a, b, text);
            ck_assert_msg(meets || !by_a || !by_b, "'%s' and '%s' do meet: '%s'", a, b, text);
        }
    }
    ck_assert_int_gt(said, ROUNDS / 10);
}

START_TEST(random_names) {
    compare('.');
}
END_TEST

START_TEST(random_paths) {
    compare('/');
}
END_TEST

/* Longer than what is looked into: the cautious answers. */
START_TEST(long_patterns) {
    char *text = malloc(4001);
    memset(text, 'a', 4000);
    text[4000] = '\0';
    ispy_str pattern = ispy_str_of(text, 4000);
    ck_assert(!ispy_glob_covers(pattern, pattern, '.'));
    ck_assert(ispy_glob_may_meet(pattern, ispy_str_literal("b"), '.'));
    free(text);
}
END_TEST

Suite *glob_relation_suite(void) {
    Suite *suite = suite_create("glob_relation");
    TCase *cases = tcase_create("glob_relation");
    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, names);
    tcase_add_test(cases, paths);
    tcase_add_test(cases, random_names);
    tcase_add_test(cases, random_paths);
    tcase_add_test(cases, long_patterns);
    suite_add_tcase(suite, cases);
    return suite;
}
