/* What a dotted name stands for within a module.
 * Must not know: other modules, rules, annotations beyond their names. */
#include "model/resolve.h"

#include <string.h>

/* How deep definitions are followed into nested classes: Outer.Inner.Innermost. */
enum { MAX_NESTING = 16 };

/* A piece of a text that goes on behind it: no NUL byte follows, which nobody here reads. */
static ispy_str slice(ispy_str text, uint32_t start, uint32_t end) {
    return ispy_str_of(text.data + start, end - start);
}

/* Splits "a.b.c" into "a" and "b.c"; `rest` is of length 0 where there is no dot. */
static void split_head(ispy_str dotted, ispy_str *head, ispy_str *rest) {
    const char *dot = memchr(dotted.data, '.', dotted.length);
    uint32_t end = dot == NULL ? dotted.length : (uint32_t)(dot - dotted.data);
    *head = slice(dotted, 0, end);
    *rest = dot == NULL ? slice(dotted, end, end) : slice(dotted, end + 1, dotted.length);
}

/* Whether no part is empty: "a..b", ".a" and "a." are no names. */
static bool is_dotted_name(ispy_str text) {
    if (text.data == NULL || text.length == 0 || text.data[0] == '.' || text.data[text.length - 1] == '.') {
        return false;
    }
    for (uint32_t i = 1; i < text.length; i++) {
        if (text.data[i] == '.' && text.data[i - 1] == '.') {
            return false;
        }
    }
    return true;
}

static void push_part(ispy_qualified *name, ispy_str part) {
    if (part.data != NULL && part.length > 0) {
        name->parts[name->count++] = part;
    }
}

/* ---- Qualified names ---- */

/* The package that `level` leading dots lead to; data == NULL where it is not known or does not exist. */
static ispy_str relative_base(const ispy_module *module, uint32_t level) {
    ispy_str base = module->name;
    if (base.data == NULL || base.length == 0) {
        return (ispy_str){NULL, 0, 0};
    }
    uint32_t strip = module->is_package ? level - 1 : level;
    uint32_t end = base.length;
    for (; strip > 0 && end > 0; strip--) {
        do {
            end--;
        } while (end > 0 && base.data[end] != '.');
    }
    return end == 0 ? (ispy_str){NULL, 0, 0} : slice(base, 0, end);
}

void ispy_import_target(ispy_qualified *out, const ispy_module *module, const ispy_import *import) {
    memset(out, 0, sizeof *out);
    if (import->level > 0) {
        ispy_str base = relative_base(module, import->level);
        out->partial = base.data == NULL;
        push_part(out, base);
    }
    if (import->name.data != NULL) {
        push_part(out, import->module);
        push_part(out, import->name);
    } else if (import->has_alias) {
        push_part(out, import->module);
    } else {
        push_part(out, import->bound);
    }
}

/* Reads a qualified name from its end to its start, byte by byte, dots between the parts included. */
typedef struct reverse_reader {
    const ispy_qualified *name;
    uint32_t part;   /* parts not yet read to their start */
    uint32_t offset; /* bytes left in the part before */
} reverse_reader;

static int read_back(reverse_reader *reader) {
    if (reader->part == 0) {
        return -1;
    }
    if (reader->offset > 0) {
        return (unsigned char)reader->name->parts[reader->part - 1].data[--reader->offset];
    }
    reader->part--;
    if (reader->part == 0) {
        return -1;
    }
    reader->offset = reader->name->parts[reader->part - 1].length;
    return '.';
}

static reverse_reader reader_at_end(const ispy_qualified *name) {
    return (reverse_reader){name, name->count, name->count == 0 ? 0 : name->parts[name->count - 1].length};
}

bool ispy_qualified_ends_in(const ispy_qualified *name, ispy_str suffix) {
    if (suffix.data == NULL || suffix.length == 0) {
        return false;
    }
    reverse_reader reader = reader_at_end(name);
    for (uint32_t i = suffix.length; i > 0; i--) {
        if (read_back(&reader) != (unsigned char)suffix.data[i - 1]) {
            return false;
        }
    }
    int before = read_back(&reader);
    return before == -1 || before == '.';
}

ispy_verdict ispy_qualified_is(const ispy_qualified *name, ispy_str dotted) {
    if (dotted.data == NULL || dotted.length == 0 || name->count == 0) {
        return ISPY_FAIL;
    }
    reverse_reader reader = reader_at_end(name);
    uint32_t i = dotted.length;
    for (;;) {
        int byte = read_back(&reader);
        if (byte == -1) {
            /* All that is known of the name was read. */
            if (i == 0) {
                return name->partial ? ISPY_UNPROVABLE : ISPY_PASS;
            }
            return name->partial && dotted.data[i - 1] == '.' ? ISPY_UNPROVABLE : ISPY_FAIL;
        }
        if (i == 0 || byte != (unsigned char)dotted.data[--i]) {
            return ISPY_FAIL;
        }
    }
}

void ispy_qualified_show(ispy_text *out, const ispy_qualified *name) {
    if (name->partial) {
        ispy_text_puts(out, "...");
    }
    for (uint32_t i = 0; i < name->count; i++) {
        if (i > 0) {
            ispy_text_char(out, '.');
        }
        ispy_text_str(out, name->parts[i]);
    }
}

/* ---- Resolving ---- */

typedef struct resolver {
    ispy_resolution *out;
    const ispy_module *module;
    ispy_str dotted;
    bool full; /* there are more targets than fit: looking for further ones tells nothing new */
} resolver;

static void add_target(resolver *r, ispy_target target) {
    ispy_resolution *out = r->out;
    if (out->count < ISPY_RESOLVE_MAX) {
        out->targets[out->count++] = target;
        return;
    }
    r->full = true;
    out->targets[ISPY_RESOLVE_MAX - 1] = (ispy_target){.kind = ISPY_TARGET_UNKNOWN, .reason = ISPY_REASON_CONDITIONAL};
}

static void add_unknown(resolver *r, ispy_reason reason) {
    add_target(r, (ispy_target){.kind = ISPY_TARGET_UNKNOWN, .reason = reason});
}

static void add_import(resolver *r, const ispy_import *import, ispy_str rest) {
    ispy_target target = {.kind = ISPY_TARGET_QUALIFIED, .import = import};
    ispy_import_target(&target.name, r->module, import);
    push_part(&target.name, rest);
    add_target(r, target);
}

static void add_builtin(resolver *r) {
    ispy_target target = {.kind = ISPY_TARGET_QUALIFIED};
    push_part(&target.name, ispy_str_literal("builtins"));
    push_part(&target.name, r->dotted);
    add_target(r, target);
}

static void add_definition(resolver *r, const ispy_definition *definition) {
    ispy_target target = {.kind = ISPY_TARGET_DEFINITION, .definition = definition};
    target.name.partial = r->module->name.data == NULL;
    push_part(&target.name, r->module->name);
    push_part(&target.name, r->dotted);
    add_target(r, target);
}

static void add_binding(resolver *r, const ispy_binding *binding, ispy_str rest, uint32_t nesting);

/* A name that a class does not hold itself: it may come from a base, a metaclass or a decorator. */
static void add_member(resolver *r, const ispy_class *klass, ispy_str dotted, uint32_t nesting) {
    ispy_str head;
    ispy_str rest;
    split_head(dotted, &head, &rest);
    const ispy_binding *member = ispy_scope_find(&klass->members, head);
    if (member != NULL) {
        add_binding(r, member, rest, nesting + 1);
    } else if (klass->members.open != ISPY_REASON_NONE) {
        add_unknown(r, klass->members.open);
    } else if (klass->base_count > 0 && !klass->bases_are_mro) {
        add_unknown(r, ISPY_REASON_UNRESOLVED_BASE);
    } else if (klass->has_metaclass || klass->decorator_count > 0) {
        add_unknown(r, ISPY_REASON_METACLASS);
    } else {
        add_target(r, (ispy_target){.kind = ISPY_TARGET_ABSENT});
    }
}

static void add_candidate(resolver *r, const ispy_definition *definition, ispy_str rest, uint32_t nesting) {
    switch (definition->kind) {
    case ISPY_DEFINES_IMPORT:
        add_import(r, definition->as.import, rest);
        return;
    case ISPY_DEFINES_UNKNOWN:
        add_unknown(r, definition->reason);
        return;
    case ISPY_DEFINES_CLASS:
        if (rest.length > 0 && nesting < MAX_NESTING) {
            add_member(r, definition->as.klass, rest, nesting);
            return;
        }
        break;
    case ISPY_DEFINES_VARIABLE:
    case ISPY_DEFINES_FUNCTION:
        break;
    }
    if (rest.length == 0) {
        add_definition(r, definition);
    } else {
        add_unknown(r, ISPY_REASON_ALIASED); /* an attribute of an object that is no class of this module */
    }
}

static void add_binding(resolver *r, const ispy_binding *binding, ispy_str rest, uint32_t nesting) {
    for (uint32_t i = 0; i < binding->count && !r->full; i++) {
        add_candidate(r, binding->candidates[i], rest, nesting);
    }
    if (binding->may_be_absent) {
        r->out->reason = binding->reason != ISPY_REASON_NONE ? binding->reason : ISPY_REASON_CONDITIONAL;
    }
}

/* A name that is imported for type checkers only is bound in no scope. false: there is no such import. */
static bool add_type_checking(resolver *r, ispy_str head, ispy_str rest) {
    bool found = false;
    for (uint32_t i = 0; i < r->module->import_count; i++) {
        const ispy_import *import = &r->module->imports[i];
        if (import->type_checking && !import->in_function && ispy_str_equal(import->bound, head)) {
            add_import(r, import, rest);
            found = true;
        }
    }
    return found;
}

static bool has_type_checking_star(const ispy_module *module) {
    for (uint32_t i = 0; i < module->import_count; i++) {
        const ispy_import *import = &module->imports[i];
        if (import->type_checking && !import->in_function && import->bound.data == NULL) {
            return true;
        }
    }
    return false;
}

static void add_unbound(resolver *r, ispy_str head, ispy_str rest, ispy_view view) {
    ispy_reason open = r->module->scope.open;
    if (open == ISPY_REASON_MODULE_GETATTR) {
        open =
            ISPY_REASON_NONE; /* it answers those who ask from outside; the module's own code does not go through it */
    }
    if (open == ISPY_REASON_NONE && view == ISPY_VIEW_ANNOTATION && has_type_checking_star(r->module)) {
        open = ISPY_REASON_STAR_IMPORT;
    }
    if (ispy_is_builtin(head)) {
        add_builtin(r);
        r->out->reason = open;
    } else if (r->module->is_live && rest.length > 0) {
        /* The live extractor writes types by their qualified names, whatever the module itself calls them. */
        ispy_target target = {.kind = ISPY_TARGET_QUALIFIED};
        push_part(&target.name, r->dotted);
        add_target(r, target);
    } else if (open != ISPY_REASON_NONE) {
        add_unknown(r, open);
    } else {
        add_target(r, (ispy_target){.kind = ISPY_TARGET_ABSENT});
    }
}

void ispy_resolve(ispy_resolution *out, const ispy_module *module, ispy_str dotted, ispy_view view) {
    memset(out, 0, sizeof *out);
    resolver r = {out, module, dotted, false};
    if (module == NULL || !is_dotted_name(dotted)) {
        add_unknown(&r, ISPY_REASON_ANNOTATION_UNKNOWN);
        return;
    }
    ispy_str head;
    ispy_str rest;
    split_head(dotted, &head, &rest);
    if (view == ISPY_VIEW_ANNOTATION && add_type_checking(&r, head, rest)) {
        return;
    }
    const ispy_binding *binding = ispy_scope_find(&module->scope, head);
    if (binding == NULL) {
        add_unbound(&r, head, rest, view);
        return;
    }
    add_binding(&r, binding, rest, 0);
    if (binding->may_be_absent && ispy_is_builtin(head)) {
        add_builtin(&r);
    }
}
