/* Arenas: chunks that grow geometrically, each handed out from its front to its end, all freed at once.
 * Must not know: what is put into the memory. */
#include <importspy/base.h>

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define ISPY_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ISPY_ASAN 1
#endif
#endif

/* Many arenas live for one comparison: their first chunk is small enough for the C library to hand out at once. */
enum { FIRST_CHUNK = 1024, LARGEST_CHUNK = 1024 * 1024 };

/* AddressSanitizer sees a chunk as one block. Told what is handed out, with a gap after each piece, it also catches a
 * step from one piece into the next. */
#ifdef ISPY_ASAN
#include <sanitizer/asan_interface.h>
enum { GAP = 16 };
static void forbid(const void *data, size_t size) {
    ASAN_POISON_MEMORY_REGION(data, size);
}
static void permit(const void *data, size_t size) {
    ASAN_UNPOISON_MEMORY_REGION(data, size);
}
#else
enum { GAP = 0 };
static void forbid(const void *data, size_t size) {
    (void)data;
    (void)size;
}
static void permit(const void *data, size_t size) {
    (void)data;
    (void)size;
}
#endif

typedef struct chunk {
    struct chunk *next;
    size_t capacity; /* bytes behind the header */
    size_t used;     /* a multiple of the alignment */
    alignas(max_align_t) unsigned char data[];
} chunk;

struct ispy_arena {
    chunk *current; /* the first of the list; pieces come from this one only */
    size_t next_capacity;
    size_t size;
};

ispy_arena *ispy_arena_new(void) {
    ispy_arena *arena = calloc(1, sizeof *arena);
    if (arena != NULL) {
        arena->next_capacity = FIRST_CHUNK - sizeof(chunk);
        arena->size = sizeof *arena;
    }
    return arena;
}

void ispy_arena_free(ispy_arena *arena) {
    if (arena == NULL) {
        return;
    }
    for (chunk *c = arena->current; c != NULL;) {
        chunk *next = c->next;
        permit(c->data, c->capacity);
        free(c);
        c = next;
    }
    free(arena);
}

static chunk *chunk_new(ispy_arena *arena, size_t capacity) {
    chunk *c = malloc(sizeof *c + capacity); /* each piece is zeroed when it is handed out */
    if (c != NULL) {
        c->next = NULL;
        c->used = 0;
        c->capacity = capacity;
        arena->size += sizeof *c + capacity;
        forbid(c->data, capacity);
    }
    return c;
}

/* A chunk with `size` bytes free. A piece that would fill most of a chunk gets its own, behind the current one, whose
 * rest stays in use. */
static chunk *chunk_for(ispy_arena *arena, size_t size) {
    chunk *current = arena->current;
    if (current != NULL && size <= current->capacity - current->used) {
        return current;
    }
    bool large = size > arena->next_capacity / 2;
    chunk *c = chunk_new(arena, large ? size : arena->next_capacity);
    if (c == NULL) {
        return NULL;
    }
    if (large && current != NULL) {
        c->next = current->next;
        current->next = c;
        return c;
    }
    c->next = current;
    arena->current = c;
    if (!large && arena->next_capacity < LARGEST_CHUNK) {
        arena->next_capacity *= 2;
    }
    return c;
}

void *ispy_arena_reserve(ispy_arena *arena, size_t size) {
    const size_t alignment = alignof(max_align_t);
    if (size > (size_t)PTRDIFF_MAX - sizeof(chunk) - alignment - GAP) { /* no object is larger than PTRDIFF_MAX */
        return NULL;
    }
    size_t stride = (size + (size == 0) + GAP + alignment - 1) / alignment * alignment;
    chunk *c = chunk_for(arena, stride);
    if (c == NULL) {
        return NULL;
    }
    void *piece = c->data + c->used;
    c->used += stride;
    permit(piece, size);
    return piece;
}

void *ispy_arena_alloc(ispy_arena *arena, size_t size) {
    void *piece = ispy_arena_reserve(arena, size);
    if (piece != NULL) {
        memset(piece, 0, size);
    }
    return piece;
}

void *ispy_arena_array(ispy_arena *arena, size_t count, size_t size) {
    if (size != 0 && count > SIZE_MAX / size) {
        return NULL;
    }
    return ispy_arena_alloc(arena, count * size);
}

int ispy_arena_str(ispy_str *out, ispy_arena *arena, const char *data, size_t length) {
    if (length >= UINT32_MAX) {
        return ISPY_EINVAL;
    }
    char *copy = ispy_arena_reserve(arena, length + 1);
    if (copy == NULL) {
        return ISPY_ENOMEM;
    }
    if (length > 0) {
        memcpy(copy, data, length);
    }
    copy[length] = '\0';
    *out = ispy_str_of(copy, length);
    return ISPY_OK;
}

size_t ispy_arena_size(const ispy_arena *arena) {
    return arena->size;
}
