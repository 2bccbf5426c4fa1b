/* guard_spec() and load_file(): modules that a host loads by their path, guarded whatever sys.meta_path holds. */
#ifndef ISPY_BINDING_LOAD_FILE_H
#define ISPY_BINDING_LOAD_FILE_H

#include "binding/state.h"

/* guard_spec(spec, contracts=None, /) -> the same spec. */
PyObject *ispy_guard_spec_function(PyObject *module, PyObject *args);
/* load_file(name, path, contracts=None, /) -> module. Registers it in sys.modules, and takes it out again when it
 * fails: what was there before stays. */
PyObject *ispy_load_file_function(PyObject *self, PyObject *args);

#endif
