/* A stub parser for tests of the core, which have no Python: it knows just enough of the syntax.
 *
 *     def f(a, b: int = 3, *args, c=..., **kwargs) -> str      async def f()      @decorator (on a line of its own)
 *     NAME: annotation = literal                               class C(Base, a.Base): ... (members on indented lines)
 *
 * Literals: integers, 'text', None, True, False, "..."; anything else is dynamic. */
#ifndef ISPY_TESTS_SAMPLE_STUB_H
#define ISPY_TESTS_SAMPLE_STUB_H

#include <importspy/importspy.h>

/* An ispy_stub_parser; `user` is ignored. */
int sample_stub_parse(const ispy_module **out, void *user, ispy_str text, ispy_arena *arena, ispy_error *error);

#endif
