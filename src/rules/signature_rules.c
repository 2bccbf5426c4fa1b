/* ISPY305 to 308, 310, 311: parameters, and whether calls fit.
 *
 * A stub is a promise to callers: every call that it accepts has to be accepted. The walk finds for each of its
 * parameters what takes the value (signature.h); the rules here judge one pair each. A list entry (`arguments:`) asks
 * for names in their order and no more.
 */
#include "rules/rule.h"
#include "rules/types.h"
#include "rules/value_judge.h"

#include "model/literal.h"

static bool is_stub(const ispy_question *question) {
    return question->function->parameters_demand == ISPY_PARAMETERS_STUB;
}

static ispy_shown show_found(const ispy_question *question) {
    return ispy_show_signature(question->signature->function);
}

static ispy_shown show_stub(const ispy_question *question) {
    ispy_shown shown = {.kind = ISPY_SHOW_STUB, .as = {.stub = question->function}};
    return shown;
}

static ispy_shown show_place(const ispy_question *question) {
    ispy_shown shown = {.kind = ISPY_SHOW_AFTER, .as = {.parameter = question->previous}};
    return is_stub(question) ? show_stub(question) : shown;
}

static ispy_shown show_default(const ispy_parameter *parameter) {
    if (parameter->default_value == NULL) {
        return ispy_show_text(ispy_str_literal("no default"));
    }
    return ispy_show_literal(parameter->default_value);
}

/* A function that does not say what it takes. NONE: it does. */
static ispy_reason unknown(const ispy_question *question) {
    return question->signature->function->unknown;
}

ispy_evidence ispy_rule_parameter_missing(const ispy_question *question) {
    ispy_evidence evidence;
    if (unknown(question) != ISPY_REASON_NONE) {
        evidence = ispy_evidence_open(unknown(question), show_place(question), ispy_show_nothing());
    } else if (question->taken != NULL || question->parameter->presence == ISPY_OPTIONAL) {
        return ispy_evidence_pass();
    } else {
        evidence = ispy_evidence_fail(show_place(question), show_found(question));
        evidence.hint = "add '{part}' to the parameters of '{subject}'";
        if (question->parameter->has_kind && ispy_parameter_is_variadic(question->parameter->kind)) {
            evidence.message = question->parameter->kind == ISPY_VAR_POSITIONAL
                                   ? "{noun} '{subject}' takes no further positional arguments, as '*{part}' would"
                                   : "{noun} '{subject}' takes no further keyword arguments, as '**{part}' would";
            evidence.hint = NULL;
        }
    }
    evidence.part = question->parameter->name;
    return evidence;
}

static ispy_str kind_name(ispy_parameter_kind kind) {
    static const char *const names[] = {
        [ISPY_POSITIONAL_ONLY] = "positional-only",
        [ISPY_POSITIONAL_OR_KEYWORD] = "positional or by name",
        [ISPY_VAR_POSITIONAL] = "*args",
        [ISPY_KEYWORD_ONLY] = "keyword-only",
        [ISPY_VAR_KEYWORD] = "**kwargs",
    };
    return ispy_str_literal(names[kind]);
}

/* Asked of a listed parameter that is there. */
ispy_evidence ispy_rule_parameter_kind(const ispy_question *question) {
    const ispy_parameter_clause *wanted = question->parameter;
    const ispy_parameter *taken = question->taken;
    if (!wanted->has_kind || wanted->kind == taken->kind) {
        return ispy_evidence_pass();
    }
    ispy_evidence evidence =
        ispy_evidence_fail(ispy_show_text(kind_name(wanted->kind)), ispy_show_text(kind_name(taken->kind)));
    evidence.part = wanted->name;
    evidence.at = taken->at;
    return evidence;
}

ispy_evidence ispy_rule_parameter_forbidden(const ispy_question *question) {
    const ispy_parameter_clause *wanted = question->parameter;
    const ispy_parameter *taken = question->taken;
    ispy_evidence evidence;
    if (unknown(question) != ISPY_REASON_NONE) {
        evidence = ispy_evidence_open(unknown(question), ispy_show_nothing(), ispy_show_nothing());
    } else if (taken == NULL || (wanted->has_kind && wanted->kind != taken->kind)) {
        return ispy_evidence_pass();
    } else {
        evidence = ispy_evidence_fail(ispy_show_nothing(), show_found(question));
        evidence.at = taken->at;
    }
    evidence.part = wanted->name;
    return evidence;
}

static ispy_evidence misplaced(const ispy_question *question, const char *message) {
    ispy_evidence evidence = ispy_evidence_fail(show_place(question), show_found(question));
    evidence.part = question->parameter->name;
    evidence.at = question->taken->at;
    evidence.message = message;
    return evidence;
}

static ispy_evidence judge_listed_order(const ispy_question *question) {
    if (question->previous == NULL || question->taken > question->previous) {
        return ispy_evidence_pass();
    }
    return misplaced(question, NULL);
}

ispy_evidence ispy_rule_parameter_order(const ispy_question *question) {
    static const char by_name[] = "parameter '{part}' of {noun} '{subject}' cannot be given by name";
    static const char by_position[] = "parameter '{part}' of {noun} '{subject}' cannot be given by position";
    static const char filled[] =
        "parameter '{part}' of {noun} '{subject}' is filled by position and has to be left to its name";
    if (!is_stub(question)) {
        return judge_listed_order(question);
    }
    const ispy_parameter_clause *wanted = question->parameter;
    const ispy_parameter *taken = question->taken;
    if (wanted->kind == ISPY_POSITIONAL_ONLY || ispy_parameter_is_variadic(wanted->kind) ||
        ispy_parameter_is_variadic(taken->kind)) {
        return ispy_evidence_pass();
    }
    size_t position = (size_t)(taken - question->signature->parameters);
    if (taken->kind == ISPY_POSITIONAL_ONLY) {
        return misplaced(question, by_name);
    }
    if (wanted->kind == ISPY_KEYWORD_ONLY) {
        bool reached =
            question->stub->any_positional || (question->judge_order && position < question->stub->positional);
        return taken->kind == ISPY_POSITIONAL_OR_KEYWORD && reached ? misplaced(question, filled)
                                                                    : ispy_evidence_pass();
    }
    if (taken->kind == ISPY_KEYWORD_ONLY) {
        return misplaced(question, by_position);
    }
    return question->judge_order && position != question->position ? misplaced(question, NULL) : ispy_evidence_pass();
}

static ispy_evidence judge_no_default(const ispy_parameter_clause *wanted, const ispy_parameter *taken) {
    if (taken->default_value == NULL) {
        return ispy_evidence_pass();
    }
    ispy_evidence evidence = ispy_evidence_fail(ispy_show_text(ispy_str_literal("no default")), show_default(taken));
    evidence.message = "parameter '{part}' of {noun} '{subject}' has a default and must not have one";
    evidence.part = wanted->name;
    evidence.at = taken->at;
    return evidence;
}

ispy_evidence ispy_rule_parameter_default(const ispy_question *question) {
    const ispy_parameter_clause *wanted = question->parameter;
    const ispy_parameter *taken = question->taken;
    bool any = wanted->default_demand == ISPY_DEFAULT_PRESENT;
    if (wanted->default_demand == ISPY_DEFAULT_NONE) {
        return judge_no_default(wanted, taken);
    }
    if (!any && wanted->default_demand != ISPY_DEFAULT_EQUAL) {
        return ispy_evidence_pass();
    }
    bool is_variadic = ispy_parameter_is_variadic(taken->kind);
    if (any && (is_variadic || taken->default_value != NULL)) {
        return ispy_evidence_pass();
    }
    ispy_shown shown =
        any ? ispy_show_text(ispy_str_literal("some default")) : ispy_value_wanted(wanted->value, ISPY_DEMAND_WHOLE);
    ispy_evidence evidence = ispy_evidence_fail(shown, show_default(taken));
    ispy_span at = taken->at;
    if (!any && is_variadic) {
        /* left out of the call, it is the body that says what stands for it */
        evidence = ispy_evidence_open(ISPY_REASON_DYNAMIC_VALUE, shown, ispy_show_nothing());
    } else if (!any && taken->default_value != NULL) {
        ispy_value_answer answer;
        ispy_value_judge(&answer, question, wanted->value, taken->default_value, false);
        if (answer.status != ISPY_OK || answer.verdict == ISPY_PASS) {
            return answer.status != ISPY_OK ? ispy_evidence_broken(answer.status) : ispy_evidence_pass();
        }
        evidence = ispy_value_evidence(&answer);
        at = ispy_value_place(question->module, taken->at, taken->default_value, &answer);
    } else if (taken->default_value == NULL) {
        evidence.message = "parameter '{part}' of {noun} '{subject}' has no default";
    }
    evidence.part = wanted->name;
    evidence.at = at;
    return evidence;
}

ispy_evidence ispy_rule_parameter_annotation(const ispy_question *question) {
    const ispy_parameter_clause *wanted = question->parameter;
    if (wanted->annotation == NULL) {
        return ispy_evidence_pass();
    }
    ispy_evidence evidence = ispy_judge_parameter(question, wanted->annotation, question->taken->annotation);
    evidence.part = wanted->name;
    evidence.at = question->taken->at;
    return evidence;
}

static ispy_evidence refused(const ispy_question *question, ispy_str part, const char *message) {
    ispy_evidence evidence = ispy_evidence_fail(show_stub(question), show_found(question));
    evidence.part = part;
    evidence.message = message;
    return evidence;
}

/* Asked three ways: with *args or **kwargs of the stub (`parameter`), with a further parameter of the module's
 * (`taken`), and with neither, about the instance that a method has to take. */
ispy_evidence ispy_rule_stub_calls(const ispy_question *question) {
    const ispy_parameter_clause *wanted = question->parameter;
    const ispy_parameter *taken = question->taken;
    if (unknown(question) != ISPY_REASON_NONE) {
        return ispy_evidence_open(unknown(question), show_stub(question), ispy_show_nothing());
    }
    if (wanted != NULL && taken == NULL) {
        return refused(question, wanted->name,
                       wanted->kind == ISPY_VAR_POSITIONAL
                           ? "{noun} '{subject}' takes no further positional arguments, as '*{part}' would"
                           : "{noun} '{subject}' takes no further keyword arguments, as '**{part}' would");
    }
    if (wanted == NULL && taken != NULL && ispy_parameter_is_required(taken)) {
        ispy_evidence evidence =
            refused(question, taken->name, "{noun} '{subject}' requires a further parameter '{part}'");
        evidence.at = taken->at;
        evidence.hint = "give '{part}' a default";
        return evidence;
    }
    if (wanted == NULL && taken == NULL && question->signature->cannot_bind) {
        ispy_evidence evidence = refused(question, (ispy_str){NULL, 0, 0},
                                         "{noun} '{subject}' has no parameter for the object it is called on");
        evidence.hint = "add 'self' to the parameters of '{subject}', or make it a static method";
        return evidence;
    }
    return ispy_evidence_pass();
}

/* What came of one look at the host's call: the worst so far. */
typedef struct fit {
    ispy_verdict verdict;
    const char *message;
    ispy_str part;
} fit;

static void worsen(fit *f, ispy_verdict verdict, const char *message, ispy_str part) {
    if (verdict < f->verdict) {
        *f = (fit){verdict, message, part};
    }
}

static bool call_names(const ispy_call_shape *call, ispy_str name) {
    for (uint32_t i = 0; i < call->keyword_count; i++) {
        if (ispy_str_equal(call->keywords[i], name)) {
            return true;
        }
    }
    return false;
}

/* "request?": the host looks whether the function asks for it. In what way it passes it is the host's affair, so that
 * what only one way would fit is open. */
static void fit_offer(fit *f, const ispy_call_shape *call, const ispy_signature *signature, ispy_str name) {
    const ispy_parameter *parameter = ispy_signature_find(signature, name);
    if (parameter == NULL || !ispy_parameter_is_positional(parameter->kind)) {
        return;
    }
    bool filled = call->any_positional || (size_t)(parameter - signature->parameters) < call->positional;
    if (parameter->kind == ISPY_POSITIONAL_ONLY || filled) {
        worsen(f, ISPY_UNPROVABLE, NULL, name);
    }
}

static void fit_keyword(fit *f, const ispy_call_shape *call, const ispy_signature *signature, ispy_str name) {
    const ispy_parameter *parameter = ispy_signature_find(signature, name);
    bool by_position_only = parameter != NULL && parameter->kind == ISPY_POSITIONAL_ONLY;
    if (parameter == NULL || by_position_only) {
        if (signature->any_keyword == NULL) {
            worsen(f, ISPY_FAIL, "{noun} '{subject}' does not take '{part}' by name", name);
        }
        return;
    }
    if (parameter->kind != ISPY_POSITIONAL_OR_KEYWORD) {
        return;
    }
    if ((size_t)(parameter - signature->parameters) < call->positional) {
        worsen(f, ISPY_FAIL, "{noun} '{subject}' would get '{part}' twice, by position and by name", name);
    } else if (call->any_positional) {
        worsen(f, ISPY_UNPROVABLE, NULL, name);
    }
}

/* Whether "*args" of the call may fill the parameter: not where one before it is given by name. */
static bool call_may_reach(const ispy_call_shape *call, const ispy_signature *signature, uint32_t index) {
    bool may = call->any_positional;
    for (uint32_t i = call->positional; i < index && may; i++) {
        may = !call_names(call, signature->parameters[i].name) || signature->parameters[i].kind == ISPY_POSITIONAL_ONLY;
    }
    return may;
}

static bool call_offers(const ispy_call_shape *call, ispy_str name) {
    for (uint32_t i = 0; i < call->keyword_count; i++) {
        if (call->offered[i] && ispy_str_equal(call->keywords[i], name)) {
            return true;
        }
    }
    return false;
}

/* A parameter that the call does not fill for certain. */
static void fit_parameter(fit *f, const ispy_call_shape *call, const ispy_signature *signature, uint32_t index) {
    const ispy_parameter *parameter = &signature->parameters[index];
    bool is_positional = ispy_parameter_is_positional(parameter->kind);
    if (!ispy_parameter_is_required(parameter) || (is_positional && index < call->positional)) {
        return;
    }
    if (parameter->kind != ISPY_POSITIONAL_ONLY ? call_names(call, parameter->name)
                                                : call_offers(call, parameter->name)) {
        return;
    }
    bool may_come = (is_positional && call_may_reach(call, signature, index)) ||
                    (parameter->kind != ISPY_POSITIONAL_ONLY && call->any_keyword);
    worsen(f, may_come ? ISPY_UNPROVABLE : ISPY_FAIL,
           may_come ? NULL : "{noun} '{subject}' requires '{part}', which the host does not pass", parameter->name);
}

static fit fit_call(const ispy_call_shape *call, const ispy_signature *signature) {
    const ispy_str none = {NULL, 0, 0};
    fit f = {ISPY_PASS, NULL, none};
    if (signature->cannot_bind) {
        worsen(&f, ISPY_FAIL, "{noun} '{subject}' has no parameter for the object it is called on", none);
        return f;
    }
    if (call->positional > signature->positional && signature->any_positional == NULL) {
        worsen(&f, ISPY_FAIL, "{noun} '{subject}' takes fewer arguments by position than the host passes", none);
    }
    for (uint32_t i = 0; i < call->keyword_count; i++) {
        (call->offered[i] ? fit_offer : fit_keyword)(&f, call, signature, call->keywords[i]);
    }
    for (uint32_t i = 0; i < signature->count; i++) {
        fit_parameter(&f, call, signature, i);
    }
    if (call->any_positional && signature->any_positional == NULL) {
        worsen(&f, ISPY_UNPROVABLE, NULL, none);
    }
    if (call->any_keyword && signature->any_keyword == NULL) {
        worsen(&f, ISPY_UNPROVABLE, NULL, none);
    }
    return f;
}

static bool passes_by_name(const ispy_call_shape *call) {
    for (uint32_t i = 0; i < call->keyword_count; i++) {
        if (!call->offered[i]) {
            return true;
        }
    }
    return false;
}

/* A class whose construction is not written in the module: `signature` is NULL, `lookup` says why. */
static ispy_evidence judge_bare_class(const ispy_question *question, ispy_shown wanted) {
    const ispy_call_shape *call = question->function->call;
    if (question->lookup->open != ISPY_REASON_NONE) {
        return ispy_evidence_open(question->lookup->open, wanted, ispy_show_nothing());
    }
    if (call->positional > 0 || passes_by_name(call)) {
        ispy_evidence evidence = ispy_evidence_fail(wanted, ispy_show_definition(question->definition));
        evidence.message = "class '{subject}' takes no arguments";
        return evidence;
    }
    bool is_sure = !call->any_positional && !call->any_keyword;
    return is_sure ? ispy_evidence_pass() : ispy_evidence_open(ISPY_REASON_OPEN_CALL, wanted, ispy_show_nothing());
}

ispy_evidence ispy_rule_call(const ispy_question *question) {
    const ispy_call_shape *call = question->function->call;
    if (call == NULL) {
        return ispy_evidence_pass();
    }
    ispy_shown wanted = ispy_show_text(call->text);
    if (question->signature == NULL) {
        return judge_bare_class(question, wanted);
    }
    if (unknown(question) != ISPY_REASON_NONE) {
        return ispy_evidence_open(unknown(question), wanted, ispy_show_nothing());
    }
    fit f = fit_call(call, question->signature);
    if (f.verdict == ISPY_PASS) {
        return ispy_evidence_pass();
    }
    ispy_evidence evidence = f.verdict == ISPY_FAIL
                                 ? ispy_evidence_fail(wanted, show_found(question))
                                 : ispy_evidence_open(ISPY_REASON_OPEN_CALL, wanted, show_found(question));
    evidence.message = f.message;
    evidence.part = f.part;
    return evidence;
}
