/* How a report is put together: whoever checks adds entries, whoever renders reads them.
 *
 * Must not know: rules, the engine.
 */
#ifndef ISPY_REPORT_REPORT_H
#define ISPY_REPORT_REPORT_H

#include <importspy/report.h>

#include "base/text.h"
#include "model/contract.h"

typedef struct ispy_entry {
    ispy_finding finding;
    const ispy_source *source; /* what the contract's clause is an excerpt of; NULL: nothing is at hand */
} ispy_entry;

struct ispy_report {
    ispy_arena *arena; /* owned; the report itself lives in it */
    const ispy_contract *contract;
    const ispy_module *module;
    bool is_elsewhere; /* the contract does not apply here */
    bool follows;      /* other modules were asked for */
    ispy_entry *entries;
    size_t count;
    size_t capacity;
};

/* ISPY_OK or ISPY_ENOMEM. */
int ispy_report_new(ispy_report **out, const ispy_contract *contract, const ispy_module *module);
/* Keeps the entry as it is: its texts have to live as long as the report. */
int ispy_report_add(ispy_report *report, const ispy_entry *entry);
/* Keeps it with copies of all its texts. */
int ispy_report_copy(ispy_report *report, const ispy_entry *entry);

/* Appends text that comes from a file: control characters (which could speak to a terminal) and characters that turn
 * the direction of writing are made visible. `keeps_tabs`: in excerpts. */
void ispy_text_clean(ispy_text *out, const char *data, size_t length, bool keeps_tabs);

/* What a report calls the module: its path, else its name. */
ispy_str ispy_report_label(const ispy_report *report);

#endif
