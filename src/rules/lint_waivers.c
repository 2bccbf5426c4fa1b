/* `waive:`: exceptions that are over, or for nothing.
 * Must not know: findings in modules; waivers.c says of a module which waivers were of no use for it. */
#include "rules/lint.h"

#include "base/glob_relation.h"
#include "model/rule_code.h"

enum { MOST_BYTES = 16 * 1024 }; /* of what all waivers name; the time is the square of it at worst */

static bool has_expired(const ispy_lint *lint, const ispy_waiver *waiver) {
    return lint->day > waiver->until;
}

/* Whether the contract may be for a module that the waiver is for. */
static bool is_for_some_module(const ispy_contract *contract, const ispy_waiver *waiver) {
    bool by_name_only = contract->module_pattern_count > 0 && contract->file_pattern_count == 0;
    bool may = !by_name_only;
    for (uint32_t i = 0; i < contract->module_pattern_count && !may; i++) {
        may = !contract->modules[i].negated && ispy_glob_may_meet(contract->modules[i].text, waiver->module, '.');
    }
    for (uint32_t i = 0; i < contract->module_pattern_count && by_name_only && may; i++) {
        may = !contract->modules[i].negated || !ispy_glob_covers(contract->modules[i].text, waiver->module, '.');
    }
    return may;
}

/* Whether `wide` waives whatever `narrow` does, for as long. */
static bool covers(const ispy_waiver *wide, const ispy_waiver *narrow) {
    bool subject = wide->subject.data == NULL ||
                   (narrow->subject.data != NULL && ispy_glob_covers(wide->subject, narrow->subject, '.'));
    return subject && wide->rule == narrow->rule && wide->until >= narrow->until &&
           ispy_glob_covers(wide->module, narrow->module, '.');
}

static void lint_others(ispy_lint *lint, uint32_t index) {
    const ispy_contract *contract = lint->contract;
    const ispy_waiver *own = &contract->waivers[index];
    for (uint32_t i = 0; i < contract->waiver_count; i++) {
        const ispy_waiver *other = &contract->waivers[i];
        if (i != index && covers(other, own) && (i < index || !covers(own, other))) {
            ispy_lint_say(lint, ISPY_LINT_WAIVER_USELESS, own->origin, "remove it",
                          "all that this waives is waived on %s", ispy_lint_place(own->origin, other->origin).text);
            return;
        }
    }
}

static bool are_short(const ispy_contract *contract) {
    size_t bytes = 0;
    for (uint32_t i = 0; i < contract->waiver_count; i++) {
        bytes += contract->waivers[i].module.length + contract->waivers[i].subject.length + 1;
    }
    for (uint32_t i = 0; i < contract->module_pattern_count; i++) {
        bytes += contract->modules[i].text.length;
    }
    return bytes <= MOST_BYTES;
}

void ispy_lint_waivers(ispy_lint *lint) {
    const ispy_contract *contract = lint->contract;
    bool is_short = are_short(contract);
    for (uint32_t i = 0; i < contract->waiver_count; i++) {
        const ispy_waiver *waiver = &contract->waivers[i];
        if (has_expired(lint, waiver)) {
            ispy_lint_say(lint, ISPY_LINT_WAIVER_EXPIRED, waiver->until_origin,
                          "remove the waiver, or agree on a later day",
                          "this waiver has expired: its last day was %.10s", waiver->shown.until.data);
        } else if (contract->severities != NULL && contract->severities[waiver->rule] == ISPY_SEVERITY_OFF) {
            ispy_lint_say(lint, ISPY_LINT_WAIVER_USELESS, waiver->origin, "remove it",
                          "%s is off here, so there is nothing to waive", ispy_rule_code(waiver->rule));
        } else if (!is_short) {
            continue;
        } else if (!is_for_some_module(contract, waiver)) {
            ispy_lint_say(lint, ISPY_LINT_WAIVER_USELESS, waiver->origin, "correct 'module', or remove the waiver",
                          "the contract is for no module that this waiver is for");
        } else {
            lint_others(lint, i);
        }
    }
}
