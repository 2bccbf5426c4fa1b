/* Classes: bases, keywords, decorators, and their body as a namespace of its own. */
#include "binding/ast_walk.h"

#include <string.h>

/* "metaclass=" with anything but ABCMeta or type. */
static bool has_metaclass(ispy_walk *walk, PyObject *keywords) {
    for (Py_ssize_t i = 0; i < ispy_list_count(keywords); i++) {
        PyObject *keyword = ispy_list_item(keywords, i);
        PyObject *name = ispy_node_get(walk, keyword, FIELD_arg);
        if (name == Py_None) {
            return true; /* **keywords */
        }
        if (ispy_is_text(name, "metaclass")) {
            known_id known = ispy_walk_known(walk, ispy_node_get(walk, keyword, FIELD_value));
            return ispy_known_role(known) != ROLE_TYPE;
        }
    }
    return false;
}

static bool fills_module(ispy_walk *walk, PyObject *decorators) {
    for (Py_ssize_t i = 0; i < ispy_list_count(decorators); i++) {
        if (ispy_known_role(ispy_walk_known(walk, ispy_list_item(decorators, i))) == ROLE_FILL) {
            return true;
        }
    }
    return false;
}

/* What surrounds the class, to go on with after it. */
typedef struct surroundings {
    ispy_space space;
    ispy_str class_name;
    ispy_methods *methods;
    uint32_t forks;
    bool loop_exits;
} surroundings;

static surroundings enter(ispy_walk *walk, ispy_str name, ispy_methods *methods) {
    surroundings outer = {walk->space, walk->class_name, walk->methods, walk->forks, walk->loop_exits};
    walk->space = SPACE_CLASS;
    walk->class_name = name;
    walk->methods = methods;
    walk->forks = 0;
    if (!walk->failed && ispy_builder_push(walk->builder) != ISPY_OK) {
        ispy_walk_nomem(walk);
    }
    return outer;
}

static void restore(ispy_walk *walk, const surroundings *outer) {
    walk->space = outer->space;
    walk->class_name = outer->class_name;
    walk->methods = outer->methods;
    walk->forks = outer->forks;
    walk->loop_exits = outer->loop_exits;
    while (walk->space == SPACE_MODULE && walk->tainted.count > 0) {
        ispy_taint(walk, walk->tainted.items[--walk->tainted.count]);
    }
    if (walk->space == SPACE_MODULE && walk->open_later != ISPY_REASON_NONE) {
        ispy_open_module(walk, walk->open_later, walk->open_later_at);
        walk->open_later = ISPY_REASON_NONE;
    }
}

/* Expressions in the head of the class run before its body, in the scope around it. That a base class is mentioned runs
 * none of the module's functions, as a rule. */
static void visit_head(ispy_walk *walk, PyObject *node, ispy_class *klass) {
    PyObject *bases = ispy_node_get(walk, node, FIELD_bases);
    PyObject *keywords = ispy_node_get(walk, node, FIELD_keywords);
    PyObject *decorators = ispy_node_get(walk, node, FIELD_decorator_list);
    bool own_code_runs = walk->own_code_runs;
    ispy_visit_expression(walk, decorators);
    own_code_runs = own_code_runs || walk->own_code_runs;
    ispy_visit_expression(walk, bases);
    walk->own_code_runs = own_code_runs;
    ispy_visit_expression(walk, keywords);
    klass->bases = ispy_references_of(walk, bases, &klass->base_count);
    klass->decorators = ispy_references_of(walk, decorators, &klass->decorator_count);
    klass->has_metaclass = has_metaclass(walk, keywords);
}

ispy_flow ispy_visit_class(ispy_walk *walk, PyObject *node) {
    PyObject *identifier = ispy_node_get(walk, node, FIELD_name);
    ispy_str plain = ispy_walk_text(walk, identifier);
    ispy_definition *definition = ispy_define(walk, ISPY_DEFINES_CLASS, ispy_walk_bound_text(walk, identifier),
                                              ispy_node_name_span(walk, node, plain));
    ispy_class *klass = ispy_walk_alloc(walk, 1, sizeof *klass);
    if (definition == NULL || klass == NULL || walk->failed) {
        return FLOW_NEXT;
    }
    visit_head(walk, node, klass);
    bool fills = fills_module(walk, ispy_node_get(walk, node, FIELD_decorator_list));
    ispy_methods methods = {NULL, 0, 0};
    surroundings outer = enter(walk, plain, &methods);
    ispy_flow flow = ispy_visit_block(walk, ispy_node_get(walk, node, FIELD_body));
    ispy_class_attributes(walk, &methods);
    if (!walk->failed && ispy_builder_pop(walk->builder, &klass->members) != ISPY_OK) {
        ispy_walk_nomem(walk);
    }
    ispy_instance_attributes(walk, &methods, &klass->instance);
    PyMem_Free(methods.items);
    restore(walk, &outer);
    definition->as.klass = klass;
    ispy_bind(walk, definition, identifier);
    if (fills) {
        ispy_open_module(walk, ISPY_REASON_DYNAMIC_NAMESPACE, definition->at);
    }
    if (flow == FLOW_LEAVE) {
        ispy_leave(walk); /* the body raises */
    }
    return flow;
}

/* ---- Cls.NAME = value ---- */

static bool replace_member(ispy_walk *walk, ispy_scope *members, ispy_str name, const ispy_definition *definition) {
    const ispy_binding *before = ispy_scope_find(members, name);
    ispy_binding *bindings = before != NULL ? ispy_walk_alloc(walk, members->count, sizeof *bindings) : NULL;
    const ispy_definition **candidates = before != NULL ? ispy_walk_alloc(walk, 1, sizeof *candidates) : NULL;
    if (bindings == NULL || candidates == NULL) {
        return false;
    }
    memcpy(bindings, members->bindings, members->count * sizeof *bindings);
    candidates[0] = definition;
    ispy_binding *changed = &bindings[before - members->bindings];
    changed->candidates = candidates;
    changed->count = 1;
    changed->may_be_absent = false;
    changed->reason = ISPY_REASON_NONE;
    members->bindings = bindings;
    return true;
}

/* A member that was there gets the new value; a new one makes the class open, and so does a name that nobody knows. */
static void assign_member(ispy_walk *walk, ispy_scope *members, PyObject *attribute, const ispy_literal *value,
                          ispy_span at) {
    if (attribute != NULL) {
        ispy_str name = ispy_walk_bound_text(walk, attribute);
        ispy_definition *definition = ispy_define(walk, ISPY_DEFINES_VARIABLE, name, at);
        ispy_variable *variable = ispy_walk_alloc(walk, 1, sizeof *variable);
        if (definition == NULL || variable == NULL) {
            return;
        }
        variable->value = value;
        definition->as.variable = variable;
        if (replace_member(walk, members, name, definition)) {
            return;
        }
    }
    if (members->open == ISPY_REASON_NONE) {
        members->open = ISPY_REASON_DYNAMIC_NAMESPACE;
        members->open_at = at;
    }
}

/* f.__defaults__ = ..., and f.__signature__ = ..., which inspect believes. */
static void assign_to_function(ispy_walk *walk, const ispy_definition *before, PyObject *identifier,
                               PyObject *attribute) {
    static const char *const telling[] = {"__signature__", "__text_signature__", "__wrapped__",    "__code__",
                                          "__defaults__",  "__kwdefaults__",     "__annotations__"};
    bool matters = attribute == NULL;
    for (size_t i = 0; i < sizeof telling / sizeof telling[0]; i++) {
        matters = matters || ispy_is_text(attribute, telling[i]);
    }
    if (!matters) {
        return;
    }
    ispy_definition *definition = ispy_define(walk, ISPY_DEFINES_FUNCTION, before->name, before->at);
    ispy_function *function = ispy_walk_alloc(walk, 1, sizeof *function);
    if (definition == NULL || function == NULL) {
        return;
    }
    *function = *before->as.function;
    function->unknown = ISPY_REASON_SIGNATURE_UNKNOWN;
    definition->as.function = function;
    ispy_bind(walk, definition, identifier);
}

void ispy_class_assign(ispy_walk *walk, PyObject *class_identifier, PyObject *attribute, const ispy_literal *value,
                       ispy_span at) {
    const ispy_definition *before = ispy_find_certain(walk, class_identifier);
    if (before != NULL && before->kind == ISPY_DEFINES_FUNCTION && before->as.function != NULL && !walk->failed) {
        assign_to_function(walk, before, class_identifier, attribute);
        return;
    }
    if (before == NULL || before->kind != ISPY_DEFINES_CLASS || walk->failed) {
        return;
    }
    ispy_definition *definition = ispy_define(walk, ISPY_DEFINES_CLASS, before->name, before->at);
    ispy_class *klass = ispy_walk_alloc(walk, 1, sizeof *klass);
    if (definition == NULL || klass == NULL) {
        return;
    }
    *klass = *before->as.klass;
    assign_member(walk, &klass->members, attribute, value, at);
    definition->as.klass = klass;
    ispy_bind(walk, definition, class_identifier);
}
