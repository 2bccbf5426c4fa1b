/* The exceptions of ImportSpy, and how each comes to its text. */
#ifndef ISPY_BINDING_ERRORS_H
#define ISPY_BINDING_ERRORS_H

#include "binding/state.h"

/* Makes the three classes; -1 with an exception. */
int ispy_errors_init(ispy_state *state);
/* Raises ContractError, or what the status stands for. Gives back NULL. */
PyObject *ispy_contract_error_raise(ispy_state *state, const ispy_error *error);
/* What ContractError says: place, code, sentence, excerpt with carets, hint. */
PyObject *ispy_contract_error_text(const ispy_error *error);
/* New ContractViolation. `note` is a further sentence for its first line, or NULL. */
PyObject *ispy_violation_new(ispy_state *state, PyObject *name, PyObject *report, const char *note);
/* New ContractViolation that says the same: an exception that is raised twice gathers tracebacks. */
PyObject *ispy_violation_copy(PyObject *violation);
/* Raises one. Gives back -1. */
int ispy_violation_raise(ispy_state *state, PyObject *name, PyObject *report, const char *note);
/* Shows a ContractWarning that points at the module's file. -1: warnings are errors, and this one is raised. */
int ispy_violation_warn(ispy_state *state, PyObject *name, PyObject *report, const char *note);

#endif
