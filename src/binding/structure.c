/* From bytes to the structure that the engine reads, with what only the binding can add to it. */
#include "binding/structure.h"

#include "binding/context_python.h"
#include "binding/convert.h"

/* A new module with name and path; NULL with an exception. */
static ispy_module *new_module(ispy_arena *arena, const ispy_subject *subject) {
    ispy_module *module = ispy_arena_alloc(arena, sizeof *module);
    if (module == NULL) {
        ispy_status_raise(ISPY_ENOMEM);
        return NULL;
    }
    module->is_package = subject->is_package;
    if ((subject->name != Py_None && ispy_str_from_unicode(&module->name, subject->name, arena) < 0) ||
        (subject->path != Py_None && ispy_str_from_unicode(&module->path, subject->path, arena) < 0)) {
        return NULL;
    }
    return module;
}

int ispy_structure_unreadable(const ispy_module **out, ispy_arena *arena, const ispy_subject *subject,
                              PyObject *sentence) {
    ispy_module *module = new_module(arena, subject);
    if (module == NULL || ispy_str_from_unicode(&module->unreadable, sentence, arena) < 0) {
        return -1;
    }
    *out = module;
    return 0;
}

int ispy_structure_opaque(const ispy_module **out, ispy_arena *arena, const ispy_subject *subject) {
    ispy_module *module = new_module(arena, subject);
    if (module == NULL) {
        return -1;
    }
    module->scope.open = ISPY_REASON_NO_SOURCE;
    *out = module;
    return 0;
}

int ispy_structure_add_version(ispy_state *state, const ispy_module **module, ispy_arena *arena, PyObject *name) {
    const ispy_module *known = *module;
    if (known->unreadable.data != NULL || ispy_scope_find(&known->scope, ispy_str_literal("__version__")) != NULL) {
        return 0;
    }
    ispy_module *copy = ispy_arena_alloc(arena, sizeof *copy);
    if (copy == NULL) {
        return ispy_status_raise(ISPY_ENOMEM);
    }
    *copy = *known; /* what it points to stays where it is */
    if (ispy_distribution_version(state, &copy->distribution_version, name, arena) < 0) {
        return -1;
    }
    *module = copy;
    return 0;
}
