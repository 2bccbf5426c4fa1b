/* Nodes of the syntax tree: their kinds, their fields, their places and texts.
 * Must not know: what a node means. */
#include "binding/ast_walk.h"

#include <string.h>

void ispy_walk_fail(ispy_walk *walk) {
    walk->failed = true;
}

void ispy_walk_nomem(ispy_walk *walk) {
    if (!walk->failed) {
        walk->failed = true;
        PyErr_NoMemory();
    }
}

void *ispy_walk_alloc(ispy_walk *walk, size_t count, size_t size) {
    void *memory = ispy_arena_array(walk->arena, count, size);
    if (memory == NULL) {
        ispy_walk_nomem(walk);
    }
    return memory;
}

bool ispy_pointers_push(ispy_walk *walk, ispy_pointers *pointers, PyObject *object) {
    if (pointers->count == pointers->capacity) {
        uint32_t capacity = pointers->capacity * 2 + 64;
        PyObject **grown = PyMem_Realloc(pointers->items, capacity * sizeof(PyObject *));
        if (grown == NULL) {
            ispy_walk_nomem(walk);
            return false;
        }
        pointers->items = grown;
        pointers->capacity = capacity;
    }
    pointers->items[pointers->count++] = object;
    return true;
}

void ispy_pointers_push_all(ispy_walk *walk, ispy_pointers *pointers, PyObject *list) {
    for (Py_ssize_t i = 0; i < ispy_list_count(list); i++) {
        (void)ispy_pointers_push(walk, pointers, ispy_list_item(list, i));
    }
}

node_kind ispy_node_kind(const ispy_walk *walk, PyObject *node) {
    PyObject *type = (PyObject *)Py_TYPE(node);
    const node_slot *table = walk->api->table;
    size_t slot = ((uintptr_t)type >> 4) & (NODE_TABLE_SIZE - 1);
    while (table[slot].type != type) {
        if (table[slot].type == NULL) {
            return NODE_NONE;
        }
        slot = (slot + 1) & (NODE_TABLE_SIZE - 1);
    }
    return table[slot].kind;
}

PyObject *ispy_node_get(ispy_walk *walk, PyObject *node, node_field field) {
    if (walk->failed) {
        return Py_None;
    }
    PyObject *value = PyObject_GetAttr(node, walk->api->fields[field]);
    if (value == NULL) {
        ispy_walk_fail(walk);
        return Py_None;
    }
    Py_DECREF(value); /* the node holds on to it */
    return value;
}

Py_ssize_t ispy_list_count(PyObject *list) {
    return PyList_CheckExact(list) ? PyList_Size(list) : 0;
}

PyObject *ispy_list_item(PyObject *list, Py_ssize_t index) {
    return PyList_GetItem(list, index);
}

long ispy_node_number(ispy_walk *walk, PyObject *node, node_field field) {
    PyObject *value = ispy_node_get(walk, node, field);
    if (!PyLong_CheckExact(value)) {
        return 0;
    }
    int overflow = 0;
    long number = PyLong_AsLongAndOverflow(value, &overflow);
    return overflow == 0 ? number : 0;
}

uint32_t ispy_str_columns(ispy_str text) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < text.length; i++) {
        count += ((unsigned char)text.data[i] & 0xC0) != 0x80;
    }
    return count;
}

static ispy_span span_at(ispy_walk *walk, long line, long byte, uint32_t length) {
    ispy_span span = {0, 0, 0};
    uint32_t column = ispy_source_text_column(&walk->source, line, byte);
    if (column > 0) {
        span.line = (uint32_t)line;
        span.column = column;
        span.length = length;
    }
    return span;
}

ispy_span ispy_node_span(ispy_walk *walk, PyObject *node, uint32_t length) {
    long line = ispy_node_number(walk, node, FIELD_lineno);
    return span_at(walk, line, ispy_node_number(walk, node, FIELD_col_offset), length);
}

ispy_span ispy_node_extent(ispy_walk *walk, PyObject *node) {
    ispy_span span = ispy_node_span(walk, node, 0);
    if (span.line == 0) {
        return span;
    }
    long end_line = ispy_node_number(walk, node, FIELD_end_lineno);
    long end_byte = ispy_node_number(walk, node, FIELD_end_col_offset);
    if (end_line != (long)span.line) {
        end_byte = (long)(walk->source.line_starts[span.line] - walk->source.line_starts[span.line - 1]) - 1;
    }
    uint32_t end = ispy_source_text_column(&walk->source, (long)span.line, end_byte);
    span.length = end > span.column ? end - span.column : 0;
    return span;
}

ispy_span ispy_node_tail(ispy_walk *walk, PyObject *node, ispy_str identifier) {
    long line = ispy_node_number(walk, node, FIELD_end_lineno);
    long end = ispy_node_number(walk, node, FIELD_end_col_offset);
    long begin = end - (long)identifier.length;
    return span_at(walk, line, begin > 0 ? begin : 0, ispy_str_columns(identifier));
}

static long skip_blanks(const ispy_source_text *source, long offset) {
    const char *data = source->text.data;
    for (;;) {
        if (data[offset] == ' ' || data[offset] == '\t' || data[offset] == '\f') {
            offset++;
        } else if (data[offset] == '\\' && data[offset + 1] == '\n') {
            offset += 2;
        } else {
            return offset;
        }
    }
}

/* The text ends with a NUL byte, which neither keyword nor blank is, so that nothing runs past it. */
ispy_span ispy_node_name_span(ispy_walk *walk, PyObject *node, ispy_str name) {
    static const char *const keywords[] = {"async", "def", "class"};
    const ispy_source_text *source = &walk->source;
    long line = ispy_node_number(walk, node, FIELD_lineno);
    long offset = ispy_source_text_offset(source, line, ispy_node_number(walk, node, FIELD_col_offset));
    if (offset < 0) {
        return span_at(walk, 0, 0, 0);
    }
    for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++) {
        size_t length = strlen(keywords[i]);
        if (strncmp(source->text.data + offset, keywords[i], length) == 0) {
            offset = skip_blanks(source, offset + (long)length);
        }
    }
    while ((uint32_t)line < source->line_count && (uint32_t)offset >= source->line_starts[line]) {
        line++; /* after a backslash */
    }
    return span_at(walk, line, offset - (long)source->line_starts[line - 1], ispy_str_columns(name));
}

ispy_str ispy_node_text(ispy_walk *walk, PyObject *node) {
    ispy_str text = {NULL, 0, 0};
    if (ispy_node_kind(walk, node) == NODE_Name) {
        return ispy_walk_text(walk, ispy_node_get(walk, node, FIELD_id));
    }
    const ispy_source_text *source = &walk->source;
    long begin = ispy_source_text_offset(source, ispy_node_number(walk, node, FIELD_lineno),
                                         ispy_node_number(walk, node, FIELD_col_offset));
    long end = ispy_source_text_offset(source, ispy_node_number(walk, node, FIELD_end_lineno),
                                       ispy_node_number(walk, node, FIELD_end_col_offset));
    /* Places inside f-strings were wrong before Python 3.12; an annotation that says nothing fits nothing. */
    bool usable = begin >= 0 && end > begin;
    const char *data = usable ? source->text.data + begin : "?";
    if (!walk->failed && ispy_arena_str(&text, walk->arena, data, usable ? (size_t)(end - begin) : 1) != ISPY_OK) {
        ispy_walk_nomem(walk);
    }
    return text;
}

/* Writes "a.b.c" backwards into the end of `buffer`; 0 where the node is no dotted name or too long. */
static size_t write_dotted(ispy_walk *walk, PyObject *node, char *buffer, size_t size) {
    size_t at = size;
    for (;;) {
        node_kind kind = ispy_node_kind(walk, node);
        if (kind != NODE_Attribute && kind != NODE_Name) {
            return 0;
        }
        ispy_str part = ispy_walk_text(walk, ispy_node_get(walk, node, kind == NODE_Name ? FIELD_id : FIELD_attr));
        if (part.data == NULL || part.length + 1 > at) {
            return 0;
        }
        at -= part.length;
        memcpy(buffer + at, part.data, part.length);
        if (kind == NODE_Name) {
            return size - at;
        }
        buffer[--at] = '.';
        node = ispy_node_get(walk, node, FIELD_value);
    }
}

ispy_str ispy_node_dotted(ispy_walk *walk, PyObject *node) {
    ispy_str dotted = {NULL, 0, 0};
    for (int depth = 0; depth < MAX_EXPRESSION_DEPTH; depth++) {
        node_kind kind = ispy_node_kind(walk, node);
        if (kind == NODE_Name) {
            return ispy_walk_text(walk, ispy_node_get(walk, node, FIELD_id));
        }
        if (kind != NODE_Call && kind != NODE_Subscript) {
            break;
        }
        node = ispy_node_get(walk, node, kind == NODE_Call ? FIELD_func : FIELD_value);
    }
    char buffer[512];
    size_t length = write_dotted(walk, node, buffer, sizeof buffer);
    if (length > 0 && ispy_arena_str(&dotted, walk->arena, buffer + sizeof buffer - length, length) != ISPY_OK) {
        ispy_walk_nomem(walk);
    }
    return dotted;
}

ispy_reference ispy_node_reference(ispy_walk *walk, PyObject *node) {
    ispy_reference reference = {.head = NULL};
    reference.name = ispy_node_dotted(walk, node);
    reference.text = ispy_node_text(walk, node);
    reference.at = ispy_node_extent(walk, node);
    return reference;
}

bool ispy_is_text(PyObject *object, const char *ascii) {
    return PyUnicode_Check(object) && PyUnicode_CompareWithASCIIString(object, ascii) == 0;
}
