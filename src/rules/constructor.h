/* The constructor that a class has because of its fields: a dataclass, a NamedTuple, a class of attrs. */
#ifndef ISPY_RULES_CONSTRUCTOR_H
#define ISPY_RULES_CONSTRUCTOR_H

#include "rules/lookup.h"

/* Its signature, `self` included, made in `arena`; NULL: the class has none of that kind, or it cannot be told. */
int ispy_constructor_made(const ispy_function **out, ispy_hierarchy *hierarchy, ispy_arena *arena);

#endif
