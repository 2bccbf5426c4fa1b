/* Modules for tests, written as the statements that they consist of:
 *
 *     "import a.b", "import a.b as c", "from ..a import b as c", "from a import *", "class C", "class C(Base)", "def
 * f", "x = 1", "if TYPE_CHECKING: from a import b", "maybe from a import b" (in a branch that nothing decides), "either
 * class C" (replaces nothing: one candidate more), "__getattr__"
 */
#ifndef ISPY_TESTS_SAMPLE_MODULE_H
#define ISPY_TESTS_SAMPLE_MODULE_H

#include <importspy/importspy.h>

/* `name` may be NULL. `statements` ends with NULL. A class gets one nested class "Inner", which has none. */
const ispy_module *sample_module(ispy_arena *arena, const char *name, bool is_package, const char *const *statements);

#endif
