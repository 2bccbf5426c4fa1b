/* Literal values: compared as Python compares them, shown as Python shows them. */
#ifndef ISPY_MODEL_LITERAL_H
#define ISPY_MODEL_LITERAL_H

#include <importspy/module.h>

#include "base/text.h"

/* Whether `got == wanted` would hold in Python: 2 == 2.0 and True == 1 as there, except that a bool is met by a bool
 * only (a host that writes `true` means it). UNPROVABLE where a DYNAMIC part decides, for nesting deeper than 200, and
 * for sets and dicts so large that comparing them in any order would take too long. Numbers compare by their exact
 * values: see literal_compare.c. */
ispy_verdict ispy_literal_compare(const ispy_literal *wanted, const ispy_literal *got);
/* Whether both are numbers that have an order (int, float; no bool, no complex, no nan), and which: `sign` is -1, 0 or
 * 1 as `a` is less, equal or greater, exactly. FAIL: they are not; UNPROVABLE: one is a longer text than is read. */
ispy_verdict ispy_literal_order(int *sign, const ispy_literal *a, const ispy_literal *b);
/* Appends Python's repr, cut after about `limit` bytes with "..."; "..." for DYNAMIC. */
void ispy_literal_show(ispy_text *out, const ispy_literal *literal, size_t limit);
const char *ispy_literal_type(const ispy_literal *literal); /* "int", "str", "list", ...; "?" for DYNAMIC */

#endif
