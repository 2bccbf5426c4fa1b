/* Gathers once what the extractors look up all the time.
 * Must not know: what is extracted.
 */
#include "binding/ast_api.h"

#include <string.h>

enum { PARSE_ONLY = 0x400 }; /* ast.PyCF_ONLY_AST */

static const char *const node_names[NODE_KIND_COUNT] = {
    [NODE_NONE] = NULL,
#define NODE(name) [NODE_##name] = #name,
#include "binding/ast_kinds.def"
#undef NODE
};

static const char *const field_names[FIELD_COUNT] = {
#define FIELD(name) [FIELD_##name] = #name,
#include "binding/ast_fields.def"
#undef FIELD
};

static const char *const known_names[KNOWN_COUNT] = {
#define KNOWN(id, module, attribute, role) [KNOWN_##id] = attribute,
#include "binding/ast_known.def"
#undef KNOWN
};

static const char *const live_names[LIVE_NAME_COUNT] = {
#define NAME(id, text) [LIVE_##id] = text,
#include "binding/live_names.def"
#undef NAME
};

_Static_assert(NODE_KIND_COUNT * 2 < NODE_TABLE_SIZE, "the table of node types must stay half empty");

static void table_put(ispy_ast_api *api, PyObject *type, node_kind kind) {
    size_t slot = ((uintptr_t)type >> 4) & (NODE_TABLE_SIZE - 1);
    while (api->table[slot].type != NULL) {
        slot = (slot + 1) & (NODE_TABLE_SIZE - 1);
    }
    api->table[slot].type = type;
    api->table[slot].kind = kind;
}

static int load_types(ispy_ast_api *api) {
    PyObject *module = PyImport_ImportModule("_ast");
    if (module == NULL) {
        return -1;
    }
    int result = 0;
    for (int kind = 1; kind < NODE_KIND_COUNT && result == 0; kind++) {
        PyObject *type = PyObject_GetAttrString(module, node_names[kind]);
        if (type != NULL) {
            api->types[kind] = type;
            table_put(api, type, (node_kind)kind);
        } else if (PyErr_ExceptionMatches(PyExc_AttributeError)) {
            PyErr_Clear();
        } else {
            result = -1;
        }
    }
    Py_DECREF(module);
    return result;
}

static int intern_all(PyObject **out, const char *const *names, int count) {
    for (int i = 0; i < count; i++) {
        out[i] = PyUnicode_InternFromString(names[i]);
        if (out[i] == NULL) {
            return -1;
        }
    }
    return 0;
}

/* sys.NAME, owned; -1 when there is none. */
static int load_sys(PyObject **out, const char *name) {
    PyObject *value = PySys_GetObject(name); /* borrowed */
    if (value == NULL) {
        PyErr_Format(PyExc_RuntimeError, "importspy needs sys.%s", name);
        return -1;
    }
    Py_INCREF(value);
    *out = value;
    return 0;
}

static int load_version(ispy_ast_api *api) {
    PyObject *info = PySys_GetObject("version_info"); /* borrowed */
    if (info == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "importspy needs sys.version_info");
        return -1;
    }
    PyObject *list = PySequence_List(info);
    if (list == NULL) {
        return -1;
    }
    api->version_info = PyList_AsTuple(list);
    Py_DECREF(list);
    return api->version_info != NULL ? 0 : -1;
}

static int load_attribute(PyObject **out, const char *module_name, const char *name) {
    PyObject *module = PyImport_ImportModule(module_name);
    if (module == NULL) {
        return -1;
    }
    *out = PyObject_GetAttrString(module, name);
    Py_DECREF(module);
    return *out != NULL ? 0 : -1;
}

/* os.name without importing os, which the interpreter may have been told to do without (-S). */
static int load_os_name(ispy_ast_api *api) {
    PyObject *names = NULL;
    if (load_sys(&names, "builtin_module_names") < 0) {
        return -1;
    }
    PyObject *windows = PyUnicode_FromString("nt");
    int is_windows = windows != NULL ? PySequence_Contains(names, windows) : -1;
    Py_XDECREF(windows);
    Py_DECREF(names);
    if (is_windows < 0) {
        return -1;
    }
    api->os_name = PyUnicode_InternFromString(is_windows ? "nt" : "posix");
    return api->os_name != NULL ? 0 : -1;
}

static int load_place(ispy_ast_api *api) {
    if (load_version(api) < 0 || load_sys(&api->hexversion, "hexversion") < 0 ||
        load_sys(&api->platform, "platform") < 0 || load_sys(&api->byteorder, "byteorder") < 0 ||
        load_sys(&api->maxsize, "maxsize") < 0 || load_os_name(api) < 0) {
        return -1;
    }
    PyObject *implementation = PySys_GetObject("implementation"); /* borrowed */
    PyObject *flags = PySys_GetObject("flags");                   /* borrowed */
    if (implementation == NULL || flags == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "importspy needs sys.implementation and sys.flags");
        return -1;
    }
    api->implementation = PyObject_GetAttrString(implementation, "name");
    PyObject *optimize = PyObject_GetAttrString(flags, "optimize");
    if (api->implementation == NULL || optimize == NULL) {
        Py_XDECREF(optimize);
        return -1;
    }
    api->optimize = PyLong_AsLong(optimize);
    Py_DECREF(optimize);
    return api->optimize == -1 && PyErr_Occurred() ? -1 : 0;
}

/* The type of what `make` gives. */
static int take_type(PyObject **out, PyObject *instance) {
    if (instance == NULL) {
        return -1;
    }
    *out = (PyObject *)Py_TYPE(instance);
    Py_INCREF(*out);
    Py_DECREF(instance);
    return 0;
}

/* For looking at live objects. The import system's own functions are as good as any to learn their type from. */
static int load_live(ispy_ast_api *api) {
    PyObject *function = NULL;
    if (load_attribute(&function, "_frozen_importlib", "_find_and_load") < 0 ||
        take_type(&api->function_type, function) < 0 ||
        load_attribute(&api->static_method, "builtins", "staticmethod") < 0 ||
        load_attribute(&api->class_method, "builtins", "classmethod") < 0 ||
        take_type(&api->generic_alias, Py_GenericAlias((PyObject *)&PyList_Type, (PyObject *)&PyLong_Type)) < 0 ||
        take_type(&api->union_type, PyNumber_Or((PyObject *)&PyLong_Type, (PyObject *)&PyList_Type)) < 0) {
        return -1;
    }
    /* Only there, so that an import that cannot succeed is not tried. */
    if (PySys_GetObject("set_lazy_imports_filter") != NULL &&
        load_attribute(&api->lazy_import, "_types", "LazyImportType") < 0) {
        return -1;
    }
    PyObject *dict = PyObject_GetAttrString((PyObject *)&PyType_Type, "__dict__");
    if (dict == NULL) {
        return -1;
    }
    api->type_dict = PyMapping_GetItemString(dict, "__dict__");
    api->type_mro = PyMapping_GetItemString(dict, "__mro__");
    api->type_qualname = PyMapping_GetItemString(dict, "__qualname__");
    api->type_module = PyMapping_GetItemString(dict, "__module__");
    Py_DECREF(dict);
    bool all =
        api->type_dict != NULL && api->type_mro != NULL && api->type_qualname != NULL && api->type_module != NULL;
    return all ? 0 : -1;
}

int ispy_ast_api_init(ispy_ast_api *api, PyObject *module) {
    (void)module;
    memset(api, 0, sizeof *api);
    if (load_types(api) < 0 || intern_all(api->fields, field_names, FIELD_COUNT) < 0 ||
        intern_all(api->known, known_names, KNOWN_COUNT) < 0 ||
        intern_all(api->live, live_names, LIVE_NAME_COUNT) < 0 || load_place(api) < 0 || load_live(api) < 0) {
        return -1;
    }
    if (load_attribute(&api->compile, "builtins", "compile") < 0) {
        return -1;
    }
    api->kwnames = Py_BuildValue("{s:i,s:O}", "flags", PARSE_ONLY, "dont_inherit", Py_True);
    return api->kwnames != NULL ? 0 : -1;
}

/* The members that own something, in one place for traverse and clear. */
#define AST_API_OBJECTS(X)                                                                                             \
    X(compile)                                                                                                         \
    X(kwnames)                                                                                                         \
    X(version_info)                                                                                                    \
    X(hexversion)                                                                                                      \
    X(platform)                                                                                                        \
    X(byteorder)                                                                                                       \
    X(maxsize)                                                                                                         \
    X(implementation)                                                                                                  \
    X(os_name)                                                                                                         \
    X(function_type)                                                                                                   \
    X(static_method)                                                                                                   \
    X(class_method)                                                                                                    \
    X(generic_alias)                                                                                                   \
    X(union_type)                                                                                                      \
    X(lazy_import)                                                                                                     \
    X(type_dict)                                                                                                       \
    X(type_mro)                                                                                                        \
    X(type_qualname)                                                                                                   \
    X(type_module)

int ispy_ast_api_traverse(ispy_ast_api *api, visitproc visit, void *arg) {
    for (int i = 0; i < NODE_KIND_COUNT; i++) {
        Py_VISIT(api->types[i]);
    }
#define VISIT(name) Py_VISIT(api->name);
    AST_API_OBJECTS(VISIT)
#undef VISIT
    return 0;
}

void ispy_ast_api_clear(ispy_ast_api *api) {
    memset(api->table, 0, sizeof api->table);
    for (int i = 0; i < NODE_KIND_COUNT; i++) {
        Py_CLEAR(api->types[i]);
    }
    for (int i = 0; i < FIELD_COUNT; i++) {
        Py_CLEAR(api->fields[i]);
    }
    for (int i = 0; i < KNOWN_COUNT; i++) {
        Py_CLEAR(api->known[i]);
    }
    for (int i = 0; i < LIVE_NAME_COUNT; i++) {
        Py_CLEAR(api->live[i]);
    }
#define CLEAR(name) Py_CLEAR(api->name);
    AST_API_OBJECTS(CLEAR)
#undef CLEAR
}
