/* ISPYx01, x02 and their like: whether something of that name is there, or must not be. */
#include "rules/rule.h"

/* The line that leaves the module open, if that is why the name may be anything. */
static ispy_span place_of(const ispy_lookup *lookup) {
    const ispy_span nowhere = {0, 0, 0};
    return lookup->scope->open == lookup->open ? lookup->scope->open_at : nowhere;
}

/* Asked where nothing that can be seen is bound to the name. */
ispy_evidence ispy_rule_missing(const ispy_question *question) {
    const ispy_lookup *lookup = question->lookup;
    if (lookup->open != ISPY_REASON_NONE) {
        ispy_evidence open = ispy_evidence_open(lookup->open, ispy_show_nothing(), ispy_show_nothing());
        open.at = place_of(lookup);
        if (question->presence == ISPY_OPTIONAL) {
            open.message = "if {noun} '{subject}' is there, it cannot be seen";
        }
        return open;
    }
    if (question->presence != ISPY_REQUIRED) {
        return ispy_evidence_pass();
    }
    ispy_evidence evidence = ispy_evidence_fail(ispy_show_nothing(), ispy_show_nothing());
    if (lookup->other != NULL && ispy_definition_is_bare(lookup->other)) {
        evidence.at = lookup->other->at;
        evidence.hint = "it is annotated here, but nothing is bound to it";
    }
    return evidence;
}

/* Asked for each definition of the name, and once without one where it may be unbound. */
ispy_evidence ispy_rule_forbidden(const ispy_question *question) {
    const ispy_definition *definition = question->definition;
    if (definition == NULL) {
        const ispy_lookup *lookup = question->lookup;
        if (lookup->open == ISPY_REASON_NONE) {
            return ispy_evidence_pass();
        }
        ispy_evidence open = ispy_evidence_open(lookup->open, ispy_show_nothing(), ispy_show_nothing());
        open.at = place_of(lookup);
        return open;
    }
    ispy_reason reason = ISPY_REASON_NONE;
    switch (ispy_definition_is(definition, question->noun, question->module->is_live, &reason)) {
    case ISPY_FAIL:
        return ispy_evidence_pass();
    case ISPY_UNPROVABLE:
        return ispy_evidence_open(reason, ispy_show_nothing(), ispy_show_definition(definition));
    default:
        return ispy_evidence_fail(ispy_show_nothing(), ispy_show_definition(definition));
    }
}
