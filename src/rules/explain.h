/* Evidence put into words: message, wanted, found, hint.
 *
 * Must not know: why the rule judged as it did.
 */
#ifndef ISPY_RULES_EXPLAIN_H
#define ISPY_RULES_EXPLAIN_H

#include "report/report.h"
#include "rules/ledger.h"

enum {
    ISPY_SHOWN_MAX = 240, /* bytes of a wanted or found, about */
    ISPY_NEAR_MAX = 100,  /* findings of a report that near names are sought for: it takes time */
    ISPY_NAMED_MAX = 120  /* bytes of a name within a message, about */
};

/* Adds the finding to the report. ISPY_OK or ISPY_ENOMEM. */
int ispy_explain(ispy_report *report, const ispy_pending *pending, bool is_live);

/* Appends what is to be shown, in one line. */
void ispy_shown_write(ispy_text *out, const ispy_shown *shown, const ispy_pending *pending);
/* A demand on a value, or one part of it. */
void ispy_demand_write(ispy_text *out, const struct ispy_value_demand *demand, ispy_demand_part part);
/* Appends what to do about it, if that is obvious. Names of the module that are near to the one that is missing come
 * first. ISPY_OK or ISPY_ENOMEM. */
int ispy_hint_write(ispy_text *out, const ispy_pending *pending, const ispy_report *report, bool is_live);
/* Appends a template, its placeholders filled. */
void ispy_template_write(ispy_text *out, const char *template, const ispy_pending *pending);

#endif
