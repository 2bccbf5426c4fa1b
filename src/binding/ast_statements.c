/* Blocks, and the statements in them that do not branch.
 * Must not know: how names are kept. */
#include "binding/ast_walk.h"

/* sys.exit(), exit(), os._exit(): what follows is not reached. */
static bool exits(ispy_walk *walk, PyObject *call) {
    return ispy_known_role(ispy_walk_known(walk, ispy_node_get(walk, call, FIELD_func))) == ROLE_EXIT;
}

static ispy_flow leave(ispy_walk *walk) {
    ispy_leave(walk);
    return FLOW_LEAVE;
}

static ispy_flow visit_expression_statement(ispy_walk *walk, PyObject *node) {
    PyObject *value = ispy_node_get(walk, node, FIELD_value);
    if (ispy_node_kind(walk, value) != NODE_Call) {
        ispy_visit_expression(walk, value);
        return FLOW_NEXT;
    }
    if (walk->space == SPACE_ATTRIBUTES) {
        ispy_visit_setattr(walk, value);
        return FLOW_NEXT;
    }
    if (ispy_visit_list_call(walk, value)) {
        return FLOW_NEXT;
    }
    ispy_visit_expression(walk, value);
    return exits(walk, value) ? leave(walk) : FLOW_NEXT;
}

/* `global x` in the body of a class, which runs with the module. */
static void visit_global(ispy_walk *walk, PyObject *node) {
    PyObject *names = ispy_node_get(walk, node, FIELD_names);
    for (Py_ssize_t i = 0; i < ispy_list_count(names) && walk->space == SPACE_CLASS; i++) {
        ispy_name *name = ispy_walk_name(walk, ispy_list_item(names, i));
        if (name != NULL) {
            name->is_global = true;
            name->global_at = ispy_node_extent(walk, node);
            walk->own_code_runs = true;
            (void)ispy_pointers_push(walk, &walk->class_globals, ispy_list_item(names, i));
        }
    }
}

static void visit_type_alias(ispy_walk *walk, PyObject *node) {
    PyObject *target = ispy_node_get(walk, node, FIELD_name);
    PyObject *identifier = ispy_node_get(walk, target, FIELD_id);
    bool is_plain = ispy_list_count(ispy_node_get(walk, node, FIELD_type_params)) == 0;
    bool is_alias = is_plain && ispy_is_fresh(walk, identifier);
    ispy_bind_target(walk, target);
    if (is_alias) {
        ispy_note_alias(walk, identifier, ispy_node_get(walk, node, FIELD_value));
    }
}

static ispy_flow visit_nested_function(ispy_walk *walk, PyObject *node, node_kind kind) {
    if (walk->space != SPACE_ATTRIBUTES) {
        ispy_visit_function(walk, node, kind);
        return FLOW_NEXT;
    }
    /* A function inside a method sees the same `self`, and may be called. */
    bool add_only = walk->add_only;
    bool returns = walk->returns;
    bool loop_exits = walk->loop_exits;
    walk->add_only = true;
    (void)ispy_visit_block(walk, ispy_node_get(walk, node, FIELD_body));
    walk->add_only = add_only;
    walk->returns = returns;
    walk->loop_exits = loop_exits;
    return FLOW_NEXT;
}

static ispy_flow visit_branch(ispy_walk *walk, PyObject *node, node_kind kind) {
    switch (kind) {
    case NODE_If:
        return ispy_visit_if(walk, node);
    case NODE_For:
    case NODE_AsyncFor:
    case NODE_While:
        return ispy_visit_loop(walk, node, kind);
    case NODE_Try:
    case NODE_TryStar:
        return ispy_visit_try(walk, node);
    case NODE_With:
    case NODE_AsyncWith:
        return ispy_visit_with(walk, node);
    default:
        return ispy_visit_match(walk, node);
    }
}

static ispy_flow visit(ispy_walk *walk, PyObject *node, node_kind kind) {
    switch (kind) {
    case NODE_Expr:
        return visit_expression_statement(walk, node);
    case NODE_Assign:
        ispy_visit_assign(walk, node);
        return FLOW_NEXT;
    case NODE_FunctionDef:
    case NODE_AsyncFunctionDef:
        return visit_nested_function(walk, node, kind);
    case NODE_Import:
    case NODE_ImportFrom:
        ispy_visit_import(walk, node, kind);
        return FLOW_NEXT;
    case NODE_ClassDef:
        return walk->space == SPACE_ATTRIBUTES ? FLOW_NEXT : ispy_visit_class(walk, node);
    case NODE_AnnAssign:
        ispy_visit_annotated(walk, node);
        return FLOW_NEXT;
    case NODE_AugAssign:
        ispy_visit_augmented(walk, node);
        return FLOW_NEXT;
    case NODE_Delete:
        ispy_visit_delete(walk, node);
        return FLOW_NEXT;
    case NODE_Assert:
        ispy_visit_expression(walk, ispy_node_get(walk, node, FIELD_test));
        return FLOW_NEXT;
    case NODE_Raise:
        ispy_visit_expression(walk, ispy_node_get(walk, node, FIELD_exc));
        return leave(walk);
    case NODE_Return:
        walk->returns = true;
        return leave(walk);
    case NODE_Break:
    case NODE_Continue:
        walk->loop_exits = true;
        return leave(walk);
    case NODE_Global:
        visit_global(walk, node);
        return FLOW_NEXT;
    case NODE_TypeAlias:
        visit_type_alias(walk, node);
        return FLOW_NEXT;
    case NODE_Pass:
    case NODE_Nonlocal:
        return FLOW_NEXT;
    case NODE_If:
    case NODE_For:
    case NODE_AsyncFor:
    case NODE_While:
    case NODE_Try:
    case NODE_TryStar:
    case NODE_With:
    case NODE_AsyncWith:
    case NODE_Match:
        return visit_branch(walk, node, kind);
    default: /* a statement of a later Python */
        ispy_open_scope(walk, ISPY_REASON_DYNAMIC_NAMESPACE, ispy_node_extent(walk, node));
        return FLOW_NEXT;
    }
}

ispy_flow ispy_visit_statement(ispy_walk *walk, PyObject *node) {
    if (walk->failed || walk->too_deep) {
        return FLOW_LEAVE;
    }
    if (walk->depth >= MAX_STATEMENT_DEPTH) {
        walk->too_deep = true;
        walk->too_deep_at = ispy_node_extent(walk, node);
        return FLOW_LEAVE;
    }
    walk->depth++;
    ispy_flow flow = visit(walk, node, ispy_node_kind(walk, node));
    walk->depth--;
    return flow;
}

ispy_flow ispy_visit_block(ispy_walk *walk, PyObject *statements) {
    Py_ssize_t count = ispy_list_count(statements);
    for (Py_ssize_t i = 0; i < count; i++) {
        if (ispy_visit_statement(walk, ispy_list_item(statements, i)) == FLOW_LEAVE) {
            return FLOW_LEAVE;
        }
    }
    return FLOW_NEXT;
}
