/* Text between Python and the core. Must not know: contracts, modules. */
#ifndef ISPY_BINDING_CONVERT_H
#define ISPY_BINDING_CONVERT_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <importspy/base.h>

/* A function as CPython's tables of slots want it. ISO C knows no such conversion; POSIX and Windows promise it. */
#define ISPY_SLOT(function) ((void *)(uintptr_t)(function))

/* New reference; None for a text that was not stated. Bytes that are no UTF-8 come out as "\xff". */
PyObject *ispy_unicode_from_str(ispy_str text);
/* As above for paths: bytes that are no UTF-8 come out as Python's surrogate escapes, so that the path stays usable. */
PyObject *ispy_unicode_from_path(ispy_str path);
/* Copies into the arena; what UTF-8 cannot hold (lone surrogates) goes in as "\udcff". -1: a Python exception is set.
 */
int ispy_str_from_unicode(ispy_str *out, PyObject *unicode, ispy_arena *arena);
/* Borrows the text of `unicode`; false, without an exception, when it is no str or UTF-8 cannot hold it. */
bool ispy_str_borrow(ispy_str *out, PyObject *unicode);
/* Sets the exception for a code of the core (ENOMEM: MemoryError; EFOREIGN: one is set already). Gives back -1. */
int ispy_status_raise(int status);

#endif
