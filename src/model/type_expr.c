/* Annotations: parsed, compared, shown. The work is done elsewhere: type_lexer.c (text to tokens), type_parse.c (tokens
 * to syntax), type_names.c (names that mean the same), type_normal.c (syntax to normal form), type_compare.c,
 * type_admits.c. Must not know: which clause asks. */
#include "model/type_compatible.h"

#include "model/literal.h"

#include <string.h>

/* Values within Literal[...] are shown whole up to this many bytes each. */
enum { MAX_SHOWN_VALUE = 200 };

static int normalise_or_opaque(const ispy_type **out, ispy_arena *arena, const ispy_syntax *syntax,
                               const ispy_module *module, ispy_str text) {
    int status = ispy_type_normalise(out, arena, syntax, module);
    if (status != ISPY_EINVAL) {
        return status;
    }
    ispy_syntax *opaque = NULL;
    status = ispy_syntax_opaque(&opaque, arena, text);
    return status == ISPY_OK ? ispy_type_normalise(out, arena, opaque, module) : status;
}

int ispy_type_expr_parse(const ispy_type_expr **out, ispy_arena *arena, ispy_str text) {
    ispy_type_expr *type = ispy_arena_alloc(arena, sizeof *type);
    ispy_syntax *syntax = NULL;
    if (text.data == NULL) {
        text = ispy_str_literal("");
    }
    if (type == NULL || ispy_arena_str(&type->text, arena, text.data, text.length) != ISPY_OK ||
        ispy_syntax_parse(&syntax, arena, type->text) != ISPY_OK ||
        normalise_or_opaque(&type->normal, arena, syntax, NULL, type->text) != ISPY_OK) {
        return ISPY_ENOMEM;
    }
    type->syntax = syntax;
    ispy_form form = type->normal->form;
    type->is_clean = form != ISPY_FORM_LIST && form != ISPY_FORM_ELLIPSIS && !ispy_type_has_opaque(type->normal);
    *out = type;
    return ISPY_OK;
}

/* What a contract asks for has one name each: the qualified one where it is sure, else the one that is written. */
static int settle_names(ispy_type *type, ispy_arena *arena, bool own_are_bare) {
    for (uint32_t i = 0; i < type->count; i++) {
        int status = settle_names((ispy_type *)type->items[i], arena, own_are_bare);
        if (status != ISPY_OK) {
            return status;
        }
    }
    if (type->name_count == 0) {
        return ISPY_OK;
    }
    ispy_type_name *name = ispy_arena_alloc(arena, sizeof *name);
    if (name == NULL) {
        return ISPY_ENOMEM;
    }
    *name = type->names[0];
    bool is_own = name->is_local && own_are_bare;
    bool is_sure = type->name_count == 1 && name->qualified.data != NULL && !name->is_partial && !is_own &&
                   (name->is_certain || name->is_standard);
    if (is_sure) {
        name->written = name->qualified;
    } else {
        *name = (ispy_type_name){.written = name->written};
    }
    name->is_local = false;
    name->is_certain = name->is_standard;
    type->names = name;
    type->name_count = 1;
    return ISPY_OK;
}

int ispy_type_expr_parse_in(const ispy_type_expr **out, ispy_arena *arena, ispy_str text, const ispy_module *module,
                            bool own_are_bare) {
    const ispy_type_expr *plain = NULL;
    int status = ispy_type_expr_parse(&plain, arena, text);
    if (status != ISPY_OK) {
        return status;
    }
    ispy_type_expr *type = (ispy_type_expr *)plain; /* fresh, and nobody else has it */
    bool found = false;
    status = ispy_type_normalise_aliases(&type->normal, &found, arena, type->syntax, module);
    if (status == ISPY_EINVAL) {
        status = normalise_or_opaque(&type->normal, arena, type->syntax, module, type->text);
    }
    if (status == ISPY_OK) {
        status = settle_names((ispy_type *)type->normal, arena, own_are_bare);
    }
    *out = type;
    return status;
}

ispy_str ispy_type_expr_name(const ispy_type_expr *type) {
    const ispy_type *normal = type->normal;
    bool is_named = normal->form == ISPY_FORM_NAMED && normal->name_count == 1 && !normal->is_member;
    return is_named ? normal->names[0].qualified : (ispy_str){NULL, 0, 0};
}

bool ispy_type_expr_is_clean(const ispy_type_expr *type) {
    return type->is_clean;
}

static ispy_verdict fit_types(const ispy_type *wanted, const ispy_type *got, const ispy_module *module, ispy_fit fit,
                              ispy_arena *scratch) {
    switch (fit) {
    case ISPY_FIT_WIDER:
        return ispy_type_assign(wanted, got, module, false, scratch);
    case ISPY_FIT_NARROWER:
        return ispy_type_assign(got, wanted, module, true, scratch);
    default:
        return ispy_type_compare(wanted, got, scratch);
    }
}

/* Whether the contract uses a name that the module alone gives a meaning to. */
static bool has_bare_name(const ispy_type *type) {
    bool bare = type->form == ISPY_FORM_NAMED && type->names[0].qualified.data == NULL;
    for (uint32_t i = 0; i < type->count && !bare; i++) {
        bare = has_bare_name(type->items[i]);
    }
    return bare;
}

/* A type alias of the module goes by its own name and by what it stands for. */
static ispy_verdict fit_aliases(const ispy_type_expr *wanted, const ispy_type_expr *got, const ispy_module *module,
                                ispy_fit fit, ispy_arena *scratch, ispy_verdict unexpanded) {
    const ispy_type *type = NULL;
    bool found = false;
    if (ispy_type_normalise_aliases(&type, &found, scratch, got->syntax, module) != ISPY_OK || !found) {
        return unexpanded;
    }
    ispy_verdict verdict = fit_types(wanted->normal, type, module, fit, scratch);
    return verdict == ISPY_FAIL && has_bare_name(wanted->normal) ? ISPY_UNPROVABLE : verdict;
}

ispy_verdict ispy_type_expr_fit(const ispy_type_expr *wanted, const ispy_type_expr *got, const ispy_module *module,
                                ispy_fit fit) {
    ispy_verdict verdict = ISPY_UNPROVABLE; /* out of memory is never FAIL */
    ispy_arena *scratch = ispy_arena_new();
    const ispy_type *type = got->normal;
    if (scratch != NULL &&
        (module == NULL || normalise_or_opaque(&type, scratch, got->syntax, module, got->text) == ISPY_OK)) {
        verdict = fit_types(wanted->normal, type, module, fit, scratch);
        if (verdict != ISPY_PASS && module != NULL) {
            verdict = fit_aliases(wanted, got, module, fit, scratch, verdict);
        }
    }
    ispy_arena_free(scratch);
    return verdict;
}

ispy_verdict ispy_type_expr_compare(const ispy_type_expr *wanted, const ispy_type_expr *got,
                                    const ispy_module *module) {
    return ispy_type_expr_fit(wanted, got, module, ISPY_FIT_EXACT);
}

bool ispy_type_expr_is_unspecific(const ispy_type_expr *type, const ispy_module *module) {
    if (type->syntax->kind != ISPY_SYNTAX_NAME) {
        return false;
    }
    bool unspecific = false;
    ispy_arena *scratch = ispy_arena_new();
    const ispy_type *normal = type->normal;
    if (scratch != NULL && (module == NULL || ispy_type_normalise(&normal, scratch, type->syntax, module) == ISPY_OK)) {
        unspecific = ispy_type_role_get(normal) == ISPY_ROLE_QUALIFIER;
    }
    ispy_arena_free(scratch);
    return unspecific;
}

/* ---- Showing ---- */

static void show(ispy_text *out, const ispy_type *type);

/* As it would be imported today: "list" for typing.List, "Callable" for what was written as "Callable". */
static void show_name(ispy_text *out, const ispy_type_name *name) {
    static const char builtins[] = "builtins.";
    size_t prefix = sizeof builtins - 1;
    ispy_str text = name->qualified.data == NULL ? name->written : name->qualified;
    size_t start = 0;
    if (text.length > prefix && memcmp(text.data, builtins, prefix) == 0) {
        start = prefix;
    } else if (memchr(name->written.data, '.', name->written.length) == NULL) {
        start = text.length;
        while (start > 0 && text.data[start - 1] != '.') {
            start--;
        }
    }
    ispy_text_append(out, text.data + start, text.length - start);
}

static void show_items(ispy_text *out, const ispy_type *type) {
    for (uint32_t i = 0; i < type->count; i++) {
        if (i > 0) {
            ispy_text_puts(out, ", ");
        }
        show(out, type->items[i]);
    }
}

static bool is_literal(const ispy_type *type) {
    return type->form == ISPY_FORM_LITERAL || type->is_member;
}

static void show_literal_value(ispy_text *out, const ispy_type *type) {
    if (type->is_member) {
        ispy_text_str(out, type->names[0].written);
    } else {
        ispy_literal_show(out, &type->value, MAX_SHOWN_VALUE);
    }
}

/* All literals of a union are one Literal[...], where the first of them stands. */
static void show_union(ispy_text *out, const ispy_type *type) {
    bool literals_shown = false;
    for (uint32_t i = 0; i < type->count; i++) {
        const ispy_type *item = type->items[i];
        if (is_literal(item) && literals_shown) {
            continue;
        }
        if (i > 0) {
            ispy_text_puts(out, " | ");
        }
        if (!is_literal(item)) {
            show(out, item);
            continue;
        }
        ispy_text_puts(out, "Literal[");
        for (uint32_t k = i; k < type->count; k++) {
            if (is_literal(type->items[k])) {
                ispy_text_puts(out, k > i ? ", " : "");
                show_literal_value(out, type->items[k]);
            }
        }
        ispy_text_char(out, ']');
        literals_shown = true;
    }
}

static void show_named(ispy_text *out, const ispy_type *type) {
    if (type->is_member) {
        ispy_text_puts(out, "Literal[");
        ispy_text_str(out, type->names[0].written);
        ispy_text_char(out, ']');
        return;
    }
    show_name(out, &type->names[0]);
    if (type->subscripted) {
        ispy_text_char(out, '[');
        show_items(out, type);
        ispy_text_puts(out, type->count == 0 ? "()]" : "]");
    }
}

/* Depth: that of the normal form, which is bounded. */
static void show(ispy_text *out, const ispy_type *type) {
    switch (type->form) {
    case ISPY_FORM_NAMED:
        show_named(out, type);
        return;
    case ISPY_FORM_NONE:
        ispy_text_puts(out, "None");
        return;
    case ISPY_FORM_UNION:
        show_union(out, type);
        return;
    case ISPY_FORM_LITERAL:
        ispy_text_puts(out, "Literal[");
        show_literal_value(out, type);
        ispy_text_char(out, ']');
        return;
    case ISPY_FORM_LIST:
        ispy_text_char(out, '[');
        show_items(out, type);
        ispy_text_char(out, ']');
        return;
    case ISPY_FORM_UNPACK:
        ispy_text_char(out, '*');
        show(out, type->items[0]);
        return;
    case ISPY_FORM_ELLIPSIS:
        ispy_text_puts(out, "...");
        return;
    case ISPY_FORM_OPAQUE:
        ispy_text_str(out, type->text);
        return;
    }
}

int ispy_type_expr_show(ispy_text *out, const ispy_type_expr *type) {
    show(out, type->normal);
    return out->failed ? ISPY_ENOMEM : ISPY_OK;
}
