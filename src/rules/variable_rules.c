/* ISPY5xx: values and types of variables and attributes; and what every rule on annotations shares. */
#include "rules/types.h"

#include "model/resolve.h"
#include "rules/value_judge.h"

static ispy_shown show_type(const ispy_type_expr *type) {
    ispy_shown shown = {.kind = ISPY_SHOW_TYPE, .as = {.type = type}};
    return shown;
}

static bool imports_for_types(const ispy_module *module) {
    for (uint32_t i = 0; i < module->import_count; i++) {
        if (module->imports[i].type_checking) {
            return true;
        }
    }
    return false;
}

/* "int" on both sides, and nothing in the module that could make it another: most annotations, and nothing to parse. */
static bool is_same_builtin(const ispy_module *module, ispy_str wanted, ispy_str found) {
    return module != NULL && ispy_str_equal(wanted, found) && ispy_is_builtin(found) &&
           module->scope.open == ISPY_REASON_NONE && ispy_scope_find(&module->scope, found) == NULL &&
           !imports_for_types(module);
}

/* Lends the slot that holds what the two come to. */
static int compare_annotations(const ispy_compared **out, const ispy_question *question,
                               const ispy_annotation_clause *clause, ispy_str found, ispy_fit fit) {
    ispy_compared *slot = &question->compared[(clause->text.hash * 5 + found.hash * 2) % ISPY_COMPARED_SLOTS];
    *out = slot;
    if (slot->wanted.data != NULL && slot->fit == fit && slot->module == question->module &&
        ispy_str_equal(slot->wanted, clause->text) && ispy_str_equal(slot->found, found)) {
        return ISPY_OK;
    }
    const ispy_type_expr *type = NULL;
    int status = ispy_type_expr_parse(&type, question->arena, found);
    if (status == ISPY_OK) {
        *slot = (ispy_compared){clause->text, found, question->module,
                                fit,          type,  ispy_type_expr_fit(clause->type, type, question->module, fit)};
    }
    return status;
}

static ispy_evidence judge(const ispy_question *question, const ispy_annotation_clause *clause, ispy_str found,
                           ispy_fit fit) {
    ispy_shown wanted = show_type(clause->type);
    if (found.data == NULL && clause->gradual) {
        return ispy_evidence_pass();
    }
    if (found.data == NULL) {
        return ispy_evidence_fail(wanted, ispy_show_text(ispy_str_literal("no annotation")));
    }
    if (is_same_builtin(question->module, clause->text, found)) {
        return ispy_evidence_pass();
    }
    const ispy_compared *compared = NULL;
    int status = compare_annotations(&compared, question, clause, found, fit);
    if (status != ISPY_OK) {
        return ispy_evidence_broken(status);
    }
    switch (compared->verdict) {
    case ISPY_PASS:
        return ispy_evidence_pass();
    case ISPY_UNPROVABLE:
        return ispy_evidence_open(ISPY_REASON_ANNOTATION_UNKNOWN, wanted, show_type(compared->type));
    default:
        return ispy_evidence_fail(wanted, show_type(compared->type));
    }
}

ispy_evidence ispy_judge_annotation(const ispy_question *question, const ispy_annotation_clause *clause,
                                    ispy_str found) {
    return judge(question, clause, found, clause->compatible ? ISPY_FIT_NARROWER : ISPY_FIT_EXACT);
}

ispy_evidence ispy_judge_parameter(const ispy_question *question, const ispy_annotation_clause *clause,
                                   ispy_str found) {
    return judge(question, clause, found, clause->compatible ? ISPY_FIT_WIDER : ISPY_FIT_EXACT);
}

/* "2" where 2 is wanted, or the reverse: the likeliest slip in YAML. */
static const char *quoting_hint(const ispy_value_clause *clause, const ispy_literal *found) {
    if (clause->value.kind == found->kind || !ispy_str_equal(clause->text, found->text)) {
        return NULL;
    }
    if (found->kind == ISPY_LITERAL_STR) {
        return "they differ in type only: put the contract's value in quotes if a text is meant";
    }
    if (clause->value.kind == ISPY_LITERAL_STR) {
        return "they differ in type only: take the quotes away in the contract if no text is meant";
    }
    return NULL;
}

static ispy_evidence judge_literal(const ispy_question *question, const ispy_value_clause *clause,
                                   const ispy_literal *found) {
    ispy_value_answer answer;
    ispy_value_judge(&answer, question, clause, found, false);
    if (answer.status != ISPY_OK) {
        return ispy_evidence_broken(answer.status);
    }
    if (answer.verdict == ISPY_PASS) {
        return ispy_evidence_pass();
    }
    ispy_evidence evidence = ispy_value_evidence(&answer);
    evidence.at = ispy_value_place(question->module, question->definition->at, found, &answer);
    evidence.part = ispy_value_path(question->arena, found, &answer);
    if (evidence.part.data != NULL) {
        evidence.message = answer.verdict == ISPY_FAIL ? "{noun} '{subject}' has another value at {part}"
                                                       : "{noun} '{subject}' may have another value at {part}";
    }
    evidence.hint =
        answer.wanted->demand == NULL && answer.verdict == ISPY_FAIL ? quoting_hint(answer.wanted, answer.found) : NULL;
    return evidence;
}

ispy_evidence ispy_rule_value(const ispy_question *question) {
    const ispy_value_clause *clause = question->variable->value;
    const ispy_definition *definition = question->definition;
    if (clause == NULL) {
        return ispy_evidence_pass();
    }
    if (definition->kind == ISPY_DEFINES_VARIABLE && definition->as.variable->value != NULL) {
        return judge_literal(question, clause, definition->as.variable->value);
    }
    ispy_shown wanted = ispy_value_wanted(clause, ISPY_DEMAND_WHOLE);
    ispy_reason doubt = ispy_definition_doubt(definition);
    bool is_function = definition->kind == ISPY_DEFINES_FUNCTION;
    if (doubt == ISPY_REASON_NONE && is_function) {
        bool is_property = definition->as.function->method_kind == ISPY_METHOD_PROPERTY;
        doubt = is_property ? ISPY_REASON_DYNAMIC_VALUE : definition->as.function->unknown;
    } else if (doubt == ISPY_REASON_NONE && definition->kind == ISPY_DEFINES_VARIABLE) {
        doubt = ISPY_REASON_DYNAMIC_VALUE; /* an annotated field: what it holds is decided for each instance */
    }
    if (doubt != ISPY_REASON_NONE) {
        return ispy_evidence_open(doubt, wanted, ispy_show_nothing());
    }
    return ispy_evidence_fail(wanted, ispy_show_definition(definition));
}

ispy_evidence ispy_rule_variable_annotation(const ispy_question *question) {
    const ispy_annotation_clause *clause = question->variable->annotation;
    const ispy_definition *definition = question->definition;
    if (clause == NULL) {
        return ispy_evidence_pass();
    }
    ispy_shown wanted = show_type(clause->type);
    if (definition->kind == ISPY_DEFINES_FUNCTION && definition->as.function->method_kind == ISPY_METHOD_PROPERTY) {
        return ispy_judge_annotation(question, clause, definition->as.function->returns);
    }
    bool is_plain = definition->kind == ISPY_DEFINES_FUNCTION || definition->kind == ISPY_DEFINES_CLASS;
    if (definition->kind != ISPY_DEFINES_VARIABLE && !is_plain && clause->gradual) {
        return ispy_evidence_pass(); /* no type is stated here */
    }
    if (definition->kind != ISPY_DEFINES_VARIABLE) {
        ispy_reason doubt = ispy_definition_doubt(definition);
        return ispy_evidence_open(doubt != ISPY_REASON_NONE ? doubt : ISPY_REASON_ANNOTATION_UNKNOWN, wanted,
                                  ispy_show_definition(definition));
    }
    const ispy_variable *variable = definition->as.variable;
    if (variable->annotation.data != NULL) {
        return ispy_judge_annotation(question, clause, variable->annotation);
    }
    switch (ispy_type_expr_admits(clause->type, variable->value)) {
    case ISPY_PASS:
        return ispy_evidence_pass();
    case ISPY_UNPROVABLE: {
        if (clause->gradual) {
            return ispy_evidence_pass();
        }
        ispy_reason doubt = ispy_definition_doubt(definition);
        return ispy_evidence_open(doubt != ISPY_REASON_NONE ? doubt : ISPY_REASON_ANNOTATION_UNKNOWN, wanted,
                                  ispy_show_nothing());
    }
    default:
        return ispy_evidence_fail(wanted, ispy_show_definition(definition));
    }
}
