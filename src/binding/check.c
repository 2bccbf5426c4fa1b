/* check(): a file held against contracts without being executed, or together with the module that it has become.
 * Must not know: finders, loaders, guards. */
#include "binding/check.h"

#include "binding/check_roots.h"
#include "binding/context_python.h"
#include "binding/contracts_type.h"
#include "binding/convert.h"
#include "binding/extract.h"
#include "binding/followed.h"
#include "binding/options.h"
#include "binding/report_type.h"
#include "binding/structure.h"
#include "binding/uses.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A file's content, as far as it matters. */
typedef struct content {
    char *data;    /* owned */
    size_t length; /* of the data */
    int failure;   /* an errno, or 0 */
} content;

/* Reads the whole file, so that a report on one that is too large can say how large; of a pipe, or a file that is
 * beyond all measure, one byte more than can be validated. */
static content read_content(const char *path) {
    enum { PLENTY = 64 * 1024 * 1024 };
    content result = {NULL, 0, 0};
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        result.failure = errno;
        return result;
    }
    size_t capacity = ISPY_EXTRACT_MAX_SOURCE + 1;
    long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    if (size >= 0 && size < PLENTY) {
        capacity = (size_t)size + 1;
    }
    rewind(file);
    errno = 0;
    result.data = malloc(capacity);
    if (result.data != NULL) {
        result.length = fread(result.data, 1, capacity, file);
    }
    if (result.data == NULL || ferror(file)) {
        result.failure = errno != 0 ? errno : EIO;
    }
    fclose(file);
    return result;
}

/* The file's bytes, new. */
static PyObject *read_file(PyObject *path) {
    PyObject *encoded = NULL; /* owned */
    if (!PyUnicode_FSConverter(path, &encoded)) {
        return NULL;
    }
    const char *name = PyBytes_AsString(encoded); /* borrowed */
    content read = {NULL, 0, 0};
    Py_BEGIN_ALLOW_THREADS;
    read = read_content(name);
    Py_END_ALLOW_THREADS;
    PyObject *result = NULL;
    if (read.failure == 0) {
        result = PyBytes_FromStringAndSize(read.data, (Py_ssize_t)read.length);
    } else {
        errno = read.failure;
        PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, path);
    }
    free(read.data);
    Py_DECREF(encoded);
    return result;
}

/* One contract against one structure. */
typedef struct trial {
    ispy_state *state;
    const ispy_check_request *request;
    const ispy_contract_set *set;
    ispy_arena *arena; /* owned by the caller */
    const ispy_module *module;
    ispy_context context;
    ispy_followed_modules *followed; /* owned; NULL: there is no file whose names could be followed */
    PyObject *own_name;              /* owned: what its place says that it is called, or NULL */
    ispy_outcome *outcomes;          /* owned, and the reports in it */
    size_t count;
} trial;

static const ispy_sources *sources_of(const trial *t) {
    return t->followed != NULL ? ispy_followed_sources(t->followed) : NULL;
}

/* Names are followed from where the file would be imported. */
static int follow(trial *t, PyObject *path) {
    ispy_str name = {NULL, 0, 0};
    if (path == Py_None) {
        return 0;
    }
    PyObject *roots = ispy_check_roots(t->state, &t->own_name, path, t->request->module, t->request->roots); /* owned */
    t->followed = roots == NULL ? NULL : ispy_followed_new(t->state, roots);
    if (t->followed != NULL) {
        (void)(t->own_name != NULL && ispy_str_borrow(&name, t->own_name));
        ispy_followed_describe_root(t->followed, name, t->module->source);
    }
    Py_XDECREF(roots);
    return t->followed == NULL ? -1 : 0;
}

/* The number of the contract at `index` of what was chosen, or -1 with an exception. */
static Py_ssize_t chosen_number(const trial *t, Py_ssize_t index) {
    if (t->request->chosen == Py_None) {
        return index;
    }
    PyObject *item = PySequence_GetItem(t->request->chosen, index); /* owned */
    Py_ssize_t number = item == NULL ? -1 : PyNumber_AsSsize_t(item, PyExc_IndexError);
    Py_XDECREF(item);
    if (!PyErr_Occurred() && (number < 0 || (size_t)number >= ispy_contract_set_count(t->set))) {
        PyErr_SetString(PyExc_IndexError, "there is no contract of that number");
    }
    return PyErr_Occurred() ? -1 : number;
}

static int run_checks(trial *t) {
    Py_ssize_t count = t->request->chosen == Py_None ? (Py_ssize_t)ispy_contract_set_count(t->set)
                                                     : PySequence_Size(t->request->chosen);
    if (count < 0) {
        return -1;
    }
    t->outcomes = calloc((size_t)count + 1, sizeof *t->outcomes);
    if (t->outcomes == NULL) {
        return ispy_status_raise(ISPY_ENOMEM);
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        Py_ssize_t number = chosen_number(t, i);
        if (number < 0) {
            return -1;
        }
        const ispy_contract *contract = ispy_contract_set_get(t->set, (size_t)number);
        if (t->request->module != Py_None && ispy_contract_wants_version(contract) &&
            t->module->distribution_version.data == NULL &&
            ispy_structure_add_version(t->state, &t->module, t->arena, t->request->module) < 0) {
            return -1;
        }
        ispy_outcome *outcome = &t->outcomes[t->count];
        int status = ispy_check_following(&outcome->report, contract, t->module, &t->context, sources_of(t));
        if (status != ISPY_OK) {
            return ispy_status_raise(status);
        }
        outcome->unprovable = ispy_contract_unprovable(contract);
        t->count++;
    }
    return 0;
}

static bool is_package(PyObject *path) {
    Py_ssize_t length = PyUnicode_GetLength(path);
    PyObject *stem = PyUnicode_FromString("/__init__.py"); /* owned */
    bool found = stem != NULL && (PyUnicode_Tailmatch(path, stem, 0, length, 1) > 0 ||
                                  PyUnicode_CompareWithASCIIString(path, "__init__.py") == 0);
    Py_XDECREF(stem);
    PyErr_Clear();
    return found;
}

static bool ask_for_uses(const ispy_contract_set *set) {
    bool asks = false;
    for (size_t i = 0; i < ispy_contract_set_count(set); i++) {
        asks = asks || ispy_contract_wants_uses(ispy_contract_set_get(set, i));
    }
    return asks;
}

/* The structure of the file, in t->arena; none where there is just a module. */
static int extract(trial *t, PyObject *path) {
    if (path == Py_None) {
        return ispy_extract_from_live(&t->state->ast, t->arena, t->request->live, NULL, &t->module);
    }
    PyObject *bytes = read_file(path); /* owned */
    if (bytes == NULL) {
        return -1;
    }
    PyObject *name = t->request->module == Py_None ? NULL : t->request->module; /* borrowed */
    PyObject *tree = NULL;                                                      /* owned */
    bool wants_uses = ask_for_uses(t->set);
    int status = ispy_extract_from_source(&t->state->ast, t->arena, bytes, path, name, is_package(path), &t->module,
                                          wants_uses ? &tree : NULL);
    if (status == 0 && tree != NULL) { /* the structure lies in our arena, and nobody has seen it yet */
        status = ispy_uses_extract(&t->state->ast, t->arena, tree, (ispy_module *)t->module);
    }
    Py_XDECREF(tree);
    Py_DECREF(bytes);
    return status;
}

/* What was proved counts as far as the module does not refute it; what was left open, as it shows there. What its
 * source refutes stays refuted. */
static int ask_live(const trial *t, ispy_outcome *outcome, const ispy_contract *contract, const ispy_module *live) {
    ispy_report *seen = NULL; /* owned */
    ispy_verdict verdict = ispy_report_verdict(outcome->report);
    int status = verdict == ISPY_FAIL ? ISPY_OK : ispy_check(&seen, contract, live, &t->context);
    if (status == ISPY_OK && verdict == ISPY_UNPROVABLE && ispy_report_verdict(seen) != ISPY_FAIL) {
        ispy_report_free(seen);
        seen = NULL;
        status = ispy_confirm_following(&seen, outcome->report, live, &t->context, sources_of(t));
    }
    if (status == ISPY_OK && seen != NULL && (verdict == ISPY_UNPROVABLE || ispy_report_verdict(seen) == ISPY_FAIL)) {
        ispy_report_free(outcome->report);
        outcome->report = seen;
        seen = NULL;
    }
    ispy_report_free(seen);
    outcome->final = true;
    return status;
}

static int look_at_live(trial *t) {
    const ispy_module *live = NULL; /* in the arena */
    const ispy_module *source = t->module->is_live ? NULL : t->module;
    if (source == NULL) {
        live = t->module;
    } else if (ispy_extract_from_live(&t->state->ast, t->arena, t->request->live, source, &live) < 0) {
        return -1;
    }
    for (size_t i = 0; i < t->count; i++) {
        Py_ssize_t number = chosen_number(t, (Py_ssize_t)i);
        if (number < 0) {
            return -1;
        }
        const ispy_contract *contract = ispy_contract_set_get(t->set, (size_t)number);
        int status = ask_live(t, &t->outcomes[i], contract, live);
        if (status != ISPY_OK) {
            return ispy_status_raise(status);
        }
    }
    return 0;
}

static int decode_path(PyObject **out, const ispy_check_request *request) {
    if (request->path == Py_None && request->live != Py_None) {
        *out = Py_NewRef(Py_None);
        return 0;
    }
    return PyUnicode_FSDecoder(request->path, out) ? 0 : -1;
}

/* Whoever just checks may not know what the host will say. */
static int take_context(trial *t, PyObject *override) {
    const ispy_needs *needs = ispy_contract_set_needs(t->set);
    PyObject *host = NULL; /* owned */
    if (needs->host.count > 0) {
        host = ispy_option_host(t->state, Py_None);
        if (host == NULL) {
            return -1;
        }
    }
    int status =
        ispy_context_capture(t->state, &t->context, needs, host == Py_None ? NULL : host, t->request->module, t->arena);
    Py_XDECREF(host);
    return status < 0 || override == NULL ? status : ispy_context_override(&t->context, needs, override, t->arena);
}

PyObject *ispy_check_file(ispy_state *state, const ispy_check_request *request) {
    PyObject *result = NULL;
    PyObject *path = NULL; /* owned */
    trial t = {.state = state, .request = request, .set = ispy_contracts_set(request->contracts)};
    PyObject *override = request->context == Py_None ? NULL : request->context; /* borrowed */
    if (request->module != Py_None && !PyUnicode_Check(request->module)) {
        PyErr_SetString(PyExc_TypeError, "module: a dotted name (str) is wanted");
        return NULL;
    }
    t.arena = ispy_arena_new();
    if (t.arena == NULL) {
        return PyErr_NoMemory();
    }
    if (decode_path(&path, request) < 0 || extract(&t, path) < 0 || follow(&t, path) < 0 ||
        take_context(&t, override) < 0 || run_checks(&t) < 0) {
        goto done;
    }
    if (request->live != Py_None && look_at_live(&t) < 0) {
        goto done;
    }
    result = ispy_report_object_new(state, request->module, path, t.outcomes, t.count);
done:
    for (size_t i = 0; i < t.count; i++) {
        ispy_report_free(t.outcomes[i].report);
    }
    free(t.outcomes);
    ispy_followed_free(t.followed);
    ispy_arena_free(t.arena);
    Py_XDECREF(t.own_name);
    Py_XDECREF(path);
    return result;
}

/* Loads the contracts that the request names by their paths, checks, lets go of them. */
static PyObject *load_and_check(ispy_state *state, ispy_check_request *request, PyObject *contracts) {
    PyObject *result = NULL;
    PyObject *paths = ispy_contracts_paths(contracts);                                  /* owned */
    PyObject *loaded = paths == NULL ? NULL : ispy_contracts_load(state, paths, false); /* owned */
    if (loaded != NULL) {
        request->contracts = loaded;
        result = ispy_check_file(state, request);
    }
    Py_XDECREF(paths);
    Py_XDECREF(loaded);
    return result;
}

PyObject *ispy_check_function(PyObject *module, PyObject *args, PyObject *kwargs) {
    static char *keywords[] = {"", "", "module", NULL};
    ispy_check_request request = {
        .module = Py_None, .chosen = Py_None, .context = Py_None, .roots = Py_None, .live = Py_None};
    PyObject *contracts = NULL; /* borrowed */
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO|$O:check", keywords, &request.path, &contracts,
                                     &request.module)) {
        return NULL;
    }
    return load_and_check((ispy_state *)PyModule_GetState(module), &request, contracts);
}

PyObject *ispy_check_in_context(PyObject *module, PyObject *args, PyObject *kwargs) {
    static char *keywords[] = {"path", "contracts", "context", "module", "live", NULL};
    ispy_check_request request = {
        .module = Py_None, .chosen = Py_None, .context = Py_None, .roots = Py_None, .live = Py_None};
    PyObject *contracts = NULL; /* borrowed */
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO|OOO:_check", keywords, &request.path, &contracts,
                                     &request.context, &request.module, &request.live)) {
        return NULL;
    }
    return load_and_check((ispy_state *)PyModule_GetState(module), &request, contracts);
}
