/* A YAML document as a tree of values, each with its place: what yaml_reader.c makes and contract_load.c reads.
 * Must not know: contracts, yaml.h. */
#ifndef ISPY_LOAD_NODE_H
#define ISPY_LOAD_NODE_H

#include "model/contract.h"

typedef enum ispy_node_kind { ISPY_NODE_SCALAR, ISPY_NODE_SEQUENCE, ISPY_NODE_MAPPING } ispy_node_kind;

/* PLAIN also for a scalar with the tag !!int, !!float, !!bool or !!null, QUOTED also for one with !!str or "!". */
typedef enum ispy_scalar_style { ISPY_STYLE_PLAIN, ISPY_STYLE_QUOTED, ISPY_STYLE_BLOCK } ispy_scalar_style;

typedef struct ispy_node {
    ispy_node_kind kind;
    ispy_span at;    /* of a mapping or sequence: where it begins; of a scalar: its first line */
    uint32_t offset; /* bytes before it in the source's text */
    ispy_scalar_style style;
    ispy_str text;                        /* of a scalar */
    const struct ispy_node *const *items; /* of a sequence; of a mapping: key, value, key, value, ... */
    uint32_t count;                       /* of items; twice the number of keys for a mapping */
} ispy_node;

/* Limits; exceeding one is an ISPY904 error with a place. */
enum {
    ISPY_YAML_MAX_BYTES = 4 * 1024 * 1024,
    ISPY_YAML_MAX_DEPTH = 64,
    ISPY_YAML_MAX_NODES = 200000,              /* per file, aliases expanded */
    ISPY_YAML_MAX_EXPANDED = 16 * 1024 * 1024, /* bytes of all scalars of a file, aliases expanded */
    ISPY_YAML_MAX_KEYS = 10000,                /* per mapping */
    ISPY_YAML_MAX_SCALAR = 64 * 1024,          /* bytes of one scalar */
    ISPY_YAML_MAX_DOCUMENTS = 10000
};

/* Reads every document of `source`: nodes live in `nodes`, the texts of scalars in `texts` (which may be the same):
 * clauses keep texts and no nodes. An empty document is left out. Aliases share their node (the tree is immutable), but
 * count against the limits as if they were written out. The keys of a mapping are scalars, each with another text.
 * Errors: ISPY_ENOMEM, ISPY_EINVAL. */
int ispy_yaml_read(const ispy_node *const **out, size_t *count, const ispy_source *source, ispy_arena *nodes,
                   ispy_arena *texts, ispy_error *error);

/* A plain scalar with no text, "~" or "null": nothing was stated. */
bool ispy_node_is_null(const ispy_node *node);
/* A plain scalar with no text. */
bool ispy_node_is_empty(const ispy_node *node);
/* "text", "a list", "a mapping": for messages. */
const char *ispy_node_kind_name(const ispy_node *node);

#endif
