/* ISPY303, 304, 309, 312: a function or method as a whole. Its parameters are in signature_rules.c. */
#include "rules/rule.h"
#include "rules/types.h"

#include <string.h>

/* Nothing but `call:` is asked, which a class can meet as well. */
static bool asks_for_call_only(const ispy_function_clause *clause) {
    return clause->call != NULL && clause->parameters_demand == ISPY_PARAMETERS_ANY && clause->returns == NULL &&
           clause->async == ISPY_ASYNC_ANY && !clause->has_method_kind && clause->generator == ISPY_WISH_ANY &&
           clause->abstract == ISPY_WISH_ANY && clause->decorator_count == 0;
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

/* "Any", be it under another name: what fits two types that have nothing in common. Or a union with it. */
static bool may_be_anything(const ispy_question *question, const ispy_function *function) {
    ispy_annotation_clause clause = {.text = ispy_str_literal("int"), .compatible = true};
    ispy_str text = function->returns;
    int depth = 0;
    for (uint32_t i = 0; i + 3 <= text.length; i++) {
        depth += text.data[i] == '[' ? 1 : text.data[i] == ']' ? -1 : 0;
        if (depth == 0 && memcmp(text.data + i, "Any", 3) == 0) {
            return true;
        }
    }
    return ispy_type_expr_parse(&clause.type, question->arena, clause.text) != ISPY_OK ||
           ispy_judge_annotation(question, &clause, text).verdict != ISPY_FAIL;
}

/* A call gives something to wait for: of `async def`, unless it yields; else as its annotation says. */
static ispy_evidence judge_awaitable(const ispy_question *question, const ispy_function *function) {
    ispy_shown wanted = ispy_show_text(ispy_str_literal("something to await"));
    ispy_evidence evidence = ispy_evidence_pass();
    if (function->is_generator) {
        evidence = ispy_evidence_fail(
            wanted, ispy_show_text(ispy_str_literal(function->is_async ? "an async generator" : "a generator")));
    } else if (function->is_async) {
        return evidence;
    } else if (function->returns.data == NULL) {
        evidence = ispy_evidence_open(ISPY_REASON_ANNOTATION_UNKNOWN, wanted,
                                      ispy_show_text(ispy_str_literal("def, without a return annotation")));
    } else {
        ispy_annotation_clause clause = {.origin = question->function->origin,
                                         .text = ispy_str_literal("collections.abc.Awaitable"),
                                         .compatible = true};
        int status = ispy_type_expr_parse(&clause.type, question->arena, clause.text);
        evidence = status != ISPY_OK ? ispy_evidence_broken(status)
                                     : ispy_judge_annotation(question, &clause, function->returns);
        if (evidence.verdict == ISPY_PASS && evidence.status == ISPY_OK && may_be_anything(question, function)) {
            evidence = ispy_evidence_open(ISPY_REASON_ANNOTATION_UNKNOWN, wanted, ispy_show_text(function->returns));
        }
    }
    evidence.message =
        evidence.verdict == ISPY_FAIL ? "{noun} '{subject}' does not say that it returns something to wait for" : NULL;
    return evidence;
}

ispy_evidence ispy_rule_async(const ispy_question *question) {
    const ispy_function *function = question->signature->function;
    ispy_async_demand wanted = question->function->async;
    bool is_property = function->method_kind == ISPY_METHOD_PROPERTY;
    if (wanted == ISPY_ASYNC_AWAITABLE && !is_property) {
        return judge_awaitable(question, function);
    }
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
    bool is_cached = question->definition->as.function->is_cached;
    if (kind_fits(clause, found) && (is_cached || !clause->is_cached)) {
        return ispy_evidence_pass();
    }
    const char *wanted = !clause->has_method_kind ? "a method"
                         : clause->is_cached      ? "a cached property"
                                                  : kind_name(clause->method_kind);
    return ispy_evidence_fail(ispy_show_text(ispy_str_literal(wanted)),
                              ispy_show_text(ispy_str_literal(kind_name(found))));
}
