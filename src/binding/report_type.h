/* importspy.Report: what came of holding one module against one or several contracts. */
#ifndef ISPY_BINDING_REPORT_TYPE_H
#define ISPY_BINDING_REPORT_TYPE_H

#include "binding/state.h"

extern PyType_Spec ispy_report_spec;

/* One report of the core, and what the binding makes of it. */
typedef struct ispy_outcome {
    ispy_report *report;        /* borrowed */
    ispy_unprovable unprovable; /* what happens to what is unprovable: the contract's word, or that of install() */
    bool final;                 /* nobody will look again: unprovable under `confirm` is denied as well */
} ispy_outcome;

/* FAIL, PASS, or UNPROVABLE: to be looked at again. */
ispy_verdict ispy_outcome_decision(const ispy_outcome *outcome);
/* New reference. `name` is a str or None; count may be 0 (no contract applied). */
PyObject *ispy_report_object_new(ispy_state *state, PyObject *name, PyObject *path, const ispy_outcome *outcomes,
                                 size_t count);
/* The text, borrowed from a Report. */
PyObject *ispy_report_object_text(PyObject *report);
PyObject *ispy_report_object_violations(PyObject *report);
PyObject *ispy_report_object_path(PyObject *report);

#endif
