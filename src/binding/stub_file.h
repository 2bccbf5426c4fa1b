/* The stub beside an extension module. */
#ifndef ISPY_BINDING_STUB_FILE_H
#define ISPY_BINDING_STUB_FILE_H

#include "binding/state.h"

/* "folder/mod.pyi" for "folder/mod.cpython-311-x86_64-linux-gnu.so"; new. NULL with an exception. */
PyObject *ispy_stub_file_path(PyObject *origin);
/* Turns what was read from a stub, a fresh structure out of ispy_extract_from_source, into what it says of the module:
 * a value of "..." and a value left out ("x: int") are some value. -1 with an exception. */
int ispy_stub_file_interpret(const ispy_module *stub, ispy_arena *arena);
/* Gives `live`, a fresh structure out of ispy_extract_from_live, the annotations that the stub states: machine code
 * carries none, so they are nothing that it could refute. */
void ispy_stub_file_lend(const ispy_module *live, const ispy_module *stub);

#endif
