/* Names and versions as packaging writes and compares them. Must not know: where distributions are. */
#include <importspy/context.h>

#include "base/version_parts.h"

static bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_separator(char c) {
    return c == '-' || c == '_' || c == '.';
}

/* The next character of the normal form; `at` moves behind what it stands for. */
static char next(const char *data, size_t length, size_t *at) {
    char c = data[(*at)++];
    if (!is_separator(c)) {
        return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    while (*at < length && is_separator(data[*at])) {
        (*at)++;
    }
    return '-';
}

static bool is_name(const char *data, size_t length) {
    bool is = length > 0 && is_alphanumeric(data[0]) && is_alphanumeric(data[length - 1]);
    for (size_t i = 0; i < length && is; i++) {
        is = is_alphanumeric(data[i]) || is_separator(data[i]);
    }
    return is;
}

int ispy_distribution_name(ispy_str *out, ispy_arena *arena, const char *data, size_t length) {
    if (!is_name(data, length)) {
        return ISPY_EINVAL;
    }
    char *normal = ispy_arena_reserve(arena, length);
    if (normal == NULL) {
        return ISPY_ENOMEM;
    }
    size_t written = 0;
    for (size_t at = 0; at < length;) {
        normal[written++] = next(data, length, &at);
    }
    return ispy_arena_str(out, arena, normal, written);
}

bool ispy_distribution_name_is(ispy_str normal, const char *data, size_t length) {
    size_t read = 0;
    for (size_t at = 0; at < length; read++) {
        if (next(data, length, &at) != (read < normal.length ? normal.data[read] : '\0')) {
            return false;
        }
    }
    return read == normal.length;
}

bool ispy_is_version(ispy_str text) {
    ispy_version parts;
    return ispy_version_scan(&parts, text, true);
}
