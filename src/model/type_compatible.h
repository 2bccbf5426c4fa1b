/* Whether a value of one type may stand where another is asked for: PEP 484's assignability, as far as it can be told
 * without knowing other modules. Must not know: text, which clause asks. */
#ifndef ISPY_MODEL_TYPE_COMPATIBLE_H
#define ISPY_MODEL_TYPE_COMPATIBLE_H

#include "model/type_compare.h"

typedef enum ispy_fit {
    ISPY_FIT_EXACT,   /* the same type */
    ISPY_FIT_WIDER,   /* what is there takes all that is wanted, and perhaps more: parameters */
    ISPY_FIT_NARROWER /* what is there is among what is wanted: return values, variables */
} ispy_fit;

/* As ispy_type_expr_compare. FAIL and PASS are certain; everything that takes knowing a class of another module, a
 * protocol, a type variable or a type alias that cannot be followed is UNPROVABLE. */
ispy_verdict ispy_type_expr_fit(const ispy_type_expr *wanted, const ispy_type_expr *got, const ispy_module *module,
                                ispy_fit fit);

/* `from` and `to` in normal form, one of them the contract's and the other the module's: `to_is_wanted` says which. */
ispy_verdict ispy_type_assign(const ispy_type *from, const ispy_type *to, const ispy_module *module, bool to_is_wanted,
                              ispy_arena *scratch);

#endif
