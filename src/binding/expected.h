/* What is about to run and has been held against its contracts already: the audit hook lets it pass.
 *
 * Code that we execute, or lend to somebody who will, is known by its identity; what another loader executes in its own
 * way is known by its file, for as long as that loader is at work.
 */
#ifndef ISPY_BINDING_EXPECTED_H
#define ISPY_BINDING_EXPECTED_H

#include "binding/state.h"

/* Code that was lent and never executed is forgotten when this many are waiting. */
enum { ISPY_EXPECTED_MOST = 64 };

/* -1 with an exception. */
int ispy_expect_code(ispy_state *state, PyObject *code);
/* Whether the code was expected; it is no longer. -1 with an exception. */
int ispy_expected_code(ispy_state *state, PyObject *code);
/* No longer. Keeps an exception that is set. */
void ispy_expect_code_no_more(ispy_state *state, PyObject *code);

/* `path` is a str, or None, which is never expected. Counts: as many calls of ..._no_more take it back. */
int ispy_expect_path(ispy_state *state, PyObject *path);
int ispy_expected_path(ispy_state *state, PyObject *path);
void ispy_expect_path_no_more(ispy_state *state, PyObject *path);

#endif
