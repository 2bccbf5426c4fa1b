/* See glob_relation.h. Patterns are taken apart into pieces; two of them are walked at once, each pair of places once.
 * Must not know: modules, files, how a glob is matched against a text.
 */
#include "base/glob_relation.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_PIECES = 512 }; /* longer patterns are not compared */

typedef enum piece_kind {
    PIECE_LITERAL,
    PIECE_ONE,  /* ?, or a set: one character that is no separator */
    PIECE_STAR, /* any run of them */
    PIECE_DEEP, /* any run of characters */
    PIECE_PARTS /* nothing, or any run that ends with a separator */
} piece_kind;

typedef struct piece {
    piece_kind kind;
    uint32_t literal;
    ispy_str set; /* of ONE: as it is written; data == NULL: any */
} piece;

typedef struct pieces {
    piece items[MOST_PIECES];
    size_t count;
    char separator;
} pieces;

/* A set is closed by the first "]" behind its first member, if there is one. */
static size_t set_length(ispy_str pattern, size_t at) {
    size_t first = at + 1 + (at + 1 < pattern.length && pattern.data[at + 1] == '!');
    if (first + 1 >= pattern.length) {
        return 0;
    }
    const char *close = memchr(pattern.data + first + 1, ']', pattern.length - first - 1);
    return close == NULL ? 0 : (size_t)(close - pattern.data) + 1 - at;
}

/* How many bytes the piece takes. */
static size_t read_piece(piece *out, ispy_str pattern, size_t at, char separator) {
    size_t end = at;
    *out = (piece){.kind = PIECE_LITERAL};
    while (end < pattern.length && pattern.data[end] == '*') {
        end++;
    }
    if (end > at) {
        bool whole = separator == '/' && end - at > 1 && (at == 0 || pattern.data[at - 1] == '/') &&
                     end < pattern.length && pattern.data[end] == '/';
        out->kind = whole ? PIECE_PARTS : end - at > 1 ? PIECE_DEEP : PIECE_STAR;
        return end - at + whole;
    }
    if (pattern.data[at] == '?') {
        out->kind = PIECE_ONE;
        return 1;
    }
    size_t set = pattern.data[at] == '[' && separator == '/' ? set_length(pattern, at) : 0;
    if (set > 0) {
        out->kind = PIECE_ONE;
        out->set = ispy_str_of(pattern.data + at, set);
        return set;
    }
    return ispy_utf8_step(pattern.data + at, pattern.length - at, &out->literal);
}

static bool take_apart(pieces *out, ispy_str pattern, char separator) {
    out->count = 0;
    out->separator = separator;
    for (size_t at = 0; at < pattern.length;) {
        if (out->count == MOST_PIECES) {
            return false;
        }
        at += read_piece(&out->items[out->count++], pattern, at, separator);
    }
    return pattern.data != NULL;
}

static bool is_run(const piece *p) {
    return p->kind == PIECE_STAR || p->kind == PIECE_DEEP || p->kind == PIECE_PARTS;
}

static bool is_separator(const piece *p, char separator) {
    return p->kind == PIECE_LITERAL && p->literal == (unsigned char)separator;
}

/* ---- both ---- */

/* Two patterns on their way to the ends of both; `seen` has a byte for each pair of places. */
typedef struct walk {
    const pieces *a;
    const pieces *b;
    unsigned char *seen; /* 0: not yet; 1: no; 2: yes */
} walk;

typedef bool (*walk_function)(walk *w, size_t i, size_t j);

static bool once(walk *w, size_t i, size_t j, walk_function look) {
    unsigned char *seen = &w->seen[i * (w->b->count + 1) + j];
    if (*seen == 0) {
        *seen = 1; /* a way that leads back here is none */
        *seen = look(w, i, j) ? 2 : 1;
    }
    return *seen == 2;
}

static bool compare(ispy_str a, ispy_str b, char separator, walk_function look, bool unknown) {
    bool answer = unknown;
    pieces *both = malloc(2 * sizeof *both); /* owned */
    unsigned char *seen = NULL;              /* owned */
    if (both != NULL && take_apart(&both[0], a, separator) && take_apart(&both[1], b, separator)) {
        seen = calloc((both[0].count + 1) * (both[1].count + 1), 1);
    }
    if (seen != NULL) {
        walk w = {&both[0], &both[1], seen};
        answer = once(&w, 0, 0, look);
    }
    free(seen);
    free(both);
    return answer;
}

/* ---- may they meet? ---- */

/* Whether there is a character that both pieces take; sets are taken for any character. */
static bool share(const piece *a, const piece *b, char separator) {
    if (a->kind == PIECE_LITERAL && b->kind == PIECE_LITERAL) {
        return a->literal == b->literal;
    }
    const piece *literal = a->kind == PIECE_LITERAL ? a : b->kind == PIECE_LITERAL ? b : NULL;
    const piece *other = literal == a ? b : a;
    return literal == NULL || other->kind == PIECE_DEEP || other->kind == PIECE_PARTS ||
           !is_separator(literal, separator);
}

static bool meet(walk *w, size_t i, size_t j) {
    if (i == w->a->count && j == w->b->count) {
        return true;
    }
    const piece *a = i < w->a->count ? &w->a->items[i] : NULL;
    const piece *b = j < w->b->count ? &w->b->items[j] : NULL;
    if ((a != NULL && is_run(a) && once(w, i + 1, j, meet)) || (b != NULL && is_run(b) && once(w, i, j + 1, meet))) {
        return true;
    }
    if (a == NULL || b == NULL || !share(a, b, w->a->separator)) {
        return false;
    }
    size_t next_i = is_run(a) ? i : i + 1;
    size_t next_j = is_run(b) ? j : j + 1;
    return (next_i != i || next_j != j) && once(w, next_i, next_j, meet);
}

bool ispy_glob_may_meet(ispy_str a, ispy_str b, char separator) {
    return compare(a, b, separator, meet, true);
}

/* ---- does one cover the other? a: the wide one, b: the narrow one ---- */

static bool covers(walk *w, size_t i, size_t j);

/* A piece of the narrow pattern, taken whole by one character of the wide one. */
static bool takes_one(const piece *wide, const piece *narrow, char separator) {
    if (wide->kind == PIECE_LITERAL) {
        return narrow->kind == PIECE_LITERAL && narrow->literal == wide->literal;
    }
    if (wide->set.data != NULL) {
        return narrow->kind == PIECE_ONE && ispy_str_equal(wide->set, narrow->set);
    }
    return narrow->kind == PIECE_ONE || (narrow->kind == PIECE_LITERAL && !is_separator(narrow, separator));
}

/* ... swallowed by a run of the wide one, which goes on. */
static bool swallows(const piece *wide, const piece *narrow, char separator) {
    if (wide->kind == PIECE_STAR) {
        return narrow->kind == PIECE_STAR || narrow->kind == PIECE_ONE ||
               (narrow->kind == PIECE_LITERAL && !is_separator(narrow, separator));
    }
    return true;
}

/* "**" as a whole part ends where a part of the narrow pattern ends, or is nothing. */
static bool covers_parts(walk *w, size_t i, size_t j) {
    for (size_t k = j; k <= w->b->count; k++) {
        bool ends = k == j || w->b->items[k - 1].kind == PIECE_PARTS || is_separator(&w->b->items[k - 1], '/');
        if (ends && once(w, i + 1, k, covers)) {
            return true;
        }
    }
    return false;
}

static bool covers(walk *w, size_t i, size_t j) {
    if (i == w->a->count) {
        return j == w->b->count;
    }
    const piece *wide = &w->a->items[i];
    const piece *narrow = j < w->b->count ? &w->b->items[j] : NULL;
    if (wide->kind == PIECE_PARTS) {
        return covers_parts(w, i, j);
    }
    if (is_run(wide)) {
        return once(w, i + 1, j, covers) ||
               (narrow != NULL && swallows(wide, narrow, w->a->separator) && once(w, i, j + 1, covers));
    }
    return narrow != NULL && takes_one(wide, narrow, w->a->separator) && once(w, i + 1, j + 1, covers);
}

bool ispy_glob_covers(ispy_str wide, ispy_str narrow, char separator) {
    return compare(wide, narrow, separator, covers, false);
}
