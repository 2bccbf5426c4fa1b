/* See sample_module.h. */
#include "sample_module.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

typedef struct sample {
    ispy_arena *arena;
    ispy_builder *builder;
    ispy_import imports[64];
    uint32_t import_count;
    uint32_t line;
} sample;

static ispy_str copy(sample *s, const char *text, size_t length) {
    ispy_str out;
    ck_assert_int_eq(ispy_arena_str(&out, s->arena, text, length), ISPY_OK);
    return out;
}

static const char *behind(const char *text, const char *prefix) {
    size_t length = strlen(prefix);
    return strncmp(text, prefix, length) == 0 ? text + length : NULL;
}

static ispy_definition *define(sample *s, ispy_definition_kind kind, ispy_str name) {
    ispy_definition *definition = ispy_arena_alloc(s->arena, sizeof *definition);
    ck_assert_ptr_nonnull(definition);
    definition->kind = kind;
    definition->name = name;
    definition->at = (ispy_span){s->line, 1, 1};
    return definition;
}

static ispy_class *class_new(sample *s) {
    ispy_class *klass = ispy_arena_alloc(s->arena, sizeof *klass);
    ck_assert_ptr_nonnull(klass);
    return klass;
}

static ispy_definition *define_class(sample *s, const char *text) {
    const char *bracket = strchr(text, '(');
    size_t length = bracket == NULL ? strlen(text) : (size_t)(bracket - text);
    ispy_class *inner = class_new(s);
    ispy_definition *nested = define(s, ISPY_DEFINES_CLASS, ispy_str_literal("Inner"));
    nested->as.klass = inner;
    ck_assert_int_eq(ispy_builder_push(s->builder), ISPY_OK);
    ck_assert_int_eq(ispy_builder_bind(s->builder, nested), ISPY_OK);
    ispy_class *klass = class_new(s);
    ck_assert_int_eq(ispy_builder_pop(s->builder, &klass->members), ISPY_OK);
    if (bracket != NULL) {
        ispy_reference *base = ispy_arena_alloc(s->arena, sizeof *base);
        base->name = copy(s, bracket + 1, strlen(bracket) - 2);
        klass->bases = base;
        klass->base_count = 1;
    }
    ispy_definition *definition = define(s, ISPY_DEFINES_CLASS, copy(s, text, length));
    definition->as.klass = klass;
    return definition;
}

static ispy_import *read_import(sample *s, const char *text) {
    ck_assert_uint_lt(s->import_count, 64);
    ispy_import *import = &s->imports[s->import_count++];
    char module[100] = "";
    char name[100] = "";
    char alias[100] = "";
    if (behind(text, "import ") != NULL) {
        import->has_alias = sscanf(text, "import %99s as %99s", module, alias) == 2;
        size_t first = strcspn(module, ".");
        import->bound = import->has_alias ? copy(s, alias, strlen(alias)) : copy(s, module, first);
    } else {
        import->has_alias = sscanf(text, "from %99s import %99s as %99s", module, name, alias) == 3;
        import->level = (uint32_t)strspn(module, ".");
        import->name = copy(s, name, strlen(name));
        const char *bound = import->has_alias ? alias : name;
        if (strcmp(name, "*") != 0) {
            import->bound = copy(s, bound, strlen(bound));
        }
    }
    import->module = copy(s, module + import->level, strlen(module) - import->level);
    import->at.line = s->line;
    return import;
}

/* NULL: nothing is bound. */
static ispy_definition *read_statement(sample *s, const char *text) {
    const char *rest = behind(text, "if TYPE_CHECKING: ");
    if (rest != NULL) {
        read_import(s, rest)->type_checking = true;
        return NULL;
    }
    if (strcmp(text, "__getattr__") == 0) {
        ispy_builder_extend(s->builder, ISPY_REASON_MODULE_GETATTR, (ispy_span){s->line, 1, 1});
        return NULL;
    }
    if (behind(text, "import ") != NULL || behind(text, "from ") != NULL) {
        const ispy_import *import = read_import(s, text);
        if (import->bound.data == NULL) {
            ispy_builder_open(s->builder, ISPY_REASON_STAR_IMPORT, import->at);
            return NULL;
        }
        ispy_definition *definition = define(s, ISPY_DEFINES_IMPORT, import->bound);
        definition->as.import = import;
        return definition;
    }
    if ((rest = behind(text, "class ")) != NULL) {
        return define_class(s, rest);
    }
    if ((rest = behind(text, "def ")) != NULL) {
        ispy_definition *definition = define(s, ISPY_DEFINES_FUNCTION, copy(s, rest, strlen(rest)));
        definition->as.function = ispy_arena_alloc(s->arena, sizeof(ispy_function));
        return definition;
    }
    ispy_definition *definition = define(s, ISPY_DEFINES_VARIABLE, copy(s, text, strcspn(text, " ")));
    definition->as.variable = ispy_arena_alloc(s->arena, sizeof(ispy_variable));
    return definition;
}

static void feed(sample *s, const char *text) {
    const char *maybe = behind(text, "maybe ");
    const char *either = behind(text, "either ");
    const char *statement = maybe != NULL ? maybe : either != NULL ? either : text;
    const ispy_definition *definition = read_statement(s, statement);
    if (definition == NULL) {
        return;
    }
    if (maybe != NULL) {
        ck_assert_int_eq(ispy_builder_fork(s->builder), ISPY_OK);
    }
    int status = either != NULL ? ispy_builder_add(s->builder, definition, ISPY_REASON_CONDITIONAL)
                                : ispy_builder_bind(s->builder, definition);
    ck_assert_int_eq(status, ISPY_OK);
    if (maybe != NULL) {
        ck_assert_int_eq(ispy_builder_join(s->builder, false), ISPY_OK);
    }
}

const ispy_module *sample_module(ispy_arena *arena, const char *name, bool is_package, const char *const *statements) {
    ispy_module *module = ispy_arena_alloc(arena, sizeof *module);
    sample *s = ispy_arena_alloc(arena, sizeof *s);
    ck_assert(module != NULL && s != NULL);
    s->arena = arena;
    s->builder = ispy_builder_new(arena);
    ck_assert_ptr_nonnull(s->builder);
    for (; *statements != NULL; statements++) {
        s->line++;
        feed(s, *statements);
    }
    ck_assert_int_eq(ispy_builder_pop(s->builder, &module->scope), ISPY_OK);
    ispy_builder_free(s->builder);
    module->name = name == NULL ? (ispy_str){NULL, 0, 0} : ispy_str_literal(name);
    module->is_package = is_package;
    module->imports = s->imports;
    module->import_count = s->import_count;
    return module;
}
