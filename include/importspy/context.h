/* Where a module is about to run: plain values. The binding takes a snapshot; tests write their own. */
#ifndef IMPORTSPY_CONTEXT_H
#define IMPORTSPY_CONTEXT_H

#include <importspy/base.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ispy_environment_entry {
    ispy_str name;
    ispy_str value; /* data == NULL: the variable is not set */
} ispy_environment_entry;

typedef struct ispy_context {
    ispy_str os;                               /* "linux", "darwin", "windows", ... : platform.system() in lower case */
    ispy_str arch;                             /* "x86_64", "aarch64", ... : platform.machine() */
    ispy_str python_version;                   /* "3.13.0", "3.14.0rc1": PEP 440 */
    ispy_str implementation;                   /* "CPython", "PyPy", ... : platform.python_implementation() */
    const ispy_environment_entry *environment; /* just those names that the contracts ask for */
    uint32_t environment_count;
    int32_t day; /* days since 1970-01-01 in UTC; 0: not known, and no waiver holds */
} ispy_context;

#ifdef __cplusplus
}
#endif
#endif
