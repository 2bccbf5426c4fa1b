/* `imports:`, `calls:` and `top_level:`. Must not know: how an entry is held against a name. */
#include "load/use_policy.h"

#include "base/error.h"
#include "base/text.h"
#include "load/field_read.h"
#include "load/node.h"
#include "load/pattern.h"
#include "model/resolve.h"

#include <importspy/context.h>

#include <string.h>

static int bad_entry(const ispy_loader *loader, const ispy_node *node, const char *what, const char *hint) {
    ispy_fault(loader, ISPY_FAULT_VALUE, node->at, "'%s' %s", ispy_quote(node->text).text, what);
    ispy_error_hint(loader->error, "%s", hint);
    return ISPY_EINVAL;
}

static bool is_name_byte(char byte) {
    unsigned char c = (unsigned char)byte;
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c >= 0x80;
}

/* One part of a pattern, between dots: a name, with `*` for any run of characters, or `**`. */
static bool part_is_good(const char *part, size_t length) {
    if (length == 2 && part[0] == '*' && part[1] == '*') {
        return true;
    }
    bool good = length > 0;
    for (size_t i = 0; i < length && good; i++) {
        good = is_name_byte(part[i]) || (part[i] == '*' && (i == 0 || part[i - 1] != '*'));
    }
    return good && !(part[0] >= '0' && part[0] <= '9');
}

/* The more a pattern says, the higher: parts without a wildcard, then further parts, then characters. */
static void rank(ispy_policy_entry *entry, const char *part, size_t length) {
    bool any = length == 2 && part[0] == '*' && part[1] == '*';
    uint32_t stars = 0;
    for (size_t i = 0; i < length; i++) {
        stars += part[i] == '*' ? 1 : 0;
    }
    entry->rank += stars == 0 ? UINT64_C(1) << 40 : any ? 0 : UINT64_C(1) << 24;
    entry->rank += length - stars;
    entry->is_literal = entry->is_literal && stars == 0;
}

static int check_pattern(const ispy_loader *loader, const ispy_node *node, ispy_policy_entry *entry) {
    ispy_str text = entry->pattern;
    entry->is_literal = true;
    for (size_t start = 0, i = 0; i <= text.length; i++) {
        if (i < text.length && text.data[i] != '.') {
            continue;
        }
        if (!part_is_good(text.data + start, i - start)) {
            return bad_entry(loader, node, "is no dotted name, and no pattern of one",
                             "write os.system, acme.* (one part) or acme.** (all that is below)");
        }
        rank(entry, text.data + start, i - start);
        start = i + 1;
    }
    return ISPY_OK;
}

/* A bare name of a builtin stands for it: "eval" is "builtins.eval". */
static int qualify(const ispy_loader *loader, ispy_policy_entry *entry) {
    if (!ispy_is_builtin(entry->pattern)) {
        return ISPY_OK;
    }
    ispy_text text = ISPY_TEXT_EMPTY; /* owned */
    ispy_text_puts(&text, "builtins.");
    ispy_text_str(&text, entry->pattern);
    int status = ispy_text_take(&entry->pattern, &text, loader->arena);
    ispy_text_free(&text);
    return status == ISPY_OK ? ISPY_OK : ispy_fault_nomem(loader);
}

/* {distribution: requests} */
static int read_distribution(const ispy_loader *loader, const ispy_node *node, ispy_policy_entry *entry) {
    if (node->count != 2 || !ispy_str_equal(node->items[0]->text, ispy_str_literal("distribution"))) {
        ispy_fault(loader, ISPY_FAULT_KEY, node->count > 0 ? node->items[0]->at : node->at,
                   "an entry must be a pattern, or a mapping with the one key 'distribution'");
        ispy_error_hint(loader->error, "write requests.** for modules, {distribution: requests} for what pip installs");
        return ISPY_EINVAL;
    }
    const ispy_node *name = node->items[1];
    if (name->kind != ISPY_NODE_SCALAR) {
        return ispy_field_wrong_type(loader, "distribution", name, "the name of a distribution");
    }
    int status = ispy_distribution_name(&entry->distribution, loader->arena, name->text.data, name->text.length);
    if (status == ISPY_ENOMEM) {
        return ispy_fault_nomem(loader);
    }
    if (status != ISPY_OK) {
        return bad_entry(loader, name, "is not the name of a distribution", "write it as pip does: requests");
    }
    entry->origin = ispy_loader_origin(loader, name->at);
    entry->is_literal = true;
    entry->rank = (UINT64_C(1) << 40) + name->text.length;
    return ISPY_OK;
}

static int read_entry(const ispy_loader *loader, const ispy_field *field, const ispy_node *node,
                      ispy_policy_entry *entry) {
    if (node->kind == ISPY_NODE_MAPPING && field->type == ISPY_FIELD_IMPORT_ENTRIES) {
        return read_distribution(loader, node, entry);
    }
    if (node->kind != ISPY_NODE_SCALAR || ispy_node_is_null(node)) {
        return ispy_fault(loader, ISPY_FAULT_TYPE, node->at, "an entry of '%s' must be a pattern; this one is %s",
                          field->key, ispy_node_is_null(node) ? "empty" : ispy_node_kind_name(node));
    }
    if (node->text.length > ISPY_PATTERN_MAX_BYTES) {
        return ispy_fault(loader, ISPY_FAULT_LIMIT, node->at, "a pattern has more than %d bytes",
                          ISPY_PATTERN_MAX_BYTES);
    }
    if (memchr(node->text.data, '\0', node->text.length) != NULL) {
        return bad_entry(loader, node, "holds a NUL character", "");
    }
    entry->origin = ispy_loader_origin(loader, node->at);
    entry->pattern = node->text;
    int status = check_pattern(loader, node, entry);
    return status == ISPY_OK && field->type != ISPY_FIELD_IMPORT_ENTRIES ? qualify(loader, entry) : status;
}

int ispy_policy_entries_read(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    bool is_list = node->kind == ISPY_NODE_SEQUENCE;
    bool denies_all = field->type == ISPY_FIELD_TOP_LEVEL_CALLS && !is_list;
    uint32_t count = is_list ? node->count : denies_all ? 0 : 1;
    if (denies_all && !(node->kind == ISPY_NODE_SCALAR && ispy_str_equal(node->text, ispy_str_literal("deny")))) {
        ispy_fault(loader, ISPY_FAULT_VALUE, node->at, "'%s' must be 'deny', or a list of what may be called",
                   field->key);
        ispy_error_hint(loader->error, "write 'deny', or [logging.getLogger, re.compile]");
        return ISPY_EINVAL;
    }
    ispy_policy_entry *entries = ispy_arena_array(loader->arena, count, sizeof *entries);
    if (entries == NULL) {
        return ispy_fault_nomem(loader);
    }
    for (uint32_t i = 0; i < count; i++) {
        int status = read_entry(loader, field, is_list ? node->items[i] : node, &entries[i]);
        if (status != ISPY_OK) {
            return status;
        }
    }
    ispy_field_put_pointer(record, field->offset, entries);
    ispy_field_put_count(record, field->count, count);
    ispy_field_put_origin(record, field->place, ispy_loader_origin(loader, node->at));
    return ISPY_OK;
}
