/* What a contract may demand of a value besides being equal to one: `value: {one_of: [...]}`.
 *
 * Must not know: YAML, whose value it is, how it is judged. All that is stated has to hold.
 */
#ifndef ISPY_MODEL_VALUE_DEMAND_H
#define ISPY_MODEL_VALUE_DEMAND_H

#include "base/regex.h"
#include "model/contract.h"

/* `matches:` */
typedef struct ispy_matches_demand {
    ispy_origin origin;
    ispy_str text;
    const ispy_regex *regex; /* lives with the contract */
} ispy_matches_demand;

/* `length:` */
typedef struct ispy_length_demand {
    ispy_origin origin;
    uint32_t at_least;
    uint32_t at_most;
    bool has_most;
} ispy_length_demand;

typedef struct ispy_value_demand {
    ispy_origin origin;
    const ispy_value_clause *equal;
    const ispy_value_clause *one_of; /* each a plain value */
    uint32_t one_of_count;
    const ispy_str *types; /* names of builtin types; exactly these, so that a bool is no int */
    uint32_t type_count;
    const ispy_matches_demand *matches;
    const ispy_value_clause *at_least; /* numbers */
    const ispy_value_clause *at_most;
    const ispy_value_clause *above;
    const ispy_value_clause *below;
    const ispy_version_spec *version;
    const ispy_length_demand *length;
    const ispy_str *names; /* "function", "class", "method": one of these in the module */
    uint32_t name_count;
    const ispy_value_clause *keys;   /* of each key of a dict */
    const ispy_value_clause *values; /* of each value of a dict */
    const ispy_value_clause *items;  /* of each item of a list, tuple or set */
} ispy_value_demand;

/* One of the things that a demand may state. */
typedef enum ispy_demand_part {
    ISPY_DEMAND_EQUAL,
    ISPY_DEMAND_ONE_OF,
    ISPY_DEMAND_TYPE,
    ISPY_DEMAND_MATCHES,
    ISPY_DEMAND_AT_LEAST,
    ISPY_DEMAND_AT_MOST,
    ISPY_DEMAND_ABOVE,
    ISPY_DEMAND_BELOW,
    ISPY_DEMAND_VERSION,
    ISPY_DEMAND_LENGTH,
    ISPY_DEMAND_NAMES,
    ISPY_DEMAND_ENTRIES, /* keys, values: the value has to be a dict */
    ISPY_DEMAND_ITEMS,   /* it has to be a list, tuple or set */
    ISPY_DEMAND_WHOLE    /* all of it */
} ispy_demand_part;

#endif
