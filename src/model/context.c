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

/* ---- requirements ---- */

static ispy_str stripped(const char *from, const char *to) {
    while (from < to && (*from == ' ' || *from == '\t')) {
        from++;
    }
    while (to > from && (to[-1] == ' ' || to[-1] == '\t')) {
        to--;
    }
    return (ispy_str){from, (uint32_t)(to - from), 0};
}

static const char *find_char(const char *from, const char *to, char wanted) {
    while (from < to && *from != wanted) {
        from++;
    }
    return from;
}

int ispy_requirement_parse(ispy_requirement *out, ispy_arena *arena, ispy_str text) {
    const char *end = text.data + text.length;
    ispy_str whole = stripped(text.data, end);
    const char *at = whole.data;
    end = at + whole.length;
    const char *name_end = at;
    while (name_end < end && (is_alphanumeric(*name_end) || is_separator(*name_end))) {
        name_end++;
    }
    *out = (ispy_requirement){.marker = {NULL, 0, 0}};
    int status = ispy_distribution_name(&out->name, arena, at, (size_t)(name_end - at));
    if (status != ISPY_OK) {
        return status;
    }
    ispy_str rest = stripped(name_end, end);
    at = rest.data;
    if (at < end && *at == '[') {
        at = find_char(at, end, ']');
        if (at == end) {
            return ISPY_EINVAL;
        }
        at++;
    }
    rest = stripped(at, end);
    if (rest.length > 0 && *rest.data == '@') {
        return ISPY_OK; /* where it comes from is said, and no version */
    }
    const char *semicolon = find_char(rest.data, end, ';');
    if (semicolon < end) {
        out->marker = stripped(semicolon + 1, end);
    }
    ispy_str specifiers = stripped(rest.data, semicolon);
    if (specifiers.length >= 2 && *specifiers.data == '(' && specifiers.data[specifiers.length - 1] == ')') {
        specifiers = stripped(specifiers.data + 1, specifiers.data + specifiers.length - 1);
    }
    out->specifiers = specifiers;
    return ISPY_OK;
}
