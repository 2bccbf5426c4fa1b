/* Numbers in Python's spelling: which texts are numbers, and how Python would write them.
 * Must not know: YAML, contracts. */
#ifndef ISPY_LOAD_NUMBER_H
#define ISPY_LOAD_NUMBER_H

#include <importspy/module.h>

/* Digits of an integer that Python reads without being told to (sys.int_info.default_max_str_digits). */
enum { ISPY_INTEGER_MAX_DIGITS = 4300 };

/* INT for "42", "-3", "0x1F", "1_000"; FLOAT for "3.10", "1e5", ".5", "5.", and YAML's ".inf", "-.inf", ".nan";
 * otherwise STR. As in Python, "012" and "1__0" are no numbers. */
ispy_literal_kind ispy_number_kind(ispy_str text);
/* Decimal digits, as Python's str(). `text` is of kind INT. ISPY_OK, ISPY_ENOMEM, or ISPY_EINVAL for more digits than
 * ISPY_INTEGER_MAX_DIGITS. */
int ispy_number_integer(ispy_str *out, ispy_arena *arena, ispy_str text);
/* The shortest text that reads back as the same number, as Python's repr(). `text` is of kind FLOAT. ISPY_OK,
 * ISPY_ENOMEM. */
int ispy_number_float(ispy_str *out, ispy_arena *arena, ispy_str text);

#endif
