/* Bytes that grow. Must not know: what they are. */
#include "binding/uses_walk.h"

#include <string.h>

void ispy_uses_append(uses_buffer *buffer, const void *data, size_t length) {
    if (buffer->failed || length == 0) {
        return;
    }
    if (buffer->capacity - buffer->length < length) {
        size_t capacity = buffer->capacity * 2 + length + 64;
        char *grown = PyMem_Realloc(buffer->data, capacity);
        if (grown == NULL) {
            buffer->failed = true;
            return;
        }
        buffer->data = grown;
        buffer->capacity = capacity;
    }
    memcpy(buffer->data + buffer->length, data, length);
    buffer->length += length;
}

void ispy_uses_append_str(uses_buffer *buffer, ispy_str text) {
    ispy_uses_append(buffer, text.data, text.length);
}

void ispy_uses_buffer_free(uses_buffer *buffer) {
    PyMem_Free(buffer->data);
    memset(buffer, 0, sizeof *buffer);
}

ispy_str ispy_uses_take(uses_walk *u, uses_buffer *buffer) {
    ispy_str result = ispy_str_literal("");
    if (!buffer->failed && buffer->length > 0 &&
        ispy_arena_str(&result, u->walk.arena, buffer->data, buffer->length) != ISPY_OK) {
        buffer->failed = true;
    }
    if (buffer->failed) {
        ispy_walk_nomem(&u->walk);
    }
    ispy_uses_buffer_free(buffer);
    return result;
}
