/* The layout of an entry:
 *
 *     head        magic, checksum of all that stands between itself and the source, lengths, flags, stamp
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
enum { FLAG_PACKAGE = 1, FLAG_PLAIN = 2, FLAG_USES = 4 };
enum { ALIGNMENT = 8 };

typedef struct head {
    uint64_t magic;
    uint64_t checksum;
    uint32_t lengths[PART_COUNT];
    uint32_t flags;
    uint32_t unused; /* zero */
    ispy_file_stamp stamp;
} head;
_Static_assert(sizeof(head) == ISPY_CACHE_HEAD_SIZE, "the head has no gaps");

static const uint64_t MAGIC = UINT64_C(0x32656863796d7369);
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
    uint64_t hash = checksum(key->build.data, key->build.length, (key->is_package ? 2 : 1) + (key->has_uses ? 2 : 0));
    hash = checksum(key->path.data, key->path.length, hash);
    hash = checksum(key->name.data, key->name.length, hash);
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
    return (key->is_package ? FLAG_PACKAGE : 0u) | (plain ? FLAG_PLAIN : 0u) | (key->has_uses ? FLAG_USES : 0u);
}

char *ispy_cache_entry_write(const ispy_cache_key *key, const ispy_cache_entry *entry, size_t *length) {
    const ispy_piece parts[PART_COUNT] = {key->build, key->path, key->name, entry->structure, entry->code, key->source};
    head h = {.magic = MAGIC, .flags = flags_of(key, entry->plain), .stamp = key->stamp};
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

size_t ispy_cache_entry_body(const char *data, size_t length) {
    head h;
    if (length < sizeof h) {
        return 0;
    }
    memcpy(&h, data, sizeof h);
    size_t body = sizeof h;
    for (int i = 0; i < PART_SOURCE; i++) {
        if (h.lengths[i] > ISPY_CACHE_MAX_ENTRY) {
            return 0;
        }
        body += padded(h.lengths[i]);
    }
    return h.magic == MAGIC && body <= ISPY_CACHE_MAX_ENTRY ? body : 0;
}

/* Whether it is of the source that the key speaks of: by its bytes, or by the stamp of its file. */
static bool is_of_source(const head *h, const ispy_cache_key *key, const char *data, size_t length, size_t body) {
    if (key->source.data == NULL) {
        return length == body && ispy_file_stamp_equal(&h->stamp, &key->stamp);
    }
    return h->lengths[PART_SOURCE] == key->source.length && length - body == key->source.length &&
           equals(data + body, key->source);
}

bool ispy_cache_entry_read(ispy_cache_entry *out, const ispy_cache_key *key, const char *data, size_t length) {
    const ispy_piece wanted[] = {[PART_BUILD] = key->build, [PART_PATH] = key->path, [PART_NAME] = key->name};
    size_t body = ispy_cache_entry_body(data, length);
    head h;
    if (body == 0 || body > length) {
        return false;
    }
    memcpy(&h, data, sizeof h);
    if ((h.flags | FLAG_PLAIN) != flags_of(key, true) || !is_of_source(&h, key, data, length, body) ||
        h.checksum != checksum(data + SUMMED_FROM, body - SUMMED_FROM, MAGIC)) {
        return false;
    }
    const char *at = data + sizeof h;
    for (int i = PART_BUILD; i <= PART_NAME; at += padded(h.lengths[i]), i++) {
        if (h.lengths[i] != wanted[i].length || !equals(at, wanted[i])) {
            return false;
        }
    }
    out->structure = (ispy_piece){at, h.lengths[PART_STRUCTURE]};
    out->code = (ispy_piece){at + padded(h.lengths[PART_STRUCTURE]), h.lengths[PART_CODE]};
    out->plain = (h.flags & FLAG_PLAIN) != 0;
    out->stamp = h.stamp;
    return true;
}
