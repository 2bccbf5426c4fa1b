/* Two clocks: one that only goes forward, for what was spent; one that people read. */
#if !defined(_WIN32) && !defined(_POSIX_C_SOURCE)
#define _POSIX_C_SOURCE 200809L /* clock_gettime, gmtime_r */
#endif
#include "binding/clock.h"

#include <stdio.h>
#include <time.h>

enum { BILLION = 1000000000 };

static int64_t nanoseconds(const struct timespec *at) {
    return (int64_t)at->tv_sec * BILLION + at->tv_nsec;
}

uint64_t ispy_clock_monotonic(void) {
    struct timespec at = {0, 0};
#ifdef _WIN32
    return timespec_get(&at, TIME_UTC) == 0 ? 0 : (uint64_t)nanoseconds(&at);
#else
    return clock_gettime(CLOCK_MONOTONIC, &at) != 0 ? 0 : (uint64_t)nanoseconds(&at);
#endif
}

int64_t ispy_clock_utc(void) {
    struct timespec at = {0, 0};
    return timespec_get(&at, TIME_UTC) == 0 ? 0 : nanoseconds(&at);
}

void ispy_clock_text(char text[ISPY_CLOCK_TEXT_SIZE], int64_t utc) {
    time_t seconds = (time_t)(utc / BILLION);
    struct tm parts = {.tm_mday = 1};
#ifdef _WIN32
    gmtime_s(&parts, &seconds);
#else
    gmtime_r(&seconds, &parts);
#endif
    char date[24];
    size_t length = strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &parts);
    date[length < sizeof date ? length : 0] = '\0';
    snprintf(text, ISPY_CLOCK_TEXT_SIZE, "%s.%06dZ", date, (int)(utc % BILLION / 1000));
}
