/* The suites of the core's tests, one a unit. The list itself is in CMakeLists.txt. */
#ifndef ISPY_TESTS_SUITES_H
#define ISPY_TESTS_SUITES_H

#include <check.h>

#define SUITE(name) Suite *name##_suite(void);
#include "suites.def"
#undef SUITE

#endif
