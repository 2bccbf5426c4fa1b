/* Setting up and taking down what one module object knows. Must not know: what any of it is used for. */
#include "binding/state.h"

#include "binding/audit_hook.h"
#include "binding/code_cache.h"
#include "binding/commands.h"
#include "binding/context_python.h"
#include "binding/installed.h"

#include <stddef.h>

static const struct {
    size_t offset;
    const char *text;
} names[] = {
#define ISPY_ROW(id, text) {offsetof(ispy_state, names.id), text},
    ISPY_STATE_NAMES(ISPY_ROW)
#undef ISPY_ROW
};

static int intern_names(ispy_state *state) {
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        PyObject *name = PyUnicode_InternFromString(names[i].text);
        if (name == NULL) {
            return -1;
        }
        *(PyObject **)((char *)state + names[i].offset) = name;
    }
    return 0;
}

/* module.attribute or class.attribute, new; with `optional`, NULL without an exception where there is none. */
static int get(PyObject **out, PyObject *from, const char *name, bool optional) {
    *out = from == NULL ? NULL : PyObject_GetAttrString(from, name);
    if (*out == NULL && optional && PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
        return 0;
    }
    return *out == NULL ? -1 : 0;
}

static int save_builtins(ispy_state *state) {
    PyObject *builtins = PyImport_ImportModule("builtins"); /* owned */
    PyObject *sys = PyImport_ImportModule("sys");           /* owned */
    PyObject *audit = PySys_GetObject("audit");             /* borrowed */
    int status = audit == NULL ? -1 : get(&state->exec_function, builtins, "exec", false);
    state->audit_function = audit == NULL ? NULL : Py_NewRef(audit);
    state->sys_namespace = sys == NULL ? NULL : Py_XNewRef(PyModule_GetDict(sys));
    Py_XDECREF(sys);
    state->os_module = PyImport_ImportModule("os");
    Py_XDECREF(builtins);
    return state->os_module == NULL || state->sys_namespace == NULL ? -1 : status;
}

/* importlib is asked through its frozen modules, which are always loaded: the package itself need not be. */
static int save_bootstrap(ispy_state *state) {
    PyObject *bootstrap = PyImport_ImportModule("_frozen_importlib"); /* owned */
    int status = -1;
    if (bootstrap != NULL && get(&state->frames_removed, bootstrap, "_call_with_frames_removed", false) == 0 &&
        get(&state->frames_removed_code, state->frames_removed, "__code__", false) == 0 &&
        get(&state->module_from_spec, bootstrap, "module_from_spec", false) == 0 &&
        get(&state->find_spec_legacy, bootstrap, "_find_spec_legacy", true) == 0 &&
        get(&state->load_module_shim, bootstrap, "_load_module_shim", true) == 0 &&
        get(&state->builtin_importer, bootstrap, "BuiltinImporter", false) == 0 &&
        get(&state->frozen_importer, bootstrap, "FrozenImporter", false) == 0) {
        status = 0;
    }
    Py_XDECREF(bootstrap);
    return status;
}

static int save_loaders(ispy_state *state) {
    PyObject *external = PyImport_ImportModule("_frozen_importlib_external"); /* owned */
    PyObject *source = NULL;                                                  /* borrowed */
    int status = -1;
    if (external == NULL || get(&state->source_loader, external, "SourceFileLoader", false) < 0 ||
        get(&state->spec_from_file, external, "spec_from_file_location", false) < 0 ||
        get(&state->namespace_loader, external, "NamespaceLoader", true) < 0) {
        goto done;
    }
    if (state->namespace_loader == NULL && get(&state->namespace_loader, external, "_NamespaceLoader", false) < 0) {
        goto done; /* its name in 3.10 */
    }
    source = state->source_loader;
    if (get(&state->sourceless_loader, external, "SourcelessFileLoader", false) == 0 &&
        get(&state->extension_loader, external, "ExtensionFileLoader", false) == 0 &&
        get(&state->file_finder, external, "FileFinder", false) == 0 &&
        get(&state->path_finder, external, "PathFinder", false) == 0 &&
        get(&state->stock_exec_module, source, "exec_module", false) == 0 &&
        get(&state->stock_source_to_code, source, "source_to_code", false) == 0 &&
        get(&state->stock_get_code, source, "get_code", false) == 0 &&
        get(&state->stock_create_module, source, "create_module", false) == 0 &&
        get(&state->stock_get_data, source, "get_data", false) == 0 &&
        get(&state->stock_get_filename, source, "get_filename", false) == 0) {
        status = 0;
    }
done:
    Py_XDECREF(external);
    return status;
}

static int save_zip_loader(ispy_state *state) {
    PyObject *zipimport = PyImport_ImportModule("zipimport"); /* owned */
    int status = -1;
    if (zipimport != NULL && get(&state->zip_importer, zipimport, "zipimporter", false) == 0 &&
        get(&state->zip_exec_module, state->zip_importer, "exec_module", false) == 0 &&
        get(&state->zip_get_code, state->zip_importer, "get_code", false) == 0) {
        status = 0;
    }
    Py_XDECREF(zipimport);
    return status;
}

/* What it takes to see code come to its end: the type, Python's own way to be told, the last instruction of a module.
 */
static int save_code(ispy_state *state) {
    PyObject *set_profile = PySys_GetObject("setprofile");                             /* borrowed */
    PyObject *get_profile = PySys_GetObject("getprofile");                             /* borrowed */
    PyObject *code = PyObject_CallFunction(state->ast.compile, "sss", "", "", "exec"); /* owned */
    PyObject *bytecode = NULL;                                                         /* owned */
    char *bytes = NULL;                                                                /* borrowed */
    Py_ssize_t size = 0;
    int status = -1;
    if (set_profile == NULL || get_profile == NULL || code == NULL || get(&bytecode, code, "co_code", false) < 0 ||
        PyBytes_AsStringAndSize(bytecode, &bytes, &size) < 0 || size < 2) {
        goto done;
    }
    state->set_profile = Py_NewRef(set_profile);
    state->get_profile = Py_NewRef(get_profile);
    state->code_type = Py_NewRef((PyObject *)Py_TYPE(code));
    state->return_opcode = (unsigned char)bytes[size - 2]; /* two bytes an instruction */
    status = 0;
done:
    Py_XDECREF(code);
    Py_XDECREF(bytecode);
    return status;
}

/* What the operator says is read once: code that is imported later cannot take it back. */
static int save_environment(ispy_state *state) {
    PyObject *variables = PyObject_GetAttr(state->os_module, state->names.environ); /* owned */
    if (variables != NULL) {
        state->environment_mode = PyObject_CallMethod(variables, "get", "s", "IMPORTSPY_MODE");
    }
    if (state->environment_mode != NULL) {
        state->environment_disable = PyObject_CallMethod(variables, "get", "s", "IMPORTSPY_DISABLE");
    }
    if (state->environment_disable != NULL) {
        state->environment_host = PyObject_CallMethod(variables, "get", "s", "IMPORTSPY_HOST");
    }
    Py_XDECREF(variables);
    return state->environment_host == NULL ? -1 : 0;
}

int ispy_state_init(ispy_state *state) {
    state->arena = ispy_arena_new();
    if (state->arena == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    if (intern_names(state) < 0 || save_builtins(state) < 0 || save_bootstrap(state) < 0 || save_loaders(state) < 0 ||
        save_zip_loader(state) < 0 || save_code(state) < 0 || save_environment(state) < 0 ||
        ispy_snapshot_take(state) < 0 || ispy_code_cache_init(state) < 0) {
        return -1;
    }
    state->module_attributes = Py_BuildValue("(sssssss)", "__name__", "__loader__", "__package__", "__spec__",
                                             "__path__", "__file__", "__cached__");
    state->records = PyDict_New();
    state->followed = PyDict_New();
    state->displacers = PyList_New(0);
    state->guards = PyTuple_New(0);
    state->direct_guards = PyTuple_New(0);
    state->expected_codes = PyDict_New();
    state->expected_paths = PyDict_New();
    state->watched_threads = PySet_New(NULL);
    return PyErr_Occurred() ? -1 : 0;
}

int ispy_state_traverse(ispy_state *state, visitproc visit, void *arg) {
#define ISPY_VISIT(name) Py_VISIT(state->name);
    ISPY_STATE_OBJECTS(ISPY_VISIT)
#undef ISPY_VISIT
    return ispy_ast_api_traverse(&state->ast, visit, arg);
}

void ispy_state_clear(ispy_state *state) {
    ispy_audit_hook_end(state);
#define ISPY_CLEAR(name) Py_CLEAR(state->name);
    ISPY_STATE_OBJECTS(ISPY_CLEAR)
#undef ISPY_CLEAR
#define ISPY_CLEAR(id, text) Py_CLEAR(state->names.id);
    ISPY_STATE_NAMES(ISPY_CLEAR)
#undef ISPY_CLEAR
    ispy_ast_api_clear(&state->ast);
    ispy_code_cache_free(state->cache);
    state->cache = NULL;
    ispy_installed_free(state->installed);
    state->installed = NULL;
    ispy_commands_free(state->commands);
    state->commands = NULL;
    ispy_arena_free(state->arena);
    state->arena = NULL;
}

/* On the heap: some stacks are moved about while code runs on them (greenlets). */
struct ispy_search {
    ispy_search *next;
    unsigned long thread;
    PyObject *name; /* borrowed */
};

/* Names are compared as they are: whoever asks all finders again hands on the very same string, or one like it. */
static bool is_same(PyObject *a, PyObject *b) {
    return a == b || (PyUnicode_Check(a) && PyUnicode_Check(b) && PyUnicode_Compare(a, b) == 0);
}

int ispy_search_enter(ispy_state *state, PyObject *name, ispy_search **search) {
    unsigned long thread = PyThread_get_thread_ident();
    for (const ispy_search *other = state->searches; other != NULL; other = other->next) {
        if (other->thread == thread && is_same(other->name, name)) {
            return 0;
        }
    }
    *search = PyMem_Malloc(sizeof **search);
    if (*search == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    **search = (ispy_search){state->searches, thread, name};
    state->searches = *search;
    return 1;
}

void ispy_search_leave(ispy_state *state, ispy_search *search) {
    for (ispy_search **at = &state->searches; *at != NULL; at = &(*at)->next) {
        if (*at == search) {
            *at = search->next;
            PyMem_Free(search);
            return;
        }
    }
}
