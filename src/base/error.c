/* Filling in an ispy_error: every text becomes valid UTF-8, is cut at a code point, and ends with a NUL byte.
 * Must not know: what went wrong. */
#include "base/error.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

static const char replacement[] = "\xEF\xBF\xBD"; /* U+FFFD for a byte that is no UTF-8 */

/* Copies as many whole code points as there is room for. */
static void copy(char *out, size_t capacity, const char *data, size_t length) {
    size_t used = 0;
    for (size_t i = 0; i < length;) {
        uint32_t point;
        size_t step = ispy_utf8_step(data + i, length - i, &point);
        bool stray = ispy_utf8_is_stray(point);
        size_t size = stray ? sizeof replacement - 1 : step;
        if (data[i] == '\0' || size >= capacity - used) {
            break;
        }
        memcpy(out + used, stray ? replacement : data + i, size);
        used += size;
        i += step;
    }
    out[used] = '\0';
}

static void format_into(char *out, size_t capacity, const char *format, va_list arguments) ISPY_PRINTF(3, 0);

/* By way of a buffer: an argument may be a member of the same error. Copying never makes a text shorter, so the
 * buffer's own cut, which need not fall between code points, lies beyond what is kept. */
static void format_into(char *out, size_t capacity, const char *format, va_list arguments) {
    char buffer[sizeof((ispy_error *)NULL)->message + 4];
    size_t room = capacity + 4 < sizeof buffer ? capacity + 4 : sizeof buffer;
    if (vsnprintf(buffer, room, format, arguments) < 0) {
        buffer[0] = '\0';
    }
    copy(out, capacity, buffer, strlen(buffer));
}

int ispy_error_set(ispy_error *error, int status, const char *format, ...) {
    if (error == NULL) {
        return status;
    }
    char message[sizeof error->message];
    va_list arguments;
    va_start(arguments, format);
    format_into(message, sizeof message, format, arguments);
    va_end(arguments);
    *error = (ispy_error){.status = status};
    memcpy(error->message, message, sizeof message);
    return status;
}

int ispy_error_nomem(ispy_error *error) {
    return ispy_error_set(error, ISPY_ENOMEM, "out of memory");
}

void ispy_error_code(ispy_error *error, const char *code) {
    if (error != NULL) {
        copy(error->code, sizeof error->code, code, strlen(code));
    }
}

void ispy_error_hint(ispy_error *error, const char *format, ...) {
    if (error == NULL) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    format_into(error->hint, sizeof error->hint, format, arguments);
    va_end(arguments);
}

void ispy_error_place(ispy_error *error, const char *path, ispy_str source, ispy_span at) {
    if (error == NULL) {
        return;
    }
    if (path == NULL) {
        path = "";
    }
    ispy_str line = ispy_line(source, at.line);
    if (path != error->path) {
        copy(error->path, sizeof error->path, path, strlen(path));
    }
    copy(error->excerpt, sizeof error->excerpt, line.data, line.length);
    error->at = at;
}
