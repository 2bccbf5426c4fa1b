/* From places in a YAML scalar's text back to places in the file. */
#ifndef ISPY_LOAD_STUB_PLACE_H
#define ISPY_LOAD_STUB_PLACE_H

#include "load/fault.h"

/* Walks the file's text and the scalar's text side by side. Asking in order takes linear time. */
typedef struct ispy_place_map {
    const ispy_source *source;
    const ispy_node *node;
    size_t text;       /* bytes of the scalar's text behind it */
    ispy_span text_at; /* that place, as a line and column of the scalar's text */
    size_t file;       /* bytes of the file behind it */
    ispy_span file_at;
    size_t looked_at; /* between `file` and here, blanks run into no line end */
    bool lost;        /* the two texts could not be held side by side */
} ispy_place_map;

void ispy_place_map_init(ispy_place_map *map, const ispy_source *source, const ispy_node *node);
/* The place in the file of a place in the scalar's text; the scalar's own place where it cannot be told. */
ispy_span ispy_place_map_find(ispy_place_map *map, ispy_span in_text);

#endif
