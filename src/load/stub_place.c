/* From places in a YAML scalar's text back to places in the file: quotes, escapes, indentation and folded lines undone.
 * Must not know: what the text says. */
#include "load/stub_place.h"

#include "base/utf8.h"

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* One code point onward in a text, keeping count of lines and columns. */
static void advance(ispy_str text, size_t *at, ispy_span *place) {
    uint32_t point;
    bool ends_line = text.data[*at] == '\n' || (text.data[*at] == '\r' && text.data[*at + 1] != '\n');
    *at += ispy_utf8_step(text.data + *at, text.length - *at, &point);
    place->column++;
    if (ends_line) {
        place->line++;
        place->column = 1;
    }
}

static void advance_by(ispy_str text, size_t *at, ispy_span *place, size_t points) {
    while (points-- > 0 && *at < text.length) {
        advance(text, at, place);
    }
}

static void skip_blanks(ispy_str text, size_t *at, ispy_span *place) {
    while (*at < text.length && is_blank(text.data[*at])) {
        advance(text, at, place);
    }
}

/* A backslash at the end of a line in double quotes: the scalar's text knows nothing of it. */
static void skip_joined_lines(ispy_place_map *map) {
    ispy_str file = map->source->text;
    if (map->node->style != ISPY_STYLE_QUOTED || file.data[map->node->offset] != '"') {
        return;
    }
    while (map->file + 1 < file.length && file.data[map->file] == '\\' &&
           (file.data[map->file + 1] == '\n' || file.data[map->file + 1] == '\r')) {
        advance(file, &map->file, &map->file_at);
        skip_blanks(file, &map->file, &map->file_at);
    }
}

void ispy_place_map_init(ispy_place_map *map, const ispy_source *source, const ispy_node *node) {
    *map = (ispy_place_map){.source = source, .node = node, .text_at = {1, 1, 0}, .file = node->offset};
    map->file_at = (ispy_span){node->at.line, node->at.column, 0};
    if (map->file >= source->text.length) {
        map->lost = true;
        return;
    }
    char first = source->text.data[map->file];
    if (node->style == ISPY_STYLE_BLOCK) { /* the text begins on the line below "|" */
        uint32_t header = map->file_at.line;
        while (map->file < source->text.length && map->file_at.line == header) {
            advance(source->text, &map->file, &map->file_at);
        }
        skip_blanks(source->text, &map->file, &map->file_at);
        skip_blanks(node->text, &map->text, &map->text_at);
    } else if (node->style == ISPY_STYLE_QUOTED && (first == '"' || first == '\'')) {
        advance(source->text, &map->file, &map->file_at);
        skip_joined_lines(map);
    }
}

/* The blanks here run over the end of a line of the file: indentation and folding may have changed them. */
static bool at_line_end(ispy_place_map *map) {
    ispy_str file = map->source->text;
    size_t i = map->file;
    if (i < map->looked_at) {
        return false;
    }
    for (; i < file.length && is_blank(file.data[i]); i++) {
        if (file.data[i] == '\n' || file.data[i] == '\r') {
            return true;
        }
    }
    map->looked_at = i;
    return false;
}

/* Code points of the escape at this place in double quotes: "\n", "\x41", "\u0041", "\U00000041". */
static size_t escape_length(ispy_str file, size_t at) {
    if (at + 1 >= file.length) {
        return 1;
    }
    switch (file.data[at + 1]) {
    case 'x':
        return 4;
    case 'u':
        return 6;
    case 'U':
        return 10;
    default:
        return 2;
    }
}

/* One code point of the scalar's text, or one run of blanks, onward in both texts. */
static void step(ispy_place_map *map) {
    ispy_str file = map->source->text;
    ispy_str text = map->node->text;
    if (map->file >= file.length) {
        map->lost = true;
        return;
    }
    char in_file = file.data[map->file];
    bool quoted = map->node->style == ISPY_STYLE_QUOTED;
    char quote = file.data[map->node->offset];
    if (at_line_end(map)) {
        skip_blanks(file, &map->file, &map->file_at);
        skip_blanks(text, &map->text, &map->text_at);
    } else if (quoted && quote == '"' && in_file == '\\') {
        advance_by(file, &map->file, &map->file_at, escape_length(file, map->file));
        advance(text, &map->text, &map->text_at);
    } else {
        map->lost = in_file != text.data[map->text];
        advance_by(file, &map->file, &map->file_at, quoted && quote == '\'' && in_file == '\'' ? 2 : 1);
        advance(text, &map->text, &map->text_at);
    }
    skip_joined_lines(map);
}

static bool is_before(ispy_span a, ispy_span b) {
    return a.line < b.line || (a.line == b.line && a.column < b.column);
}

ispy_span ispy_place_map_find(ispy_place_map *map, ispy_span in_text) {
    if (in_text.line == 0 || map->lost) {
        return map->node->at;
    }
    if (is_before(in_text, map->text_at)) {
        ispy_place_map_init(map, map->source, map->node);
    }
    while (!map->lost && is_before(map->text_at, in_text)) {
        if (map->text >= map->node->text.length) {
            return map->node->at;
        }
        step(map);
    }
    bool exact = !map->lost && map->text_at.line == in_text.line && map->text_at.column == in_text.column;
    return exact ? (ispy_span){map->file_at.line, map->file_at.column, in_text.length} : map->node->at;
}
