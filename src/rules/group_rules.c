/* What several blocks come to together: any_of, not. The walk has folded them (walk_groups.c). */
#include "rules/rule.h"

/* A module may have no name to be called by. */
static ispy_evidence judge(const ispy_question *question, const char *failed, const char *doubted) {
    bool is_module = question->noun == ISPY_NOUN_MODULE;
    if (question->folded == ISPY_PASS) {
        return ispy_evidence_pass();
    }
    ispy_evidence evidence = {.verdict = question->folded};
    if (question->folded == ISPY_UNPROVABLE) {
        evidence.reason = question->folded_reason;
    }
    evidence.message = !is_module ? NULL : question->folded == ISPY_FAIL ? failed : doubted;
    return evidence;
}

ispy_evidence ispy_rule_any_of(const ispy_question *question) {
    ispy_evidence evidence = judge(question, "the module meets none of the contract's alternatives",
                                   "the module may meet none of the contract's alternatives");
    if (question->applying == 0 && evidence.verdict == ISPY_FAIL) {
        evidence.message = "none of the contract's alternatives applies here";
    }
    return evidence;
}

ispy_evidence ispy_rule_not(const ispy_question *question) {
    return judge(question, "the module has all that the contract rules out together",
                 "the module may have all that the contract rules out together");
}
