/* ISPY1xx: where the module runs.
 *
 * What the snapshot does not know fits no demand: a machine that cannot say what it is must not pass for another.
 * Values of environment variables are compared here and never leave this file.
 */
#include "rules/place_facts.h"
#include "rules/rule.h"
#include "rules/value_judge.h"

static ispy_shown known(ispy_str text) {
    return ispy_show_text(text.data != NULL && text.length > 0 ? text : ispy_str_literal("not known"));
}

static ispy_evidence judge_platform(ispy_str wanted, ispy_str found) {
    if (wanted.data == NULL || ispy_same_platform(wanted, found)) {
        return ispy_evidence_pass();
    }
    return ispy_evidence_fail(ispy_show_text(wanted), known(found));
}

ispy_evidence ispy_rule_context_arch(const ispy_question *question) {
    return judge_platform(question->deployment->arch, question->context->arch);
}

ispy_evidence ispy_rule_context_os(const ispy_question *question) {
    return judge_platform(question->system->os, question->context->os);
}

ispy_evidence ispy_rule_context_interpreter(const ispy_question *question) {
    return judge_platform(question->python->interpreter, question->context->implementation);
}

ispy_evidence ispy_rule_context_python(const ispy_question *question) {
    const ispy_version_spec *wanted = question->python->version;
    ispy_str found = question->context->python_version;
    if (wanted == NULL || (found.data != NULL && ispy_version_spec_admits(wanted, found) == ISPY_PASS)) {
        return ispy_evidence_pass();
    }
    return ispy_evidence_fail(ispy_show_text(ispy_version_spec_text(wanted)), known(found));
}

static ispy_str environment_value(const ispy_question *question) {
    const ispy_context *context = question->context;
    for (uint32_t i = 0; i < context->environment_count; i++) {
        if (ispy_str_equal(context->environment[i].name, question->environment->name)) {
            return context->environment[i].value;
        }
    }
    return (ispy_str){NULL, 0, 0};
}

static ispy_shown wanted_text(const ispy_value_clause *clause) {
    return clause->demand != NULL ? ispy_value_wanted(clause, ISPY_DEMAND_WHOLE) : ispy_show_text(clause->text);
}

ispy_evidence ispy_rule_environment_missing(const ispy_question *question) {
    const ispy_environment_clause *clause = question->environment;
    if (clause->secret || environment_value(question).data != NULL) {
        return ispy_evidence_pass();
    }
    ispy_evidence evidence = ispy_evidence_fail(
        clause->value != NULL ? wanted_text(clause->value) : ispy_show_nothing(), ispy_show_nothing());
    evidence.part = clause->name;
    evidence.hint = "set '{part}' before the host starts";
    return evidence;
}

ispy_evidence ispy_rule_environment_value(const ispy_question *question) {
    const ispy_environment_clause *clause = question->environment;
    ispy_str found = environment_value(question);
    if (clause->value == NULL || found.data == NULL) {
        return ispy_evidence_pass();
    }
    const ispy_literal text = {.kind = ISPY_LITERAL_STR, .text = found};
    ispy_value_answer answer;
    ispy_value_judge(&answer, question, clause->value, &text, true);
    if (answer.status != ISPY_OK || answer.verdict == ISPY_PASS) {
        return answer.status != ISPY_OK ? ispy_evidence_broken(answer.status) : ispy_evidence_pass();
    }
    ispy_shown wanted = clause->secret ? ispy_show_nothing() : wanted_text(clause->value);
    ispy_shown shown =
        clause->secret ? ispy_show_nothing() : ispy_show_text(ispy_str_literal("another value, which is not shown"));
    ispy_evidence evidence = answer.verdict == ISPY_FAIL ? ispy_evidence_fail(wanted, shown)
                                                         : ispy_evidence_open(answer.reason, wanted, shown);
    evidence.part = clause->name;
    return evidence;
}

ispy_evidence ispy_rule_secret_missing(const ispy_question *question) {
    const ispy_environment_clause *clause = question->environment;
    if (!clause->secret || environment_value(question).data != NULL) {
        return ispy_evidence_pass();
    }
    ispy_evidence evidence = ispy_evidence_fail(ispy_show_nothing(), ispy_show_nothing());
    evidence.part = clause->name;
    evidence.hint = "set '{part}' before the host starts";
    return evidence;
}

ispy_evidence ispy_rule_no_deployment(const ispy_question *question) {
    if (question->folded != ISPY_FAIL) {
        return ispy_evidence_pass(); /* what is left open is reported by the rules that left it open */
    }
    ispy_shown here = {.kind = ISPY_SHOW_CONTEXT, .as = {.context = question->context}};
    return ispy_evidence_fail(ispy_show_nothing(), here);
}
