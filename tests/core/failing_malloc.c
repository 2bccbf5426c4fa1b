/* See failing_malloc.h. */
#include "failing_malloc.h"

#include <stdlib.h>

static bool armed;
static bool failed;
static size_t successes_left;

void allocation_failures_begin(size_t successes) {
    armed = true;
    failed = false;
    successes_left = successes;
}

bool allocation_failures_end(void) {
    armed = false;
    return failed;
}

#ifdef ISPY_WRAP_MALLOC

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *data, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *data, size_t size);

static bool fails(void) {
    if (!armed) {
        return false;
    }
    if (successes_left > 0) {
        successes_left--;
        return false;
    }
    failed = true;
    return true;
}

void *__wrap_malloc(size_t size) {
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *data, size_t size) {
    return fails() ? NULL : __real_realloc(data, size);
}

bool allocation_failures_work(void) {
    return true;
}

#else

bool allocation_failures_work(void) {
    return false;
}

#endif
