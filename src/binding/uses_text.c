/* Texts that are put together of constants: "sub" + "process", f"{__package__}.{name}".
 * Must not know: what they are for. */
#include "binding/uses_walk.h"

#include <string.h>

static uses_fold fold_constant(PyObject *value, uses_buffer *out) {
    Py_ssize_t length = 0;
    const char *data = PyUnicode_CheckExact(value) ? PyUnicode_AsUTF8AndSize(value, &length) : NULL;
    if (data == NULL) {
        PyErr_Clear(); /* a lone surrogate: no name has one */
        return USES_FOLD_NONE;
    }
    if (out->length + (size_t)length > USES_MAX_FOLDED) {
        return USES_FOLD_PREFIX;
    }
    ispy_uses_append(out, data, (size_t)length);
    return USES_FOLD_ALL;
}

static uses_fold fold_str(ispy_str text, uses_buffer *out) {
    if (text.data == NULL) {
        return USES_FOLD_NONE;
    }
    ispy_uses_append_str(out, text);
    return USES_FOLD_ALL;
}

/* A name that has one value; and what every module has. */
static uses_fold fold_name(uses_walk *u, PyObject *node, uint32_t scope, int depth, uses_buffer *out) {
    PyObject *name = ispy_node_get(&u->walk, node, FIELD_id);
    const uses_slot *slot = ispy_uses_lookup(u, scope, name);
    if (slot == NULL) {
        return ispy_is_text(name, "__name__")      ? fold_str(u->module->name, out)
               : ispy_is_text(name, "__package__") ? fold_str(u->package, out)
                                                   : USES_FOLD_NONE;
    }
    const uses_binding only = u->bindings[slot->first];
    if (only.next != USES_NOTHING || only.kind != USES_BOUND_ALIAS) {
        return USES_FOLD_NONE;
    }
    return ispy_uses_fold(u, only.node, only.scope, depth + 1, out);
}

/* One after the other, as far as they are known. */
static uses_fold fold_all(uses_walk *u, PyObject *nodes, uint32_t scope, int depth, ispy_str between,
                          uses_buffer *out) {
    for (Py_ssize_t i = 0; i < ispy_list_count(nodes); i++) {
        if (i > 0) {
            ispy_uses_append_str(out, between);
        }
        if (ispy_uses_fold(u, ispy_list_item(nodes, i), scope, depth + 1, out) != USES_FOLD_ALL) {
            return USES_FOLD_PREFIX;
        }
    }
    return USES_FOLD_ALL;
}

/* ".".join(["a", "b"]) */
static uses_fold fold_join(uses_walk *u, PyObject *node, uint32_t scope, int depth, uses_buffer *out) {
    ispy_walk *w = &u->walk;
    PyObject *function = ispy_node_get(w, node, FIELD_func);
    PyObject *arguments = ispy_node_get(w, node, FIELD_args);
    if (ispy_node_kind(w, function) != NODE_Attribute || ispy_list_count(arguments) != 1 ||
        !ispy_is_text(ispy_node_get(w, function, FIELD_attr), "join")) {
        return USES_FOLD_NONE;
    }
    PyObject *items = ispy_list_item(arguments, 0);
    node_kind kind = ispy_node_kind(w, items);
    ispy_str between = {NULL, 0, 0};
    if ((kind != NODE_List && kind != NODE_Tuple) ||
        ispy_uses_text(u, ispy_node_get(w, function, FIELD_value), scope, &between) != USES_FOLD_ALL) {
        return USES_FOLD_NONE;
    }
    return fold_all(u, ispy_node_get(w, items, FIELD_elts), scope, depth, between, out);
}

static uses_fold fold_formatted(uses_walk *u, PyObject *node, uint32_t scope, int depth, uses_buffer *out) {
    bool plain = ispy_node_get(&u->walk, node, FIELD_format_spec) == Py_None;
    /* !s and none at all are the same for a text; !r and !a are not, but then it is no name anyway */
    return plain ? ispy_uses_fold(u, ispy_node_get(&u->walk, node, FIELD_value), scope, depth + 1, out)
                 : USES_FOLD_NONE;
}

uses_fold ispy_uses_fold(uses_walk *u, PyObject *node, uint32_t scope, int depth, uses_buffer *out) {
    ispy_walk *w = &u->walk;
    if (depth > USES_MAX_DEPTH || out->length > USES_MAX_FOLDED || u->steps++ > USES_MAX_STEPS) {
        return USES_FOLD_NONE;
    }
    switch (ispy_node_kind(w, node)) {
    case NODE_Constant:
        return fold_constant(ispy_node_get(w, node, FIELD_value), out);
    case NODE_Name:
        return fold_name(u, node, scope, depth, out);
    case NODE_JoinedStr:
        return fold_all(u, ispy_node_get(w, node, FIELD_values), scope, depth, ispy_str_literal(""), out);
    case NODE_FormattedValue:
        return fold_formatted(u, node, scope, depth, out);
    case NODE_Call:
        return fold_join(u, node, scope, depth, out);
    case NODE_BinOp:
        if (ispy_node_kind(w, ispy_node_get(w, node, FIELD_op)) == NODE_Add) {
            uses_fold left = ispy_uses_fold(u, ispy_node_get(w, node, FIELD_left), scope, depth + 1, out);
            if (left != USES_FOLD_ALL) {
                return left;
            }
            uses_fold right = ispy_uses_fold(u, ispy_node_get(w, node, FIELD_right), scope, depth + 1, out);
            return right == USES_FOLD_ALL ? USES_FOLD_ALL : USES_FOLD_PREFIX;
        }
        return USES_FOLD_NONE;
    default:
        return USES_FOLD_NONE;
    }
}

uses_fold ispy_uses_text(uses_walk *u, PyObject *node, uint32_t scope, ispy_str *out) {
    uses_buffer text = {NULL, 0, 0, false}; /* owned */
    uses_fold fold = node != NULL ? ispy_uses_fold(u, node, scope, 0, &text) : USES_FOLD_NONE;
    *out = ispy_uses_take(u, &text);
    return fold == USES_FOLD_PREFIX && out->length == 0 ? USES_FOLD_NONE : fold;
}

PyObject *ispy_uses_argument(uses_walk *u, PyObject *call, Py_ssize_t position, const char *keyword, bool *unknown) {
    PyObject *arguments = ispy_node_get(&u->walk, call, FIELD_args);
    PyObject *keywords = ispy_node_get(&u->walk, call, FIELD_keywords);
    *unknown = false;
    for (Py_ssize_t i = 0; i < ispy_list_count(arguments) && i <= position; i++) {
        PyObject *argument = ispy_list_item(arguments, i);
        if (ispy_node_kind(&u->walk, argument) == NODE_Starred) {
            *unknown = true;
            return NULL;
        }
        if (i == position) {
            return argument;
        }
    }
    for (Py_ssize_t i = 0; keyword != NULL && i < ispy_list_count(keywords); i++) {
        PyObject *name = ispy_node_get(&u->walk, ispy_list_item(keywords, i), FIELD_arg);
        *unknown = *unknown || name == Py_None;
        if (name != Py_None && ispy_is_text(name, keyword)) {
            *unknown = false;
            return ispy_node_get(&u->walk, ispy_list_item(keywords, i), FIELD_value);
        }
    }
    return NULL;
}
