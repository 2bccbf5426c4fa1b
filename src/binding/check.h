/* check(): a file held against contracts without being executed. */
#ifndef ISPY_BINDING_CHECK_H
#define ISPY_BINDING_CHECK_H

#include "binding/state.h"

/* All borrowed; None where nothing was said. */
typedef struct ispy_check_request {
    PyObject *contracts; /* a _Contracts */
    PyObject *path;
    PyObject *module;  /* its dotted name */
    PyObject *chosen;  /* numbers of contracts, a sequence; None: all of them */
    PyObject *context; /* replaces parts of the snapshot, for tests */
    PyObject *roots;   /* folders that count as being on sys.path, a sequence of str; its own come first */
    PyObject *live;    /* the module that the file has become: has the last word; with it, the path may be None */
} ispy_check_request;

/* New Report. OSError when the file cannot be read. */
PyObject *ispy_check_file(ispy_state *state, const ispy_check_request *request);
/* check(path, contracts, /, *, module=None) */
PyObject *ispy_check_function(PyObject *module, PyObject *args, PyObject *kwargs);
/* _check(path, contracts, context=None, module=None, live=None) */
PyObject *ispy_check_in_context(PyObject *module, PyObject *args, PyObject *kwargs);

#endif
