/* The structure of a module to bytes. The format is told in pack_format.h. Must not know: where the bytes go. */
#include "model/pack_format.h"

#include "base/name_map.h"
#include "base/text.h"

#include <importspy/pack.h>

#include <string.h>

typedef struct writer {
    ispy_name_map map;  /* UTF-8 texts -> their numbers */
    ispy_text table[2]; /* of UTF-8 texts, of bytes literals; gathered apart, since the former come first */
    ispy_text blobs[2];
    uint32_t counts[2];
    ispy_name_map numbers; /* addresses of definitions -> their numbers */
    ispy_text known;       /* the definitions by number */
    ispy_text written;     /* a byte for each of them */
    uint32_t links;        /* references with a head */
    ispy_text nodes;
    size_t memory; /* that the reader will need */
    unsigned depth;
    bool refused; /* no pack can hold this */
} writer;

enum { UTF8, RAW };

static void put_word(ispy_text *to, size_t value) {
    uint32_t word = (uint32_t)value;
    ispy_text_append(to, (const char *)&word, sizeof word);
}

static void put(writer *w, size_t value) {
    put_word(&w->nodes, value);
}

static void need(writer *w, size_t count, size_t size) {
    w->memory += ispy_pack_room(count, size);
}

static uint32_t add_text(writer *w, int kind, ispy_str text) {
    put_word(&w->table[kind], text.length);
    put_word(&w->table[kind], ispy_str_of(text.data, text.length).hash);
    ispy_text_append(&w->blobs[kind], text.data, text.length);
    ispy_text_char(&w->blobs[kind], '\0');
    return ++w->counts[kind];
}

/* The number of a UTF-8 text; the name map keeps an empty text like any other. */
static void put_text(writer *w, ispy_str text) {
    uint32_t number = 0;
    if (text.data != NULL && !ispy_name_map_find(&w->map, text, &number)) {
        number = add_text(w, UTF8, text);
        if (ispy_name_map_put(&w->map, text, number) != ISPY_OK) {
            w->nodes.failed = true;
        }
    }
    put(w, number);
}

/* The number of a definition: it has one from the moment that something speaks of it. */
static uint32_t number_of(writer *w, const ispy_definition *definition) {
    const ispy_str address = ispy_str_of((const char *)&definition, sizeof definition);
    uint32_t number = 0;
    ispy_str key;
    if (ispy_name_map_find(&w->numbers, address, &number)) {
        return number;
    }
    ispy_text_append(&w->known, address.data, address.length);
    ispy_text_char(&w->written, '\0');
    number = (uint32_t)w->written.length;
    if (ispy_arena_str(&key, w->numbers.arena, address.data, address.length) != ISPY_OK ||
        ispy_name_map_put(&w->numbers, key, number) != ISPY_OK || w->written.failed) {
        w->nodes.failed = true;
    }
    return number;
}

static bool is_written(const writer *w, uint32_t number) {
    return !w->nodes.failed && w->written.data[number - 1] != 0;
}

static void put_span(writer *w, ispy_span at) {
    put(w, at.line);
    put(w, at.column);
    put(w, at.length);
}

static bool enter(writer *w) {
    if (++w->depth > PACK_MAX_DEPTH || w->nodes.length > PACK_MAX_LENGTH) {
        w->refused = true;
    }
    return !w->refused;
}

static void leave(writer *w) {
    w->depth--;
}

static void put_literal(writer *w, const ispy_literal *literal) {
    if (literal == NULL) {
        put(w, 0);
        return;
    }
    put(w, ((size_t)literal->kind + 1) | (size_t)literal->reason << 8);
    if (literal->kind >= ISPY_LITERAL_TUPLE) {
        w->refused = w->refused || literal->kind == ISPY_LITERAL_SEQUENCE;
        put(w, literal->count);
        need(w, literal->count, sizeof *literal);
        if (enter(w)) {
            for (uint32_t i = 0; i < literal->count && !w->refused; i++) {
                put_literal(w, &literal->items[i]);
            }
        }
        leave(w);
    } else if (literal->kind == ISPY_LITERAL_BYTES) {
        put(w, add_text(w, RAW, literal->text));
    } else if (literal->kind >= ISPY_LITERAL_BOOL) {
        put_text(w, literal->text);
    }
}

static void put_own_literal(writer *w, const ispy_literal *literal) {
    need(w, literal != NULL, sizeof *literal);
    put_literal(w, literal);
}

static void put_references(writer *w, const ispy_reference *references, uint32_t count) {
    need(w, count, sizeof *references);
    for (uint32_t i = 0; i < count; i++) {
        put_text(w, references[i].name);
        put_text(w, references[i].text);
        put_span(w, references[i].at);
        uint32_t head = references[i].head == NULL ? 0 : number_of(w, references[i].head);
        w->links += head != 0;
        put(w, (size_t)head << 1 | (references[i].head_varies ? 1 : 0));
    }
}

static void put_parameters(writer *w, const ispy_parameter *parameters, uint32_t count) {
    need(w, count, sizeof *parameters);
    for (uint32_t i = 0; i < count; i++) {
        const ispy_parameter *parameter = &parameters[i];
        put_text(w, parameter->name);
        put(w, (size_t)parameter->kind);
        put_text(w, parameter->annotation);
        put_span(w, parameter->at);
        put_own_literal(w, parameter->default_value);
    }
}

static void put_function(writer *w, const ispy_function *function) {
    need(w, 1, sizeof *function);
    put(w, (function->is_async ? FUNCTION_ASYNC : 0) | (function->is_generator ? FUNCTION_GENERATOR : 0) |
               (function->is_abstract ? FUNCTION_ABSTRACT : 0) | (function->is_cached ? FUNCTION_CACHED : 0) |
               (function->has_setter ? FUNCTION_SETTER : 0) | (function->has_deleter ? FUNCTION_DELETER : 0) |
               (size_t)function->method_kind << 8 | (size_t)function->unknown << 16);
    put_text(w, function->returns);
    put(w, function->parameter_count);
    put(w, function->decorator_count);
    put_span(w, function->made_at);
    put_parameters(w, function->parameters, function->parameter_count);
    put_references(w, function->decorators, function->decorator_count);
}

static void put_import(writer *w, const ispy_import *import) {
    put(w, (import->has_alias ? IMPORT_ALIAS : 0) | (import->type_checking ? IMPORT_TYPE_CHECKING : 0) |
               (import->in_function ? IMPORT_IN_FUNCTION : 0) | (import->conditional ? IMPORT_CONDITIONAL : 0));
    put(w, import->level);
    put_text(w, import->module);
    put_text(w, import->name);
    put_text(w, import->bound);
    put_span(w, import->at);
}

static void put_scope(writer *w, const ispy_scope *scope);

static void put_class(writer *w, const ispy_class *klass) {
    need(w, 1, sizeof *klass);
    w->refused = w->refused || klass->bases_are_mro;
    put(w, (klass->has_metaclass ? CLASS_METACLASS : 0) | (klass->shuts_bases_out ? CLASS_SHUTS_OUT : 0) |
               (klass->is_remade ? CLASS_REMADE : 0) | (klass->has_type_parameters ? CLASS_TYPE_PARAMETERS : 0) |
               (klass->may_be_no_class ? CLASS_NO_CLASS : 0) | (size_t)klass->makes << 8);
    put_text(w, klass->name);
    put(w, klass->base_count);
    put(w, klass->decorator_count);
    put(w, klass->field_count);
    put_span(w, klass->made_at);
    put_references(w, klass->bases, klass->base_count);
    put_references(w, klass->decorators, klass->decorator_count);
    put_parameters(w, klass->fields, klass->field_count);
    if (enter(w)) {
        put_scope(w, &klass->members);
        put_scope(w, &klass->instance);
    }
    leave(w);
}

static void put_definition(writer *w, const ispy_definition *definition) {
    uint32_t number = number_of(w, definition);
    if (w->nodes.failed) {
        return;
    }
    w->written.data[number - 1] = 1;
    need(w, 1, sizeof *definition);
    put(w, (size_t)definition->kind | (size_t)definition->reason << 8);
    put(w, number);
    put_text(w, definition->name);
    put_span(w, definition->at);
    switch (definition->kind) {
    case ISPY_DEFINES_VARIABLE:
        need(w, 1, sizeof *definition->as.variable);
        put_text(w, definition->as.variable->annotation);
        put_text(w, definition->as.variable->alias);
        put(w, definition->as.variable->is_object ? 1 : 0);
        put_own_literal(w, definition->as.variable->value);
        break;
    case ISPY_DEFINES_FUNCTION:
        put_function(w, definition->as.function);
        break;
    case ISPY_DEFINES_CLASS:
        put_class(w, definition->as.klass);
        break;
    case ISPY_DEFINES_IMPORT:
        need(w, 1, sizeof *definition->as.import);
        put_import(w, definition->as.import);
        break;
    case ISPY_DEFINES_UNKNOWN:
        break;
    }
}

static void put_binding(writer *w, const ispy_binding *binding) {
    put(w, (binding->may_be_absent ? 1 : 0) | (size_t)binding->reason << 8);
    put(w, binding->count);
    need(w, binding->count, sizeof *binding->candidates);
    for (uint32_t i = 0; i < binding->count && !w->refused; i++) {
        const ispy_definition *candidate = binding->candidates[i];
        uint32_t number = number_of(w, candidate);
        w->refused = !ispy_str_equal(candidate->name, binding->name);
        if (is_written(w, number)) {
            put(w, PACK_AGAIN);
            put(w, number);
        } else {
            put_definition(w, candidate);
        }
    }
}

static void put_scope(writer *w, const ispy_scope *scope) {
    put(w, (size_t)scope->open);
    put_span(w, scope->open_at);
    put(w, scope->count);
    need(w, scope->count, sizeof *scope->bindings);
    for (uint32_t i = 0; i < scope->count && !w->refused; i++) {
        put_binding(w, &scope->bindings[i]);
    }
}

/* What heads have led to and no scope holds; writing one may lead to others. */
static void put_the_rest(writer *w) {
    for (uint32_t number = 1; number <= w->written.length && !w->refused && !w->nodes.failed; number++) {
        if (!is_written(w, number)) {
            const ispy_definition *definition = NULL;
            memcpy(&definition, w->known.data + (number - 1) * sizeof definition, sizeof definition);
            put(w, 1);
            put_definition(w, definition);
        }
    }
    put(w, 0);
}

/* What policies ask for, where somebody has looked for it. */
static void put_uses(writer *w, const ispy_uses *uses) {
    put(w, uses != NULL ? 1 : 0);
    if (uses == NULL) {
        return;
    }
    put(w, uses->name_count);
    put(w, uses->count);
    need(w, 1, sizeof *uses);
    need(w, uses->name_count, sizeof *uses->names);
    need(w, uses->count, sizeof *uses->items);
    for (uint32_t i = 0; i < uses->name_count; i++) {
        put_text(w, uses->names[i]);
    }
    for (uint32_t i = 0; i < uses->count; i++) {
        const ispy_use *use = &uses->items[i];
        put(w, (size_t)use->kind | (size_t)use->flags << 8);
        put(w, use->name == ISPY_USE_NO_NAME ? 0 : (size_t)use->name + 1);
        put(w, use->part == ISPY_USE_NO_NAME ? 0 : (size_t)use->part + 1);
        put_span(w, use->at);
    }
}

static void put_module(writer *w, const ispy_module *module) {
    w->refused = module->is_live;
    need(w, 1, sizeof *module);
    put(w, (module->is_package ? MODULE_PACKAGE : 0) | (module->is_patched_at_will ? MODULE_PATCHED_AT_WILL : 0));
    put_text(w, module->name);
    put_text(w, module->path);
    put_text(w, module->unreadable);
    put_span(w, module->unreadable_at);
    put(w, module->import_count);
    put(w, module->patched_count);
    put_scope(w, &module->scope);
    need(w, module->import_count, sizeof *module->imports);
    for (uint32_t i = 0; i < module->import_count; i++) {
        put_import(w, &module->imports[i]);
    }
    need(w, module->patched_count, sizeof *module->patched);
    for (uint32_t i = 0; i < module->patched_count; i++) {
        put_text(w, module->patched[i]);
    }
    put_own_literal(w, module->dunder_all);
    put_the_rest(w);
    put_uses(w, module->uses);
    need(w, w->written.length, sizeof(const ispy_definition *));
    need(w, w->links, sizeof(ispy_reference *));
}

/* Head, and all parts behind it, in one piece. */
static void assemble(writer *w, ispy_text *out) {
    size_t text_size = w->blobs[UTF8].length + w->blobs[RAW].length;
    need(w, (size_t)w->counts[UTF8] + w->counts[RAW], sizeof(ispy_str));
    need(w, text_size, 1);
    const size_t head[PACK_HEAD_WORDS] = {
        [HEAD_MAGIC] = PACK_MAGIC,
        [HEAD_VERSION] = ISPY_PACK_VERSION,
        [HEAD_TEXTS] = w->counts[UTF8],
        [HEAD_BYTES] = w->counts[RAW],
        [HEAD_NODES] = w->nodes.length / sizeof(uint32_t),
        [HEAD_TEXT_SIZE] = text_size,
        [HEAD_MEMORY] = w->memory,
        [HEAD_DEFINITIONS] = w->written.length,
        [HEAD_LINKS] = w->links,
    };
    for (size_t i = 0; i < PACK_HEAD_WORDS; i++) {
        put_word(out, head[i]);
    }
    ispy_text *const parts[] = {&w->table[UTF8], &w->table[RAW], &w->nodes, &w->blobs[UTF8], &w->blobs[RAW]};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        out->failed = out->failed || parts[i]->failed;
        ispy_text_append(out, parts[i]->data, parts[i]->length);
    }
    ispy_text_repeat(out, '\0', (sizeof(uint32_t) - out->length % sizeof(uint32_t)) % sizeof(uint32_t));
}

int ispy_module_pack(const void **data, size_t *length, const ispy_module *module, ispy_arena *arena) {
    writer w;
    ispy_text whole = ISPY_TEXT_EMPTY;
    int status = ISPY_EINVAL;
    memset(&w, 0, sizeof w);
    ispy_name_map_init(&w.map, arena);
    ispy_name_map_init(&w.numbers, arena);
    put_module(&w, module);
    if (w.refused) {
        goto done;
    }
    assemble(&w, &whole);
    if (whole.failed) {
        status = ISPY_ENOMEM;
    } else if (whole.length <= PACK_MAX_LENGTH && w.memory <= UINT32_MAX) {
        ispy_str kept;
        *length = whole.length;
        status = ispy_text_take(&kept, &whole, arena);
        *data = status == ISPY_OK ? kept.data : NULL;
    }
done:
    for (int kind = UTF8; kind <= RAW; kind++) {
        ispy_text_free(&w.table[kind]);
        ispy_text_free(&w.blobs[kind]);
    }
    ispy_text_free(&w.known);
    ispy_text_free(&w.written);
    ispy_text_free(&w.nodes);
    ispy_text_free(&whole);
    return status;
}
