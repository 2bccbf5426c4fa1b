/* Numbers in Python's spelling.
 * Must not know: YAML, contracts. Works the same under every locale: the C library's idea of a decimal point is looked
 * up. */
#include "load/number.h"

#include "base/text.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int digit_value(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 99;
}

/* Digits of that base with single underscores between them, from `i`; gives the place behind them. */
static size_t skip_digits(ispy_str text, size_t i, int base) {
    while (i < text.length && digit_value(text.data[i]) < base) {
        i++;
        if (i + 1 < text.length && text.data[i] == '_' && digit_value(text.data[i + 1]) < base) {
            i++;
        }
    }
    return i;
}

static size_t skip_sign(ispy_str text) {
    return text.length > 0 && (text.data[0] == '+' || text.data[0] == '-');
}

/* 16, 8 or 2 for "0x", "0o", "0b" at `i`, otherwise 10. */
static int base_at(ispy_str text, size_t i) {
    if (i + 1 >= text.length || text.data[i] != '0') {
        return 10;
    }
    switch (text.data[i + 1] | 0x20) {
    case 'x':
        return 16;
    case 'o':
        return 8;
    case 'b':
        return 2;
    default:
        return 10;
    }
}

static bool is_integer(ispy_str text) {
    size_t begin = skip_sign(text);
    int base = base_at(text, begin);
    if (base != 10) {
        begin += 2;
        if (begin < text.length && text.data[begin] == '_') {
            begin++;
        }
    }
    size_t end = skip_digits(text, begin, base);
    if (end == begin || end != text.length) {
        return false;
    }
    if (base == 10 && text.data[begin] == '0') {
        for (size_t i = begin; i < end; i++) {
            if (text.data[i] != '0' && text.data[i] != '_') {
                return false; /* "012" */
            }
        }
    }
    return true;
}

static bool is_special(ispy_str text) {
    static const char *const words[] = {"inf", "Inf", "INF", "nan", "NaN", "NAN"};
    size_t begin = skip_sign(text);
    if (text.length != begin + 4 || text.data[begin] != '.') {
        return false;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (memcmp(text.data + begin + 1, words[i], 3) == 0) {
            return words[i][0] == 'i' || words[i][0] == 'I' || begin == 0; /* no "-.nan" */
        }
    }
    return false;
}

static bool is_float(ispy_str text) {
    size_t i = skip_sign(text);
    size_t end = skip_digits(text, i, 10);
    size_t digits = end - i;
    bool floating = false;
    if (end < text.length && text.data[end] == '.') {
        floating = true;
        i = end + 1;
        end = skip_digits(text, i, 10);
        digits += end - i;
    }
    if (digits > 0 && end < text.length && (text.data[end] | 0x20) == 'e') {
        floating = true;
        i = end + 1;
        i += i < text.length && (text.data[i] == '+' || text.data[i] == '-');
        end = skip_digits(text, i, 10);
        if (end == i) {
            return false;
        }
    }
    return floating && digits > 0 && end == text.length;
}

ispy_literal_kind ispy_number_kind(ispy_str text) {
    if (is_integer(text)) {
        return ISPY_LITERAL_INT;
    }
    return is_float(text) || is_special(text) ? ISPY_LITERAL_FLOAT : ISPY_LITERAL_STR;
}

/* ---- integers ---- */

enum {
    LIMB = 1000000000, /* limbs of nine decimal digits, the lowest first */
    LIMB_DIGITS = 9,
    LIMBS = ISPY_INTEGER_MAX_DIGITS / LIMB_DIGITS + 1
};

typedef struct big_integer {
    uint32_t limbs[LIMBS];
    size_t count; /* without leading zeros: 0 for zero */
} big_integer;

/* number = number * base + digit; false when it grows too long. */
static bool push_digit(big_integer *number, uint32_t base, uint32_t digit) {
    uint64_t carry = digit;
    for (size_t i = 0; i < number->count; i++) {
        carry += (uint64_t)number->limbs[i] * base;
        number->limbs[i] = (uint32_t)(carry % LIMB);
        carry /= LIMB;
    }
    if (carry > 0) {
        if (number->count == LIMBS) {
            return false;
        }
        number->limbs[number->count++] = (uint32_t)carry;
    }
    return true;
}

static int show_integer(ispy_str *out, ispy_arena *arena, const big_integer *number, bool negative) {
    char text[LIMBS * LIMB_DIGITS + 2];
    size_t length = 0;
    if (number->count == 0) {
        return ispy_arena_str(out, arena, "0", 1);
    }
    if (negative) {
        text[length++] = '-';
    }
    for (size_t i = number->count; i-- > 0;) {
        const char *format = i + 1 == number->count ? "%u" : "%09u";
        length += (size_t)snprintf(text + length, sizeof text - length, format, number->limbs[i]);
    }
    if (length - negative > ISPY_INTEGER_MAX_DIGITS) {
        return ISPY_EINVAL;
    }
    return ispy_arena_str(out, arena, text, length);
}

int ispy_number_integer(ispy_str *out, ispy_arena *arena, ispy_str text) {
    size_t i = skip_sign(text);
    int base = base_at(text, i);
    if (base != 10) {
        i += 2;
    }
    big_integer number = {{0}, 0};
    for (; i < text.length; i++) {
        if (text.data[i] != '_' && !push_digit(&number, (uint32_t)base, (uint32_t)digit_value(text.data[i]))) {
            return ISPY_EINVAL;
        }
    }
    return show_integer(out, arena, &number, text.data[0] == '-');
}

/* ---- floats ---- */

/* The number without underscores, with the decimal point that strtod wants, in `clean`. */
static void clean_float(ispy_text *clean, ispy_str text) {
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] == '.') {
            ispy_text_puts(clean, localeconv()->decimal_point);
        } else if (text.data[i] != '_') {
            ispy_text_char(clean, text.data[i]);
        }
    }
}

/* Splits "d.ddde+xx" into digits and exponent; the decimal point may be any character or characters. */
static int split_scientific(const char *text, char *digits, size_t *count) {
    *count = 0;
    for (; *text != 'e'; text++) {
        if (*text >= '0' && *text <= '9') {
            digits[(*count)++] = *text;
        }
    }
    while (*count > 1 && digits[*count - 1] == '0') {
        (*count)--;
    }
    return (int)strtol(text + 1, NULL, 10);
}

/* Python's repr: positional for exponents from -4 to 15, otherwise scientific. */
static void show_digits(ispy_text *out, const char *digits, size_t count, int exponent) {
    if (exponent < -4 || exponent >= 16) {
        ispy_text_char(out, digits[0]);
        if (count > 1) {
            ispy_text_char(out, '.');
            ispy_text_append(out, digits + 1, count - 1);
        }
        ispy_text_printf(out, "e%c%02d", exponent < 0 ? '-' : '+', exponent < 0 ? -exponent : exponent);
        return;
    }
    if (exponent < 0) {
        ispy_text_puts(out, "0.");
        ispy_text_repeat(out, '0', (size_t)(-exponent - 1));
        ispy_text_append(out, digits, count);
        return;
    }
    size_t whole = (size_t)exponent + 1;
    ispy_text_append(out, digits, count < whole ? count : whole);
    ispy_text_repeat(out, '0', count < whole ? whole - count : 0);
    ispy_text_char(out, '.');
    if (count > whole) {
        ispy_text_append(out, digits + whole, count - whole);
    } else {
        ispy_text_char(out, '0');
    }
}

/* Below a power of two doubles are twice as dense: there, the text one digit up may read back where the nearest does
 * not. Leaves that text in `scientific`. A last digit of 9 would make a shorter text, which was tried before. */
static bool next_digit_reads_back(char *scientific, double value) {
    char *last = strchr(scientific, 'e') - 1;
    if (*last == '9') {
        return false;
    }
    ++*last;
    return strtod(scientific, NULL) == value;
}

static void show_double(ispy_text *out, double value) {
    if (isnan(value)) {
        ispy_text_puts(out, "nan");
        return;
    }
    if (signbit(value)) {
        ispy_text_char(out, '-');
        value = -value;
    }
    if (isinf(value)) {
        ispy_text_puts(out, "inf");
        return;
    }
    char scientific[64];
    for (int precision = 0; precision < 17; precision++) { /* 17 digits tell any two doubles apart */
        snprintf(scientific, sizeof scientific, "%.*e", precision, value);
        if (strtod(scientific, NULL) == value || next_digit_reads_back(scientific, value)) {
            break;
        }
    }
    char digits[sizeof scientific] = "0";
    size_t count;
    int exponent = split_scientific(scientific, digits, &count);
    show_digits(out, digits, count, exponent);
}

int ispy_number_float(ispy_str *out, ispy_arena *arena, ispy_str text) {
    if (is_special(text)) {
        bool negative = text.data[0] == '-';
        bool infinite = (text.data[text.length - 3] | 0x20) == 'i';
        const char *shown = !infinite ? "nan" : negative ? "-inf" : "inf";
        return ispy_arena_str(out, arena, shown, strlen(shown));
    }
    ispy_text clean = ISPY_TEXT_EMPTY;
    ispy_text shown = ISPY_TEXT_EMPTY;
    clean_float(&clean, text);
    if (!clean.failed && clean.data != NULL) {
        show_double(&shown, strtod(clean.data, NULL));
    }
    shown.failed |= clean.failed;
    int status = ispy_text_take(out, &shown, arena);
    ispy_text_free(&clean);
    ispy_text_free(&shown);
    return status;
}
