/* UTF-8 as RFC 3629 has it.
 * Must not know: what the text is, who shows it. */
#include "base/utf8.h"

#include "base/utf8_widths.h"

enum { STRAY = 0xDC00 };

/* What may follow a first byte: how many bytes the sequence has, and the bounds of the second, which rule out overlong
 * forms, surrogates and what lies beyond U+10FFFF. */
typedef struct lead {
    unsigned char first;
    unsigned char last;
    unsigned char length;
    unsigned char low;
    unsigned char high;
} lead;

static const lead leads[] = {
    {0xC2, 0xDF, 2, 0x80, 0xBF}, {0xE0, 0xE0, 3, 0xA0, 0xBF}, {0xE1, 0xEC, 3, 0x80, 0xBF}, {0xED, 0xED, 3, 0x80, 0x9F},
    {0xEE, 0xEF, 3, 0x80, 0xBF}, {0xF0, 0xF0, 4, 0x90, 0xBF}, {0xF1, 0xF3, 4, 0x80, 0xBF}, {0xF4, 0xF4, 4, 0x80, 0x8F},
};

static const lead *lead_find(unsigned char byte) {
    for (size_t i = 0; i < sizeof leads / sizeof *leads; i++) {
        if (byte >= leads[i].first && byte <= leads[i].last) {
            return &leads[i];
        }
    }
    return NULL;
}

size_t ispy_utf8_step(const char *data, size_t length, uint32_t *point) {
    const unsigned char *bytes = (const unsigned char *)data;
    *point = bytes[0];
    if (bytes[0] < 0x80) {
        return 1;
    }
    *point += STRAY;
    const lead *sequence = lead_find(bytes[0]);
    if (sequence == NULL || sequence->length > length || bytes[1] < sequence->low || bytes[1] > sequence->high) {
        return 1;
    }
    uint32_t value = bytes[0] & (0xFFU >> (sequence->length + 1));
    for (size_t i = 1; i < sequence->length; i++) {
        if ((bytes[i] & 0xC0) != 0x80) {
            return 1;
        }
        value = value << 6 | (bytes[i] & 0x3FU);
    }
    *point = value;
    return sequence->length;
}

bool ispy_utf8_is_stray(uint32_t point) {
    return point >= STRAY + 0x80 && point <= STRAY + 0xFF;
}

bool ispy_utf8_valid(const char *data, size_t length) {
    for (size_t i = 0; i < length;) {
        uint32_t point;
        i += ispy_utf8_step(data + i, length - i, &point);
        if (ispy_utf8_is_stray(point)) {
            return false;
        }
    }
    return true;
}

size_t ispy_utf8_count(const char *data, size_t length) {
    size_t count = 0;
    for (size_t i = 0; i < length; count++) {
        uint32_t point;
        i += ispy_utf8_step(data + i, length - i, &point);
    }
    return count;
}

static bool in_ranges(const ispy_point_range *ranges, size_t count, uint32_t point) {
    size_t low = 0;
    while (low < count) {
        size_t middle = low + (count - low) / 2;
        if (point > ranges[middle].last) {
            low = middle + 1;
        } else if (point < ranges[middle].first) {
            count = middle;
        } else {
            return true;
        }
    }
    return false;
}

size_t ispy_utf8_width(const char *data, size_t length) {
    size_t width = 0;
    for (size_t i = 0; i < length;) {
        uint32_t point;
        i += ispy_utf8_step(data + i, length - i, &point);
        if (in_ranges(double_width, sizeof double_width / sizeof *double_width, point)) {
            width += 2;
        } else if (!in_ranges(zero_width, sizeof zero_width / sizeof *zero_width, point)) {
            width += 1;
        }
    }
    return width;
}

ispy_str ispy_line(ispy_str text, uint32_t line) {
    const ispy_str none = {NULL, 0, 0};
    if (text.data == NULL || line == 0) {
        return none;
    }
    const char *begin = text.data;
    const char *end = text.data + text.length;
    while (begin < end) {
        const char *stop = begin;
        while (stop < end && *stop != '\n' && *stop != '\r') {
            stop++;
        }
        if (--line == 0) {
            return ispy_str_of(begin, (size_t)(stop - begin));
        }
        begin = stop + (stop < end) + (end - stop > 1 && stop[0] == '\r' && stop[1] == '\n');
    }
    return none;
}
