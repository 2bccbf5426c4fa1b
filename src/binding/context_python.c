/* Where we are running, as the core wants to know it. The module `platform` would tell, but importing it costs more
 * than everything else here: os.uname and sys say the same. */
#include "binding/context_python.h"

#include "binding/clock.h"
#include "binding/convert.h"

#include <string.h>

/* What platform.python_implementation() says for sys.implementation.name; any other name stays as it is. */
static const struct {
    const char *name;
    const char *shown;
} implementations[] = {
    {"cpython", "CPython"},       {"pypy", "PyPy"},       {"jython", "Jython"},
    {"ironpython", "IronPython"}, {"graalpy", "GraalVM"}, {"rustpython", "RustPython"},
};

/* Takes `unicode`. */
static int take_text(ispy_str *out, PyObject *unicode, ispy_arena *arena) {
    int status = unicode == NULL ? -1 : ispy_str_from_unicode(out, unicode, arena);
    Py_XDECREF(unicode);
    return status;
}

static int take_implementation(ispy_state *state) {
    PyObject *implementation = PySys_GetObject("implementation"); /* borrowed */
    ispy_str name;
    if (implementation == NULL ||
        take_text(&name, PyObject_GetAttr(implementation, state->names.name), state->arena) < 0) {
        return -1;
    }
    for (size_t i = 0; i < sizeof implementations / sizeof *implementations; i++) {
        if (strcmp(name.data, implementations[i].name) == 0) {
            name = ispy_str_literal(implementations[i].shown);
        }
    }
    state->snapshot.implementation = name;
    return 0;
}

/* "3.14.0rc1": sys.version_info as PEP 440 writes it. */
static int take_python_version(ispy_state *state) {
    PyObject *hexversion = PySys_GetObject("hexversion"); /* borrowed */
    unsigned long hex = hexversion == NULL ? 0 : PyLong_AsUnsignedLong(hexversion);
    if (hex == 0 || PyErr_Occurred()) {
        return -1;
    }
    unsigned long level = hex >> 4 & 0xF;
    const char *stage = level == 0xA ? "a" : level == 0xB ? "b" : level == 0xC ? "rc" : "";
    PyObject *text =
        PyUnicode_FromFormat("%lu.%lu.%lu%s", hex >> 24, hex >> 16 & 0xFF, hex >> 8 & 0xFF, stage); /* owned */
    if (text != NULL && *stage != '\0') {
        PyUnicode_AppendAndDel(&text, PyUnicode_FromFormat("%lu", hex & 0xF));
    }
    return take_text(&state->snapshot.python_version, text, state->arena);
}

/* One entry of os.uname(), through str.lower() where asked for. */
static PyObject *uname_field(PyObject *uname, const char *field, bool lower) {
    PyObject *text = PyObject_GetAttrString(uname, field); /* owned */
    PyObject *result = NULL;
    if (text != NULL) {
        result = lower ? PyObject_CallMethod(text, "lower", NULL) : Py_NewRef(text);
    }
    Py_XDECREF(text);
    return result;
}

static int take_machine(ispy_state *state) {
    PyObject *uname = PyObject_CallMethod(state->os_module, "uname", NULL); /* owned */
    if (uname != NULL) {
        int status = take_text(&state->snapshot.os, uname_field(uname, "sysname", true), state->arena);
        if (status == 0) {
            status = take_text(&state->snapshot.arch, uname_field(uname, "machine", false), state->arena);
        }
        Py_DECREF(uname);
        return status;
    }
    if (!PyErr_ExceptionMatches(PyExc_AttributeError)) {
        return -1;
    }
    PyErr_Clear(); /* Windows has no uname; platform.machine() asks these two there */
    static const char *const variables[] = {"PROCESSOR_ARCHITEW6432", "PROCESSOR_ARCHITECTURE"};
    state->snapshot.os = ispy_str_literal("windows");
    for (size_t i = 0; i < 2 && state->snapshot.arch.data == NULL; i++) {
        PyObject *value = PyObject_CallMethod(state->os_module, "getenv", "s", variables[i]); /* taken below */
        if (value == NULL ||
            (value != Py_None && ispy_str_from_unicode(&state->snapshot.arch, value, state->arena) < 0)) {
            Py_XDECREF(value);
            return -1;
        }
        Py_DECREF(value);
    }
    return 0;
}

int ispy_snapshot_take(ispy_state *state) {
    return take_machine(state) < 0 || take_python_version(state) < 0 || take_implementation(state) < 0 ? -1 : 0;
}

static const int64_t DAY_NS = INT64_C(86400) * 1000000000;

/* mapping.get(name), into the arena; what is no str counts as not set. */
static int read_variable(ispy_state *state, ispy_str *out, PyObject *mapping, ispy_str name, ispy_arena *arena) {
    PyObject *key = ispy_unicode_from_str(name);                                                             /* owned */
    PyObject *value = key == NULL ? NULL : PyObject_CallMethodObjArgs(mapping, state->names.get, key, NULL); /* owned */
    int status = -1;
    if (value != NULL) {
        status = PyUnicode_Check(value) ? ispy_str_from_unicode(out, value, arena) : 0;
    }
    Py_XDECREF(key);
    Py_XDECREF(value);
    return status;
}

static int read_environment(ispy_state *state, ispy_context *out, const ispy_contract_set *set, PyObject *mapping,
                            ispy_arena *arena) {
    size_t count = 0;
    const ispy_str *names = ispy_contract_set_environment(set, &count); /* borrowed */
    ispy_environment_entry *entries = ispy_arena_array(arena, count, sizeof *entries);
    if (entries == NULL) {
        return ispy_status_raise(ISPY_ENOMEM);
    }
    for (size_t i = 0; i < count; i++) {
        entries[i].name = names[i];
        if (read_variable(state, &entries[i].value, mapping, names[i], arena) < 0) {
            return -1;
        }
    }
    out->environment = entries;
    out->environment_count = (uint32_t)count;
    return 0;
}

/* "day": days since 1970-01-01. */
static int override_day(ispy_context *out, PyObject *override) {
    PyObject *day = PyObject_CallMethod(override, "get", "s", "day"); /* owned */
    if (day != NULL && day != Py_None) {
        out->day = (int32_t)PyLong_AsLong(day);
    }
    Py_XDECREF(day);
    return PyErr_Occurred() ? -1 : 0;
}

static int override_texts(ispy_state *state, ispy_context *out, PyObject *override, ispy_arena *arena) {
    struct {
        const char *key;
        ispy_str *text;
    } parts[] = {{"os", &out->os},
                 {"arch", &out->arch},
                 {"python_version", &out->python_version},
                 {"implementation", &out->implementation}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (read_variable(state, parts[i].text, override, ispy_str_literal(parts[i].key), arena) < 0) {
            return -1;
        }
    }
    return 0;
}

int ispy_context_capture(ispy_state *state, ispy_context *out, const ispy_contract_set *set, PyObject *override,
                         ispy_arena *arena) {
    *out = state->snapshot;
    out->day = (int32_t)(ispy_clock_utc() / DAY_NS);
    size_t count = 0;
    ispy_contract_set_environment(set, &count);
    if (count == 0 && override == NULL) {
        return 0;
    }
    PyObject *environment = NULL; /* owned */
    if (override != NULL) {
        if (override_texts(state, out, override, arena) < 0 || override_day(out, override) < 0) {
            return -1;
        }
        environment = PyObject_CallMethod(override, "get", "s", "environment");
        if (environment == NULL) {
            return -1;
        }
        if (environment == Py_None) {
            Py_CLEAR(environment);
        }
    }
    if (environment == NULL) {
        environment = PyObject_GetAttr(state->os_module, state->names.environ);
    }
    int status = environment == NULL ? -1 : read_environment(state, out, set, environment, arena);
    Py_XDECREF(environment);
    return status;
}

/* packages_distributions()[name] where it has just one entry; new reference, NULL with or without an exception. */
static PyObject *distribution_of(PyObject *metadata, PyObject *name) {
    PyObject *result = NULL;
    PyObject *known = PyObject_CallMethod(metadata, "packages_distributions", NULL); /* owned */
    PyObject *list = known == NULL ? NULL : PyObject_GetItem(known, name);           /* owned */
    if (list != NULL && PySequence_Size(list) == 1) {
        result = PySequence_GetItem(list, 0);
    }
    Py_XDECREF(known);
    Py_XDECREF(list);
    return result;
}

static PyObject *find_version(ispy_state *state, PyObject *top) {
    PyObject *metadata = PyImport_Import(state->names.metadata_module); /* owned */
    if (metadata == NULL) {
        return NULL;
    }
    PyObject *version = PyObject_CallMethod(metadata, "version", "O", top);
    if (version == NULL && PyErr_ExceptionMatches(PyExc_ImportError)) { /* PackageNotFoundError */
        PyErr_Clear();
        PyObject *name = distribution_of(metadata, top); /* owned */
        version = name == NULL ? NULL : PyObject_CallMethod(metadata, "version", "O", name);
        Py_XDECREF(name);
    }
    Py_DECREF(metadata);
    return version;
}

/* Clears an exception that says "not found"; those that end the program stay. */
static int swallow(void) {
    if (PyErr_Occurred() && !PyErr_ExceptionMatches(PyExc_Exception)) {
        return -1;
    }
    PyErr_Clear();
    return 0;
}

int ispy_distribution_version(ispy_state *state, ispy_str *out, PyObject *name, ispy_arena *arena) {
    *out = (ispy_str){NULL, 0, 0};
    if (!PyUnicode_Check(name)) {
        return 0;
    }
    /* A contract that selects importlib.metadata itself would have us look up versions for ever. */
    ispy_search *search = NULL; /* owned */
    int entered = ispy_search_enter(state, state->names.metadata_module, &search);
    if (entered <= 0) {
        return entered;
    }
    PyObject *parts = PyObject_CallMethod(name, "partition", "s", ".");                        /* owned */
    PyObject *version = parts == NULL ? NULL : find_version(state, PyTuple_GetItem(parts, 0)); /* owned */
    int status = 0;
    if (version == NULL) {
        status = swallow();
    } else if (PyUnicode_Check(version)) {
        status = ispy_str_from_unicode(out, version, arena);
    }
    Py_XDECREF(parts);
    Py_XDECREF(version);
    ispy_search_leave(state, search);
    return status;
}
