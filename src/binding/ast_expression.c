/* What expressions do on the side: bind names (walrus), reach the module's namespace, hand out values that may then be
 * changed in place, mention functions of the module, which may run them.
 *
 * Expressions may nest thousands deep, so they are walked with a stack of our own. What may not be evaluated at all
 * (the right side of `and`, the body of a comprehension) goes to a second stack and is visited as a fork. */
#include "binding/ast_walk.h"

#include <string.h>

/* ---- What nodes hold ---- */

enum { MAX_CHILD_FIELDS = 5 };

/* FIELD_x + 1, so that 0 ends a row. */
#define F(name) (FIELD_##name + 1)
static const unsigned char child_fields[NODE_KIND_COUNT][MAX_CHILD_FIELDS] = {
    [NODE_FunctionDef] = {F(args), F(body), F(decorator_list)},
    [NODE_AsyncFunctionDef] = {F(args), F(body), F(decorator_list)},
    [NODE_ClassDef] = {F(bases), F(keywords), F(body), F(decorator_list)},
    [NODE_Return] = {F(value)},
    [NODE_Delete] = {F(targets)},
    [NODE_Assign] = {F(targets), F(value)},
    [NODE_AugAssign] = {F(target), F(value)},
    [NODE_AnnAssign] = {F(target), F(value)},
    [NODE_For] = {F(target), F(iter), F(body), F(orelse)},
    [NODE_AsyncFor] = {F(target), F(iter), F(body), F(orelse)},
    [NODE_While] = {F(test), F(body), F(orelse)},
    [NODE_If] = {F(test), F(body), F(orelse)},
    [NODE_With] = {F(items), F(body)},
    [NODE_AsyncWith] = {F(items), F(body)},
    [NODE_Match] = {F(subject), F(cases)},
    [NODE_Raise] = {F(exc), F(cause)},
    [NODE_Try] = {F(body), F(handlers), F(orelse), F(finalbody)},
    [NODE_TryStar] = {F(body), F(handlers), F(orelse), F(finalbody)},
    [NODE_Assert] = {F(test), F(msg)},
    [NODE_Expr] = {F(value)},
    [NODE_ExceptHandler] = {F(type), F(body)},
    [NODE_withitem] = {F(context_expr), F(optional_vars)},
    [NODE_match_case] = {F(guard), F(body)},
    [NODE_arguments] = {F(defaults), F(kw_defaults)},
    [NODE_BoolOp] = {F(values)},
    [NODE_NamedExpr] = {F(value)},
    [NODE_BinOp] = {F(left), F(right)},
    [NODE_UnaryOp] = {F(operand)},
    [NODE_Lambda] = {F(args), F(body)},
    [NODE_IfExp] = {F(test), F(body), F(orelse)},
    [NODE_Dict] = {F(keys), F(values)},
    [NODE_Set] = {F(elts)},
    [NODE_List] = {F(elts)},
    [NODE_Tuple] = {F(elts)},
    [NODE_ListComp] = {F(elt), F(generators)},
    [NODE_SetComp] = {F(elt), F(generators)},
    [NODE_GeneratorExp] = {F(elt), F(generators)},
    [NODE_DictComp] = {F(key), F(value), F(generators)},
    [NODE_comprehension] = {F(iter), F(ifs)},
    [NODE_Await] = {F(value)},
    [NODE_Yield] = {F(value)},
    [NODE_YieldFrom] = {F(value)},
    [NODE_Compare] = {F(left), F(comparators)},
    [NODE_Call] = {F(func), F(args), F(keywords)},
    [NODE_keyword] = {F(value)},
    [NODE_FormattedValue] = {F(value), F(format_spec)},
    [NODE_Interpolation] = {F(value), F(format_spec)},
    [NODE_JoinedStr] = {F(values)},
    [NODE_TemplateStr] = {F(values)},
    [NODE_Attribute] = {F(value)},
    [NODE_Subscript] = {F(value), F(slice)},
    [NODE_Starred] = {F(value)},
    [NODE_Slice] = {F(lower), F(upper), F(step)},
};
#undef F

static bool is_statement(node_kind kind) {
    return (kind >= NODE_FunctionDef && kind <= NODE_Continue) || kind == NODE_ExceptHandler || kind == NODE_match_case;
}

static void push_node(ispy_walk *walk, PyObject *node, bool statements_only, ispy_pointers *stack) {
    node_kind kind = ispy_node_kind(walk, node);
    bool holds = child_fields[kind][0] != 0 || kind == NODE_Name || is_statement(kind);
    if (holds && (!statements_only || is_statement(kind))) {
        (void)ispy_pointers_push(walk, stack, node);
    }
}

static void push_value(ispy_walk *walk, PyObject *value, bool statements_only, ispy_pointers *stack) {
    if (!PyList_CheckExact(value)) {
        push_node(walk, value, statements_only, stack);
        return;
    }
    /* Backwards, so that the first one is taken off first. */
    for (Py_ssize_t i = PyList_Size(value); i > 0; i--) {
        push_node(walk, PyList_GetItem(value, i - 1), statements_only, stack);
    }
}

void ispy_push_children(ispy_walk *walk, PyObject *node, node_kind kind, bool statements_only, ispy_pointers *stack) {
    for (int i = 0; i < MAX_CHILD_FIELDS && child_fields[kind][i] != 0 && !walk->failed; i++) {
        push_value(walk, ispy_node_get(walk, node, (node_field)(child_fields[kind][i] - 1)), statements_only, stack);
    }
}

/* ---- Side effects ---- */

static void bind_walrus(ispy_walk *walk, PyObject *node, bool certain) {
    PyObject *target = ispy_node_get(walk, node, FIELD_target);
    PyObject *identifier = ispy_node_get(walk, target, FIELD_id);
    ispy_str none = {NULL, 0, 0};
    const ispy_literal *value = ispy_literal_of(walk, ispy_node_get(walk, node, FIELD_value));
    ispy_span at = ispy_node_span(walk, target, ispy_str_columns(ispy_walk_text(walk, identifier)));
    if (!certain) {
        ispy_fork(walk);
    }
    ispy_bind_variable(walk, identifier, at, none, value);
    if (!certain) {
        ispy_join(walk, false);
    }
}

static void note_mention(ispy_walk *walk, PyObject *node) {
    PyObject *identifier = ispy_node_get(walk, node, FIELD_id);
    const ispy_name *name = ispy_walk_name(walk, identifier);
    const ispy_definition *local = walk->space == SPACE_CLASS ? ispy_find_certain(walk, identifier) : NULL;
    if ((name != NULL && name->is_own_code) || (local != NULL && local->kind == ISPY_DEFINES_FUNCTION)) {
        walk->own_code_runs = true;
    }
}

static void taint_arguments(ispy_walk *walk, PyObject *arguments) {
    for (Py_ssize_t i = 0; i < ispy_list_count(arguments); i++) {
        PyObject *argument = ispy_list_item(arguments, i);
        node_kind kind = ispy_node_kind(walk, argument);
        if (kind == NODE_keyword || kind == NODE_Starred) {
            argument = ispy_node_get(walk, argument, FIELD_value);
        }
        if (ispy_node_kind(walk, argument) == NODE_Name) {
            ispy_taint(walk, ispy_node_get(walk, argument, FIELD_id));
        }
    }
}

/* setattr(Cls, "x", value). */
static void visit_class_setattr(ispy_walk *walk, PyObject *arguments, PyObject *node, bool deletes) {
    Py_ssize_t count = ispy_list_count(arguments);
    PyObject *object = count > 0 ? ispy_list_item(arguments, 0) : Py_None;
    PyObject *key = count > 1 ? ispy_list_item(arguments, 1) : Py_None;
    PyObject *name = ispy_node_kind(walk, key) == NODE_Constant ? ispy_node_get(walk, key, FIELD_value) : Py_None;
    PyObject *attribute = PyUnicode_CheckExact(name) ? name : NULL;
    if (ispy_node_kind(walk, object) != NODE_Name) {
        if (deletes && ispy_namespace_reach(walk, object, ispy_node_kind(walk, object)) == REACH_MODULE) {
            (void)ispy_unbind_text(walk, key, false);
        }
        ispy_note_patch(walk, attribute);
        return;
    }
    PyObject *identifier = ispy_node_get(walk, object, FIELD_id);
    if (ispy_is_this_module(walk, identifier)) {
        ispy_open_module(walk, ISPY_REASON_DYNAMIC_NAMESPACE, ispy_node_extent(walk, node));
    }
    ispy_class_assign(walk, identifier, attribute,
                      deletes ? NULL : ispy_literal_dynamic(walk, ISPY_REASON_DYNAMIC_VALUE),
                      ispy_node_extent(walk, node));
}

/* A method by which lists, sets and dictionaries are changed: Plugin.hooks.append(...). */
static bool changes_in_place(PyObject *attribute) {
    static const char *const methods[] = {"append", "extend",  "insert", "remove",     "pop", "clear",
                                          "sort",   "reverse", "update", "setdefault", "add", "discard"};
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        if (ispy_is_text(attribute, methods[i])) {
            return true;
        }
    }
    return false;
}

/* type.__setattr__(K, "x", 1), functools.update_wrapper(f, g), globals().pop("NAME"). */
static void visit_method_call(ispy_walk *walk, PyObject *object, PyObject *attribute, PyObject *arguments,
                              PyObject *node) {
    Py_ssize_t count = ispy_list_count(arguments);
    bool deletes = ispy_is_text(attribute, "__delattr__");
    if (count >= 2 && (deletes || ispy_is_text(attribute, "__setattr__"))) {
        visit_class_setattr(walk, arguments, node, deletes);
    }
    if (ispy_node_kind(walk, object) == NODE_Attribute && changes_in_place(attribute)) {
        ispy_note_patch(walk, ispy_node_get(walk, object, FIELD_attr));
    }
    PyObject *first = count > 0 ? ispy_list_item(arguments, 0) : Py_None;
    if (ispy_is_text(attribute, "update_wrapper") && ispy_node_kind(walk, first) == NODE_Name) {
        ispy_class_assign(walk, ispy_node_get(walk, first, FIELD_id), NULL,
                          ispy_literal_dynamic(walk, ISPY_REASON_DYNAMIC_VALUE), ispy_node_extent(walk, node));
    }
    if (count > 0 && ispy_is_text(attribute, "pop") && walk->space == SPACE_MODULE) {
        ispy_reach reach = ispy_namespace_reach(walk, object, ispy_node_kind(walk, object));
        if (reach == REACH_GLOBALS || reach == REACH_LOCALS) {
            (void)ispy_unbind_text(walk, first, false);
        }
    }
}

static void visit_call(ispy_walk *walk, PyObject *node) {
    PyObject *function = ispy_node_get(walk, node, FIELD_func);
    PyObject *arguments = ispy_node_get(walk, node, FIELD_args);
    known_id known = ispy_walk_known(walk, function);
    if (known == KNOWN_SETATTR || known == KNOWN_DELATTR) {
        visit_class_setattr(walk, arguments, node, known == KNOWN_DELATTR);
    }
    bool harmless = ispy_is_pure_builtin(walk, function);
    if (harmless && ispy_node_kind(walk, function) == NODE_Name &&
        ispy_is_text(ispy_node_get(walk, function, FIELD_id), "getattr")) {
        taint_arguments(walk, arguments); /* getattr(X, "append") */
    }
    if (ispy_node_kind(walk, function) == NODE_Attribute) {
        PyObject *object = ispy_node_get(walk, function, FIELD_value);
        node_kind kind = ispy_node_kind(walk, object);
        visit_method_call(walk, object, ispy_node_get(walk, function, FIELD_attr), arguments, node);
        if (kind == NODE_Name && !ispy_is_reading_method(ispy_node_get(walk, function, FIELD_attr))) {
            ispy_taint(walk, ispy_node_get(walk, object, FIELD_id));
        }
    }
    if (!harmless) {
        taint_arguments(walk, arguments);
        taint_arguments(walk, ispy_node_get(walk, node, FIELD_keywords));
    }
}

/* exec and locals() reach the body of a class where they stand in one; globals() and sys.modules reach the module. */
static void open_by(ispy_walk *walk, PyObject *node, ispy_reach reach) {
    ispy_span at = ispy_node_extent(walk, node);
    if (reach == REACH_LOCALS || reach == REACH_NONE) {
        ispy_open_scope(walk, ISPY_REASON_DYNAMIC_NAMESPACE, at);
    }
    if (reach != REACH_LOCALS) {
        ispy_open_module(walk, ISPY_REASON_DYNAMIC_NAMESPACE, at);
    }
}

static bool is_conditional(node_kind kind) {
    return kind == NODE_ListComp || kind == NODE_SetComp || kind == NODE_DictComp || kind == NODE_GeneratorExp ||
           kind == NODE_Lambda;
}

static void push_parts(ispy_walk *walk, PyObject *node, node_kind kind, ispy_pointers *now, ispy_pointers *maybe) {
    if (kind == NODE_BoolOp) {
        PyObject *values = ispy_node_get(walk, node, FIELD_values);
        for (Py_ssize_t i = ispy_list_count(values); i > 0; i--) {
            push_node(walk, ispy_list_item(values, i - 1), false, i == 1 ? now : maybe);
        }
    } else if (kind == NODE_Compare) { /* "a < b < c" gets to c only where the first comparison holds */
        PyObject *compared = ispy_node_get(walk, node, FIELD_comparators);
        for (Py_ssize_t i = ispy_list_count(compared); i > 0; i--) {
            push_node(walk, ispy_list_item(compared, i - 1), false, i == 1 ? now : maybe);
        }
        push_node(walk, ispy_node_get(walk, node, FIELD_left), false, now);
    } else if (kind == NODE_IfExp) {
        push_node(walk, ispy_node_get(walk, node, FIELD_test), false, now);
        push_node(walk, ispy_node_get(walk, node, FIELD_body), false, maybe);
        push_node(walk, ispy_node_get(walk, node, FIELD_orelse), false, maybe);
    } else {
        ispy_push_children(walk, node, kind, false, is_conditional(kind) ? maybe : now);
    }
}

/* globals()["X"] and sys.modules[__name__].X hand X out as well as its name does. */
static void taint_by_key(ispy_walk *walk, PyObject *node, node_kind kind) {
    if (kind != NODE_Subscript && kind != NODE_Attribute) {
        return;
    }
    PyObject *object = ispy_node_get(walk, node, FIELD_value);
    ispy_reach reach = ispy_namespace_reach(walk, object, ispy_node_kind(walk, object));
    if (kind == NODE_Attribute && reach == REACH_MODULE) {
        ispy_taint(walk, ispy_node_get(walk, node, FIELD_attr));
    } else if (kind == NODE_Subscript && (reach == REACH_GLOBALS || reach == REACH_LOCALS)) {
        PyObject *key = ispy_node_get(walk, node, FIELD_slice);
        PyObject *name = ispy_node_kind(walk, key) == NODE_Constant ? ispy_node_get(walk, key, FIELD_value) : Py_None;
        if (PyUnicode_CheckExact(name)) {
            ispy_taint(walk, name);
        }
    }
}

static void visit_node(ispy_walk *walk, PyObject *node, ispy_pointers *now, ispy_pointers *maybe, bool certain) {
    node_kind kind = ispy_node_kind(walk, node);
    if (kind == NODE_Name) {
        note_mention(walk, node);
    } else if (kind == NODE_NamedExpr) {
        bind_walrus(walk, node, certain);
    } else if (kind == NODE_Call) {
        visit_call(walk, node);
    }
    if ((walk->words & WORD_NAMESPACE) == 0 && !walk->any_watched) {
        push_parts(walk, node, kind, now, maybe);
        return;
    }
    taint_by_key(walk, node, kind);
    if (ispy_reads_namespace(walk, node, kind, now)) {
        return;
    }
    ispy_reach reach = ispy_namespace_reach(walk, node, kind);
    if (reach == REACH_VALUE) {
        ispy_taint(walk, ispy_node_get(walk, node, FIELD_id));
        return;
    }
    if (reach != REACH_NONE || ispy_runs_text(walk, node, kind)) {
        open_by(walk, node, reach);
        if (reach != REACH_NONE) {
            return;
        }
    }
    push_parts(walk, node, kind, now, maybe);
}

void ispy_visit_expression(ispy_walk *walk, PyObject *node) {
    if (walk->failed || walk->space == SPACE_ATTRIBUTES || node == Py_None) {
        return;
    }
    ispy_pointers now = {NULL, 0, 0};
    ispy_pointers maybe = {NULL, 0, 0};
    push_value(walk, node, false, &now);
    while (now.count > 0 && !walk->failed) {
        visit_node(walk, now.items[--now.count], &now, &maybe, true);
    }
    while (maybe.count > 0 && !walk->failed) {
        visit_node(walk, maybe.items[--maybe.count], &maybe, &maybe, false);
    }
    PyMem_Free(now.items);
    PyMem_Free(maybe.items);
}

void ispy_visit_annotation(ispy_walk *walk, PyObject *node, ispy_str text) {
    bool may_act = text.data != NULL &&
                   (memchr(text.data, '(', text.length) != NULL || memchr(text.data, '=', text.length) != NULL);
    if (may_act) {
        ispy_visit_expression(walk, node);
    }
}
