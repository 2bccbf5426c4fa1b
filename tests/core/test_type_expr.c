/* Annotations: how they are read and shown, and what becomes of those that are none. Which are the same type is tested
 * in test_type_compare.c, which values have them in test_type_admits.c. */
#include "suites.h"

#include "failing_malloc.h"
#include "model/type_expr.h"
#include "sample_module.h"

#include <string.h>

static ispy_arena *arena;

static void setup(void) {
    arena = ispy_arena_new();
}

static void teardown(void) {
    ispy_arena_free(arena);
}

static const ispy_type_expr *parse(const char *text) {
    const ispy_type_expr *type = NULL;
    ck_assert_int_eq(ispy_type_expr_parse(&type, arena, ispy_str_literal(text)), ISPY_OK);
    return type;
}

/* ---- Showing ---- */

static const char *const shown[][2] = {
    {"Optional[str]", "str | None"},
    {"None | str", "str | None"},
    {"Union[int, 'str', None, int]", "int | str | None"},
    {"typing.List[ int ]", "list[int]"},
    {"typing.Callable[[int], str]", "collections.abc.Callable[[int], str]"},
    {"Callable[[ 'int' ], None]", "Callable[[int], None]"},
    {"Callable[..., Any]", "Callable"},
    {"Tuple[()]", "tuple[()]"},
    {"Tuple[int, ...]", "tuple[int, ...]"},
    {"tuple[Unpack[Ts]]", "tuple[*Ts]"},
    {"Literal['a', -1, b'x', True, Color.RED]", "Literal['a', -1, b'x', True, Color.RED]"},
    {"Optional[Literal['a', 'b']]", "Literal['a', 'b'] | None"},
    {"Literal['a'] | int | Literal['b']", "Literal['a', 'b'] | int"},
    {"Literal[Color.RED]", "Literal[Color.RED]"},
    {"Annotated[int, 1]", "int"},
    {"acme.api.Job", "acme.api.Job"},
    {"f( a,b )", "f(a,b)"},
    {"not a", "not a"},
    {"ContextManager[int]", "AbstractContextManager[int]"},
    {"NoneType", "None"},
};

START_TEST(types_are_shown_as_python_writes_them_today) {
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        ispy_text text = ISPY_TEXT_EMPTY;
        ck_assert_int_eq(ispy_type_expr_show(&text, parse(shown[i][0])), ISPY_OK);
        ck_assert_str_eq(text.data, shown[i][1]);
        ck_assert_int_eq(ispy_type_expr_compare(parse(text.data), parse(shown[i][0]), NULL), ISPY_PASS);
        ispy_text_free(&text);
    }
}
END_TEST

START_TEST(what_follows_the_grammar_is_clean) {
    static const char *const clean[] = {"int",
                                        "a.b[c, 'd | e']",
                                        "Literal['any text (at all', -1]",
                                        "Annotated[int, f(x)]",
                                        "*Ts",
                                        "Callable[..., [int]]",
                                        "'List[int]'"};
    for (size_t i = 0; i < sizeof clean / sizeof *clean; i++) {
        ck_assert_msg(ispy_type_expr_is_clean(parse(clean[i])), "%s", clean[i]);
    }
    static const char *const unclean[] = {"",
                                          " ",
                                          "f(x)",
                                          "int str",
                                          "1",
                                          "'a b'",
                                          "[int]",
                                          "...",
                                          "list[]",
                                          "a.",
                                          "a..b",
                                          "int |",
                                          "| int",
                                          "(int",
                                          "a[b]]",
                                          "a[b][c]",
                                          "a, b",
                                          "()",
                                          "list[1]",
                                          "x = 1",
                                          "b'int'",
                                          "f'int'",
                                          "lambda",
                                          "Literal[f(x)]",
                                          "Literal[1.5]",
                                          "-x",
                                          "*",
                                          "'\\N{BULLET}'",
                                          "a[b](c)",
                                          "not x",
                                          "@",
                                          "\\"};
    for (size_t i = 0; i < sizeof unclean / sizeof *unclean; i++) {
        ck_assert_msg(!ispy_type_expr_is_clean(parse(unclean[i])), "%s", unclean[i]);
    }
}
END_TEST

/* ---- Limits ---- */

/* `open` n times, `middle`, `close` n times. */
static ispy_str nested(const char *open, const char *middle, const char *close, size_t n) {
    ispy_text text = ISPY_TEXT_EMPTY;
    for (size_t i = 0; i < n; i++) {
        ispy_text_puts(&text, open);
    }
    ispy_text_puts(&text, middle);
    for (size_t i = 0; i < n; i++) {
        ispy_text_puts(&text, close);
    }
    ispy_str out;
    ck_assert_int_eq(ispy_text_take(&out, &text, arena), ISPY_OK);
    return out;
}

static void check_limit(ispy_str text, bool clean) {
    const ispy_type_expr *a = NULL;
    const ispy_type_expr *b = NULL;
    ck_assert_int_eq(ispy_type_expr_parse(&a, arena, text), ISPY_OK);
    ck_assert_int_eq(ispy_type_expr_parse(&b, arena, text), ISPY_OK);
    ck_assert_int_eq(ispy_type_expr_is_clean(a), clean);
    ck_assert_int_eq(ispy_type_expr_compare(a, b, NULL), ISPY_PASS);
}

START_TEST(deep_and_large_annotations_are_opaque) {
    check_limit(nested("list[", "int", "]", 60), true);
    check_limit(nested("list[", "int", "]", 70), false);
    check_limit(nested("(", "int", ")", 60), true);
    check_limit(nested("(", "int", ")", 100000), false);
    check_limit(nested("[", "", "", 100000), false);
    check_limit(nested("list[int | ", "None", "]", 60), true); /* two members a level: not two to the power of 60 */
    check_limit(nested("A[B[", "f", "]()]()", 30), false);
    check_limit(nested("Union[", "int", ", str]", 60), true);
    check_limit(nested("int | ", "str", "", 1000), true); /* the same one a thousand times */
    check_limit(nested("'a' ", "'b'", "", 20000), true);  /* one long name */
    check_limit(nested("-", "1", "", 100000), false);
    check_limit(nested("x", "y", "", 300000), false);
}
END_TEST

START_TEST(unions_have_a_limit) {
    ispy_text text = ISPY_TEXT_EMPTY;
    for (int i = 0; i < 1024; i++) {
        ispy_text_printf(&text, "%sA%d", i > 0 ? " | " : "", i);
    }
    ispy_str fits;
    ck_assert_int_eq(ispy_text_take(&fits, &text, arena), ISPY_OK);
    check_limit(fits, true);
    ispy_text_str(&text, fits);
    ispy_text_puts(&text, " | B");
    ispy_str too_many;
    ck_assert_int_eq(ispy_text_take(&too_many, &text, arena), ISPY_OK);
    check_limit(too_many, false);
}
END_TEST

/* ---- Noise ---- */

static uint32_t random_next(uint32_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static size_t write_noise(char *text, uint32_t *state) {
    static const char *const pieces[] = {
        "[",         "]",    "(",    ")",    ",",        "|",     "'",     "\"",     "int",     "Literal",
        "Union",     ".",    "...",  "-1",   "*",        "\\",    "None",  "b'x'",   "0x",      "'''",
        "Annotated", "#",    "\n",   "True", "\xc3\xa9", "\xff",  "{",     "}",      "typing.", " ",
        "f'",        "\\x4", "\\N{", ":",    "\\U0011",  "Final", "tuple", "lambda", "1e-5",    "Optional"};
    size_t length = 0;
    for (uint32_t n = random_next(state) % 16; n > 0; n--) {
        uint32_t pick = random_next(state);
        if (pick % 8 == 0) {
            text[length++] = (char)(pick >> 8);
        } else {
            const char *piece = pieces[(pick >> 8) % (sizeof pieces / sizeof *pieces)];
            memcpy(text + length, piece, strlen(piece));
            length += strlen(piece);
        }
    }
    return length;
}

static void check_noise(ispy_arena *own, const char *text, size_t length, const ispy_module *module) {
    ispy_str copy; /* in the arena, where a step behind the end is seen */
    const ispy_type_expr *type = NULL;
    ispy_text shown_text = ISPY_TEXT_EMPTY;
    ck_assert_int_eq(ispy_arena_str(&copy, own, text, length), ISPY_OK);
    bool whole = ispy_type_expr_parse(&type, own, copy) == ISPY_OK &&
                 ispy_type_expr_show(&shown_text, type) == ISPY_OK &&
                 ispy_type_expr_compare(type, type, NULL) == ISPY_PASS;
    ck_assert(whole);
    ispy_type_expr_compare(type, type, module);
    ispy_type_expr_admits(type, &(ispy_literal){.kind = ISPY_LITERAL_NONE});
    ispy_text_free(&shown_text);
}

START_TEST(noise_does_no_harm) {
    static const char *const statements[] = {"from typing import Literal", "from typing import Union", "import typing",
                                             "class tuple", NULL};
    const ispy_module *module = sample_module(arena, "acme.plugins.mail", false, statements);
    uint32_t state = 20260731;
    for (int round = 0; round < 500; round++) {
        ispy_arena *own = ispy_arena_new();
        for (int i = 0; i < 250; i++) {
            char text[256];
            size_t length = write_noise(text, &state);
            check_noise(own, text, length, module);
        }
        ispy_arena_free(own);
    }
}
END_TEST

START_TEST(out_of_memory_is_no_verdict) {
    static const char *const statements[] = {"import typing as t", "from typing import Literal as L", NULL};
    const ispy_module *module = sample_module(arena, "acme.plugins.mail", false, statements);
    const ispy_type_expr *wanted = parse("dict[str, int | None]");
    const ispy_type_expr *other = parse("set[str]");
    ispy_str text = ispy_str_literal("t.Dict['str', Opt[L['a', f(x)]]] | te.Annotated[Job, 'b' 'c', 0x10]");
    bool failed = allocation_failures_work();
    for (size_t i = 0; failed; i++) {
        ispy_arena *own = ispy_arena_new();
        allocation_failures_begin(i);
        const ispy_type_expr *type = NULL;
        int status = ispy_type_expr_parse(&type, own, text);
        ispy_verdict verdict = ispy_type_expr_compare(wanted, other, module);
        failed = allocation_failures_end();
        ck_assert(status == ISPY_OK || status == ISPY_ENOMEM);
        ck_assert_int_eq(verdict, failed ? ISPY_UNPROVABLE : ISPY_FAIL);
        ispy_arena_free(own);
    }
}
END_TEST

Suite *type_expr_suite(void) {
    Suite *suite = suite_create("type_expr");
    TCase *all = tcase_create("type_expr");
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_set_timeout(all, 30);
    tcase_add_test(all, types_are_shown_as_python_writes_them_today);
    tcase_add_test(all, what_follows_the_grammar_is_clean);
    tcase_add_test(all, deep_and_large_annotations_are_opaque);
    tcase_add_test(all, unions_have_a_limit);
    tcase_add_test(all, noise_does_no_harm);
    tcase_add_test(all, out_of_memory_is_no_verdict);
    suite_add_tcase(suite, all);
    return suite;
}
