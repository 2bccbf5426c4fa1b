/* What a loader has to show of a module before it loads it. Must not know: contracts.
 *
 * The bytes come from the loader's own get_data, so that archives and odd file systems work as they do without us. The
 * loader's caches are never asked: a .pyc may hold other code than the source beside it.
 */
#include "binding/material.h"

#include "binding/serve.h"
#include "binding/stub_file.h"

#include <string.h>

/* Whether loader.method is this very function, overridden neither in a subclass nor in the instance. 0 also for none.
 */
static int uses(ispy_state *state, PyObject *loader, PyObject *method, PyObject *function) {
    PyObject *bound = PyObject_GetAttr(loader, method);                                          /* owned */
    PyObject *inside = bound == NULL ? NULL : PyObject_GetAttr(bound, state->names.dunder_func); /* owned */
    int result = inside == function;
    if (inside == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_AttributeError)) {
            result = -1;
        } else {
            PyErr_Clear();
        }
    }
    Py_XDECREF(bound);
    Py_XDECREF(inside);
    return result;
}

/* Whether the loader is importlib's own for sources and as importlib made it: nobody has put anything into the
 * instance, and nothing of the class was replaced since. Answers for nearly all loaders, in a fraction of the time. */
static bool is_untouched(ispy_state *state, PyObject *loader) {
    PyObject *type = (PyObject *)Py_TYPE(loader); /* borrowed */
    if (type != state->source_loader) {
        return false;
    }
    PyObject *own = PyObject_GetAttr(loader, state->names.dunder_dict); /* owned */
    bool plain = own != NULL && PyDict_CheckExact(own) && PyDict_Size(own) == 2 &&
                 PyDict_Contains(own, state->names.name) > 0 && PyDict_Contains(own, state->names.path) > 0;
    Py_XDECREF(own);
    const struct {
        PyObject *name;
        PyObject *stock;
    } methods[] = {
        {state->names.exec_module, state->stock_exec_module},
        {state->names.get_code, state->stock_get_code},
        {state->names.source_to_code, state->stock_source_to_code},
        {state->names.get_data, state->stock_get_data},
        {state->names.get_filename, state->stock_get_filename},
        {state->names.create_module, state->stock_create_module},
    };
    for (size_t i = 0; plain && i < sizeof methods / sizeof *methods; i++) {
        PyObject *method = PyObject_GetAttr(type, methods[i].name); /* owned */
        plain = method == methods[i].stock;
        Py_XDECREF(method);
    }
    PyErr_Clear();
    return plain;
}

static int is_bound_zip(ispy_state *state, PyObject *loader) {
    int result = uses(state, loader, state->names.exec_module, state->zip_exec_module);
    return result <= 0 ? result : uses(state, loader, state->names.get_code, state->zip_get_code);
}

static int is_bound_source(ispy_state *state, PyObject *loader) {
    int result = uses(state, loader, state->names.exec_module, state->stock_exec_module);
    if (result > 0) {
        result = uses(state, loader, state->names.get_code, state->stock_get_code);
    }
    return result <= 0 ? result : uses(state, loader, state->names.source_to_code, state->stock_source_to_code);
}

static bool ends_with(PyObject *text, const char *suffix) {
    PyObject *tail = text == Py_None ? NULL : PyUnicode_FromString(suffix); /* owned */
    bool result = tail != NULL && PyUnicode_Tailmatch(text, tail, 0, PyUnicode_GetLength(text), 1) > 0;
    Py_XDECREF(tail);
    PyErr_Clear();
    return result;
}

/* Clears an exception that only says that something could not be had; -1 for one that ends the program. */
static int swallow(void) {
    if (!PyErr_ExceptionMatches(PyExc_Exception)) {
        return -1;
    }
    PyErr_Clear();
    return 0;
}

/* Takes `sentence`. */
static int missing(ispy_material *out, PyObject *sentence) {
    out->kind = ISPY_MATERIAL_MISSING;
    out->sentence = sentence;
    return sentence == NULL ? -1 : 0;
}

static int only_compiled(ispy_material *out) {
    int status = missing(out, PyUnicode_FromString("there is no source to validate, only compiled code"));
    out->kind = ISPY_MATERIAL_SOURCELESS;
    return status;
}

/* The exception that is set, as a sentence. */
static int unreadable(ispy_material *out) {
    PyObject *type = NULL, *value = NULL, *traceback = NULL; /* owned */
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    PyObject *said = value == NULL ? NULL : PyObject_Str(value); /* owned */
    int status = -1;
    if (said != NULL) {
        status = missing(out, PyUnicode_FromFormat("the source cannot be read: %U", said));
    }
    Py_XDECREF(said);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return status;
}

/* loader.get_data(path), as bytes; new. */
static PyObject *get_data(ispy_state *state, PyObject *loader, PyObject *path) {
    PyObject *method = PyObject_GetAttr(loader, state->names.get_data); /* owned */
    PyObject *data = method == NULL ? NULL : ispy_serve_peek(method, path);
    if (data == NULL && method != NULL && !PyErr_Occurred()) {
        data = PyObject_CallFunctionObjArgs(method, path, NULL);
    }
    Py_XDECREF(method);
    if (data != NULL && !PyBytes_CheckExact(data)) {
        PyObject *bytes = PyBytes_FromObject(data);
        Py_DECREF(data);
        data = bytes;
    }
    return data;
}

/* In an archive, "x.pyc" may stand beside "x.py" and come first: it is the source that counts. */
static int read_zip(ispy_state *state, ispy_material *out, PyObject *loader) {
    if (ends_with(out->path, ".pyc")) {
        PyObject *source = PyUnicode_Substring(out->path, 0, PyUnicode_GetLength(out->path) - 1); /* owned */
        out->bytes = source == NULL ? NULL : get_data(state, loader, source);
        if (out->bytes == NULL) {
            Py_XDECREF(source);
            if (swallow() < 0) {
                return -1;
            }
            return only_compiled(out);
        }
        Py_DECREF(out->path);
        out->path = source;
        return 0;
    }
    out->bytes = get_data(state, loader, out->path);
    return out->bytes != NULL ? 0 : PyErr_ExceptionMatches(PyExc_Exception) ? unreadable(out) : -1;
}

/* The file of source that an untouched loader names, new; NULL: the loader has to be asked. */
static PyObject *plain_path(ispy_state *state, PyObject *loader) {
    PyObject *path = PyObject_GetAttr(loader, state->names.path); /* owned */
    if (path == NULL || !PyUnicode_Check(path) || !ends_with(path, ".py")) {
        PyErr_Clear();
        Py_CLEAR(path);
    }
    return path;
}

/* Without Python code. 1: done; 0: the loader has to be asked; -1: exception. */
static int read_plainly(ispy_state *state, ispy_material *out, PyObject *loader) {
    PyObject *path = plain_path(state, loader); /* owned */
    if (path == NULL) {
        return 0;
    }
    out->bytes = ispy_source_file_read(state, path, &out->stamp);
    if (out->bytes == NULL) {
        Py_DECREF(path);
        return PyErr_Occurred() ? -1 : 0;
    }
    Py_DECREF(out->path);
    out->path = path;
    out->bound = true;
    out->untouched = true;
    return 1;
}

/* Stock loaders read the file that they name, whatever the spec says. */
static int read_bound(ispy_state *state, ispy_material *out, PyObject *loader, PyObject *name) {
    PyObject *path = PyObject_CallMethodObjArgs(loader, state->names.get_filename, name, NULL);
    if (path == NULL) {
        return -1;
    }
    if (!PyUnicode_Check(path)) {
        PyErr_Format(PyExc_ImportError, "the loader %R names no file", loader);
        Py_DECREF(path);
        return -1;
    }
    Py_DECREF(out->path);
    out->path = path;
    out->bytes = get_data(state, loader, path);
    return out->bytes != NULL ? 0 : PyErr_ExceptionMatches(PyExc_Exception) ? unreadable(out) : -1;
}

/* Any other loader: what it says of its source, by bytes or as text. */
static int read_foreign(ispy_state *state, ispy_material *out, PyObject *loader, PyObject *name) {
    out->kind = ISPY_MATERIAL_OPAQUE;
    if (out->path != Py_None) {
        out->bytes = get_data(state, loader, out->path);
        if (out->bytes == NULL && swallow() < 0) {
            return -1;
        }
    }
    if (out->bytes == NULL) {
        PyObject *source = PyObject_CallMethodObjArgs(loader, state->names.get_source, name, NULL); /* owned */
        if (source == NULL) {
            return swallow();
        }
        out->bytes = PyUnicode_Check(source) ? PyUnicode_AsEncodedString(source, "utf-8", "surrogatepass")
                     : PyBytes_Check(source) ? Py_NewRef(source)
                                             : NULL;
        Py_DECREF(source);
    }
    if (out->bytes != NULL) {
        out->kind = ISPY_MATERIAL_SOURCE;
    }
    return PyErr_Occurred() ? -1 : 0;
}

/* Machine code shows nothing; a stub beside it, "mod.pyi", says what there will be. */
static int read_extension(ispy_state *state, ispy_material *out, PyObject *loader) {
    out->kind = ISPY_MATERIAL_OPAQUE;
    PyObject *path = out->path == Py_None ? NULL : ispy_stub_file_path(out->path); /* owned */
    out->bytes = path == NULL ? NULL : get_data(state, loader, path);
    if (out->bytes == NULL) {
        Py_XDECREF(path);
        return PyErr_Occurred() ? swallow() : 0;
    }
    out->kind = ISPY_MATERIAL_STUB;
    out->stub_path = path;
    return 0;
}

/* 1: the loader is of that type; 0: it is not; -1: exception. */
static int is_instance(PyObject *loader, PyObject *type) {
    return PyObject_IsInstance(loader, type);
}

bool ispy_material_look(ispy_state *state, ispy_material *out, PyObject *loader) {
    memset(out, 0, sizeof *out);
    out->path = is_untouched(state, loader) ? plain_path(state, loader) : NULL;
    return out->path != NULL && ispy_source_file_look(&out->stamp, out->path);
}

int ispy_material_read(ispy_state *state, ispy_material *out, PyObject *loader, const ispy_identity *identity) {
    memset(out, 0, sizeof *out);
    out->kind = ISPY_MATERIAL_SOURCE;
    out->path = Py_NewRef(identity->origin);
    int done = is_untouched(state, loader) ? read_plainly(state, out, loader) : 0;
    if (done != 0) {
        return done > 0 ? 0 : -1;
    }
    int sourceless = is_instance(loader, state->sourceless_loader);
    int extension = is_instance(loader, state->extension_loader);
    int zip = is_instance(loader, state->zip_importer);
    int bound = zip > 0 ? is_bound_zip(state, loader) : is_bound_source(state, loader);
    if (sourceless < 0 || extension < 0 || zip < 0 || bound < 0) {
        return -1;
    }
    if (sourceless > 0) {
        return only_compiled(out);
    }
    if (extension > 0 || ends_with(out->path, ".so") || ends_with(out->path, ".pyd")) {
        return read_extension(state, out, loader);
    }
    out->bound = bound > 0;
    if (zip > 0 && out->path != Py_None) {
        return read_zip(state, out, loader);
    }
    if (bound > 0) {
        return read_bound(state, out, loader, identity->name);
    }
    int source = is_instance(loader, state->source_loader);
    if (source > 0) { /* such a loader reads the file that it names, whatever the spec says */
        if (read_bound(state, out, loader, identity->name) == 0 && out->bytes != NULL) {
            return 0;
        }
        if (PyErr_Occurred() && swallow() < 0) {
            return -1;
        }
        Py_CLEAR(out->sentence);
    }
    return source < 0 ? -1 : read_foreign(state, out, loader, identity->name);
}

void ispy_material_clear(ispy_material *material) {
    Py_CLEAR(material->bytes);
    Py_CLEAR(material->stub_path);
    Py_CLEAR(material->path);
    Py_CLEAR(material->sentence);
}
