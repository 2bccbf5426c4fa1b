/* any_of, all_of and not: whether they decide anything. */
#ifndef ISPY_RULES_LINT_GROUPS_H
#define ISPY_RULES_LINT_GROUPS_H

#include "rules/lint_scope.h"

/* What the entries of groups are. */
typedef enum ispy_group_kind { ISPY_GROUPS_OF_BLOCK, ISPY_GROUPS_OF_CLASS } ispy_group_kind;

/* Looks at the groups of a scope and walks their entries. */
void ispy_lint_groups(ispy_lint *lint, const ispy_holding *scope, const ispy_conditions *conditions,
                      ispy_group_kind kind);

/* For their entries: lint_scope.c. */
void ispy_lint_class_body(ispy_lint *lint, const ispy_class_clause *part, const ispy_holding *outer,
                          const ispy_conditions *conditions);

#endif
