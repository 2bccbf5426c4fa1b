/* What one module object knows: one state for each interpreter, nothing is static.
 *
 * Set up once by module.c; everything but `finder`, `lazy_*`, the guards and what the log needs stays as it is.
 * `guards` is an immutable tuple that is swapped whole, so that a reader holds on to the one it began with. No lock is
 * held anywhere. After the collector has cleared the module (at shutdown) the objects are NULL: entry points ask
 * ispy_state_is_alive.
 */
#ifndef ISPY_BINDING_STATE_H
#define ISPY_BINDING_STATE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <importspy/importspy.h>

#include "binding/ast_api.h"

#include <stdatomic.h>

/* All owned, all PyObject *. Those marked "or NULL" do not exist in every Python. */
#define ISPY_STATE_OBJECTS(X)                                                                                          \
    X(watch_type)                                                                                                      \
    X(finder_type)                                                                                                     \
    X(loader_type)                                                                                                     \
    X(guard_type)                                                                                                      \
    X(admission_type)                                                                                                  \
    X(contracts_type)                                                                                                  \
    X(report_type)                                                                                                     \
    X(finding_type)                                                                                                    \
    X(rule_type)                                                                                                       \
    X(contract_violation)                                                                                              \
    X(contract_error)                                                                                                  \
    X(contract_warning)                                                                                                \
    X(exec_function)  /* builtins.exec as it was when this module was imported */                                      \
    X(audit_function) /* sys.audit */                                                                                  \
    X(sys_namespace)  /* what PySys_GetObject looks into, which makes a str of its argument each time */               \
    X(os_module)                                                                                                       \
    X(frames_removed)   /* importlib's own way to call code, which keeps its frames out of tracebacks */               \
    X(find_spec_legacy) /* or NULL: finders that only have find_module are skipped, as importlib does */               \
    X(load_module_shim) /* or NULL */                                                                                  \
    X(builtin_importer)                                                                                                \
    X(frozen_importer)                                                                                                 \
    X(namespace_loader)                                                                                                \
    X(sourceless_loader)                                                                                               \
    X(source_loader)                                                                                                   \
    X(extension_loader)                                                                                                \
    X(file_finder)                                                                                                     \
    X(path_finder)                                                                                                     \
    X(zip_importer)                                                                                                    \
    X(stock_exec_module) /* what a loader must use for its modules to be those that its source says */                 \
    X(stock_source_to_code)                                                                                            \
    X(stock_get_code)                                                                                                  \
    X(stock_create_module)                                                                                             \
    X(stock_get_data)                                                                                                  \
    X(stock_get_filename)                                                                                              \
    X(zip_exec_module)                                                                                                 \
    X(zip_get_code)                                                                                                    \
    X(module_attributes)   /* tuple of names that importlib sets anew at a reload */                                   \
    X(providers)           /* or NULL: providers.c */                                                                  \
    X(finder)              /* or NULL: none is installed */                                                            \
    X(guards)              /* tuple of the active guards */                                                            \
    X(environment_mode)    /* IMPORTSPY_MODE when this module was imported: str, or None */                            \
    X(environment_disable) /* IMPORTSPY_DISABLE, likewise */                                                           \
    X(environment_host)    /* IMPORTSPY_HOST, likewise */                                                              \
    X(gil_function)        /* sys._is_gil_enabled of a free-threaded Python; or NULL */                                \
    X(direct_guards)       /* tuple of those that also hold for what is loaded past the finders */                     \
    X(expected_codes)      /* dicts of binding/expected.h */                                                           \
    X(lazy_filter)         /* or NULL: ours for lazy imports; Python has none, or no finder is installed */            \
    X(lazy_before)         /* or NULL: the filter that was there before */                                             \
    X(expected_paths)                                                                                                  \
    X(watched_threads) /* set of binding/watch.h */                                                                    \
    X(code_type)                                                                                                       \
    X(frames_removed_code)                                                                                             \
    X(set_profile) /* sys.setprofile, sys.getprofile */                                                                \
    X(get_profile)                                                                                                     \
    X(spec_from_file) /* importlib's spec_from_file_location, module_from_spec */                                      \
    X(module_from_spec)                                                                                                \
    X(displacers) /* list of finders that stood before ours */                                                         \
    X(meta_path)  /* or NULL: the list that the finder was put on */                                                   \
    X(records)    /* dict: what register.c remembers */                                                                \
    X(followed)   /* dict: what followed.c has read of modules that names lead to */                                   \
    X(log_path)   /* or NULL: no log is kept */

/* Names that are looked up often, interned. */
#define ISPY_STATE_NAMES(X)                                                                                            \
    X(find_spec, "find_spec")                                                                                          \
    X(loader, "loader")                                                                                                \
    X(co_filename, "co_filename")                                                                                      \
    X(co_name, "co_name")                                                                                              \
    X(co_consts, "co_consts")                                                                                          \
    X(f_back, "f_back")                                                                                                \
    X(f_locals, "f_locals")                                                                                            \
    X(f, "f")                                                                                                          \
    X(args, "args")                                                                                                    \
    X(run_globals, "run_globals")                                                                                      \
    X(name, "name")                                                                                                    \
    X(origin, "origin")                                                                                                \
    X(has_location, "has_location")                                                                                    \
    X(submodule_search_locations, "submodule_search_locations")                                                        \
    X(create_module, "create_module")                                                                                  \
    X(exec_module, "exec_module")                                                                                      \
    X(load_module, "load_module")                                                                                      \
    X(get_code, "get_code")                                                                                            \
    X(get_data, "get_data")                                                                                            \
    X(get_filename, "get_filename")                                                                                    \
    X(get_source, "get_source")                                                                                        \
    X(source_to_code, "source_to_code")                                                                                \
    X(open, "open")                                                                                                    \
    X(read_mode, "rb")                                                                                                 \
    X(path, "path")                                                                                                    \
    X(environ, "environ")                                                                                              \
    X(get, "get")                                                                                                      \
    X(report, "report")                                                                                                \
    X(violations, "violations")                                                                                        \
    X(dunder_func, "__func__")                                                                                         \
    X(dunder_dict, "__dict__")                                                                                         \
    X(dunder_spec, "__spec__")                                                                                         \
    X(dunder_loader, "__loader__")                                                                                     \
    X(dunder_main, "__main__")                                                                                         \
    X(dunder_file, "__file__")                                                                                         \
    X(dunder_name, "__name__")                                                                                         \
    X(dunder_getattr, "__getattr__")                                                                                   \
    X(verdict_event, "importspy.verdict")                                                                              \
    X(metadata_module, "importlib.metadata")                                                                           \
    X(importlib_util, "importlib.util")                                                                                \
    X(lazy_loader, "LazyLoader")                                                                                       \
    X(meta_path, "meta_path")

typedef struct ispy_code_cache ispy_code_cache; /* code_cache.c */
typedef struct ispy_installed ispy_installed;   /* installed.c */

/* One search for a module that a thread is at. */
typedef struct ispy_search ispy_search;

typedef struct ispy_state {
#define ISPY_MEMBER(name) PyObject *name;
    ISPY_STATE_OBJECTS(ISPY_MEMBER)
#undef ISPY_MEMBER
    struct {
#define ISPY_MEMBER(id, text) PyObject *id;
        ISPY_STATE_NAMES(ISPY_MEMBER)
#undef ISPY_MEMBER
    } names;
    ispy_ast_api ast;
    ispy_code_cache *cache;             /* owned */
    ispy_search *searches;              /* those that are going on, the latest first */
    struct ispy_audit_hook *audit_hook; /* binding/audit_hook.c; NULL: none was added */
    unsigned char return_opcode;        /* what the bytecode of every module ends with */
    ispy_arena *arena;                  /* owns the snapshot */
    ispy_context snapshot;              /* what does not change while the process runs */
    bool knows_machine;                 /* the snapshot has what files had to be read for */
    ispy_installed *installed;          /* owned; NULL: nobody has asked */
    struct ispy_commands *commands;     /* owned, likewise */
    atomic_size_t forgotten;            /* rows that the register has dropped */
    atomic_bool log_failed;             /* it was said */
    atomic_bool log_torn;               /* the last line was cut off */
} ispy_state;

/* Fills a zeroed state, types left out; -1 with an exception. */
int ispy_state_init(ispy_state *state);
int ispy_state_traverse(ispy_state *state, visitproc visit, void *arg);
void ispy_state_clear(ispy_state *state);
static inline bool ispy_state_is_alive(const ispy_state *state) {
    return state != NULL && state->guards != NULL;
}
/* Says that this thread begins to look for `name`, which lives until ispy_search_leave. 1: it may, and `*search` goes
 * there afterwards; 0: it is looking for it already, further up its stack; -1: exception. */
int ispy_search_enter(ispy_state *state, PyObject *name, ispy_search **search);
/* Takes `search`. */
void ispy_search_leave(ispy_state *state, ispy_search *search);
/* For objects of our own types, none of which can be subclassed in Python. Lent. */
static inline ispy_state *ispy_state_of(PyObject *self) {
    return (ispy_state *)PyType_GetModuleState(Py_TYPE(self));
}

#endif
