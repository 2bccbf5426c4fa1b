/* Calls the saved builtins.compile, and turns what it raises into a sentence and a place.
 * Must not know: what the tree is for. */
#include "binding/parse.h"

#include "binding/stack_room.h"

#include <string.h>

enum { MAX_REASON = 400 };

/* Cuts a text at a code point. */
static size_t cut(const char *utf8, size_t length) {
    if (length <= MAX_REASON) {
        return length;
    }
    length = MAX_REASON;
    while (length > 0 && ((unsigned char)utf8[length] & 0xC0) == 0x80) {
        length--;
    }
    return length;
}

static int set_sentence(ispy_parse_failure *failure, ispy_arena *arena, const char *beginning, PyObject *rest) {
    Py_ssize_t length = 0;
    const char *utf8 = rest != NULL && PyUnicode_Check(rest) ? PyUnicode_AsUTF8AndSize(rest, &length) : NULL;
    if (utf8 == NULL) {
        PyErr_Clear();
        utf8 = "";
        length = 0;
    }
    char buffer[MAX_REASON + 128];
    size_t start = strlen(beginning);
    size_t size = cut(utf8, (size_t)length);
    memcpy(buffer, beginning, start);
    memcpy(buffer + start, utf8, size);
    if (ispy_arena_str(&failure->sentence, arena, buffer, start + size) != ISPY_OK ||
        ispy_arena_str(&failure->reason, arena, size > 0 ? utf8 : buffer, size > 0 ? size : start) != ISPY_OK) {
        PyErr_NoMemory();
        return -1;
    }
    return 1;
}

/* A positive number, or 0. */
static uint32_t number_of(PyObject *exception, const char *name) {
    PyObject *value = PyObject_GetAttrString(exception, name);
    long number = value != NULL && PyLong_Check(value) ? PyLong_AsLong(value) : 0;
    Py_XDECREF(value);
    PyErr_Clear();
    return number > 0 && number < INT32_MAX ? (uint32_t)number : 0;
}

static int explain_syntax(ispy_parse_failure *failure, ispy_arena *arena, PyObject *exception) {
    failure->is_syntax = true;
    failure->at.line = number_of(exception, "lineno");
    failure->at.column = number_of(exception, "offset");
    if (failure->at.column == 0) {
        failure->at.column = 1;
    }
    uint32_t end = number_of(exception, "end_offset");
    if (number_of(exception, "end_lineno") == failure->at.line && end > failure->at.column) {
        failure->at.length = end - failure->at.column;
    }
    PyObject *message = PyObject_GetAttrString(exception, "msg");
    PyErr_Clear();
    int result = set_sentence(failure, arena, "it is not valid Python: ", message);
    Py_XDECREF(message);
    return result;
}

static int explain(ispy_parse_failure *failure, ispy_arena *arena) {
    if (!PyErr_ExceptionMatches(PyExc_Exception)) {
        return -1;
    }
    PyObject *type = NULL;
    PyObject *exception = NULL;
    PyObject *traceback = NULL;
    PyErr_Fetch(&type, &exception, &traceback);
    PyErr_NormalizeException(&type, &exception, &traceback);
    memset(failure, 0, sizeof *failure);
    int result = 0;
    if (PyErr_GivenExceptionMatches(type, PyExc_SyntaxError) && exception != NULL) {
        result = explain_syntax(failure, arena, exception);
    } else if (PyErr_GivenExceptionMatches(type, PyExc_RecursionError)) {
        result = set_sentence(failure, arena, "it is nested too deeply for Python's parser", NULL);
    } else if (PyErr_GivenExceptionMatches(type, PyExc_MemoryError)) {
        result = set_sentence(failure, arena,
                              "it is nested too deeply for Python's parser, or too large for the memory", NULL);
    } else {
        PyObject *text = exception != NULL ? PyObject_Str(exception) : NULL;
        failure->is_syntax = PyErr_GivenExceptionMatches(type, PyExc_ValueError) != 0;
        result = set_sentence(failure, arena,
                              failure->is_syntax ? "it is not valid Python: " : "Python's parser failed: ", text);
        Py_XDECREF(text);
        if (result > 0) {
            PyErr_Clear();
        }
    }
    Py_XDECREF(type);
    Py_XDECREF(exception);
    Py_XDECREF(traceback);
    return result;
}

int ispy_parse(ispy_ast_api *api, PyObject *source, PyObject *path, ispy_arena *arena, PyObject **tree,
               ispy_parse_failure *failure) {
    *tree = NULL;
    char *bytes = NULL;
    const char *data = NULL;
    Py_ssize_t length = 0;
    if (PyUnicode_Check(source)) {
        data = PyUnicode_AsUTF8AndSize(source, &length);
    } else if (PyBytes_AsStringAndSize(source, &bytes, &length) == 0) {
        data = bytes;
    }
    if (data == NULL) {
        return -1;
    }
    if (!ispy_stack_has_room_for(data, (size_t)length)) {
        memset(failure, 0, sizeof *failure);
        return set_sentence(failure, arena, "it is nested too deeply for the stack of this thread", NULL);
    }
    PyObject *arguments = Py_BuildValue("(OOs)", source, path, "exec");
    if (arguments == NULL) {
        return -1;
    }
    *tree = PyObject_Call(api->compile, arguments, api->kwnames);
    Py_DECREF(arguments);
    return *tree != NULL ? 0 : explain(failure, arena);
}
