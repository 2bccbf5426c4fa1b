/* See sample_stub.h. */
#include "sample_stub.h"

#include "base/error.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_ITEMS = 4096 };

typedef struct stub_scanner {
    ispy_arena *arena;
    ispy_builder *builder;
    ispy_str text;
    size_t at;
    ispy_reference decorators[8];
    uint32_t decorator_count;
    bool out_of_memory;
} stub_scanner;

/* What every allocation goes through. */
static bool have(stub_scanner *scanner, bool allocated) {
    scanner->out_of_memory |= !allocated;
    return allocated;
}

static ispy_span place_of(const stub_scanner *scanner, size_t begin, size_t end) {
    ispy_span span = {1, 1, 0};
    size_t line = 0;
    for (size_t i = 0; i < begin; i++) {
        if (scanner->text.data[i] == '\n') {
            span.line++;
            line = i + 1;
        }
    }
    span.column = (uint32_t)ispy_utf8_count(scanner->text.data + line, begin - line) + 1;
    span.length = (uint32_t)ispy_utf8_count(scanner->text.data + begin, end - begin);
    return span;
}

static void skip(stub_scanner *scanner) {
    while (scanner->at < scanner->text.length && scanner->text.data[scanner->at] == ' ') {
        scanner->at++;
    }
}

static bool take(stub_scanner *scanner, const char *token) {
    skip(scanner);
    size_t length = strlen(token);
    if (scanner->text.length - scanner->at < length || memcmp(scanner->text.data + scanner->at, token, length) != 0) {
        return false;
    }
    scanner->at += length;
    return true;
}

static bool in_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

static ispy_str cut(stub_scanner *scanner, size_t begin, size_t end) {
    ispy_str out = {NULL, 0, 0};
    while (end > begin && scanner->text.data[end - 1] == ' ') {
        end--;
    }
    if (ispy_arena_str(&out, scanner->arena, scanner->text.data + begin, end - begin) != ISPY_OK) {
        have(scanner, false);
        out = ispy_str_literal("");
    }
    return out;
}

/* A name, dotted where `dots` says so; length 0: there is none. */
static ispy_str scan_name(stub_scanner *scanner, bool dots, ispy_span *at) {
    skip(scanner);
    size_t begin = scanner->at;
    while (scanner->at < scanner->text.length &&
           (in_name(scanner->text.data[scanner->at]) || (dots && scanner->text.data[scanner->at] == '.'))) {
        scanner->at++;
    }
    *at = place_of(scanner, begin, scanner->at);
    return cut(scanner, begin, scanner->at);
}

/* Source text up to one of `stops` outside of brackets and quotes. */
static ispy_str scan_expression(stub_scanner *scanner, const char *stops) {
    int depth = 0;
    skip(scanner);
    size_t begin = scanner->at;
    for (; scanner->at < scanner->text.length; scanner->at++) {
        char c = scanner->text.data[scanner->at];
        if (c == '\0' || (depth == 0 && strchr(stops, c) != NULL)) {
            break;
        }
        if (c == '\'') {
            const char *close =
                memchr(scanner->text.data + scanner->at + 1, '\'', scanner->text.length - scanner->at - 1);
            scanner->at = close == NULL ? scanner->text.length - 1 : (size_t)(close - scanner->text.data);
        }
        depth += (c == '(' || c == '[') - (c == ')' || c == ']');
    }
    return cut(scanner, begin, scanner->at);
}

static ispy_literal *literal_of(stub_scanner *scanner, ispy_str text) {
    static const struct {
        const char *text;
        ispy_literal_kind kind;
    } words[] = {{"None", ISPY_LITERAL_NONE},
                 {"...", ISPY_LITERAL_ELLIPSIS},
                 {"True", ISPY_LITERAL_BOOL},
                 {"False", ISPY_LITERAL_BOOL}};
    ispy_literal *literal = ispy_arena_alloc(scanner->arena, sizeof *literal);
    if (!have(scanner, literal != NULL)) {
        return NULL;
    }
    *literal = (ispy_literal){.kind = ISPY_LITERAL_DYNAMIC, .reason = ISPY_REASON_DYNAMIC_VALUE, .text = text};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (ispy_str_equal(text, ispy_str_literal(words[i].text))) {
            literal->kind = words[i].kind;
        }
    }
    if (text.length > 0 && strspn(text.data, "0123456789") == text.length) {
        literal->kind = ISPY_LITERAL_INT;
    } else if (text.length > 1 && text.data[0] == '\'') {
        literal->kind = ISPY_LITERAL_STR;
        literal->text = ispy_str_of("", 0);
        have(scanner, ispy_arena_str(&literal->text, scanner->arena, text.data + 1, text.length - 2) == ISPY_OK);
    }
    return literal;
}

static bool scan_parameters(stub_scanner *scanner, ispy_function *function) {
    ispy_parameter *parameters = ispy_arena_array(scanner->arena, MAX_ITEMS, sizeof *parameters);
    ispy_parameter_kind kind = ISPY_POSITIONAL_OR_KEYWORD;
    if (!have(scanner, parameters != NULL)) {
        return false;
    }
    function->parameters = parameters;
    while (!take(scanner, ")")) {
        ispy_parameter *parameter = &parameters[function->parameter_count];
        parameter->kind = kind;
        if (take(scanner, "**")) {
            parameter->kind = ISPY_VAR_KEYWORD;
        } else if (take(scanner, "*")) {
            parameter->kind = ISPY_VAR_POSITIONAL;
            kind = ISPY_KEYWORD_ONLY;
        } else if (take(scanner, "/")) {
            for (uint32_t i = 0; i < function->parameter_count; i++) {
                parameters[i].kind = ISPY_POSITIONAL_ONLY;
            }
            take(scanner, ",");
            continue;
        }
        parameter->name = scan_name(scanner, false, &parameter->at);
        if (parameter->name.length == 0) {
            if (parameter->kind != ISPY_VAR_POSITIONAL || !take(scanner, ",")) {
                return false;
            }
            continue;
        }
        if (take(scanner, ":")) {
            parameter->annotation = scan_expression(scanner, ",=)");
        }
        if (take(scanner, "=")) {
            parameter->default_value = literal_of(scanner, scan_expression(scanner, ",)"));
        }
        if (++function->parameter_count == MAX_ITEMS - 1 ||
            (!take(scanner, ",") && scanner->text.data[scanner->at] != ')')) {
            return false;
        }
    }
    return true;
}

static bool bind(stub_scanner *scanner, ispy_definition definition) {
    ispy_definition *kept = ispy_arena_alloc(scanner->arena, sizeof *kept);
    if (!have(scanner, kept != NULL) || definition.name.length == 0) {
        return false;
    }
    *kept = definition;
    return have(scanner, ispy_builder_bind(scanner->builder, kept) == ISPY_OK);
}

static bool scan_function(stub_scanner *scanner, bool is_async) {
    ispy_function *function = ispy_arena_alloc(scanner->arena, sizeof *function);
    ispy_reference *decorators = ispy_arena_array(scanner->arena, 8, sizeof *decorators);
    if (!have(scanner, function != NULL && decorators != NULL)) {
        return false;
    }
    ispy_definition definition = {.kind = ISPY_DEFINES_FUNCTION, .as.function = function};
    memcpy(decorators, scanner->decorators, sizeof scanner->decorators);
    function->decorators = decorators;
    function->decorator_count = scanner->decorator_count;
    function->is_async = is_async;
    scanner->decorator_count = 0;
    definition.name = scan_name(scanner, false, &definition.at);
    if (!take(scanner, "(") || !scan_parameters(scanner, function)) {
        return false;
    }
    if (take(scanner, "->")) {
        function->returns = scan_expression(scanner, ":\n");
    }
    take(scanner, ":");
    take(scanner, "...");
    return bind(scanner, definition);
}

static bool scan_block(stub_scanner *scanner, size_t indent);

static bool scan_class(stub_scanner *scanner, size_t indent) {
    ispy_class *klass = ispy_arena_alloc(scanner->arena, sizeof *klass);
    ispy_reference *bases = ispy_arena_array(scanner->arena, 64, sizeof *bases);
    if (!have(scanner, klass != NULL && bases != NULL)) {
        return false;
    }
    ispy_definition definition = {.kind = ISPY_DEFINES_CLASS, .as.klass = klass};
    definition.name = scan_name(scanner, false, &definition.at);
    klass->bases = bases;
    if (take(scanner, "(")) {
        while (!take(scanner, ")")) {
            ispy_reference *base = &bases[klass->base_count];
            if (take(scanner, "metaclass=")) {
                klass->has_metaclass = true;
                scan_name(scanner, true, &base->at);
                continue;
            }
            base->name = base->text = scan_name(scanner, true, &base->at);
            if (base->name.length == 0 || ++klass->base_count == 64) {
                return false;
            }
            take(scanner, ",");
        }
    }
    if (!take(scanner, ":") || !have(scanner, ispy_builder_push(scanner->builder) == ISPY_OK)) {
        return false;
    }
    bool good = take(scanner, "...");
    if (!good && take(scanner, "\n")) {
        good = scan_block(scanner, indent + 1);
    }
    return have(scanner, ispy_builder_pop(scanner->builder, &klass->members) == ISPY_OK) && good &&
           bind(scanner, definition);
}

static bool scan_variable(stub_scanner *scanner) {
    ispy_variable *variable = ispy_arena_alloc(scanner->arena, sizeof *variable);
    if (!have(scanner, variable != NULL)) {
        return false;
    }
    ispy_definition definition = {.kind = ISPY_DEFINES_VARIABLE, .as.variable = variable};
    definition.name = scan_name(scanner, false, &definition.at);
    bool annotated = take(scanner, ":");
    if (annotated) {
        variable->annotation = scan_expression(scanner, "=\n");
    }
    bool bound = take(scanner, "=");
    if (bound) {
        variable->value = literal_of(scanner, scan_expression(scanner, "\n"));
    }
    return (annotated || bound) && bind(scanner, definition);
}

static bool scan_statement(stub_scanner *scanner, size_t indent) {
    if (take(scanner, "@")) {
        ispy_reference *decorator = &scanner->decorators[scanner->decorator_count];
        decorator->name = decorator->text = scan_name(scanner, true, &decorator->at);
        return ++scanner->decorator_count < 8;
    }
    if (take(scanner, "def ")) {
        return scan_function(scanner, false);
    }
    if (take(scanner, "async def ")) {
        return scan_function(scanner, true);
    }
    if (take(scanner, "class ")) {
        return indent < 8 && scan_class(scanner, indent);
    }
    return take(scanner, "pass") || scan_variable(scanner);
}

/* Lines that are indented at least as far as the first one. */
static bool scan_block(stub_scanner *scanner, size_t indent) {
    while (scanner->at < scanner->text.length) {
        size_t begin = scanner->at;
        skip(scanner);
        if (scanner->at < scanner->text.length && scanner->text.data[scanner->at] == '\n') {
            scanner->at++;
            continue;
        }
        if (scanner->at - begin < indent) {
            scanner->at = begin;
            return true;
        }
        if (!scan_statement(scanner, indent)) {
            return false;
        }
        skip(scanner);
        if (scanner->at < scanner->text.length && scanner->text.data[scanner->at++] != '\n') {
            return false;
        }
    }
    return true;
}

int sample_stub_parse(const ispy_module **out, void *user, ispy_str text, ispy_arena *arena, ispy_error *error) {
    (void)user;
    stub_scanner scanner = {.arena = arena, .builder = ispy_builder_new(arena), .text = text};
    ispy_module *module = ispy_arena_alloc(arena, sizeof *module);
    if (module == NULL || scanner.builder == NULL) {
        ispy_builder_free(scanner.builder);
        return ispy_error_nomem(error);
    }
    int status = ISPY_OK;
    bool good = scan_block(&scanner, 0);
    if (scanner.out_of_memory) {
        status = ispy_error_nomem(error);
    } else if (!good) {
        status = ispy_error_set(error, ISPY_EINVAL, "the stub line is not valid Python: invalid syntax");
        if (error != NULL) {
            error->at = place_of(&scanner, scanner.at, scanner.at);
        }
    } else if (ispy_builder_pop(scanner.builder, &module->scope) != ISPY_OK) {
        status = ispy_error_nomem(error);
    }
    ispy_builder_free(scanner.builder);
    *out = module;
    return status;
}
