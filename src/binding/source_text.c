/* Decoding as CPython's tokenizer does it for compile(bytes): line ends first, then byte order mark and cookie. Both
 * are done on the same bytes in the same order, so that line and byte numbers of the syntax tree fit this text. */
#include "binding/source_text.h"

#include <string.h>

enum { MAX_COOKIE = 64 };

static bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Finds the cookie in one line, as get_coding_spec() in CPython's tokenizer. 1: found, `out` is filled in; 0: no
 * cookie, the next line may hold one; -1: no cookie, and no use to go on. */
static int find_cookie(char *out, const char *line, size_t length) {
    size_t i = 0;
    while (i < length && (line[i] == ' ' || line[i] == '\t' || line[i] == '\f')) {
        i++;
    }
    if (i == length) {
        return 0;
    }
    if (line[i] != '#') {
        return -1;
    }
    for (; i + 6 < length; i++) {
        if (memcmp(line + i, "coding", 6) != 0 || (line[i + 6] != ':' && line[i + 6] != '=')) {
            continue;
        }
        size_t begin = i + 7;
        while (begin < length && (line[begin] == ' ' || line[begin] == '\t')) {
            begin++;
        }
        size_t end = begin;
        while (end < length &&
               (is_alphanumeric(line[end]) || line[end] == '-' || line[end] == '_' || line[end] == '.')) {
            end++;
        }
        if (end > begin) {
            if (end - begin >= MAX_COOKIE) {
                return -1;
            }
            memcpy(out, line + begin, end - begin);
            out[end - begin] = '\0';
            return 1;
        }
    }
    return 0;
}

/* The codec's name, or "" for UTF-8. */
static void find_encoding(char *out, const char *data, size_t length) {
    out[0] = '\0';
    size_t begin = 0;
    for (int line = 0; line < 2 && begin < length; line++) {
        const char *end = memchr(data + begin, '\n', length - begin);
        size_t stop = end != NULL ? (size_t)(end - data) : length;
        int found = find_cookie(out, data + begin, stop - begin);
        if (found != 0) {
            break;
        }
        begin = stop + 1;
    }
    char normal[MAX_COOKIE];
    size_t i = 0;
    for (; out[i] != '\0'; i++) {
        normal[i] = out[i] == '_' ? '-' : out[i] >= 'A' && out[i] <= 'Z' ? (char)(out[i] - 'A' + 'a') : out[i];
    }
    normal[i] = '\0';
    if (strcmp(normal, "utf-8") == 0 || strncmp(normal, "utf-8-", 6) == 0) {
        out[0] = '\0';
    }
}

/* "\r\n" and "\r" become "\n"; a copy is made only when there is any. NULL: out of memory, an exception is set. */
static char *translate_line_ends(const char *data, size_t length, size_t *out_length) {
    char *copy = PyMem_Malloc(length + 1);
    if (copy == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    size_t n = 0;
    for (size_t i = 0; i < length; i++) {
        if (data[i] == '\r') {
            copy[n++] = '\n';
            if (i + 1 < length && data[i + 1] == '\n') {
                i++;
            }
        } else {
            copy[n++] = data[i];
        }
    }
    copy[n] = '\0';
    *out_length = n;
    return copy;
}

static int keep(ispy_source_text *source, ispy_arena *arena, const char *data, size_t length) {
    if (ispy_arena_str(&source->text, arena, data, length) != ISPY_OK) {
        PyErr_NoMemory();
        return -1;
    }
    return 0;
}

/* A codec may be anything that was registered: its failures are those of the text, but a KeyboardInterrupt goes
 * through. */
static int decode(ispy_source_text *source, ispy_arena *arena, const char *data, size_t length, const char *codec) {
    PyObject *unicode = PyUnicode_Decode(data, (Py_ssize_t)length, codec[0] != '\0' ? codec : "utf-8", "strict");
    Py_ssize_t size = 0;
    const char *utf8 = unicode != NULL ? PyUnicode_AsUTF8AndSize(unicode, &size) : NULL;
    int result = utf8 != NULL ? keep(source, arena, utf8, (size_t)size) : 1;
    Py_XDECREF(unicode);
    if (utf8 == NULL) {
        if (PyErr_ExceptionMatches(PyExc_MemoryError) || !PyErr_ExceptionMatches(PyExc_Exception)) {
            return -1;
        }
        PyErr_Clear();
    }
    return result;
}

int ispy_source_text_load(ispy_source_text *source, ispy_arena *arena, PyObject *bytes) {
    memset(source, 0, sizeof *source);
    char *raw = NULL;
    Py_ssize_t raw_length = 0;
    if (PyBytes_AsStringAndSize(bytes, &raw, &raw_length) < 0) {
        return -1;
    }
    const char *data = raw;
    size_t length = (size_t)raw_length;
    char *copy = NULL; /* owned */
    if (length > 0 && memchr(data, '\r', length) != NULL) {
        copy = translate_line_ends(data, length, &length);
        if (copy == NULL) {
            return -1;
        }
        data = copy;
    }
    if (length >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0) {
        data += 3;
        length -= 3;
    }
    char encoding[MAX_COOKIE];
    find_encoding(encoding, data, length);
    int result = decode(source, arena, data, length, encoding);
    PyMem_Free(copy);
    return result;
}

typedef struct word {
    const char *text;
    uint32_t bit;
} word;

static const word words[] = {
    {"yield", WORD_YIELD},
    {"import", WORD_IMPORT},
    {"global", WORD_GLOBAL},
    {"globals", WORD_NAMESPACE},
    {"__globals__", WORD_NAMESPACE},
    {"f_globals", WORD_NAMESPACE},
    {"exec", WORD_NAMESPACE},
    {"eval", WORD_NAMESPACE},
    {"locals", WORD_NAMESPACE},
    {"modules", WORD_NAMESPACE},
    {"import_module", WORD_NAMESPACE},
    {"_convert_", WORD_NAMESPACE},
    {"_convert", WORD_NAMESPACE},
    {"vars", WORD_NAMESPACE | WORD_OBJECT},
    {"__import__", WORD_NAMESPACE},
    {"setattr", WORD_OBJECT | WORD_NAMESPACE},
    {"__dict__", WORD_OBJECT | WORD_NAMESPACE},
    {"__setattr__", WORD_OBJECT | WORD_NAMESPACE},
};

static uint32_t word_bits(const char *text, size_t length) {
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (words[i].text[0] == text[0] && strlen(words[i].text) == length &&
            memcmp(words[i].text, text, length) == 0) {
            return words[i].bit;
        }
    }
    return 0;
}

/* What a byte is to the index: nothing, part of an identifier (2: the words begin with it), beyond ASCII, a line's end.
 */
enum { BYTE_OTHER, BYTE_PART, BYTE_FIRST, BYTE_WIDE, BYTE_LINE };

static void classify(unsigned char *classes) {
    memset(classes, BYTE_OTHER, 256);
    for (int c = 0; c < 128; c++) {
        if (is_alphanumeric((char)c) || c == '_') {
            classes[c] = BYTE_PART;
        }
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        classes[(unsigned char)words[i].text[0]] = BYTE_FIRST;
    }
    memset(classes + 128, BYTE_WIDE, 128);
    classes['\n'] = BYTE_LINE;
}

static bool mark(ispy_source_text *source, uint32_t line, uint32_t bits, uint32_t *capacity) {
    if (source->mark_count > 0 && source->marks[source->mark_count - 1].line == line) {
        source->marks[source->mark_count - 1].words |= bits;
        return true;
    }
    if (source->mark_count == *capacity) {
        *capacity = *capacity * 2 + 64;
        ispy_word_line *grown = PyMem_Realloc(source->marks, *capacity * sizeof *grown);
        if (grown == NULL) {
            return false;
        }
        source->marks = grown;
    }
    source->marks[source->mark_count].line = line;
    source->marks[source->mark_count++].words = bits;
    return true;
}

static uint32_t count_lines(ispy_str text) {
    uint32_t lines = 1;
    const char *end = text.data + text.length;
    for (const char *p = text.data; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++) {
        lines++;
    }
    return lines;
}

int ispy_source_text_index(ispy_source_text *source) {
    unsigned char classes[256];
    classify(classes);
    const unsigned char *data = (const unsigned char *)source->text.data;
    uint32_t length = source->text.length;
    uint32_t lines = count_lines(source->text);
    source->line_starts = PyMem_Malloc(((size_t)lines + 1) * sizeof *source->line_starts);
    bool fine = source->line_starts != NULL;
    source->ascii = true;
    uint32_t line = 0; /* from 0 */
    uint32_t capacity = 0;
    if (fine) {
        source->line_starts[0] = 0;
    }
    for (uint32_t i = 0; i < length && fine;) {
        unsigned char class = classes[data[i]];
        if (class == BYTE_LINE) {
            source->line_starts[++line] = ++i;
        } else if (class == BYTE_WIDE) {
            source->ascii = false;
            fine = mark(source, line + 1, WORD_NAMESPACE | WORD_OBJECT, &capacity);
            i++;
        } else if (class == BYTE_OTHER) {
            i++;
        } else {
            uint32_t begin = i;
            while (i < length && (classes[data[i]] == BYTE_PART || classes[data[i]] == BYTE_FIRST)) {
                i++;
            }
            uint32_t bits = class == BYTE_FIRST ? word_bits((const char *)data + begin, i - begin) : 0;
            if (bits != 0) {
                fine = mark(source, line + 1, bits, &capacity);
            }
        }
    }
    if (!fine) {
        PyErr_NoMemory();
        return -1;
    }
    source->line_count = lines;
    source->line_starts[lines] = length + 1;
    return 0;
}

int ispy_source_text_decode(ispy_str *out, ispy_arena *arena, PyObject *bytes) {
    ispy_source_text source;
    int result = ispy_source_text_load(&source, arena, bytes);
    *out = source.text;
    ispy_source_text_clear(&source);
    return result;
}

void ispy_source_text_clear(ispy_source_text *source) {
    PyMem_Free(source->line_starts);
    PyMem_Free(source->marks);
    source->line_starts = NULL;
    source->marks = NULL;
}

long ispy_source_text_offset(const ispy_source_text *source, long line, long byte) {
    if (line < 1 || byte < 0 || (uint32_t)line > source->line_count) {
        return -1;
    }
    uint32_t start = source->line_starts[line - 1];
    uint32_t room = source->line_starts[line] - start - 1; /* without the line's end */
    return (unsigned long)byte <= room ? (long)start + byte : -1;
}

static uint32_t code_points(const char *data, uint32_t length) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < length; i++) {
        count += ((unsigned char)data[i] & 0xC0) != 0x80;
    }
    return count;
}

uint32_t ispy_source_text_column(ispy_source_text *source, long line, long byte) {
    long offset = ispy_source_text_offset(source, line, byte);
    if (offset < 0) {
        return 0;
    }
    if (source->ascii) {
        return (uint32_t)byte + 1;
    }
    /* A long line is asked about from left to right as a rule: going on from the last place keeps that linear. */
    const char *start = source->text.data + source->line_starts[line - 1];
    if (source->seen_line != (uint32_t)line) {
        source->seen_line = (uint32_t)line;
        source->seen_byte = 0;
        source->seen_column = 1;
    }
    uint32_t at = (uint32_t)byte;
    if (at >= source->seen_byte) {
        source->seen_column += code_points(start + source->seen_byte, at - source->seen_byte);
    } else {
        source->seen_column -= code_points(start + at, source->seen_byte - at);
    }
    source->seen_byte = at;
    return source->seen_column;
}

uint32_t ispy_source_text_words(const ispy_source_text *source, long first, long last) {
    uint32_t low = 0;
    uint32_t high = source->mark_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if ((long)source->marks[middle].line < first) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    uint32_t bits = 0;
    for (; low < source->mark_count && (long)source->marks[low].line <= last; low++) {
        bits |= source->marks[low].words;
    }
    return bits;
}
