/* What a condition (`when:`, `requires:`) says, held against what is known of the place where the module runs.
 *
 * Three values: UNPROVABLE is what is not known. Must not know: what follows from it, how it is told.
 */
#ifndef ISPY_RULES_PLACE_FACTS_H
#define ISPY_RULES_PLACE_FACTS_H

#include "rules/rule.h"
#include "rules/value_judge.h"

/* Two names of a machine, system or implementation, whatever their case; some things have several, and some names
 * stand for a family ("arm"). */
bool ispy_same_platform(ispy_str wanted, ispy_str found);

/* PASS for what was not stated. */
ispy_verdict ispy_place_words(const ispy_words *wanted, ispy_str found);
ispy_verdict ispy_place_python(const ispy_condition *condition, const ispy_context *context);
ispy_verdict ispy_place_libc(const ispy_condition *condition, const ispy_context *context);
ispy_verdict ispy_place_amount(const ispy_amount *wanted, uint64_t found);

/* NULL: nobody has looked. */
const ispy_component *ispy_component_find(const ispy_components *components, ispy_str name);
ispy_verdict ispy_component_is_there(const ispy_component *component);
/* PASS for one that is not there: that is another question. */
ispy_verdict ispy_component_version(const ispy_component_clause *wanted, const ispy_component *component);
/* The same; `*missing` is the extra that it does not offer. */
ispy_verdict ispy_component_extras(const ispy_component_clause *wanted, const ispy_component *component,
                                   ispy_str *missing);

typedef enum ispy_variable_standing {
    ISPY_VARIABLE_UNKNOWN, /* nobody has looked */
    ISPY_VARIABLE_UNSET,
    ISPY_VARIABLE_SET
} ispy_variable_standing;

ispy_variable_standing ispy_variable_find(ispy_str *value, const ispy_context *context, ispy_str name);
/* Whether the value is of the type that the clause asks for. */
bool ispy_variable_has_type(ispy_variable_type type, ispy_str value);
/* What is demanded of a value that is set. */
void ispy_variable_judge(ispy_value_answer *out, const ispy_environment_clause *clause, ispy_str value);

#endif
