/* What an interface asks for: the public names of a module, the members of a class. See interface_source.h.
 * Must not know: clauses. */
#include "load/interface_source.h"

#include <string.h>

static const char cycle_hint[] = "Python could not import this either";

static bool is_dunder(ispy_str name) {
    return name.length > 4 && memcmp(name.data, "__", 2) == 0 && memcmp(name.data + name.length - 2, "__", 2) == 0;
}

bool ispy_interface_is_private(ispy_str name) {
    return name.length > 0 && name.data[0] == '_' && !is_dunder(name);
}

/* ---- the names of a module ---- */

/* PEP 484: "import X as X" and "from a import X as X" hand a name on; other imports are the module's own affair. */
static bool is_handed_on(const ispy_binding *binding) {
    for (uint32_t i = 0; i < binding->count; i++) {
        const ispy_definition *definition = binding->candidates[i];
        if (definition->kind != ISPY_DEFINES_IMPORT) {
            return true;
        }
        const ispy_import *import = definition->as.import;
        ispy_str original = import->name.data != NULL ? import->name : import->module;
        if (import->has_alias && ispy_str_equal(original, import->bound)) {
            return true;
        }
    }
    return false;
}

/* Names that say something about the module itself. */
static bool is_about_module(ispy_str name) {
    static const char *const names[] = {"__all__", "__getattr__", "__dir__", "__path__", "__doc__", "__slots__"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (ispy_str_equal(name, ispy_str_literal(names[i]))) {
            return true;
        }
    }
    return false;
}

/* The names of __all__; NULL: there is none, or it is computed. */
static const ispy_literal *listed(const ispy_module *module) {
    const ispy_literal *all = module->dunder_all;
    if (all == NULL || (all->kind != ISPY_LITERAL_LIST && all->kind != ISPY_LITERAL_TUPLE)) {
        return NULL;
    }
    for (uint32_t i = 0; i < all->count; i++) {
        if (all->items[i].kind != ISPY_LITERAL_STR) {
            return NULL;
        }
    }
    return all;
}

static int gather_names(ispy_members *out, ispy_interface_reading *reading, const ispy_interface_module *from,
                        ispy_name_map *seen, uint32_t depth);

static int put_name(ispy_members *out, ispy_interface_reading *reading, const ispy_interface_module *from,
                    ispy_name_map *seen, ispy_str name, const ispy_binding *binding) {
    uint32_t index;
    if (ispy_name_map_find(seen, name, &index)) {
        return ISPY_OK;
    }
    ispy_member *member = ispy_members_add(out, reading, seen, name, from);
    if (member == NULL) {
        return ispy_fault_nomem(reading->loader);
    }
    member->binding = binding;
    member->at = binding != NULL ? binding->candidates[0]->at : (ispy_span){1, 1, 0};
    return ISPY_OK;
}

/* "pkg.impl" of "from .impl import *"; ISPY_EINVAL: its beginning is not known. */
static int star_target(ispy_str *out, const ispy_interface_reading *reading, const ispy_module *module,
                       const ispy_import *import) {
    ispy_import without_star = *import;
    ispy_qualified name;
    without_star.name = import->module;
    without_star.module = (ispy_str){"", 0, 0};
    ispy_import_target(&name, module, &without_star);
    if (name.partial || name.count == 0) {
        return ispy_interface_fault(reading, "name the interface by a module's dotted name",
                                    "%.200s: a star import leads out of what is known", module->path.data);
    }
    return ispy_interface_join(out, reading, &name);
}

static int follow_stars(ispy_members *out, ispy_interface_reading *reading, const ispy_interface_module *from,
                        ispy_name_map *seen, uint32_t depth) {
    const ispy_module *module = from->module;
    for (uint32_t i = 0; i < module->import_count; i++) {
        const ispy_import *import = &module->imports[i];
        if (import->bound.data != NULL || import->in_function || import->type_checking) {
            continue;
        }
        ispy_str name;
        const ispy_interface_module *next = NULL;
        int status = star_target(&name, reading, module, import);
        if (status == ISPY_OK) {
            status = ispy_interface_follow(&next, reading, name);
        }
        if (status == ISPY_OK) {
            status = gather_names(out, reading, next, seen, depth + 1);
        }
        if (status != ISPY_OK) {
            return status;
        }
    }
    return ISPY_OK;
}

static bool is_public(ispy_str name, const ispy_binding *binding) {
    return !ispy_interface_is_private(name) && !is_about_module(name) && is_handed_on(binding);
}

static int gather_own(ispy_members *out, ispy_interface_reading *reading, const ispy_interface_module *from,
                      ispy_name_map *seen) {
    const ispy_scope *scope = &from->module->scope;
    const ispy_literal *all = listed(from->module);
    const ispy_binding **bindings = NULL;
    uint32_t count = 0;
    int status = ispy_interface_written(&bindings, &count, reading, scope);
    for (uint32_t i = 0; i < count && status == ISPY_OK && all == NULL; i++) {
        if (is_public(bindings[i]->name, bindings[i])) {
            status = put_name(out, reading, from, seen, bindings[i]->name, bindings[i]);
        }
    }
    return status;
}

static int gather_listed(ispy_members *out, ispy_interface_reading *reading, const ispy_interface_module *from,
                         ispy_name_map *seen) {
    const ispy_literal *all = listed(from->module);
    int status = ISPY_OK;
    for (uint32_t i = 0; all != NULL && i < all->count && status == ISPY_OK; i++) {
        ispy_str name = ispy_str_of(all->items[i].text.data, all->items[i].text.length);
        status = put_name(out, reading, from, seen, name, ispy_scope_find(&from->module->scope, name));
    }
    return status;
}

static bool is_listed(const ispy_literal *all, ispy_str name) {
    for (uint32_t i = 0; i < all->count; i++) {
        if (ispy_str_equal(ispy_str_of(all->items[i].text.data, all->items[i].text.length), name)) {
            return true;
        }
    }
    return false;
}

/* Of what star imports bring, __all__ says which names count. */
static void keep_listed(ispy_members *stars, const ispy_literal *all) {
    ispy_member **link = &stars->first;
    while (*link != NULL) {
        if (is_listed(all, (*link)->name)) {
            link = &(*link)->next;
        } else {
            *link = (*link)->next;
            stars->count--;
        }
    }
    stars->end = link;
}

static int gather_names(ispy_members *out, ispy_interface_reading *reading, const ispy_interface_module *from,
                        ispy_name_map *seen, uint32_t depth) {
    ispy_interface_module *here = (ispy_interface_module *)from;
    if (here->is_open || depth > ISPY_INTERFACE_MAX_DEPTH) {
        return ispy_interface_fault(reading, cycle_hint, "the star imports of %.200s lead in a circle, or too deep",
                                    from->module->path.data);
    }
    here->is_open = true;
    int status = gather_own(out, reading, from, seen);
    if (status == ISPY_OK && listed(from->module) != NULL) {
        ispy_members stars = {.end = &stars.first};
        ispy_name_map of_stars;
        ispy_name_map_init(&of_stars, reading->loader->arena);
        status = follow_stars(&stars, reading, from, &of_stars, depth);
        keep_listed(&stars, listed(from->module));
        for (ispy_member *m = stars.first; m != NULL && status == ISPY_OK; m = m->next) {
            if (ispy_scope_find(&from->module->scope, m->name) == NULL) {
                status = put_name(out, reading, m->from, seen, m->name, m->binding);
            }
        }
        status = status == ISPY_OK ? gather_listed(out, reading, from, seen) : status;
    } else if (status == ISPY_OK) {
        status = follow_stars(out, reading, from, seen, depth);
    }
    here->is_open = false;
    return status;
}

int ispy_interface_names(ispy_members *out, ispy_interface_reading *reading, const ispy_interface_module *from) {
    ispy_name_map seen;
    ispy_name_map_init(&seen, reading->loader->arena);
    *out = (ispy_members){.end = &out->first};
    return gather_names(out, reading, from, &seen, 0);
}
