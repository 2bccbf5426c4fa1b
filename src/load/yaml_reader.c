/* YAML text -> nodes, by libyaml's events. The only file that sees yaml.h.
 * Must not know: contracts.
 *
 * Nothing here recurses: open collections are frames on a stack of ISPY_YAML_MAX_DEPTH, and events come one by one, so
 * that libyaml, too, never holds more than that. libyaml's marks count code points from 0 (index, column), whatever the
 * width of a character; its lines are not used, since it ends lines where no editor does (see yaml_text.h). */
#include "load/fault.h"
#include "load/yaml_fault.h"
#include "load/yaml_text.h"

#include "base/error.h"
#include "base/name_map.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

/* A node and what it costs when an alias repeats it. `node` comes first: the tree holds pointers to it. */
typedef struct sized_node {
    ispy_node node;
    uint32_t nodes;  /* itself included */
    uint32_t height; /* of what it holds: 0 for a scalar */
    uint64_t bytes;  /* of its scalars */
    bool open;       /* its end was not seen yet */
} sized_node;

/* An open collection. */
typedef struct frame {
    sized_node *node;
    uint32_t first; /* of its children in `pending` */
} frame;

typedef struct yaml_reader {
    ispy_loader loader;
    yaml_parser_t parser;
    ispy_arena *tree; /* for nodes and all that it takes to make them; the loader's arena is for texts */
    ispy_text_map map;
    frame frames[ISPY_YAML_MAX_DEPTH];
    uint32_t depth;
    const ispy_node **pending; /* owned; the children of all open collections, in order */
    uint32_t pending_count;
    uint32_t pending_capacity;
    ispy_name_map anchors; /* of this document, to indices of `anchored` */
    sized_node **anchored;
    uint32_t anchored_count;
    uint32_t anchored_capacity;
    uint64_t nodes; /* of this file, aliases expanded */
    uint64_t bytes;
    const ispy_node *root; /* of this document, once it is whole */
    const ispy_node **documents;
    uint32_t document_count;
    uint32_t document_capacity;
    uint32_t documents_seen;
} yaml_reader;

static ispy_span span_of(yaml_reader *reader, const yaml_event_t *event) {
    return ispy_text_map_span(&reader->map, event->start_mark.index, event->end_mark.index);
}

/* ---- limits ---- */

static int count_against_limits(yaml_reader *reader, uint32_t nodes, uint64_t bytes, uint32_t height, ispy_span at) {
    reader->nodes += nodes;
    reader->bytes += bytes;
    if (reader->nodes > ISPY_YAML_MAX_NODES) {
        return ispy_fault(&reader->loader, ISPY_FAULT_LIMIT, at,
                          "the file has more than %d values, aliases written out", ISPY_YAML_MAX_NODES);
    }
    if (reader->bytes > ISPY_YAML_MAX_EXPANDED) {
        return ispy_fault(&reader->loader, ISPY_FAULT_LIMIT, at,
                          "the file has more than %d bytes of text, aliases written out", ISPY_YAML_MAX_EXPANDED);
    }
    if (reader->depth + height > ISPY_YAML_MAX_DEPTH) {
        return ispy_fault(&reader->loader, ISPY_FAULT_LIMIT, at, "lists and mappings are nested more than %d deep",
                          ISPY_YAML_MAX_DEPTH);
    }
    return ISPY_OK;
}

/* ---- building the tree ---- */

/* Doubles an array in an arena; the old one stays there unused. */
static void *grown(ispy_arena *arena, const void *old, uint32_t count, uint32_t *capacity, size_t size) {
    uint32_t wanted = *capacity == 0 ? 8 : *capacity * 2;
    void *array = ispy_arena_array(arena, wanted, size);
    if (array != NULL && count > 0) {
        memcpy(array, old, count * size);
    }
    if (array != NULL) {
        *capacity = wanted;
    }
    return array;
}

static int push_pending(yaml_reader *reader, const ispy_node *node) {
    if (reader->pending_count == reader->pending_capacity) {
        uint32_t capacity = reader->pending_capacity == 0 ? 256 : reader->pending_capacity * 2;
        const ispy_node **pending = realloc(reader->pending, capacity * sizeof *pending);
        if (pending == NULL) {
            return ispy_fault_nomem(&reader->loader);
        }
        reader->pending = pending;
        reader->pending_capacity = capacity;
    }
    reader->pending[reader->pending_count++] = node;
    return ISPY_OK;
}

static bool in_mapping(const yaml_reader *reader) {
    return reader->depth > 0 && reader->frames[reader->depth - 1].node->node.kind == ISPY_NODE_MAPPING;
}

static bool is_key(const yaml_reader *reader) {
    return in_mapping(reader) && (reader->pending_count - reader->frames[reader->depth - 1].first) % 2 == 0;
}

static int check_key(const yaml_reader *reader, const ispy_node *node, ispy_span at) {
    const ispy_loader *loader = &reader->loader;
    if (node->kind != ISPY_NODE_SCALAR) {
        return ispy_fault(loader, ISPY_FAULT_TYPE, at, "a key must be text; this one is %s", ispy_node_kind_name(node));
    }
    if (ispy_node_is_empty(node)) {
        return ispy_fault(loader, ISPY_FAULT_SYNTAX, at, "a key is missing before the ':'");
    }
    if (node->style == ISPY_STYLE_PLAIN && strcmp(node->text.data, "<<") == 0) {
        ispy_fault(loader, ISPY_FAULT_SYNTAX, at, "the merge key '<<' is not supported: YAML 1.2 has none");
        ispy_error_hint(loader->error, "write the keys out, or use an alias for a whole value");
        return ISPY_EINVAL;
    }
    if (reader->pending_count - reader->frames[reader->depth - 1].first >= 2 * ISPY_YAML_MAX_KEYS) {
        return ispy_fault(loader, ISPY_FAULT_LIMIT, at, "a mapping has more than %d keys", ISPY_YAML_MAX_KEYS);
    }
    return ISPY_OK;
}

/* Puts a node where the document is at: into the innermost open collection, or as the root. */
static int place_node(yaml_reader *reader, sized_node *sized, ispy_span at) {
    int status = count_against_limits(reader, sized->nodes, sized->bytes, sized->height, at);
    if (status == ISPY_OK && is_key(reader)) {
        status = check_key(reader, &sized->node, at);
    }
    if (status != ISPY_OK) {
        return status;
    }
    if (reader->depth == 0) {
        reader->root = &sized->node;
        return ISPY_OK;
    }
    return push_pending(reader, &sized->node);
}

/* What a finished child adds to the collection around it. */
static void add_cost(yaml_reader *reader, const sized_node *child) {
    if (reader->depth > 0) {
        sized_node *parent = reader->frames[reader->depth - 1].node;
        parent->nodes += child->nodes;
        parent->bytes += child->bytes;
        if (parent->height <= child->height) {
            parent->height = child->height + 1;
        }
    }
}

static int duplicate_key(const yaml_reader *reader, const ispy_node *first, const ispy_node *second) {
    return ispy_fault(&reader->loader, ISPY_FAULT_DUPLICATE, second->at,
                      "the key '%s' stands twice in one mapping, on line %u and on line %u",
                      ispy_quote(second->text).text, first->at.line, second->at.line);
}

static int check_duplicates(const yaml_reader *reader, const ispy_node *const *items, uint32_t count) {
    enum { FEW = 2 * 12 };
    if (count <= FEW) {
        for (uint32_t i = 2; i < count; i += 2) {
            for (uint32_t j = 0; j < i; j += 2) {
                if (ispy_str_equal(items[i]->text, items[j]->text)) {
                    return duplicate_key(reader, items[j], items[i]);
                }
            }
        }
        return ISPY_OK;
    }
    ispy_name_map seen;
    ispy_name_map_init(&seen, reader->tree);
    for (uint32_t i = 0; i < count; i += 2) {
        uint32_t earlier;
        if (ispy_name_map_find(&seen, items[i]->text, &earlier)) {
            return duplicate_key(reader, items[earlier], items[i]);
        }
        if (ispy_name_map_put(&seen, items[i]->text, i) != ISPY_OK) {
            return ispy_fault_nomem(&reader->loader);
        }
    }
    return ISPY_OK;
}

/* ---- anchors ---- */

static int remember_anchor(yaml_reader *reader, const yaml_char_t *anchor, sized_node *node) {
    if (anchor == NULL) {
        return ISPY_OK;
    }
    ispy_str name;
    int status = ispy_arena_str(&name, reader->tree, (const char *)anchor, strlen((const char *)anchor));
    if (status == ISPY_OK && reader->anchored_count == reader->anchored_capacity) {
        sized_node **anchored =
            grown(reader->tree, reader->anchored, reader->anchored_count, &reader->anchored_capacity, sizeof *anchored);
        if (anchored == NULL) {
            return ispy_fault_nomem(&reader->loader);
        }
        reader->anchored = anchored;
    }
    if (status != ISPY_OK || ispy_name_map_put(&reader->anchors, name, reader->anchored_count) != ISPY_OK) {
        return ispy_fault_nomem(&reader->loader);
    }
    reader->anchored[reader->anchored_count++] = node;
    return ISPY_OK;
}

static int on_alias(yaml_reader *reader, const yaml_event_t *event) {
    const char *anchor = (const char *)event->data.alias.anchor;
    ispy_str name = ispy_str_literal(anchor);
    ispy_span at = span_of(reader, event);
    uint32_t index;
    if (!ispy_name_map_find(&reader->anchors, name, &index)) {
        return ispy_fault(&reader->loader, ISPY_FAULT_SYNTAX, at, "the alias '*%s' has no anchor '&%s' before it",
                          ispy_quote(name).text, ispy_quote(name).text);
    }
    sized_node *target = reader->anchored[index];
    if (target->open) {
        return ispy_fault(&reader->loader, ISPY_FAULT_SYNTAX, at,
                          "the alias '*%s' stands inside the value that it stands for", ispy_quote(name).text);
    }
    int status = place_node(reader, target, at);
    if (status == ISPY_OK) {
        add_cost(reader, target);
    }
    return status;
}

/* ---- events ---- */

static sized_node *new_node(yaml_reader *reader, const yaml_event_t *event, ispy_node_kind kind) {
    sized_node *sized = ispy_arena_alloc(reader->tree, sizeof *sized);
    if (sized != NULL) {
        sized->node.kind = kind;
        sized->node.at = span_of(reader, event);
        sized->node.offset = ispy_text_map_offset(&reader->map, event->start_mark.index);
        sized->nodes = 1;
        sized->height = kind != ISPY_NODE_SCALAR;
    }
    return sized;
}

static ispy_scalar_style style_of(const yaml_event_t *event) {
    switch (event->data.scalar.style) {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE:
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
        return ISPY_STYLE_QUOTED;
    case YAML_LITERAL_SCALAR_STYLE:
    case YAML_FOLDED_SCALAR_STYLE:
        return ISPY_STYLE_BLOCK;
    default:
        return ISPY_STYLE_PLAIN;
    }
}

static int on_scalar(yaml_reader *reader, const yaml_event_t *event) {
    sized_node *sized = new_node(reader, event, ISPY_NODE_SCALAR);
    if (sized == NULL) {
        return ispy_fault_nomem(&reader->loader);
    }
    ispy_node *node = &sized->node;
    size_t length = event->data.scalar.length;
    if (length > ISPY_YAML_MAX_SCALAR) {
        return ispy_fault(&reader->loader, ISPY_FAULT_LIMIT, node->at, "one text has more than %d bytes",
                          ISPY_YAML_MAX_SCALAR);
    }
    if (ispy_arena_str(&node->text, reader->loader.arena, (const char *)event->data.scalar.value, length) != ISPY_OK) {
        return ispy_fault_nomem(&reader->loader);
    }
    node->style = style_of(event);
    if (node->style == ISPY_STYLE_BLOCK) {
        node->at.length = 1; /* the "|" */
    }
    sized->bytes = length;
    int status = ispy_yaml_tag(&reader->loader, node, (const char *)event->data.scalar.tag);
    if (status == ISPY_OK) {
        status = remember_anchor(reader, event->data.scalar.anchor, sized);
    }
    if (status == ISPY_OK) {
        status = place_node(reader, sized, node->at);
    }
    if (status == ISPY_OK) {
        add_cost(reader, sized);
    }
    return status;
}

static int on_start(yaml_reader *reader, const yaml_event_t *event, ispy_node_kind kind) {
    sized_node *sized = new_node(reader, event, kind);
    if (sized == NULL) {
        return ispy_fault_nomem(&reader->loader);
    }
    bool sequence = kind == ISPY_NODE_SEQUENCE;
    const yaml_char_t *anchor = sequence ? event->data.sequence_start.anchor : event->data.mapping_start.anchor;
    const yaml_char_t *tag = sequence ? event->data.sequence_start.tag : event->data.mapping_start.tag;
    sized->node.at.length = 0;
    sized->open = true;
    int status = ispy_yaml_tag(&reader->loader, &sized->node, (const char *)tag);
    if (status == ISPY_OK) {
        status = remember_anchor(reader, anchor, sized);
    }
    if (status == ISPY_OK) {
        status = place_node(reader, sized, sized->node.at); /* also the limit of `frames` */
    }
    if (status == ISPY_OK) {
        reader->frames[reader->depth++] = (frame){sized, reader->pending_count};
    }
    return status;
}

static int on_end(yaml_reader *reader) {
    frame *ended = &reader->frames[--reader->depth];
    ispy_node *node = &ended->node->node;
    uint32_t count = reader->pending_count - ended->first;
    const ispy_node **items = ispy_arena_array(reader->tree, count, sizeof *items);
    if (items == NULL) {
        return ispy_fault_nomem(&reader->loader);
    }
    if (count > 0) {
        memcpy(items, reader->pending + ended->first, count * sizeof *items);
    }
    reader->pending_count = ended->first;
    node->items = items;
    node->count = count;
    ended->node->open = false;
    add_cost(reader, ended->node);
    return node->kind == ISPY_NODE_MAPPING ? check_duplicates(reader, items, count) : ISPY_OK;
}

static int on_document_start(yaml_reader *reader, const yaml_event_t *event) {
    if (++reader->documents_seen > ISPY_YAML_MAX_DOCUMENTS) {
        ispy_span at = ispy_text_map_point(&reader->map, event->start_mark.index);
        return ispy_fault(&reader->loader, ISPY_FAULT_LIMIT, at, "the file has more than %d documents",
                          ISPY_YAML_MAX_DOCUMENTS);
    }
    reader->root = NULL;
    reader->anchored_count = 0;
    ispy_name_map_init(&reader->anchors, reader->tree);
    return ISPY_OK;
}

static int on_document_end(yaml_reader *reader) {
    if (reader->root == NULL || ispy_node_is_empty(reader->root)) {
        return ISPY_OK;
    }
    if (reader->document_count == reader->document_capacity) {
        const ispy_node **documents = grown(reader->tree, reader->documents, reader->document_count,
                                            &reader->document_capacity, sizeof *documents);
        if (documents == NULL) {
            return ispy_fault_nomem(&reader->loader);
        }
        reader->documents = documents;
    }
    reader->documents[reader->document_count++] = reader->root;
    return ISPY_OK;
}

static int on_event(yaml_reader *reader, const yaml_event_t *event) {
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        return on_document_start(reader, event);
    case YAML_DOCUMENT_END_EVENT:
        return on_document_end(reader);
    case YAML_ALIAS_EVENT:
        return on_alias(reader, event);
    case YAML_SCALAR_EVENT:
        return on_scalar(reader, event);
    case YAML_SEQUENCE_START_EVENT:
        return on_start(reader, event, ISPY_NODE_SEQUENCE);
    case YAML_MAPPING_START_EVENT:
        return on_start(reader, event, ISPY_NODE_MAPPING);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return on_end(reader);
    default:
        return ISPY_OK;
    }
}

/* ---- the whole file ---- */

static int parser_failed(yaml_reader *reader) {
    const yaml_parser_t *parser = &reader->parser;
    if (parser->error == YAML_MEMORY_ERROR) {
        return ispy_fault_nomem(&reader->loader);
    }
    const char *context = parser->context == NULL ? "" : parser->context;
    const char *problem = parser->problem == NULL ? "" : parser->problem;
    ispy_span at = ispy_text_map_point(&reader->map, parser->problem_mark.index);
    ispy_span begun = ispy_text_map_point(&reader->map, parser->context_mark.index);
    return ispy_yaml_fault(&reader->loader, problem, at, context, begun);
}

static int read_events(yaml_reader *reader) {
    for (;;) {
        yaml_event_t event;
        if (!yaml_parser_parse(&reader->parser, &event)) {
            return parser_failed(reader);
        }
        int status = on_event(reader, &event);
        bool ended = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
        if (status != ISPY_OK || ended) {
            return status;
        }
    }
}

int ispy_yaml_read(const ispy_node *const **out, size_t *count, const ispy_source *source, ispy_arena *nodes,
                   ispy_arena *texts, ispy_error *error) {
    ispy_error unwanted;
    yaml_reader reader = {.tree = nodes};
    reader.loader = (ispy_loader){.source = source, .arena = texts, .error = error == NULL ? &unwanted : error};
    int status = ispy_text_map_new(&reader.map, &reader.loader, nodes);
    if (status != ISPY_OK) {
        return status;
    }
    if (!yaml_parser_initialize(&reader.parser)) {
        return ispy_fault_nomem(&reader.loader);
    }
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)source->text.data + reader.map.skipped,
                                 source->text.length - reader.map.skipped);
    status = read_events(&reader);
    if (status == ISPY_OK) {
        *out = reader.documents;
        *count = reader.document_count;
    }
    free(reader.pending);
    yaml_parser_delete(&reader.parser);
    return status;
}
