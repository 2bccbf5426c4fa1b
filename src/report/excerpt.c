/* See excerpt.h.
 *
 * Places are counted in code points, carets are set by columns: wide characters take two, combining ones none, and a
 * tab stays a tab in the line of carets, so that it is as wide there as above.
 */
#include "report/excerpt.h"

#include "base/utf8.h"
#include "report/report.h"

enum { BEFORE_CARET = 40 }; /* columns that are kept before the caret where a line is clipped */

/* Byte offset of the code point with that index; the end for one past it. */
static size_t offset_of(ispy_str line, size_t index) {
    size_t offset = 0;
    while (offset < line.length && index > 0) {
        uint32_t point;
        offset += ispy_utf8_step(line.data + offset, line.length - offset, &point);
        index--;
    }
    return offset;
}

static size_t columns(const char *data, size_t length) {
    size_t width = 0;
    for (size_t i = 0; i < length;) {
        uint32_t point;
        size_t step = ispy_utf8_step(data + i, length - i, &point);
        bool is_control = point < 0x20 || (point >= 0x7F && point <= 0x9F) || ispy_utf8_is_stray(point);
        width += is_control ? 1 : ispy_utf8_width(data + i, step);
        i += step;
    }
    return width;
}

/* Steps forward from `from` over that many columns, at most to `end`. */
static size_t forward(ispy_str line, size_t from, size_t end, size_t width) {
    size_t taken = 0;
    while (from < end && taken < width) {
        uint32_t point;
        size_t step = ispy_utf8_step(line.data + from, end - from, &point);
        taken += columns(line.data + from, step);
        from += step;
    }
    return from;
}

static void write_gutter(ispy_text *out, size_t gutter, uint32_t number) {
    if (number == 0) {
        ispy_text_repeat(out, ' ', gutter);
    } else {
        ispy_text_printf(out, "%*lu", (int)gutter, (unsigned long)number);
    }
    ispy_text_puts(out, " |");
}

static void write_carets(ispy_text *out, ispy_str line, size_t begin, size_t start, size_t end) {
    for (size_t i = begin; i < start;) {
        uint32_t point;
        size_t step = ispy_utf8_step(line.data + i, start - i, &point);
        if (point == '\t') {
            ispy_text_char(out, '\t');
        } else {
            ispy_text_repeat(out, ' ', columns(line.data + i, step));
        }
        i += step;
    }
    size_t width = columns(line.data + start, end - start);
    ispy_text_repeat(out, '^', width > 0 ? width : 1);
}

void ispy_lines_of(ispy_lines *lines, ispy_str text) {
    if (lines->text.data != text.data || lines->text.length != text.length) {
        *lines = (ispy_lines){.text = text};
    }
}

/* data == NULL: there is no such line. */
static ispy_str line_at(ispy_lines *lines, uint32_t number) {
    const ispy_str none = {NULL, 0, 0};
    if (lines->text.data == NULL || number == 0) {
        return none;
    }
    if (lines->line == 0 || number < lines->line) {
        lines->line = 1;
        lines->offset = 0;
    }
    const ispy_str rest = {lines->text.data + lines->offset, (uint32_t)(lines->text.length - lines->offset), 0};
    ispy_str line = ispy_line(rest, number - lines->line + 1);
    if (line.data != NULL) {
        lines->line = number;
        lines->offset = (size_t)(line.data - lines->text.data);
    }
    return line;
}

size_t ispy_excerpt_gutter(ispy_span at) {
    size_t width = 1;
    for (uint32_t line = at.line; line >= 10; line /= 10) {
        width++;
    }
    return width;
}

/* What of a long line is shown: a window that begins somewhat before the carets. */
static void clip(ispy_str line, size_t start, size_t *begin, size_t *end) {
    *begin = 0;
    *end = line.length;
    if (columns(line.data, line.length) <= ISPY_EXCERPT_WIDTH) {
        return;
    }
    size_t before = columns(line.data, start);
    if (before > BEFORE_CARET + BEFORE_CARET) {
        *begin = forward(line, 0, start, before - BEFORE_CARET);
    }
    *end = forward(line, *begin, line.length, ISPY_EXCERPT_WIDTH);
}

void ispy_excerpt_write(ispy_text *out, ispy_lines *lines, ispy_span at, size_t gutter) {
    static const char dots[] = "...";
    ispy_str line = line_at(lines, at.line);
    if (line.data == NULL) {
        return;
    }
    size_t start = offset_of(line, at.column > 0 ? at.column - 1 : 0);
    size_t stop = offset_of(line, (size_t)(at.column > 0 ? at.column - 1 : 0) + at.length);
    size_t begin;
    size_t end;
    clip(line, start, &begin, &end);
    stop = stop > end ? end : stop;
    write_gutter(out, gutter, 0);
    ispy_text_char(out, '\n');
    write_gutter(out, gutter, at.line);
    if (line.length > 0) {
        ispy_text_char(out, ' ');
    }
    ispy_text_puts(out, begin > 0 ? dots : "");
    ispy_text_clean(out, line.data + begin, end - begin, true);
    ispy_text_puts(out, end < line.length ? dots : "");
    ispy_text_char(out, '\n');
    write_gutter(out, gutter, 0);
    ispy_text_char(out, ' ');
    ispy_text_repeat(out, ' ', begin > 0 ? sizeof dots - 1 : 0);
    write_carets(out, line, begin, start, stop);
    ispy_text_char(out, '\n');
}
