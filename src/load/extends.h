/* `extends:`: a contract begins with what its bases state, and states the rest on top. */
#ifndef ISPY_LOAD_EXTENDS_H
#define ISPY_LOAD_EXTENDS_H

#include "load/fault.h"
#include "load/fields.h"

/* Limits; exceeding one is an ISPY904 error with a place. */
enum {
    ISPY_EXTENDS_MAX_DEPTH = 16, /* bases of bases */
    ISPY_EXTENDS_MAX_FILES = 64  /* that one contract begins with, each as often as it is named */
};

/* Fills a contract with what one document states, bases first; clauses of the same name take the place of those that
 * are there. */
typedef int (*ispy_layer_reader)(struct ispy_contract *contract, const ispy_loader *loader, const ispy_node *document);

/* Reads the bases that the document names into the contract, in the order in which they are named. */
int ispy_extends_apply(struct ispy_contract *contract, const ispy_loader *loader, const ispy_node *document,
                       ispy_layer_reader read);

/* What a list comes to on top of another one: see docs/contract.md. `entries` and `count` are replaced. */
int ispy_layer_list(char **entries, uint32_t *count, const ispy_loader *loader, const ispy_record *element,
                    const char *below, uint32_t below_count);
/* The same for any_of, all_of and not of a contract. Both have to hold. */
int ispy_layer_group(const ispy_loader *loader, struct ispy_contract *contract, size_t offset, ispy_group group);

#endif
