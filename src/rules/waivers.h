/* `waive:`: which finding is waived, and what is to be said of the waivers themselves. */
#ifndef ISPY_RULES_WAIVERS_H
#define ISPY_RULES_WAIVERS_H

#include "report/report.h"
#include "rules/ledger.h"

/* The first waiver that holds today and is for such a finding; NULL: it counts. */
const ispy_waiver *ispy_waiver_find(const ispy_question *question, ispy_rule_id rule, const ispy_subject *subject);

/* Adds what is to be said of the contract's waivers, once all else is in the report. `before`: what was said before
 * the second look, or NULL; a waiver that was of use there is none that is good for nothing. ISPY_OK or ISPY_ENOMEM. */
int ispy_waivers_review(ispy_report *report, const ispy_report *before, const ispy_context *context);

#endif
