/* Contracts: loading them from YAML, and choosing those that a module has to meet.
 *
 * A contract set is immutable once loaded, owns all that its contracts are made of, and may be read by any number of
 * threads at once.
 */
#ifndef IMPORTSPY_CONTRACT_H
#define IMPORTSPY_CONTRACT_H

#include <importspy/base.h>
#include <importspy/module.h>
#include <importspy/verdict.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ispy_contract ispy_contract;
typedef struct ispy_contract_set ispy_contract_set;

/* Why a finding does not count. */
typedef struct ispy_waived {
    ispy_str reason;
    ispy_str owner; /* data == NULL: not stated */
    ispy_str until; /* "2027-03-31": its last day */
    ispy_str path;  /* the contract's file, and where in it the waiver is */
    ispy_span at;
} ispy_waived;

/* Parses stub lines ("def run(self, job: Job) -> None") with Python's own parser. Everything in `out` lives in `arena`;
 * spans count from line 1, column 1 of `text`. On failure: ISPY_EINVAL with message and place in `error`, ISPY_ENOMEM,
 * or ISPY_EFOREIGN. */
typedef int (*ispy_stub_parser)(const ispy_module **out, void *user, ispy_str text, ispy_arena *arena,
                                ispy_error *error);

/* What an interface is sought by: the path of a file, or the dotted name of a module. */
typedef struct ispy_interface_request {
    ispy_str file;   /* absolute; data == NULL: by name */
    ispy_str module; /* data == NULL: by file */
    ispy_str folder; /* absolute, of the contract: where a name is sought last */
    ispy_str beside; /* absolute path of the interface that leads here, or data == NULL: its package is sought first */
} ispy_interface_request;

/* Finds the source of a module or stub without importing anything, and describes it: `path` and `source` are set.
 * Everything in `out` lives in `arena`. What cannot be parsed is `unreadable`. ISPY_EINVAL: there is no such file or
 * module, or it cannot be read; `error` has the sentence. Otherwise ISPY_ENOMEM or ISPY_EFOREIGN. */
typedef int (*ispy_interface_reader)(const ispy_module **out, void *user, const ispy_interface_request *request,
                                     ispy_arena *arena, ispy_error *error);

/* One thing that is wrong or odd about a contract, with its code and place. It lasts as long as the call. */
typedef void (*ispy_problem_visitor)(const ispy_error *problem, void *user);

/* Gives a name, UTF-8 and not all of it ASCII, in the form in which Python knows it (NFKC); `*out` may be `name`
 * itself. Errors: ISPY_ENOMEM, ISPY_EFOREIGN. */
typedef int (*ispy_name_normaliser)(ispy_str *out, void *user, ispy_str name, ispy_arena *arena);

typedef struct ispy_load_options {
    ispy_stub_parser parse_stub;          /* NULL: a contract with stub lines is refused with a sentence that says so */
    void *user;                           /* handed to parse_stub */
    bool needs_selector;                  /* a contract without modules, files and filename is an error (at install) */
    ispy_interface_reader read_interface; /* NULL: a contract with an interface is refused */
    void *interface_user;                 /* handed to read_interface */
    ispy_name_normaliser normalise;       /* NULL: names are taken as they are written */
    void *normalise_user;
    /* NULL: loading stops at the first error. Otherwise it tells each error and each old spelling (status ISPY_OK),
     * goes on behind it, and succeeds with those contracts that are right. What cannot be read is an error all the
     * same. */
    ispy_problem_visitor report;
    void *report_user;
} ispy_load_options;

/* Loads files and folders (recursively: *.yml and *.yaml, in order of their names; a folder without any is an error),
 * every YAML document in them. On failure nothing is given out. Errors: ISPY_ENOMEM, ISPY_EINVAL, ISPY_EIO,
 * ISPY_EFOREIGN. */
int ispy_contract_set_load(ispy_contract_set **out, const char *const *paths, size_t count,
                           const ispy_load_options *options, ispy_error *error);
/* The same for a text in memory; `name` stands for the path in messages, and `files:` are relative to its folder. */
int ispy_contract_set_parse(ispy_contract_set **out, const char *name, const char *text, size_t length,
                            const ispy_load_options *options, ispy_error *error);
void ispy_contract_set_free(ispy_contract_set *set); /* NULL is welcome */

size_t ispy_contract_set_count(const ispy_contract_set *set);
const ispy_contract *ispy_contract_set_get(const ispy_contract_set *set, size_t index);

/* Calls `visit` for each contract that selects the module, in the order of loading; stops when it returns false.
 * `path` is absolute and resolved, or data == NULL where it is not known. Contracts with mode: off are not left out.
 * `modules:` and `files:` are two ways in; `filename:` narrows them where it stands beside one, and selects where it
 * stands alone. Takes time that does not grow with the number of contracts that name other packages. */
typedef bool (*ispy_contract_visitor)(const ispy_contract *contract, void *user);
void ispy_contract_set_select(const ispy_contract_set *set, ispy_str name, ispy_str path, ispy_contract_visitor visit,
                              void *user);
/* Whether any contract may select a module of this name, whatever its path: the quick first question. Always true where
 * contracts select by path. */
bool ispy_contract_set_may_select(const ispy_contract_set *set, ispy_str name);
/* Whether any contract may select, by name, a module whose name begins with this part ("acme" of "acme.plugins.mail"):
 * quicker still, and says yes too often. */
bool ispy_contract_set_knows_first_part(const ispy_contract_set *set, const char *part, size_t length);
/* Whether any contract selects by path (files, filename), so that paths have to be known. */
bool ispy_contract_set_selects_by_path(const ispy_contract_set *set);
/* Whether a contract looks at paths at all, if only to select fewer modules: otherwise no path need be found out. */
bool ispy_contract_set_asks_for_path(const ispy_contract_set *set);

/* What has to be known of the place where a module runs, before it is held against a contract: by name, each once. */
typedef struct ispy_name_list {
    const ispy_str *names;
    uint32_t count;
} ispy_name_list;

typedef struct ispy_needs {
    ispy_name_list environment;   /* variables */
    ispy_name_list host;          /* hosts that the program stated */
    ispy_name_list distributions; /* normalised */
    ispy_name_list commands;
    ispy_name_list declared;  /* what the distribution of the module may require, normalised */
    ispy_name_list providers; /* distributions whose modules are asked for; normalised */
    bool machine;             /* libc, memory, CPUs */
} ispy_needs;

/* Whether it says where it applies (`when:`). */
bool ispy_contract_is_conditional(const ispy_contract *contract);
/* Lent for as long as the set lives. */
const ispy_needs *ispy_contract_needs(const ispy_contract *contract);
/* Of all its contracts together. */
const ispy_needs *ispy_contract_set_needs(const ispy_contract_set *set);
/* The names of environment variables that some contract asks for; lent. */
const ispy_str *ispy_contract_set_environment(const ispy_contract_set *set, size_t *count);

/* Lent for as long as the set lives; data == NULL where the contract does not state it. */
ispy_str ispy_contract_title(const ispy_contract *contract);
ispy_str ispy_contract_help(const ispy_contract *contract);
ispy_str ispy_contract_path(const ispy_contract *contract);
ispy_mode ispy_contract_mode(const ispy_contract *contract);
ispy_unprovable ispy_contract_unprovable(const ispy_contract *contract);
/* Whether it lets a module in that comes as compiled code without its source. */
bool ispy_contract_allows_sourceless(const ispy_contract *contract);
bool ispy_contract_has_selector(const ispy_contract *contract);
/* As in ispy_contract_set_select, for one contract. */
bool ispy_contract_selects(const ispy_contract *contract, ispy_str name, ispy_str path);
/* What it selects by: `modules:`, `files:` (absolute), `filename:`; `negated` ones take away. For people and tools:
 * whether a module is selected is said by ispy_contract_selects. */
typedef enum ispy_selector_kind { ISPY_SELECTS_NAME, ISPY_SELECTS_PATH, ISPY_SELECTS_FILENAME } ispy_selector_kind;
size_t ispy_contract_pattern_count(const ispy_contract *contract, ispy_selector_kind kind);
ispy_str ispy_contract_pattern(const ispy_contract *contract, ispy_selector_kind kind, size_t index, bool *negated);
/* Where in its file it begins. */
ispy_span ispy_contract_place(const ispy_contract *contract);
/* Whether it asks for the version of the module, so that ispy_module.distribution_version is worth looking up. */
bool ispy_contract_wants_version(const ispy_contract *contract);
/* Whether a clause asks for ispy_module.uses. */
bool ispy_contract_wants_uses(const ispy_contract *contract);

#ifdef __cplusplus
}
#endif
#endif
