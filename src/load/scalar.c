/* Values: what a YAML node asks of a Python value.
 * Must not know: which clause the value belongs to. */
#include "load/scalar.h"

#include "load/number.h"

#include <string.h>

typedef struct word {
    const char *text;
    ispy_literal_kind kind;
    const char *canonical;
} word;

static const word words[] = {
    {"", ISPY_LITERAL_NONE, NULL},         {"~", ISPY_LITERAL_NONE, NULL},        {"null", ISPY_LITERAL_NONE, NULL},
    {"Null", ISPY_LITERAL_NONE, NULL},     {"NULL", ISPY_LITERAL_NONE, NULL},     {"None", ISPY_LITERAL_NONE, NULL},
    {"true", ISPY_LITERAL_BOOL, "True"},   {"True", ISPY_LITERAL_BOOL, "True"},   {"TRUE", ISPY_LITERAL_BOOL, "True"},
    {"false", ISPY_LITERAL_BOOL, "False"}, {"False", ISPY_LITERAL_BOOL, "False"}, {"FALSE", ISPY_LITERAL_BOOL, "False"},
    {"...", ISPY_LITERAL_ELLIPSIS, NULL},
};

static const word *find_word(const ispy_node *node) {
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (node->text.length == strlen(words[i].text) &&
            memcmp(node->text.data, words[i].text, node->text.length) == 0) {
            return &words[i];
        }
    }
    return NULL;
}

ispy_literal_kind ispy_scalar_kind(const ispy_node *node) {
    if (node->style != ISPY_STYLE_PLAIN) {
        return ISPY_LITERAL_STR;
    }
    const word *known = find_word(node);
    return known != NULL ? known->kind : ispy_number_kind(node->text);
}

static int scalar_literal(ispy_literal *out, const ispy_loader *loader, const ispy_node *node) {
    int status = ISPY_OK;
    *out = (ispy_literal){.kind = ispy_scalar_kind(node)};
    switch (out->kind) {
    case ISPY_LITERAL_BOOL:
        out->text = ispy_str_literal(find_word(node)->canonical);
        break;
    case ISPY_LITERAL_INT:
        status = ispy_number_integer(&out->text, loader->arena, node->text);
        break;
    case ISPY_LITERAL_FLOAT:
        status = ispy_number_float(&out->text, loader->arena, node->text);
        break;
    case ISPY_LITERAL_STR:
        out->text = node->text;
        break;
    default:
        break;
    }
    if (status == ISPY_EINVAL) {
        return ispy_fault(loader, ISPY_FAULT_LIMIT, node->at, "an integer has more than %d digits",
                          ISPY_INTEGER_MAX_DIGITS);
    }
    return status == ISPY_OK ? ISPY_OK : ispy_fault_nomem(loader);
}

/* Recurses as deep as the document is nested: ISPY_YAML_MAX_DEPTH. */
int ispy_node_literal(ispy_literal *out, const ispy_loader *loader, const ispy_node *node) {
    if (node->kind == ISPY_NODE_SCALAR) {
        return scalar_literal(out, loader, node);
    }
    ispy_literal *items = ispy_arena_array(loader->arena, node->count, sizeof *items);
    if (items == NULL) {
        return ispy_fault_nomem(loader);
    }
    for (uint32_t i = 0; i < node->count; i++) {
        int status = ispy_node_literal(&items[i], loader, node->items[i]);
        if (status != ISPY_OK) {
            return status;
        }
    }
    *out = (ispy_literal){
        .kind = node->kind == ISPY_NODE_SEQUENCE ? ISPY_LITERAL_SEQUENCE : ISPY_LITERAL_DICT,
        .items = items,
        .count = node->count,
    };
    return ISPY_OK;
}
