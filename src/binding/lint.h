/* What is wrong and what is odd about contracts, all at once. */
#ifndef ISPY_BINDING_LINT_H
#define ISPY_BINDING_LINT_H

#include "binding/state.h"

/* Of files and folders (a tuple of str): a list of (code, severity, message, hint, path, line, column, text), each
 * thing once, in the order of their places. ContractError is set for what cannot be read. */
PyObject *ispy_lint_contracts(ispy_state *state, PyObject *paths);
/* A list of (code, severity, title). */
PyObject *ispy_lint_rules(void);

#endif
