/* Which contracts select a module: an index over their patterns, compiled once.
 * Must not know: how contracts were loaded, the file system. */
#ifndef ISPY_MODEL_SELECTOR_H
#define ISPY_MODEL_SELECTOR_H

#include "model/contract.h"

typedef struct ispy_selector ispy_selector;

/* Lives in `arena`, borrows the contracts and the array. ISPY_OK or ISPY_ENOMEM. */
int ispy_selector_new(const ispy_selector **out, ispy_arena *arena, const ispy_contract *const *contracts,
                      uint32_t count);
/* As ispy_contract_set_select, ..._may_select, ..._knows_first_part and ..._selects_by_path. None of them takes memory.
 */
void ispy_selector_visit(const ispy_selector *selector, ispy_str name, ispy_str path, ispy_contract_visitor visit,
                         void *user);
bool ispy_selector_may_select(const ispy_selector *selector, ispy_str name);
bool ispy_selector_knows_first_part(const ispy_selector *selector, const char *part, size_t length);
bool ispy_selector_asks_for_path(const ispy_selector *selector);
bool ispy_selector_by_path(const ispy_selector *selector);

#endif
