/* Clauses that hold together: a block of clauses about a module, or what a class has. */
#ifndef ISPY_RULES_LINT_SCOPE_H
#define ISPY_RULES_LINT_SCOPE_H

#include "base/name_map.h"
#include "rules/lint.h"
#include "rules/lint_relation.h"

/* Clauses of one kind, by name. */
typedef struct ispy_clauses {
    const char *noun;
    const char *entries;
    uint32_t count;
    size_t size;
    ispy_relation_function relate;
    ispy_name_map latest; /* name -> the last clause of it */
    uint32_t *earlier;    /* of each clause: the one before it of the same name, or itself */
} ispy_clauses;

enum { ISPY_HOLDING_LISTS = 3 };

/* Clauses, and those further out that hold as well. */
typedef struct ispy_holding {
    const struct ispy_holding *outer;
    ispy_clauses lists[ISPY_HOLDING_LISTS];
    const ispy_logic *logic;
    const ispy_version_spec *version;
    ispy_origin version_origin;
    ispy_str filename;
    ispy_origin filename_origin;
    bool is_whole; /* the lists say all that it demands */
} ispy_holding;

/* Conditions that hold where we are. */
typedef struct ispy_conditions {
    const struct ispy_conditions *outer;
    const ispy_condition *when;
    bool is_required; /* `requires:`, and not `when:` */
} ispy_conditions;

/* Fills the scope; lives in the lint's arena. */
void ispy_holding_of_block(ispy_holding *out, ispy_lint *lint, const ispy_block *block, const ispy_holding *outer);
void ispy_holding_of_class(ispy_holding *out, ispy_lint *lint, const ispy_class_clause *klass,
                           const ispy_holding *outer);
void ispy_clauses_init(ispy_clauses *out, ispy_lint *lint, const char *noun, const void *entries, uint32_t count,
                       size_t size, ispy_relation_function relate);

/* Any clause begins like this. */
typedef struct ispy_clause_head {
    ispy_origin origin;
    ispy_str name;
} ispy_clause_head;
const ispy_clause_head *ispy_clause_head_at(const ispy_clauses *clauses, uint32_t index);

/* Says what clauses of one list have to do with each other. */
void ispy_lint_list(ispy_lint *lint, const ispy_clauses *clauses);
/* Says what the clauses of a scope have to do with those further out. */
void ispy_lint_outwards(ispy_lint *lint, const ispy_holding *scope);
/* How a clause, number `index` of list `list`, relates to what holds in `scope` and further out; `found` is set unless
 * it is NONE. */
ispy_relation ispy_holding_relation(const ispy_holding *scope, size_t list, const void *clause,
                                    const ispy_clause_head **found);

/* Walks a block that holds where `outer` and `conditions` do. */
void ispy_lint_block(ispy_lint *lint, const ispy_block *block, const ispy_holding *outer,
                     const ispy_conditions *conditions);
/* Says so where the condition cannot hold. */
void ispy_lint_condition(ispy_lint *lint, const ispy_conditions *conditions);

#endif
