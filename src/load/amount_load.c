/* See amount_load.h. Exact: no floating point. */
#include "load/amount_load.h"

#include "base/error.h"
#include "load/field_read.h"

#include <string.h>

enum { FRACTION_DIGITS = 3, FRACTION = 1000 };

static const struct {
    const char *unit;
    uint64_t bytes;
} units[] = {
    {"B", 1},
    {"kB", 1000},
    {"KB", 1000},
    {"MB", 1000 * 1000},
    {"GB", 1000 * 1000 * 1000},
    {"TB", UINT64_C(1000) * 1000 * 1000 * 1000},
    {"KiB", 1024},
    {"MiB", 1024 * 1024},
    {"GiB", 1024 * 1024 * 1024},
    {"TiB", UINT64_C(1024) * 1024 * 1024 * 1024},
};

/* "1.5" as 1500; moves `text` behind it. 0 for what is no number above zero, or is too large. */
static uint64_t read_thousandths(const char **text) {
    const uint64_t MOST = UINT64_C(1000000000000000);
    uint64_t whole = 0;
    const char *at = *text;
    while (*at >= '0' && *at <= '9' && whole <= MOST) {
        whole = whole * 10 + (uint64_t)(*at++ - '0');
    }
    if (at == *text || whole > MOST) {
        return 0;
    }
    uint64_t fraction = 0;
    int digits = 0;
    if (*at == '.') {
        for (at++; *at >= '0' && *at <= '9'; at++, digits++) {
            fraction = digits < FRACTION_DIGITS ? fraction * 10 + (uint64_t)(*at - '0') : fraction;
        }
        if (digits == 0 || digits > FRACTION_DIGITS) {
            return 0;
        }
    }
    for (; digits < FRACTION_DIGITS; digits++) {
        fraction *= 10;
    }
    *text = at;
    return whole * FRACTION + fraction;
}

static int put(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node,
               uint64_t value) {
    ispy_amount *amount = ispy_arena_alloc(loader->arena, sizeof *amount);
    if (amount == NULL) {
        return ispy_fault_nomem(loader);
    }
    *amount = (ispy_amount){ispy_loader_origin(loader, node->at), node->text, value};
    ispy_field_put_pointer(record, field->offset, amount);
    return ISPY_OK;
}

int ispy_read_memory(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    const char *rest = node->text.data;
    uint64_t thousandths = read_thousandths(&rest);
    uint64_t unit = 0;
    while (*rest == ' ') {
        rest++;
    }
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        unit = strcmp(rest, units[i].unit) == 0 ? units[i].bytes : unit;
    }
    /* no more than 1000 TB, so that nothing below overflows */
    if (thousandths > 0 && unit > 0 && thousandths / FRACTION <= UINT64_C(1000000000000000) / unit) {
        uint64_t bytes = thousandths / FRACTION * unit + thousandths % FRACTION * unit / FRACTION;
        return put(loader, field, record, node, bytes);
    }
    ispy_fault(loader, ISPY_FAULT_VALUE, node->at, "'%s' is not an amount of memory", ispy_quote(node->text).text);
    ispy_error_hint(loader->error, "write a number with a unit: 512 MiB, 1.5 GB; the units are B, kB, MB, GB, TB "
                                   "(by 1000) and KiB, MiB, GiB, TiB (by 1024)");
    return ISPY_EINVAL;
}

int ispy_read_cpus(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node) {
    enum { MOST_CPUS = 1000000 };
    const char *rest = node->text.data;
    uint64_t thousandths = read_thousandths(&rest);
    if (*rest == '\0' && thousandths > 0 && thousandths <= (uint64_t)MOST_CPUS * FRACTION &&
        node->style == ISPY_STYLE_PLAIN) {
        return put(loader, field, record, node, thousandths);
    }
    ispy_fault(loader, ISPY_FAULT_VALUE, node->at, "'%s' is not a number of CPUs", ispy_quote(node->text).text);
    ispy_error_hint(loader->error, "write a number above 0: 2, or 0.5 where part of one will do");
    return ISPY_EINVAL;
}
