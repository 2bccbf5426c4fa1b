/* A member of an interface as a clause, with its place in the interface's file. */
#ifndef ISPY_LOAD_INTERFACE_CLAUSE_H
#define ISPY_LOAD_INTERFACE_CLAUSE_H

#include "load/interface_source.h"

/* What the clauses of one interface have in common. */
typedef struct ispy_interface_maker {
    const ispy_loader *loader;
    ispy_origin at;
    bool of_module;    /* the clauses are a module's */
    bool own_are_bare; /* classes of the interface's module go by their bare name */
    bool members_only; /* the members of a class stand for the names of a module: methods lose their `self` */
} ispy_interface_maker;

/* Clauses in the making; arrays have room for what `ispy_interface_room` counts. */
typedef struct ispy_interface_clauses {
    ispy_variable_clause *variables;
    uint32_t variable_count;
    ispy_function_clause *functions;
    uint32_t function_count;
    ispy_class_clause *classes;
    uint32_t class_count;
    ispy_superclass_clause *superclasses;
    uint32_t superclass_count;
} ispy_interface_clauses;

/* Clauses that the member may become: overloads are one each. */
uint32_t ispy_interface_room(const ispy_member *member);
int ispy_interface_add(ispy_interface_clauses *out, const ispy_interface_maker *maker, const ispy_member *member,
                       bool of_class);

#endif
