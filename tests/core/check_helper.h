/* One contract against one plugin, and what came of it, as a line that a test can compare. */
#ifndef ISPY_TESTS_CHECK_HELPER_H
#define ISPY_TESTS_CHECK_HELPER_H

#include <importspy/importspy.h>

/* Begins and ends a test: sets up a context (Linux, x86_64, CPython 3.12.1, APP_MODE=prod, TOKEN=canary). */
void check_setup(void);
void check_teardown(void);
ispy_arena *check_arena(void);
ispy_context *check_context(void);

/* The report; freed by check_teardown. */
ispy_report *check_module(const char *contract, const ispy_module *module);
ispy_report *check_source(const char *contract, const char *source);
/* The module of such a source once it has run. */
ispy_module *live_source(const char *text);
ispy_report *check_again(const ispy_report *before, const ispy_module *live);
/* "305 register; 501? X (dynamic-value)": codes and subjects of all findings; "?" for unprovable ones. */
const char *summary_of(const ispy_report *report);
/* Fails unless the summary is that. */
void expect(const char *contract, const char *source, const char *summary);
void expect_report(const ispy_report *report, const char *summary);
/* The first finding of that code; fails the test when there is none. */
const ispy_finding *finding_of(const ispy_report *report, const char *code);
const char *text_of_report(ispy_report *report);

#endif
