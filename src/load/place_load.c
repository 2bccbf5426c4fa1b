/* See place_load.h. */
#include "load/place_load.h"

#include "base/error.h"
#include "load/component_load.h"
#include "load/field_read.h"
#include "load/value_demand_load.h"

#include <string.h>

/* ---- requires ---- */

/* On top of what a base requires: what is stated here takes the place of what is stated there, key by key, and name by
 * name. */
static int read_requires(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node,
                         ispy_record_reader read) {
    if (node->kind != ISPY_NODE_MAPPING) {
        return ispy_field_wrong_type(loader, field->key, node, "a mapping");
    }
    const ispy_condition *below = NULL;
    memcpy(&below, record + field->offset, sizeof below);
    ispy_condition *requires = ispy_arena_alloc(loader->arena, sizeof *requires);
    if (requires == NULL) {
        return ispy_fault_nomem(loader);
    }
    if (below != NULL) {
        *requires = *below;
    }
    int status = read(loader, field->element, (char *) requires, node);
    if (status == ISPY_OK) {
        ispy_field_put_pointer(record, field->offset, requires);
    }
    return status;
}

/* ---- python ---- */

static int read_python(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node,
                       ispy_record_reader read) {
    if (node->kind == ISPY_NODE_SCALAR) {
        ispy_field version = *field;
        version.type = ISPY_FIELD_PYTHON_VERSION;
        return ispy_field_read(loader, &version, record, node);
    }
    if (node->kind != ISPY_NODE_MAPPING) {
        return ispy_field_wrong_type(loader, field->key, node, "a version, specifiers, or a mapping");
    }
    ispy_origin origin; /* the mapping fills the same record */
    memcpy(&origin, record, sizeof origin);
    int status = read(loader, field->element, record, node);
    memcpy(record, &origin, sizeof origin);
    return status;
}

/* ---- hosts ---- */

static int read_host(ispy_component_clause *out, const ispy_loader *loader, const ispy_field *field,
                     const ispy_node *name, const ispy_node *value, ispy_record_reader read) {
    if (value->kind != ISPY_NODE_MAPPING) {
        return ispy_host_load(out, loader, name, value);
    }
    int status = read(loader, field->element, (char *)out, value);
    return status != ISPY_OK ? status : ispy_host_load(out, loader, name, NULL);
}

static int read_hosts(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node,
                      ispy_record_reader read) {
    if (node->kind != ISPY_NODE_MAPPING) {
        ispy_field_wrong_type(loader, field->key, node, "a mapping of names to versions");
        ispy_error_hint(loader->error, "as in 'host: {acme: \">=2,<3\"}'");
        return ISPY_EINVAL;
    }
    uint32_t count = node->count / 2;
    ispy_component_clause *clauses = ispy_arena_array(loader->arena, count, sizeof *clauses);
    if (clauses == NULL) {
        return ispy_fault_nomem(loader);
    }
    for (uint32_t i = 0; i < count; i++) {
        int status = read_host(&clauses[i], loader, field, node->items[2 * i], node->items[2 * i + 1], read);
        if (status != ISPY_OK) {
            return status;
        }
    }
    return ispy_components_put(loader, field, record, clauses, count);
}

/* ---- environment variables ---- */

typedef enum plain_word { WORD_NONE, WORD_PRESENT, WORD_ABSENT, WORD_SECRET } plain_word;

static plain_word word_of(ispy_str text) {
    static const char *const words[] = {"", "present", "absent", "secret"};
    for (int i = WORD_PRESENT; i <= WORD_SECRET; i++) {
        if (ispy_str_equal(text, ispy_str_literal(words[i]))) {
            return (plain_word)i;
        }
    }
    return WORD_NONE;
}

static int read_text(ispy_environment_clause *out, const ispy_loader *loader, const ispy_node *node) {
    plain_word word = word_of(node->text);
    if (ispy_node_is_null(node)) {
        ispy_fault(loader, ISPY_FAULT_VALUE, node->at, "nothing is asked of the environment variable '%s'",
                   ispy_quote(out->name).text);
        ispy_error_hint(loader->error, "write its value, or one of: present, absent, secret");
        return ISPY_EINVAL;
    }
    out->presence = word == WORD_ABSENT ? ISPY_FORBIDDEN : ISPY_REQUIRED;
    out->secret = word == WORD_SECRET;
    if (word != WORD_NONE) {
        return ISPY_OK;
    }
    const ispy_field field = {
        .key = "environment", .type = ISPY_FIELD_ENVIRONMENT_VALUE, .offset = offsetof(ispy_environment_clause, value)};
    return ispy_field_read(loader, &field, (char *)out, node);
}

static int read_demand(ispy_environment_clause *out, const ispy_loader *loader, const ispy_field *field,
                       const ispy_node *node, ispy_record_reader read) {
    ispy_variable_form *form = ispy_arena_alloc(loader->arena, sizeof *form);
    if (form == NULL) {
        return ispy_fault_nomem(loader);
    }
    int status = read(loader, field->element, (char *)form, node);
    if (status != ISPY_OK) {
        return status;
    }
    out->presence = (ispy_presence)form->presence;
    out->type = (ispy_variable_type)form->type;
    out->type_origin = form->type_origin;
    out->secret = form->secret != 0;
    const ispy_field value = {.key = field->key, .offset = offsetof(ispy_environment_clause, value)};
    return ispy_demand_says_nothing(&form->demand) ? ISPY_OK
                                                   : ispy_demand_put(loader, &value, (char *)out, node, &form->demand);
}

static int read_variable(ispy_environment_clause *out, const ispy_loader *loader, const ispy_field *field,
                         const ispy_node *name, const ispy_node *value, ispy_record_reader read) {
    const ispy_field key = {
        .key = field->key, .type = ISPY_FIELD_ENVIRONMENT_NAME, .offset = offsetof(ispy_environment_clause, name)};
    int status = ispy_field_read(loader, &key, (char *)out, name);
    if (status != ISPY_OK) {
        return status;
    }
    if (value->kind == ISPY_NODE_SEQUENCE) {
        ispy_fault(loader, ISPY_FAULT_TYPE, value->at, "what is asked of '%s' must be text or a mapping, not a list",
                   ispy_quote(out->name).text);
        ispy_error_hint(loader->error, "one of several values is {one_of: [a, b]}");
        return ISPY_EINVAL;
    }
    return value->kind == ISPY_NODE_SCALAR ? read_text(out, loader, value)
                                           : read_demand(out, loader, field, value, read);
}

static int read_variables(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node,
                          ispy_record_reader read) {
    if (node->kind != ISPY_NODE_MAPPING) {
        ispy_field_wrong_type(loader, field->key, node, "a mapping of names to what is asked of them");
        ispy_error_hint(loader->error, "as in 'environment: {APP_MODE: prod, API_TOKEN: secret}'");
        return ISPY_EINVAL;
    }
    uint32_t count = node->count / 2;
    ispy_environment_clause *clauses = ispy_arena_array(loader->arena, count, sizeof *clauses);
    if (clauses == NULL) {
        return ispy_fault_nomem(loader);
    }
    for (uint32_t i = 0; i < count; i++) {
        int status = read_variable(&clauses[i], loader, field, node->items[2 * i], node->items[2 * i + 1], read);
        if (status != ISPY_OK) {
            return status;
        }
    }
    const ispy_named_layout layout = {sizeof *clauses, offsetof(ispy_environment_clause, name)};
    return ispy_named_put(loader, field, record, layout, clauses, count);
}

int ispy_variable_form_check(const ispy_loader *loader, const ispy_variable_form *form) {
    bool demands = !ispy_demand_says_nothing(&form->demand);
    bool stated = demands || form->type != ISPY_VARIABLE_TEXT;
    if (!stated && form->presence == ISPY_REQUIRED && form->secret == 0) {
        ispy_fault(loader, ISPY_FAULT_EMPTY, form->demand.origin.at,
                   "this demand on an environment variable demands "
                   "nothing");
        ispy_error_hint(loader->error, "write 'present' for any value");
        return ISPY_EINVAL;
    }
    if (!stated && form->presence == ISPY_OPTIONAL && form->secret == 0) {
        ispy_fault(loader, ISPY_FAULT_EMPTY, form->demand.origin.at,
                   "a variable that may be set or not, to whatever it may be, is none to speak of");
        ispy_error_hint(loader->error, "leave it out, or say what its value has to be");
        return ISPY_EINVAL;
    }
    if (stated && form->presence == ISPY_FORBIDDEN) {
        ispy_fault(loader, ISPY_FAULT_CONTRADICTION, form->demand.origin.at,
                   "the variable must not be set, so it has no value to ask for");
        ispy_error_hint(loader->error, "leave the demand out, or say 'presence: optional'");
        return ISPY_EINVAL;
    }
    return demands ? ispy_demand_check(loader, &form->demand) : ISPY_OK;
}

/* ---- by type ---- */

int ispy_place_read(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node,
                    ispy_record_reader read) {
    switch (field->type) {
    case ISPY_FIELD_REQUIRES:
        return read_requires(loader, field, record, node, read);
    case ISPY_FIELD_PYTHON:
        return read_python(loader, field, record, node, read);
    case ISPY_FIELD_HOSTS:
        return read_hosts(loader, field, record, node, read);
    default:
        return read_variables(loader, field, record, node, read);
    }
}
