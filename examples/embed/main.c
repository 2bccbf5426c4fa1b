/* A program that embeds CPython, and guards what it imports. Twice over: it initialises, puts a contract in force
 * before any code but Python's own has run, imports a good and a bad plugin, finalises; and all of it again.
 *
 *     embed CONTRACT FOLDER_OF_PLUGINS
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <importspy/embed.h>

#include <stdio.h>

/* `site` runs .pth files and sitecustomize: user code. It has to wait until the contracts are in force. */
static int start_python(void) {
    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    config.site_import = 0;
    config.parse_argv = 0;
    config.buffered_stdio = 0; /* Python and C write to the same stdout */
    PyStatus status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    if (PyStatus_Exception(status)) {
        fprintf(stderr, "embed: Python does not start: %s\n", status.err_msg == NULL ? "?" : status.err_msg);
        return -1;
    }
    return 0;
}

static int guard(const char *contract) {
    char error[4096];
    if (importspy_embed_install(&contract, 1, NULL, error, sizeof error) < 0) {
        fprintf(stderr, "embed: the contracts are not in force, so nothing is imported:\n%s\n", error);
        return -1;
    }
    return 0;
}

static int add_to_path(const char *folder) {
    PyObject *path = PySys_GetObject("path"); /* borrowed */
    PyObject *entry = PyUnicode_DecodeFSDefault(folder);
    int status = path == NULL || entry == NULL ? -1 : PyList_Insert(path, 0, entry);
    Py_XDECREF(entry);
    return status;
}

/* Whether the exception that is set is a ContractViolation. */
static int is_violation(void) {
    PyObject *type = NULL, *value = NULL, *traceback = NULL;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *core = importspy_embed_module();
    PyObject *violation = core == NULL ? NULL : PyObject_GetAttrString(core, "ContractViolation");
    int result = violation != NULL && PyErr_GivenExceptionMatches(type, violation);
    Py_XDECREF(core);
    Py_XDECREF(violation);
    PyErr_Restore(type, value, traceback);
    return result;
}

/* Prints what the exception says. */
static void print_exception(void) {
    PyObject *type = NULL, *value = NULL, *traceback = NULL;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    PyObject *text = value == NULL ? NULL : PyObject_Str(value);
    const char *utf8 = text == NULL ? NULL : PyUnicode_AsUTF8AndSize(text, NULL);
    printf("%s\n", utf8 == NULL ? "?" : utf8);
    PyErr_Clear();
    Py_XDECREF(text);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
}

/* 1: it was let in, 0: it broke its contract, -1: anything else. */
static int load_plugin(const char *name) {
    PyObject *plugin = PyImport_ImportModule(name);
    if (plugin == NULL) {
        int result = is_violation() ? 0 : -1;
        print_exception();
        return result;
    }
    PyObject *said = PyObject_CallMethod(plugin, "register", "s", "the example");
    printf("%s: %s\n", name, said == NULL ? "it failed" : PyUnicode_AsUTF8AndSize(said, NULL));
    Py_DECREF(plugin);
    Py_XDECREF(said);
    return said == NULL ? -1 : 1;
}

static int run_once(const char *contract, const char *plugins) {
    if (importspy_embed_register() < 0 || start_python() < 0) {
        return -1;
    }
    int good = -1;
    int bad = -1;
    if (guard(contract) == 0 && PyRun_SimpleString("import site; site.main()") == 0 && add_to_path(plugins) == 0) {
        good = load_plugin("embed_good");
        bad = load_plugin("embed_bad");
    }
    int finalised = Py_FinalizeEx();
    fflush(stdout);
    return good == 1 && bad == 0 && finalised == 0 ? 0 : -1;
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: embed CONTRACT FOLDER_OF_PLUGINS\n");
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    for (int round = 1; round <= 2; round++) {
        printf("-- round %d\n", round);
        if (run_once(argv[1], argv[2]) < 0) {
            fprintf(stderr, "embed: not as expected\n");
            return 1;
        }
    }
    printf("embed: the good plugin came in twice, the bad one never\n");
    return 0;
}
