/* How values, types, signatures and definitions look in a finding. */
#include "rules/explain.h"

#include "model/literal.h"
#include "model/type_expr.h"

static void write_literal(ispy_text *out, const ispy_literal *literal) {
    ispy_text shown = ISPY_TEXT_EMPTY;
    ispy_literal_show(&shown, literal, ISPY_SHOWN_MAX);
    out->failed |= shown.failed;
    if (shown.data != NULL) {
        ispy_text_clean(out, shown.data, shown.length, false);
    }
    ispy_text_free(&shown);
}

static void write_type(ispy_text *out, const ispy_type_expr *type) {
    ispy_text shown = ISPY_TEXT_EMPTY;
    if (ispy_type_expr_show(&shown, type) != ISPY_OK) {
        out->failed = true;
    }
    if (shown.data != NULL) {
        ispy_text_clean(out, shown.data, shown.length, false);
    }
    ispy_text_free(&shown);
}

/* One parameter of either side, as far as a signature shows it. */
typedef struct shown_parameter {
    ispy_str name;
    ispy_parameter_kind kind;
    const ispy_literal *value;
    bool has_default; /* with `value` NULL: some default */
} shown_parameter;

static shown_parameter of_module(const ispy_parameter *parameter) {
    const shown_parameter shown = {parameter->name, parameter->kind, parameter->default_value,
                                   parameter->default_value != NULL};
    return shown;
}

static shown_parameter of_stub(const ispy_parameter_clause *clause) {
    bool has_value = clause->default_demand == ISPY_DEFAULT_EQUAL && clause->value != NULL;
    const shown_parameter shown = {clause->name, clause->kind, has_value ? &clause->value->value : NULL,
                                   has_value || clause->default_demand == ISPY_DEFAULT_PRESENT};
    return shown;
}

static void write_parameter(ispy_text *out, const shown_parameter *parameter) {
    if (ispy_parameter_is_variadic(parameter->kind)) {
        ispy_text_puts(out, parameter->kind == ISPY_VAR_POSITIONAL ? "*" : "**");
    }
    ispy_text_clean(out, parameter->name.data, parameter->name.length, false);
    if (!parameter->has_default) {
        return;
    }
    ispy_text_char(out, '=');
    if (parameter->value != NULL) {
        write_literal(out, parameter->value);
    } else {
        ispy_text_puts(out, "...");
    }
}

/* The "/" and "*" that stand between parameters of different kinds. */
static void write_marks(ispy_text *out, const shown_parameter *previous, const shown_parameter *next) {
    bool was_positional_only = previous != NULL && previous->kind == ISPY_POSITIONAL_ONLY;
    bool has_star = previous != NULL && (previous->kind == ISPY_VAR_POSITIONAL || previous->kind == ISPY_KEYWORD_ONLY);
    if (was_positional_only && (next == NULL || next->kind != ISPY_POSITIONAL_ONLY)) {
        ispy_text_puts(out, ", /");
    }
    if (next != NULL && previous != NULL) {
        ispy_text_puts(out, ", ");
    }
    if (next != NULL && next->kind == ISPY_KEYWORD_ONLY && !has_star) {
        ispy_text_puts(out, "*, ");
    }
}

typedef shown_parameter (*parameter_at)(const void *owner, uint32_t index);

static shown_parameter module_parameter(const void *owner, uint32_t index) {
    return of_module(&((const ispy_function *)owner)->parameters[index]);
}

static shown_parameter stub_parameter(const void *owner, uint32_t index) {
    return of_stub(&((const ispy_function_clause *)owner)->parameters[index]);
}

static void write_parameters(ispy_text *out, const void *owner, uint32_t count, parameter_at at) {
    size_t start = out->length;
    shown_parameter previous = {0};
    ispy_text_char(out, '(');
    /* what exceeds the limit is cut off later, so it need not be written */
    for (uint32_t i = 0; i < count && out->length - start <= ISPY_SHOWN_MAX; i++) {
        shown_parameter parameter = at(owner, i);
        write_marks(out, i > 0 ? &previous : NULL, &parameter);
        write_parameter(out, &parameter);
        previous = parameter;
    }
    write_marks(out, count > 0 ? &previous : NULL, NULL);
    ispy_text_char(out, ')');
}

static void write_function(ispy_text *out, const ispy_function *function) {
    static const char *const names[] = {"a function", "a static method", "a class method", "a property"};
    bool is_plain = function->method_kind == ISPY_METHOD_NONE;
    ispy_text_puts(out, is_plain && function->is_async ? "an async function" : names[function->method_kind]);
    if (function->unknown != ISPY_REASON_NONE && function->decorator_count > 0) {
        ispy_text_puts(out, " under '@");
        ispy_str text = function->decorators[0].text;
        ispy_text_clean(out, text.data, text.length, false);
        ispy_text_char(out, '\'');
    }
}

static void write_import(ispy_text *out, const ispy_import *import) {
    ispy_text_puts(out, "an import from '");
    for (uint32_t i = 0; i < import->level && i < 16; i++) {
        ispy_text_char(out, '.');
    }
    ispy_text_clean(out, import->module.data, import->module.length, false);
    ispy_text_char(out, '\'');
}

static void write_variable(ispy_text *out, const ispy_variable *variable) {
    const ispy_literal *value = variable->value;
    if (value == NULL) {
        ispy_text_puts(out, "an annotation without a value");
    } else if (value->kind == ISPY_LITERAL_DYNAMIC) {
        ispy_text_puts(out, "a computed value");
    } else if (value->kind == ISPY_LITERAL_NONE || value->kind == ISPY_LITERAL_ELLIPSIS) {
        write_literal(out, value);
    } else {
        ispy_text_puts(out, "the ");
        ispy_text_puts(out, ispy_literal_type(value));
        ispy_text_char(out, ' ');
        write_literal(out, value);
    }
}

static void write_definition(ispy_text *out, const ispy_definition *definition) {
    switch (definition->kind) {
    case ISPY_DEFINES_VARIABLE:
        write_variable(out, definition->as.variable);
        break;
    case ISPY_DEFINES_FUNCTION:
        write_function(out, definition->as.function);
        break;
    case ISPY_DEFINES_CLASS:
        ispy_text_puts(out, "a class");
        break;
    case ISPY_DEFINES_IMPORT:
        write_import(out, definition->as.import);
        break;
    default:
        ispy_text_puts(out, "something that cannot be seen");
    }
}

static void write_bases(ispy_text *out, const ispy_class *klass) {
    if (klass->base_count == 0) {
        ispy_text_puts(out, "no base class");
        return;
    }
    ispy_text_char(out, '(');
    for (uint32_t i = 0; i < klass->base_count && out->length <= ISPY_SHOWN_MAX; i++) {
        ispy_text_puts(out, i > 0 ? ", " : "");
        ispy_text_clean(out, klass->bases[i].text.data, klass->bases[i].text.length, false);
    }
    ispy_text_char(out, ')');
}

/* What the snapshot knows; of the environment nothing. */
static void write_context(ispy_text *out, const ispy_context *context) {
    const ispy_str words[] = {context->arch, context->os, context->implementation, context->python_version};
    bool is_first = true;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (words[i].data != NULL && words[i].length > 0) {
            ispy_text_puts(out, is_first ? "" : ", ");
            ispy_text_clean(out, words[i].data, words[i].length, false);
            is_first = false;
        }
    }
}

static void write_place(ispy_text *out, const ispy_parameter *previous, const ispy_pending *pending) {
    ispy_text_puts(out, "a parameter '");
    ispy_text_clean(out, pending->evidence.part.data, pending->evidence.part.length, false);
    ispy_text_char(out, '\'');
    if (previous != NULL) {
        ispy_text_puts(out, " after '");
        ispy_text_clean(out, previous->name.data, previous->name.length, false);
        ispy_text_char(out, '\'');
    }
}

void ispy_shown_write(ispy_text *out, const ispy_shown *shown, const ispy_pending *pending) {
    switch (shown->kind) {
    case ISPY_SHOW_NOTHING:
        break;
    case ISPY_SHOW_TEXT:
        ispy_text_clean(out, shown->as.text.data, shown->as.text.length, false);
        break;
    case ISPY_SHOW_LITERAL:
        write_literal(out, shown->as.literal);
        break;
    case ISPY_SHOW_DEMAND:
        ispy_demand_write(out, shown->as.demanded.demand, shown->as.demanded.part);
        break;
    case ISPY_SHOW_TYPE:
        write_type(out, shown->as.type);
        break;
    case ISPY_SHOW_SIGNATURE:
        write_parameters(out, shown->as.function, shown->as.function->parameter_count, module_parameter);
        break;
    case ISPY_SHOW_STUB:
        write_parameters(out, shown->as.stub, shown->as.stub->parameter_count, stub_parameter);
        break;
    case ISPY_SHOW_AFTER:
        write_place(out, shown->as.parameter, pending);
        break;
    case ISPY_SHOW_DEFINITION:
        write_definition(out, shown->as.definition);
        break;
    case ISPY_SHOW_BASES:
        write_bases(out, shown->as.klass);
        break;
    case ISPY_SHOW_CONTEXT:
        write_context(out, shown->as.context);
        break;
    }
}
