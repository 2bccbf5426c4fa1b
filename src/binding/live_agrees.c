/* A running module against the structure of its source. Asked for where a module is about to be denied because of that
 * source: so whatever differs, or cannot be compared, counts as not agreeing. Must not know: contracts. */
#include "binding/live_agrees.h"

#include "binding/convert.h"
#include "binding/object_literal.h"

#include <string.h>

static int agree_on_class(PyObject *type, const ispy_class *klass);

static bool is_dunder(ispy_str name) {
    return name.length > 4 && memcmp(name.data, "__", 2) == 0 && memcmp(name.data + name.length - 2, "__", 2) == 0;
}

/* The attribute of a type, a function, a code object; new, or NULL without an exception. */
static PyObject *attribute(PyObject *object, const char *name) {
    PyObject *value = PyObject_GetAttrString(object, name);
    PyErr_Clear();
    return value;
}

static long number(PyObject *object, const char *name) {
    PyObject *value = attribute(object, name); /* owned */
    long result = value == NULL ? -1 : PyLong_AsLong(value);
    PyErr_Clear();
    Py_XDECREF(value);
    return result;
}

/* The plain function inside a static or class method, or itself; new. NULL: it is none. */
static PyObject *plain_function(PyObject *object) {
    PyObject *name = attribute((PyObject *)Py_TYPE(object), "__name__"); /* owned */
    PyObject *plain = NULL;
    if (name == NULL || !PyUnicode_Check(name)) {
        plain = NULL;
    } else if (PyUnicode_CompareWithASCIIString(name, "function") == 0) {
        plain = Py_NewRef(object);
    } else if (PyUnicode_CompareWithASCIIString(name, "staticmethod") == 0 ||
               PyUnicode_CompareWithASCIIString(name, "classmethod") == 0) {
        plain = attribute(object, "__func__");
    }
    Py_XDECREF(name);
    return plain;
}

/* Parameters by number, kind and name. */
static int agree_on_parameters(PyObject *code, const ispy_function *function) {
    enum { VARARGS = 4, VARKEYWORDS = 8 };            /* of co_flags */
    PyObject *names = attribute(code, "co_varnames"); /* owned */
    long positional = number(code, "co_argcount");
    long flags = number(code, "co_flags");
    long wanted[ISPY_VAR_KEYWORD + 1] = {0};
    for (uint32_t i = 0; i < function->parameter_count; i++) {
        wanted[function->parameters[i].kind]++;
    }
    bool same = names != NULL && PyTuple_Check(names) &&
                positional == wanted[ISPY_POSITIONAL_ONLY] + wanted[ISPY_POSITIONAL_OR_KEYWORD] &&
                number(code, "co_kwonlyargcount") == wanted[ISPY_KEYWORD_ONLY] &&
                ((flags & VARARGS) != 0) == (wanted[ISPY_VAR_POSITIONAL] > 0) &&
                ((flags & VARKEYWORDS) != 0) == (wanted[ISPY_VAR_KEYWORD] > 0);
    for (uint32_t i = 0; same && (long)i < positional; i++) {
        ispy_str name;
        PyObject *item = PyTuple_GetItem(names, (Py_ssize_t)i); /* borrowed */
        same = item != NULL && ispy_str_borrow(&name, item) && ispy_str_equal(name, function->parameters[i].name);
    }
    PyErr_Clear();
    Py_XDECREF(names);
    return same ? 1 : 0;
}

static int agree_on_function(PyObject *object, const ispy_function *function) {
    if (function->unknown != ISPY_REASON_NONE || function->method_kind == ISPY_METHOD_PROPERTY) {
        return 1; /* the source says nothing for sure */
    }
    PyObject *plain = plain_function(object);                             /* owned */
    PyObject *code = plain == NULL ? NULL : attribute(plain, "__code__"); /* owned */
    int agrees = code == NULL ? 0 : agree_on_parameters(code, function);
    Py_XDECREF(plain);
    Py_XDECREF(code);
    return agrees;
}

static bool is_same_literal(const ispy_literal *a, const ispy_literal *b) {
    bool same = a->kind == b->kind && a->kind != ISPY_LITERAL_DYNAMIC && a->count == b->count;
    if (same && a->items == NULL) {
        same = (a->text.data == NULL && b->text.data == NULL) || ispy_str_equal(a->text, b->text);
    }
    for (uint32_t i = 0; same && i < a->count; i++) {
        same = is_same_literal(&a->items[i], &b->items[i]);
    }
    return same;
}

static int agree_on_value(PyObject *object, const ispy_literal *wanted) {
    enum { DEPTH = 8, ITEMS = 1000 };
    uint32_t budget = ITEMS;
    ispy_literal found = {.kind = ISPY_LITERAL_DYNAMIC};
    if (wanted == NULL || wanted->kind == ISPY_LITERAL_DYNAMIC) {
        return 1;
    }
    ispy_arena *arena = ispy_arena_new();
    if (arena == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    int status = ispy_literal_from_object(&found, arena, object, DEPTH, &budget);
    int agrees = status < 0 ? -1 : is_same_literal(wanted, &found);
    ispy_arena_free(arena);
    return agrees;
}

static int agree_on(PyObject *object, const ispy_definition *definition) {
    switch (definition->kind) {
    case ISPY_DEFINES_CLASS:
        return PyType_Check(object) ? agree_on_class(object, definition->as.klass) : 0;
    case ISPY_DEFINES_FUNCTION:
        return agree_on_function(object, definition->as.function);
    case ISPY_DEFINES_VARIABLE:
        return agree_on_value(object, definition->as.variable->value);
    case ISPY_DEFINES_IMPORT:
    case ISPY_DEFINES_UNKNOWN:
        break;
    }
    return 1;
}

static bool is_bare(const ispy_definition *definition) {
    return definition->kind == ISPY_DEFINES_VARIABLE && definition->as.variable->value == NULL;
}

/* Each name that the source certainly binds is there, and is what it says. */
static int agree_on_bindings(PyObject *namespace, const ispy_scope *scope) {
    int agrees = 1;
    for (uint32_t i = 0; i < scope->count && agrees == 1; i++) {
        const ispy_binding *binding = &scope->bindings[i];
        if (binding->count != 1 || binding->may_be_absent || is_bare(binding->candidates[0]) ||
            is_dunder(binding->name)) {
            continue;
        }
        PyObject *name = ispy_unicode_from_str(binding->name);                             /* owned */
        PyObject *object = name == NULL ? NULL : PyDict_GetItemWithError(namespace, name); /* owned */
        Py_XINCREF(object);
        agrees = PyErr_Occurred() != NULL ? -1 : object == NULL ? 0 : agree_on(object, binding->candidates[0]);
        Py_XDECREF(object);
        Py_XDECREF(name);
    }
    return agrees;
}

/* No other name is there, but for submodules and what abc keeps. */
static bool has_no_others(PyObject *namespace, const ispy_scope *scope) {
    PyObject *key = NULL, *value = NULL; /* borrowed */
    Py_ssize_t position = 0;
    while (PyDict_Next(namespace, &position, &key, &value)) {
        ispy_str name;
        bool is_known = !ispy_str_borrow(&name, key) || is_dunder(name) || ispy_scope_find(scope, name) != NULL;
        if (!is_known && !PyModule_Check(value) && strncmp(name.data, "_abc_", 5) != 0) {
            return false;
        }
    }
    return true;
}

static int agree_on_scope(PyObject *namespace, const ispy_scope *scope) {
    int agrees = agree_on_bindings(namespace, scope);
    if (agrees == 1 && scope->open == ISPY_REASON_NONE) {
        agrees = has_no_others(namespace, scope) ? 1 : 0;
    }
    return agrees;
}

static int agree_on_class(PyObject *type, const ispy_class *klass) {
    if (klass->is_remade) {
        return 1;
    }
    PyObject *proxy = attribute(type, "__dict__");             /* owned */
    PyObject *bases = attribute(type, "__bases__");            /* owned */
    PyObject *namespace = proxy == NULL ? NULL : PyDict_New(); /* owned */
    int agrees = 0;
    if (namespace != NULL && bases != NULL && PyTuple_Check(bases) && PyDict_Update(namespace, proxy) == 0) {
        Py_ssize_t stated = (Py_ssize_t)klass->base_count;
        bool same = klass->has_type_parameters || PyTuple_Size(bases) == (stated == 0 ? 1 : stated);
        agrees = same ? agree_on_scope(namespace, &klass->members) : 0;
    }
    Py_XDECREF(proxy);
    Py_XDECREF(bases);
    Py_XDECREF(namespace);
    return PyErr_Occurred() != NULL ? -1 : agrees;
}

int ispy_live_agrees(PyObject *live, const ispy_module *source) {
    PyObject *namespace = PyModule_Check(live) ? PyModule_GetDict(live) : NULL; /* borrowed */
    PyObject *copy = namespace == NULL ? NULL : PyDict_Copy(namespace);         /* owned */
    int agrees = copy == NULL ? 0 : agree_on_scope(copy, &source->scope);
    Py_XDECREF(copy);
    return PyErr_Occurred() != NULL ? -1 : agrees;
}
