/* The fold over alternatives: of several that were tried in turn, the best stays in the ledger. What is best is the
 * same for deployments and for any_of: what holds, then what may hold, then what lacks least.
 *
 * Must not know: what an alternative is.
 */
#ifndef ISPY_RULES_BEST_H
#define ISPY_RULES_BEST_H

#include "rules/ledger.h"

typedef struct ispy_best {
    ispy_mark start;
    bool has_one;
    ispy_verdict verdict; /* of the best: what follows from it, see ispy_ledger_weight */
    ispy_verdict truth;   /* of the best: findings that are only warnings count as well */
    uint32_t levels;      /* of the best: that do not fit */
    size_t cost;          /* of the best: what it lacks, about */
} ispy_best;

ispy_best ispy_best_begin(const ispy_ledger *ledger);
/* Whether it holds without a word: no other can be better. */
bool ispy_best_is_clean(const ispy_best *best);
/* What was written down since `from` is one alternative that comes to `verdict`. It takes the place of the best so far,
 * or is taken back. Answers stay: each belongs to its own clause, whichever alternative is taken in the end. Gives
 * whether it is the best now. */
bool ispy_best_take(ispy_best *best, ispy_ledger *ledger, ispy_mark from, ispy_verdict verdict, uint32_t levels);

#endif
