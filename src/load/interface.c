/* Interfaces become clauses: which clauses go where. See interface.h.
 * Must not know: how an interface is found, what a single member becomes. */
#include "load/interface.h"

#include "load/interface_clause.h"

#include <string.h>

/* Reads what one interface asks for. `of_class`: of a class, named behind the colon or (by a class entry) `entry`. */
static int gather(ispy_members *members, ispy_interface_reading *reading, ispy_interface_maker *maker,
                  const ispy_interface_clause *interface, ispy_str entry, bool *of_class) {
    const ispy_interface_module *module = NULL;
    int status = ispy_interface_begin(reading, maker->loader, interface);
    if (status == ISPY_OK) {
        status = ispy_interface_open(&module, reading);
    }
    if (status != ISPY_OK) {
        return status;
    }
    ispy_str name = reading->member.data != NULL ? reading->member : entry;
    maker->at = interface->origin;
    *of_class = name.data != NULL;
    maker->members_only = maker->of_module && *of_class; /* a Protocol's: the module itself has them */
    maker->own_are_bare = reading->name.data == NULL || reading->member.data == NULL;
    if (!*of_class) {
        return ispy_interface_names(members, reading, module);
    }
    const ispy_class *klass = NULL;
    const ispy_interface_module *where = NULL;
    status = ispy_interface_class(&klass, &where, reading, module, name);
    return status != ISPY_OK ? status : ispy_interface_members(members, reading, where, klass);
}

/* Arrays with what is there already, and room for more. */
static int make_room(ispy_interface_clauses *out, const ispy_interface_maker *maker, const ispy_members *members) {
    ispy_arena *arena = maker->loader->arena;
    uint32_t room = 0;
    for (const ispy_member *m = members->first; m != NULL; m = m->next) {
        room += ispy_interface_room(m);
    }
    const ispy_interface_clauses old = *out;
    out->variables = ispy_arena_array(arena, (size_t)room + old.variable_count, sizeof *out->variables);
    out->functions = ispy_arena_array(arena, (size_t)room + old.function_count, sizeof *out->functions);
    out->classes = ispy_arena_array(arena, (size_t)room + old.class_count, sizeof *out->classes);
    out->superclasses = ispy_arena_array(arena, (size_t)room + old.superclass_count, sizeof *out->superclasses);
    if (out->variables == NULL || out->functions == NULL || out->classes == NULL || out->superclasses == NULL) {
        return ispy_fault_nomem(maker->loader);
    }
    if (old.variable_count > 0) {
        memcpy(out->variables, old.variables, old.variable_count * sizeof *out->variables);
    }
    if (old.function_count > 0) {
        memcpy(out->functions, old.functions, old.function_count * sizeof *out->functions);
    }
    if (old.class_count > 0) {
        memcpy(out->classes, old.classes, old.class_count * sizeof *out->classes);
    }
    if (old.superclass_count > 0) {
        memcpy(out->superclasses, old.superclasses, old.superclass_count * sizeof *out->superclasses);
    }
    return ISPY_OK;
}

static int add_interface(ispy_interface_clauses *out, ispy_interface_maker *maker,
                         const ispy_interface_clause *interface, ispy_str entry) {
    ispy_members members = {0};
    bool of_class = false;
    ispy_interface_reading *reading = ispy_arena_alloc(maker->loader->arena, sizeof *reading);
    if (reading == NULL) {
        return ispy_fault_nomem(maker->loader);
    }
    int status = gather(&members, reading, maker, interface, entry, &of_class);
    if (status == ISPY_OK && members.count == 0) {
        status = ispy_interface_fault(reading, "name one that has public members, or leave the key out",
                                      "the interface '%s' asks for nothing", ispy_quote(interface->text).text);
    }
    if (status == ISPY_OK) {
        status = make_room(out, maker, &members);
    }
    for (const ispy_member *m = members.first; m != NULL && status == ISPY_OK; m = m->next) {
        bool is_module_base = m->is_base && maker->members_only; /* a module derives from nothing */
        if (!is_module_base) {
            status = ispy_interface_add(out, maker, m, of_class);
        }
    }
    return status;
}

int ispy_interfaces_into_block(const ispy_loader *loader, ispy_block *block) {
    const ispy_str none = {NULL, 0, 0};
    ispy_interface_maker maker = {.loader = loader, .of_module = true};
    ispy_interface_clauses all = {
        .variables = (ispy_variable_clause *)block->variables,
        .variable_count = block->variable_count,
        .functions = (ispy_function_clause *)block->functions,
        .function_count = block->function_count,
        .classes = (ispy_class_clause *)block->classes,
        .class_count = block->class_count,
    };
    for (uint32_t i = 0; i < block->interface_count; i++) {
        int status = add_interface(&all, &maker, &block->interfaces[i], none);
        if (status != ISPY_OK) {
            return status;
        }
    }
    block->variables = all.variables;
    block->variable_count = all.variable_count;
    block->functions = all.functions;
    block->function_count = all.function_count;
    block->classes = all.classes;
    block->class_count = all.class_count;
    block->interface_count = 0; /* done: a contract that extends this one does not add it again */
    return ISPY_OK;
}

int ispy_interfaces_into_class(const ispy_loader *loader, ispy_class_clause *klass) {
    ispy_interface_maker maker = {.loader = loader};
    ispy_interface_clauses all = {
        .variables = (ispy_variable_clause *)klass->attributes,
        .variable_count = klass->attribute_count,
        .functions = (ispy_function_clause *)klass->methods,
        .function_count = klass->method_count,
        .superclasses = (ispy_superclass_clause *)klass->superclasses,
        .superclass_count = klass->superclass_count,
    };
    for (uint32_t i = 0; i < klass->interface_count; i++) {
        ispy_interface_reading names;
        int status = ispy_interface_begin(&names, loader, &klass->interfaces[i]);
        if (status == ISPY_OK && names.member.data == NULL && klass->name.data == NULL) {
            status = ispy_interface_fault(&names, "write acme.api:Plugin", "the interface names no class");
        }
        if (status == ISPY_OK) {
            status = add_interface(&all, &maker, &klass->interfaces[i], klass->name);
        }
        if (status != ISPY_OK) {
            return status;
        }
    }
    klass->attributes = all.variables;
    klass->attribute_count = all.variable_count;
    klass->methods = all.functions;
    klass->method_count = all.function_count;
    klass->superclasses = all.superclasses;
    klass->superclass_count = all.superclass_count;
    klass->interface_count = 0;
    return ISPY_OK;
}
