/* Reports as people read them: one block for each contract, one paragraph for each finding, excerpts of both sides.
 *
 * Must not know: rules, how a finding came about.
 */
#include "report/excerpt.h"
#include "report/report.h"

static void write_str(ispy_text *out, ispy_str text) {
    ispy_text_clean(out, text.data, text.length, false);
}

static void write_count(ispy_text *out, size_t count, const char *noun, bool *is_first) {
    if (count == 0) {
        return;
    }
    ispy_text_printf(out, "%s%zu %s%s", *is_first ? ": " : ", ", count, noun, count == 1 ? "" : "s");
    *is_first = false;
}

typedef struct counts {
    size_t errors;
    size_t warnings;
    size_t notes;
    size_t open;
    size_t waived;
} counts;

static counts count_findings(const ispy_report *report) {
    counts c = {0};
    for (size_t i = 0; i < report->count; i++) {
        const ispy_finding *finding = &report->entries[i].finding;
        if (finding->waived != NULL) {
            c.waived++;
        } else if (finding->verdict == ISPY_UNPROVABLE) {
            c.open++;
        } else if (finding->severity == ISPY_SEVERITY_ERROR) {
            c.errors++;
        } else if (finding->severity == ISPY_SEVERITY_WARN) {
            c.warnings++;
        } else {
            c.notes++;
        }
    }
    return c;
}

static void write_contract_name(ispy_text *out, const ispy_report *report) {
    ispy_str title = report->contract->title;
    ispy_str path = ispy_contract_path(report->contract);
    if (title.data == NULL) {
        write_str(out, path);
        return;
    }
    ispy_text_puts(out, "the contract '");
    write_str(out, title);
    ispy_text_puts(out, "' (");
    write_str(out, path);
    ispy_text_char(out, ')');
}

static void write_headline(ispy_text *out, const ispy_report *report) {
    counts c = count_findings(report);
    bool is_first = true;
    write_str(out, ispy_report_label(report));
    if (report->is_elsewhere) {
        ispy_text_puts(out, " is not held against ");
    } else if (c.errors > 0) {
        ispy_text_puts(out, " breaks ");
    } else if (ispy_report_verdict(report) == ISPY_UNPROVABLE) {
        ispy_text_puts(out, " cannot be proved to meet ");
    } else {
        ispy_text_puts(out, " meets ");
    }
    write_contract_name(out, report);
    ispy_text_puts(out, report->is_elsewhere ? ": it does not apply here" : "");
    write_count(out, c.errors, "error", &is_first);
    write_count(out, c.warnings, "warning", &is_first);
    write_count(out, c.notes, "note", &is_first);
    if (c.open > 0) {
        ispy_text_printf(out, "%s%zu unprovable", is_first ? ": " : ", ", c.open);
        is_first = false;
    }
    if (c.waived > 0) {
        ispy_text_printf(out, "%s%zu waived", is_first ? ": " : ", ", c.waived);
    }
    ispy_text_char(out, '\n');
}

static void write_arrow(ispy_text *out, size_t gutter, ispy_str path, ispy_span at) {
    ispy_text_repeat(out, ' ', gutter);
    ispy_text_puts(out, "--> ");
    write_str(out, path);
    if (at.line > 0) {
        ispy_text_printf(out, ":%lu:%lu", (unsigned long)at.line, (unsigned long)at.column);
    }
    ispy_text_char(out, '\n');
}

static void write_note(ispy_text *out, size_t gutter, const char *head, ispy_str text) {
    if (text.data == NULL) {
        return;
    }
    ispy_text_repeat(out, ' ', gutter + 1);
    ispy_text_printf(out, "= %s ", head);
    write_str(out, text);
    ispy_text_char(out, '\n');
}

static void write_reason(ispy_text *out, size_t gutter, const ispy_finding *finding) {
    if (finding->verdict != ISPY_UNPROVABLE || finding->reason == ISPY_REASON_NONE) {
        return;
    }
    ispy_text_repeat(out, ' ', gutter + 1);
    ispy_text_printf(out, "= because: %s (%s)\n", ispy_reason_text(finding->reason), ispy_reason_name(finding->reason));
}

static size_t larger(size_t a, size_t b) {
    return a > b ? a : b;
}

static const char *label_of(const ispy_finding *finding) {
    if (finding->severity != ISPY_SEVERITY_ERROR) {
        return finding->severity == ISPY_SEVERITY_WARN ? "warning" : "note";
    }
    return finding->verdict == ISPY_UNPROVABLE ? "unprovable" : "error";
}

/* A line for each alternative; what the nearest lacks follows in full. */
static void write_alternatives(ispy_text *out, size_t gutter, const ispy_finding *finding) {
    for (size_t i = 0; i < finding->alternative_count; i++) {
        const ispy_alternative *alternative = &finding->alternatives[i];
        ispy_text_repeat(out, ' ', gutter + 1);
        ispy_text_printf(out, "= %lu:%lu: ", (unsigned long)alternative->contract_at.line,
                         (unsigned long)alternative->contract_at.column);
        write_str(out, alternative->message);
        if (alternative->code != NULL) {
            ispy_text_printf(out, " [%s]", alternative->code);
        }
        if (alternative->further > 0) {
            ispy_text_printf(out, " and %zu more", alternative->further);
        }
        ispy_text_puts(out, alternative->is_nearest ? "; the nearest, told below\n" : "\n");
    }
    if (finding->alternatives_left_out > 0) {
        ispy_text_repeat(out, ' ', gutter + 1);
        ispy_text_printf(out, "= and %zu alternatives more\n", finding->alternatives_left_out);
    }
}

/* Both sides of a finding. */
typedef struct sources {
    ispy_lines module;
    ispy_lines contract;
} sources;

static void write_finding(ispy_text *out, const ispy_report *report, const ispy_entry *entry, sources *from) {
    const ispy_finding *finding = &entry->finding;
    const ispy_str none = {NULL, 0, 0};
    ispy_lines_of(&from->module, report->module->source);
    ispy_lines_of(&from->contract, entry->source != NULL ? entry->source->text : none);
    size_t gutter = larger(ispy_excerpt_gutter(finding->module_at), ispy_excerpt_gutter(finding->contract_at));
    ispy_text_printf(out, "\n%s[%s]: ", label_of(finding), finding->code);
    write_str(out, finding->message);
    ispy_text_char(out, '\n');
    write_arrow(out, gutter, ispy_report_label(report), finding->module_at);
    ispy_excerpt_write(out, &from->module, finding->module_at, gutter);
    write_note(out, gutter, "wanted:", finding->wanted);
    write_note(out, gutter, "found: ", finding->found);
    write_reason(out, gutter, finding);
    if (finding->contract_path.data != NULL) {
        write_arrow(out, gutter, finding->contract_path, finding->contract_at);
        ispy_excerpt_write(out, &from->contract, finding->contract_at, gutter);
    }
    write_alternatives(out, gutter, finding);
    write_note(out, gutter, "hint:", finding->hint);
}

/* A line for each: it does not count, and somebody says why. */
static void write_waived(ispy_text *out, const ispy_report *report) {
    bool is_first = true;
    for (size_t i = 0; i < report->count; i++) {
        const ispy_finding *finding = &report->entries[i].finding;
        const ispy_waived *waived = finding->waived;
        if (waived == NULL) {
            continue;
        }
        ispy_text_printf(out, "%swaived[%s]: ", is_first ? "\n" : "", finding->code);
        write_str(out, finding->message);
        ispy_text_puts(out, "; until ");
        write_str(out, waived->until);
        ispy_text_puts(out, ": ");
        write_str(out, waived->reason);
        if (waived->owner.data != NULL) {
            ispy_text_puts(out, " (");
            write_str(out, waived->owner);
            ispy_text_char(out, ')');
        }
        ispy_text_char(out, '\n');
        is_first = false;
    }
}

/* The host's word to the plugin's author; its line breaks are its own. */
static void write_help(ispy_text *out, ispy_str help) {
    ispy_text_puts(out, "\nhelp: ");
    size_t start = 0;
    while (help.length > 0 && help.data[help.length - 1] == '\n') {
        help.length--;
    }
    for (size_t i = 0; i <= help.length; i++) {
        if (i == help.length || help.data[i] == '\n') {
            ispy_text_puts(out, start > 0 ? "      " : "");
            ispy_text_clean(out, help.data + start, i - start, false);
            ispy_text_char(out, '\n');
            start = i + 1;
        }
    }
}

int ispy_reports_text(ispy_str *out, ispy_report *const *reports, size_t count) {
    ispy_text text = ISPY_TEXT_EMPTY;
    sources from = {0};
    for (size_t i = 0; i < count; i++) {
        const ispy_report *report = reports[i];
        ispy_text_puts(&text, i > 0 ? "\n" : "");
        write_headline(&text, report);
        for (size_t j = 0; j < report->count; j++) {
            if (report->entries[j].finding.waived == NULL) {
                write_finding(&text, report, &report->entries[j], &from);
            }
        }
        write_waived(&text, report);
        if (report->count > 0 && report->contract->help.data != NULL) {
            write_help(&text, report->contract->help);
        }
    }
    return ispy_text_take(out, &text, reports[0]->arena);
}
