/* The nearest of some names: Damerau-Levenshtein distance (adjacent letters swapped count as one), by rows.
 * Must not know: what the names are of. */
#include "base/suggest.h"

#include "base/utf8.h"

#include <limits.h>
#include <string.h>

enum {
    LONGEST = 64,
    EDIT = 4,       /* a letter added, left out, replaced, or swapped with its neighbour */
    SLIGHT_EDIT = 1 /* an underscore or hyphen added, left out or exchanged; upper for lower case */
};

typedef struct letters {
    uint32_t points[LONGEST];
    size_t count;
} letters;

static bool spell(letters *out, ispy_str name) {
    out->count = 0;
    if (name.data == NULL || name.length == 0 || name.length > LONGEST) {
        return false;
    }
    for (size_t i = 0; i < name.length; out->count++) {
        i += ispy_utf8_step(name.data + i, name.length - i, &out->points[out->count]);
    }
    return true;
}

static bool is_joint(uint32_t point) {
    return point == '_' || point == '-';
}

static uint32_t lower(uint32_t point) {
    return point >= 'A' && point <= 'Z' ? point - 'A' + 'a' : point;
}

static unsigned change_cost(uint32_t a, uint32_t b) {
    if (a == b) {
        return 0;
    }
    return lower(a) == lower(b) || (is_joint(a) && is_joint(b)) ? SLIGHT_EDIT : EDIT;
}

static unsigned gap_cost(uint32_t point) {
    return is_joint(point) ? SLIGHT_EDIT : EDIT;
}

static unsigned least(unsigned a, unsigned b) {
    return a < b ? a : b;
}

static unsigned distance(const letters *a, const letters *b) {
    unsigned rows[3][LONGEST + 1]; /* the one before the last, the last, the present one, by turns */
    rows[0][0] = 0;
    for (size_t j = 0; j < b->count; j++) {
        rows[0][j + 1] = rows[0][j] + gap_cost(b->points[j]);
    }
    for (size_t i = 0; i < a->count; i++) {
        const unsigned *before = rows[(i + 2) % 3];
        const unsigned *last = rows[i % 3];
        unsigned *row = rows[(i + 1) % 3];
        row[0] = last[0] + gap_cost(a->points[i]);
        for (size_t j = 0; j < b->count; j++) {
            unsigned cost = last[j] + change_cost(a->points[i], b->points[j]);
            cost = least(cost, last[j + 1] + gap_cost(a->points[i]));
            cost = least(cost, row[j] + gap_cost(b->points[j]));
            if (i > 0 && j > 0 && a->points[i] == b->points[j - 1] && a->points[i - 1] == b->points[j]) {
                cost = least(cost, before[j - 1] + EDIT);
            }
            row[j + 1] = cost;
        }
    }
    return rows[a->count % 3][b->count];
}

long ispy_suggest(ispy_str name, const ispy_str *candidates, size_t count) {
    letters wanted;
    letters candidate;
    if (!spell(&wanted, name)) {
        return -1;
    }
    unsigned length = (unsigned)wanted.count;
    unsigned limit = EDIT * (length / 3 > 1 ? length / 3 : 1);
    limit = least(limit, EDIT * length - 1); /* something of the name has to be left */
    long nearest = -1;
    for (size_t i = 0; i < count && i < LONG_MAX; i++) {
        if (!spell(&candidate, candidates[i]) || ispy_str_equal(name, candidates[i])) {
            continue;
        }
        unsigned cost = distance(&wanted, &candidate);
        if (cost <= limit) {
            nearest = (long)i;
            if (cost <= SLIGHT_EDIT) {
                break; /* nothing that differs is nearer */
            }
            limit = cost - 1;
        }
    }
    return nearest;
}
