/* Versions and version specifiers as PEP 440 defines them. */
#ifndef ISPY_BASE_VERSION_H
#define ISPY_BASE_VERSION_H

#include <importspy/base.h>

typedef struct ispy_version ispy_version;

/* ISPY_OK, ISPY_ENOMEM, or ISPY_EINVAL for text that is no version. Numbers of any length. */
int ispy_version_parse(const ispy_version **out, ispy_arena *arena, ispy_str text);
int ispy_version_compare(const ispy_version *a, const ispy_version *b); /* < 0, 0, > 0; local versions count */
size_t ispy_version_release_count(const ispy_version *version);         /* parts of the release segment as written */

typedef struct ispy_specifiers ispy_specifiers;

/* "~=1.4, !=1.4.2"; an empty text admits every version. ISPY_OK, ISPY_ENOMEM, ISPY_EINVAL. */
int ispy_specifiers_parse(const ispy_specifiers **out, ispy_arena *arena, ispy_str text);
/* As packaging.specifiers.SpecifierSet(text).contains(version, prereleases=prereleases) of packaging 26.3, the version
 * given as text: "===" compares it as it was written. */
bool ispy_specifiers_contain(const ispy_specifiers *specifiers, const ispy_version *version, bool prereleases);
/* The same for text that is no version: only "===" can be held against it. `decided`: false where another operator
 * would have to be asked. */
bool ispy_specifiers_contain_text(const ispy_specifiers *specifiers, ispy_str text, bool *decided);
size_t ispy_specifiers_count(const ispy_specifiers *specifiers); /* 0: every version is admitted */

#endif
