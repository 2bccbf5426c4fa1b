/* Fills in the templates of rules.def. See explain.h.
 *
 * Names and values come from files that nobody has vouched for: they are cut to a length and stripped of what could
 * speak to a terminal. Text is gathered outside the arena and copied into it when its length is known.
 */
#include "rules/explain.h"

#include <string.h>

#include "base/utf8.h"

static const char *noun_name(ispy_noun noun) {
    static const char *const names[] = {"module", "function", "method", "class", "variable", "attribute"};
    return names[noun];
}

static void write_cut(ispy_text *out, ispy_str text, size_t limit) {
    size_t length = 0;
    while (length < text.length && length < limit) {
        uint32_t point;
        length += ispy_utf8_step(text.data + length, text.length - length, &point);
    }
    ispy_text_clean(out, text.data, length, false);
    if (length < text.length) {
        ispy_text_puts(out, "...");
    }
}

static void write_subject(ispy_text *out, const ispy_subject *subject) {
    if (subject->owner.data != NULL) {
        write_cut(out, subject->owner, ISPY_NAMED_MAX);
        ispy_text_char(out, '.');
    }
    if (subject->name.data != NULL) {
        write_cut(out, subject->name, ISPY_NAMED_MAX);
    }
}

/* Cuts what was appended after `start`. */
static void cut_after(ispy_text *out, size_t start, size_t limit) {
    if (out->failed || out->length - start <= limit) {
        return;
    }
    size_t length = start;
    while (length < start + limit) {
        uint32_t point;
        length += ispy_utf8_step(out->data + length, out->length - length, &point);
    }
    out->length = length;
    ispy_text_puts(out, "...");
}

static void write_shown(ispy_text *out, const ispy_shown *shown, const ispy_pending *pending, size_t limit) {
    size_t start = out->length;
    ispy_shown_write(out, shown, pending);
    cut_after(out, start, limit);
}

static void write_placeholder(ispy_text *out, const char *name, size_t length, const ispy_pending *pending) {
    if (strncmp(name, "noun", length) == 0) {
        ispy_text_puts(out, noun_name(pending->subject.noun));
    } else if (strncmp(name, "subject", length) == 0) {
        write_subject(out, &pending->subject);
    } else if (strncmp(name, "part", length) == 0) {
        write_cut(out, pending->evidence.part, ISPY_NAMED_MAX);
    } else if (strncmp(name, "wanted", length) == 0) {
        write_shown(out, &pending->evidence.wanted, pending, ISPY_NAMED_MAX);
    } else if (strncmp(name, "found", length) == 0) {
        write_shown(out, &pending->evidence.found, pending, ISPY_SHOWN_MAX);
    }
}

void ispy_template_write(ispy_text *out, const char *template, const ispy_pending *pending) {
    while (*template != '\0') {
        const char *open = strchr(template, '{');
        const char *close = open != NULL ? strchr(open, '}') : NULL;
        if (close == NULL) {
            ispy_text_puts(out, template);
            return;
        }
        ispy_text_append(out, template, (size_t)(open - template));
        write_placeholder(out, open + 1, (size_t)(close - open - 1), pending);
        template = close + 1;
    }
}

/* The texts of one finding, taken over into the arena one by one. */
static int take(ispy_str *out, ispy_text *text, ispy_arena *arena) {
    if (text->failed) {
        return ISPY_ENOMEM;
    }
    if (text->length == 0) {
        return ISPY_OK;
    }
    int status = ispy_arena_str(out, arena, text->data, text->length);
    text->length = 0;
    return status;
}

static int write_texts(ispy_finding *finding, const ispy_pending *pending, const ispy_report *report, bool is_live,
                       ispy_text *text) {
    ispy_arena *arena = report->arena;
    const ispy_rule *rule = ispy_rule_at(pending->rule);
    const ispy_evidence *evidence = &pending->evidence;
    const char *message = evidence->verdict == ISPY_FAIL ? rule->message : rule->doubt;
    write_subject(text, &pending->subject);
    int status = take(&finding->subject, text, arena);
    if (status == ISPY_OK) {
        ispy_template_write(text, evidence->message != NULL ? evidence->message : message, pending);
        status = take(&finding->message, text, arena);
    }
    if (status == ISPY_OK && evidence->wanted.kind != ISPY_SHOW_NOTHING) {
        write_shown(text, &evidence->wanted, pending, ISPY_SHOWN_MAX);
        status = take(&finding->wanted, text, arena);
    }
    if (status == ISPY_OK && evidence->found.kind != ISPY_SHOW_NOTHING && pending->rule != ISPY_RULE_UNREADABLE) {
        write_shown(text, &evidence->found, pending, ISPY_SHOWN_MAX);
        status = take(&finding->found, text, arena);
    }
    if (status == ISPY_OK) {
        status = ispy_hint_write(text, pending, report, is_live);
    }
    return status == ISPY_OK ? take(&finding->hint, text, arena) : status;
}

static int write_alternative(ispy_alternative *out, const ispy_note *note, ispy_arena *arena, ispy_text *text) {
    *out = (ispy_alternative){
        .contract_at = note->origin->at,
        .verdict = note->verdict,
        .is_nearest = note->is_nearest,
        .message = ispy_str_literal("its source has refuted it"),
        .further = note->further,
    };
    if (!note->has_first) {
        return ISPY_OK;
    }
    const ispy_pending *first = &note->first;
    const ispy_rule *rule = ispy_rule_at(first->rule);
    const char *message = first->evidence.verdict == ISPY_FAIL ? rule->message : rule->doubt;
    out->code = rule->info.code;
    ispy_template_write(text, first->evidence.message != NULL ? first->evidence.message : message, first);
    return take(&out->message, text, arena);
}

static int write_alternatives(ispy_finding *finding, const ispy_pending *pending, ispy_arena *arena, ispy_text *text) {
    ispy_alternative *alternatives = ispy_arena_array(arena, pending->note_count, sizeof *alternatives);
    int status = alternatives == NULL ? ISPY_ENOMEM : ISPY_OK;
    for (uint32_t i = 0; i < pending->note_count && status == ISPY_OK; i++) {
        status = write_alternative(&alternatives[i], &pending->notes[i], arena, text);
    }
    finding->alternatives = alternatives;
    finding->alternative_count = pending->note_count;
    finding->alternatives_left_out = pending->notes_left_out;
    return status;
}

int ispy_explain(ispy_report *report, const ispy_pending *pending, bool is_live) {
    const ispy_rule *rule = ispy_rule_at(pending->rule);
    const ispy_source *source = pending->origin->source;
    ispy_entry entry = {
        .finding =
            {
                .code = rule->info.code,
                .anchor = rule->info.anchor,
                .verdict = pending->evidence.verdict,
                .severity = pending->severity,
                .waived = pending->waiver != NULL ? &pending->waiver->shown : NULL,
                .reason = pending->evidence.verdict == ISPY_UNPROVABLE ? pending->evidence.reason : ISPY_REASON_NONE,
                .module_at = pending->evidence.at,
                .contract_at = pending->origin->at,
                .unit = pending->unit,
                .is_final = pending->evidence.is_final && pending->evidence.verdict == ISPY_UNPROVABLE,
            },
        .source = source,
    };
    if (source != NULL) {
        entry.finding.contract_path = source->path;
    }
    if (pending->rule == ISPY_RULE_UNREADABLE) {
        entry.finding.contract_at = (ispy_span){0, 0, 0}; /* no clause asks for it: all of them do */
    }
    ispy_text text = ISPY_TEXT_EMPTY;
    int status = write_texts(&entry.finding, pending, report, is_live, &text);
    if (status == ISPY_OK && pending->notes != NULL) {
        status = write_alternatives(&entry.finding, pending, report->arena, &text);
    }
    ispy_text_free(&text);
    return status == ISPY_OK ? ispy_report_add(report, &entry) : status;
}
