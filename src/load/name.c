/* Names as Python has them.
 * Must not know: what is named. */
#include "load/name.h"

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

size_t ispy_name_length(const char *data, size_t length) {
    size_t i = 0;
    while (i < length && (is_letter(data[i]) || (i > 0 && data[i] >= '0' && data[i] <= '9'))) {
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
