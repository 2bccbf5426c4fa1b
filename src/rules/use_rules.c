/* ISPY208 to ISPY213: what the module imports and calls. What is to be said of a use the walk has found out
 * (walk_uses.c), for it takes several of them together; here it becomes evidence. */
#include "rules/rule.h"

static ispy_evidence say(const ispy_question *question) {
    const ispy_ruling *ruling = question->ruling;
    ispy_evidence evidence = {
        .verdict = ruling->verdict,
        .reason = ruling->reason,
        .at = ruling->at,
        .found = ispy_show_text(ruling->found),
        .message = ruling->message,
        .hint = ruling->hint,
        .is_final = ruling->is_final && ruling->verdict == ISPY_UNPROVABLE,
    };
    return evidence;
}

ispy_evidence ispy_rule_import_denied(const ispy_question *question) {
    return say(question);
}

ispy_evidence ispy_rule_import_not_allowed(const ispy_question *question) {
    return say(question);
}

ispy_evidence ispy_rule_call_denied(const ispy_question *question) {
    return say(question);
}

ispy_evidence ispy_rule_top_level_call(const ispy_question *question) {
    return say(question);
}
