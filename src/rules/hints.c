/* What to do about a finding, where that is obvious. */
#include "rules/explain.h"

#include "base/suggest.h"

enum { CANDIDATES_MAX = 1000 }; /* names that are compared with the one that is missing */

static bool is_about_a_missing_name(ispy_rule_id rule) {
    return rule == ISPY_RULE_FUNCTION_MISSING || rule == ISPY_RULE_CLASS_MISSING || rule == ISPY_RULE_METHOD_MISSING ||
           rule == ISPY_RULE_ATTRIBUTE_MISSING || rule == ISPY_RULE_VARIABLE_MISSING;
}

static int hint_near_name(ispy_text *out, const ispy_pending *pending, ispy_arena *arena, bool is_live) {
    const ispy_scope *scope = pending->subject.scope;
    if (scope == NULL || scope->count == 0) {
        return ISPY_OK;
    }
    size_t count = scope->count < CANDIDATES_MAX ? scope->count : CANDIDATES_MAX;
    ispy_str *names = ispy_arena_array(arena, count, sizeof *names);
    if (names == NULL) {
        return ISPY_ENOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        names[i] = scope->bindings[i].name;
    }
    long near = ispy_suggest(pending->subject.name, names, count);
    if (near < 0) {
        return ISPY_OK;
    }
    uint32_t line = is_live ? 0 : scope->bindings[near].candidates[0]->at.line;
    if (line > 0) {
        ispy_text_printf(out, "line %lu defines '", (unsigned long)line);
    } else {
        ispy_text_puts(out, "there is a '");
    }
    ispy_text_clean(out, names[near].data, names[near].length, false);
    ispy_text_char(out, '\'');
    return ISPY_OK;
}

static bool is_wanted(const ispy_function_clause *clause, ispy_str name) {
    for (uint32_t i = 0; clause != NULL && i < clause->parameter_count; i++) {
        if (ispy_str_equal(clause->parameters[i].name, name)) {
            return true;
        }
    }
    return false;
}

static int hint_near_parameter(ispy_text *out, const ispy_pending *pending, ispy_arena *arena) {
    const ispy_function *found = pending->found;
    if (found == NULL || found->parameter_count == 0) {
        return ISPY_OK;
    }
    ispy_str *names = ispy_arena_array(arena, found->parameter_count, sizeof *names);
    if (names == NULL) {
        return ISPY_ENOMEM;
    }
    size_t count = 0;
    for (uint32_t i = 0; i < found->parameter_count && count < CANDIDATES_MAX; i++) {
        if (!is_wanted(pending->function, found->parameters[i].name)) {
            names[count++] = found->parameters[i].name;
        }
    }
    long near = ispy_suggest(pending->evidence.part, names, count);
    if (near >= 0) {
        ispy_text_puts(out, "rename '");
        ispy_text_clean(out, names[near].data, names[near].length, false);
        ispy_template_write(out, "' to '{part}'", pending);
    }
    return ISPY_OK;
}

/* Where it is defined, if that is another module than the one with the caret. */
static void write_home(ispy_text *out, const ispy_pending *pending) {
    const ispy_module *home = pending->home;
    if (home == NULL || pending->home_at.line == 0) {
        return;
    }
    ispy_str label = home->path.data != NULL ? home->path : home->name;
    if (label.data != NULL) {
        ispy_text_puts(out, out->length > 0 ? "; it is defined at " : "it is defined at ");
        ispy_text_clean(out, label.data, label.length, false);
        ispy_text_printf(out, ":%lu", (unsigned long)pending->home_at.line);
    }
}

int ispy_hint_write(ispy_text *out, const ispy_pending *pending, const ispy_report *report, bool is_live) {
    int status = ISPY_OK;
    if (pending->evidence.verdict != ISPY_FAIL) {
        return ISPY_OK;
    }
    bool may_seek = report->count < ISPY_NEAR_MAX;
    if (may_seek && pending->evidence.hint == NULL && is_about_a_missing_name(pending->rule)) {
        status = hint_near_name(out, pending, report->arena, is_live || pending->home != NULL);
    } else if (may_seek && pending->rule == ISPY_RULE_PARAMETER_MISSING) {
        status = hint_near_parameter(out, pending, report->arena);
    }
    if (status == ISPY_OK && out->length == 0 && pending->evidence.hint != NULL) {
        ispy_template_write(out, pending->evidence.hint, pending);
    }
    write_home(out, pending);
    return status;
}
