/* Whether a value is as a contract wants it, and which part of it is not.
 *
 * Must not know: which clause asks, how findings are worded.
 */
#ifndef ISPY_RULES_VALUE_JUDGE_H
#define ISPY_RULES_VALUE_JUDGE_H

#include "model/value_demand.h"
#include "rules/rule.h"

enum {
    ISPY_VALUE_MAX_DEPTH = 64,    /* of containers in a value that a demand looks into */
    ISPY_VALUE_MAX_STEPS = 400000 /* values looked at, those of one_of included: beyond it, nothing is decided */
};

/* What was found to be otherwise, or could not be decided; the innermost thing. */
typedef struct ispy_value_answer {
    int status; /* ISPY_OK or ISPY_ENOMEM */
    ispy_verdict verdict;
    ispy_reason reason; /* of UNPROVABLE */
    const ispy_value_clause *wanted;
    ispy_demand_part part;               /* of the demand that `wanted` holds */
    const ispy_literal *found;           /* NULL for PASS */
    uint32_t path[ISPY_VALUE_MAX_DEPTH]; /* indices into `items` that lead from the whole value to `found` */
    uint32_t depth;                      /* of `path` */
} ispy_value_answer;

/* `question`: the module, and for an attribute its class. `is_text`: what is written in the contract is compared as
 * text: an environment variable. */
void ispy_value_judge(ispy_value_answer *out, const ispy_question *question, const ispy_value_clause *wanted,
                      const ispy_literal *value, bool is_text);

/* Whether the text names one of these kinds of things in the module. */
ispy_verdict ispy_value_names(const ispy_question *question, const ispy_value_demand *demand, ispy_str text,
                              ispy_reason *reason);

/* Where that part of the value is written: after the place where the name of what has the value stands. `after` where
 * it cannot be told for sure. */
ispy_span ispy_value_place(const ispy_module *module, ispy_span after, const ispy_literal *value,
                           const ispy_value_answer *answer);
/* "[2]['name']": the way to the part; data == NULL for the whole, or without memory. */
ispy_str ispy_value_path(ispy_arena *arena, const ispy_literal *value, const ispy_value_answer *answer);

/* What is wanted, as evidence shows it. */
ispy_shown ispy_value_wanted(const ispy_value_clause *wanted, ispy_demand_part part);

/* FAIL or UNPROVABLE with both; of what is computed nothing is shown. */
ispy_evidence ispy_value_evidence(const ispy_value_answer *answer);

#endif
