/* What has to be known of the place where a module runs before a contract can be judged: gathered while it is read.
 * Must not know: YAML, how any of it is found out. */
#ifndef ISPY_LOAD_NEEDS_H
#define ISPY_LOAD_NEEDS_H

#include "base/name_map.h"
#include "model/contract.h"

enum { ISPY_NEEDS_LISTS = 6 };

/* Names, each once. */
typedef struct ispy_need_names {
    ispy_name_map seen;
    ispy_str *names;
    uint32_t capacity;
} ispy_need_names;

typedef struct ispy_needs_list {
    ispy_arena *arena;
    ispy_need_names lists[ISPY_NEEDS_LISTS];
    bool machine;
} ispy_needs_list;

void ispy_needs_init(ispy_needs_list *needs, ispy_arena *arena);
/* NULL for `needs`: nobody wants to know. ISPY_OK or ISPY_ENOMEM. */
int ispy_needs_of_condition(ispy_needs_list *needs, const ispy_condition *condition);
int ispy_needs_of_system(ispy_needs_list *needs, const ispy_system_clause *system);
int ispy_needs_of_imports(ispy_needs_list *needs, const ispy_policy_clause *imports);
int ispy_needs_join(ispy_needs_list *needs, const ispy_needs *others);
/* All that was gathered, in the arena; NULL: out of memory. */
const ispy_needs *ispy_needs_give(const ispy_needs_list *needs);

#endif
