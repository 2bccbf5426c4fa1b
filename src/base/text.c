/* Text that grows by doubling; failure is remembered until someone asks.
 * Must not know: what the text says. */
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 128 };

/* Makes room for `more` bytes and the NUL byte behind them. */
static bool reserve(ispy_text *text, size_t more) {
    if (text->failed) {
        return false;
    }
    if (more < text->capacity - text->length) {
        return true;
    }
    size_t capacity = text->capacity == 0 ? FIRST_CAPACITY : text->capacity;
    while (capacity - text->length <= more && capacity <= SIZE_MAX / 2) {
        capacity *= 2;
    }
    char *data = capacity - text->length > more ? realloc(text->data, capacity) : NULL;
    if (data == NULL) {
        text->failed = true;
        return false;
    }
    text->data = data;
    text->capacity = capacity;
    return true;
}

void ispy_text_append(ispy_text *text, const char *data, size_t length) {
    if (!reserve(text, length)) {
        return;
    }
    if (length > 0) {
        memcpy(text->data + text->length, data, length);
    }
    text->length += length;
    text->data[text->length] = '\0';
}

void ispy_text_puts(ispy_text *text, const char *data) {
    ispy_text_append(text, data, strlen(data));
}

void ispy_text_str(ispy_text *text, ispy_str str) {
    ispy_text_append(text, str.data, str.length);
}

void ispy_text_char(ispy_text *text, char byte) {
    ispy_text_append(text, &byte, 1);
}

void ispy_text_repeat(ispy_text *text, char byte, size_t count) {
    if (!reserve(text, count)) {
        return;
    }
    memset(text->data + text->length, byte, count);
    text->length += count;
    text->data[text->length] = '\0';
}

void ispy_text_printf(ispy_text *text, const char *format, ...) {
    va_list arguments;
    va_list again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    if (length < 0) {
        text->failed = true;
    } else if (reserve(text, (size_t)length)) {
        vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
    va_end(arguments);
}

int ispy_text_take(ispy_str *out, ispy_text *text, ispy_arena *arena) {
    int status = text->failed ? ISPY_ENOMEM : ispy_arena_str(out, arena, text->data, text->length);
    ispy_text_free(text);
    return status;
}

void ispy_text_free(ispy_text *text) {
    free(text->data);
    *text = (ispy_text)ISPY_TEXT_EMPTY;
}
