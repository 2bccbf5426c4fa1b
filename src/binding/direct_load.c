/* Code of a contracted module that somebody is about to execute past the finders.
 *
 * CPython announces each exec() of code as the audit event "exec", and each extension module that it is about to open
 * as "import" with a path. An exception from here stops it. Every execution in the process is asked about, so that the
 * first questions are the cheap ones.
 *
 * Must not know: how a module is validated.
 */
#include "binding/direct_load.h"

#include "binding/admission.h"
#include "binding/convert.h"
#include "binding/exec_place.h"
#include "binding/expected.h"
#include "binding/path_names.h"
#include "binding/watch.h"

#include <stdlib.h>
#include <string.h>

/* What is known of one execution. All owned. */
typedef struct suspect {
    PyObject *code; /* borrowed; NULL: an extension module */
    PyObject *file; /* where it comes from: what the namespace says, or else the code itself: str */
    PyObject *own;  /* the code's own file, or that of the extension: str */
    PyObject *name; /* what it is called, as far as anybody says: str; or NULL */
    ispy_exec_place place;
    ispy_paths paths; /* the spellings of `file` */
    ispy_identity identity;
    ispy_selections selections;
} suspect;

static void suspect_clear(suspect *s) {
    Py_XDECREF(s->file);
    Py_XDECREF(s->own);
    Py_XDECREF(s->name);
    ispy_exec_place_clear(&s->place);
    ispy_paths_clear(&s->paths);
    ispy_identity_clear(&s->identity);
    free(s->selections.items);
}

/* --- the cheap questions ---------------------------------------------------------------------------------------------
 */

/* namespace[name], new, where that is a str. */
static PyObject *text_in(PyObject *namespace, PyObject *name) {
    PyObject *value = namespace == NULL ? NULL : PyDict_GetItemWithError(namespace, name); /* borrowed */
    return value != NULL && PyUnicode_Check(value) ? Py_NewRef(value) : NULL;
}

static bool may_select_name(PyObject *guards, PyObject *name) {
    ispy_str text;
    if (name == NULL) {
        return false;
    }
    return ispy_str_borrow(&text, name) ? ispy_guards_may_select_name(guards, text) : true;
}

/* Whether it is worth a closer look. */
static bool may_be_selected(PyObject *guards, const suspect *s) {
    return ispy_guards_select_by_path(guards) || may_select_name(guards, s->name) ||
           ispy_path_names_may_select(guards, s->file) ||
           (s->own != s->file && ispy_path_names_may_select(guards, s->own));
}

/* --- which contracts select it ---------------------------------------------------------------------------------------
 */

/* The spellings of a file; none for what is no path ("<string>"). */
static int find_paths(ispy_paths *out, PyObject *file) {
    out->count = 0;
    if (PyUnicode_GetLength(file) == 0 || PyUnicode_ReadChar(file, 0) == '<') {
        return 0;
    }
    return ispy_paths_find_if_any(out, file);
}

/* Adds the contracts that select a file by its path, or by a name that it has by its place. */
static int select_paths(PyObject *guards, suspect *s, const ispy_paths *paths) {
    int status = paths->count == 0 ? 0 : ispy_guards_select(guards, (ispy_str){NULL, 0, 0}, paths, &s->selections);
    return status < 0 ? -1 : ispy_path_names_select(guards, paths, &s->selections, &s->name);
}

/* A further file that it is said to come from; following the links of one path costs a dozen system calls. */
static int select_file(PyObject *guards, suspect *s, PyObject *file) {
    ispy_paths paths = {.count = 0}; /* owned */
    if (file == NULL || !PyUnicode_Check(file) || PyUnicode_Compare(file, s->file) == 0) {
        return PyErr_Occurred() ? -1 : 0;
    }
    int status = find_paths(&paths, file);
    if (status == 0) {
        status = select_paths(guards, s, &paths);
    }
    ispy_paths_clear(&paths);
    return status;
}

static int select_name(PyObject *guards, suspect *s, PyObject *name) {
    if (name == NULL || !PyUnicode_Check(name)) {
        return 0;
    }
    const ispy_identity known_as = {.name = name, .paths = s->paths}; /* lent */
    return ispy_identity_select(&known_as, guards, &s->selections);
}

/* object.name, new; NULL where there is none. */
static PyObject *attribute(PyObject *object, PyObject *name) {
    PyObject *value = object == NULL ? NULL : PyObject_GetAttr(object, name);
    if (value == NULL && object != NULL && PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
    }
    return value;
}

/* Every name and every file that anybody gives it counts. */
static int select_suspect(ispy_state *state, PyObject *guards, suspect *s) {
    PyObject *origin = attribute(s->place.spec, state->names.origin);  /* owned */
    PyObject *spec_name = attribute(s->place.spec, state->names.name); /* owned */
    int status = PyErr_Occurred() ? -1 : find_paths(&s->paths, s->file);
    if (status == 0 && (select_name(guards, s, s->name) < 0 || select_name(guards, s, spec_name) < 0 ||
                        select_paths(guards, s, &s->paths) < 0 || select_file(guards, s, s->own) < 0 ||
                        select_file(guards, s, origin) < 0)) {
        status = -1;
    }
    Py_XDECREF(origin);
    Py_XDECREF(spec_name);
    return status;
}

/* --- what is to be validated -----------------------------------------------------------------------------------------
 */

/* The loader to read by: the one that executes, or the stock one for such a file. */
static PyObject *find_loader(ispy_state *state, const suspect *s) {
    if (s->place.loader != NULL) {
        return Py_NewRef(s->place.loader);
    }
    ispy_str text;
    bool compiled =
        ispy_str_borrow(&text, s->file) && text.length > 4 && memcmp(text.data + text.length - 4, ".pyc", 4) == 0;
    PyObject *type = s->code == NULL ? state->extension_loader
                     : compiled      ? state->sourceless_loader
                                     : state->source_loader; /* borrowed */
    return PyObject_CallFunctionObjArgs(type, s->identity.name, s->file, NULL);
}

static int identify(ispy_state *state, suspect *s) {
    PyObject *name = s->name != NULL ? s->name : s->file; /* borrowed */
    if (s->place.spec != NULL && s->place.loader != NULL) {
        return ispy_identity_init(state, &s->identity, name, s->place.spec, s->place.loader);
    }
    s->identity.name = Py_NewRef(name);
    s->identity.origin = Py_NewRef(s->file);
    return 0;
}

/* Validates; what stays open is looked at when the code has run, where that is possible. */
static int admit(ispy_state *state, PyObject *guards, suspect *s) {
    PyObject *loader = NULL;          /* owned */
    ispy_admission *admission = NULL; /* owned */
    int status = -1;
    if (identify(state, s) < 0 || (loader = find_loader(state, s)) == NULL) {
        goto done;
    }
    int watchable = s->code != NULL && s->place.module != NULL ? ispy_watch_is_possible(state) : 0;
    ispy_application application = {.loader = loader,
                                    .identity = &s->identity,
                                    .runs_elsewhere = watchable == 0,
                                    .selections = &s->selections,
                                    .guards = guards,
                                    .code = s->code,
                                    .way = ISPY_WAY_DIRECT};
    if (watchable < 0 || (admission = ispy_admission_new(state, &application)) == NULL) {
        goto done;
    }
    status = 0;
    if (ispy_admission_is_open(admission) || ispy_admission_follows(admission)) {
        status = ispy_watch_begin(state, admission, s->code, s->place.module);
        admission = NULL;
    }
done:
    ispy_admission_free(admission);
    Py_XDECREF(loader);
    return status;
}

static int look_closely(ispy_state *state, PyObject *guards, suspect *s) {
    if (ispy_exec_place_complete(state, &s->place) < 0 || select_suspect(state, guards, s) < 0) {
        return -1;
    }
    return s->selections.count == 0 ? 0 : admit(state, guards, s);
}

/* --- the events ------------------------------------------------------------------------------------------------------
 */

static bool is_code(const ispy_state *state, PyObject *object) {
    return object != NULL && Py_TYPE(object) == (PyTypeObject *)state->code_type;
}

static int look_at(ispy_state *state, PyObject *guards, PyObject *code) {
    suspect s = {.code = code};
    int status = ispy_expected_code(state, s.code);
    if (status != 0) {
        return status < 0 ? -1 : 0;
    }
    s.own = PyObject_GetAttr(s.code, state->names.co_filename);
    status = s.own == NULL ? -1 : ispy_expected_path(state, s.own);
    if (status == 0) {
        status = ispy_exec_place_find(state, &s.place);
        s.name = text_in(s.place.namespace, state->names.dunder_name);
        s.file = text_in(s.place.namespace, state->names.dunder_file);
        if (s.file == NULL || PyUnicode_Compare(s.file, s.own) == 0) {
            Py_XDECREF(s.file);
            s.file = Py_NewRef(s.own);
        }
        if (status == 0 && may_be_selected(guards, &s)) {
            status = look_closely(state, guards, &s);
        }
    }
    suspect_clear(&s);
    return status < 0 ? -1 : 0;
}

/* exec(code) */
int ispy_direct_load_exec(ispy_state *state, PyObject *guards, PyObject *args) {
    PyObject *code = PyTuple_Size(args) == 1 ? PyTuple_GetItem(args, 0) : NULL; /* borrowed */
    return is_code(state, code) ? look_at(state, guards, code) : 0;
}

/* The body of a module as that of a function, which can be called without exec(). */
static int look_at_function(ispy_state *state, PyObject *guards, PyObject *code) {
    if (!is_code(state, code)) {
        return 0;
    }
    PyObject *name = PyObject_GetAttr(code, state->names.co_name); /* owned */
    int status = name == NULL ? -1 : 0;
    if (status == 0 && PyUnicode_CompareWithASCIIString(name, "<module>") == 0) {
        status = look_at(state, guards, code);
    }
    Py_XDECREF(name);
    return status;
}

/* function.__new__(code) */
int ispy_direct_load_function(ispy_state *state, PyObject *guards, PyObject *args) {
    return look_at_function(state, guards, PyTuple_Size(args) == 1 ? PyTuple_GetItem(args, 0) : NULL);
}

/* object.__setattr__(function, "__code__", code) */
int ispy_direct_load_set_code(ispy_state *state, PyObject *guards, PyObject *args) {
    PyObject *name = PyTuple_Size(args) == 3 ? PyTuple_GetItem(args, 1) : NULL; /* borrowed */
    if (name == NULL || !PyUnicode_Check(name) || PyUnicode_CompareWithASCIIString(name, "__code__") != 0) {
        return 0;
    }
    return look_at_function(state, guards, PyTuple_GetItem(args, 2));
}

/* import(name, path, None, None, None): an extension module is about to be opened. Other imports have no path. */
int ispy_direct_load_extension(ispy_state *state, PyObject *guards, PyObject *args) {
    if (PyTuple_Size(args) < 2) {
        return 0; /* not Python's own event */
    }
    PyObject *name = PyTuple_GetItem(args, 0); /* borrowed */
    PyObject *path = PyTuple_GetItem(args, 1); /* borrowed */
    if (!PyUnicode_Check(path) || !PyUnicode_Check(name)) {
        return 0;
    }
    int status = ispy_expected_path(state, path);
    if (status == 0) {
        suspect s = {.file = Py_NewRef(path), .own = Py_NewRef(path), .name = Py_NewRef(name)};
        if (may_be_selected(guards, &s) && select_suspect(state, guards, &s) == 0 && s.selections.count > 0) {
            status = admit(state, guards, &s);
        }
        suspect_clear(&s);
    }
    return status < 0 || PyErr_Occurred() ? -1 : 0;
}
