/* See best.h. */
#include "rules/best.h"

ispy_best ispy_best_begin(const ispy_ledger *ledger) {
    ispy_best best = {.start = ispy_ledger_mark(ledger), .verdict = ISPY_FAIL, .truth = ISPY_FAIL};
    return best;
}

bool ispy_best_is_clean(const ispy_best *best) {
    return best->has_one && best->truth == ISPY_PASS;
}

/* One finding stands for all that was not looked at behind it: a class that is missing lacks its members, too. */
static size_t cost_of(const ispy_pending *pending) {
    if (pending->rule == ISPY_RULE_CLASS_MISSING) {
        const ispy_class_clause *klass = pending->clause;
        return (size_t)1 + klass->attribute_count + klass->method_count + klass->superclass_count + klass->class_count;
    }
    if (pending->rule == ISPY_RULE_FUNCTION_MISSING || pending->rule == ISPY_RULE_METHOD_MISSING) {
        const ispy_function_clause *function = pending->clause;
        return (size_t)1 + function->parameter_count;
    }
    return 1;
}

static size_t cost_since(const ispy_ledger *ledger, ispy_mark from) {
    size_t cost = 0;
    for (size_t i = from.items; i < ledger->count; i++) {
        cost += ledger->items[i].evidence.verdict == ISPY_FAIL ? cost_of(&ledger->items[i]) : 0;
    }
    return cost;
}

static bool is_better(const ispy_best *best, const ispy_best *other) {
    if (!best->has_one || other->verdict != best->verdict) {
        return !best->has_one || other->verdict > best->verdict;
    }
    if (other->levels != best->levels) {
        return other->levels < best->levels;
    }
    return other->truth != best->truth ? other->truth > best->truth : other->cost < best->cost;
}

bool ispy_best_take(ispy_best *best, ispy_ledger *ledger, ispy_mark from, ispy_verdict verdict, uint32_t levels) {
    ispy_verdict truth = ispy_ledger_since(ledger, from);
    const ispy_best other = {
        .start = best->start,
        .has_one = true,
        .verdict = verdict,
        .truth = verdict < truth ? verdict : truth,
        .levels = levels,
        .cost = cost_since(ledger, from),
    };
    ispy_mark start = {best->start.items, from.answers};
    ispy_mark end = {ledger->count, from.answers};
    bool takes = is_better(best, &other);
    ispy_mark cut_from = takes ? start : from;
    ispy_mark cut_to = takes ? from : end;
    ispy_ledger_set_aside(ledger, cut_from, cut_to);
    ispy_ledger_cut(ledger, cut_from, cut_to);
    *best = takes ? other : *best;
    return takes;
}
