/* A demand on a version: "3.11" (any 3.11.x), "3.11.4" (just that), ">=3.10,<4" (PEP 440 specifiers).
 * Must not know: whose version it is. */
#ifndef ISPY_MODEL_VERSION_SPEC_H
#define ISPY_MODEL_VERSION_SPEC_H

#include <importspy/module.h>

typedef struct ispy_version_spec ispy_version_spec;

/* ISPY_OK, ISPY_ENOMEM, or ISPY_EINVAL for what is neither a version nor a specifier. `series`: a plain version of two
 * parts stands for all its patch releases (Pythons); otherwise a plain version means "==" (modules). */
int ispy_version_spec_parse(const ispy_version_spec **out, ispy_arena *arena, ispy_str text, bool series);
/* PASS or FAIL; UNPROVABLE where `version` is no PEP 440 version and only text could be compared, unequal. */
ispy_verdict ispy_version_spec_admits(const ispy_version_spec *spec, ispy_str version);
ispy_str ispy_version_spec_text(const ispy_version_spec *spec);

#endif
