/* See lint_versions.h.
 *
 * What specifiers over plain releases ("1.4.2") admit is a union of intervals whose ends are releases that they name,
 * or the next ones behind a wildcard. If it is not empty, then one of these lies in it: 0, such an end, or what comes
 * just behind one. So a few candidates decide. Specifiers with pre-releases and their like are not looked into.
 */
#include "rules/lint_versions.h"

#include "base/text.h"

#include <string.h>

enum { MOST_BYTES = 200 };

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Digits, dots, signs and wildcards only. */
static bool is_plain(ispy_str text) {
    bool plain = text.length <= MOST_BYTES && strstr(text.data, "===") == NULL;
    for (size_t i = 0; i < text.length && plain; i++) {
        plain = strchr("0123456789.*=<>!~, \t\n", text.data[i]) != NULL && text.data[i] != '\0';
    }
    for (size_t i = 0; i + 1 < text.length && plain; i++) { /* "1!2": an epoch */
        plain = text.data[i] != '!' || text.data[i + 1] == '=';
    }
    return plain;
}

static bool is_admitted(const ispy_version_spec *const *specs, size_t count, const ispy_text *candidate) {
    bool admitted = !candidate->failed;
    for (size_t i = 0; i < count && admitted; i++) {
        admitted = specs[i] == NULL ||
                   ispy_version_spec_admits(specs[i], ispy_str_of(candidate->data, candidate->length)) != ISPY_FAIL;
    }
    return admitted;
}

/* The first `parts` parts of a release, the last of them counted up by one or not, and what comes just behind it. */
static bool try_release(const ispy_version_spec *const *specs, size_t count, const char *release, size_t parts,
                        bool next) {
    ispy_text candidate = ISPY_TEXT_EMPTY;
    for (size_t part = 0; part < parts; part++) {
        unsigned long number = 0;
        while (is_digit(*release)) {
            number = number < 100000000 ? number * 10 + (unsigned long)(*release - '0') : number;
            release++;
        }
        release += *release == '.';
        ispy_text_printf(&candidate, "%s%lu", part == 0 ? "" : ".", number + (next && part + 1 == parts));
    }
    bool admitted = is_admitted(specs, count, &candidate);
    ispy_text_puts(&candidate, ".0.0.0.0.0.0.0.0.1");
    admitted = admitted || candidate.failed || is_admitted(specs, count, &candidate);
    ispy_text_free(&candidate);
    return admitted;
}

static size_t count_parts(const char *release) {
    size_t parts = 0;
    while (is_digit(*release)) {
        parts++;
        while (is_digit(*release)) {
            release++;
        }
        release += *release == '.';
    }
    return parts;
}

/* All that the text names. */
static bool try_text(const ispy_version_spec *const *specs, size_t count, const char *text) {
    bool admitted = false;
    for (; *text != '\0' && !admitted; text++) {
        if (!is_digit(*text)) {
            continue;
        }
        size_t parts = count_parts(text);
        for (size_t kept = 1; kept <= parts && !admitted; kept++) {
            admitted = try_release(specs, count, text, kept, false) || try_release(specs, count, text, kept, true);
        }
        while (is_digit(text[1]) || (text[1] == '.' && is_digit(text[2]))) {
            text++;
        }
    }
    return admitted;
}

bool ispy_versions_may_meet(const ispy_version_spec *const *specs, size_t count) {
    bool admitted = try_release(specs, count, "0", 1, false);
    for (size_t i = 0; i < count && !admitted; i++) {
        if (specs[i] != NULL) {
            ispy_str text = ispy_version_spec_text(specs[i]);
            admitted = !is_plain(text) || try_text(specs, count, text.data);
        }
    }
    return admitted;
}
