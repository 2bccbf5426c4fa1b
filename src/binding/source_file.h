/* The bytes of a source file, as importlib's own loader would read them, in three calls of the system. */
#ifndef ISPY_BINDING_SOURCE_FILE_H
#define ISPY_BINDING_SOURCE_FILE_H

#include "binding/state.h"

/* New bytes; NULL without an exception: no ordinary file, or nothing that could be read: ask the loader, which has the
 * right words for it. NULL with one: an audit hook said no, or memory ran out. */
PyObject *ispy_source_file_read(ispy_state *state, PyObject *path);

#endif
