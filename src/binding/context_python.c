/* Where we are running, as the core wants to know it. The module `platform` would tell, but importing it costs more
 * than everything else here: os.uname and sys say the same. */
#include "binding/context_python.h"

#include "binding/clock.h"
#include "binding/commands.h"
#include "binding/convert.h"
#include "binding/installed.h"
#include "binding/machine.h"
#include "binding/options.h"
#include "binding/providers.h"

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

/* Systems whose uname says something else, or too much. */
static int take_special_system(ispy_state *state) {
    static const char *const names[] = {"android", "ios", "cygwin", "emscripten", "wasi"};
    PyObject *platform = PySys_GetObject("platform"); /* borrowed */
    for (size_t i = 0; platform != NULL && i < sizeof names / sizeof *names; i++) {
        if (PyUnicode_Check(platform) && PyUnicode_CompareWithASCIIString(platform, names[i]) == 0) {
            state->snapshot.os = ispy_str_literal(names[i]);
        }
    }
    return 0;
}

/* sys.flags.optimize; -OOO means no more than -OO. */
static int take_optimize(ispy_state *state) {
    static const char *const levels[] = {"0", "1", "2"};
    PyObject *flags = PySys_GetObject("flags");                                         /* borrowed */
    PyObject *value = flags == NULL ? NULL : PyObject_GetAttrString(flags, "optimize"); /* owned */
    long level = value == NULL ? -1 : PyLong_AsLong(value);
    Py_XDECREF(value);
    if (level < 0) {
        return -1;
    }
    state->snapshot.optimize = ispy_str_literal(levels[level > 2 ? 2 : level]);
    return 0;
}

/* Only a free-threaded Python can do without the GIL, and may take it back: there it is asked each time. */
static int take_gil(ispy_state *state) {
    PyObject *flags = PySys_GetObject("abiflags");           /* borrowed; not on Windows before 3.14 */
    PyObject *function = PySys_GetObject("_is_gil_enabled"); /* borrowed */
    bool may_be_off = function != NULL;
    if (flags != NULL && PyUnicode_Check(flags)) {
        may_be_off = may_be_off && PyUnicode_FindChar(flags, 't', 0, PyUnicode_GetLength(flags), 1) >= 0;
    }
    state->snapshot.gil = ispy_str_literal("on");
    state->gil_function = may_be_off ? Py_NewRef(function) : NULL;
    return PyErr_Occurred() ? -1 : 0;
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
    return take_machine(state) < 0 || take_special_system(state) < 0 || take_python_version(state) < 0 ||
                   take_implementation(state) < 0 || take_optimize(state) < 0 || take_gil(state) < 0
               ? -1
               : 0;
}

/* What files have to be read for, once. */
static void know_machine(ispy_state *state) {
    if (!state->knows_machine) {
        ispy_machine machine;
        ispy_machine_look(&machine);
        state->snapshot.libc = ispy_str_literal(machine.libc);
        state->snapshot.libc_version = ispy_str_literal(machine.libc_version);
        state->snapshot.memory = machine.memory;
        state->snapshot.cpu_thousandths = machine.cpu_thousandths;
        state->knows_machine = true;
    }
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

static int read_environment(ispy_state *state, ispy_context *out, const ispy_needs *needs, PyObject *mapping,
                            ispy_arena *arena) {
    const ispy_name_list *names = &needs->environment;
    ispy_environment_entry *entries = ispy_arena_array(arena, names->count, sizeof *entries);
    if (entries == NULL) {
        return ispy_status_raise(ISPY_ENOMEM);
    }
    for (uint32_t i = 0; i < names->count; i++) {
        entries[i].name = names->names[i];
        if (read_variable(state, &entries[i].value, mapping, names->names[i], arena) < 0) {
            return -1;
        }
    }
    out->environment = entries;
    out->environment_count = names->count;
    return 0;
}

/* `stated` has the last word on who the host is; None: nobody said anything. */
static int read_host(ispy_state *state, ispy_context *out, const ispy_needs *needs, PyObject *stated,
                     ispy_arena *arena) {
    const ispy_name_list *names = &needs->host;
    ispy_component *items = ispy_arena_array(arena, names->count, sizeof *items);
    if (items == NULL) {
        return ispy_status_raise(ISPY_ENOMEM);
    }
    for (uint32_t i = 0; i < names->count; i++) {
        items[i].name = names->names[i];
        if (stated != Py_None && read_variable(state, &items[i].version, stated, names->names[i], arena) < 0) {
            return -1;
        }
        items[i].standing = items[i].version.data != NULL ? ISPY_STANDING_PRESENT : ISPY_STANDING_ABSENT;
    }
    out->host = (ispy_components){items, names->count};
    return 0;
}

static int take_gil_now(ispy_state *state, ispy_context *out) {
    PyObject *enabled = PyObject_CallNoArgs(state->gil_function); /* owned */
    out->gil = ispy_str_literal(enabled == Py_False ? "off" : "on");
    Py_XDECREF(enabled);
    return enabled == NULL ? -1 : 0;
}

static int read_outside(ispy_state *state, ispy_context *out, const ispy_needs *needs, ispy_arena *arena) {
    PyObject *variables = PyObject_GetAttr(state->os_module, state->names.environ); /* owned */
    int status = variables == NULL ? -1 : read_environment(state, out, needs, variables, arena);
    if (status == 0 && needs->commands.count > 0) {
        status = ispy_commands_find(&state->commands, &out->commands, &needs->commands, variables, arena);
    }
    Py_XDECREF(variables);
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

/* importlib.metadata.version or .requires of the distribution that brings the top-level module. */
static PyObject *ask_distribution(ispy_state *state, const char *what, PyObject *top) {
    PyObject *metadata = PyImport_Import(state->names.metadata_module); /* owned */
    if (metadata == NULL) {
        return NULL;
    }
    PyObject *answer = PyObject_CallMethod(metadata, what, "O", top);
    if (answer == NULL && PyErr_ExceptionMatches(PyExc_ImportError)) { /* PackageNotFoundError */
        PyErr_Clear();
        PyObject *name = distribution_of(metadata, top); /* owned */
        answer = name == NULL ? NULL : PyObject_CallMethod(metadata, what, "O", name);
        Py_XDECREF(name);
    }
    Py_DECREF(metadata);
    return answer;
}

/* Clears an exception that says "not found"; those that end the program stay. */
static int swallow(void) {
    if (PyErr_Occurred() && !PyErr_ExceptionMatches(PyExc_Exception)) {
        return -1;
    }
    PyErr_Clear();
    return 0;
}

/* What the distribution of the module says, new; NULL without an exception where that cannot be found out. */
static PyObject *ask_for_module(ispy_state *state, const char *what, PyObject *module) {
    if (!PyUnicode_Check(module)) {
        return NULL;
    }
    /* A contract that selects importlib.metadata itself would have us look up versions for ever. */
    ispy_search *search = NULL; /* owned */
    if (ispy_search_enter(state, state->names.metadata_module, &search) <= 0) {
        return NULL;
    }
    PyObject *parts = PyObject_CallMethod(module, "partition", "s", ".");                               /* owned */
    PyObject *answer = parts == NULL ? NULL : ask_distribution(state, what, PyTuple_GetItem(parts, 0)); /* owned */
    if (answer == NULL) {
        swallow();
    }
    Py_XDECREF(parts);
    ispy_search_leave(state, search);
    return answer;
}

int ispy_distribution_version(ispy_state *state, ispy_str *out, PyObject *name, ispy_arena *arena) {
    *out = (ispy_str){NULL, 0, 0};
    PyObject *version = ask_for_module(state, "version", name); /* owned */
    int status = PyErr_Occurred() ? -1 : 0;
    if (version != NULL && PyUnicode_Check(version)) {
        status = ispy_str_from_unicode(out, version, arena);
    }
    Py_XDECREF(version);
    return status;
}

/* ---- what it requires ---- */

/* A requirement counts for everybody, for nobody who has not asked for an extra, or for whom is not told here. */
static ispy_standing standing_of(const ispy_requirement *requirement) {
    ispy_str marker = requirement->marker;
    bool has_or = false;
    bool has_extra = false;
    for (uint32_t i = 0; i + 4 < marker.length; i++) {
        has_or |= memcmp(marker.data + i, " or ", 4) == 0;
        has_extra |= memcmp(marker.data + i, "extra", 5) == 0;
    }
    return requirement->specifiers.data == NULL ? ISPY_STANDING_UNKNOWN
           : marker.data == NULL                ? ISPY_STANDING_PRESENT
           : has_extra && !has_or               ? ISPY_STANDING_ABSENT
                                                : ISPY_STANDING_UNKNOWN;
}

/* Several requirements of one name hold together. */
static int add_requirement(ispy_component *item, const ispy_requirement *requirement, ispy_arena *arena) {
    ispy_standing standing = standing_of(requirement);
    if (standing == ISPY_STANDING_ABSENT || item->standing == ISPY_STANDING_UNKNOWN) {
        return 0;
    }
    item->standing = standing;
    ispy_str more = requirement->specifiers;
    if (standing == ISPY_STANDING_UNKNOWN || more.length == 0) {
        return 0;
    }
    size_t length = item->version.length > 0 ? (size_t)item->version.length + 1 : 0;
    char *text = ispy_arena_reserve(arena, length + more.length);
    if (text == NULL) {
        return ispy_status_raise(ISPY_ENOMEM);
    }
    if (length > 0) {
        memcpy(text, item->version.data, length - 1);
        text[length - 1] = ',';
    }
    memcpy(text + length, more.data, more.length);
    return ispy_arena_str(&item->version, arena, text, length + more.length) == ISPY_OK
               ? 0
               : ispy_status_raise(ISPY_ENOMEM);
}

static int take_requirement(ispy_component *items, uint32_t count, PyObject *line, ispy_arena *arena) {
    ispy_str text;
    ispy_requirement requirement;
    if (!PyUnicode_Check(line) || ispy_str_from_unicode(&text, line, arena) < 0) {
        return PyErr_Occurred() ? -1 : 0;
    }
    int status = ispy_requirement_parse(&requirement, arena, text);
    for (uint32_t i = 0; i < count && status == ISPY_OK; i++) {
        if (ispy_str_equal(items[i].name, requirement.name)) {
            return add_requirement(&items[i], &requirement, arena);
        }
    }
    return status == ISPY_ENOMEM ? ispy_status_raise(status) : 0;
}

/* What the distribution that brings the module says of these names among its requirements. */
static int read_declared(ispy_state *state, ispy_context *out, const ispy_needs *needs, PyObject *module,
                         ispy_arena *arena) {
    const ispy_name_list *names = &needs->declared;
    PyObject *lines = ask_for_module(state, "requires", module); /* owned: a list, or None for no requirements */
    ispy_component *items = ispy_arena_array(arena, names->count, sizeof *items);
    int status = PyErr_Occurred() ? -1 : items == NULL ? ispy_status_raise(ISPY_ENOMEM) : 0;
    for (uint32_t i = 0; items != NULL && i < names->count && status == 0; i++) {
        items[i].name = names->names[i];
        items[i].standing = lines != NULL ? ISPY_STANDING_ABSENT : ISPY_STANDING_UNKNOWN;
    }
    for (Py_ssize_t i = 0; lines != NULL && PyList_Check(lines) && status == 0 && i < PyList_Size(lines); i++) {
        status = take_requirement(items, names->count, PyList_GetItem(lines, i), arena);
    }
    out->declared = (ispy_components){items, names->count};
    Py_XDECREF(lines);
    return status;
}

/* ---- all of it ---- */

int ispy_context_capture(ispy_state *state, ispy_context *out, const ispy_needs *needs, PyObject *host,
                         PyObject *module, ispy_arena *arena) {
    if (needs->machine) {
        know_machine(state);
    }
    *out = state->snapshot;
    out->day = (int32_t)(ispy_clock_utc() / DAY_NS);
    if (state->gil_function != NULL && take_gil_now(state, out) < 0) {
        return -1;
    }
    if ((needs->environment.count > 0 || needs->commands.count > 0) && read_outside(state, out, needs, arena) < 0) {
        return -1;
    }
    if (needs->host.count > 0 && host != NULL && read_host(state, out, needs, host, arena) < 0) {
        return -1;
    }
    if (needs->declared.count > 0 && module != NULL && read_declared(state, out, needs, module, arena) < 0) {
        return -1;
    }
    if (needs->providers.count > 0 && ispy_providers_find(state, out, &needs->providers, arena) < 0) {
        return -1;
    }
    return needs->distributions.count == 0
               ? 0
               : ispy_installed_find(state, &out->distributions, &needs->distributions, arena);
}

int ispy_contract_applies_here(ispy_state *state, const ispy_contract *contract, PyObject *host) {
    ispy_context context;
    if (!ispy_contract_is_conditional(contract)) {
        return 1;
    }
    ispy_arena *arena = ispy_arena_new(); /* owned */
    if (arena == NULL) {
        return ispy_status_raise(ISPY_ENOMEM);
    }
    int status = ispy_context_capture(state, &context, ispy_contract_needs(contract), host, NULL, arena);
    status = status < 0 ? -1 : ispy_contract_applies(contract, &context);
    ispy_arena_free(arena);
    return status;
}
