/* ImportSpy inside a C program that embeds CPython: contracts are in force before any of the user's code runs.
 *
 *     importspy_embed_register();              before each Py_Initialize
 *     Py_Initialize();
 *     if (importspy_embed_install(paths, count, NULL, error, sizeof error) < 0) { say `error`, and stop }
 *
 * The only public header that includes Python.h. Link with importspy_embed, libyaml, cJSON, PCRE2 and Python.
 * docs/embedding.md tells the rest; examples/embed/main.c is a whole program.
 */
#ifndef IMPORTSPY_EMBED_H
#define IMPORTSPY_EMBED_H

#include <Python.h>

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define IMPORTSPY_EMBED_API __attribute__((visibility("default")))
#else
#define IMPORTSPY_EMBED_API
#endif

/* A product of the host and its version, as contracts ask for them under `requires: host:`. */
typedef struct importspy_embed_product {
    const char *name;
    const char *version;
} importspy_embed_product;

/* What importspy.install takes besides the contracts. All zero: nothing is stated. */
typedef struct importspy_embed_options {
    const char *mode;       /* "enforce", "warn", "audit", "off"; NULL: what each contract says */
    const char *unprovable; /* "confirm", "deny", "allow"; NULL: what each contract says */
    const importspy_embed_product *host;
    size_t host_count;
} importspy_embed_options;

/* Makes `importspy._core` a built-in module of the interpreters to come. CPython forgets it when it is finalised: call
 * this before each Py_Initialize. 0; -1: Python runs already, or there is no memory. */
IMPORTSPY_EMBED_API int importspy_embed_register(void);

/* Puts the contracts of files and folders in force in the current interpreter. Each interpreter has its own.
 * 0; -1: nothing was put in force, and `error` (which may be NULL) holds one text for people, cut to `size` bytes.
 * The caller holds the GIL; no exception is set afterwards. */
IMPORTSPY_EMBED_API int importspy_embed_install(const char *const *paths, size_t count,
                                                const importspy_embed_options *options, char *error, size_t size);

/* The module `importspy._core` of the current interpreter, a new reference: for ContractViolation, check, uninstall and
 * all else that the package `importspy` offers, whether that package is there or not. NULL with an exception. */
IMPORTSPY_EMBED_API PyObject *importspy_embed_module(void);

#ifdef __cplusplus
}
#endif

#endif
