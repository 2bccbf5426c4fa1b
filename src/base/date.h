/* Days of the calendar: ISO 8601's YYYY-MM-DD. */
#ifndef ISPY_BASE_DATE_H
#define ISPY_BASE_DATE_H

#include <importspy/base.h>

/* Days since 1970-01-01, which is 0; from 1970 to 9999. false: it is no such date. */
bool ispy_date_parse(int32_t *day, ispy_str text);

#endif
