/* Classes whose constructor follows from their fields: dataclasses, typing.NamedTuple, attrs' define.
 *
 * Only what stands in the body of the class as "name: type = default" is a field that is understood; anything that may
 * make a field in another way leaves the constructor open. Must not know: what becomes of the fields of base classes.
 */
#include "binding/ast_walk.h"

#include <string.h>

typedef enum style { STYLE_NONE, STYLE_DATACLASS, STYLE_ATTRS, STYLE_NAMED_TUPLE } style;

typedef struct record {
    style style;
    ispy_parameter *fields; /* in the arena */
    uint32_t count;
    bool init;    /* a constructor is made */
    bool by_name; /* the fields are keyword-only from here on */
    bool open;
} record;

/* ---- "init=False" ---- */

/* false: the value is no constant bool. */
static bool take_bool(ispy_walk *walk, PyObject *value, bool *out) {
    const ispy_literal *literal = ispy_literal_of(walk, value);
    bool is_bool = literal != NULL && literal->kind == ISPY_LITERAL_BOOL;
    *out = is_bool ? literal->text.data[0] == 'T' : *out;
    return is_bool;
}

/* ---- What makes it a record ---- */

static style style_of_decorator(known_id id) {
    switch (id) {
    case KNOWN_DATACLASSES_DATACLASS:
        return STYLE_DATACLASS;
    case KNOWN_ATTR_DEFINE:
    case KNOWN_ATTR_FROZEN:
    case KNOWN_ATTR_MUTABLE:
    case KNOWN_ATTRS_DEFINE:
    case KNOWN_ATTRS_FROZEN:
    case KNOWN_ATTRS_MUTABLE:
        return STYLE_ATTRS;
    default:
        return STYLE_NONE;
    }
}

static bool is_classic_attrs(known_id id) {
    return id == KNOWN_ATTR_S || id == KNOWN_ATTR_ATTRS || id == KNOWN_ATTR_DATACLASS;
}

static void take_options(ispy_walk *walk, record *r, PyObject *call) {
    PyObject *keywords = ispy_node_get(walk, call, FIELD_keywords);
    r->open = r->open || ispy_list_count(ispy_node_get(walk, call, FIELD_args)) > 0;
    for (Py_ssize_t i = 0; i < ispy_list_count(keywords); i++) {
        PyObject *keyword = ispy_list_item(keywords, i);
        PyObject *name = ispy_node_get(walk, keyword, FIELD_arg);
        PyObject *value = ispy_node_get(walk, keyword, FIELD_value);
        if (name == Py_None || ispy_is_text(name, "these") || ispy_is_text(name, "field_transformer")) {
            r->open = true;
        } else if (ispy_is_text(name, "init")) {
            r->open = !take_bool(walk, value, &r->init) || r->open;
        } else if (ispy_is_text(name, "kw_only")) {
            r->open = !take_bool(walk, value, &r->by_name) || r->open;
        } else if (r->style == STYLE_ATTRS && ispy_is_text(name, "auto_attribs")) {
            r->open = true;
        }
    }
}

static void judge_decorators(ispy_walk *walk, record *r, PyObject *decorators) {
    for (Py_ssize_t i = 0; i < ispy_list_count(decorators); i++) {
        PyObject *decorator = ispy_list_item(decorators, i);
        bool is_call = ispy_node_kind(walk, decorator) == NODE_Call;
        known_id id = ispy_walk_known(walk, is_call ? ispy_node_get(walk, decorator, FIELD_func) : decorator);
        style found = style_of_decorator(id);
        r->open = r->open || is_classic_attrs(id);
        if (found == STYLE_NONE) {
            continue;
        }
        r->open = r->open || r->style != STYLE_NONE;
        r->style = found;
        if (is_call) {
            take_options(walk, r, decorator);
        }
    }
}

/* ---- Fields ---- */

/* "ClassVar" of "typing.ClassVar[int]". */
static known_id head_of_annotation(ispy_walk *walk, PyObject *annotation) {
    if (ispy_node_kind(walk, annotation) == NODE_Subscript) {
        annotation = ispy_node_get(walk, annotation, FIELD_value);
    }
    return ispy_walk_known(walk, annotation);
}

static bool makes_field(known_id id) {
    return id == KNOWN_DATACLASSES_FIELD || id == KNOWN_ATTR_FIELD || id == KNOWN_ATTRS_FIELD || id == KNOWN_ATTR_IB;
}

/* field(default=..., init=..., kw_only=...). false: this one takes no argument of the constructor. */
static bool take_field_call(ispy_walk *walk, record *r, ispy_parameter *field, PyObject *call) {
    PyObject *keywords = ispy_node_get(walk, call, FIELD_keywords);
    bool init = true;
    bool by_name = field->kind == ISPY_KEYWORD_ONLY;
    r->open = r->open || ispy_list_count(ispy_node_get(walk, call, FIELD_args)) > 0;
    for (Py_ssize_t i = 0; i < ispy_list_count(keywords); i++) {
        PyObject *keyword = ispy_list_item(keywords, i);
        PyObject *name = ispy_node_get(walk, keyword, FIELD_arg);
        PyObject *value = ispy_node_get(walk, keyword, FIELD_value);
        if (name == Py_None || ispy_is_text(name, "alias")) {
            r->open = true;
        } else if (ispy_is_text(name, "default")) {
            field->default_value = ispy_literal_of(walk, value);
            /* MISSING and NOTHING stand for no default */
            r->open = r->open || (field->default_value != NULL && field->default_value->kind == ISPY_LITERAL_DYNAMIC);
        } else if (ispy_is_text(name, "default_factory") || ispy_is_text(name, "factory")) {
            field->default_value = ispy_literal_dynamic(walk, ISPY_REASON_DYNAMIC_VALUE);
        } else if (ispy_is_text(name, "init")) {
            r->open = !take_bool(walk, value, &init) || r->open;
        } else if (ispy_is_text(name, "kw_only")) {
            r->open = !take_bool(walk, value, &by_name) || r->open;
        }
    }
    field->kind = by_name ? ISPY_KEYWORD_ONLY : ISPY_POSITIONAL_OR_KEYWORD;
    return init;
}

/* The default of a field, where it is certainly one and not what a call of field() has given. */
static void take_default(ispy_walk *walk, record *r, ispy_parameter *field, PyObject *value) {
    const ispy_literal *literal = ispy_literal_of(walk, value);
    node_kind kind = ispy_node_kind(walk, value);
    bool is_plain = literal != NULL && literal->kind != ISPY_LITERAL_DYNAMIC;
    bool is_sure = is_plain || r->style == STYLE_NAMED_TUPLE || kind == NODE_Lambda || kind == NODE_Attribute ||
                   ispy_makes_object(walk, value);
    r->open = r->open || !is_sure;
    /* in the body of the class, a name may stand for another value than outside */
    field->default_value =
        is_plain && kind != NODE_Name ? literal : ispy_literal_dynamic(walk, ISPY_REASON_DYNAMIC_VALUE);
}

static ispy_str name_of_argument(const record *r, ispy_str name) {
    uint32_t skip = 0;
    while (r->style == STYLE_ATTRS && skip < name.length && name.data[skip] == '_') {
        skip++;
    }
    return skip == 0 || skip == name.length ? name : ispy_str_of(name.data + skip, name.length - skip);
}

static uint32_t find_field(const record *r, ispy_str name) {
    uint32_t i = 0;
    while (i < r->count && !ispy_str_equal(r->fields[i].name, name)) {
        i++;
    }
    return i;
}

static bool is_private(ispy_str name) {
    return name.length > 2 && memcmp(name.data, "__", 2) == 0 && memcmp(name.data + name.length - 2, "__", 2) != 0;
}

static void take_annotated(ispy_walk *walk, record *r, PyObject *node) {
    PyObject *target = ispy_node_get(walk, node, FIELD_target);
    PyObject *annotation = ispy_node_get(walk, node, FIELD_annotation);
    PyObject *value = ispy_node_get(walk, node, FIELD_value);
    if (ispy_node_kind(walk, target) != NODE_Name) {
        return;
    }
    known_id head = head_of_annotation(walk, annotation);
    bool is_text = ispy_node_kind(walk, annotation) == NODE_Constant;
    if (r->style != STYLE_NAMED_TUPLE && head == KNOWN_DATACLASSES_KW_ONLY) {
        r->by_name = true;
        return;
    }
    if (r->style != STYLE_NAMED_TUPLE && head == KNOWN_TYPING_CLASS_VAR) {
        return;
    }
    r->open = r->open || (is_text && r->style != STYLE_NAMED_TUPLE); /* a quoted ClassVar, a quoted KW_ONLY */
    PyObject *identifier = ispy_node_get(walk, target, FIELD_id);
    ispy_str plain = ispy_walk_text(walk, identifier);
    ispy_parameter field = {
        .name = name_of_argument(r, plain),
        .kind = r->by_name ? ISPY_KEYWORD_ONLY : ISPY_POSITIONAL_OR_KEYWORD,
        .annotation = ispy_node_text(walk, annotation),
        .at = ispy_node_span(walk, target, ispy_str_columns(plain)),
    };
    bool is_argument = true;
    PyObject *callee = ispy_node_kind(walk, value) == NODE_Call ? ispy_node_get(walk, value, FIELD_func) : NULL;
    if (callee != NULL && r->style != STYLE_NAMED_TUPLE && makes_field(ispy_walk_known(walk, callee))) {
        is_argument = take_field_call(walk, r, &field, value);
    } else if (value != Py_None) {
        take_default(walk, r, &field, value);
    }
    /* private names get the name of the class, and what stands twice keeps its first place */
    r->open = r->open || find_field(r, field.name) < r->count || is_private(plain);
    if (is_argument) {
        r->fields[r->count++] = field;
    }
}

/* A statement that may bind the name of a field anew, or hold fields that are there on some ways only. */
static bool may_disturb(ispy_walk *walk, const record *r, PyObject *node) {
    switch (ispy_node_kind(walk, node)) {
    case NODE_FunctionDef:
    case NODE_AsyncFunctionDef:
    case NODE_ClassDef:
        return find_field(r, name_of_argument(r, ispy_walk_text(walk, ispy_node_get(walk, node, FIELD_name)))) <
               r->count;
    case NODE_Assign: {
        PyObject *targets = ispy_node_get(walk, node, FIELD_targets);
        bool disturbs =
            r->style == STYLE_ATTRS && ispy_node_kind(walk, ispy_node_get(walk, node, FIELD_value)) == NODE_Call;
        for (Py_ssize_t i = 0; i < ispy_list_count(targets); i++) {
            PyObject *target = ispy_list_item(targets, i);
            bool is_name = ispy_node_kind(walk, target) == NODE_Name;
            disturbs = disturbs || !is_name ||
                       find_field(r, name_of_argument(r, ispy_walk_text(walk, ispy_node_get(walk, target, FIELD_id)))) <
                           r->count;
        }
        return disturbs;
    }
    case NODE_AnnAssign:
    case NODE_Expr:
    case NODE_Pass:
        return false;
    default:
        return true;
    }
}

void ispy_class_fields(ispy_walk *walk, PyObject *node, ispy_class *klass) {
    PyObject *bases = ispy_node_get(walk, node, FIELD_bases);
    PyObject *body = ispy_node_get(walk, node, FIELD_body);
    record r = {.init = true};
    judge_decorators(walk, &r, ispy_node_get(walk, node, FIELD_decorator_list));
    for (Py_ssize_t i = 0; i < ispy_list_count(bases); i++) {
        if (ispy_walk_known(walk, ispy_list_item(bases, i)) == KNOWN_TYPING_NAMED_TUPLE) {
            r.open = r.open || r.style != STYLE_NONE;
            r.style = STYLE_NAMED_TUPLE;
        }
    }
    if (r.style == STYLE_NONE || walk->failed) {
        klass->makes = r.open ? ISPY_MAKES_OPEN : ISPY_MAKES_NOTHING;
        return;
    }
    r.fields = ispy_walk_alloc(walk, (size_t)ispy_list_count(body) + 1, sizeof *r.fields);
    for (Py_ssize_t i = 0; i < ispy_list_count(body) && r.fields != NULL && !walk->failed; i++) {
        if (ispy_node_kind(walk, ispy_list_item(body, i)) == NODE_AnnAssign) {
            take_annotated(walk, &r, ispy_list_item(body, i));
        }
    }
    for (Py_ssize_t i = 0; i < ispy_list_count(body) && r.fields != NULL && !walk->failed && !r.open; i++) {
        r.open = may_disturb(walk, &r, ispy_list_item(body, i));
    }
    /* attrs has rules of its own for what it inherits */
    r.open = r.open || r.fields == NULL || (r.style == STYLE_ATTRS && ispy_list_count(bases) > 0);
    klass->fields = r.fields;
    klass->field_count = r.open ? 0 : r.count;
    klass->makes = r.open                         ? ISPY_MAKES_OPEN
                   : !r.init                      ? ISPY_MAKES_FIELDS
                   : r.style == STYLE_NAMED_TUPLE ? ISPY_MAKES_NEW
                   : r.style == STYLE_ATTRS       ? ISPY_MAKES_ATTRS_INIT
                                                  : ISPY_MAKES_INIT;
}
