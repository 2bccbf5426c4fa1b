/* The stub beside an extension module. Must not know: contracts, when it is read.
 *
 * A stub is written in the syntax of a module and is none: "x: int" binds, "= ..." is a value that is not told. */
#include "binding/stub_file.h"

#include "binding/convert.h"

PyObject *ispy_stub_file_path(PyObject *origin) {
    Py_ssize_t length = PyUnicode_GetLength(origin);
    Py_ssize_t begin = length;
    while (begin > 0 && PyUnicode_ReadChar(origin, begin - 1) != '/' && PyUnicode_ReadChar(origin, begin - 1) != '\\') {
        begin--;
    }
    Py_ssize_t end = begin;
    while (end < length && PyUnicode_ReadChar(origin, end) != '.') {
        end++;
    }
    PyObject *stem = PyUnicode_Substring(origin, 0, end); /* owned */
    PyObject *path = stem == NULL ? NULL : PyUnicode_FromFormat("%U.pyi", stem);
    Py_XDECREF(stem);
    return path;
}

static const ispy_literal *some_value(ispy_arena *arena) {
    ispy_literal *literal = ispy_arena_alloc(arena, sizeof *literal);
    if (literal == NULL) {
        ispy_status_raise(ISPY_ENOMEM);
        return NULL;
    }
    literal->kind = ISPY_LITERAL_DYNAMIC;
    literal->reason = ISPY_REASON_NO_SOURCE;
    return literal;
}

static bool is_ellipsis(const ispy_literal *literal) {
    return literal != NULL && literal->kind == ISPY_LITERAL_ELLIPSIS;
}

/* The structure is fresh, and nobody else has it: what is const to its readers is written here. */
static int interpret_variable(ispy_variable *variable, ispy_arena *arena) {
    if (variable->value == NULL || is_ellipsis(variable->value)) {
        variable->value = some_value(arena);
        return variable->value == NULL ? -1 : 0;
    }
    return 0;
}

static int interpret_function(const ispy_function *function, ispy_arena *arena) {
    for (uint32_t i = 0; i < function->parameter_count; i++) {
        ispy_parameter *parameter = (ispy_parameter *)&function->parameters[i];
        if (is_ellipsis(parameter->default_value)) {
            parameter->default_value = some_value(arena);
            if (parameter->default_value == NULL) {
                return -1;
            }
        }
    }
    return 0;
}

static int interpret_scope(const ispy_scope *scope, ispy_arena *arena) {
    int status = 0;
    for (uint32_t i = 0; i < scope->count && status == 0; i++) {
        for (uint32_t j = 0; j < scope->bindings[i].count && status == 0; j++) {
            const ispy_definition *definition = scope->bindings[i].candidates[j];
            if (definition->kind == ISPY_DEFINES_VARIABLE && definition->at.line > 0) {
                status = interpret_variable((ispy_variable *)definition->as.variable, arena);
            } else if (definition->kind == ISPY_DEFINES_FUNCTION) {
                status = interpret_function(definition->as.function, arena);
            } else if (definition->kind == ISPY_DEFINES_CLASS) {
                status = interpret_scope(&definition->as.klass->members, arena);
            }
        }
    }
    return status;
}

int ispy_stub_file_interpret(const ispy_module *stub, ispy_arena *arena) {
    return interpret_scope(&stub->scope, arena);
}

/* --- lending ---------------------------------------------------------------------------------------------------------
 */

static void lend_text(const ispy_str *to, ispy_str from) {
    if (to->data == NULL) {
        *(ispy_str *)to = from;
    }
}

static void lend_function(const ispy_function *to, const ispy_function *from) {
    lend_text(&to->returns, from->returns);
    for (uint32_t i = 0; i < to->parameter_count && i < from->parameter_count; i++) {
        if (to->parameters[i].kind == from->parameters[i].kind) {
            lend_text(&to->parameters[i].annotation, from->parameters[i].annotation);
        }
    }
}

static void lend_scope(const ispy_scope *to, const ispy_scope *from);

static void lend(const ispy_definition *to, const ispy_definition *from) {
    if (to->kind != from->kind) {
        return;
    }
    if (to->kind == ISPY_DEFINES_FUNCTION) {
        lend_function(to->as.function, from->as.function);
    } else if (to->kind == ISPY_DEFINES_VARIABLE) {
        lend_text(&to->as.variable->annotation, from->as.variable->annotation);
    } else if (to->kind == ISPY_DEFINES_CLASS) {
        lend_scope(&to->as.klass->members, &from->as.klass->members);
    }
}

/* Only where both know one definition: of several, nobody can say which it is. */
static void lend_scope(const ispy_scope *to, const ispy_scope *from) {
    for (uint32_t i = 0; i < to->count; i++) {
        const ispy_binding *live = &to->bindings[i];
        const ispy_binding *stub = ispy_scope_find(from, live->name);
        if (stub != NULL && live->count == 1 && stub->count == 1) {
            lend(live->candidates[0], stub->candidates[0]);
        }
    }
}

void ispy_stub_file_lend(const ispy_module *live, const ispy_module *stub) {
    lend_scope(&live->scope, &stub->scope);
}
