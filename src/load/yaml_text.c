/* A file's text before YAML sees it: encoding, control characters, lines.
 * Must not know: YAML's syntax, yaml.h. */
#include "load/yaml_text.h"

#include "base/error.h"
#include "base/utf8.h"

#include <string.h>

static const char utf8_mark[] = "\xEF\xBB\xBF";
enum { UTF8_MARK_LENGTH = 3 };

static int wrong_encoding(const ispy_loader *loader, const char *found) {
    ispy_error_set(loader->error, ISPY_EINVAL, "the file is encoded as %s, but a contract is UTF-8", found);
    ispy_error_code(loader->error, ISPY_FAULT_ENCODING);
    ispy_error_hint(loader->error, "save the file as UTF-8");
    /* No excerpt: the bytes are no text. */
    ispy_error_place(loader->error, loader->source->path.data, (ispy_str){NULL, 0, 0}, (ispy_span){1, 1, 0});
    return ISPY_EINVAL;
}

/* By their byte order marks, or by the NUL bytes around the first character, which is ASCII in any contract. */
static int check_wide_encodings(const ispy_loader *loader) {
    static const struct {
        const char *bytes;
        size_t length;
        const char *name;
    } marks[] = {
        {"\xFF\xFE\0\0", 4, "UTF-32"},
        {"\0\0\xFE\xFF", 4, "UTF-32"},
        {"\xFF\xFE", 2, "UTF-16"},
        {"\xFE\xFF", 2, "UTF-16"},
    };
    ispy_str text = loader->source->text;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (text.length >= marks[i].length && memcmp(text.data, marks[i].bytes, marks[i].length) == 0) {
            return wrong_encoding(loader, marks[i].name);
        }
    }
    if (text.length >= 4 && text.length % 2 == 0) {
        bool a = text.data[0] == 0, b = text.data[1] == 0, c = text.data[2] == 0, d = text.data[3] == 0;
        if ((a && b && c && !d) || (!a && b && c && d)) {
            return wrong_encoding(loader, "UTF-32");
        }
        if ((a && !b && c && !d) || (!a && b && !c && d)) {
            return wrong_encoding(loader, "UTF-16");
        }
    }
    return ISPY_OK;
}

static int too_large(const ispy_loader *loader) {
    ispy_error_set(loader->error, ISPY_EINVAL, "the file has more than %d bytes, which is the most for a contract",
                   ISPY_YAML_MAX_BYTES);
    ispy_error_code(loader->error, ISPY_FAULT_LIMIT);
    ispy_error_place(loader->error, loader->source->path.data, (ispy_str){NULL, 0, 0}, (ispy_span){0, 0, 0});
    return ISPY_EINVAL;
}

/* What YAML allows, without U+FEFF in the middle being an offence (libyaml's set is the same). */
static bool is_printable(uint32_t point) {
    return point == '\t' || point == '\n' || point == '\r' || (point >= 0x20 && point <= 0x7E) || point == 0x85 ||
           (point >= 0xA0 && point <= 0xD7FF) || (point >= 0xE000 && point <= 0xFFFD) || point >= 0x10000;
}

static int bad_character(const ispy_loader *loader, ispy_span at, uint32_t point) {
    if (ispy_utf8_is_stray(point)) {
        ispy_fault(loader, ISPY_FAULT_ENCODING, at, "the byte 0x%02X is not valid UTF-8", point & 0xFFU);
        ispy_error_hint(loader->error, "save the file as UTF-8");
        return ISPY_EINVAL;
    }
    if (point == 0) {
        return ispy_fault(loader, ISPY_FAULT_ENCODING, at, "a NUL byte stands here: this is not a text file");
    }
    ispy_fault(loader, ISPY_FAULT_ENCODING, at, "the control character U+%04X is not allowed in YAML", point);
    ispy_error_hint(loader->error, "in double quotes it can be written as \"\\u%04X\"", point);
    return ISPY_EINVAL;
}

static bool ends_line(ispy_str text, size_t i) {
    return text.data[i] == '\n' || (text.data[i] == '\r' && (i + 1 == text.length || text.data[i + 1] != '\n'));
}

/* At least as many as there are: "\r\n" counts twice. */
static uint32_t count_lines(ispy_str text) {
    static const char ends[] = {'\n', '\r'};
    uint32_t count = 1;
    for (size_t i = 0; i < sizeof ends; i++) {
        const char *end = text.data + text.length;
        for (const char *at = text.data; at < end && (at = memchr(at, ends[i], (size_t)(end - at))) != NULL; at++) {
            count++;
        }
    }
    return count;
}

/* Whether eight bytes are ' ' to '~', which nearly all are: none below, none above, no DEL. */
static bool are_plain(const char *data) {
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t word;
    memcpy(&word, data, sizeof word);
    return ((word | (word + ones) | ((word - ones * 0x20) & ~word)) & (ones << 7)) == 0;
}

int ispy_text_map_new(ispy_text_map *out, const ispy_loader *loader, ispy_arena *scratch) {
    ispy_str text = loader->source->text;
    if (text.length > ISPY_YAML_MAX_BYTES) {
        return too_large(loader);
    }
    int status = check_wide_encodings(loader);
    if (status != ISPY_OK) {
        return status;
    }
    ispy_line_start *lines = ispy_arena_array(scratch, count_lines(text), sizeof *lines);
    if (lines == NULL) {
        return ispy_fault_nomem(loader);
    }
    uint32_t skipped = text.length >= UTF8_MARK_LENGTH && memcmp(text.data, utf8_mark, UTF8_MARK_LENGTH) == 0;
    skipped *= UTF8_MARK_LENGTH;
    lines[0] = (ispy_line_start){0, skipped};
    uint32_t line = 0;
    uint32_t index = 0;
    for (size_t i = skipped; i < text.length; index++) {
        for (; text.length - i >= 8 && are_plain(text.data + i); i += 8) {
            index += 8;
        }
        if (i == text.length) {
            break;
        }
        if (text.data[i] >= 0x20 && text.data[i] <= 0x7E) {
            i++;
            continue;
        }
        uint32_t point;
        size_t step = ispy_utf8_step(text.data + i, text.length - i, &point);
        if (ispy_utf8_is_stray(point) || !is_printable(point)) {
            return bad_character(loader, (ispy_span){line + 1, index - lines[line].index + 1, 1}, point);
        }
        if (ends_line(text, i)) {
            lines[++line] = (ispy_line_start){index + 1, (uint32_t)i + 1};
        }
        i += step;
    }
    bool is_ascii = index == text.length - skipped;
    *out = (ispy_text_map){text, lines, line + 1, 0, skipped, 0, skipped, is_ascii};
    return ISPY_OK;
}

static bool is_in_line(const ispy_text_map *map, uint32_t line, size_t index) {
    return line < map->line_count && map->lines[line].index <= index &&
           (line + 1 == map->line_count || index < map->lines[line + 1].index);
}

static uint32_t find_line(ispy_text_map *map, size_t index) {
    for (uint32_t line = map->cursor_line; line < map->cursor_line + 3; line++) { /* mostly we go on where we were */
        if (is_in_line(map, line, index)) {
            map->cursor_line = line;
            return line;
        }
    }
    uint32_t low = 0;
    uint32_t high = map->line_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (map->lines[middle].index <= index) {
            low = middle;
        } else {
            high = middle;
        }
    }
    map->cursor_line = low;
    return low;
}

ispy_span ispy_text_map_point(ispy_text_map *map, size_t index) {
    uint32_t line = find_line(map, index);
    return (ispy_span){line + 1, (uint32_t)(index - map->lines[line].index) + 1, 0};
}

/* One past the last code point of the line, not counting its end. */
static uint32_t line_end(const ispy_text_map *map, uint32_t line) {
    ispy_line_start start = map->lines[line];
    uint32_t stop = line + 1 < map->line_count ? map->lines[line + 1].offset : map->text.length;
    while (stop > start.offset && (map->text.data[stop - 1] == '\n' || map->text.data[stop - 1] == '\r')) {
        stop--;
    }
    return start.index + (uint32_t)ispy_utf8_count(map->text.data + start.offset, stop - start.offset);
}

ispy_span ispy_text_map_span(ispy_text_map *map, size_t first, size_t last) {
    ispy_span span = ispy_text_map_point(map, first);
    bool runs_on = span.line < map->line_count && last >= map->lines[span.line].index;
    if (runs_on) {
        last = line_end(map, span.line - 1);
    }
    span.length = last > first ? (uint32_t)(last - first) : 0;
    return span;
}

uint32_t ispy_text_map_offset(ispy_text_map *map, size_t index) {
    if (map->is_ascii) {
        return index < map->text.length - map->skipped ? (uint32_t)index + map->skipped : map->text.length;
    }
    if (index < map->cursor_index) {
        ispy_line_start start = map->lines[find_line(map, index)];
        map->cursor_index = start.index;
        map->cursor_offset = start.offset;
    }
    while (map->cursor_index < index && map->cursor_offset < map->text.length) {
        do { /* the text is valid UTF-8: one first byte, and those that continue it */
            map->cursor_offset++;
        } while (((unsigned char)map->text.data[map->cursor_offset] & 0xC0) == 0x80);
        map->cursor_index++;
    }
    return map->cursor_offset;
}
