/* Definitions, and binding them in the space at hand: a module, the body of a class, or the attributes that a method
 * sets. The only file that talks to the builder about names. */
#include "binding/ast_walk.h"

#include <string.h>

static void check(ispy_walk *walk, int status) {
    if (status != ISPY_OK) {
        ispy_walk_nomem(walk);
    }
}

ispy_definition *ispy_define(ispy_walk *walk, ispy_definition_kind kind, ispy_str name, ispy_span at) {
    ispy_definition *definition = ispy_walk_alloc(walk, 1, sizeof *definition);
    if (definition != NULL) {
        definition->kind = kind;
        definition->name = name;
        definition->at = at;
    }
    return definition;
}

bool ispy_holds_changeable(const ispy_literal *literal) {
    for (uint32_t i = 0; i < literal->count; i++) {
        const ispy_literal *item = &literal->items[i];
        if (item->kind >= ISPY_LITERAL_LIST || (item->kind == ISPY_LITERAL_TUPLE && item->count > 0)) {
            return true;
        }
    }
    return false;
}

/* What was known of a module-level name holds no longer; who knows better says so after this. */
static void note_binding(ispy_walk *walk, const ispy_definition *definition, PyObject *identifier) {
    ispy_name *name = ispy_walk_name(walk, identifier);
    if (name == NULL) {
        return;
    }
    name->state = NAME_OTHER;
    if (definition->kind == ISPY_DEFINES_VARIABLE && definition->as.variable->value != NULL &&
        definition->as.variable->value->kind >= ISPY_LITERAL_LIST) {
        name->is_watched = true;
        name->is_nested = name->is_nested || ispy_holds_changeable(definition->as.variable->value);
        walk->any_watched = true;
    }
    if (definition->kind == ISPY_DEFINES_FUNCTION || definition->kind == ISPY_DEFINES_CLASS) {
        name->is_own_code = true;
    }
}

/* `global x` in the body of a class: x is the module's, which settle_functions() sees to. */
static bool is_global_here(const ispy_walk *walk, PyObject *identifier) {
    for (uint32_t i = 0; walk->space == SPACE_CLASS && i < walk->class_globals.count; i++) {
        if (walk->class_globals.items[i] == identifier) {
            return true;
        }
    }
    return false;
}

void ispy_bind(ispy_walk *walk, const ispy_definition *definition, PyObject *identifier) {
    if (walk->failed || definition == NULL || definition->name.data == NULL || is_global_here(walk, identifier)) {
        return;
    }
    if (walk->add_only) {
        check(walk, ispy_builder_add(walk->builder, definition, ISPY_REASON_CONDITIONAL));
        return;
    }
    check(walk, ispy_builder_bind(walk->builder, definition));
    if (walk->space == SPACE_MODULE && !walk->failed) {
        note_binding(walk, definition, identifier);
        if (definition->name.length == 11 && memcmp(definition->name.data, "__getattr__", 11) == 0) {
            check(walk, ispy_builder_extend(walk->builder, ISPY_REASON_MODULE_GETATTR, definition->at));
        }
    }
}

/* An annotation from before holds for later values as well: "x: int" and then "x = 1". */
static ispy_str earlier_annotation(ispy_walk *walk, ispy_str name) {
    ispy_str none = {NULL, 0, 0};
    ispy_binding binding;
    if (walk->failed || name.data == NULL || !ispy_builder_find(walk->builder, name, &binding)) {
        return none;
    }
    for (uint32_t i = 0; i < binding.count; i++) {
        const ispy_definition *candidate = binding.candidates[i];
        if (candidate->kind == ISPY_DEFINES_VARIABLE && candidate->as.variable->annotation.data != NULL) {
            return candidate->as.variable->annotation;
        }
    }
    return none;
}

void ispy_bind_variable(ispy_walk *walk, PyObject *identifier, ispy_span at, ispy_str annotation,
                        const ispy_literal *value) {
    ispy_str name = ispy_walk_bound_text(walk, identifier);
    ispy_definition *definition = ispy_define(walk, ISPY_DEFINES_VARIABLE, name, at);
    ispy_variable *variable = ispy_walk_alloc(walk, 1, sizeof *variable);
    if (walk->failed || definition == NULL || variable == NULL) {
        return;
    }
    variable->annotation = annotation.data != NULL ? annotation : earlier_annotation(walk, name);
    variable->value = value;
    variable->is_object = walk->binds_object && value != NULL && value->kind == ISPY_LITERAL_DYNAMIC;
    definition->as.variable = variable;
    ispy_bind(walk, definition, identifier);
}

bool ispy_is_fresh(ispy_walk *walk, PyObject *identifier) {
    ispy_binding binding;
    return walk->space == SPACE_MODULE && !ispy_find(walk, identifier, &binding);
}

void ispy_note_alias(ispy_walk *walk, PyObject *identifier, PyObject *value) {
    const ispy_definition *now = walk->failed ? NULL : ispy_find_certain(walk, identifier);
    if (now == NULL || now->kind != ISPY_DEFINES_VARIABLE) {
        return;
    }
    ispy_variable *variable = (ispy_variable *)now->as.variable; /* fresh: nobody has read it yet */
    variable->alias = ispy_node_text(walk, value);
}

void ispy_bind_slot(ispy_walk *walk, ispy_str name, ispy_span at) {
    ispy_str hashed;
    if (walk->failed || ispy_arena_str(&hashed, walk->arena, name.data, name.length) != ISPY_OK) {
        ispy_walk_nomem(walk);
        return;
    }
    ispy_definition *definition = ispy_define(walk, ISPY_DEFINES_VARIABLE, hashed, at);
    ispy_variable *variable = ispy_walk_alloc(walk, 1, sizeof *variable);
    if (definition != NULL && variable != NULL && !walk->failed) {
        definition->as.variable = variable;
        check(walk, ispy_builder_bind(walk->builder, definition));
    }
}

void ispy_unbind(ispy_walk *walk, PyObject *identifier) {
    ispy_str name = ispy_walk_bound_text(walk, identifier);
    if (!walk->failed && !walk->add_only && name.data != NULL && !is_global_here(walk, identifier)) {
        check(walk, ispy_builder_unbind(walk->builder, name));
    }
}

bool ispy_unbind_text(ispy_walk *walk, PyObject *node, bool certain) {
    PyObject *name = ispy_node_kind(walk, node) == NODE_Constant ? ispy_node_get(walk, node, FIELD_value) : Py_None;
    if (!PyUnicode_CheckExact(name)) {
        return false;
    }
    if (!certain) {
        ispy_fork(walk);
    }
    ispy_unbind(walk, name);
    if (!certain) {
        ispy_join(walk, false);
    }
    return true;
}

bool ispy_is_this_module(ispy_walk *walk, PyObject *identifier) {
    const ispy_definition *definition = walk->module_name != NULL ? ispy_find_certain(walk, identifier) : NULL;
    if (definition == NULL || definition->kind != ISPY_DEFINES_IMPORT || definition->as.import->name.data != NULL) {
        return false;
    }
    ispy_str whole = ispy_walk_text(walk, walk->module_name);
    const ispy_import *import = definition->as.import;
    return ispy_str_equal(import->has_alias ? import->module : import->bound, whole);
}

bool ispy_find(ispy_walk *walk, PyObject *identifier, ispy_binding *out) {
    if (walk->space == SPACE_ATTRIBUTES) {
        return false;
    }
    ispy_str name = ispy_walk_bound_text(walk, identifier);
    return !walk->failed && name.data != NULL && ispy_builder_find(walk->builder, name, out);
}

const ispy_definition *ispy_find_certain(ispy_walk *walk, PyObject *identifier) {
    const ispy_name *name = ispy_walk_name(walk, identifier);
    ispy_binding binding;
    if (name == NULL || name->loops > 0 || (walk->space == SPACE_MODULE && name->is_global) ||
        !ispy_find(walk, identifier, &binding) || binding.count != 1 || binding.may_be_absent) {
        return NULL;
    }
    return binding.candidates[0];
}

void ispy_open_scope(ispy_walk *walk, ispy_reason reason, ispy_span at) {
    if (walk->failed) {
        return;
    }
    if (walk->space == SPACE_ATTRIBUTES) {
        check(walk, ispy_builder_extend(walk->builder, reason, at));
    } else {
        check(walk, ispy_builder_open(walk->builder, reason, at));
    }
}

/* The builder's current scope is that of the class: the module's turn comes when the class is done. */
void ispy_open_module(ispy_walk *walk, ispy_reason reason, ispy_span at) {
    if (walk->space == SPACE_MODULE) {
        ispy_open_scope(walk, reason, at);
    } else if (walk->open_later == ISPY_REASON_NONE) {
        walk->open_later = reason;
        walk->open_later_at = at;
    }
}

/* The first of the candidates whose value can be changed in place, or NULL. */
static const ispy_definition *find_changeable(const ispy_binding *binding) {
    for (uint32_t i = 0; i < binding->count; i++) {
        const ispy_definition *candidate = binding->candidates[i];
        if (candidate->kind == ISPY_DEFINES_VARIABLE && candidate->as.variable->value != NULL &&
            candidate->as.variable->value->kind >= ISPY_LITERAL_LIST) {
            return candidate;
        }
    }
    return NULL;
}

void ispy_taint(ispy_walk *walk, PyObject *identifier) {
    ispy_binding binding;
    bool found = ispy_find(walk, identifier, &binding);
    if (!found && walk->space == SPACE_CLASS) {
        (void)ispy_pointers_push(walk, &walk->tainted, identifier); /* the module's turn comes when the class is done */
    }
    const ispy_definition *before = found ? find_changeable(&binding) : NULL;
    if (before == NULL) {
        return;
    }
    ispy_definition *definition = ispy_define(walk, ISPY_DEFINES_VARIABLE, before->name, before->at);
    ispy_variable *variable = ispy_walk_alloc(walk, 1, sizeof *variable);
    if (walk->failed || definition == NULL || variable == NULL) {
        return;
    }
    variable->annotation = before->as.variable->annotation;
    variable->value = ispy_literal_dynamic(walk, ISPY_REASON_DYNAMIC_VALUE);
    definition->as.variable = variable;
    bool replaces = binding.count == 1 && !binding.may_be_absent && !walk->add_only;
    if (!walk->failed) {
        check(walk, replaces ? ispy_builder_bind(walk->builder, definition)
                             : ispy_builder_add(walk->builder, definition, ISPY_REASON_DYNAMIC_VALUE));
    }
}

void ispy_fork(ispy_walk *walk) {
    walk->forks++;
    if (!walk->failed && !walk->add_only) {
        check(walk, ispy_builder_fork(walk->builder));
    }
}

void ispy_arm_begin(ispy_walk *walk, ispy_arm kind) {
    if (!walk->failed && !walk->add_only) {
        check(walk, ispy_builder_arm(walk->builder, kind));
    }
}

void ispy_join(ispy_walk *walk, bool exhaustive) {
    walk->forks--;
    if (!walk->failed && !walk->add_only) {
        check(walk, ispy_builder_join(walk->builder, exhaustive));
    }
}

void ispy_leave(ispy_walk *walk) {
    if (!walk->failed && !walk->add_only && walk->forks > 0) {
        ispy_builder_leave(walk->builder);
    }
}
