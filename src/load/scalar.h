/* Values: what a YAML scalar, list or mapping asks of a Python value. */
#ifndef ISPY_LOAD_SCALAR_H
#define ISPY_LOAD_SCALAR_H

#include "load/fault.h"

/* What a scalar looks like. Quoted and block scalars are STR. Plain ones: true, True, TRUE and their opposites are
 * BOOL; nothing, ~, null, Null, NULL and None are NONE; "..." is ELLIPSIS; Python's decimal, hexadecimal, octal and
 * binary integers are INT; Python's floats and YAML's .inf and .nan are FLOAT; all else is STR: yes, on, 012,
 * 2026-01-31. */
ispy_literal_kind ispy_scalar_kind(const ispy_node *node);

/* The value: INT and FLOAT in canonical form, a list as SEQUENCE, a mapping as DICT. ISPY_OK, or an error with a place.
 */
int ispy_node_literal(ispy_literal *out, const ispy_loader *loader, const ispy_node *node);

#endif
