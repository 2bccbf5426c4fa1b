/* One module before the contracts that select it: what was read of it, what each contract says, what follows.
 *
 * An admission is made before the module exists. It holds the code compiled from the tree that was validated, and,
 * where the source leaves something open, all that is needed to look again once the module has run.
 */
#ifndef ISPY_BINDING_ADMISSION_H
#define ISPY_BINDING_ADMISSION_H

#include "binding/admission_type.h"
#include "binding/identity.h"

typedef struct ispy_admission ispy_admission;

/* What one admission is about. All borrowed. */
typedef struct ispy_application {
    PyObject *loader;              /* the one that the module's finder named */
    const ispy_identity *identity; /* what is being loaded */
    const ispy_identity *known_as; /* what find_spec was asked for: selects as well; NULL: the same */
    bool runs_elsewhere;           /* somebody else will execute the code, so nobody can look again */
    bool by_place;                 /* contracts also select by the names under which the file could be imported */
    /* The contracts to meet, and the tuple of guards that lends them; NULL: those in force that select the module. */
    const ispy_selections *selections;
    PyObject *guards;
    PyObject *code; /* what is about to run: held against what the source compiles to; NULL: what we compile runs */
    ispy_way way;   /* how it comes in, for the register */
} ispy_application;

/* Validates, and says so to the register. NULL with an exception: ContractViolation when the module is denied. */
ispy_admission *ispy_admission_new(ispy_state *state, const ispy_application *application);
/* The loader is importlib's own, and would leave making the module to importlib. */
bool ispy_admission_is_untouched(const ispy_admission *admission);
void ispy_admission_free(ispy_admission *admission); /* NULL is welcome */
int ispy_admission_traverse(const ispy_admission *admission, visitproc visit, void *arg);

/* The code to execute, lent; NULL: the loader executes its own. */
PyObject *ispy_admission_code(const ispy_admission *admission);
/* Whether the running module has the last word on everything, also on what was proved: its loader executes code of its
 * own making, a stub has spoken for machine code, or files of other modules for what it takes from there. */
bool ispy_admission_is_doubted(const ispy_admission *admission);
/* Whether names were followed into other modules, whose files may be others by the time that it runs. */
bool ispy_admission_follows(const ispy_admission *admission);
/* The source that was validated, where the loader executes code of its own making; else NULL. Lent. */
PyObject *ispy_admission_bytes(const ispy_admission *admission);
/* The file it was read from, as tracebacks show it: a str or None, lent. */
PyObject *ispy_admission_path(const ispy_admission *admission);
/* Whether some contract has to look at the module after it has run. */
bool ispy_admission_is_open(const ispy_admission *admission);
/* Looks at what was left open; at everything when the module put another object in its place (`replaced`)
 * or is doubted. -1 with ContractViolation when it is denied after all, or with another exception. */
int ispy_admission_confirm(ispy_state *state, ispy_admission *admission, PyObject *live, bool replaced);
/* The module raised an exception of its own while something was open: it has run, and nobody will look again. Keeps the
 * exception. */
void ispy_admission_abandon(ispy_state *state, ispy_admission *admission);

/* A module that has run already (`live`; NULL: it is running still) is held against its contracts, and the register
 * told. It cannot be denied: a warning says what is wrong. -1 with an exception. */
int ispy_admission_look_back(ispy_state *state, const ispy_application *application, PyObject *live);
/* What its contracts will say of a module that nobody has loaded: a Report, or None where none selects it. New. */
PyObject *ispy_admission_survey(ispy_state *state, const ispy_application *application);

#endif
