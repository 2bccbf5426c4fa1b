/* See lint.h. Problems are gathered as the core tells them, and become Python objects when it is done. */
#include "binding/lint.h"

#include "binding/clock.h"
#include "binding/contracts_type.h"
#include "binding/convert.h"
#include "binding/errors.h"

#include <importspy/lint.h>

#include <stdlib.h>
#include <string.h>

enum { MOST_PROBLEMS = 1000 }; /* nobody reads more */
#define DAY_NS INT64_C(86400000000000)

typedef struct gathered {
    ispy_error *items; /* owned */
    size_t count;
    size_t capacity;
    bool failed; /* out of memory */
} gathered;

static bool same_problem(const ispy_error *a, const ispy_error *b) {
    return a->at.line == b->at.line && a->at.column == b->at.column && strcmp(a->code, b->code) == 0 &&
           strcmp(a->path, b->path) == 0 && strcmp(a->message, b->message) == 0;
}

/* Contracts that share a base share what is wrong with it. */
static void gather(const ispy_error *problem, void *user) {
    gathered *all = user;
    bool is_known = all->count == MOST_PROBLEMS;
    for (size_t i = 0; i < all->count && !is_known; i++) {
        is_known = same_problem(&all->items[i], problem);
    }
    if (is_known || all->failed) {
        return;
    }
    if (all->count == all->capacity) {
        size_t capacity = all->capacity == 0 ? 16 : 2 * all->capacity;
        ispy_error *items = realloc(all->items, capacity * sizeof *items);
        if (items == NULL) {
            all->failed = true;
            return;
        }
        all->items = items;
        all->capacity = capacity;
    }
    all->items[all->count++] = *problem;
}

static int by_place(const void *first, const void *second) {
    const ispy_error *a = first;
    const ispy_error *b = second;
    int order = strcmp(a->path, b->path);
    order = order != 0 ? order : (a->at.line > b->at.line) - (a->at.line < b->at.line);
    order = order != 0 ? order : (a->at.column > b->at.column) - (a->at.column < b->at.column);
    order = order != 0 ? order : strcmp(a->code, b->code);
    return order != 0 ? order : strcmp(a->message, b->message);
}

static const char *severity_of(const char *code) {
    for (size_t i = 0; i < ispy_lint_count(); i++) {
        if (strcmp(ispy_lint_get(i).code, code) == 0) {
            return ispy_severity_name(ispy_lint_get(i).severity);
        }
    }
    return ispy_severity_name(ISPY_SEVERITY_ERROR);
}

/* New reference; None for a text that is empty. */
static PyObject *text_or_none(const char *text, bool is_path) {
    if (text[0] == '\0') {
        return Py_NewRef(Py_None);
    }
    return is_path ? ispy_unicode_from_path(ispy_str_literal(text)) : ispy_unicode_from_str(ispy_str_literal(text));
}

static PyObject *number_or_none(uint32_t number) {
    return number == 0 ? Py_NewRef(Py_None) : PyLong_FromUnsignedLong(number);
}

static PyObject *problem_tuple(const ispy_error *problem) {
    return Py_BuildValue("(ssNNNNNN)", problem->code, severity_of(problem->code), text_or_none(problem->message, false),
                         text_or_none(problem->hint, false), text_or_none(problem->path, true),
                         number_or_none(problem->at.line), number_or_none(problem->at.column),
                         ispy_contract_error_text(problem));
}

static PyObject *as_list(gathered *all) {
    if (all->count > 0) {
        qsort(all->items, all->count, sizeof *all->items, by_place);
    }
    PyObject *list = PyList_New((Py_ssize_t)all->count);
    for (size_t i = 0; list != NULL && i < all->count; i++) {
        PyObject *problem = problem_tuple(&all->items[i]); /* taken by the list */
        if (problem == NULL || PyList_SetItem(list, (Py_ssize_t)i, problem) < 0) {
            Py_CLEAR(list);
        }
    }
    return list;
}

PyObject *ispy_lint_contracts(ispy_state *state, PyObject *paths) {
    gathered all = {NULL, 0, 0, false};
    ispy_error error = {.status = ISPY_OK};
    ispy_contract_set *set = NULL; /* owned */
    PyObject *list = NULL;
    if (ispy_contracts_load_telling(state, &set, paths, gather, &all, &error) != ISPY_OK) {
        ispy_contract_error_raise(state, &error);
        goto done;
    }
    if (ispy_contract_lint(set, (int32_t)(ispy_clock_utc() / DAY_NS), gather, &all) != ISPY_OK || all.failed) {
        PyErr_NoMemory();
        goto done;
    }
    list = as_list(&all);
done:
    ispy_contract_set_free(set);
    free(all.items);
    return list;
}

PyObject *ispy_lint_rules(void) {
    size_t count = ispy_lint_count();
    PyObject *list = PyList_New((Py_ssize_t)count);
    for (size_t i = 0; list != NULL && i < count; i++) {
        ispy_lint_info info = ispy_lint_get(i);
        PyObject *rule = Py_BuildValue("(sss)", info.code, ispy_severity_name(info.severity), info.title); /* taken */
        if (rule == NULL || PyList_SetItem(list, (Py_ssize_t)i, rule) < 0) {
            Py_CLEAR(list);
        }
    }
    return list;
}
