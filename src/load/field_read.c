/* Reads the value of one key.
 * Must not know: which record the key is in, what other keys say. */
#include "load/field_read.h"

#include "base/error.h"
#include "base/suggest.h"
#include "load/amount_load.h"
#include "load/call_shape.h"
#include "load/clause_load.h"
#include "load/component_load.h"
#include "load/name.h"
#include "load/normal_form.h"
#include "load/pattern.h"
#include "load/policy.h"
#include "load/scalar.h"
#include "load/use_policy.h"
#include "load/value_demand_load.h"

#include <string.h>

/* ---- storing ---- */

static void put(char *record, size_t offset, const void *value, size_t size) {
    if (offset != 0) {
        memcpy(record + offset, value, size);
    }
}

void ispy_field_put_pointer(char *record, size_t offset, const void *value) {
    put(record, offset, &value, sizeof value);
}

void ispy_field_put_count(char *record, size_t offset, uint32_t value) {
    put(record, offset, &value, sizeof value);
}

void ispy_field_put_origin(char *record, size_t offset, ispy_origin value) {
    put(record, offset, &value, sizeof value);
}

int ispy_field_wrong_type(const ispy_loader *loader, const char *key, const ispy_node *node, const char *wanted) {
    return ispy_fault(loader, ISPY_FAULT_TYPE, node->at, "'%s' must be %s, not %s", key, wanted,
                      ispy_node_kind_name(node));
}

/* ---- text ---- */

static int check_text(const ispy_loader *loader, const ispy_field *field, const ispy_node *node) {
    if (node->kind != ISPY_NODE_SCALAR) {
        ispy_field_wrong_type(loader, field->key, node, "text");
        if (field->type == ISPY_FIELD_ANNOTATION) {
            ispy_error_hint(loader->error, "quote an annotation that begins with '[' or '{'");
        }
        return ISPY_EINVAL;
    }
    if (memchr(node->text.data, '\0', node->text.length) != NULL) {
        return ispy_fault(loader, ISPY_FAULT_VALUE, node->at, "the text of '%s' holds a NUL character", field->key);
    }
    return ISPY_OK;
}

static int read_text(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    (void)loader;
    put(record, field->offset, &node->text, sizeof node->text);
    ispy_field_put_origin(record, field->place, ispy_loader_origin(loader, node->at));
    return ISPY_OK;
}

static int bad_value(const ispy_loader *loader, const ispy_node *node, const char *what, const char *hint) {
    ispy_fault(loader, ISPY_FAULT_VALUE, node->at, "'%s' is %s", ispy_quote(node->text).text, what);
    ispy_error_hint(loader->error, "%s", hint);
    return ISPY_EINVAL;
}

static int read_format(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    (void)field;
    (void)record;
    bool known = node->text.length == 1 && node->text.data[0] == '1';
    return known ? ISPY_OK
                 : bad_value(loader, node, "not a format of contracts that this version knows", "write 'contract: 1'");
}

/* A name says where its clause is. */
static int read_any_name(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    ispy_origin origin = ispy_loader_origin(loader, node->at);
    memcpy(record, &origin, sizeof origin);
    return read_text(loader, field, record, node);
}

static int read_name(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    if (!ispy_is_name(node->text)) {
        return bad_value(loader, node, "not a Python name", "letters, digits and '_', not beginning with a digit");
    }
    int status = ispy_normal_form_check(loader, node, node->text);
    return status != ISPY_OK ? status : read_any_name(loader, field, record, node);
}

static int read_name_pattern(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    const bool by_pattern = ispy_is_name_pattern(node->text);
    if (!by_pattern && memchr(node->text.data, '[', node->text.length) != NULL) {
        return bad_value(loader, node, "a pattern that no Python name fits",
                         "letters, digits, '_', '*', '?' and sets: [a-z], [!_]");
    }
    if (!by_pattern) {
        return read_name(loader, field, record, node);
    }
    put(record, field->stated, &by_pattern, sizeof by_pattern);
    int status = ispy_normal_form_check(loader, node, node->text);
    return status != ISPY_OK ? status : read_any_name(loader, field, record, node);
}

static int read_qualified_name(const ispy_loader *loader, const ispy_field *field, char *record,
                               const ispy_node *node) {
    if (!ispy_is_dotted_name(node->text)) {
        return bad_value(loader, node, "not a qualified name", "write a Python name or a dotted one: acme.api.Plugin");
    }
    int status = ispy_normal_form_check(loader, node, node->text);
    return status != ISPY_OK ? status : read_text(loader, field, record, node);
}

static int read_dotted_name(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    if (!ispy_is_dotted_name(node->text)) {
        return bad_value(loader, node, "not the name of a class",
                         "write a Python name or a dotted one: acme.api.Plugin");
    }
    int status = ispy_normal_form_check(loader, node, node->text);
    return status != ISPY_OK ? status : read_any_name(loader, field, record, node);
}

static int read_environment_name(const ispy_loader *loader, const ispy_field *field, char *record,
                                 const ispy_node *node) {
    if (node->text.length == 0 || memchr(node->text.data, '=', node->text.length) != NULL) {
        return bad_value(loader, node, "not the name of an environment variable",
                         "it has at least one character and no '='");
    }
    return read_any_name(loader, field, record, node);
}

static int read_file_name(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    ispy_str text = node->text;
    if (memchr(text.data, '/', text.length) != NULL || memchr(text.data, '\\', text.length) != NULL) {
        return bad_value(loader, node, "a path, but 'filename' is the last part of one",
                         "write just the file's name, or use 'files'");
    }
    if (text.length == 0) {
        return bad_value(loader, node, "not the name of a file", "write one: plugin.py");
    }
    return read_text(loader, field, record, node);
}

/* ---- words ---- */

static bool same_word(const char *word, ispy_str text) {
    if (strlen(word) != text.length) {
        return false;
    }
    for (size_t i = 0; i < text.length; i++) {
        char a = word[i];
        char b = text.data[i];
        a = a >= 'A' && a <= 'Z' ? (char)(a | 0x20) : a;
        b = b >= 'A' && b <= 'Z' ? (char)(b | 0x20) : b;
        if (a != b) {
            return false;
        }
    }
    return true;
}

static int unknown_word(const ispy_loader *loader, const ispy_field *field, const ispy_node *node) {
    enum { MOST_WORDS = 16 };
    ispy_str words[MOST_WORDS];
    size_t count = 0;
    ispy_text known = ISPY_TEXT_EMPTY;
    for (const ispy_word *word = field->words; word->word != NULL && count < MOST_WORDS; word++) {
        ispy_text_printf(&known, "%s%s", count == 0 ? "" : ", ", word->word);
        words[count++] = ispy_str_literal(word->word);
    }
    long nearest = ispy_suggest(node->text, words, count);
    ispy_fault(loader, ISPY_FAULT_VALUE, node->at, "'%s' must be one of %s; '%s' is none", field->key,
               known.failed ? "the words known" : known.data, ispy_quote(node->text).text);
    if (nearest >= 0) {
        ispy_error_hint(loader->error, "did you mean '%s'?", field->words[nearest].word);
    }
    ispy_text_free(&known);
    return ISPY_EINVAL;
}

/* NULL: there is none. */
static const ispy_word *find_word(const ispy_field *field, const ispy_node *node) {
    const ispy_word *word = field->words;
    while (word->word != NULL && !same_word(word->word, node->text)) {
        word++;
    }
    return word->word == NULL ? NULL : word;
}

static int read_word(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    const ispy_word *word = find_word(field, node);
    if (word == NULL) {
        return unknown_word(loader, field, node);
    }
    if (field->type == ISPY_FIELD_WORD) {
        const bool stated = true;
        put(record, field->offset, &word->value, sizeof word->value);
        put(record, field->stated, &stated, sizeof stated);
        ispy_field_put_origin(record, field->place, ispy_loader_origin(loader, node->at));
    } else {
        ispy_str canonical = ispy_str_literal(word->canonical != NULL ? word->canonical : word->word);
        put(record, field->offset, &canonical, sizeof canonical);
    }
    return ISPY_OK;
}

int ispy_word_load(int *value, const ispy_loader *loader, const ispy_word *words, const char *key,
                   const ispy_node *node) {
    const ispy_field field = {.key = key, .type = ISPY_FIELD_WORD, .words = words};
    int status = check_text(loader, &field, node);
    const ispy_word *word = status == ISPY_OK ? find_word(&field, node) : NULL;
    if (status == ISPY_OK && word == NULL) {
        return unknown_word(loader, &field, node);
    }
    *value = word != NULL ? word->value : 0;
    return status;
}

/* One word, or a list of them. */
static int read_word_texts(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    bool single = node->kind == ISPY_NODE_SCALAR;
    if (node->kind == ISPY_NODE_MAPPING || (!single && node->count == 0)) {
        return ispy_field_wrong_type(loader, field->key, node, "a word or a list of words");
    }
    uint32_t count = single ? 1 : node->count;
    ispy_str *words = ispy_arena_array(loader->arena, count, sizeof *words);
    if (words == NULL) {
        return ispy_fault_nomem(loader);
    }
    for (uint32_t i = 0; i < count; i++) {
        const ispy_field entry = {.key = field->key, .type = ISPY_FIELD_WORD_TEXT, .words = field->words};
        const ispy_node *item = single ? node : node->items[i];
        int status = check_text(loader, &entry, item);
        const ispy_word *word = status == ISPY_OK ? find_word(&entry, item) : NULL;
        if (status != ISPY_OK || word == NULL) {
            return status != ISPY_OK ? status : unknown_word(loader, &entry, item);
        }
        words[i] = ispy_str_literal(word->canonical != NULL ? word->canonical : word->word);
    }
    ispy_field_put_pointer(record, field->offset, words);
    ispy_field_put_count(record, field->count, count);
    ispy_field_put_origin(record, field->place, ispy_loader_origin(loader, node->at));
    return ISPY_OK;
}

/* ---- values ---- */

static int fill_value(ispy_value_clause *value, const ispy_loader *loader, const ispy_node *node, bool is_text) {
    value->origin = ispy_loader_origin(loader, node->at);
    value->text = node->text;
    if (is_text && node->kind == ISPY_NODE_SCALAR) {
        value->value = (ispy_literal){.kind = ISPY_LITERAL_STR, .text = node->text};
        return ISPY_OK;
    }
    return ispy_node_literal(&value->value, loader, node);
}

static int read_value(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    ispy_value_clause *value = ispy_arena_alloc(loader->arena, sizeof *value);
    if (value == NULL) {
        return ispy_fault_nomem(loader);
    }
    int status = fill_value(value, loader, node, field->type == ISPY_FIELD_ENVIRONMENT_VALUE);
    if (status == ISPY_OK) {
        ispy_field_put_pointer(record, field->offset, value);
    }
    return status;
}

/* {compatible: X}: the node of X. */
static int compatible_type(const ispy_node **out, const ispy_loader *loader, const ispy_field *field,
                           const ispy_node *node) {
    if (node->kind != ISPY_NODE_MAPPING) {
        return ISPY_OK;
    }
    if (node->count != 2 || !ispy_str_equal(node->items[0]->text, ispy_str_literal("compatible"))) {
        ispy_fault(loader, ISPY_FAULT_KEY, node->count > 0 ? node->items[0]->at : node->at,
                   "'%s' must be a type, or a mapping with the one key 'compatible'", field->key);
        ispy_error_hint(loader->error, "write a type as Python does, or {compatible: \"int | str\"}");
        return ISPY_EINVAL;
    }
    *out = node->items[1];
    if (ispy_node_is_null(*out)) {
        ispy_fault(loader, ISPY_FAULT_TYPE, (*out)->at, "'compatible' names no type");
        ispy_error_hint(loader->error, "write a type as Python does, or {compatible: \"int | str\"}");
        return ISPY_EINVAL;
    }
    return ISPY_OK;
}

static int read_annotation(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    const ispy_annotation_clause *annotation = NULL;
    const ispy_node *text = node;
    int status = compatible_type(&text, loader, field, node);
    if (status == ISPY_OK) {
        status = check_text(loader, field, text);
    }
    if (status == ISPY_OK) {
        status = ispy_annotation_load(&annotation, loader, text->text, text->at, text != node);
    }
    if (status == ISPY_OK) {
        ispy_field_put_pointer(record, field->offset, annotation);
    }
    return status;
}

static int read_version(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    const ispy_version_spec *spec = NULL;
    bool series = field->type == ISPY_FIELD_PYTHON_VERSION;
    int status = ispy_version_spec_parse(&spec, loader->arena, node->text, series);
    if (status == ISPY_ENOMEM) {
        return ispy_fault_nomem(loader);
    }
    if (status != ISPY_OK) {
        return bad_value(loader, node, "neither a version nor a version specifier",
                         "as in PEP 440: 3.11, 1.2.3, \">=3.10,<4\"");
    }
    ispy_field_put_pointer(record, field->offset, spec);
    ispy_field_put_origin(record, field->place, ispy_loader_origin(loader, node->at));
    return ISPY_OK;
}

static int read_call(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    const ispy_call_shape *call = NULL;
    int status = ispy_call_shape_load(&call, loader, node);
    if (status == ISPY_OK) {
        ispy_field_put_pointer(record, field->offset, call);
    }
    return status;
}

static int read_patterns(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    const ispy_pattern *patterns = NULL;
    uint32_t count = 0;
    bool files = field->type == ISPY_FIELD_FILE_PATTERNS;
    int status = ispy_patterns_load(&patterns, &count, loader, node, field->key, files);
    if (status == ISPY_OK) {
        ispy_field_put_pointer(record, field->offset, patterns);
        ispy_field_put_count(record, field->count, count);
    }
    return status;
}

/* ---- of rules ---- */

static int read_rule(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    uint32_t index = 0;
    int status = ispy_rule_load(&index, loader, node);
    if (status == ISPY_OK) {
        ispy_origin origin = ispy_loader_origin(loader, node->at);
        memcpy(record, &origin, sizeof origin);
        ispy_field_put_count(record, field->offset, index);
    }
    return status;
}

static int read_severities(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    const ispy_severity *severities;
    memcpy(&severities, record + field->offset, sizeof severities);
    int status = ispy_severities_load(&severities, loader, field, node);
    if (status == ISPY_OK) {
        ispy_field_put_pointer(record, field->offset, severities);
    }
    return status;
}

static int read_module_pattern(const ispy_loader *loader, const ispy_field *field, char *record,
                               const ispy_node *node) {
    const ispy_pattern *pattern = NULL;
    uint32_t count = 0;
    int status = ispy_patterns_load(&pattern, &count, loader, node, field->key, false);
    if (status == ISPY_OK) {
        put(record, field->offset, &pattern->text, sizeof pattern->text);
    }
    return status;
}

static int read_interface(ispy_interface_clause *out, const ispy_loader *loader, const ispy_field *field,
                          const ispy_node *node) {
    if (node->kind != ISPY_NODE_SCALAR) {
        return ispy_field_wrong_type(loader, field->key, node, "text, or a list of texts");
    }
    *out = (ispy_interface_clause){ispy_loader_origin(loader, node->at), node->text};
    return check_text(loader, field, node);
}

static int read_interfaces(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    bool is_list = node->kind == ISPY_NODE_SEQUENCE;
    uint32_t count = is_list ? node->count : 1;
    ispy_interface_clause *clauses = ispy_arena_array(loader->arena, count, sizeof *clauses);
    if (clauses == NULL) {
        return ispy_fault_nomem(loader);
    }
    for (uint32_t i = 0; i < count; i++) {
        int status = read_interface(&clauses[i], loader, field, is_list ? node->items[i] : node);
        if (status != ISPY_OK) {
            return status;
        }
    }
    ispy_field_put_pointer(record, field->offset, clauses);
    ispy_field_put_count(record, field->count, count);
    return ISPY_OK;
}

/* ---- by type ---- */

typedef int (*field_reader)(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node);

static const struct {
    field_reader read;
    bool is_text; /* anything but text is refused before */
} readers[ISPY_FIELD_TYPE_COUNT] = {
    [ISPY_FIELD_FORMAT] = {read_format, true},
    [ISPY_FIELD_TEXT] = {read_text, true},
    [ISPY_FIELD_NAME] = {read_name, true},
    [ISPY_FIELD_NAME_PATTERN] = {read_name_pattern, true},
    [ISPY_FIELD_QUALIFIED_NAME] = {read_qualified_name, true},
    [ISPY_FIELD_DOTTED_NAME] = {read_dotted_name, true},
    [ISPY_FIELD_ENVIRONMENT_NAME] = {read_environment_name, true},
    [ISPY_FIELD_FILE_NAME] = {read_file_name, true},
    [ISPY_FIELD_WORD] = {read_word, true},
    [ISPY_FIELD_WORD_TEXT] = {read_word, true},
    [ISPY_FIELD_WORD_TEXTS] = {read_word_texts, false},
    [ISPY_FIELD_MODULE_PATTERN] = {read_module_pattern, true},
    [ISPY_FIELD_RULE] = {read_rule, true},
    [ISPY_FIELD_SEVERITIES] = {read_severities, false},
    [ISPY_FIELD_DATE] = {read_text, true},
    [ISPY_FIELD_VALUE] = {read_value, false},
    [ISPY_FIELD_ENVIRONMENT_VALUE] = {read_value, true},
    [ISPY_FIELD_LITERAL] = {read_value, false},
    [ISPY_FIELD_LITERALS] = {ispy_read_literals, false},
    [ISPY_FIELD_NUMBER] = {ispy_read_number, false},
    [ISPY_FIELD_REGEX] = {ispy_read_regex, true},
    [ISPY_FIELD_COUNT] = {ispy_read_count, true},
    [ISPY_FIELD_ANNOTATION] = {read_annotation, false},
    [ISPY_FIELD_VERSION] = {read_version, true},
    [ISPY_FIELD_PYTHON_VERSION] = {read_version, true},
    [ISPY_FIELD_CALL] = {read_call, true},
    [ISPY_FIELD_INTERFACES] = {read_interfaces, false},
    [ISPY_FIELD_MODULE_PATTERNS] = {read_patterns, false},
    [ISPY_FIELD_FILE_PATTERNS] = {read_patterns, false},
    [ISPY_FIELD_LIBC] = {ispy_read_libc, false},
    [ISPY_FIELD_DISTRIBUTION] = {ispy_read_distribution, true},
    [ISPY_FIELD_DISTRIBUTIONS] = {ispy_read_distributions, false},
    [ISPY_FIELD_COMMANDS] = {ispy_read_commands, false},
    [ISPY_FIELD_MEMORY] = {ispy_read_memory, true},
    [ISPY_FIELD_CPUS] = {ispy_read_cpus, true},
    [ISPY_FIELD_IMPORT_ENTRIES] = {ispy_policy_entries_read, false},
    [ISPY_FIELD_CALL_ENTRIES] = {ispy_policy_entries_read, false},
    [ISPY_FIELD_TOP_LEVEL_CALLS] = {ispy_policy_entries_read, false},
};

int ispy_field_read(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    int status = readers[field->type].is_text ? check_text(loader, field, node) : ISPY_OK;
    return status != ISPY_OK ? status : readers[field->type].read(loader, field, record, node);
}
