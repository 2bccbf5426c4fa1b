/* Names that a loop binds, or whose value it changes. The body of a loop is visited once, but runs any number of times:
 * what a name stood for on the first turn it need not stand for on the next ("n += 1").
 *
 * Must not know: what the loop's body means. */
#include "binding/ast_walk.h"

static void count_name(ispy_walk *walk, PyObject *identifier, bool enters) {
    ispy_name *name = PyUnicode_Check(identifier) ? ispy_walk_name(walk, identifier) : NULL;
    if (name != NULL) {
        name->loops = enters ? name->loops + 1 : name->loops - 1;
    }
}

static void count_aliases(ispy_walk *walk, PyObject *node, bool enters) {
    PyObject *aliases = ispy_node_get(walk, node, FIELD_names);
    for (Py_ssize_t i = 0; i < ispy_list_count(aliases); i++) {
        PyObject *alias = ispy_list_item(aliases, i);
        PyObject *asname = ispy_node_get(walk, alias, FIELD_asname);
        count_name(walk, asname != Py_None ? asname : ispy_node_get(walk, alias, FIELD_name), enters);
    }
}

/* Patterns hold names and patterns; they nest only as deep as brackets do. */
static void push_patterns(ispy_walk *walk, PyObject *node, node_kind kind, bool enters, ispy_pointers *stack) {
    PyObject *lists[2] = {Py_None, Py_None};
    switch (kind) {
    case NODE_match_case:
        (void)ispy_pointers_push(walk, stack, ispy_node_get(walk, node, FIELD_pattern));
        return;
    case NODE_MatchAs:
        count_name(walk, ispy_node_get(walk, node, FIELD_name), enters);
        (void)ispy_pointers_push(walk, stack, ispy_node_get(walk, node, FIELD_pattern));
        return;
    case NODE_MatchStar:
        count_name(walk, ispy_node_get(walk, node, FIELD_name), enters);
        return;
    case NODE_MatchMapping:
        count_name(walk, ispy_node_get(walk, node, FIELD_rest), enters);
        lists[0] = ispy_node_get(walk, node, FIELD_patterns);
        break;
    case NODE_MatchClass:
        lists[0] = ispy_node_get(walk, node, FIELD_patterns);
        lists[1] = ispy_node_get(walk, node, FIELD_kwd_patterns);
        break;
    case NODE_MatchSequence:
    case NODE_MatchOr:
        lists[0] = ispy_node_get(walk, node, FIELD_patterns);
        break;
    default:
        return;
    }
    for (int list = 0; list < 2; list++) {
        for (Py_ssize_t i = 0; i < ispy_list_count(lists[list]); i++) {
            (void)ispy_pointers_push(walk, stack, ispy_list_item(lists[list], i));
        }
    }
}

/* X.append(...): changes X, whatever it is. */
static void count_receiver(ispy_walk *walk, PyObject *call, bool enters) {
    PyObject *function = ispy_node_get(walk, call, FIELD_func);
    PyObject *object =
        ispy_node_kind(walk, function) == NODE_Attribute ? ispy_node_get(walk, function, FIELD_value) : Py_None;
    if (ispy_node_kind(walk, object) == NODE_Name) {
        count_name(walk, ispy_node_get(walk, object, FIELD_id), enters);
    }
}

/* true: what is inside is a namespace of its own. */
static bool count_node(ispy_walk *walk, PyObject *node, node_kind kind, bool enters, ispy_pointers *stack) {
    switch (kind) {
    case NODE_FunctionDef:
    case NODE_AsyncFunctionDef:
    case NODE_ClassDef:
        count_name(walk, ispy_node_get(walk, node, FIELD_name), enters);
        return true;
    case NODE_Lambda:
        return true;
    case NODE_Name:
        if (ispy_node_kind(walk, ispy_node_get(walk, node, FIELD_ctx)) != NODE_Load) {
            count_name(walk, ispy_node_get(walk, node, FIELD_id), enters);
        }
        return true;
    case NODE_NamedExpr:
        count_name(walk, ispy_node_get(walk, ispy_node_get(walk, node, FIELD_target), FIELD_id), enters);
        return false;
    case NODE_Import:
    case NODE_ImportFrom:
        count_aliases(walk, node, enters);
        return true;
    case NODE_ExceptHandler:
        count_name(walk, ispy_node_get(walk, node, FIELD_name), enters);
        return false;
    case NODE_Call:
        count_receiver(walk, node, enters);
        return false;
    default:
        push_patterns(walk, node, kind, enters, stack);
        return false;
    }
}

static void count_all(ispy_walk *walk, PyObject *loop, bool enters) {
    ispy_pointers stack = {NULL, 0, 0};
    (void)ispy_pointers_push(walk, &stack, loop);
    while (stack.count > 0 && !walk->failed) {
        PyObject *node = stack.items[--stack.count];
        node_kind kind = ispy_node_kind(walk, node);
        if (!count_node(walk, node, kind, enters, &stack)) {
            ispy_push_children(walk, node, kind, false, &stack);
        }
    }
    PyMem_Free(stack.items);
}

void ispy_loop_enter(ispy_walk *walk, PyObject *node) {
    if (walk->space != SPACE_ATTRIBUTES) {
        count_all(walk, node, true);
    }
}

void ispy_loop_leave(ispy_walk *walk, PyObject *node) {
    if (walk->space != SPACE_ATTRIBUTES) {
        count_all(walk, node, false);
    }
}
