/* The walk over `imports`, `calls` and `top_level`: each use of the module is held against the policy.
 *
 * One place may stand for several things (try: ... except ImportError: ...); only where all of them are denied is it
 * denied. What only its beginning is known of is denied where all that begins so is. */
#include "base/text.h"
#include "rules/use_policy.h"
#include "rules/walk.h"

#include <string.h>

static const ispy_str nothing = {NULL, 0, 0};

static void tell(ispy_walk *walk, ispy_rule_id rule, const void *clause, const ispy_origin *origin, ispy_str subject,
                 const ispy_ruling *found) {
    /* The running module does not show what it has imported and called; another alternative may still hold. */
    ispy_ruling ruling = *found;
    ruling.is_final = walk->groups == 0 && walk->unit + 1 < ispy_unit_count(walk->question.contract);
    ispy_str shown = subject.data != NULL ? subject : walk->question.module->name;
    walk->subject = (ispy_subject){.noun = ISPY_NOUN_MODULE, .name = shown};
    walk->question.noun = ISPY_NOUN_MODULE;
    walk->question.definition = NULL;
    walk->question.ruling = &ruling;
    walk->place = (ispy_span){0, 0, 0};
    ispy_ask(walk, rule, clause, origin);
    walk->question.ruling = NULL;
}

static bool begin(ispy_walk *walk, ispy_policy_memo *memo, const ispy_policy_clause *clause) {
    const ispy_uses *uses = walk->question.module->uses;
    *memo = (ispy_policy_memo){.clause = clause, .uses = uses, .context = walk->question.context};
    memo->decisions = ispy_arena_array(walk->question.arena, uses->name_count, sizeof *memo->decisions);
    memo->known = ispy_arena_array(walk->question.arena, uses->name_count, sizeof *memo->known);
    if (memo->decisions == NULL || memo->known == NULL) {
        walk->ledger.status = ISPY_ENOMEM;
        return false;
    }
    return true;
}

/* Machine code, compiled code, a stub: nothing says what it makes use of. */
static bool is_hidden(ispy_walk *walk, ispy_rule_id rule, const void *clause, const ispy_origin *origin) {
    if (walk->question.module->uses != NULL) {
        return false;
    }
    const ispy_ruling ruling = {.verdict = ISPY_UNPROVABLE,
                                .reason = ISPY_REASON_NO_SOURCE,
                                .message = "there is no source that shows what '{subject}' imports and calls"};
    tell(walk, rule, clause, origin, nothing, &ruling);
    return true;
}

/* ---- imports ---- */

typedef struct import_ruling {
    ispy_verdict verdict;
    ispy_reason reason;
    const ispy_policy_entry *entry; /* NULL: no entry matches, and that is the fault */
    bool by_module;                 /* of "from a import b": it is because of a */
} import_ruling;

static import_ruling rule_decision(const ispy_policy_clause *clause, ispy_decision decision) {
    bool is_open = clause->allow_origin.source == NULL; /* there is no list of what is allowed */
    bool denied = decision.entry != NULL ? decision.denied : !is_open;
    return (import_ruling){denied ? ISPY_FAIL : ISPY_PASS, ISPY_REASON_NONE, decision.entry, true};
}

/* b may be a module, or something in a. */
static import_ruling rule_from(ispy_walk *walk, ispy_policy_memo *memo, const ispy_use *use) {
    import_ruling whole = rule_decision(memo->clause, ispy_policy_decide_use(memo, use->name));
    ispy_text joined = ISPY_TEXT_EMPTY; /* owned */
    ispy_text_str(&joined, memo->uses->names[use->name]);
    ispy_text_char(&joined, '.');
    ispy_text_str(&joined, memo->uses->names[use->part]);
    if (joined.failed) {
        walk->ledger.status = ISPY_ENOMEM;
        return whole;
    }
    ispy_str name = ispy_str_of(joined.data, joined.length);
    import_ruling part = rule_decision(memo->clause, ispy_policy_decide(memo->clause, name, memo->context));
    ispy_text_free(&joined);
    if (part.entry == whole.entry || (part.verdict == whole.verdict && part.verdict == ISPY_PASS)) {
        return whole;
    }
    part.by_module = false;
    if (part.verdict == ISPY_FAIL && whole.verdict == ISPY_PASS && part.entry != NULL && !part.entry->is_literal) {
        part.verdict = ISPY_UNPROVABLE; /* "acme.*" is about modules, and b need be none */
        part.reason = ISPY_REASON_IMPORTED;
    }
    return part;
}

/* A name whose beginning is known, if that: all that it may be has to come to the same. */
static import_ruling rule_computed(ispy_policy_memo *memo, const ispy_use *use) {
    const ispy_policy_clause *clause = memo->clause;
    ispy_str name = use->name == ISPY_USE_NO_NAME ? nothing : memo->uses->names[use->name];
    import_ruling known = {ISPY_UNPROVABLE, ISPY_REASON_COMPUTED_NAME, NULL, true};
    if (name.data != NULL) {
        import_ruling above = rule_decision(clause, ispy_policy_decide_use(memo, use->name));
        bool differs = false;
        for (uint32_t i = 0; i < clause->allow_count; i++) {
            differs = differs ||
                      (above.verdict == ISPY_FAIL && ispy_policy_entry_reaches(&clause->allow[i], name, memo->context));
        }
        for (uint32_t i = 0; i < clause->deny_count; i++) {
            differs = differs ||
                      (above.verdict == ISPY_PASS && ispy_policy_entry_reaches(&clause->deny[i], name, memo->context));
        }
        known = differs ? known : above;
    } else if (clause->deny_count == 0 && clause->allow_origin.source == NULL) {
        known.verdict = ISPY_PASS;
    }
    return known;
}

/* "socket", "socket.*", "socket.**": a top-level package as a whole, which a relative import never leads into from
 * outside. */
static bool is_whole_package(const ispy_policy_entry *entry) {
    ispy_str pattern = entry->pattern;
    if (pattern.data == NULL) {
        return true;
    }
    const char *dot = memchr(pattern.data, '.', pattern.length);
    size_t length = dot != NULL ? (size_t)(dot - pattern.data) : pattern.length;
    bool has_star = memchr(pattern.data, '*', length) != NULL;
    return !has_star && (dot == NULL || strcmp(dot, ".*") == 0 || strcmp(dot, ".**") == 0);
}

/* A relative import in a module whose name is not known: something of its own package, whatever that is called. */
static import_ruling rule_relative(ispy_policy_memo *memo) {
    const ispy_policy_clause *clause = memo->clause;
    import_ruling open = {ISPY_UNPROVABLE, ISPY_REASON_COMPUTED_NAME, NULL, true};
    bool may_match = clause->allow_origin.source != NULL;
    for (uint32_t i = 0; i < clause->deny_count; i++) {
        may_match = may_match || !is_whole_package(&clause->deny[i]);
    }
    open.verdict = may_match ? ISPY_UNPROVABLE : ISPY_PASS;
    return open;
}

static import_ruling rule_import(ispy_walk *walk, ispy_policy_memo *memo, const ispy_use *use) {
    if (use->kind == ISPY_USE_TEXT) {
        return (import_ruling){ISPY_UNPROVABLE, ISPY_REASON_RUNS_TEXT, NULL, true};
    }
    if (use->name != ISPY_USE_NO_NAME && memo->uses->names[use->name].data[0] == '.') {
        return rule_relative(memo);
    }
    if ((use->flags & ISPY_USE_BELOW) != 0 || use->name == ISPY_USE_NO_NAME) {
        return rule_computed(memo, use);
    }
    import_ruling ruling = use->kind == ISPY_USE_IMPORT_FROM
                               ? rule_from(walk, memo, use)
                               : rule_decision(memo->clause, ispy_policy_decide_use(memo, use->name));
    if (ruling.verdict == ISPY_FAIL && (use->flags & ISPY_USE_MAYBE) != 0) {
        ruling.verdict = ISPY_UNPROVABLE;
        ruling.reason = ISPY_REASON_ALIASED;
    }
    return ruling;
}

static bool is_import(const ispy_use *use) {
    return use->kind <= ISPY_USE_IMPORT_CALL || use->kind == ISPY_USE_TEXT;
}

/* "from __future__ import annotations" imports nothing that matters. */
static bool is_future(const ispy_uses *uses, const ispy_use *use) {
    return use->name != ISPY_USE_NO_NAME && strcmp(uses->names[use->name].data, "__future__") == 0;
}

static bool counts(const ispy_policy_clause *clause, const ispy_uses *uses, const ispy_use *use) {
    bool is_typing = (use->flags & ISPY_USE_TYPE_CHECKING) != 0 && clause->type_checking == ISPY_TYPE_CHECKING_IGNORE;
    bool is_local = (use->flags & ISPY_USE_IN_FUNCTION) != 0 && clause->scope == ISPY_IMPORTS_MODULE;
    return is_import(use) && !is_typing && !is_local && !is_future(uses, use);
}

static const char *import_message(const ispy_use *use, const import_ruling *ruling) {
    if (use->kind == ISPY_USE_TEXT) {
        return "what the text that is executed here imports cannot be told";
    }
    if (use->name == ISPY_USE_NO_NAME) {
        return "what is imported here cannot be told";
    }
    return ruling->reason == ISPY_REASON_COMPUTED_NAME ? "which module of '{subject}' is imported here cannot be told"
                                                       : NULL;
}

static void tell_import(ispy_walk *walk, const ispy_policy_memo *memo, const ispy_use *use,
                        const import_ruling *found) {
    const ispy_policy_clause *clause = memo->clause;
    bool is_open = found->verdict == ISPY_UNPROVABLE && clause->deny_count > 0;
    bool by_list = found->entry == NULL && clause->allow_origin.source != NULL && !is_open;
    ispy_rule_id rule = by_list ? ISPY_RULE_IMPORT_NOT_ALLOWED : ISPY_RULE_IMPORT_DENIED;
    const ispy_origin *origin = found->entry != NULL ? &found->entry->origin
                                : by_list            ? &clause->allow_origin
                                                     : &clause->origin;
    ispy_str name = use->name != ISPY_USE_NO_NAME ? memo->uses->names[use->name] : nothing;
    ispy_ruling ruling = {
        .verdict = found->verdict, .reason = found->reason, .at = use->at, .message = import_message(use, found)};
    if (use->kind == ISPY_USE_IMPORT_FROM && !found->by_module) {
        ispy_text joined = ISPY_TEXT_EMPTY; /* owned */
        ispy_text_str(&joined, name);
        ispy_text_char(&joined, '.');
        ispy_text_str(&joined, memo->uses->names[use->part]);
        walk->ledger.status =
            ispy_text_take(&name, &joined, walk->question.arena) != ISPY_OK ? ISPY_ENOMEM : walk->ledger.status;
        ispy_text_free(&joined);
    }
    if ((use->flags & ISPY_USE_HANDLED) != 0 && found->verdict == ISPY_FAIL) {
        ruling.hint = "that the module can do without it makes no difference to the contract";
    }
    tell(walk, rule, use, origin, name, &ruling);
}

static void walk_imports(ispy_walk *walk, const ispy_policy_clause *clause) {
    ispy_policy_memo memo;
    bool by_list = clause->allow_origin.source != NULL;
    ispy_rule_id rule = by_list ? ISPY_RULE_IMPORT_NOT_ALLOWED : ISPY_RULE_IMPORT_DENIED;
    if (is_hidden(walk, rule, clause, by_list ? &clause->allow_origin : &clause->origin) ||
        !begin(walk, &memo, clause)) {
        return;
    }
    for (uint32_t i = 0; i < memo.uses->count && walk->ledger.status == ISPY_OK; i++) {
        const ispy_use *use = &memo.uses->items[i];
        if (!counts(clause, memo.uses, use)) {
            continue;
        }
        import_ruling found = rule_import(walk, &memo, use);
        bool is_said = (use->flags & ISPY_USE_FOLLOWS) != 0 && found.by_module && use->kind != ISPY_USE_IMPORT_STAR;
        if (found.verdict != ISPY_PASS && !is_said) {
            tell_import(walk, &memo, use, &found);
        }
    }
}

/* ---- calls ---- */

/* Other names under which the same things are to be had. */
static const struct {
    const char *other;
    const char *name;
} twins[] = {
    {"posix", "os"},
    {"nt", "os"},
    {"posixpath", "os.path"},
    {"ntpath", "os.path"},
    {"io.open", "builtins.open"},
    {"_io.open", "builtins.open"},
    {"importlib.__import__", "builtins.__import__"},
    {"_thread", "threading"},
};

typedef struct call_ruling {
    ispy_verdict verdict;
    ispy_reason reason;
    const ispy_policy_entry *entry;
} call_ruling;

static call_ruling denied_by(ispy_decision decision, ispy_verdict verdict, ispy_reason reason) {
    bool denied = decision.entry != NULL && decision.denied;
    return (call_ruling){denied ? verdict : ISPY_PASS, denied ? reason : ISPY_REASON_NONE, decision.entry};
}

static call_ruling rule_twin(ispy_walk *walk, ispy_policy_memo *memo, ispy_str name) {
    call_ruling result = {ISPY_PASS, ISPY_REASON_NONE, NULL};
    for (size_t i = 0; i < sizeof twins / sizeof twins[0] && result.verdict == ISPY_PASS; i++) {
        size_t length = strlen(twins[i].other);
        bool is_twin = name.length >= length && memcmp(name.data, twins[i].other, length) == 0 &&
                       (name.length == length || name.data[length] == '.');
        if (!is_twin) {
            continue;
        }
        ispy_text text = ISPY_TEXT_EMPTY; /* owned */
        ispy_text_puts(&text, twins[i].name);
        ispy_text_append(&text, name.data + length, name.length - length);
        if (text.failed) {
            walk->ledger.status = ISPY_ENOMEM;
        } else {
            ispy_str twin = ispy_str_of(text.data, text.length);
            result = denied_by(ispy_policy_decide(memo->clause, twin, memo->context), ISPY_FAIL, ISPY_REASON_NONE);
        }
        ispy_text_free(&text);
    }
    return result;
}

/* "shutil.os.system": a module that another one has imported. */
static call_ruling rule_tail(ispy_policy_memo *memo, ispy_str name) {
    call_ruling result = {ISPY_PASS, ISPY_REASON_NONE, NULL};
    for (uint32_t i = 0; i < name.length && result.verdict == ISPY_PASS; i++) {
        ispy_str tail = ispy_str_of(name.data + i + 1, name.length - i - 1);
        if (name.data[i] == '.' && memchr(tail.data, '.', tail.length) != NULL) {
            result =
                denied_by(ispy_policy_decide(memo->clause, tail, memo->context), ISPY_UNPROVABLE, ISPY_REASON_ALIASED);
        }
    }
    return result;
}

static bool is_upper(ispy_str name) {
    uint32_t start = name.length;
    bool upper = false;
    while (start > 0 && name.data[start - 1] != '.') {
        start--;
        upper = upper || (name.data[start] >= 'A' && name.data[start] <= 'Z');
        if (name.data[start] >= 'a' && name.data[start] <= 'z') {
            return false;
        }
    }
    return upper;
}

static bool ends_with(ispy_str text, const char *tail) {
    size_t length = strlen(tail);
    return text.length >= length && memcmp(text.data + text.length - length, tail, length) == 0;
}

/* By their names: constants and exceptions. Handing these on calls nothing. */
static bool is_no_function(ispy_str name) {
    return is_upper(name) || ends_with(name, "Error") || ends_with(name, "Exception") || ends_with(name, "Expired") ||
           ends_with(name, "Warning");
}

static call_ruling rule_below(ispy_policy_memo *memo, ispy_str name) {
    for (uint32_t i = 0; i < memo->clause->deny_count; i++) {
        if (ispy_policy_entry_reaches(&memo->clause->deny[i], name, memo->context)) {
            return (call_ruling){ISPY_UNPROVABLE, ISPY_REASON_COMPUTED_NAME, &memo->clause->deny[i]};
        }
    }
    return (call_ruling){ISPY_PASS, ISPY_REASON_NONE, NULL};
}

static call_ruling rule_call(ispy_walk *walk, ispy_policy_memo *memo, const ispy_use *use) {
    ispy_str name = memo->uses->names[use->name];
    if ((use->flags & ISPY_USE_BELOW) != 0) {
        return rule_below(memo, name);
    }
    ispy_decision decision = ispy_policy_decide_use(memo, use->name);
    call_ruling ruling = denied_by(decision, ISPY_FAIL, ISPY_REASON_NONE);
    if (decision.entry == NULL) {
        ruling = rule_twin(walk, memo, name);
        ruling = ruling.verdict == ISPY_PASS ? rule_tail(memo, name) : ruling;
    }
    if (use->kind == ISPY_USE_REFERENCE && ruling.verdict == ISPY_FAIL && !ruling.entry->is_literal) {
        ruling.verdict = is_no_function(name) ? ISPY_PASS : ISPY_UNPROVABLE;
        ruling.reason = ISPY_REASON_HANDED_ON;
    }
    return ruling;
}

/* All that the place may stand for; `*next` is behind it. */
static call_ruling rule_place(ispy_walk *walk, ispy_policy_memo *memo, uint32_t first, uint32_t *next,
                              uint32_t *which) {
    const ispy_use *items = memo->uses->items;
    bool all = (items[first].flags & ISPY_USE_MAYBE) == 0;
    call_ruling result = {ISPY_PASS, ISPY_REASON_NONE, NULL};
    uint32_t at = first;
    do {
        call_ruling one = rule_call(walk, memo, &items[at]);
        all = all && one.verdict == ISPY_FAIL;
        if (one.verdict != ISPY_PASS && result.verdict == ISPY_PASS) {
            result = one;
            *which = at;
        }
        at++;
    } while (at < memo->uses->count && items[at].kind == items[first].kind &&
             (items[at].flags & ISPY_USE_FOLLOWS) != 0);
    *next = at;
    if (result.verdict == ISPY_FAIL && !all) {
        result.verdict = ISPY_UNPROVABLE;
        result.reason = (items[*which].flags & ISPY_USE_STAR) != 0 ? ISPY_REASON_STAR_IMPORT : ISPY_REASON_ALIASED;
    }
    return result;
}

static void tell_call(ispy_walk *walk, const ispy_policy_memo *memo, const ispy_use *use, const call_ruling *found) {
    const ispy_origin *origin = found->entry != NULL ? &found->entry->origin : &memo->clause->origin;
    bool is_text = use->kind == ISPY_USE_TEXT;
    bool is_reference = use->kind == ISPY_USE_REFERENCE;
    const ispy_ruling ruling = {
        .verdict = found->verdict,
        .reason = found->reason,
        .at = use->at,
        .message = is_text ? "what the text that is executed here calls cannot be told"
                   : found->reason == ISPY_REASON_COMPUTED_NAME ? "what of '{subject}' is used here cannot be told"
                   : is_reference && found->verdict == ISPY_FAIL
                       ? "'{subject}' must not be called, nor handed on as a value"
                       : NULL,
    };
    tell(walk, ISPY_RULE_CALL_DENIED, use, origin, is_text ? nothing : memo->uses->names[use->name], &ruling);
}

static void walk_calls(ispy_walk *walk, const ispy_policy_clause *clause) {
    ispy_policy_memo memo;
    if (is_hidden(walk, ISPY_RULE_CALL_DENIED, clause, &clause->origin) || !begin(walk, &memo, clause)) {
        return;
    }
    for (uint32_t i = 0; i < memo.uses->count && walk->ledger.status == ISPY_OK;) {
        const ispy_use *use = &memo.uses->items[i];
        bool is_call = use->kind == ISPY_USE_CALL || use->kind == ISPY_USE_REFERENCE;
        uint32_t which = i;
        call_ruling found = {ISPY_PASS, ISPY_REASON_NONE, NULL};
        uint32_t next = i + 1;
        if (is_call) {
            found = rule_place(walk, &memo, i, &next, &which);
        } else if (use->kind == ISPY_USE_TEXT && ispy_policy_decide_use(&memo, use->name).entry == NULL) {
            found = (call_ruling){ISPY_UNPROVABLE, ISPY_REASON_RUNS_TEXT, NULL};
        }
        if (found.verdict != ISPY_PASS && (use->flags & ISPY_USE_TYPE_CHECKING) == 0) {
            tell_call(walk, &memo, &memo.uses->items[which], &found);
        }
        i = next;
    }
}

/* ---- top_level ---- */

/* What only marks what is defined. */
static const char *const markers[] = {
    "builtins.property",
    "builtins.staticmethod",
    "builtins.classmethod",
    "abc.abstractmethod",
    "abc.abstractproperty",
    "abc.ABCMeta",
    "typing.overload",
    "typing.final",
    "typing.override",
    "typing.runtime_checkable",
    "typing.no_type_check",
    "typing_extensions.overload",
    "typing_extensions.final",
    "typing_extensions.override",
    "typing_extensions.runtime_checkable",
    "typing_extensions.Protocol",
    "builtins.type",
};

static bool is_marker(const ispy_use *use, ispy_str name) {
    static const char *const accessors[] = {".setter", ".getter", ".deleter"}; /* of a property above */
    for (size_t i = 0; i < sizeof markers / sizeof markers[0] && use->kind == ISPY_USE_CALL; i++) {
        if (strcmp(name.data, markers[i]) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < sizeof accessors / sizeof accessors[0] && use->kind == ISPY_USE_CALL_OTHER; i++) {
        if (ends_with(name, accessors[i]) && (use->flags & ISPY_USE_IN_CLASS) != 0) {
            return true;
        }
    }
    return false;
}

static bool may_be_called(const ispy_top_level_clause *clause, const ispy_use *use, ispy_str name,
                          const ispy_context *context) {
    bool allowed = (use->flags & ISPY_USE_BELOW) == 0 && is_marker(use, name);
    for (uint32_t i = 0; i < clause->call_count && !allowed; i++) {
        allowed = ispy_policy_entry_matches(&clause->calls[i], name, context);
    }
    return allowed;
}

static bool runs_at_import(const ispy_use *use) {
    const uint32_t elsewhere = ISPY_USE_IN_FUNCTION | ISPY_USE_TYPE_CHECKING | ISPY_USE_MAIN;
    return (use->kind == ISPY_USE_CALL || use->kind == ISPY_USE_CALL_OTHER) && (use->flags & elsewhere) == 0;
}

static void walk_top_level(ispy_walk *walk, const ispy_top_level_clause *clause) {
    const ispy_uses *uses = walk->question.module->uses;
    if (is_hidden(walk, ISPY_RULE_TOP_LEVEL_CALL, clause, &clause->calls_origin)) {
        return;
    }
    for (uint32_t i = 0, next; i < uses->count && walk->ledger.status == ISPY_OK; i = next) {
        const ispy_use *first = &uses->items[i];
        uint32_t allowed = 0;
        uint32_t which = i;
        next = i;
        do {
            ispy_str name = uses->items[next].name != ISPY_USE_NO_NAME ? uses->names[uses->items[next].name] : nothing;
            bool fits =
                runs_at_import(first) && may_be_called(clause, &uses->items[next], name, walk->question.context);
            which = !fits && which == i ? next : which;
            allowed += fits ? 1 : 0;
            next++;
        } while (next < uses->count && uses->items[next].kind == first->kind &&
                 (uses->items[next].flags & ISPY_USE_FOLLOWS) != 0);
        bool maybe = (first->flags & ISPY_USE_MAYBE) != 0;
        if (!runs_at_import(first) || (allowed == next - i && !maybe)) {
            continue;
        }
        ispy_verdict verdict = allowed == 0 ? ISPY_FAIL : ISPY_UNPROVABLE;
        const ispy_ruling ruling = {.verdict = verdict,
                                    .reason = verdict == ISPY_FAIL ? ISPY_REASON_NONE : ISPY_REASON_ALIASED,
                                    .at = first->at};
        tell(walk, ISPY_RULE_TOP_LEVEL_CALL, first, &clause->calls_origin, uses->names[uses->items[which].name],
             &ruling);
    }
}

/* ---- the way in ---- */

void ispy_walk_imports(ispy_walk *walk, const ispy_block *block) {
    walk_imports(walk, block->imports);
}

void ispy_walk_calls(ispy_walk *walk, const ispy_block *block) {
    walk_calls(walk, block->calls);
}

void ispy_walk_top_level(ispy_walk *walk, const ispy_block *block) {
    walk_top_level(walk, block->top_level);
}
