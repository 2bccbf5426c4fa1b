/* Two clocks: one that only goes forward, for what was spent; one that people read. Must not know: anything else. */
#ifndef ISPY_BINDING_CLOCK_H
#define ISPY_BINDING_CLOCK_H

#include <stdint.h>

/* Nanoseconds since some moment; 0 where there is no such clock. */
uint64_t ispy_clock_monotonic(void);
/* Nanoseconds since 1970, UTC. */
int64_t ispy_clock_utc(void);

enum { ISPY_CLOCK_TEXT_SIZE = 40 };
/* "2027-01-31T12:00:00.000000Z" */
void ispy_clock_text(char text[ISPY_CLOCK_TEXT_SIZE], int64_t utc);

#endif
