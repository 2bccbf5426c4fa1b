/* The exceptions of ImportSpy, and how each comes to its text. What is not in args is in the instance's __dict__: that
 * is what BaseException pickles. */
#include "binding/errors.h"

#include "binding/convert.h"
#include "binding/report_type.h"

#include <string.h>

static PyObject *new_class(const char *name, const char *doc, PyObject *base, const char *const *attributes) {
    PyObject *defaults = PyDict_New(); /* owned */
    for (; defaults != NULL && *attributes != NULL; attributes++) {
        if (PyDict_SetItemString(defaults, *attributes, Py_None) < 0) {
            Py_CLEAR(defaults);
        }
    }
    PyObject *class = defaults == NULL ? NULL : PyErr_NewExceptionWithDoc(name, doc, base, defaults);
    Py_XDECREF(defaults);
    return class;
}

/* Takes `value`. */
static int set_attribute(PyObject *object, const char *name, PyObject *value) {
    int status = value == NULL ? -1 : PyObject_SetAttrString(object, name, value);
    Py_XDECREF(value);
    return status;
}

int ispy_errors_init(ispy_state *state) {
    static const char *const of_violation[] = {"violations", NULL};
    static const char *const of_error[] = {"path", "line", "column", "code", "hint", NULL};
    static const char *const of_warning[] = {NULL};
    state->contract_violation =
        new_class("importspy.ContractViolation", "A module breaks the contract that holds for it, and was not let in.",
                  PyExc_ImportError, of_violation);
    state->contract_error =
        new_class("importspy.ContractError", "The contract itself is wrong.", PyExc_Exception, of_error);
    state->contract_warning =
        new_class("importspy.ContractWarning", "A module breaks a contract whose mode is 'warn', and was let in.",
                  PyExc_UserWarning, of_warning);
    if (state->contract_violation == NULL || state->contract_error == NULL || state->contract_warning == NULL) {
        return -1;
    }
    return set_attribute(state->contract_violation, "violations", PyTuple_New(0));
}

static PyObject *text_or_none(const char *text) {
    return text[0] == '\0' ? Py_NewRef(Py_None) : ispy_unicode_from_str(ispy_str_literal(text));
}

static PyObject *number_or_none(uint32_t number) {
    return number == 0 ? Py_NewRef(Py_None) : PyLong_FromUnsignedLong(number);
}

/* Blanks up to the caret: a tab stays a tab, so that the caret stands under its character. */
static PyObject *caret_line(PyObject *excerpt, ispy_span at) {
    PyObject *result = NULL;
    PyObject *carets = NULL; /* owned */
    Py_ssize_t length = PyUnicode_GetLength(excerpt);
    Py_ssize_t before = (Py_ssize_t)at.column - 1;
    PyObject *blanks = PyUnicode_FromString(""); /* owned */
    for (Py_ssize_t i = 0; blanks != NULL && i < before; i++) {
        PyUnicode_AppendAndDel(&blanks, PyUnicode_FromString(PyUnicode_ReadChar(excerpt, i) == '\t' ? "\t" : " "));
    }
    Py_ssize_t marked = at.length == 0 ? 1 : (Py_ssize_t)at.length;
    marked = before + marked > length && length > before ? length - before : marked;
    PyObject *caret = PyUnicode_FromString("^"); /* owned */
    carets = caret == NULL ? NULL : PySequence_Repeat(caret, marked);
    if (blanks != NULL && carets != NULL) {
        result = PyUnicode_Concat(blanks, carets);
    }
    Py_XDECREF(blanks);
    Py_XDECREF(caret);
    Py_XDECREF(carets);
    return result;
}

/* "\n  |\n3 | text\n  | ^^^^", or "" where there is no excerpt. */
static PyObject *excerpt_text(const ispy_error *error) {
    if (error->excerpt[0] == '\0' || error->at.line == 0) {
        return PyUnicode_FromString("");
    }
    PyObject *result = NULL;
    PyObject *carets = NULL;                                                       /* owned */
    PyObject *excerpt = ispy_unicode_from_str(ispy_str_literal(error->excerpt));   /* owned */
    PyObject *number = PyUnicode_FromFormat("%lu", (unsigned long)error->at.line); /* owned */
    PyObject *blank = PyUnicode_FromString(" ");                                   /* owned */
    PyObject *margin = NULL;                                                       /* owned */
    if (excerpt == NULL || number == NULL || blank == NULL) {
        goto done;
    }
    margin = PySequence_Repeat(blank, PyUnicode_GetLength(number));
    bool has_caret = error->at.column >= 1 && (Py_ssize_t)error->at.column - 1 <= PyUnicode_GetLength(excerpt);
    carets = has_caret ? caret_line(excerpt, error->at) : PyUnicode_FromString("");
    if (margin != NULL && carets != NULL) {
        result = PyUnicode_FromFormat("\n %U |\n %U | %U\n %U | %U", margin, number, excerpt, margin, carets);
    }
done:
    Py_XDECREF(excerpt);
    Py_XDECREF(number);
    Py_XDECREF(blank);
    Py_XDECREF(margin);
    Py_XDECREF(carets);
    return result;
}

/* "contracts/x.yml:3:5: ISPY903: ", as far as it is known. */
static PyObject *error_place(const ispy_error *error, PyObject *path) {
    PyObject *place = NULL;
    if (path == Py_None) {
        place = PyUnicode_FromString("");
    } else if (error->at.line == 0) {
        place = PyUnicode_FromFormat("%U: ", path);
    } else {
        place =
            PyUnicode_FromFormat("%U:%lu:%lu: ", path, (unsigned long)error->at.line, (unsigned long)error->at.column);
    }
    if (place != NULL && error->code[0] != '\0') {
        PyUnicode_AppendAndDel(&place, PyUnicode_FromFormat("%s: ", error->code));
    }
    return place;
}

static PyObject *error_text(const ispy_error *error, PyObject *path) {
    PyObject *text = error_place(error, path); /* owned */
    if (text != NULL) {
        PyUnicode_AppendAndDel(&text, ispy_unicode_from_str(ispy_str_literal(error->message)));
    }
    if (text != NULL) {
        PyUnicode_AppendAndDel(&text, excerpt_text(error));
    }
    if (text != NULL && error->hint[0] != '\0') {
        PyObject *hint = ispy_unicode_from_str(ispy_str_literal(error->hint)); /* owned */
        PyUnicode_AppendAndDel(&text, hint == NULL ? NULL : PyUnicode_FromFormat("\n   = hint: %U", hint));
        Py_XDECREF(hint);
    }
    return text;
}

PyObject *ispy_contract_error_text(const ispy_error *error) {
    PyObject *path =
        error->path[0] == '\0' ? Py_NewRef(Py_None) : ispy_unicode_from_path(ispy_str_literal(error->path)); /* owned */
    PyObject *text = path == NULL ? NULL : error_text(error, path);
    Py_XDECREF(path);
    return text;
}

PyObject *ispy_contract_error_raise(ispy_state *state, const ispy_error *error) {
    if (error->status != ISPY_EINVAL && error->status != ISPY_EIO) {
        ispy_status_raise(error->status);
        return NULL;
    }
    PyObject *text = NULL;      /* owned */
    PyObject *exception = NULL; /* owned */
    PyObject *path =
        error->path[0] == '\0' ? Py_NewRef(Py_None) : ispy_unicode_from_path(ispy_str_literal(error->path)); /* owned */
    text = path == NULL ? NULL : error_text(error, path);
    exception = text == NULL ? NULL : PyObject_CallFunctionObjArgs(state->contract_error, text, NULL);
    if (exception != NULL && set_attribute(exception, "path", Py_NewRef(path)) == 0 &&
        set_attribute(exception, "line", number_or_none(error->at.line)) == 0 &&
        set_attribute(exception, "column", number_or_none(error->at.line == 0 ? 0 : error->at.column)) == 0 &&
        set_attribute(exception, "code", text_or_none(error->code)) == 0 &&
        set_attribute(exception, "hint", text_or_none(error->hint)) == 0) {
        PyErr_SetObject(state->contract_error, exception);
    }
    Py_XDECREF(path);
    Py_XDECREF(text);
    Py_XDECREF(exception);
    return NULL;
}

/* "module 'acme.plugins.mail' is denied: <note>\n\n<report>" */
static PyObject *violation_text(PyObject *name, PyObject *report, const char *verb, const char *note) {
    PyObject *text = ispy_report_object_text(report); /* borrowed */
    Py_ssize_t length = PyUnicode_GetLength(text);
    while (length > 0 && PyUnicode_ReadChar(text, length - 1) == '\n') {
        length--;
    }
    PyObject *trimmed = PyUnicode_Substring(text, 0, length); /* owned */
    PyObject *result = NULL;
    if (trimmed != NULL) {
        result = note == NULL ? PyUnicode_FromFormat("module %R %s\n\n%U", name, verb, trimmed)
                              : PyUnicode_FromFormat("module %R %s: %s\n\n%U", name, verb, note, trimmed);
    }
    Py_XDECREF(trimmed);
    return result;
}

PyObject *ispy_violation_new(ispy_state *state, PyObject *name, PyObject *report, const char *note) {
    PyObject *exception = NULL;
    PyObject *args = NULL;                                            /* owned */
    PyObject *kwargs = NULL;                                          /* owned */
    PyObject *text = violation_text(name, report, "is denied", note); /* owned */
    if (text == NULL) {
        goto done;
    }
    args = PyTuple_Pack(1, text);
    kwargs = Py_BuildValue("{s:O,s:O}", "name", name, "path", ispy_report_object_path(report));
    if (args == NULL || kwargs == NULL) {
        goto done;
    }
    exception = PyObject_Call(state->contract_violation, args, kwargs);
    if (exception != NULL &&
        (PyObject_SetAttr(exception, state->names.report, report) < 0 ||
         PyObject_SetAttr(exception, state->names.violations, ispy_report_object_violations(report)) < 0)) {
        Py_CLEAR(exception);
    }
done:
    Py_XDECREF(text);
    Py_XDECREF(args);
    Py_XDECREF(kwargs);
    return exception;
}

PyObject *ispy_violation_copy(PyObject *violation) {
    PyObject *copy = NULL;
    PyObject *parts = PyObject_CallMethod(violation, "__reduce__", NULL); /* owned: (type, args, attributes) */
    if (parts != NULL && PyTuple_Check(parts) && PyTuple_Size(parts) == 3) {
        copy = PyObject_CallObject(PyTuple_GetItem(parts, 0), PyTuple_GetItem(parts, 1));
        PyObject *set = copy == NULL ? NULL : PyObject_CallMethod(copy, "__setstate__", "O", PyTuple_GetItem(parts, 2));
        if (set == NULL) {
            Py_CLEAR(copy);
        }
        Py_XDECREF(set);
    }
    Py_XDECREF(parts);
    return copy;
}

int ispy_violation_raise(ispy_state *state, PyObject *name, PyObject *report, const char *note) {
    PyObject *exception = ispy_violation_new(state, name, report, note); /* owned */
    if (exception != NULL) {
        PyErr_SetObject(state->contract_violation, exception);
        Py_DECREF(exception);
    }
    return -1;
}

/* The line of the first finding that has one, else 1. */
static int first_line(PyObject *report) {
    PyObject *violations = ispy_report_object_violations(report); /* borrowed */
    for (Py_ssize_t i = 0; i < PyTuple_Size(violations); i++) {
        PyObject *line = PyObject_GetAttrString(PyTuple_GetItem(violations, i), "line"); /* owned */
        long number = line == NULL || line == Py_None ? 0 : PyLong_AsLong(line);
        Py_XDECREF(line);
        PyErr_Clear();
        if (number > 0) {
            return (int)number;
        }
    }
    return 1;
}

int ispy_violation_warn(ispy_state *state, PyObject *name, PyObject *report, const char *note) {
    int status = -1;
    PyObject *message = violation_text(name, report, "breaks its contract", note);  /* owned */
    PyObject *path = ispy_report_object_path(report);                               /* borrowed */
    PyObject *file = NULL;                                                          /* owned */
    PyObject *label = PyUnicode_AsEncodedString(name, "utf-8", "backslashreplace"); /* owned */
    PyObject *bytes = NULL;                                                         /* owned */
    if (message == NULL || label == NULL) {
        goto done;
    }
    file = path == Py_None ? Py_NewRef(label) : PyUnicode_EncodeFSDefault(path);
    bytes = PyUnicode_AsEncodedString(message, "utf-8", "backslashreplace");
    if (file == NULL || bytes == NULL) {
        goto done;
    }
    status = PyErr_WarnExplicit(state->contract_warning, PyBytes_AsString(bytes), PyBytes_AsString(file),
                                first_line(report), PyBytes_AsString(label), NULL);
done:
    Py_XDECREF(message);
    Py_XDECREF(file);
    Py_XDECREF(label);
    Py_XDECREF(bytes);
    return status;
}
