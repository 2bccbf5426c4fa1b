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

ispy_span ispy_contract_place(const ispy_contract *contract) {
    return contract->origin.at;
}

static bool system_wants_version(const ispy_system_clause *system) {
    for (uint32_t i = 0; i < system->python_count; i++) {
        for (uint32_t j = 0; j < system->pythons[i].module_count; j++) {
            if (system->pythons[i].modules[j].version != NULL) {
                return true;
            }
        }
    }
    return false;
}

bool ispy_contract_wants_version(const ispy_contract *contract) {
    if (contract->body.version != NULL) {
        return true;
    }
    for (uint32_t i = 0; i < contract->deployment_count; i++) {
        for (uint32_t j = 0; j < contract->deployments[i].system_count; j++) {
            if (system_wants_version(&contract->deployments[i].systems[j])) {
                return true;
            }
        }
    }
    return false;
}
