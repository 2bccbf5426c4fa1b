/* See ledger.h. */
#include "rules/ledger.h"

#include <string.h>

/* Arrays in an arena grow by copying; what they leave behind is freed with the report. */
static void *grow(ispy_ledger *ledger, const void *old, size_t count, size_t *capacity, size_t size) {
    size_t wanted = *capacity == 0 ? 8 : *capacity * 2;
    void *items = ispy_arena_array(ledger->arena, wanted, size);
    if (items == NULL) {
        ledger->status = ISPY_ENOMEM;
        return NULL;
    }
    if (count > 0) {
        memcpy(items, old, count * size);
    }
    *capacity = wanted;
    return items;
}

static void push(ispy_ledger *ledger, ispy_pending **items, size_t *count, size_t *capacity,
                 const ispy_pending *pending) {
    if (*count == *capacity) {
        void *grown = grow(ledger, *items, *count, capacity, sizeof **items);
        if (grown == NULL) {
            return;
        }
        *items = grown;
    }
    (*items)[(*count)++] = *pending;
}

void ispy_ledger_add(ispy_ledger *ledger, const ispy_pending *pending) {
    push(ledger, &ledger->items, &ledger->count, &ledger->capacity, pending);
}

void ispy_ledger_set_aside(ispy_ledger *ledger, ispy_mark from, ispy_mark to) {
    for (size_t i = from.items; i < to.items && ledger->keeps_answers; i++) {
        if (ledger->items[i].evidence.verdict == ISPY_UNPROVABLE) {
            push(ledger, &ledger->aside, &ledger->aside_count, &ledger->aside_capacity, &ledger->items[i]);
        }
    }
}

bool ispy_selected_equal(const ispy_selected *a, const ispy_selected *b) {
    return ispy_str_equal(a->klass, b->klass) && ispy_str_equal(a->function, b->function);
}

void ispy_ledger_answer(ispy_ledger *ledger, ispy_rule_id rule, const void *clause, const ispy_selected *selected,
                        ispy_verdict verdict) {
    if (!ledger->keeps_answers) {
        return;
    }
    if (ledger->answer_count == ledger->answer_capacity) {
        void *answers =
            grow(ledger, ledger->answers, ledger->answer_count, &ledger->answer_capacity, sizeof *ledger->answers);
        if (answers == NULL) {
            return;
        }
        ledger->answers = answers;
    }
    ledger->answers[ledger->answer_count++] = (ispy_answer){rule, clause, *selected, verdict};
}

ispy_verdict ispy_ledger_settled(const ispy_ledger *ledger, ispy_rule_id rule, const void *clause,
                                 const ispy_selected *selected) {
    bool any = false;
    ispy_verdict verdict = ISPY_UNPROVABLE;
    for (size_t i = 0; i < ledger->answer_count; i++) {
        const ispy_answer *answer = &ledger->answers[i];
        if (answer->clause != clause || answer->rule != rule || !ispy_selected_equal(&answer->selected, selected)) {
            continue;
        }
        verdict = !any || verdict == answer->verdict ? answer->verdict : ISPY_UNPROVABLE;
        any = true;
        if (verdict == ISPY_UNPROVABLE) {
            break;
        }
    }
    return verdict;
}

ispy_mark ispy_ledger_mark(const ispy_ledger *ledger) {
    ispy_mark mark = {ledger->count, ledger->answer_count};
    return mark;
}

ispy_verdict ispy_ledger_since(const ispy_ledger *ledger, ispy_mark mark) {
    ispy_verdict verdict = ISPY_PASS;
    for (size_t i = mark.items; i < ledger->count; i++) {
        ispy_verdict found = ledger->items[i].evidence.verdict;
        verdict = found < verdict ? found : verdict;
    }
    return verdict;
}

ispy_verdict ispy_ledger_weight(const ispy_ledger *ledger, ispy_mark mark) {
    ispy_verdict verdict = ISPY_PASS;
    for (size_t i = mark.items; i < ledger->count; i++) {
        ispy_verdict found = ledger->items[i].evidence.verdict;
        verdict = ledger->items[i].severity == ISPY_SEVERITY_ERROR && found < verdict ? found : verdict;
    }
    return verdict;
}

void ispy_ledger_cut(ispy_ledger *ledger, ispy_mark from, ispy_mark to) {
    if (to.items > from.items) {
        memmove(ledger->items + from.items, ledger->items + to.items,
                (ledger->count - to.items) * sizeof *ledger->items);
        ledger->count -= to.items - from.items;
    }
    if (to.answers > from.answers) {
        memmove(ledger->answers + from.answers, ledger->answers + to.answers,
                (ledger->answer_count - to.answers) * sizeof *ledger->answers);
        ledger->answer_count -= to.answers - from.answers;
    }
}

void ispy_ledger_raise(ispy_ledger *ledger, ispy_mark mark) {
    if (ledger->count < mark.items + 2) {
        return;
    }
    ispy_pending last = ledger->items[ledger->count - 1];
    memmove(ledger->items + mark.items + 1, ledger->items + mark.items,
            (ledger->count - 1 - mark.items) * sizeof *ledger->items);
    ledger->items[mark.items] = last;
}

/* Further required parameters share rule and clause: there it is the part that tells them apart. */
static bool is_same(const ispy_pending *a, const ispy_pending *b) {
    return a->rule == b->rule && a->clause == b->clause && ispy_str_equal(a->evidence.part, b->evidence.part) &&
           ispy_selected_equal(&a->selected, &b->selected);
}

static bool stands_before(const ispy_ledger *ledger, size_t from, size_t end, const ispy_pending *pending) {
    for (size_t i = from; i < end; i++) {
        if (is_same(&ledger->items[i], pending)) {
            return true;
        }
    }
    return false;
}

void ispy_ledger_doubt(ispy_ledger *ledger, ispy_mark mark, ispy_reason reason) {
    size_t kept = mark.items;
    for (size_t i = mark.items; i < ledger->count; i++) {
        ispy_pending pending = ledger->items[i];
        if (pending.evidence.verdict == ISPY_FAIL) {
            pending.evidence.verdict = ISPY_UNPROVABLE;
            pending.evidence.reason = reason != ISPY_REASON_NONE ? reason : ISPY_REASON_CONDITIONAL;
            pending.evidence.message = NULL;
            pending.evidence.hint = NULL;
        }
        if (!stands_before(ledger, mark.items, kept, &pending)) {
            ledger->items[kept++] = pending;
        }
    }
    ledger->count = kept;
    for (size_t i = mark.answers; i < ledger->answer_count; i++) {
        ledger->answers[i].verdict = ISPY_UNPROVABLE;
    }
}
