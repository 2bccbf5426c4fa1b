/* Names as Python has them.
 * Must not know: what is named. */
#include "load/name.h"

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_inside(char c) {
    return is_letter(c) || (c >= '0' && c <= '9');
}

size_t ispy_name_length(const char *data, size_t length) {
    size_t i = 0;
    while (i < length && (is_letter(data[i]) || (i > 0 && is_inside(data[i])))) {
        i++;
    }
    return i;
}

bool ispy_is_name(ispy_str text) {
    return text.length > 0 && ispy_name_length(text.data, text.length) == text.length;
}

bool ispy_is_dotted_name(ispy_str text) {
    size_t i = 0;
    for (;;) {
        size_t length = ispy_name_length(text.data + i, text.length - i);
        i += length;
        if (length == 0 || i == text.length) {
            return length > 0;
        }
        if (text.data[i++] != '.') {
            return false;
        }
    }
}

/* How long the set is that begins here; 0: it is none, or nothing fits it. */
static size_t set_length(const char *data, size_t length) {
    size_t i = length > 1 && data[1] == '!' ? 2 : 1;
    size_t first = i;
    while (i < length && (is_inside(data[i]) || (data[i] == '-' && i > first))) {
        if (i > first + 1 && data[i - 1] == '-' && (unsigned char)data[i] < (unsigned char)data[i - 2]) {
            return 0;
        }
        i++;
    }
    return i < length && data[i] == ']' && i > first ? i + 1 : 0;
}

bool ispy_is_name_pattern(ispy_str text) {
    bool selects = false;
    size_t i = 0;
    while (i < text.length) {
        char c = text.data[i];
        size_t step = is_inside(c) || c == '*' || c == '?' ? 1 : 0;
        if (c == '[') {
            step = set_length(text.data + i, text.length - i);
        }
        if (step == 0 || (i == 0 && c >= '0' && c <= '9')) {
            return false;
        }
        selects |= !is_inside(c);
        i += step;
    }
    return selects;
}
