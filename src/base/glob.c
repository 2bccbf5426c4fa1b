/* Globs, matched without going back further than to the last star of each kind.
 * Must not know: modules, files. */
#include "base/glob.h"

#include "base/utf8.h"

#include <string.h>

typedef enum piece_kind {
    PIECE_END,
    PIECE_LITERAL,
    PIECE_ONE,  /* ? */
    PIECE_SET,  /* [...] */
    PIECE_STAR, /* * */
    PIECE_DEEP, /* ** */
    PIECE_PARTS /* a whole part "**" and the separator behind it */
} piece_kind;

/* What the pattern says at one place. */
typedef struct piece {
    piece_kind kind;
    size_t next;      /* where the pattern goes on */
    uint32_t literal; /* of LITERAL */
    size_t begin;     /* of SET: its members */
    size_t end;
    bool negated;
} piece;

typedef struct glob {
    const char *data;
    size_t length;
    char separator;
    size_t last_close; /* index of the last "]", or 0: no set is looked for behind it */
} glob;

static size_t step(const char *data, size_t length, size_t at, uint32_t *point) {
    return ispy_utf8_step(data + at, length - at, point);
}

static bool read_set(const glob *g, size_t at, piece *out) {
    size_t begin = at + 1;
    bool negated = begin < g->length && g->data[begin] == '!';
    begin += negated;
    if (g->separator != '/' || g->last_close <= begin) {
        return false;
    }
    const char *close = memchr(g->data + begin + 1, ']', g->length - begin - 1); /* a first "]" is a member */
    size_t end = (size_t)(close - g->data);
    *out = (piece){.kind = PIECE_SET, .next = end + 1, .begin = begin, .end = end, .negated = negated};
    return true;
}

static piece read_stars(const glob *g, size_t at) {
    size_t next = at;
    while (next < g->length && g->data[next] == '*') {
        next++;
    }
    if (next - at == 1) {
        return (piece){.kind = PIECE_STAR, .next = next};
    }
    bool whole_part =
        g->separator == '/' && (at == 0 || g->data[at - 1] == '/') && next < g->length && g->data[next] == '/';
    return (piece){.kind = whole_part ? PIECE_PARTS : PIECE_DEEP, .next = next + whole_part};
}

static piece piece_at(const glob *g, size_t at) {
    piece set;
    if (at == g->length) {
        return (piece){.kind = PIECE_END};
    }
    if (g->data[at] == '*') {
        return read_stars(g, at);
    }
    if (g->data[at] == '?') {
        return (piece){.kind = PIECE_ONE, .next = at + 1};
    }
    if (g->data[at] == '[' && read_set(g, at, &set)) {
        return set;
    }
    piece literal = {.kind = PIECE_LITERAL};
    literal.next = at + step(g->data, g->length, at, &literal.literal);
    return literal;
}

static bool set_has(const glob *g, const piece *set, uint32_t point) {
    bool found = false;
    for (size_t i = set->begin; i < set->end && !found;) {
        uint32_t first;
        i += step(g->data, set->end, i, &first);
        uint32_t last = first;
        if (i + 1 < set->end && g->data[i] == '-') {
            i += 1 + step(g->data, set->end, i + 1, &last);
        }
        found = point >= first && point <= last;
    }
    return found != set->negated;
}

static bool piece_takes(const glob *g, const piece *p, uint32_t point) {
    if (p->kind == PIECE_LITERAL) {
        return point == p->literal;
    }
    return point != (unsigned char)g->separator && (p->kind == PIECE_ONE || set_has(g, p, point));
}

/* A star that was passed: where the pattern goes on behind it, and how far in the text it reaches at present. */
typedef struct star {
    bool passed;
    bool by_parts; /* reaches only as far as a part begins */
    size_t pattern;
    size_t text;
} star;

/* Lets the star reach one character further, within its part. */
static bool stretch(star *s, ispy_str text, char separator) {
    uint32_t point;
    if (!s->passed || s->text == text.length || text.data[s->text] == separator) {
        return false;
    }
    s->text += step(text.data, text.length, s->text, &point);
    return true;
}

/* Lets the deep star reach to the next place where a match may begin: the next character, or the next part. */
static bool stretch_deep(star *deep, ispy_str text, char separator, bool to_part) {
    uint32_t point;
    if (!deep->passed || deep->text == text.length) {
        return false;
    }
    if (!to_part) {
        deep->text += step(text.data, text.length, deep->text, &point);
        return true;
    }
    const char *end = memchr(text.data + deep->text, separator, text.length - deep->text);
    deep->text = end == NULL ? text.length : (size_t)(end - text.data) + 1;
    return end != NULL;
}

/* Stands for itself, and is a character of its own. */
static bool is_plain(char c) {
    return (unsigned char)c < 0x80 && c != '*' && c != '?' && c != '[';
}

/* What lies between two stars is taken where it first fits: that leaves the most for the rest, so an earlier star need
 * never be asked again. When a `*` is stuck at the end of its part, it would be from any later place in the part where
 * the deep star stands as well, so that one moves on to the next part; this is what keeps the time bounded. */
static bool match(const glob *g, ispy_str text) {
    star shallow = {false, false, 0, 0};
    star deep = {false, false, 0, 0};
    size_t at = 0;
    while (at < g->length && at < text.length && g->data[at] == text.data[at] && is_plain(g->data[at])) {
        at++; /* most patterns begin with a whole name */
    }
    size_t t = at;
    for (;;) {
        piece p = piece_at(g, at);
        uint32_t point = 0;
        size_t length = t < text.length ? step(text.data, text.length, t, &point) : 0;
        if (p.kind == PIECE_END && length == 0) {
            return true;
        }
        if (p.kind == PIECE_STAR) {
            shallow = (star){true, false, p.next, t};
            at = p.next;
        } else if (p.kind == PIECE_DEEP || p.kind == PIECE_PARTS) {
            shallow.passed = false;
            deep = (star){true, p.kind == PIECE_PARTS, p.next, t};
            at = p.next;
        } else if (p.kind != PIECE_END && length > 0 && piece_takes(g, &p, point)) {
            at = p.next;
            t += length;
        } else if (stretch(&shallow, text, g->separator)) {
            at = shallow.pattern;
            t = shallow.text;
        } else if (stretch_deep(&deep, text, g->separator, deep.by_parts || shallow.passed)) {
            shallow.passed = false;
            at = deep.pattern;
            t = deep.text;
        } else {
            return false;
        }
    }
}

bool ispy_glob_match(ispy_str pattern, ispy_str text, char separator) {
    if (pattern.data == NULL || text.data == NULL) {
        return false;
    }
    glob g = {pattern.data, pattern.length, separator, 0};
    for (size_t i = pattern.length; i > 0 && g.last_close == 0; i--) {
        g.last_close = pattern.data[i - 1] == ']' ? i - 1 : 0;
    }
    return match(&g, text);
}

static bool is_special(char c) {
    return c == '*' || c == '?' || c == '[';
}

size_t ispy_glob_prefix(ispy_str pattern) {
    size_t i = 0;
    while (i < pattern.length && !is_special(pattern.data[i])) {
        i++;
    }
    return i;
}

bool ispy_glob_is_literal(ispy_str pattern) {
    return ispy_glob_prefix(pattern) == pattern.length;
}
