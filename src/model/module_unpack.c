/* Bytes to the structure of a module. The format is told in pack_format.h. Must not know: where the bytes come from.
 *
 * Any bytes may come, so nothing is believed: each record is asked for by its size before it is read, each number is
 * held against its range, each text against UTF-8, each scope against its order. Records follow one another and none
 * points to another, so there are neither cycles nor overlaps to look for. The memory is taken once, in a size that the
 * head states and `length` bounds, and handed out piece by piece; whoever asks for more than was stated is no pack. */
#include "model/pack_format.h"

#include "base/utf8.h"
#include "model/scope.h"

#include <importspy/pack.h>

#include <string.h>

typedef struct reader {
    const uint32_t *at; /* the next word of the nodes */
    const uint32_t *end;
    ispy_str *texts;
    uint32_t text_count; /* UTF-8; those of bytes literals follow */
    uint32_t all_count;
    char *free; /* the rest of the memory, as it is: each record is written whole */
    size_t room;
    const ispy_definition **definitions; /* by number; NULL: not read yet, or not whole yet */
    uint32_t definition_count;
    uint32_t definitions_left;
    ispy_reference **links; /* those that have a head: its number stands in its place until all are read */
    uint32_t link_count;
    uint32_t links_left;
    unsigned depth;
    bool bad; /* this is no pack */
} reader;

/* A record of `words` words, or NULL. */
static const uint32_t *take(reader *r, size_t words) {
    if (r->bad || (size_t)(r->end - r->at) < words) {
        r->bad = true;
        return NULL;
    }
    const uint32_t *record = r->at;
    r->at += words;
    return record;
}

/* Memory for an array; NULL: an empty one, or `bad`. Nothing bounds `count` but the memory that is there. */
static void *room_for(reader *r, uint32_t count, size_t size) {
    if (r->bad || count > r->room / size || ispy_pack_room(count, size) > r->room) {
        r->bad = true;
        return NULL;
    }
    void *piece = r->free;
    r->free += ispy_pack_room(count, size);
    r->room -= ispy_pack_room(count, size);
    return count == 0 ? NULL : piece;
}

/* `value`, if it is one of `count`. */
static uint32_t one_of(reader *r, uint32_t value, uint32_t count) {
    r->bad = r->bad || value >= count;
    return r->bad ? 0 : value;
}

static ispy_reason reason_of(reader *r, uint32_t value) {
    return (ispy_reason)one_of(r, value, ISPY_REASON_COUNT);
}

static ispy_str text_of(reader *r, uint32_t number) {
    if (number > r->text_count) {
        r->bad = true;
    }
    return number == 0 || r->bad ? (ispy_str){NULL, 0, 0} : r->texts[number - 1];
}

/* A text that has to be stated. */
static ispy_str name_of(reader *r, uint32_t number) {
    r->bad = r->bad || number == 0;
    return text_of(r, number);
}

static ispy_span span_of(const uint32_t *words) {
    return (ispy_span){words[0], words[1], words[2]};
}

static bool enter(reader *r) {
    r->bad = r->bad || ++r->depth > PACK_MAX_DEPTH;
    return !r->bad;
}

static void leave(reader *r) {
    r->depth--;
}

/* ---- literals ---- */

static void read_literal(reader *r, ispy_literal *out, uint32_t head);

static void read_items(reader *r, ispy_literal *out) {
    const uint32_t *count = take(r, 1);
    if (count == NULL) {
        return;
    }
    ispy_literal *items = room_for(r, *count, sizeof *items);
    if (r->bad || (out->kind == ISPY_LITERAL_DICT && *count % 2 != 0)) {
        r->bad = true;
        return;
    }
    out->items = items;
    out->count = *count;
    if (enter(r)) {
        for (uint32_t i = 0; i < out->count && !r->bad; i++) {
            const uint32_t *head = take(r, 1);
            if (head != NULL) {
                read_literal(r, &items[i], *head);
            }
        }
        leave(r);
    }
}

static void read_literal(reader *r, ispy_literal *out, uint32_t head) {
    *out = (ispy_literal){.items = NULL};
    out->kind = (ispy_literal_kind)one_of(r, (head & 0xFF) - 1, ISPY_LITERAL_SEQUENCE);
    out->reason = reason_of(r, head >> 8);
    if (r->bad || out->kind == ISPY_LITERAL_DYNAMIC || out->kind == ISPY_LITERAL_NONE ||
        out->kind == ISPY_LITERAL_ELLIPSIS) {
        return;
    }
    if (out->kind >= ISPY_LITERAL_TUPLE) {
        read_items(r, out);
        return;
    }
    const uint32_t *number = take(r, 1);
    if (number == NULL) {
        return;
    }
    if (out->kind != ISPY_LITERAL_BYTES) {
        out->text = name_of(r, *number);
    } else if (*number > 0 && *number <= r->all_count - r->text_count) {
        out->text = r->texts[r->text_count + *number - 1];
    } else {
        r->bad = true;
    }
}

/* A literal of its own, or NULL where there is none. */
static const ispy_literal *read_own_literal(reader *r) {
    const uint32_t *head = take(r, 1);
    if (head == NULL || *head == 0) {
        return NULL;
    }
    ispy_literal *literal = room_for(r, 1, sizeof *literal);
    if (literal != NULL) {
        read_literal(r, literal, *head);
    }
    return literal;
}

/* ---- functions, classes, imports ---- */

static const ispy_definition *head_of(reader *r, ispy_reference *reference, uint32_t number) {
    if (number == 0) {
        return NULL;
    }
    if (number > r->definition_count || r->links_left == 0) {
        r->bad = true;
        return NULL;
    }
    r->links[r->link_count - r->links_left--] = reference;
    return (const ispy_definition *)(uintptr_t)number; /* see set_links */
}

static const ispy_reference *read_references(reader *r, uint32_t count) {
    ispy_reference *references = room_for(r, count, sizeof *references);
    for (uint32_t i = 0; i < count && !r->bad; i++) {
        const uint32_t *record = take(r, REFERENCE_WORDS);
        if (record != NULL) {
            references[i] = (ispy_reference){
                .name = text_of(r, record[0]),
                .text = text_of(r, record[1]),
                .at = span_of(record + 2),
                .head = head_of(r, &references[i], record[5] >> 1),
                .head_varies = (record[5] & 1) != 0,
            };
        }
    }
    return references;
}

static void read_parameter(reader *r, ispy_parameter *out) {
    const uint32_t *record = take(r, PARAMETER_WORDS);
    if (record == NULL) {
        return;
    }
    *out = (ispy_parameter){
        .name = name_of(r, record[0]),
        .kind = (ispy_parameter_kind)one_of(r, record[1], ISPY_VAR_KEYWORD + 1),
        .annotation = text_of(r, record[2]),
        .at = span_of(record + 3),
    };
    out->default_value = read_own_literal(r);
}

/* In the order of a signature, with at most one of each kind of star. */
static bool follows(ispy_parameter_kind before, ispy_parameter_kind kind) {
    bool starred = kind == ISPY_VAR_POSITIONAL || kind == ISPY_VAR_KEYWORD;
    return before < kind || (before == kind && !starred);
}

static const ispy_function *read_function(reader *r) {
    const uint32_t *record = take(r, FUNCTION_WORDS);
    ispy_function *function = room_for(r, 1, sizeof *function);
    if (record == NULL || function == NULL) {
        return NULL;
    }
    uint32_t flags = one_of(r, record[0] & 0xFF, FUNCTION_FLAGS + 1);
    ispy_parameter *parameters = room_for(r, record[2], sizeof *parameters);
    *function = (ispy_function){
        .parameters = parameters,
        .parameter_count = record[2],
        .returns = text_of(r, record[1]),
        .is_async = (flags & FUNCTION_ASYNC) != 0,
        .is_generator = (flags & FUNCTION_GENERATOR) != 0,
        .is_abstract = (flags & FUNCTION_ABSTRACT) != 0,
        .is_cached = (flags & FUNCTION_CACHED) != 0,
        .has_setter = (flags & FUNCTION_SETTER) != 0,
        .has_deleter = (flags & FUNCTION_DELETER) != 0,
        .method_kind = (ispy_method_kind)one_of(r, record[0] >> 8 & 0xFF, ISPY_METHOD_PROPERTY + 1),
        .decorator_count = record[3],
        .made_at = span_of(record + 4),
        .unknown = reason_of(r, record[0] >> 16),
    };
    for (uint32_t i = 0; i < record[2] && !r->bad; i++) {
        read_parameter(r, &parameters[i]);
        r->bad = r->bad || (i > 0 && !follows(parameters[i - 1].kind, parameters[i].kind));
    }
    function->decorators = read_references(r, record[3]);
    return function;
}

static void read_import(reader *r, ispy_import *out) {
    const uint32_t *record = take(r, IMPORT_WORDS);
    if (record == NULL) {
        return;
    }
    uint32_t flags = one_of(r, record[0], IMPORT_FLAGS + 1);
    *out = (ispy_import){
        .module = name_of(r, record[2]),
        .name = text_of(r, record[3]),
        .level = record[1],
        .bound = text_of(r, record[4]),
        .has_alias = (flags & IMPORT_ALIAS) != 0,
        .type_checking = (flags & IMPORT_TYPE_CHECKING) != 0,
        .in_function = (flags & IMPORT_IN_FUNCTION) != 0,
        .conditional = (flags & IMPORT_CONDITIONAL) != 0,
        .at = span_of(record + 5),
    };
}

static void read_scope(reader *r, ispy_scope *out);

static const ispy_class *read_class(reader *r) {
    const uint32_t *record = take(r, CLASS_WORDS);
    ispy_class *klass = room_for(r, 1, sizeof *klass);
    if (record == NULL || klass == NULL) {
        return NULL;
    }
    uint32_t flags = one_of(r, record[0] & 0xFF, CLASS_FLAGS + 1);
    ispy_parameter *fields = room_for(r, record[4], sizeof *fields);
    *klass = (ispy_class){
        .name = text_of(r, record[1]),
        .base_count = record[2],
        .decorator_count = record[3],
        .fields = fields,
        .field_count = record[4],
        .makes = (ispy_maker)one_of(r, record[0] >> 8, ISPY_MAKES_NEW + 1),
        .made_at = span_of(record + 5),
        .has_metaclass = (flags & CLASS_METACLASS) != 0,
        .shuts_bases_out = (flags & CLASS_SHUTS_OUT) != 0,
        .is_remade = (flags & CLASS_REMADE) != 0,
        .may_be_no_class = (flags & CLASS_NO_CLASS) != 0,
        .has_type_parameters = (flags & CLASS_TYPE_PARAMETERS) != 0,
    };
    klass->bases = read_references(r, record[2]);
    klass->decorators = read_references(r, record[3]);
    for (uint32_t i = 0; i < record[4] && !r->bad; i++) {
        read_parameter(r, &fields[i]);
    }
    if (enter(r)) {
        read_scope(r, &klass->members);
        read_scope(r, &klass->instance);
        leave(r);
    }
    return klass;
}

/* ---- scopes ---- */

static const ispy_variable *read_variable(reader *r) {
    const uint32_t *record = take(r, VARIABLE_WORDS);
    ispy_variable *variable = room_for(r, 1, sizeof *variable);
    if (record == NULL || variable == NULL) {
        return NULL;
    }
    variable->annotation = text_of(r, record[0]);
    variable->alias = text_of(r, record[1]);
    variable->is_object = one_of(r, record[2], 2) == 1;
    variable->value = read_own_literal(r);
    return variable;
}

static const ispy_import *read_own_import(reader *r) {
    ispy_import *import = room_for(r, 1, sizeof *import);
    if (import != NULL) {
        read_import(r, import);
    }
    return import;
}

static void add_definition(reader *r, const ispy_definition *definition, uint32_t number) {
    if (r->bad || number == 0 || number > r->definition_count || r->definitions[number - 1] != NULL) {
        r->bad = true;
        return;
    }
    r->definitions[number - 1] = definition;
    r->definitions_left--;
}

static const ispy_definition *read_definition(reader *r) {
    const uint32_t *record = take(r, DEFINITION_WORDS);
    ispy_definition *definition = room_for(r, 1, sizeof *definition);
    if (record == NULL || definition == NULL) {
        return NULL;
    }
    *definition = (ispy_definition){
        .kind = (ispy_definition_kind)one_of(r, record[0] & 0xFF, ISPY_DEFINES_UNKNOWN + 1),
        .reason = reason_of(r, record[0] >> 8),
        .name = name_of(r, record[2]),
        .at = span_of(record + 3),
    };
    switch (definition->kind) {
    case ISPY_DEFINES_VARIABLE:
        definition->as.variable = read_variable(r);
        break;
    case ISPY_DEFINES_FUNCTION:
        definition->as.function = read_function(r);
        break;
    case ISPY_DEFINES_CLASS:
        definition->as.klass = read_class(r);
        break;
    case ISPY_DEFINES_IMPORT:
        definition->as.import = read_own_import(r);
        break;
    case ISPY_DEFINES_UNKNOWN:
        break;
    }
    add_definition(r, definition, record[1]);
    return definition;
}

/* Only what has been read to its end can be met again: scopes hold no scope that holds them. */
static const ispy_definition *read_candidate(reader *r) {
    if (r->at == r->end || *r->at != PACK_AGAIN) {
        return read_definition(r);
    }
    const uint32_t *record = take(r, 2);
    uint32_t number = record == NULL ? 0 : record[1];
    const ispy_definition *again = number == 0 || number > r->definition_count ? NULL : r->definitions[number - 1];
    r->bad = r->bad || again == NULL;
    return again;
}

static void read_binding(reader *r, ispy_binding *out) {
    const uint32_t *record = take(r, BINDING_WORDS);
    if (record == NULL) {
        return;
    }
    const ispy_definition **candidates = room_for(r, record[1], sizeof(const ispy_definition *));
    if (candidates == NULL) { /* none at all */
        r->bad = true;
        return;
    }
    *out = (ispy_binding){
        .candidates = candidates,
        .count = record[1],
        .may_be_absent = one_of(r, record[0] & 0xFF, 2) == 1,
        .reason = reason_of(r, record[0] >> 8),
    };
    for (uint32_t i = 0; i < record[1] && !r->bad; i++) {
        candidates[i] = read_candidate(r);
        /* Equal texts have one number, and so one place. */
        r->bad = r->bad || candidates[i]->name.data != candidates[0]->name.data;
    }
    if (!r->bad) {
        out->name = candidates[0]->name;
    }
}

static void read_scope(reader *r, ispy_scope *out) {
    const uint32_t *record = take(r, SCOPE_WORDS);
    if (record == NULL) {
        return;
    }
    ispy_binding *bindings = room_for(r, record[4], sizeof *bindings);
    if (r->bad) {
        return;
    }
    out->open = reason_of(r, record[0]);
    out->open_at = span_of(record + 1);
    out->bindings = bindings;
    out->count = record[4];
    for (uint32_t i = 0; i < out->count && !r->bad; i++) {
        read_binding(r, &bindings[i]);
        r->bad = r->bad || (i > 0 && ispy_name_order(bindings[i - 1].name, bindings[i].name) >= 0);
    }
}

/* ---- the whole ---- */

static void read_the_rest(reader *r) {
    for (const uint32_t *more = take(r, 1); more != NULL && *more == 1; more = take(r, 1)) {
        read_definition(r);
    }
    r->bad = r->bad || r->at[-1] != 0 || r->definitions_left != 0 || r->links_left != 0;
}

/* Heads by number become heads by address. A wrong one may close a circle, as names do that were bound anew; those who
 * follow bases look out for them. */
static void set_links(const reader *r) {
    for (uint32_t i = 0; i < r->link_count; i++) {
        r->links[i]->head = r->definitions[(uintptr_t)r->links[i]->head - 1];
    }
}

static void read_patched(reader *r, ispy_module *out, uint32_t count) {
    ispy_str *patched = room_for(r, count, sizeof *patched);
    out->patched = patched;
    out->patched_count = count;
    for (uint32_t i = 0; i < count && !r->bad; i++) {
        const uint32_t *number = take(r, 1);
        if (number != NULL) {
            patched[i] = name_of(r, *number);
        }
    }
}

static void prepare_links(reader *r, const uint32_t *head) {
    r->definition_count = r->definitions_left = head[HEAD_DEFINITIONS];
    r->link_count = r->links_left = head[HEAD_LINKS];
    r->definitions = room_for(r, r->definition_count, sizeof(const ispy_definition *));
    r->links = room_for(r, r->link_count, sizeof *r->links);
    for (uint32_t i = 0; i < r->definition_count && !r->bad; i++) {
        r->definitions[i] = NULL;
    }
}

static void read_use(reader *r, ispy_use *out, uint32_t names) {
    const uint32_t *record = take(r, USE_WORDS);
    if (record == NULL) {
        return;
    }
    uint32_t name = one_of(r, record[1], names + 1);
    uint32_t part = one_of(r, record[2], names + 1);
    *out = (ispy_use){
        .kind = (ispy_use_kind)one_of(r, record[0] & 0xff, ISPY_USE_KIND_COUNT),
        .flags = one_of(r, record[0] >> 8, ISPY_USE_FLAGS + 1),
        .name = name == 0 ? ISPY_USE_NO_NAME : name - 1,
        .part = part == 0 ? ISPY_USE_NO_NAME : part - 1,
        .at = span_of(record + 3),
    };
    bool is_import = out->kind == ISPY_USE_IMPORT || out->kind == ISPY_USE_IMPORT_STAR;
    bool is_named = is_import || out->kind == ISPY_USE_IMPORT_FROM || out->kind == ISPY_USE_CALL ||
                    out->kind == ISPY_USE_REFERENCE || out->kind == ISPY_USE_CALL_OTHER || out->kind == ISPY_USE_TEXT;
    r->bad = r->bad || (is_named && name == 0) || (out->kind == ISPY_USE_IMPORT_FROM && part == 0);
}

static void read_uses(reader *r, ispy_module *out) {
    const uint32_t *asked = take(r, 1);
    if (asked == NULL || one_of(r, *asked, 2) == 0) {
        return;
    }
    const uint32_t *record = take(r, 2);
    ispy_uses *uses = record != NULL ? room_for(r, 1, sizeof *uses) : NULL;
    ispy_str *names = uses != NULL ? room_for(r, record[0], sizeof *names) : NULL;
    ispy_use *items = uses != NULL ? room_for(r, record[1], sizeof *items) : NULL;
    if (uses == NULL || r->bad) {
        return;
    }
    for (uint32_t i = 0; i < record[0] && !r->bad; i++) {
        const uint32_t *text = take(r, 1);
        if (text != NULL) {
            names[i] = text_of(r, *text);
            r->bad = r->bad || names[i].data == NULL;
        }
    }
    for (uint32_t i = 0; i < record[1] && !r->bad; i++) {
        read_use(r, &items[i], record[0]);
    }
    *uses = (ispy_uses){names, record[0], items, record[1]};
    out->uses = uses;
}

static void read_module(reader *r, ispy_module *out) {
    const uint32_t *record = take(r, MODULE_WORDS);
    if (record == NULL) {
        return;
    }
    *out = (ispy_module){.imports = NULL};
    uint32_t flags = one_of(r, record[0], MODULE_FLAGS + 1);
    out->is_package = (flags & MODULE_PACKAGE) != 0;
    out->is_patched_at_will = (flags & MODULE_PATCHED_AT_WILL) != 0;
    out->name = text_of(r, record[1]);
    out->path = text_of(r, record[2]);
    out->unreadable = text_of(r, record[3]);
    out->unreadable_at = span_of(record + 4);
    read_scope(r, &out->scope);
    ispy_import *imports = room_for(r, record[7], sizeof *imports);
    out->imports = imports;
    out->import_count = record[7];
    for (uint32_t i = 0; i < record[7] && !r->bad; i++) {
        read_import(r, &imports[i]);
    }
    read_patched(r, out, record[8]);
    out->dunder_all = read_own_literal(r);
    read_the_rest(r);
    read_uses(r, out);
    r->bad = r->bad || r->at != r->end || r->room != 0;
}

/* Eight bytes at a time: nearly all texts are ASCII. */
static bool is_ascii(const char *data, size_t length) {
    uint64_t seen = 0;
    for (; length >= sizeof seen; data += sizeof seen, length -= sizeof seen) {
        uint64_t word;
        memcpy(&word, data, sizeof word);
        seen |= word;
    }
    for (; length > 0; data++, length--) {
        seen |= (unsigned char)*data;
    }
    return (seen & UINT64_C(0x8080808080808080)) == 0;
}

/* Fills the table of texts, and copies their bytes. A hash is taken as it stands: a wrong one has a name not found
 * where it is, as a wrong name would. */
static void read_texts(reader *r, const uint32_t *table, const char *data, size_t size) {
    ispy_str *texts = room_for(r, r->all_count, sizeof *texts);
    char *copy = room_for(r, (uint32_t)size, 1);
    if (r->bad || size == 0) {
        r->bad = r->bad || r->all_count > 0; /* each has a NUL byte */
        return;
    }
    memcpy(copy, data, size);
    bool ascii = is_ascii(copy, size);
    for (uint32_t i = 0; i < r->all_count; i++, table += TEXT_WORDS) {
        uint32_t length = table[0];
        bool fits = length < size && copy[length] == '\0';
        if (!fits || (!ascii && i < r->text_count && !ispy_utf8_valid(copy, length))) {
            r->bad = true;
            return;
        }
        texts[i] = (ispy_str){copy, length, table[1]};
        copy += length + 1;
        size -= length + 1;
    }
    r->bad = r->bad || size != 0;
    r->texts = texts;
}

/* Whether the parts that the head speaks of are there, and nothing else. */
static bool head_fits(const uint32_t *head, size_t length) {
    if (length < PACK_HEAD_WORDS * sizeof *head || length > PACK_MAX_LENGTH || length % sizeof *head != 0 ||
        head[HEAD_MAGIC] != PACK_MAGIC || head[HEAD_VERSION] != ISPY_PACK_VERSION) {
        return false;
    }
    uint64_t texts = (uint64_t)head[HEAD_TEXTS] + head[HEAD_BYTES];
    uint64_t words = PACK_HEAD_WORDS + TEXT_WORDS * texts + head[HEAD_NODES];
    uint64_t size = words * sizeof *head + head[HEAD_TEXT_SIZE];
    return size <= length && length - size < sizeof *head &&
           head[HEAD_MEMORY] <= (uint64_t)length * PACK_MAX_GROWTH + sizeof(ispy_module);
}

int ispy_module_unpack(const ispy_module **out, const void *data, size_t length, ispy_str source, ispy_arena *arena) {
    const uint32_t *head = data;
    *out = NULL;
    if ((uintptr_t)data % sizeof *head != 0 || !head_fits(head, length)) {
        return ISPY_EINVAL;
    }
    reader r = {.text_count = head[HEAD_TEXTS], .all_count = head[HEAD_TEXTS] + head[HEAD_BYTES]};
    const uint32_t *table = head + PACK_HEAD_WORDS;
    r.at = table + (size_t)TEXT_WORDS * r.all_count;
    r.end = r.at + head[HEAD_NODES];
    r.room = head[HEAD_MEMORY];
    r.free = ispy_arena_reserve(arena, r.room);
    if (r.free == NULL) {
        return ISPY_ENOMEM;
    }
    read_texts(&r, table, (const char *)r.end, head[HEAD_TEXT_SIZE]);
    prepare_links(&r, head);
    ispy_module *module = room_for(&r, 1, sizeof *module);
    if (module != NULL) {
        read_module(&r, module);
        module->source = source;
    }
    if (r.bad) {
        return ISPY_EINVAL;
    }
    set_links(&r);
    *out = module;
    return ISPY_OK;
}
