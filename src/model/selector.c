/* Which contracts select a module.
 *
 * Each pattern is filed under its literal beginning, cut back to whole parts: "acme.plugins.*" under "acme.plugins",
 * "/srv/app/plug*" under "/srv/app", "*" under "". A module can only be selected by patterns filed under a beginning of
 * its own name or path, so a few look-ups find all of them, however many contracts there are for other packages. What
 * is found is then matched in full. Contracts with nothing but a file name are filed under that.
 *
 * Must not know: how contracts were loaded, the file system. */
#include "model/selector.h"

#include "base/glob.h"

#include <string.h>

enum {
    MAX_PARTS = 24,                /* of a beginning that patterns are filed under; longer ones are cut */
    MAX_FOUND = 2 * MAX_PARTS + 3, /* beginnings of a name, of a path (each with the empty one), and the file name */
    FIRST_PART_WORDS = 16          /* 1,024 bits */
};

/* Contracts filed under one text, in the order of loading: a chain through `entries`. */
typedef struct bucket {
    const char *data; /* NULL: a free slot */
    uint32_t length;
    uint32_t hash;
    uint32_t first;
    uint32_t last;
} bucket;

typedef struct pattern_index {
    char separator;
    bucket *buckets; /* open addressing, at most half full */
    uint32_t capacity;
    uint32_t deepest; /* parts of the longest text that something is filed under */
} pattern_index;

typedef struct entry {
    uint32_t contract;
    uint32_t next; /* NONE: the last */
} entry;

#define NONE UINT32_MAX

struct ispy_selector {
    const ispy_contract *const *contracts;
    entry *entries;
    uint32_t entry_count;
    pattern_index modules;
    pattern_index files;
    pattern_index filenames;
    uint64_t first_parts[FIRST_PART_WORDS]; /* a bit for each hash of the first part of a name pattern */
    bool by_path;
    bool asks_for_path;
};

/* FNV-1a, byte by byte: beginnings of one text are hashed in one go. */
static const uint32_t hash_start = 2166136261u;

static uint32_t hash_step(uint32_t hash, char byte) {
    return (hash ^ (unsigned char)byte) * 16777619u;
}

static bucket *find_bucket(const pattern_index *index, const char *data, uint32_t length, uint32_t hash) {
    uint32_t i = hash & (index->capacity - 1);
    bucket *found = &index->buckets[i];
    while (found->data != NULL &&
           (found->hash != hash || found->length != length || memcmp(found->data, data, length) != 0)) {
        i = (i + 1) & (index->capacity - 1);
        found = &index->buckets[i];
    }
    return found;
}

/* ---- building ---- */

static int index_init(pattern_index *index, ispy_arena *arena, char separator, uint32_t patterns) {
    uint32_t capacity = 4;
    while (capacity / 2 <= patterns) {
        if (capacity > UINT32_MAX / 4) {
            return ISPY_ENOMEM;
        }
        capacity *= 2;
    }
    *index = (pattern_index){separator, ispy_arena_array(arena, capacity, sizeof(bucket)), capacity, 0};
    return index->buckets == NULL ? ISPY_ENOMEM : ISPY_OK;
}

static void file_under(ispy_selector *selector, pattern_index *index, const char *data, uint32_t length,
                       uint32_t contract) {
    uint32_t hash = hash_start;
    for (uint32_t i = 0; i < length; i++) {
        hash = hash_step(hash, data[i]);
    }
    bucket *found = find_bucket(index, data, length, hash);
    if (found->data == NULL) {
        *found = (bucket){data, length, hash, NONE, NONE};
    } else if (selector->entries[found->last].contract == contract) {
        return;
    }
    uint32_t added = selector->entry_count++;
    selector->entries[added] = (entry){contract, NONE};
    if (found->last == NONE) {
        found->first = added;
    } else {
        selector->entries[found->last].next = added;
    }
    found->last = added;
}

/* The literal beginning of a pattern in whole parts, at most MAX_PARTS of them; gives its length and the number of
 * parts. */
static uint32_t beginning_of(ispy_str pattern, char separator, uint32_t *parts) {
    size_t literal = ispy_glob_prefix(pattern);
    uint32_t length = 0;
    *parts = 0;
    for (uint32_t i = 1; i <= literal && *parts < MAX_PARTS; i++) {
        bool ends_part = i < pattern.length ? pattern.data[i] == separator : true;
        if (ends_part && (i < literal || i == pattern.length)) {
            length = i;
            (*parts)++;
        }
    }
    return length;
}

static void file_patterns(ispy_selector *selector, pattern_index *index, const ispy_pattern *patterns, uint32_t count,
                          uint32_t contract) {
    for (uint32_t i = 0; i < count; i++) {
        if (!patterns[i].negated) {
            uint32_t parts;
            uint32_t length = beginning_of(patterns[i].text, index->separator, &parts);
            index->deepest = parts > index->deepest ? parts : index->deepest;
            file_under(selector, index, patterns[i].text.data, length, contract);
        }
    }
}

/* A pattern that begins with a wildcard may begin with anything. */
static void note_first_part(ispy_selector *selector, ispy_str pattern) {
    uint32_t parts;
    uint32_t length = beginning_of(pattern, '.', &parts);
    uint32_t hash = hash_start;
    for (uint32_t i = 0; i < length && pattern.data[i] != '.'; i++) {
        hash = hash_step(hash, pattern.data[i]);
    }
    selector->first_parts[hash >> 6 & (FIRST_PART_WORDS - 1)] |= (uint64_t)1 << (hash & 63);
    if (length == 0) {
        memset(selector->first_parts, 0xFF, sizeof selector->first_parts);
    }
}

static bool selects_by_filename_alone(const ispy_contract *contract) {
    return contract->module_pattern_count == 0 && contract->file_pattern_count == 0 &&
           contract->body.filename.data != NULL;
}

static int allocate(ispy_selector *selector, ispy_arena *arena, uint32_t count) {
    uint32_t modules = 0;
    uint32_t files = 0;
    uint32_t filenames = 0;
    for (uint32_t i = 0; i < count; i++) {
        modules += selector->contracts[i]->module_pattern_count;
        files += selector->contracts[i]->file_pattern_count;
        filenames += selects_by_filename_alone(selector->contracts[i]);
        selector->asks_for_path = selector->asks_for_path || selector->contracts[i]->file_pattern_count > 0 ||
                                  selector->contracts[i]->body.filename.data != NULL;
    }
    selector->by_path = files > 0 || filenames > 0;
    selector->entries = ispy_arena_array(arena, (size_t)modules + files + filenames, sizeof *selector->entries);
    bool failed = selector->entries == NULL || index_init(&selector->modules, arena, '.', modules) != ISPY_OK ||
                  index_init(&selector->files, arena, '/', files) != ISPY_OK ||
                  index_init(&selector->filenames, arena, '/', filenames) != ISPY_OK;
    return failed ? ISPY_ENOMEM : ISPY_OK;
}

int ispy_selector_new(const ispy_selector **out, ispy_arena *arena, const ispy_contract *const *contracts,
                      uint32_t count) {
    ispy_selector *selector = ispy_arena_alloc(arena, sizeof *selector);
    if (selector == NULL) {
        return ISPY_ENOMEM;
    }
    selector->contracts = contracts;
    if (allocate(selector, arena, count) != ISPY_OK) {
        return ISPY_ENOMEM;
    }
    for (uint32_t i = 0; i < count; i++) {
        const ispy_contract *contract = contracts[i];
        file_patterns(selector, &selector->modules, contract->modules, contract->module_pattern_count, i);
        for (uint32_t k = 0; k < contract->module_pattern_count; k++) {
            note_first_part(selector, contract->modules[k].text);
        }
        file_patterns(selector, &selector->files, contract->files, contract->file_pattern_count, i);
        if (selects_by_filename_alone(contract)) {
            file_under(selector, &selector->filenames, contract->body.filename.data, contract->body.filename.length, i);
        }
    }
    *out = selector;
    return ISPY_OK;
}

/* ---- matching one contract ---- */

static bool patterns_select(const ispy_pattern *patterns, uint32_t count, ispy_str text, char separator) {
    bool selected = false;
    if (text.data == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        if ((patterns[i].negated || !selected) && ispy_glob_match(patterns[i].text, text, separator)) {
            if (patterns[i].negated) {
                return false;
            }
            selected = true;
        }
    }
    return selected;
}

static ispy_str last_part(ispy_str path) {
    uint32_t begin = path.length;
    while (begin > 0 && path.data[begin - 1] != '/') {
        begin--;
    }
    return (ispy_str){path.data + begin, path.length - begin, 0};
}

/* `modules:` and `files:` are two ways in; `filename:` narrows them, and selects where it stands alone. A path that is
 * not known narrows nothing: better one module too many is looked at than one too few. */
bool ispy_contract_selects(const ispy_contract *contract, ispy_str name, ispy_str path) {
    bool selected = patterns_select(contract->modules, contract->module_pattern_count, name, '.') ||
                    patterns_select(contract->files, contract->file_pattern_count, path, '/');
    if (contract->body.filename.data == NULL) {
        return selected;
    }
    bool named = path.data != NULL && ispy_str_equal(last_part(path), contract->body.filename);
    return selects_by_filename_alone(contract) ? named : selected && (named || path.data == NULL);
}

/* ---- asking ---- */

/* Calls for each bucket that the text may be filed under: "", "a", "a.b", "a.b.c". Gives the number of those found. */
static uint32_t find_beginnings(const bucket **found, const pattern_index *index, ispy_str text) {
    uint32_t count = 0;
    uint32_t parts = 0;
    uint32_t hash = hash_start;
    for (uint32_t i = 0; i <= text.length; i++) {
        bool ends_part = i == 0 || i == text.length || text.data[i] == index->separator;
        if (ends_part) {
            const bucket *candidate = find_bucket(index, text.data, i, hash);
            if (candidate->data != NULL) {
                found[count++] = candidate;
            }
            if (i > 0 && ++parts == index->deepest) {
                break;
            }
            if (index->deepest == 0) {
                break;
            }
        }
        if (i < text.length) {
            hash = hash_step(hash, text.data[i]);
        }
    }
    return count;
}

static uint32_t find_filename(const bucket **found, const pattern_index *index, ispy_str path) {
    ispy_str name = last_part(path);
    uint32_t hash = hash_start;
    for (uint32_t i = 0; i < name.length; i++) {
        hash = hash_step(hash, name.data[i]);
    }
    const bucket *candidate = find_bucket(index, name.data, name.length, hash);
    found[0] = candidate;
    return candidate->data != NULL;
}

/* Walks the chains side by side, so that contracts come in the order of loading, each once. */
void ispy_selector_visit(const ispy_selector *selector, ispy_str name, ispy_str path, ispy_contract_visitor visit,
                         void *user) {
    const bucket *found[MAX_FOUND];
    uint32_t at[MAX_FOUND];
    uint32_t count = name.data == NULL ? 0 : find_beginnings(found, &selector->modules, name);
    if (selector->by_path && path.data != NULL) {
        count += find_beginnings(found + count, &selector->files, path);
        count += find_filename(found + count, &selector->filenames, path);
    }
    for (uint32_t i = 0; i < count; i++) {
        at[i] = found[i]->first;
    }
    for (;;) {
        uint32_t next = NONE;
        for (uint32_t i = 0; i < count; i++) {
            if (at[i] != NONE && selector->entries[at[i]].contract < next) {
                next = selector->entries[at[i]].contract;
            }
        }
        if (next == NONE) {
            return;
        }
        for (uint32_t i = 0; i < count; i++) {
            if (at[i] != NONE && selector->entries[at[i]].contract == next) {
                at[i] = selector->entries[at[i]].next;
            }
        }
        if (ispy_contract_selects(selector->contracts[next], name, path) && !visit(selector->contracts[next], user)) {
            return;
        }
    }
}

bool ispy_selector_may_select(const ispy_selector *selector, ispy_str name) {
    const bucket *found[MAX_PARTS + 1];
    if (selector->by_path) {
        return true;
    }
    if (name.data == NULL) {
        return false;
    }
    uint32_t count = find_beginnings(found, &selector->modules, name);
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t at = found[i]->first; at != NONE; at = selector->entries[at].next) {
            const ispy_contract *contract = selector->contracts[selector->entries[at].contract];
            if (patterns_select(contract->modules, contract->module_pattern_count, name, '.')) {
                return true;
            }
        }
    }
    return false;
}

bool ispy_selector_knows_first_part(const ispy_selector *selector, const char *part, size_t length) {
    uint32_t hash = hash_start;
    for (size_t i = 0; i < length; i++) {
        hash = hash_step(hash, part[i]);
    }
    return (selector->first_parts[hash >> 6 & (FIRST_PART_WORDS - 1)] >> (hash & 63) & 1) != 0;
}

bool ispy_selector_asks_for_path(const ispy_selector *selector) {
    return selector->asks_for_path;
}

bool ispy_selector_by_path(const ispy_selector *selector) {
    return selector->by_path;
}
