/* Which modules an interface leads to. See interface_source.h.
 * Must not know: what is asked of them, how Python finds and parses (options->read_interface does). */
#include "load/interface_source.h"

#include "base/error.h"
#include "load/name.h"
#include "load/paths.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const ispy_str no_text = {NULL, 0, 0};

int ispy_interface_fault(const ispy_interface_reading *reading, const char *hint, const char *format, ...) {
    char message[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    ispy_fault(reading->loader, ISPY_FAULT_INTERFACE, reading->at.at, "%s", message);
    if (hint != NULL) {
        ispy_error_hint(reading->loader->error, "%s", hint);
    }
    return ISPY_EINVAL;
}

/* ---- what the contract names ---- */

static bool ends_with(ispy_str text, const char *end) {
    size_t length = strlen(end);
    return text.length > length && memcmp(text.data + text.length - length, end, length) == 0;
}

static bool is_path(ispy_str text) {
    return memchr(text.data, '/', text.length) != NULL || ends_with(text, ".pyi") || ends_with(text, ".py");
}

static int copy(ispy_str *out, const ispy_interface_reading *reading, const char *data, size_t length) {
    return ispy_arena_str(out, reading->loader->arena, data, length) == ISPY_OK ? ISPY_OK
                                                                                : ispy_fault_nomem(reading->loader);
}

/* What stands behind the last colon, where that is the name of a class. */
static uint32_t name_length(ispy_str text) {
    uint32_t start = text.length;
    while (start > 0 && text.data[start - 1] != ':') {
        start--;
    }
    bool is_name = start > 1 && ispy_is_dotted_name(ispy_str_of(text.data + start, text.length - start));
    return is_name ? text.length - start : 0;
}

static int set_path(ispy_interface_reading *out, const char *data, uint32_t length) {
    uint32_t folder = data[0] == '/' ? 0 : out->folder.length + 1;
    char *path = ispy_arena_alloc(out->loader->arena, (size_t)folder + length + 1);
    if (path == NULL) {
        return ispy_fault_nomem(out->loader);
    }
    if (folder > 0) {
        memcpy(path, out->folder.data, out->folder.length);
        path[folder - 1] = '/';
    }
    memcpy(path + folder, data, length);
    out->path = ispy_str_of(path, (size_t)folder + length);
    return ISPY_OK;
}

int ispy_interface_begin(ispy_interface_reading *out, const ispy_loader *loader, const ispy_interface_clause *clause) {
    static const char hint[] =
        "write a file (acme/api.pyi), a module (acme.api), or a class in one of them (acme.api:Plugin)";
    ispy_str text = clause->text;
    *out = (ispy_interface_reading){.loader = loader, .at = clause->origin};
    uint32_t member = name_length(text);
    uint32_t length = member > 0 ? text.length - member - 1 : text.length;
    int status = ispy_path_folder(&out->folder, loader->arena, loader->source->path.data);
    if (status != ISPY_OK) {
        return ispy_fault_nomem(loader);
    }
    if (member > 0) {
        status = copy(&out->member, out, text.data + length + 1, member);
    }
    ispy_str place = ispy_str_of(text.data, length);
    if (status == ISPY_OK && is_path(place)) {
        status = set_path(out, text.data, length);
        if (status == ISPY_OK && ispy_path_beside(&out->shown, loader->arena, loader->source->path, place) != ISPY_OK) {
            status = ispy_fault_nomem(loader);
        }
        return status;
    }
    if (status == ISPY_OK && !ispy_is_dotted_name(place)) {
        return ispy_interface_fault(out, hint, "'%s' is no interface", ispy_quote(text).text);
    }
    return status != ISPY_OK ? status : copy(&out->name, out, text.data, length);
}

/* ---- reading ---- */

/* What Python's parser said, with both places: that in the stub, and the contract's as the place of the error. */
static int unreadable(const ispy_interface_reading *reading, const ispy_module *module) {
    ispy_span at = module->unreadable_at;
    char place[48] = "";
    if (at.line > 0) {
        snprintf(place, sizeof place, ":%u:%u", (unsigned)at.line, (unsigned)at.column);
    }
    return ispy_interface_fault(reading, "mend the interface, or name another",
                                "the interface cannot be read: %.200s%s: %.160s", module->path.data, place,
                                module->unreadable.data);
}

static int not_found(const ispy_interface_reading *reading, const ispy_interface_request *request) {
    ispy_error said = *reading->loader->error;
    bool is_first = reading->count == 0;
    const char *hint = request->file.data != NULL ? "a path is relative to the contract's folder"
                       : is_first ? "nothing is imported: it is sought along sys.path and in the contract's folder"
                                  : "an interface is read with all that its bases and star imports lead to";
    return ispy_interface_fault(reading, hint, "%s", said.message);
}

static int read_module(const ispy_interface_module **out, ispy_interface_reading *reading,
                       const ispy_interface_request *request) {
    const ispy_loader *loader = reading->loader;
    const ispy_module *module = NULL;
    if (loader->options == NULL || loader->options->read_interface == NULL) {
        return ispy_interface_fault(reading, "write its clauses out",
                                    "there is no Python at hand to read an interface");
    }
    if (reading->count == ISPY_INTERFACE_MAX_MODULES) {
        return ispy_interface_fault(reading, "name an interface of its own",
                                    "the interface leads through more than %d modules", ISPY_INTERFACE_MAX_MODULES);
    }
    *loader->error = (ispy_error){.status = ISPY_OK};
    int status = loader->options->read_interface(&module, loader->options->interface_user, request, loader->arena,
                                                 loader->error);
    if (status == ISPY_EINVAL) {
        return not_found(reading, request);
    }
    if (status != ISPY_OK) {
        return status == ISPY_ENOMEM ? ispy_fault_nomem(loader) : status;
    }
    if (module->unreadable.data != NULL) {
        return unreadable(reading, module);
    }
    ispy_source *source = ispy_arena_alloc(loader->arena, sizeof *source);
    if (source == NULL) {
        return ispy_fault_nomem(loader);
    }
    *source = (ispy_source){request->file.data != NULL ? reading->shown : module->path, module->source};
    reading->modules[reading->count] = (ispy_interface_module){module, source, false};
    *out = &reading->modules[reading->count++];
    return ISPY_OK;
}

int ispy_interface_open(const ispy_interface_module **out, ispy_interface_reading *reading) {
    const ispy_interface_request request = {reading->path, reading->name, reading->folder, no_text};
    return read_module(out, reading, &request);
}

int ispy_interface_follow(const ispy_interface_module **out, ispy_interface_reading *reading, ispy_str name) {
    for (uint32_t i = 0; i < reading->count; i++) {
        if (ispy_str_equal(reading->modules[i].module->name, name)) {
            *out = &reading->modules[i];
            return ISPY_OK;
        }
    }
    const ispy_interface_request request = {no_text, name, reading->folder, reading->modules[0].module->path};
    return read_module(out, reading, &request);
}
