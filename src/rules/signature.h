/* Parameters as a caller meets them: by position, by name, or through *args and **kwargs.
 *
 * Must not know: rules, reports. Allocates nothing, cannot fail.
 */
#ifndef ISPY_RULES_SIGNATURE_H
#define ISPY_RULES_SIGNATURE_H

#include "model/contract.h"

/* What a function in the module takes. Lent by the function. */
typedef struct ispy_signature {
    const ispy_function *function;
    const ispy_parameter *parameters; /* without the one that a method binds */
    uint32_t count;
    uint32_t positional;                  /* the first so many can be given by position */
    const ispy_parameter *any_positional; /* *args; NULL: none */
    const ispy_parameter *any_keyword;    /* **kwargs; NULL: none */
    bool cannot_bind;                     /* a method that has no place for the instance or class */
} ispy_signature;

/* What a stub line takes. Lent by the clause. */
typedef struct ispy_stub {
    const ispy_parameter_clause *parameters;
    uint32_t count;
    uint32_t positional;
    bool any_positional;
} ispy_stub;

/* Whether a method of that kind gets its instance or class as the first argument. */
bool ispy_method_binds(ispy_method_kind kind);
void ispy_signature_of(ispy_signature *out, const ispy_function *function, bool binds);
void ispy_stub_of(ispy_stub *out, const ispy_function_clause *clause, bool binds);

/* By name, *args and **kwargs left out; NULL: none. */
const ispy_parameter *ispy_signature_find(const ispy_signature *signature, ispy_str name);
const ispy_parameter_clause *ispy_stub_find(const ispy_stub *stub, ispy_str name);
/* The parameter that takes the value of a stub's parameter, `position`-th of the positional ones; NULL: none. */
const ispy_parameter *ispy_signature_taker(const ispy_signature *signature, const ispy_parameter_clause *wanted,
                                           uint32_t position);
/* Whether a parameter of the module stands for one of the stub's, be it under another name. */
bool ispy_stub_covers(const ispy_stub *stub, const ispy_signature *signature, const ispy_parameter *parameter);

bool ispy_parameter_is_positional(ispy_parameter_kind kind);
bool ispy_parameter_is_variadic(ispy_parameter_kind kind);
bool ispy_parameter_is_required(const ispy_parameter *parameter);

#endif
