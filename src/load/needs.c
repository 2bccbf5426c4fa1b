/* See needs.h. A clause that another layer replaces stays in the list: to know too much does no harm. */
#include "load/needs.h"

#include <string.h>

enum { ENVIRONMENT, HOST, DISTRIBUTIONS, COMMANDS, DECLARED, PROVIDERS };

void ispy_needs_init(ispy_needs_list *needs, ispy_arena *arena) {
    *needs = (ispy_needs_list){.arena = arena};
    for (size_t i = 0; i < ISPY_NEEDS_LISTS; i++) {
        ispy_name_map_init(&needs->lists[i].seen, arena);
    }
}

static int add(ispy_needs_list *needs, size_t list, ispy_str name) {
    ispy_need_names *names = &needs->lists[list];
    uint32_t count = names->seen.count;
    uint32_t index;
    if (ispy_name_map_find(&names->seen, name, &index)) {
        return ISPY_OK;
    }
    if (count == names->capacity) {
        uint32_t capacity = count == 0 ? 8 : count * 2;
        ispy_str *larger = ispy_arena_array(needs->arena, capacity, sizeof *larger);
        if (larger == NULL) {
            return ISPY_ENOMEM;
        }
        if (count > 0) {
            memcpy(larger, names->names, count * sizeof *larger);
        }
        names->names = larger;
        names->capacity = capacity;
    }
    names->names[count] = name;
    return ispy_name_map_put(&names->seen, name, count);
}

static int add_components(ispy_needs_list *needs, size_t list, const ispy_component_clause *clauses, uint32_t count) {
    int status = ISPY_OK;
    for (uint32_t i = 0; i < count && status == ISPY_OK; i++) {
        status = add(needs, list, clauses[i].name);
    }
    return status;
}

static int add_variables(ispy_needs_list *needs, const ispy_environment_clause *clauses, uint32_t count) {
    int status = ISPY_OK;
    for (uint32_t i = 0; i < count && status == ISPY_OK; i++) {
        status = add(needs, ENVIRONMENT, clauses[i].name);
    }
    return status;
}

int ispy_needs_of_condition(ispy_needs_list *needs, const ispy_condition *condition) {
    if (needs == NULL) {
        return ISPY_OK;
    }
    needs->machine |= condition->libc_count > 0 || condition->memory != NULL || condition->cpus != NULL;
    int status = add_variables(needs, condition->environment, condition->environment_count);
    status = status != ISPY_OK ? status : add_components(needs, HOST, condition->host, condition->host_count);
    for (uint32_t i = 0; i < condition->host_count && status == ISPY_OK; i++) {
        ispy_str declared = condition->host[i].declared;
        status = declared.data != NULL ? add(needs, DECLARED, declared) : ISPY_OK;
    }
    status = status != ISPY_OK
                 ? status
                 : add_components(needs, DISTRIBUTIONS, condition->distributions, condition->distribution_count);
    return status != ISPY_OK ? status : add_components(needs, COMMANDS, condition->commands, condition->command_count);
}

int ispy_needs_of_system(ispy_needs_list *needs, const ispy_system_clause *system) {
    return needs == NULL ? ISPY_OK : add_variables(needs, system->environment, system->environment_count);
}

static int add_providers(ispy_needs_list *needs, const ispy_policy_entry *entries, uint32_t count) {
    int status = ISPY_OK;
    for (uint32_t i = 0; i < count && status == ISPY_OK; i++) {
        bool is_named = entries[i].distribution.data != NULL;
        status = is_named ? add(needs, PROVIDERS, entries[i].distribution) : ISPY_OK;
    }
    return status;
}

int ispy_needs_of_imports(ispy_needs_list *needs, const ispy_policy_clause *imports) {
    if (needs == NULL) {
        return ISPY_OK;
    }
    int status = add_providers(needs, imports->allow, imports->allow_count);
    return status != ISPY_OK ? status : add_providers(needs, imports->deny, imports->deny_count);
}

int ispy_needs_join(ispy_needs_list *needs, const ispy_needs *others) {
    const ispy_name_list *const lists[ISPY_NEEDS_LISTS] = {&others->environment,   &others->host,
                                                           &others->distributions, &others->commands,
                                                           &others->declared,      &others->providers};
    int status = ISPY_OK;
    needs->machine |= others->machine;
    for (size_t list = 0; list < ISPY_NEEDS_LISTS; list++) {
        for (uint32_t i = 0; i < lists[list]->count && status == ISPY_OK; i++) {
            status = add(needs, list, lists[list]->names[i]);
        }
    }
    return status;
}

static ispy_name_list names_of(const ispy_need_names *list) {
    return (ispy_name_list){list->names, list->seen.count};
}

const ispy_needs *ispy_needs_give(const ispy_needs_list *needs) {
    ispy_needs *given = ispy_arena_alloc(needs->arena, sizeof *given);
    if (given != NULL) {
        *given = (ispy_needs){.environment = names_of(&needs->lists[ENVIRONMENT]),
                              .host = names_of(&needs->lists[HOST]),
                              .distributions = names_of(&needs->lists[DISTRIBUTIONS]),
                              .commands = names_of(&needs->lists[COMMANDS]),
                              .declared = names_of(&needs->lists[DECLARED]),
                              .providers = names_of(&needs->lists[PROVIDERS]),
                              .machine = needs->machine};
    }
    return given;
}
