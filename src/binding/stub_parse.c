/* Stub lines of contracts, read by Python's own parser and walked like a module. */
#include "binding/ast_walk.h"
#include "binding/parse.h"

#include <string.h>

/* The text without white space at its end. */
static size_t trimmed(ispy_str text) {
    size_t length = text.length;
    while (length > 0 && strchr(" \t\f\n", text.data[length - 1]) != NULL && text.data[length - 1] != '\0') {
        length--;
    }
    return length;
}

static bool is_further(const ispy_parse_failure *a, const ispy_parse_failure *b) {
    return a->at.line != b->at.line ? a->at.line > b->at.line : a->at.column > b->at.column;
}

/* Parses `text`, then `text` with a body, as "def f() -> int" wants one. As ispy_parse. */
static int parse(ispy_ast_api *api, const char *data, size_t length, ispy_arena *arena, PyObject **tree,
                 ispy_parse_failure *failure) {
    const char *suffix = length > 0 && data[length - 1] == ':' ? " ..." : ": ...";
    PyObject *whole = PyUnicode_FromStringAndSize(data, (Py_ssize_t)length);                 /* owned */
    PyObject *path = PyUnicode_FromString("<stub>");                                         /* owned */
    PyObject *body = PyUnicode_FromString(suffix);                                           /* owned */
    PyObject *longer = whole != NULL && body != NULL ? PyUnicode_Concat(whole, body) : NULL; /* owned */
    int result = -1;
    if (longer != NULL && path != NULL) {
        result = ispy_parse(api, whole, path, arena, tree, failure);
        if (result > 0 && failure->is_syntax) {
            ispy_parse_failure second;
            result = ispy_parse(api, longer, path, arena, tree, &second);
            if (result > 0 && is_further(&second, failure)) {
                *failure = second;
            }
        }
    }
    Py_XDECREF(whole);
    Py_XDECREF(path);
    Py_XDECREF(body);
    Py_XDECREF(longer);
    return result;
}

static int refuse(ispy_error *error, const char *reason, ispy_span at) {
    memset(error, 0, sizeof *error);
    error->status = ISPY_EINVAL;
    error->at = at;
    PyOS_snprintf(error->message, sizeof error->message, "the stub line is not valid Python: %s", reason);
    return ISPY_EINVAL;
}

/* A place behind the text is its end. */
static ispy_span within(ispy_span at, ispy_str text) {
    uint32_t lines = 1;
    uint32_t start = 0;
    for (uint32_t i = 0; i < text.length; i++) {
        if (text.data[i] == '\n') {
            lines++;
            start = i + 1;
        }
    }
    ispy_str last = {text.data + start, text.length - start, 0};
    uint32_t end = ispy_str_columns(last) + 1;
    if (at.line == 0 || at.line > lines) {
        ispy_span point = {lines, end, 0};
        return point;
    }
    if (at.line == lines && at.column + at.length > end) {
        at.column = at.column > end ? end : at.column;
        at.length = end - at.column;
    }
    return at;
}

static int walk_stub(ispy_ast_api *api, ispy_arena *arena, PyObject *tree, ispy_str text, ispy_module *module,
                     bool *too_deep) {
    ispy_walk walk;
    memset(&walk, 0, sizeof walk);
    walk.api = api;
    walk.arena = arena;
    walk.source.text = text;
    int result = ispy_source_text_index(&walk.source);
    if (result == 0) {
        result = ispy_walk_tree(&walk, tree, true, module);
    }
    *too_deep = walk.too_deep;
    ispy_source_text_clear(&walk.source);
    return result;
}

int ispy_extract_parse_stub(const ispy_module **out, void *user, ispy_str text, ispy_arena *arena, ispy_error *error) {
    ispy_ast_api *api = user;
    ispy_span start = {1, 1, 0};
    *out = NULL;
    ispy_module *module = ispy_arena_alloc(arena, sizeof *module);
    ispy_str own;
    if (module == NULL || text.data == NULL || ispy_arena_str(&own, arena, text.data, trimmed(text)) != ISPY_OK) {
        return module == NULL || text.data != NULL ? ISPY_ENOMEM : refuse(error, "it is empty", start);
    }
    if (memchr(own.data, '\r', own.length) != NULL) {
        return refuse(error, "it holds a carriage return", start);
    }
    PyObject *tree = NULL; /* owned */
    ispy_parse_failure failure;
    int result = parse(api, own.data, own.length, arena, &tree, &failure);
    if (result > 0) {
        return refuse(error, failure.reason.data, within(failure.at, own));
    }
    bool too_deep = false;
    if (result == 0) {
        module->source = own;
        result = walk_stub(api, arena, tree, own, module, &too_deep);
    }
    Py_XDECREF(tree);
    if (result < 0) {
        return ISPY_EFOREIGN;
    }
    if (too_deep) {
        return refuse(error, "it is nested too deeply", start);
    }
    *out = module;
    return ISPY_OK;
}
