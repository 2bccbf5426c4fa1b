/* What every other header stands on: status codes, text, places, errors, arenas.
 *
 * Return values. Every function that can fail returns an int: ISPY_OK or one of the negative codes below. The code
 * says whether the function could run; whether a contract holds is said by an ispy_verdict, never by a code.
 */
#ifndef IMPORTSPY_BASE_H
#define IMPORTSPY_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    ISPY_OK = 0,
    ISPY_ENOMEM = -1,  /* out of memory; never a verdict */
    ISPY_EINVAL = -2,  /* the input is wrong; the ispy_error says what and where */
    ISPY_EIO = -3,     /* a file could not be read; the ispy_error says why */
    ISPY_EFOREIGN = -4 /* a function handed in by the caller failed, and knows why (a Python exception is set, say) */
};

/* A piece of UTF-8 text. `data` is followed by a NUL byte that `length` (bytes) does not count, and may hold NULs.
 * A text that was not stated has data == NULL; an empty one has not. Who owns the bytes is said where a str is a
 * member. */
typedef struct ispy_str {
    const char *data;
    uint32_t length;
    uint32_t hash; /* of the bytes, the same for equal texts; made by ispy_str_of and ispy_arena_str only */
} ispy_str;

/* A stretch of one line of a source text. Lines and columns count from 1, columns and length in code points.
 * line == 0: the place is not known. length == 0: a point. */
typedef struct ispy_span {
    uint32_t line;
    uint32_t column;
    uint32_t length;
} ispy_span;

/* Why something could not be done. Lives on the caller's stack, owns nothing.
 * Strings are UTF-8 and NUL-terminated; too long ones are cut at a code point. */
typedef struct ispy_error {
    int status;        /* the code that was returned */
    char code[8];      /* "ISPY9xx" when a contract is at fault, else "" */
    char message[512]; /* one sentence: what was wanted, what was found */
    char hint[256];    /* what to do about it, or "" */
    char path[1024];   /* the file at fault, or "" */
    ispy_span at;      /* the place in that file */
    char excerpt[256]; /* the source line at that place, or "" */
} ispy_error;

/* Compares bytes; a text that was not stated equals only another such. */
bool ispy_str_equal(ispy_str a, ispy_str b);
/* Borrows `data`, which must be followed by a NUL byte. */
ispy_str ispy_str_of(const char *data, size_t length);
ispy_str ispy_str_literal(const char *text);

/* An arena: memory that is given out piece by piece and freed at once. Not thread-safe. */
typedef struct ispy_arena ispy_arena;

ispy_arena *ispy_arena_new(void);        /* NULL: out of memory */
void ispy_arena_free(ispy_arena *arena); /* NULL is welcome */
/* Zeroed, aligned for any type. NULL: out of memory. A size of 0 gives a valid pointer. */
void *ispy_arena_alloc(ispy_arena *arena, size_t size);
/* As above, but not zeroed. */
void *ispy_arena_reserve(ispy_arena *arena, size_t size);
/* As the first for an array; NULL also when count * size does not fit a size_t. */
void *ispy_arena_array(ispy_arena *arena, size_t count, size_t size);
/* Copies `length` bytes and adds a NUL byte. ISPY_ENOMEM, or ISPY_EINVAL for more than UINT32_MAX - 1 bytes. */
int ispy_arena_str(ispy_str *out, ispy_arena *arena, const char *data, size_t length);
/* Bytes taken from the system so far. */
size_t ispy_arena_size(const ispy_arena *arena);

#ifdef __cplusplus
}
#endif
#endif
