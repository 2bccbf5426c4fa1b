/* Which module a spec speaks of. Must not know: loaders that guard, verdicts. */
#include "binding/identity.h"

#include "binding/convert.h"

#include <string.h>

/* object.name, new; None where there is no such attribute. */
static PyObject *attribute_or_none(PyObject *object, PyObject *name) {
    PyObject *value = PyObject_GetAttr(object, name);
    if (value == NULL && PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
        value = Py_NewRef(Py_None);
    }
    return value;
}

/* The file that `spec` names, or else `loader`; new, str or None. */
static PyObject *find_origin(ispy_state *state, PyObject *spec, PyObject *loader) {
    PyObject *origin = attribute_or_none(spec, state->names.origin);
    if (origin != NULL && !PyUnicode_Check(origin)) {
        Py_DECREF(origin);
        origin = attribute_or_none(loader, state->names.path);
        if (origin != NULL && !PyUnicode_Check(origin)) {
            Py_DECREF(origin);
            origin = Py_NewRef(Py_None);
        }
    }
    return origin;
}

/* Whether origin is a place in the file system: importlib says so, or it looks like nothing else. */
static int is_file(ispy_state *state, PyObject *spec, PyObject *origin) {
    if (origin == Py_None) {
        return 0;
    }
    Py_UCS4 first = PyUnicode_GetLength(origin) > 0 ? PyUnicode_ReadChar(origin, 0) : 0;
    if (first == '/') {
        return 1;
    }
    PyObject *has_location = attribute_or_none(spec, state->names.has_location); /* owned */
    int result = has_location == NULL ? -1 : PyObject_IsTrue(has_location);
    Py_XDECREF(has_location);
    return result;
}

int ispy_identity_init(ispy_state *state, ispy_identity *out, PyObject *name, PyObject *spec, PyObject *loader) {
    memset(out, 0, sizeof *out);
    PyObject *locations = attribute_or_none(spec, state->names.submodule_search_locations); /* owned */
    if (locations == NULL) {
        return -1;
    }
    out->is_package = locations != Py_None;
    Py_DECREF(locations);
    out->name = PyUnicode_FromObject(name); /* a plain str, whatever the methods of a subclass say */
    if (out->name == NULL) {
        return -1;
    }
    out->origin = find_origin(state, spec, loader);
    int file = out->origin == NULL ? -1 : is_file(state, spec, out->origin);
    out->is_file = file > 0;
    if (out->is_file && ispy_guards_ask_for_path(state->guards)) {
        out->has_paths = true;
        return ispy_paths_find_if_any(&out->paths, out->origin);
    }
    return file < 0 ? -1 : 0;
}

void ispy_identity_clear(ispy_identity *identity) {
    Py_CLEAR(identity->name);
    Py_CLEAR(identity->origin);
    ispy_paths_clear(&identity->paths);
}

int ispy_identity_traverse(const ispy_identity *identity, visitproc visit, void *arg) {
    Py_VISIT(identity->name);
    Py_VISIT(identity->origin);
    return 0;
}

static int select_by(const ispy_identity *identity, PyObject *guards, const ispy_paths *paths, ispy_selections *out) {
    ispy_str name;
    if (ispy_str_borrow(&name, identity->name)) {
        return ispy_guards_select(guards, name, paths, out);
    }
    ispy_arena *arena = ispy_arena_new(); /* owned */
    if (arena == NULL) {
        return ispy_status_raise(ISPY_ENOMEM);
    }
    int status = ispy_str_from_unicode(&name, identity->name, arena);
    if (status == 0) {
        status = ispy_guards_select(guards, name, paths, out);
    }
    ispy_arena_free(arena);
    return status;
}

int ispy_identity_spell(const ispy_identity *identity, ispy_paths *spare, const ispy_paths **out) {
    memset(spare, 0, sizeof *spare);
    bool missing = identity->is_file && !identity->has_paths;
    *out = missing ? spare : &identity->paths;
    return missing ? ispy_paths_find_if_any(spare, identity->origin) : 0;
}

/* Finding out how a path may be spelled asks the file system for each of its parts: only for contracts that care. */
int ispy_identity_select(const ispy_identity *identity, PyObject *guards, ispy_selections *out) {
    if (!ispy_guards_ask_for_path(guards)) {
        return select_by(identity, guards, &identity->paths, out);
    }
    ispy_paths spare; /* where a guard that cares has come into force since the identity was made */
    const ispy_paths *paths = NULL;
    int status = ispy_identity_spell(identity, &spare, &paths);
    if (status == 0) {
        status = select_by(identity, guards, paths, out);
    }
    ispy_paths_clear(&spare);
    return status;
}
