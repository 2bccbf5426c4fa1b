/* What two clauses about one name have to do with each other. Pure; must not know where they stand. */
#ifndef ISPY_RULES_LINT_RELATION_H
#define ISPY_RULES_LINT_RELATION_H

#include "model/contract.h"

/* The later one says more of the two. */
typedef enum ispy_relation {
    ISPY_RELATION_NONE,    /* each says something of its own, or it cannot be told */
    ISPY_RELATION_IMPLIED, /* whatever meets the first meets the second */
    ISPY_RELATION_SAME,    /* both say the same */
    ISPY_RELATION_EXCLUDED /* nothing meets both */
} ispy_relation;

/* Both clauses are of one kind and of one name. */
typedef ispy_relation (*ispy_relation_function)(const void *first, const void *second);

ispy_relation ispy_relate_variables(const void *first, const void *second);   /* ispy_variable_clause */
ispy_relation ispy_relate_functions(const void *first, const void *second);   /* ispy_function_clause */
ispy_relation ispy_relate_classes(const void *first, const void *second);     /* ispy_class_clause */
ispy_relation ispy_relate_bases(const void *first, const void *second);       /* ispy_superclass_clause */
ispy_relation ispy_relate_environment(const void *first, const void *second); /* ispy_environment_clause */

#endif
