/* Annotations in normal form. See type_normal.h.
 * Depth is bounded by that of the syntax (ISPY_TYPE_MAX_DEPTH). */
#include "model/type_normal.h"

#include "model/resolve.h"

#include <string.h>

typedef struct normaliser {
    ispy_arena *arena;
    const ispy_module *module;
    int status;
    bool expands;         /* aliases are replaced */
    uint32_t expansions;  /* so far */
    uint32_t alias_depth; /* of aliases within aliases */
} normaliser;

enum {
    MAX_EXPANSIONS = 64, /* of aliases in one annotation; more are opaque */
    MAX_ALIAS_DEPTH = 16
};

static const ispy_type *normalise(normaliser *n, const ispy_syntax *syntax);

static ispy_type *fail(normaliser *n, int status) {
    n->status = status;
    return NULL;
}

static ispy_type *type_new(normaliser *n, ispy_form form) {
    ispy_type *type = ispy_arena_alloc(n->arena, sizeof *type);
    if (type == NULL) {
        return fail(n, ISPY_ENOMEM);
    }
    type->form = form;
    return type;
}

static const ispy_type *opaque(normaliser *n, ispy_str text) {
    ispy_type *type = type_new(n, ISPY_FORM_OPAQUE);
    if (type != NULL) {
        type->text = text;
    }
    return type;
}

/* ---- Names ---- */

static bool is_dotted(ispy_str name) {
    return memchr(name.data, '.', name.length) != NULL;
}

/* As it is read where nothing tells otherwise. */
static void assume_name(normaliser *n, ispy_type_name *out, ispy_str written) {
    *out = (ispy_type_name){.written = written};
    int status = is_dotted(written) ? ispy_type_canonical(&out->qualified, n->arena, written)
                                    : ispy_type_standard(&out->qualified, n->arena, written);
    if (status != ISPY_OK) {
        n->status = status;
    }
    out->is_standard = ispy_type_is_standard(out->qualified);
    out->role = ispy_type_role_of(out->qualified);
}

static void qualify(normaliser *n, ispy_type_name *out, const ispy_qualified *name) {
    size_t length = 0;
    for (uint32_t i = 0; i < name->count; i++) {
        length += name->parts[i].length + (size_t)1;
    }
    char *text = ispy_arena_alloc(n->arena, length + 1);
    if (text == NULL) {
        n->status = ISPY_ENOMEM;
        return;
    }
    size_t used = 0;
    for (uint32_t i = 0; i < name->count; i++) {
        if (i > 0) {
            text[used++] = '.';
        }
        memcpy(text + used, name->parts[i].data, name->parts[i].length);
        used += name->parts[i].length;
    }
    out->qualified = ispy_str_of(text, used);
    out->is_partial = name->partial;
    if (!name->partial) {
        int status = ispy_type_canonical(&out->qualified, n->arena, out->qualified);
        n->status = status != ISPY_OK ? status : n->status;
        out->is_standard = ispy_type_is_standard(out->qualified);
        out->role = ispy_type_role_of(out->qualified);
    }
}

static void resolve_target(normaliser *n, ispy_type_name *out, ispy_str written, const ispy_target *target) {
    *out = (ispy_type_name){.written = written};
    switch (target->kind) {
    case ISPY_TARGET_QUALIFIED:
        out->is_certain = true;
        qualify(n, out, &target->name);
        return;
    case ISPY_TARGET_DEFINITION:
        if (target->definition->kind == ISPY_DEFINES_CLASS) {
            out->is_local = true;
            out->is_certain = true;
            qualify(n, out, &target->name);
        }
        return; /* a variable may hold any type: an alias, a TypeVar, a NewType */
    case ISPY_TARGET_ABSENT:
    case ISPY_TARGET_UNKNOWN:
        assume_name(n, out, written);
        return;
    }
}

static bool same_name(const ispy_type_name *a, const ispy_type_name *b) {
    return ispy_str_equal(a->qualified, b->qualified) && a->is_certain == b->is_certain &&
           a->is_partial == b->is_partial && a->is_local == b->is_local;
}

static void resolve_name(normaliser *n, ispy_type *type, ispy_str written) {
    ispy_resolution found;
    found.count = 1;
    if (n->module != NULL) {
        ispy_resolve(&found, n->module, written, ISPY_VIEW_ANNOTATION);
    }
    ispy_type_name *names = ispy_arena_array(n->arena, found.count, sizeof *names);
    if (names == NULL) {
        n->status = ISPY_ENOMEM;
        return;
    }
    type->names = names;
    if (n->module == NULL) {
        assume_name(n, names, written);
        names->is_certain = names->is_standard;
        type->name_count = 1;
        return;
    }
    for (uint32_t i = 0; i < found.count; i++) {
        ispy_type_name *name = &names[type->name_count];
        resolve_target(n, name, written, &found.targets[i]);
        name->is_certain = name->is_certain && found.reason == ISPY_REASON_NONE;
        bool is_new = true;
        for (uint32_t k = 0; k < type->name_count; k++) {
            is_new = is_new && !same_name(name, &names[k]);
        }
        type->name_count += is_new ? 1 : 0;
    }
}

static ispy_type *named(normaliser *n, ispy_str written) {
    ispy_type *type = type_new(n, ISPY_FORM_NAMED);
    if (type != NULL) {
        resolve_name(n, type, written);
    }
    return n->status == ISPY_OK ? type : NULL;
}

ispy_type_role ispy_type_role_get(const ispy_type *type) {
    if (type->form != ISPY_FORM_NAMED) {
        return ISPY_ROLE_PLAIN;
    }
    ispy_type_role role = type->names[0].role;
    for (uint32_t i = 1; i < type->name_count; i++) {
        if (type->names[i].role != role) {
            return ISPY_ROLE_PLAIN;
        }
    }
    return role;
}

/* ---- Unions ---- */

typedef struct member {
    const ispy_type *type;
    struct member *next;
} member;

typedef struct members {
    member *first;
    member *last;
    uint32_t count;
    const ispy_type *none;
} members;

/* Only plain members are looked for: a subscript that is there twice does no harm. */
static bool same_plain(const ispy_type *a, const ispy_type *b) {
    if (a->form != b->form || a->subscripted || b->subscripted || a->is_member != b->is_member) {
        return false;
    }
    if (a->form == ISPY_FORM_LITERAL) {
        return a->value.kind == b->value.kind && ispy_str_equal(a->value.text, b->value.text);
    }
    return a->form == ISPY_FORM_NAMED && a->name_count == 1 && b->name_count == 1 && same_name(a->names, b->names) &&
           (a->names->qualified.data != NULL || ispy_str_equal(a->names->written, b->names->written));
}

static void add_member(normaliser *n, members *all, const ispy_type *type) {
    if (type->form == ISPY_FORM_UNION) {
        for (uint32_t i = 0; i < type->count && n->status == ISPY_OK; i++) {
            add_member(n, all, type->items[i]); /* those are no unions */
        }
        return;
    }
    if (type->form == ISPY_FORM_NONE) {
        all->none = type;
        return;
    }
    for (const member *m = all->first; m != NULL; m = m->next) {
        if (same_plain(m->type, type)) {
            return;
        }
    }
    member *last = ispy_arena_alloc(n->arena, sizeof *last);
    if (last == NULL || all->count == ISPY_TYPE_MAX_MEMBERS) {
        n->status = last == NULL ? ISPY_ENOMEM : ISPY_EINVAL;
        return;
    }
    last->type = type;
    *(all->last == NULL ? &all->first : &all->last->next) = last;
    all->last = last;
    all->count++;
}

static const ispy_type *union_of(normaliser *n, const members *all) {
    if (n->status != ISPY_OK) {
        return NULL;
    }
    uint32_t count = all->count + (all->none != NULL ? 1 : 0);
    if (count == 1) {
        return all->none != NULL ? all->none : all->first->type;
    }
    ispy_type *type = type_new(n, ISPY_FORM_UNION);
    const ispy_type **items = ispy_arena_array(n->arena, count, sizeof(const ispy_type *));
    if (type == NULL || items == NULL) {
        return fail(n, ISPY_ENOMEM);
    }
    for (const member *m = all->first; m != NULL; m = m->next) {
        items[type->count++] = m->type;
    }
    if (all->none != NULL) {
        items[type->count++] = all->none;
    }
    type->items = items;
    return type;
}

static const ispy_type *normalise_union(normaliser *n, const ispy_syntax *first, bool optional) {
    members all = {0};
    for (const ispy_syntax *part = first; part != NULL && n->status == ISPY_OK; part = part->next) {
        const ispy_type *type = normalise(n, part);
        if (type != NULL) {
            add_member(n, &all, type);
        }
    }
    if (optional && all.none == NULL && n->status == ISPY_OK) {
        all.none = type_new(n, ISPY_FORM_NONE);
    }
    return union_of(n, &all);
}

/* ---- Subscripts ---- */

static void add_literal(normaliser *n, members *all, const ispy_syntax *part);

/* Literal[Literal["a"], "b"]: false where the inner one is something else. */
static bool add_nested_literal(normaliser *n, members *all, const ispy_syntax *part) {
    const ispy_type *head = named(n, part->first->text);
    if (head == NULL || ispy_type_role_get(head) != ISPY_ROLE_LITERAL) {
        return false;
    }
    for (const ispy_syntax *inner = part->first->next; inner != NULL && n->status == ISPY_OK; inner = inner->next) {
        add_literal(n, all, inner);
    }
    return true;
}

static void add_literal(normaliser *n, members *all, const ispy_syntax *part) {
    ispy_type *type = NULL;
    switch (part->kind) {
    case ISPY_SYNTAX_STRING:
    case ISPY_SYNTAX_VALUE:
        type = type_new(n, ISPY_FORM_LITERAL);
        if (type != NULL) {
            type->value = part->value;
        }
        break;
    case ISPY_SYNTAX_NONE:
        type = type_new(n, ISPY_FORM_NONE);
        break;
    case ISPY_SYNTAX_NAME:
        type = named(n, part->text);
        if (type != NULL) {
            type->is_member = true;
        }
        break;
    case ISPY_SYNTAX_TUPLE:
        for (const ispy_syntax *inner = part->first; inner != NULL && n->status == ISPY_OK; inner = inner->next) {
            add_literal(n, all, inner);
        }
        return;
    case ISPY_SYNTAX_SUBSCRIPT:
        if (add_nested_literal(n, all, part)) {
            return;
        }
        n->status = n->status == ISPY_OK ? ISPY_EINVAL : n->status;
        return;
    default:
        n->status = ISPY_EINVAL;
        return;
    }
    if (type != NULL) {
        add_member(n, all, type);
    }
}

static bool is_any(const ispy_type *type) {
    return type->form == ISPY_FORM_NAMED && !type->subscripted && ispy_type_role_get(type) == ISPY_ROLE_ANY;
}

/* PEP 484: a generic without arguments has Any in their place, so list[Any] is list and Callable[..., Any] is Callable.
 * Of tuples, only tuple[Any, ...] is. */
static bool says_no_more_than_bare(const ispy_type *type, ispy_type_role role) {
    if (type->count == 0 || (role == ISPY_ROLE_TUPLE && type->count != 2)) {
        return false;
    }
    uint32_t dots = 0;
    for (uint32_t i = 0; i < type->count; i++) {
        dots += type->items[i]->form == ISPY_FORM_ELLIPSIS ? 1 : 0;
        if (type->items[i]->form != ISPY_FORM_ELLIPSIS && !is_any(type->items[i])) {
            return false;
        }
    }
    return role != ISPY_ROLE_TUPLE || (dots == 1 && type->items[1]->form == ISPY_FORM_ELLIPSIS);
}

/* PEP 696: the defaults that the standard library's own generics have. */
static void drop_defaults(ispy_type *type, ispy_type_role role) {
    uint32_t all = role == ISPY_ROLE_GENERATOR ? 3 : role == ISPY_ROLE_ASYNC_GENERATOR ? 2 : 0;
    if (all == 0 || type->count > all) {
        return;
    }
    while (type->count > 1 && type->items[type->count - 1]->form == ISPY_FORM_NONE) {
        type->count--;
    }
}

static const ispy_type *normalise_items(normaliser *n, ispy_type *type, const ispy_syntax *first, uint32_t count) {
    const ispy_type **items = ispy_arena_array(n->arena, count, sizeof(const ispy_type *));
    if (items == NULL) {
        return fail(n, ISPY_ENOMEM);
    }
    type->items = items;
    for (const ispy_syntax *part = first; part != NULL; part = part->next) {
        items[type->count] = normalise(n, part);
        if (items[type->count] == NULL) {
            return NULL;
        }
        type->count++;
    }
    return type;
}

static const ispy_type *normalise_generic(normaliser *n, ispy_type *type, const ispy_syntax *first, uint32_t count,
                                          ispy_type_role role) {
    if (normalise_items(n, type, first, count) == NULL) {
        return NULL;
    }
    type->subscripted = true;
    drop_defaults(type, role);
    if (says_no_more_than_bare(type, role)) {
        type->subscripted = false;
        type->count = 0;
    }
    return type;
}

static const ispy_type *normalise_unpack(normaliser *n, const ispy_syntax *inner) {
    ispy_type *type = type_new(n, ISPY_FORM_UNPACK);
    return type == NULL ? NULL : normalise_items(n, type, inner, 1);
}

static const ispy_type *normalise_subscript(normaliser *n, const ispy_syntax *syntax) {
    ispy_type *head = named(n, syntax->first->text);
    if (head == NULL) {
        return NULL;
    }
    const ispy_syntax *first = syntax->first->next;
    uint32_t count = syntax->count - 1;
    if (count == 1 && first->kind == ISPY_SYNTAX_TUPLE) {
        count = first->count; /* X[(a, b)] is X[a, b], and tuple[()] has no arguments */
        first = first->first;
    }
    ispy_type_role role = ispy_type_role_get(head);
    members values = {0};
    switch (count == 0 ? ISPY_ROLE_PLAIN : role) {
    case ISPY_ROLE_UNION:
    case ISPY_ROLE_OPTIONAL:
        return normalise_union(n, first, role == ISPY_ROLE_OPTIONAL);
    case ISPY_ROLE_LITERAL:
        for (const ispy_syntax *part = first; part != NULL && n->status == ISPY_OK; part = part->next) {
            add_literal(n, &values, part);
        }
        return union_of(n, &values);
    case ISPY_ROLE_ANNOTATED:
        return normalise(n, first);
    case ISPY_ROLE_QUALIFIER:
        return count == 1 ? normalise(n, first) : normalise_generic(n, head, first, count, role);
    case ISPY_ROLE_UNPACK:
        return count == 1 ? normalise_unpack(n, first) : normalise_generic(n, head, first, count, role);
    default:
        return normalise_generic(n, head, first, count, role);
    }
}

/* ---- Aliases ---- */

/* What the name is certainly an alias of; data == NULL: it is none. */
static ispy_str alias_text(const normaliser *n, ispy_str written) {
    const ispy_str none = {NULL, 0, 0};
    ispy_resolution found;
    if (!n->expands || n->module == NULL) {
        return none;
    }
    ispy_resolve(&found, n->module, written, ISPY_VIEW_ANNOTATION);
    const ispy_target *target = &found.targets[0];
    bool is_variable = found.count == 1 && found.reason == ISPY_REASON_NONE && target->kind == ISPY_TARGET_DEFINITION &&
                       target->definition->kind == ISPY_DEFINES_VARIABLE;
    return is_variable ? target->definition->as.variable->alias : none;
}

static const ispy_type *expand(normaliser *n, ispy_str text) {
    ispy_syntax *syntax = NULL;
    if (n->expansions == MAX_EXPANSIONS || n->alias_depth == MAX_ALIAS_DEPTH) {
        return fail(n, ISPY_EINVAL);
    }
    n->expansions++;
    if (ispy_syntax_parse(&syntax, n->arena, text) != ISPY_OK) {
        return fail(n, ISPY_ENOMEM);
    }
    n->alias_depth++;
    const ispy_type *type = normalise(n, syntax);
    n->alias_depth--;
    return type;
}

/* ---- Trees ---- */

static const ispy_type *normalise_name(normaliser *n, const ispy_syntax *syntax) {
    ispy_str alias = alias_text(n, syntax->text);
    if (alias.data != NULL) {
        return expand(n, alias);
    }
    ispy_type *type = named(n, syntax->text);
    if (type != NULL && ispy_type_role_get(type) == ISPY_ROLE_NONE) {
        type->form = ISPY_FORM_NONE;
    }
    return type;
}

static const ispy_type *normalise(normaliser *n, const ispy_syntax *syntax) {
    ispy_type *type = NULL;
    switch (syntax->kind) {
    case ISPY_SYNTAX_NAME:
        return normalise_name(n, syntax);
    case ISPY_SYNTAX_SUBSCRIPT:
        return normalise_subscript(n, syntax);
    case ISPY_SYNTAX_UNION:
        return normalise_union(n, syntax->first, false);
    case ISPY_SYNTAX_STRING:
        return syntax->first != NULL ? normalise(n, syntax->first) : opaque(n, syntax->text);
    case ISPY_SYNTAX_NONE:
        return type_new(n, ISPY_FORM_NONE);
    case ISPY_SYNTAX_ELLIPSIS:
        return type_new(n, ISPY_FORM_ELLIPSIS);
    case ISPY_SYNTAX_LIST:
        type = type_new(n, ISPY_FORM_LIST);
        return type == NULL ? NULL : normalise_items(n, type, syntax->first, syntax->count);
    case ISPY_SYNTAX_UNPACK:
        return normalise_unpack(n, syntax->first);
    case ISPY_SYNTAX_VALUE:
    case ISPY_SYNTAX_TUPLE:
    case ISPY_SYNTAX_OPAQUE:
        break;
    }
    return opaque(n, syntax->text);
}

int ispy_type_normalise(const ispy_type **out, ispy_arena *arena, const ispy_syntax *syntax,
                        const ispy_module *module) {
    normaliser n = {.arena = arena, .module = module};
    *out = normalise(&n, syntax);
    return n.status;
}

int ispy_type_normalise_aliases(const ispy_type **out, bool *found, ispy_arena *arena, const ispy_syntax *syntax,
                                const ispy_module *module) {
    normaliser n = {.arena = arena, .module = module, .expands = true};
    *out = normalise(&n, syntax);
    *found = n.expansions > 0;
    return n.status;
}

bool ispy_type_has_opaque(const ispy_type *type) {
    for (uint32_t i = 0; i < type->count; i++) {
        if (ispy_type_has_opaque(type->items[i])) {
            return true;
        }
    }
    return type->form == ISPY_FORM_OPAQUE;
}
