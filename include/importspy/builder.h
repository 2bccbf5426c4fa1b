/* Builds an ispy_module from statements in source order, and keeps account of branches.
 *
 *     if cond:            ispy_builder_fork(b);
 *         A = 1           ispy_builder_bind(b, A);
 *     else:               ispy_builder_arm(b, ISPY_ARM_FRESH);
 *         A = 2           ispy_builder_bind(b, A);
 *                         ispy_builder_join(b, true);      // true: one of the arms runs
 *
 * A branch that the context decides is not forked at all: its statements are fed, those of the other arm are not.
 *
 * A HANDLER arm starts after any part of the first arm, whatever was bound and however that part ended. That is what an
 * except clause sees; it is also how a loop with break or continue is fed, and a "with" that may swallow exceptions:
 *
 *     fork, body, arm(ISPY_ARM_HANDLER), join(true)        // break, continue: ispy_builder_leave within the body
 *
 * A loop without them is fork, body, join(false). Its `else` clause follows the join, as a fork of its own where the
 * loop may break; a try's `else` is fed at the end of the first arm, its `finally` after the join.
 *
 * All functions return ISPY_OK or ISPY_ENOMEM, after which only ispy_builder_free may follow; or ISPY_EINVAL for a call
 * out of order (a join without a fork, anything after the outermost scope was popped), which changes nothing.
 */
#ifndef IMPORTSPY_BUILDER_H
#define IMPORTSPY_BUILDER_H

#include <importspy/module.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ispy_builder ispy_builder;

/* How an arm starts. */
typedef enum ispy_arm {
    ISPY_ARM_FRESH,  /* from what was bound at the fork: else, elif, case */
    ISPY_ARM_HANDLER /* after any part of the first arm: except */
} ispy_arm;

/* `arena` takes all that the module is made of and must outlive it; the builder's own scratch space is freed by
 * ispy_builder_free. */
ispy_builder *ispy_builder_new(ispy_arena *arena); /* NULL: out of memory */
void ispy_builder_free(ispy_builder *builder);

/* Binds `definition->name` in the current scope and arm; what was bound to it before is gone. Borrows `definition`,
 * which lives in the arena. */
int ispy_builder_bind(ispy_builder *builder, const ispy_definition *definition);
/* Adds a candidate to what the name is bound to already ("global x" in a function, self.x in a method other than
 * __init__); a name that is not bound may stay absent. What may happen at any time is best fed last, before the pop. */
int ispy_builder_add(ispy_builder *builder, const ispy_definition *definition, ispy_reason reason);
int ispy_builder_unbind(ispy_builder *builder, ispy_str name); /* del */
/* From here on any name may appear in the current scope, and those bound so far may have been replaced. */
int ispy_builder_open(ispy_builder *builder, ispy_reason reason, ispy_span at);
/* As above, but what is bound stays as it is (module-level __getattr__). */
int ispy_builder_extend(ispy_builder *builder, ispy_reason reason, ispy_span at);

int ispy_builder_fork(ispy_builder *builder);
int ispy_builder_arm(ispy_builder *builder, ispy_arm kind);
/* The current arm does not reach its end (raise, return, sys.exit()): it adds nothing at the join. */
void ispy_builder_leave(ispy_builder *builder);
/* exhaustive == false: it may be that none of the arms runs. All arms left and exhaustive: so is what encloses them. */
int ispy_builder_join(ispy_builder *builder, bool exhaustive);

/* A namespace inside this one (a class body, the instance attributes of a class). Forks do not cross its border. */
int ispy_builder_push(ispy_builder *builder);
/* Ends it and gives what it holds; for the outermost scope too. Forks that are still open are joined, as if none of
 * their arms need have run. Candidates are given in source order. */
int ispy_builder_pop(ispy_builder *builder, ispy_scope *out);

/* Looks up a name in the current arm of the current scope; `out` may stay borrowed until the next call. false: not
 * bound. */
bool ispy_builder_find(const ispy_builder *builder, ispy_str name, ispy_binding *out);

#ifdef __cplusplus
}
#endif
#endif
