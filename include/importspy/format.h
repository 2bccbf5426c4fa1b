/* The contract format as data: which keys each kind of mapping has, and what each key may hold.
 *
 * Read from the tables that the loader itself walks. What is made of it (a JSON Schema, a reference) can therefore not
 * fall behind. Everything is static, NUL-terminated UTF-8.
 */
#ifndef IMPORTSPY_FORMAT_H
#define IMPORTSPY_FORMAT_H

#include <importspy/base.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ISPY_FORMAT_NONE SIZE_MAX

/* A mapping with known keys. The first one, number 0, is the contract itself: one YAML document. */
typedef struct ispy_format_record {
    const char *name;  /* "function", "part of a class"; each once */
    const char *help;  /* a few words */
    const char *plain; /* what an entry of a list may be besides a mapping: "", "name", "function stub", ... */
    bool takes_pairs;  /* a mapping of names to values may stand for a list of these */
    bool must_state;   /* one that states nothing is refused */
    bool is_entry;     /* of any_of, all_of, not: has to state more than `when` */
    size_t field_count;
} ispy_format_record;

/* A key. */
typedef struct ispy_format_field {
    const char *key;
    const char *help;
    const char *type; /* one of ispy_format_type() */
    bool required;
    const char *replaced_by; /* of an old spelling: the key that says the same; NULL: it is none */
    size_t element;          /* number of the record that it holds, or ISPY_FORMAT_NONE */
    size_t spelling_of; /* number of an earlier key of the record that says the same; just one of them may be stated */
    size_t word_count;  /* in which case a word is written does not matter */
} ispy_format_field;

typedef struct ispy_format_word {
    const char *word;
    const char *help; /* may be "" */
} ispy_format_word;

size_t ispy_format_record_count(void);
ispy_format_record ispy_format_record_get(size_t record);
ispy_format_field ispy_format_field_get(size_t record, size_t field);
ispy_format_word ispy_format_word_get(size_t record, size_t field, size_t word);
/* All types that a key may have: "text", "list", ... NULL: somebody forgot to name it. */
size_t ispy_format_type_count(void);
const char *ispy_format_type(size_t type);
/* Keys that the format has a meaning for, and this version has not. */
size_t ispy_format_planned_count(void);
const char *ispy_format_planned(size_t index);

#ifdef __cplusplus
}
#endif
#endif
