/* Whether code that is about to run is what a source compiles to. */
#ifndef ISPY_BINDING_SAME_CODE_H
#define ISPY_BINDING_SAME_CODE_H

#include "binding/state.h"

/* 1: what runs in the one way runs in the other: bytecode, constants, names, tables, and all code nested in it. Names
 * of files may differ. 0: not; -1: exception. Both are code objects. */
int ispy_code_same(ispy_state *state, PyObject *a, PyObject *b);
/* 1: `source` (bytes), compiled in one of the ways that Python has (levels of optimisation, __future__ features that
 * the compiling module had in force), is this code; 0: it is not, or does not compile; -1: exception. */
int ispy_code_is_of_source(ispy_state *state, PyObject *code, PyObject *source, PyObject *path);

#endif
