/* Sets of contracts: from files, folders and texts in memory.
 * Must not know: yaml.h, what a clause means. */
#include "base/error.h"
#include "base/name_map.h"
#include "load/contract_files.h"
#include "load/contract_load.h"
#include "load/needs.h"
#include "model/selector.h"

#include <string.h>

struct ispy_contract_set {
    ispy_arena *arena; /* owned; holds this struct and all else */
    const ispy_contract **contracts;
    uint32_t count;
    uint32_t capacity;
    const ispy_selector *selector;
    const ispy_needs *needs; /* of all contracts */
    ispy_bases bases;
};

/* ---- documents ---- */

static int add_contract(ispy_contract_set *set, const ispy_contract *contract) {
    if (set->count == set->capacity) {
        uint32_t capacity = set->capacity == 0 ? 16 : set->capacity * 2;
        const ispy_contract **contracts = ispy_arena_array(set->arena, capacity, sizeof *contracts);
        if (contracts == NULL) {
            return ISPY_ENOMEM;
        }
        if (set->count > 0) {
            memcpy(contracts, set->contracts, set->count * sizeof *contracts);
        }
        set->contracts = contracts;
        set->capacity = capacity;
    }
    set->contracts[set->count++] = contract;
    return ISPY_OK;
}

static int no_documents(const ispy_loader *loader) {
    ispy_fault(loader, ISPY_FAULT_EMPTY, (ispy_span){1, 1, 0},
               loader->source->text.length == 0 ? "the file is empty" : "the file holds no contract");
    ispy_error_hint(loader->error, "a contract is a YAML mapping: 'functions: [...]'");
    return ISPY_EINVAL;
}

/* Every contract in one file. `source` lives in the set's arena. */
static int load_source(ispy_contract_set *set, const ispy_source *source, const ispy_load_options *options,
                       ispy_error *error) {
    ispy_chain chain = {NULL, source->path};
    ispy_loader loader = {.source = source,
                          .arena = set->arena,
                          .options = options,
                          .error = error,
                          .bases = &set->bases,
                          .chain = &chain};
    const ispy_node *const *documents = NULL;
    size_t count = 0;
    ispy_arena *nodes = ispy_arena_new();
    if (nodes == NULL) {
        return ispy_error_nomem(error);
    }
    int status = ispy_contract_file_resolve(&chain.path, set->arena, source->path);
    status = status == ISPY_OK ? ispy_yaml_read(&documents, &count, source, nodes, set->arena, error)
                               : ispy_error_nomem(error);
    if (status == ISPY_OK && count == 0) {
        status = no_documents(&loader);
    }
    status = ispy_fault_told(&loader, status) ? ISPY_OK : status;
    for (size_t i = 0; i < count && status == ISPY_OK; i++) {
        const ispy_contract *contract = NULL;
        set->bases.used = 0;
        status = ispy_contract_load(&contract, &loader, documents[i]);
        if (status == ISPY_OK && add_contract(set, contract) != ISPY_OK) {
            status = ispy_error_nomem(error);
        }
        status = ispy_fault_told(&loader, status) ? ISPY_OK : status;
    }
    ispy_arena_free(nodes);
    return status;
}

/* ---- what is known of the whole set ---- */

/* Whether another contract of the set begins with this one. */
static int is_base(bool *out, const ispy_contract_set *set, const ispy_contract *contract) {
    ispy_str resolved;
    uint32_t index;
    *out = false;
    if (set->bases.count == 0) {
        return ISPY_OK;
    }
    int status = ispy_contract_file_resolve(&resolved, set->arena, contract->origin.source->path);
    *out = status == ISPY_OK && ispy_name_map_find(&set->bases.known, resolved, &index);
    return status;
}

/* A contract that selects nothing is taken out where it is there for others to extend; else it may be an error. */
static int settle_selectors(ispy_contract_set *set, const ispy_load_options *options, ispy_error *error) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < set->count; i++) {
        const ispy_contract *contract = set->contracts[i];
        const ispy_loader loader = {
            .source = contract->origin.source, .arena = set->arena, .options = options, .error = error};
        bool base = false;
        if (!ispy_contract_has_selector(contract) && is_base(&base, set, contract) != ISPY_OK) {
            return ispy_error_nomem(error);
        }
        int status = base ? ISPY_OK : ispy_contract_check_selector(&loader, contract);
        if (status != ISPY_OK && !ispy_fault_told(&loader, status)) {
            return status;
        }
        if (!base) {
            set->contracts[kept++] = contract;
        }
    }
    set->count = kept;
    return ISPY_OK;
}

static int finish(ispy_contract_set *set, const ispy_load_options *options, ispy_error *error) {
    int status = settle_selectors(set, options, error);
    if (status != ISPY_OK) {
        return status;
    }
    ispy_needs_list needs;
    ispy_needs_init(&needs, set->arena);
    for (uint32_t i = 0; i < set->count && status == ISPY_OK; i++) {
        status = ispy_needs_join(&needs, set->contracts[i]->needs);
    }
    set->needs = status == ISPY_OK ? ispy_needs_give(&needs) : NULL;
    if (set->needs == NULL || ispy_selector_new(&set->selector, set->arena, set->contracts, set->count) != ISPY_OK) {
        return ispy_error_nomem(error);
    }
    return ISPY_OK;
}

/* ---- making sets ---- */

static ispy_contract_set *new_set(void) {
    ispy_arena *arena = ispy_arena_new();
    ispy_contract_set *set = arena == NULL ? NULL : ispy_arena_alloc(arena, sizeof *set);
    if (set == NULL) {
        ispy_arena_free(arena);
        return NULL;
    }
    set->arena = arena;
    ispy_name_map_init(&set->bases.known, arena);
    return set;
}

static int load_files(ispy_contract_set *set, const ispy_file_list *files, const ispy_load_options *options,
                      ispy_error *error) {
    for (size_t i = 0; i < files->count; i++) {
        ispy_source *source = ispy_arena_alloc(set->arena, sizeof *source);
        if (source == NULL) {
            return ispy_error_nomem(error);
        }
        int status = ispy_contract_file_read(source, set->arena, files->paths[i], error);
        if (status == ISPY_OK) {
            status = load_source(set, source, options, error);
        }
        if (status != ISPY_OK) {
            return status;
        }
    }
    return ISPY_OK;
}

/* Gives the set out, or frees it. */
static int give(ispy_contract_set **out, ispy_contract_set *set, int status) {
    if (status == ISPY_OK) {
        *out = set;
    } else {
        ispy_contract_set_free(set);
    }
    return status;
}

int ispy_contract_set_load(ispy_contract_set **out, const char *const *paths, size_t count,
                           const ispy_load_options *options, ispy_error *error) {
    ispy_error unwanted;
    error = error == NULL ? &unwanted : error;
    ispy_contract_set *set = new_set();
    if (set == NULL) {
        return ispy_error_nomem(error);
    }
    ispy_file_list files = {NULL, 0, 0};
    int status = ISPY_OK;
    if (count == 0) {
        status = ispy_error_set(error, ISPY_EINVAL, "no contract was named");
        ispy_error_code(error, ISPY_FAULT_EMPTY);
    }
    for (size_t i = 0; i < count && status == ISPY_OK; i++) {
        status = ispy_contract_files_add(&files, set->arena, paths[i], error);
    }
    if (status == ISPY_OK && ispy_contract_files_unique(&files, set->arena) != ISPY_OK) {
        status = ispy_error_nomem(error);
    }
    if (status == ISPY_OK) {
        status = load_files(set, &files, options, error);
    }
    if (status == ISPY_OK) {
        status = finish(set, options, error);
    }
    return give(out, set, status);
}

int ispy_contract_set_parse(ispy_contract_set **out, const char *name, const char *text, size_t length,
                            const ispy_load_options *options, ispy_error *error) {
    static const char mark[] = "\xEF\xBB\xBF";
    ispy_error unwanted;
    error = error == NULL ? &unwanted : error;
    ispy_contract_set *set = new_set();
    ispy_source *source = set == NULL ? NULL : ispy_arena_alloc(set->arena, sizeof *source);
    if (source == NULL) {
        ispy_contract_set_free(set);
        return ispy_error_nomem(error);
    }
    if (length >= 3 && memcmp(text, mark, 3) == 0) {
        text += 3;
        length -= 3;
    }
    /* One byte past the limit is enough to be refused by it. */
    size_t kept = length > (size_t)ISPY_YAML_MAX_BYTES + 1 ? (size_t)ISPY_YAML_MAX_BYTES + 1 : length;
    int status = ispy_arena_str(&source->path, set->arena, name, strlen(name));
    if (status == ISPY_OK) {
        status = ispy_arena_str(&source->text, set->arena, text, kept);
    }
    status = status == ISPY_OK ? load_source(set, source, options, error) : ispy_error_nomem(error);
    if (status == ISPY_OK) {
        status = finish(set, options, error);
    }
    return give(out, set, status);
}

void ispy_contract_set_free(ispy_contract_set *set) {
    if (set != NULL) {
        ispy_arena_free(set->arena);
    }
}

/* ---- asking ---- */

size_t ispy_contract_set_count(const ispy_contract_set *set) {
    return set->count;
}

const ispy_contract *ispy_contract_set_get(const ispy_contract_set *set, size_t index) {
    return index < set->count ? set->contracts[index] : NULL;
}

void ispy_contract_set_select(const ispy_contract_set *set, ispy_str name, ispy_str path, ispy_contract_visitor visit,
                              void *user) {
    ispy_selector_visit(set->selector, name, path, visit, user);
}

bool ispy_contract_set_may_select(const ispy_contract_set *set, ispy_str name) {
    return ispy_selector_may_select(set->selector, name);
}

bool ispy_contract_set_knows_first_part(const ispy_contract_set *set, const char *part, size_t length) {
    return ispy_selector_knows_first_part(set->selector, part, length);
}

bool ispy_contract_set_asks_for_path(const ispy_contract_set *set) {
    return ispy_selector_asks_for_path(set->selector);
}

bool ispy_contract_set_selects_by_path(const ispy_contract_set *set) {
    return ispy_selector_by_path(set->selector);
}

const ispy_str *ispy_contract_set_environment(const ispy_contract_set *set, size_t *count) {
    *count = set->needs->environment.count;
    return set->needs->environment.names;
}

const ispy_needs *ispy_contract_set_needs(const ispy_contract_set *set) {
    return set->needs;
}
