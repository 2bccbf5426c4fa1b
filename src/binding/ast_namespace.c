/* The ways by which code reaches its own module's namespace: globals(), locals(), vars(), sys.modules[__name__], exec,
 * eval, and the __globals__ of a function or frame.
 *
 * Reading it is harmless, and so are the forms of reading that are told apart here; any other use may write to it. That
 * another module is used to get there, or getattr with a computed name, cannot be seen and is not looked for.
 * Must not know: what follows from it. */
#include "binding/ast_walk.h"

static bool is_one_of(PyObject *text, const char *const *words) {
    for (; *words != NULL; words++) {
        if (ispy_is_text(text, *words)) {
            return true;
        }
    }
    return false;
}

bool ispy_is_reading_method(PyObject *name) {
    static const char *const methods[] = {
        "get",          "items",       "keys",     "values",     "copy",       "index",        "count",
        "union",        "difference",  "issubset", "issuperset", "isdisjoint", "intersection", "symmetric_difference",
        "__contains__", "__getitem__", "__len__",  "__iter__",   NULL};
    return is_one_of(name, methods);
}

bool ispy_is_pure_builtin(ispy_walk *walk, PyObject *function) {
    static const char *const builtins[] = {"len",  "sorted", "list",       "tuple",      "set",   "frozenset", "dict",
                                           "sum",  "min",    "max",        "enumerate",  "zip",   "any",       "all",
                                           "str",  "repr",   "isinstance", "issubclass", "range", "reversed",  "bool",
                                           "iter", "print",  "getattr",    "hasattr",    "type",  "id",        NULL};
    node_kind kind = ispy_node_kind(walk, function);
    if (kind == NODE_Attribute) { /* ", ".join(X) */
        return ispy_node_kind(walk, ispy_node_get(walk, function, FIELD_value)) == NODE_Constant;
    }
    if (kind != NODE_Name) {
        return false;
    }
    PyObject *identifier = ispy_node_get(walk, function, FIELD_id);
    const ispy_name *name = ispy_walk_name(walk, identifier);
    return name != NULL && name->state == NAME_UNBOUND && is_one_of(identifier, builtins);
}

/* Whether the text names this module, or may do so. */
static bool may_name_self(ispy_walk *walk, PyObject *node) {
    if (ispy_node_kind(walk, node) != NODE_Constant) {
        return true;
    }
    PyObject *name = ispy_node_get(walk, node, FIELD_value);
    if (!PyUnicode_CheckExact(name) || walk->module_name == NULL) {
        return false;
    }
    return PyUnicode_Compare(name, walk->module_name) == 0;
}

static bool has_own_name(ispy_walk *walk, PyObject *arguments) {
    for (Py_ssize_t i = 0; i < ispy_list_count(arguments); i++) {
        PyObject *argument = ispy_list_item(arguments, i);
        if (ispy_node_kind(walk, argument) == NODE_Constant && may_name_self(walk, argument)) {
            return true;
        }
        if (ispy_node_kind(walk, argument) == NODE_Name &&
            ispy_is_text(ispy_node_get(walk, argument, FIELD_id), "__name__")) {
            return true;
        }
    }
    return false;
}

static const char *const namespace_attributes[] = {"__globals__", "f_globals", NULL}; /* of a function, of a frame */

/* getattr(f, "__globals__"). */
static bool gets_namespace(ispy_walk *walk, PyObject *function, PyObject *arguments) {
    if (ispy_node_kind(walk, function) != NODE_Name || ispy_list_count(arguments) < 2 ||
        !ispy_is_text(ispy_node_get(walk, function, FIELD_id), "getattr")) {
        return false;
    }
    PyObject *key = ispy_list_item(arguments, 1);
    return ispy_node_kind(walk, key) == NODE_Constant &&
           is_one_of(ispy_node_get(walk, key, FIELD_value), namespace_attributes);
}

/* sys.modules.get(__name__), importlib.import_module(__name__), __import__(__name__), IntEnum._convert_(.., __name__,
 * ..). */
static ispy_reach reach_of_call(ispy_walk *walk, PyObject *node) {
    static const char *const by_name[] = {"import_module", "__import__", "_convert_", "_convert", NULL};
    PyObject *function = ispy_node_get(walk, node, FIELD_func);
    PyObject *arguments = ispy_node_get(walk, node, FIELD_args);
    known_id known = ispy_walk_known(walk, function);
    if (known == KNOWN_GLOBALS || known == KNOWN_LOCALS || known == KNOWN_VARS) {
        bool bare = ispy_list_count(arguments) == 0;
        return !bare ? REACH_NONE : known == KNOWN_GLOBALS ? REACH_GLOBALS : REACH_LOCALS;
    }
    if (gets_namespace(walk, function, arguments)) {
        return REACH_GLOBALS;
    }
    node_kind kind = ispy_node_kind(walk, function);
    if (kind == NODE_Attribute &&
        ispy_walk_known(walk, ispy_node_get(walk, function, FIELD_value)) == KNOWN_SYS_MODULES) {
        bool self = ispy_list_count(arguments) > 0 && may_name_self(walk, ispy_list_item(arguments, 0));
        return self ? REACH_MODULE : REACH_NONE;
    }
    if (kind != NODE_Attribute && kind != NODE_Name) {
        return REACH_NONE;
    }
    PyObject *name = ispy_node_get(walk, function, kind == NODE_Name ? FIELD_id : FIELD_attr);
    return has_own_name(walk, arguments) && is_one_of(name, by_name) ? REACH_MODULE : REACH_NONE;
}

/* globals, exec or eval as a value: whoever holds it may call it. A call of them does not come here. */
static bool is_key(ispy_walk *walk, PyObject *node) {
    known_id known = ispy_walk_known(walk, node);
    return known == KNOWN_GLOBALS || ispy_known_role(known) == ROLE_RUN;
}

static ispy_reach reach_of_attribute(ispy_walk *walk, PyObject *node) {
    if (ispy_walk_known(walk, node) == KNOWN_SYS_MODULES) {
        return REACH_MODULES;
    }
    bool reaches = is_key(walk, node) || is_one_of(ispy_node_get(walk, node, FIELD_attr), namespace_attributes);
    return reaches ? REACH_GLOBALS : REACH_NONE;
}

ispy_reach ispy_namespace_reach(ispy_walk *walk, PyObject *node, node_kind kind) {
    switch (kind) {
    case NODE_Call:
        return reach_of_call(walk, node);
    case NODE_Subscript: {
        PyObject *object = ispy_node_get(walk, node, FIELD_value);
        bool modules = ispy_walk_known(walk, object) == KNOWN_SYS_MODULES;
        return modules && may_name_self(walk, ispy_node_get(walk, node, FIELD_slice)) ? REACH_MODULE : REACH_NONE;
    }
    case NODE_Name: {
        const ispy_name *name = ispy_walk_name(walk, ispy_node_get(walk, node, FIELD_id));
        if (name != NULL && name->is_watched) {
            return REACH_VALUE;
        }
        if (ispy_walk_known(walk, node) == KNOWN_SYS_MODULES) {
            return REACH_MODULES;
        }
        return is_key(walk, node) ? REACH_GLOBALS : REACH_NONE;
    }
    case NODE_Attribute:
        return reach_of_attribute(walk, node);
    default:
        return REACH_NONE;
    }
}

bool ispy_runs_text(ispy_walk *walk, PyObject *node, node_kind kind) {
    if (kind != NODE_Call) {
        return false;
    }
    PyObject *function = ispy_node_get(walk, node, FIELD_func);
    return ispy_known_role(ispy_walk_known(walk, function)) == ROLE_RUN &&
           ispy_list_count(ispy_node_get(walk, node, FIELD_args)) < 2 &&
           ispy_list_count(ispy_node_get(walk, node, FIELD_keywords)) == 0;
}

/* Whether an item of the value may be changed by whoever gets it. */
static bool is_nested(ispy_walk *walk, PyObject *node) {
    const ispy_name *name = ispy_walk_name(walk, ispy_node_get(walk, node, FIELD_id));
    return name == NULL || name->is_nested;
}

static ispy_reach reach(ispy_walk *walk, PyObject *node) {
    return ispy_namespace_reach(walk, node, ispy_node_kind(walk, node));
}

static bool push_unless_reaching(ispy_walk *walk, PyObject *list, ispy_pointers *stack) {
    bool any = false;
    for (Py_ssize_t i = 0; i < ispy_list_count(list); i++) {
        PyObject *item = ispy_list_item(list, i);
        if (reach(walk, item) != REACH_NONE) {
            any = true;
        } else {
            (void)ispy_pointers_push(walk, stack, item);
        }
    }
    return any;
}

/* globals().get("x"), sys.modules[__name__].__file__, sys.modules.items(). */
static bool reads_attribute(ispy_walk *walk, PyObject *node) {
    PyObject *attribute = ispy_node_get(walk, node, FIELD_attr);
    PyObject *object = ispy_node_get(walk, node, FIELD_value);
    switch (reach(walk, object)) {
    case REACH_GLOBALS:
    case REACH_LOCALS:
        return ispy_is_reading_method(attribute);
    case REACH_VALUE:
        return ispy_is_reading_method(attribute) && !is_nested(walk, object);
    case REACH_MODULE:
        return !ispy_is_text(attribute, "__dict__") &&
               ispy_node_kind(walk, ispy_node_get(walk, node, FIELD_ctx)) == NODE_Load;
    case REACH_MODULES:
        return true;
    default:
        return false;
    }
}

/* globals()["x"], sys.modules["other"]. */
static bool reads_item(ispy_walk *walk, PyObject *node, ispy_pointers *stack) {
    PyObject *container = ispy_node_get(walk, node, FIELD_value);
    ispy_reach object = reach(walk, container);
    if (object == REACH_VALUE ? is_nested(walk, container) : reach(walk, node) != REACH_NONE) {
        return false;
    }
    bool is_load = ispy_node_kind(walk, ispy_node_get(walk, node, FIELD_ctx)) == NODE_Load;
    bool harmless = object == REACH_MODULES || (object != REACH_NONE && object != REACH_MODULE && is_load);
    if (harmless) {
        (void)ispy_pointers_push(walk, stack, ispy_node_get(walk, node, FIELD_slice));
    }
    return harmless;
}

/* exec(text, {}): runs in a namespace of its own; what is passed is looked at like anything else. */
static bool runs_elsewhere(ispy_walk *walk, PyObject *node, ispy_pointers *stack) {
    if (!is_key(walk, ispy_node_get(walk, node, FIELD_func)) || reach(walk, node) != REACH_NONE ||
        ispy_runs_text(walk, node, NODE_Call)) {
        return false;
    }
    PyObject *arguments = ispy_node_get(walk, node, FIELD_args);
    PyObject *keywords = ispy_node_get(walk, node, FIELD_keywords);
    for (Py_ssize_t i = 0; i < ispy_list_count(arguments); i++) {
        (void)ispy_pointers_push(walk, stack, ispy_list_item(arguments, i));
    }
    for (Py_ssize_t i = 0; i < ispy_list_count(keywords); i++) {
        (void)ispy_pointers_push(walk, stack, ispy_node_get(walk, ispy_list_item(keywords, i), FIELD_value));
    }
    return true;
}

/* len(globals()), f(**globals()). */
static bool reads_arguments(ispy_walk *walk, PyObject *node, ispy_pointers *stack) {
    PyObject *function = ispy_node_get(walk, node, FIELD_func);
    PyObject *arguments = ispy_node_get(walk, node, FIELD_args);
    PyObject *keywords = ispy_node_get(walk, node, FIELD_keywords);
    bool pure = ispy_is_pure_builtin(walk, function);
    bool spreads = false;
    for (Py_ssize_t i = 0; i < ispy_list_count(keywords); i++) {
        PyObject *keyword = ispy_list_item(keywords, i);
        bool reaching = reach(walk, ispy_node_get(walk, keyword, FIELD_value)) != REACH_NONE;
        spreads = spreads || (reaching && ispy_node_get(walk, keyword, FIELD_arg) == Py_None);
    }
    if (!pure && !spreads) {
        return false;
    }
    uint32_t before = stack->count;
    bool any = false;
    for (Py_ssize_t i = 0; i < ispy_list_count(keywords); i++) {
        PyObject *value = ispy_node_get(walk, ispy_list_item(keywords, i), FIELD_value);
        bool spread = ispy_node_get(walk, ispy_list_item(keywords, i), FIELD_arg) == Py_None;
        if (!spread || reach(walk, value) == REACH_NONE) {
            (void)ispy_pointers_push(walk, stack, value);
        } else {
            any = true;
        }
    }
    if (pure) {
        any = push_unless_reaching(walk, arguments, stack) || any;
    } else {
        for (Py_ssize_t i = 0; i < ispy_list_count(arguments); i++) {
            (void)ispy_pointers_push(walk, stack, ispy_list_item(arguments, i));
        }
    }
    if (!any) {
        stack->count = before;
        return false;
    }
    (void)ispy_pointers_push(walk, stack, function);
    return true;
}

/* "x" in globals(). */
static bool reads_compared(ispy_walk *walk, PyObject *node, ispy_pointers *stack) {
    uint32_t before = stack->count;
    if (!push_unless_reaching(walk, ispy_node_get(walk, node, FIELD_comparators), stack)) {
        stack->count = before;
        return false;
    }
    (void)ispy_pointers_push(walk, stack, ispy_node_get(walk, node, FIELD_left));
    return true;
}

/* for name in X. */
static bool reads_iterated(ispy_walk *walk, PyObject *node, node_kind kind, ispy_pointers *stack) {
    PyObject *iterated = ispy_node_get(walk, node, FIELD_iter);
    if (reach(walk, iterated) != REACH_VALUE || is_nested(walk, iterated)) {
        return false;
    }
    PyObject *lists[2] = {kind == NODE_comprehension ? ispy_node_get(walk, node, FIELD_ifs)
                                                     : ispy_node_get(walk, node, FIELD_body),
                          kind == NODE_comprehension ? Py_None : ispy_node_get(walk, node, FIELD_orelse)};
    for (int list = 0; list < 2; list++) {
        for (Py_ssize_t i = 0; i < ispy_list_count(lists[list]); i++) {
            (void)ispy_pointers_push(walk, stack, ispy_list_item(lists[list], i));
        }
    }
    if (kind != NODE_comprehension) {
        (void)ispy_pointers_push(walk, stack, ispy_node_get(walk, node, FIELD_target));
    }
    return true;
}

/* "..." % globals(), X + [1]. */
static bool reads_operand(ispy_walk *walk, PyObject *node, ispy_pointers *stack) {
    PyObject *left = ispy_node_get(walk, node, FIELD_left);
    PyObject *right = ispy_node_get(walk, node, FIELD_right);
    ispy_reach by_left = reach(walk, left);
    ispy_reach by_right = reach(walk, right);
    bool formats = by_right != REACH_NONE && ispy_node_kind(walk, left) == NODE_Constant;
    if (!formats && by_left != REACH_VALUE && by_right != REACH_VALUE) {
        return false;
    }
    if (by_left != REACH_VALUE) {
        (void)ispy_pointers_push(walk, stack, left);
    }
    if (by_right != REACH_VALUE && !formats) {
        (void)ispy_pointers_push(walk, stack, right);
    }
    return true;
}

bool ispy_reads_namespace(ispy_walk *walk, PyObject *node, node_kind kind, ispy_pointers *stack) {
    switch (kind) {
    case NODE_Attribute:
        return reads_attribute(walk, node);
    case NODE_Subscript:
        return reads_item(walk, node, stack);
    case NODE_Call:
        return runs_elsewhere(walk, node, stack) || reads_arguments(walk, node, stack);
    case NODE_Compare:
        return reads_compared(walk, node, stack);
    case NODE_For:
    case NODE_AsyncFor:
    case NODE_comprehension:
        return reads_iterated(walk, node, kind, stack);
    case NODE_BinOp:
        return reads_operand(walk, node, stack);
    case NODE_Starred:
    case NODE_FormattedValue:
        return reach(walk, ispy_node_get(walk, node, FIELD_value)) == REACH_VALUE;
    case NODE_UnaryOp:
        return reach(walk, ispy_node_get(walk, node, FIELD_operand)) == REACH_VALUE;
    default:
        return false;
    }
}
