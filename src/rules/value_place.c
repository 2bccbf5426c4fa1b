/* Where a part of a value is written, found in the source text when a finding needs it: structures keep no places of
 * items, for most are never looked at.
 *
 * Reads Python's displays as far as they are plain: brackets, texts, commas. Each display on the way has to have the
 * bracket and the number of items that the structure says; where anything is otherwise, the place is not known.
 */
#include "rules/value_judge.h"

#include "base/utf8.h"
#include "model/literal.h"
#include "rules/explain.h"

#include <string.h>

typedef struct scanner {
    const char *data;
    size_t length;
    size_t at;
    bool lost;
} scanner;

static bool ends(const scanner *s) {
    return s->lost || s->at >= s->length;
}

static char peek(const scanner *s, size_t ahead) {
    return s->at + ahead < s->length ? s->data[s->at + ahead] : '\0';
}

static bool starts(const scanner *s, const char *text) {
    size_t length = strlen(text);
    return s->at + length <= s->length && memcmp(s->data + s->at, text, length) == 0;
}

static void skip_blank(scanner *s, bool lines) {
    while (!ends(s)) {
        char c = peek(s, 0);
        if (c == '#' && lines) {
            const char *end = memchr(s->data + s->at, '\n', s->length - s->at);
            s->at = end != NULL ? (size_t)(end - s->data) : s->length;
        } else if (c == '\\' && peek(s, 1) == '\n') {
            s->at += 2;
        } else if (c == ' ' || c == '\t' || c == '\f' || (c == '\n' && lines)) {
            s->at++;
        } else {
            return;
        }
    }
}

/* A text from its opening quote to behind its closing one. */
static void skip_text(scanner *s) {
    char quote = peek(s, 0);
    bool triple = peek(s, 1) == quote && peek(s, 2) == quote;
    const char closing[4] = {quote, quote, quote, '\0'};
    s->at += triple ? 3 : 1;
    while (!ends(s)) {
        if (peek(s, 0) == '\\') {
            s->at += 2;
        } else if (triple ? starts(s, closing) : peek(s, 0) == quote) {
            s->at += triple ? 3 : 1;
            return;
        } else {
            s->lost = !triple && peek(s, 0) == '\n';
            s->at++;
        }
    }
    s->lost = true;
}

/* To the next of `marks` outside brackets, texts and comments, or to a closing bracket. `lines`: within brackets. */
static void skip_to(scanner *s, const char *marks, bool lines) {
    int depth = 0;
    while (!ends(s)) {
        skip_blank(s, lines || depth > 0);
        char c = peek(s, 0);
        if (c == '\0' || (c == '\n' && depth == 0)) {
            return;
        }
        if (c == '\'' || c == '"') {
            skip_text(s);
            continue;
        }
        if (depth == 0 && (strchr(marks, c) != NULL || c == ')' || c == ']' || c == '}')) {
            return;
        }
        depth += c == '(' || c == '[' || c == '{' ? 1 : 0;
        depth -= c == ')' || c == ']' || c == '}' ? 1 : 0;
        s->at++;
    }
}

/* ---- displays ---- */

static char bracket_of(ispy_literal_kind kind) {
    return kind == ISPY_LITERAL_LIST                               ? '['
           : kind == ISPY_LITERAL_TUPLE                            ? '('
           : kind == ISPY_LITERAL_SET || kind == ISPY_LITERAL_DICT ? '{'
                                                                   : '\0';
}

static char closing_of(char bracket) {
    return bracket == '[' ? ']' : bracket == '(' ? ')' : '}';
}

/* From the opening bracket: counts the items, and leaves the scanner at the one with that index. */
static void enter_display(scanner *s, const ispy_literal *display, uint32_t index) {
    char bracket = bracket_of(display->kind);
    size_t found = 0;
    uint32_t count = 0;
    if (bracket == '\0' || peek(s, 0) != bracket) {
        s->lost = true;
        return;
    }
    s->at++;
    for (skip_blank(s, true); !ends(s) && peek(s, 0) != closing_of(bracket); skip_blank(s, true)) {
        bool is_key = display->kind == ISPY_LITERAL_DICT && count % 2 == 0;
        found = count == index ? s->at : found;
        count++;
        skip_to(s, is_key ? ":" : ",", true);
        s->lost |= is_key && peek(s, 0) != ':';
        if (peek(s, 0) == (is_key ? ':' : ',')) {
            s->at++;
        } else {
            break;
        }
    }
    s->lost |= peek(s, 0) != closing_of(bracket) || count != display->count;
    s->at = found;
}

/* ---- lines and columns ---- */

static bool seek(scanner *s, ispy_span at) {
    uint32_t line = 1;
    while (line < at.line && s->at < s->length) {
        const char *end = memchr(s->data + s->at, '\n', s->length - s->at);
        if (end == NULL) {
            return false;
        }
        s->at = (size_t)(end - s->data) + 1;
        line++;
    }
    for (uint32_t column = 1; column < at.column + at.length; column++) {
        uint32_t point;
        if (ends(s) || peek(s, 0) == '\n') {
            return false;
        }
        s->at += ispy_utf8_step(s->data + s->at, s->length - s->at, &point);
    }
    return at.line > 0;
}

static uint32_t columns(const char *data, size_t from, size_t to) {
    uint32_t count = 0;
    while (from < to) {
        uint32_t point;
        from += ispy_utf8_step(data + from, to - from, &point);
        count++;
    }
    return count;
}

static ispy_span span_of(const scanner *s, size_t from, size_t to) {
    ispy_span at = {1, 1, 0};
    size_t line_start = 0;
    for (size_t i = 0; i < from; i++) {
        if (s->data[i] == '\n') {
            at.line++;
            line_start = i + 1;
        }
    }
    const char *line_end = memchr(s->data + from, '\n', to - from);
    to = line_end != NULL ? (size_t)(line_end - s->data) : to;
    at.column = columns(s->data, line_start, from) + 1;
    at.length = columns(s->data, from, to);
    return at;
}

/* Past "NAME" or "NAME: annotation", to what is behind a single "=". */
static bool find_value(scanner *s) {
    skip_blank(s, false);
    if (peek(s, 0) == ':') {
        s->at++;
        skip_to(s, "=", false);
    }
    if (peek(s, 0) != '=' || peek(s, 1) == '=') {
        return false;
    }
    s->at++;
    skip_blank(s, false);
    return !ends(s);
}

ispy_span ispy_value_place(const ispy_module *module, ispy_span after, const ispy_literal *value,
                           const ispy_value_answer *answer) {
    scanner s = {module->source.data, module->source.length, 0, false};
    if (module->source.data == NULL || module->is_live || answer->depth == 0 || !seek(&s, after) || !find_value(&s)) {
        return after;
    }
    for (uint32_t i = 0; i < answer->depth && !s.lost; i++) {
        enter_display(&s, value, answer->path[i]);
        value = &value->items[answer->path[i]];
    }
    size_t from = s.at;
    if (!s.lost) {
        skip_to(&s, ",:", true);
    }
    while (s.at > from && (s.data[s.at - 1] == ' ' || s.data[s.at - 1] == '\n' || s.data[s.at - 1] == '\t')) {
        s.at--;
    }
    return s.lost || s.at <= from ? after : span_of(&s, from, s.at);
}

/* ---- the way there, for people ---- */

enum { KEY_MAX = 40 };

ispy_str ispy_value_path(ispy_arena *arena, const ispy_literal *value, const ispy_value_answer *answer) {
    ispy_text text = ISPY_TEXT_EMPTY;
    ispy_str out = {NULL, 0, 0};
    for (uint32_t i = 0; i < answer->depth; i++) {
        uint32_t index = answer->path[i];
        bool is_dict = value->kind == ISPY_LITERAL_DICT;
        if (is_dict && index % 2 == 0) {
            ispy_text_puts(&text, " key ");
            ispy_literal_show(&text, &value->items[index], KEY_MAX);
        } else if (is_dict) {
            ispy_text_char(&text, '[');
            ispy_literal_show(&text, &value->items[index - 1], KEY_MAX);
            ispy_text_char(&text, ']');
        } else {
            ispy_text_printf(&text, "[%u]", index);
        }
        value = &value->items[index];
    }
    if (answer->depth > 0 && ispy_text_take(&out, &text, arena) != ISPY_OK) {
        out = (ispy_str){NULL, 0, 0};
    }
    ispy_text_free(&text);
    return out;
}
