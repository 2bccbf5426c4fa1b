/* What has to be so once all keys of a record were read: what its keys mean together, and contradictions. */
#ifndef ISPY_LOAD_RECORD_FINISH_H
#define ISPY_LOAD_RECORD_FINISH_H

#include "load/fault.h"
#include "load/fields.h"

/* ISPY_OK, or an error with a place. */
int ispy_record_finish(const ispy_loader *loader, const ispy_record *record, char *out);
/* What entries of one list must not say together: that a name is forbidden and asked for. */
int ispy_entries_check(const ispy_loader *loader, const ispy_record *record, const char *entries, uint32_t count);

#endif
