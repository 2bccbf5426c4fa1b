/* The extension module importspy._core: registers what the other files define, and no more.
 *
 * One binary serves every CPython from 3.10 on. Slots that later versions understand are chosen when it is loaded:
 * three definitions, none of which is ever written to by us.
 */
#include "binding/admission_type.h"
#include "binding/check.h"
#include "binding/code_cache.h"
#include "binding/context_report.h"
#include "binding/contracts_type.h"
#include "binding/convert.h"
#include "binding/errors.h"
#include "binding/extract.h"
#include "binding/finder.h"
#include "binding/finding_type.h"
#include "binding/format_data.h"
#include "binding/guard_type.h"
#include "binding/lint.h"
#include "binding/load_file.h"
#include "binding/loader.h"
#include "binding/options.h"
#include "binding/report_type.h"
#include "binding/rule_type.h"
#include "binding/state.h"
#include "binding/status.h"
#include "binding/watch.h"

#include <stddef.h>

/* Numbers of slots and their values that 3.10's headers do not have; part of the stable ABI since 3.12 and 3.13. */
enum { SLOT_MULTIPLE_INTERPRETERS = 3, SLOT_GIL = 4 };
#define OWN_GIL_SUPPORTED ((void *)2)
#define GIL_USED          ((void *)0)

/* Each type, its place in the state, and its name in the module (NULL: not part of it). */
static const struct {
    PyType_Spec *spec;
    size_t offset;
    const char *name;
} types[] = {
    {&ispy_finder_spec, offsetof(ispy_state, finder_type), NULL},
    {&ispy_watch_spec, offsetof(ispy_state, watch_type), NULL},
    {&ispy_loader_spec, offsetof(ispy_state, loader_type), NULL},
    {&ispy_contracts_spec, offsetof(ispy_state, contracts_type), "_Contracts"},
    {&ispy_guard_spec, offsetof(ispy_state, guard_type), "Guard"},
    {&ispy_admission_spec, offsetof(ispy_state, admission_type), "Admission"},
    {&ispy_report_spec, offsetof(ispy_state, report_type), "Report"},
    {&ispy_finding_spec, offsetof(ispy_state, finding_type), "Finding"},
    {&ispy_rule_spec, offsetof(ispy_state, rule_type), "Rule"},
};

static int add_types(PyObject *module, ispy_state *state) {
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        PyObject *type = PyType_FromModuleAndSpec(module, types[i].spec, NULL);
        *(PyObject **)((char *)state + types[i].offset) = type;
        if (type == NULL || (types[i].name != NULL && PyModule_AddObjectRef(module, types[i].name, type) < 0)) {
            return -1;
        }
    }
    return 0;
}

static int add_errors(PyObject *module, ispy_state *state) {
    return PyModule_AddObjectRef(module, "ContractViolation", state->contract_violation) < 0 ||
                   PyModule_AddObjectRef(module, "ContractError", state->contract_error) < 0 ||
                   PyModule_AddObjectRef(module, "ContractWarning", state->contract_warning) < 0
               ? -1
               : 0;
}

static int execute(PyObject *module) {
    ispy_state *state = PyModule_GetState(module);
    if (ispy_ast_api_init(&state->ast, module) < 0 || ispy_state_init(state) < 0 || ispy_errors_init(state) < 0) {
        return -1;
    }
    return add_types(module, state) < 0 || add_errors(module, state) < 0 ||
                   PyModule_AddStringConstant(module, "__version__", ISPY_VERSION) < 0
               ? -1
               : 0;
}

static PyObject *rules(PyObject *module, PyObject *ignored) {
    (void)ignored;
    return ispy_rules_list(PyModule_GetState(module));
}

static PyObject *format(PyObject *module, PyObject *ignored) {
    (void)module;
    (void)ignored;
    return ispy_format_data();
}

/* _load(contracts) -> _Contracts */
static PyObject *load(PyObject *module, PyObject *contracts) {
    PyObject *paths = ispy_contracts_paths(contracts); /* owned */
    PyObject *loaded = paths == NULL ? NULL : ispy_contracts_load(PyModule_GetState(module), paths, false);
    Py_XDECREF(paths);
    return loaded;
}

/* _lint(contracts) -> what is wrong and what is odd about them */
static PyObject *lint(PyObject *module, PyObject *contracts) {
    PyObject *paths = ispy_contracts_paths(contracts); /* owned */
    PyObject *found = paths == NULL ? NULL : ispy_lint_contracts(PyModule_GetState(module), paths);
    Py_XDECREF(paths);
    return found;
}

static PyObject *lint_rules(PyObject *module, PyObject *ignored) {
    (void)module;
    (void)ignored;
    return ispy_lint_rules();
}

static PyObject *structure(PyObject *module, PyObject *args, PyObject *kwargs) {
    return ispy_extract_debug_source(&((ispy_state *)PyModule_GetState(module))->ast, args, kwargs);
}

static PyObject *pack(PyObject *module, PyObject *args, PyObject *kwargs) {
    return ispy_extract_debug_pack(&((ispy_state *)PyModule_GetState(module))->ast, args, kwargs);
}

static PyObject *unpack(PyObject *module, PyObject *args) {
    (void)module;
    return ispy_extract_debug_unpack(args);
}

static PyObject *live_structure(PyObject *module, PyObject *live) {
    return ispy_extract_debug_live(&((ispy_state *)PyModule_GetState(module))->ast, live);
}

static PyObject *stub_structure(PyObject *module, PyObject *text) {
    return ispy_extract_debug_stub(&((ispy_state *)PyModule_GetState(module))->ast, text);
}

/* _host(stated) -> who the host is, with what IMPORTSPY_HOST says */
static PyObject *host(PyObject *module, PyObject *stated) {
    return ispy_option_host(PyModule_GetState(module), stated);
}

static PyObject *context(PyObject *module, PyObject *ignored) {
    (void)ignored;
    return ispy_context_report(PyModule_GetState(module));
}

static PyObject *context_cost(PyObject *module, PyObject *args) {
    return ispy_context_cost(PyModule_GetState(module), args);
}

static PyObject *machine_cost(PyObject *module, PyObject *args) {
    (void)module;
    return ispy_machine_cost(args);
}

static PyObject *cache_usage(PyObject *module, PyObject *ignored) {
    (void)ignored;
    return ispy_code_cache_usage(PyModule_GetState(module));
}

static PyObject *cache_trim(PyObject *module, PyObject *bytes) {
    return ispy_code_cache_trim(PyModule_GetState(module), bytes);
}

static PyObject *cache_build(PyObject *module, PyObject *ignored) {
    (void)ignored;
    return ispy_code_cache_build(PyModule_GetState(module));
}

#define WITH_KEYWORDS(function) (PyCFunction)(void (*)(void))(function), METH_VARARGS | METH_KEYWORDS

static PyMethodDef methods[] = {
    {"install", WITH_KEYWORDS(ispy_install),
     "install($module, contracts, /, *, mode=None, unprovable=None, host=None, direct=True)\n--\n\n"
     "Puts the contracts of files and folders in force. The same call again gives the same guard."},
    {"uninstall", ispy_uninstall, METH_NOARGS, "uninstall($module, /)\n--\n\nTakes all contracts out of force."},
    {"check", WITH_KEYWORDS(ispy_check_function),
     "check($module, path, contracts, /, *, module=None)\n--\n\n"
     "Holds a file against contracts, whatever they select. Executes nothing of it."},
    {"guard_spec", ispy_guard_spec_function, METH_VARARGS,
     "guard_spec($module, spec, contracts=None, /)\n--\n\n"
     "Puts a guarded loader into a spec that did not come from a finder, and gives the spec back."},
    {"load_file", ispy_load_file_function, METH_VARARGS,
     "load_file($module, name, path, contracts=None, /)\n--\n\n"
     "Loads the file as module `name`, held against the contracts given, or those in force that select it."},
    {"rules", rules, METH_NOARGS, "rules($module, /)\n--\n\nAll rules, in the order of their codes."},
    {"_format", format, METH_NOARGS, "_format($module, /)\n--\n\n"},
    {"_load", load, METH_O, "_load($module, contracts, /)\n--\n\n"},
    {"_lint", lint, METH_O, "_lint($module, contracts, /)\n--\n\n"},
    {"_lint_rules", lint_rules, METH_NOARGS, "_lint_rules($module, /)\n--\n\n"},
    {"_check", WITH_KEYWORDS(ispy_check_in_context),
     "_check($module, /, path, contracts, context=None, module=None, live=None)\n--\n\n"},
    {"_status", ispy_status, METH_NOARGS, NULL},
    {"_forget", ispy_forget, METH_NOARGS, NULL},
    {"_aside", ispy_aside, METH_O, NULL},
    {"_survey", ispy_survey, METH_VARARGS, NULL},
    {"_host", host, METH_O, "_host($module, stated, /)\n--\n\n"},
    {"_context", context, METH_NOARGS, "_context($module, /)\n--\n\n"},
    {"_context_cost", context_cost, METH_VARARGS, NULL},
    {"_machine_cost", machine_cost, METH_VARARGS, NULL},
    {"_cache_usage", cache_usage, METH_NOARGS, "_cache_usage($module, /)\n--\n\n"},
    {"_cache_trim", cache_trim, METH_O, "_cache_trim($module, bytes, /)\n--\n\n"},
    {"_cache_build", cache_build, METH_NOARGS, "_cache_build($module, /)\n--\n\n"},
    {"_structure", WITH_KEYWORDS(structure), NULL},
    {"_pack", WITH_KEYWORDS(pack), NULL},
    {"_unpack", unpack, METH_VARARGS, NULL},
    {"_live_structure", live_structure, METH_O, NULL},
    {"_stub_structure", stub_structure, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static int traverse(PyObject *module, visitproc visit, void *arg) {
    ispy_state *state = PyModule_GetState(module);
    return state == NULL ? 0 : ispy_state_traverse(state, visit, arg);
}

static int clear(PyObject *module) {
    ispy_state *state = PyModule_GetState(module);
    if (state != NULL) {
        ispy_state_clear(state);
    }
    return 0;
}

static void release(void *module) {
    clear(module);
}

static PyModuleDef_Slot slots_310[] = {{Py_mod_exec, ISPY_SLOT(execute)}, {0, NULL}};
static PyModuleDef_Slot slots_312[] = {
    {Py_mod_exec, ISPY_SLOT(execute)}, {SLOT_MULTIPLE_INTERPRETERS, OWN_GIL_SUPPORTED}, {0, NULL}};
/* Nothing here takes a lock, and the guards are swapped without one: on a free-threaded Python the GIL is asked for. */
static PyModuleDef_Slot slots_313[] = {{Py_mod_exec, ISPY_SLOT(execute)},
                                       {SLOT_MULTIPLE_INTERPRETERS, OWN_GIL_SUPPORTED},
                                       {SLOT_GIL, GIL_USED},
                                       {0, NULL}};

#define DEFINITION(chosen)                                                                                             \
    {                                                                                                                  \
        PyModuleDef_HEAD_INIT, .m_name = "importspy._core", .m_doc = "Holds Python modules against contracts.",        \
                               .m_size = sizeof(ispy_state), .m_methods = methods, .m_slots = (chosen),                \
                               .m_traverse = traverse, .m_clear = clear, .m_free = release                             \
    }

static PyModuleDef definition_310 = DEFINITION(slots_310);
static PyModuleDef definition_312 = DEFINITION(slots_312);
static PyModuleDef definition_313 = DEFINITION(slots_313);

PyMODINIT_FUNC PyInit__core(void);

PyMODINIT_FUNC PyInit__core(void) {
    PyObject *hexversion = PySys_GetObject("hexversion"); /* borrowed */
    unsigned long version = hexversion == NULL ? 0 : PyLong_AsUnsignedLong(hexversion);
    if (PyErr_Occurred()) {
        return NULL;
    }
    return PyModuleDef_Init(version >= 0x030D0000   ? &definition_313
                            : version >= 0x030C0000 ? &definition_312
                                                    : &definition_310);
}
