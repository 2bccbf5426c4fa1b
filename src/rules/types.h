/* Annotations against what a contract asks for; shared by the rules on parameters, return values and variables. */
#ifndef ISPY_RULES_TYPES_H
#define ISPY_RULES_TYPES_H

#include "rules/rule.h"

/* `found`: the annotation's source text; data == NULL: there is none, which meets no demand but an interface's. */
ispy_evidence ispy_judge_annotation(const ispy_question *question, const ispy_annotation_clause *clause,
                                    ispy_str found);
/* The same for a parameter, of which a compatible type is a wider one. */
ispy_evidence ispy_judge_parameter(const ispy_question *question, const ispy_annotation_clause *clause, ispy_str found);

#endif
