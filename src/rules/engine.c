/* The two ways in: hold a module against a contract, and look again at what the source left open.
 *
 * Pure: reads no file, asks no clock, keeps nothing. Nothing is allocated but a report and, while findings are put into
 * words, the text in the making.
 */
#include "rules/explain.h"
#include "rules/waivers.h"
#include "rules/walk.h"

static ispy_walk walk_of(const ispy_report *report, const ispy_module *module, const ispy_context *context,
                         ispy_compared *compared, ispy_follower *follower) {
    ispy_walk walk = {
        .question = {.contract = report->contract,
                     .module = module,
                     .root = module,
                     .follower = follower,
                     .context = context,
                     .arena = report->arena,
                     .compared = compared},
        .ledger = {.arena = report->arena},
    };
    return walk;
}

int ispy_check(ispy_report **out, const ispy_contract *contract, const ispy_module *module,
               const ispy_context *context) {
    return ispy_check_following(out, contract, module, context, NULL);
}

int ispy_check_following(ispy_report **out, const ispy_contract *contract, const ispy_module *module,
                         const ispy_context *context, const ispy_sources *sources) {
    ispy_report *report = NULL;
    ispy_follower follower;
    int status = ispy_report_new(&report, contract, module);
    if (status != ISPY_OK) {
        return status;
    }
    report->is_elsewhere = !ispy_contract_applies(contract, context);
    ispy_compared compared[ISPY_COMPARED_SLOTS] = {0};
    ispy_follower_begin(&follower, sources, module, report->arena);
    ispy_walk walk = walk_of(report, module, context, compared, &follower);
    ispy_walk_contract(&walk);
    status = walk.ledger.status != ISPY_OK ? walk.ledger.status : follower.status;
    report->follows = follower.count > 0;
    for (size_t i = 0; i < walk.ledger.count && status == ISPY_OK; i++) {
        status = ispy_explain(report, &walk.ledger.items[i], module->is_live);
    }
    if (status == ISPY_OK) {
        status = ispy_waivers_review(report, NULL, context);
    }
    if (status != ISPY_OK) {
        ispy_report_free(report);
        return status;
    }
    *out = report;
    return ISPY_OK;
}

/* The units that hold something unprovable. NULL: out of memory. */
static bool *units_to_confirm(const ispy_report *report, const ispy_report *before) {
    uint32_t count = ispy_unit_count(report->contract);
    bool *units = ispy_arena_array(report->arena, count, sizeof *units);
    for (size_t i = 0; i < before->count && units != NULL; i++) {
        const ispy_finding *finding = &before->entries[i].finding;
        if (finding->verdict == ISPY_UNPROVABLE && finding->unit < count) {
            units[finding->unit] = true;
        }
    }
    return units;
}

static const ispy_pending *find_same(const ispy_ledger *ledger, const ispy_pending *wanted) {
    for (size_t i = 0; i < ledger->count; i++) {
        const ispy_pending *item = &ledger->items[i];
        if (item->rule == wanted->rule && item->clause == wanted->clause &&
            ispy_selected_equal(&item->selected, &wanted->selected)) {
            return item;
        }
    }
    return NULL;
}

/* Where the source has what a live finding is about. A live object may stem from another file: its own line says
 * nothing. */
static ispy_span place_in_source(const ispy_ledger *source, const ispy_pending *live) {
    const ispy_span nowhere = {0, 0, 0};
    const ispy_pending *same = find_same(source, live);
    const ispy_pending *owner = NULL;
    for (size_t i = 0; i < source->count && same == NULL; i++) {
        const ispy_subject *subject = &source->items[i].subject;
        if (source->items[i].unit != live->unit) {
            continue;
        }
        if (ispy_str_equal(subject->name, live->subject.name) && ispy_str_equal(subject->owner, live->subject.owner)) {
            same = &source->items[i];
        } else if (ispy_str_equal(subject->name, live->subject.owner)) {
            owner = &source->items[i];
        }
    }
    same = same != NULL ? same : owner;
    return same != NULL ? same->evidence.at : nowhere;
}

static int add_live(ispy_report *report, const ispy_ledger *source, const ispy_ledger *live, uint32_t unit) {
    int status = ISPY_OK;
    for (size_t i = 0; i < live->count && status == ISPY_OK; i++) {
        if (live->items[i].unit != unit) {
            continue;
        }
        ispy_pending pending = live->items[i];
        const ispy_pending *same = find_same(source, &pending);
        if (same != NULL && same->evidence.verdict == ISPY_FAIL) {
            continue; /* it was certain before, and is in the report */
        }
        pending.evidence.at = place_in_source(source, &pending);
        status = ispy_explain(report, &pending, true);
    }
    return status;
}

/* A unit that was settled stays as it was; of one that was not, what was certain. */
static int add_before(ispy_report *report, const ispy_report *before, uint32_t unit) {
    int status = ISPY_OK;
    for (size_t i = 0; i < before->count && status == ISPY_OK; i++) {
        const ispy_finding *finding = &before->entries[i].finding;
        if (finding->unit == unit && finding->verdict == ISPY_FAIL) {
            status = ispy_report_copy(report, &before->entries[i]);
        }
    }
    return status;
}

/* Both structures are held against the same clauses, the source first. What a rule says PASS or FAIL to in the source
 * is settled, clause by clause; the live module answers only what is left. So looking again can make nothing worse that
 * was proved, and nothing better that was refuted. */
int ispy_confirm(ispy_report **out, const ispy_report *before, const ispy_module *live, const ispy_context *context) {
    return ispy_confirm_following(out, before, live, context, NULL);
}

int ispy_confirm_following(ispy_report **out, const ispy_report *before, const ispy_module *live,
                           const ispy_context *context, const ispy_sources *sources) {
    ispy_report *report = NULL;
    ispy_follower follower;
    int status = ispy_report_new(&report, before->contract, before->module);
    if (status != ISPY_OK) {
        return status;
    }
    report->is_elsewhere = before->is_elsewhere;
    bool *units = units_to_confirm(report, before);
    ispy_compared compared[2][ISPY_COMPARED_SLOTS] = {0};
    ispy_follower_begin(&follower, sources, before->module, report->arena);
    report->follows = before->follows;
    ispy_walk source = walk_of(report, before->module, context, compared[0], &follower);
    source.ledger.keeps_answers = true;
    source.units = units;
    ispy_walk again = walk_of(report, live, context, compared[1], NULL);
    again.settled = &source.ledger;
    again.units = units;
    if (units == NULL) {
        status = ISPY_ENOMEM;
    } else {
        ispy_walk_contract(&source);
        ispy_walk_contract(&again);
        status = source.ledger.status != ISPY_OK ? source.ledger.status : again.ledger.status;
        status = status != ISPY_OK ? status : follower.status;
    }
    uint32_t count = ispy_unit_count(before->contract);
    for (uint32_t unit = 0; unit < count && status == ISPY_OK; unit++) {
        status = add_before(report, before, unit);
        if (status == ISPY_OK && units[unit]) {
            status = add_live(report, &source.ledger, &again.ledger, unit);
        }
    }
    if (status == ISPY_OK) {
        status = ispy_waivers_review(report, before, context);
    }
    if (status != ISPY_OK) {
        ispy_report_free(report);
        return status;
    }
    *out = report;
    return ISPY_OK;
}
