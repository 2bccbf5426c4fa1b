/* Texts: hash and comparison.
 * Must not know: where the bytes come from, who owns them. */
#include <importspy/base.h>

#include <string.h>

/* Little-endian on every machine, so that the order of sorted names does not depend on it. */
static uint64_t load(const unsigned char *bytes, size_t count) {
    uint64_t word = 0;
    for (size_t i = 0; i < count; i++) {
        word |= (uint64_t)bytes[i] << (8 * i);
    }
    return word;
}

/* FNV-1a's scheme over words of eight bytes: whole source files are hashed on the way, byte by byte would show. */
static uint32_t hash_bytes(const char *data, size_t length) {
    const uint64_t prime = UINT64_C(0x9e3779b97f4a7c15); /* 2^64 divided by the golden ratio, odd */
    const unsigned char *bytes = (const unsigned char *)data;
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ length;
    for (; length >= 8; bytes += 8, length -= 8) {
        hash = (hash ^ load(bytes, 8)) * prime;
        hash ^= hash >> 29;
    }
    hash = (hash ^ load(bytes, length)) * prime;
    hash ^= hash >> 32;
    hash *= prime;
    return (uint32_t)(hash >> 32);
}

ispy_str ispy_str_of(const char *data, size_t length) {
    if (data == NULL) {
        return (ispy_str){NULL, 0, 0};
    }
    if (length >= UINT32_MAX) {
        length = UINT32_MAX - 1; /* the same bound as ispy_arena_str's, which is where such a text is refused */
    }
    return (ispy_str){data, (uint32_t)length, hash_bytes(data, length)};
}

ispy_str ispy_str_literal(const char *text) {
    return ispy_str_of(text, text == NULL ? 0 : strlen(text));
}

/* Does not ask the hashes: length and first byte tell most texts apart, and a slice made by hand compares right too. */
bool ispy_str_equal(ispy_str a, ispy_str b) {
    if (a.data == NULL || b.data == NULL) {
        return a.data == b.data;
    }
    return a.length == b.length && memcmp(a.data, b.data, a.length) == 0;
}
