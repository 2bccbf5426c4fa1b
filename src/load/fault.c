/* Contract errors: code, place and one sentence. Must not know what contracts are made of. */
#include "load/fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int ispy_fault(const ispy_loader *loader, const char *code, ispy_span at, const char *format, ...) {
    char message[sizeof loader->error->message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    ispy_error_set(loader->error, ISPY_EINVAL, "%s", message);
    ispy_error_code(loader->error, code);
    ispy_error_place(loader->error, loader->source->path.data, loader->source->text, at);
    return ISPY_EINVAL;
}

bool ispy_fault_told(const ispy_loader *loader, int status) {
    if (status != ISPY_EINVAL || loader->options == NULL || loader->options->report == NULL) {
        return false;
    }
    if (loader->error->message[0] != '\0') { /* else it has been told further down */
        loader->options->report(loader->error, loader->options->report_user);
    }
    *loader->error = (ispy_error){.status = ISPY_EINVAL};
    return true;
}

void ispy_note(const ispy_loader *loader, const char *code, ispy_span at, const char *message, const char *hint) {
    if (loader->options == NULL || loader->options->report == NULL) {
        return;
    }
    ispy_error note;
    ispy_error_set(&note, ISPY_OK, "%s", message);
    ispy_error_code(&note, code);
    ispy_error_hint(&note, "%s", hint);
    ispy_error_place(&note, loader->source->path.data, loader->source->text, at);
    loader->options->report(&note, loader->options->report_user);
}

ispy_quoted ispy_quote(ispy_str text) {
    enum { LONGEST = 60 };
    ispy_quoted shown = {""};
    size_t length = text.data == NULL ? 0 : text.length;
    bool cut = length > LONGEST;
    if (cut) {
        length = LONGEST;
        while (length > 0 && ((unsigned char)text.data[length] & 0xC0) == 0x80) {
            length--;
        }
    }
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        shown.text[i] = byte < 0x20 || byte == 0x7F ? '?' : text.data[i];
    }
    memcpy(shown.text + length, cut ? "..." : "", cut ? 4 : 1);
    return shown;
}

ispy_origin ispy_loader_origin(const ispy_loader *loader, ispy_span at) {
    return (ispy_origin){loader->source, at};
}
