/* See sample_source.h. */
#include "sample_source.h"

#include "sample_stub.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

typedef struct reader {
    ispy_arena *arena;
    ispy_builder *builder;
    const char *text;
    size_t length;
} reader;

static void *alloc(ispy_arena *arena, size_t size) {
    void *memory = ispy_arena_alloc(arena, size);
    ck_assert_ptr_nonnull(memory);
    return memory;
}

static ispy_str text_of(ispy_arena *arena, const char *data, size_t length) {
    ispy_str text;
    ck_assert_int_eq(ispy_arena_str(&text, arena, data, length), ISPY_OK);
    return text;
}

/* Structures are const for those who read them; these have just been made. */
static void finish_function(ispy_function *function, bool is_method) {
    static const struct {
        const char *name;
        ispy_method_kind kind;
    } kinds[] = {
        {"staticmethod", ISPY_METHOD_STATIC}, {"classmethod", ISPY_METHOD_CLASS}, {"property", ISPY_METHOD_PROPERTY}};
    for (uint32_t i = 0; i < function->decorator_count; i++) {
        ispy_str name = function->decorators[i].name;
        bool known = ispy_str_equal(name, ispy_str_literal("known"));
        for (size_t j = 0; j < 3 && is_method; j++) {
            if (ispy_str_equal(name, ispy_str_literal(kinds[j].name))) {
                function->method_kind = kinds[j].kind;
                known = true;
            }
        }
        if (!known) {
            function->unknown = ISPY_REASON_DECORATED;
        }
    }
}

static void finish_scope(const ispy_scope *scope, bool is_class) {
    for (uint32_t i = 0; i < scope->count; i++) {
        for (uint32_t j = 0; j < scope->bindings[i].count; j++) {
            const ispy_definition *definition = scope->bindings[i].candidates[j];
            if (definition->kind == ISPY_DEFINES_FUNCTION) {
                finish_function((ispy_function *)definition->as.function, is_class);
            } else if (definition->kind == ISPY_DEFINES_CLASS) {
                finish_scope(&definition->as.klass->members, true);
            }
        }
    }
}

/* Parses lines [from, to) of the text, all others blanked out, so that places stay right. */
static const ispy_scope *parse_lines(reader *r, size_t from, size_t to, size_t skipped) {
    char *copy = alloc(r->arena, r->length + 1);
    for (size_t i = 0; i < r->length; i++) {
        bool inside = i >= from + skipped && i < to;
        copy[i] = inside ? r->text[i] : (char)(r->text[i] == '\n' ? '\n' : ' ');
    }
    const ispy_module *module = NULL;
    ispy_error error = {0};
    int status = sample_stub_parse(&module, NULL, ispy_str_of(copy, r->length), r->arena, &error);
    ck_assert_msg(status == ISPY_OK, "%u:%u: %s", error.at.line, error.at.column, error.message);
    return &module->scope;
}

static void bind_lines(reader *r, size_t from, size_t to) {
    if (from >= to) {
        return;
    }
    const ispy_scope *scope = parse_lines(r, from, to, 0);
    finish_scope(scope, false);
    for (uint32_t i = 0; i < scope->count; i++) {
        ck_assert_int_eq(ispy_builder_bind(r->builder, scope->bindings[i].candidates[0]), ISPY_OK);
    }
}

static void bind_import(reader *r, const char *line, uint32_t number) {
    char name[64];
    char module[64];
    ck_assert_int_eq(sscanf(line, "#import %63s from %63s", name, module), 2);
    ispy_import *import = alloc(r->arena, sizeof *import);
    ispy_definition *definition = alloc(r->arena, sizeof *definition);
    import->name = import->bound = text_of(r->arena, name, strlen(name));
    import->module = text_of(r->arena, module, strlen(module));
    definition->kind = ISPY_DEFINES_IMPORT;
    definition->name = import->name;
    definition->at = (ispy_span){number, 1, 1};
    definition->as.import = import;
    ck_assert_int_eq(ispy_builder_bind(r->builder, definition), ISPY_OK);
}

/* "#self C.x = 1": one more attribute for the instances of C. */
static void bind_self(reader *r, size_t from, size_t to) {
    const char *line = r->text + from;
    bool is_maybe = strncmp(line, "#maybe ", 7) == 0;
    size_t name = is_maybe ? 7 : 6;
    size_t dot = (size_t)(strchr(line, '.') - line);
    ispy_binding binding;
    ck_assert(ispy_builder_find(r->builder, text_of(r->arena, line + name, dot - name), &binding));
    ispy_class *klass = (ispy_class *)binding.candidates[0]->as.klass;
    const ispy_scope *more = parse_lines(r, from, to, dot + 1);
    ispy_builder *own = ispy_builder_new(r->arena);
    ck_assert_ptr_nonnull(own);
    for (uint32_t i = 0; i < klass->instance.count; i++) {
        ispy_builder_bind(own, klass->instance.bindings[i].candidates[0]);
    }
    if (is_maybe) {
        ispy_builder_add(own, more->bindings[0].candidates[0], ISPY_REASON_CONDITIONAL);
    } else {
        ispy_builder_bind(own, more->bindings[0].candidates[0]);
    }
    ck_assert_int_eq(ispy_builder_pop(own, &klass->instance), ISPY_OK);
    ispy_builder_free(own);
}

static void obey(reader *r, size_t from, size_t to, uint32_t number, bool *has_else) {
    const char *line = r->text + from;
    const ispy_span at = {number, 1, 1};
    if (strncmp(line, "#if", 3) == 0) {
        *has_else = false;
        ck_assert_int_eq(ispy_builder_fork(r->builder), ISPY_OK);
    } else if (strncmp(line, "#else", 5) == 0) {
        *has_else = true;
        ck_assert_int_eq(ispy_builder_arm(r->builder, ISPY_ARM_FRESH), ISPY_OK);
    } else if (strncmp(line, "#end", 4) == 0) {
        ck_assert_int_eq(ispy_builder_join(r->builder, *has_else), ISPY_OK);
    } else if (strncmp(line, "#star", 5) == 0) {
        ck_assert_int_eq(ispy_builder_open(r->builder, ISPY_REASON_STAR_IMPORT, at), ISPY_OK);
    } else if (strncmp(line, "#getattr", 8) == 0) {
        ck_assert_int_eq(ispy_builder_extend(r->builder, ISPY_REASON_MODULE_GETATTR, at), ISPY_OK);
    } else if (strncmp(line, "#import", 7) == 0) {
        bind_import(r, line, number);
    } else if (strncmp(line, "#self", 5) == 0 || strncmp(line, "#maybe", 6) == 0) {
        bind_self(r, from, to);
    }
}

ispy_module *sample_source(ispy_arena *arena, const char *text) {
    reader r = {.arena = arena, .builder = ispy_builder_new(arena), .text = text, .length = strlen(text)};
    ck_assert_ptr_nonnull(r.builder);
    size_t chunk = 0;
    uint32_t number = 1;
    bool has_else = false;
    bool follows_decorator = false;
    for (size_t from = 0; from < r.length; number++) {
        const char *end = strchr(text + from, '\n');
        size_t to = end != NULL ? (size_t)(end - text) + 1 : r.length;
        if (text[from] == '#') {
            bind_lines(&r, chunk, from);
            obey(&r, from, to, number, &has_else);
            chunk = to;
        } else if (text[from] != ' ' && text[from] != '\n' && !follows_decorator) {
            bind_lines(&r, chunk, from);
            chunk = from;
        }
        follows_decorator = text[from] == '@';
        from = to;
    }
    bind_lines(&r, chunk, r.length);
    ispy_module *module = alloc(arena, sizeof *module);
    ck_assert_int_eq(ispy_builder_pop(r.builder, &module->scope), ISPY_OK);
    ispy_builder_free(r.builder);
    module->source = text_of(arena, text, r.length);
    module->path = ispy_str_literal("plugin.py");
    module->name = ispy_str_literal("acme.plugin");
    return module;
}
