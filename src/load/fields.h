/* The contract format as tables: which keys each record has, what each may hold, where the loader puts it.
 *
 * The loader walks them; a schema can be generated from them, and the documentation held against them. So everything
 * that the format allows is said here, in data; how a type is read is contract_load.c's business.
 */
#ifndef ISPY_LOAD_FIELDS_H
#define ISPY_LOAD_FIELDS_H

#include "model/contract.h"
#include "model/value_demand.h"

/* What a key may hold, and what it becomes. */
typedef enum ispy_field_type {
    ISPY_FIELD_FORMAT,            /* the number 1; stored nowhere */
    ISPY_FIELD_TEXT,              /* any text -> ispy_str */
    ISPY_FIELD_NAME,              /* a Python name -> ispy_str; its place becomes the record's */
    ISPY_FIELD_NAME_PATTERN,      /* a Python name, or one with *, ? and [] -> as above; by_pattern in `stated` */
    ISPY_FIELD_QUALIFIED_NAME,    /* Python names joined by dots -> ispy_str */
    ISPY_FIELD_DOTTED_NAME,       /* Python names joined by dots -> as above */
    ISPY_FIELD_ENVIRONMENT_NAME,  /* the name of an environment variable -> as above */
    ISPY_FIELD_FILE_NAME,         /* the last part of a path -> ispy_str, place */
    ISPY_FIELD_WORD,              /* one of `words`, in any case -> its enumerator */
    ISPY_FIELD_WORD_TEXT,         /* one of `words`, in any case -> ispy_str, in the canonical spelling */
    ISPY_FIELD_VALUE,             /* any value, or a mapping with keys of `element` -> const ispy_value_clause * */
    ISPY_FIELD_ENVIRONMENT_VALUE, /* text, or the same -> const ispy_value_clause * */
    ISPY_FIELD_LITERAL,           /* any value, just that -> const ispy_value_clause * */
    ISPY_FIELD_LITERALS,          /* a list of values, at least one -> const ispy_value_clause *, count */
    ISPY_FIELD_NUMBER,            /* an int or float -> const ispy_value_clause * */
    ISPY_FIELD_REGEX,             /* a regular expression -> const ispy_matches_demand * */
    ISPY_FIELD_COUNT,             /* a whole number from 0 on -> uint32_t */
    ISPY_FIELD_LENGTH,            /* such a number, or a mapping, `element` -> const ispy_length_demand * */
    ISPY_FIELD_ANNOTATION,        /* a Python annotation, or {compatible: ...} -> const ispy_annotation_clause * */
    ISPY_FIELD_VERSION,           /* a version or specifiers -> const ispy_version_spec *, place */
    ISPY_FIELD_PYTHON_VERSION,    /* as above; "3.11" stands for all 3.11.x */
    ISPY_FIELD_CALL,              /* "(app, config)" -> const ispy_call_shape * */
    ISPY_FIELD_INTERFACES,        /* one interface or a list of them -> const ispy_interface_clause *, count */
    ISPY_FIELD_MODULE_PATTERNS,   /* one pattern or a list of them -> const ispy_pattern *, count */
    ISPY_FIELD_FILE_PATTERNS,     /* as above */
    ISPY_FIELD_LIST,              /* a list of `element` -> const array of what `element` fills, count, place */
    ISPY_FIELD_SUPERCLASSES,      /* a list of `element` -> const ispy_superclass_clause *, count */
    ISPY_FIELD_ENVIRONMENT,       /* a mapping, `element` -> const ispy_environment_clause *, count */
    ISPY_FIELD_WORD_TEXTS,        /* one of `words` or a list of them -> const ispy_str *, count */
    ISPY_FIELD_MODULE_PATTERN,    /* one pattern without "!" -> ispy_str */
    ISPY_FIELD_RULE,              /* the code of a rule -> uint32_t, its index; its place becomes the record's */
    ISPY_FIELD_SEVERITIES,        /* a mapping from codes to `words` -> const ispy_severity *, one for each rule */
    ISPY_FIELD_DATE,              /* YYYY-MM-DD -> ispy_str; its day is found out when the record is finished */
    ISPY_FIELD_EXTENDS,           /* a path or a list of them; read before everything else, see extends.h */
    ISPY_FIELD_GROUP,             /* a list of `element`, at least one -> ispy_group */
    ISPY_FIELD_NEGATION,          /* a mapping, `element` -> ispy_group of one entry */
    ISPY_FIELD_CONDITION,         /* a mapping, `element` -> const ispy_condition * */
    ISPY_FIELD_REQUIRES,          /* the same; on top of what is there already */
    ISPY_FIELD_PYTHON,            /* as PYTHON_VERSION; or a mapping, `element`, which fills the same record */
    ISPY_FIELD_LIBC,           /* `words`, or a mapping of them to versions -> const ispy_component_clause *, count */
    ISPY_FIELD_DISTRIBUTION,   /* the name of a distribution -> ispy_str, normalised; place */
    ISPY_FIELD_DISTRIBUTIONS,  /* a mapping of names to versions -> as above */
    ISPY_FIELD_HOSTS,          /* a mapping of names to versions or to `element` -> as above */
    ISPY_FIELD_COMMANDS,       /* one name or a list of them -> as above */
    ISPY_FIELD_MEMORY,         /* "512 MiB" -> const ispy_amount *, bytes */
    ISPY_FIELD_CPUS,           /* a number -> const ispy_amount *, thousandths */
    ISPY_FIELD_VARIABLES,      /* names to texts, words or `element` -> const ispy_environment_clause *, count */
    ISPY_FIELD_POLICY,         /* a mapping, `element` -> const pointer to what `element` fills */
    ISPY_FIELD_IMPORT_ENTRIES, /* patterns of modules, {distribution: ...} -> const ispy_policy_entry *, count, place */
    ISPY_FIELD_CALL_ENTRIES,   /* patterns of qualified names -> as above */
    ISPY_FIELD_TOP_LEVEL_CALLS, /* the same as a list, or the word "deny" */
    ISPY_FIELD_TYPE_COUNT
} ispy_field_type;

/* What an entry of a list may be besides a mapping. */
typedef enum ispy_plain_form {
    ISPY_PLAIN_NONE,
    ISPY_PLAIN_NAME,           /* what `name:` would hold */
    ISPY_PLAIN_VARIABLE_STUB,  /* a name, or a stub line: "API_VERSION: int = 2" */
    ISPY_PLAIN_ATTRIBUTE_STUB, /* the same in a class */
    ISPY_PLAIN_FUNCTION_STUB,  /* a name, or "def run(job) -> None" */
    ISPY_PLAIN_METHOD_STUB,    /* the same in a class, with decorators above */
    ISPY_PLAIN_CLASS_STUB      /* a name, or "class Plugin(Base): ..." */
} ispy_plain_form;

/* One word of an enumeration. */
typedef struct ispy_word {
    const char *word;
    int value;             /* of ISPY_FIELD_WORD */
    const char *canonical; /* of ISPY_FIELD_WORD_TEXT; NULL: the word itself */
    const char *help;
} ispy_word;

/* Offsets are those of members of what the record fills. Its first member is its ispy_origin, so that 0 says: nowhere.
 */
typedef struct ispy_field {
    const char *key;
    const char *help; /* one line, for the reference */
    ispy_field_type type;
    bool required;
    size_t offset;                     /* of the value; 0: it is checked and dropped */
    size_t count;                      /* of a uint32_t */
    size_t place;                      /* of an ispy_origin */
    size_t stated;                     /* of a bool that says that the key was stated */
    const char *replaced_by;           /* of an old spelling: the key that says the same; NULL: it is none */
    const ispy_word *words;            /* ends with a word that is NULL */
    const struct ispy_record *element; /* of LIST, SUPERCLASSES, ENVIRONMENT, VALUE, LENGTH, ... */
} ispy_field;

typedef enum ispy_record_id {
    ISPY_RECORD_CONTRACT,
    ISPY_RECORD_MODULE,
    ISPY_RECORD_VARIABLE,
    ISPY_RECORD_ATTRIBUTE,
    ISPY_RECORD_FUNCTION,
    ISPY_RECORD_METHOD,
    ISPY_RECORD_ARGUMENT,
    ISPY_RECORD_CLASS,
    ISPY_RECORD_SUPERCLASS,
    ISPY_RECORD_DEPLOYMENT,
    ISPY_RECORD_SYSTEM,
    ISPY_RECORD_ENVIRONMENT,
    ISPY_RECORD_ENVIRONMENT_VARIABLE,
    ISPY_RECORD_SECRET,
    ISPY_RECORD_PYTHON,
    ISPY_RECORD_BLOCK,
    ISPY_RECORD_CLASS_PART,
    ISPY_RECORD_CONDITION,
    ISPY_RECORD_WAIVER,
    ISPY_RECORD_VALUE_DEMAND,
    ISPY_RECORD_TEXT_DEMAND,
    ISPY_RECORD_LENGTH,
    ISPY_RECORD_REQUIRES,
    ISPY_RECORD_PYTHON_DEMAND,
    ISPY_RECORD_HOST,
    ISPY_RECORD_VARIABLE_DEMAND,
    ISPY_RECORD_DECORATOR,
    ISPY_RECORD_EXPORT,
    ISPY_RECORD_IMPORTS,
    ISPY_RECORD_CALLS,
    ISPY_RECORD_TOP_LEVEL,
    ISPY_RECORD_COUNT
} ispy_record_id;

/* A mapping with known keys. */
typedef struct ispy_record {
    ispy_record_id id;
    const char *name; /* for messages: "function" */
    const char *help;
    ispy_plain_form plain;
    size_t size; /* of what it fills */
    const ispy_field *fields;
    size_t field_count; /* at most ISPY_RECORD_MAX_FIELDS */
    size_t logic;       /* of an ispy_logic: an entry of a group, which has to state something; 0: it is none */
} ispy_record;

enum { ISPY_RECORD_MAX_FIELDS = 64 };

/* What `environment:` fills, before its lists are joined. */
typedef struct ispy_environment_form {
    ispy_origin origin;
    const ispy_environment_clause *variables;
    const ispy_environment_clause *secrets;
    uint32_t variable_count;
    uint32_t secret_count;
} ispy_environment_form;

/* A demand on a variable of the environment, before it becomes a clause. */
typedef struct ispy_variable_form {
    ispy_value_demand demand; /* with the origin of the whole */
    int type;                 /* an ispy_variable_type */
    ispy_origin type_origin;
    int presence;
    int secret;
} ispy_variable_form;

const ispy_record *ispy_record_get(ispy_record_id id);
/* Whether a mapping of names to values may stand for a list of such records. */
bool ispy_record_takes_pairs(const ispy_record *record);
/* Whether one that states nothing is refused. */
bool ispy_record_must_state(const ispy_record *record);
/* Whether the key belongs to the format, but this version cannot hold it yet. */
bool ispy_field_is_planned(ispy_str key);
/* All these keys, one by one; NULL behind the last. */
const char *ispy_field_planned(size_t index);

#endif
