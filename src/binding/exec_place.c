/* Who is about to execute code. Must not know: contracts, what follows.
 *
 * CPython's audit event for exec() names the code and nothing else. The namespace, the module and the loader are local
 * variables of the function that calls exec(): importlib's, runpy's, or any loader's method that loads modules. Other
 * callers give no clue, and then the code's file has to say it all. Frames belong to the host: code of a plugin has not
 * run yet. */
#include "binding/exec_place.h"

#include "binding/module_object.h"

void ispy_exec_place_clear(ispy_exec_place *place) {
    Py_CLEAR(place->namespace);
    Py_CLEAR(place->module);
    Py_CLEAR(place->loader);
    Py_CLEAR(place->spec);
}

/* locals[name], new; NULL with or without an exception. */
static PyObject *local(PyObject *locals, PyObject *name) {
    PyObject *value = locals == NULL || name == NULL ? NULL : PyObject_GetItem(locals, name);
    if (value == NULL && PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_KeyError)) {
        PyErr_Clear();
    }
    return value;
}

/* The dict that importlib's _call_with_frames_removed(exec, code, dict) passes on, new; NULL with or without exception.
 */
static PyObject *namespace_passed_on(ispy_state *state, PyObject *frame) {
    PyObject *namespace = NULL;
    PyObject *locals = PyObject_GetAttr(frame, state->names.f_locals); /* owned */
    PyObject *function = local(locals, state->names.f);                /* owned */
    PyObject *arguments = NULL;                                        /* owned */
    if (function == state->exec_function) {
        arguments = local(locals, state->names.args);
    }
    if (arguments != NULL && PyTuple_Check(arguments) && PyTuple_Size(arguments) == 2) {
        namespace = Py_NewRef(PyTuple_GetItem(arguments, 1));
    }
    Py_XDECREF(locals);
    Py_XDECREF(function);
    Py_XDECREF(arguments);
    return namespace;
}

/* The namespace of runpy's _run_code(code, run_globals, ...), new; NULL with or without an exception. */
static PyObject *namespace_of_runpy(ispy_state *state, PyObject *frame, PyObject *code) {
    PyObject *name = PyObject_GetAttr(code, state->names.co_name); /* owned */
    PyObject *namespace = NULL;
    if (name != NULL && PyUnicode_CompareWithASCIIString(name, "_run_code") == 0) {
        PyObject *locals = PyObject_GetAttr(frame, state->names.f_locals); /* owned */
        namespace = local(locals, state->names.run_globals);
        Py_XDECREF(locals);
    }
    Py_XDECREF(name);
    return namespace;
}

int ispy_exec_place_find(ispy_state *state, ispy_exec_place *out) {
    *out = (ispy_exec_place){NULL, NULL, NULL, NULL};
    PyObject *frame = (PyObject *)PyEval_GetFrame(); /* borrowed */
    if (frame == NULL) {                             /* nobody but the interpreter itself: python FILE */
        out->module = ispy_module_registered(state->names.dunder_main);
        out->namespace = out->module == NULL ? NULL : ispy_module_namespace(state, out->module);
        return PyErr_Occurred() ? -1 : 0;
    }
    PyObject *code = (PyObject *)PyFrame_GetCode((PyFrameObject *)frame); /* owned */
    if (code == state->frames_removed_code) {
        out->namespace = namespace_passed_on(state, frame);
    } else {
        out->namespace = namespace_of_runpy(state, frame, code);
    }
    Py_DECREF(code);
    if (out->namespace != NULL && !PyDict_Check(out->namespace)) {
        Py_CLEAR(out->namespace);
    }
    return PyErr_Occurred() ? -1 : 0;
}

/* The second argument of a loader's method, as a module: exec_module is given the module, load_module its name. New;
 * NULL with or without an exception. */
static PyObject *module_of_argument(PyObject *argument) {
    if (argument == NULL || PyModule_Check(argument)) {
        return Py_XNewRef(argument);
    }
    PyObject *module = PyUnicode_Check(argument) ? ispy_module_registered(argument) : NULL; /* owned */
    bool found = module != NULL && PyModule_Check(module);
    if (!found) {
        Py_CLEAR(module);
    }
    return module;
}

/* Whether the code is that of a function which loads modules, by its name. */
static int is_loading_method(ispy_state *state, PyObject *code) {
    PyObject *name = PyObject_GetAttr(code, state->names.co_name); /* owned */
    int result = name == NULL ? -1
                              : PyUnicode_Compare(name, state->names.exec_module) == 0 ||
                                    PyUnicode_Compare(name, state->names.load_module) == 0;
    Py_XDECREF(name);
    return result;
}

/* Loader and module of a frame that is some loader's exec_module(self, module) or load_module(self, name). */
static int ask_loader(ispy_state *state, ispy_exec_place *place, PyObject *frame, PyObject *code) {
    PyObject *argument = NULL;  /* owned */
    PyObject *module = NULL;    /* owned */
    PyObject *namespace = NULL; /* owned */
    PyObject *locals = NULL;    /* owned */
    PyObject *names = NULL;     /* owned */
    if (is_loading_method(state, code) <= 0) {
        goto done;
    }
    names = PyObject_GetAttrString(code, "co_varnames");
    locals = names == NULL ? NULL : PyObject_GetAttr(frame, state->names.f_locals);
    if (locals == NULL || PyTuple_Size(names) < 2) {
        goto done;
    }
    argument = local(locals, PyTuple_GetItem(names, 1));
    module = module_of_argument(argument);
    namespace = module == NULL ? NULL : ispy_module_namespace(state, module);
    if (namespace != NULL && (place->namespace == NULL || place->namespace == namespace)) {
        Py_XDECREF(place->namespace);
        place->namespace = Py_NewRef(namespace);
        place->module = Py_NewRef(module);
        place->loader = local(locals, PyTuple_GetItem(names, 0));
    }
done:
    Py_XDECREF(names);
    Py_XDECREF(locals);
    Py_XDECREF(argument);
    Py_XDECREF(module);
    Py_XDECREF(namespace);
    return PyErr_Occurred() ? -1 : 0;
}

/* Looks at the caller of exec(), with importlib's own helper looked through. */
static int ask_frames(ispy_state *state, ispy_exec_place *place) {
    PyObject *frame = Py_XNewRef((PyObject *)PyEval_GetFrame()); /* owned */
    if (frame == NULL) {
        return 0;
    }
    int status = 0;
    PyObject *code = (PyObject *)PyFrame_GetCode((PyFrameObject *)frame); /* owned */
    if (code == state->frames_removed_code) {
        PyObject *caller = PyObject_GetAttr(frame, state->names.f_back); /* owned */
        Py_DECREF(frame);
        Py_CLEAR(code);
        frame = caller;
        if (caller != NULL && caller != Py_None) {
            code = (PyObject *)PyFrame_GetCode((PyFrameObject *)caller);
        }
        status = caller == NULL ? -1 : 0;
    }
    if (code != NULL) {
        status = ask_loader(state, place, frame, code);
    }
    Py_XDECREF(frame);
    Py_XDECREF(code);
    return status;
}

/* namespace[name], new, unless it is None or not there. */
static PyObject *entry(PyObject *namespace, PyObject *name) {
    PyObject *value = PyDict_GetItemWithError(namespace, name); /* borrowed */
    return value == NULL || value == Py_None ? NULL : Py_NewRef(value);
}

int ispy_exec_place_complete(ispy_state *state, ispy_exec_place *place) {
    if (place->module == NULL && ask_frames(state, place) < 0) {
        return -1;
    }
    if (place->namespace == NULL) {
        return 0;
    }
    if (place->loader == NULL) {
        place->loader = entry(place->namespace, state->names.dunder_loader);
    }
    place->spec = entry(place->namespace, state->names.dunder_spec);
    if (place->module == NULL && !PyErr_Occurred()) {
        PyObject *name = entry(place->namespace, state->names.dunder_name);           /* owned */
        PyObject *module = name == NULL ? NULL : ispy_module_registered(name);        /* owned */
        PyObject *own = module == NULL ? NULL : ispy_module_namespace(state, module); /* owned */
        if (own == place->namespace) {
            place->module = Py_XNewRef(module);
        }
        if (own == NULL && PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_Exception)) {
            PyErr_Clear(); /* something odd in sys.modules: no module that we could look at */
        }
        Py_XDECREF(name);
        Py_XDECREF(module);
        Py_XDECREF(own);
    }
    return PyErr_Occurred() ? -1 : 0;
}
