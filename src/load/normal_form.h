/* Names in the form in which Python knows them. */
#ifndef ISPY_LOAD_NORMAL_FORM_H
#define ISPY_LOAD_NORMAL_FORM_H

#include "load/node.h"

#include "load/fault.h"

/* Refuses a name, or a pattern of names, in a form that no identifier ever has: nothing would be selected, nothing
 * found. `what` is quoted in the message; it is the text of `node`, or a part of it. */
int ispy_normal_form_check(const ispy_loader *loader, const ispy_node *node, ispy_str name);

#endif
