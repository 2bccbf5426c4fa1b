/* Uniting sets of definitions. See candidates.h. */
#include "model/candidates.h"

#include <string.h>

void ispy_union_add(ispy_union *all, const ispy_definition *definition) {
    for (uint32_t i = 0; i < all->count; i++) {
        if (all->items[i] == definition) {
            return;
        }
    }
    if (all->count == ISPY_CANDIDATES_MAX) {
        all->overflow = true;
        return;
    }
    all->items[all->count++] = definition;
}

void ispy_union_add_set(ispy_union *all, const ispy_candidates *set) {
    for (uint32_t i = 0; i < set->count; i++) {
        ispy_union_add(all, set->items[i]);
    }
    all->may_be_absent = all->may_be_absent || set->may_be_absent;
    if (all->reason == ISPY_REASON_NONE) {
        all->reason = set->reason;
    }
}

bool ispy_union_has_unknown(const ispy_union *all, ispy_reason reason) {
    for (uint32_t i = 0; i < all->count; i++) {
        if (all->items[i]->kind == ISPY_DEFINES_UNKNOWN && all->items[i]->reason == reason) {
            return true;
        }
    }
    return false;
}

bool ispy_union_is(const ispy_union *all, const ispy_candidates *set) {
    return !all->overflow && all->count > 0 && all->count == set->count && all->may_be_absent == set->may_be_absent &&
           memcmp(all->items, set->items, all->count * sizeof *all->items) == 0;
}

/* Too many to list: one definition at the place of the first. */
static const ispy_definition *collapse(const ispy_union *all, ispy_str name, ispy_arena *arena) {
    ispy_definition *unknown = ispy_arena_alloc(arena, sizeof *unknown);
    if (unknown != NULL) {
        unknown->kind = ISPY_DEFINES_UNKNOWN;
        unknown->reason = ISPY_REASON_CONDITIONAL;
        unknown->name = name;
        unknown->at = all->items[0]->at;
    }
    return unknown;
}

int ispy_union_finish(ispy_candidates *out, const ispy_union *all, ispy_str name, uint32_t epoch, ispy_arena *scratch,
                      ispy_arena *arena) {
    ispy_candidates set = {NULL, 0, all->may_be_absent || all->count == 0, all->reason, epoch};
    if (all->count > 0) {
        set.count = all->overflow ? 1 : all->count;
        const ispy_definition **items = ispy_arena_array(scratch, set.count, sizeof(const ispy_definition *));
        if (items == NULL) {
            return ISPY_ENOMEM;
        }
        if (all->overflow) {
            items[0] = collapse(all, name, arena);
            if (items[0] == NULL) {
                return ISPY_ENOMEM;
            }
        } else {
            memcpy(items, all->items, set.count * sizeof *items);
        }
        set.items = items;
    }
    if (set.count == 1 && !set.may_be_absent) {
        set.reason = ISPY_REASON_NONE;
    } else if (set.reason == ISPY_REASON_NONE && set.count > 0) {
        set.reason = ISPY_REASON_CONDITIONAL;
    }
    *out = set;
    return ISPY_OK;
}
