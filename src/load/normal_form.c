/* Names in the form in which Python knows them: the compiler turns each identifier into NFKC, so a contract that writes
 * one otherwise would name what cannot be there. Must not know: how that form is made (options->normalise does). */
#include "load/normal_form.h"

#include "base/error.h"

static bool is_ascii(ispy_str text) {
    for (uint32_t i = 0; i < text.length; i++) {
        if ((unsigned char)text.data[i] >= 0x80) {
            return false;
        }
    }
    return true;
}

int ispy_normal_form_check(const ispy_loader *loader, const ispy_node *node, ispy_str name) {
    ispy_str normal = name;
    if (is_ascii(name) || loader->options == NULL || loader->options->normalise == NULL) {
        return ISPY_OK;
    }
    int status = loader->options->normalise(&normal, loader->options->normalise_user, name, loader->arena);
    if (status != ISPY_OK || ispy_str_equal(normal, name)) {
        return status == ISPY_ENOMEM ? ispy_fault_nomem(loader) : status;
    }
    ispy_fault(loader, ISPY_FAULT_VALUE, node->at, "'%s' is not written as Python knows names (in Unicode's form NFKC)",
               ispy_quote(name).text);
    ispy_error_hint(loader->error, "write '%s', which looks alike", ispy_quote(normal).text);
    return ISPY_EINVAL;
}
