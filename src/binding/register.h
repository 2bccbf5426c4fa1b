/* The register of verdicts: each verdict passes here, once. Audit hooks are told, status() remembers, the log is
 * written.
 */
#ifndef ISPY_BINDING_REGISTER_H
#define ISPY_BINDING_REGISTER_H

#include "binding/admission_type.h"
#include "binding/report_type.h"

/* So many modules are remembered; beyond them the oldest are forgotten, and counted. */
enum { ISPY_REGISTER_MOST = 4096 };

/* Tells and remembers; the row's time is set here. `outcomes` (count of them) are what its contracts say, for the log.
 * -1 with an exception: an audit hook refused the module. It is remembered as denied then, whatever the row says. */
int ispy_register_add(ispy_state *state, const ispy_verdict_row *given, const ispy_outcome *outcomes, size_t count);
/* New tuple of what is remembered, an Admission for each name, path and way: the latest one. */
PyObject *ispy_register_list(ispy_state *state);
/* Forgets everything; for tests. */
void ispy_register_clear(ispy_state *state);

#endif
