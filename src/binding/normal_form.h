/* The form in which Python knows names. */
#ifndef ISPY_BINDING_NORMAL_FORM_H
#define ISPY_BINDING_NORMAL_FORM_H

#include <importspy/base.h>

/* An ispy_name_normaliser: NFKC, as the compiler does it. ISPY_EFOREIGN: an exception is set. */
int ispy_normal_form(ispy_str *out, void *user, ispy_str text, ispy_arena *arena);

#endif
