/* The tables of fields.c for those who are outside: see importspy/format.h.
 * Must not know: YAML, what a schema looks like. */
#include <importspy/format.h>

#include "load/fields.h"

#include <string.h>

static const char *const type_names[ISPY_FIELD_TYPE_COUNT] = {
    [ISPY_FIELD_FORMAT] = "format",
    [ISPY_FIELD_TEXT] = "text",
    [ISPY_FIELD_NAME] = "name",
    [ISPY_FIELD_NAME_PATTERN] = "name pattern",
    [ISPY_FIELD_QUALIFIED_NAME] = "qualified name",
    [ISPY_FIELD_DOTTED_NAME] = "dotted name",
    [ISPY_FIELD_ENVIRONMENT_NAME] = "environment name",
    [ISPY_FIELD_FILE_NAME] = "file name",
    [ISPY_FIELD_WORD] = "word",
    [ISPY_FIELD_WORD_TEXT] = "word text",
    [ISPY_FIELD_VALUE] = "value",
    [ISPY_FIELD_ENVIRONMENT_VALUE] = "environment value",
    [ISPY_FIELD_LITERAL] = "literal",
    [ISPY_FIELD_LITERALS] = "literals",
    [ISPY_FIELD_NUMBER] = "number",
    [ISPY_FIELD_REGEX] = "regular expression",
    [ISPY_FIELD_COUNT] = "count",
    [ISPY_FIELD_LENGTH] = "length",
    [ISPY_FIELD_ANNOTATION] = "annotation",
    [ISPY_FIELD_VERSION] = "version",
    [ISPY_FIELD_PYTHON_VERSION] = "Python version",
    [ISPY_FIELD_CALL] = "call",
    [ISPY_FIELD_INTERFACES] = "interfaces",
    [ISPY_FIELD_MODULE_PATTERNS] = "module patterns",
    [ISPY_FIELD_FILE_PATTERNS] = "file patterns",
    [ISPY_FIELD_LIST] = "list",
    [ISPY_FIELD_SUPERCLASSES] = "superclasses",
    [ISPY_FIELD_ENVIRONMENT] = "environment",
    [ISPY_FIELD_WORD_TEXTS] = "words",
    [ISPY_FIELD_MODULE_PATTERN] = "module pattern",
    [ISPY_FIELD_RULE] = "rule",
    [ISPY_FIELD_SEVERITIES] = "severities",
    [ISPY_FIELD_DATE] = "date",
    [ISPY_FIELD_EXTENDS] = "extends",
    [ISPY_FIELD_GROUP] = "group",
    [ISPY_FIELD_NEGATION] = "negation",
    [ISPY_FIELD_CONDITION] = "condition",
    [ISPY_FIELD_REQUIRES] = "requirements",
    [ISPY_FIELD_PYTHON] = "Python",
    [ISPY_FIELD_LIBC] = "C libraries",
    [ISPY_FIELD_DISTRIBUTION] = "distribution",
    [ISPY_FIELD_DISTRIBUTIONS] = "distributions",
    [ISPY_FIELD_HOSTS] = "hosts",
    [ISPY_FIELD_COMMANDS] = "commands",
    [ISPY_FIELD_MEMORY] = "memory",
    [ISPY_FIELD_CPUS] = "CPUs",
    [ISPY_FIELD_VARIABLES] = "environment demands",
    [ISPY_FIELD_POLICY] = "policy",
    [ISPY_FIELD_IMPORT_ENTRIES] = "import entries",
    [ISPY_FIELD_CALL_ENTRIES] = "call entries",
    [ISPY_FIELD_TOP_LEVEL_CALLS] = "top-level calls",
};

static const char *const plain_names[] = {
    [ISPY_PLAIN_NONE] = "",
    [ISPY_PLAIN_NAME] = "name",
    [ISPY_PLAIN_VARIABLE_STUB] = "variable stub",
    [ISPY_PLAIN_ATTRIBUTE_STUB] = "attribute stub",
    [ISPY_PLAIN_FUNCTION_STUB] = "function stub",
    [ISPY_PLAIN_METHOD_STUB] = "method stub",
    [ISPY_PLAIN_CLASS_STUB] = "class stub",
};

_Static_assert(ISPY_RECORD_CONTRACT == 0, "the contract is the first record");

static const ispy_record *record_at(size_t record) {
    return ispy_record_get((ispy_record_id)record);
}

size_t ispy_format_record_count(void) {
    return ISPY_RECORD_COUNT;
}

ispy_format_record ispy_format_record_get(size_t record) {
    const ispy_record *found = record_at(record);
    return (ispy_format_record){
        .name = found->name,
        .help = found->help,
        .plain = plain_names[found->plain],
        .takes_pairs = ispy_record_takes_pairs(found),
        .must_state = ispy_record_must_state(found),
        .is_entry = found->logic != 0,
        .field_count = found->field_count,
    };
}

/* Two keys that fill the same member are two spellings of one. */
static size_t spelling_of(const ispy_record *record, size_t field) {
    for (size_t i = 0; i < field && record->fields[field].offset != 0; i++) {
        if (record->fields[i].offset == record->fields[field].offset) {
            return i;
        }
    }
    return ISPY_FORMAT_NONE;
}

static size_t count_words(const ispy_word *words) {
    size_t count = 0;
    while (words != NULL && words[count].word != NULL) {
        count++;
    }
    return count;
}

ispy_format_field ispy_format_field_get(size_t record, size_t field) {
    const ispy_field *found = &record_at(record)->fields[field];
    return (ispy_format_field){
        .key = found->key,
        .help = found->help,
        .type = type_names[found->type],
        .required = found->required,
        .replaced_by = found->replaced_by,
        .element = found->element == NULL ? ISPY_FORMAT_NONE : (size_t)found->element->id,
        .spelling_of = spelling_of(record_at(record), field),
        .word_count = count_words(found->words),
    };
}

ispy_format_word ispy_format_word_get(size_t record, size_t field, size_t word) {
    const ispy_word *found = &record_at(record)->fields[field].words[word];
    return (ispy_format_word){found->word, found->help};
}

size_t ispy_format_type_count(void) {
    return ISPY_FIELD_TYPE_COUNT;
}

const char *ispy_format_type(size_t type) {
    return type_names[type];
}

size_t ispy_format_planned_count(void) {
    size_t count = 0;
    while (ispy_field_planned(count) != NULL) {
        count++;
    }
    return count;
}

const char *ispy_format_planned(size_t index) {
    return ispy_field_planned(index);
}
