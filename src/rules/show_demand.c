/* How a demand on a value looks in a finding.
 * Must not know: what it was held against. */
#include "rules/explain.h"

#include "model/literal.h"
#include "model/value_demand.h"

enum { MOST_SHOWN = 12 };

static void write_literal(ispy_text *out, const ispy_value_clause *clause) {
    ispy_text shown = ISPY_TEXT_EMPTY;
    ispy_literal_show(&shown, &clause->value, ISPY_SHOWN_MAX);
    out->failed |= shown.failed;
    if (shown.data != NULL) {
        ispy_text_clean(out, shown.data, shown.length, false);
    }
    ispy_text_free(&shown);
}

static void write_bound(ispy_text *out, const char *words, const ispy_value_clause *bound) {
    ispy_text_puts(out, words);
    write_literal(out, bound);
}

static void write_one_of(ispy_text *out, const ispy_value_demand *demand) {
    ispy_text_puts(out, "one of ");
    for (uint32_t i = 0; i < demand->one_of_count && i < MOST_SHOWN; i++) {
        ispy_text_puts(out, i > 0 ? ", " : "");
        write_literal(out, &demand->one_of[i]);
    }
    if (demand->one_of_count > MOST_SHOWN) {
        ispy_text_printf(out, " and %u others", demand->one_of_count - MOST_SHOWN);
    }
}

static void write_words(ispy_text *out, const char *before, const ispy_str *words, uint32_t count) {
    ispy_text_puts(out, before);
    for (uint32_t i = 0; i < count; i++) {
        ispy_text_puts(out, i == 0 ? "" : i + 1 == count ? " or " : ", ");
        ispy_text_str(out, words[i]);
    }
}

static void write_length(ispy_text *out, const ispy_length_demand *length) {
    if (length->has_most && length->at_least == length->at_most) {
        ispy_text_printf(out, "a length of %u", length->at_least);
    } else if (!length->has_most) {
        ispy_text_printf(out, "a length of at least %u", length->at_least);
    } else if (length->at_least == 0) {
        ispy_text_printf(out, "a length of at most %u", length->at_most);
    } else {
        ispy_text_printf(out, "a length of %u to %u", length->at_least, length->at_most);
    }
}

static void write_part(ispy_text *out, const ispy_value_demand *demand, ispy_demand_part part) {
    switch (part) {
    case ISPY_DEMAND_EQUAL:
        write_literal(out, demand->equal);
        break;
    case ISPY_DEMAND_ONE_OF:
        write_one_of(out, demand);
        break;
    case ISPY_DEMAND_TYPE:
        write_words(out, "a value of type ", demand->types, demand->type_count);
        break;
    case ISPY_DEMAND_MATCHES:
        ispy_text_puts(out, "a text that matches '");
        ispy_text_clean(out, demand->matches->text.data, demand->matches->text.length, false);
        ispy_text_char(out, '\'');
        break;
    case ISPY_DEMAND_AT_LEAST:
        write_bound(out, "a number of at least ", demand->at_least);
        break;
    case ISPY_DEMAND_AT_MOST:
        write_bound(out, "a number of at most ", demand->at_most);
        break;
    case ISPY_DEMAND_ABOVE:
        write_bound(out, "a number above ", demand->above);
        break;
    case ISPY_DEMAND_BELOW:
        write_bound(out, "a number below ", demand->below);
        break;
    case ISPY_DEMAND_VERSION:
        ispy_text_puts(out, "a version that fits ");
        ispy_text_str(out, ispy_version_spec_text(demand->version));
        break;
    case ISPY_DEMAND_LENGTH:
        write_length(out, demand->length);
        break;
    case ISPY_DEMAND_NAMES:
        write_words(out, "the name of a ", demand->names, demand->name_count);
        break;
    case ISPY_DEMAND_ENTRIES:
        ispy_text_puts(out, "a dict");
        break;
    case ISPY_DEMAND_ITEMS:
        ispy_text_puts(out, "a list, tuple or set");
        break;
    case ISPY_DEMAND_WHOLE:
        break;
    }
}

static bool is_stated(const ispy_value_demand *d, ispy_demand_part part) {
    const void *const stated[] = {
        [ISPY_DEMAND_EQUAL] = d->equal,       [ISPY_DEMAND_ONE_OF] = d->one_of,
        [ISPY_DEMAND_TYPE] = d->types,        [ISPY_DEMAND_MATCHES] = d->matches,
        [ISPY_DEMAND_AT_LEAST] = d->at_least, [ISPY_DEMAND_AT_MOST] = d->at_most,
        [ISPY_DEMAND_ABOVE] = d->above,       [ISPY_DEMAND_BELOW] = d->below,
        [ISPY_DEMAND_VERSION] = d->version,   [ISPY_DEMAND_LENGTH] = d->length,
        [ISPY_DEMAND_NAMES] = d->names,       [ISPY_DEMAND_ENTRIES] = d->keys != NULL ? d->keys : d->values,
        [ISPY_DEMAND_ITEMS] = d->items,       [ISPY_DEMAND_WHOLE] = NULL,
    };
    return stated[part] != NULL;
}

void ispy_demand_write(ispy_text *out, const ispy_value_demand *demand, ispy_demand_part part) {
    if (part != ISPY_DEMAND_WHOLE) {
        write_part(out, demand, part);
        return;
    }
    bool is_first = true;
    for (int i = 0; i < ISPY_DEMAND_WHOLE; i++) {
        if (is_stated(demand, (ispy_demand_part)i)) {
            ispy_text_puts(out, is_first ? "" : ", ");
            write_part(out, demand, (ispy_demand_part)i);
            is_first = false;
        }
    }
}
