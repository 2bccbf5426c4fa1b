/* See waivers.h. A waiver that has expired waives nothing. One whose module is a pattern may be there for another
 * module, so that only one with a plain name is said to be good for nothing. */
#include "rules/waivers.h"

#include "base/glob.h"
#include "base/text.h"
#include "rules/explain.h"

static bool has_expired(const ispy_waiver *waiver, const ispy_context *context) {
    return context->day <= 0 || context->day > waiver->until;
}

static bool is_for_module(const ispy_waiver *waiver, const ispy_module *module) {
    ispy_str name = module->name.data != NULL ? module->name : ispy_str_literal("");
    return ispy_glob_match(waiver->module, name, '.');
}

/* Plugin.run: as the report calls it. */
static bool is_about(ispy_str pattern, const ispy_subject *subject, ispy_arena *arena) {
    ispy_str name = subject->name.data != NULL ? subject->name : ispy_str_literal("");
    if (subject->owner.data == NULL) {
        return ispy_glob_match(pattern, name, '.');
    }
    ispy_text text = ISPY_TEXT_EMPTY;
    ispy_str whole = {NULL, 0, 0};
    ispy_text_str(&text, subject->owner);
    ispy_text_char(&text, '.');
    ispy_text_str(&text, name);
    int status = ispy_text_take(&whole, &text, arena);
    ispy_text_free(&text);
    return status == ISPY_OK && ispy_glob_match(pattern, whole, '.');
}

const ispy_waiver *ispy_waiver_find(const ispy_question *question, ispy_rule_id rule, const ispy_subject *subject) {
    const ispy_contract *contract = question->contract;
    for (uint32_t i = 0; i < contract->waiver_count; i++) {
        const ispy_waiver *waiver = &contract->waivers[i];
        if (waiver->rule == (uint32_t)rule && !has_expired(waiver, question->context) &&
            is_for_module(waiver, question->root) &&
            (waiver->subject.data == NULL || is_about(waiver->subject, subject, question->arena))) {
            return waiver;
        }
    }
    return NULL;
}

/* --- what is to be said of them --------------------------------------------------------------------------------------
 */

static bool was_of_use(const ispy_report *report, const ispy_waiver *waiver) {
    for (size_t i = 0; report != NULL && i < report->count; i++) {
        if (report->entries[i].finding.waived == &waiver->shown) {
            return true;
        }
    }
    return false;
}

static ispy_str code_of(const ispy_waiver *waiver) {
    return ispy_str_literal(ispy_rule_at((ispy_rule_id)waiver->rule)->info.code);
}

ispy_evidence ispy_rule_waiver_expired(const ispy_question *question) {
    const ispy_waiver *waiver = question->waiver;
    if (!has_expired(waiver, question->context)) {
        return ispy_evidence_pass();
    }
    ispy_evidence evidence = ispy_evidence_fail(ispy_show_nothing(), ispy_show_text(waiver->shown.until));
    evidence.part = code_of(waiver);
    if (question->context->day <= 0) {
        evidence.message = "the waiver for {part} counts as expired: nobody says what day it is";
    }
    evidence.hint = "mend the module, or renew the waiver";
    return evidence;
}

ispy_evidence ispy_rule_waiver_useless(const ispy_question *question) {
    const ispy_waiver *waiver = question->waiver;
    if (question->waiver_is_used || has_expired(waiver, question->context) || !ispy_glob_is_literal(waiver->module)) {
        return ispy_evidence_pass();
    }
    ispy_evidence evidence = ispy_evidence_fail(ispy_show_text(waiver->subject), ispy_show_nothing());
    evidence.part = code_of(waiver);
    evidence.hint = "take it out of the contract";
    return evidence;
}

static int say(ispy_report *report, const ispy_question *question, ispy_rule_id rule, const ispy_origin *origin) {
    const ispy_severity *stated = question->contract->severities;
    ispy_pending pending = {
        .rule = rule,
        .unit = UINT32_MAX, /* no clause of the contract: the second look begins anew with waivers */
        .clause = question->waiver,
        .origin = origin,
        .subject = {.noun = ISPY_NOUN_MODULE, .name = question->module->name},
        .evidence = ispy_rule_at(rule)->check(question),
        .severity = stated != NULL ? stated[rule] : ispy_rule_at(rule)->info.severity,
    };
    bool is_silent = pending.evidence.verdict == ISPY_PASS || pending.severity == ISPY_SEVERITY_OFF;
    return is_silent ? ISPY_OK : ispy_explain(report, &pending, false);
}

int ispy_waivers_review(ispy_report *report, const ispy_report *before, const ispy_context *context) {
    const ispy_contract *contract = report->contract;
    ispy_question question = {.contract = contract, .module = report->module, .context = context};
    int status = ISPY_OK;
    if (contract->waiver_count == 0 || !ispy_contract_applies(contract, context)) {
        return ISPY_OK;
    }
    for (uint32_t i = 0; i < contract->waiver_count && status == ISPY_OK; i++) {
        const ispy_waiver *waiver = &contract->waivers[i];
        if (!is_for_module(waiver, report->module)) {
            continue;
        }
        question.waiver = waiver;
        question.waiver_is_used = was_of_use(report, waiver) || was_of_use(before, waiver);
        status = say(report, &question, ISPY_RULE_WAIVER_EXPIRED, &waiver->until_origin);
        if (status == ISPY_OK) {
            status = say(report, &question, ISPY_RULE_WAIVER_USELESS, &waiver->origin);
        }
    }
    return status;
}
