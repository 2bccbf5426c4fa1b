/* Makes somebody else's loader read the bytes that were validated, and no others. */
#ifndef ISPY_BINDING_SERVE_H
#define ISPY_BINDING_SERVE_H

#include "binding/state.h"

/* Until ispy_serve_end, loader.get_data gives `bytes` for `path` and has no bytecode to give; whatever else is asked of
 * it, it answers as before. `*serving` (owned) goes to ispy_serve_end; NULL where the loader is none that reads its
 * source by get_data. -1 with an exception. */
int ispy_serve_begin(ispy_state *state, PyObject *loader, PyObject *path, PyObject *bytes, PyObject **serving);
/* Takes `serving`, which may be NULL; keeps an exception that is set. Whether the loader has asked for the bytes. */
bool ispy_serve_end(ispy_state *state, PyObject *loader, PyObject *serving);
/* What `method`, somebody's get_data, would give for `path` while it is ours, new: for us, who are not the loader. NULL
 * without an exception where it is not ours, or would give something else. */
PyObject *ispy_serve_peek(PyObject *method, PyObject *path);

#endif
