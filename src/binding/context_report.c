/* See context_report.h. Everything is told by name: `importspy context` shows what is here, and adds nothing. */
#include "binding/context_report.h"

#include "binding/clock.h"
#include "binding/context_python.h"
#include "binding/contracts_type.h"
#include "binding/convert.h"
#include "binding/machine.h"

#include <importspy/check.h>

#include <string.h>

/* Takes `value`; NULL is an exception. */
static int put(PyObject *report, const char *key, PyObject *value) {
    int status = value == NULL ? -1 : PyDict_SetItemString(report, key, value);
    Py_XDECREF(value);
    return status;
}

static PyObject *text_or_none(const char *text) {
    return *text == '\0' ? Py_NewRef(Py_None) : PyUnicode_DecodeFSDefault(text);
}

static PyObject *str_or_none(ispy_str text) {
    return text.length == 0 ? Py_NewRef(Py_None) : ispy_unicode_from_str(text);
}

static PyObject *number_or_none(unsigned long long number) {
    return number == 0 ? Py_NewRef(Py_None) : PyLong_FromUnsignedLongLong(number);
}

static PyObject *cpus(uint32_t thousandths) {
    return thousandths == 0          ? Py_NewRef(Py_None)
           : thousandths % 1000 == 0 ? PyLong_FromUnsignedLong(thousandths / 1000)
                                     : PyFloat_FromDouble(thousandths / 1000.0);
}

/* uname().release; on Windows, which has no uname, None. */
static PyObject *kernel(ispy_state *state) {
    PyObject *uname = PyObject_CallMethod(state->os_module, "uname", NULL); /* owned */
    PyObject *release = uname == NULL ? NULL : PyObject_GetAttrString(uname, "release");
    if (release == NULL && PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
        release = Py_NewRef(Py_None);
    }
    Py_XDECREF(uname);
    return release;
}

static int put_machine(ispy_state *state, PyObject *report) {
    ispy_machine machine;
    char release[ISPY_MACHINE_RELEASE_SIZE];
    ispy_machine_look(&machine);
    ispy_machine_release(release, sizeof release);
    const int one = 1;
    char first;
    memcpy(&first, &one, 1);
    return put(report, "os", str_or_none(state->snapshot.os)) < 0 ||
                   put(report, "release", text_or_none(release)) < 0 || put(report, "kernel", kernel(state)) < 0 ||
                   put(report, "libc", text_or_none(machine.libc)) < 0 ||
                   put(report, "libc_version", text_or_none(machine.libc_version)) < 0 ||
                   put(report, "arch", str_or_none(state->snapshot.arch)) < 0 ||
                   put(report, "bits", PyLong_FromSize_t(sizeof(void *) * 8)) < 0 ||
                   put(report, "byte_order", PyUnicode_FromString(first == 1 ? "little" : "big")) < 0 ||
                   put(report, "cpus", cpus(machine.cpu_thousandths)) < 0 ||
                   put(report, "memory", number_or_none(machine.memory)) < 0 ||
                   put(report, "container", text_or_none(ispy_machine_container())) < 0
               ? -1
               : 0;
}

/* A flag of sys.flags. */
static PyObject *flag(const char *name) {
    PyObject *flags = PySys_GetObject("flags"); /* borrowed */
    PyObject *value = flags == NULL ? NULL : PyObject_GetAttrString(flags, name);
    long number = value == NULL ? -1 : PyLong_AsLong(value);
    Py_XDECREF(value);
    return number < 0 ? NULL : PyBool_FromLong(number);
}

/* ".cpython-311-x86_64-linux-gnu.so": what an extension for just this Python is called. */
static PyObject *abi_tag(void) {
    PyObject *imp = PyImport_ImportModule("_imp");                                                  /* owned */
    PyObject *suffixes = imp == NULL ? NULL : PyObject_CallMethod(imp, "extension_suffixes", NULL); /* owned */
    PyObject *first = suffixes == NULL                 ? NULL
                      : PySequence_Size(suffixes) == 0 ? Py_NewRef(Py_None)
                                                       : PySequence_GetItem(suffixes, 0);
    Py_XDECREF(imp);
    Py_XDECREF(suffixes);
    return first;
}

/* The folder of the virtual environment, or None. */
static PyObject *virtual_environment(void) {
    PyObject *prefix = PySys_GetObject("prefix");    /* borrowed */
    PyObject *base = PySys_GetObject("base_prefix"); /* borrowed */
    if (prefix == NULL || base == NULL) {
        return Py_NewRef(Py_None);
    }
    int same = PyObject_RichCompareBool(prefix, base, Py_EQ);
    return same < 0 ? NULL : Py_NewRef(same ? Py_None : prefix);
}

static bool is_free_threaded(void) {
    PyObject *flags = PySys_GetObject("abiflags"); /* borrowed */
    return flags != NULL && PyUnicode_Check(flags) &&
           PyUnicode_FindChar(flags, 't', 0, PyUnicode_GetLength(flags), 1) >= 0;
}

static int put_python(ispy_state *state, PyObject *report) {
    const ispy_needs nothing = {.machine = false};
    ispy_context context;
    if (ispy_context_capture(state, &context, &nothing, NULL, NULL, state->arena) < 0) {
        return -1;
    }
    bool is_main = PyInterpreterState_GetID(PyInterpreterState_Get()) == 0;
    return put(report, "python_version", str_or_none(context.python_version)) < 0 ||
                   put(report, "implementation", str_or_none(context.implementation)) < 0 ||
                   put(report, "debug", PyBool_FromLong(PySys_GetObject("gettotalrefcount") != NULL)) < 0 ||
                   put(report, "free_threaded", PyBool_FromLong(is_free_threaded())) < 0 ||
                   put(report, "gil", str_or_none(context.gil)) < 0 ||
                   put(report, "optimize", str_or_none(context.optimize)) < 0 ||
                   put(report, "isolated", flag("isolated")) < 0 ||
                   put(report, "subinterpreter", PyBool_FromLong(!is_main)) < 0 || put(report, "abi", abi_tag()) < 0 ||
                   put(report, "virtual_environment", virtual_environment()) < 0
               ? -1
               : 0;
}

PyObject *ispy_context_report(ispy_state *state) {
    PyObject *report = PyDict_New();
    if (report != NULL && (put_machine(state, report) < 0 || put_python(state, report) < 0)) {
        Py_CLEAR(report);
    }
    return report;
}

/* ---- what it costs ---- */

static int hold_once(ispy_state *state, const ispy_contract *contract) {
    static const ispy_module empty = {0};
    ispy_arena *arena = ispy_arena_new(); /* owned */
    ispy_report *report = NULL;           /* owned */
    ispy_context context;
    int status = arena == NULL
                     ? ispy_status_raise(ISPY_ENOMEM)
                     : ispy_context_capture(state, &context, ispy_contract_needs(contract), Py_None, NULL, arena);
    if (status == 0) {
        int checked = ispy_check(&report, contract, &empty, &context);
        status = checked == ISPY_OK ? 0 : ispy_status_raise(checked);
    }
    ispy_report_free(report);
    ispy_arena_free(arena);
    return status;
}

PyObject *ispy_context_cost(ispy_state *state, PyObject *args) {
    PyObject *contracts = NULL; /* borrowed */
    Py_ssize_t rounds = 0;
    if (!PyArg_ParseTuple(args, "O!n:_context_cost", (PyTypeObject *)state->contracts_type, &contracts, &rounds)) {
        return NULL;
    }
    const ispy_contract_set *set = ispy_contracts_set(contracts);
    int64_t started = ispy_clock_monotonic();
    for (Py_ssize_t round = 0; round < rounds; round++) {
        for (size_t i = 0; i < ispy_contract_set_count(set); i++) {
            if (hold_once(state, ispy_contract_set_get(set, i)) < 0) {
                return NULL;
            }
        }
    }
    int64_t taken = ispy_clock_monotonic() - started;
    return PyFloat_FromDouble(rounds > 0 ? (double)taken / (double)rounds : 0);
}

PyObject *ispy_machine_cost(PyObject *args) {
    static const char *const parts[] = {"libc", "memory", "cpus", "container", "release"};
    const char *part = NULL;
    const char *version = NULL;
    char release[ISPY_MACHINE_RELEASE_SIZE];
    Py_ssize_t rounds = 0;
    size_t chosen = 0;
    uint64_t sum = 0; /* so that nothing is left out by the compiler */
    if (!PyArg_ParseTuple(args, "sn:_machine_cost", &part, &rounds)) {
        return NULL;
    }
    while (chosen < sizeof parts / sizeof *parts && strcmp(parts[chosen], part) != 0) {
        chosen++;
    }
    int64_t started = ispy_clock_monotonic();
    for (Py_ssize_t i = 0; i < rounds; i++) {
        sum += chosen == 0   ? strlen(ispy_machine_libc(&version))
               : chosen == 1 ? ispy_machine_memory()
               : chosen == 2 ? ispy_machine_cpu_thousandths()
               : chosen == 3 ? strlen(ispy_machine_container())
               : chosen == 4 ? (ispy_machine_release(release, sizeof release), strlen(release))
                             : 0;
    }
    int64_t taken = ispy_clock_monotonic() - started;
    return Py_BuildValue("dK", rounds > 0 ? (double)taken / (double)rounds : 0.0, (unsigned long long)sum);
}
