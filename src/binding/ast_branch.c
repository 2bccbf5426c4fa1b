/* Statements that branch. What decides a branch beforehand is in ast_decide.c; a decided one is followed as if the
 * other arms were not there, all others are forks of the builder.
 *
 * A break, continue or return leaves its arm in the middle with what was bound so far. That is how a handler of `try`
 * starts, too; so a loop or a method that has any gets an empty arm of that kind. */
#include "binding/ast_walk.h"

/* A condition: a name alone is looked at, not handed out. */
static void visit_looked_at(ispy_walk *walk, PyObject *node) {
    if (ispy_node_kind(walk, node) != NODE_Name) {
        ispy_visit_expression(walk, node);
    }
}

/* What a loop goes through: its items are handed out. */
static void visit_iterated(ispy_walk *walk, PyObject *node) {
    const ispy_name *name =
        ispy_node_kind(walk, node) == NODE_Name ? ispy_walk_name(walk, ispy_node_get(walk, node, FIELD_id)) : NULL;
    if (name == NULL || name->is_nested) {
        ispy_visit_expression(walk, node);
    }
}

/* ---- if ---- */

/* What the conditions of an elif bind (walrus) may be bound after the whole, and in each arm below. */
static void visit_tests(ispy_walk *walk, PyObject *node) {
    visit_looked_at(walk, ispy_node_get(walk, node, FIELD_test));
    bool forked = false;
    for (;;) {
        PyObject *orelse = ispy_node_get(walk, node, FIELD_orelse);
        PyObject *next = ispy_list_count(orelse) == 1 ? ispy_list_item(orelse, 0) : Py_None;
        if (walk->failed || ispy_node_kind(walk, next) != NODE_If) {
            break;
        }
        node = next;
        if (!forked) {
            ispy_fork(walk);
            forked = true;
        }
        visit_looked_at(walk, ispy_node_get(walk, node, FIELD_test));
    }
    if (forked) {
        ispy_join(walk, false);
    }
}

static void record_unused(ispy_walk *walk, PyObject *statements, bool type_checking) {
    if (type_checking) {
        bool before = walk->type_checking;
        walk->type_checking = true;
        ispy_record_imports(walk, statements);
        walk->type_checking = before;
    }
}

/* A whole chain of elif at once, so that its length is no depth. */
typedef struct chain {
    bool forked;
    bool exhaustive; /* one of the arms runs */
    bool all_leave;  /* of the arms that may run */
} chain;

static void visit_arm(ispy_walk *walk, chain *arms, PyObject *statements, bool certain) {
    if (!certain && !arms->forked) {
        arms->forked = true;
        ispy_fork(walk);
    } else if (arms->forked) {
        ispy_arm_begin(walk, ISPY_ARM_FRESH);
    }
    if (ispy_visit_block(walk, statements) == FLOW_NEXT) {
        arms->all_leave = false;
    }
}

ispy_flow ispy_visit_if(ispy_walk *walk, PyObject *node) {
    chain arms = {false, false, true};
    visit_tests(walk, node);
    for (;;) {
        bool type_checking = false;
        ispy_decision decision = ispy_decide(walk, ispy_node_get(walk, node, FIELD_test), &type_checking);
        PyObject *body = ispy_node_get(walk, node, FIELD_body);
        PyObject *orelse = ispy_node_get(walk, node, FIELD_orelse);
        if (decision == DECIDED_FALSE) {
            record_unused(walk, body, type_checking);
        } else {
            visit_arm(walk, &arms, body, decision == DECIDED_TRUE);
        }
        if (decision == DECIDED_TRUE) {
            record_unused(walk, orelse, type_checking);
            arms.exhaustive = true;
            break;
        }
        if (walk->failed || ispy_list_count(orelse) == 0) {
            break;
        }
        PyObject *first = ispy_list_item(orelse, 0);
        if (ispy_list_count(orelse) == 1 && ispy_node_kind(walk, first) == NODE_If) {
            node = first;
            continue;
        }
        visit_arm(walk, &arms, orelse, true);
        arms.exhaustive = true;
        break;
    }
    if (arms.forked) {
        ispy_join(walk, arms.exhaustive);
    }
    return arms.exhaustive && arms.all_leave ? FLOW_LEAVE : FLOW_NEXT;
}

/* ---- for, while ---- */

static void visit_maybe(ispy_walk *walk, PyObject *statements) {
    ispy_fork(walk);
    (void)ispy_visit_block(walk, statements);
    ispy_join(walk, false);
}

ispy_flow ispy_visit_loop(ispy_walk *walk, PyObject *node, node_kind kind) {
    PyObject *orelse = ispy_node_get(walk, node, FIELD_orelse);
    bool type_checking = false;
    if (kind == NODE_While) {
        PyObject *test = ispy_node_get(walk, node, FIELD_test);
        visit_looked_at(walk, test);
        if (ispy_decide(walk, test, &type_checking) == DECIDED_FALSE) {
            return ispy_visit_block(walk, orelse);
        }
    } else {
        visit_iterated(walk, ispy_node_get(walk, node, FIELD_iter));
    }
    bool outer_exits = walk->loop_exits;
    walk->loop_exits = false;
    ispy_fork(walk);
    ispy_loop_enter(walk, node);
    if (kind != NODE_While) {
        ispy_bind_target(walk, ispy_node_get(walk, node, FIELD_target));
    }
    (void)ispy_visit_block(walk, ispy_node_get(walk, node, FIELD_body));
    ispy_loop_leave(walk, node);
    bool exits = walk->loop_exits;
    if (exits) {
        ispy_arm_begin(walk, ISPY_ARM_HANDLER);
    }
    ispy_join(walk, false);
    walk->loop_exits = outer_exits;
    if (ispy_list_count(orelse) > 0 && exits) {
        visit_maybe(walk, orelse);
        return FLOW_NEXT;
    }
    return ispy_visit_block(walk, orelse);
}

/* ---- try ---- */

static ispy_flow visit_handler(ispy_walk *walk, PyObject *handler) {
    PyObject *name = ispy_node_get(walk, handler, FIELD_name);
    PyObject *type = ispy_node_get(walk, handler, FIELD_type);
    ispy_visit_expression(walk, type);
    bool binds = name != Py_None && walk->space != SPACE_ATTRIBUTES;
    if (binds) {
        ispy_fork(walk);
        ispy_str none = {NULL, 0, 0};
        ispy_bind_variable(walk, name, ispy_node_span(walk, handler, 0), none,
                           ispy_literal_dynamic(walk, ISPY_REASON_DYNAMIC_VALUE));
    }
    ispy_flow flow = ispy_visit_block(walk, ispy_node_get(walk, handler, FIELD_body));
    if (!binds) {
        return flow;
    }
    if (flow == FLOW_LEAVE) {
        ispy_arm_begin(walk, ISPY_ARM_HANDLER);
    }
    ispy_join(walk, true);
    ispy_unbind(walk, name); /* gone when the handler ends, however it ends */
    if (flow == FLOW_LEAVE) {
        ispy_leave(walk);
    }
    return flow;
}

ispy_flow ispy_visit_try(ispy_walk *walk, PyObject *node) {
    PyObject *handlers = ispy_node_get(walk, node, FIELD_handlers);
    Py_ssize_t count = ispy_list_count(handlers);
    PyObject *last_block = ispy_node_get(walk, node, FIELD_finalbody);
    bool has_last = ispy_list_count(last_block) > 0;
    if (has_last) {
        ispy_fork(walk);
    }
    if (count > 0) {
        ispy_fork(walk);
    }
    ispy_flow flow = ispy_visit_block(walk, ispy_node_get(walk, node, FIELD_body));
    if (flow == FLOW_NEXT) {
        /* Belongs to the first arm; that its own exceptions are not caught here makes no name more certain. */
        flow = ispy_visit_block(walk, ispy_node_get(walk, node, FIELD_orelse));
    }
    for (Py_ssize_t i = 0; i < count && !walk->failed; i++) {
        ispy_arm_begin(walk, ISPY_ARM_HANDLER);
        if (visit_handler(walk, ispy_list_item(handlers, i)) == FLOW_NEXT) {
            flow = FLOW_NEXT;
        }
    }
    if (count > 0) {
        ispy_join(walk, true);
    }
    if (!has_last) {
        return flow;
    }
    if (flow == FLOW_LEAVE) {
        ispy_arm_begin(walk, ISPY_ARM_HANDLER); /* `finally` runs on the way out, whatever was bound so far */
    }
    ispy_join(walk, true);
    ispy_flow last = ispy_visit_block(walk, last_block);
    if (flow == FLOW_LEAVE && last == FLOW_NEXT) {
        ispy_leave(walk);
    }
    return flow == FLOW_LEAVE || last == FLOW_LEAVE ? FLOW_LEAVE : FLOW_NEXT;
}

/* ---- with ---- */

/* Whether leaving the block by an exception may end there. At module level a manager that is not known may swallow it,
 * and a look at the live module settles what that leaves open. Instances cannot be looked at: there only those managers
 * that are known to swallow count, since hardly any other does. */
static bool may_swallow(ispy_walk *walk, PyObject *manager) {
    if (ispy_node_kind(walk, manager) == NODE_Call) {
        manager = ispy_node_get(walk, manager, FIELD_func);
    }
    known_role role = ispy_known_role(ispy_walk_known(walk, manager));
    return walk->space == SPACE_ATTRIBUTES ? role == ROLE_SUPPRESS : role != ROLE_PLAIN_MANAGER;
}

ispy_flow ispy_visit_with(ispy_walk *walk, PyObject *node) {
    PyObject *items = ispy_node_get(walk, node, FIELD_items);
    bool swallows = false;
    for (Py_ssize_t i = 0; i < ispy_list_count(items); i++) {
        PyObject *item = ispy_list_item(items, i);
        PyObject *manager = ispy_node_get(walk, item, FIELD_context_expr);
        PyObject *target = ispy_node_get(walk, item, FIELD_optional_vars);
        ispy_visit_expression(walk, manager);
        swallows = may_swallow(walk, manager) || swallows;
        if (target != Py_None) {
            ispy_bind_target(walk, target);
        }
    }
    if (swallows) {
        ispy_fork(walk);
    }
    ispy_flow flow = ispy_visit_block(walk, ispy_node_get(walk, node, FIELD_body));
    if (swallows) {
        ispy_arm_begin(walk, ISPY_ARM_HANDLER);
        ispy_join(walk, true);
    }
    return swallows ? FLOW_NEXT : flow;
}

/* ---- match ---- */

/* The names that a pattern captures. Patterns nest only as deep as brackets do. */
static void bind_captures(ispy_walk *walk, PyObject *pattern, int depth) {
    node_kind kind = ispy_node_kind(walk, pattern);
    PyObject *name = Py_None;
    if (walk->failed || depth > MAX_STATEMENT_DEPTH * 2) {
        return;
    }
    if (kind == NODE_MatchAs || kind == NODE_MatchStar) {
        name = ispy_node_get(walk, pattern, FIELD_name);
    } else if (kind == NODE_MatchMapping) {
        name = ispy_node_get(walk, pattern, FIELD_rest);
    }
    if (name != Py_None && walk->space != SPACE_ATTRIBUTES) {
        ispy_str none = {NULL, 0, 0};
        ispy_bind_variable(walk, name, ispy_node_span(walk, pattern, 0), none,
                           ispy_literal_dynamic(walk, ISPY_REASON_DYNAMIC_VALUE));
    }
    if (kind == NODE_MatchAs) {
        bind_captures(walk, ispy_node_get(walk, pattern, FIELD_pattern), depth + 1);
        return;
    }
    bool has_patterns =
        kind == NODE_MatchSequence || kind == NODE_MatchMapping || kind == NODE_MatchClass || kind == NODE_MatchOr;
    PyObject *lists[2] = {has_patterns ? ispy_node_get(walk, pattern, FIELD_patterns) : Py_None,
                          kind == NODE_MatchClass ? ispy_node_get(walk, pattern, FIELD_kwd_patterns) : Py_None};
    for (int list = 0; list < 2; list++) {
        for (Py_ssize_t i = 0; i < ispy_list_count(lists[list]); i++) {
            bind_captures(walk, ispy_list_item(lists[list], i), depth + 1);
        }
    }
}

static bool matches_always(ispy_walk *walk, PyObject *match_case) {
    PyObject *pattern = ispy_node_get(walk, match_case, FIELD_pattern);
    return ispy_node_get(walk, match_case, FIELD_guard) == Py_None && ispy_node_kind(walk, pattern) == NODE_MatchAs &&
           ispy_node_get(walk, pattern, FIELD_pattern) == Py_None;
}

ispy_flow ispy_visit_match(ispy_walk *walk, PyObject *node) {
    ispy_visit_expression(walk, ispy_node_get(walk, node, FIELD_subject));
    PyObject *cases = ispy_node_get(walk, node, FIELD_cases);
    Py_ssize_t count = ispy_list_count(cases);
    ispy_fork(walk); /* a pattern that fails may have captured names on its way */
    for (Py_ssize_t i = 0; i < count; i++) {
        bind_captures(walk, ispy_node_get(walk, ispy_list_item(cases, i), FIELD_pattern), 0);
        ispy_visit_expression(walk, ispy_node_get(walk, ispy_list_item(cases, i), FIELD_guard));
    }
    ispy_arm_begin(walk, ISPY_ARM_HANDLER);
    ispy_join(walk, true);
    bool exhaustive = false;
    bool all_leave = true;
    ispy_fork(walk);
    for (Py_ssize_t i = 0; i < count && !walk->failed; i++) {
        PyObject *match_case = ispy_list_item(cases, i);
        if (i > 0) {
            ispy_arm_begin(walk, ISPY_ARM_FRESH);
        }
        bind_captures(walk, ispy_node_get(walk, match_case, FIELD_pattern), 0);
        if (ispy_visit_block(walk, ispy_node_get(walk, match_case, FIELD_body)) == FLOW_NEXT) {
            all_leave = false;
        }
        exhaustive = exhaustive || matches_always(walk, match_case);
    }
    ispy_join(walk, exhaustive);
    return exhaustive && all_leave ? FLOW_LEAVE : FLOW_NEXT;
}
