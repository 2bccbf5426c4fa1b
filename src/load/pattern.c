/* `modules:` and `files:`: patterns checked, those of files made absolute.
 * Must not know: how patterns are matched, what the contract demands. */
#include "load/pattern.h"

#include "base/error.h"
#include "load/normal_form.h"
#include "load/paths.h"

#include <string.h>

static int bad_pattern(const ispy_loader *loader, const ispy_node *node, const char *what, const char *hint) {
    ispy_fault(loader, ISPY_FAULT_VALUE, node->at, "the pattern '%s' %s", ispy_quote(node->text).text, what);
    ispy_error_hint(loader->error, "%s", hint);
    return ISPY_EINVAL;
}

static int check_module_pattern(const ispy_loader *loader, const ispy_node *node, ispy_str pattern) {
    for (size_t i = 0; i < pattern.length; i++) {
        unsigned char c = (unsigned char)pattern.data[i];
        if (c == '/' || c == '\\') {
            return bad_pattern(loader, node, "is a path, but 'modules' takes dotted names", "put paths under 'files'");
        }
        if (c == '[' || c == ']') {
            return bad_pattern(loader, node, "holds a bracket", "in names of modules only * and ** are wildcards");
        }
        if (c <= ' ' || c == 0x7F || c == ',' || c == '!') {
            return bad_pattern(loader, node, "holds a character that no module's name has",
                               "write a list: one pattern an entry");
        }
    }
    bool outer = pattern.data[0] == '.' || pattern.data[pattern.length - 1] == '.';
    for (size_t i = 0; i + 1 < pattern.length; i++) {
        outer |= pattern.data[i] == '.' && pattern.data[i + 1] == '.';
    }
    return outer ? bad_pattern(loader, node, "has an empty part between its dots",
                               "write whole dotted names: acme.plugins.*")
                 : ispy_normal_form_check(loader, node, pattern);
}

static int load_file_pattern(ispy_pattern *out, const ispy_loader *loader, const ispy_node *node, ispy_str pattern,
                             ispy_str folder) {
    if (memchr(pattern.data, '\\', pattern.length) != NULL) {
        return bad_pattern(loader, node, "holds a backslash", "separate folders by '/'");
    }
    if (pattern.data[pattern.length - 1] == '/') {
        return bad_pattern(loader, node, "names a folder, but a contract is for files",
                           "add '**' for all that is in it");
    }
    int status = ispy_path_pattern(&out->text, loader->arena, folder, pattern);
    if (status == ISPY_ENOMEM) {
        return ispy_fault_nomem(loader);
    }
    if (status != ISPY_OK) {
        return bad_pattern(loader, node, "has '..' behind a wildcard", "put '..' at the beginning");
    }
    if (ispy_path_is_folder(out->text)) {
        return bad_pattern(loader, node, "names a folder, but a contract is for files",
                           "add '/**' for all that is in it");
    }
    return ISPY_OK;
}

/* `folder`: what paths are relative to; data == NULL for names of modules. */
static int load_pattern(ispy_pattern *out, const ispy_loader *loader, const ispy_node *node, const char *key,
                        ispy_str folder) {
    if (node->kind != ISPY_NODE_SCALAR || ispy_node_is_null(node)) {
        return ispy_fault(loader, ISPY_FAULT_TYPE, node->at, "an entry of '%s' must be a pattern; this one is %s", key,
                          ispy_node_is_null(node) ? "empty" : ispy_node_kind_name(node));
    }
    ispy_str text = node->text;
    out->origin = ispy_loader_origin(loader, node->at);
    out->negated = text.length > 0 && text.data[0] == '!';
    if (out->negated) {
        text = ispy_str_of(text.data + 1, text.length - 1);
    }
    if (text.length == 0) {
        return bad_pattern(loader, node, "is empty", "write what to select: acme.plugins.*");
    }
    if (text.length > ISPY_PATTERN_MAX_BYTES) {
        return ispy_fault(loader, ISPY_FAULT_LIMIT, node->at, "a pattern has more than %d bytes",
                          ISPY_PATTERN_MAX_BYTES);
    }
    if (memchr(text.data, '\0', text.length) != NULL) {
        return bad_pattern(loader, node, "holds a NUL character", "");
    }
    if (folder.data != NULL) {
        return load_file_pattern(out, loader, node, text, folder);
    }
    out->text = text;
    return check_module_pattern(loader, node, text);
}

int ispy_patterns_load(const ispy_pattern **out, uint32_t *count, const ispy_loader *loader, const ispy_node *node,
                       const char *key, bool files) {
    if (node->kind == ISPY_NODE_MAPPING) {
        return ispy_fault(loader, ISPY_FAULT_TYPE, node->at,
                          "'%s' must be a pattern or a list of patterns, not a mapping", key);
    }
    bool single = node->kind == ISPY_NODE_SCALAR;
    uint32_t entries = single ? 1 : node->count;
    ispy_pattern *patterns = ispy_arena_array(loader->arena, entries, sizeof *patterns);
    if (patterns == NULL) {
        return ispy_fault_nomem(loader);
    }
    ispy_str folder = {NULL, 0, 0};
    if (files && ispy_path_folder(&folder, loader->arena, loader->source->path.data) != ISPY_OK) {
        return ispy_fault_nomem(loader);
    }
    bool selects = entries == 0;
    for (uint32_t i = 0; i < entries; i++) {
        int status = load_pattern(&patterns[i], loader, single ? node : node->items[i], key, folder);
        if (status != ISPY_OK) {
            return status;
        }
        selects |= !patterns[i].negated;
    }
    if (!selects) {
        ispy_fault(loader, ISPY_FAULT_NO_SELECTOR, patterns[0].origin.at,
                   "'%s' selects nothing: all its patterns take away", key);
        ispy_error_hint(loader->error, "add a pattern without '!'");
        return ISPY_EINVAL;
    }
    *out = patterns;
    *count = entries;
    return ISPY_OK;
}
