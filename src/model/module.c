/* The structure of a module: finding a name in a scope.
 * Must not know: who built the scope, what the name is wanted for. */
#include "model/scope.h"

#include <string.h>

int ispy_name_order(ispy_str a, ispy_str b) {
    if (a.hash != b.hash) {
        return a.hash < b.hash ? -1 : 1;
    }
    uint32_t shorter = a.length < b.length ? a.length : b.length;
    int order = shorter == 0 ? 0 : memcmp(a.data, b.data, shorter);
    if (order != 0 || a.length == b.length) {
        return order;
    }
    return a.length < b.length ? -1 : 1;
}

const ispy_binding *ispy_scope_find(const ispy_scope *scope, ispy_str name) {
    if (name.data == NULL) {
        return NULL;
    }
    uint32_t first = 0;
    uint32_t end = scope->count;
    while (first < end) {
        uint32_t middle = first + (end - first) / 2;
        int order = ispy_name_order(name, scope->bindings[middle].name);
        if (order == 0) {
            return &scope->bindings[middle];
        }
        if (order < 0) {
            end = middle;
        } else {
            first = middle + 1;
        }
    }
    return NULL;
}
