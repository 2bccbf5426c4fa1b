/* `call:`: a parser for "(app, config, timeout=..., request?, *args, **kwargs)".
 * Must not know: whom the call is for.
 *
 * The shape is what Python would pass: how many values by position, which names, and whether there are more of either.
 * What a value is does not matter; it may be a name, "...", a number or a quoted text. */
#include "load/call_shape.h"

#include "base/error.h"
#include "base/name_map.h"
#include "base/utf8.h"
#include "load/name.h"
#include "load/stub_place.h"

#include <string.h>

typedef struct call_parser {
    const ispy_loader *loader;
    const ispy_node *node;
    ispy_str text;
    size_t at;
    ispy_call_shape *shape;
    ispy_str *keywords;
    bool *offered;
    ispy_name_map seen;
} call_parser;

static void skip_space(call_parser *parser) {
    while (parser->at < parser->text.length && strchr(" \t\r\n", parser->text.data[parser->at]) != NULL &&
           parser->text.data[parser->at] != '\0') {
        parser->at++;
    }
}

static char peek(call_parser *parser) {
    skip_space(parser);
    return parser->at < parser->text.length ? parser->text.data[parser->at] : '\0';
}

static bool take(call_parser *parser, const char *token) {
    size_t length = strlen(token);
    skip_space(parser);
    if (parser->text.length - parser->at < length || memcmp(parser->text.data + parser->at, token, length) != 0) {
        return false;
    }
    parser->at += length;
    return true;
}

/* The place of a byte of the text in the file. */
static ispy_span place_of(const call_parser *parser, size_t at) {
    ispy_span in_text = {1, 1, 1};
    size_t line = 0;
    for (size_t i = 0; i < at; i++) {
        if (parser->text.data[i] == '\n') {
            in_text.line++;
            line = i + 1;
        }
    }
    in_text.column = (uint32_t)ispy_utf8_count(parser->text.data + line, at - line) + 1;
    ispy_place_map map;
    ispy_place_map_init(&map, parser->loader->source, parser->node);
    return ispy_place_map_find(&map, in_text);
}

static int wrong(const call_parser *parser, size_t at, const char *what, const char *hint) {
    ispy_fault(parser->loader, ISPY_FAULT_VALUE, place_of(parser, at), "'call': %s", what);
    ispy_error_hint(parser->loader->error, "%s", hint);
    return ISPY_EINVAL;
}

static const char form[] = "write it as the host does: (app, config, timeout=..., request?, *args, **kwargs)";

/* A number or a quoted text. */
static size_t literal_length(const char *data, size_t length) {
    size_t i = 0;
    if (length > 0 && (data[0] == '"' || data[0] == '\'')) {
        for (i = 1; i < length && data[i] != data[0]; i++) {
            i += data[i] == '\\';
        }
        return i < length ? i + 1 : 0;
    }
    i = length > 0 && data[0] == '-';
    size_t digits = i;
    while (i < length && ((data[i] >= '0' && data[i] <= '9') || data[i] == '.' || data[i] == '_')) {
        i++;
    }
    return i > digits && data[digits] >= '0' && data[digits] <= '9' ? i : 0;
}

/* A value that the host passes. */
static int parse_value(call_parser *parser) {
    skip_space(parser);
    if (take(parser, "...")) {
        return ISPY_OK;
    }
    const char *data = parser->text.data + parser->at;
    size_t left = parser->text.length - parser->at;
    size_t length = ispy_name_length(data, left);
    while (length > 0 && length + 1 < left && data[length] == '.' &&
           ispy_name_length(data + length + 1, left - length - 1) > 0) {
        length += 1 + ispy_name_length(data + length + 1, left - length - 1);
    }
    if (length == 0) {
        length = literal_length(data, left);
    }
    if (length == 0) {
        return wrong(parser, parser->at, "a name or '...' was expected here", form);
    }
    parser->at += length;
    return ISPY_OK;
}

static int add_keyword(call_parser *parser, size_t begin, size_t length, bool is_offered) {
    uint32_t earlier;
    ispy_str name;
    if (ispy_arena_str(&name, parser->loader->arena, parser->text.data + begin, length) != ISPY_OK) {
        return ispy_fault_nomem(parser->loader);
    }
    if (ispy_name_map_find(&parser->seen, name, &earlier)) {
        return wrong(parser, begin, "a name is passed twice", "leave one of the two out");
    }
    parser->keywords[parser->shape->keyword_count] = name;
    parser->offered[parser->shape->keyword_count] = is_offered;
    if (ispy_name_map_put(&parser->seen, name, parser->shape->keyword_count++) != ISPY_OK) {
        return ispy_fault_nomem(parser->loader);
    }
    return ISPY_OK;
}

/* "timeout=...": the host passes it by name. */
static int parse_keyword(call_parser *parser, size_t begin, size_t length) {
    int status = add_keyword(parser, begin, length, false);
    return status == ISPY_OK ? parse_value(parser) : status;
}

/* "*args" and "**kwargs"; the names are for people and may be left out. */
static int parse_starred(call_parser *parser, size_t begin) {
    bool keywords = take(parser, "**");
    bool *seen = keywords ? &parser->shape->any_keyword : &parser->shape->any_positional;
    if (!keywords) {
        take(parser, "*");
    }
    if (*seen) {
        return wrong(parser, begin, keywords ? "'**' stands twice" : "'*' stands twice", form);
    }
    if (!keywords && parser->shape->any_keyword) {
        return wrong(parser, begin, "'*' cannot follow '**'", form);
    }
    *seen = true;
    skip_space(parser);
    parser->at += ispy_name_length(parser->text.data + parser->at, parser->text.length - parser->at);
    return ISPY_OK;
}

static int parse_argument(call_parser *parser) {
    char first = peek(parser);
    size_t begin = parser->at;
    if (first == '*') {
        return parse_starred(parser, begin);
    }
    size_t length = ispy_name_length(parser->text.data + begin, parser->text.length - begin);
    parser->at += length;
    if (length > 0 && take(parser, "=")) {
        return parse_keyword(parser, begin, length);
    }
    if (length > 0 && take(parser, "?")) {
        return add_keyword(parser, begin, length, true);
    }
    parser->at = begin;
    if (parser->shape->keyword_count > 0 || parser->shape->any_positional || parser->shape->any_keyword) {
        return wrong(parser, begin, "a value by position cannot follow one by name, '*' or '**'", form);
    }
    parser->shape->positional++;
    return parse_value(parser);
}

static int parse_call(call_parser *parser) {
    if (!take(parser, "(")) {
        return wrong(parser, parser->at, "it begins with '('", form);
    }
    while (!take(parser, ")")) {
        int status = parse_argument(parser);
        if (status != ISPY_OK) {
            return status;
        }
        if (!take(parser, ",") && peek(parser) != ')') {
            return wrong(parser, parser->at, "',' or ')' was expected here", form);
        }
    }
    if (peek(parser) != '\0' || parser->at < parser->text.length) {
        return wrong(parser, parser->at, "nothing can follow the last ')'", form);
    }
    return ISPY_OK;
}

static uint32_t count_of(ispy_str text, char c) {
    uint32_t count = 0;
    for (size_t i = 0; i < text.length; i++) {
        count += text.data[i] == c;
    }
    return count;
}

int ispy_call_shape_load(const ispy_call_shape **out, const ispy_loader *loader, const ispy_node *node) {
    if (node->kind != ISPY_NODE_SCALAR) {
        ispy_fault(loader, ISPY_FAULT_TYPE, node->at, "'call' must be text, not %s", ispy_node_kind_name(node));
        ispy_error_hint(loader->error, "%s", form);
        return ISPY_EINVAL;
    }
    call_parser parser = {.loader = loader, .node = node, .text = node->text};
    parser.shape = ispy_arena_alloc(loader->arena, sizeof *parser.shape);
    uint32_t most = count_of(node->text, '=') + count_of(node->text, '?');
    parser.keywords = ispy_arena_array(loader->arena, most, sizeof *parser.keywords);
    parser.offered = ispy_arena_array(loader->arena, most, sizeof *parser.offered);
    if (parser.shape == NULL || parser.keywords == NULL || parser.offered == NULL) {
        return ispy_fault_nomem(loader);
    }
    ispy_name_map_init(&parser.seen, loader->arena);
    parser.shape->origin = ispy_loader_origin(loader, node->at);
    parser.shape->text = node->text;
    parser.shape->keywords = parser.keywords;
    parser.shape->offered = parser.offered;
    *out = parser.shape;
    return parse_call(&parser);
}
