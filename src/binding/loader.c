/* The loader that stands before another one.
 *
 * create_module validates: an error from there reaches every thread that waits for the import, while one from
 * exec_module leaves them an empty module. exec_module puts the original loader back, so that the module looks as if we
 * had never been there, and executes the code that was compiled from the tree that was validated. Whatever else is
 * asked of a loader is answered by the original one; get_code and load_module are not, for they lead to execution.
 */
#include "binding/loader.h"

#include "binding/admission.h"
#include "binding/convert.h"
#include "binding/expected.h"
#include "binding/module_object.h"
#include "binding/serve.h"

#include <stdlib.h>

typedef struct loader_object {
    PyObject_HEAD PyObject *inner; /* owned */
    ispy_identity identity;        /* owned */
    ispy_admission *held;          /* owned: from create_module to exec_module, or NULL */
    PyObject *target;              /* owned: the module that is being reloaded, or NULL */
    PyObject *attributes;          /* owned: what the target's were before importlib set them anew, or NULL */
    PyObject *guards;              /* owned: a tuple with the guard whose contracts all hold; NULL: those in force */
    bool by_place;                 /* those in force also select it by the names that its file has */
} loader_object;

PyObject *ispy_loader_new(ispy_state *state, PyObject *inner, ispy_identity *identity, const ispy_loader_terms *terms) {
    PyObject *attributes = NULL; /* owned */
    if (terms->target != Py_None && (attributes = ispy_module_attributes(state, terms->target)) == NULL) {
        PyErr_Clear(); /* no module: nothing to put back */
    }
    loader_object *loader = PyObject_GC_New(loader_object, (PyTypeObject *)state->loader_type);
    if (loader == NULL) {
        Py_XDECREF(attributes);
        return NULL;
    }
    loader->inner = Py_NewRef(inner);
    loader->identity = *identity;
    *identity = (ispy_identity){.name = NULL};
    loader->held = NULL;
    loader->target = attributes == NULL ? NULL : Py_NewRef(terms->target);
    loader->attributes = attributes;
    loader->guards = Py_XNewRef(terms->guards);
    loader->by_place = terms->by_place;
    PyObject_GC_Track(loader);
    return (PyObject *)loader;
}

static ispy_admission *take_held(loader_object *loader) {
    ispy_admission *held = loader->held;
    loader->held = NULL;
    return held;
}

static void hold(loader_object *loader, ispy_admission *admission) {
    ispy_admission *before = take_held(loader);
    loader->held = admission;
    ispy_admission_free(before);
}

/* Whether object.name is there; -1 with an exception. */
static int has(PyObject *object, PyObject *name) {
    PyObject *value = PyObject_GetAttr(object, name); /* owned */
    int found = value != NULL;
    if (value == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_AttributeError)) {
            return -1;
        }
        PyErr_Clear();
    }
    Py_XDECREF(value);
    return found;
}

/* Whether object.name equals `value`. -1 with an exception. */
static int attribute_equals(PyObject *object, PyObject *name, PyObject *value) {
    PyObject *found = PyObject_GetAttr(object, name); /* owned */
    int equal = found == NULL ? -1 : PyObject_RichCompareBool(found, value, Py_EQ);
    Py_XDECREF(found);
    return equal;
}

/* Validates what `application` says, by the contracts that the loader was given or those in force. */
static ispy_admission *apply(ispy_state *state, const loader_object *loader, ispy_application *application) {
    if (loader->guards == NULL) {
        return ispy_admission_new(state, application);
    }
    ispy_selections all = {NULL, 0, 0, false}; /* owned */
    ispy_admission *admission = NULL;
    if (ispy_guard_select_all(PyTuple_GetItem(loader->guards, 0), &all) == 0) {
        application->guards = loader->guards;
        application->selections = &all;
        admission = ispy_admission_new(state, application);
    }
    free(all.items);
    return admission;
}

/* Validates the module that `spec` names; NULL: the module that find_spec was asked for. */
static ispy_admission *admit(ispy_state *state, loader_object *loader, PyObject *spec, bool runs_elsewhere) {
    ispy_application application = {
        .loader = loader->inner,
        .identity = &loader->identity,
        .runs_elsewhere = runs_elsewhere,
        .by_place = loader->by_place,
        .way = loader->by_place ? ISPY_WAY_DIRECT : ISPY_WAY_FINDER,
    };
    int same = 1;
    if (spec != NULL) {
        same = attribute_equals(spec, state->names.name, loader->identity.name);
        if (same > 0 && loader->identity.origin != Py_None) {
            same = attribute_equals(spec, state->names.origin, loader->identity.origin);
        }
    }
    if (same > 0) {
        return apply(state, loader, &application);
    }
    ispy_admission *admission = NULL;
    ispy_identity other = {.name = NULL};
    PyObject *name = same < 0 ? NULL : PyObject_GetAttr(spec, state->names.name); /* owned */
    if (name != NULL && ispy_identity_init(state, &other, name, spec, loader->inner) == 0) {
        application.identity = &other;
        application.known_as = &loader->identity;
        admission = apply(state, loader, &application);
    }
    ispy_identity_clear(&other);
    Py_XDECREF(name);
    return admission;
}

/* Says aloud that what ran, or is about to, is of the loader's own making; audit hooks may refuse. */
static int tell(ispy_state *state, loader_object *loader, const ispy_admission *admission, bool served) {
    PyObject *told = PyObject_CallFunction(state->audit_function, "sOOsO", "importspy.unbound", loader->identity.name,
                                           ispy_admission_path(admission), served ? "transformed" : "not bound",
                                           loader->inner); /* owned */
    Py_XDECREF(told);
    return told == NULL ? -1 : 0;
}

/* inner.method(argument), new. Where it has source, it reads what was validated, if it can be brought to. */
static PyObject *call_inner(ispy_state *state, loader_object *loader, const ispy_admission *admission, PyObject *method,
                            PyObject *argument) {
    PyObject *serving = NULL; /* owned */
    PyObject *bytes = ispy_admission_bytes(admission);
    if (bytes != NULL && ispy_serve_begin(state, loader->inner, ispy_admission_path(admission), bytes, &serving) < 0) {
        return NULL;
    }
    PyObject *result = PyObject_CallMethodObjArgs(loader->inner, method, argument, NULL);
    bool served = ispy_serve_end(state, loader->inner, serving);
    if (result != NULL && bytes != NULL && tell(state, loader, admission, served) < 0) {
        Py_CLEAR(result);
    }
    return result;
}

/* --- create_module ---------------------------------------------------------------------------------------------------
 */

/* inner.create_module(spec), as importlib would have it; a loader that knows only load_module loads here and now. */
static PyObject *create_inner(ispy_state *state, loader_object *loader, const ispy_admission *admission,
                              PyObject *spec) {
    int modern = has(loader->inner, state->names.exec_module);
    int creates = modern < 0 ? -1 : has(loader->inner, state->names.create_module);
    if (creates < 0) {
        return NULL;
    }
    if (creates > 0) {
        return PyObject_CallMethodObjArgs(loader->inner, state->names.create_module, spec, NULL);
    }
    if (modern > 0) {
        return Py_NewRef(Py_None);
    }
    PyObject *name = PyObject_GetAttr(spec, state->names.name); /* owned */
    PyObject *module = NULL;
    if (name != NULL) {
        module = call_inner(state, loader, admission, state->names.load_module, name);
        Py_DECREF(name);
    }
    return module;
}

/* Whether spec.loader is this one: not so where somebody else stands around us. -1 with an exception. */
static int names_loader(ispy_state *state, PyObject *spec, PyObject *self) {
    PyObject *loader = PyObject_GetAttr(spec, state->names.loader); /* owned */
    int result = loader == NULL ? -1 : loader == self;
    Py_XDECREF(loader);
    return result;
}

static PyObject *create_module(PyObject *self, PyObject *spec) {
    ispy_state *state = ispy_state_of(self);
    loader_object *loader = (loader_object *)self;
    ispy_admission *admission = admit(state, loader, spec, false);
    if (admission == NULL) {
        return NULL;
    }
    int named = names_loader(state, spec, self);
    PyObject *path = ispy_admission_path(admission); /* borrowed */
    PyObject *module = NULL;
    if (named >= 0 && ispy_admission_is_untouched(admission)) {
        module = Py_NewRef(Py_None);
    } else if (named >= 0 && ispy_expect_path(state, path) == 0) {
        /* an extension module is opened here; load_module executes here */
        module = create_inner(state, loader, admission, spec);
        ispy_expect_path_no_more(state, path);
    }
    /* A loader that puts itself, or another one, into the spec meanwhile would execute in our place. */
    if (module == NULL || (named > 0 && PyObject_SetAttr(spec, state->names.loader, self) < 0)) {
        ispy_admission_free(admission);
        Py_XDECREF(module);
        return NULL;
    }
    hold(loader, admission);
    return module;
}

/* --- exec_module -----------------------------------------------------------------------------------------------------
 */

/* The code that was compiled from what was validated. */
static int execute_code(ispy_state *state, PyObject *code, PyObject *namespace) {
    if (ispy_expect_code(state, code) < 0) {
        return -1;
    }
    PyObject *result =
        PyObject_CallFunctionObjArgs(state->frames_removed, state->exec_function, code, namespace, NULL); /* owned */
    ispy_expect_code_no_more(state, code);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

/* In the original loader's own way. */
static int execute_inner(ispy_state *state, loader_object *loader, const ispy_admission *admission, PyObject *module) {
    PyObject *path = ispy_admission_path(admission); /* borrowed */
    int modern = has(loader->inner, state->names.exec_module);
    if (modern <= 0) {
        return modern; /* load_module has run already, and create_inner has told */
    }
    if (ispy_expect_path(state, path) < 0) {
        return -1;
    }
    PyObject *result = call_inner(state, loader, admission, state->names.exec_module, module); /* owned */
    ispy_expect_path_no_more(state, path);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

static int execute(ispy_state *state, loader_object *loader, const ispy_admission *admission, PyObject *module,
                   PyObject *namespace) {
    PyObject *code = ispy_admission_code(admission); /* borrowed */
    return code != NULL ? execute_code(state, code, namespace) : execute_inner(state, loader, admission, module);
}

/* Executes, and looks at what the source left open. 1: the contract was broken after all; -1: another exception. */
static int execute_and_confirm(ispy_state *state, loader_object *loader, ispy_admission *admission, PyObject *module,
                               PyObject *namespace) {
    PyObject *name = loader->identity.name;          /* borrowed */
    PyObject *before = ispy_module_registered(name); /* owned */
    PyObject *after = NULL;                          /* owned */
    int status = -1;
    if (PyErr_Occurred()) {
        goto done;
    }
    if (execute(state, loader, admission, module, namespace) < 0) {
        if (ispy_admission_is_open(admission)) {
            ispy_admission_abandon(state, admission);
        }
        goto done;
    }
    after = ispy_module_registered(name);
    if (PyErr_Occurred()) {
        goto done;
    }
    bool replaced = before == module && after != NULL && after != module;
    status = 0;
    if (replaced || ispy_admission_is_open(admission) || ispy_admission_is_doubted(admission)) {
        status = ispy_admission_confirm(state, admission, replaced ? after : module, replaced);
        if (status < 0 && PyErr_ExceptionMatches(state->contract_violation)) {
            status = 1;
        }
    }
done:
    Py_XDECREF(before);
    Py_XDECREF(after);
    return status;
}

/* The spec that the module bears, new; NULL with or without an exception. */
static PyObject *find_spec_of(ispy_state *state, PyObject *namespace) {
    PyObject *spec = PyDict_GetItemWithError(namespace, state->names.dunder_spec); /* borrowed */
    return spec == NULL || spec == Py_None ? NULL : Py_NewRef(spec);
}

/* What create_module found out, or the same found out now: importlib.reload does not call create_module. */
static ispy_admission *held_or_new(ispy_state *state, loader_object *loader, PyObject *namespace) {
    ispy_admission *admission = take_held(loader);
    if (admission != NULL) {
        return admission;
    }
    PyObject *spec = find_spec_of(state, namespace); /* owned */
    if (!PyErr_Occurred()) {
        admission = admit(state, loader, spec, false);
    }
    Py_XDECREF(spec);
    return admission;
}

static int reload(ispy_state *state, loader_object *loader, PyObject *module, PyObject *namespace) {
    PyObject *attributes = loader->attributes; /* owned from here on, as is target */
    PyObject *target = loader->target;
    loader->attributes = loader->target = NULL;
    PyObject *contents = NULL; /* owned */
    int status = -1;
    ispy_admission *admission = held_or_new(state, loader, namespace); /* owned */
    if (admission == NULL) {
        ispy_module_restore(state, module, attributes, NULL);
        goto done;
    }
    contents = PyDict_Copy(namespace);
    if (contents == NULL || ispy_module_swap_loader(state, namespace, (PyObject *)loader, loader->inner) < 0) {
        goto done;
    }
    status = execute_and_confirm(state, loader, admission, module, namespace);
    if (status > 0) {
        ispy_module_restore(state, module, attributes, contents);
    }
done:
    ispy_admission_free(admission);
    Py_XDECREF(contents);
    Py_DECREF(attributes);
    Py_DECREF(target);
    return status == 0 ? 0 : -1;
}

static int load(ispy_state *state, loader_object *loader, PyObject *module, PyObject *namespace) {
    ispy_admission *admission = held_or_new(state, loader, namespace); /* owned */
    if (admission == NULL) {
        return -1;
    }
    int status = ispy_module_swap_loader(state, namespace, (PyObject *)loader, loader->inner);
    if (status == 0) {
        status = execute_and_confirm(state, loader, admission, module, namespace);
        if (status > 0) {
            ispy_module_disable(state, module);
        }
    }
    ispy_admission_free(admission);
    return status == 0 ? 0 : -1;
}

static PyObject *exec_module(PyObject *self, PyObject *module) {
    ispy_state *state = ispy_state_of(self);
    loader_object *loader = (loader_object *)self;
    PyObject *namespace = ispy_module_namespace(state, module); /* owned */
    if (namespace == NULL) {
        return NULL;
    }
    int status =
        loader->target == module ? reload(state, loader, module, namespace) : load(state, loader, module, namespace);
    Py_DECREF(namespace);
    return status < 0 ? NULL : Py_NewRef(Py_None);
}

/* --- get_code and load_module: only where the original loader has them ----------------------------------------------
 */

/* runpy executes what this gives, without create_module: it is validated here, and cannot be looked at again. */
static PyObject *get_code(PyObject *self, PyObject *name) {
    ispy_state *state = ispy_state_of(self);
    loader_object *loader = (loader_object *)self;
    int same = PyObject_RichCompareBool(name, loader->identity.name, Py_EQ);
    ispy_admission *admission = NULL; /* owned */
    if (same < 0 || (same > 0 && (admission = admit(state, loader, NULL, true)) == NULL)) {
        return NULL;
    }
    PyObject *code = admission == NULL ? NULL : ispy_admission_code(admission); /* borrowed */
    PyObject *result = code != NULL ? Py_NewRef(code)
                       : admission == NULL
                           ? PyObject_CallMethodObjArgs(loader->inner, state->names.get_code, name, NULL)
                           : call_inner(state, loader, admission, state->names.get_code, name);
    if (result != NULL && admission != NULL && ispy_expect_code(state, result) < 0) {
        Py_CLEAR(result);
    }
    ispy_admission_free(admission);
    return result;
}

static PyObject *load_module(PyObject *self, PyObject *name) {
    return PyObject_CallFunctionObjArgs(ispy_state_of(self)->load_module_shim, self, name, NULL);
}

static PyMethodDef get_code_def = {"get_code", get_code, METH_O, NULL};
static PyMethodDef load_module_def = {"load_module", load_module, METH_O, NULL};

/* A method, if the original loader has one of that name. */
static PyObject *method_if(PyObject *self, PyObject *name, PyMethodDef *def) {
    int found = has(((loader_object *)self)->inner, name);
    if (found == 0) {
        PyErr_SetObject(PyExc_AttributeError, name);
    }
    return found <= 0 ? NULL : PyCFunction_NewEx(def, self, NULL);
}

static PyObject *lend_get_code(PyObject *self, void *ignored) {
    (void)ignored;
    return method_if(self, ispy_state_of(self)->names.get_code, &get_code_def);
}

static PyObject *lend_load_module(PyObject *self, void *ignored) {
    (void)ignored;
    ispy_state *state = ispy_state_of(self);
    if (state->load_module_shim == NULL) {
        PyErr_SetObject(PyExc_AttributeError, state->names.load_module);
        return NULL;
    }
    return method_if(self, state->names.load_module, &load_module_def);
}

/* --- the type --------------------------------------------------------------------------------------------------------
 */

static bool is_ours(ispy_state *state, PyObject *name) {
    return PyUnicode_Compare(name, state->names.get_code) == 0 ||
           PyUnicode_Compare(name, state->names.load_module) == 0;
}

static PyObject *loader_getattro(PyObject *self, PyObject *name) {
    PyObject *value = PyObject_GenericGetAttr(self, name);
    if (value != NULL || !PyErr_ExceptionMatches(PyExc_AttributeError) || is_ours(ispy_state_of(self), name)) {
        return value;
    }
    PyErr_Clear();
    return PyObject_GetAttr(((loader_object *)self)->inner, name);
}

static int loader_setattro(PyObject *self, PyObject *name, PyObject *value) {
    return PyObject_SetAttr(((loader_object *)self)->inner, name, value);
}

static PyObject *loader_repr(PyObject *self) {
    return PyUnicode_FromFormat("<importspy loader for %R>", ((loader_object *)self)->inner);
}

static int loader_traverse(PyObject *self, visitproc visit, void *arg) {
    loader_object *loader = (loader_object *)self;
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(loader->inner);
    Py_VISIT(loader->target);
    Py_VISIT(loader->attributes);
    Py_VISIT(loader->guards);
    int status = ispy_identity_traverse(&loader->identity, visit, arg);
    return status != 0 ? status : ispy_admission_traverse(loader->held, visit, arg);
}

/* `inner` and the identity stay: methods rely on them, and a cycle is broken by the rest. */
static int loader_clear(PyObject *self) {
    loader_object *loader = (loader_object *)self;
    Py_CLEAR(loader->target);
    Py_CLEAR(loader->attributes);
    hold(loader, NULL);
    return 0;
}

static void loader_dealloc(PyObject *self) {
    loader_object *loader = (loader_object *)self;
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    loader_clear(self);
    ispy_identity_clear(&loader->identity);
    Py_XDECREF(loader->inner);
    Py_XDECREF(loader->guards);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

static PyGetSetDef getset[] = {
    {"get_code", lend_get_code, NULL, NULL, NULL},
    {"load_module", lend_load_module, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMethodDef methods[] = {
    {"create_module", create_module, METH_O,
     "create_module($self, spec, /)\n--\n\nValidates, then asks the original loader."},
    {"exec_module", exec_module, METH_O, "exec_module($self, module, /)\n--\n\nExecutes what was validated."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "A loader whose module has to meet contracts. Stands before the loader that the finder named."},
    {Py_tp_methods, methods},
    {Py_tp_getset, getset},
    {Py_tp_getattro, ISPY_SLOT(loader_getattro)},
    {Py_tp_setattro, ISPY_SLOT(loader_setattro)},
    {Py_tp_repr, ISPY_SLOT(loader_repr)},
    {Py_tp_traverse, ISPY_SLOT(loader_traverse)},
    {Py_tp_clear, ISPY_SLOT(loader_clear)},
    {Py_tp_dealloc, ISPY_SLOT(loader_dealloc)},
    {0, NULL},
};

PyType_Spec ispy_loader_spec = {
    .name = "importspy._core.Loader",
    .basicsize = sizeof(loader_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = slots,
};
