/* importspy._core._Contracts: a loaded contract set as a Python object. Private: the command line holds many files
 * against one set. */
#include "binding/contracts_type.h"

#include "binding/check.h"
#include "binding/convert.h"
#include "binding/errors.h"
#include "binding/extract.h"
#include "binding/interface_file.h"
#include "binding/normal_form.h"
#include "binding/paths.h"
#include "binding/status.h"

#include <stdlib.h>

typedef struct contracts_object {
    PyObject_HEAD ispy_contract_set *set; /* owned */
} contracts_object;

const ispy_contract_set *ispy_contracts_set(PyObject *contracts) {
    return ((contracts_object *)contracts)->set;
}

/* One path as a str; NULs and what is no path are refused. */
static PyObject *path_text(PyObject *given) {
    PyObject *bytes = NULL; /* owned */
    PyObject *text = NULL;
    if (PyUnicode_FSConverter(given, &bytes)) {
        text = PyUnicode_DecodeFSDefaultAndSize(PyBytes_AsString(bytes), PyBytes_Size(bytes));
        Py_DECREF(bytes);
    }
    return text;
}

PyObject *ispy_contracts_paths(PyObject *given) {
    PyObject *list = NULL; /* owned */
    bool single = PyUnicode_Check(given) || PyBytes_Check(given) || PyObject_HasAttrString(given, "__fspath__");
    list = single ? PyTuple_Pack(1, given) : PySequence_Tuple(given);
    if (list == NULL) {
        return NULL;
    }
    Py_ssize_t count = PyTuple_Size(list);
    PyObject *paths = PyTuple_New(count);
    for (Py_ssize_t i = 0; paths != NULL && i < count; i++) {
        PyObject *path = path_text(PyTuple_GetItem(list, i)); /* taken by the tuple */
        if (path == NULL || PyTuple_SetItem(paths, i, path) < 0) {
            Py_CLEAR(paths);
        }
    }
    if (paths != NULL && count == 0) {
        PyErr_SetString(PyExc_ValueError, "no contract was given: name at least one file or folder");
        Py_CLEAR(paths);
    }
    Py_DECREF(list);
    return paths;
}

/* `options` but for what the binding does itself. */
static int load_set(ispy_state *state, ispy_contract_set **out, PyObject *paths, ispy_load_options options,
                    ispy_error *error) {
    Py_ssize_t count = PyTuple_Size(paths);
    int status = ISPY_ENOMEM;
    PyObject **encoded = calloc((size_t)count, sizeof *encoded); /* owned, and what is in it */
    const char **texts = calloc((size_t)count, sizeof *texts);   /* owned; the texts are borrowed */
    if (encoded == NULL || texts == NULL) {
        goto done;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        encoded[i] = PyUnicode_EncodeFSDefault(PyTuple_GetItem(paths, i));
        texts[i] = encoded[i] == NULL ? NULL : PyBytes_AsString(encoded[i]);
        if (texts[i] == NULL) {
            status = ISPY_EFOREIGN;
            goto done;
        }
    }
    options.parse_stub = ispy_extract_parse_stub;
    options.user = &state->ast;
    options.read_interface = ispy_interface_file_read;
    options.interface_user = state;
    options.normalise = ispy_normal_form;
    status = ispy_contract_set_load(out, texts, (size_t)count, &options, error);
done:
    for (Py_ssize_t i = 0; encoded != NULL && i < count; i++) {
        Py_XDECREF(encoded[i]);
    }
    free(encoded);
    free(texts);
    error->status = status;
    return status;
}

PyObject *ispy_contracts_load(ispy_state *state, PyObject *paths, bool needs_selector) {
    ispy_error error = {.status = ISPY_OK};
    ispy_contract_set *set = NULL;
    const ispy_load_options options = {.needs_selector = needs_selector};
    if (load_set(state, &set, paths, options, &error) != ISPY_OK) {
        return ispy_contract_error_raise(state, &error);
    }
    contracts_object *contracts = PyObject_GC_New(contracts_object, (PyTypeObject *)state->contracts_type);
    if (contracts == NULL) {
        ispy_contract_set_free(set);
        return NULL;
    }
    contracts->set = set;
    PyObject_GC_Track(contracts);
    return (PyObject *)contracts;
}

int ispy_contracts_load_telling(ispy_state *state, ispy_contract_set **set, PyObject *paths,
                                ispy_problem_visitor report, void *user, ispy_error *error) {
    const ispy_load_options options = {.report = report, .report_user = user};
    return load_set(state, set, paths, options, error);
}

/* It holds on to its type, the type to the module, and the module to what is in force: the collector has to know. */
static int contracts_traverse(PyObject *self, visitproc visit, void *arg) {
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static void contracts_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    ispy_contract_set_free(((contracts_object *)self)->set);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

static bool selects(const ispy_contract *contract, PyObject *names, const ispy_paths *paths) {
    if (!ispy_contract_has_selector(contract)) {
        return true;
    }
    for (Py_ssize_t i = 0; i < PyTuple_Size(names); i++) {
        ispy_str name;
        if (!ispy_str_borrow(&name, PyTuple_GetItem(names, i))) {
            continue;
        }
        for (int k = 0; k < paths->count; k++) {
            if (ispy_contract_selects(contract, name, ispy_paths_get(paths, k))) {
                return true;
            }
        }
    }
    return false;
}

/* select(path, names) -> list of the numbers of the contracts that a file of that path and of one of those names has to
 * meet; contracts without selectors always count. */
static PyObject *contracts_select(PyObject *self, PyObject *args) {
    PyObject *path = NULL, *names = NULL; /* borrowed */
    ispy_paths paths;
    if (!PyArg_ParseTuple(args, "OO!:select", &path, &PyTuple_Type, &names) || ispy_paths_find(&paths, path) < 0) {
        return NULL;
    }
    const ispy_contract_set *set = ispy_contracts_set(self);
    PyObject *chosen = PyList_New(0);
    for (size_t i = 0; chosen != NULL && i < ispy_contract_set_count(set); i++) {
        if (selects(ispy_contract_set_get(set, i), names, &paths)) {
            PyObject *number = PyLong_FromSize_t(i); /* owned */
            if (number == NULL || PyList_Append(chosen, number) < 0) {
                Py_CLEAR(chosen);
            }
            Py_XDECREF(number);
        }
    }
    ispy_paths_clear(&paths);
    return chosen;
}

/* rows() -> list of what each contract is and selects, as Guard._rows gives it; none is in force. */
static PyObject *contracts_rows(PyObject *self, PyObject *ignored) {
    (void)ignored;
    const ispy_contract_set *set = ispy_contracts_set(self);
    PyObject *rows = PyList_New(0);
    for (size_t i = 0; rows != NULL && i < ispy_contract_set_count(set); i++) {
        const ispy_contract *contract = ispy_contract_set_get(set, i);
        PyObject *row =
            ispy_contract_row(ispy_state_of(self), contract, ispy_contract_mode(contract), false, NULL); /* owned */
        if (row == NULL || PyList_Append(rows, row) < 0) {
            Py_CLEAR(rows);
        }
        Py_XDECREF(row);
    }
    return rows;
}

/* check(path, module=None, chosen=None, context=None, roots=None) -> Report */
static PyObject *contracts_check(PyObject *self, PyObject *args, PyObject *kwargs) {
    static char *keywords[] = {"path", "module", "chosen", "context", "roots", NULL};
    ispy_check_request request = {
        .contracts = self, .module = Py_None, .chosen = Py_None, .context = Py_None, .roots = Py_None, .live = Py_None};
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|OOOO:check", keywords, &request.path, &request.module,
                                     &request.chosen, &request.context, &request.roots)) {
        return NULL;
    }
    return ispy_check_file(ispy_state_of(self), &request);
}

static PyMethodDef methods[] = {
    {"select", contracts_select, METH_VARARGS, NULL},
    {"rows", contracts_rows, METH_NOARGS, NULL},
    {"check", (PyCFunction)(void (*)(void))contracts_check, METH_VARARGS | METH_KEYWORDS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "Loaded contracts; private."},
    {Py_tp_methods, methods},
    {Py_tp_traverse, ISPY_SLOT(contracts_traverse)},
    {Py_tp_dealloc, ISPY_SLOT(contracts_dealloc)},
    {0, NULL},
};

PyType_Spec ispy_contracts_spec = {
    .name = "importspy._core._Contracts",
    .basicsize = sizeof(contracts_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = slots,
};
