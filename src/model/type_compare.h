/* What an ispy_type_expr is made of, for those who work on it. */
#ifndef ISPY_MODEL_TYPE_COMPARE_H
#define ISPY_MODEL_TYPE_COMPARE_H

#include "model/type_expr.h"
#include "model/type_normal.h"

struct ispy_type_expr {
    ispy_str text;             /* as it was written */
    const ispy_syntax *syntax; /* to be read anew for each module */
    const ispy_type *normal;   /* without a module */
    bool is_clean;
};

/* `got` in normal form for its module. `scratch` serves during the call. */
ispy_verdict ispy_type_compare(const ispy_type *wanted, const ispy_type *got, ispy_arena *scratch);

#endif
