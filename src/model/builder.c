/* Builds scopes from statements in source order: an abstract interpretation of bindings through branches.
 * Must not know: syntax, conditions, what the definitions say.
 *
 * A scope holds one table of names, always as the current arm sees them. What an arm changes is logged; when the arm
 * ends, its changes are set aside and undone, so that the next arm starts as the first one did. The join unites what
 * was set aside, name by name (builder_fork.c). So every step costs what the arms changed, however many names there
 * are.
 *
 * Opening a scope (a star import) makes every earlier binding uncertain. That is not written to each name: every
 * opening begins a new epoch, and a name bound in an earlier epoch gets an UNKNOWN candidate when somebody looks at it.
 */
#include "model/builder_state.h"
#include "model/scope.h"

#include <stdlib.h>
#include <string.h>

void *ispy_stack_push(stack *s, size_t size) {
    if (s->count >= s->capacity) {
        size_t capacity = s->capacity == 0 ? 16 : s->capacity * 2;
        if (capacity >= ISPY_NO_INDEX || capacity > SIZE_MAX / size) {
            return NULL; /* indices are 32 bits wide */
        }
        void *items = realloc(s->items, capacity * size);
        if (items == NULL) {
            return NULL;
        }
        s->items = items;
        s->capacity = capacity;
    }
    return (char *)s->items + size * s->count++;
}

/* ---- Builders and scopes ---- */

static scope *scope_new(ispy_arena *scratch) {
    scope *s = calloc(1, sizeof *s);
    if (s != NULL) {
        ispy_name_map_init(&s->names, scratch);
    }
    return s;
}

static void scope_free(scope *s) {
    free(s->entries.items);
    free(s->log.items);
    free(s->ends.items);
    free(s->trail.items);
    free(s->forks.items);
    free(s);
}

ispy_builder *ispy_builder_new(ispy_arena *arena) {
    ispy_builder *builder = calloc(1, sizeof *builder);
    if (builder == NULL) {
        return NULL;
    }
    builder->arena = arena;
    builder->scratch = ispy_arena_new();
    if (builder->scratch != NULL) {
        builder->lent = ispy_arena_alloc(builder->scratch, sizeof *builder->lent);
        builder->current = scope_new(builder->scratch);
    }
    if (builder->lent == NULL || builder->current == NULL) {
        ispy_builder_free(builder);
        return NULL;
    }
    return builder;
}

void ispy_builder_free(ispy_builder *builder) {
    if (builder == NULL) {
        return;
    }
    while (builder->current != NULL) {
        scope *outer = builder->current->outer;
        scope_free(builder->current);
        builder->current = outer;
    }
    ispy_arena_free(builder->scratch);
    free(builder);
}

int ispy_builder_push(ispy_builder *builder) {
    scope *s = scope_new(builder->scratch);
    if (s == NULL) {
        return ISPY_ENOMEM;
    }
    s->outer = builder->current;
    builder->current = s;
    return ISPY_OK;
}

/* ---- Names ---- */

static int entry_of(ispy_builder *builder, ispy_str name, uint32_t *index) {
    scope *s = builder->current;
    if (ispy_name_map_find(&s->names, name, index)) {
        return ISPY_OK;
    }
    uint32_t next = (uint32_t)s->entries.count;
    entry *fresh = ispy_stack_push(&s->entries, sizeof *fresh);
    if (fresh == NULL || ispy_name_map_put(&s->names, name, next) != ISPY_OK) {
        return ISPY_ENOMEM;
    }
    *fresh = (entry){.name = name, .now = {.may_be_absent = true}};
    *index = next;
    return ISPY_OK;
}

int ispy_builder_set(ispy_builder *builder, uint32_t index, const ispy_candidates *value) {
    scope *s = builder->current;
    entry *e = entry_at(s, index);
    if (e->layer != s->now.layer) {
        change *c = ispy_stack_push(&s->log, sizeof *c);
        if (c == NULL) {
            return ISPY_ENOMEM;
        }
        *c = (change){index, e->layer, e->now};
        e->layer = s->now.layer;
    }
    e->now = *value;
    return ISPY_OK;
}

static int record(scope *s, uint32_t index, bool extends, ispy_span at, const ispy_candidates *value) {
    if (s->forks.count == 0) {
        return ISPY_OK;
    }
    step *next = ispy_stack_push(&s->trail, sizeof *next);
    if (next == NULL) {
        return ISPY_ENOMEM;
    }
    *next = (step){index, extends, at, *value};
    return ISPY_OK;
}

static bool is_tainted(const ispy_candidates *value, uint32_t epoch) {
    return value->count > 0 && value->epoch < epoch;
}

int ispy_builder_unite(ispy_builder *builder, ispy_union *all, ispy_str name, const ispy_candidates *value,
                       uint32_t epoch, const opening *latest) {
    ispy_union_add_set(all, value);
    if (!is_tainted(value, epoch) || ispy_union_has_unknown(all, latest->reason)) {
        return ISPY_OK;
    }
    ispy_definition *unknown = ispy_arena_alloc(builder->arena, sizeof *unknown);
    if (unknown == NULL) {
        return ISPY_ENOMEM;
    }
    unknown->kind = ISPY_DEFINES_UNKNOWN;
    unknown->reason = latest->reason;
    unknown->name = name;
    unknown->at = latest->at;
    ispy_union_add(all, unknown);
    if (all->reason == ISPY_REASON_NONE) {
        all->reason = latest->reason;
    }
    return ISPY_OK;
}

int ispy_builder_settle(ispy_builder *builder, ispy_candidates *out, ispy_str name, const ispy_candidates *value,
                        uint32_t epoch, const opening *latest) {
    if (!is_tainted(value, epoch)) {
        *out = *value;
        return ISPY_OK;
    }
    ispy_union all = ISPY_UNION_EMPTY;
    int status = ispy_builder_unite(builder, &all, name, value, epoch, latest);
    if (status != ISPY_OK) {
        return status;
    }
    return ispy_union_finish(out, &all, name, epoch, builder->scratch, builder->arena);
}

static int assign(ispy_builder *builder, ispy_str name, const ispy_union *all) {
    scope *s = builder->current;
    uint32_t index = 0;
    ispy_candidates value;
    if (entry_of(builder, name, &index) != ISPY_OK ||
        ispy_union_finish(&value, all, name, s->now.epoch, builder->scratch, builder->arena) != ISPY_OK ||
        ispy_builder_set(builder, index, &value) != ISPY_OK) {
        return ISPY_ENOMEM;
    }
    return record(s, index, false, (ispy_span){0}, &value);
}

int ispy_builder_bind(ispy_builder *builder, const ispy_definition *definition) {
    if (builder->current == NULL || definition->name.data == NULL) {
        return ISPY_EINVAL;
    }
    if (builder->current->now.left) {
        return ISPY_OK;
    }
    ispy_union all = ISPY_UNION_EMPTY;
    ispy_union_add(&all, definition);
    return assign(builder, definition->name, &all);
}

int ispy_builder_add(ispy_builder *builder, const ispy_definition *definition, ispy_reason reason) {
    scope *s = builder->current;
    if (s == NULL || definition->name.data == NULL) {
        return ISPY_EINVAL;
    }
    if (s->now.left) {
        return ISPY_OK;
    }
    ispy_union all = ISPY_UNION_EMPTY;
    all.reason = reason;
    uint32_t index = 0;
    if (ispy_name_map_find(&s->names, definition->name, &index)) {
        int status =
            ispy_builder_unite(builder, &all, definition->name, &entry_at(s, index)->now, s->now.epoch, &s->now.latest);
        if (status != ISPY_OK) {
            return status;
        }
    } else {
        all.may_be_absent = true;
    }
    ispy_union_add(&all, definition);
    return assign(builder, definition->name, &all);
}

int ispy_builder_unbind(ispy_builder *builder, ispy_str name) {
    if (builder->current == NULL || name.data == NULL) {
        return ISPY_EINVAL;
    }
    if (builder->current->now.left) {
        return ISPY_OK;
    }
    ispy_union nothing = ISPY_UNION_EMPTY;
    return assign(builder, name, &nothing);
}

/* ---- Opening ---- */

static int open_scope(ispy_builder *builder, ispy_reason reason, ispy_span at, bool extends) {
    scope *s = builder->current;
    if (s == NULL || reason == ISPY_REASON_NONE) {
        return ISPY_EINVAL;
    }
    if (s->now.left) {
        return ISPY_OK;
    }
    opening next = {reason, at};
    if (extends) {
        note_first(&s->now.extended, &next);
    } else {
        note_first(&s->now.opened, &next);
        note_latest(&s->now.latest, &next);
        s->now.epoch = ++builder->serial;
    }
    ispy_candidates marker = {.reason = reason, .epoch = s->now.epoch};
    return record(s, ISPY_NO_INDEX, extends, at, &marker);
}

int ispy_builder_open(ispy_builder *builder, ispy_reason reason, ispy_span at) {
    return open_scope(builder, reason, at, false);
}

int ispy_builder_extend(ispy_builder *builder, ispy_reason reason, ispy_span at) {
    return open_scope(builder, reason, at, true);
}

/* ---- What came of it ---- */

static bool is_before(ispy_span a, ispy_span b) {
    return a.line != b.line ? a.line < b.line : a.column < b.column;
}

/* In source order: what was added late (from a function's body, say) may stand before the rest. */
static void sort_candidates(const ispy_definition **items, uint32_t count) {
    for (uint32_t i = 1; i < count; i++) {
        const ispy_definition *moved = items[i];
        uint32_t to = i;
        for (; to > 0 && is_before(moved->at, items[to - 1]->at); to--) {
            items[to] = items[to - 1];
        }
        items[to] = moved;
    }
}

static int give_binding(ispy_builder *builder, ispy_binding *out, const entry *e) {
    const scope *s = builder->current;
    ispy_candidates value;
    if (ispy_builder_settle(builder, &value, e->name, &e->now, s->now.epoch, &s->now.latest) != ISPY_OK) {
        return ISPY_ENOMEM;
    }
    const ispy_definition **items = ispy_arena_array(builder->arena, value.count, sizeof(const ispy_definition *));
    if (items == NULL) {
        return ISPY_ENOMEM;
    }
    memcpy(items, value.items, value.count * sizeof *items);
    sort_candidates(items, value.count);
    *out = (ispy_binding){e->name, items, value.count, value.may_be_absent, value.reason};
    return ISPY_OK;
}

static int compare_bindings(const void *a, const void *b) {
    return ispy_name_order(((const ispy_binding *)a)->name, ((const ispy_binding *)b)->name);
}

static int give_scope(ispy_builder *builder, ispy_scope *out) {
    const scope *s = builder->current;
    ispy_binding *bindings = ispy_arena_array(builder->arena, s->entries.count, sizeof *bindings);
    if (bindings == NULL) {
        return ISPY_ENOMEM;
    }
    uint32_t count = 0;
    for (size_t i = 0; i < s->entries.count; i++) {
        const entry *e = entry_at(s, i);
        if (e->now.count > 0 && give_binding(builder, &bindings[count++], e) != ISPY_OK) {
            return ISPY_ENOMEM;
        }
    }
    qsort(bindings, count, sizeof *bindings, compare_bindings);
    opening open = s->now.opened.reason != ISPY_REASON_NONE ? s->now.opened : s->now.extended;
    *out = (ispy_scope){bindings, count, open.reason, open.at};
    return ISPY_OK;
}

int ispy_builder_pop(ispy_builder *builder, ispy_scope *out) {
    scope *s = builder->current;
    if (s == NULL) {
        return ISPY_EINVAL;
    }
    while (s->forks.count > 0) {
        if (ispy_builder_join(builder, false) != ISPY_OK) {
            return ISPY_ENOMEM;
        }
    }
    if (give_scope(builder, out) != ISPY_OK) {
        return ISPY_ENOMEM;
    }
    builder->current = s->outer;
    scope_free(s);
    return ISPY_OK;
}

/* Cannot fail, so what an opening adds is put into memory that is there already. */
bool ispy_builder_find(const ispy_builder *builder, ispy_str name, ispy_binding *out) {
    const scope *s = builder->current;
    uint32_t index = 0;
    if (s == NULL || name.data == NULL || !ispy_name_map_find(&s->names, name, &index)) {
        return false;
    }
    const entry *e = entry_at(s, index);
    if (e->now.count == 0) {
        return false;
    }
    *out = (ispy_binding){e->name, e->now.items, e->now.count, e->now.may_be_absent, e->now.reason};
    if (is_tainted(&e->now, s->now.epoch)) {
        loan *lent = builder->lent;
        const opening *latest = &s->now.latest;
        lent->unknown = (ispy_definition){
            .kind = ISPY_DEFINES_UNKNOWN, .reason = latest->reason, .name = e->name, .at = latest->at};
        memcpy(lent->items, e->now.items, e->now.count * sizeof *lent->items);
        lent->items[e->now.count] = &lent->unknown;
        out->candidates = lent->items;
        out->count++;
        out->reason = out->reason != ISPY_REASON_NONE ? out->reason : latest->reason;
    }
    return true;
}
