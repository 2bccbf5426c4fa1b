/* Conditions that are decided before the module runs: by constants, and by the place where it is going to run.
 * Three-valued: whatever else a condition asks leaves it undecided. Must not know: what hangs on the answer. */
#include "binding/ast_walk.h"

enum { MAX_FOLDED_TEXT = 4096 };

static PyObject *evaluate(ispy_walk *walk, PyObject *node, int depth);
static ispy_decision decide_compare(ispy_walk *walk, PyObject *node, int depth);

/* An operation failed or was not defined: the value is not known. Only memory is a failure of ours. */
static PyObject *unknown(ispy_walk *walk) {
    if (PyErr_Occurred()) {
        if (PyErr_ExceptionMatches(PyExc_MemoryError) || !PyErr_ExceptionMatches(PyExc_Exception)) {
            ispy_walk_fail(walk);
        } else {
            PyErr_Clear();
        }
    }
    return NULL;
}

static PyObject *owned(PyObject *object) {
    Py_XINCREF(object);
    return object;
}

/* ---- Facts of the place ---- */

static PyObject *fact(const ispy_walk *walk, known_id id) {
    switch (id) {
    case KNOWN_SYS_VERSION_INFO:
        return owned(walk->api->version_info);
    case KNOWN_SYS_PLATFORM:
        return owned(walk->api->platform);
    case KNOWN_OS_NAME:
        return owned(walk->api->os_name);
    case KNOWN_SYS_HEXVERSION:
        return owned(walk->api->hexversion);
    case KNOWN_SYS_BYTEORDER:
        return owned(walk->api->byteorder);
    case KNOWN_SYS_MAXSIZE:
        return owned(walk->api->maxsize);
    default:
        return NULL;
    }
}

/* sys.version_info.major and its like; sys.implementation.name. */
static PyObject *fact_attribute(ispy_walk *walk, PyObject *node) {
    static const char *const parts[] = {"major", "minor", "micro", "releaselevel", "serial"};
    known_id base = ispy_walk_known(walk, ispy_node_get(walk, node, FIELD_value));
    PyObject *attribute = ispy_node_get(walk, node, FIELD_attr);
    if (base == KNOWN_SYS_IMPLEMENTATION && ispy_is_text(attribute, "name")) {
        return owned(walk->api->implementation);
    }
    if (base == KNOWN_SYS_VERSION_INFO) {
        for (Py_ssize_t i = 0; i < 5; i++) {
            if (ispy_is_text(attribute, parts[i]) && i < PyTuple_Size(walk->api->version_info)) {
                return owned(PyTuple_GetItem(walk->api->version_info, i));
            }
        }
    }
    return NULL;
}

/* ---- Values ---- */

static PyObject *evaluate_name(ispy_walk *walk, PyObject *node) {
    PyObject *identifier = ispy_node_get(walk, node, FIELD_id);
    PyObject *value = fact(walk, ispy_walk_known(walk, node));
    if (value != NULL) {
        return value;
    }
    if (ispy_is_text(identifier, "__debug__")) {
        return owned(walk->api->optimize > 0 ? Py_False : Py_True);
    }
    const ispy_name *name = ispy_walk_name(walk, identifier);
    if (ispy_is_text(identifier, "__name__") && name != NULL && name->state == NAME_UNBOUND) {
        return owned(walk->module_name);
    }
    const ispy_definition *definition = ispy_find_certain(walk, identifier);
    const ispy_literal *literal =
        definition != NULL && definition->kind == ISPY_DEFINES_VARIABLE ? definition->as.variable->value : NULL;
    if (literal == NULL) {
        return NULL;
    }
    switch (literal->kind) {
    case ISPY_LITERAL_NONE:
        return owned(Py_None);
    case ISPY_LITERAL_BOOL:
        return owned(literal->text.length == 4 ? Py_True : Py_False);
    case ISPY_LITERAL_INT:
        value = literal->text.length < 20 ? PyLong_FromString(literal->text.data, NULL, 10) : NULL;
        break;
    case ISPY_LITERAL_STR:
        value = PyUnicode_FromStringAndSize(literal->text.data, (Py_ssize_t)literal->text.length);
        break;
    default:
        break;
    }
    return value != NULL ? value : unknown(walk);
}

static PyObject *evaluate_tuple(ispy_walk *walk, PyObject *node, int depth) {
    PyObject *elements = ispy_node_get(walk, node, FIELD_elts);
    Py_ssize_t count = ispy_list_count(elements);
    PyObject *list = count <= 64 ? PyList_New(0) : NULL;
    for (Py_ssize_t i = 0; i < count && list != NULL; i++) {
        PyObject *item = evaluate(walk, ispy_list_item(elements, i), depth + 1);
        if (item == NULL || PyList_Append(list, item) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(item);
    }
    PyObject *tuple = list != NULL ? PyList_AsTuple(list) : NULL;
    Py_XDECREF(list);
    return tuple != NULL ? tuple : unknown(walk);
}

/* None for a bound that is left out; NULL where it is not known. */
static PyObject *evaluate_bound(ispy_walk *walk, PyObject *node, int depth) {
    return node == Py_None ? owned(Py_None) : evaluate(walk, node, depth + 1);
}

static PyObject *evaluate_index(ispy_walk *walk, PyObject *node, int depth) {
    if (ispy_node_kind(walk, node) != NODE_Slice) {
        return evaluate(walk, node, depth + 1);
    }
    PyObject *lower = evaluate_bound(walk, ispy_node_get(walk, node, FIELD_lower), depth);
    PyObject *upper = evaluate_bound(walk, ispy_node_get(walk, node, FIELD_upper), depth);
    PyObject *step = evaluate_bound(walk, ispy_node_get(walk, node, FIELD_step), depth);
    PyObject *slice = lower != NULL && upper != NULL && step != NULL ? PySlice_New(lower, upper, step) : NULL;
    Py_XDECREF(lower);
    Py_XDECREF(upper);
    Py_XDECREF(step);
    return slice;
}

static PyObject *evaluate_subscript(ispy_walk *walk, PyObject *node, int depth) {
    PyObject *value = evaluate(walk, ispy_node_get(walk, node, FIELD_value), depth + 1);
    if (value == NULL) {
        return NULL;
    }
    PyObject *index = evaluate_index(walk, ispy_node_get(walk, node, FIELD_slice), depth);
    PyObject *result = NULL;
    if (index != NULL && (PyTuple_CheckExact(value) || PyUnicode_CheckExact(value))) {
        result = PyObject_GetItem(value, index);
    }
    Py_XDECREF(index);
    Py_DECREF(value);
    return result != NULL ? result : unknown(walk);
}

static bool is_number(PyObject *object) {
    return PyLong_CheckExact(object) || PyFloat_CheckExact(object);
}

static bool is_short(PyObject *object) {
    if (PyUnicode_CheckExact(object)) {
        return PyUnicode_GetLength(object) <= MAX_FOLDED_TEXT;
    }
    if (PyBytes_CheckExact(object)) {
        return PyBytes_Size(object) <= MAX_FOLDED_TEXT;
    }
    if (PyTuple_CheckExact(object)) {
        return PyTuple_Size(object) <= MAX_FOLDED_TEXT;
    }
    return false;
}

/* Small ints and all floats: products of large ints grow without end. */
static bool is_small(PyObject *object) {
    int overflow = 0;
    if (PyLong_CheckExact(object)) {
        (void)PyLong_AsLongLongAndOverflow(object, &overflow);
    }
    return overflow == 0;
}

static PyObject *operate(node_kind operation, PyObject *left, PyObject *right) {
    bool numbers = is_number(left) && is_number(right) && is_small(left) && is_small(right);
    switch (operation) {
    case NODE_Add:
        if (numbers || (Py_TYPE(left) == Py_TYPE(right) && is_short(left) && is_short(right))) {
            return PyNumber_Add(left, right);
        }
        return NULL;
    case NODE_Sub:
        return numbers ? PyNumber_Subtract(left, right) : NULL;
    case NODE_Mult:
        return numbers ? PyNumber_Multiply(left, right) : NULL;
    default:
        return NULL;
    }
}

static PyObject *evaluate_binary(ispy_walk *walk, PyObject *node, int depth) {
    PyObject *left = evaluate(walk, ispy_node_get(walk, node, FIELD_left), depth + 1);
    PyObject *right = left != NULL ? evaluate(walk, ispy_node_get(walk, node, FIELD_right), depth + 1) : NULL;
    PyObject *result = NULL;
    if (right != NULL) {
        result = operate(ispy_node_kind(walk, ispy_node_get(walk, node, FIELD_op)), left, right);
    }
    Py_XDECREF(left);
    Py_XDECREF(right);
    return result != NULL ? result : unknown(walk);
}

static PyObject *from_decision(ispy_decision decision) {
    return decision == UNDECIDED ? NULL : owned(decision == DECIDED_TRUE ? Py_True : Py_False);
}

static PyObject *evaluate_unary(ispy_walk *walk, PyObject *node, int depth) {
    node_kind operation = ispy_node_kind(walk, ispy_node_get(walk, node, FIELD_op));
    PyObject *operand = ispy_node_get(walk, node, FIELD_operand);
    PyObject *value = evaluate(walk, operand, depth + 1);
    if (value == NULL) {
        return NULL;
    }
    PyObject *result = NULL;
    bool countable = is_number(value) || PyComplex_CheckExact(value);
    if (operation == NODE_Not) {
        int truth = PyObject_IsTrue(value);
        result = truth >= 0 ? owned(truth ? Py_False : Py_True) : NULL;
    } else if (operation == NODE_USub && countable) {
        result = PyNumber_Negative(value);
    } else if (operation == NODE_UAdd && countable) {
        result = PyNumber_Positive(value);
    } else if (operation == NODE_Invert && PyLong_CheckExact(value)) {
        result = PyNumber_Invert(value);
    }
    Py_DECREF(value);
    return result != NULL ? result : unknown(walk);
}

/* sys.platform.startswith("win") and its like. */
static PyObject *evaluate_call(ispy_walk *walk, PyObject *node, int depth) {
    PyObject *function = ispy_node_get(walk, node, FIELD_func);
    PyObject *arguments = ispy_node_get(walk, node, FIELD_args);
    if (ispy_node_kind(walk, function) != NODE_Attribute || ispy_list_count(arguments) > 1 ||
        ispy_list_count(ispy_node_get(walk, node, FIELD_keywords)) > 0) {
        return NULL;
    }
    PyObject *method = ispy_node_get(walk, function, FIELD_attr);
    bool asks =
        ispy_list_count(arguments) == 1 && (ispy_is_text(method, "startswith") || ispy_is_text(method, "endswith"));
    if (!asks && !(ispy_list_count(arguments) == 0 && ispy_is_text(method, "lower"))) {
        return NULL;
    }
    PyObject *value = evaluate(walk, ispy_node_get(walk, function, FIELD_value), depth + 1);
    PyObject *argument = asks ? evaluate(walk, ispy_list_item(arguments, 0), depth + 1) : NULL;
    PyObject *result = NULL;
    if (value != NULL && PyUnicode_CheckExact(value) && (argument != NULL || !asks)) {
        result = PyObject_CallMethodObjArgs(value, method, argument, NULL);
    }
    Py_XDECREF(value);
    Py_XDECREF(argument);
    return result != NULL ? result : unknown(walk);
}

static PyObject *evaluate(ispy_walk *walk, PyObject *node, int depth) {
    if (walk->failed || depth >= MAX_EXPRESSION_DEPTH) {
        return NULL;
    }
    switch (ispy_node_kind(walk, node)) {
    case NODE_Constant:
        return owned(ispy_node_get(walk, node, FIELD_value));
    case NODE_Name:
        return evaluate_name(walk, node);
    case NODE_Attribute: {
        PyObject *value = fact(walk, ispy_walk_known(walk, node));
        return value != NULL ? value : fact_attribute(walk, node);
    }
    case NODE_Tuple:
        return evaluate_tuple(walk, node, depth);
    case NODE_Subscript:
        return evaluate_subscript(walk, node, depth);
    case NODE_BinOp:
        return evaluate_binary(walk, node, depth);
    case NODE_UnaryOp:
        return evaluate_unary(walk, node, depth);
    case NODE_Call:
        return evaluate_call(walk, node, depth);
    case NODE_Compare:
        return from_decision(decide_compare(walk, node, depth));
    default:
        return NULL;
    }
}

PyObject *ispy_evaluate(ispy_walk *walk, PyObject *node, int depth) {
    return evaluate(walk, node, depth);
}

PyObject *ispy_evaluate_binary(ispy_walk *walk, PyObject *left_node, node_kind operation, PyObject *right_node) {
    PyObject *left = evaluate(walk, left_node, 0);
    PyObject *right = left != NULL ? evaluate(walk, right_node, 0) : NULL;
    PyObject *result = right != NULL ? operate(operation, left, right) : NULL;
    Py_XDECREF(left);
    Py_XDECREF(right);
    return result != NULL ? result : unknown(walk);
}

/* ---- Conditions ---- */

static ispy_decision decide(ispy_walk *walk, PyObject *test, bool *type_checking, int depth);

static ispy_decision negate(ispy_decision decision) {
    return decision == UNDECIDED ? UNDECIDED : decision == DECIDED_TRUE ? DECIDED_FALSE : DECIDED_TRUE;
}

/* `and` is FALSE as soon as one is, `or` TRUE. */
static ispy_decision decide_all(ispy_walk *walk, PyObject *node, bool *type_checking, int depth) {
    bool is_and = ispy_node_kind(walk, ispy_node_get(walk, node, FIELD_op)) == NODE_And;
    ispy_decision ends_at = is_and ? DECIDED_FALSE : DECIDED_TRUE;
    ispy_decision all = is_and ? DECIDED_TRUE : DECIDED_FALSE;
    PyObject *values = ispy_node_get(walk, node, FIELD_values);
    for (Py_ssize_t i = 0; i < ispy_list_count(values); i++) {
        ispy_decision one = decide(walk, ispy_list_item(values, i), type_checking, depth + 1);
        if (one == ends_at) {
            return one;
        }
        if (one == UNDECIDED) {
            all = UNDECIDED;
        }
    }
    return all;
}

static ispy_decision truth(ispy_walk *walk, PyObject *value) {
    int result = PyObject_IsTrue(value);
    if (result < 0) {
        (void)unknown(walk);
        return UNDECIDED;
    }
    return result ? DECIDED_TRUE : DECIDED_FALSE;
}

static ispy_decision compare_rich(ispy_walk *walk, PyObject *left, PyObject *right, int operation) {
    int result = PyObject_RichCompareBool(left, right, operation);
    if (result < 0) {
        (void)unknown(walk);
        return UNDECIDED;
    }
    return result ? DECIDED_TRUE : DECIDED_FALSE;
}

static ispy_decision compare(ispy_walk *walk, PyObject *left, node_kind operation, PyObject *right) {
    switch (operation) {
    case NODE_Eq:
        return compare_rich(walk, left, right, Py_EQ);
    case NODE_NotEq:
        return compare_rich(walk, left, right, Py_NE);
    case NODE_Lt:
        return compare_rich(walk, left, right, Py_LT);
    case NODE_LtE:
        return compare_rich(walk, left, right, Py_LE);
    case NODE_Gt:
        return compare_rich(walk, left, right, Py_GT);
    case NODE_GtE:
        return compare_rich(walk, left, right, Py_GE);
    case NODE_In:
    case NODE_NotIn: {
        int found = PySequence_Contains(right, left);
        if (found < 0) {
            (void)unknown(walk);
            return UNDECIDED;
        }
        return (found != 0) == (operation == NODE_In) ? DECIDED_TRUE : DECIDED_FALSE;
    }
    case NODE_Is:
    case NODE_IsNot:
        if (left == Py_None || right == Py_None || PyBool_Check(left) || PyBool_Check(right)) {
            return (left == right) == (operation == NODE_Is) ? DECIDED_TRUE : DECIDED_FALSE;
        }
        return UNDECIDED;
    default:
        return UNDECIDED;
    }
}

/* A list or set of constants serves as a tuple where it is only looked into: sys.platform in ["linux", "darwin"]. */
static PyObject *evaluate_operand(ispy_walk *walk, PyObject *node, node_kind operation, int depth) {
    node_kind kind = ispy_node_kind(walk, node);
    bool looked_into = operation == NODE_In || operation == NODE_NotIn;
    if (looked_into && (kind == NODE_List || kind == NODE_Set)) {
        return evaluate_tuple(walk, node, depth);
    }
    return evaluate(walk, node, depth);
}

/* __name__ is "__main__" only in a script; whoever imports the module sees another name. */
static ispy_decision decide_main(ispy_walk *walk, PyObject *left, node_kind operation, PyObject *right) {
    PyObject *sides[2] = {left, right};
    bool is_name = false;
    bool is_main = false;
    for (int i = 0; i < 2; i++) {
        node_kind kind = ispy_node_kind(walk, sides[i]);
        is_name = is_name || (kind == NODE_Name && ispy_is_text(ispy_node_get(walk, sides[i], FIELD_id), "__name__"));
        is_main =
            is_main || (kind == NODE_Constant && ispy_is_text(ispy_node_get(walk, sides[i], FIELD_value), "__main__"));
    }
    if (!is_name || !is_main || walk->module_name != NULL) {
        return UNDECIDED;
    }
    return operation == NODE_Eq ? DECIDED_FALSE : operation == NODE_NotEq ? DECIDED_TRUE : UNDECIDED;
}

static ispy_decision decide_compare(ispy_walk *walk, PyObject *node, int depth) {
    PyObject *operations = ispy_node_get(walk, node, FIELD_ops);
    PyObject *comparators = ispy_node_get(walk, node, FIELD_comparators);
    PyObject *left_node = ispy_node_get(walk, node, FIELD_left);
    Py_ssize_t count = ispy_list_count(operations);
    if (count == 1) {
        node_kind operation = ispy_node_kind(walk, ispy_list_item(operations, 0));
        ispy_decision decision = decide_main(walk, left_node, operation, ispy_list_item(comparators, 0));
        if (decision != UNDECIDED) {
            return decision;
        }
    }
    PyObject *left = evaluate(walk, left_node, depth + 1);
    ispy_decision all = left != NULL ? DECIDED_TRUE : UNDECIDED;
    for (Py_ssize_t i = 0; i < count && all == DECIDED_TRUE; i++) {
        node_kind operation = ispy_node_kind(walk, ispy_list_item(operations, i));
        PyObject *right = evaluate_operand(walk, ispy_list_item(comparators, i), operation, depth + 1);
        all = right != NULL ? compare(walk, left, operation, right) : UNDECIDED;
        Py_DECREF(left);
        left = right;
    }
    Py_XDECREF(left);
    return all;
}

static ispy_decision decide(ispy_walk *walk, PyObject *test, bool *type_checking, int depth) {
    if (walk->failed || depth >= MAX_EXPRESSION_DEPTH) {
        return UNDECIDED;
    }
    node_kind kind = ispy_node_kind(walk, test);
    if (kind == NODE_BoolOp) {
        return decide_all(walk, test, type_checking, depth);
    }
    if (kind == NODE_Compare) {
        return decide_compare(walk, test, depth);
    }
    if (kind == NODE_NamedExpr) {
        return decide(walk, ispy_node_get(walk, test, FIELD_value), type_checking, depth + 1);
    }
    if (kind == NODE_UnaryOp && ispy_node_kind(walk, ispy_node_get(walk, test, FIELD_op)) == NODE_Not) {
        return negate(decide(walk, ispy_node_get(walk, test, FIELD_operand), type_checking, depth + 1));
    }
    bool is_checking = ispy_walk_known(walk, test) == KNOWN_TYPING_TYPE_CHECKING;
    if (kind == NODE_Name && ispy_is_text(ispy_node_get(walk, test, FIELD_id), "TYPE_CHECKING")) {
        *type_checking = true; /* also one that the module sets to False itself, which is decided by its value */
    }
    if (is_checking) {
        *type_checking = true;
        return DECIDED_FALSE;
    }
    PyObject *value = evaluate(walk, test, depth);
    ispy_decision decision = value != NULL ? truth(walk, value) : UNDECIDED;
    Py_XDECREF(value);
    return decision;
}

ispy_decision ispy_decide(ispy_walk *walk, PyObject *test, bool *type_checking) {
    bool unused = false;
    return decide(walk, test, type_checking != NULL ? type_checking : &unused, 0);
}
