/* `modules:` and `files:`: what a contract is for. */
#ifndef ISPY_LOAD_PATTERN_H
#define ISPY_LOAD_PATTERN_H

#include "load/fault.h"

enum { ISPY_PATTERN_MAX_BYTES = 1024 };

/* One pattern or a list of them; `key` names them in messages. ISPY_OK, or an error with a place. */
int ispy_patterns_load(const ispy_pattern **out, uint32_t *count, const ispy_loader *loader, const ispy_node *node,
                       const char *key, bool files);

#endif
