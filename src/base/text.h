/* Text that grows: for messages and rendered reports. Failure is sticky: append as you like, ask once at the end. */
#ifndef ISPY_BASE_TEXT_H
#define ISPY_BASE_TEXT_H

#include <importspy/base.h>

#include <stdarg.h>

typedef struct ispy_text {
    char *data; /* owned; NUL-terminated once anything was appended */
    size_t length;
    size_t capacity;
    bool failed; /* out of memory: what is here is not whole */
} ispy_text;

#define ISPY_TEXT_EMPTY                                                                                                \
    { NULL, 0, 0, false }

#if defined(__GNUC__)
#define ISPY_PRINTF(index, first) __attribute__((format(printf, index, first)))
#else
#define ISPY_PRINTF(index, first)
#endif

void ispy_text_append(ispy_text *text, const char *data, size_t length);
void ispy_text_puts(ispy_text *text, const char *data);
void ispy_text_str(ispy_text *text, ispy_str str);
void ispy_text_char(ispy_text *text, char byte);
void ispy_text_repeat(ispy_text *text, char byte, size_t count);
void ispy_text_printf(ispy_text *text, const char *format, ...) ISPY_PRINTF(2, 3);
/* Copies what was gathered into the arena and empties the text. ISPY_ENOMEM also when appending had failed. */
int ispy_text_take(ispy_str *out, ispy_text *text, ispy_arena *arena);
void ispy_text_free(ispy_text *text);

#endif
