/* importspy.Rule: a rule as `importspy rules` lists it. */
#ifndef ISPY_BINDING_RULE_TYPE_H
#define ISPY_BINDING_RULE_TYPE_H

#include "binding/state.h"

extern PyType_Spec ispy_rule_spec;

/* New list of all rules, in the order of their codes. */
PyObject *ispy_rules_list(ispy_state *state);

#endif
