/* importspy.Finding: one thing that is wrong, or that could not be proved. */
#ifndef ISPY_BINDING_FINDING_TYPE_H
#define ISPY_BINDING_FINDING_TYPE_H

#include "binding/state.h"

extern PyType_Spec ispy_finding_spec;

/* New reference. `path` is that of the module: str or None. */
PyObject *ispy_finding_new(ispy_state *state, const ispy_finding *finding, PyObject *path);

#endif
