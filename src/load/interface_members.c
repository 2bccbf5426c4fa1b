/* The list of members that an interface asks for, and what naming them takes. See interface_source.h.
 * Must not know: which names count, clauses. */
#include "load/interface_source.h"

#include "base/text.h"

#include <stdlib.h>

ispy_member *ispy_members_add(ispy_members *out, const ispy_interface_reading *reading, ispy_name_map *seen,
                              ispy_str name, const ispy_interface_module *from) {
    ispy_member *member = ispy_arena_alloc(reading->loader->arena, sizeof *member);
    if (member == NULL || ispy_name_map_put(seen, name, 0) != ISPY_OK) {
        return NULL;
    }
    member->name = name;
    member->from = from;
    *out->end = member;
    out->end = &member->next;
    out->count++;
    return member;
}

static int by_place(const void *a, const void *b) {
    ispy_span left = (*(const ispy_binding *const *)a)->candidates[0]->at;
    ispy_span right = (*(const ispy_binding *const *)b)->candidates[0]->at;
    if (left.line != right.line) {
        return left.line < right.line ? -1 : 1;
    }
    return (left.column > right.column) - (left.column < right.column);
}

int ispy_interface_written(const ispy_binding ***out, uint32_t *count, const ispy_interface_reading *reading,
                           const ispy_scope *scope) {
    const ispy_binding **bindings = ispy_arena_array(reading->loader->arena, scope->count, sizeof *bindings);
    if (bindings == NULL) {
        return ispy_fault_nomem(reading->loader);
    }
    *count = 0;
    for (uint32_t i = 0; i < scope->count; i++) {
        if (scope->bindings[i].candidates[0]->at.line > 0) {
            bindings[(*count)++] = &scope->bindings[i];
        }
    }
    if (*count > 1) {
        qsort(bindings, *count, sizeof *bindings, by_place);
    }
    *out = bindings;
    return ISPY_OK;
}

int ispy_interface_join(ispy_str *out, const ispy_interface_reading *reading, const ispy_qualified *name) {
    ispy_text text = ISPY_TEXT_EMPTY;
    ispy_qualified_show(&text, name);
    int status = text.failed || text.data == NULL ? ISPY_ENOMEM
                                                  : ispy_arena_str(out, reading->loader->arena, text.data, text.length);
    ispy_text_free(&text);
    return status == ISPY_OK ? ISPY_OK : ispy_fault_nomem(reading->loader);
}
