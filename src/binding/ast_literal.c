/* Literal values of expressions. What cannot be told without running the module is DYNAMIC; a container holds its items
 * even where some of them are.
 * Must not know: what the value is bound to. */
#include "binding/ast_walk.h"

#include <string.h>

static void fill(ispy_walk *walk, ispy_literal *out, PyObject *node, int depth);

static void set_dynamic(ispy_literal *out, ispy_reason reason) {
    memset(out, 0, sizeof *out);
    out->kind = ISPY_LITERAL_DYNAMIC;
    out->reason = reason;
}

static void from_object(ispy_walk *walk, ispy_literal *out, PyObject *object) {
    uint32_t budget = MAX_FOLDED_ITEMS;
    if (ispy_literal_from_object(out, walk->arena, object, MAX_EXPRESSION_DEPTH, &budget) < 0) {
        ispy_walk_fail(walk);
    }
}

/* [a, b], (a, b), {a, b}. */
static void fill_sequence(ispy_walk *walk, ispy_literal *out, PyObject *node, ispy_literal_kind kind, int depth) {
    PyObject *elements = ispy_node_get(walk, node, FIELD_elts);
    Py_ssize_t count = ispy_list_count(elements);
    ispy_literal *items = ispy_walk_alloc(walk, (size_t)count, sizeof *items);
    for (Py_ssize_t i = 0; i < count && items != NULL && !walk->failed; i++) {
        PyObject *element = ispy_list_item(elements, i);
        if (ispy_node_kind(walk, element) == NODE_Starred) {
            set_dynamic(out, ISPY_REASON_DYNAMIC_VALUE);
            return;
        }
        fill(walk, &items[i], element, depth - 1);
    }
    out->kind = kind;
    out->items = items;
    out->count = (uint32_t)count;
}

static void fill_dict(ispy_walk *walk, ispy_literal *out, PyObject *node, int depth) {
    PyObject *keys = ispy_node_get(walk, node, FIELD_keys);
    PyObject *values = ispy_node_get(walk, node, FIELD_values);
    Py_ssize_t count = ispy_list_count(keys);
    ispy_literal *items = ispy_walk_alloc(walk, (size_t)count * 2, sizeof *items);
    for (Py_ssize_t i = 0; i < count && items != NULL && !walk->failed; i++) {
        PyObject *key = ispy_list_item(keys, i);
        if (key == Py_None) { /* **other */
            set_dynamic(out, ISPY_REASON_DYNAMIC_VALUE);
            return;
        }
        fill(walk, &items[2 * i], key, depth - 1);
        fill(walk, &items[2 * i + 1], ispy_list_item(values, i), depth - 1);
    }
    out->kind = ISPY_LITERAL_DICT;
    out->items = items;
    out->count = (uint32_t)count * 2;
}

/* A name that certainly has a value that cannot be changed in place has that value. */
static void fill_name(ispy_walk *walk, ispy_literal *out, PyObject *node) {
    const ispy_definition *definition = ispy_find_certain(walk, ispy_node_get(walk, node, FIELD_id));
    if (definition != NULL && definition->kind == ISPY_DEFINES_VARIABLE && definition->as.variable->value != NULL &&
        definition->as.variable->value->kind < ISPY_LITERAL_LIST) {
        *out = *definition->as.variable->value;
    } else {
        set_dynamic(out, ISPY_REASON_ALIASED);
    }
}

/* A list or tuple to be copied from: a name stands for what is bound to it, though that may be changed later. */
const ispy_literal *ispy_literal_of_items(ispy_walk *walk, PyObject *node) {
    if (ispy_node_kind(walk, node) == NODE_Name) {
        const ispy_definition *definition = ispy_find_certain(walk, ispy_node_get(walk, node, FIELD_id));
        if (definition != NULL && definition->kind == ISPY_DEFINES_VARIABLE && definition->as.variable->value != NULL) {
            return definition->as.variable->value;
        }
    }
    return ispy_literal_of(walk, node);
}

/* Sums of lists and tuples: __all__ = ["a"] + ["b"]. Both sides are looked at one level less deep. */
static bool fill_sum(ispy_walk *walk, ispy_literal *out, PyObject *node, int depth) {
    node_kind left = ispy_node_kind(walk, ispy_node_get(walk, node, FIELD_left));
    node_kind right = ispy_node_kind(walk, ispy_node_get(walk, node, FIELD_right));
    bool likely = right == NODE_List || right == NODE_Tuple || left == NODE_List || left == NODE_Tuple;
    if (!likely || ispy_node_kind(walk, ispy_node_get(walk, node, FIELD_op)) != NODE_Add) {
        return false;
    }
    PyObject *nodes[2] = {ispy_node_get(walk, node, FIELD_left), ispy_node_get(walk, node, FIELD_right)};
    ispy_literal sides[2];
    memset(sides, 0, sizeof sides);
    for (int i = 0; i < 2; i++) {
        if (ispy_node_kind(walk, nodes[i]) == NODE_Name) {
            const ispy_literal *items = ispy_literal_of_items(walk, nodes[i]);
            if (items != NULL) {
                sides[i] = *items;
            }
        } else {
            fill(walk, &sides[i], nodes[i], depth - 1);
        }
    }
    const ispy_literal *sum = walk->failed ? NULL : ispy_literal_concatenate(walk, &sides[0], &sides[1]);
    if (sum != NULL) {
        *out = *sum;
    }
    return sum != NULL;
}

static void fill_evaluated(ispy_walk *walk, ispy_literal *out, PyObject *node) {
    PyObject *value = ispy_evaluate(walk, node, 0);
    if (value != NULL && value != walk->api->version_info) {
        from_object(walk, out, value);
        Py_DECREF(value);
    } else {
        Py_XDECREF(value); /* sys.version_info is no plain tuple */
        set_dynamic(out, ISPY_REASON_DYNAMIC_VALUE);
    }
}

static void fill(ispy_walk *walk, ispy_literal *out, PyObject *node, int depth) {
    if (walk->failed || depth <= 0) {
        set_dynamic(out, ISPY_REASON_DYNAMIC_VALUE);
        return;
    }
    switch (ispy_node_kind(walk, node)) {
    case NODE_Constant:
        from_object(walk, out, ispy_node_get(walk, node, FIELD_value));
        break;
    case NODE_List:
        fill_sequence(walk, out, node, ISPY_LITERAL_LIST, depth);
        break;
    case NODE_Tuple:
        fill_sequence(walk, out, node, ISPY_LITERAL_TUPLE, depth);
        break;
    case NODE_Set:
        fill_sequence(walk, out, node, ISPY_LITERAL_SET, depth);
        break;
    case NODE_Dict:
        fill_dict(walk, out, node, depth);
        break;
    case NODE_Name:
        fill_name(walk, out, node);
        break;
    case NODE_BinOp:
        if (!fill_sum(walk, out, node, depth)) {
            fill_evaluated(walk, out, node);
        }
        break;
    case NODE_UnaryOp:
    case NODE_Compare:
    case NODE_Attribute:
    case NODE_Subscript:
        fill_evaluated(walk, out, node);
        break;
    case NODE_NamedExpr:
        fill(walk, out, ispy_node_get(walk, node, FIELD_value), depth - 1);
        break;
    default:
        set_dynamic(out, ISPY_REASON_DYNAMIC_VALUE);
        break;
    }
}

const ispy_literal *ispy_literal_of(ispy_walk *walk, PyObject *node) {
    ispy_literal *literal = ispy_walk_alloc(walk, 1, sizeof *literal);
    if (literal != NULL) {
        fill(walk, literal, node, MAX_EXPRESSION_DEPTH);
    }
    return literal;
}

const ispy_literal *ispy_literal_dynamic(ispy_walk *walk, ispy_reason reason) {
    ispy_literal *literal = ispy_walk_alloc(walk, 1, sizeof *literal);
    if (literal != NULL) {
        set_dynamic(literal, reason);
    }
    return literal;
}

const ispy_literal *ispy_literal_concatenate(ispy_walk *walk, const ispy_literal *a, const ispy_literal *b) {
    if (a->kind != b->kind || (a->kind != ISPY_LITERAL_LIST && a->kind != ISPY_LITERAL_TUPLE)) {
        return NULL;
    }
    /* Adding to a list again and again copies it again and again: bounded in all, so that no module makes it quadratic.
     */
    uint32_t count = a->count + b->count;
    if (count > MAX_FOLDED_ITEMS || walk->folded_items > MAX_FOLDED_ITEMS - count) {
        return NULL;
    }
    walk->folded_items += count;
    ispy_literal *sum = ispy_walk_alloc(walk, 1, sizeof *sum);
    ispy_literal *items = ispy_walk_alloc(walk, count, sizeof *items);
    if (sum == NULL || items == NULL) {
        return NULL;
    }
    if (a->count > 0) {
        memcpy(items, a->items, a->count * sizeof *items);
    }
    if (b->count > 0) {
        memcpy(items + a->count, b->items, b->count * sizeof *items);
    }
    sum->kind = a->kind;
    sum->items = items;
    sum->count = count;
    return sum;
}
