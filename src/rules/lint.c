/* See importspy/lint.h. Looks at one contract after the other, and knows how findings are said.
 * Must not know: YAML, modules, what any one finding is about. */
#include "rules/lint.h"

#include "base/error.h"

#include <stdio.h>
#include <string.h>

static const ispy_lint_info infos[ISPY_LINT_COUNT] = {
#define LINT(id, number, severity, title) {"ISPY" #number, title, ISPY_SEVERITY_##severity},
#include "rules/lint.def"
#undef LINT
};

size_t ispy_lint_count(void) {
    return ISPY_LINT_COUNT;
}

ispy_lint_info ispy_lint_get(size_t index) {
    static const ispy_lint_info none = {"", "", ISPY_SEVERITY_OFF};
    return index < ISPY_LINT_COUNT ? infos[index] : none;
}

void ispy_lint_say(ispy_lint *lint, ispy_lint_id id, ispy_origin at, const char *hint, const char *format, ...) {
    if (lint->said++ >= ISPY_LINT_MOST_FINDINGS) {
        return;
    }
    ispy_error finding;
    char message[sizeof finding.message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    ispy_error_set(&finding, ISPY_OK, "%s", message);
    ispy_error_code(&finding, infos[id].code);
    ispy_error_hint(&finding, "%s", hint);
    ispy_error_place(&finding, at.source->path.data, at.source->text, at.at);
    lint->visit(&finding, lint->user);
}

ispy_place_name ispy_lint_place(ispy_origin from, ispy_origin place) {
    ispy_place_name name;
    unsigned long line = place.at.line;
    if (from.source == place.source) {
        snprintf(name.text, sizeof name.text, "line %lu", line);
    } else {
        snprintf(name.text, sizeof name.text, "%.200s:%lu", place.source->path.data, line);
    }
    return name;
}

bool ispy_is_of_interface(ispy_origin origin) {
    ispy_str path = origin.source->path;
    const char *dot = path.length == 0 ? NULL : strrchr(path.data, '.');
    return dot != NULL && (strcmp(dot, ".py") == 0 || strcmp(dot, ".pyi") == 0);
}

int ispy_contract_lint(const ispy_contract_set *set, int32_t day, ispy_problem_visitor visit, void *user) {
    ispy_lint lint = {.visit = visit, .user = user, .day = day, .status = ISPY_OK};
    for (size_t i = 0; i < ispy_contract_set_count(set) && lint.status == ISPY_OK; i++) {
        lint.contract = ispy_contract_set_get(set, i);
        lint.said = 0;
        lint.arena = ispy_arena_new(); /* owned */
        if (lint.arena == NULL) {
            return ISPY_ENOMEM;
        }
        ispy_lint_selectors(&lint);
        ispy_lint_clauses(&lint);
        ispy_lint_deployments(&lint);
        ispy_lint_waivers(&lint);
        ispy_arena_free(lint.arena);
    }
    return lint.status;
}
