/* ISPY220 to 222: the docstring of the module, and what "from module import *" gives.
 * Must not know: how the names are judged that are exported. */
#include "rules/rule.h"

/* ---- the docstring ---- */

static bool is_blank(ispy_str text) {
    bool blank = true;
    for (uint32_t i = 0; i < text.length && blank; i++) {
        char c = text.data[i];
        blank = c == ' ' || (c >= '\t' && c <= '\r');
    }
    return blank;
}

/* Asked for each value that __doc__ may have, and once without one where it may have none. */
ispy_evidence ispy_rule_docstring(const ispy_question *question) {
    const ispy_definition *definition = question->definition;
    bool is_variable = definition != NULL && definition->kind == ISPY_DEFINES_VARIABLE;
    const ispy_literal *value = is_variable ? definition->as.variable->value : NULL;
    bool is_open = definition == NULL ? question->lookup->open != ISPY_REASON_NONE
                                      : ispy_definition_doubt(definition) != ISPY_REASON_NONE;
    if (is_open) {
        return ispy_evidence_open(definition == NULL ? question->lookup->open : ispy_definition_doubt(definition),
                                  ispy_show_nothing(), ispy_show_nothing());
    }
    bool has_one = value != NULL && value->kind == ISPY_LITERAL_STR && !is_blank(value->text);
    if (has_one == (question->block->docstring != ISPY_WISH_NO)) {
        return ispy_evidence_pass();
    }
    ispy_evidence evidence = ispy_evidence_fail(ispy_show_nothing(), ispy_show_nothing());
    evidence.message = has_one ? "the module has a docstring and must not have one" : NULL;
    return evidence;
}

/* ---- what is exported ---- */

typedef struct answer {
    ispy_verdict verdict;
    ispy_reason reason;
    ispy_span at;
} answer;

/* Whether one value of __all__ names it. */
static answer is_listed(const ispy_definition *definition, ispy_str name) {
    const ispy_literal *value = definition->kind == ISPY_DEFINES_VARIABLE ? definition->as.variable->value : NULL;
    bool is_sequence = value != NULL && (value->kind == ISPY_LITERAL_LIST || value->kind == ISPY_LITERAL_TUPLE);
    answer found = {ISPY_FAIL, ISPY_REASON_NONE, definition->at};
    if (!is_sequence) {
        return (answer){ISPY_UNPROVABLE, ISPY_REASON_DYNAMIC_VALUE, definition->at};
    }
    for (uint32_t i = 0; i < value->count && found.verdict != ISPY_PASS; i++) {
        const ispy_literal *item = &value->items[i];
        if (item->kind == ISPY_LITERAL_STR && ispy_str_equal(item->text, name)) {
            found.verdict = ISPY_PASS;
        } else if (item->kind == ISPY_LITERAL_DYNAMIC) {
            found.verdict = ISPY_UNPROVABLE;
            found.reason = ISPY_REASON_DYNAMIC_VALUE;
        }
    }
    return found;
}

/* Whether the name is bound at all when the module has run. Submodules of a package are imported when they are asked
 * for. */
static answer is_bound(const ispy_question *question, ispy_str name) {
    ispy_lookup lookup;
    ispy_lookup_name(&lookup, question->module, name);
    answer found = {ISPY_PASS, ISPY_REASON_NONE, {0, 0, 0}};
    if (lookup.count == 0 || lookup.may_be_absent) {
        bool is_open = lookup.open != ISPY_REASON_NONE;
        bool may_come = lookup.count > 0 || is_open || question->module->is_package;
        found.verdict = may_come ? ISPY_UNPROVABLE : ISPY_FAIL;
        found.reason = is_open ? lookup.open : ISPY_REASON_CONDITIONAL;
    }
    return found;
}

/* With __all__ what stands in it, else the names without a "_" in front. */
static answer is_exported(const ispy_question *question, ispy_str name) {
    ispy_lookup all;
    ispy_lookup_name(&all, question->module, ispy_str_literal("__all__"));
    answer bound = is_bound(question, name);
    if (bound.verdict == ISPY_FAIL) {
        return bound;
    }
    if (all.count == 0 && all.open == ISPY_REASON_NONE) {
        return name.data[0] == '_' ? (answer){ISPY_FAIL, ISPY_REASON_NONE, {0, 0, 0}} : bound;
    }
    if (all.count != 1 || all.may_be_absent || all.open != ISPY_REASON_NONE || all.bindings[0]->count != 1) {
        ispy_reason reason = all.open != ISPY_REASON_NONE ? all.open : ISPY_REASON_CONDITIONAL;
        return (answer){ISPY_UNPROVABLE, reason, {0, 0, 0}};
    }
    answer listed = is_listed(all.bindings[0]->candidates[0], name);
    return listed.verdict == ISPY_PASS ? bound : listed;
}

static ispy_evidence judge(const ispy_question *question, bool wanted) {
    answer found = is_exported(question, question->decorator->name);
    if (found.verdict == (wanted ? ISPY_PASS : ISPY_FAIL)) {
        return ispy_evidence_pass();
    }
    ispy_shown nothing = ispy_show_nothing();
    ispy_evidence evidence = found.verdict == ISPY_UNPROVABLE ? ispy_evidence_open(found.reason, nothing, nothing)
                                                              : ispy_evidence_fail(nothing, nothing);
    evidence.part = question->decorator->name;
    evidence.at = found.at;
    return evidence;
}

ispy_evidence ispy_rule_export_missing(const ispy_question *question) {
    return judge(question, true);
}

ispy_evidence ispy_rule_export_forbidden(const ispy_question *question) {
    return judge(question, false);
}
