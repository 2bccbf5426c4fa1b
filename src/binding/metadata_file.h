/* One folder of sys.path and the distributions that have their metadata in it. Must not know: Python. */
#ifndef ISPY_BINDING_METADATA_FILE_H
#define ISPY_BINDING_METADATA_FILE_H

#include <importspy/context.h>

typedef struct ispy_metadata_root ispy_metadata_root;

/* Lists the folder if it has not been listed, or has changed since. ISPY_OK or ISPY_ENOMEM. */
int ispy_metadata_root_refresh(ispy_metadata_root **root, const char *path);
/* It is there and no folder that could be listed: an archive, say. */
bool ispy_metadata_root_is_other(const ispy_metadata_root *root);
/* Fills in what is known of out->name, if it is there; otherwise leaves it. Texts go into `arena`. ISPY_OK,
 * ISPY_ENOMEM.
 */
int ispy_metadata_root_find(ispy_metadata_root *root, const char *path, ispy_component *out, ispy_arena *arena);
void ispy_metadata_root_free(ispy_metadata_root *root); /* NULL is welcome */

#endif
