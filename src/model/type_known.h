/* Classes of the standard library whose bases are known: what they derive from, and how their parameters vary.
 * Must not know: annotations, modules. */
#ifndef ISPY_MODEL_TYPE_KNOWN_H
#define ISPY_MODEL_TYPE_KNOWN_H

#include <importspy/base.h>

enum { ISPY_KNOWN_MAX_ARGUMENTS = 3 };

typedef enum ispy_known_kind {
    ISPY_KNOWN_CLASS,   /* what does not derive from it is no such thing */
    ISPY_KNOWN_PROTOCOL /* what has its methods is one, whatever it derives from */
} ispy_known_kind;

/* A base, with its arguments: "0" to "2" for a parameter of the class, "i" for int, "s" for str, "a" for Any, "t" for
 * tuple[0, 1]. */
typedef struct ispy_known_base {
    const char *name; /* canonical; NULL: there is none */
    const char *arguments;
} ispy_known_base;

typedef struct ispy_known_class {
    const char *name; /* canonical */
    ispy_known_kind kind;
    const char *variance; /* of each parameter: '+', '-' or '='; "" for none */
    ispy_known_base bases[3];
} ispy_known_class;

/* NULL: it is not known. */
const ispy_known_class *ispy_known_class_of(ispy_str canonical);

#endif
