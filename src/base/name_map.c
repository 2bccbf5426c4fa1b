/* A hash table from names to numbers: open addressing, doubled when half full. Must not know what the names are of. */
#include "base/name_map.h"

typedef struct ispy_name_slot {
    ispy_str name; /* data == NULL: free */
    uint32_t value;
} ispy_name_slot;

enum { FIRST_CAPACITY = 16 };

void ispy_name_map_init(ispy_name_map *map, ispy_arena *arena) {
    *map = (ispy_name_map){arena, NULL, 0, 0};
}

/* The slot of that name, or the free one where it belongs. At least half of the slots are free, so there is one. */
static ispy_name_slot *find_slot(ispy_name_slot *slots, uint32_t capacity, ispy_str name) {
    uint32_t i = (name.hash * 2654435769u) & (capacity - 1);
    while (slots[i].name.data != NULL && !ispy_str_equal(slots[i].name, name)) {
        i = (i + 1) & (capacity - 1);
    }
    return &slots[i];
}

bool ispy_name_map_find(const ispy_name_map *map, ispy_str name, uint32_t *value) {
    if (map->capacity == 0) {
        return false;
    }
    const ispy_name_slot *slot = find_slot(map->slots, map->capacity, name);
    if (slot->name.data == NULL) {
        return false;
    }
    *value = slot->value;
    return true;
}

static int grow(ispy_name_map *map) {
    if (map->capacity > UINT32_MAX / 4) {
        return ISPY_ENOMEM;
    }
    uint32_t capacity = map->capacity == 0 ? FIRST_CAPACITY : map->capacity * 2;
    ispy_name_slot *slots = ispy_arena_array(map->arena, capacity, sizeof *slots);
    if (slots == NULL) {
        return ISPY_ENOMEM;
    }
    for (uint32_t i = 0; i < map->capacity; i++) {
        if (map->slots[i].name.data != NULL) {
            *find_slot(slots, capacity, map->slots[i].name) = map->slots[i];
        }
    }
    map->slots = slots;
    map->capacity = capacity;
    return ISPY_OK;
}

int ispy_name_map_put(ispy_name_map *map, ispy_str name, uint32_t value) {
    if (map->count >= map->capacity / 2 && grow(map) != ISPY_OK) {
        return ISPY_ENOMEM;
    }
    ispy_name_slot *slot = find_slot(map->slots, map->capacity, name);
    if (slot->name.data == NULL) {
        slot->name = name;
        map->count++;
    }
    slot->value = value;
    return ISPY_OK;
}
