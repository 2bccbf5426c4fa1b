/* The bytes of a source file, as importlib's own loader would read them, in three calls of the system. */
#ifndef ISPY_BINDING_SOURCE_FILE_H
#define ISPY_BINDING_SOURCE_FILE_H

#include "binding/file_stamp.h"
#include "binding/state.h"

/* What the file system says of an ordinary file with something in it; false, and nothing known, for any other. No
 * exception; opens nothing. */
bool ispy_source_file_look(ispy_file_stamp *out, PyObject *path);
/* New bytes, and in `*stamp` the state that the file was in before they were read and was still in afterwards; nothing
 * known where that is not one, or where the file was not at rest. NULL without an exception: no ordinary file, or
 * nothing that could be read: ask the loader, which has the right words for it. NULL with one: an audit hook said no,
 * or memory ran out. */
PyObject *ispy_source_file_read(ispy_state *state, PyObject *path, ispy_file_stamp *stamp);

#endif
