/* `modules:`, `files:`, `filename:`: patterns that select nothing, or change nothing.
 * Must not know: clauses, where modules come from. */
#include "rules/lint.h"

#include "base/glob.h"
#include "base/glob_relation.h"

#include <string.h>

enum { MOST_BYTES = 16 * 1024 }; /* of all patterns of a list; the time is the square of it at worst */

typedef struct patterns {
    const ispy_pattern *items;
    uint32_t count;
    char separator;
    const char *what; /* "module", "file" */
} patterns;

static void say(ispy_lint *lint, ispy_lint_id id, const ispy_pattern *at, const ispy_pattern *other, const char *what) {
    ispy_lint_say(lint, id, at->origin, "remove one of the two", "%s on %s", what,
                  ispy_lint_place(at->origin, other->origin).text);
}

static void lint_positive(ispy_lint *lint, const patterns *p, uint32_t index) {
    const ispy_pattern *own = &p->items[index];
    for (uint32_t i = 0; i < p->count; i++) {
        const ispy_pattern *other = &p->items[i];
        if (i == index || !ispy_glob_covers(other->text, own->text, p->separator)) {
            continue;
        }
        bool alike = ispy_glob_covers(own->text, other->text, p->separator);
        if (other->negated) {
            say(lint, ISPY_LINT_NOTHING_LEFT, own, other, "all that this pattern selects is taken away by the one");
            return;
        }
        if (alike && i < index) {
            say(lint, ISPY_LINT_DUPLICATE, own, other, "this pattern says what the one says");
            return;
        }
        if (!alike) {
            say(lint, ISPY_LINT_PATTERN_USELESS, own, other, "all that this pattern selects is selected by the one");
            return;
        }
    }
}

static void lint_negative(ispy_lint *lint, const patterns *p, uint32_t index) {
    const ispy_pattern *own = &p->items[index];
    bool meets = false;
    for (uint32_t i = 0; i < p->count && !meets; i++) {
        meets = !p->items[i].negated && ispy_glob_may_meet(own->text, p->items[i].text, p->separator);
    }
    if (!meets) {
        ispy_lint_say(lint, ISPY_LINT_PATTERN_USELESS, own->origin, "remove it",
                      "this pattern takes nothing away: no pattern of the list selects such a %s", p->what);
        return;
    }
    for (uint32_t i = 0; i < p->count; i++) {
        const ispy_pattern *other = &p->items[i];
        bool covered = i != index && other->negated && ispy_glob_covers(other->text, own->text, p->separator);
        if (covered && (i < index || !ispy_glob_covers(own->text, other->text, p->separator))) {
            say(lint, ISPY_LINT_PATTERN_USELESS, own, other,
                "all that this pattern takes away is taken away by the one");
            return;
        }
    }
}

static void lint_patterns(ispy_lint *lint, const patterns *p) {
    size_t bytes = 0;
    for (uint32_t i = 0; i < p->count; i++) {
        bytes += p->items[i].text.length + 1;
    }
    for (uint32_t i = 0; i < p->count && bytes <= MOST_BYTES; i++) {
        if (p->items[i].negated) {
            lint_negative(lint, p, i);
        } else {
            lint_positive(lint, p, i);
        }
    }
}

static bool ends_with(ispy_str text, const char *end) {
    size_t length = strlen(end);
    return text.length > length && memcmp(text.data + text.length - length, end, length) == 0;
}

/* "plugins.mail.py" is a module called py. */
static void lint_module_name(ispy_lint *lint, const ispy_pattern *pattern) {
    if (pattern->negated) {
        return; /* it does no harm */
    }
    if (ends_with(pattern->text, ".py")) {
        ispy_lint_say(lint, ISPY_LINT_PATTERN_NEVER, pattern->origin, "leave '.py' out, or put a path under 'files'",
                      "this is about a module that is called 'py', not about a file");
    } else if (ends_with(pattern->text, ".__init__")) {
        ispy_lint_say(lint, ISPY_LINT_PATTERN_NEVER, pattern->origin, "leave '.__init__' out",
                      "a package goes by its own name when it is imported");
    }
}

/* It is compared as it is. */
static void lint_filename(ispy_lint *lint, const ispy_contract *contract) {
    ispy_str name = contract->body.filename;
    if (name.data != NULL && strpbrk(name.data, "*?") != NULL) {
        ispy_lint_say(lint, ISPY_LINT_PATTERN_NEVER, contract->body.filename_origin, "put a pattern under 'files'",
                      "'filename' is one file's name, and no file is called so");
        return;
    }
    if (name.data == NULL || contract->file_pattern_count == 0 || contract->module_pattern_count > 0) {
        return;
    }
    ispy_text pattern = ISPY_TEXT_EMPTY;
    ispy_text_puts(&pattern, "**/");
    ispy_text_str(&pattern, name);
    bool meets = pattern.failed;
    for (uint32_t i = 0; i < contract->file_pattern_count && !meets; i++) {
        meets = !contract->files[i].negated &&
                ispy_glob_may_meet(ispy_str_of(pattern.data, pattern.length), contract->files[i].text, '/');
    }
    if (!meets) {
        ispy_lint_say(lint, ISPY_LINT_NOTHING_LEFT, contract->body.filename_origin, "remove one of the two",
                      "no file that 'files' selects has this name, and both have to hold");
    }
    ispy_text_free(&pattern);
}

void ispy_lint_selectors(ispy_lint *lint) {
    const ispy_contract *contract = lint->contract;
    const patterns modules = {contract->modules, contract->module_pattern_count, '.', "module"};
    const patterns files = {contract->files, contract->file_pattern_count, '/', "file"};
    lint_patterns(lint, &modules);
    lint_patterns(lint, &files);
    for (uint32_t i = 0; i < modules.count; i++) {
        lint_module_name(lint, &modules.items[i]);
    }
    lint_filename(lint, contract);
}
