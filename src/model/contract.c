/* What a contract says of itself.
 * Must not know: YAML, how clauses are checked. Whether it selects a module is selector.c's business. */
#include "model/contract.h"

ispy_str ispy_contract_title(const ispy_contract *contract) {
    return contract->title;
}

ispy_str ispy_contract_help(const ispy_contract *contract) {
    return contract->help;
}

ispy_str ispy_contract_path(const ispy_contract *contract) {
    return contract->origin.source->path;
}

ispy_mode ispy_contract_mode(const ispy_contract *contract) {
    return contract->mode;
}

ispy_unprovable ispy_contract_unprovable(const ispy_contract *contract) {
    return contract->unprovable;
}

bool ispy_contract_allows_sourceless(const ispy_contract *contract) {
    return contract->sourceless == ISPY_SOURCELESS_ALLOW;
}

bool ispy_contract_has_selector(const ispy_contract *contract) {
    return contract->module_pattern_count > 0 || contract->file_pattern_count > 0 ||
           contract->body.filename.data != NULL;
}

size_t ispy_contract_pattern_count(const ispy_contract *contract, ispy_selector_kind kind) {
    return kind == ISPY_SELECTS_NAME   ? contract->module_pattern_count
           : kind == ISPY_SELECTS_PATH ? contract->file_pattern_count
                                       : contract->body.filename.data != NULL;
}

ispy_str ispy_contract_pattern(const ispy_contract *contract, ispy_selector_kind kind, size_t index, bool *negated) {
    *negated = false;
    if (kind == ISPY_SELECTS_FILENAME) {
        return contract->body.filename;
    }
    const ispy_pattern *pattern = kind == ISPY_SELECTS_NAME ? &contract->modules[index] : &contract->files[index];
    *negated = pattern->negated;
    return pattern->text;
}

bool ispy_contract_is_conditional(const ispy_contract *contract) {
    return contract->body.logic.when != NULL;
}

const ispy_needs *ispy_contract_needs(const ispy_contract *contract) {
    return contract->needs;
}

ispy_span ispy_contract_place(const ispy_contract *contract) {
    return contract->origin.at;
}

typedef bool (*block_asks)(const ispy_block *block);

static bool asks_version(const ispy_block *block) {
    return block->version != NULL;
}

static bool asks_uses(const ispy_block *block) {
    return block->imports != NULL || block->calls != NULL || block->top_level != NULL;
}

/* Recursion follows the nesting of the document, which the reader bounds. */
static bool block_wants(const ispy_block *block, block_asks asks) {
    const ispy_group *const groups[] = {&block->logic.any_of, &block->logic.all_of, &block->logic.negated};
    bool wants = asks(block);
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        const ispy_block *entries = groups[i]->entries;
        for (uint32_t j = 0; j < groups[i]->count && !wants; j++) {
            wants = block_wants(&entries[j], asks);
        }
    }
    return wants;
}

static bool system_wants(const ispy_system_clause *system, block_asks asks) {
    for (uint32_t i = 0; i < system->python_count; i++) {
        for (uint32_t j = 0; j < system->pythons[i].module_count; j++) {
            if (block_wants(&system->pythons[i].modules[j], asks)) {
                return true;
            }
        }
    }
    return false;
}

static bool contract_wants(const ispy_contract *contract, block_asks asks) {
    if (block_wants(&contract->body, asks)) {
        return true;
    }
    for (uint32_t i = 0; i < contract->deployment_count; i++) {
        for (uint32_t j = 0; j < contract->deployments[i].system_count; j++) {
            if (system_wants(&contract->deployments[i].systems[j], asks)) {
                return true;
            }
        }
    }
    return false;
}

bool ispy_contract_wants_version(const ispy_contract *contract) {
    return contract_wants(contract, asks_version);
}

bool ispy_contract_wants_uses(const ispy_contract *contract) {
    return contract_wants(contract, asks_uses);
}
