/* The contract format as tables.
 * Must not know: YAML, how a field is read, what a clause means to the engine. */
#include "load/fields.h"

#include "model/value_demand.h"

#include <stddef.h>
#include <string.h>

/* The loader finds the origin of whatever a record fills at its beginning, and writes enumerators as ints. */
#define BEGINS_WITH_ORIGIN(type) _Static_assert(offsetof(type, origin) == 0, "the origin comes first")
BEGINS_WITH_ORIGIN(struct ispy_contract);
BEGINS_WITH_ORIGIN(ispy_block);
BEGINS_WITH_ORIGIN(ispy_variable_clause);
BEGINS_WITH_ORIGIN(ispy_function_clause);
BEGINS_WITH_ORIGIN(ispy_parameter_clause);
BEGINS_WITH_ORIGIN(ispy_class_clause);
BEGINS_WITH_ORIGIN(ispy_deployment_clause);
BEGINS_WITH_ORIGIN(ispy_system_clause);
BEGINS_WITH_ORIGIN(ispy_python_clause);
BEGINS_WITH_ORIGIN(ispy_environment_clause);
BEGINS_WITH_ORIGIN(ispy_environment_form);
BEGINS_WITH_ORIGIN(ispy_value_demand);
BEGINS_WITH_ORIGIN(ispy_length_demand);
BEGINS_WITH_ORIGIN(ispy_condition);
BEGINS_WITH_ORIGIN(ispy_waiver);
BEGINS_WITH_ORIGIN(ispy_component_clause);
_Static_assert(offsetof(ispy_variable_form, demand) == 0, "the origin comes first");
BEGINS_WITH_ORIGIN(ispy_policy_clause);
BEGINS_WITH_ORIGIN(ispy_top_level_clause);
_Static_assert(sizeof(ispy_mode) == sizeof(int) && sizeof(ispy_sourceless) == sizeof(int) &&
                   sizeof(ispy_presence) == sizeof(int) && sizeof(ispy_async_demand) == sizeof(int) &&
                   sizeof(ispy_method_kind) == sizeof(int) && sizeof(ispy_type_checking) == sizeof(int) &&
                   sizeof(ispy_import_scope) == sizeof(int),
               "enumerators are written as ints");

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* ---- words ---- */

static const ispy_word mode_words[] = {
    {"enforce", ISPY_MODE_ENFORCE, NULL, "a module that breaks the contract is not imported"},
    {"warn", ISPY_MODE_WARN, NULL, "it is imported, with a warning"},
    {"audit", ISPY_MODE_AUDIT, NULL, "it is imported; the report is kept"},
    {"off", ISPY_MODE_OFF, NULL, "the contract is not looked at"},
    {NULL, 0, NULL, NULL},
};

static const ispy_word unprovable_words[] = {
    {"confirm", ISPY_CONFIRM, NULL, "look again once the module has run"},
    {"deny", ISPY_DENY, NULL, "what cannot be proved counts as broken"},
    {"allow", ISPY_ALLOW, NULL, "what cannot be proved counts as met"},
    {NULL, 0, NULL, NULL},
};

static const ispy_word sourceless_words[] = {
    {"deny", ISPY_SOURCELESS_DENY, NULL, "compiled code without its source is not imported"},
    {"allow", ISPY_SOURCELESS_ALLOW, NULL, "it is imported, and looked at once it has run"},
    {NULL, 0, NULL, NULL},
};

static const ispy_word severity_words[] = {
    {"error", ISPY_SEVERITY_ERROR, NULL, "a finding breaks the contract"},
    {"warn", ISPY_SEVERITY_WARN, NULL, "it is reported as a warning, and breaks nothing"},
    {"info", ISPY_SEVERITY_INFO, NULL, "it is reported"},
    {"off", ISPY_SEVERITY_OFF, NULL, "it is not reported"},
    {NULL, 0, NULL, NULL},
};

static const ispy_word presence_words[] = {
    {"required", ISPY_REQUIRED, NULL, "it must be there"},
    {"optional", ISPY_OPTIONAL, NULL, "where it is there, it must be so"},
    {"forbidden", ISPY_FORBIDDEN, NULL, "it must not be there"},
    {NULL, 0, NULL, NULL},
};

static const ispy_word side_words[] = {
    {"class", ISPY_SIDE_CLASS, NULL, "bound in the body of the class"},
    {"instance", ISPY_SIDE_INSTANCE, NULL, "assigned to self by its methods"},
    {NULL, 0, NULL, NULL},
};

static const ispy_word async_words[] = {
    {"true", ISPY_ASYNC_YES, NULL, "it must be 'async def'"},
    {"false", ISPY_ASYNC_NO, NULL, "it must not be"},
    {"awaitable", ISPY_ASYNC_AWAITABLE, NULL, "'async def', or what it returns is annotated as something to wait for"},
    {NULL, 0, NULL, NULL},
};

static const ispy_word kind_words[] = {
    {"instance", ISPY_METHOD_NONE, NULL, "an ordinary method"},
    {"static", ISPY_METHOD_STATIC, NULL, "@staticmethod"},
    {"class", ISPY_METHOD_CLASS, NULL, "@classmethod"},
    {"property", ISPY_METHOD_PROPERTY, NULL, "@property or @cached_property"},
    {"cached_property", ISPY_METHOD_CACHED, NULL, "@functools.cached_property"},
    {NULL, 0, NULL, NULL},
};

static const ispy_word wish_words[] = {
    {"true", ISPY_WISH_YES, NULL, "it must be so"},
    {"false", ISPY_WISH_NO, NULL, "it must not be so"},
    {NULL, 0, NULL, NULL},
};

static const ispy_word docstring_words[] = {
    {"required", ISPY_WISH_YES, NULL, "it has one that is not blank"},
    {"forbidden", ISPY_WISH_NO, NULL, "it has none"},
    {NULL, 0, NULL, NULL},
};

static const ispy_word decorator_presence_words[] = {
    {"required", ISPY_REQUIRED, NULL, "it must be there"},
    {"forbidden", ISPY_FORBIDDEN, NULL, "it must not be there"},
    {NULL, 0, NULL, NULL},
};

/* As inspect.Parameter names them. */
static const ispy_word parameter_kind_words[] = {
    {"positional_only", ISPY_POSITIONAL_ONLY, NULL, "stands before '/'"},
    {"positional_or_keyword", ISPY_POSITIONAL_OR_KEYWORD, NULL, "an ordinary parameter"},
    {"keyword_only", ISPY_KEYWORD_ONLY, NULL, "stands behind '*' or '*args'"},
    {"var_positional", ISPY_VAR_POSITIONAL, NULL, "*args, whatever it is called"},
    {"var_keyword", ISPY_VAR_KEYWORD, NULL, "**kwargs, whatever it is called"},
    {NULL, 0, NULL, NULL},
};

static const ispy_word default_words[] = {
    {"present", ISPY_DEFAULT_PRESENT, NULL, "it has some default"},
    {"absent", ISPY_DEFAULT_NONE, NULL, "it has none: callers have to say something"},
    {NULL, 0, NULL, NULL},
};

static const ispy_word type_words[] = {
    {"str", 0, NULL, "text"},
    {"bytes", 0, NULL, "bytes"},
    {"int", 0, NULL, "a whole number; a bool is none here"},
    {"float", 0, NULL, "a float; an int is none"},
    {"complex", 0, NULL, "a complex number"},
    {"bool", 0, NULL, "True or False"},
    {"None", 0, NULL, "None"},
    {"list", 0, NULL, "a list"},
    {"tuple", 0, NULL, "a tuple"},
    {"set", 0, NULL, "a set"},
    {"dict", 0, NULL, "a dict"},
    {NULL, 0, NULL, NULL},
};

static const ispy_word named_words[] = {
    {"function", 0, NULL, "a function of the module"},
    {"class", 0, NULL, "a class of the module"},
    {"method", 0, NULL, "'Class.method', or in an attribute's value a method of its own class"},
    {NULL, 0, NULL, NULL},
};

static const ispy_word type_checking_words[] = {
    {"ignore", ISPY_TYPE_CHECKING_IGNORE, NULL, "imports under 'if TYPE_CHECKING' do not count: nothing runs them"},
    {"check", ISPY_TYPE_CHECKING_CHECK, NULL, "they count"},
    {NULL, 0, NULL, NULL},
};

static const ispy_word import_scope_words[] = {
    {"all", ISPY_IMPORTS_ALL, NULL, "imports count wherever they stand"},
    {"module", ISPY_IMPORTS_MODULE, NULL, "those in functions do not count"},
    {NULL, 0, NULL, NULL},
};

static const ispy_word arch_words[] = {
    {"x86_64", 0, NULL, "64-bit Intel and AMD; AMD64 on Windows"},
    {"amd64", 0, "x86_64", "the same"},
    {"aarch64", 0, NULL, "64-bit ARM"},
    {"arm64", 0, NULL, "64-bit ARM, as macOS calls it"},
    {"arm", 0, NULL, "32-bit ARM, whichever"},
    {"i386", 0, NULL, "32-bit Intel: i686 as well"},
    {"ppc64", 0, NULL, "64-bit PowerPC"},
    {"ppc64le", 0, NULL, "the same, little-endian"},
    {"s390x", 0, NULL, "IBM Z"},
    {"riscv64", 0, NULL, "64-bit RISC-V"},
    {"loongarch64", 0, NULL, "64-bit LoongArch"},
    {"mips64", 0, NULL, "64-bit MIPS"},
    {"wasm32", 0, NULL, "WebAssembly"},
    {NULL, 0, NULL, NULL},
};

static const ispy_word os_words[] = {
    {"linux", 0, NULL, "Linux"},
    {"windows", 0, NULL, "Windows"},
    {"darwin", 0, NULL, "macOS"},
    {"macos", 0, "darwin", "the same"},
    {"freebsd", 0, NULL, "FreeBSD"},
    {"openbsd", 0, NULL, "OpenBSD"},
    {"netbsd", 0, NULL, "NetBSD"},
    {"sunos", 0, NULL, "Solaris and illumos"},
    {"aix", 0, NULL, "AIX"},
    {"cygwin", 0, NULL, "Cygwin"},
    {"android", 0, NULL, "Android"},
    {"ios", 0, NULL, "iOS"},
    {"emscripten", 0, NULL, "Emscripten"},
    {"wasi", 0, NULL, "WASI"},
    {NULL, 0, NULL, NULL},
};

static const ispy_word libc_words[] = {
    {"glibc", 0, NULL, "the GNU C library"},
    {"musl", 0, NULL, "musl: Alpine Linux and others"},
    {NULL, 0, NULL, NULL},
};

static const ispy_word gil_words[] = {
    {"on", 0, NULL, "the GIL is at work"},
    {"off", 0, NULL, "threads run Python code side by side"},
    {"true", 0, "on", "the same as on"},
    {"false", 0, "off", "the same as off"},
    {NULL, 0, NULL, NULL},
};

static const ispy_word optimize_words[] = {
    {"0", 0, NULL, "assertions are checked"},
    {"1", 0, NULL, "-O: they are not"},
    {"2", 0, NULL, "-OO: docstrings are gone as well"},
    {NULL, 0, NULL, NULL},
};

static const ispy_word variable_type_words[] = {
    {"integer", ISPY_VARIABLE_INTEGER, NULL, "digits, with a sign or without"},
    {"boolean", ISPY_VARIABLE_BOOLEAN, NULL, "1, 0, true, false, yes, no, on, off, in any case"},
    {"url", ISPY_VARIABLE_URL, NULL, "a scheme, '://' and what follows, without blanks"},
    {NULL, 0, NULL, NULL},
};

static const ispy_word secret_words[] = {
    {"true", 1, NULL, "not even what is wanted of the value is shown"},
    {"false", 0, NULL, "the value is not shown; what is wanted of it is"},
    {NULL, 0, NULL, NULL},
};

static const ispy_word interpreter_words[] = {
    {"CPython", 0, NULL, "the reference implementation"},
    {"PyPy", 0, NULL, ""},
    {"Jython", 0, NULL, ""},
    {"IronPython", 0, NULL, ""},
    {"Stackless", 0, NULL, ""},
    {"MicroPython", 0, NULL, ""},
    {"Brython", 0, NULL, ""},
    {"Pyston", 0, NULL, ""},
    {"GraalPy", 0, "GraalVM", "platform.python_implementation() says GraalVM"},
    {"GraalPython", 0, "GraalVM", "the same"},
    {"GraalVM", 0, NULL, "the same"},
    {"RustPython", 0, NULL, ""},
    {"Nuitka", 0, NULL, ""},
    {"Transcrypt", 0, NULL, ""},
    {NULL, 0, NULL, NULL},
};

/* ---- records ---- */

static const ispy_record records[ISPY_RECORD_COUNT];

#define ELEMENT(id) &records[ISPY_RECORD_##id]

/* What may be demanded of a value, whatever its type. */
#define TEXT_DEMAND_FIELDS                                                                                             \
    {.key = "equal",                                                                                                   \
     .type = ISPY_FIELD_LITERAL,                                                                                       \
     .help = "just this value, even a dict that looks like a demand",                                                  \
     .offset = offsetof(ispy_value_demand, equal)},                                                                    \
        {.key = "one_of",                                                                                              \
         .type = ISPY_FIELD_LITERALS,                                                                                  \
         .help = "one of these values",                                                                                \
         .offset = offsetof(ispy_value_demand, one_of),                                                                \
         .count = offsetof(ispy_value_demand, one_of_count)},                                                          \
        {.key = "matches",                                                                                             \
         .type = ISPY_FIELD_REGEX,                                                                                     \
         .help = "a text that this regular expression fits as a whole",                                                \
         .offset = offsetof(ispy_value_demand, matches)},                                                              \
        {.key = "at_least",                                                                                            \
         .type = ISPY_FIELD_NUMBER,                                                                                    \
         .help = "a number that is this or greater",                                                                   \
         .offset = offsetof(ispy_value_demand, at_least)},                                                             \
        {.key = "at_most",                                                                                             \
         .type = ISPY_FIELD_NUMBER,                                                                                    \
         .help = "a number that is this or less",                                                                      \
         .offset = offsetof(ispy_value_demand, at_most)},                                                              \
        {.key = "above",                                                                                               \
         .type = ISPY_FIELD_NUMBER,                                                                                    \
         .help = "a number greater than this",                                                                         \
         .offset = offsetof(ispy_value_demand, above)},                                                                \
        {.key = "below",                                                                                               \
         .type = ISPY_FIELD_NUMBER,                                                                                    \
         .help = "a number less than this",                                                                            \
         .offset = offsetof(ispy_value_demand, below)},                                                                \
        {.key = "version",                                                                                             \
         .type = ISPY_FIELD_VERSION,                                                                                   \
         .help = "a text that is a version of PEP 440 within these specifiers",                                        \
         .offset = offsetof(ispy_value_demand, version)},                                                              \
    {                                                                                                                  \
        .key = "length", .type = ISPY_FIELD_LENGTH, .help = "how many characters or items it has",                     \
        .offset = offsetof(ispy_value_demand, length), .element = ELEMENT(LENGTH)                                      \
    }

static const ispy_field text_demand_fields[] = {
    TEXT_DEMAND_FIELDS,
};

static const ispy_field value_demand_fields[] = {
    TEXT_DEMAND_FIELDS,
    {.key = "type",
     .type = ISPY_FIELD_WORD_TEXTS,
     .help = "a value of just this type, or of one of these",
     .offset = offsetof(ispy_value_demand, types),
     .count = offsetof(ispy_value_demand, type_count),
     .words = type_words},
    {.key = "names",
     .type = ISPY_FIELD_WORD_TEXTS,
     .help = "a text, or a list of texts, that name something of the module",
     .offset = offsetof(ispy_value_demand, names),
     .count = offsetof(ispy_value_demand, name_count),
     .words = named_words},
    {.key = "keys",
     .type = ISPY_FIELD_VALUE,
     .help = "a dict, each of whose keys is so",
     .offset = offsetof(ispy_value_demand, keys),
     .element = ELEMENT(VALUE_DEMAND)},
    {.key = "values",
     .type = ISPY_FIELD_VALUE,
     .help = "a dict, each of whose values is so",
     .offset = offsetof(ispy_value_demand, values),
     .element = ELEMENT(VALUE_DEMAND)},
    {.key = "items",
     .type = ISPY_FIELD_VALUE,
     .help = "a list, tuple or set, each of whose items is so",
     .offset = offsetof(ispy_value_demand, items),
     .element = ELEMENT(VALUE_DEMAND)},
};

static const ispy_field length_fields[] = {
    {.key = "at_least",
     .type = ISPY_FIELD_COUNT,
     .help = "no fewer than these",
     .offset = offsetof(ispy_length_demand, at_least)},
    {.key = "at_most",
     .type = ISPY_FIELD_COUNT,
     .help = "no more than these",
     .offset = offsetof(ispy_length_demand, at_most),
     .stated = offsetof(ispy_length_demand, has_most)},
};

#define VARIABLE_FIELDS(what)                                                                                          \
    {.key = "name",                                                                                                    \
     .type = ISPY_FIELD_NAME,                                                                                          \
     .required = true,                                                                                                 \
     .help = "the name of the " what,                                                                                  \
     .offset = offsetof(ispy_variable_clause, name)},                                                                  \
        {.key = "annotation",                                                                                          \
         .type = ISPY_FIELD_ANNOTATION,                                                                                \
         .help = "its type, as Python writes it",                                                                      \
         .offset = offsetof(ispy_variable_clause, annotation)},                                                        \
        {.key = "value",                                                                                               \
         .type = ISPY_FIELD_VALUE,                                                                                     \
         .help = "its value; null or None asks for None, ... for any",                                                 \
         .offset = offsetof(ispy_variable_clause, value),                                                              \
         .element = ELEMENT(VALUE_DEMAND)},                                                                            \
    {                                                                                                                  \
        .key = "presence", .type = ISPY_FIELD_WORD, .help = "whether the " what " must be there",                      \
        .offset = offsetof(ispy_variable_clause, presence), .words = presence_words                                    \
    }

/* `logic` is the way from the record to its ispy_logic. */
#define LOGIC_FIELDS(record, logic, entry)                                                                             \
    {.key = "when",                                                                                                    \
     .type = ISPY_FIELD_CONDITION,                                                                                     \
     .help = "where this applies; elsewhere it demands nothing",                                                       \
     .offset = offsetof(record, logic.when),                                                                           \
     .element = ELEMENT(CONDITION)},                                                                                   \
        {.key = "any_of",                                                                                              \
         .type = ISPY_FIELD_GROUP,                                                                                     \
         .help = "alternatives: one of them has to hold",                                                              \
         .offset = offsetof(record, logic.any_of),                                                                     \
         .element = ELEMENT(entry)},                                                                                   \
        {.key = "all_of",                                                                                              \
         .type = ISPY_FIELD_GROUP,                                                                                     \
         .help = "blocks that all have to hold",                                                                       \
         .offset = offsetof(record, logic.all_of),                                                                     \
         .element = ELEMENT(entry)},                                                                                   \
    {                                                                                                                  \
        .key = "not", .type = ISPY_FIELD_NEGATION, .help = "what must not hold as a whole",                            \
        .offset = offsetof(record, logic.negated), .element = ELEMENT(entry)                                           \
    }

#define WORDS_FIELD(record, member)                                                                                    \
    .type = ISPY_FIELD_WORD_TEXTS, .offset = offsetof(record, member.words), .count = offsetof(record, member.count),  \
    .place = offsetof(record, member.origin)

/* What `when:` and `requires:` may state alike. */
#define PLACE_FIELDS                                                                                                   \
    {.key = "python",                                                                                                  \
     .type = ISPY_FIELD_PYTHON,                                                                                        \
     .help = "these versions of Python: 3.11 for any 3.11.x, or specifiers: \">=3.10,<4\"; or more about it",          \
     .offset = offsetof(ispy_condition, python),                                                                       \
     .place = offsetof(ispy_condition, python_origin),                                                                 \
     .element = ELEMENT(PYTHON_DEMAND)},                                                                               \
        {.key = "os",                                                                                                  \
         .help = "this operating system, or one of these",                                                             \
         .words = os_words,                                                                                            \
         WORDS_FIELD(ispy_condition, os)},                                                                             \
        {.key = "arch",                                                                                                \
         .help = "this machine, or one of these",                                                                      \
         .words = arch_words,                                                                                          \
         WORDS_FIELD(ispy_condition, arch)},                                                                           \
        {.key = "libc",                                                                                                \
         .type = ISPY_FIELD_LIBC,                                                                                      \
         .help = "this C library, or one of these, each with the versions that will do: {glibc: \">=2.28\"}",          \
         .words = libc_words,                                                                                          \
         .offset = offsetof(ispy_condition, libc),                                                                     \
         .count = offsetof(ispy_condition, libc_count)},                                                               \
        {.key = "memory",                                                                                              \
         .type = ISPY_FIELD_MEMORY,                                                                                    \
         .help = "the process may use at least this much memory: 512 MiB, 2 GB",                                       \
         .offset = offsetof(ispy_condition, memory)},                                                                  \
        {.key = "cpus",                                                                                                \
         .type = ISPY_FIELD_CPUS,                                                                                      \
         .help = "the process may use at least this many CPUs",                                                        \
         .offset = offsetof(ispy_condition, cpus)},                                                                    \
        {.key = "host",                                                                                                \
         .type = ISPY_FIELD_HOSTS,                                                                                     \
         .help = "the program that loads the module, by the name and version that it stated at install()",             \
         .offset = offsetof(ispy_condition, host),                                                                     \
         .count = offsetof(ispy_condition, host_count),                                                                \
         .element = ELEMENT(HOST)},                                                                                    \
        {.key = "distributions",                                                                                       \
         .type = ISPY_FIELD_DISTRIBUTIONS,                                                                             \
         .help = "distributions that are installed, in these versions; \"*\" for any, \"name[extra]\" with an extra",  \
         .offset = offsetof(ispy_condition, distributions),                                                            \
         .count = offsetof(ispy_condition, distribution_count)},                                                       \
        {.key = "environment",                                                                                         \
         .type = ISPY_FIELD_VARIABLES,                                                                                 \
         .help = "environment variables: a value, 'present', 'absent', 'secret', or a demand",                         \
         .offset = offsetof(ispy_condition, environment),                                                              \
         .count = offsetof(ispy_condition, environment_count),                                                         \
         .element = ELEMENT(VARIABLE_DEMAND)},                                                                         \
    {                                                                                                                  \
        .key = "commands", .type = ISPY_FIELD_COMMANDS, .help = "programs that are found on the PATH",                 \
        .offset = offsetof(ispy_condition, commands), .count = offsetof(ispy_condition, command_count)                 \
    }

static const ispy_field condition_fields[] = {
    PLACE_FIELDS,
    {.key = "implementation",
     .help = "this implementation of Python, or one of these",
     .words = interpreter_words,
     WORDS_FIELD(ispy_condition, implementation)},
};

static const ispy_field requires_fields[] = {
    PLACE_FIELDS,
};

static const ispy_field python_demand_fields[] = {
    {.key = "version",
     .type = ISPY_FIELD_PYTHON_VERSION,
     .help = "its version: 3.11 for any 3.11.x, or specifiers: \">=3.10,<4\"",
     .offset = offsetof(ispy_condition, python),
     .place = offsetof(ispy_condition, python_origin)},
    {.key = "implementation",
     .help = "its implementation, or one of these",
     .words = interpreter_words,
     WORDS_FIELD(ispy_condition, python_implementation)},
    {.key = "gil", .help = "whether the GIL is at work", .words = gil_words, WORDS_FIELD(ispy_condition, gil)},
    {.key = "optimize",
     .help = "the level of optimisation, or one of these",
     .words = optimize_words,
     WORDS_FIELD(ispy_condition, optimize)},
};

static const ispy_field host_fields[] = {
    {.key = "version",
     .type = ISPY_FIELD_VERSION,
     .help = "versions of the host that will do; any, when left out",
     .offset = offsetof(ispy_component_clause, version),
     .place = offsetof(ispy_component_clause, version_origin)},
    {.key = "variable",
     .type = ISPY_FIELD_NAME,
     .help = "a variable of the module that says which versions of the host it is for: it has to admit this one",
     .offset = offsetof(ispy_component_clause, variable),
     .place = offsetof(ispy_component_clause, variable_origin)},
    {.key = "metadata",
     .type = ISPY_FIELD_DISTRIBUTION,
     .help = "what the module's distribution calls the host among its requirements: they have to admit this one",
     .offset = offsetof(ispy_component_clause, declared),
     .place = offsetof(ispy_component_clause, declared_origin)},
};

static const ispy_field variable_demand_fields[] = {
    TEXT_DEMAND_FIELDS,
    {.key = "type",
     .type = ISPY_FIELD_WORD,
     .help = "what the text has to be",
     .offset = offsetof(ispy_variable_form, type),
     .place = offsetof(ispy_variable_form, type_origin),
     .words = variable_type_words},
    {.key = "presence",
     .type = ISPY_FIELD_WORD,
     .help = "whether the variable must be set",
     .offset = offsetof(ispy_variable_form, presence),
     .words = presence_words},
    {.key = "secret",
     .type = ISPY_FIELD_WORD,
     .help = "whether what is wanted of its value is kept quiet about as well",
     .offset = offsetof(ispy_variable_form, secret),
     .words = secret_words},
};

static const ispy_field variable_fields[] = {
    VARIABLE_FIELDS("variable"),
};

static const ispy_field attribute_fields[] = {
    VARIABLE_FIELDS("attribute"),
    {.key = "type",
     .type = ISPY_FIELD_WORD,
     .help = "where the attribute lives; either, when left out",
     .offset = offsetof(ispy_variable_clause, side),
     .words = side_words},
};

static const ispy_field argument_fields[] = {
    {.key = "name",
     .type = ISPY_FIELD_NAME,
     .required = true,
     .help = "the name of the parameter, without stars",
     .offset = offsetof(ispy_parameter_clause, name)},
    {.key = "annotation",
     .type = ISPY_FIELD_ANNOTATION,
     .help = "its type, as Python writes it",
     .offset = offsetof(ispy_parameter_clause, annotation)},
    {.key = "value",
     .type = ISPY_FIELD_VALUE,
     .help = "its default; null or None asks for None, ... for any default",
     .offset = offsetof(ispy_parameter_clause, value),
     .element = ELEMENT(VALUE_DEMAND)},
    {.key = "default",
     .type = ISPY_FIELD_WORD,
     .help = "whether it has a default",
     .offset = offsetof(ispy_parameter_clause, default_demand),
     .words = default_words},
    {.key = "kind",
     .type = ISPY_FIELD_WORD,
     .help = "how callers may pass it; any way, when left out",
     .offset = offsetof(ispy_parameter_clause, kind),
     .stated = offsetof(ispy_parameter_clause, has_kind),
     .words = parameter_kind_words},
    {.key = "presence",
     .type = ISPY_FIELD_WORD,
     .help = "whether the parameter must be there",
     .offset = offsetof(ispy_parameter_clause, presence),
     .words = presence_words},
};

static const ispy_field decorator_fields[] = {
    {.key = "name",
     .type = ISPY_FIELD_DOTTED_NAME,
     .required = true,
     .help = "the last part of the decorator's name, or its qualified name: acme.api.hook",
     .offset = offsetof(ispy_decorator_clause, name)},
    {.key = "presence",
     .type = ISPY_FIELD_WORD,
     .help = "whether the decorator must be there",
     .offset = offsetof(ispy_decorator_clause, presence),
     .words = decorator_presence_words},
};

static const ispy_field export_fields[] = {
    {.key = "name",
     .type = ISPY_FIELD_NAME,
     .required = true,
     .help = "the name",
     .offset = offsetof(ispy_decorator_clause, name)},
    {.key = "presence",
     .type = ISPY_FIELD_WORD,
     .help = "whether it must be exported",
     .offset = offsetof(ispy_decorator_clause, presence),
     .words = decorator_presence_words},
};

/* How many of what a clause selects. */
#define COUNT_FIELDS(record)                                                                                           \
    {.key = "at_least",                                                                                                \
     .type = ISPY_FIELD_COUNT,                                                                                         \
     .help = "how many of those selected there must be; 1 unless something else is said",                              \
     .offset = offsetof(record, select.at_least),                                                                      \
     .stated = offsetof(record, select.has_at_least)},                                                                 \
    {                                                                                                                  \
        .key = "at_most", .type = ISPY_FIELD_COUNT, .help = "how many of those selected there may be",                 \
        .offset = offsetof(record, select.at_most), .stated = offsetof(record, select.has_at_most)                     \
    }

#define FUNCTION_FIELDS(what)                                                                                          \
    {.key = "name",                                                                                                    \
     .type = ISPY_FIELD_NAME_PATTERN,                                                                                  \
     .required = true,                                                                                                 \
     .help = "the name of the " what ", or a pattern for several: \"test_*\"",                                         \
     .offset = offsetof(ispy_function_clause, name),                                                                   \
     .stated = offsetof(ispy_function_clause, select.by_pattern)},                                                     \
        {.key = "arguments",                                                                                           \
         .type = ISPY_FIELD_LIST,                                                                                      \
         .help = "parameters that it must have, in this order; others may stand between",                              \
         .offset = offsetof(ispy_function_clause, parameters),                                                         \
         .count = offsetof(ispy_function_clause, parameter_count),                                                     \
         .element = ELEMENT(ARGUMENT)},                                                                                \
        {.key = "return_annotation",                                                                                   \
         .type = ISPY_FIELD_ANNOTATION,                                                                                \
         .help = "the type of what it returns",                                                                        \
         .offset = offsetof(ispy_function_clause, returns)},                                                           \
        {.key = "async",                                                                                               \
         .type = ISPY_FIELD_WORD,                                                                                      \
         .help = "whether it is 'async def'",                                                                          \
         .offset = offsetof(ispy_function_clause, async),                                                              \
         .words = async_words},                                                                                        \
        {.key = "call",                                                                                                \
         .type = ISPY_FIELD_CALL,                                                                                      \
         .help = "how the host calls it: \"(app, config, timeout=..., request?)\"",                                    \
         .offset = offsetof(ispy_function_clause, call)},                                                              \
        {.key = "generator",                                                                                           \
         .type = ISPY_FIELD_WORD,                                                                                      \
         .help = "whether its body yields; with async, it is an async generator",                                      \
         .offset = offsetof(ispy_function_clause, generator),                                                          \
         .words = wish_words},                                                                                         \
        {.key = "decorators",                                                                                          \
         .type = ISPY_FIELD_LIST,                                                                                      \
         .help = "decorators that must stand above it, or must not",                                                   \
         .offset = offsetof(ispy_function_clause, decorators),                                                         \
         .count = offsetof(ispy_function_clause, decorator_count),                                                     \
         .element = ELEMENT(DECORATOR)},                                                                               \
    {                                                                                                                  \
        .key = "presence", .type = ISPY_FIELD_WORD, .help = "whether the " what " must be there",                      \
        .offset = offsetof(ispy_function_clause, presence), .words = presence_words                                    \
    }

static const ispy_field function_fields[] = {
    FUNCTION_FIELDS("function"),
    COUNT_FIELDS(ispy_function_clause),
};

static const ispy_field method_fields[] = {
    FUNCTION_FIELDS("method"),
    COUNT_FIELDS(ispy_function_clause),
    {.key = "kind",
     .type = ISPY_FIELD_WORD,
     .help = "what kind of method it is",
     .offset = offsetof(ispy_function_clause, method_kind),
     .stated = offsetof(ispy_function_clause, has_method_kind),
     .words = kind_words},
    {.key = "abstract",
     .type = ISPY_FIELD_WORD,
     .help = "whether it is marked as abstract, and so implemented by nobody yet",
     .offset = offsetof(ispy_function_clause, abstract),
     .words = wish_words},
    {.key = "settable",
     .type = ISPY_FIELD_WORD,
     .help = "whether callers may assign to the property",
     .offset = offsetof(ispy_function_clause, settable),
     .words = wish_words},
    {.key = "deletable",
     .type = ISPY_FIELD_WORD,
     .help = "whether callers may delete the property",
     .offset = offsetof(ispy_function_clause, deletable),
     .words = wish_words},
};

#define INTERFACE_OF_CLASS                                                                                             \
    {                                                                                                                  \
        .key = "interface", .type = ISPY_FIELD_INTERFACES,                                                             \
        .help = "a Protocol, ABC or class that the class satisfies: acme.api:Plugin, acme/api.pyi:Plugin",             \
        .offset = offsetof(ispy_class_clause, interfaces), .count = offsetof(ispy_class_clause, interface_count)       \
    }

#define CLASS_BODY_FIELDS                                                                                              \
    {.key = "attributes",                                                                                              \
     .type = ISPY_FIELD_LIST,                                                                                          \
     .help = "attributes of the class or of its instances",                                                            \
     .offset = offsetof(ispy_class_clause, attributes),                                                                \
     .count = offsetof(ispy_class_clause, attribute_count),                                                            \
     .element = ELEMENT(ATTRIBUTE)},                                                                                   \
        {.key = "methods",                                                                                             \
         .type = ISPY_FIELD_LIST,                                                                                      \
         .help = "its methods",                                                                                        \
         .offset = offsetof(ispy_class_clause, methods),                                                               \
         .count = offsetof(ispy_class_clause, method_count),                                                           \
         .element = ELEMENT(METHOD)},                                                                                  \
    {                                                                                                                  \
        .key = "superclasses", .type = ISPY_FIELD_SUPERCLASSES,                                                        \
        .help = "classes that it derives from, directly or not", .offset = offsetof(ispy_class_clause, superclasses),  \
        .count = offsetof(ispy_class_clause, superclass_count), .element = ELEMENT(SUPERCLASS)                         \
    }

#define CLASSES_OF_CLASS                                                                                               \
    {                                                                                                                  \
        .key = "classes", .type = ISPY_FIELD_LIST, .help = "classes that are nested in it",                            \
        .offset = offsetof(ispy_class_clause, classes), .count = offsetof(ispy_class_clause, class_count),             \
        .element = ELEMENT(CLASS)                                                                                      \
    }

#define DECORATORS_OF_CLASS                                                                                            \
    {                                                                                                                  \
        .key = "decorators", .type = ISPY_FIELD_LIST, .help = "decorators that must stand above it, or must not",      \
        .offset = offsetof(ispy_class_clause, decorators), .count = offsetof(ispy_class_clause, decorator_count),      \
        .element = ELEMENT(DECORATOR)                                                                                  \
    }

static const ispy_field class_fields[] = {
    {.key = "name",
     .type = ISPY_FIELD_NAME_PATTERN,
     .help = "the name of the class, or a pattern for several: \"*Plugin\"; may be left out beside subclass_of",
     .offset = offsetof(ispy_class_clause, name),
     .stated = offsetof(ispy_class_clause, select.by_pattern)},
    {.key = "subclass_of",
     .type = ISPY_FIELD_QUALIFIED_NAME,
     .help = "selects the module's classes that derive from this one, directly or not",
     .offset = offsetof(ispy_class_clause, select.subclass_of)},
    COUNT_FIELDS(ispy_class_clause),
    CLASS_BODY_FIELDS,
    DECORATORS_OF_CLASS,
    CLASSES_OF_CLASS,
    {.key = "presence",
     .type = ISPY_FIELD_WORD,
     .help = "whether the class must be there",
     .offset = offsetof(ispy_class_clause, presence),
     .words = presence_words},
    INTERFACE_OF_CLASS,
    LOGIC_FIELDS(ispy_class_clause, logic, CLASS_PART),
};

static const ispy_field class_part_fields[] = {
    CLASS_BODY_FIELDS,
    DECORATORS_OF_CLASS,
    CLASSES_OF_CLASS,
    INTERFACE_OF_CLASS,
    LOGIC_FIELDS(ispy_class_clause, logic, CLASS_PART),
};

static const ispy_field superclass_fields[] = {
    {.key = "name",
     .type = ISPY_FIELD_DOTTED_NAME,
     .required = true,
     .help = "the name of the base class, or its qualified name",
     .offset = offsetof(ispy_class_clause, name)},
    CLASS_BODY_FIELDS,
    {.key = "presence",
     .type = ISPY_FIELD_WORD,
     .help = "whether the class must derive from it",
     .offset = offsetof(ispy_class_clause, presence),
     .words = presence_words},
};

/* `body` is the way from the record to its ispy_block: `body.`, or nothing. */
#define BLOCK_FIELDS(record, body, filename_help)                                                                      \
    {.key = "filename",                                                                                                \
     .type = ISPY_FIELD_FILE_NAME,                                                                                     \
     .help = filename_help,                                                                                            \
     .offset = offsetof(record, body filename),                                                                        \
     .place = offsetof(record, body filename_origin)},                                                                 \
        {.key = "version",                                                                                             \
         .type = ISPY_FIELD_VERSION,                                                                                   \
         .help = "the version of the module: __version__, or that of its distribution",                                \
         .offset = offsetof(record, body version),                                                                     \
         .place = offsetof(record, body version_origin)},                                                              \
        {.key = "requires",                                                                                            \
         .type = ISPY_FIELD_REQUIRES,                                                                                  \
         .help = "where the module may run: all of it has to hold",                                                    \
         .offset = offsetof(record, body requires),                                                                    \
         .element = ELEMENT(REQUIRES)},                                                                                \
        {.key = "variables",                                                                                           \
         .type = ISPY_FIELD_LIST,                                                                                      \
         .help = "variables of the module",                                                                            \
         .offset = offsetof(record, body variables),                                                                   \
         .count = offsetof(record, body variable_count),                                                               \
         .element = ELEMENT(VARIABLE)},                                                                                \
        {.key = "functions",                                                                                           \
         .type = ISPY_FIELD_LIST,                                                                                      \
         .help = "functions of the module",                                                                            \
         .offset = offsetof(record, body functions),                                                                   \
         .count = offsetof(record, body function_count),                                                               \
         .element = ELEMENT(FUNCTION)},                                                                                \
        {.key = "exports",                                                                                             \
         .type = ISPY_FIELD_LIST,                                                                                      \
         .help = "names that 'from module import *' gives, or must not give",                                          \
         .offset = offsetof(record, body exports),                                                                     \
         .count = offsetof(record, body export_count),                                                                 \
         .element = ELEMENT(EXPORT)},                                                                                  \
        {.key = "docstring",                                                                                           \
         .type = ISPY_FIELD_WORD,                                                                                      \
         .help = "whether the module has a docstring; what it says: variables, __doc__",                               \
         .offset = offsetof(record, body docstring),                                                                   \
         .place = offsetof(record, body docstring_origin),                                                             \
         .words = docstring_words},                                                                                    \
        {.key = "interface",                                                                                           \
         .type = ISPY_FIELD_INTERFACES,                                                                                \
         .help = "a stub, Protocol, ABC or class that the module satisfies: acme/api.pyi, acme.api, acme.api:Plugin",  \
         .offset = offsetof(record, body interfaces),                                                                  \
         .count = offsetof(record, body interface_count)},                                                             \
        {.key = "imports",                                                                                             \
         .type = ISPY_FIELD_POLICY,                                                                                    \
         .help = "which modules it may import, and which not",                                                         \
         .offset = offsetof(record, body imports),                                                                     \
         .element = ELEMENT(IMPORTS)},                                                                                 \
        {.key = "calls",                                                                                               \
         .type = ISPY_FIELD_POLICY,                                                                                    \
         .help = "what it must not call",                                                                              \
         .offset = offsetof(record, body calls),                                                                       \
         .element = ELEMENT(CALLS)},                                                                                   \
        {.key = "top_level",                                                                                           \
         .type = ISPY_FIELD_POLICY,                                                                                    \
         .help = "what it may do while it is being imported",                                                          \
         .offset = offsetof(record, body top_level),                                                                   \
         .element = ELEMENT(TOP_LEVEL)},                                                                               \
        LOGIC_FIELDS(record, body logic, BLOCK), {                                                                     \
        .key = "classes", .type = ISPY_FIELD_LIST, .help = "classes of the module",                                    \
        .offset = offsetof(record, body classes), .count = offsetof(record, body class_count),                         \
        .element = ELEMENT(CLASS)                                                                                      \
    }

static const ispy_field imports_fields[] = {
    {.key = "allow",
     .type = ISPY_FIELD_IMPORT_ENTRIES,
     .help = "modules that may be imported, with all below them; with this key, any other is denied",
     .offset = offsetof(ispy_policy_clause, allow),
     .count = offsetof(ispy_policy_clause, allow_count),
     .place = offsetof(ispy_policy_clause, allow_origin)},
    {.key = "deny",
     .type = ISPY_FIELD_IMPORT_ENTRIES,
     .help = "modules that must not be imported, nor any below them: subprocess, \"acme.*\", {distribution: requests}",
     .offset = offsetof(ispy_policy_clause, deny),
     .count = offsetof(ispy_policy_clause, deny_count)},
    {.key = "type_checking",
     .type = ISPY_FIELD_WORD,
     .help = "whether imports for type checkers alone count; they do not, when left out",
     .offset = offsetof(ispy_policy_clause, type_checking),
     .words = type_checking_words},
    {.key = "scope",
     .type = ISPY_FIELD_WORD,
     .help = "whether imports in functions count; they do, when left out",
     .offset = offsetof(ispy_policy_clause, scope),
     .words = import_scope_words},
};

static const ispy_field calls_fields[] = {
    {.key = "deny",
     .type = ISPY_FIELD_CALL_ENTRIES,
     .required = true,
     .help = "what must not be called, by its qualified name: eval, os.system, \"subprocess.*\"",
     .offset = offsetof(ispy_policy_clause, deny),
     .count = offsetof(ispy_policy_clause, deny_count)},
    {.key = "allow",
     .type = ISPY_FIELD_CALL_ENTRIES,
     .help = "what may be called although a pattern under 'deny' matches it",
     .offset = offsetof(ispy_policy_clause, allow),
     .count = offsetof(ispy_policy_clause, allow_count)},
};

static const ispy_field top_level_fields[] = {
    {.key = "calls",
     .type = ISPY_FIELD_TOP_LEVEL_CALLS,
     .required = true,
     .help = "what may be called while the module is being imported: deny, or a list of qualified names",
     .offset = offsetof(ispy_top_level_clause, calls),
     .count = offsetof(ispy_top_level_clause, call_count),
     .place = offsetof(ispy_top_level_clause, calls_origin)},
};

static const ispy_field waiver_fields[] = {
    {.key = "rule",
     .type = ISPY_FIELD_RULE,
     .required = true,
     .help = "the code of the rule whose findings do not count",
     .offset = offsetof(ispy_waiver, rule)},
    {.key = "module",
     .type = ISPY_FIELD_MODULE_PATTERN,
     .required = true,
     .help = "the module that it is for, or a pattern as in 'modules'",
     .offset = offsetof(ispy_waiver, module)},
    {.key = "subject",
     .type = ISPY_FIELD_TEXT,
     .help = "what the findings are about, as reports call it: Plugin.run, or a pattern; all, when left out",
     .offset = offsetof(ispy_waiver, subject)},
    {.key = "reason",
     .type = ISPY_FIELD_TEXT,
     .required = true,
     .help = "why, for those who read the report",
     .offset = offsetof(ispy_waiver, shown.reason)},
    {.key = "owner",
     .type = ISPY_FIELD_TEXT,
     .help = "who answers for it",
     .offset = offsetof(ispy_waiver, shown.owner)},
    {.key = "until",
     .type = ISPY_FIELD_DATE,
     .required = true,
     .help = "the last day that it holds on, in UTC: 2027-03-31",
     .offset = offsetof(ispy_waiver, shown.until),
     .place = offsetof(ispy_waiver, until_origin)},
};

static const ispy_field contract_fields[] = {
    {.key = "contract", .type = ISPY_FIELD_FORMAT, .help = "the format of this file: 1; may be left out"},
    {.key = "title",
     .type = ISPY_FIELD_TEXT,
     .help = "what reports call the contract",
     .offset = offsetof(struct ispy_contract, title)},
    {.key = "help",
     .type = ISPY_FIELD_TEXT,
     .help = "a word to the plugin's author, shown with each violation",
     .offset = offsetof(struct ispy_contract, help)},
    {.key = "modules",
     .type = ISPY_FIELD_MODULE_PATTERNS,
     .help = "modules that the contract is for: * within one name, ** across dots, ! takes away",
     .offset = offsetof(struct ispy_contract, modules),
     .count = offsetof(struct ispy_contract, module_pattern_count)},
    {.key = "files",
     .type = ISPY_FIELD_FILE_PATTERNS,
     .help = "files that the contract is for, relative to the contract's folder: *, **, ?, [a-z], ! takes away",
     .offset = offsetof(struct ispy_contract, files),
     .count = offsetof(struct ispy_contract, file_pattern_count)},
    {.key = "mode",
     .type = ISPY_FIELD_WORD,
     .help = "what happens to a module that breaks the contract",
     .offset = offsetof(struct ispy_contract, mode),
     .words = mode_words},
    {.key = "unprovable",
     .type = ISPY_FIELD_WORD,
     .help = "what happens to a clause that the source can neither prove nor refute",
     .offset = offsetof(struct ispy_contract, unprovable),
     .words = unprovable_words},
    {.key = "sourceless",
     .type = ISPY_FIELD_WORD,
     .help = "what happens to a module that comes as compiled code (.pyc) without its source",
     .offset = offsetof(struct ispy_contract, sourceless),
     .words = sourceless_words},
    {.key = "extends",
     .type = ISPY_FIELD_EXTENDS,
     .help = "files whose contracts this one begins with, relative to this file; what it states itself comes on top"},
    {.key = "severity",
     .type = ISPY_FIELD_SEVERITIES,
     .help = "how much a rule matters here, by its code",
     .offset = offsetof(struct ispy_contract, severities),
     .words = severity_words},
    {.key = "waive",
     .type = ISPY_FIELD_LIST,
     .help = "findings that do not count, for a reason and for a time",
     .offset = offsetof(struct ispy_contract, waivers),
     .count = offsetof(struct ispy_contract, waiver_count),
     .element = ELEMENT(WAIVER)},
    BLOCK_FIELDS(struct ispy_contract, body., "the name of the file that the contract is for, without folders"),
    {.key = "deployments",
     .type = ISPY_FIELD_LIST,
     .help = "where the module may run: one entry has to fit",
     .offset = offsetof(struct ispy_contract, deployments),
     .count = offsetof(struct ispy_contract, deployment_count),
     .place = offsetof(struct ispy_contract, deployments_origin),
     .element = ELEMENT(DEPLOYMENT)},
};

static const ispy_field module_fields[] = {
    BLOCK_FIELDS(ispy_block, , "the name that the module's file must have, without folders"),
};

static const ispy_field deployment_fields[] = {
    {.key = "arch",
     .type = ISPY_FIELD_WORD_TEXT,
     .help = "the machine, as platform.machine() says",
     .offset = offsetof(ispy_deployment_clause, arch),
     .words = arch_words},
    {.key = "systems",
     .type = ISPY_FIELD_LIST,
     .help = "operating systems: one entry has to fit",
     .offset = offsetof(ispy_deployment_clause, systems),
     .count = offsetof(ispy_deployment_clause, system_count),
     .element = ELEMENT(SYSTEM)},
};

static const ispy_field system_fields[] = {
    {.key = "os",
     .type = ISPY_FIELD_WORD_TEXT,
     .help = "the operating system",
     .offset = offsetof(ispy_system_clause, os),
     .words = os_words},
    {.key = "environment",
     .type = ISPY_FIELD_ENVIRONMENT,
     .help = "the environment: all of it has to hold",
     .offset = offsetof(ispy_system_clause, environment),
     .count = offsetof(ispy_system_clause, environment_count),
     .element = ELEMENT(ENVIRONMENT)},
    {.key = "envs",
     .type = ISPY_FIELD_LIST,
     .help = "environment variables that must be set, as ImportSpy wrote them up to 0.3: {NAME: value}",
     .replaced_by = "environment",
     .offset = offsetof(ispy_system_clause, environment),
     .count = offsetof(ispy_system_clause, environment_count),
     .element = ELEMENT(ENVIRONMENT_VARIABLE)},
    {.key = "pythons",
     .type = ISPY_FIELD_LIST,
     .help = "Pythons: one entry has to fit",
     .offset = offsetof(ispy_system_clause, pythons),
     .count = offsetof(ispy_system_clause, python_count),
     .element = ELEMENT(PYTHON)},
};

static const ispy_field environment_fields[] = {
    {.key = "variables",
     .type = ISPY_FIELD_LIST,
     .help = "environment variables that must be set",
     .offset = offsetof(ispy_environment_form, variables),
     .count = offsetof(ispy_environment_form, variable_count),
     .element = ELEMENT(ENVIRONMENT_VARIABLE)},
    {.key = "secrets",
     .type = ISPY_FIELD_LIST,
     .help = "names of environment variables that must be set, and whose values are never shown",
     .offset = offsetof(ispy_environment_form, secrets),
     .count = offsetof(ispy_environment_form, secret_count),
     .element = ELEMENT(SECRET)},
};

static const ispy_field environment_variable_fields[] = {
    {.key = "name",
     .type = ISPY_FIELD_ENVIRONMENT_NAME,
     .required = true,
     .help = "the name of the environment variable",
     .offset = offsetof(ispy_environment_clause, name)},
    {.key = "value",
     .type = ISPY_FIELD_ENVIRONMENT_VALUE,
     .help = "its value, compared as text",
     .offset = offsetof(ispy_environment_clause, value),
     .element = ELEMENT(TEXT_DEMAND)},
    {.key = "annotation", .type = ISPY_FIELD_ANNOTATION, .help = "for people: an environment variable is always text"},
};

static const ispy_field secret_fields[] = {
    {.key = "name",
     .type = ISPY_FIELD_ENVIRONMENT_NAME,
     .required = true,
     .help = "the name of the environment variable",
     .offset = offsetof(ispy_environment_clause, name)},
};

static const ispy_field python_fields[] = {
    {.key = "version",
     .type = ISPY_FIELD_PYTHON_VERSION,
     .help = "the version of Python: 3.11 for any 3.11.x, 3.11.4 for just that, or specifiers: \">=3.10,<4\"",
     .offset = offsetof(ispy_python_clause, version),
     .place = offsetof(ispy_python_clause, version_origin)},
    {.key = "interpreter",
     .type = ISPY_FIELD_WORD_TEXT,
     .help = "the implementation, as platform.python_implementation() says",
     .offset = offsetof(ispy_python_clause, interpreter),
     .words = interpreter_words},
    {.key = "modules",
     .type = ISPY_FIELD_LIST,
     .help = "what the module must be there: all entries have to hold",
     .offset = offsetof(ispy_python_clause, modules),
     .count = offsetof(ispy_python_clause, module_count),
     .element = ELEMENT(MODULE)},
};

#define RECORD(record_id, record_name, plain_form, type, table, record_help)                                           \
    [ISPY_RECORD_##record_id] = {                                                                                      \
        .id = ISPY_RECORD_##record_id,                                                                                 \
        .name = record_name,                                                                                           \
        .help = record_help,                                                                                           \
        .plain = ISPY_PLAIN_##plain_form,                                                                              \
        .size = sizeof(type),                                                                                          \
        .fields = table,                                                                                               \
        .field_count = COUNT(table),                                                                                   \
    }

#define GROUP_ENTRY(record_id, record_name, type, table, record_help)                                                  \
    [ISPY_RECORD_##record_id] = {                                                                                      \
        .id = ISPY_RECORD_##record_id,                                                                                 \
        .name = record_name,                                                                                           \
        .help = record_help,                                                                                           \
        .plain = ISPY_PLAIN_NONE,                                                                                      \
        .size = sizeof(type),                                                                                          \
        .fields = table,                                                                                               \
        .field_count = COUNT(table),                                                                                   \
        .logic = offsetof(type, logic),                                                                                \
    }

static const ispy_record records[ISPY_RECORD_COUNT] = {
    RECORD(CONTRACT, "contract", NONE, struct ispy_contract, contract_fields, "one YAML document"),
    RECORD(MODULE, "module", NONE, ispy_block, module_fields, "what a deployment demands of the module"),
    RECORD(VARIABLE, "variable", VARIABLE_STUB, ispy_variable_clause, variable_fields, "a variable of the module"),
    RECORD(ATTRIBUTE, "attribute", ATTRIBUTE_STUB, ispy_variable_clause, attribute_fields, "an attribute of a class"),
    RECORD(FUNCTION, "function", FUNCTION_STUB, ispy_function_clause, function_fields, "a function of the module"),
    RECORD(METHOD, "method", METHOD_STUB, ispy_function_clause, method_fields, "a method of a class"),
    RECORD(ARGUMENT, "argument", NAME, ispy_parameter_clause, argument_fields, "a parameter of a function"),
    RECORD(CLASS, "class", CLASS_STUB, ispy_class_clause, class_fields, "a class of the module"),
    RECORD(SUPERCLASS, "superclass", NAME, ispy_class_clause, superclass_fields, "a class that a class derives from"),
    RECORD(DEPLOYMENT, "deployment", NONE, ispy_deployment_clause, deployment_fields, "a machine"),
    RECORD(SYSTEM, "system", NONE, ispy_system_clause, system_fields, "an operating system"),
    RECORD(ENVIRONMENT, "environment", NONE, ispy_environment_form, environment_fields,
           "the environment of the process"),
    RECORD(ENVIRONMENT_VARIABLE, "environment variable", NAME, ispy_environment_clause, environment_variable_fields,
           "an environment variable"),
    RECORD(SECRET, "secret", NAME, ispy_environment_clause, secret_fields,
           "an environment variable whose value is secret"),
    RECORD(PYTHON, "python", NONE, ispy_python_clause, python_fields, "a Python"),
    GROUP_ENTRY(BLOCK, "block", ispy_block, module_fields, "clauses that hold or fail together"),
    GROUP_ENTRY(CLASS_PART, "part of a class", ispy_class_clause, class_part_fields,
                "what a class has, holding or failing together"),
    RECORD(WAIVER, "waiver", NONE, ispy_waiver, waiver_fields, "an exception, for a reason and for a time"),
    RECORD(VALUE_DEMAND, "demand on a value", NONE, ispy_value_demand, value_demand_fields,
           "what a value has to be like: all that is stated has to hold"),
    RECORD(TEXT_DEMAND, "demand on a text", NONE, ispy_value_demand, text_demand_fields,
           "what the value of an environment variable has to be like"),
    RECORD(LENGTH, "length", NONE, ispy_length_demand, length_fields, "how many there may be"),
    RECORD(EXPORT, "export", NAME, ispy_decorator_clause, export_fields, "a name that the module exports"),
    RECORD(DECORATOR, "decorator", NAME, ispy_decorator_clause, decorator_fields, "what stands above it with '@'"),
    RECORD(IMPORTS, "import policy", NONE, ispy_policy_clause, imports_fields, "which modules may be imported"),
    RECORD(CALLS, "call policy", NONE, ispy_policy_clause, calls_fields, "what must not be called"),
    RECORD(TOP_LEVEL, "top level policy", NONE, ispy_top_level_clause, top_level_fields,
           "what runs while the module is being imported"),
    RECORD(CONDITION, "condition", NONE, ispy_condition, condition_fields, "where something applies"),
    RECORD(REQUIRES, "requirements", NONE, ispy_condition, requires_fields,
           "what there has to be where the module runs"),
    RECORD(PYTHON_DEMAND, "demand on the interpreter", NONE, ispy_condition, python_demand_fields,
           "which Pythons will do"),
    RECORD(HOST, "host", NONE, ispy_component_clause, host_fields, "the program that loads the module"),
    RECORD(VARIABLE_DEMAND, "demand on an environment variable", NONE, ispy_variable_form, variable_demand_fields,
           "what an environment variable has to be like"),
};

const ispy_record *ispy_record_get(ispy_record_id id) {
    return &records[id];
}

bool ispy_record_takes_pairs(const ispy_record *record) {
    return record->id == ISPY_RECORD_VARIABLE || record->id == ISPY_RECORD_ENVIRONMENT_VARIABLE;
}

bool ispy_record_must_state(const ispy_record *record) {
    return record->logic != 0 || record->id == ISPY_RECORD_DEPLOYMENT || record->id == ISPY_RECORD_SYSTEM ||
           record->id == ISPY_RECORD_PYTHON || record->id == ISPY_RECORD_CONDITION ||
           record->id == ISPY_RECORD_VALUE_DEMAND || record->id == ISPY_RECORD_TEXT_DEMAND ||
           record->id == ISPY_RECORD_LENGTH || record->id == ISPY_RECORD_REQUIRES ||
           record->id == ISPY_RECORD_PYTHON_DEMAND || record->id == ISPY_RECORD_HOST ||
           record->id == ISPY_RECORD_VARIABLE_DEMAND || record->id == ISPY_RECORD_IMPORTS;
}

/* Keys that the format has a meaning for and this version has not. */
static const char *const planned_keys[] = {
    "integrity",
    "runtime",
    "dependencies",
    "schema_version",
    "policy_id",
    "dependency_options",
    "evidence_requirements",
};

bool ispy_field_is_planned(ispy_str key) {
    for (size_t i = 0; i < COUNT(planned_keys); i++) {
        if (ispy_str_equal(key, ispy_str_literal(planned_keys[i]))) {
            return true;
        }
    }
    return false;
}

const char *ispy_field_planned(size_t index) {
    return index < COUNT(planned_keys) ? planned_keys[index] : NULL;
}
