/* See component_load.h. */
#include "load/component_load.h"

#include <importspy/context.h>

#include "base/error.h"
#include "load/field_read.h"

#include <string.h>

/* ---- putting them in place ---- */

static ispy_str name_at(const void *entries, uint32_t i, ispy_named_layout layout) {
    return *(const ispy_str *)(const void *)((const char *)entries + i * layout.size + layout.name);
}

static bool has_name(const void *entries, uint32_t count, ispy_named_layout layout, ispy_str name) {
    bool found = false;
    for (uint32_t i = 0; i < count && !found; i++) {
        found = ispy_str_equal(name_at(entries, i, layout), name);
    }
    return found;
}

int ispy_named_put(const ispy_loader *loader, const ispy_field *field, char *record, ispy_named_layout layout,
                   const void *entries, uint32_t count) {
    const char *below = NULL;
    uint32_t below_count = 0;
    memcpy(&below, record + field->offset, sizeof below);
    memcpy(&below_count, record + field->count, sizeof below_count);
    char *joined = ispy_arena_array(loader->arena, (size_t)below_count + count, layout.size);
    if (joined == NULL) {
        return ispy_fault_nomem(loader);
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < below_count; i++) {
        if (!has_name(entries, count, layout, name_at(below, i, layout))) {
            memcpy(joined + kept++ * layout.size, below + i * layout.size, layout.size);
        }
    }
    if (count > 0) {
        memcpy(joined + kept * layout.size, entries, count * layout.size);
    }
    ispy_field_put_pointer(record, field->offset, joined);
    ispy_field_put_count(record, field->count, kept + count);
    return ISPY_OK;
}

int ispy_components_put(const ispy_loader *loader, const ispy_field *field, char *record,
                        const ispy_component_clause *clauses, uint32_t count) {
    const ispy_named_layout layout = {sizeof *clauses, offsetof(ispy_component_clause, name)};
    return ispy_named_put(loader, field, record, layout, clauses, count);
}

/* ---- versions ---- */

static int no_version(const ispy_loader *loader, const ispy_node *node, ispy_str name) {
    ispy_fault(loader, ISPY_FAULT_VALUE, node->at, "there is no version behind '%s'", ispy_quote(name).text);
    ispy_error_hint(loader->error, "write specifiers: \">=2,<3\", or \"*\" for any version");
    return ISPY_EINVAL;
}

/* "*" is any version. */
static int read_version(ispy_component_clause *out, const ispy_loader *loader, const ispy_node *node) {
    if (node->kind != ISPY_NODE_SCALAR) {
        return ispy_field_wrong_type(loader, out->text.data, node, "a version or specifiers");
    }
    if (ispy_node_is_null(node)) {
        return no_version(loader, node, out->text);
    }
    out->version_origin = ispy_loader_origin(loader, node->at);
    if (ispy_str_equal(node->text, ispy_str_literal("*"))) {
        return ISPY_OK;
    }
    const ispy_field field = {.key = out->text.data,
                              .type = ISPY_FIELD_VERSION,
                              .offset = offsetof(ispy_component_clause, version),
                              .place = offsetof(ispy_component_clause, version_origin)};
    return ispy_field_read(loader, &field, (char *)out, node);
}

int ispy_component_name_check(const ispy_loader *loader, const ispy_node *node, const char *noun) {
    bool is_name = node->kind == ISPY_NODE_SCALAR && node->text.length > 0;
    for (uint32_t i = 0; is_name && i < node->text.length; i++) {
        unsigned char c = (unsigned char)node->text.data[i];
        is_name = c > ' ' && c != 0x7F && c != '=' && c != ',';
    }
    if (!is_name) {
        ispy_fault(loader, ISPY_FAULT_VALUE, node->at, "'%s' is not the name of a %s",
                   node->kind == ISPY_NODE_SCALAR ? ispy_quote(node->text).text : ispy_node_kind_name(node), noun);
        ispy_error_hint(loader->error, "it has at least one character, and no blank, '=' or ','");
        return ISPY_EINVAL;
    }
    return ISPY_OK;
}

int ispy_host_load(ispy_component_clause *out, const ispy_loader *loader, const ispy_node *name,
                   const ispy_node *version) {
    int status = ispy_component_name_check(loader, name, "host");
    if (status != ISPY_OK) {
        return status;
    }
    out->origin = ispy_loader_origin(loader, name->at);
    out->name = name->text;
    out->text = name->text;
    return version == NULL ? ISPY_OK : read_version(out, loader, version);
}

/* ---- distributions ---- */

static int bad_distribution(const ispy_loader *loader, const ispy_node *node) {
    ispy_fault(loader, ISPY_FAULT_VALUE, node->at, "'%s' is not the name of a distribution",
               ispy_quote(node->text).text);
    ispy_error_hint(loader->error, "as on PyPI: requests, \"acme-sdk[mail]\"; versions stand behind the colon");
    return ISPY_EINVAL;
}

static ispy_str without_blanks(const char *data, size_t length) {
    while (length > 0 && (*data == ' ' || *data == '\t')) {
        data++;
        length--;
    }
    while (length > 0 && (data[length - 1] == ' ' || data[length - 1] == '\t')) {
        length--;
    }
    return (ispy_str){data, (uint32_t)length, 0};
}

/* "mail, sms": what stands between the brackets. */
static int read_extras(ispy_component_clause *out, const ispy_loader *loader, const ispy_node *node, ispy_str list) {
    uint32_t count = 1;
    for (uint32_t i = 0; i < list.length; i++) {
        count += list.data[i] == ',';
    }
    ispy_str *extras = ispy_arena_array(loader->arena, count, sizeof *extras);
    if (extras == NULL) {
        return ispy_fault_nomem(loader);
    }
    const char *from = list.data;
    const char *end = list.data + list.length;
    for (uint32_t i = 0; i < count; i++) {
        const char *comma = memchr(from, ',', (size_t)(end - from));
        const char *to = comma != NULL ? comma : end;
        ispy_str extra = without_blanks(from, (size_t)(to - from));
        int status = ispy_distribution_name(&extras[i], loader->arena, extra.data, extra.length);
        if (status != ISPY_OK) {
            return status == ISPY_ENOMEM ? ispy_fault_nomem(loader) : bad_distribution(loader, node);
        }
        from = to + 1;
    }
    out->extras = extras;
    out->extra_count = count;
    return ISPY_OK;
}

static int read_distribution(ispy_component_clause *out, const ispy_loader *loader, const ispy_node *node) {
    ispy_str text = without_blanks(node->text.data, node->text.length);
    const char *open = memchr(text.data, '[', text.length);
    size_t length = open != NULL ? (size_t)(open - text.data) : text.length;
    ispy_str name = without_blanks(text.data, length);
    out->origin = ispy_loader_origin(loader, node->at);
    out->text = node->text;
    int status = ispy_distribution_name(&out->name, loader->arena, name.data, name.length);
    if (status != ISPY_OK || (open != NULL && text.data[text.length - 1] != ']')) {
        return status == ISPY_ENOMEM ? ispy_fault_nomem(loader) : bad_distribution(loader, node);
    }
    return open == NULL ? ISPY_OK
                        : read_extras(out, loader, node, (ispy_str){open + 1, (uint32_t)(text.length - length - 2), 0});
}

int ispy_read_distribution(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    ispy_str name;
    int status = ispy_distribution_name(&name, loader->arena, node->text.data, node->text.length);
    if (status != ISPY_OK) {
        return status == ISPY_ENOMEM ? ispy_fault_nomem(loader) : bad_distribution(loader, node);
    }
    memcpy(record + field->offset, &name, sizeof name);
    ispy_field_put_origin(record, field->place, ispy_loader_origin(loader, node->at));
    return ISPY_OK;
}

int ispy_read_distributions(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    if (node->kind != ISPY_NODE_MAPPING) {
        ispy_field_wrong_type(loader, field->key, node, "a mapping of names to versions");
        ispy_error_hint(loader->error, "as in 'distributions: {requests: \">=2.31\", attrs: \"*\"}'");
        return ISPY_EINVAL;
    }
    uint32_t count = node->count / 2;
    ispy_component_clause *clauses = ispy_arena_array(loader->arena, count, sizeof *clauses);
    if (clauses == NULL) {
        return ispy_fault_nomem(loader);
    }
    for (uint32_t i = 0; i < count; i++) {
        int status = read_distribution(&clauses[i], loader, node->items[2 * i]);
        status = status != ISPY_OK ? status : read_version(&clauses[i], loader, node->items[2 * i + 1]);
        if (status != ISPY_OK) {
            return status;
        }
        for (uint32_t j = 0; j < i; j++) {
            if (ispy_str_equal(clauses[j].name, clauses[i].name)) {
                return ispy_fault(loader, ISPY_FAULT_DUPLICATE, node->items[2 * i]->at,
                                  "the distribution '%s' is named twice", clauses[i].name.data);
            }
        }
    }
    return ispy_components_put(loader, field, record, clauses, count);
}

/* ---- commands ---- */

int ispy_read_commands(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    bool single = node->kind == ISPY_NODE_SCALAR;
    uint32_t count = single ? 1 : node->count;
    if (node->kind == ISPY_NODE_MAPPING) {
        return ispy_field_wrong_type(loader, field->key, node, "a name or a list of names");
    }
    ispy_component_clause *clauses = ispy_arena_array(loader->arena, count, sizeof *clauses);
    if (clauses == NULL) {
        return ispy_fault_nomem(loader);
    }
    for (uint32_t i = 0; i < count; i++) {
        const ispy_node *item = single ? node : node->items[i];
        bool is_text = item->kind == ISPY_NODE_SCALAR && item->text.length > 0 && !ispy_node_is_null(item);
        if (!is_text || strpbrk(item->text.data, "/\\") != NULL ||
            memchr(item->text.data, '\0', item->text.length) != NULL) {
            ispy_fault(loader, ISPY_FAULT_VALUE, item->at, "an entry of '%s' is not the name of a command", field->key);
            ispy_error_hint(loader->error, "write what stands before the arguments, without folders: git");
            return ISPY_EINVAL;
        }
        clauses[i] = (ispy_component_clause){
            .origin = ispy_loader_origin(loader, item->at), .name = item->text, .text = item->text};
    }
    return ispy_components_put(loader, field, record, clauses, count);
}

/* ---- C libraries ---- */

/* The canonical spelling, by way of the reader of words. */
static int read_libc_name(ispy_component_clause *out, const ispy_loader *loader, const ispy_field *field,
                          const ispy_node *node) {
    const ispy_field word = {.key = field->key,
                             .type = ISPY_FIELD_WORD_TEXT,
                             .offset = offsetof(ispy_component_clause, name),
                             .words = field->words};
    out->origin = ispy_loader_origin(loader, node->at);
    int status = ispy_field_read(loader, &word, (char *)out, node);
    out->text = out->name;
    return status;
}

int ispy_read_libc(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    bool is_mapping = node->kind == ISPY_NODE_MAPPING;
    uint32_t count = is_mapping ? node->count / 2 : node->kind == ISPY_NODE_SEQUENCE ? node->count : 1;
    ispy_component_clause *clauses = ispy_arena_array(loader->arena, count, sizeof *clauses);
    if (clauses == NULL) {
        return ispy_fault_nomem(loader);
    }
    if (count == 0) {
        return ispy_fault(loader, ISPY_FAULT_EMPTY, node->at, "'%s' names no C library, so nothing could meet it",
                          field->key);
    }
    for (uint32_t i = 0; i < count; i++) {
        const ispy_node *name = is_mapping                         ? node->items[2 * i]
                                : node->kind == ISPY_NODE_SEQUENCE ? node->items[i]
                                                                   : node;
        int status = read_libc_name(&clauses[i], loader, field, name);
        status = status != ISPY_OK || !is_mapping ? status : read_version(&clauses[i], loader, node->items[2 * i + 1]);
        if (status != ISPY_OK) {
            return status;
        }
    }
    /* alternatives: they take the place of those of a base */
    ispy_field_put_pointer(record, field->offset, clauses);
    ispy_field_put_count(record, field->count, count);
    return ISPY_OK;
}
