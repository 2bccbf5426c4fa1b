/* What version.c and specifiers.c share: a version taken apart without copying anything. */
#ifndef ISPY_BASE_VERSION_PARTS_H
#define ISPY_BASE_VERSION_PARTS_H

#include "base/version.h"

/* A stretch of the version's text. A number is compared as digits, so its length does not matter. */
typedef struct ispy_slice {
    const char *data;
    size_t length;
} ispy_slice;

/* In their order. A release that is all there is to say ranks above its pre-releases. */
typedef enum ispy_pre_kind {
    ISPY_PRE_DEV_ONLY,
    ISPY_PRE_ALPHA,
    ISPY_PRE_BETA,
    ISPY_PRE_RC,
    ISPY_PRE_NONE
} ispy_pre_kind;

struct ispy_version {
    ispy_str text; /* as written; all slices lie in it, or are static */
    ispy_slice epoch;
    ispy_slice release; /* "1.2.3", at least one part */
    size_t release_count;
    ispy_pre_kind pre_kind; /* ALPHA, BETA, RC or NONE: DEV_ONLY is a rank that follows from the rest */
    ispy_slice pre;
    bool has_post;
    ispy_slice post;
    bool has_dev;
    ispy_slice dev;
    ispy_slice local; /* "ubuntu.1"; data == NULL: none */
};

/* Takes `text` apart, which `out` borrows. White space around it is allowed where `spaced`. false: no version. */
bool ispy_version_scan(ispy_version *out, ispy_str text, bool spaced);

/* As ispy_version_compare, local versions left out. */
int ispy_version_compare_public(const ispy_version *a, const ispy_version *b);
/* Whether epoch and release are the same; of the release just the first `parts`, missing ones being zero. */
bool ispy_version_same_release(const ispy_version *a, const ispy_version *b, size_t parts);
bool ispy_version_same_pre(const ispy_version *a, const ispy_version *b);
bool ispy_version_is_prerelease(const ispy_version *version);

/* `text` without the white space around it (Unicode's, as Python's str.strip has it). */
ispy_slice ispy_slice_strip(ispy_slice text);
bool ispy_slice_has_space(ispy_slice text);
char ispy_ascii_lower(char c);

#endif
