/* `imports:`, `calls:` and `top_level:`: patterns checked, and ranked by how much they say. */
#ifndef ISPY_LOAD_USE_POLICY_H
#define ISPY_LOAD_USE_POLICY_H

#include "load/contract_load.h"
#include "load/fields.h"

/* One entry or a list of them, as the type of the field has it. */
int ispy_policy_entries_read(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node);

#endif
