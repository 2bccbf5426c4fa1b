/* ISPY303, 304, 309, 312: a function or method as a whole. Its parameters are in signature_rules.c. */
#include "rules/rule.h"
#include "rules/types.h"

#include <string.h>

/* Nothing but `call:` is asked, which a class can meet as well. */
static bool asks_for_call_only(const ispy_function_clause *clause) {
    return clause->call != NULL && clause->parameters_demand == ISPY_PARAMETERS_ANY && clause->returns == NULL &&
           clause->async == ISPY_ASYNC_ANY && !clause->has_method_kind;
}

static bool wants_property(const ispy_function_clause *clause) {
    return clause->has_method_kind && clause->method_kind == ISPY_METHOD_PROPERTY;
}

ispy_evidence ispy_rule_function_kind(const ispy_question *question) {
    const ispy_definition *definition = question->definition;
    const ispy_function_clause *clause = question->function;
    ispy_reason reason = ISPY_REASON_NONE;
    if (definition->kind == ISPY_DEFINES_CLASS && asks_for_call_only(clause)) {
        return ispy_evidence_pass();
    }
    if (definition->kind == ISPY_DEFINES_VARIABLE && wants_property(clause) &&
        ispy_definition_doubt(definition) == ISPY_REASON_NONE) {
        return ispy_evidence_pass(); /* whoever reads a property is served by an attribute */
    }
    ispy_verdict verdict = ispy_definition_is(definition, question->noun, question->module->is_live, &reason);
    if (verdict == ISPY_PASS) {
        return ispy_evidence_pass();
    }
    if (verdict == ISPY_UNPROVABLE) {
        return ispy_evidence_open(reason, ispy_show_nothing(), ispy_show_definition(definition));
    }
    ispy_evidence evidence = ispy_evidence_fail(ispy_show_nothing(), ispy_show_definition(definition));
    if (definition->kind == ISPY_DEFINES_CLASS) {
        evidence.hint = "a class can be called as well: state how the host calls it by 'call:'";
    }
    return evidence;
}

ispy_evidence ispy_rule_async(const ispy_question *question) {
    const ispy_function *function = question->signature->function;
    ispy_async_demand wanted = question->function->async;
    bool is_property = function->method_kind == ISPY_METHOD_PROPERTY;
    if (wanted == ISPY_ASYNC_ANY || is_property || function->is_async == (wanted == ISPY_ASYNC_YES)) {
        return ispy_evidence_pass();
    }
    ispy_evidence evidence =
        ispy_evidence_fail(ispy_show_text(ispy_str_literal(function->is_async ? "def" : "async def")),
                           ispy_show_text(ispy_str_literal(function->is_async ? "async def" : "def")));
    if (function->is_async) {
        evidence.message = "{noun} '{subject}' is async and must not be";
    }
    return evidence;
}

ispy_evidence ispy_rule_return_annotation(const ispy_question *question) {
    const ispy_annotation_clause *clause = question->function->returns;
    return clause == NULL ? ispy_evidence_pass()
                          : ispy_judge_annotation(question, clause, question->signature->function->returns);
}

static const char *kind_name(ispy_method_kind kind) {
    switch (kind) {
    case ISPY_METHOD_STATIC:
        return "a static method";
    case ISPY_METHOD_CLASS:
        return "a class method";
    case ISPY_METHOD_PROPERTY:
        return "a property";
    default:
        return "an instance method";
    }
}

/* A stub is a promise to callers: what can be called on the class can be called on its instances as well. `kind:` in a
 * list entry means what it says. */
static bool kind_fits(const ispy_function_clause *clause, ispy_method_kind found) {
    if (!clause->has_method_kind) {
        return found != ISPY_METHOD_PROPERTY;
    }
    if (clause->parameters_demand != ISPY_PARAMETERS_STUB || clause->method_kind == found) {
        return clause->method_kind == found;
    }
    bool on_class = found == ISPY_METHOD_STATIC || found == ISPY_METHOD_CLASS;
    return on_class && clause->method_kind != ISPY_METHOD_PROPERTY;
}

ispy_evidence ispy_rule_method_kind(const ispy_question *question) {
    const ispy_function_clause *clause = question->function;
    ispy_method_kind found = question->definition->as.function->method_kind;
    if (kind_fits(clause, found)) {
        return ispy_evidence_pass();
    }
    const char *wanted = clause->has_method_kind ? kind_name(clause->method_kind) : "a method";
    return ispy_evidence_fail(ispy_show_text(ispy_str_literal(wanted)),
                              ispy_show_text(ispy_str_literal(kind_name(found))));
}
