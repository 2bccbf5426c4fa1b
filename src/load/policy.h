/* What a contract says of rules rather than of modules: codes, severities, the days of waivers. */
#ifndef ISPY_LOAD_POLICY_H
#define ISPY_LOAD_POLICY_H

#include "load/fault.h"
#include "load/fields.h"

/* The code of a rule that a contract may make less of. */
int ispy_rule_load(uint32_t *index, const ispy_loader *loader, const ispy_node *node);
/* `out`: what was stated before, or NULL; then the rules' own severities are the beginning. */
int ispy_severities_load(const ispy_severity **out, const ispy_loader *loader, const ispy_field *field,
                         const ispy_node *node);
/* What has to be so once all keys of a waiver were read. */
int ispy_waiver_finish(const ispy_loader *loader, ispy_waiver *waiver);

#endif
