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
    ispy_pointers class_globals; /* owned */
    uint32_t forks;
    bool loop_exits;
} surroundings;

static surroundings enter(ispy_walk *walk, ispy_str name, ispy_methods *methods) {
    surroundings outer = {walk->space,         walk->class_name, walk->methods,
                          walk->class_globals, walk->forks,      walk->loop_exits};
    ispy_pointers none = {NULL, 0, 0};
    walk->class_globals = none;
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
    PyMem_Free(walk->class_globals.items);
    walk->class_globals = outer->class_globals;
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

/* The name at the beginning of "name.b[c](d)", or NULL. */
static PyObject *head_of(ispy_walk *walk, PyObject *node) {
    for (int depth = 0; depth < MAX_EXPRESSION_DEPTH; depth++) {
        node_kind kind = ispy_node_kind(walk, node);
        if (kind == NODE_Name) {
            return ispy_node_get(walk, node, FIELD_id);
        }
        if (kind != NODE_Call && kind != NODE_Subscript && kind != NODE_Attribute) {
            return NULL;
        }
        node = ispy_node_get(walk, node, kind == NODE_Call ? FIELD_func : FIELD_value);
    }
    return NULL;
}

/* Code of the module itself, which need not be as harmless as what others are known for. */
static bool is_own_code(ispy_walk *walk, PyObject *node) {
    PyObject *head = head_of(walk, node);
    ispy_binding binding;
    const ispy_name *name = head != NULL ? ispy_walk_name(walk, head) : NULL;
    if (name == NULL) {
        return true; /* a lambda, an item of something */
    }
    if (!ispy_find(walk, head, &binding)) {
        return walk->space == SPACE_CLASS && name->is_own_code;
    }
    for (uint32_t i = 0; i < binding.count; i++) {
        ispy_definition_kind kind = binding.candidates[i]->kind;
        if (kind == ISPY_DEFINES_FUNCTION || kind == ISPY_DEFINES_CLASS) {
            return true;
        }
    }
    return false;
}

static bool is_remade(ispy_walk *walk, PyObject *decorators, PyObject *keywords) {
    for (Py_ssize_t i = 0; i < ispy_list_count(decorators); i++) {
        if (is_own_code(walk, ispy_list_item(decorators, i))) {
            return true;
        }
    }
    for (Py_ssize_t i = 0; i < ispy_list_count(keywords); i++) {
        PyObject *keyword = ispy_list_item(keywords, i);
        if (ispy_is_text(ispy_node_get(walk, keyword, FIELD_arg), "metaclass") &&
            is_own_code(walk, ispy_node_get(walk, keyword, FIELD_value))) {
            return true;
        }
    }
    return false;
}

/* A decorator from elsewhere may give anything: a registry gives the class back, functools.lru_cache does not. Sure are
 * those that are known. */
static bool may_be_no_class(ispy_walk *walk, PyObject *decorators) {
    for (Py_ssize_t i = 0; i < ispy_list_count(decorators); i++) {
        PyObject *decorator = ispy_list_item(decorators, i);
        if (ispy_node_kind(walk, decorator) == NODE_Call) {
            decorator = ispy_node_get(walk, decorator, FIELD_func);
        }
        known_role role = ispy_known_role(ispy_walk_known(walk, decorator));
        if (role != ROLE_CLASS_KEEP && role != ROLE_FILL && role != ROLE_KEEP) {
            return true;
        }
    }
    return false;
}

/* What the base's name stands for now: by the end of the module it may be another class's. */
static void note_head(ispy_walk *walk, PyObject *node, ispy_reference *base) {
    PyObject *head = head_of(walk, node);
    ispy_binding binding;
    if (head == NULL || !ispy_find(walk, head, &binding)) {
        return;
    }
    base->head = binding.count == 1 ? binding.candidates[0] : NULL; /* bound at all, or the class could not be made */
    base->head_varies = binding.count > 1;
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
    ispy_reference *references = ispy_references_of(walk, bases, &klass->base_count);
    for (uint32_t i = 0; i < klass->base_count; i++) {
        note_head(walk, ispy_list_item(bases, (Py_ssize_t)i), &references[i]);
    }
    klass->bases = references;
    klass->decorators = ispy_references_of(walk, decorators, &klass->decorator_count);
    klass->has_metaclass = has_metaclass(walk, keywords);
    klass->has_type_parameters = PyObject_HasAttr(node, walk->api->fields[FIELD_type_params]) &&
                                 ispy_list_count(ispy_node_get(walk, node, FIELD_type_params)) > 0;
    klass->is_remade = is_remade(walk, decorators, keywords);
    klass->may_be_no_class = may_be_no_class(walk, decorators);
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
    klass->name = plain;
    klass->made_at = definition->at;
    walk->any_class = true;
    visit_head(walk, node, klass);
    ispy_class_fields(walk, node, klass);
    bool fills = fills_module(walk, ispy_node_get(walk, node, FIELD_decorator_list));
    ispy_methods methods = {NULL, 0, 0};
    surroundings outer = enter(walk, plain, &methods);
    ispy_flow flow = ispy_visit_block(walk, ispy_node_get(walk, node, FIELD_body));
    ispy_class_attributes(walk, &methods);
    if (!walk->failed && ispy_builder_pop(walk->builder, &klass->members) != ISPY_OK) {
        ispy_walk_nomem(walk);
    }
    ispy_instance_attributes(walk, &methods, &klass->members, klass);
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

/* Other names of the same function or class: what is set by one of them is seen by all. */
static void assign_to_aliases(ispy_walk *walk, const ispy_definition *before, const ispy_definition *after) {
    for (uint32_t i = 0; i < walk->names.count && !walk->failed && walk->any_alias; i++) {
        PyObject *identifier = walk->names.items[i].key;
        const ispy_definition *other = ispy_find_certain(walk, identifier);
        bool is_class = before->kind == ISPY_DEFINES_CLASS;
        if (other == NULL || other->kind != before->kind ||
            (is_class ? other->as.klass != before->as.klass : other->as.function != before->as.function)) {
            continue;
        }
        ispy_definition *definition = ispy_define(walk, other->kind, other->name, other->at);
        if (definition != NULL) {
            definition->as = after->as;
            ispy_bind(walk, definition, identifier);
        }
    }
}

/* f.__defaults__ = ..., and f.__signature__ = ..., which inspect believes. */
static void assign_to_function(ispy_walk *walk, const ispy_definition *before, PyObject *identifier,
                               PyObject *attribute) {
    static const char *const telling[] = {"__signature__", "__text_signature__", "__wrapped__",     "__code__",
                                          "__defaults__",  "__kwdefaults__",     "__annotations__", "__module__"};
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
    assign_to_aliases(walk, before, definition);
}

/* K.__bases__ = ..., K.__init__ = ...: what the class says of its bases, of its instances, holds no longer. */
static void assign_special(ispy_walk *walk, ispy_class *klass, PyObject *attribute, ispy_span at) {
    if (attribute == NULL || ispy_is_text(attribute, "__bases__")) {
        ispy_reference *unknown = ispy_walk_alloc(walk, 1, sizeof *unknown);
        if (unknown != NULL) {
            unknown->text = ispy_str_literal("...");
            unknown->at = at;
            klass->bases = unknown;
            klass->base_count = 1;
        }
    }
    if (attribute == NULL || ispy_is_text(attribute, "__init__") || ispy_is_text(attribute, "__new__")) {
        ispy_forget_instance(walk, &klass->instance, at);
    }
}

void ispy_class_assign(ispy_walk *walk, PyObject *class_identifier, PyObject *attribute, const ispy_literal *value,
                       ispy_span at) {
    const ispy_definition *before = ispy_find_certain(walk, class_identifier);
    if (before != NULL && before->kind == ISPY_DEFINES_FUNCTION && before->as.function != NULL && !walk->failed) {
        assign_to_function(walk, before, class_identifier, attribute);
        return;
    }
    if (walk->failed) {
        return;
    }
    if (before != NULL && before->kind == ISPY_DEFINES_IMPORT) {
        ispy_note_patch(walk, attribute); /* "impl.Plugin = Other", "Base.run = run": seen by who follows the name */
        return;
    }
    if (before == NULL || before->kind != ISPY_DEFINES_CLASS || value == NULL || walk->space != SPACE_MODULE ||
        walk->forks > 0 || walk->any_alias) {
        ispy_note_patch(walk, attribute);
    }
    if (before == NULL || before->kind != ISPY_DEFINES_CLASS) {
        return;
    }
    ispy_definition *definition = ispy_define(walk, ISPY_DEFINES_CLASS, before->name, before->at);
    ispy_class *klass = ispy_walk_alloc(walk, 1, sizeof *klass);
    if (definition == NULL || klass == NULL) {
        return;
    }
    *klass = *before->as.klass;
    if (value == NULL) {
        value = ispy_literal_dynamic(walk, ISPY_REASON_DYNAMIC_VALUE);
    }
    assign_member(walk, &klass->members, attribute, value, at);
    assign_special(walk, klass, attribute, at);
    definition->as.klass = klass;
    ispy_bind(walk, definition, class_identifier);
    assign_to_aliases(walk, before, definition);
}
