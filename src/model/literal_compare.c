/* Literal values compared as Python compares them.
 * Must not know: how they are shown, which clause asks.
 *
 * Numbers compare by their exact values, as in Python: an int of any length with another digit by digit, with a float
 * by the digits of the float's exact value. A float is the double nearest to its text, so 1e400 is infinite and nan is
 * equal to nothing. Sets and dicts are compared pair by pair, under a limit on the number of steps.
 */
#include "model/literal.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_DEPTH = 200,
    MAX_STEPS = 10000000, /* some tenths of a second; sets and dicts of 3,000 entries in any order stay below it */
    MAX_FLOAT_TEXT = 500  /* a longer text equals only the same text */
};

/* ---- Numbers ---- */

typedef struct number {
    bool is_int;        /* `digits` hold the value; otherwise `real` and `imaginary` do */
    bool negative;      /* of an int */
    const char *digits; /* without leading zeros: none for 0 */
    size_t count;
    double real;
    double imaginary;
} number;

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool read_int(number *out, const char *text, size_t length) {
    *out = (number){.is_int = true};
    if (length > 0 && (text[0] == '-' || text[0] == '+')) {
        out->negative = text[0] == '-';
        text++;
        length--;
    }
    if (length == 0) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        if (!is_digit(text[i])) {
            return false;
        }
    }
    while (length > 0 && text[0] == '0') {
        text++;
        length--;
    }
    out->digits = text;
    out->count = length;
    out->negative = out->negative && length > 0;
    return true;
}

static size_t skip_digits(const char *text, size_t length, size_t i) {
    while (i < length && is_digit(text[i])) {
        i++;
    }
    return i;
}

static bool is_word(const char *text, size_t length, const char *word) {
    return length == strlen(word) && memcmp(text, word, length) == 0;
}

/* Python's float syntax without underscores, "inf" and "nan" included. strtod would take more: hexadecimal, say. */
static bool is_float_text(const char *text, size_t length) {
    size_t i = length > 0 && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    if (is_word(text + i, length - i, "inf") || is_word(text + i, length - i, "nan")) {
        return true;
    }
    size_t whole = skip_digits(text, length, i);
    size_t digits = whole - i;
    i = whole;
    if (i < length && text[i] == '.') {
        size_t fraction = skip_digits(text, length, i + 1);
        digits += fraction - i - 1;
        i = fraction;
    }
    if (digits > 0 && i < length && (text[i] == 'e' || text[i] == 'E')) {
        i++;
        i += i < length && (text[i] == '-' || text[i] == '+') ? 1 : 0;
        size_t exponent = skip_digits(text, length, i);
        digits = exponent - i;
        i = exponent;
    }
    return digits > 0 && i == length;
}

/* The host may have set a locale in which strtod wants a comma. */
static bool read_double(double *out, const char *text, size_t length) {
    char copy[MAX_FLOAT_TEXT + 16];
    const char *point = localeconv()->decimal_point;
    size_t point_length = strlen(point);
    if (length > MAX_FLOAT_TEXT || point_length > 8 || !is_float_text(text, length)) {
        return false;
    }
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '.') {
            memcpy(copy + used, point, point_length);
            used += point_length;
        } else {
            copy[used++] = text[i];
        }
    }
    copy[used] = '\0';
    *out = strtod(copy, NULL);
    return true;
}

/* "2j", "(1+2j)", "(1e-05-infj)": the sign of the imaginary part is the last one that belongs to no exponent. */
static bool read_complex(number *out, const char *text, size_t length) {
    *out = (number){.is_int = false};
    if (length >= 2 && text[0] == '(' && text[length - 1] == ')') {
        text++;
        length -= 2;
    }
    if (length == 0 || text[length - 1] != 'j') {
        return false;
    }
    length--;
    size_t split = length;
    while (split > 0) {
        split--;
        bool is_sign = text[split] == '+' || text[split] == '-';
        if (is_sign && (split == 0 || (text[split - 1] != 'e' && text[split - 1] != 'E'))) {
            break;
        }
    }
    return (split == 0 || read_double(&out->real, text, split)) &&
           read_double(&out->imaginary, text + split, length - split);
}

static bool read_number(number *out, const ispy_literal *literal) {
    const char *text = literal->text.data == NULL ? "" : literal->text.data;
    size_t length = literal->text.length;
    switch (literal->kind) {
    case ISPY_LITERAL_BOOL:
        return is_word(text, length, "True") ? read_int(out, "1", 1) : read_int(out, "0", 1);
    case ISPY_LITERAL_INT:
        return read_int(out, text, length);
    case ISPY_LITERAL_FLOAT:
        *out = (number){.is_int = false};
        return read_double(&out->real, text, length);
    case ISPY_LITERAL_COMPLEX:
        return read_complex(out, text, length);
    default:
        return false;
    }
}

/* Whether the double is a whole number with just these digits. Every double from 2^53 on is whole, and "%.0f" writes
 * its exact value. */
static bool int_equals_double(const number *whole, double value) {
    if (!isfinite(value) || (whole->count > 0 && whole->negative != (value < 0))) {
        return false;
    }
    double magnitude = value < 0 ? -value : value;
    if (magnitude < 9007199254740992.0 && (double)(int64_t)magnitude < magnitude) {
        return false;
    }
    char digits[400];
    int length = snprintf(digits, sizeof digits, "%.0f", magnitude);
    if (magnitude < 1) {
        length = 0;
    }
    return length >= 0 && (size_t)length == whole->count && memcmp(digits, whole->digits, whole->count) == 0;
}

/* Equality of doubles is what Python asks for: exact, and nan is equal to nothing. */
static bool doubles_equal(double a, double b) {
    return a <= b && a >= b;
}

static bool numbers_equal(const number *a, const number *b) {
    if (!doubles_equal(a->imaginary, b->imaginary)) {
        return false;
    }
    if (a->is_int && b->is_int) {
        return a->negative == b->negative && a->count == b->count &&
               (a->count == 0 || memcmp(a->digits, b->digits, a->count) == 0);
    }
    if (a->is_int) {
        return int_equals_double(a, b->real);
    }
    return b->is_int ? int_equals_double(b, a->real) : doubles_equal(a->real, b->real);
}

static ispy_verdict compare_numbers(const ispy_literal *wanted, const ispy_literal *got) {
    number a;
    number b;
    if (read_number(&a, wanted) && read_number(&b, got)) {
        return numbers_equal(&a, &b) ? ISPY_PASS : ISPY_FAIL;
    }
    /* A text that is no number of that kind, or too long a one. */
    return wanted->kind == got->kind && ispy_str_equal(wanted->text, got->text) ? ISPY_PASS : ISPY_UNPROVABLE;
}

/* ---- Order ---- */

static int sign_of_ints(const number *a, const number *b) {
    if (a->negative != b->negative) {
        return a->negative ? -1 : 1;
    }
    int sign = a->count != b->count ? (a->count < b->count ? -1 : 1)
               : a->count == 0      ? 0
                                    : memcmp(a->digits, b->digits, a->count);
    sign = (sign > 0) - (sign < 0);
    return a->negative ? -sign : sign;
}

/* The whole part of the double digit by digit; where that is equal, what follows the point decides. */
static int sign_of_int_and_double(const number *whole, double value) {
    if (isinf(value)) {
        return value > 0 ? -1 : 1;
    }
    char digits[400];
    double truncated = value < 9007199254740992.0 && value > -9007199254740992.0 ? (double)(int64_t)value : value;
    number part;
    int length = snprintf(digits, sizeof digits, "%.0f", truncated);
    if (length < 0 || !read_int(&part, digits, (size_t)length)) {
        return 0; /* cannot be: "%.0f" writes digits */
    }
    int sign = sign_of_ints(whole, &part);
    return sign != 0 ? sign : (value < truncated) - (value > truncated);
}

ispy_verdict ispy_literal_order(int *sign, const ispy_literal *a, const ispy_literal *b) {
    number left;
    number right;
    bool ordered = (a->kind == ISPY_LITERAL_INT || a->kind == ISPY_LITERAL_FLOAT) &&
                   (b->kind == ISPY_LITERAL_INT || b->kind == ISPY_LITERAL_FLOAT);
    if (!ordered) {
        return ISPY_FAIL;
    }
    if (!read_number(&left, a) || !read_number(&right, b)) {
        return ISPY_UNPROVABLE;
    }
    if ((!left.is_int && isnan(left.real)) || (!right.is_int && isnan(right.real))) {
        return ISPY_FAIL;
    }
    if (left.is_int) {
        *sign = right.is_int ? sign_of_ints(&left, &right) : sign_of_int_and_double(&left, right.real);
    } else if (right.is_int) {
        *sign = -sign_of_int_and_double(&right, left.real);
    } else {
        *sign = (left.real > right.real) - (left.real < right.real);
    }
    return ISPY_PASS;
}

/* ---- Values ---- */

typedef struct comparison {
    uint32_t steps;
    int depth;
} comparison;

static ispy_verdict lesser(ispy_verdict a, ispy_verdict b) {
    return a < b ? a : b;
}

/* `strict`: a bool is met by a bool only. Within sets and among keys Python's own equality counts as well. */
static ispy_verdict compare(comparison *c, const ispy_literal *wanted, const ispy_literal *got, bool strict);

static ispy_verdict compare_sequences(comparison *c, const ispy_literal *wanted, const ispy_literal *got, bool strict) {
    if (wanted->count != got->count) {
        return ISPY_FAIL;
    }
    ispy_verdict all = ISPY_PASS;
    for (uint32_t i = 0; i < wanted->count && all != ISPY_FAIL && c->steps > 0; i++) {
        all = lesser(all, compare(c, &wanted->items[i], &got->items[i], strict));
    }
    return all;
}

/* Whether `value` is among the items (every `stride`-th of them), and on which side of a comparison it stands. */
static ispy_verdict find_among(comparison *c, const ispy_literal *value, const ispy_literal *set, uint32_t stride,
                               uint32_t guess, bool value_is_wanted, bool strict) {
    ispy_verdict any = ISPY_FAIL;
    uint32_t count = set->count / stride;
    for (uint32_t n = 0; n < count && any != ISPY_PASS && c->steps > 0; n++) {
        const ispy_literal *item = &set->items[(guess + n) % count * stride];
        ispy_verdict verdict = value_is_wanted ? compare(c, value, item, strict) : compare(c, item, value, strict);
        any = verdict > any ? verdict : any;
    }
    return any;
}

/* Every element has its equal on the other side; how often it is written does not matter. */
static ispy_verdict compare_sets(comparison *c, const ispy_literal *wanted, const ispy_literal *got, bool strict) {
    ispy_verdict all = ISPY_PASS;
    for (uint32_t i = 0; i < wanted->count && all != ISPY_FAIL && c->steps > 0; i++) {
        all = lesser(all, find_among(c, &wanted->items[i], got, 1, i, true, strict));
    }
    for (uint32_t i = 0; i < got->count && all != ISPY_FAIL && c->steps > 0; i++) {
        all = lesser(all, find_among(c, &got->items[i], wanted, 1, i, false, false));
    }
    return all;
}

/* The value under a key: of equal keys the last one counts, and a key that is not known may be equal to any. */
static ispy_verdict compare_entry(comparison *c, const ispy_literal *key, const ispy_literal *value,
                                  const ispy_literal *got, bool strict) {
    bool may_be_replaced = false;
    for (uint32_t i = got->count; i >= 2 && c->steps > 0; i -= 2) {
        ispy_verdict same = compare(c, key, &got->items[i - 2], strict);
        if (same == ISPY_PASS) {
            ispy_verdict verdict = compare(c, value, &got->items[i - 1], strict);
            return may_be_replaced ? ISPY_UNPROVABLE : verdict;
        }
        may_be_replaced = may_be_replaced || same == ISPY_UNPROVABLE;
    }
    return may_be_replaced ? ISPY_UNPROVABLE : ISPY_FAIL;
}

/* Whether a later entry has the same key. */
static ispy_verdict is_superseded(comparison *c, const ispy_literal *dict, uint32_t entry) {
    ispy_verdict any = ISPY_FAIL;
    for (uint32_t i = entry + 2; i + 1 < dict->count && any != ISPY_PASS && c->steps > 0; i += 2) {
        ispy_verdict same = compare(c, &dict->items[entry], &dict->items[i], false);
        any = same > any ? same : any;
    }
    return any;
}

static ispy_verdict compare_dicts(comparison *c, const ispy_literal *wanted, const ispy_literal *got, bool strict) {
    ispy_verdict all = ISPY_PASS;
    for (uint32_t i = 0; i + 1 < wanted->count && all != ISPY_FAIL && c->steps > 0; i += 2) {
        ispy_verdict verdict = compare_entry(c, &wanted->items[i], &wanted->items[i + 1], got, strict);
        if (verdict != ISPY_PASS) {
            ispy_verdict superseded = is_superseded(c, wanted, i); /* then it does not matter */
            verdict = superseded > verdict ? superseded : verdict;
        }
        all = lesser(all, verdict);
    }
    for (uint32_t i = 0; i + 1 < got->count && all != ISPY_FAIL && c->steps > 0; i += 2) {
        all = lesser(all, find_among(c, &got->items[i], wanted, 2, i / 2, false, false));
    }
    return all;
}

static bool is_number(ispy_literal_kind kind) {
    return kind == ISPY_LITERAL_BOOL || kind == ISPY_LITERAL_INT || kind == ISPY_LITERAL_FLOAT ||
           kind == ISPY_LITERAL_COMPLEX;
}

static bool is_sequence(ispy_literal_kind kind) {
    return kind == ISPY_LITERAL_LIST || kind == ISPY_LITERAL_TUPLE || kind == ISPY_LITERAL_SEQUENCE;
}

static ispy_verdict compare_same_kind(comparison *c, const ispy_literal *wanted, const ispy_literal *got, bool strict) {
    switch (wanted->kind) {
    case ISPY_LITERAL_NONE:
    case ISPY_LITERAL_ELLIPSIS:
        return ISPY_PASS;
    case ISPY_LITERAL_STR:
    case ISPY_LITERAL_BYTES:
        return ispy_str_equal(wanted->text, got->text) ? ISPY_PASS : ISPY_FAIL;
    case ISPY_LITERAL_SET:
        return compare_sets(c, wanted, got, strict);
    case ISPY_LITERAL_DICT:
        return compare_dicts(c, wanted, got, strict);
    default:
        return compare_sequences(c, wanted, got, strict);
    }
}

static ispy_verdict compare(comparison *c, const ispy_literal *wanted, const ispy_literal *got, bool strict) {
    if (wanted->kind == ISPY_LITERAL_DYNAMIC || got->kind == ISPY_LITERAL_DYNAMIC || c->steps == 0 ||
        c->depth >= MAX_DEPTH) {
        return ISPY_UNPROVABLE;
    }
    c->steps--;
    if (is_number(wanted->kind) && is_number(got->kind)) {
        bool bool_is_meant = strict && wanted->kind == ISPY_LITERAL_BOOL;
        return bool_is_meant && got->kind != ISPY_LITERAL_BOOL ? ISPY_FAIL : compare_numbers(wanted, got);
    }
    bool any_sequence = wanted->kind == ISPY_LITERAL_SEQUENCE || got->kind == ISPY_LITERAL_SEQUENCE;
    if (wanted->kind != got->kind && !(any_sequence && is_sequence(wanted->kind) && is_sequence(got->kind))) {
        return ISPY_FAIL;
    }
    c->depth++;
    ispy_verdict verdict = compare_same_kind(c, wanted, got, strict);
    c->depth--;
    return verdict;
}

ispy_verdict ispy_literal_compare(const ispy_literal *wanted, const ispy_literal *got) {
    comparison c = {MAX_STEPS, 0};
    ispy_verdict verdict = compare(&c, wanted, got, true);
    return c.steps == 0 ? ISPY_UNPROVABLE : verdict; /* what was not looked at may decide either way */
}
