/* Forks, arms and joins of an ispy_builder. See builder.c for the whole.
 * Must not know: what makes the ways part, what the definitions say.
 *
 * Handlers start after any part of the first arm. What that arm binds on its way is in the trail; the handlers of one
 * fork share that start, and are arms of a fork of their own within the second arm (`handlers` below), which a join or
 * a FRESH arm closes.
 */
#include "model/builder_state.h"

static end *end_at(const scope *s, size_t index) {
    return (end *)s->ends.items + index;
}

static int open_fork(ispy_builder *builder, bool handlers) {
    scope *s = builder->current;
    fork *f = ispy_stack_push(&s->forks, sizeof *f);
    if (f == NULL) {
        return ISPY_ENOMEM;
    }
    *f = (fork){.before = s->now,
                .joined = s->now,
                .handlers = handlers,
                .log_start = s->log.count,
                .end_start = s->ends.count,
                .step_start = s->trail.count};
    s->now.layer = ++builder->serial;
    return ISPY_OK;
}

static void start_arm(ispy_builder *builder) {
    scope *s = builder->current;
    s->now = top_fork(s)->before;
    s->now.layer = ++builder->serial;
}

/* Sets aside what the arm changed, if it reached its end, and undoes it. */
static int end_arm(ispy_builder *builder) {
    scope *s = builder->current;
    fork *f = top_fork(s);
    const change *log = s->log.items;
    if (!s->now.left) {
        f->live++;
        f->opened = f->opened || s->now.epoch != f->before.epoch;
        if (s->now.epoch != f->before.epoch) {
            note_latest(&f->joined.latest, &s->now.latest);
        }
        note_first(&f->joined.opened, &s->now.opened);
        note_first(&f->joined.extended, &s->now.extended);
        for (size_t i = f->log_start; i < s->log.count; i++) {
            const entry *e = entry_at(s, log[i].entry);
            end *last = ispy_stack_push(&s->ends, sizeof *last);
            if (last == NULL) {
                return ISPY_ENOMEM;
            }
            *last = (end){log[i].entry, ISPY_NO_INDEX, {0}};
            if (ispy_builder_settle(builder, &last->value, e->name, &e->now, s->now.epoch, &s->now.latest) != ISPY_OK) {
                return ISPY_ENOMEM;
            }
        }
    }
    for (size_t i = s->log.count; i > f->log_start; i--) {
        entry *e = entry_at(s, log[i - 1].entry);
        e->now = log[i - 1].before;
        e->layer = log[i - 1].layer;
    }
    s->log.count = f->log_start;
    if (f->arms++ == 0) {
        f->first_arm_end = s->trail.count;
    }
    return ISPY_OK;
}

/* Unites the values of one name, from `first` on, in the order of the arms; with what it is bound to now where some way
 * leaves it alone, which is when fewer than `arms` values are there. */
static int unite_ends(ispy_builder *builder, uint32_t first, uint32_t arms) {
    scope *s = builder->current;
    uint32_t index = end_at(s, first)->entry;
    entry *e = entry_at(s, index);
    uint32_t count = 0;
    for (uint32_t i = first; i != ISPY_NO_INDEX; i = end_at(s, i)->next) {
        count++;
    }
    ispy_union all = ISPY_UNION_EMPTY;
    if (count < arms && ispy_builder_unite(builder, &all, e->name, &e->now, s->now.epoch, &s->now.latest) != ISPY_OK) {
        return ISPY_ENOMEM;
    }
    for (uint32_t i = first; i != ISPY_NO_INDEX; i = end_at(s, i)->next) {
        ispy_union_add_set(&all, &end_at(s, i)->value);
    }
    ispy_candidates value = end_at(s, first)->value;
    if (ispy_union_is(&all, &value)) {
        value.epoch = s->now.epoch; /* an arm of an arm: the same set wanders outwards, join by join */
    } else if (ispy_union_finish(&value, &all, e->name, s->now.epoch, builder->scratch, builder->arena) != ISPY_OK) {
        return ISPY_ENOMEM;
    }
    return ispy_builder_set(builder, index, &value);
}

/* Unites all ends from `start` on and takes them off. `arms`: as above. */
static int unite_all_ends(ispy_builder *builder, size_t start, uint32_t arms) {
    scope *s = builder->current;
    uint32_t join = ++builder->serial;
    for (size_t i = start; i < s->ends.count; i++) {
        entry *e = entry_at(s, end_at(s, i)->entry);
        if (e->join == join) {
            end_at(s, e->last)->next = (uint32_t)i;
        } else {
            e->join = join;
            e->first = (uint32_t)i;
        }
        e->last = (uint32_t)i;
    }
    for (size_t i = start; i < s->ends.count; i++) {
        if (entry_at(s, end_at(s, i)->entry)->first == i && unite_ends(builder, (uint32_t)i, arms) != ISPY_OK) {
            return ISPY_ENOMEM;
        }
    }
    s->ends.count = start;
    return ISPY_OK;
}

/* Ends the current arm and the fork that it belongs to. */
static int close_fork(ispy_builder *builder, bool exhaustive) {
    scope *s = builder->current;
    if (end_arm(builder) != ISPY_OK) {
        return ISPY_ENOMEM;
    }
    fork f = *top_fork(s);
    s->forks.count--;
    if (s->forks.count == 0) {
        s->trail.count = 0; /* nobody is left who could ask for it */
    }
    s->now = f.before;
    if (f.before.left || f.live == 0) {
        s->now.left = f.before.left || exhaustive;
        return ISPY_OK;
    }
    s->now.opened = f.joined.opened;
    s->now.extended = f.joined.extended;
    if (f.opened) {
        s->now.latest = f.joined.latest;
        s->now.epoch = ++builder->serial;
    }
    return unite_all_ends(builder, f.end_start, exhaustive ? f.live : UINT32_MAX);
}

/* Brings the arm that just began to where a handler of the first arm may start, and opens the handlers' own fork. */
static int enter_handlers(ispy_builder *builder) {
    scope *s = builder->current;
    fork f = *top_fork(s);
    size_t ends = s->ends.count;
    uint32_t opened = 0; /* the epoch that the last opening on the way began */
    for (size_t i = f.step_start; i < f.first_arm_end && !f.before.left; i++) {
        step taken = ((const step *)s->trail.items)[i];
        opening next = {taken.value.reason, taken.at};
        if (taken.entry == ISPY_NO_INDEX) {
            note_first(taken.extends ? &s->now.extended : &s->now.opened, &next);
            note_latest(&s->now.latest, taken.extends ? &s->now.latest : &next);
            opened = taken.extends ? opened : taken.value.epoch;
        }
    }
    if (opened != 0) {
        s->now.epoch = ++builder->serial;
    }
    for (size_t i = f.step_start; i < f.first_arm_end && !f.before.left; i++) {
        step taken = ((const step *)s->trail.items)[i];
        if (taken.entry == ISPY_NO_INDEX) {
            continue;
        }
        end *last = ispy_stack_push(&s->ends, sizeof *last);
        if (last == NULL) {
            return ISPY_ENOMEM;
        }
        *last = (end){taken.entry, ISPY_NO_INDEX, {0}};
        if (ispy_builder_settle(builder, &last->value, entry_at(s, taken.entry)->name, &taken.value, opened,
                                &s->now.latest) != ISPY_OK) {
            return ISPY_ENOMEM;
        }
    }
    if (unite_all_ends(builder, ends, UINT32_MAX) != ISPY_OK) {
        return ISPY_ENOMEM;
    }
    return open_fork(builder, true);
}

int ispy_builder_fork(ispy_builder *builder) {
    return builder->current == NULL ? ISPY_EINVAL : open_fork(builder, false);
}

int ispy_builder_arm(ispy_builder *builder, ispy_arm kind) {
    if (builder->current == NULL || top_fork(builder->current) == NULL) {
        return ISPY_EINVAL;
    }
    bool handlers = top_fork(builder->current)->handlers;
    if (handlers && kind == ISPY_ARM_FRESH && close_fork(builder, true) != ISPY_OK) {
        return ISPY_ENOMEM;
    }
    if (end_arm(builder) != ISPY_OK) {
        return ISPY_ENOMEM;
    }
    start_arm(builder);
    return kind == ISPY_ARM_HANDLER && !handlers ? enter_handlers(builder) : ISPY_OK;
}

void ispy_builder_leave(ispy_builder *builder) {
    if (builder->current != NULL) {
        builder->current->now.left = true;
    }
}

int ispy_builder_join(ispy_builder *builder, bool exhaustive) {
    if (builder->current == NULL || top_fork(builder->current) == NULL) {
        return ISPY_EINVAL;
    }
    if (top_fork(builder->current)->handlers && close_fork(builder, true) != ISPY_OK) {
        return ISPY_ENOMEM;
    }
    return close_fork(builder, exhaustive);
}
