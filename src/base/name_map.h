/* A hash table from names to numbers, in an arena. */
#ifndef ISPY_BASE_NAME_MAP_H
#define ISPY_BASE_NAME_MAP_H

#include <importspy/base.h>

typedef struct ispy_name_map {
    ispy_arena *arena;            /* borrowed */
    struct ispy_name_slot *slots; /* in the arena; names are borrowed */
    uint32_t capacity;            /* 0, or a power of two */
    uint32_t count;
} ispy_name_map;

void ispy_name_map_init(ispy_name_map *map, ispy_arena *arena);
bool ispy_name_map_find(const ispy_name_map *map, ispy_str name, uint32_t *value);
/* Adds the name or replaces its value; name.data != NULL. ISPY_OK or ISPY_ENOMEM. */
int ispy_name_map_put(ispy_name_map *map, ispy_str name, uint32_t value);

#endif
