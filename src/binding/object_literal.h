/* Values of builtin types as literals. */
#ifndef ISPY_BINDING_OBJECT_LITERAL_H
#define ISPY_BINDING_OBJECT_LITERAL_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <importspy/module.h>

/* Fills a zeroed `out` from an object of an exact builtin type, containers up to `depth` and `*budget` items in all;
 * DYNAMIC for anything else. 0; -1 with an exception. Runs no code of the object's. */
int ispy_literal_from_object(ispy_literal *out, ispy_arena *arena, PyObject *object, int depth, uint32_t *budget);

#endif
