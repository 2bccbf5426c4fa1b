/* The body of a function, which does not run with the module: what it imports, whether it is a generator, what it may
 * do to the module's namespace or to `self` once it is called.
 *
 * The index of words (source_text.h) says which bodies are worth a walk: few are. */
#include "binding/ast_walk.h"

typedef struct search {
    ispy_pointers own;    /* of the function itself */
    ispy_pointers nested; /* of functions inside it */
    PyObject *self;       /* or NULL */
    uint32_t words;
    bool may_write;
    ispy_body_facts *facts;
} search;

static bool is_function(node_kind kind) {
    return kind == NODE_FunctionDef || kind == NODE_AsyncFunctionDef || kind == NODE_Lambda;
}

static void note_globals(ispy_walk *walk, PyObject *node) {
    PyObject *names = ispy_node_get(walk, node, FIELD_names);
    for (Py_ssize_t i = 0; i < ispy_list_count(names); i++) {
        ispy_name *name = ispy_walk_name(walk, ispy_list_item(names, i));
        if (name != NULL && !name->is_global) {
            name->is_global = true;
            name->global_at = ispy_node_extent(walk, node);
        }
    }
}

/* ---- The attributes of self ---- */

static bool is_self(ispy_walk *walk, const search *s, PyObject *node) {
    return ispy_node_kind(walk, node) == NODE_Name && ispy_node_get(walk, node, FIELD_id) == s->self;
}

/* self.__dict__, vars(self). */
static bool is_dict_of_self(ispy_walk *walk, const search *s, PyObject *node) {
    node_kind kind = ispy_node_kind(walk, node);
    if (kind == NODE_Attribute) {
        return ispy_is_text(ispy_node_get(walk, node, FIELD_attr), "__dict__") &&
               is_self(walk, s, ispy_node_get(walk, node, FIELD_value));
    }
    if (kind == NODE_Call && ispy_walk_known(walk, ispy_node_get(walk, node, FIELD_func)) == KNOWN_VARS) {
        PyObject *arguments = ispy_node_get(walk, node, FIELD_args);
        return ispy_list_count(arguments) == 1 && is_self(walk, s, ispy_list_item(arguments, 0));
    }
    return false;
}

/* setattr(self, name, value), object.__setattr__(self, name, value), super().__setattr__(name, value), with a name that
 * is no literal; self.__dict__.update(...). */
static bool call_opens(ispy_walk *walk, const search *s, PyObject *node) {
    PyObject *function = ispy_node_get(walk, node, FIELD_func);
    PyObject *arguments = ispy_node_get(walk, node, FIELD_args);
    Py_ssize_t count = ispy_list_count(arguments);
    node_kind kind = ispy_node_kind(walk, function);
    if (kind == NODE_Attribute && is_dict_of_self(walk, s, ispy_node_get(walk, function, FIELD_value))) {
        return !ispy_is_reading_method(ispy_node_get(walk, function, FIELD_attr));
    }
    bool is_call = kind == NODE_Name && ispy_is_text(ispy_node_get(walk, function, FIELD_id), "setattr");
    bool is_method = kind == NODE_Attribute && ispy_is_text(ispy_node_get(walk, function, FIELD_attr), "__setattr__");
    if (!is_call && !is_method) {
        return false;
    }
    if (count == 3 && is_self(walk, s, ispy_list_item(arguments, 0))) {
        return ispy_node_kind(walk, ispy_list_item(arguments, 1)) != NODE_Constant;
    }
    return is_method && count == 2 && ispy_node_kind(walk, ispy_list_item(arguments, 0)) != NODE_Constant;
}

static bool opens_attributes(ispy_walk *walk, const search *s, PyObject *node, node_kind kind) {
    if (kind == NODE_Call) {
        return call_opens(walk, s, node);
    }
    if (kind == NODE_Subscript || kind == NODE_Attribute) {
        bool is_load = ispy_node_kind(walk, ispy_node_get(walk, node, FIELD_ctx)) == NODE_Load;
        PyObject *dict = kind == NODE_Attribute ? node : ispy_node_get(walk, node, FIELD_value);
        return !is_load && is_dict_of_self(walk, s, dict);
    }
    return kind == NODE_Assign && is_dict_of_self(walk, s, ispy_node_get(walk, node, FIELD_value));
}

/* ---- The walk ---- */

static void note_writer(ispy_walk *walk, const search *s, PyObject *node) {
    if (s->may_write && !walk->has_writer) {
        walk->has_writer = true;
        walk->writer_at = ispy_node_extent(walk, node);
    }
}

/* true: the node is done with. */
static bool look(ispy_walk *walk, search *s, PyObject *node, node_kind kind, bool own, ispy_pointers *stack) {
    switch (kind) {
    case NODE_Import:
    case NODE_ImportFrom:
        ispy_record_import(walk, node, kind, true);
        return true;
    case NODE_Global:
        note_globals(walk, node);
        return true;
    case NODE_Yield:
    case NODE_YieldFrom:
        s->facts->is_generator = s->facts->is_generator || own;
        return false;
    default:
        break;
    }
    if (s->self != NULL && (s->words & WORD_OBJECT) != 0 && !s->facts->opens_attributes &&
        opens_attributes(walk, s, node, kind)) {
        s->facts->opens_attributes = true;
        s->facts->opens_at = ispy_node_extent(walk, node);
    }
    if ((s->words & WORD_NAMESPACE) == 0) {
        return false;
    }
    if (ispy_reads_namespace(walk, node, kind, stack)) {
        return true;
    }
    ispy_reach reach = ispy_namespace_reach(walk, node, kind);
    bool is_module = reach == REACH_GLOBALS || reach == REACH_MODULE || reach == REACH_MODULES;
    if (is_module || ispy_runs_text(walk, node, kind)) {
        note_writer(walk, s, node);
    }
    return reach != REACH_NONE;
}

static void run(ispy_walk *walk, search *s) {
    bool statements_only = (s->words & (WORD_YIELD | WORD_NAMESPACE | WORD_OBJECT)) == 0;
    while ((s->own.count > 0 || s->nested.count > 0) && !walk->failed) {
        bool own = s->own.count > 0;
        ispy_pointers *stack = own ? &s->own : &s->nested;
        PyObject *node = stack->items[--stack->count];
        node_kind kind = ispy_node_kind(walk, node);
        if (!look(walk, s, node, kind, own, stack)) {
            ispy_push_children(walk, node, kind, statements_only, is_function(kind) ? &s->nested : stack);
        }
    }
    PyMem_Free(s->own.items);
    PyMem_Free(s->nested.items);
}

void ispy_visit_body(ispy_walk *walk, PyObject *function, PyObject *self, bool may_write, ispy_body_facts *out) {
    ispy_body_facts none = {false, false, {0, 0, 0}};
    *out = none;
    if (walk->source.mark_count == 0) {
        return;
    }
    search s = {.self = self, .may_write = may_write, .facts = out};
    s.words = ispy_source_text_words(&walk->source, ispy_node_number(walk, function, FIELD_lineno),
                                     ispy_node_number(walk, function, FIELD_end_lineno));
    if (s.words == 0 || walk->failed) {
        return;
    }
    PyObject *body = ispy_node_get(walk, function, FIELD_body);
    for (Py_ssize_t i = ispy_list_count(body); i > 0; i--) {
        (void)ispy_pointers_push(walk, &s.own, ispy_list_item(body, i - 1));
    }
    if (!PyList_CheckExact(body)) {
        (void)ispy_pointers_push(walk, &s.own, body); /* of a lambda */
    }
    run(walk, &s);
}

void ispy_record_imports(ispy_walk *walk, PyObject *statements) {
    ispy_pointers stack = {NULL, 0, 0};
    for (Py_ssize_t i = ispy_list_count(statements); i > 0; i--) {
        (void)ispy_pointers_push(walk, &stack, ispy_list_item(statements, i - 1));
    }
    while (stack.count > 0 && !walk->failed) {
        PyObject *node = stack.items[--stack.count];
        node_kind kind = ispy_node_kind(walk, node);
        if (kind == NODE_Import || kind == NODE_ImportFrom) {
            ispy_record_import(walk, node, kind, false);
        } else {
            ispy_push_children(walk, node, kind, true, &stack);
        }
    }
    PyMem_Free(stack.items);
}
