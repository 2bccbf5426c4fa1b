/* Must not know: contracts, what is looked for there. */
#include "binding/check_roots.h"

#include "binding/interface_file.h"

/* The folder that "pkg.sub.mod" counts from, for /src/pkg/sub/mod.py: /src. New; NULL without an exception: the file
 * stands elsewhere. */
static PyObject *root_by_name(PyObject *path, PyObject *module) {
    static const char *const ends[] = {".py", "/__init__.py"};
    PyObject *inner = PyObject_CallMethod(module, "replace", "ss", ".", "/"); /* owned */
    PyObject *root = NULL;
    for (size_t i = 0; inner != NULL && root == NULL && i < sizeof ends / sizeof *ends; i++) {
        PyObject *tail = PyUnicode_FromFormat("/%U%s", inner, ends[i]); /* owned */
        Py_ssize_t length = PyUnicode_GetLength(path);
        if (tail != NULL && PyUnicode_Tailmatch(path, tail, 0, length, 1) > 0) {
            root = PyUnicode_Substring(path, 0, length - PyUnicode_GetLength(tail));
        }
        Py_XDECREF(tail);
    }
    Py_XDECREF(inner);
    return root;
}

static PyObject *with_slashes(PyObject *path) {
#ifdef _WIN32
    return PyObject_CallMethod(path, "replace", "ss", "\\", "/");
#else
    return Py_NewRef(path);
#endif
}

static int add(PyObject *roots, PyObject *root) {
    int known = root == NULL ? 1 : PySequence_Contains(roots, root);
    return known != 0 ? (known < 0 ? -1 : 0) : PyList_Append(roots, root);
}

static int add_all(PyObject *roots, PyObject *more) {
    PyObject *plain = more == Py_None ? PyTuple_New(0) : PySequence_Tuple(more); /* owned */
    int status = plain == NULL ? -1 : 0;
    for (Py_ssize_t i = 0; status == 0 && i < PyTuple_Size(plain); i++) {
        PyObject *root = PyTuple_GetItem(plain, i);
        if (PyUnicode_Check(root)) {
            status = add(roots, root);
        } else {
            PyErr_SetString(PyExc_TypeError, "roots: folders (str) are wanted");
            status = -1;
        }
    }
    Py_XDECREF(plain);
    return status;
}

PyObject *ispy_check_roots(ispy_state *state, PyObject **name, PyObject *path, PyObject *module, PyObject *more) {
    PyObject *paths = PyObject_GetAttr(state->os_module, state->names.path);                   /* owned */
    PyObject *whole = paths == NULL ? NULL : PyObject_CallMethod(paths, "abspath", "O", path); /* owned */
    PyObject *plain = whole == NULL ? NULL : with_slashes(whole);                              /* owned */
    PyObject *found = PyList_New(0);                                                           /* owned */
    PyObject *root = NULL, *by_name = NULL, *roots = NULL;                                     /* owned */
    *name = NULL;
    if (plain != NULL && found != NULL && ispy_interface_place(&root, name, plain) == 0) {
        by_name = module == Py_None ? NULL : root_by_name(plain, module);
        if (PyErr_Occurred() == NULL && add(found, by_name) == 0 && add(found, root) == 0 &&
            add_all(found, more) == 0) {
            roots = PyList_AsTuple(found);
        }
    }
    if (roots == NULL) {
        Py_CLEAR(*name);
    }
    Py_XDECREF(paths);
    Py_XDECREF(whole);
    Py_XDECREF(plain);
    Py_XDECREF(found);
    Py_XDECREF(root);
    Py_XDECREF(by_name);
    return roots;
}
