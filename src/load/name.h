/* Names as Python has them. */
#ifndef ISPY_LOAD_NAME_H
#define ISPY_LOAD_NAME_H

#include <importspy/base.h>

/* Bytes of the Python name at the beginning of `data`; 0: there is none. Characters beyond ASCII all count as letters.
 */
size_t ispy_name_length(const char *data, size_t length);
bool ispy_is_name(ispy_str text);
bool ispy_is_dotted_name(ispy_str text);
/* Whether it is a pattern for names: it has "*", "?" or a set, "[a-z]", and names fit it. */
bool ispy_is_name_pattern(ispy_str text);

#endif
