/* The layout of an entry:
 *
 *     head        magic, checksum of all that stands between itself and the source, lengths, flags
 *     key         build, path, name
 *     structure
 *     code
 *     source
 *
 * Each part begins at a multiple of eight bytes; the gaps are zeros, and summed with the rest. */
#include "binding/cache_entry.h"

#include "binding/cache_folder.h"

#include <stdlib.h>
#include <string.h>

enum { PART_BUILD, PART_PATH, PART_NAME, PART_STRUCTURE, PART_CODE, PART_SOURCE, PART_COUNT };
enum { FLAG_PACKAGE = 1, FLAG_PLAIN = 2 };
enum { ALIGNMENT = 8 };

typedef struct head {
    uint64_t magic;
    uint64_t checksum;
    uint32_t lengths[PART_COUNT];
    uint32_t flags;
    uint32_t unused; /* zero */
} head;

static const uint64_t MAGIC = UINT64_C(0x31656863796d7369);
static const size_t SUMMED_FROM = offsetof(head, lengths);

/* ---- the checksum, which also makes the name ---- */

static uint64_t mix(uint64_t value) {
    value = (value ^ value >> 32) * UINT64_C(0xd6e8feb86659fd93);
    value = (value ^ value >> 29) * UINT64_C(0x9e3779b97f4a7c15);
    return value ^ value >> 32;
}

enum { LANES = 8 };

/* Sums of words, and sums of those sums, which tell where a word stands: Fletcher's way, in lanes that compilers put
 * into vector registers. It keeps up with memory, which nothing that is meant for secrets does. */
static inline void sum_up(uint64_t *restrict sums, uint64_t *restrict places, const char *restrict data) {
    for (int i = 0; i < LANES; i++) {
        uint64_t word;
        memcpy(&word, data + (size_t)i * sizeof word, sizeof word);
        sums[i] += word;
        places[i] += sums[i];
    }
}

static uint64_t checksum(const char *data, size_t length, uint64_t seed) {
    uint64_t sums[LANES] = {0};
    uint64_t places[LANES] = {0};
    size_t left = length;
    for (; left >= sizeof sums; data += sizeof sums, left -= sizeof sums) {
        sum_up(sums, places, data);
    }
    char rest[sizeof sums] = {0};
    memcpy(rest, data, left);
    sum_up(sums, places, rest);
    uint64_t sum = mix(length ^ seed);
    for (int i = 0; i < LANES; i++) {
        sum = mix(mix(sum ^ sums[i]) ^ places[i]);
    }
    return sum;
}

void ispy_cache_entry_name(char *out, const ispy_cache_key *key) {
    uint64_t hash = checksum(key->build.data, key->build.length, key->is_package ? 2 : 1);
    hash = checksum(key->path.data, key->path.length, hash);
    hash = checksum(key->name.data, key->name.length, hash);
    hash = checksum(key->source.data, key->source.length, hash);
    for (int i = 0; i < 16; i++, hash <<= 4) {
        out[i] = "0123456789abcdef"[hash >> 60];
    }
    memcpy(out + 16, ".ispy", sizeof ".ispy");
}

/* ---- the parts ---- */

static size_t padded(size_t length) {
    return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static uint32_t flags_of(const ispy_cache_key *key, bool plain) {
    return (key->is_package ? FLAG_PACKAGE : 0u) | (plain ? FLAG_PLAIN : 0u);
}

char *ispy_cache_entry_write(const ispy_cache_key *key, const ispy_cache_entry *entry, size_t *length) {
    const ispy_piece parts[PART_COUNT] = {key->build, key->path, key->name, entry->structure, entry->code, key->source};
    head h = {.magic = MAGIC, .flags = flags_of(key, entry->plain)};
    size_t whole = sizeof h;
    for (int i = 0; i < PART_COUNT; i++) {
        if (parts[i].length > ISPY_CACHE_MAX_ENTRY) {
            return NULL;
        }
        h.lengths[i] = (uint32_t)parts[i].length;
        whole += i == PART_SOURCE ? parts[i].length : padded(parts[i].length);
    }
    char *data = whole > ISPY_CACHE_MAX_ENTRY ? NULL : calloc(1, whole);
    if (data == NULL) {
        return NULL;
    }
    size_t at = sizeof h;
    for (int i = 0; i < PART_COUNT; i++) {
        if (i == PART_SOURCE) {
            memcpy(data, &h, sizeof h);
            h.checksum = checksum(data + SUMMED_FROM, at - SUMMED_FROM, MAGIC);
            memcpy(data, &h, sizeof h);
        }
        if (parts[i].length > 0) {
            memcpy(data + at, parts[i].data, parts[i].length);
        }
        at += padded(parts[i].length);
    }
    *length = whole;
    return data;
}

static bool equals(const char *data, ispy_piece piece) {
    return piece.length == 0 || memcmp(data, piece.data, piece.length) == 0;
}

bool ispy_cache_entry_read(ispy_cache_entry *out, const ispy_cache_key *key, const char *data, size_t length) {
    head h;
    if (length < sizeof h || length > ISPY_CACHE_MAX_ENTRY) {
        return false;
    }
    memcpy(&h, data, sizeof h);
    const ispy_piece wanted[PART_COUNT] = {
        [PART_BUILD] = key->build, [PART_PATH] = key->path, [PART_NAME] = key->name, [PART_SOURCE] = key->source};
    const char *found[PART_COUNT];
    size_t at = sizeof h;
    for (int i = 0; i < PART_COUNT; i++) {
        bool of_key = i != PART_STRUCTURE && i != PART_CODE;
        if (at > length || h.lengths[i] > length - at || (of_key && h.lengths[i] != wanted[i].length)) {
            return false;
        }
        found[i] = data + at;
        at += i == PART_SOURCE ? h.lengths[i] : padded(h.lengths[i]);
    }
    size_t source_at = (size_t)(found[PART_SOURCE] - data);
    if (at != length || h.magic != MAGIC || (h.flags | FLAG_PLAIN) != flags_of(key, true) ||
        h.checksum != checksum(data + SUMMED_FROM, source_at - SUMMED_FROM, MAGIC)) {
        return false;
    }
    for (int i = 0; i < PART_COUNT; i++) {
        if (!equals(found[i], wanted[i])) { /* structure and code are wanted as they are */
            return false;
        }
    }
    out->structure = (ispy_piece){found[PART_STRUCTURE], h.lengths[PART_STRUCTURE]};
    out->code = (ispy_piece){found[PART_CODE], h.lengths[PART_CODE]};
    out->plain = (h.flags & FLAG_PLAIN) != 0;
    return true;
}
