/* Walks a YAML document along the tables of fields.c and fills a contract.
 * Must not know: yaml.h, how a single value is read, what a clause means to the engine.
 *
 * Recursion follows the nesting of the document, which the reader bounds (ISPY_YAML_MAX_DEPTH). */
#include "load/contract_load.h"

#include "base/error.h"
#include "base/name_map.h"
#include "base/suggest.h"
#include "load/extends.h"
#include "load/field_read.h"
#include "load/fields.h"
#include "load/name.h"
#include "load/needs.h"
#include "load/old_forms.h"
#include "load/place_load.h"
#include "load/record_finish.h"
#include "load/stub_clause.h"
#include "load/value_demand_load.h"

#include <stdio.h>
#include <string.h>

static int read_record(const ispy_loader *loader, const ispy_record *record, char *out, const ispy_node *node);

enum { MOST_TOLD = 100 }; /* errors of one list or mapping, where all are to be told */

/* ---- unknown keys ---- */

/* "- def run(job: Job)" without quotes is a mapping to YAML. */
static bool looks_like_stub(const ispy_record *record, const ispy_node *mapping, ispy_str key) {
    if (record->plain < ISPY_PLAIN_VARIABLE_STUB) {
        return false;
    }
    bool is_definition = memchr(key.data, '(', key.length) != NULL || memchr(key.data, ' ', key.length) != NULL;
    return is_definition || (mapping->count == 2 && mapping->items[1]->kind == ISPY_NODE_SCALAR && ispy_is_name(key));
}

static int unknown_key(const ispy_loader *loader, const ispy_record *record, const ispy_node *mapping,
                       const ispy_node *key) {
    ispy_quoted shown = ispy_quote(key->text);
    if (ispy_field_is_planned(key->text)) {
        return ispy_fault(loader, ISPY_FAULT_KEY, key->at, "the key '%s' is not supported by this version", shown.text);
    }
    ispy_fault(loader, ISPY_FAULT_KEY, key->at, "unknown key '%s' in this %s", shown.text, record->name);
    ispy_str keys[ISPY_RECORD_MAX_FIELDS];
    ispy_text known = ISPY_TEXT_EMPTY;
    for (size_t i = 0; i < record->field_count; i++) {
        keys[i] = ispy_str_literal(record->fields[i].key);
        ispy_text_printf(&known, "%s%s", i == 0 ? "" : ", ", record->fields[i].key);
    }
    long nearest = ispy_suggest(key->text, keys, record->field_count);
    if (nearest >= 0) {
        ispy_error_hint(loader->error, "did you mean '%s'?", record->fields[nearest].key);
    } else if (looks_like_stub(record, mapping, key->text)) {
        ispy_error_hint(loader->error, "quote a stub line that holds ': '");
    } else if (!known.failed) {
        ispy_error_hint(loader->error, "its keys are: %s", known.data);
    }
    ispy_text_free(&known);
    return ISPY_EINVAL;
}

static const ispy_field *find_field(const ispy_record *record, ispy_str key) {
    for (size_t i = 0; i < record->field_count; i++) {
        const char *name = record->fields[i].key;
        if (strlen(name) == key.length && memcmp(name, key.data, key.length) == 0) {
            return &record->fields[i];
        }
    }
    return NULL;
}

/* ---- entries of lists ---- */

static int read_plain_name(const ispy_loader *loader, const ispy_record *record, char *out, const ispy_node *node) {
    return ispy_field_read(loader, &record->fields[0], out, node);
}

/* The name of an entry, or a stub line. */
static int read_scalar_entry(const ispy_loader *loader, const ispy_record *record, char *out, const ispy_node *node) {
    if (record->plain == ISPY_PLAIN_NAME || ispy_is_name(node->text)) {
        return read_plain_name(loader, record, out, node);
    }
    switch (record->plain) {
    case ISPY_PLAIN_VARIABLE_STUB:
        return ispy_stub_variable((ispy_variable_clause *)(void *)out, loader, node);
    case ISPY_PLAIN_ATTRIBUTE_STUB:
        return ispy_stub_attribute((ispy_variable_clause *)(void *)out, loader, node);
    case ISPY_PLAIN_FUNCTION_STUB:
        return ispy_stub_function((ispy_function_clause *)(void *)out, loader, node);
    case ISPY_PLAIN_METHOD_STUB:
        return ispy_stub_method((ispy_function_clause *)(void *)out, loader, node);
    default:
        return ispy_stub_class((ispy_class_clause *)(void *)out, loader, node);
    }
}

static int read_entry(const ispy_loader *loader, const ispy_field *list, char *out, const ispy_node *node) {
    const ispy_record *record = list->element;
    if (node->kind == ISPY_NODE_MAPPING) {
        return read_record(loader, record, out, node);
    }
    if (ispy_node_is_null(node)) {
        return ispy_fault(loader, ISPY_FAULT_TYPE, node->at, "an entry of '%s' is empty", list->key);
    }
    if (node->kind != ISPY_NODE_SCALAR || record->plain == ISPY_PLAIN_NONE) {
        return ispy_fault(loader, ISPY_FAULT_TYPE, node->at, "an entry of '%s' must be %s, not %s", list->key,
                          record->plain == ISPY_PLAIN_NONE ? "a mapping" : "a name or a mapping",
                          ispy_node_kind_name(node));
    }
    int status = read_scalar_entry(loader, record, out, node);
    return status != ISPY_OK ? status : ispy_record_finish(loader, record, out);
}

/* An array of what the field's element fills. */
static int read_entries(char **out, const ispy_loader *loader, const ispy_field *field, const ispy_node *node) {
    if (node->kind != ISPY_NODE_SEQUENCE) {
        ispy_field_wrong_type(loader, field->key, node, "a list");
        ispy_error_hint(loader->error, "begin each entry with '- ' on a line of its own");
        return ISPY_EINVAL;
    }
    char *entries = ispy_arena_array(loader->arena, node->count, field->element->size);
    if (entries == NULL) {
        return ispy_fault_nomem(loader);
    }
    int told = 0;
    for (uint32_t i = 0; i < node->count; i++) {
        int status = read_entry(loader, field, entries + i * field->element->size, node->items[i]);
        if (status != ISPY_OK && (!ispy_fault_told(loader, status) || ++told == MOST_TOLD)) {
            return status;
        }
    }
    if (told > 0) {
        return ISPY_EINVAL;
    }
    *out = entries;
    return ispy_entries_check(loader, field->element, entries, node->count);
}

static int read_list(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    char *entries = NULL;
    int status = ispy_old_pairs(&node, loader, field);
    if (status == ISPY_OK) {
        status = read_entries(&entries, loader, field, node);
    }
    uint32_t count = node->count;
    const char *below = NULL; /* what bases have put there */
    uint32_t below_count = 0;
    memcpy(&below, record + field->offset, sizeof below);
    memcpy(&below_count, record + field->count, sizeof below_count);
    if (status == ISPY_OK && below != NULL) {
        status = ispy_layer_list(&entries, &count, loader, field->element, below, below_count);
    }
    if (status == ISPY_OK) {
        ispy_field_put_pointer(record, field->offset, entries);
        ispy_field_put_count(record, field->count, count);
        ispy_field_put_origin(record, field->place, ispy_loader_origin(loader, node->at));
    }
    return status;
}

/* ---- fields whose entries become something else ---- */

/* A base class is read as a class; what it says beyond its name becomes the body. */
static int read_superclasses(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    char *entries = NULL;
    int status = read_entries(&entries, loader, field, node);
    if (status != ISPY_OK) {
        return status;
    }
    const ispy_class_clause *forms = (const ispy_class_clause *)(void *)entries;
    ispy_superclass_clause *superclasses = ispy_arena_array(loader->arena, node->count, sizeof *superclasses);
    if (superclasses == NULL) {
        return ispy_fault_nomem(loader);
    }
    for (uint32_t i = 0; i < node->count; i++) {
        const ispy_class_clause *form = &forms[i];
        bool has_body = form->attribute_count > 0 || form->method_count > 0 || form->superclass_count > 0;
        superclasses[i] = (ispy_superclass_clause){form->origin, form->name, has_body ? form : NULL, form->presence};
    }
    ispy_field_put_pointer(record, field->offset, superclasses);
    ispy_field_put_count(record, field->count, node->count);
    return ISPY_OK;
}

/* A variable that is listed as a secret, too, has a secret value. */
static int mark_secrets(const ispy_loader *loader, ispy_environment_clause *clauses, uint32_t variables,
                        uint32_t count) {
    ispy_name_map secrets;
    ispy_name_map_init(&secrets, loader->arena);
    for (uint32_t i = variables; i < count; i++) {
        clauses[i].secret = true;
        if (ispy_name_map_put(&secrets, clauses[i].name, i) != ISPY_OK) {
            return ispy_fault_nomem(loader);
        }
    }
    for (uint32_t i = 0; i < variables; i++) {
        uint32_t index;
        clauses[i].secret = ispy_name_map_find(&secrets, clauses[i].name, &index);
    }
    return ISPY_OK;
}

static int read_environment(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    if (node->kind != ISPY_NODE_MAPPING) {
        return ispy_field_wrong_type(loader, field->key, node, "a mapping");
    }
    ispy_environment_form form = {0};
    int status = read_record(loader, field->element, (char *)&form, node);
    if (status != ISPY_OK) {
        return status;
    }
    uint32_t count = form.variable_count + form.secret_count;
    ispy_environment_clause *clauses = ispy_arena_array(loader->arena, count, sizeof *clauses);
    if (clauses == NULL) {
        return ispy_fault_nomem(loader);
    }
    for (uint32_t i = 0; i < count; i++) {
        clauses[i] = i < form.variable_count ? form.variables[i] : form.secrets[i - form.variable_count];
    }
    ispy_field_put_pointer(record, field->offset, clauses);
    ispy_field_put_count(record, field->count, count);
    return mark_secrets(loader, clauses, form.variable_count, count);
}

/* ---- groups ---- */

static int no_entries(const ispy_loader *loader, const ispy_field *field, const ispy_node *node) {
    ispy_fault(loader, ISPY_FAULT_EMPTY, node->at, "'%s' has no entries, so nothing could meet it", field->key);
    ispy_error_hint(loader->error, "leave '%s' out, or list what it is to choose from", field->key);
    return ISPY_EINVAL;
}

/* Only a contract can have a group already: from a base. */
static int put_group(const ispy_loader *loader, const ispy_field *field, char *record, ispy_group group) {
    ispy_group below;
    memcpy(&below, record + field->offset, sizeof below);
    if (below.entries != NULL) {
        return ispy_layer_group(loader, (struct ispy_contract *)(void *)record, field->offset, group);
    }
    memcpy(record + field->offset, &group, sizeof group);
    return ISPY_OK;
}

static int read_group(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    char *entries = NULL;
    if (node->kind == ISPY_NODE_SEQUENCE && node->count == 0) {
        return no_entries(loader, field, node);
    }
    int status = read_entries(&entries, loader, field, node);
    if (status == ISPY_OK) {
        status =
            put_group(loader, field, record, (ispy_group){ispy_loader_origin(loader, node->at), entries, node->count});
    }
    return status;
}

/* A mapping that fills what `element` says; it lives in the arena. */
static int read_mapping(char **out, const ispy_loader *loader, const ispy_field *field, const ispy_node *node) {
    if (node->kind != ISPY_NODE_MAPPING) {
        return ispy_field_wrong_type(loader, field->key, node, "a mapping");
    }
    *out = ispy_arena_array(loader->arena, 1, field->element->size);
    return *out == NULL ? ispy_fault_nomem(loader) : read_record(loader, field->element, *out, node);
}

static int read_negation(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    char *entry = NULL;
    int status = read_mapping(&entry, loader, field, node);
    if (status == ISPY_OK) {
        status = put_group(loader, field, record, (ispy_group){ispy_loader_origin(loader, node->at), entry, 1});
    }
    return status;
}

static int read_condition(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    char *condition = NULL;
    int status = read_mapping(&condition, loader, field, node);
    if (status == ISPY_OK) {
        ispy_field_put_pointer(record, field->offset, condition);
    }
    return status;
}

/* Notes whether an entry of a group states more than groups, and refuses one that states nothing: it would hold
 * everywhere. */
static int note_clauses(const ispy_loader *loader, const ispy_record *record, char *out, const ispy_node *node,
                        const bool *filled) {
    ispy_logic logic;
    memcpy(&logic, out + record->logic, sizeof logic);
    for (size_t i = 0; i < record->field_count; i++) {
        ispy_field_type type = record->fields[i].type;
        bool is_logic = type == ISPY_FIELD_GROUP || type == ISPY_FIELD_NEGATION || type == ISPY_FIELD_CONDITION;
        logic.has_clauses |= filled[i] && !is_logic;
    }
    memcpy(out + record->logic, &logic, sizeof logic);
    bool has_groups = logic.any_of.entries != NULL || logic.all_of.entries != NULL || logic.negated.entries != NULL;
    if (logic.has_clauses || has_groups) {
        return ISPY_OK;
    }
    ispy_fault(loader, ISPY_FAULT_EMPTY, node->at, "this %s demands nothing", record->name);
    ispy_error_hint(loader->error, "leave the entry out, or say what has to hold");
    return ISPY_EINVAL;
}

/* ---- demands on values ---- */

/* A mapping with one of the keys of a demand is a demand; any other is the dict that it looks like. */
static bool is_demand(const ispy_field *field, const ispy_node *node) {
    for (uint32_t i = 0; node->kind == ISPY_NODE_MAPPING && i < node->count; i += 2) {
        if (find_field(field->element, node->items[i]->text) != NULL) {
            return true;
        }
    }
    return false;
}

static int read_value(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    if (!is_demand(field, node)) {
        return ispy_field_read(loader, field, record, node);
    }
    char *demand = NULL;
    int status = read_mapping(&demand, loader, field, node);
    return status == ISPY_OK ? ispy_demand_put(loader, field, record, node, (ispy_value_demand *)(void *)demand)
                             : ispy_demand_fault(loader, field, node, status);
}

static int read_length(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    char *length = NULL;
    if (node->kind != ISPY_NODE_MAPPING) {
        return ispy_read_length(loader, field, record, node);
    }
    int status = read_mapping(&length, loader, field, node);
    if (status == ISPY_OK) {
        ispy_field_put_pointer(record, field->offset, length);
    }
    return status;
}

/* ---- records ---- */

static int read_field(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    switch (field->type) {
    case ISPY_FIELD_LIST:
        return read_list(loader, field, record, node);
    case ISPY_FIELD_SUPERCLASSES:
        return read_superclasses(loader, field, record, node);
    case ISPY_FIELD_ENVIRONMENT:
        return read_environment(loader, field, record, node);
    case ISPY_FIELD_EXTENDS:
        return ISPY_OK; /* its bases are in the contract already */
    case ISPY_FIELD_GROUP:
        return read_group(loader, field, record, node);
    case ISPY_FIELD_NEGATION:
        return read_negation(loader, field, record, node);
    case ISPY_FIELD_VALUE:
    case ISPY_FIELD_ENVIRONMENT_VALUE:
        return read_value(loader, field, record, node);
    case ISPY_FIELD_LENGTH:
        return read_length(loader, field, record, node);
    case ISPY_FIELD_CONDITION:
    case ISPY_FIELD_POLICY:
        return read_condition(loader, field, record, node);
    case ISPY_FIELD_REQUIRES:
    case ISPY_FIELD_PYTHON:
    case ISPY_FIELD_HOSTS:
    case ISPY_FIELD_VARIABLES:
        return ispy_place_read(loader, field, record, node, read_record);
    default:
        return ispy_field_read(loader, field, record, node);
    }
}

/* Nothing after a key: it was not stated. Only as a value is `null` something that one can ask for. */
static bool is_stated(const ispy_field *field, const ispy_node *node) {
    return field->type == ISPY_FIELD_VALUE || field->type == ISPY_FIELD_LITERAL ? !ispy_node_is_empty(node)
                                                                                : !ispy_node_is_null(node);
}

/* Two keys that fill the same member are two spellings of one. */
static bool is_said_already(const ispy_record *record, const bool *stated, const ispy_field *field) {
    for (size_t i = 0; i < record->field_count; i++) {
        if (stated[i] && field->offset != 0 && record->fields[i].offset == field->offset) {
            return true;
        }
    }
    return false;
}

static void note_old_key(const ispy_loader *loader, const ispy_field *field, const ispy_node *key) {
    char message[64];
    char hint[64];
    snprintf(message, sizeof message, "'%s' is an old spelling", field->key);
    snprintf(hint, sizeof hint, "write '%s'", field->replaced_by);
    ispy_note(loader, ISPY_NOTE_OLD_FORM, key->at, message, hint);
}

/* What the record has been told so far, by the index of the field. */
typedef struct record_state {
    bool stated[ISPY_RECORD_MAX_FIELDS];
    bool filled[ISPY_RECORD_MAX_FIELDS]; /* with more than an empty list */
} record_state;

static int read_pair(const ispy_loader *loader, const ispy_record *record, char *out, const ispy_node *node,
                     uint32_t at, record_state *state) {
    const ispy_node *key = node->items[at];
    const ispy_node *value = node->items[at + 1];
    const ispy_field *field = find_field(record, key->text);
    if (field == NULL) {
        return unknown_key(loader, record, node, key);
    }
    if (!is_stated(field, value)) {
        return ISPY_OK;
    }
    if (is_said_already(record, state->stated, field)) {
        return ispy_fault(loader, ISPY_FAULT_DUPLICATE, key->at,
                          "'%s' says again what this %s has said under another key", field->key, record->name);
    }
    if (field->replaced_by != NULL) {
        note_old_key(loader, field, key);
    }
    state->stated[field - record->fields] = true;
    state->filled[field - record->fields] = value->kind == ISPY_NODE_SCALAR || value->count > 0;
    return read_field(loader, field, out, value);
}

static int check_required(const ispy_loader *loader, const ispy_record *record, const ispy_node *node,
                          const bool *stated) {
    for (size_t i = 0; i < record->field_count; i++) {
        if (record->fields[i].required && !stated[i]) {
            return ispy_fault(loader, ISPY_FAULT_TYPE, node->at, "this %s has no '%s'", record->name,
                              record->fields[i].key);
        }
    }
    return ISPY_OK;
}

static int read_record(const ispy_loader *loader, const ispy_record *record, char *out, const ispy_node *node) {
    record_state state = {{false}, {false}};
    ispy_origin origin = ispy_loader_origin(loader, node->at);
    memcpy(out, &origin, sizeof origin);
    int told = 0;
    for (uint32_t i = 0; i < node->count; i += 2) {
        int status = read_pair(loader, record, out, node, i, &state);
        if (status != ISPY_OK && (!ispy_fault_told(loader, status) || ++told == MOST_TOLD)) {
            return status;
        }
    }
    int status = told > 0 ? ISPY_EINVAL : check_required(loader, record, node, state.stated);
    if (status == ISPY_OK && record->logic != 0) {
        status = note_clauses(loader, record, out, node, state.filled);
    }
    return status != ISPY_OK ? status : ispy_record_finish(loader, record, out);
}

/* ---- the contract ---- */

int ispy_contract_check_selector(const ispy_loader *loader, const ispy_contract *contract) {
    bool needed = loader->options != NULL && loader->options->needs_selector;
    if (!needed || ispy_contract_has_selector(contract)) {
        return ISPY_OK;
    }
    ispy_fault(loader, ISPY_FAULT_NO_SELECTOR, contract->origin.at,
               "a contract that is installed must say which modules it is for: modules:, files: or filename:");
    ispy_error_hint(loader->error, "add 'modules: [\"acme.plugins.*\"]'");
    return ISPY_EINVAL;
}

/* One document, on top of what is in the contract; its own bases come between. */
static int read_layer(struct ispy_contract *contract, const ispy_loader *loader, const ispy_node *document) {
    if (document->kind != ISPY_NODE_MAPPING) {
        ispy_fault(loader, ISPY_FAULT_TYPE, document->at, "a contract must be a mapping ('key: value'), not %s",
                   ispy_node_kind_name(document));
        ispy_error_hint(loader->error, "several contracts in one file are separated by '---'");
        return ISPY_EINVAL;
    }
    if (document->count == 0) {
        return ispy_fault(loader, ISPY_FAULT_EMPTY, document->at, "the document holds no contract");
    }
    int status = ispy_extends_apply(contract, loader, document, read_layer);
    if (status != ISPY_OK && !ispy_fault_told(loader, status)) {
        return status;
    }
    int own = read_record(loader, ispy_record_get(ISPY_RECORD_CONTRACT), (char *)contract, document);
    return own != ISPY_OK ? own : status;
}

int ispy_contract_load(const ispy_contract **out, const ispy_loader *loader, const ispy_node *document) {
    struct ispy_contract *contract = ispy_arena_alloc(loader->arena, sizeof *contract);
    if (contract == NULL) {
        return ispy_fault_nomem(loader);
    }
    ispy_needs_list needs;
    ispy_loader telling = *loader;
    telling.needs = &needs;
    ispy_needs_init(&needs, loader->arena);
    int status = read_layer(contract, &telling, document);
    contract->body.origin = contract->origin;
    contract->needs = ispy_needs_give(&needs);
    *out = contract;
    return status == ISPY_OK && contract->needs == NULL ? ispy_fault_nomem(loader) : status;
}
