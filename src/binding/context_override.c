/* A context that is stated and not taken: for `check --host`, and for tests. See context_python.h. */
#include "binding/context_python.h"
#include "binding/convert.h"

/* override[key], new; NULL without an exception where it is not there, or None. */
static PyObject *part(PyObject *override, const char *key) {
    PyObject *value = PyObject_CallMethod(override, "get", "s", key);
    if (value == Py_None) {
        Py_CLEAR(value);
    }
    return value;
}

static int take_texts(ispy_context *out, PyObject *override, ispy_arena *arena) {
    struct {
        const char *key;
        ispy_str *text;
    } texts[] = {{"os", &out->os},
                 {"arch", &out->arch},
                 {"python_version", &out->python_version},
                 {"implementation", &out->implementation},
                 {"libc", &out->libc},
                 {"libc_version", &out->libc_version},
                 {"gil", &out->gil},
                 {"optimize", &out->optimize}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts && !PyErr_Occurred(); i++) {
        PyObject *value = part(override, texts[i].key); /* owned */
        if (value != NULL && PyUnicode_Check(value)) {
            ispy_str_from_unicode(texts[i].text, value, arena);
        }
        Py_XDECREF(value);
    }
    return PyErr_Occurred() ? -1 : 0;
}

static int take_numbers(ispy_context *out, PyObject *override) {
    PyObject *day = part(override, "day");                                 /* owned */
    PyObject *memory = PyErr_Occurred() ? NULL : part(override, "memory"); /* owned: bytes */
    PyObject *cpus = PyErr_Occurred() ? NULL : part(override, "cpus");     /* owned */
    if (day != NULL) {
        out->day = (int32_t)PyLong_AsLong(day);
    }
    if (memory != NULL && !PyErr_Occurred()) {
        out->memory = PyLong_AsUnsignedLongLong(memory);
    }
    if (cpus != NULL && !PyErr_Occurred()) {
        out->cpu_thousandths = (uint32_t)(PyFloat_AsDouble(cpus) * 1000);
    }
    Py_XDECREF(day);
    Py_XDECREF(memory);
    Py_XDECREF(cpus);
    return PyErr_Occurred() ? -1 : 0;
}

/* mapping[name], into the arena; what is no str counts as not there. */
static int take_text(ispy_str *out, PyObject *mapping, ispy_str name, ispy_arena *arena) {
    PyObject *value = PyObject_CallMethod(mapping, "get", "s#", name.data, (Py_ssize_t)name.length); /* owned */
    int status = value == NULL ? -1 : PyUnicode_Check(value) ? ispy_str_from_unicode(out, value, arena) : 0;
    Py_XDECREF(value);
    return status;
}

static int take_environment(ispy_context *out, const ispy_name_list *names, PyObject *mapping, ispy_arena *arena) {
    ispy_environment_entry *entries = ispy_arena_array(arena, names->count, sizeof *entries);
    if (entries == NULL) {
        return ispy_status_raise(ISPY_ENOMEM);
    }
    for (uint32_t i = 0; i < names->count; i++) {
        entries[i].name = names->names[i];
        if (take_text(&entries[i].value, mapping, names->names[i], arena) < 0) {
            return -1;
        }
    }
    out->environment = entries;
    out->environment_count = names->count;
    return 0;
}

/* "1.0", or ["1.0", "extra", ...]. */
static int take_distribution(ispy_component *item, PyObject *value, ispy_arena *arena) {
    Py_ssize_t count = PyList_Check(value) ? PyList_Size(value) : 0;
    ispy_str *extras = ispy_arena_array(arena, (size_t)count, sizeof *extras);
    PyObject *version = count > 0 ? PyList_GetItem(value, 0) : value; /* borrowed */
    int status = extras == NULL             ? ispy_status_raise(ISPY_ENOMEM)
                 : PyUnicode_Check(version) ? ispy_str_from_unicode(&item->version, version, arena)
                                            : 0;
    for (Py_ssize_t i = 1; i < count && status == 0; i++) {
        status = ispy_str_from_unicode(&extras[item->extra_count++], PyList_GetItem(value, i), arena);
    }
    item->extras = extras;
    item->standing = ISPY_STANDING_PRESENT;
    return status;
}

static int take_component(ispy_component *item, PyObject *components, ispy_arena *arena) {
    int status = 0;
    if (!PyDict_Check(components)) {                        /* a list of names */
        PyObject *name = ispy_unicode_from_str(item->name); /* owned */
        status = name == NULL ? -1 : PySequence_Contains(components, name);
        item->standing = status > 0 ? ISPY_STANDING_PRESENT : ISPY_STANDING_ABSENT;
        Py_XDECREF(name);
        return status < 0 ? -1 : 0;
    }
    PyObject *value = PyObject_CallMethod(components, "get", "s#", item->name.data, (Py_ssize_t)item->name.length);
    item->standing = ISPY_STANDING_ABSENT;
    if (value != NULL && value != Py_None) {
        status = take_distribution(item, value, arena);
    }
    Py_XDECREF(value);
    return value == NULL ? -1 : status;
}

static int take_components(ispy_components *out, const ispy_name_list *names, PyObject *components, ispy_arena *arena) {
    ispy_component *items = ispy_arena_array(arena, names->count, sizeof *items);
    if (items == NULL) {
        return ispy_status_raise(ISPY_ENOMEM);
    }
    for (uint32_t i = 0; i < names->count; i++) {
        items[i].name = names->names[i];
        if (take_component(&items[i], components, arena) < 0) {
            return -1;
        }
    }
    *out = (ispy_components){items, names->count};
    return 0;
}

int ispy_context_override(ispy_context *out, const ispy_needs *needs, PyObject *override, ispy_arena *arena) {
    struct {
        const char *key;
        const ispy_name_list *names;
        ispy_components *components;
    } lists[] = {{"host", &needs->host, &out->host},
                 {"distributions", &needs->distributions, &out->distributions},
                 {"commands", &needs->commands, &out->commands},
                 {"declared", &needs->declared, &out->declared}};
    if (take_texts(out, override, arena) < 0 || take_numbers(out, override) < 0) {
        return -1;
    }
    PyObject *environment = part(override, "environment"); /* owned */
    int status = environment == NULL ? 0 : take_environment(out, &needs->environment, environment, arena);
    Py_XDECREF(environment);
    for (size_t i = 0; i < sizeof lists / sizeof *lists && status == 0 && !PyErr_Occurred(); i++) {
        PyObject *components = part(override, lists[i].key); /* owned */
        status = components == NULL ? 0 : take_components(lists[i].components, lists[i].names, components, arena);
        Py_XDECREF(components);
    }
    return status < 0 || PyErr_Occurred() ? -1 : 0;
}
