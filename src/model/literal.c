/* Literal values as Python shows them.
 * Must not know: how values compare, where they were written. */
#include "model/literal.h"

#include "base/utf8.h"

#include <string.h>

/* Deeper nesting is shown as "...". Python's own parser gives up at about this depth. */
enum { MAX_DEPTH = 200 };

const char *ispy_literal_type(const ispy_literal *literal) {
    static const char *const names[] = {
        [ISPY_LITERAL_DYNAMIC] = "?",       [ISPY_LITERAL_NONE] = "NoneType", [ISPY_LITERAL_ELLIPSIS] = "ellipsis",
        [ISPY_LITERAL_BOOL] = "bool",       [ISPY_LITERAL_INT] = "int",       [ISPY_LITERAL_FLOAT] = "float",
        [ISPY_LITERAL_COMPLEX] = "complex", [ISPY_LITERAL_STR] = "str",       [ISPY_LITERAL_BYTES] = "bytes",
        [ISPY_LITERAL_TUPLE] = "tuple",     [ISPY_LITERAL_LIST] = "list",     [ISPY_LITERAL_SET] = "set",
        [ISPY_LITERAL_DICT] = "dict",       [ISPY_LITERAL_SEQUENCE] = "list",
    };
    return literal->kind <= ISPY_LITERAL_SEQUENCE ? names[literal->kind] : "?";
}

/* Text with an end: once `limit` bytes are there, "..." closes it and nothing follows. */
typedef struct printer {
    ispy_text *out;
    size_t start;
    size_t limit;
    bool cut;
} printer;

static void put(printer *p, const char *data, size_t length) {
    if (p->cut) {
        return;
    }
    size_t used = p->out->length - p->start;
    if (length > p->limit || used > p->limit - length) {
        ispy_text_puts(p->out, "...");
        p->cut = true;
        return;
    }
    ispy_text_append(p->out, data, length);
}

static void put_text(printer *p, const char *text) {
    put(p, text, strlen(text));
}

typedef struct range {
    uint32_t first;
    uint32_t last;
} range;

/* What str.isprintable() refuses: controls, separators but the space, format characters (those that turn the direction
 * of text among them), surrogates, private use. Unassigned code points, which differ between versions of Unicode, are
 * taken for printable. */
static const range unprintable[] = {
    {0x0, 0x1f},        {0x7f, 0xa0},        {0xad, 0xad},       {0x600, 0x605},     {0x61c, 0x61c},
    {0x6dd, 0x6dd},     {0x70f, 0x70f},      {0x890, 0x891},     {0x8e2, 0x8e2},     {0x1680, 0x1680},
    {0x180e, 0x180e},   {0x2000, 0x200f},    {0x2028, 0x202f},   {0x205f, 0x206f},   {0x3000, 0x3000},
    {0xd800, 0xf8ff},   {0xfdd0, 0xfdef},    {0xfeff, 0xfeff},   {0xfff0, 0xfffb},   {0xfffe, 0xffff},
    {0x110bd, 0x110bd}, {0x110cd, 0x110cd},  {0x13430, 0x1343f}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},
    {0xe0000, 0xe00ff}, {0xe01f0, 0x10ffff},
};

static bool is_printable(uint32_t point) {
    for (size_t i = 0; i < sizeof unprintable / sizeof *unprintable; i++) {
        if (point < unprintable[i].first) {
            return true;
        }
        if (point <= unprintable[i].last) {
            return false;
        }
    }
    return true;
}

static void put_hex(printer *p, char letter, uint32_t value, size_t digits) {
    char text[12] = {'\\', letter};
    for (size_t i = 0; i < digits; i++) {
        text[2 + i] = "0123456789abcdef"[(value >> (4 * (digits - 1 - i))) & 15];
    }
    put(p, text, 2 + digits);
}

/* Escapes that str and bytes have in common. */
static bool put_common_escape(printer *p, uint32_t point, char quote) {
    switch (point) {
    case '\\':
        put_text(p, "\\\\");
        return true;
    case '\n':
        put_text(p, "\\n");
        return true;
    case '\r':
        put_text(p, "\\r");
        return true;
    case '\t':
        put_text(p, "\\t");
        return true;
    default:
        break;
    }
    if (point == (uint32_t)quote) {
        put(p, (char[2]){'\\', quote}, 2);
        return true;
    }
    return false;
}

static void put_code_point(printer *p, const char *data, size_t size, uint32_t point, char quote) {
    if (put_common_escape(p, point, quote)) {
        return;
    }
    if (ispy_utf8_is_stray(point)) {
        put_hex(p, 'u', point, 4);
    } else if (is_printable(point)) {
        put(p, data, size);
    } else if (point < 0x100) {
        put_hex(p, 'x', point, 2);
    } else if (point < 0x10000) {
        put_hex(p, 'u', point, 4);
    } else {
        put_hex(p, 'U', point, 8);
    }
}

/* Python's choice: single quotes, unless that would need an escape and double quotes would not. */
static char quote_for(ispy_str text) {
    bool has_single = text.length > 0 && memchr(text.data, '\'', text.length) != NULL;
    bool has_double = text.length > 0 && memchr(text.data, '"', text.length) != NULL;
    return has_single && !has_double ? '"' : '\'';
}

static void put_str(printer *p, ispy_str text) {
    char quote = quote_for(text);
    put(p, &quote, 1);
    for (size_t i = 0; i < text.length && !p->cut;) {
        uint32_t point = 0;
        size_t size = ispy_utf8_step(text.data + i, text.length - i, &point);
        put_code_point(p, text.data + i, size, point, quote);
        i += size;
    }
    put(p, &quote, 1);
}

static void put_bytes(printer *p, ispy_str text) {
    char quote = quote_for(text);
    put_text(p, "b");
    put(p, &quote, 1);
    for (size_t i = 0; i < text.length && !p->cut; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (put_common_escape(p, byte, quote)) {
            continue;
        }
        if (byte < 0x20 || byte > 0x7e) {
            put_hex(p, 'x', byte, 2);
        } else {
            put(p, text.data + i, 1);
        }
    }
    put(p, &quote, 1);
}

static void put_literal(printer *p, const ispy_literal *literal, int depth);

static void put_items(printer *p, const ispy_literal *literal, const char *brackets, int depth) {
    put(p, brackets, 1);
    for (uint32_t i = 0; i < literal->count && !p->cut; i++) {
        if (i > 0) {
            put_text(p, literal->kind == ISPY_LITERAL_DICT && i % 2 == 1 ? ": " : ", ");
        }
        put_literal(p, &literal->items[i], depth + 1);
    }
    if (literal->kind == ISPY_LITERAL_TUPLE && literal->count == 1) {
        put_text(p, ",");
    }
    put(p, brackets + 1, 1);
}

static void put_literal(printer *p, const ispy_literal *literal, int depth) {
    if (p->cut || depth > MAX_DEPTH) {
        put_text(p, "...");
        return;
    }
    switch (literal->kind) {
    case ISPY_LITERAL_DYNAMIC:
        put_text(p, "...");
        return;
    case ISPY_LITERAL_NONE:
        put_text(p, "None");
        return;
    case ISPY_LITERAL_ELLIPSIS:
        put_text(p, "Ellipsis");
        return;
    case ISPY_LITERAL_BOOL:
    case ISPY_LITERAL_INT:
    case ISPY_LITERAL_FLOAT:
    case ISPY_LITERAL_COMPLEX:
        for (uint32_t i = 0; i < literal->text.length; i++) {
            put(p, literal->text.data + i, 1); /* a number of a thousand digits is cut, not left out */
        }
        return;
    case ISPY_LITERAL_STR:
        put_str(p, literal->text);
        return;
    case ISPY_LITERAL_BYTES:
        put_bytes(p, literal->text);
        return;
    case ISPY_LITERAL_TUPLE:
        put_items(p, literal, "()", depth);
        return;
    case ISPY_LITERAL_LIST:
    case ISPY_LITERAL_SEQUENCE:
        put_items(p, literal, "[]", depth);
        return;
    case ISPY_LITERAL_SET:
        if (literal->count == 0) {
            put_text(p, "set()");
            return;
        }
        put_items(p, literal, "{}", depth);
        return;
    case ISPY_LITERAL_DICT:
        put_items(p, literal, "{}", depth);
        return;
    }
}

void ispy_literal_show(ispy_text *out, const ispy_literal *literal, size_t limit) {
    printer p = {out, out->length, limit, false};
    put_literal(&p, literal, 0);
}
