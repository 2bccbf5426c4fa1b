/* `when:`: whether something applies where we are. */
#ifndef ISPY_RULES_CONDITION_H
#define ISPY_RULES_CONDITION_H

#include <importspy/check.h>

#include "model/contract.h"

/* Whether all that is stated holds. What is not known of the context holds, so that a clause is rather checked than
 * passed over. NULL: nothing is stated. */
bool ispy_condition_holds(const ispy_condition *condition, const ispy_context *context);
#endif
