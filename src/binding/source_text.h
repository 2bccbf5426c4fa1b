/* The text of a module as Python's tokenizer sees it, and the way from the syntax tree's places (line, byte in that
 * line) to places for people and to stretches of text. Must not know: what the text means. */
#ifndef ISPY_BINDING_SOURCE_TEXT_H
#define ISPY_BINDING_SOURCE_TEXT_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <importspy/base.h>

/* Words that make it worth while to walk through the body of a function, as bits. A line with a letter outside ASCII
 * has WORD_NAMESPACE and WORD_OBJECT, because identifiers have several spellings (keywords have one). */
enum {
    WORD_YIELD = 1,
    WORD_IMPORT = 2,
    WORD_GLOBAL = 4,
    WORD_NAMESPACE = 8, /* globals, exec, eval, modules: may reach the module's namespace */
    WORD_OBJECT = 16    /* setattr, __dict__, vars: may reach the attributes of an object */
};

typedef struct ispy_word_line {
    uint32_t line;
    uint32_t words;
} ispy_word_line;

typedef struct ispy_source_text {
    ispy_str text;         /* UTF-8 without byte order mark, '\n' line ends; in the arena */
    uint32_t *line_starts; /* owned; line_count + 1 entries, the last one past the end */
    uint32_t line_count;
    bool ascii;
    ispy_word_line *marks; /* owned; in order of lines */
    uint32_t mark_count;
    uint32_t seen_line; /* the place that was asked for last: counting goes on from there */
    uint32_t seen_byte;
    uint32_t seen_column;
} ispy_source_text;

/* Decodes `bytes` as compile() does: byte order mark, PEP 263 cookie, line ends. 0; 1: it cannot be decoded (no
 * exception is set); -1 with an exception. ispy_source_text_clear is right after each. */
int ispy_source_text_load(ispy_source_text *source, ispy_arena *arena, PyObject *bytes);
/* Just the text, for excerpts. 0; 1, and no text: it cannot be decoded; -1 with an exception. */
int ispy_source_text_decode(ispy_str *out, ispy_arena *arena, PyObject *bytes);
/* Finds lines and words; before this, only `text` is there. 0, or -1 with an exception. */
int ispy_source_text_index(ispy_source_text *source);
void ispy_source_text_clear(ispy_source_text *source);

/* Column in code points, from 1, of byte `byte` (from 0) in line `line` (from 1); 0 where there is no such place. */
uint32_t ispy_source_text_column(ispy_source_text *source, long line, long byte);
/* Offset in `text`, or -1. */
long ispy_source_text_offset(const ispy_source_text *source, long line, long byte);
/* The words in these lines, both included. */
uint32_t ispy_source_text_words(const ispy_source_text *source, long first, long last);

#endif
