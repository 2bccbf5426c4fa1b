/* See scope_script.h. */
#include "scope_script.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

const ispy_definition *script_define(ispy_arena *arena, ispy_str name, uint32_t number) {
    ispy_definition *definition = ispy_arena_alloc(arena, sizeof *definition);
    if (definition == NULL) {
        return NULL;
    }
    definition->kind = ISPY_DEFINES_VARIABLE;
    definition->name = name;
    definition->at.line = number;
    return definition;
}

int script_word(ispy_arena *arena, ispy_builder *builder, const char *word) {
    const ispy_span at = {99, 1, 1};
    if (strcmp(word, "*") == 0) {
        return ispy_builder_open(builder, ISPY_REASON_STAR_IMPORT, at);
    }
    if (strcmp(word, "**") == 0) {
        return ispy_builder_extend(builder, ISPY_REASON_MODULE_GETATTR, at);
    }
    switch (word[0]) {
    case '{':
        return ispy_builder_fork(builder);
    case '|':
        return ispy_builder_arm(builder, ISPY_ARM_FRESH);
    case '!':
        return ispy_builder_arm(builder, ISPY_ARM_HANDLER);
    case '}':
        return ispy_builder_join(builder, true);
    case '?':
        return ispy_builder_join(builder, false);
    case '.':
        ispy_builder_leave(builder);
        return ISPY_OK;
    default:
        break;
    }
    bool unbinds = word[0] == '-';
    word += unbinds ? 1 : 0;
    size_t length = strcspn(word, "=+");
    ispy_str name; /* the builder keeps it */
    if (ispy_arena_str(&name, arena, word, length) != ISPY_OK) {
        return ISPY_ENOMEM;
    }
    if (unbinds) {
        return ispy_builder_unbind(builder, name);
    }
    const ispy_definition *definition = script_define(arena, name, (uint32_t)atoi(word + length + 1));
    if (definition == NULL) {
        return ISPY_ENOMEM;
    }
    return word[length] == '=' ? ispy_builder_bind(builder, definition)
                               : ispy_builder_add(builder, definition, ISPY_REASON_CONDITIONAL);
}

void script_feed(ispy_arena *arena, ispy_builder *builder, const char *script) {
    char words[4000];
    ck_assert_uint_lt(strlen(script), sizeof words);
    strcpy(words, script);
    for (char *word = strtok(words, " "); word != NULL; word = strtok(NULL, " ")) {
        ck_assert_msg(script_word(arena, builder, word) == ISPY_OK, "%s", word);
    }
}
