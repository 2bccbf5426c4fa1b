/* Pieces that list entries and stub lines have in common.
 * Must not know: where they were written. */
#include "load/clause_load.h"

#include "base/error.h"
#include "base/name_map.h"

int ispy_annotation_load(const ispy_annotation_clause **out, const ispy_loader *loader, ispy_str text, ispy_span at,
                         bool compatible) {
    ispy_annotation_clause *annotation = ispy_arena_alloc(loader->arena, sizeof *annotation);
    if (annotation == NULL) {
        return ispy_fault_nomem(loader);
    }
    annotation->origin = ispy_loader_origin(loader, at);
    annotation->text = text;
    annotation->compatible = compatible;
    if (ispy_type_expr_parse(&annotation->type, loader->arena, text) != ISPY_OK) {
        return ispy_fault_nomem(loader);
    }
    if (!ispy_type_expr_is_clean(annotation->type)) {
        ispy_fault(loader, ISPY_FAULT_VALUE, at, "'%s' is not an annotation", ispy_quote(text).text);
        ispy_error_hint(loader->error, "write a type as Python does: int, list[str], Job | None");
        return ISPY_EINVAL;
    }
    *out = annotation;
    return ISPY_OK;
}

int ispy_parameters_check(const ispy_loader *loader, const ispy_parameter_clause *parameters, uint32_t count) {
    ispy_name_map seen;
    ispy_name_map_init(&seen, loader->arena);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t earlier;
        ispy_str name = parameters[i].name;
        if (ispy_name_map_find(&seen, name, &earlier)) {
            return ispy_fault(loader, ISPY_FAULT_CONTRADICTION, parameters[i].origin.at,
                              "two arguments are called '%s', which no function can have", ispy_quote(name).text);
        }
        if (ispy_name_map_put(&seen, name, i) != ISPY_OK) {
            return ispy_fault_nomem(loader);
        }
    }
    return ISPY_OK;
}
