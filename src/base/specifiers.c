/* PEP 440: version specifiers.
 * Must not know: how versions are written and ordered, which is version.c's. */
#include "base/version_parts.h"

#include <string.h>

typedef struct specifier specifier;

typedef bool (*admits_function)(const ispy_version *version, const specifier *s);

typedef struct operation {
    const char *sign;
    admits_function admits;
    size_t least_parts;
    bool takes_local;
    bool takes_wildcard;
} operation;

struct specifier {
    const operation *operation;
    ispy_str text; /* behind the sign, ".*" included */
    bool wildcard;
    ispy_version version; /* of all but "===" */
};

struct ispy_specifiers {
    const specifier *items;
    size_t count;
};

static const size_t all_parts = SIZE_MAX;

static bool admits_equal(const ispy_version *version, const specifier *s) {
    if (s->wildcard) {
        return ispy_version_same_release(version, &s->version, s->version.release_count);
    }
    /* A specifier that names no local version is met by all of them. */
    return s->version.local.data == NULL ? ispy_version_compare_public(version, &s->version) == 0
                                         : ispy_version_compare(version, &s->version) == 0;
}

static bool admits_unequal(const ispy_version *version, const specifier *s) {
    return !admits_equal(version, s);
}

static bool admits_at_least(const ispy_version *version, const specifier *s) {
    return ispy_version_compare_public(version, &s->version) >= 0;
}

static bool admits_at_most(const ispy_version *version, const specifier *s) {
    return ispy_version_compare_public(version, &s->version) <= 0;
}

/* "~=1.4.2" is ">=1.4.2, ==1.4.*". */
static bool admits_compatible(const ispy_version *version, const specifier *s) {
    return admits_at_least(version, s) && ispy_version_same_release(version, &s->version, s->version.release_count - 1);
}

/* "<1.0" leaves out the pre-releases of 1.0, unless it names a pre-release itself. */
static bool admits_less(const ispy_version *version, const specifier *s) {
    ispy_version bound = s->version;
    if (!ispy_version_is_prerelease(&bound)) {
        bound.has_dev = true; /* dev0, the first of them */
    }
    return ispy_version_compare_public(version, &bound) < 0;
}

/* ">1.0" leaves out the post-releases of 1.0, unless it names a post-release itself; a dev release has none. */
static bool admits_greater(const ispy_version *version, const specifier *s) {
    if (ispy_version_compare_public(version, &s->version) <= 0) {
        return false;
    }
    return s->version.has_post || s->version.has_dev || !ispy_version_same_release(version, &s->version, all_parts) ||
           !ispy_version_same_pre(version, &s->version);
}

static bool same_text(ispy_str a, ispy_str b) {
    if (a.length != b.length) {
        return false;
    }
    for (size_t i = 0; i < a.length; i++) {
        if (ispy_ascii_lower(a.data[i]) != ispy_ascii_lower(b.data[i])) {
            return false;
        }
    }
    return true;
}

static bool admits_identical(const ispy_version *version, const specifier *s) {
    return same_text(version->text, s->text);
}

/* Longer signs before those they begin with. */
static const operation operations[] = {
    {"===", admits_identical, 0, false, false}, {"==", admits_equal, 1, true, true},
    {"!=", admits_unequal, 1, true, true},      {"~=", admits_compatible, 2, false, false},
    {"<=", admits_at_most, 1, false, false},    {">=", admits_at_least, 1, false, false},
    {"<", admits_less, 1, false, false},        {">", admits_greater, 1, false, false},
};

static const operation *operation_find(ispy_slice text) {
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
        size_t length = strlen(operations[i].sign);
        if (text.length >= length && memcmp(text.data, operations[i].sign, length) == 0) {
            return &operations[i];
        }
    }
    return NULL;
}

/* Everything but white space, ";" and ")", which end a specifier in requirements. */
static bool is_arbitrary(ispy_slice text) {
    return !ispy_slice_has_space(text) && memchr(text.data, ';', text.length) == NULL &&
           memchr(text.data, ')', text.length) == NULL;
}

static bool scan_version(specifier *out, ispy_slice text) {
    const operation *rule = out->operation;
    out->wildcard = rule->takes_wildcard && text.length > 2 && memcmp(text.data + text.length - 2, ".*", 2) == 0;
    if (out->wildcard) {
        text.length -= 2;
    }
    const ispy_version *version = &out->version;
    if (!ispy_version_scan(&out->version, ispy_str_of(text.data, text.length), false) ||
        version->release_count < rule->least_parts) {
        return false;
    }
    bool plain = version->pre_kind == ISPY_PRE_NONE && !version->has_post && !version->has_dev;
    bool local = version->local.data != NULL;
    return out->wildcard ? plain && !local : rule->takes_local || !local;
}

/* `text` is stripped and not empty. */
static bool scan_specifier(specifier *out, ispy_slice text) {
    *out = (specifier){.operation = operation_find(text)};
    if (out->operation == NULL) {
        return false;
    }
    size_t sign = strlen(out->operation->sign);
    text = ispy_slice_strip((ispy_slice){text.data + sign, text.length - sign});
    out->text = ispy_str_of(text.data, text.length);
    return out->operation->admits == admits_identical ? is_arbitrary(text) : scan_version(out, text);
}

/* Takes the next specifier up to a comma; empty ones do not count. false: there is none. */
static bool next_specifier(ispy_slice *rest, ispy_slice *out) {
    while (rest->length > 0) {
        const char *comma = memchr(rest->data, ',', rest->length);
        size_t length = comma == NULL ? rest->length : (size_t)(comma - rest->data);
        *out = ispy_slice_strip((ispy_slice){rest->data, length});
        length += comma != NULL;
        *rest = (ispy_slice){rest->data + length, rest->length - length};
        if (out->length > 0) {
            return true;
        }
    }
    return false;
}

int ispy_specifiers_parse(const ispy_specifiers **out, ispy_arena *arena, ispy_str text) {
    ispy_slice piece;
    size_t count = 0;
    for (ispy_slice rest = {text.data, text.length}; next_specifier(&rest, &piece); count++) {
        specifier scratch;
        if (!scan_specifier(&scratch, piece)) {
            return ISPY_EINVAL;
        }
    }
    ispy_str copy;
    int status = ispy_arena_str(&copy, arena, text.data, text.length);
    if (status != ISPY_OK) {
        return status;
    }
    ispy_specifiers *specifiers = ispy_arena_alloc(arena, sizeof *specifiers);
    specifier *items = ispy_arena_array(arena, count, sizeof *items);
    if (specifiers == NULL || items == NULL) {
        return ISPY_ENOMEM;
    }
    ispy_slice rest = {copy.data, copy.length};
    for (size_t i = 0; next_specifier(&rest, &piece); i++) {
        scan_specifier(&items[i], piece);
    }
    *specifiers = (ispy_specifiers){items, count};
    *out = specifiers;
    return ISPY_OK;
}

size_t ispy_specifiers_count(const ispy_specifiers *specifiers) {
    return specifiers->count;
}

bool ispy_specifiers_contain(const ispy_specifiers *specifiers, const ispy_version *version, bool prereleases) {
    if (!prereleases && ispy_version_is_prerelease(version)) {
        return false;
    }
    for (size_t i = 0; i < specifiers->count; i++) {
        const specifier *s = &specifiers->items[i];
        if (!s->operation->admits(version, s)) {
            return false;
        }
    }
    return true;
}

bool ispy_specifiers_contain_text(const ispy_specifiers *specifiers, ispy_str text, bool *decided) {
    *decided = true;
    for (size_t i = 0; i < specifiers->count; i++) {
        const specifier *s = &specifiers->items[i];
        if (s->operation->admits != admits_identical) {
            *decided = false;
        } else if (!same_text(text, s->text)) {
            *decided = true;
            return false;
        }
    }
    return true;
}
