/* Annotations of live objects as text, in the form that the core's parser of annotations reads. Types are told by their
 * qualified names, so that nothing has to be resolved any more. */
#include "binding/live.h"

#include <string.h>

enum { MAX_DEPTH = 12, MAX_TEXT = 4096 };

/* Text of bounded size that grows on the stack. */
typedef struct writer {
    const ispy_live *live;
    PyObject *globals; /* borrowed, or NULL */
    char data[MAX_TEXT];
    size_t length;
    bool unknown; /* too long, or something that has no text */
    bool failed;  /* an exception is set */
} writer;

static void write_annotation(writer *w, PyObject *annotation, int depth);

static void put(writer *w, const char *data, size_t length) {
    if (length > sizeof w->data - w->length) {
        w->unknown = true;
        return;
    }
    memcpy(w->data + w->length, data, length);
    w->length += length;
}

static void puts_text(writer *w, const char *text) {
    put(w, text, strlen(text));
}

static void put_object(writer *w, PyObject *text) {
    if (w->failed) {
        return;
    }
    Py_ssize_t length = 0;
    const char *utf8 = text != NULL && PyUnicode_Check(text) ? PyUnicode_AsUTF8AndSize(text, &length) : NULL;
    if (utf8 == NULL) {
        w->failed = w->failed || (PyErr_Occurred() && !ispy_live_forgive());
        w->unknown = true;
        return;
    }
    put(w, utf8, (size_t)length);
}

static void write_type(writer *w, PyObject *type) {
    ispy_str name;
    if (type == (PyObject *)Py_TYPE(Py_None)) {
        puts_text(w, "None");
        return;
    }
    if (ispy_live_type_name(w->live, &name, type) < 0) {
        w->failed = true;
        return;
    }
    bool builtin = name.length > 9 && memcmp(name.data, "builtins.", 9) == 0;
    put(w, name.data + (builtin ? 9 : 0), name.length - (builtin ? 9 : 0));
}

/* ---- Generic types ---- */

/* Attribute of an object whose class is Python's own (types, typing); owned, or NULL without an exception. */
static PyObject *attribute(writer *w, PyObject *object, const char *name) {
    if (w->failed) {
        return NULL; /* the exception that is set must stay */
    }
    PyObject *value = PyObject_GetAttrString(object, name);
    if (value == NULL && !ispy_live_forgive()) {
        w->failed = true;
    }
    return value;
}

/* A value within Literal[...]. */
static void write_value(writer *w, PyObject *value) {
    bool simple = PyUnicode_CheckExact(value) || PyBytes_CheckExact(value) || PyLong_CheckExact(value) ||
                  PyBool_Check(value) || value == Py_None;
    PyObject *text = simple ? PyObject_Repr(value) : NULL;
    put_object(w, text);
    Py_XDECREF(text);
}

typedef enum arguments_form { FORM_PLAIN, FORM_UNION, FORM_CALLABLE, FORM_LITERAL } arguments_form;

static void write_arguments(writer *w, PyObject *arguments, arguments_form form, int depth) {
    Py_ssize_t count = PyTuple_Check(arguments) ? PyTuple_Size(arguments) : 0;
    bool elided = form == FORM_CALLABLE && count == 2 && PyTuple_GetItem(arguments, 0) == Py_Ellipsis;
    if (form == FORM_CALLABLE && !elided) {
        puts_text(w, "[");
    }
    for (Py_ssize_t i = 0; i < count && !w->unknown && !w->failed; i++) {
        bool result = form == FORM_CALLABLE && i == count - 1;
        if (result && !elided) {
            puts_text(w, "], ");
        } else if (i > 0) {
            puts_text(w, form == FORM_UNION ? " | " : ", ");
        }
        if (form == FORM_LITERAL) {
            write_value(w, PyTuple_GetItem(arguments, i));
        } else {
            write_annotation(w, PyTuple_GetItem(arguments, i), depth + 1);
        }
    }
    if (count == 0 && form == FORM_PLAIN) {
        puts_text(w, "()");
    }
}

static bool name_of_type(writer *w, ispy_str *out, PyObject *type) {
    if (w->failed) {
        return false;
    }
    if (ispy_live_type_name(w->live, out, type) < 0) {
        w->failed = true;
        return false;
    }
    return true;
}

static bool ends_in(writer *w, PyObject *type, const char *end) {
    ispy_str name;
    size_t length = strlen(end);
    return PyType_Check(type) && name_of_type(w, &name, type) && name.length >= length &&
           memcmp(name.data + name.length - length, end, length) == 0;
}

static bool is_forward_reference(ispy_str name) { /* typing's own up to 3.13 */
    return strcmp(name.data, "annotationlib.ForwardRef") == 0;
}

static bool begins_with_typing(ispy_str name) {
    return name.length > 7 && memcmp(name.data, "typing.", 7) == 0;
}

/* Whether it is typing.NAME. */
static bool is_typing(writer *w, PyObject *object, const char *name) {
    ispy_str type;
    if (PyType_Check(object)) {
        return name_of_type(w, &type, object) && begins_with_typing(type) && strlen(name) == type.length - 7 &&
               memcmp(type.data + 7, name, type.length - 7) == 0;
    }
    PyObject *own = attribute(w, object, "_name");
    bool same = own != NULL && PyUnicode_Check(own) && PyUnicode_CompareWithASCIIString(own, name) == 0;
    Py_XDECREF(own);
    return same;
}

/* origin[arguments]. */
static void write_generic(writer *w, PyObject *origin, PyObject *arguments, int depth) {
    if (is_typing(w, origin, "Union") || is_typing(w, origin, "Optional")) {
        write_arguments(w, arguments, FORM_UNION, depth);
        return;
    }
    arguments_form form = is_typing(w, origin, "Literal")                  ? FORM_LITERAL
                          : ends_in(w, origin, "collections.abc.Callable") ? FORM_CALLABLE
                                                                           : FORM_PLAIN;
    write_annotation(w, origin, depth + 1);
    puts_text(w, "[");
    write_arguments(w, arguments, form, depth);
    puts_text(w, "]");
}

/* Objects of Python's own typing and types modules. */
static void write_typing(writer *w, PyObject *object, int depth) {
    PyObject *origin = attribute(w, object, "__origin__");
    PyObject *arguments = origin != NULL ? attribute(w, object, "__args__") : NULL;
    PyObject *metadata = arguments != NULL ? attribute(w, object, "__metadata__") : NULL;
    PyObject *name = NULL;
    if (metadata != NULL) {
        write_annotation(w, origin, depth + 1); /* Annotated[X, ...] is X */
    } else if (arguments != NULL && PyTuple_Check(arguments) &&
               (PyTuple_Size(arguments) > 0 || PyTuple_Check(origin))) {
        write_generic(w, origin, arguments, depth);
    } else if ((name = attribute(w, object, "__forward_arg__")) != NULL) {
        write_annotation(w, name, depth + 1);
    } else if ((name = attribute(w, object, "_name")) != NULL || (name = attribute(w, object, "__name__")) != NULL) {
        bool is_form = origin != NULL || ends_in(w, (PyObject *)Py_TYPE(object), "Form");
        bool is_any = is_typing(w, object, "Any");
        puts_text(w, is_form || is_any ? "typing." : "");
        put_object(w, name);
    } else {
        w->unknown = true;
    }
    Py_XDECREF(origin);
    Py_XDECREF(arguments);
    Py_XDECREF(metadata);
    Py_XDECREF(name);
}

/* ---- Texts ---- */

static bool is_identifier_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80) != 0;
}

/* What a name at the beginning of a dotted one stands for, where that can be told without running anything. */
static bool write_resolved(writer *w, const char *name, size_t length) {
    if (w->globals == NULL) {
        return false;
    }
    PyObject *key = PyUnicode_FromStringAndSize(name, (Py_ssize_t)length);
    PyObject *value = key != NULL ? PyDict_GetItemWithError(w->globals, key) : NULL; /* borrowed */
    Py_XDECREF(key);
    if (value == NULL) {
        w->failed = w->failed || !ispy_live_forgive();
        return false;
    }
    if (PyType_Check(value)) {
        write_type(w, value);
        return true;
    }
    if (PyModule_CheckExact(value)) {
        PyObject *own = PyModule_GetNameObject(value);
        put_object(w, own);
        Py_XDECREF(own);
        return own != NULL;
    }
    ispy_str type;
    if (!name_of_type(w, &type, (PyObject *)Py_TYPE(value))) {
        return false;
    }
    if (begins_with_typing(type)) {
        write_typing(w, value, 1);
        return true;
    }
    return false;
}

/* Python writes annotations out under "from __future__ import annotations", and people write them in quotes: names in
 * them are those of the module that the function belongs to. */
static void write_string(writer *w, PyObject *text) {
    Py_ssize_t length = 0;
    const char *utf8 = PyUnicode_AsUTF8AndSize(text, &length);
    if (utf8 == NULL) {
        put_object(w, NULL);
        return;
    }
    char quote = '\0';
    for (Py_ssize_t i = 0; i < length && !w->unknown && !w->failed;) {
        char c = utf8[i];
        bool begins = quote == '\0' && is_identifier_byte(c) && !(c >= '0' && c <= '9');
        if (!begins) {
            quote = quote != '\0' ? (c == quote ? '\0' : quote) : (c == '"' || c == '\'') ? c : '\0';
            put(w, &c, 1);
            i++;
            continue;
        }
        Py_ssize_t start = i;
        while (i < length && is_identifier_byte(utf8[i])) {
            i++;
        }
        bool dotted = start > 0 && utf8[start - 1] == '.';
        if (dotted || !write_resolved(w, utf8 + start, (size_t)(i - start))) {
            put(w, utf8 + start, (size_t)(i - start));
        }
    }
}

/* ---- Any annotation ---- */

static void write_list(writer *w, PyObject *list, int depth) {
    PyObject *tuple = PyList_AsTuple(list);
    if (tuple == NULL) {
        w->failed = true;
        return;
    }
    puts_text(w, "[");
    if (PyTuple_Size(tuple) > 0) {
        write_arguments(w, tuple, FORM_PLAIN, depth);
    }
    puts_text(w, "]");
    Py_DECREF(tuple);
}

static void write_alias(writer *w, PyObject *alias, int depth) {
    PyObject *arguments = attribute(w, alias, "__args__");
    PyObject *origin =
        (PyObject *)Py_TYPE(alias) == w->live->api->union_type ? NULL : attribute(w, alias, "__origin__");
    if (arguments != NULL && origin != NULL) {
        write_generic(w, origin, arguments, depth);
    } else if (arguments != NULL) {
        write_arguments(w, arguments, FORM_UNION, depth);
    } else {
        w->unknown = true;
    }
    Py_XDECREF(arguments);
    Py_XDECREF(origin);
}

static bool is_subtype(PyObject *object, PyObject *type) {
    return PyType_IsSubtype(Py_TYPE(object), (PyTypeObject *)type) != 0;
}

static void write_annotation(writer *w, PyObject *annotation, int depth) {
    if (w->failed) {
        return;
    }
    const ispy_ast_api *api = w->live->api;
    ispy_str type;
    if (depth > MAX_DEPTH) {
        w->unknown = true;
    } else if (annotation == Py_None) {
        puts_text(w, "None");
    } else if (annotation == Py_Ellipsis) {
        puts_text(w, "...");
    } else if (PyUnicode_CheckExact(annotation)) {
        write_string(w, annotation);
    } else if (PyList_CheckExact(annotation)) {
        write_list(w, annotation, depth);
    } else if (is_subtype(annotation, api->generic_alias) || (PyObject *)Py_TYPE(annotation) == api->union_type) {
        write_alias(w, annotation, depth);
    } else if (PyType_Check(annotation)) {
        write_type(w, annotation);
    } else if (!name_of_type(w, &type, (PyObject *)Py_TYPE(annotation))) {
        return; /* has failed */
    } else if (begins_with_typing(type) || is_forward_reference(type)) {
        write_typing(w, annotation, depth);
    } else {
        w->unknown = true;
    }
}

int ispy_live_annotation(const ispy_live *live, ispy_str *out, PyObject *annotation, PyObject *globals) {
    writer w;
    w.live = live;
    w.globals = globals;
    w.length = 0;
    w.unknown = false;
    w.failed = false;
    write_annotation(&w, annotation, 0);
    if (w.failed) {
        return -1;
    }
    if (w.unknown || w.length == 0) {
        return 0;
    }
    return ispy_arena_str(out, live->arena, w.data, w.length) == ISPY_OK ? 1 : ispy_live_nomem();
}
