/* A module's structure as bytes and back: what a cache keeps between two processes. */
#ifndef IMPORTSPY_PACK_H
#define IMPORTSPY_PACK_H

#include <importspy/module.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Part of the key of whatever keeps packs. Grows by one whenever the same bytes would mean something else: with each
 * change of the format, and of what the structure says of a source. */
enum { ISPY_PACK_VERSION = 10 };

/* Writes all but `source`, which is at hand whenever the pack is, and `distribution_version`, which belongs to the
 * machine. `*data` lives in `arena`, aligned for any type.
 * ISPY_OK, ISPY_ENOMEM, or ISPY_EINVAL for what no pack may hold: live modules, too deep nesting, too many bytes. */
int ispy_module_pack(const void **data, size_t *length, const ispy_module *module, ispy_arena *arena);

/* Reads a pack. Any bytes are welcome: those that are no pack give ISPY_EINVAL, and no memory is taken that is out of
 * proportion to `length`. What comes out keeps every promise of module.h. `data` has to be aligned for a uint32_t; it
 * is not needed afterwards. `source` becomes the module's, and is borrowed. */
int ispy_module_unpack(const ispy_module **out, const void *data, size_t length, ispy_str source, ispy_arena *arena);

#ifdef __cplusplus
}
#endif
#endif
