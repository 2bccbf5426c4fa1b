/* Keeps our finder in front of sys.meta_path.
 *
 * Whoever puts a finder before ours answers for contracted modules without our being asked: pytest, typeguard and wrapt
 * all insert theirs at 0. An audit hook is the one place that Python passes before it looks for a module, whoever
 * stands in front by then. It is C, and not sys.addaudithook, which takes some 300 ns more for each event. Must not
 * know: contracts, how a module is validated. */
#include "binding/front.h"

#include "binding/finder.h"

#include <stdlib.h>
#include <string.h>

/* Not part of the limited API, but exported by every CPython since 3.8 with this signature (PEP 578). */
PyAPI_FUNC(int) PySys_AddAuditHook(int (*hook)(const char *, PyObject *, void *), void *data);

/* `interpreter` never changes; `state` is touched by the thread that runs that interpreter only. */
typedef struct ispy_front {
    int64_t interpreter;
    ispy_state *state; /* borrowed; NULL when it has gone */
} front;

/* Called for each audit event of the process: a look at one list item, unless somebody stands in front. */
static int on_event(const char *event, PyObject *args, void *data) {
    (void)args;
    front *hook = data;
    if (event[0] == 'c' && strcmp(event, "cpython._PySys_ClearAuditHooks") == 0) {
        if (hook->state != NULL) {
            hook->state->front = NULL;
        }
        free(hook);
        return 0;
    }
    if (hook->interpreter != PyInterpreterState_GetID(PyInterpreterState_Get()) || hook->state == NULL ||
        hook->state->finder == NULL) {
        return 0;
    }
    return ispy_finder_keep_first(hook->state);
}

int ispy_front_begin(ispy_state *state) {
    if (state->front != NULL) {
        return 0;
    }
    front *hook = calloc(1, sizeof *hook);
    if (hook == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    hook->interpreter = PyInterpreterState_GetID(PyInterpreterState_Get());
    hook->state = state;
    if (PySys_AddAuditHook(on_event, hook) < 0) {
        free(hook);
        return -1;
    }
    state->front = hook;
    return 0;
}

void ispy_front_end(ispy_state *state) {
    if (state->front != NULL) {
        state->front->state = NULL;
        state->front = NULL;
    }
}
