/* The register of verdicts. Must not know: how a verdict comes about.
 *
 * A dict of immutable rows, keyed by name, path and way. Nothing here takes a lock: Python's own operations on dicts
 * are whole, and the counters are atomic.
 */
#include "binding/register.h"

#include "binding/clock.h"
#include "binding/convert.h"
#include "binding/verdict_log.h"

/* sys.audit("importspy.verdict", module, path, verdict, outcome, contracts). */
static int tell(ispy_state *state, const ispy_verdict_row *row) {
    PyObject *result = NULL;                                                         /* owned */
    PyObject *verdict = PyUnicode_InternFromString(ispy_verdict_name(row->verdict)); /* owned */
    PyObject *outcome = PyUnicode_InternFromString(ispy_effect_name(row->effect));   /* owned */
    if (verdict != NULL && outcome != NULL) {
        result = PyObject_CallFunctionObjArgs(state->audit_function, state->names.verdict_event, row->name, row->path,
                                              verdict, outcome, row->contracts, NULL);
    }
    int status = result == NULL ? -1 : 0;
    Py_XDECREF(verdict);
    Py_XDECREF(outcome);
    Py_XDECREF(result);
    return status;
}

/* Makes room by forgetting the oldest sixteenth. */
static int make_room(ispy_state *state, PyObject *records) {
    PyObject *key = NULL, *value = NULL; /* borrowed */
    PyObject *oldest = PyList_New(0);    /* owned */
    int status = oldest == NULL ? -1 : 0;
    for (Py_ssize_t at = 0; status == 0 && PyList_Size(oldest) < ISPY_REGISTER_MOST / 16;) {
        if (!PyDict_Next(records, &at, &key, &value)) {
            break;
        }
        status = PyList_Append(oldest, key);
    }
    for (Py_ssize_t i = 0; status == 0 && i < PyList_Size(oldest); i++) {
        if (PyDict_DelItem(records, PyList_GetItem(oldest, i)) == 0) {
            atomic_fetch_add(&state->forgotten, 1);
        } else {
            PyErr_Clear(); /* another thread was faster */
        }
    }
    Py_XDECREF(oldest);
    return status;
}

static int remember(ispy_state *state, const ispy_verdict_row *row) {
    PyObject *records = Py_XNewRef(state->records); /* owned */
    PyObject *key = NULL;                           /* owned */
    PyObject *made = NULL;                          /* owned */
    int status = -1;
    if (records == NULL) {
        return 0; /* Python is shutting down */
    }
    key = Py_BuildValue("(OOi)", row->name, row->path, (int)row->way);
    made = key == NULL ? NULL : ispy_admission_object_new(state, row);
    if (made != NULL && (PyDict_Size(records) < ISPY_REGISTER_MOST || make_room(state, records) == 0)) {
        status = PyDict_SetItem(records, key, made);
    }
    Py_XDECREF(key);
    Py_XDECREF(made);
    Py_DECREF(records);
    return status;
}

int ispy_register_add(ispy_state *state, const ispy_verdict_row *given, const ispy_outcome *outcomes, size_t count) {
    PyObject *type = NULL, *value = NULL, *traceback = NULL; /* owned */
    ispy_verdict_row row = *given;
    row.time_ns = ispy_clock_utc();
    if (tell(state, &row) < 0) {
        row.effect = ISPY_DENIED;
        PyErr_Fetch(&type, &value, &traceback);
    }
    int status = remember(state, &row);
    if (state->log_path != NULL) {
        ispy_log_write(state, &row, outcomes, count);
    }
    if (type != NULL) {
        PyErr_Restore(type, value, traceback); /* in place of what remember() may have set */
        return -1;
    }
    return status;
}

PyObject *ispy_register_list(ispy_state *state) {
    PyObject *values = PyDict_Values(state->records); /* owned */
    PyObject *rows = values == NULL ? NULL : PyList_AsTuple(values);
    Py_XDECREF(values);
    return rows;
}

void ispy_register_clear(ispy_state *state) {
    PyDict_Clear(state->records);
    atomic_store(&state->forgotten, 0);
}
