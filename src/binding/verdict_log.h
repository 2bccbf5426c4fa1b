/* IMPORTSPY_LOG: one line of JSON for each verdict, appended to a file that several processes may share. */
#ifndef ISPY_BINDING_VERDICT_LOG_H
#define ISPY_BINDING_VERDICT_LOG_H

#include "binding/admission_type.h"
#include "binding/report_type.h"

/* Reads the environment: which file, or none. A file that cannot be opened is complained of. -1 with an exception. */
int ispy_log_configure(ispy_state *state);
/* Writes one line. Whatever goes wrong is said once on stderr, and stops nothing. Keeps an exception that is set. */
void ispy_log_write(ispy_state *state, const ispy_verdict_row *row, const ispy_outcome *outcomes, size_t count);

#endif
