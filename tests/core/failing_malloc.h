/* Lets an allocation fail, to see what becomes of it. The linker leads malloc, calloc and realloc of the core and of
 * the tests through here (--wrap); those of shared libraries stay as they are. Where the linker cannot, nothing ever
 * fails. */
#ifndef ISPY_TESTS_FAILING_MALLOC_H
#define ISPY_TESTS_FAILING_MALLOC_H

#include <stdbool.h>
#include <stddef.h>

/* The allocation after `successes` more fails, and so do all that follow it, until allocation_failures_end. */
void allocation_failures_begin(size_t successes);
/* Whether any allocation failed since. So a test tries 0, 1, 2, ... successes until none does. */
bool allocation_failures_end(void);
/* false: this build cannot let allocations fail. */
bool allocation_failures_work(void);

#endif
