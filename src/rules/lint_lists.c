/* Clauses of one name, held against each other: see lint_scope.h.
 * Must not know: groups, selectors. */
#include "rules/lint_scope.h"

#include <stddef.h>
#include <string.h>

#define BEGINS_LIKE_A_HEAD(type)                                                                                       \
    _Static_assert(offsetof(type, origin) == offsetof(ispy_clause_head, origin) &&                                     \
                       offsetof(type, name) == offsetof(ispy_clause_head, name),                                       \
                   "a clause begins with its origin and its name")
BEGINS_LIKE_A_HEAD(ispy_variable_clause);
BEGINS_LIKE_A_HEAD(ispy_function_clause);
BEGINS_LIKE_A_HEAD(ispy_class_clause);
BEGINS_LIKE_A_HEAD(ispy_superclass_clause);
BEGINS_LIKE_A_HEAD(ispy_environment_clause);

enum { MOST_OF_ONE_NAME = 64 }; /* more clauses of one name than these are not compared */

const ispy_clause_head *ispy_clause_head_at(const ispy_clauses *clauses, uint32_t index) {
    return (const ispy_clause_head *)(const void *)(clauses->entries + index * clauses->size);
}

/* Two clauses are comparable by their name, or by the pattern that they have in common. */
static bool is_comparable(ispy_str name) {
    return name.data != NULL;
}

void ispy_clauses_init(ispy_clauses *out, ispy_lint *lint, const char *noun, const void *entries, uint32_t count,
                       size_t size, ispy_relation_function relate) {
    *out = (ispy_clauses){.noun = noun, .entries = entries, .count = count, .size = size, .relate = relate};
    ispy_name_map_init(&out->latest, lint->arena);
    out->earlier = ispy_arena_array(lint->arena, count, sizeof *out->earlier);
    if (out->earlier == NULL) {
        lint->status = ISPY_ENOMEM;
        out->count = 0;
    }
    for (uint32_t i = 0; i < out->count; i++) {
        ispy_str name = ispy_clause_head_at(out, i)->name;
        out->earlier[i] = i;
        if (!is_comparable(name)) {
            continue;
        }
        if (!ispy_name_map_find(&out->latest, name, &out->earlier[i])) {
            out->earlier[i] = i;
        }
        if (ispy_name_map_put(&out->latest, name, i) != ISPY_OK) {
            lint->status = ISPY_ENOMEM;
            out->count = 0;
        }
    }
}

static void say(ispy_lint *lint, ispy_relation relation, const char *noun, const ispy_clause_head *said,
                const ispy_clause_head *again) {
    ispy_place_name place = ispy_lint_place(again->origin, said->origin);
    int length = again->name.length > 80 ? 80 : (int)again->name.length;
    if (relation == ISPY_RELATION_EXCLUDED) {
        ispy_lint_say(lint, ISPY_LINT_CONTRADICTION, again->origin, "remove one of the two, or make them one",
                      "nothing can meet what is said of the %s '%.*s' here and on %s", noun, length, again->name.data,
                      place.text);
    } else if (relation == ISPY_RELATION_SAME) {
        ispy_lint_say(lint, ISPY_LINT_DUPLICATE, again->origin, "remove it",
                      "what is said of the %s '%.*s' has been said on %s", noun, length, again->name.data, place.text);
    } else if (relation == ISPY_RELATION_IMPLIED) {
        ispy_lint_say(lint, ISPY_LINT_CLAUSE_USELESS, again->origin, "remove it",
                      "what is said of the %s '%.*s' is no more than what is said on %s", noun, length,
                      again->name.data, place.text);
    }
}

/* What an interface asks for stands beside what is written: only where the two exclude each other is that odd. */
static bool is_worth_saying(ispy_relation relation, const ispy_clause_head *a, const ispy_clause_head *b) {
    bool of_interface = ispy_is_of_interface(a->origin) || ispy_is_of_interface(b->origin);
    return relation == ISPY_RELATION_EXCLUDED ? !ispy_is_of_interface(b->origin) : !of_interface;
}

/* Whether there was something to say. */
static bool relate_pair(ispy_lint *lint, const ispy_clauses *clauses, uint32_t before, uint32_t after) {
    const ispy_clause_head *a = ispy_clause_head_at(clauses, before);
    const ispy_clause_head *b = ispy_clause_head_at(clauses, after);
    ispy_relation relation = clauses->relate(a, b);
    if (relation == ISPY_RELATION_NONE && clauses->relate(b, a) == ISPY_RELATION_IMPLIED) {
        const ispy_clause_head *weaker = a; /* the later one says more */
        a = b;
        b = weaker;
        relation = ISPY_RELATION_IMPLIED;
    }
    if (ispy_is_of_interface(b->origin)) {
        const ispy_clause_head *written = a;
        a = b;
        b = written;
    }
    bool says = relation != ISPY_RELATION_NONE && is_worth_saying(relation, a, b);
    if (says) {
        say(lint, relation, clauses->noun, a, b);
    }
    return says;
}

void ispy_lint_list(ispy_lint *lint, const ispy_clauses *clauses) {
    for (uint32_t i = 0; i < clauses->count; i++) {
        uint32_t before = i;
        bool says = false;
        for (int k = 0; k < MOST_OF_ONE_NAME && clauses->earlier[before] != before && !says; k++) {
            before = clauses->earlier[before];
            says = relate_pair(lint, clauses, before, i);
        }
    }
}

/* The strongest relation of the clauses of one list to another clause. */
static ispy_relation list_relation(const ispy_clauses *clauses, const ispy_clause_head *clause,
                                   const ispy_clause_head **found) {
    ispy_relation strongest = ISPY_RELATION_NONE;
    uint32_t index;
    if (clauses->count == 0 || !is_comparable(clause->name) ||
        !ispy_name_map_find(&clauses->latest, clause->name, &index)) {
        return strongest;
    }
    for (int k = 0; k < MOST_OF_ONE_NAME; k++) {
        const ispy_clause_head *other = ispy_clause_head_at(clauses, index);
        ispy_relation relation = other == clause ? ISPY_RELATION_NONE : clauses->relate(other, clause);
        if (relation > strongest) {
            strongest = relation;
            *found = other;
        }
        if (clauses->earlier[index] == index) {
            break;
        }
        index = clauses->earlier[index];
    }
    return strongest;
}

ispy_relation ispy_holding_relation(const ispy_holding *scope, size_t list, const void *clause,
                                    const ispy_clause_head **found) {
    ispy_relation strongest = ISPY_RELATION_NONE;
    for (; scope != NULL; scope = scope->outer) {
        const ispy_clause_head *here = NULL;
        ispy_relation relation = list_relation(&scope->lists[list], clause, &here);
        if (relation > strongest) {
            strongest = relation;
            *found = here;
        }
    }
    return strongest;
}

void ispy_lint_outwards(ispy_lint *lint, const ispy_holding *scope) {
    for (size_t list = 0; list < ISPY_HOLDING_LISTS; list++) {
        const ispy_clauses *clauses = &scope->lists[list];
        for (uint32_t i = 0; i < clauses->count; i++) {
            const ispy_clause_head *clause = ispy_clause_head_at(clauses, i);
            const ispy_clause_head *found = NULL;
            ispy_relation relation = ispy_holding_relation(scope->outer, list, clause, &found);
            if (relation != ISPY_RELATION_NONE && is_worth_saying(relation, found, clause)) {
                say(lint, relation, clauses->noun, found, clause);
            }
        }
    }
}
