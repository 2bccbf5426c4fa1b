/* The inside of an ispy_cache_folder, for cache_folder.c and cache_files.c. POSIX only. */
#ifndef ISPY_BINDING_CACHE_DESCRIPTOR_H
#define ISPY_BINDING_CACHE_DESCRIPTOR_H

#include "binding/cache_folder.h"

#include <sys/types.h>

struct ispy_cache_folder {
    char *head;       /* owned: how its path begins, as the environment had it */
    const char *tail; /* static: how it goes on */
    int descriptor;
    dev_t device;
    ino_t inode;
    int holders;
};

#endif
