/* A file's text before YAML sees it: whether it is text at all, and where its lines are.
 * Must not know: YAML's syntax, yaml.h. */
#ifndef ISPY_LOAD_YAML_TEXT_H
#define ISPY_LOAD_YAML_TEXT_H

#include "load/fault.h"

typedef struct ispy_line_start {
    uint32_t index;  /* code points before the line */
    uint32_t offset; /* bytes before the line */
} ispy_line_start;

/* Places counted in code points, turned into lines, columns and bytes. Lines end where ispy_line says so; YAML 1.1
 * knows further line ends (U+0085, U+2028, U+2029), which no editor counts. */
typedef struct ispy_text_map {
    ispy_str text;
    const ispy_line_start *lines; /* at least one */
    uint32_t line_count;
    uint32_t cursor_line;  /* of the last place that was asked for: asking in order takes linear time */
    uint32_t skipped;      /* bytes of a byte order mark: no code point */
    uint32_t cursor_index; /* the same for bytes */
    uint32_t cursor_offset;
    bool is_ascii; /* each code point is a byte */
} ispy_text_map;

/* Refuses what is too large, UTF-16, UTF-32, not UTF-8, or holds control characters. The map lives in `scratch`. */
int ispy_text_map_new(ispy_text_map *out, const ispy_loader *loader, ispy_arena *scratch);
/* A point. An index past the end stands for the end. */
ispy_span ispy_text_map_point(ispy_text_map *map, size_t index);
/* From `first` up to `last`, or to the end of its line. */
ispy_span ispy_text_map_span(ispy_text_map *map, size_t first, size_t last);
uint32_t ispy_text_map_offset(ispy_text_map *map, size_t index);

#endif
