/* How arguments meet parameters. See signature.h. */
#include "rules/signature.h"

bool ispy_parameter_is_positional(ispy_parameter_kind kind) {
    return kind == ISPY_POSITIONAL_ONLY || kind == ISPY_POSITIONAL_OR_KEYWORD;
}

bool ispy_parameter_is_variadic(ispy_parameter_kind kind) {
    return kind == ISPY_VAR_POSITIONAL || kind == ISPY_VAR_KEYWORD;
}

bool ispy_parameter_is_required(const ispy_parameter *parameter) {
    return parameter->default_value == NULL && !ispy_parameter_is_variadic(parameter->kind);
}

bool ispy_method_binds(ispy_method_kind kind) {
    return kind != ISPY_METHOD_STATIC;
}

void ispy_signature_of(ispy_signature *out, const ispy_function *function, bool binds) {
    *out =
        (ispy_signature){.function = function, .parameters = function->parameters, .count = function->parameter_count};
    if (binds && out->count > 0 && ispy_parameter_is_positional(out->parameters[0].kind)) {
        out->parameters++;
        out->count--;
    } else if (binds && (out->count == 0 || out->parameters[0].kind != ISPY_VAR_POSITIONAL)) {
        out->cannot_bind = true;
    }
    for (uint32_t i = 0; i < out->count; i++) {
        const ispy_parameter *parameter = &out->parameters[i];
        out->positional += ispy_parameter_is_positional(parameter->kind) ? 1 : 0;
        if (parameter->kind == ISPY_VAR_POSITIONAL) {
            out->any_positional = parameter;
        } else if (parameter->kind == ISPY_VAR_KEYWORD) {
            out->any_keyword = parameter;
        }
    }
}

void ispy_stub_of(ispy_stub *out, const ispy_function_clause *clause, bool binds) {
    *out = (ispy_stub){.parameters = clause->parameters, .count = clause->parameter_count};
    if (binds && out->count > 0 && ispy_parameter_is_positional(out->parameters[0].kind)) {
        out->parameters++;
        out->count--;
    }
    for (uint32_t i = 0; i < out->count; i++) {
        out->positional += ispy_parameter_is_positional(out->parameters[i].kind) ? 1 : 0;
        out->any_positional |= out->parameters[i].kind == ISPY_VAR_POSITIONAL;
    }
}

const ispy_parameter *ispy_signature_find(const ispy_signature *signature, ispy_str name) {
    for (uint32_t i = 0; i < signature->count; i++) {
        const ispy_parameter *parameter = &signature->parameters[i];
        if (!ispy_parameter_is_variadic(parameter->kind) && ispy_str_equal(parameter->name, name)) {
            return parameter;
        }
    }
    return NULL;
}

const ispy_parameter_clause *ispy_stub_find(const ispy_stub *stub, ispy_str name) {
    for (uint32_t i = 0; i < stub->count; i++) {
        const ispy_parameter_clause *parameter = &stub->parameters[i];
        /* the name of a positional-only parameter is the stub's own affair */
        if (parameter->kind != ISPY_POSITIONAL_ONLY && !ispy_parameter_is_variadic(parameter->kind) &&
            ispy_str_equal(parameter->name, name)) {
            return parameter;
        }
    }
    return NULL;
}

const ispy_parameter *ispy_signature_taker(const ispy_signature *signature, const ispy_parameter_clause *wanted,
                                           uint32_t position) {
    if (wanted->kind == ISPY_VAR_POSITIONAL) {
        return signature->any_positional;
    }
    if (wanted->kind == ISPY_VAR_KEYWORD) {
        return signature->any_keyword;
    }
    if (wanted->kind == ISPY_POSITIONAL_ONLY) {
        return position < signature->positional ? &signature->parameters[position] : signature->any_positional;
    }
    const ispy_parameter *named = ispy_signature_find(signature, wanted->name);
    if (named != NULL) {
        return named;
    }
    if (wanted->kind == ISPY_KEYWORD_ONLY) {
        return signature->any_keyword;
    }
    /* given by position it has to land in *args, given by name in **kwargs */
    bool both = signature->any_positional != NULL && signature->any_keyword != NULL;
    return both && position >= signature->positional ? signature->any_keyword : NULL;
}

bool ispy_stub_covers(const ispy_stub *stub, const ispy_signature *signature, const ispy_parameter *parameter) {
    if (ispy_stub_find(stub, parameter->name) != NULL) {
        return true;
    }
    size_t position = (size_t)(parameter - signature->parameters);
    if (!ispy_parameter_is_positional(parameter->kind) || position >= stub->positional) {
        return false;
    }
    /* it stands in the place of one that the module gives another name, unless that one is found elsewhere */
    const ispy_parameter_clause *counterpart = &stub->parameters[position];
    return counterpart->kind == ISPY_POSITIONAL_ONLY || ispy_signature_find(signature, counterpart->name) == NULL;
}
