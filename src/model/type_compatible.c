/* Whether a value of one type may stand where another is asked for. See type_compatible.h.
 * Must not know: text, which clause asks.
 *
 * Types that are the same fit; beyond that, a PASS needs a rule that is written here, and so does a FAIL. The rules are
 * PEP 484's: Any fits everything, an int may stand for a float, generics vary as typeshed says. */
#include "model/type_compatible.h"

#include "model/resolve.h"
#include "model/type_known.h"

#include <string.h>

enum {
    MAX_STEPS = 200000, /* pairs of types; what would take more is UNPROVABLE */
    MAX_CLASSES = 16    /* of the module itself, from class to base */
};

typedef struct assignment {
    const ispy_module *module;
    ispy_arena *scratch;
    uint32_t steps;
    uint32_t classes;
    bool no_promotion; /* type[int] is no type[float] */
    bool failed;       /* out of steps or memory: nothing counts */
} assignment;

/* What fills a parameter of a generic; NULL stands for Any. */
typedef struct arguments {
    const ispy_type *items[ISPY_KNOWN_MAX_ARGUMENTS];
} arguments;

static const ispy_type none_type = {.form = ISPY_FORM_NONE};

static ispy_verdict assign(assignment *a, const ispy_type *from, const ispy_type *to, bool to_is_wanted);

static ispy_verdict lesser(ispy_verdict a, ispy_verdict b) {
    return a < b ? a : b;
}

static ispy_verdict doubt(ispy_verdict verdict) {
    return verdict == ISPY_FAIL ? ISPY_UNPROVABLE : verdict;
}

/* ---- What a type is known as ---- */

/* The one name of a type that everybody knows by it; data == NULL: there is none. */
static ispy_str known_name(const ispy_type *type) {
    const ispy_str none = {NULL, 0, 0};
    if (type->form != ISPY_FORM_NAMED || type->name_count != 1 || type->is_member) {
        return none;
    }
    const ispy_type_name *name = &type->names[0];
    return name->is_certain && name->is_standard && !name->is_partial && !name->is_local ? name->qualified : none;
}

static bool is_known_as(const ispy_type *type, const char *name) {
    ispy_str known = known_name(type);
    return known.data != NULL && strlen(name) == known.length && memcmp(name, known.data, known.length) == 0;
}

static bool is_any(const ispy_type *type) {
    return type == NULL || is_known_as(type, "typing.Any");
}

static bool is_tuple(const ispy_type *type) {
    return is_known_as(type, "builtins.tuple");
}

/* Types of which it is known what they are: what does not fit is refused. */
static bool is_plain_known(const ispy_type *type) {
    if (type->form == ISPY_FORM_NONE || type->form == ISPY_FORM_LITERAL) {
        return true;
    }
    return is_tuple(type) || is_known_as(type, "builtins.object") || ispy_known_class_of(known_name(type)) != NULL ||
           is_known_as(type, "builtins.type") || is_known_as(type, "collections.abc.Callable");
}

static bool is_scalar(const ispy_type *type) {
    static const char *const names[] = {"builtins.bool", "builtins.int", "builtins.float", "builtins.complex"};
    bool scalar = type->form == ISPY_FORM_NONE;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        scalar = scalar || is_known_as(type, names[i]);
    }
    return scalar;
}

static ispy_verdict same(assignment *a, const ispy_type *from, const ispy_type *to, bool to_is_wanted) {
    return to_is_wanted ? ispy_type_compare(to, from, a->scratch) : ispy_type_compare(from, to, a->scratch);
}

/* Whether both go by the same name, whatever their arguments. */
static ispy_verdict same_class(assignment *a, const ispy_type *from, const ispy_type *to, bool to_is_wanted) {
    ispy_type bare_from = *from;
    ispy_type bare_to = *to;
    bare_from.subscripted = bare_to.subscripted = false;
    bare_from.count = bare_to.count = 0;
    return same(a, &bare_from, &bare_to, to_is_wanted);
}

/* ---- Arguments of generics ---- */

/* false: there are more or fewer than the class takes. */
static bool arguments_of(arguments *out, const ispy_type *type, const ispy_known_class *known) {
    size_t wanted = strlen(known->variance);
    *out = (arguments){{NULL, NULL, NULL}};
    if (!type->subscripted) {
        return true;
    }
    ispy_type_role role = ispy_type_role_get(type);
    bool has_defaults = role == ISPY_ROLE_GENERATOR || role == ISPY_ROLE_ASYNC_GENERATOR;
    if (type->count > wanted || (type->count < wanted && !has_defaults)) {
        return false;
    }
    for (size_t i = 0; i < wanted; i++) {
        out->items[i] = i < type->count ? type->items[i] : &none_type;
        ispy_form form = out->items[i]->form;
        if (form == ISPY_FORM_UNPACK || form == ISPY_FORM_ELLIPSIS || form == ISPY_FORM_LIST) {
            return false;
        }
    }
    return true;
}

static const ispy_type *builtin(assignment *a, const char *qualified) {
    ispy_type *type = ispy_arena_alloc(a->scratch, sizeof *type);
    ispy_type_name *name = ispy_arena_alloc(a->scratch, sizeof *name);
    if (type == NULL || name == NULL) {
        a->failed = true;
        return NULL;
    }
    name->qualified = ispy_str_literal(qualified);
    name->written = name->qualified;
    name->is_standard = true;
    name->is_certain = true;
    type->form = ISPY_FORM_NAMED;
    type->names = name;
    type->name_count = 1;
    return type;
}

/* tuple[X, Y]; Any where one of them is. */
static const ispy_type *pair_of(assignment *a, const arguments *from) {
    if (from->items[0] == NULL || from->items[1] == NULL) {
        return NULL;
    }
    const ispy_type *bare = builtin(a, "builtins.tuple");
    const ispy_type **items = ispy_arena_array(a->scratch, 2, sizeof(const ispy_type *));
    ispy_type *type = ispy_arena_alloc(a->scratch, sizeof *type);
    if (bare == NULL || items == NULL || type == NULL) {
        a->failed = true;
        return NULL;
    }
    *type = *bare;
    items[0] = from->items[0];
    items[1] = from->items[1];
    type->subscripted = true;
    type->items = items;
    type->count = 2;
    return type;
}

static arguments base_arguments(assignment *a, const char *pattern, const arguments *from) {
    arguments out = {{NULL, NULL, NULL}};
    for (size_t i = 0; pattern[i] != '\0' && i < ISPY_KNOWN_MAX_ARGUMENTS; i++) {
        switch (pattern[i]) {
        case 'i':
            out.items[i] = builtin(a, "builtins.int");
            break;
        case 's':
            out.items[i] = builtin(a, "builtins.str");
            break;
        case 't':
            out.items[i] = pair_of(a, from);
            break;
        default:
            out.items[i] = from->items[pattern[i] - '0'];
        }
    }
    return out;
}

static bool is_promotion(const char *base) {
    return strcmp(base, "builtins.float") == 0 || strcmp(base, "builtins.complex") == 0;
}

/* Finds `goal` among the bases of `known`, and what its arguments come to. */
static bool climb(assignment *a, const ispy_known_class *known, const arguments *from, const ispy_known_class *goal,
                  arguments *out) {
    if (known == goal) {
        *out = *from;
        return true;
    }
    for (size_t i = 0; i < sizeof known->bases / sizeof *known->bases && known->bases[i].name != NULL; i++) {
        const char *name = known->bases[i].name;
        const ispy_known_class *base = ispy_known_class_of(ispy_str_literal(name));
        arguments of_base = base_arguments(a, known->bases[i].arguments, from);
        if (base != NULL && climb(a, base, &of_base, goal, out)) {
            return true;
        }
    }
    return false;
}

/* Invariant: each fits the other. Any fits. */
static ispy_verdict assign_argument(assignment *a, const ispy_type *from, const ispy_type *to, char variance,
                                    bool to_is_wanted) {
    if (is_any(from) || is_any(to)) {
        return ISPY_PASS;
    }
    if (variance == '+') {
        return assign(a, from, to, to_is_wanted);
    }
    ispy_verdict back = assign(a, to, from, !to_is_wanted);
    return variance == '-' || back == ISPY_FAIL ? back : lesser(back, assign(a, from, to, to_is_wanted));
}

static ispy_verdict assign_arguments(assignment *a, const arguments *from, const arguments *to, const char *variance,
                                     bool to_is_wanted) {
    ispy_verdict all = ISPY_PASS;
    for (size_t i = 0; variance[i] != '\0' && all != ISPY_FAIL; i++) {
        all = lesser(all, assign_argument(a, from->items[i], to->items[i], variance[i], to_is_wanted));
    }
    return all;
}

/* ---- Tuples, callables, classes ---- */

static bool has_form(const ispy_type *type, ispy_form form) {
    for (uint32_t i = 0; i < type->count; i++) {
        if (type->items[i]->form == form) {
            return true;
        }
    }
    return false;
}

static bool is_endless(const ispy_type *tuple) {
    return tuple->count == 2 && tuple->items[1]->form == ISPY_FORM_ELLIPSIS;
}

static ispy_verdict assign_tuples(assignment *a, const ispy_type *from, const ispy_type *to, bool to_is_wanted) {
    if (!from->subscripted || !to->subscripted) {
        return ISPY_PASS; /* tuple is tuple[Any, ...] */
    }
    if (has_form(from, ISPY_FORM_UNPACK) || has_form(to, ISPY_FORM_UNPACK)) {
        return doubt(same(a, from, to, to_is_wanted));
    }
    if (is_endless(from) && !is_endless(to)) {
        return is_any(from->items[0]) ? ISPY_PASS : ISPY_FAIL;
    }
    if (!is_endless(to) && from->count != to->count) {
        return ISPY_FAIL;
    }
    ispy_verdict all = ISPY_PASS;
    uint32_t count = is_endless(from) ? 1 : from->count;
    for (uint32_t i = 0; i < count && all != ISPY_FAIL; i++) {
        all = lesser(all, assign(a, from->items[i], to->items[is_endless(to) ? 0 : i], to_is_wanted));
    }
    return all;
}

/* A tuple where a sequence, collection or iterable is wanted: each item has to fit. */
static ispy_verdict assign_tuple_items(assignment *a, const ispy_type *from, const ispy_type *to, bool to_is_wanted) {
    const ispy_known_class *sequence = ispy_known_class_of(ispy_str_literal("collections.abc.Sequence"));
    const ispy_known_class *goal = ispy_known_class_of(known_name(to));
    const arguments anything = {{NULL, NULL, NULL}};
    arguments of_goal;
    if (goal == NULL || !climb(a, sequence, &anything, goal, &of_goal)) {
        return goal != NULL && goal->kind == ISPY_KNOWN_CLASS ? ISPY_FAIL : ISPY_UNPROVABLE;
    }
    if (!arguments_of(&of_goal, to, goal)) {
        return ISPY_UNPROVABLE;
    }
    if (has_form(from, ISPY_FORM_UNPACK)) {
        return is_any(of_goal.items[0]) ? ISPY_PASS : ISPY_UNPROVABLE;
    }
    ispy_verdict all = ISPY_PASS;
    for (uint32_t i = 0; i < from->count && all != ISPY_FAIL && !is_any(of_goal.items[0]); i++) {
        if (from->items[i]->form != ISPY_FORM_ELLIPSIS) {
            all = lesser(all, assign(a, from->items[i], of_goal.items[0], to_is_wanted));
        }
    }
    return all;
}

/* Callable[[A, B], R]: parameters the other way round. */
static ispy_verdict assign_callables(assignment *a, const ispy_type *from, const ispy_type *to, bool to_is_wanted) {
    if (!from->subscripted || !to->subscripted) {
        return ISPY_PASS;
    }
    if (from->count != 2 || to->count != 2) {
        return ISPY_UNPROVABLE;
    }
    const ispy_type *given = from->items[0];
    const ispy_type *taken = to->items[0];
    ispy_verdict all = assign(a, from->items[1], to->items[1], to_is_wanted);
    if (given->form == ISPY_FORM_ELLIPSIS || taken->form == ISPY_FORM_ELLIPSIS || all == ISPY_FAIL) {
        return all;
    }
    if (given->form != ISPY_FORM_LIST || taken->form != ISPY_FORM_LIST || has_form(given, ISPY_FORM_UNPACK) ||
        has_form(taken, ISPY_FORM_UNPACK)) {
        return lesser(all, doubt(same(a, given, taken, to_is_wanted)));
    }
    if (given->count != taken->count) {
        return ISPY_FAIL;
    }
    for (uint32_t i = 0; i < given->count && all != ISPY_FAIL; i++) {
        all = lesser(all, assign(a, taken->items[i], given->items[i], !to_is_wanted));
    }
    return all;
}

static ispy_verdict assign_classes(assignment *a, const ispy_type *from, const ispy_type *to, bool to_is_wanted) {
    if (!from->subscripted || !to->subscripted) {
        return ISPY_PASS;
    }
    if (from->count != 1 || to->count != 1) {
        return ISPY_UNPROVABLE;
    }
    bool before = a->no_promotion;
    a->no_promotion = true;
    ispy_verdict verdict = assign(a, from->items[0], to->items[0], to_is_wanted);
    a->no_promotion = before;
    return verdict;
}

/* ---- Classes of the module itself ---- */

/* The class that the module certainly defines under that name, or NULL. */
static const ispy_class *own_class(const assignment *a, const ispy_type *type) {
    ispy_resolution found;
    if (a->module == NULL || type->name_count != 1 || !type->names[0].is_local || !type->names[0].is_certain) {
        return NULL;
    }
    ispy_resolve(&found, a->module, type->names[0].written, ISPY_VIEW_RUNTIME);
    bool is_class = found.count == 1 && found.reason == ISPY_REASON_NONE &&
                    found.targets[0].kind == ISPY_TARGET_DEFINITION &&
                    found.targets[0].definition->kind == ISPY_DEFINES_CLASS;
    return is_class ? found.targets[0].definition->as.klass : NULL;
}

/* Whether the name of the base still stands for what it stood for when the class was made. */
static bool is_stable(const assignment *a, const ispy_reference *base) {
    ispy_resolution found;
    if (base->name.data == NULL || base->head_varies) {
        return false;
    }
    if (base->head == NULL) {
        return true;
    }
    size_t length = 0;
    while (length < base->name.length && base->name.data[length] != '.') {
        length++;
    }
    ispy_resolve(&found, a->module, ispy_str_of(base->name.data, length), ISPY_VIEW_RUNTIME);
    const ispy_definition *now = found.count == 1 ? found.targets[0].definition : NULL;
    return found.count == 1 && found.reason == ISPY_REASON_NONE &&
           (now == NULL || (now->at.line == base->head->at.line && now->at.column == base->head->at.column));
}

/* A base of a class of the module, in normal form; NULL: it cannot be told. */
static const ispy_type *base_of(assignment *a, const ispy_reference *base) {
    ispy_syntax *syntax = NULL;
    const ispy_type *type = NULL;
    if (!is_stable(a, base) || ispy_syntax_parse(&syntax, a->scratch, base->text) != ISPY_OK ||
        ispy_type_normalise(&type, a->scratch, syntax, a->module) != ISPY_OK) {
        return NULL;
    }
    return type;
}

/* A class fits where one of its bases does. That it does not fit is never sure: what is wanted may be a protocol. */
static ispy_verdict assign_own(assignment *a, const ispy_class *klass, const ispy_type *to, bool to_is_wanted) {
    ispy_verdict best = ISPY_UNPROVABLE;
    if (a->classes == 0 || klass->is_remade) {
        return best;
    }
    a->classes--;
    for (uint32_t i = 0; i < klass->base_count && best != ISPY_PASS; i++) {
        const ispy_type *base = base_of(a, &klass->bases[i]);
        if (base != NULL && assign(a, base, to, to_is_wanted) == ISPY_PASS) {
            best = ISPY_PASS;
        }
    }
    a->classes++;
    return best;
}

/* ---- Names ---- */

static ispy_verdict assign_known(assignment *a, const ispy_type *from, const ispy_type *to, bool to_is_wanted) {
    const ispy_known_class *known = ispy_known_class_of(known_name(from));
    const ispy_known_class *goal = ispy_known_class_of(known_name(to));
    arguments given;
    arguments taken;
    arguments climbed;
    if (is_known_as(from, "builtins.object")) {
        return ISPY_FAIL;
    }
    if (is_tuple(from)) {
        return is_tuple(to) ? assign_tuples(a, from, to, to_is_wanted) : assign_tuple_items(a, from, to, to_is_wanted);
    }
    if (known == NULL || goal == NULL) { /* tuple, type or Callable on one side, something else on the other */
        return known != NULL && known->kind == ISPY_KNOWN_CLASS && is_plain_known(to) ? ISPY_FAIL : ISPY_UNPROVABLE;
    }
    if (!arguments_of(&given, from, known) || !arguments_of(&taken, to, goal)) {
        return ISPY_UNPROVABLE;
    }
    if (!climb(a, known, &given, goal, &climbed)) {
        return goal->kind == ISPY_KNOWN_CLASS || is_scalar(from) ? ISPY_FAIL : ISPY_UNPROVABLE;
    }
    if (a->no_promotion && known != goal && is_promotion(goal->name)) {
        return ISPY_UNPROVABLE;
    }
    return assign_arguments(a, &climbed, &taken, goal->variance, to_is_wanted);
}

static ispy_verdict assign_names(assignment *a, const ispy_type *from, const ispy_type *to, bool to_is_wanted) {
    if (same(a, from, to, to_is_wanted) == ISPY_PASS) {
        return ISPY_PASS;
    }
    if (is_known_as(from, "collections.abc.Callable") && is_known_as(to, "collections.abc.Callable")) {
        return assign_callables(a, from, to, to_is_wanted);
    }
    if (is_known_as(from, "builtins.type") && is_known_as(to, "builtins.type")) {
        return assign_classes(a, from, to, to_is_wanted);
    }
    if (is_plain_known(from) && is_plain_known(to)) {
        return assign_known(a, from, to, to_is_wanted);
    }
    /* Box and Box[int] are left open: a parameter may have a default (PEP 696) */
    bool same_name = same_class(a, from, to, to_is_wanted) == ISPY_PASS;
    const ispy_class *own = same_name ? NULL : own_class(a, from);
    return own != NULL ? assign_own(a, own, to, to_is_wanted) : ISPY_UNPROVABLE;
}

/* ---- Literals ---- */

static const ispy_type *type_of_literal(assignment *a, const ispy_type *literal) {
    switch (literal->value.kind) {
    case ISPY_LITERAL_BOOL:
        return builtin(a, "builtins.bool");
    case ISPY_LITERAL_INT:
        return builtin(a, "builtins.int");
    case ISPY_LITERAL_STR:
        return builtin(a, "typing.LiteralString");
    case ISPY_LITERAL_BYTES:
        return builtin(a, "builtins.bytes");
    default:
        return NULL;
    }
}

static ispy_verdict assign_literal(assignment *a, const ispy_type *from, const ispy_type *to, bool to_is_wanted) {
    if (to->form == ISPY_FORM_LITERAL) {
        return same(a, from, to, to_is_wanted);
    }
    if (to->form == ISPY_FORM_NONE) {
        return ISPY_FAIL;
    }
    const ispy_type *type = type_of_literal(a, from);
    return type == NULL ? ISPY_UNPROVABLE : assign(a, type, to, to_is_wanted);
}

/* ---- Unions ---- */

static bool has_bool(const ispy_type *type, const char *text) {
    for (uint32_t i = 0; i < type->count; i++) {
        const ispy_type *item = type->items[i];
        if (item->form == ISPY_FORM_LITERAL && item->value.kind == ISPY_LITERAL_BOOL &&
            strlen(text) == item->value.text.length && memcmp(text, item->value.text.data, strlen(text)) == 0) {
            return true;
        }
    }
    return false;
}

/* A tuple of unions is a union of tuples to some checkers, and to others not. */
static bool may_be_split(const ispy_type *type) {
    return is_tuple(type) && (has_form(type, ISPY_FORM_UNION) || has_form(type, ISPY_FORM_NAMED));
}

static ispy_verdict assign_to_union(assignment *a, const ispy_type *from, const ispy_type *to, bool to_is_wanted) {
    if (is_known_as(from, "builtins.bool") && has_bool(to, "True") && has_bool(to, "False")) {
        return ISPY_PASS;
    }
    ispy_verdict best = ISPY_FAIL;
    for (uint32_t i = 0; i < to->count && best != ISPY_PASS; i++) {
        ispy_verdict verdict = assign(a, from, to->items[i], to_is_wanted);
        best = verdict > best ? verdict : best;
    }
    return may_be_split(from) ? doubt(best) : best;
}

static ispy_verdict assign_members(assignment *a, const ispy_type *from, const ispy_type *to, bool to_is_wanted) {
    if (from->form == ISPY_FORM_UNION) {
        ispy_verdict all = ISPY_PASS;
        for (uint32_t i = 0; i < from->count && all != ISPY_FAIL; i++) {
            all = lesser(all, assign(a, from->items[i], to, to_is_wanted));
        }
        return all;
    }
    if (to->form == ISPY_FORM_UNION) {
        return assign_to_union(a, from, to, to_is_wanted);
    }
    if (from->form == ISPY_FORM_LITERAL) {
        return assign_literal(a, from, to, to_is_wanted);
    }
    if (from->form == ISPY_FORM_NAMED && to->form == ISPY_FORM_NAMED) {
        return assign_names(a, from, to, to_is_wanted);
    }
    if (same(a, from, to, to_is_wanted) == ISPY_PASS) {
        return ISPY_PASS;
    }
    bool hashable = is_known_as(to, "collections.abc.Hashable");
    return is_plain_known(from) && is_plain_known(to) && !hashable ? ISPY_FAIL : ISPY_UNPROVABLE;
}

static bool is_bare_union(const ispy_type *type) {
    ispy_type_role role = type->subscripted ? ISPY_ROLE_PLAIN : ispy_type_role_get(type);
    return role == ISPY_ROLE_UNION || role == ISPY_ROLE_OPTIONAL || role == ISPY_ROLE_QUALIFIER;
}

static ispy_verdict assign(assignment *a, const ispy_type *from, const ispy_type *to, bool to_is_wanted) {
    if (a->steps == 0 || a->failed) {
        a->failed = true;
        return ISPY_UNPROVABLE;
    }
    a->steps--;
    if (is_any(from) || is_any(to) || is_known_as(to, "builtins.object") || is_known_as(from, "typing.Never")) {
        return ISPY_PASS;
    }
    if (is_bare_union(from) || is_bare_union(to)) {
        return same(a, from, to, to_is_wanted);
    }
    if (is_known_as(to, "typing.Never") && from->form != ISPY_FORM_UNION) {
        return is_plain_known(from) ? ISPY_FAIL : ISPY_UNPROVABLE;
    }
    return assign_members(a, from, to, to_is_wanted);
}

ispy_verdict ispy_type_assign(const ispy_type *from, const ispy_type *to, const ispy_module *module, bool to_is_wanted,
                              ispy_arena *scratch) {
    assignment a = {.module = module, .scratch = scratch, .steps = MAX_STEPS, .classes = MAX_CLASSES};
    ispy_verdict verdict = assign(&a, from, to, to_is_wanted);
    return a.failed ? ISPY_UNPROVABLE : verdict;
}
