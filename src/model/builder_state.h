/* The insides of an ispy_builder, shared by builder.c and builder_fork.c. How it works is told in builder.c. */
#ifndef ISPY_MODEL_BUILDER_STATE_H
#define ISPY_MODEL_BUILDER_STATE_H

#include <importspy/builder.h>

#include "base/name_map.h"
#include "model/candidates.h"

/* One name of a scope. */
typedef struct entry {
    ispy_str name;
    ispy_candidates now;
    uint32_t layer; /* the arm whose log holds what the name was before; 0: the scope's own level */
    uint32_t join;  /* the union that `first` and `last` belong to */
    uint32_t first; /* in `ends`: the name's first and last value in that union */
    uint32_t last;
} entry;

typedef struct change {
    uint32_t entry;
    uint32_t layer; /* to be restored */
    ispy_candidates before;
} change;

/* What a name was at the end of an arm. */
typedef struct end {
    uint32_t entry;
    uint32_t next; /* the same name at the end of a later arm, or ISPY_NO_INDEX */
    ispy_candidates value;
} end;

#define ISPY_NO_INDEX UINT32_MAX /* in place of an index */

/* One step of a first arm, in case handlers follow. */
typedef struct step {
    uint32_t entry; /* ISPY_NO_INDEX for an opening: `value` has reason and epoch of it */
    bool extends;   /* of an opening: what was bound stayed as it was */
    ispy_span at;
    ispy_candidates value;
} step;

typedef struct opening {
    ispy_reason reason;
    ispy_span at;
} opening;

/* All of an arm's state but the names. */
typedef struct state {
    bool left;
    uint32_t layer;
    uint32_t epoch;
    opening latest; /* began the epoch */
    opening opened; /* the first one of each kind */
    opening extended;
} state;

typedef struct fork {
    state before;
    state joined; /* openings of the arms that reached their end */
    bool opened;  /* one of them opened the scope */
    bool handlers;
    uint32_t arms;
    uint32_t live; /* arms that reached their end */
    size_t log_start;
    size_t end_start;
    size_t step_start;
    size_t first_arm_end; /* in the trail */
} fork;

/* A stack in memory that grows. */
typedef struct stack {
    void *items; /* owned */
    size_t count;
    size_t capacity;
} stack;

typedef struct scope {
    struct scope *outer;
    ispy_name_map names;
    stack entries;
    stack log;
    stack ends;
    stack trail;
    stack forks;
    state now;
} scope;

/* What ispy_builder_find lends. */
typedef struct loan {
    ispy_definition unknown;
    const ispy_definition *items[ISPY_CANDIDATES_MAX + 1];
} loan;

struct ispy_builder {
    ispy_arena *arena;   /* borrowed */
    ispy_arena *scratch; /* owned */
    scope *current;      /* owned, with those outside it */
    loan *lent;          /* in `scratch` */
    uint32_t serial;     /* of layers, joins and epochs: never used twice */
};

static inline entry *entry_at(const scope *s, size_t index) {
    return (entry *)s->entries.items + index;
}

static inline fork *top_fork(const scope *s) {
    return s->forks.count == 0 ? NULL : (fork *)s->forks.items + s->forks.count - 1;
}

/* Where names come from by a star import can be found out; so anything else says more, and stays. */
static inline void note_first(opening *first, const opening *next) {
    bool says_more = first->reason == ISPY_REASON_STAR_IMPORT && next->reason != ISPY_REASON_NONE &&
                     next->reason != ISPY_REASON_STAR_IMPORT;
    if (first->reason == ISPY_REASON_NONE || says_more) {
        *first = *next;
    }
}

static inline void note_latest(opening *latest, const opening *next) {
    bool says_less = next->reason == ISPY_REASON_STAR_IMPORT && latest->reason != ISPY_REASON_NONE &&
                     latest->reason != ISPY_REASON_STAR_IMPORT;
    if (!says_less) {
        *latest = *next;
    }
}

/* Room for one more item of that size; NULL: out of memory. */
void *ispy_stack_push(stack *s, size_t size);
/* Gives a name its new value in the current arm. */
int ispy_builder_set(ispy_builder *builder, uint32_t index, const ispy_candidates *value);
/* Adds a value to a union as an arm of that epoch sees it. */
int ispy_builder_unite(ispy_builder *builder, ispy_union *all, ispy_str name, const ispy_candidates *value,
                       uint32_t epoch, const opening *latest);
/* The value as an arm of that epoch sees it, for good. */
int ispy_builder_settle(ispy_builder *builder, ispy_candidates *out, ispy_str name, const ispy_candidates *value,
                        uint32_t epoch, const opening *latest);

#endif
