/* The codes of rules, as far as contracts name them. The list is src/rules/rules.def, which this layer must not see:
 * rules/rule.c implements what is declared here. A rule is known by its index in that list. */
#ifndef ISPY_MODEL_RULE_CODE_H
#define ISPY_MODEL_RULE_CODE_H

#include <importspy/base.h>
#include <importspy/verdict.h>

size_t ispy_rule_code_count(void);
const char *ispy_rule_code(size_t index);
ispy_severity ispy_rule_code_severity(size_t index);
/* Whether no contract may make less of it: where a module cannot be read, nothing else is checked. */
bool ispy_rule_code_is_fixed(size_t index);
/* Whether it speaks of waivers, so that none can be made for it. */
bool ispy_rule_code_is_of_waivers(size_t index);

#endif
