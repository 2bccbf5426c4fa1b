/* Whether there is a version that several demands admit. */
#ifndef ISPY_RULES_LINT_VERSIONS_H
#define ISPY_RULES_LINT_VERSIONS_H

#include "model/version_spec.h"

enum { ISPY_LINT_MOST_VERSIONS = 16 };

/* false: there is none. true also where it cannot be told. NULLs among `specs` demand nothing. */
bool ispy_versions_may_meet(const ispy_version_spec *const *specs, size_t count);

#endif
