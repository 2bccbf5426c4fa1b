/* "Did you mean ...": the nearest of some names. */
#ifndef ISPY_BASE_SUGGEST_H
#define ISPY_BASE_SUGGEST_H

#include <importspy/base.h>

/* Index of the candidate nearest to `name` (Damerau-Levenshtein distance in code points at most a third of its length,
 * at least 1, and less than all of it; case and underscores count less), or -1. The first of equals wins. Names over 64
 * bytes are never suggested, nor is `name` itself. */
long ispy_suggest(ispy_str name, const ispy_str *candidates, size_t count);

#endif
