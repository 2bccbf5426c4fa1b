/* Finding names in scopes, and what dotted names stand for. */
#include "suites.h"

#include "model/resolve.h"
#include "model/scope.h"
#include "sample_module.h"

#include <stdio.h>
#include <string.h>

static ispy_arena *arena;

static void setup(void) {
    arena = ispy_arena_new();
}

static void teardown(void) {
    ispy_arena_free(arena);
}

static ispy_str str(const char *text) {
    return ispy_str_literal(text);
}

START_TEST(every_name_is_found_and_no_other) {
    enum { COUNT = 3000 };
    ispy_builder *builder = ispy_builder_new(arena);
    ispy_definition *definitions = ispy_arena_array(arena, COUNT, sizeof *definitions);
    char name[32];
    for (int i = 0; i < COUNT; i++) {
        int length = snprintf(name, sizeof name, "name_%d", i * 7);
        ispy_arena_str(&definitions[i].name, arena, name, (size_t)length);
        ck_assert_int_eq(ispy_builder_bind(builder, &definitions[i]), ISPY_OK);
    }
    ispy_scope scope;
    ck_assert_int_eq(ispy_builder_pop(builder, &scope), ISPY_OK);
    ispy_builder_free(builder);
    ck_assert_uint_eq(scope.count, COUNT);
    for (uint32_t i = 1; i < scope.count; i++) {
        ck_assert_int_lt(ispy_name_order(scope.bindings[i - 1].name, scope.bindings[i].name), 0);
    }
    for (int i = 0; i < COUNT * 7; i++) {
        snprintf(name, sizeof name, "name_%d", i);
        const ispy_binding *found = ispy_scope_find(&scope, str(name));
        ck_assert_int_eq(found != NULL, i % 7 == 0);
        ck_assert(found == NULL || found->candidates[0] == &definitions[i / 7]);
    }
}
END_TEST

START_TEST(equal_hashes_are_told_apart) {
    ispy_str a = {"a", 1, 5};
    ispy_str b = {"b", 1, 5};
    ispy_str ab = {"ab", 2, 5};
    ispy_str empty = {"", 0, 5};
    ispy_binding bindings[] = {{.name = empty}, {.name = a}, {.name = ab}, {.name = b}};
    ispy_scope scope = {.bindings = bindings, .count = 4};
    for (int i = 0; i < 4; i++) {
        ck_assert_ptr_eq(ispy_scope_find(&scope, bindings[i].name), &bindings[i]);
    }
    ck_assert_ptr_null(ispy_scope_find(&scope, (ispy_str){"aa", 2, 5}));
    ck_assert_ptr_null(ispy_scope_find(&scope, (ispy_str){NULL, 0, 0}));
    scope.count = 0;
    ck_assert_ptr_null(ispy_scope_find(&scope, a));
}
END_TEST

/* ---- Resolving ---- */

static const char *const statements[] = {
    "import os",
    "import os.path",
    "import acme.api as api",
    "import acme.jobs",
    "from acme.api import Plugin",
    "from acme.api import Plugin as P",
    "from . import tools",
    "from .tools import Hammer",
    "from ..far import Away",
    "from ....nowhere import Lost",
    "if TYPE_CHECKING: from acme.types import Job",
    "if TYPE_CHECKING: from acme.types import Shadow",
    "Shadow = object",
    "class Base",
    "class Derived(Base)",
    "class int",
    "def make",
    "value = 1",
    "maybe from acme import TimeoutError",
    "maybe from acme import Sometimes",
    "class Two",
    "either class Two",
    NULL,
};

/* Targets as text: "=name" a definition, "name" from elsewhere, "-" absent, "?reason" unknown; "~" uncertain. */
static void describe(ispy_text *out, const ispy_module *module, const char *dotted, ispy_view view) {
    static const char marks[] = {'=', ' ', '-', '?'};
    ispy_resolution found;
    ispy_resolve(&found, module, str(dotted), view);
    ck_assert_uint_ge(found.count, 1);
    for (uint32_t i = 0; i < found.count; i++) {
        const ispy_target *target = &found.targets[i];
        ispy_text_puts(out, i > 0 ? "," : "");
        if (target->kind != ISPY_TARGET_QUALIFIED) {
            ispy_text_char(out, marks[target->kind]);
        }
        ck_assert_int_eq(target->definition != NULL, target->kind == ISPY_TARGET_DEFINITION);
        ispy_qualified_show(out, &target->name);
        ispy_text_puts(out, target->kind == ISPY_TARGET_UNKNOWN ? ispy_reason_name(target->reason) : "");
    }
    ispy_text_puts(out, found.reason != ISPY_REASON_NONE ? "~" : "");
    ck_assert(!out->failed);
}

typedef struct row {
    const char *dotted;
    const char *runtime;
    const char *annotation; /* NULL: the same */
} row;

static void check_rows(const ispy_module *module, const row *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        ispy_text text = ISPY_TEXT_EMPTY;
        describe(&text, module, rows[i].dotted, ISPY_VIEW_RUNTIME);
        ck_assert_msg(strcmp(text.data, rows[i].runtime) == 0, "%s: %s", rows[i].dotted, text.data);
        ispy_text_free(&text);
        describe(&text, module, rows[i].dotted, ISPY_VIEW_ANNOTATION);
        const char *wanted = rows[i].annotation == NULL ? rows[i].runtime : rows[i].annotation;
        ck_assert_msg(strcmp(text.data, wanted) == 0, "%s in an annotation: %s", rows[i].dotted, text.data);
        ispy_text_free(&text);
    }
}

#define CHECK_ROWS(module, rows) check_rows(module, rows, sizeof(rows) / sizeof *(rows))

START_TEST(names_lead_where_the_module_took_them_from) {
    static const row rows[] = {
        {"os", "os", NULL},
        {"os.path.join", "os.path.join", NULL},
        {"api.Plugin", "acme.api.Plugin", NULL},
        {"api", "acme.api", NULL},
        {"acme.jobs.Job", "acme.jobs.Job", NULL},
        {"Plugin", "acme.api.Plugin", NULL},
        {"P", "acme.api.Plugin", NULL},
        {"P.Inner.More", "acme.api.Plugin.Inner.More", NULL},
        {"tools", "acme.plugins.tools", NULL},
        {"tools.Saw", "acme.plugins.tools.Saw", NULL},
        {"Hammer", "acme.plugins.tools.Hammer", NULL},
        {"Away", "acme.far.Away", NULL},
        {"Lost", "...nowhere.Lost", NULL},
        {"Job", "-", "acme.types.Job"},
        {"Job.Kind", "-", "acme.types.Job.Kind"},
        {"Shadow", "=acme.plugins.mail.Shadow", "acme.types.Shadow"},
        {"Base", "=acme.plugins.mail.Base", NULL},
        {"Base.Inner", "=acme.plugins.mail.Base.Inner", NULL},
        {"Base.Inner.More", "-", NULL},
        {"Base.Other", "-", NULL},
        {"Derived.Other", "?unresolved-base", NULL},
        {"make", "=acme.plugins.mail.make", NULL},
        {"make.attribute", "?aliased", NULL},
        {"value.real", "?aliased", NULL},
        {"int", "=acme.plugins.mail.int", NULL},
        {"str", "builtins.str", NULL},
        {"Exception", "builtins.Exception", NULL},
        {"Missing", "-", NULL},
        {"Missing.Part", "-", NULL},
        {"TimeoutError", "acme.TimeoutError,builtins.TimeoutError~", NULL},
        {"Sometimes", "acme.Sometimes~", NULL},
        {"Two", "=acme.plugins.mail.Two,=acme.plugins.mail.Two", NULL},
        {"", "?annotation-unknown", NULL},
        {".", "?annotation-unknown", NULL},
        {"os.", "?annotation-unknown", NULL},
        {".os", "?annotation-unknown", NULL},
        {"os..path", "?annotation-unknown", NULL},
    };
    CHECK_ROWS(sample_module(arena, "acme.plugins.mail", false, statements), rows);
}
END_TEST

START_TEST(relative_imports_count_from_the_package) {
    static const row in_package[] = {
        {"tools", "acme.plugins.tools", NULL},
        {"Away", "acme.far.Away", NULL},
        {"Lost", "...nowhere.Lost", NULL},
    };
    CHECK_ROWS(sample_module(arena, "acme.plugins", true, statements), in_package);
    static const row at_top[] = {{"tools", "...tools", NULL}, {"Hammer", "...tools.Hammer", NULL}};
    CHECK_ROWS(sample_module(arena, "mail", false, statements), at_top);
    static const row nameless[] = {
        {"Hammer", "...tools.Hammer", NULL}, {"Plugin", "acme.api.Plugin", NULL}, {"Base", "=...Base", NULL}};
    CHECK_ROWS(sample_module(arena, NULL, false, statements), nameless);
}
END_TEST

START_TEST(an_open_scope_leaves_names_open) {
    static const char *const star[] = {"class Before", "from x import *", "class After", NULL};
    static const row after_star[] = {
        {"Missing", "?star-import", NULL},
        {"int", "builtins.int~", NULL},
        {"Before", "=m.Before,?star-import", NULL},
        {"After", "=m.After", NULL},
    };
    CHECK_ROWS(sample_module(arena, "m", false, star), after_star);
    static const char *const getattr[] = {"__getattr__", NULL};
    static const row with_getattr[] = {{"Missing", "-", NULL}, {"int", "builtins.int", NULL}};
    CHECK_ROWS(sample_module(arena, "m", false, getattr), with_getattr);
    static const char *const checking[] = {"if TYPE_CHECKING: from x import *", NULL};
    static const row when_checking[] = {{"Missing", "-", "?star-import"}, {"int", "builtins.int", "builtins.int~"}};
    CHECK_ROWS(sample_module(arena, "m", false, checking), when_checking);
}
END_TEST

START_TEST(a_live_module_knows_types_by_their_qualified_names) {
    static const char *const nothing[] = {NULL};
    ispy_module live = *sample_module(arena, "m", false, nothing);
    live.is_live = true;
    static const row rows[] = {
        {"acme.api.Job", "acme.api.Job", NULL}, {"int", "builtins.int", NULL}, {"Job", "-", NULL}};
    CHECK_ROWS(&live, rows);
}
END_TEST

START_TEST(too_many_targets_become_unknown) {
    static const char *const many[] = {
        "class A",        "either class A", "either class A", "either class A", "either class A",
        "either class A", "either class A", "either class A", "either class A", NULL};
    ispy_resolution found;
    ispy_resolve(&found, sample_module(arena, "m", false, many), str("A"), ISPY_VIEW_RUNTIME);
    ck_assert_uint_eq(found.count, ISPY_RESOLVE_MAX);
    ck_assert_int_eq(found.targets[ISPY_RESOLVE_MAX - 2].kind, ISPY_TARGET_DEFINITION);
    ck_assert_int_eq(found.targets[ISPY_RESOLVE_MAX - 1].kind, ISPY_TARGET_UNKNOWN);
    ck_assert_int_eq(found.targets[ISPY_RESOLVE_MAX - 1].reason, ISPY_REASON_CONDITIONAL);
}
END_TEST

START_TEST(without_a_module_nothing_is_resolved) {
    ispy_resolution found;
    ispy_resolve(&found, NULL, str("int"), ISPY_VIEW_ANNOTATION);
    ck_assert_uint_eq(found.count, 1);
    ck_assert_int_eq(found.targets[0].kind, ISPY_TARGET_UNKNOWN);
}
END_TEST

START_TEST(qualified_names_compare_by_whole_parts) {
    ispy_qualified name = {.parts = {str("acme.plugins"), str("api"), str("Job")}, .count = 3};
    ck_assert_int_eq(ispy_qualified_is(&name, str("acme.plugins.api.Job")), ISPY_PASS);
    ck_assert_int_eq(ispy_qualified_is(&name, str("api.Job")), ISPY_FAIL);
    ck_assert_int_eq(ispy_qualified_is(&name, str("x.acme.plugins.api.Job")), ISPY_FAIL);
    ck_assert_int_eq(ispy_qualified_is(&name, str("acme.plugins.api.Jobs")), ISPY_FAIL);
    ck_assert_int_eq(ispy_qualified_is(&name, str("")), ISPY_FAIL);
    ck_assert(ispy_qualified_ends_in(&name, str("Job")));
    ck_assert(ispy_qualified_ends_in(&name, str("api.Job")));
    ck_assert(ispy_qualified_ends_in(&name, str("plugins.api.Job")));
    ck_assert(ispy_qualified_ends_in(&name, str("acme.plugins.api.Job")));
    ck_assert(!ispy_qualified_ends_in(&name, str("ob")));
    ck_assert(!ispy_qualified_ends_in(&name, str("pi.Job")));
    ck_assert(!ispy_qualified_ends_in(&name, str("api")));
    ck_assert(!ispy_qualified_ends_in(&name, str("")));
    name.partial = true;
    ck_assert_int_eq(ispy_qualified_is(&name, str("acme.plugins.api.Job")), ISPY_UNPROVABLE);
    ck_assert_int_eq(ispy_qualified_is(&name, str("x.acme.plugins.api.Job")), ISPY_UNPROVABLE);
    ck_assert_int_eq(ispy_qualified_is(&name, str("xacme.plugins.api.Job")), ISPY_FAIL);
    ck_assert_int_eq(ispy_qualified_is(&name, str("api.Job")), ISPY_FAIL);
}
END_TEST

START_TEST(builtins_are_known) {
    static const char *const known[] = {"int", "zip", "ArithmeticError", "__import__", "ExceptionGroup", "aiter"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        ck_assert_msg(ispy_is_builtin(str(known[i])), "%s", known[i]);
    }
    static const char *const unknown[] = {"", "in", "intt", "Int", "List", "None", "True", "zipp", "A", "~"};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        ck_assert_msg(!ispy_is_builtin(str(unknown[i])), "%s", unknown[i]);
    }
    ck_assert(!ispy_is_builtin(ispy_str_of("int\0x", 5)));
    ck_assert(!ispy_is_builtin((ispy_str){NULL, 0, 0}));
}
END_TEST

Suite *module_suite(void) {
    Suite *suite = suite_create("module");
    TCase *all = tcase_create("module");
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_add_test(all, every_name_is_found_and_no_other);
    tcase_add_test(all, equal_hashes_are_told_apart);
    tcase_add_test(all, names_lead_where_the_module_took_them_from);
    tcase_add_test(all, relative_imports_count_from_the_package);
    tcase_add_test(all, an_open_scope_leaves_names_open);
    tcase_add_test(all, a_live_module_knows_types_by_their_qualified_names);
    tcase_add_test(all, too_many_targets_become_unknown);
    tcase_add_test(all, without_a_module_nothing_is_resolved);
    tcase_add_test(all, qualified_names_compare_by_whole_parts);
    tcase_add_test(all, builtins_are_known);
    suite_add_tcase(suite, all);
    return suite;
}
