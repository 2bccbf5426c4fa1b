/* Lazy imports of Python 3.15 (PEP 810): a contracted name is imported where it is declared. */
#ifndef ISPY_BINDING_LAZY_H
#define ISPY_BINDING_LAZY_H

#include "binding/state.h"

/* Stands before the filter that Python asks about lazy imports, where there is such a thing. -1 with an exception. */
int ispy_lazy_start(ispy_state *state);
/* Puts the former filter back, unless somebody has put another one in the place of ours. -1 with an exception. */
int ispy_lazy_end(ispy_state *state);

#endif
