/* What status(), preflight() and `importspy doctor` ask of the extension. Private functions of the module: the package
 * makes the public ones of them. */
#ifndef ISPY_BINDING_STATUS_H
#define ISPY_BINDING_STATUS_H

#include "binding/state.h"

/* (path, line, title, mode, names, files, filename, met); patterns that take away begin with "!". New tuple. */
PyObject *ispy_contract_row(ispy_state *state, const ispy_contract *contract, ispy_mode mode, bool met, PyObject *host);

/* _status() -> (guards, admissions, forgotten, position or None, replaced, finders before ours, finders that stood
 * before ours, log or None, log failed) */
PyObject *ispy_status(PyObject *module, PyObject *ignored);
/* _forget(): empties the register; for tests. */
PyObject *ispy_forget(PyObject *module, PyObject *ignored);
/* _aside(contracts) -> Guard that is not in force */
PyObject *ispy_aside(PyObject *module, PyObject *contracts);
/* _survey(name, spec, guards) -> Report, or None where no contract selects the module */
PyObject *ispy_survey(PyObject *module, PyObject *args);

#endif
