/* Names that a module takes from elsewhere, followed through the structures of other modules.
 *
 *     from .impl import Plugin        -> the class in pkg.impl, or in pkg.base where pkg.impl hands on what it imports
 *     from .impl import *             -> what pkg.impl exports
 *     import acme.api as a            -> a.Plugin
 *
 * Lazy: no module is asked for before a rule asks about such a name. Where a name leads nowhere that can be seen, a
 * reason says why. Must not know: where structures come from (ispy_sources), clauses, rules.
 */
#ifndef ISPY_RULES_FOLLOW_H
#define ISPY_RULES_FOLLOW_H

#include <importspy/check.h>

enum {
    ISPY_FOLLOW_MAX_MODULES = 64, /* that one check asks for */
    ISPY_FOLLOW_MAX_DEPTH = 16,   /* modules that hand one name on */
    ISPY_FOLLOW_MAX_STEPS = 128,  /* looks into modules, for one name */
    ISPY_FOLLOW_TARGETS = 8       /* things that one name may stand for */
};

/* A module that was asked for; module == NULL: `reason`. */
typedef struct ispy_followed {
    ispy_str name;
    const ispy_module *module;
    ispy_reason reason;
} ispy_followed;

/* For one check. */
typedef struct ispy_follower {
    const ispy_sources *sources; /* NULL: nothing is followed */
    const ispy_module *root;     /* the module that is checked */
    ispy_arena *arena;
    ispy_followed known[ISPY_FOLLOW_MAX_MODULES];
    uint32_t count;
    uint32_t steps; /* that are left for the name that is followed just now */
    int status;     /* not ISPY_OK: memory ran out, or the sources failed, for good */
} ispy_follower;

/* One of the things that a name stands for. */
typedef struct ispy_sighting {
    const ispy_definition *definition; /* never an import; NULL: it cannot be seen, or is not there */
    const ispy_module *home;           /* that it is defined in */
    ispy_reason reason;                /* why it cannot be seen; NONE, without a definition: there is no such name */
} ispy_sighting;

typedef struct ispy_sightings {
    ispy_sighting items[ISPY_FOLLOW_TARGETS];
    uint32_t count; /* at least one */
} ispy_sightings;

static inline bool ispy_follower_is_on(const ispy_follower *follower) {
    return follower != NULL && follower->sources != NULL;
}

/* Nothing has been asked for yet. `sources` may be NULL. */
void ispy_follower_begin(ispy_follower *out, const ispy_sources *sources, const ispy_module *root, ispy_arena *arena);

/* What `import` of `module` binds; of that the attribute `rest` ("Outer.Inner"; length 0: itself). */
void ispy_follow_import(ispy_sightings *out, ispy_follower *follower, const ispy_module *module,
                        const ispy_import *import, ispy_str rest);
/* A dotted name as the code of the module means it, whatever it is bound to there: "Base", "api.Base". */
void ispy_follow_local(ispy_sightings *out, ispy_follower *follower, const ispy_module *module, ispy_str dotted);
/* A name that the module binds by star imports alone; absent where it has none that export it. */
void ispy_follow_stars(ispy_sightings *out, ispy_follower *follower, const ispy_module *module, ispy_str name);
/* "acme.api.Plugin" as a contract says it: the longest beginning that is a module, and in it the rest. */
void ispy_follow_name(ispy_sightings *out, ispy_follower *follower, ispy_str dotted);

/* The one thing that is meant; NULL: there are several, or it cannot be seen. */
const ispy_sighting *ispy_sightings_only(const ispy_sightings *sightings);

/* Why there is no such thing. */
ispy_reason ispy_sightings_doubt(const ispy_sightings *sightings);

/* Whether code of the module may have set an attribute of that name on something after it was made. */
bool ispy_module_patches(const ispy_module *module, ispy_str name);

#endif
