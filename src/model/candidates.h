/* Sets of definitions that one name may be bound to: immutable values, united where ways through the code meet.
 * Must not know: scopes, forks, where the ways come from. */
#ifndef ISPY_MODEL_CANDIDATES_H
#define ISPY_MODEL_CANDIDATES_H

#include <importspy/module.h>

/* A name with more candidates than this is bound to "something": one UNKNOWN definition, reason CONDITIONAL. */
enum { ISPY_CANDIDATES_MAX = 32 };

typedef struct ispy_candidates {
    const ispy_definition *const *items;
    uint32_t count;     /* 0: the name is not bound */
    bool may_be_absent; /* true when count is 0 */
    ispy_reason reason; /* as in ispy_binding */
    uint32_t epoch;     /* how often the scope had been opened when the name was bound: see builder.c */
} ispy_candidates;

/* A union in the making; lives on the stack, owns nothing. Definitions keep the order in which they come. */
typedef struct ispy_union {
    const ispy_definition *items[ISPY_CANDIDATES_MAX];
    uint32_t count;
    bool overflow;
    bool may_be_absent;
    ispy_reason reason; /* the first one that was given */
} ispy_union;

#define ISPY_UNION_EMPTY                                                                                               \
    { .count = 0 }

void ispy_union_add(ispy_union *all, const ispy_definition *definition);
void ispy_union_add_set(ispy_union *all, const ispy_candidates *set);
/* Whether it holds something unknown for that reason already. */
bool ispy_union_has_unknown(const ispy_union *all, ispy_reason reason);
/* Whether finishing it would give that set again, its epoch apart. */
bool ispy_union_is(const ispy_union *all, const ispy_candidates *set);
/* The set takes `epoch`; its items live in `scratch`, a definition that stands for too many in `arena`.
 * ISPY_OK or ISPY_ENOMEM. */
int ispy_union_finish(ispy_candidates *out, const ispy_union *all, ispy_str name, uint32_t epoch, ispy_arena *scratch,
                      ispy_arena *arena);

#endif
