/* Whether a module that is running is what its file says: it may have been changed since, by code elsewhere or by an
 * update of the file. */
#ifndef ISPY_BINDING_LIVE_AGREES_H
#define ISPY_BINDING_LIVE_AGREES_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <importspy/module.h>

/* Compares names, kinds, parameters, and values that the source states; runs no code of the module's. 1, 0, or -1 with
 * an exception. */
int ispy_live_agrees(PyObject *live, const ispy_module *source);

#endif
