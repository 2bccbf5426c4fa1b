/* Makes somebody else's loader read the bytes that were validated, and no others.
 *
 * typeguard, beartype and wrapt have loaders that change the code, or run something around it, and let importlib's
 * SourceLoader.get_code do the rest: it asks self.get_data first for the cached file, then for the source. An attribute
 * of the instance answers both while the module is executed. Instances of SourceFileLoader serve one module only, whose
 * import lock is held. Must not know: contracts, how the code is executed. */
#include "binding/serve.h"

/* What the function that stands in for get_data knows: a list. */
enum { PATH, BYTES, ORIGINAL, ASKED, PARTS };

static bool is_bytecode(PyObject *path) {
    PyObject *suffix = PyUnicode_FromString(".pyc"); /* owned */
    bool result = suffix != NULL && PyUnicode_Check(path) &&
                  PyUnicode_Tailmatch(path, suffix, 0, PyUnicode_GetLength(path), 1) > 0;
    Py_XDECREF(suffix);
    PyErr_Clear();
    return result;
}

static PyObject *get_data(PyObject *self, PyObject *args, PyObject *kwargs) {
    static char *keywords[] = {"path", NULL};
    PyObject *path = NULL; /* borrowed */
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O:get_data", keywords, &path)) {
        return NULL;
    }
    int same = PyObject_RichCompareBool(path, PyList_GetItem(self, PATH), Py_EQ);
    if (same < 0) {
        return NULL;
    }
    if (same > 0) {
        PyList_SetItem(self, ASKED, Py_NewRef(Py_True));
        return Py_NewRef(PyList_GetItem(self, BYTES));
    }
    if (is_bytecode(path)) {
        PyErr_SetString(PyExc_FileNotFoundError, "importspy: cached code is not read for modules under contract");
        return NULL;
    }
    return PyObject_CallFunctionObjArgs(PyList_GetItem(self, ORIGINAL), path, NULL);
}

static PyMethodDef get_data_def = {"get_data", (PyCFunction)(void (*)(void))get_data, METH_VARARGS | METH_KEYWORDS,
                                   NULL};

PyObject *ispy_serve_peek(PyObject *method, PyObject *path) {
    if (!PyCFunction_Check(method) || PyCFunction_GetFunction(method) != get_data_def.ml_meth) {
        return NULL;
    }
    PyObject *parts = PyCFunction_GetSelf(method); /* borrowed */
    int same = PyObject_RichCompareBool(path, PyList_GetItem(parts, PATH), Py_EQ);
    return same > 0 ? Py_NewRef(PyList_GetItem(parts, BYTES)) : NULL;
}

int ispy_serve_begin(ispy_state *state, PyObject *loader, PyObject *path, PyObject *bytes, PyObject **serving) {
    *serving = NULL;
    int reads_source = PyObject_IsInstance(loader, state->source_loader);
    if (reads_source <= 0) {
        return reads_source;
    }
    PyObject *function = NULL;                                                                  /* owned */
    PyObject *parts = NULL;                                                                     /* owned */
    PyObject *original = PyObject_GetAttr(loader, state->names.get_data);                       /* owned */
    parts = original == NULL ? NULL : Py_BuildValue("[OOOO]", path, bytes, original, Py_False); /* owned */
    function = parts == NULL ? NULL : PyCFunction_NewEx(&get_data_def, parts, NULL);
    int status = function == NULL ? -1 : 0;
    if (status == 0 && PyObject_SetAttr(loader, state->names.get_data, function) == 0) {
        *serving = Py_NewRef(parts);
    } else if (PyErr_ExceptionMatches(PyExc_AttributeError) || PyErr_ExceptionMatches(PyExc_TypeError)) {
        PyErr_Clear(); /* it takes no attributes, or has no get_data */
        status = 0;
    } else {
        status = -1;
    }
    Py_XDECREF(original);
    Py_XDECREF(parts);
    Py_XDECREF(function);
    return status;
}

/* Takes our function out; puts one back that stood in the instance already. */
static void restore(ispy_state *state, PyObject *loader, PyObject *original) {
    PyObject *now = NULL; /* owned */
    if (PyObject_DelAttr(loader, state->names.get_data) == 0) {
        now = PyObject_GetAttr(loader, state->names.get_data);
    }
    PyErr_Clear();
    int same = now == NULL ? 0 : PyObject_RichCompareBool(now, original, Py_EQ);
    if (same <= 0 && PyObject_SetAttr(loader, state->names.get_data, original) < 0) {
        PyErr_Clear();
    }
    PyErr_Clear();
    Py_XDECREF(now);
}

bool ispy_serve_end(ispy_state *state, PyObject *loader, PyObject *serving) {
    if (serving == NULL) {
        return false;
    }
    PyObject *type = NULL, *value = NULL, *traceback = NULL; /* owned */
    PyErr_Fetch(&type, &value, &traceback);
    restore(state, loader, PyList_GetItem(serving, ORIGINAL));
    bool asked = PyList_GetItem(serving, ASKED) == Py_True;
    Py_DECREF(serving);
    PyErr_Restore(type, value, traceback);
    return asked;
}
