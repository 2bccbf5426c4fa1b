/* See extends.h. Must not know: yaml.h, what a clause means to the engine.
 *
 * Recursion is bounded by ISPY_EXTENDS_MAX_DEPTH.
 */
#include "load/extends.h"

#include "base/error.h"
#include "load/contract_files.h"
#include "load/field_read.h"
#include "load/paths.h"

#include <stddef.h>
#include <string.h>

/* ---- the file ---- */

/* The base's path as it is shown, and as it is opened: relative to the folder of the file that names it. */
static int base_path(ispy_str *out, const ispy_loader *loader, const ispy_node *node) {
    if (node->kind != ISPY_NODE_SCALAR || ispy_node_is_null(node) || node->text.length == 0 ||
        memchr(node->text.data, '\0', node->text.length) != NULL) {
        ispy_fault(loader, ISPY_FAULT_TYPE, node->at, "an entry of 'extends' must be the path of a contract");
        ispy_error_hint(loader->error, "write 'extends: [base.yml]'");
        return ISPY_EINVAL;
    }
    int status = ispy_path_beside(out, loader->arena, loader->source->path, node->text);
    return status == ISPY_OK ? ISPY_OK : ispy_fault_nomem(loader);
}

static int check_chain(const ispy_loader *loader, const ispy_node *node, ispy_str resolved) {
    int depth = 0; /* of the base: how many files lead to it */
    for (const ispy_chain *link = loader->chain; link != NULL; link = link->below, depth++) {
        if (ispy_str_equal(link->path, resolved)) {
            ispy_fault(loader, ISPY_FAULT_EXTENDS, node->at, "'%s' extends itself%s", ispy_quote(node->text).text,
                       link == loader->chain ? "" : ", by way of other files");
            ispy_error_hint(loader->error, "take it out of 'extends'");
            return ISPY_EINVAL;
        }
    }
    if (depth > ISPY_EXTENDS_MAX_DEPTH) {
        return ispy_fault(loader, ISPY_FAULT_LIMIT, node->at, "bases extend bases more than %d deep",
                          ISPY_EXTENDS_MAX_DEPTH);
    }
    if (++loader->bases->used > ISPY_EXTENDS_MAX_FILES) {
        return ispy_fault(loader, ISPY_FAULT_LIMIT, node->at, "a contract begins with more than %d bases",
                          ISPY_EXTENDS_MAX_FILES);
    }
    return ISPY_OK;
}

/* What cannot be read is the fault of who named it. */
static int unreadable(const ispy_loader *loader, const ispy_node *node, const ispy_error *error) {
    if (error->status == ISPY_ENOMEM) {
        return ispy_fault_nomem(loader);
    }
    char reason[sizeof error->message];
    memcpy(reason, error->message, sizeof reason);
    return ispy_fault(loader, ISPY_FAULT_EXTENDS, node->at, "the base '%s' is of no use: %s",
                      ispy_quote(node->text).text, reason);
}

static int remember(ispy_bases *bases, ispy_arena *arena, ispy_str resolved, const ispy_source *source) {
    if (bases->count == bases->capacity) {
        uint32_t capacity = bases->capacity == 0 ? 8 : bases->capacity * 2;
        const ispy_source **sources = ispy_arena_array(arena, capacity, sizeof *sources);
        if (sources == NULL) {
            return ISPY_ENOMEM;
        }
        if (bases->count > 0) {
            memcpy(sources, bases->sources, bases->count * sizeof *sources);
        }
        bases->sources = sources;
        bases->capacity = capacity;
    }
    bases->sources[bases->count] = source;
    return ispy_name_map_put(&bases->known, resolved, bases->count++);
}

/* The base's text, read once for the whole set. */
static int find_source(const ispy_source **out, const ispy_loader *loader, const ispy_node *node, ispy_str path,
                       ispy_str resolved) {
    uint32_t index;
    ispy_error error = {0};
    if (ispy_name_map_find(&loader->bases->known, resolved, &index)) {
        *out = loader->bases->sources[index];
        return ISPY_OK;
    }
    ispy_source *source = ispy_arena_alloc(loader->arena, sizeof *source);
    if (source == NULL) {
        return ispy_fault_nomem(loader);
    }
    if (ispy_contract_file_read(source, loader->arena, path, &error) != ISPY_OK) {
        return unreadable(loader, node, &error);
    }
    *out = source;
    return remember(loader->bases, loader->arena, resolved, source) == ISPY_OK ? ISPY_OK : ispy_fault_nomem(loader);
}

/* ---- its contract ---- */

static int read_base(struct ispy_contract *contract, const ispy_loader *base, const ispy_loader *loader,
                     const ispy_node *node, ispy_layer_reader read) {
    const ispy_node *const *documents = NULL;
    size_t count = 0;
    ispy_arena *nodes = ispy_arena_new();
    if (nodes == NULL) {
        return ispy_fault_nomem(loader);
    }
    int status = ispy_yaml_read(&documents, &count, base->source, nodes, base->arena, base->error);
    if (status == ISPY_OK && count != 1) {
        ispy_fault(loader, ISPY_FAULT_EXTENDS, node->at, "the base '%s' holds %s", ispy_quote(node->text).text,
                   count == 0 ? "no contract" : "several contracts, and it is not said which one is meant");
        ispy_error_hint(loader->error, "a base is a file with one contract in it");
        status = ISPY_EINVAL;
    }
    if (status == ISPY_OK) {
        status = read(contract, base, documents[0]);
    }
    ispy_arena_free(nodes);
    return status;
}

static int apply_base(struct ispy_contract *contract, const ispy_loader *loader, const ispy_node *node,
                      ispy_layer_reader read) {
    ispy_str path = {NULL, 0, 0};
    ispy_str resolved = {NULL, 0, 0};
    int status = base_path(&path, loader, node);
    if (status == ISPY_OK && ispy_contract_file_resolve(&resolved, loader->arena, path) != ISPY_OK) {
        status = ispy_fault_nomem(loader);
    }
    if (status == ISPY_OK) {
        status = check_chain(loader, node, resolved);
    }
    ispy_loader base = *loader;
    if (status == ISPY_OK) {
        status = find_source(&base.source, loader, node, path, resolved);
    }
    if (status != ISPY_OK) {
        return status;
    }
    const ispy_chain link = {loader->chain, resolved};
    base.chain = &link;
    return read_base(contract, &base, loader, node, read);
}

int ispy_extends_apply(struct ispy_contract *contract, const ispy_loader *loader, const ispy_node *document,
                       ispy_layer_reader read) {
    const ispy_node *stated = NULL;
    for (uint32_t i = 0; document->kind == ISPY_NODE_MAPPING && i < document->count; i += 2) {
        if (ispy_str_equal(document->items[i]->text, ispy_str_literal("extends"))) {
            stated = document->items[i + 1];
        }
    }
    if (stated == NULL || ispy_node_is_null(stated)) {
        return ISPY_OK;
    }
    if (stated->kind == ISPY_NODE_MAPPING) {
        return ispy_field_wrong_type(loader, "extends", stated, "a path or a list of paths");
    }
    if (stated->kind == ISPY_NODE_SCALAR) {
        return apply_base(contract, loader, stated, read);
    }
    int told = ISPY_OK;
    for (uint32_t i = 0; i < stated->count; i++) {
        int status = apply_base(contract, loader, stated->items[i], read);
        if (status != ISPY_OK && !ispy_fault_told(loader, status)) {
            return status;
        }
        told = status != ISPY_OK ? status : told;
    }
    return told;
}

/* ---- one layer on top of another ---- */

static ispy_str name_of(const ispy_record *element, const char *entry) {
    ispy_str name;
    memcpy(&name, entry + element->fields[0].offset, sizeof name);
    return name;
}

static char *join(ispy_arena *arena, const void *first, uint32_t first_count, const void *second, uint32_t second_count,
                  size_t size) {
    char *joined = ispy_arena_array(arena, (size_t)first_count + second_count, size);
    if (joined != NULL && first_count > 0) {
        memcpy(joined, first, first_count * size);
    }
    if (joined != NULL && second_count > 0) {
        memcpy(joined + first_count * size, second, second_count * size);
    }
    return joined;
}

int ispy_layer_list(char **entries, uint32_t *count, const ispy_loader *loader, const ispy_record *element,
                    const char *below, uint32_t below_count) {
    bool has_names = strcmp(element->fields[0].key, "name") == 0;
    if (!has_names && element->id != ISPY_RECORD_WAIVER) {
        return ISPY_OK; /* a list of another kind takes the place of the one below, whole */
    }
    ispy_name_map names;
    ispy_name_map_init(&names, loader->arena);
    for (uint32_t i = 0; has_names && i < *count; i++) {
        ispy_str name = name_of(element, *entries + i * element->size);
        if (name.data != NULL && ispy_name_map_put(&names, name, i) != ISPY_OK) {
            return ispy_fault_nomem(loader);
        }
    }
    char *kept = ispy_arena_array(loader->arena, below_count, element->size);
    uint32_t kept_count = 0;
    for (uint32_t i = 0; kept != NULL && i < below_count; i++) {
        const char *entry = below + i * element->size;
        uint32_t index;
        bool is_replaced = has_names && name_of(element, entry).data != NULL &&
                           ispy_name_map_find(&names, name_of(element, entry), &index);
        if (!is_replaced) {
            memcpy(kept + kept_count++ * element->size, entry, element->size);
        }
    }
    char *joined = kept == NULL ? NULL : join(loader->arena, kept, kept_count, *entries, *count, element->size);
    if (joined == NULL) {
        return ispy_fault_nomem(loader);
    }
    *entries = joined;
    *count += kept_count;
    return ISPY_OK;
}

/* Adds blocks to `all_of`. */
static int require(const ispy_loader *loader, ispy_group *all_of, const ispy_group *blocks) {
    char *joined =
        join(loader->arena, all_of->entries, all_of->count, blocks->entries, blocks->count, sizeof(ispy_block));
    if (joined == NULL) {
        return ispy_fault_nomem(loader);
    }
    all_of->origin = blocks->origin;
    all_of->entries = joined;
    all_of->count += blocks->count;
    return ISPY_OK;
}

int ispy_layer_group(const ispy_loader *loader, struct ispy_contract *contract, size_t offset, ispy_group group) {
    ispy_logic *logic = &contract->body.logic;
    ispy_group below;
    memcpy(&below, (const char *)contract + offset, sizeof below);
    if (offset == offsetof(struct ispy_contract, body.logic.all_of)) {
        return require(loader, &logic->all_of, &group);
    }
    if (below.entries != NULL) { /* there is room for one: the other becomes a block of its own */
        ispy_block *block = ispy_arena_alloc(loader->arena, sizeof *block);
        if (block == NULL) {
            return ispy_fault_nomem(loader);
        }
        bool is_any = offset == offsetof(struct ispy_contract, body.logic.any_of);
        block->origin = below.origin;
        *(is_any ? &block->logic.any_of : &block->logic.negated) = below;
        const ispy_group one = {below.origin, block, 1};
        int status = require(loader, &logic->all_of, &one);
        if (status != ISPY_OK) {
            return status;
        }
    }
    memcpy((char *)contract + offset, &group, sizeof group);
    return ISPY_OK;
}
