/* Demands on versions.
 * Must not know: whose version it is, PEP 440's rules. */
#include "model/version_spec.h"

#include "base/text.h"
#include "base/version_parts.h"

enum { SERIES_PARTS = 2 };

struct ispy_version_spec {
    ispy_str text;
    const ispy_specifiers *specifiers;
};

/* The specifier that a plain version stands for. */
static int write_specifier(ispy_str *out, ispy_arena *arena, const ispy_version *version, bool series) {
    ispy_slice text = ispy_slice_strip((ispy_slice){version->text.data, version->text.length});
    bool plain =
        version->pre_kind == ISPY_PRE_NONE && !version->has_post && !version->has_dev && version->local.data == NULL;
    ispy_text specifier = ISPY_TEXT_EMPTY;
    ispy_text_puts(&specifier, "==");
    ispy_text_append(&specifier, text.data, text.length);
    ispy_text_puts(&specifier, series && plain && version->release_count <= SERIES_PARTS ? ".*" : "");
    return ispy_text_take(out, &specifier, arena);
}

int ispy_version_spec_parse(const ispy_version_spec **out, ispy_arena *arena, ispy_str text, bool series) {
    ispy_version version;
    ispy_str written = text;
    int status = ISPY_OK;
    if (ispy_version_scan(&version, text, true)) {
        status = write_specifier(&written, arena, &version, series);
    }
    const ispy_specifiers *specifiers = NULL;
    if (status == ISPY_OK) {
        status = ispy_specifiers_parse(&specifiers, arena, written);
    }
    if (status == ISPY_OK && ispy_specifiers_count(specifiers) == 0) {
        status = ISPY_EINVAL; /* a demand that demands nothing is a mistake */
    }
    if (status != ISPY_OK) {
        return status;
    }
    ispy_version_spec *spec = ispy_arena_alloc(arena, sizeof *spec);
    if (spec == NULL) {
        return ISPY_ENOMEM;
    }
    spec->specifiers = specifiers;
    status = ispy_arena_str(&spec->text, arena, text.data, text.length);
    *out = status == ISPY_OK ? spec : NULL;
    return status;
}

ispy_verdict ispy_version_spec_admits(const ispy_version_spec *spec, ispy_str version) {
    ispy_version parts;
    if (version.data == NULL) {
        return ISPY_UNPROVABLE;
    }
    if (ispy_version_scan(&parts, version, true)) {
        /* What is there is there: whether a pre-release would be chosen is not the question. */
        return ispy_specifiers_contain(spec->specifiers, &parts, true) ? ISPY_PASS : ISPY_FAIL;
    }
    bool decided;
    bool met = ispy_specifiers_contain_text(spec->specifiers, version, &decided);
    if (!decided) {
        return ISPY_UNPROVABLE;
    }
    return met ? ISPY_PASS : ISPY_FAIL;
}

ispy_str ispy_version_spec_text(const ispy_version_spec *spec) {
    return spec->text;
}
