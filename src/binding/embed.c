/* The C API for programs that embed CPython: <importspy/embed.h>. It asks the module for all that it does, as Python
 * code would. Must not know: the module's state.
 *
 * `importspy._core` is the name of a submodule. sys.builtin_module_names may hold it, but BuiltinImporter of 3.10 looks
 * for no submodules, and the package around it need not be installed: so the module is loaded here, by its spec.
 */
#include "binding/convert.h"

#include <importspy/embed.h>

#include <string.h>

#define MODULE_NAME "importspy._core"

PyMODINIT_FUNC PyInit__core(void);

int importspy_embed_register(void) {
    return Py_IsInitialized() ? -1 : PyImport_AppendInittab(MODULE_NAME, PyInit__core);
}

/* Loads the built-in module, new; as importlib does it, so that it is in sys.modules, with spec and loader. */
static PyObject *load_builtin(void) {
    PyObject *module = NULL;
    PyObject *spec = NULL;                                                                                /* owned */
    PyObject *bootstrap = PyImport_ImportModule("_frozen_importlib");                                     /* owned */
    PyObject *importer = bootstrap == NULL ? NULL : PyObject_GetAttrString(bootstrap, "BuiltinImporter"); /* owned */
    if (importer != NULL) {
        spec = PyObject_CallMethod(importer, "find_spec", "s", MODULE_NAME); /* without a path 3.10 finds it as well */
    }
    if (spec != NULL) {
        module = PyObject_CallMethod(bootstrap, "_load", "O", spec);
    }
    Py_XDECREF(spec);
    Py_XDECREF(bootstrap);
    Py_XDECREF(importer);
    return module;
}

PyObject *importspy_embed_module(void) {
    PyObject *name = PyUnicode_FromString(MODULE_NAME); /* owned */
    PyObject *module = NULL;
    PyObject *builtin = PySys_GetObject("builtin_module_names"); /* borrowed */
    int registered = name == NULL || builtin == NULL ? -1 : PySequence_Contains(builtin, name);
    if (registered >= 0) {
        module = PyImport_GetModule(name); /* perhaps the package's own extension, loaded by a .pth file */
    }
    if (module == NULL && registered > 0 && !PyErr_Occurred()) {
        module = load_builtin();
    }
    if (module == NULL && !PyErr_Occurred()) {
        PyErr_SetString(PyExc_ImportError, "importspy_embed_register() has to be called before Py_Initialize()");
    }
    Py_XDECREF(name);
    return module;
}

/* --- install ---------------------------------------------------------------------------------------------------------
 */

static PyObject *make_paths(const char *const *paths, size_t count) {
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list != NULL && i < count; i++) {
        PyObject *path = PyUnicode_DecodeFSDefault(paths[i]); /* owned */
        if (path == NULL || PyList_Append(list, path) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(path);
    }
    return list;
}

static PyObject *make_host(const importspy_embed_options *options) {
    PyObject *host = PyDict_New();
    for (size_t i = 0; host != NULL && i < options->host_count; i++) {
        PyObject *version = PyUnicode_FromString(options->host[i].version); /* owned */
        if (version == NULL || PyDict_SetItemString(host, options->host[i].name, version) < 0) {
            Py_CLEAR(host);
        }
        Py_XDECREF(version);
    }
    return host;
}

/* Keyword arguments for install(); what is not stated is not passed. */
static PyObject *make_keywords(const importspy_embed_options *options) {
    PyObject *keywords = PyDict_New();
    const struct {
        const char *name;
        PyObject *value; /* owned; NULL: not stated, or an exception */
    } given[] = {
        {"mode", options->mode == NULL ? NULL : PyUnicode_FromString(options->mode)},
        {"unprovable", options->unprovable == NULL ? NULL : PyUnicode_FromString(options->unprovable)},
        {"host", options->host_count == 0 ? NULL : make_host(options)},
    };
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
        if (keywords != NULL && given[i].value != NULL &&
            PyDict_SetItemString(keywords, given[i].name, given[i].value) < 0) {
            Py_CLEAR(keywords);
        }
        Py_XDECREF(given[i].value);
    }
    if (PyErr_Occurred()) {
        Py_CLEAR(keywords);
    }
    return keywords;
}

static int install(const char *const *paths, size_t count, const importspy_embed_options *options) {
    PyObject *guard = NULL;                                                                 /* owned */
    PyObject *keywords = NULL;                                                              /* owned */
    PyObject *arguments = NULL;                                                             /* owned */
    PyObject *module = importspy_embed_module();                                            /* owned */
    PyObject *function = module == NULL ? NULL : PyObject_GetAttrString(module, "install"); /* owned */
    PyObject *list = function == NULL ? NULL : make_paths(paths, count);                    /* owned */
    if (list == NULL) {
        goto done;
    }
    arguments = PyTuple_Pack(1, list);
    keywords = arguments == NULL ? NULL : make_keywords(options);
    guard = keywords == NULL ? NULL : PyObject_Call(function, arguments, keywords);
done:
    Py_XDECREF(guard); /* the module holds on to it */
    Py_XDECREF(keywords);
    Py_XDECREF(arguments);
    Py_XDECREF(module);
    Py_XDECREF(function);
    Py_XDECREF(list);
    return guard == NULL ? -1 : 0;
}

/* --- what went wrong -------------------------------------------------------------------------------------------------
 */

/* As much of a text as fits, whole code points, with its end. */
static void copy_text(char *out, size_t size, const char *text, size_t length) {
    if (length >= size) {
        length = size - 1;
        while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80) {
            length--;
        }
    }
    memcpy(out, text, length);
    out[length] = '\0';
}

/* "ContractError: contract.yml:3:1: ..." */
static PyObject *describe(PyObject *type, PyObject *value) {
    PyObject *name = PyObject_GetAttrString(type, "__name__");   /* owned */
    PyObject *said = value == NULL ? NULL : PyObject_Str(value); /* owned */
    PyObject *text = NULL;
    PyObject *bytes = NULL;
    if (name != NULL && said != NULL) {
        text = PyUnicode_FromFormat("%U: %U", name, said); /* owned */
    }
    if (text != NULL) {
        bytes = PyUnicode_AsEncodedString(text, "utf-8", "backslashreplace");
    }
    Py_XDECREF(name);
    Py_XDECREF(said);
    Py_XDECREF(text);
    return bytes;
}

/* Clears the exception that is set, and says it. */
static void take_exception(char *error, size_t size) {
    PyObject *type = NULL, *value = NULL, *traceback = NULL; /* owned */
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (error != NULL && size > 0) {
        PyObject *bytes = describe(type, value); /* owned */
        char *text = NULL;
        Py_ssize_t length = 0;
        if (bytes != NULL && PyBytes_AsStringAndSize(bytes, &text, &length) == 0) {
            copy_text(error, size, text, (size_t)length);
        } else {
            copy_text(error, size, "out of memory", strlen("out of memory"));
        }
        Py_XDECREF(bytes);
        PyErr_Clear();
    }
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
}

int importspy_embed_install(const char *const *paths, size_t count, const importspy_embed_options *options, char *error,
                            size_t size) {
    static const importspy_embed_options none = {NULL, NULL, NULL, 0};
    static const char *const not_running = "Python is not initialised";
    if (error != NULL && size > 0) {
        error[0] = '\0';
    }
    if (!Py_IsInitialized()) {
        if (error != NULL && size > 0) {
            copy_text(error, size, not_running, strlen(not_running));
        }
        return -1;
    }
    int status = install(paths, count, options == NULL ? &none : options);
    if (status < 0) {
        take_exception(error, size);
    }
    return status;
}
