/* The machine that the process runs on, as far as the process may use it. Must not know: Python, contracts. */
#ifndef ISPY_BINDING_MACHINE_H
#define ISPY_BINDING_MACHINE_H

#include <importspy/base.h>

/* What is not known is 0, or an empty text. */
typedef struct ispy_machine {
    const char *libc;         /* static: "glibc", "musl", "libSystem", ... */
    const char *libc_version; /* static, or the C library's own */
    uint64_t memory;          /* bytes that the process may use at most: of the machine, of its cgroup, of its limits */
    uint32_t cpu_thousandths; /* the same for CPUs */
} ispy_machine;

/* Files are read for it: see docs/context.md for what that costs. */
void ispy_machine_look(ispy_machine *out);
uint64_t ispy_machine_memory(void);
uint32_t ispy_machine_cpu_thousandths(void);
const char *ispy_machine_libc(const char **version);
enum { ISPY_MACHINE_RELEASE_SIZE = 128 };
/* "Debian GNU/Linux 12 (bookworm)"; an empty text where the system has no such name. */
void ispy_machine_release(char *out, size_t size);
/* "docker", "podman", ...; "" for none that shows. Static. */
const char *ispy_machine_container(void);

#endif
