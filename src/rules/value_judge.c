/* Values held against demands. See value_judge.h.
 *
 * A demand holds when all of its parts do. What is looked for is the worst: the first part that is refuted, or else the
 * first that stays open; `path` says where in the value.
 */
#include "rules/value_judge.h"

#include "base/utf8.h"
#include "model/literal.h"

typedef struct judge {
    const ispy_question *question;
    ispy_value_answer *out;
    uint32_t path[ISPY_VALUE_MAX_DEPTH];
    uint32_t depth;
    uint32_t steps;
    uint32_t tries; /* of regular expressions */
    bool is_text;
} judge;

/* One part of a demand, and the value that is held against it. */
typedef struct held {
    const ispy_value_clause *clause;
    const ispy_value_demand *demand;
    const ispy_literal *value;
    ispy_reason reason; /* set with UNPROVABLE */
} held;

typedef ispy_verdict (*part_check)(judge *j, held *p);

static void note(judge *j, const held *p, ispy_demand_part what, ispy_verdict verdict) {
    ispy_value_answer *out = j->out;
    if (verdict >= out->verdict) {
        return;
    }
    out->verdict = verdict;
    out->reason = p->reason != ISPY_REASON_NONE ? p->reason : ISPY_REASON_DYNAMIC_VALUE;
    out->wanted = p->clause;
    out->part = what;
    out->found = p->value;
    out->depth = j->depth;
    for (uint32_t i = 0; i < j->depth; i++) {
        out->path[i] = j->path[i];
    }
}

static ispy_reason doubt_of(const ispy_literal *value) {
    bool knows = value->kind == ISPY_LITERAL_DYNAMIC && value->reason != ISPY_REASON_NONE;
    return knows ? value->reason : ISPY_REASON_DYNAMIC_VALUE;
}

/* ---- parts that look at a value as a whole ---- */

/* An environment variable is text, and so is what it is compared with, as it was written. */
static ispy_verdict compare(const judge *j, const ispy_value_clause *wanted, const ispy_literal *value) {
    if (j->is_text && wanted->text.data != NULL) {
        return ispy_str_equal(wanted->text, value->text) ? ISPY_PASS : ISPY_FAIL;
    }
    return ispy_literal_compare(&wanted->value, value);
}

static ispy_verdict check_equal(judge *j, held *p) {
    return p->demand->equal == NULL ? ISPY_PASS : compare(j, p->demand->equal, p->value);
}

static ispy_verdict check_one_of(judge *j, held *p) {
    ispy_verdict any = p->demand->one_of_count == 0 ? ISPY_PASS : ISPY_FAIL;
    for (uint32_t i = 0; i < p->demand->one_of_count && any != ISPY_PASS; i++) {
        if (j->steps == 0) {
            return ISPY_UNPROVABLE;
        }
        j->steps--;
        ispy_verdict verdict = compare(j, &p->demand->one_of[i], p->value);
        any = verdict > any ? verdict : any;
    }
    return any;
}

static bool is_type(const ispy_literal *value, ispy_str type) {
    const char *name = value->kind == ISPY_LITERAL_NONE ? "None" : ispy_literal_type(value);
    return ispy_str_equal(ispy_str_literal(name), type);
}

static ispy_verdict check_type(judge *j, held *p) {
    (void)j;
    bool any = p->demand->type_count == 0;
    for (uint32_t i = 0; i < p->demand->type_count && !any; i++) {
        any = is_type(p->value, p->demand->types[i]);
    }
    return any ? ISPY_PASS : ISPY_FAIL;
}

static ispy_verdict check_matches(judge *j, held *p) {
    if (p->demand->matches == NULL) {
        return ISPY_PASS;
    }
    if (p->value->kind != ISPY_LITERAL_STR) {
        return ISPY_FAIL;
    }
    ispy_regex_answer answer = ISPY_REGEX_UNDECIDED;
    int status = ispy_regex_match(&answer, p->demand->matches->regex, p->value->text, &j->tries);
    if (status != ISPY_OK) {
        j->out->status = status;
    }
    p->reason = ISPY_REASON_PATTERN_LIMIT;
    return answer == ISPY_REGEX_YES ? ISPY_PASS : answer == ISPY_REGEX_NO ? ISPY_FAIL : ISPY_UNPROVABLE;
}

/* ---- ranges ---- */

/* `sign` is to be within [low, high]: that of the value compared with the bound. */
static ispy_verdict check_bound(const judge *j, const ispy_value_clause *bound, const ispy_literal *value, int low,
                                int high) {
    int sign = 0;
    if (bound == NULL) {
        return ISPY_PASS;
    }
    ispy_literal number = *value;
    if (j->is_text) {
        number.kind = ISPY_LITERAL_INT; /* where the text is one; a float has to be tried as well */
    }
    ispy_verdict ordered = ispy_literal_order(&sign, &number, &bound->value);
    if (j->is_text && ordered == ISPY_UNPROVABLE) {
        number.kind = ISPY_LITERAL_FLOAT;
        ordered = ispy_literal_order(&sign, &number, &bound->value);
        ordered = ordered == ISPY_UNPROVABLE ? ISPY_FAIL : ordered; /* the text is no number */
    }
    if (ordered != ISPY_PASS) {
        return ordered;
    }
    return sign >= low && sign <= high ? ISPY_PASS : ISPY_FAIL;
}

static ispy_verdict check_at_least(judge *j, held *p) {
    return check_bound(j, p->demand->at_least, p->value, 0, 1);
}

static ispy_verdict check_at_most(judge *j, held *p) {
    return check_bound(j, p->demand->at_most, p->value, -1, 0);
}

static ispy_verdict check_above(judge *j, held *p) {
    return check_bound(j, p->demand->above, p->value, 1, 1);
}

static ispy_verdict check_below(judge *j, held *p) {
    return check_bound(j, p->demand->below, p->value, -1, -1);
}

/* ---- texts and sizes ---- */

static ispy_verdict check_version(judge *j, held *p) {
    (void)j;
    if (p->demand->version == NULL) {
        return ISPY_PASS;
    }
    /* here everything is known: a text that is no version does not fit */
    bool fits =
        p->value->kind == ISPY_LITERAL_STR && ispy_version_spec_admits(p->demand->version, p->value->text) == ISPY_PASS;
    return fits ? ISPY_PASS : ISPY_FAIL;
}

static uint32_t code_points(ispy_str text) {
    uint32_t count = 0;
    for (size_t i = 0; i < text.length; count++) {
        uint32_t point;
        i += ispy_utf8_step(text.data + i, text.length - i, &point);
    }
    return count;
}

/* Of a set the items as written say the most that it can have, of a dict the entries: equal ones count once. */
static bool length_of(uint32_t *least, uint32_t *most, const ispy_literal *value) {
    switch (value->kind) {
    case ISPY_LITERAL_STR:
        *least = *most = code_points(value->text);
        return true;
    case ISPY_LITERAL_BYTES:
        *least = *most = value->text.length;
        return true;
    case ISPY_LITERAL_LIST:
    case ISPY_LITERAL_TUPLE:
    case ISPY_LITERAL_SEQUENCE:
        *least = *most = value->count;
        return true;
    case ISPY_LITERAL_SET:
    case ISPY_LITERAL_DICT:
        *most = value->kind == ISPY_LITERAL_DICT ? value->count / 2 : value->count;
        *least = *most > 0 ? 1 : 0;
        return true;
    default:
        return false;
    }
}

/* Whether two items may be equal to Python, which takes True for 1. */
static bool may_be_equal(const ispy_literal *a, const ispy_literal *b) {
    return ispy_literal_compare(a, b) != ISPY_FAIL || ispy_literal_compare(b, a) != ISPY_FAIL;
}

enum { MOST_DISTINCT = 1000 };

/* Whether all keys of a dict (stride 2) or items of a set (1) are distinct for sure. */
static bool are_distinct(const ispy_literal *value, uint32_t stride) {
    if (value->count / stride > MOST_DISTINCT) {
        return false;
    }
    for (uint32_t i = 0; i < value->count; i += stride) {
        for (uint32_t k = 0; k < i; k += stride) {
            if (may_be_equal(&value->items[i], &value->items[k])) {
                return false;
            }
        }
    }
    return true;
}

static ispy_verdict check_length(judge *j, held *p) {
    const ispy_length_demand *wanted = p->demand->length;
    uint32_t least = 0;
    uint32_t most = 0;
    (void)j;
    if (wanted == NULL) {
        return ISPY_PASS;
    }
    if (!length_of(&least, &most, p->value)) {
        return ISPY_FAIL;
    }
    if (least != most && are_distinct(p->value, p->value->kind == ISPY_LITERAL_DICT ? 2 : 1)) {
        least = most;
    }
    if (most < wanted->at_least || (wanted->has_most && least > wanted->at_most)) {
        return ISPY_FAIL;
    }
    return least >= wanted->at_least && (!wanted->has_most || most <= wanted->at_most) ? ISPY_PASS : ISPY_UNPROVABLE;
}

/* ---- the parts of a value ---- */

static void judge_clause(judge *j, const ispy_value_clause *clause, const ispy_literal *value);

static void enter(judge *j, const ispy_value_clause *clause, const ispy_literal *container, uint32_t index) {
    j->path[j->depth++] = index;
    judge_clause(j, clause, &container->items[index]);
    j->depth--;
}

/* Whether one of the items from `first` on, every `stride`-th, before `end` may be equal to that one. */
static bool has_equal(judge *j, const ispy_literal *container, uint32_t index, uint32_t first, uint32_t end,
                      uint32_t stride) {
    for (uint32_t i = first; i < end && j->steps > 0; i += stride, j->steps--) {
        if (may_be_equal(&container->items[index], &container->items[i])) {
            return true;
        }
    }
    return j->steps == 0;
}

/* Of equal items a set keeps the first one, and so does a dict of equal keys; of the values under them it keeps the
 * last. What is written and may not be there refutes nothing. */
static bool may_be_dropped(judge *j, const ispy_literal *container, uint32_t index) {
    if (container->kind == ISPY_LITERAL_SET) {
        return has_equal(j, container, index, 0, index, 1);
    }
    if (container->kind != ISPY_LITERAL_DICT) {
        return false;
    }
    return index % 2 == 0 ? has_equal(j, container, index, 0, index, 2)
                          : has_equal(j, container, index - 1, index + 1, container->count, 2);
}

static void enter_item(judge *j, const ispy_value_clause *clause, const ispy_literal *container, uint32_t index) {
    ispy_verdict before = j->out->verdict;
    ispy_value_answer open = *j->out;
    enter(j, clause, container, index);
    if (j->out->verdict == ISPY_FAIL && before != ISPY_FAIL && may_be_dropped(j, container, index)) {
        if (before == ISPY_UNPROVABLE) {
            *j->out = open;
        }
        j->out->verdict = ISPY_UNPROVABLE;
        j->out->reason = before == ISPY_UNPROVABLE ? open.reason : ISPY_REASON_DYNAMIC_VALUE;
    }
}

static bool is_collection(const ispy_literal *value) {
    return value->kind == ISPY_LITERAL_LIST || value->kind == ISPY_LITERAL_TUPLE || value->kind == ISPY_LITERAL_SET ||
           value->kind == ISPY_LITERAL_SEQUENCE;
}

/* One text, or a collection of texts. */
static ispy_verdict check_names(judge *j, held *p) {
    const ispy_literal *value = p->value;
    if (p->demand->name_count == 0) {
        return ISPY_PASS;
    }
    if (value->kind == ISPY_LITERAL_STR) {
        return ispy_value_names(j->question, p->demand, value->text, &p->reason);
    }
    if (!is_collection(value)) {
        return ISPY_FAIL;
    }
    if (j->depth == ISPY_VALUE_MAX_DEPTH) {
        return ISPY_UNPROVABLE;
    }
    for (uint32_t i = 0; i < value->count && j->steps > 0; i++, j->steps--) {
        held item = {p->clause, p->demand, &value->items[i], doubt_of(&value->items[i])};
        ispy_verdict verdict = item.value->kind == ISPY_LITERAL_DYNAMIC ? ISPY_UNPROVABLE : ISPY_FAIL;
        if (item.value->kind == ISPY_LITERAL_STR) {
            verdict = ispy_value_names(j->question, p->demand, item.value->text, &item.reason);
        }
        j->path[j->depth++] = i;
        note(j, &item, ISPY_DEMAND_NAMES, verdict);
        j->depth--;
    }
    return j->steps > 0 ? ISPY_PASS : ISPY_UNPROVABLE;
}

static ispy_verdict check_entries(judge *j, held *p) {
    const ispy_literal *value = p->value;
    if (p->demand->keys == NULL && p->demand->values == NULL) {
        return ISPY_PASS;
    }
    if (value->kind != ISPY_LITERAL_DICT) {
        return ISPY_FAIL;
    }
    if (j->depth == ISPY_VALUE_MAX_DEPTH) {
        return ISPY_UNPROVABLE;
    }
    for (uint32_t i = 0; i + 1 < value->count && j->steps > 0 && j->out->verdict != ISPY_FAIL; i += 2) {
        if (p->demand->keys != NULL) {
            enter_item(j, p->demand->keys, value, i);
        }
        if (p->demand->values != NULL) {
            enter_item(j, p->demand->values, value, i + 1);
        }
    }
    return ISPY_PASS;
}

static ispy_verdict check_items(judge *j, held *p) {
    if (p->demand->items == NULL) {
        return ISPY_PASS;
    }
    if (!is_collection(p->value)) {
        return ISPY_FAIL;
    }
    if (j->depth == ISPY_VALUE_MAX_DEPTH) {
        return ISPY_UNPROVABLE;
    }
    for (uint32_t i = 0; i < p->value->count && j->steps > 0 && j->out->verdict != ISPY_FAIL; i++) {
        enter_item(j, p->demand->items, p->value, i);
    }
    return ISPY_PASS;
}

/* In the order in which they are told of: what a value is comes before what is in it. */
static const part_check checks[] = {
    [ISPY_DEMAND_EQUAL] = check_equal,       [ISPY_DEMAND_ONE_OF] = check_one_of,
    [ISPY_DEMAND_TYPE] = check_type,         [ISPY_DEMAND_MATCHES] = check_matches,
    [ISPY_DEMAND_AT_LEAST] = check_at_least, [ISPY_DEMAND_AT_MOST] = check_at_most,
    [ISPY_DEMAND_ABOVE] = check_above,       [ISPY_DEMAND_BELOW] = check_below,
    [ISPY_DEMAND_VERSION] = check_version,   [ISPY_DEMAND_LENGTH] = check_length,
    [ISPY_DEMAND_NAMES] = check_names,       [ISPY_DEMAND_ENTRIES] = check_entries,
    [ISPY_DEMAND_ITEMS] = check_items,
};

static void judge_demand(judge *j, held *p) {
    for (size_t i = 0; i < sizeof checks / sizeof *checks && j->out->verdict != ISPY_FAIL; i++) {
        p->reason = ISPY_REASON_NONE;
        note(j, p, (ispy_demand_part)i, checks[i](j, p));
    }
}

/* Recurses as deep as both the demand and the value go: the contract's nesting is bounded by the YAML reader. */
static void judge_clause(judge *j, const ispy_value_clause *clause, const ispy_literal *value) {
    held p = {clause, clause->demand, value, ISPY_REASON_NONE};
    if (j->steps == 0 || value->kind == ISPY_LITERAL_DYNAMIC) {
        p.reason = doubt_of(value);
        note(j, &p, ISPY_DEMAND_WHOLE, ISPY_UNPROVABLE);
        return;
    }
    j->steps--;
    if (clause->demand == NULL) {
        p.reason = doubt_of(value);
        note(j, &p, ISPY_DEMAND_WHOLE, compare(j, clause, value));
        return;
    }
    judge_demand(j, &p);
    if (j->steps == 0) {
        note(j, &p, ISPY_DEMAND_WHOLE, ISPY_UNPROVABLE);
    }
}

void ispy_value_judge(ispy_value_answer *out, const ispy_question *question, const ispy_value_clause *wanted,
                      const ispy_literal *value, bool is_text) {
    judge j = {.question = question, .out = out, .steps = ISPY_VALUE_MAX_STEPS, .tries = ISPY_REGEX_TRIES};
    j.is_text = is_text;
    *out = (ispy_value_answer){.verdict = ISPY_PASS, .wanted = wanted, .part = ISPY_DEMAND_WHOLE};
    judge_clause(&j, wanted, value);
}

ispy_shown ispy_value_wanted(const ispy_value_clause *wanted, ispy_demand_part part) {
    ispy_shown shown = ispy_show_literal(&wanted->value);
    if (wanted->demand != NULL) {
        shown.kind = ISPY_SHOW_DEMAND;
        shown.as.demanded.demand = wanted->demand;
        shown.as.demanded.part = part;
    }
    return shown;
}

ispy_evidence ispy_value_evidence(const ispy_value_answer *answer) {
    ispy_shown wanted = ispy_value_wanted(answer->wanted, answer->part);
    if (answer->verdict == ISPY_FAIL) {
        return ispy_evidence_fail(wanted, ispy_show_literal(answer->found));
    }
    bool is_known = answer->reason == ISPY_REASON_PATTERN_LIMIT;
    return ispy_evidence_open(answer->reason, wanted,
                              is_known ? ispy_show_literal(answer->found) : ispy_show_nothing());
}
