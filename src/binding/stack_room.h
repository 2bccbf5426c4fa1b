/* Whether the stack of this thread is large enough to parse a text. */
#ifndef ISPY_BINDING_STACK_ROOM_H
#define ISPY_BINDING_STACK_ROOM_H

#include <stdbool.h>
#include <stddef.h>

/* Always true where the stack is large, or where its size cannot be asked for: then Python's own limits have to do. */
bool ispy_stack_has_room_for(const char *source, size_t length);

#endif
