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

/* What is known of something that was asked for by name. */
typedef enum ispy_standing {
    ISPY_STANDING_UNKNOWN, /* nobody has looked, or it cannot be told */
    ISPY_STANDING_ABSENT,
    ISPY_STANDING_PRESENT
} ispy_standing;

/* A host, a distribution or a command, by its name. */
typedef struct ispy_component {
    ispy_str name; /* of a distribution: as PEP 503 normalises it */
    ispy_standing standing;
    ispy_str version;       /* data == NULL: it is not known, or there is none */
    const ispy_str *extras; /* of a distribution: those that it offers, normalised */
    uint32_t extra_count;
} ispy_component;

typedef struct ispy_components {
    const ispy_component *items; /* just those that the contracts ask for */
    uint32_t count;
} ispy_components;

/* The top-level modules of a distribution that a contract names. */
typedef struct ispy_provider {
    ispy_str name;           /* as the contract has it */
    const ispy_str *modules; /* none: it is not installed */
    uint32_t module_count;
} ispy_provider;

/* A text with data == NULL, a number 0 and a list without the name in question: it is not known. */
typedef struct ispy_context {
    ispy_str os;                               /* "linux", "darwin", "windows", ... : platform.system() in lower case */
    ispy_str arch;                             /* "x86_64", "aarch64", ... : platform.machine() */
    ispy_str python_version;                   /* "3.13.0", "3.14.0rc1": PEP 440 */
    ispy_str implementation;                   /* "CPython", "PyPy", ... : platform.python_implementation() */
    const ispy_environment_entry *environment; /* just those names that the contracts ask for */
    uint32_t environment_count;
    int32_t day;              /* days since 1970-01-01 in UTC; 0: not known, and no waiver holds */
    ispy_str libc;            /* "glibc", "musl", ... */
    ispy_str libc_version;    /* "2.36" */
    ispy_str gil;             /* "on", "off" */
    ispy_str optimize;        /* "0", "1", "2": -O, -OO */
    uint64_t memory;          /* bytes that this process may use at most */
    uint32_t cpu_thousandths; /* thousandths of the CPUs that it may use */
    ispy_components host;
    ispy_components distributions;
    ispy_components commands;
    const ispy_provider *providers; /* of the distributions that the contracts' import policies name */
    uint32_t provider_count;
    ispy_components declared; /* requirements of the distribution that brings the module; `version` has specifiers */
} ispy_context;

/* The name of a distribution as PEP 503 normalises it: lower case, each run of "-", "_" and "." one "-". ISPY_OK,
 * ISPY_ENOMEM, or ISPY_EINVAL for what is no name. */
int ispy_distribution_name(ispy_str *out, ispy_arena *arena, const char *data, size_t length);
/* Whether the text, normalised, is this name. Allocates nothing. */
bool ispy_distribution_name_is(ispy_str normal, const char *data, size_t length);
/* One requirement as distributions write it (PEP 508), taken apart: "acme[mail] >=2,<3; python_version < '3.12'". */
typedef struct ispy_requirement {
    ispy_str name;       /* normalised, in the arena */
    ispy_str specifiers; /* data == NULL: a URL says which it is; empty: any */
    ispy_str marker;     /* data == NULL: none */
} ispy_requirement;

/* What is not the name lies in `text`, without a NUL byte behind it. ISPY_OK, ISPY_ENOMEM, or ISPY_EINVAL. */
int ispy_requirement_parse(ispy_requirement *out, ispy_arena *arena, ispy_str text);
/* Whether the text is a version as PEP 440 has it. */
bool ispy_is_version(ispy_str text);

#ifdef __cplusplus
}
#endif
#endif
