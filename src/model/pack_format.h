/* What a pack looks like, for its writer (module_pack.c) and its reader (module_unpack.c).
 *
 * A pack is made of 32-bit words in the order of the machine (its head says which), so that reading is little more than
 * copying:
 *
 *     head                    PACK_HEAD_WORDS words, see below
 *     texts                   length and hash of each: UTF-8 texts first, each only once, then values of bytes literals
 *     nodes                   the structure, depth first; texts by number from 1, 0 for "not stated"; values of bytes
 *                             literals are numbered for themselves
 *     bytes of the texts      each followed by a NUL byte; filled up with zeros to a whole word
 *
 * Records of nodes; [x] is repeated as often as the count before it says:
 *
 *     span        line, column, length
 *     literal     kind + 1 (0: there is none) | reason << 8, then: a text, or count [literal], or nothing
 *     reference   name, text, span, number of the definition that is its head << 1 | head varies
 *     parameter   name, kind, annotation, span, literal
 *     function    flags | method kind << 8 | unknown << 16, returns, parameters, decorators, [parameter], [reference]
 *     class       flags | maker << 8, name, bases, decorators, fields, [reference], [reference], [parameter], members,
 *                 instance
 *     import      flags, level, module, name, bound, span
 *     definition  kind | reason << 8, its number, name, span, then: annotation, alias, is_object and literal, function,
 * class, import, or nothing binding     may be absent | reason << 8, candidates (at least one), [definition]; its name
 * is that of the first. One that has been read already is PACK_AGAIN and its number scope       reason why it is open,
 * span, bindings, [binding] in order module      flags, name, path, unreadable, span, imports, patched, scope,
 * [import], [text], literal (__all__), then those definitions that only heads lead to: 1 and the definition, and 0
 * behind the last; then uses: 0 where nobody has looked for them, or 1, names, uses, [text], [use]
 *     use         kind | flags << 8, number of its name + 1, the same of its part, span; 0: there is none
 */
#ifndef ISPY_MODEL_PACK_FORMAT_H
#define ISPY_MODEL_PACK_FORMAT_H

#include <importspy/module.h>

#define PACK_MAGIC UINT32_C(0x49534d31) /* reads otherwise on a machine with another order of bytes */

enum {
    HEAD_MAGIC,
    HEAD_VERSION,
    HEAD_TEXTS,
    HEAD_BYTES,
    HEAD_NODES,
    HEAD_TEXT_SIZE,
    HEAD_MEMORY,
    HEAD_DEFINITIONS,
    HEAD_LINKS,
    PACK_HEAD_WORDS
};

#define PACK_AGAIN UINT32_C(0xff)

enum { TEXT_WORDS = 2 };

enum {
    PACK_MAX_LENGTH = 64 * 1024 * 1024, /* of a pack; sources have at most 2 MiB */
    PACK_MAX_DEPTH = 256, /* of literals and classes: twice what Python's parser and our extractor allow */
    PACK_MAX_GROWTH = 16  /* bytes of memory that one byte of a pack may ask for */
};

/* Words of the part of a record that has always the same size. */
enum {
    SPAN_WORDS = 3,
    REFERENCE_WORDS = 3 + SPAN_WORDS,
    PARAMETER_WORDS = 3 + SPAN_WORDS,
    VARIABLE_WORDS = 3,
    FUNCTION_WORDS = 4 + SPAN_WORDS,
    CLASS_WORDS = 5 + SPAN_WORDS,
    IMPORT_WORDS = 5 + SPAN_WORDS,
    DEFINITION_WORDS = 3 + SPAN_WORDS,
    BINDING_WORDS = 2,
    SCOPE_WORDS = 2 + SPAN_WORDS,
    MODULE_WORDS = 6 + SPAN_WORDS,
    USE_WORDS = 3 + SPAN_WORDS
};

enum {
    FUNCTION_ASYNC = 1,
    FUNCTION_GENERATOR = 2,
    FUNCTION_ABSTRACT = 4,
    FUNCTION_CACHED = 8,
    FUNCTION_SETTER = 16,
    FUNCTION_DELETER = 32,
    FUNCTION_FLAGS = 63
};
enum {
    CLASS_METACLASS = 1,
    CLASS_SHUTS_OUT = 2,
    CLASS_REMADE = 4,
    CLASS_TYPE_PARAMETERS = 8,
    CLASS_NO_CLASS = 16,
    CLASS_FLAGS = 31
};
enum { IMPORT_ALIAS = 1, IMPORT_TYPE_CHECKING = 2, IMPORT_IN_FUNCTION = 4, IMPORT_CONDITIONAL = 8, IMPORT_FLAGS = 15 };
enum { MODULE_PACKAGE = 1, MODULE_PATCHED_AT_WILL = 2, MODULE_FLAGS = 3 };

/* A piece of the one stretch of memory that the reader fills; the writer adds up the same. */
static inline size_t ispy_pack_room(size_t count, size_t size) {
    const size_t alignment = 8; /* of pointers and of all that a structure is made of */
    return (count * size + alignment - 1) / alignment * alignment;
}

#endif
