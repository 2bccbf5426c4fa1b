/* Scopes built from statements: branches, handlers, dead code, openings. Written as in scope_script.h. What comes of it
 * is written alike: "x=12" is bound to definition 1 or 2, "x=1*" to 1 or to something unknown, "x=1?" may be absent. */
#include "suites.h"

#include "base/text.h"
#include "failing_malloc.h"
#include "model/candidates.h"
#include "scope_script.h"

#include <importspy/importspy.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static ispy_arena *arena;

static void setup(void) {
    arena = ispy_arena_new();
}

static void teardown(void) {
    ispy_arena_free(arena);
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const ispy_binding *)a)->name.data, ((const ispy_binding *)b)->name.data);
}

static void describe_binding(ispy_text *out, const ispy_binding *binding) {
    ispy_text_puts(out, out->length > 0 ? " " : "");
    ispy_text_str(out, binding->name);
    ispy_text_char(out, '=');
    for (uint32_t i = 0; i < binding->count; i++) {
        if (binding->candidates[i]->kind == ISPY_DEFINES_UNKNOWN) {
            ispy_text_char(out, '*');
        } else {
            ispy_text_printf(out, "%u", binding->candidates[i]->at.line);
        }
        ck_assert(ispy_str_equal(binding->candidates[i]->name, binding->name));
    }
    ispy_text_puts(out, binding->may_be_absent ? "?" : "");
    bool one = binding->count == 1 && !binding->may_be_absent;
    ck_assert_int_eq(binding->reason == ISPY_REASON_NONE, one);
}

/* What the scope holds, by name; found names have to agree with it before the scope is given. */
static void describe(ispy_text *out, ispy_builder *builder, ispy_scope *scope) {
    ck_assert_int_eq(ispy_builder_pop(builder, scope), ISPY_OK);
    ispy_binding sorted[64];
    ck_assert_uint_le(scope->count, 64);
    memcpy(sorted, scope->bindings, scope->count * sizeof *sorted);
    qsort(sorted, scope->count, sizeof *sorted, by_name);
    ispy_text_puts(out, "");
    for (uint32_t i = 0; i < scope->count; i++) {
        describe_binding(out, &sorted[i]);
    }
    ck_assert(!out->failed);
}

typedef struct row {
    const char *script;
    const char *scope;
} row;

static void check_rows(const row *rows, size_t count, ispy_reason open) {
    for (size_t i = 0; i < count; i++) {
        ispy_builder *builder = ispy_builder_new(arena);
        script_feed(arena, builder, rows[i].script);
        ispy_text text = ISPY_TEXT_EMPTY;
        ispy_scope scope;
        describe(&text, builder, &scope);
        ck_assert_msg(strcmp(text.data, rows[i].scope) == 0, "%s: %s instead of %s", rows[i].script, text.data,
                      rows[i].scope);
        ck_assert_int_eq(scope.open, open);
        ispy_text_free(&text);
        ispy_builder_free(builder);
    }
}

#define CHECK_ROWS(rows, open) check_rows(rows, sizeof(rows) / sizeof *(rows), open)

START_TEST(branches_unite_what_their_arms_bind) {
    static const row rows[] = {
        {"", ""},
        {"x=1", "x=1"},
        {"x=1 x=2", "x=2"},
        {"x=1 y=2 -x", "y=2"},
        {"-x", ""},
        {"x=1 x+2", "x=12"},
        {"x+2", "x=2?"},
        {"x=1 -x x+2", "x=2?"},
        {"x=2 x+1", "x=12"}, /* source order */
        {"{ x=1 | x=2 }", "x=12"},
        {"{ x=1 | }", "x=1?"},
        {"{ x=1 ?}", "x=1?"},
        {"x=1 { x=2 ?}", "x=12"},
        {"x=1 { x=2 | x=3 }", "x=23"},
        {"x=1 { x=2 | x=3 ?}", "x=123"},
        {"x=1 { -x ?}", "x=1?"},
        {"x=1 { -x | x=2 }", "x=2?"},
        {"x=1 { -x | -x }", ""},
        {"x=1 { x=2 } x=3", "x=3"},
        {"{ x=1 | x=2 | x=3 | y=4 }", "x=123? y=4?"},
        {"{ { x=1 | x=2 } | x=3 }", "x=123"},
        {"{ x=1 { x=2 ?} | x=3 }", "x=123"},
        {"x=1 { { x=2 ?} { x=3 ?} ?}", "x=123"},
        {"x=1 { y=2 ?}", "x=1 y=2?"},
        {"{ }", ""},
        {"{ ?}", ""},
    };
    CHECK_ROWS(rows, ISPY_REASON_NONE);
}
END_TEST

START_TEST(what_leaves_adds_nothing) {
    static const row rows[] = {
        {"{ x=1 . | x=2 }", "x=2"},
        {"x=1 { x=2 . ?}", "x=1"},
        {"x=1 { x=2 . } x=3", "x=1"}, /* all left: what follows is dead */
        {"x=1 { x=2 . ?} x=3", "x=3"},
        {"{ x=1 { . | . } | x=2 }", "x=2"}, /* all left within an arm: so is the arm */
        {"{ x=1 { . | . } x=3 | x=2 }", "x=2"},
        {"{ x=1 { . ?} | x=2 }", "x=12"},
        {"{ . x=1 { x=2 | x=3 } y=4 | z=5 }", "z=5"},
        {"{ . { ! x=1 } | x=2 }", "x=2"},
        {"x=1 . x=2 -x x+3 *", "x=1"},
        {"{ . * | x=1 }", "x=1"},
        {"{ . ** | x=1 }", "x=1"},
    };
    CHECK_ROWS(rows, ISPY_REASON_NONE);
}
END_TEST

START_TEST(handlers_start_after_any_part_of_the_first_arm) {
    static const row rows[] = {
        {"{ x=1 ! x=2 }", "x=12"},
        {"{ x=1 ! }", "x=1?"},
        {"x=1 { x=2 ! }", "x=12"},
        {"x=1 { x=2 x=3 ! }", "x=123"}, /* between the two, as well */
        {"x=1 { x=2 x=3 ! . }", "x=3"},
        {"x=1 { -x x=2 ! }", "x=12?"},
        {"x=1 { x=2 . ! }", "x=12"}, /* the body raises, as a handler expects */
        {"x=1 { { x=2 . ?} ! }", "x=12"},
        {"x=1 { x=2 ! x=3 ! y=4 }", "x=123 y=4?"},
        {"{ x=1 ! x=2 . ! x=3 }", "x=13"},
        {"{ x=1 ! . ! . }", "x=1"},
        {"{ x=1 . ! . } x=2", ""},
        {"{ x=1 ! x=2 | x=3 }", "x=123"}, /* a fresh arm behind handlers */
        {"{ x=1 | x=2 ! }", "x=12?"},     /* only the first arm counts */
        {"{ x=1 { x=2 ! x=3 } ! }", "x=123?"},
        {"{ { { x=1 . ?} ! y=2 } ! z=3 }", "x=1? y=2? z=3?"},
        {"{ x=1 x+2 ! }", "x=12?"},
        {"x=1 { { x=2 | x=3 . } ! x=4 }", "x=24"},
        {"x=1 { { x=2 | x=3 . } ! }", "x=123"},
    };
    CHECK_ROWS(rows, ISPY_REASON_NONE);
}
END_TEST

START_TEST(an_opened_scope_makes_earlier_names_uncertain) {
    static const row rows[] = {
        {"x=1 *", "x=1*"},
        {"x=1 * x=2", "x=2"},
        {"* x=1", "x=1"},
        {"x=1 * *", "x=1*"},
        {"x=1 * x+2", "x=12*"},
        {"x=1 * -x", ""},
        {"x=1 { * ?}", "x=1*"},
        {"x=1 { * x=2 ?}", "x=12*"},
        {"{ x=1 * x=2 | x=3 }", "x=23"},
        {"{ x=1 * | x=2 }", "x=12*"},
        {"{ x=1 * y=2 | x=3 y=4 }", "x=13* y=24"},
        {"{ x=1 * y=2 | x=3 y=4 } z=5", "x=13* y=24 z=5"},
        {"x=1 { * ! x=2 }", "x=12*"},
        {"{ * x=1 ! x=2 }", "x=12"},
        {"{ x=1 * . ! y=2 }", "x=1*? y=2"},
        {"x=1 { { * . ?} ! }", "x=1*"},
        {"x=1 * { x=2 ?}", "x=12*"},
        {"x=1 { y=2 ?} * z=3", "x=1* y=2*? z=3"},
    };
    CHECK_ROWS(rows, ISPY_REASON_STAR_IMPORT);
    static const row extended[] = {{"x=1 ** y=2", "x=1 y=2"}, {"x=1 { ** ?}", "x=1"}, {"{ x=1 ** . ! }", "x=1?"}};
    CHECK_ROWS(extended, ISPY_REASON_MODULE_GETATTR);
    static const row both[] = {{"x=1 ** * y=2", "x=1* y=2"}, {"x=1 * **", "x=1*"}};
    CHECK_ROWS(both, ISPY_REASON_STAR_IMPORT); /* what may replace names counts for more */
}
END_TEST

START_TEST(finding_sees_the_current_arm) {
    ispy_builder *builder = ispy_builder_new(arena);
    ispy_binding found;
    ispy_str x = ispy_str_literal("x");
    ck_assert(!ispy_builder_find(builder, x, &found));
    script_feed(arena, builder, "x=1 { x=2");
    ck_assert(ispy_builder_find(builder, x, &found));
    ck_assert_uint_eq(found.candidates[0]->at.line, 2);
    script_feed(arena, builder, "|");
    ck_assert(ispy_builder_find(builder, x, &found));
    ck_assert_uint_eq(found.candidates[0]->at.line, 1);
    script_feed(arena, builder, "-x");
    ck_assert(!ispy_builder_find(builder, x, &found));
    script_feed(arena, builder, "}");
    ck_assert(ispy_builder_find(builder, x, &found));
    ck_assert(found.count == 1 && found.may_be_absent && found.reason == ISPY_REASON_CONDITIONAL);
    script_feed(arena, builder, "*");
    ck_assert(ispy_builder_find(builder, x, &found));
    ck_assert_uint_eq(found.count, 2);
    ck_assert_int_eq(found.candidates[1]->kind, ISPY_DEFINES_UNKNOWN);
    ck_assert_int_eq(found.candidates[1]->reason, ISPY_REASON_STAR_IMPORT);
    ck_assert(ispy_str_equal(found.candidates[1]->name, x));
    script_feed(arena, builder, "x=3");
    ck_assert(ispy_builder_find(builder, x, &found));
    ck_assert(found.count == 1 && found.reason == ISPY_REASON_NONE);
    ispy_builder_free(builder);
}
END_TEST

START_TEST(scopes_within_scopes_keep_to_themselves) {
    ispy_builder *builder = ispy_builder_new(arena);
    ispy_binding found;
    ispy_text text = ISPY_TEXT_EMPTY;
    ispy_scope scope;
    script_feed(arena, builder, "x=1 { x=2 .");
    ck_assert_int_eq(ispy_builder_push(builder), ISPY_OK);
    ck_assert(!ispy_builder_find(builder, ispy_str_literal("x"), &found));
    ck_assert_int_eq(ispy_builder_join(builder, true), ISPY_EINVAL); /* the fork is outside */
    script_feed(arena, builder, "x=5 { y=6 | z=7");                  /* and a fork left open is joined by the pop */
    describe(&text, builder, &scope);
    ck_assert_str_eq(text.data, "x=5 y=6? z=7?");
    ispy_text_free(&text);
    script_feed(arena, builder, "| x=3 }");
    describe(&text, builder, &scope);
    ck_assert_str_eq(text.data, "x=3");
    ispy_text_free(&text);
    ck_assert_int_eq(ispy_builder_fork(builder), ISPY_EINVAL);
    ck_assert_int_eq(ispy_builder_unbind(builder, ispy_str_literal("x")), ISPY_EINVAL);
    ck_assert_int_eq(ispy_builder_bind(builder, script_define(arena, ispy_str_literal("x"), 1)), ISPY_EINVAL);
    ck_assert_int_eq(ispy_builder_pop(builder, &scope), ISPY_EINVAL);
    ck_assert(!ispy_builder_find(builder, ispy_str_literal("x"), &found));
    ispy_builder_free(builder);
    ispy_builder_free(NULL);
}
END_TEST

/* ---- Against a plain account of what may happen ---- */

/* One name: bit 0 for absent, bit n for definition n; no bit at all: the place is not reached. */
typedef struct account {
    uint32_t now;
    uint32_t passed; /* all that it was on the way */
} account;

typedef struct writer {
    char script[2000];
    size_t length;
    uint32_t random;
    uint32_t definitions;
} writer;

static uint32_t pick(writer *w, uint32_t below) {
    w->random ^= w->random << 13;
    w->random ^= w->random >> 17;
    w->random ^= w->random << 5;
    return w->random % below;
}

static void write_word(writer *w, const char *word, uint32_t number) {
    w->length += (size_t)snprintf(w->script + w->length, sizeof w->script - w->length, word, number);
}

static void write_block(writer *w, account *a, int depth);

static void write_fork(writer *w, account *a, int depth) {
    account before = {a->now, a->now};
    account first = before;
    write_word(w, "{ ", 0);
    write_block(w, &first, depth + 1);
    a->passed |= first.passed;
    uint32_t ends = first.now;
    for (uint32_t arms = pick(w, 4); arms > 0; arms--) {
        bool handler = pick(w, 2) == 0;
        account arm = before;
        if (handler) {
            arm.now = arm.passed = before.now | first.passed;
        }
        write_word(w, handler ? "! " : "| ", 0);
        write_block(w, &arm, depth + 1);
        ends |= arm.now;
        a->passed |= arm.passed;
    }
    bool exhaustive = pick(w, 2) == 0;
    write_word(w, exhaustive ? "} " : "?} ", 0);
    a->now = ends | (exhaustive ? 0 : before.now);
}

/* A random block, and what it does to the name. */
static void write_block(writer *w, account *a, int depth) {
    for (uint32_t statements = pick(w, 4); statements > 0 && w->length < 1500; statements--) {
        uint32_t what = pick(w, 10);
        bool reached = a->now != 0;
        if (what < 4 && depth < 5) {
            write_fork(w, a, depth);
        } else if (what == 4) {
            write_word(w, ". ", 0);
            a->now = 0;
        } else if (what == 5) {
            write_word(w, "-x ", 0);
            a->now = reached ? 1 : 0;
        } else if (w->definitions < ISPY_CANDIDATES_MAX - 2) {
            uint32_t number = ++w->definitions;
            write_word(w, what == 6 ? "x+%u " : "x=%u ", number);
            uint32_t kept = what == 6 ? a->now : 0;
            a->now = reached ? kept | 1u << number : 0;
        }
        a->passed |= a->now;
    }
}

START_TEST(any_script_gives_just_what_may_happen) {
    for (uint32_t seed = 1; seed <= 4000; seed++) {
        writer w = {.random = seed * 2654435761u};
        account a = {1, 1};
        write_block(&w, &a, 0);
        if (a.now == 0) {
            continue; /* the end is not reached: there is nothing to say of it */
        }
        ispy_builder *builder = ispy_builder_new(arena);
        script_feed(arena, builder, w.script);
        ispy_binding found;
        uint32_t mask = 1;
        if (ispy_builder_find(builder, ispy_str_literal("x"), &found)) {
            mask = found.may_be_absent ? 1 : 0;
            for (uint32_t i = 0; i < found.count; i++) {
                mask |= 1u << found.candidates[i]->at.line;
            }
        }
        ck_assert_msg(mask == a.now, "%s: %x instead of %x", w.script, mask, a.now);
        ispy_builder_free(builder);
    }
}
END_TEST

/* ---- Size ---- */

static void bind_number(ispy_builder *builder, const char *format, uint32_t number) {
    char name[32];
    ispy_str copy;
    int length = snprintf(name, sizeof name, format, number);
    ck_assert_int_eq(ispy_arena_str(&copy, arena, name, (size_t)length), ISPY_OK);
    ck_assert_int_eq(ispy_builder_bind(builder, script_define(arena, copy, number)), ISPY_OK);
}

static ispy_scope finish(ispy_builder *builder) {
    ispy_scope scope;
    ck_assert_int_eq(ispy_builder_pop(builder, &scope), ISPY_OK);
    ispy_builder_free(builder);
    return scope;
}

START_TEST(too_many_candidates_become_something_unknown) {
    for (uint32_t count = ISPY_CANDIDATES_MAX; count <= ISPY_CANDIDATES_MAX + 1; count++) {
        ispy_builder *builder = ispy_builder_new(arena);
        script_feed(arena, builder, "{");
        for (uint32_t i = 1; i <= count; i++) {
            bind_number(builder, "x", i);
            script_feed(arena, builder, i < count ? "|" : "}");
        }
        ispy_scope scope = finish(builder);
        ck_assert_uint_eq(scope.count, 1);
        const ispy_binding *x = &scope.bindings[0];
        bool fits = count <= ISPY_CANDIDATES_MAX;
        ck_assert_uint_eq(x->count, fits ? count : 1);
        ck_assert_int_eq(x->candidates[0]->kind, fits ? ISPY_DEFINES_VARIABLE : ISPY_DEFINES_UNKNOWN);
        ck_assert_int_eq(x->candidates[0]->reason, fits ? ISPY_REASON_NONE : ISPY_REASON_CONDITIONAL);
        ck_assert_uint_eq(x->candidates[0]->at.line, 1);
        ck_assert(!x->may_be_absent);
    }
}
END_TEST

START_TEST(large_modules_take_no_time_to_speak_of) {
    enum { MANY = 5000 };
    ispy_builder *builder = ispy_builder_new(arena);
    for (uint32_t i = 1; i <= MANY; i++) { /* one `if` after the other, in a module of many names */
        bind_number(builder, "name_%u", i);
        script_feed(arena, builder, "{");
        bind_number(builder, "shared", i);
        bind_number(builder, "own_%u", i);
        script_feed(arena, builder, "?}");
    }
    ck_assert_uint_eq(finish(builder).count, 2 * MANY + 1);

    builder = ispy_builder_new(arena);
    for (uint32_t i = 1; i <= 2000; i++) { /* an elif chain as nested forks, each arm with a name of its own */
        script_feed(arena, builder, "{");
        bind_number(builder, "own_%u", i);
        script_feed(arena, builder, "|");
    }
    for (uint32_t i = 0; i < 2000; i++) {
        script_feed(arena, builder, "}");
    }
    ck_assert_uint_eq(finish(builder).count, 2000);

    builder = ispy_builder_new(arena);
    script_feed(arena, builder, "{");
    for (uint32_t i = 1; i <= MANY; i++) { /* a try of many names with as many handlers */
        bind_number(builder, "name_%u", i);
    }
    for (uint32_t i = 1; i <= MANY; i++) {
        script_feed(arena, builder, "!");
        bind_number(builder, "name_%u", i);
    }
    script_feed(arena, builder, "}");
    ck_assert_uint_eq(finish(builder).count, MANY);
}
END_TEST

START_TEST(deep_forks_use_no_stack) {
    ispy_builder *builder = ispy_builder_new(arena);
    for (uint32_t i = 0; i < 100000; i++) {
        ck_assert_int_eq(ispy_builder_fork(builder), ISPY_OK);
    }
    script_feed(arena, builder, "x=1");
    for (uint32_t i = 0; i < 100000; i++) {
        ck_assert_int_eq(ispy_builder_join(builder, i % 2 == 0), ISPY_OK);
    }
    ispy_scope scope = finish(builder);
    ck_assert_uint_eq(scope.count, 1);
    ck_assert(scope.bindings[0].may_be_absent);
}
END_TEST

START_TEST(any_allocation_may_fail) {
    static const char script[] = "x=1 { y=2 * ! x=3 ** { z=4 | -x } ! z=5 ?} x+6 w=7 {";
    bool failed = allocation_failures_work();
    for (size_t i = 0; failed; i++) {
        char words[sizeof script];
        strcpy(words, script);
        allocation_failures_begin(i);
        ispy_builder *builder = ispy_builder_new(arena);
        int status = builder == NULL ? ISPY_ENOMEM : ISPY_OK;
        for (char *word = strtok(words, " "); word != NULL && status == ISPY_OK; word = strtok(NULL, " ")) {
            status = script_word(arena, builder, word);
        }
        ispy_scope scope;
        status = status == ISPY_OK ? ispy_builder_push(builder) : status;
        status = status == ISPY_OK ? ispy_builder_pop(builder, &scope) : status;
        status = status == ISPY_OK ? ispy_builder_pop(builder, &scope) : status;
        failed = allocation_failures_end();
        ck_assert_int_eq(status, failed ? ISPY_ENOMEM : ISPY_OK);
        ispy_builder_free(builder);
    }
}
END_TEST

Suite *builder_suite(void) {
    Suite *suite = suite_create("builder");
    TCase *all = tcase_create("builder");
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_set_timeout(all, 20);
    tcase_add_test(all, branches_unite_what_their_arms_bind);
    tcase_add_test(all, what_leaves_adds_nothing);
    tcase_add_test(all, handlers_start_after_any_part_of_the_first_arm);
    tcase_add_test(all, an_opened_scope_makes_earlier_names_uncertain);
    tcase_add_test(all, finding_sees_the_current_arm);
    tcase_add_test(all, scopes_within_scopes_keep_to_themselves);
    tcase_add_test(all, any_script_gives_just_what_may_happen);
    tcase_add_test(all, too_many_candidates_become_something_unknown);
    tcase_add_test(all, large_modules_take_no_time_to_speak_of);
    tcase_add_test(all, deep_forks_use_no_stack);
    tcase_add_test(all, any_allocation_may_fail);
    suite_add_tcase(suite, all);
    return suite;
}
