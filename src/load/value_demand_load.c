/* The pieces of `value: {...}`.
 * Must not know: whose value it is, how it is judged. */
#include "load/value_demand_load.h"

#include "base/error.h"
#include "load/field_read.h"
#include "load/number.h"
#include "load/scalar.h"
#include "model/literal.h"

#include <string.h>

int ispy_read_literals(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    if (node->kind != ISPY_NODE_SEQUENCE) {
        return ispy_field_wrong_type(loader, field->key, node, "a list of values");
    }
    if (node->count == 0) {
        ispy_fault(loader, ISPY_FAULT_EMPTY, node->at, "'%s' has no entries, so nothing could meet it", field->key);
        ispy_error_hint(loader->error, "leave '%s' out, or list what it is to choose from", field->key);
        return ISPY_EINVAL;
    }
    ispy_value_clause *values = ispy_arena_array(loader->arena, node->count, sizeof *values);
    if (values == NULL) {
        return ispy_fault_nomem(loader);
    }
    for (uint32_t i = 0; i < node->count; i++) {
        values[i].origin = ispy_loader_origin(loader, node->items[i]->at);
        values[i].text = node->items[i]->text;
        int status = ispy_node_literal(&values[i].value, loader, node->items[i]);
        if (status != ISPY_OK) {
            return status;
        }
    }
    ispy_field_put_pointer(record, field->offset, values);
    ispy_field_put_count(record, field->count, node->count);
    return ISPY_OK;
}

int ispy_read_number(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    ispy_literal_kind kind = node->kind == ISPY_NODE_SCALAR ? ispy_scalar_kind(node) : ISPY_LITERAL_DICT;
    ispy_value_clause *number = ispy_arena_alloc(loader->arena, sizeof *number);
    int sign;
    if (number == NULL) {
        return ispy_fault_nomem(loader);
    }
    if (kind == ISPY_LITERAL_INT || kind == ISPY_LITERAL_FLOAT) {
        number->origin = ispy_loader_origin(loader, node->at);
        number->text = node->text;
        int status = ispy_node_literal(&number->value, loader, node);
        if (status != ISPY_OK) {
            return status;
        }
        if (ispy_literal_order(&sign, &number->value, &number->value) == ISPY_PASS) {
            ispy_field_put_pointer(record, field->offset, number);
            return ISPY_OK;
        }
    }
    ispy_fault(loader, ISPY_FAULT_VALUE, node->at, "'%s' must be a number, without quotes", field->key);
    ispy_error_hint(loader->error, "as in '%s: 1.5'; versions have 'version: \">=1,<2\"'", field->key);
    return ISPY_EINVAL;
}

int ispy_read_regex(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    ispy_matches_demand *demand = ispy_arena_alloc(loader->arena, sizeof *demand);
    ispy_regex_fault fault = {0, ""};
    if (demand == NULL) {
        return ispy_fault_nomem(loader);
    }
    demand->origin = ispy_loader_origin(loader, node->at);
    demand->text = node->text;
    if (node->text.length > ISPY_REGEX_MAX_BYTES) {
        return ispy_fault(loader, ISPY_FAULT_LIMIT, node->at, "the pattern of '%s' has more than %d bytes", field->key,
                          ISPY_REGEX_MAX_BYTES);
    }
    int status = ispy_regex_compile(&demand->regex, loader->arena, node->text, &fault);
    if (status == ISPY_ENOMEM) {
        return ispy_fault_nomem(loader);
    }
    if (status != ISPY_OK) {
        ispy_fault(loader, ISPY_FAULT_VALUE, node->at, "the pattern '%s' is wrong at offset %u: %s",
                   ispy_quote(node->text).text, fault.offset, fault.message);
        ispy_error_hint(loader->error, "'matches' takes a regular expression: docs/contract.md says which dialect; "
                                       "single quotes keep backslashes as they are");
        return ISPY_EINVAL;
    }
    ispy_field_put_pointer(record, field->offset, demand);
    return ISPY_OK;
}

/* ---- lengths ---- */

enum { MAX_COUNT = 1000 * 1000 * 1000 };

static int count_of(uint32_t *out, const ispy_loader *loader, const ispy_field *field, const ispy_node *node) {
    uint64_t value = 0;
    bool is_count = node->kind == ISPY_NODE_SCALAR && node->text.length > 0 && node->style == ISPY_STYLE_PLAIN;
    for (uint32_t i = 0; is_count && i < node->text.length; i++) {
        char c = node->text.data[i];
        value = value * 10 + (uint64_t)(c - '0');
        is_count = c >= '0' && c <= '9' && value <= MAX_COUNT;
    }
    if (!is_count) {
        ispy_fault(loader, ISPY_FAULT_VALUE, node->at, "'%s' must be a whole number from 0 to %d%s", field->key,
                   MAX_COUNT, field->type == ISPY_FIELD_LENGTH ? ", or a mapping" : "");
        if (field->type == ISPY_FIELD_LENGTH) {
            ispy_error_hint(loader->error, "as in 'length: 3' or 'length: {at_least: 1, at_most: 5}'");
        }
        return ISPY_EINVAL;
    }
    *out = (uint32_t)value;
    return ISPY_OK;
}

int ispy_read_count(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    uint32_t count = 0;
    const bool stated = true;
    int status = count_of(&count, loader, field, node);
    if (status == ISPY_OK) {
        ispy_field_put_count(record, field->offset, count);
        if (field->stated != 0) {
            memcpy(record + field->stated, &stated, sizeof stated);
        }
    }
    return status;
}

int ispy_read_length(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    uint32_t count = 0;
    int status = count_of(&count, loader, field, node);
    if (status != ISPY_OK) {
        return status;
    }
    ispy_length_demand *length = ispy_arena_alloc(loader->arena, sizeof *length);
    if (length == NULL) {
        return ispy_fault_nomem(loader);
    }
    *length = (ispy_length_demand){ispy_loader_origin(loader, node->at), count, count, true};
    ispy_field_put_pointer(record, field->offset, length);
    return ISPY_OK;
}

/* ---- the whole ---- */

int ispy_demand_put(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node,
                    const ispy_value_demand *demand) {
    ispy_value_clause *value = ispy_arena_alloc(loader->arena, sizeof *value);
    if (value == NULL) {
        return ispy_fault_nomem(loader);
    }
    value->origin = ispy_loader_origin(loader, node->at);
    value->demand = demand;
    ispy_field_put_pointer(record, field->offset, value);
    return ISPY_OK;
}

int ispy_demand_fault(const ispy_loader *loader, const ispy_field *field, const ispy_node *node, int status) {
    bool is_key = false;
    for (uint32_t i = 0; i < node->count && status == ISPY_EINVAL; i += 2) {
        ispy_span key = node->items[i]->at;
        is_key |= key.line == loader->error->at.line && key.column == loader->error->at.column;
    }
    is_key = is_key && strcmp(loader->error->code, ISPY_FAULT_KEY) == 0;
    if (is_key && strncmp(loader->error->hint, "did you mean", strlen("did you mean")) != 0) {
        ispy_error_hint(loader->error, "if '%s' is to be a dict with these keys, write '%s: {equal: {...}}'",
                        field->key, field->key);
    }
    return status;
}

static int nothing_between(const ispy_loader *loader, const ispy_value_clause *low, const char *low_key,
                           const ispy_value_clause *high, const char *high_key, bool both_count) {
    int sign = 0;
    if (low == NULL || high == NULL || ispy_literal_order(&sign, &low->value, &high->value) != ISPY_PASS ||
        (both_count ? sign <= 0 : sign < 0)) {
        return ISPY_OK;
    }
    return ispy_fault(loader, ISPY_FAULT_CONTRADICTION, high->origin.at, "no number is %s %s and %s %s", low_key,
                      ispy_quote(low->text).text, high_key, ispy_quote(high->text).text);
}

bool ispy_demand_says_nothing(const ispy_value_demand *d) {
    return d->equal == NULL && d->one_of == NULL && d->type_count == 0 && d->matches == NULL && d->at_least == NULL &&
           d->at_most == NULL && d->above == NULL && d->below == NULL && d->version == NULL && d->length == NULL &&
           d->name_count == 0 && d->keys == NULL && d->values == NULL && d->items == NULL;
}

int ispy_demand_check(const ispy_loader *loader, const ispy_value_demand *d) {
    if (ispy_demand_says_nothing(d)) {
        ispy_fault(loader, ISPY_FAULT_EMPTY, d->origin.at, "this demand on a value demands nothing");
        ispy_error_hint(loader->error, "write '...' for any value");
        return ISPY_EINVAL;
    }
    if ((d->keys != NULL || d->values != NULL) && d->items != NULL) {
        ispy_fault(loader, ISPY_FAULT_CONTRADICTION, d->items->origin.at,
                   "'items' is for lists, tuples and sets, 'keys' and 'values' are for dicts: nothing is both");
        return ISPY_EINVAL;
    }
    int status = nothing_between(loader, d->at_least, "at least", d->at_most, "at most", true);
    status = status != ISPY_OK ? status : nothing_between(loader, d->at_least, "at least", d->below, "below", false);
    status = status != ISPY_OK ? status : nothing_between(loader, d->above, "above", d->at_most, "at most", false);
    return status != ISPY_OK ? status : nothing_between(loader, d->above, "above", d->below, "below", false);
}
