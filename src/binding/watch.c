/* Looks again, when code that somebody else executes has come to its end. Must not know: how it came to run.
 *
 * Python tells a profile function (sys.setprofile: of one thread) when a function, or the body of a module, returns; an
 * exception that the function raises then takes the place of the result. So a watch is a profile function for as long
 * as one module body runs. A body that ends with an exception of its own is left alone. Nobody can put the watch aside
 * meanwhile: whoever sets a profile function says so by an audit event, which is refused.
 */
#include "binding/watch.h"

#include "binding/convert.h"
#include "binding/errors.h"
#include "binding/module_object.h"

typedef struct watch_object {
    PyObject_HEAD PyObject *code; /* owned */
    PyObject *module;             /* owned */
    ispy_admission *admission;    /* owned */
} watch_object;

/* --- the threads that are watched: a set of their numbers ------------------------------------------------------------
 */

int ispy_watch_keep(ispy_state *state) {
    PyObject *thread = PyLong_FromUnsignedLong(PyThread_get_thread_ident()); /* owned */
    int watched = thread == NULL ? -1 : PySet_Contains(state->watched_threads, thread);
    Py_XDECREF(thread);
    if (watched > 0) {
        PyErr_SetString(PyExc_RuntimeError, "importspy: no profile function can be set while a module runs that has to "
                                            "be looked at when it has run");
    }
    return watched == 0 ? 0 : -1;
}

/* PySet_Add or PySet_Discard of this thread. */
static int mark_thread(ispy_state *state, int (*change)(PyObject *, PyObject *)) {
    PyObject *thread = PyLong_FromUnsignedLong(PyThread_get_thread_ident()); /* owned */
    int status = thread == NULL ? -1 : change(state->watched_threads, thread);
    Py_XDECREF(thread);
    return status < 0 ? -1 : 0;
}

enum { MOST_TRIES = 100 };

/* sys.setprofile(function). CPython refuses with a RuntimeError while another thread is at it, which may have stopped
 * in somebody's audit hook: so that is tried again. */
static int set_profile(ispy_state *state, PyObject *function) {
    for (int tries = 1;; tries++) {
        PyObject *result = PyObject_CallFunctionObjArgs(state->set_profile, function, NULL); /* owned */
        if (result != NULL) {
            Py_DECREF(result);
            return 0;
        }
        if (tries == MOST_TRIES || !PyErr_ExceptionMatches(PyExc_RuntimeError)) {
            return -1;
        }
        PyErr_Clear();
        Py_BEGIN_ALLOW_THREADS;
        Py_END_ALLOW_THREADS;
    }
}

static int stop_watching(ispy_state *state) {
    int status = mark_thread(state, PySet_Discard);
    return set_profile(state, Py_None) < 0 ? -1 : status;
}

int ispy_watch_is_possible(ispy_state *state) {
    PyObject *profile = PyObject_CallFunctionObjArgs(state->get_profile, NULL); /* owned */
    int possible = profile == NULL ? -1 : profile == Py_None;
    Py_XDECREF(profile);
    return possible;
}

/* --- one watch -------------------------------------------------------------------------------------------------------
 */

int ispy_watch_begin(ispy_state *state, ispy_admission *admission, PyObject *code, PyObject *module) {
    watch_object *watch = PyObject_GC_New(watch_object, (PyTypeObject *)state->watch_type);
    if (watch == NULL) {
        ispy_admission_free(admission);
        return -1;
    }
    watch->code = Py_NewRef(code);
    watch->module = Py_NewRef(module);
    watch->admission = admission;
    PyObject_GC_Track(watch);
    int status = set_profile(state, (PyObject *)watch); /* an audit hook may refuse: the code does not run then */
    if (status == 0) {
        status = mark_thread(state, PySet_Add);
    }
    Py_DECREF(watch);
    return status;
}

/* Whether the frame returns, and is not left by an exception: it stands at the instruction that ends every module. */
static int returns(ispy_state *state, PyObject *frame, PyObject *code) {
    PyObject *last = PyObject_GetAttrString(frame, "f_lasti");    /* owned */
    PyObject *bytecode = PyObject_GetAttrString(code, "co_code"); /* owned */
    char *bytes = NULL;                                           /* borrowed */
    Py_ssize_t size = 0;
    int result = -1;
    if (last != NULL && bytecode != NULL && PyBytes_AsStringAndSize(bytecode, &bytes, &size) == 0) {
        Py_ssize_t at = PyLong_AsSsize_t(last);
        result = PyErr_Occurred() ? -1 : at >= 0 && at < size && (unsigned char)bytes[at] == state->return_opcode;
    }
    Py_XDECREF(last);
    Py_XDECREF(bytecode);
    return result;
}

static int look_again(ispy_state *state, const watch_object *watch) {
    int status = ispy_admission_confirm(state, watch->admission, watch->module, false);
    if (status < 0 && PyErr_ExceptionMatches(state->contract_violation)) {
        ispy_module_disable(state, watch->module);
    }
    return status;
}

/* watch(frame, event, argument), as sys.setprofile has it. */
static PyObject *watch_call(PyObject *self, PyObject *args, PyObject *kwargs) {
    (void)kwargs;
    watch_object *watch = (watch_object *)self;
    ispy_state *state = ispy_state_of(self);
    PyObject *frame = NULL, *event = NULL, *argument = NULL; /* borrowed */
    if (!PyArg_ParseTuple(args, "OOO", &frame, &event, &argument)) {
        return NULL;
    }
    if (PyUnicode_CompareWithASCIIString(event, "return") != 0) {
        return Py_NewRef(Py_None);
    }
    PyObject *code = PyObject_GetAttrString(frame, "f_code"); /* owned */
    int ours = code == watch->code ? returns(state, frame, code) : 0;
    bool ends = code == watch->code;
    Py_XDECREF(code);
    if (code == NULL || ours < 0) {
        return NULL;
    }
    if (!ends) {
        return Py_NewRef(Py_None);
    }
    Py_INCREF(self);
    int status = stop_watching(state);
    if (status == 0 && ours) { /* otherwise an exception leaves it: no module comes of it */
        status = look_again(state, watch);
    } else if (status == 0) {
        ispy_admission_abandon(state, watch->admission);
    }
    Py_DECREF(self);
    return status < 0 ? NULL : Py_NewRef(Py_None);
}

static int watch_traverse(PyObject *self, visitproc visit, void *arg) {
    watch_object *watch = (watch_object *)self;
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(watch->code);
    Py_VISIT(watch->module);
    return ispy_admission_traverse(watch->admission, visit, arg);
}

static void watch_dealloc(PyObject *self) {
    watch_object *watch = (watch_object *)self;
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    ispy_admission_free(watch->admission);
    Py_XDECREF(watch->code);
    Py_XDECREF(watch->module);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

static PyType_Slot slots[] = {
    {Py_tp_doc, "A profile function that looks at a module when its body has run."},
    {Py_tp_call, ISPY_SLOT(watch_call)},
    {Py_tp_traverse, ISPY_SLOT(watch_traverse)},
    {Py_tp_dealloc, ISPY_SLOT(watch_dealloc)},
    {0, NULL},
};

PyType_Spec ispy_watch_spec = {
    .name = "importspy._core.Watch",
    .basicsize = sizeof(watch_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = slots,
};
