/* Assignments: which names and attributes they bind, and to what.
 * Must not know: branches around them. */
#include "binding/ast_walk.h"

#include <string.h>

static const ispy_str no_text = {NULL, 0, 0};

/* ---- Targets ---- */

/* self.NAME in a method of which `self` is the first parameter; or of any local name in __new__. */
static bool is_owned(ispy_walk *walk, PyObject *node) {
    if (ispy_node_kind(walk, node) != NODE_Name) {
        return false;
    }
    PyObject *identifier = ispy_node_get(walk, node, FIELD_id);
    return walk->owner_name != NULL ? identifier == walk->owner_name : identifier != walk->not_owner;
}

static void assign_attribute(ispy_walk *walk, PyObject *target, ispy_str annotation, const ispy_literal *value) {
    PyObject *object = ispy_node_get(walk, target, FIELD_value);
    PyObject *attribute = ispy_node_get(walk, target, FIELD_attr);
    ispy_span at = ispy_node_tail(walk, target, ispy_walk_text(walk, attribute));
    if (walk->space == SPACE_ATTRIBUTES) {
        if (is_owned(walk, object)) {
            ispy_bind_variable(walk, attribute, at, annotation, value);
        }
        return;
    }
    ispy_visit_expression(walk, object); /* opens the module for sys.modules[__name__].NAME */
    if (ispy_node_kind(walk, object) == NODE_Name) {
        ispy_class_assign(walk, ispy_node_get(walk, object, FIELD_id), attribute, value, at);
    }
}

/* globals()["NAME"] = value; X["key"] = value. */
static void assign_item(ispy_walk *walk, PyObject *target, const ispy_literal *value) {
    if (walk->space == SPACE_ATTRIBUTES) {
        return;
    }
    PyObject *object = ispy_node_get(walk, target, FIELD_value);
    PyObject *key = ispy_node_get(walk, target, FIELD_slice);
    ispy_visit_expression(walk, key);
    ispy_reach reach = ispy_namespace_reach(walk, object, ispy_node_kind(walk, object));
    if (ispy_namespace_reach(walk, target, NODE_Subscript) == REACH_MODULE) {
        ispy_open_module(walk, ISPY_REASON_DYNAMIC_NAMESPACE, ispy_node_extent(walk, target));
        return;
    }
    if (reach == REACH_MODULES) {
        return; /* another module's place */
    }
    if (ispy_node_kind(walk, object) == NODE_Name) {
        ispy_taint(walk, ispy_node_get(walk, object, FIELD_id));
        return; /* X["a"]["b"] is reached through X["a"], which hands out a nested item */
    }
    bool called = ispy_node_kind(walk, object) == NODE_Call; /* the __globals__ of a function may be another module's */
    bool here = called && (reach == REACH_LOCALS || (reach == REACH_GLOBALS && walk->space == SPACE_MODULE));
    PyObject *name = ispy_node_kind(walk, key) == NODE_Constant ? ispy_node_get(walk, key, FIELD_value) : Py_None;
    if (here && PyUnicode_CheckExact(name)) {
        PyObject *identifier = name;
        Py_INCREF(identifier);
        PyUnicode_InternInPlace(&identifier);
        bool kept = PyList_Append(walk->kept, identifier) == 0;
        Py_DECREF(identifier);
        if (kept) {
            ispy_bind_variable(walk, identifier, ispy_node_extent(walk, key), no_text, value);
        } else {
            ispy_walk_fail(walk);
        }
        return;
    }
    ispy_visit_expression(walk, object);
}

static void bind_unknown(ispy_walk *walk, PyObject *target, int depth) {
    if (walk->failed || depth > MAX_STATEMENT_DEPTH * 2) {
        return; /* brackets do not nest that deep */
    }
    switch (ispy_node_kind(walk, target)) {
    case NODE_Name:
        if (walk->space != SPACE_ATTRIBUTES) {
            PyObject *identifier = ispy_node_get(walk, target, FIELD_id);
            ispy_str name = ispy_walk_text(walk, identifier);
            ispy_bind_variable(walk, identifier, ispy_node_span(walk, target, ispy_str_columns(name)), no_text,
                               ispy_literal_dynamic(walk, ISPY_REASON_DYNAMIC_VALUE));
        }
        break;
    case NODE_Starred:
        bind_unknown(walk, ispy_node_get(walk, target, FIELD_value), depth + 1);
        break;
    case NODE_Tuple:
    case NODE_List: {
        PyObject *elements = ispy_node_get(walk, target, FIELD_elts);
        for (Py_ssize_t i = 0; i < ispy_list_count(elements); i++) {
            bind_unknown(walk, ispy_list_item(elements, i), depth + 1);
        }
        break;
    }
    case NODE_Attribute:
        assign_attribute(walk, target, no_text, ispy_literal_dynamic(walk, ISPY_REASON_DYNAMIC_VALUE));
        break;
    case NODE_Subscript:
        assign_item(walk, target, ispy_literal_dynamic(walk, ISPY_REASON_DYNAMIC_VALUE));
        break;
    default:
        break;
    }
}

void ispy_bind_target(ispy_walk *walk, PyObject *target) {
    bind_unknown(walk, target, 0);
}

/* ---- Values that are definitions ---- */

/* What `value` is where that is a function, a class or an import, ready to be bound under another name; NULL: none of
 * these. */
static ispy_definition *definition_of(ispy_walk *walk, PyObject *value, ispy_str name, ispy_span at) {
    node_kind kind = ispy_node_kind(walk, value);
    if (kind == NODE_Lambda) {
        ispy_definition *definition = ispy_define(walk, ISPY_DEFINES_FUNCTION, name, at);
        if (definition != NULL) {
            definition->as.function = ispy_function_of_lambda(walk, value);
        }
        return definition;
    }
    const ispy_definition *same =
        kind == NODE_Name ? ispy_find_certain(walk, ispy_node_get(walk, value, FIELD_id)) : NULL;
    if (same == NULL || same->kind == ISPY_DEFINES_VARIABLE || same->kind == ISPY_DEFINES_UNKNOWN) {
        return NULL;
    }
    ispy_definition *definition = ispy_define(walk, same->kind, name, at);
    if (definition != NULL) {
        definition->as = same->as;
    }
    return definition;
}

static ispy_method_kind wrapped_kind(ispy_walk *walk, PyObject *value) {
    if (walk->space != SPACE_CLASS || ispy_node_kind(walk, value) != NODE_Call) {
        return ISPY_METHOD_NONE;
    }
    switch (ispy_known_role(ispy_walk_known(walk, ispy_node_get(walk, value, FIELD_func)))) {
    case ROLE_STATIC:
        return ISPY_METHOD_STATIC;
    case ROLE_CLASS:
        return ISPY_METHOD_CLASS;
    case ROLE_PROPERTY:
        return ISPY_METHOD_PROPERTY;
    default:
        return ISPY_METHOD_NONE;
    }
}

/* make = staticmethod(_make), in the body of a class. */
static ispy_definition *wrapped_function(ispy_walk *walk, PyObject *value, ispy_str name, ispy_span at) {
    ispy_method_kind kind = wrapped_kind(walk, value);
    PyObject *arguments = kind != ISPY_METHOD_NONE ? ispy_node_get(walk, value, FIELD_args) : Py_None;
    if (ispy_list_count(arguments) == 0) {
        return NULL;
    }
    ispy_definition *definition = definition_of(walk, ispy_list_item(arguments, 0), name, at);
    if (definition == NULL || definition->kind != ISPY_DEFINES_FUNCTION || definition->as.function == NULL) {
        return NULL;
    }
    ispy_function *function = ispy_walk_alloc(walk, 1, sizeof *function);
    if (function == NULL) {
        return NULL;
    }
    *function = *definition->as.function;
    function->method_kind = kind;
    definition->as.function = function;
    return definition;
}

static void assign_name(ispy_walk *walk, PyObject *target, PyObject *value, const ispy_literal *literal) {
    if (walk->space == SPACE_ATTRIBUTES) {
        return;
    }
    PyObject *identifier = ispy_node_get(walk, target, FIELD_id);
    ispy_str name = ispy_walk_bound_text(walk, identifier);
    ispy_span at = ispy_node_span(walk, target, ispy_str_columns(ispy_walk_text(walk, identifier)));
    if (literal != NULL && literal->kind == ISPY_LITERAL_DYNAMIC) {
        ispy_definition *definition = wrapped_function(walk, value, name, at);
        if (definition == NULL) {
            definition = definition_of(walk, value, name, at);
        }
        if (definition != NULL) {
            ispy_bind(walk, definition, identifier);
            return;
        }
    }
    ispy_bind_variable(walk, identifier, at, no_text, literal);
}

static bool unpacks_evenly(ispy_walk *walk, PyObject *targets, PyObject *values) {
    if (ispy_list_count(targets) != ispy_list_count(values)) {
        return false;
    }
    for (Py_ssize_t i = 0; i < ispy_list_count(targets); i++) {
        if (ispy_node_kind(walk, ispy_list_item(targets, i)) == NODE_Starred ||
            ispy_node_kind(walk, ispy_list_item(values, i)) == NODE_Starred) {
            return false;
        }
    }
    return true;
}

static bool is_display(node_kind kind) {
    return kind == NODE_Tuple || kind == NODE_List;
}

/* `literal`: what `value` is worth, or NULL where that is still to be found out. It is found out before anything is
 * bound, as "a, b = b, a" wants it, by the caller. */
static void assign(ispy_walk *walk, PyObject *target, PyObject *value, const ispy_literal *literal, int depth) {
    if (walk->failed || depth > MAX_STATEMENT_DEPTH * 2) {
        return;
    }
    node_kind kind = ispy_node_kind(walk, target);
    if (kind == NODE_Name) {
        assign_name(walk, target, value, literal);
    } else if (kind == NODE_Attribute) {
        assign_attribute(walk, target, no_text, literal);
    } else if (kind == NODE_Subscript) {
        assign_item(walk, target, literal);
    } else if (is_display(kind) && is_display(ispy_node_kind(walk, value)) && literal != NULL &&
               literal->items != NULL &&
               unpacks_evenly(walk, ispy_node_get(walk, target, FIELD_elts), ispy_node_get(walk, value, FIELD_elts))) {
        PyObject *targets = ispy_node_get(walk, target, FIELD_elts);
        PyObject *values = ispy_node_get(walk, value, FIELD_elts);
        for (Py_ssize_t i = 0; i < ispy_list_count(targets); i++) {
            assign(walk, ispy_list_item(targets, i), ispy_list_item(values, i), &literal->items[i], depth + 1);
        }
    } else {
        ispy_bind_target(walk, target);
    }
}

/* ---- Statements ---- */

void ispy_visit_assign(ispy_walk *walk, PyObject *node) {
    PyObject *targets = ispy_node_get(walk, node, FIELD_targets);
    PyObject *value = ispy_node_get(walk, node, FIELD_value);
    Py_ssize_t count = ispy_list_count(targets);
    if (walk->space == SPACE_ATTRIBUTES) {
        bool any = false;
        for (Py_ssize_t i = 0; i < count; i++) {
            any = any || ispy_node_kind(walk, ispy_list_item(targets, i)) != NODE_Name;
        }
        if (!any) {
            return;
        }
    }
    ispy_visit_expression(walk, value);
    const ispy_literal *literal = ispy_literal_of(walk, value);
    if (literal != NULL && literal->kind >= ISPY_LITERAL_LIST && count > 1) {
        literal = ispy_literal_dynamic(walk, ISPY_REASON_DYNAMIC_VALUE); /* one list with two names */
    }
    for (Py_ssize_t i = 0; i < count && !walk->failed; i++) {
        assign(walk, ispy_list_item(targets, i), value, literal, 0);
    }
    if (ispy_node_kind(walk, value) == NODE_Name) {
        ispy_taint(walk, ispy_node_get(walk, value, FIELD_id)); /* has a second name now */
    }
}

static const ispy_literal *literal_from_owned(ispy_walk *walk, PyObject *object) {
    ispy_literal *literal = ispy_walk_alloc(walk, 1, sizeof *literal);
    uint32_t budget = MAX_FOLDED_ITEMS;
    if (literal != NULL && ispy_literal_from_object(literal, walk->arena, object, MAX_EXPRESSION_DEPTH, &budget) < 0) {
        ispy_walk_fail(walk);
    }
    Py_DECREF(object);
    return literal;
}

/* X += value, where X has a value that is known. */
static const ispy_literal *augmented_value(ispy_walk *walk, PyObject *node, PyObject *target, PyObject *value) {
    node_kind operation = ispy_node_kind(walk, ispy_node_get(walk, node, FIELD_op));
    const ispy_definition *before = ispy_find_certain(walk, ispy_node_get(walk, target, FIELD_id));
    const ispy_literal *old =
        before != NULL && before->kind == ISPY_DEFINES_VARIABLE ? before->as.variable->value : NULL;
    const ispy_literal *sum = NULL;
    if (old != NULL && operation == NODE_Add && old->kind == ISPY_LITERAL_LIST) {
        const ispy_literal *added = ispy_literal_of_items(walk, value);
        if (added != NULL && (added->kind == ISPY_LITERAL_LIST || added->kind == ISPY_LITERAL_TUPLE)) {
            ispy_literal as_list = *added;
            as_list.kind = ISPY_LITERAL_LIST;
            sum = ispy_literal_concatenate(walk, old, &as_list);
        }
    } else if (old != NULL && operation == NODE_Add && old->kind == ISPY_LITERAL_TUPLE) {
        const ispy_literal *added = ispy_literal_of_items(walk, value);
        sum = added != NULL ? ispy_literal_concatenate(walk, old, added) : NULL;
    } else if (old != NULL) {
        PyObject *result = ispy_evaluate_binary(walk, target, operation, value);
        sum = result != NULL ? literal_from_owned(walk, result) : NULL;
    }
    return sum != NULL ? sum : ispy_literal_dynamic(walk, ISPY_REASON_DYNAMIC_VALUE);
}

void ispy_visit_augmented(ispy_walk *walk, PyObject *node) {
    PyObject *target = ispy_node_get(walk, node, FIELD_target);
    PyObject *value = ispy_node_get(walk, node, FIELD_value);
    if (ispy_node_kind(walk, value) != NODE_Name) { /* a list is copied from, not handed out */
        ispy_visit_expression(walk, value);
    }
    if (ispy_node_kind(walk, target) != NODE_Name) {
        ispy_bind_target(walk, target);
    } else if (walk->space != SPACE_ATTRIBUTES) {
        PyObject *identifier = ispy_node_get(walk, target, FIELD_id);
        ispy_span at = ispy_node_span(walk, target, ispy_str_columns(ispy_walk_text(walk, identifier)));
        ispy_bind_variable(walk, identifier, at, no_text, augmented_value(walk, node, target, value));
    }
}

/* "x: int" says something of a value that may be there already, and binds nothing. */
static void annotate_name(ispy_walk *walk, PyObject *identifier, ispy_span at, ispy_str annotation) {
    ispy_binding binding;
    if (!ispy_find(walk, identifier, &binding)) {
        ispy_bind_variable(walk, identifier, at, annotation, NULL);
        return;
    }
    const ispy_definition *before = binding.candidates[0];
    if (binding.count == 1 && !binding.may_be_absent && before->kind == ISPY_DEFINES_VARIABLE) {
        ispy_bind_variable(walk, identifier, before->at, annotation, before->as.variable->value);
    }
}

void ispy_visit_annotated(ispy_walk *walk, PyObject *node) {
    PyObject *target = ispy_node_get(walk, node, FIELD_target);
    PyObject *value = ispy_node_get(walk, node, FIELD_value);
    node_kind kind = ispy_node_kind(walk, target);
    bool local = walk->space == SPACE_ATTRIBUTES && kind == NODE_Name;
    if (local) {
        return;
    }
    const ispy_literal *literal = NULL;
    if (value != Py_None) {
        ispy_visit_expression(walk, value);
        literal = ispy_literal_of(walk, value);
    }
    if (kind == NODE_Subscript) {
        if (value != Py_None) {
            ispy_bind_target(walk, target);
        }
        return;
    }
    ispy_str annotation = ispy_node_text(walk, ispy_node_get(walk, node, FIELD_annotation));
    if (kind == NODE_Attribute) {
        if (walk->space == SPACE_ATTRIBUTES || value != Py_None) {
            assign_attribute(walk, target, annotation, literal);
        }
        return;
    }
    PyObject *identifier = ispy_node_get(walk, target, FIELD_id);
    ispy_span at = ispy_node_span(walk, target, ispy_str_columns(ispy_walk_text(walk, identifier)));
    if (value != Py_None) {
        ispy_bind_variable(walk, identifier, at, annotation, literal);
    } else {
        annotate_name(walk, identifier, at, annotation);
    }
}

static void delete_target(ispy_walk *walk, PyObject *target, int depth) {
    node_kind kind = ispy_node_kind(walk, target);
    if (kind == NODE_Name && walk->space != SPACE_ATTRIBUTES) {
        ispy_unbind(walk, ispy_node_get(walk, target, FIELD_id));
    } else if (kind == NODE_Attribute && walk->space == SPACE_ATTRIBUTES) {
        if (is_owned(walk, ispy_node_get(walk, target, FIELD_value))) {
            ispy_unbind(walk, ispy_node_get(walk, target, FIELD_attr));
        }
    } else if (is_display(kind) && depth < MAX_STATEMENT_DEPTH * 2) {
        PyObject *elements = ispy_node_get(walk, target, FIELD_elts);
        for (Py_ssize_t i = 0; i < ispy_list_count(elements); i++) {
            delete_target(walk, ispy_list_item(elements, i), depth + 1);
        }
    } else if (kind == NODE_Attribute || kind == NODE_Subscript) {
        ispy_bind_target(walk, target); /* as good as a new value that nobody knows */
    }
}

void ispy_visit_delete(ispy_walk *walk, PyObject *node) {
    PyObject *targets = ispy_node_get(walk, node, FIELD_targets);
    for (Py_ssize_t i = 0; i < ispy_list_count(targets); i++) {
        delete_target(walk, ispy_list_item(targets, i), 0);
    }
}

bool ispy_visit_list_call(ispy_walk *walk, PyObject *call) {
    PyObject *function = ispy_node_get(walk, call, FIELD_func);
    PyObject *arguments = ispy_node_get(walk, call, FIELD_args);
    if (ispy_node_kind(walk, function) != NODE_Attribute || ispy_list_count(arguments) != 1) {
        return false;
    }
    PyObject *object = ispy_node_get(walk, function, FIELD_value);
    PyObject *method = ispy_node_get(walk, function, FIELD_attr);
    bool appends = ispy_is_text(method, "append");
    if (ispy_node_kind(walk, object) != NODE_Name || (!appends && !ispy_is_text(method, "extend"))) {
        return false;
    }
    PyObject *identifier = ispy_node_get(walk, object, FIELD_id);
    const ispy_definition *before = ispy_find_certain(walk, identifier);
    PyObject *argument = ispy_list_item(arguments, 0);
    const ispy_literal *added = appends ? ispy_literal_of(walk, argument) : ispy_literal_of_items(walk, argument);
    if (before == NULL || before->kind != ISPY_DEFINES_VARIABLE || before->as.variable->value == NULL ||
        added == NULL || before->as.variable->value->kind != ISPY_LITERAL_LIST) {
        return false;
    }
    ispy_literal list = *added;
    if (appends) {
        memset(&list, 0, sizeof list);
        list.items = added;
        list.count = 1;
    } else if (added->kind != ISPY_LITERAL_LIST && added->kind != ISPY_LITERAL_TUPLE) {
        return false;
    }
    list.kind = ISPY_LITERAL_LIST;
    const ispy_literal *sum = ispy_literal_concatenate(walk, before->as.variable->value, &list);
    if (sum == NULL) {
        return false;
    }
    if (appends || ispy_node_kind(walk, argument) != NODE_Name) {
        ispy_visit_expression(walk, argument);
    }
    ispy_bind_variable(walk, identifier, before->at, before->as.variable->annotation, sum);
    return true;
}

/* setattr(self, "x", value), object.__setattr__(self, "x", value), super().__setattr__("x", value). Other names than
 * literal ones open the scope: see ast_body.c. */
void ispy_visit_setattr(ispy_walk *walk, PyObject *call) {
    PyObject *function = ispy_node_get(walk, call, FIELD_func);
    PyObject *arguments = ispy_node_get(walk, call, FIELD_args);
    Py_ssize_t count = ispy_list_count(arguments);
    node_kind kind = ispy_node_kind(walk, function);
    bool is_call = kind == NODE_Name && ispy_is_text(ispy_node_get(walk, function, FIELD_id), "setattr");
    bool is_method = kind == NODE_Attribute && ispy_is_text(ispy_node_get(walk, function, FIELD_attr), "__setattr__");
    if ((!is_call && !is_method) || count < 2 || count > 3 || (is_call && count != 3)) {
        return;
    }
    PyObject *object = count == 3 ? ispy_list_item(arguments, 0) : Py_None;
    PyObject *key = ispy_list_item(arguments, count == 3 ? 1 : 0);
    if ((count == 3 && !is_owned(walk, object)) || ispy_node_kind(walk, key) != NODE_Constant) {
        return;
    }
    PyObject *name = ispy_node_get(walk, key, FIELD_value);
    if (PyUnicode_CheckExact(name)) {
        ispy_str class_name = walk->class_name;
        walk->class_name = no_text; /* texts are not changed as private names are */
        ispy_bind_variable(walk, name, ispy_node_extent(walk, key), no_text,
                           ispy_literal_of(walk, ispy_list_item(arguments, count - 1)));
        walk->class_name = class_name;
    }
}
