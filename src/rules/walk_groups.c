/* The walk over all_of, any_of and not: Kleene's logic over blocks, and over parts of a class.
 *
 * ALL is the lowest of its entries, ANY the highest, NOT the other way round; what cannot be proved stays so through
 * all three. An entry whose `when:` does not hold is left out; ANY of nothing is never a PASS.
 *
 * Inside `not` nothing is demanded: its entry says what must not be the case. So it is judged by what is true,
 * whatever the severities, and its findings go once they are counted.
 */
#include "rules/best.h"
#include "rules/condition.h"
#include "rules/walk.h"

enum { NOTES_MAX = 20 }; /* alternatives that a report tells of, a line each */

static const void *entry_at(const ispy_group *group, const ispy_entry_kind *kind, uint32_t index) {
    return (const char *)group->entries + index * kind->size;
}

static bool applies(const ispy_walk *walk, const void *entry, const ispy_entry_kind *kind);

static bool any_applies(const ispy_walk *walk, const ispy_group *group, const ispy_entry_kind *kind) {
    for (uint32_t i = 0; i < group->count; i++) {
        if (applies(walk, entry_at(group, kind, i), kind)) {
            return true;
        }
    }
    return false;
}

/* Whether an entry has something to say here: an `all_of` or `not` of which nothing applies says nothing. Recursion
 * follows the nesting of the document, which the loader bounds. */
static bool applies(const ispy_walk *walk, const void *entry, const ispy_entry_kind *kind) {
    const ispy_logic *logic = (const void *)((const char *)entry + kind->logic);
    if (!ispy_condition_holds(logic->when, walk->question.context)) {
        return false;
    }
    return logic->has_clauses || logic->any_of.entries != NULL || any_applies(walk, &logic->all_of, kind) ||
           any_applies(walk, &logic->negated, kind);
}

/* Looks at one entry and puts everything back that the walk was about. */
static void walk_entry(ispy_walk *walk, const void *entry, const ispy_entry_kind *kind) {
    ispy_question question = walk->question;
    ispy_subject subject = walk->subject;
    ispy_span place = walk->place;
    walk->groups++;
    kind->walk(walk, entry, kind->user);
    walk->groups--;
    walk->question = question;
    walk->subject = subject;
    walk->place = place;
}

/* Live: what the source has answered is not asked again. A failure is in the report already. */
static bool is_settled(const ispy_walk *walk, ispy_rule_id rule, const void *clause) {
    return walk->settled != NULL &&
           ispy_ledger_settled(walk->settled, rule, clause, &walk->selected) != ISPY_UNPROVABLE;
}

void ispy_walk_all_of(ispy_walk *walk, const ispy_group *group, const ispy_entry_kind *kind) {
    for (uint32_t i = 0; i < group->count; i++) {
        if (applies(walk, entry_at(group, kind, i), kind)) {
            walk_entry(walk, entry_at(group, kind, i), kind);
        }
    }
}

/* --- any_of ----------------------------------------------------------------------------------------------------------
 */

typedef struct notes {
    ispy_note *items; /* in the report's arena; NULL: none so far */
    uint32_t count;   /* of those that are kept */
    uint32_t total;
    uint32_t nearest; /* index of its note */
} notes;

/* What is to be said of the alternative whose findings begin at `from`. The first that matters stands for it. */
static void describe(ispy_note *note, const ispy_ledger *ledger, ispy_mark from, ispy_verdict verdict) {
    size_t first = ledger->count;
    size_t counted = 0;
    for (size_t i = ledger->count; i > from.items; i--) {
        const ispy_pending *pending = &ledger->items[i - 1];
        if (pending->evidence.verdict == verdict && pending->severity == ISPY_SEVERITY_ERROR) {
            first = i - 1;
            counted++;
        }
    }
    note->verdict = verdict;
    note->has_first = counted > 0;
    if (counted > 0) {
        note->first = ledger->items[first];
        note->further = counted - 1;
    }
}

static void add_note(ispy_walk *walk, notes *n, const void *entry, ispy_mark from, ispy_verdict verdict) {
    if (n->items == NULL) {
        n->items = ispy_arena_array(walk->ledger.arena, NOTES_MAX, sizeof *n->items);
    }
    if (n->items == NULL) {
        walk->ledger.status = ISPY_ENOMEM;
        return;
    }
    n->total++;
    if (n->count < NOTES_MAX) {
        describe(&n->items[n->count], &walk->ledger, from, verdict);
        n->items[n->count++].origin = entry; /* every clause begins with its origin */
    }
}

/* One alternative. What its source has refuted stays refuted. */
static void try_alternative(ispy_walk *walk, ispy_best *best, notes *n, const void *entry,
                            const ispy_entry_kind *kind) {
    ispy_ledger *ledger = &walk->ledger;
    ispy_mark from = ispy_ledger_mark(ledger);
    walk_entry(walk, entry, kind);
    ispy_verdict verdict = ispy_ledger_weight(ledger, from);
    uint32_t levels = 0;
    if (walk->settled != NULL &&
        ispy_ledger_settled(walk->settled, ISPY_RULE_ANY_OF, entry, &walk->selected) == ISPY_FAIL) {
        levels = verdict == ISPY_FAIL ? 0 : 1; /* there is nothing to show of it: let another be the nearest */
        verdict = ISPY_FAIL;
    }
    ispy_ledger_answer(ledger, ISPY_RULE_ANY_OF, entry, &walk->selected, verdict);
    if (verdict != ISPY_PASS) {
        add_note(walk, n, entry, from, verdict);
    }
    if (!ispy_best_take(best, ledger, from, verdict, levels) || n->count == 0) {
        return;
    }
    n->nearest = n->count - 1;
    if (n->total > n->count) { /* there was no room for it: the last line is its */
        describe(&n->items[n->nearest], ledger, best->start, verdict);
        n->items[n->nearest].origin = entry;
    }
}

/* Of an alternative that is refuted, what is open besides does not matter. */
static void drop_open(ispy_ledger *ledger, ispy_mark start) {
    size_t kept = start.items;
    for (size_t i = start.items; i < ledger->count; i++) {
        if (ledger->items[i].evidence.verdict == ISPY_FAIL) {
            ledger->items[kept++] = ledger->items[i];
        }
    }
    ledger->count = kept;
}

static ispy_reason first_reason(const ispy_ledger *ledger, ispy_mark start) {
    for (size_t i = start.items; i < ledger->count; i++) {
        if (ledger->items[i].evidence.verdict == ISPY_UNPROVABLE) {
            return ledger->items[i].evidence.reason;
        }
    }
    return ISPY_REASON_CONDITIONAL;
}

/* Puts what came of all alternatives before the findings of the nearest. */
static void conclude(ispy_walk *walk, const ispy_group *group, const ispy_best *best, const notes *n) {
    ispy_ledger *ledger = &walk->ledger;
    if (best->verdict == ISPY_FAIL) {
        drop_open(ledger, best->start);
    }
    walk->question.group = group;
    walk->question.folded = best->verdict;
    walk->question.folded_reason = first_reason(ledger, best->start);
    ispy_pending *whole = ispy_ask_whole(walk, ISPY_RULE_ANY_OF, group, &group->origin, best->start);
    if (whole != NULL && best->verdict != ISPY_PASS && n->count > 0) {
        n->items[n->nearest].is_nearest = true;
        whole->notes = n->items;
        whole->note_count = n->count;
        whole->notes_left_out = n->total - n->count;
    }
}

void ispy_walk_any_of(ispy_walk *walk, const ispy_group *group, const ispy_entry_kind *kind) {
    if (group->entries == NULL || is_settled(walk, ISPY_RULE_ANY_OF, group)) {
        return;
    }
    ispy_best best = ispy_best_begin(&walk->ledger);
    notes n = {NULL, 0, 0, 0};
    uint32_t applying = 0;
    /* every alternative is asked where answers are kept: another may hold for another definition of the class */
    for (uint32_t i = 0; i < group->count && (walk->ledger.keeps_answers || !ispy_best_is_clean(&best)); i++) {
        const void *entry = entry_at(group, kind, i);
        if (applies(walk, entry, kind)) {
            applying++;
            try_alternative(walk, &best, &n, entry, kind);
        }
    }
    walk->question.applying = applying;
    conclude(walk, group, &best, &n);
}

/* --- not -------------------------------------------------------------------------------------------------------------
 */

void ispy_walk_not(ispy_walk *walk, const ispy_group *group, const ispy_entry_kind *kind) {
    if (group->entries == NULL || is_settled(walk, ISPY_RULE_NOT, group) ||
        !applies(walk, entry_at(group, kind, 0), kind)) {
        return;
    }
    ispy_ledger *ledger = &walk->ledger;
    ispy_mark from = ispy_ledger_mark(ledger);
    walk->negations++;
    walk_entry(walk, entry_at(group, kind, 0), kind);
    walk->negations--;
    ispy_verdict inner = ispy_ledger_since(ledger, from);
    walk->question.group = group;
    walk->question.folded = inner == ISPY_PASS ? ISPY_FAIL : inner == ISPY_FAIL ? ISPY_PASS : ISPY_UNPROVABLE;
    walk->question.folded_reason = first_reason(ledger, from);
    ispy_mark to = {ledger->count, from.answers};
    ispy_ledger_set_aside(ledger, from, to);
    ispy_ledger_cut(ledger, from, to);
    ispy_ask(walk, ISPY_RULE_NOT, group, &group->origin);
}
