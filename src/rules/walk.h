/* The walk over a contract: which clauses are checked, in what order, what a failure makes superfluous, and what
 * several candidates for one name come to together.
 *
 * Must not know: how a rule judges, how a finding is worded.
 */
#ifndef ISPY_RULES_WALK_H
#define ISPY_RULES_WALK_H

#include "rules/ledger.h"

enum { ISPY_WALK_MAX_DEPTH = 8 }; /* of bases that a contract describes within bases */

typedef struct ispy_walk {
    ispy_question question; /* what is looked at just now */
    ispy_subject subject;
    ispy_selected selected; /* by a clause around that selects */
    ispy_span place;        /* where the class stands whose members are looked at; line == 0: no class */
    ispy_span anchor;       /* where the module that is checked names what is looked at just now in another */
    ispy_ledger ledger;
    const ispy_ledger *settled; /* live: what the source said of each clause; NULL: this is the source */
    const bool *units;          /* live: those that are looked at again; NULL: all */
    uint32_t unit;
    uint32_t depth;
    uint32_t groups;    /* entries of groups that are being looked at, one inside the other */
    uint32_t negations; /* entries of `not` that are being looked at: there it is the truth that counts, no severity */
} ispy_walk;

/* A clause that names something. */
typedef struct ispy_named {
    ispy_rule_id missing;
    ispy_rule_id forbidden;
    ispy_presence presence;
    const void *clause;
    const ispy_origin *origin;
    bool takes_bare; /* "x: int" counts as being there */
    void (*candidate)(ispy_walk *walk, const void *clause, const ispy_definition *definition);
} ispy_named;

/* What is looked at in another module is written down at the place where the module that is checked names it. */
typedef struct ispy_stay {
    const ispy_module *module;
    ispy_span anchor;
} ispy_stay;

/* `at`: that place. */
ispy_stay ispy_walk_enter(ispy_walk *walk, const ispy_module *module, ispy_span at);
void ispy_walk_leave(ispy_walk *walk, const ispy_stay *stay);

/* Asks a rule about walk->question and writes down what it says. */
ispy_verdict ispy_ask(ispy_walk *walk, ispy_rule_id rule, const void *clause, const ispy_origin *origin);
/* Holds every candidate of walk->question.lookup against the clause: all agree, and that is the answer; they differ,
 * and it is UNPROVABLE. Gives what it comes to. */
ispy_verdict ispy_fold(ispy_walk *walk, const ispy_named *named);

/* Live: what the source left open about the current subject stays open, for the live module does not show it.
 * `members`: about its methods and attributes as well. */
void ispy_keep_open(ispy_walk *walk, ispy_reason reason, bool members);

/* All of it: units are numbered by the contract's clauses, whatever the module is like. */
void ispy_walk_contract(ispy_walk *walk);
uint32_t ispy_unit_count(const ispy_contract *contract);
/* What one module is to have. Each entry is a unit if `counts`, else the whole belongs to the current one. */
void ispy_walk_block(ispy_walk *walk, const ispy_block *block, bool counts);
void ispy_walk_deployments(ispy_walk *walk);
void ispy_walk_requires(ispy_walk *walk, const ispy_condition *requires);
/* The policies of a block; each has to be stated. */
void ispy_walk_imports(ispy_walk *walk, const ispy_block *block);
void ispy_walk_calls(ispy_walk *walk, const ispy_block *block);
void ispy_walk_top_level(ispy_walk *walk, const ispy_block *block);
/* Asks a rule that speaks for a whole, as its clauses since `start` came to walk->question.folded. What it says comes
 * first, and what led to it matters no more than it does. Gives its finding, or NULL. */
ispy_pending *ispy_ask_whole(ispy_walk *walk, ispy_rule_id rule, const void *clause, const ispy_origin *origin,
                             ispy_mark start);

/* How the entries of a group are looked at. */
typedef struct ispy_entry_kind {
    void (*walk)(ispy_walk *walk, const void *entry, const void *user);
    const void *user;
    size_t size;  /* of an entry */
    size_t logic; /* where its ispy_logic is */
} ispy_entry_kind;

/* Groups that were not stated demand nothing. */
void ispy_walk_all_of(ispy_walk *walk, const ispy_group *group, const ispy_entry_kind *kind);
void ispy_walk_any_of(ispy_walk *walk, const ispy_group *group, const ispy_entry_kind *kind);
void ispy_walk_not(ispy_walk *walk, const ispy_group *group, const ispy_entry_kind *kind);
void ispy_walk_function(ispy_walk *walk, const ispy_function_clause *clause);
/* `hierarchy` of the class named `owner`, whose name stands at walk->place. */
void ispy_walk_method(ispy_walk *walk, const ispy_function_clause *clause, ispy_hierarchy *hierarchy, ispy_str owner);
/* Of walk->question.definition, a function or class. */
void ispy_walk_decorators(ispy_walk *walk, const ispy_decorator_clause *clauses, uint32_t count, ispy_rule_id missing,
                          ispy_rule_id forbidden);
void ispy_walk_class(ispy_walk *walk, const ispy_class_clause *clause);
/* Clauses that select (walk_select.c): `candidate` walks what the clause demands of one. */
void ispy_walk_selected_classes(ispy_walk *walk, const ispy_class_clause *clause, bool demands,
                                void (*candidate)(ispy_walk *, const void *, const ispy_definition *));
/* Of the module, or, with a hierarchy, methods of the class called `owner`. */
void ispy_walk_selected_functions(ispy_walk *walk, const ispy_function_clause *clause, ispy_hierarchy *hierarchy,
                                  ispy_str owner,
                                  void (*candidate)(ispy_walk *, const void *, const ispy_definition *));
/* Whether it asks more than to be there. */
bool ispy_function_clause_demands(const ispy_function_clause *clause);
void ispy_walk_variable(ispy_walk *walk, const ispy_variable_clause *clause);
/* Value and type of one candidate. */
void ispy_walk_variable_candidate(ispy_walk *walk, const void *clause, const ispy_definition *definition);

#endif
