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

/* self.__class__, type(self). */
static bool is_class_of_owner(ispy_walk *walk, PyObject *node) {
    if (ispy_node_kind(walk, node) == NODE_Attribute) {
        return ispy_is_text(ispy_node_get(walk, node, FIELD_attr), "__class__") &&
               is_owned(walk, ispy_node_get(walk, node, FIELD_value));
    }
    PyObject *arguments = ispy_node_kind(walk, node) == NODE_Call ? ispy_node_get(walk, node, FIELD_args) : Py_None;
    return ispy_list_count(arguments) == 1 && is_owned(walk, ispy_list_item(arguments, 0)) &&
           ispy_walk_known(walk, ispy_node_get(walk, node, FIELD_func)) == KNOWN_TYPE;
}

static void assign_attribute(ispy_walk *walk, PyObject *target, ispy_str annotation, const ispy_literal *value) {
    PyObject *object = ispy_node_get(walk, target, FIELD_value);
    PyObject *attribute = ispy_node_get(walk, target, FIELD_attr);
    ispy_span at = ispy_node_tail(walk, target, ispy_walk_text(walk, attribute));
    if (walk->space == SPACE_ATTRIBUTES) {
        if (is_owned(walk, object)) {
            ispy_bind_variable(walk, attribute, at, annotation, value);
        } else if (is_class_of_owner(walk, object)) {
            ispy_note_patch(walk, attribute);
        }
        return;
    }
    ispy_visit_expression(walk, object); /* opens the module for sys.modules[__name__].NAME */
    if (ispy_node_kind(walk, object) != NODE_Name) {
        ispy_note_patch(walk, attribute);
        return;
    }
    PyObject *identifier = ispy_node_get(walk, object, FIELD_id);
    if (ispy_is_this_module(walk, identifier)) {
        ispy_open_module(walk, ISPY_REASON_DYNAMIC_NAMESPACE, at);
    }
    ispy_class_assign(walk, identifier, attribute, value, at);
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
    if (ispy_node_kind(walk, object) == NODE_Attribute) {
        ispy_note_patch(walk, ispy_node_get(walk, object, FIELD_attr)); /* Plugin.hooks["a"] = ... */
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
        walk->any_alias = true;
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

/* Whether a part of a property is there: certainly a function, or certainly None. */
static bool take_part(ispy_walk *walk, PyObject *value, bool *has) {
    const ispy_definition *definition =
        ispy_node_kind(walk, value) == NODE_Name ? ispy_find_certain(walk, ispy_node_get(walk, value, FIELD_id)) : NULL;
    bool is_function =
        ispy_node_kind(walk, value) == NODE_Lambda || (definition != NULL && definition->kind == ISPY_DEFINES_FUNCTION);
    const ispy_literal *literal = is_function ? NULL : ispy_literal_of(walk, value);
    *has = is_function;
    return is_function || (literal != NULL && literal->kind == ISPY_LITERAL_NONE);
}

/* property(fget, fset, fdel, doc): false where it cannot be told which of them are there. */
static bool take_parts(ispy_walk *walk, ispy_function *function, PyObject *call) {
    PyObject *arguments = ispy_node_get(walk, call, FIELD_args);
    PyObject *keywords = ispy_node_get(walk, call, FIELD_keywords);
    bool *const parts[] = {NULL, &function->has_setter, &function->has_deleter};
    bool known = true;
    for (Py_ssize_t i = 0; i < ispy_list_count(arguments) && known; i++) {
        PyObject *argument = ispy_list_item(arguments, i);
        known =
            ispy_node_kind(walk, argument) != NODE_Starred && (i == 0 || i > 2 || take_part(walk, argument, parts[i]));
    }
    for (Py_ssize_t i = 0; i < ispy_list_count(keywords) && known; i++) {
        PyObject *keyword = ispy_list_item(keywords, i);
        PyObject *name = ispy_node_get(walk, keyword, FIELD_arg);
        int part = ispy_is_text(name, "fset") ? 1 : ispy_is_text(name, "fdel") ? 2 : 0;
        known =
            name != Py_None && (part == 0 || take_part(walk, ispy_node_get(walk, keyword, FIELD_value), parts[part]));
    }
    return known;
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
    function->is_cached =
        ispy_walk_known(walk, ispy_node_get(walk, value, FIELD_func)) == KNOWN_FUNCTOOLS_CACHED_PROPERTY;
    function->has_setter = false;
    function->has_deleter = false;
    if (kind == ISPY_METHOD_PROPERTY && !take_parts(walk, function, value)) {
        return NULL;
    }
    definition->as.function = function;
    return definition;
}

/* One target without targets inside, and what it is to be bound to. */
typedef struct assigned {
    PyObject *target; /* borrowed */
    const ispy_literal *literal;
    ispy_definition *definition; /* NULL: a variable with the value of `literal` */
    bool is_object;              /* ... which is no class and no function */
} assigned;

typedef struct assignments {
    assigned *items; /* owned */
    uint32_t count;
    uint32_t capacity;
} assignments;

static ispy_definition *definition_for(ispy_walk *walk, PyObject *target, PyObject *value,
                                       const ispy_literal *literal) {
    if (walk->space == SPACE_ATTRIBUTES || ispy_node_kind(walk, target) != NODE_Name || literal == NULL ||
        literal->kind != ISPY_LITERAL_DYNAMIC) {
        return NULL;
    }
    PyObject *identifier = ispy_node_get(walk, target, FIELD_id);
    ispy_str name = ispy_walk_bound_text(walk, identifier);
    ispy_span at = ispy_node_span(walk, target, ispy_str_columns(ispy_walk_text(walk, identifier)));
    ispy_definition *definition = wrapped_function(walk, value, name, at);
    return definition != NULL ? definition : definition_of(walk, value, name, at);
}

static void note_assigned(ispy_walk *walk, assignments *all, assigned one) {
    if (all->count == all->capacity) {
        uint32_t capacity = all->capacity * 2 + 8;
        assigned *grown = PyMem_Realloc(all->items, capacity * sizeof *grown);
        if (grown == NULL) {
            ispy_walk_nomem(walk);
            return;
        }
        all->items = grown;
        all->capacity = capacity;
    }
    all->items[all->count++] = one;
}

static void assign_name(ispy_walk *walk, const assigned *one) {
    if (walk->space == SPACE_ATTRIBUTES) {
        return;
    }
    PyObject *identifier = ispy_node_get(walk, one->target, FIELD_id);
    if (one->definition != NULL) {
        ispy_bind(walk, one->definition, identifier);
        return;
    }
    ispy_span at = ispy_node_span(walk, one->target, ispy_str_columns(ispy_walk_text(walk, identifier)));
    walk->binds_object = one->is_object;
    ispy_bind_variable(walk, identifier, at, no_text, one->literal);
    walk->binds_object = false;
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

/* Takes targets and values apart as far as they can be told. Nothing is bound meanwhile, as "a, b = b, a" wants it. */
static void take_apart(ispy_walk *walk, PyObject *target, PyObject *value, const ispy_literal *literal, int depth,
                       assignments *all) {
    if (walk->failed || depth > MAX_STATEMENT_DEPTH * 2) {
        return;
    }
    bool is_pair = is_display(ispy_node_kind(walk, target)) && is_display(ispy_node_kind(walk, value)) &&
                   literal != NULL && literal->items != NULL;
    if (!is_pair ||
        !unpacks_evenly(walk, ispy_node_get(walk, target, FIELD_elts), ispy_node_get(walk, value, FIELD_elts))) {
        bool is_dynamic = literal != NULL && literal->kind == ISPY_LITERAL_DYNAMIC;
        bool is_object = is_dynamic && !is_display(ispy_node_kind(walk, target)) && ispy_makes_object(walk, value);
        assigned one = {target, literal, definition_for(walk, target, value, literal), is_object};
        note_assigned(walk, all, one);
        return;
    }
    PyObject *targets = ispy_node_get(walk, target, FIELD_elts);
    PyObject *values = ispy_node_get(walk, value, FIELD_elts);
    for (Py_ssize_t i = 0; i < ispy_list_count(targets); i++) {
        take_apart(walk, ispy_list_item(targets, i), ispy_list_item(values, i), &literal->items[i], depth + 1, all);
    }
}

static void assign(ispy_walk *walk, PyObject *target, PyObject *value, const ispy_literal *literal) {
    assignments all = {NULL, 0, 0};
    take_apart(walk, target, value, literal, 0, &all);
    for (uint32_t i = 0; i < all.count && !walk->failed; i++) {
        const assigned *one = &all.items[i];
        switch (ispy_node_kind(walk, one->target)) {
        case NODE_Name:
            assign_name(walk, one);
            break;
        case NODE_Attribute:
            assign_attribute(walk, one->target, no_text, one->literal);
            break;
        case NODE_Subscript:
            assign_item(walk, one->target, one->literal);
            break;
        default:
            ispy_bind_target(walk, one->target);
        }
    }
    PyMem_Free(all.items);
}

/* ---- Statements ---- */

/* The name that the value may be a type alias under, or NULL. */
static PyObject *alias_of(ispy_walk *walk, PyObject *target, PyObject *value, const ispy_literal *literal) {
    node_kind kind = ispy_node_kind(walk, value);
    bool may_be_type = kind == NODE_Subscript || kind == NODE_BinOp || kind == NODE_Attribute || kind == NODE_Name;
    if (ispy_node_kind(walk, target) != NODE_Name || !may_be_type || literal == NULL ||
        literal->kind != ISPY_LITERAL_DYNAMIC) {
        return NULL;
    }
    PyObject *identifier = ispy_node_get(walk, target, FIELD_id);
    return ispy_is_fresh(walk, identifier) ? identifier : NULL;
}

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
            if (is_owned(walk, value) && walk->owner_name != NULL) {
                ispy_open_scope(walk, ISPY_REASON_DYNAMIC_NAMESPACE, ispy_node_extent(walk, node)); /* me = self */
            }
            return;
        }
    }
    ispy_visit_expression(walk, value);
    const ispy_literal *literal = ispy_literal_of(walk, value);
    bool changeable = literal != NULL && (literal->kind >= ISPY_LITERAL_LIST || ispy_holds_changeable(literal));
    if (changeable && count > 1) {
        literal = ispy_literal_dynamic(walk, ISPY_REASON_DYNAMIC_VALUE); /* one list with two names */
    }
    PyObject *alias = count == 1 ? alias_of(walk, ispy_list_item(targets, 0), value, literal) : NULL;
    for (Py_ssize_t i = 0; i < count && !walk->failed; i++) {
        assign(walk, ispy_list_item(targets, i), value, literal);
    }
    if (alias != NULL) {
        ispy_note_alias(walk, alias, value);
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

/* PEP 613: "X: TypeAlias = ...". What the name stands for is the resolver's business: it reads the value as a type only
 * where the variable is used as one. */
static bool says_alias(ispy_str annotation) {
    static const char word[] = "TypeAlias";
    size_t length = sizeof word - 1;
    return annotation.length >= length && memcmp(annotation.data + annotation.length - length, word, length) == 0;
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
    ispy_visit_annotation(walk, ispy_node_get(walk, node, FIELD_annotation), annotation);
    if (kind == NODE_Attribute) {
        if (walk->space == SPACE_ATTRIBUTES || value != Py_None) {
            assign_attribute(walk, target, annotation, literal);
        }
        return;
    }
    PyObject *identifier = ispy_node_get(walk, target, FIELD_id);
    ispy_span at = ispy_node_span(walk, target, ispy_str_columns(ispy_walk_text(walk, identifier)));
    if (value != Py_None) {
        bool is_alias = says_alias(annotation) && ispy_is_fresh(walk, identifier);
        walk->binds_object = literal != NULL && literal->kind == ISPY_LITERAL_DYNAMIC && ispy_makes_object(walk, value);
        ispy_bind_variable(walk, identifier, at, annotation, literal);
        walk->binds_object = false;
        if (is_alias) {
            ispy_note_alias(walk, identifier, value);
        }
    } else {
        annotate_name(walk, identifier, at, annotation);
    }
}

/* del globals()["NAME"]. */
static bool delete_from_globals(ispy_walk *walk, PyObject *target) {
    PyObject *object = ispy_node_get(walk, target, FIELD_value);
    PyObject *key = ispy_node_get(walk, target, FIELD_slice);
    ispy_reach reach = ispy_namespace_reach(walk, object, ispy_node_kind(walk, object));
    bool here = reach == REACH_LOCALS || (reach == REACH_GLOBALS && walk->space == SPACE_MODULE);
    return here && walk->space != SPACE_ATTRIBUTES && ispy_unbind_text(walk, key, true);
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
    } else if (kind == NODE_Attribute) {
        assign_attribute(walk, target, no_text, NULL);
    } else if (kind == NODE_Subscript && !delete_from_globals(walk, target)) {
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
    if (count == 2 && kind == NODE_Name && ispy_is_text(ispy_node_get(walk, function, FIELD_id), "delattr") &&
        is_owned(walk, ispy_list_item(arguments, 0))) {
        (void)ispy_unbind_text(walk, ispy_list_item(arguments, 1), true);
        return;
    }
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
