/* Plugins for tests of the rules, written as Python that sample_stub.h understands, and a few lines more:
 *
 *     #if / #else / #end        a branch that nothing decides; without #else it may be that nothing runs
 *     #star                     "from elsewhere import *"
 *     #getattr                  a module-level __getattr__
 *     #import NAME from a.b     "from a.b import NAME"
 *     #self C.x = 1             what C's __init__ assigns to self.x, also "#self C.x: int"
 *     #maybe C.x = 1            what another of C's methods assigns
 *
 * @staticmethod, @classmethod and @property make methods of those kinds; any other decorator of a function but @known
 * leaves it unknown. Lines keep their numbers. */
#ifndef ISPY_TESTS_SAMPLE_SOURCE_H
#define ISPY_TESTS_SAMPLE_SOURCE_H

#include <importspy/importspy.h>

/* Fails the test when the text is not understood. The module can still be changed; it lives in `arena`. */
ispy_module *sample_source(ispy_arena *arena, const char *text);

#endif
