/* What the core costs by itself, without an interpreter: the engine, the contract loader, the choice of contracts.
 *
 *     engine_bench CONTRACT.yml REPEATS
 *
 * prints one line a figure: name, median of the repeats in nanoseconds. CONTRACT.yml is what benchmarks/generate.py
 * writes as forty_clauses(); the module that meets it is built here, by hand.
 */
#include <importspy/importspy.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <yaml.h>

enum { SETTINGS = 10, FUNCTIONS = 15, CLASSES = 3, METHODS = 3, MANY = 10000, FEW = 10 };

static _Noreturn void die(const char *what) {
    fprintf(stderr, "engine_bench: %s\n", what);
    exit(1);
}

static void must(int status, const char *what) {
    if (status != ISPY_OK)
        die(what);
}

static uint64_t now(void) {
    struct timespec time;
    timespec_get(&time, TIME_UTC);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* ---------------------------------------------------------------- the module of forty_clauses() */

static void *get(ispy_arena *arena, size_t count, size_t size) {
    void *data = ispy_arena_array(arena, count, size);
    if (data == NULL)
        die("out of memory");
    return data;
}

static ispy_str numbered(ispy_arena *arena, const char *stem, int number) {
    char text[64];
    int length = snprintf(text, sizeof text, "%s%d", stem, number);
    ispy_str out;
    must(ispy_arena_str(&out, arena, text, (size_t)length), "out of memory");
    return out;
}

static void bind(ispy_builder *builder, ispy_arena *arena, ispy_definition definition) {
    ispy_definition *kept = get(arena, 1, sizeof *kept);
    *kept = definition;
    must(ispy_builder_bind(builder, kept), "out of memory");
}

static void bind_int(ispy_builder *builder, ispy_arena *arena, ispy_str name, int value) {
    ispy_literal *literal = get(arena, 1, sizeof *literal);
    literal->kind = ISPY_LITERAL_INT;
    literal->text = numbered(arena, "", value);
    ispy_variable *variable = get(arena, 1, sizeof *variable);
    variable->annotation = ispy_str_literal("int");
    variable->value = literal;
    bind(builder, arena, (ispy_definition){.kind = ISPY_DEFINES_VARIABLE, .name = name, .as.variable = variable});
}

static void bind_function(ispy_builder *builder, ispy_arena *arena, ispy_str name, const char *const parameters[2][2]) {
    ispy_parameter *list = get(arena, 2, sizeof *list);
    for (size_t i = 0; i < 2; i++) {
        list[i].name = ispy_str_literal(parameters[i][0]);
        list[i].kind = ISPY_POSITIONAL_OR_KEYWORD;
        if (parameters[i][1] != NULL)
            list[i].annotation = ispy_str_literal(parameters[i][1]);
    }
    ispy_function *function = get(arena, 1, sizeof *function);
    function->parameters = list;
    function->parameter_count = 2;
    function->returns = ispy_str_literal("bool");
    bind(builder, arena, (ispy_definition){.kind = ISPY_DEFINES_FUNCTION, .name = name, .as.function = function});
}

static void bind_class(ispy_builder *builder, ispy_arena *arena, ispy_str name) {
    static const char *const methods[METHODS] = {"start", "work", "stop"};
    static const char *const parameters[2][2] = {{"self", NULL}, {"job", "str"}};
    ispy_class *klass = get(arena, 1, sizeof *klass);
    must(ispy_builder_push(builder), "out of memory");
    bind_int(builder, arena, ispy_str_literal("limit"), 3);
    for (int i = 0; i < METHODS; i++)
        bind_function(builder, arena, ispy_str_literal(methods[i]), parameters);
    must(ispy_builder_pop(builder, &klass->members), "out of memory");
    must(ispy_builder_push(builder), "out of memory");
    must(ispy_builder_pop(builder, &klass->instance), "out of memory");
    bind(builder, arena, (ispy_definition){.kind = ISPY_DEFINES_CLASS, .name = name, .as.klass = klass});
}

static ispy_module module_build(ispy_arena *arena) {
    static const char *const parameters[2][2] = {{"first", "int"}, {"second", "str"}};
    ispy_builder *builder = ispy_builder_new(arena);
    if (builder == NULL)
        die("out of memory");
    for (int i = 0; i < SETTINGS; i++)
        bind_int(builder, arena, numbered(arena, "setting_", i), i);
    for (int i = 0; i < FUNCTIONS; i++)
        bind_function(builder, arena, numbered(arena, "function_", i), parameters);
    for (int i = 0; i < CLASSES; i++)
        bind_class(builder, arena, numbered(arena, "Worker_", i));
    ispy_module module = {.name = ispy_str_literal("plugin"), .path = ispy_str_literal("plugin.py")};
    must(ispy_builder_pop(builder, &module.scope), "out of memory");
    ispy_builder_free(builder);
    return module;
}

/* ---------------------------------------------------------------- what is measured */

typedef struct setting {
    char *text; /* of the contract */
    size_t length;
    ispy_contract_set *contracts;
    ispy_contract_set *few;
    ispy_contract_set *many;
    ispy_module module;
    ispy_context context;
} setting;

static ispy_contract_set *parse(const char *text, size_t length) {
    static const ispy_load_options options = {0};
    ispy_contract_set *set = NULL;
    ispy_error error;
    if (ispy_contract_set_parse(&set, "contract.yml", text, length, &options, &error) != ISPY_OK)
        die(error.message);
    return set;
}

static void check_once(const setting *s) {
    ispy_report *report = NULL;
    must(ispy_check(&report, ispy_contract_set_get(s->contracts, 0), &s->module, &s->context), "the engine failed");
    ispy_report_free(report);
}

static void load_once(const setting *s) {
    ispy_contract_set_free(parse(s->text, s->length));
}

/* libyaml's own work on the same text, token by token: nobody who reads YAML with it can do with less. */
static void scan_once(const setting *s) {
    yaml_parser_t parser;
    yaml_token_t token;
    bool more = true;
    if (!yaml_parser_initialize(&parser))
        die("out of memory");
    yaml_parser_set_input_string(&parser, (const unsigned char *)s->text, s->length);
    while (more) {
        if (!yaml_parser_scan(&parser, &token))
            die("libyaml does not accept the contract");
        more = token.type != YAML_STREAM_END_TOKEN;
        yaml_token_delete(&token);
    }
    yaml_parser_delete(&parser);
}

static void ask_few(const setting *s) {
    if (ispy_contract_set_may_select(s->few, ispy_str_literal("json.decoder")))
        die("a contract selects what it should not");
}

static void ask_many(const setting *s) {
    if (ispy_contract_set_may_select(s->many, ispy_str_literal("json.decoder")))
        die("a contract selects what it should not");
}

static const struct {
    const char *name;
    void (*once)(const setting *s);
    uint64_t times; /* in one repeat */
} figures[] = {
    {"engine", check_once, 500},
    {"load", load_once, 50},
    {"scan", scan_once, 50},
    {"may_select_10_contracts", ask_few, 20000},
    {"may_select_10000_contracts", ask_many, 20000},
};

enum { FIGURES = sizeof figures / sizeof *figures, MOST_REPEATS = 1000 };

/* ---------------------------------------------------------------- */

static char *read_file(const char *path, size_t *length) {
    enum { MOST = 1 << 20 };
    FILE *file = fopen(path, "rb");
    char *text = malloc(MOST);
    if (file == NULL || text == NULL)
        die("cannot read the contract");
    *length = fread(text, 1, MOST - 1, file);
    text[*length] = '\0';
    fclose(file);
    return text;
}

/* Contracts for other packages than the one that is asked for. */
static ispy_contract_set *others(int count) {
    enum { ROW = 64 };
    char *text = malloc((size_t)count * ROW);
    size_t length = 0;
    if (text == NULL)
        die("out of memory");
    for (int i = 0; i < count; i++)
        length += (size_t)snprintf(text + length, ROW, "---\nmodules: ['other%d.plugins.*']\n", i);
    ispy_contract_set *set = parse(text, length);
    free(text);
    return set;
}

static int by_value(const void *a, const void *b) {
    uint64_t left = *(const uint64_t *)a;
    uint64_t right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static void measure(const setting *s, size_t repeats) {
    static uint64_t taken[FIGURES][MOST_REPEATS];
    for (size_t repeat = 0; repeat < repeats; repeat++) {
        for (size_t i = 0; i < FIGURES; i++) {
            uint64_t start = now();
            for (uint64_t n = 0; n < figures[i].times; n++)
                figures[i].once(s);
            taken[i][repeat] = now() - start;
        }
    }
    for (size_t i = 0; i < FIGURES; i++) {
        qsort(taken[i], repeats, sizeof taken[i][0], by_value);
        printf("%s %.1f\n", figures[i].name, (double)taken[i][repeats / 2] / (double)figures[i].times);
    }
}

int main(int argc, char **argv) {
    int repeats = argc == 3 ? atoi(argv[2]) : 0;
    if (repeats < 1 || repeats > MOST_REPEATS)
        die("usage: engine_bench CONTRACT.yml REPEATS");
    ispy_arena *arena = ispy_arena_new();
    if (arena == NULL)
        die("out of memory");
    setting s = {0};
    s.text = read_file(argv[1], &s.length);
    s.contracts = parse(s.text, s.length);
    s.few = others(FEW);
    s.many = others(MANY);
    s.module = module_build(arena);
    s.context = (ispy_context){.os = ispy_str_literal("linux"),
                               .arch = ispy_str_literal("x86_64"),
                               .python_version = ispy_str_literal("3.11.7"),
                               .implementation = ispy_str_literal("CPython")};

    ispy_report *report = NULL;
    must(ispy_check(&report, ispy_contract_set_get(s.contracts, 0), &s.module, &s.context), "the engine failed");
    if (ispy_report_verdict(report) != ISPY_PASS)
        die("the module does not meet the contract: benchmarks/generate.py and engine_bench.c do not agree");
    ispy_report_free(report);

    measure(&s, (size_t)repeats);
    ispy_contract_set_free(s.contracts);
    ispy_contract_set_free(s.few);
    ispy_contract_set_free(s.many);
    ispy_arena_free(arena);
    free(s.text);
    return 0;
}
