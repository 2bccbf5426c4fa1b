/* What a builder is fed, written as words: "x=1" binds x to definition 1, "x+1" adds it, "-x" unbinds, "*" opens the
 * scope,
 * "**" extends it, "{" forks, "|" starts a fresh arm, "!" a handler, "}" joins when one of the arms runs, "?}" when it
 * may be that none does, "." leaves. */
#ifndef ISPY_TESTS_SCOPE_SCRIPT_H
#define ISPY_TESTS_SCOPE_SCRIPT_H

#include <importspy/builder.h>

/* A variable at line `number`. NULL: out of memory. */
const ispy_definition *script_define(ispy_arena *arena, ispy_str name, uint32_t number);
/* One word; what the builder said, or ISPY_ENOMEM. */
int script_word(ispy_arena *arena, ispy_builder *builder, const char *word);
/* Words between blanks; all of them succeed. */
void script_feed(ispy_arena *arena, ispy_builder *builder, const char *script);

#endif
