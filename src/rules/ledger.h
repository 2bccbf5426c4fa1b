/* What the walk has found so far, open to being taken back.
 *
 * A name may have several candidates, and a contract several deployments: each is tried in turn, and what its trial
 * wrote down stays, goes, or turns from "fails" into "may fail" when the others are known. So findings are kept as
 * evidence, and put into words only when the walk is over (explain.h).
 *
 * Everything is in the report's arena; nothing is allocated until something is found.
 */
#ifndef ISPY_RULES_LEDGER_H
#define ISPY_RULES_LEDGER_H

#include "rules/rule.h"

/* What a finding is about. */
typedef struct ispy_subject {
    ispy_noun noun;
    ispy_str owner; /* the class of a method or attribute; data == NULL: none */
    ispy_str name;
    const ispy_scope *scope; /* where near names may be; NULL: nowhere */
} ispy_subject;

struct ispy_note;

/* Which of several things that a clause selects is looked at: a class, a function or method; data == NULL: no such
 * clause is around. A clause that selects is asked of each, and what was said of one says nothing of another. */
typedef struct ispy_selected {
    ispy_str klass;
    ispy_str function;
} ispy_selected;

bool ispy_selected_equal(const ispy_selected *a, const ispy_selected *b);

typedef struct ispy_pending {
    ispy_rule_id rule;
    uint32_t unit;
    const void *clause; /* which one, by address: with the rule, what tells one finding from another */
    const ispy_origin *origin;
    ispy_subject subject;
    ispy_selected selected;
    const ispy_function_clause *function; /* whose parameters are in question; or NULL */
    const ispy_function *found;           /* the module's function; or NULL */
    ispy_evidence evidence;               /* FAIL or UNPROVABLE */
    ispy_severity severity;               /* what follows from it; OFF only where it is waived */
    const ispy_waiver *waiver;            /* NULL: it counts */
    const ispy_module *home;              /* another module, that defines what it is about; or NULL */
    ispy_span home_at;                    /* ... there */
    const struct ispy_note *notes;        /* of any_of: what is said of the alternatives, in the contract's order */
    uint32_t note_count;
    uint32_t notes_left_out;
} ispy_pending;

/* One alternative that does not hold, in a line. */
typedef struct ispy_note {
    const ispy_origin *origin;
    ispy_verdict verdict;
    bool is_nearest;    /* its findings follow in full */
    bool has_first;     /* false: what its source said refutes it, and the live module says nothing */
    ispy_pending first; /* of its findings */
    size_t further;     /* how many there are besides */
} ispy_note;

/* What a rule said of a clause, PASS included: kept only for ispy_confirm. */
typedef struct ispy_answer {
    ispy_rule_id rule;
    const void *clause;
    ispy_selected selected;
    ispy_verdict verdict;
} ispy_answer;

typedef struct ispy_ledger {
    ispy_arena *arena;
    int status; /* ISPY_OK, or ISPY_ENOMEM for good */
    ispy_pending *items;
    size_t count;
    size_t capacity;
    bool keeps_answers;
    ispy_answer *answers;
    size_t answer_count;
    size_t answer_capacity;
    ispy_pending *aside; /* open findings that were cut, kept for the live module: see ispy_ledger_set_aside */
    size_t aside_count;
    size_t aside_capacity;
} ispy_ledger;

/* A place in the ledger, to come back to. */
typedef struct ispy_mark {
    size_t items;
    size_t answers;
} ispy_mark;

void ispy_ledger_add(ispy_ledger *ledger, const ispy_pending *pending);
void ispy_ledger_answer(ispy_ledger *ledger, ispy_rule_id rule, const void *clause, const ispy_selected *selected,
                        ispy_verdict verdict);
/* UNPROVABLE also where nobody asked, or where the answers differ. */
ispy_verdict ispy_ledger_settled(const ispy_ledger *ledger, ispy_rule_id rule, const void *clause,
                                 const ispy_selected *selected);

ispy_mark ispy_ledger_mark(const ispy_ledger *ledger);
/* ALL of what was found since: FAIL, UNPROVABLE, or PASS. */
ispy_verdict ispy_ledger_since(const ispy_ledger *ledger, ispy_mark mark);
/* What follows of it: as above, but only what denies the module counts, findings of severity ERROR. */
ispy_verdict ispy_ledger_weight(const ispy_ledger *ledger, ispy_mark mark);
/* Keeps copies of what is open between two marks, where answers are kept: it is about to be cut, but the live module
 * may not show what it is about, and then it has to stay open. */
void ispy_ledger_set_aside(ispy_ledger *ledger, ispy_mark from, ispy_mark to);
/* Takes back what lies between two marks; both may be the end. */
void ispy_ledger_cut(ispy_ledger *ledger, ispy_mark from, ispy_mark to);
/* Moves the last thing found to the front of what was found since. */
void ispy_ledger_raise(ispy_ledger *ledger, ispy_mark mark);
/* What was found since may be so or not, for that reason: each thing once, as UNPROVABLE. */
void ispy_ledger_doubt(ispy_ledger *ledger, ispy_mark mark, ispy_reason reason);

#endif
