/* Text from files that nobody has vouched for, made fit for a terminal. */
#include "report/report.h"

#include "base/utf8.h"

/* Characters that change the direction in which others are written: what is shown would not be what is there. */
static bool turns_direction(uint32_t point) {
    return point == 0x061C || point == 0x200E || point == 0x200F || (point >= 0x202A && point <= 0x202E) ||
           (point >= 0x2066 && point <= 0x2069);
}

static bool is_harmful(uint32_t point) {
    bool is_control = point < 0x20 || (point >= 0x7F && point <= 0x9F);
    return is_control || ispy_utf8_is_stray(point) || turns_direction(point) || point == 0x2028 || point == 0x2029;
}

static void write_escape(ispy_text *out, uint32_t point) {
    if (point == '\n') {
        ispy_text_puts(out, "\\n");
    } else if (point == '\t') {
        ispy_text_puts(out, "\\t");
    } else if (ispy_utf8_is_stray(point)) {
        ispy_text_puts(out, "\xEF\xBF\xBD");
    } else {
        ispy_text_printf(out, point < 0x100 ? "\\x%02lx" : "\\u%04lx", (unsigned long)point);
    }
}

void ispy_text_clean(ispy_text *out, const char *data, size_t length, bool keeps_tabs) {
    size_t clean = 0; /* from here on nothing was appended yet, and nothing needs to be changed */
    for (size_t i = 0; i < length;) {
        uint32_t point;
        size_t step = ispy_utf8_step(data + i, length - i, &point);
        if (is_harmful(point) && !(keeps_tabs && point == '\t')) {
            ispy_text_append(out, data + clean, i - clean);
            if (keeps_tabs) {
                ispy_text_puts(out, "\xEF\xBF\xBD"); /* one column for one character, so that carets stand right */
            } else {
                write_escape(out, point);
            }
            clean = i + step;
        }
        i += step;
    }
    if (length > clean) {
        ispy_text_append(out, data + clean, length - clean);
    }
}
