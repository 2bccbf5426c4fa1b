/* Where a file that is checked would be imported from. */
#ifndef ISPY_BINDING_CHECK_ROOTS_H
#define ISPY_BINDING_CHECK_ROOTS_H

#include "binding/state.h"

/* The folders that have to be on sys.path for the file to be imported, a new tuple: the one that `module` (its dotted
 * name, or None) counts from, the one around its outermost package, and those of `more` (a sequence of str, or None).
 * `*name`: the dotted name that it has from there, new, or NULL. NULL with an exception. */
PyObject *ispy_check_roots(ispy_state *state, PyObject **name, PyObject *path, PyObject *module, PyObject *more);

#endif
