/* Whether two annotations in normal form are one type.
 * Must not know: text, modules, where either annotation was written.
 *
 * Every type is looked at as a set of members (a union of one, mostly): two are the same when each member of one has
 * its equal in the other. Each pair is compared once, and the verdicts fold as Kleene has it. */
#include "model/type_compare.h"

#include <string.h>

/* Pairs of types that one comparison looks at; what would take more is UNPROVABLE. */
enum { MAX_STEPS = 1000000 };

typedef struct comparison {
    ispy_arena *scratch;
    uint32_t steps;
    bool failed; /* out of steps or memory: nothing that follows counts */
} comparison;

static ispy_verdict compare(comparison *c, const ispy_type *wanted, const ispy_type *got);

static ispy_verdict lesser(ispy_verdict a, ispy_verdict b) {
    return a < b ? a : b;
}

/* ---- Names ---- */

static ispy_str last_part(ispy_str name) {
    uint32_t start = name.length;
    while (start > 0 && name.data[start - 1] != '.') {
        start--;
    }
    return (ispy_str){name.data + start, name.length - start, 0};
}

static bool is_dotted(ispy_str name) {
    return memchr(name.data, '.', name.length) != NULL;
}

/* Whether `name` is `end`, or ends in "." and `end`. */
static bool ends_in(ispy_str name, ispy_str end) {
    if (name.length < end.length || memcmp(name.data + name.length - end.length, end.data, end.length) != 0) {
        return false;
    }
    return name.length == end.length || name.data[name.length - end.length - 1] == '.';
}

/* collections.abc defines it, as "Set": a bare name in a contract means that one too. */
static bool is_abc_of(ispy_str qualified, ispy_str bare) {
    static const char prefix[] = "collections.abc.";
    size_t length = sizeof prefix - 1;
    return qualified.length == length + bare.length && memcmp(qualified.data, prefix, length) == 0 &&
           memcmp(qualified.data + length, bare.data, bare.length) == 0;
}

/* The contract names one type: by a dotted name, or by a bare one that everybody knows. */
static ispy_verdict compare_known(const ispy_type_name *wanted, const ispy_type_name *got) {
    bool dotted = is_dotted(wanted->written);
    if (got->qualified.data == NULL) {
        return ispy_str_equal(wanted->written, got->written) ? ISPY_PASS : ISPY_UNPROVABLE;
    }
    if (got->is_partial) {
        bool fits = !(got->is_local && wanted->is_standard) && ends_in(wanted->qualified, got->qualified);
        return fits || !got->is_certain ? ISPY_UNPROVABLE : ISPY_FAIL;
    }
    if (ispy_str_equal(wanted->qualified, got->qualified) || (!dotted && is_abc_of(got->qualified, wanted->written)) ||
        (dotted && ispy_str_equal(wanted->written, got->written))) {
        return ISPY_PASS;
    }
    /* One class often goes by two names: acme.api.Job may be acme.jobs.Job, re-exported. */
    bool re_exported = !wanted->is_standard && !got->is_standard && !got->is_local &&
                       ispy_str_equal(last_part(wanted->qualified), last_part(got->qualified));
    return re_exported || !got->is_certain ? ISPY_UNPROVABLE : ISPY_FAIL;
}

/* The contract gives a bare name that only the ecosystem knows: "Job". */
static ispy_verdict compare_bare(const ispy_type_name *wanted, const ispy_type_name *got) {
    if (ispy_str_equal(wanted->written, got->written) ||
        (got->qualified.data != NULL && ends_in(got->qualified, wanted->written))) {
        return ISPY_PASS;
    }
    return got->is_certain && got->qualified.data != NULL ? ISPY_FAIL : ISPY_UNPROVABLE;
}

/* `got` may stand for several: all of them have to agree for a verdict. */
static ispy_verdict compare_names(const ispy_type *wanted, const ispy_type *got) {
    const ispy_type_name *name = &wanted->names[0]; /* a contract's names are not resolved: there is one */
    bool all_pass = true;
    bool all_fail = true;
    for (uint32_t i = 0; i < got->name_count; i++) {
        ispy_verdict verdict =
            name->qualified.data != NULL ? compare_known(name, &got->names[i]) : compare_bare(name, &got->names[i]);
        all_pass = all_pass && verdict == ISPY_PASS;
        all_fail = all_fail && verdict == ISPY_FAIL;
    }
    return all_pass ? ISPY_PASS : all_fail ? ISPY_FAIL : ISPY_UNPROVABLE;
}

/* Whether nothing is known of what it stands for: it may be an alias of any type. */
static bool is_unknown(const ispy_type *type) {
    if (type->form == ISPY_FORM_OPAQUE) {
        return true;
    }
    if (type->form != ISPY_FORM_NAMED) {
        return false;
    }
    /* "x: Final = 3" leaves the type to the value. */
    if (!type->subscripted && ispy_type_role_get(type) == ISPY_ROLE_QUALIFIER) {
        return true;
    }
    for (uint32_t i = 0; i < type->name_count; i++) {
        if (!type->names[i].is_certain || type->names[i].qualified.data == NULL) {
            return true;
        }
    }
    return false;
}

/* ---- Trees ---- */

static bool has_unpack(const ispy_type *type) {
    for (uint32_t i = 0; i < type->count; i++) {
        if (type->items[i]->form == ISPY_FORM_UNPACK) {
            return true;
        }
    }
    return false;
}

static ispy_verdict compare_items(comparison *c, const ispy_type *wanted, const ispy_type *got) {
    if (wanted->count != got->count) {
        return has_unpack(wanted) || has_unpack(got) ? ISPY_UNPROVABLE : ISPY_FAIL;
    }
    ispy_verdict all = ISPY_PASS;
    for (uint32_t i = 0; i < wanted->count && all != ISPY_FAIL && !c->failed; i++) {
        all = lesser(all, compare(c, wanted->items[i], got->items[i]));
    }
    return all;
}

static ispy_verdict compare_named(comparison *c, const ispy_type *wanted, const ispy_type *got) {
    ispy_verdict names = wanted->is_member == got->is_member ? compare_names(wanted, got) : ISPY_FAIL;
    if (names == ISPY_PASS && wanted->subscripted != got->subscripted) {
        names = ISPY_FAIL; /* list and list[int] are two */
    }
    if (names == ISPY_PASS) {
        return wanted->subscripted ? compare_items(c, wanted, got) : ISPY_PASS;
    }
    return names == ISPY_UNPROVABLE || is_unknown(got) ? ISPY_UNPROVABLE : ISPY_FAIL;
}

/* Neither is a union. */
static ispy_verdict compare_members(comparison *c, const ispy_type *wanted, const ispy_type *got) {
    if (wanted->form != got->form) {
        return is_unknown(got) ? ISPY_UNPROVABLE : ISPY_FAIL;
    }
    switch (wanted->form) {
    case ISPY_FORM_NAMED:
        return compare_named(c, wanted, got);
    case ISPY_FORM_LITERAL:
        if (wanted->value.kind != got->value.kind) {
            return ISPY_FAIL; /* Literal[1] and Literal[True] are two, though 1 == True */
        }
        return ispy_str_equal(wanted->value.text, got->value.text) ? ISPY_PASS : ISPY_FAIL;
    case ISPY_FORM_LIST:
    case ISPY_FORM_UNPACK:
        return compare_items(c, wanted, got);
    case ISPY_FORM_OPAQUE:
        return ispy_str_equal(wanted->text, got->text) ? ISPY_PASS : ISPY_UNPROVABLE;
    case ISPY_FORM_NONE:
    case ISPY_FORM_ELLIPSIS:
    case ISPY_FORM_UNION:
        break;
    }
    return ISPY_PASS;
}

static uint32_t member_count(const ispy_type *type) {
    return type->form == ISPY_FORM_UNION ? type->count : 1;
}

static const ispy_type *member_at(const ispy_type *type, uint32_t index) {
    return type->form == ISPY_FORM_UNION ? type->items[index] : type;
}

/* The members of two types and what is known of their pairs. */
typedef struct pairing {
    const ispy_type *wanted;
    const ispy_type *got;
    uint32_t got_count;
    uint32_t *seen;     /* of each wanted one: with how many it was compared, from its own position on, round the end */
    ispy_verdict *best; /* of each one there: among those it was compared with */
} pairing;

static ispy_verdict compare_pair(comparison *c, pairing *p, uint32_t w, uint32_t g) {
    ispy_verdict verdict = compare(c, member_at(p->wanted, w), member_at(p->got, g));
    p->best[g] = verdict > p->best[g] ? verdict : p->best[g];
    return verdict;
}

/* Whether a wanted member is there. */
static ispy_verdict find_wanted(comparison *c, pairing *p, uint32_t w) {
    ispy_verdict best = ISPY_FAIL;
    while (p->seen[w] < p->got_count && best != ISPY_PASS && !c->failed) {
        ispy_verdict verdict = compare_pair(c, p, w, (w + p->seen[w]++) % p->got_count);
        best = verdict > best ? verdict : best;
    }
    return best;
}

/* Whether a member that is there was wanted. Pairs that were compared already are not compared again: within each
 * other, they would take time that doubles with each level. */
static ispy_verdict find_got(comparison *c, pairing *p, uint32_t g) {
    for (uint32_t w = 0; w < member_count(p->wanted) && p->best[g] != ISPY_PASS && !c->failed; w++) {
        if ((g + p->got_count - w % p->got_count) % p->got_count >= p->seen[w]) {
            compare_pair(c, p, w, g);
        }
    }
    return p->best[g];
}

/* Every member of one has its equal in the other. */
static ispy_verdict compare_sets(comparison *c, const ispy_type *wanted, const ispy_type *got) {
    pairing p = {.wanted = wanted, .got = got, .got_count = member_count(got)};
    p.seen = ispy_arena_array(c->scratch, member_count(wanted), sizeof *p.seen);
    p.best = ispy_arena_array(c->scratch, p.got_count, sizeof *p.best); /* zeroed: FAIL */
    if (p.seen == NULL || p.best == NULL) {
        c->failed = true;
        return ISPY_UNPROVABLE;
    }
    ispy_verdict all = ISPY_PASS;
    for (uint32_t w = 0; w < member_count(wanted) && all != ISPY_FAIL && !c->failed; w++) {
        all = lesser(all, find_wanted(c, &p, w));
    }
    for (uint32_t g = 0; g < p.got_count && all != ISPY_FAIL && !c->failed; g++) {
        all = lesser(all, find_got(c, &p, g));
    }
    return all;
}

/* ImportSpy's contracts write "Optional" and "Union" without saying of what: any union will do, for Optional one with
 * None. Literal["a", "b"] is no union in that sense. */
static ispy_verdict compare_bare_union(const ispy_type *wanted, const ispy_type *got, ispy_type_role role) {
    ispy_type_role got_role = got->subscripted ? ISPY_ROLE_PLAIN : ispy_type_role_get(got);
    if (got->form != ISPY_FORM_UNION) {
        bool fits = got_role == role || got_role == ISPY_ROLE_OPTIONAL || compare_names(wanted, got) == ISPY_PASS;
        return fits ? ISPY_PASS : is_unknown(got) ? ISPY_UNPROVABLE : ISPY_FAIL;
    }
    bool has_type = false;
    bool has_none = false;
    bool has_unknown = false;
    for (uint32_t i = 0; i < got->count; i++) {
        has_none = has_none || got->items[i]->form == ISPY_FORM_NONE;
        has_type = has_type || (got->items[i]->form != ISPY_FORM_LITERAL && !got->items[i]->is_member);
        has_unknown = has_unknown || is_unknown(got->items[i]);
    }
    if (role == ISPY_ROLE_UNION) {
        return has_type ? ISPY_PASS : ISPY_FAIL;
    }
    return has_none ? ISPY_PASS : has_unknown ? ISPY_UNPROVABLE : ISPY_FAIL;
}

static ispy_verdict compare(comparison *c, const ispy_type *wanted, const ispy_type *got) {
    if (c->steps == 0) {
        c->failed = true;
        return ISPY_UNPROVABLE;
    }
    c->steps--;
    ispy_type_role role = wanted->subscripted ? ISPY_ROLE_PLAIN : ispy_type_role_get(wanted);
    if (role == ISPY_ROLE_UNION || role == ISPY_ROLE_OPTIONAL) {
        return compare_bare_union(wanted, got, role);
    }
    if (wanted->form == ISPY_FORM_UNION || got->form == ISPY_FORM_UNION) {
        return compare_sets(c, wanted, got);
    }
    return compare_members(c, wanted, got);
}

ispy_verdict ispy_type_compare(const ispy_type *wanted, const ispy_type *got, ispy_arena *scratch) {
    comparison c = {scratch, MAX_STEPS, false};
    ispy_verdict verdict = compare(&c, wanted, got);
    return c.failed ? ISPY_UNPROVABLE : verdict;
}
