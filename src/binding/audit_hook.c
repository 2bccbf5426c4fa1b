/* The audit hook: what Python tells before it does something. Must not know: what follows from it.
 *
 * It is C, and not sys.addaudithook, because that takes three times as long for each event that is none of ours
 * (measured; docs/architecture.md). A hook cannot be taken back while Python runs. What it holds on to is a small block
 * of its own, not the state; Python says when it drops the hooks, and the block is freed then.
 *
 * The hook of an interpreter that has gone is there for the next one: a program that makes and ends many interpreters
 * would otherwise be slower with each (36 ns for each event, measured). There is no list of hooks, as that would be
 * shared by all interpreters; an audit event asks whether one is free.
 */
#include "binding/audit_hook.h"

#include "binding/direct_load.h"
#include "binding/finder.h"
#include "binding/watch.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* Not part of the limited API, but exported by every CPython since 3.8 with this signature (PEP 578). */
PyAPI_FUNC(int) PySys_AddAuditHook(int (*hook)(const char *, PyObject *, void *), void *data);

static const char PROBE[] = "importspy.probe";
static const char ADOPT[] = "importspy.adopt"; /* with a capsule of that name that holds a state without a hook */

enum { NOBODY = -1 };

/* Threads of several interpreters read `interpreter`. Whoever has put its own number there owns the rest. */
typedef struct ispy_audit_hook {
    _Atomic int64_t interpreter;
    ispy_state *state; /* borrowed; NULL when it has gone */
    bool answered;     /* the probe has arrived: no other hook keeps events from us */
} audit_hook;

static int on_set_profile(ispy_state *state, PyObject *guards, PyObject *args) {
    (void)guards;
    (void)args;
    return ispy_watch_keep(state);
}

static const struct {
    const char *event;
    int (*handle)(ispy_state *, PyObject *guards, PyObject *args);
} events[] = {
    {"exec", ispy_direct_load_exec},
    {"import", ispy_direct_load_extension},
    {"function.__new__", ispy_direct_load_function},
    {"object.__setattr__", ispy_direct_load_set_code},
    {"sys.setprofile", on_set_profile},
};

static int dispatch(ispy_state *state, const char *event, PyObject *args) {
    PyObject *guards = state->direct_guards; /* borrowed until here */
    size_t i = 0;
    if (guards == NULL || PyTuple_Size(guards) == 0) {
        return 0;
    }
    if (ispy_finder_keep_first(state) < 0) {
        return -1;
    }
    while (i < sizeof events / sizeof *events && strcmp(event, events[i].event) != 0) {
        i++;
    }
    if (i == sizeof events / sizeof *events) {
        return 0;
    }
    Py_INCREF(guards); /* stays whole while others swap it */
    int status = events[i].handle(state, guards, args);
    Py_DECREF(guards);
    return status;
}

/* Takes a hook that nobody has for the state that the capsule holds. Python code can send the event, but no capsule. */
static int adopt(audit_hook *hook, PyObject *args) {
    PyObject *capsule = PyTuple_Size(args) == 1 ? PyTuple_GetItem(args, 0) : NULL; /* borrowed */
    if (capsule == NULL || !PyCapsule_IsValid(capsule, ADOPT)) {
        return 0;
    }
    ispy_state *state = PyCapsule_GetPointer(capsule, ADOPT);
    int64_t nobody = NOBODY;
    int64_t own = PyInterpreterState_GetID(PyInterpreterState_Get());
    if (state->audit_hook == NULL && atomic_compare_exchange_strong(&hook->interpreter, &nobody, own)) {
        hook->answered = false;
        hook->state = state;
        state->audit_hook = hook;
    }
    return 0;
}

/* Called for every audit event of the process. */
static int on_event(const char *event, PyObject *args, void *data) {
    audit_hook *hook = data;
    if (event[0] == 'c' && strcmp(event, "cpython._PySys_ClearAuditHooks") == 0) {
        if (hook->state != NULL) {
            hook->state->audit_hook = NULL;
        }
        free(hook);
        return 0;
    }
    /* the first letters of those that concern us; "open" and "os.*" are frequent, and do not */
    if (event[0] == 'o' ? event[1] != 'b' : strchr("efis", event[0]) == NULL) {
        return 0;
    }
    int64_t whose = atomic_load_explicit(&hook->interpreter, memory_order_acquire);
    if (whose == NOBODY) {
        return strcmp(event, ADOPT) == 0 ? adopt(hook, args) : 0;
    }
    if (whose != PyInterpreterState_GetID(PyInterpreterState_Get()) || hook->state == NULL) {
        return 0;
    }
    if (strcmp(event, PROBE) == 0) {
        hook->answered = true;
        return 0;
    }
    return dispatch(hook->state, event, args);
}

/* --- beginning and end -----------------------------------------------------------------------------------------------
 */

/* Whether events reach the hook: Python drops a hook without a word when another one objects to it. */
static int probe(ispy_state *state) {
    PyObject *result = PyObject_CallFunction(state->audit_function, "s", PROBE); /* owned */
    int status = result == NULL ? -1 : 0;
    Py_XDECREF(result);
    if (status == 0 && !state->audit_hook->answered) {
        PyErr_SetString(PyExc_RuntimeError,
                        "importspy: another audit hook keeps this one out, so that modules which are "
                        "loaded past the finders cannot be guarded (install(..., direct=False) "
                        "does without)");
        status = -1;
    }
    return status;
}

/* Asks the hooks of interpreters that have gone. */
static int ask_for_one(ispy_state *state) {
    PyObject *capsule = PyCapsule_New(state, ADOPT, NULL); /* owned */
    PyObject *result = capsule == NULL ? NULL : PyObject_CallFunction(state->audit_function, "sO", ADOPT, capsule);
    int status = result == NULL ? -1 : 0;
    if (capsule != NULL) { /* other hooks have seen it, and may have kept it: it is good for nothing from now on */
        status = PyCapsule_SetName(capsule, NULL) < 0 ? -1 : status;
    }
    Py_XDECREF(result);
    Py_XDECREF(capsule);
    return status;
}

static int add_one(ispy_state *state) {
    audit_hook *hook = calloc(1, sizeof *hook);
    if (hook == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    hook->state = state;
    atomic_init(&hook->interpreter, PyInterpreterState_GetID(PyInterpreterState_Get()));
    if (PySys_AddAuditHook(on_event, hook) < 0) {
        free(hook);
        return -1;
    }
    state->audit_hook = hook;
    return 0;
}

int ispy_audit_hook_start(ispy_state *state) {
    if (state->audit_hook != NULL) {
        return 0;
    }
    if (ask_for_one(state) < 0 || (state->audit_hook == NULL && add_one(state) < 0)) {
        ispy_audit_hook_end(state);
        return -1;
    }
    if (probe(state) < 0) {
        ispy_audit_hook_end(state); /* it may have been added all the same: then it is there for the next one */
        return -1;
    }
    return 0;
}

void ispy_audit_hook_end(ispy_state *state) {
    audit_hook *hook = state->audit_hook;
    if (hook != NULL) {
        state->audit_hook = NULL;
        hook->state = NULL;
        atomic_store_explicit(&hook->interpreter, NOBODY, memory_order_release);
    }
}
