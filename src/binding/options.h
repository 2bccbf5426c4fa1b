/* What callers of install() and operators, by environment variables, say in single words. */
#ifndef ISPY_BINDING_OPTIONS_H
#define ISPY_BINDING_OPTIONS_H

#include "binding/state.h"

enum { ISPY_NOT_STATED = -1 };

/* An ispy_mode: the caller's (a str, or None), else that of IMPORTSPY_MODE, else ISPY_NOT_STATED: then each contract
 * has its own. Less than that, with a ValueError that lists the words: it is no mode. */
int ispy_option_mode(const ispy_state *state, PyObject *given);
/* An ispy_unprovable, likewise. */
int ispy_option_unprovable(PyObject *given);
/* 1: IMPORTSPY_DISABLE=1, nothing may come into force; 0: it may; -1: ValueError, the variable says neither. */
int ispy_option_disabled(const ispy_state *state);

/* Who the host says it is, a new dict of names to versions, or None: IMPORTSPY_HOST ("acme=2.4, other=1"), and on top
 * of it what the caller stated (a mapping, or None). NULL with TypeError or ValueError: it is not that. */
PyObject *ispy_option_host(const ispy_state *state, PyObject *given);

#endif
