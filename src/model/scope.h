/* The order of the bindings in an ispy_scope: what sorts them and what finds them has to agree on it. */
#ifndef ISPY_MODEL_SCOPE_H
#define ISPY_MODEL_SCOPE_H

#include <importspy/module.h>

/* By hash, then by bytes, then by length: < 0, 0, > 0. */
int ispy_name_order(ispy_str a, ispy_str b);

#endif
