/* What can be wrong with a YAML file, in sentences.
 * Must not know: contracts, yaml.h. */
#include "load/yaml_fault.h"

#include "base/error.h"
#include "base/utf8.h"
#include "load/scalar.h"

#include <string.h>

/* libyaml's words, ours, and what to do. Where an unfinished thing begins may say more than where it breaks off. */
typedef struct complaint {
    const char *problem;
    const char *context; /* NULL: any */
    const char *message;
    const char *hint;
    enum { AT_END, AT_BEGIN, AT_END_FROM } place; /* AT_END_FROM: and say on which line it begins */
} complaint;

static const complaint complaints[] = {
    {"mapping values are not allowed in this context", NULL,
     "a ':' cannot stand here: what is before it is a value already", "quote the text, or check the indentation",
     AT_END},
    {"could not find expected ':'", NULL, "a key without a ':' after it",
     "write 'key: value', or check the indentation", AT_BEGIN},
    {"did not find expected key", "while parsing a block mapping",
     "a key was expected here: the indentation does not fit",
     "keys of one mapping begin in the same column; text after a closing quotation mark must be quoted with it",
     AT_END},
    {"did not find expected '-' indicator", NULL, "a list entry ('- ') was expected here: the indentation does not fit",
     "entries of one list begin in the same column", AT_END},
    {"did not find expected ',' or ']'", NULL, "a list in brackets is not closed: ',' or ']' was expected",
     "inside [...] and {...}, text that holds a bracket, brace or comma must be quoted", AT_END_FROM},
    {"did not find expected ',' or '}'", NULL, "a mapping in braces is not closed: ',' or '}' was expected",
     "inside [...] and {...}, text that holds a bracket, brace or comma must be quoted", AT_END_FROM},
    {"did not find expected node content", NULL, "a value was expected here", "", AT_END},
    {"block sequence entries are not allowed in this context", NULL, "a list entry ('- ') cannot stand here",
     "put the list on lines of its own, below its key", AT_END},
    {"mapping keys are not allowed in this context", NULL, "a key cannot stand here", "check the indentation", AT_END},
    {"found unexpected end of stream", "while scanning a quoted scalar",
     "a quotation mark is opened here and never closed", "", AT_BEGIN},
    {"found unexpected document indicator", NULL, "a quotation mark is opened here and not closed in this document", "",
     AT_BEGIN},
    {"found unknown escape character", NULL, "an unknown escape in double-quoted text",
     "use single quotes, where a backslash is just a backslash", AT_END},
    {"found a tab character where an indentation space is expected", NULL, "a tab cannot indent YAML", "use spaces",
     AT_END},
    {"found a tab character that violates indentation", NULL, "a tab cannot indent YAML", "use spaces", AT_END},
    {"did not find expected <document start>", NULL, "the document ended before this line",
     "begin a further contract with a line '---', or check the indentation", AT_END},
    {"found undefined tag handle", NULL, "a tag that is not defined", "a contract needs no tags; leave it out", AT_END},
    {"found incompatible YAML document", NULL, "a version of YAML that is not supported", "leave the %YAML line out",
     AT_END},
    {"did not find expected comment or line break", NULL, "nothing but a comment can follow '|' or '>' on its line", "",
     AT_END},
    {"found invalid Unicode character escape code", NULL, "an escape that stands for no character", "", AT_END},
    {"did not find expected hexdecimal number", NULL, "an escape without its hexadecimal digits", "", AT_END},
    {"did not find expected alphabetic or numeric character", "while scanning an alias",
     "'*' begins an alias here, and no name follows", "quote text that begins with '*'", AT_END},
    {"did not find expected alphabetic or numeric character", NULL, "'&' begins an anchor here, and no name follows",
     "quote text that begins with '&'", AT_END},
};

static bool begins_with(const char *text, const char *start) {
    return strncmp(text, start, strlen(start)) == 0;
}

/* "found character that cannot start any token": say which. */
static int bad_start(const ispy_loader *loader, ispy_span at) {
    ispy_str line = ispy_line(loader->source->text, at.line);
    char found = '\0';
    size_t column = 1;
    for (size_t i = 0; i < line.length && column <= at.column; i++) {
        column += ((unsigned char)line.data[i] & 0xC0) != 0x80;
        found = line.data[i];
    }
    if (found == '\t') {
        ispy_fault(loader, ISPY_FAULT_SYNTAX, at, "a tab cannot indent YAML");
        ispy_error_hint(loader->error, "use spaces");
        return ISPY_EINVAL;
    }
    ispy_fault(loader, ISPY_FAULT_SYNTAX, at, "a value cannot begin with '%c'", found);
    ispy_error_hint(loader->error, "quote the text");
    return ISPY_EINVAL;
}

int ispy_yaml_fault(const ispy_loader *loader, const char *problem, ispy_span at, const char *context,
                    ispy_span begun) {
    if (strcmp(problem, "found character that cannot start any token") == 0) {
        return bad_start(loader, at);
    }
    for (size_t i = 0; i < sizeof complaints / sizeof *complaints; i++) {
        const complaint *known = &complaints[i];
        if (strcmp(problem, known->problem) == 0 && (known->context == NULL || strcmp(context, known->context) == 0)) {
            if (known->place == AT_END_FROM) {
                ispy_fault(loader, ISPY_FAULT_SYNTAX, at, "%s; it begins on line %u", known->message, begun.line);
            } else {
                ispy_fault(loader, ISPY_FAULT_SYNTAX, known->place == AT_BEGIN ? begun : at, "%s", known->message);
            }
            ispy_error_hint(loader->error, "%s", known->hint);
            return ISPY_EINVAL;
        }
    }
    if (begins_with(context, "while ")) {
        return ispy_fault(loader, ISPY_FAULT_SYNTAX, at, "this is not YAML: %s (%s)", problem, context);
    }
    return ispy_fault(loader, ISPY_FAULT_SYNTAX, at, "this is not YAML: %s", problem);
}

/* ---- tags ---- */

static const char core_prefix[] = "tag:yaml.org,2002:";

typedef struct core_tag {
    const char *name;
    ispy_node_kind kind;
    const char *wanted; /* of a scalar that has to look like something */
    ispy_literal_kind looks;
} core_tag;

static const core_tag core_tags[] = {
    {"str", ISPY_NODE_SCALAR, NULL, ISPY_LITERAL_STR},
    {"int", ISPY_NODE_SCALAR, "an integer", ISPY_LITERAL_INT},
    {"float", ISPY_NODE_SCALAR, "a number", ISPY_LITERAL_FLOAT},
    {"bool", ISPY_NODE_SCALAR, "true or false", ISPY_LITERAL_BOOL},
    {"null", ISPY_NODE_SCALAR, "null", ISPY_LITERAL_NONE},
    {"map", ISPY_NODE_MAPPING, NULL, ISPY_LITERAL_DICT},
    {"seq", ISPY_NODE_SEQUENCE, NULL, ISPY_LITERAL_SEQUENCE},
};

static const core_tag *find_core_tag(const char *tag) {
    if (!begins_with(tag, core_prefix)) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof core_tags / sizeof *core_tags; i++) {
        if (strcmp(tag + sizeof core_prefix - 1, core_tags[i].name) == 0) {
            return &core_tags[i];
        }
    }
    return NULL;
}

static int unknown_tag(const ispy_loader *loader, const ispy_node *node, const char *tag) {
    bool core = begins_with(tag, core_prefix);
    ispy_quoted shown = ispy_quote(ispy_str_literal(core ? tag + sizeof core_prefix - 1 : tag));
    ispy_fault(loader, ISPY_FAULT_TAG, node->at, "the tag '%s%s' is not allowed in a contract", core ? "!!" : "",
               shown.text);
    ispy_error_hint(loader->error, "leave the tag out: a contract holds text, numbers, lists and mappings");
    return ISPY_EINVAL;
}

int ispy_yaml_tag(const ispy_loader *loader, ispy_node *node, const char *tag) {
    if (tag == NULL) {
        return ISPY_OK;
    }
    if (strcmp(tag, "!") == 0) {
        node->style = node->style == ISPY_STYLE_PLAIN ? ISPY_STYLE_QUOTED : node->style;
        return ISPY_OK;
    }
    const core_tag *known = find_core_tag(tag);
    if (known == NULL) {
        return unknown_tag(loader, node, tag);
    }
    if (known->kind != node->kind) {
        return ispy_fault(loader, ISPY_FAULT_TAG, node->at, "the tag '!!%s' does not fit %s", known->name,
                          ispy_node_kind_name(node));
    }
    if (known->kind != ISPY_NODE_SCALAR) {
        return ISPY_OK;
    }
    if (known->wanted == NULL) {
        node->style = node->style == ISPY_STYLE_PLAIN ? ISPY_STYLE_QUOTED : node->style;
        return ISPY_OK;
    }
    node->style = ISPY_STYLE_PLAIN;
    ispy_literal_kind looks = ispy_scalar_kind(node);
    bool integer_as_float = known->looks == ISPY_LITERAL_FLOAT && looks == ISPY_LITERAL_INT;
    if (looks != known->looks && !integer_as_float) {
        return ispy_fault(loader, ISPY_FAULT_TAG, node->at, "'%s' has the tag '!!%s', but is not %s",
                          ispy_quote(node->text).text, known->name, known->wanted);
    }
    return ISPY_OK;
}

/* ---- nodes ---- */

bool ispy_node_is_empty(const ispy_node *node) {
    return node->kind == ISPY_NODE_SCALAR && node->style == ISPY_STYLE_PLAIN && node->text.length == 0;
}

bool ispy_node_is_null(const ispy_node *node) {
    if (node->kind != ISPY_NODE_SCALAR || node->style != ISPY_STYLE_PLAIN) {
        return false;
    }
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};
    for (size_t i = 0; i < sizeof nulls / sizeof *nulls; i++) {
        if (node->text.length == strlen(nulls[i]) && memcmp(node->text.data, nulls[i], node->text.length) == 0) {
            return true;
        }
    }
    return false;
}

const char *ispy_node_kind_name(const ispy_node *node) {
    static const char *const names[] = {"text", "a list", "a mapping"};
    return names[node->kind];
}
