/* See machine.h. A limit of a cgroup holds for all below it, so every folder from the process's own up is looked at. */
#if !defined(_WIN32) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* sched_getaffinity */
#define _DARWIN_C_SOURCE
#endif
#include "binding/machine.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THOUSAND = 1000 };

#ifdef _WIN32

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

const char *ispy_machine_libc(const char **version) {
    *version = "";
    return "ucrt";
}

uint64_t ispy_machine_memory(void) {
    MEMORYSTATUSEX status = {.dwLength = sizeof status};
    return GlobalMemoryStatusEx(&status) ? (uint64_t)status.ullTotalPhys : 0;
}

uint32_t ispy_machine_cpu_thousandths(void) {
    return (uint32_t)GetActiveProcessorCount(ALL_PROCESSOR_GROUPS) * THOUSAND;
}

const char *ispy_machine_container(void) {
    return "";
}

void ispy_machine_release(char *out, size_t size) {
    (void)size;
    *out = '\0';
}

#else

#include <sys/resource.h>
#include <unistd.h>

#if defined(__linux__)
#include <sched.h>
#endif
#if defined(__GLIBC__)
#include <gnu/libc-version.h>
#endif

/* ---- the C library ---- */

const char *ispy_machine_libc(const char **version) {
    *version = "";
#if defined(__GLIBC__)
    *version = gnu_get_libc_version();
    return "glibc";
#elif defined(__BIONIC__)
    return "bionic";
#elif defined(__linux__)
    return "musl"; /* what is neither of those; it does not say which version it is */
#elif defined(__APPLE__)
    return "libSystem";
#else
    return "libc";
#endif
}

/* ---- cgroups ---- */

#if defined(__linux__)

enum { PATH_SIZE = 4096, LINE_SIZE = 4096 };

/* The first line of a file, without its end; false where there is none. */
static bool read_line(char *line, size_t size, const char *path) {
    FILE *file = fopen(path, "re");
    bool read = file != NULL && fgets(line, (int)size, file) != NULL;
    if (file != NULL) {
        fclose(file);
    }
    if (read) {
        line[strcspn(line, "\n")] = '\0';
    }
    return read;
}

/* "max" and what is no number are no limit. */
static uint64_t number_of(const char *text) {
    char *end = NULL;
    unsigned long long number = strtoull(text, &end, 10);
    return end == text || *text == '-' ? UINT64_MAX : (uint64_t)number;
}

/* Whether the list "cpu,cpuacct" has the name. */
static bool has_name(const char *list, const char *name) {
    size_t length = strlen(name);
    for (const char *at = list; *at != '\0';) {
        size_t part = strcspn(at, ",");
        if (part == length && memcmp(at, name, length) == 0) {
            return true;
        }
        at += part + (at[part] == ',');
    }
    return false;
}

/* Where the process stands in the tree of cgroups: of version 2 (`controller` is ""), or of one controller of version
 * 1. The path is "/..." below the mount. */
static bool find_cgroup(char *out, size_t size, const char *controller) {
    FILE *file = fopen("/proc/self/cgroup", "re");
    char line[LINE_SIZE];
    bool found = false;
    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        char *names = strchr(line, ':'); /* "4:cpu,cpuacct:/path", "0::/path" */
        char *path = names == NULL ? NULL : strchr(names + 1, ':');
        if (path == NULL) {
            continue;
        }
        *path++ = '\0';
        names++;
        found = (*controller == '\0' ? *names == '\0' : has_name(names, controller)) && strlen(path) < size;
        if (found) {
            memcpy(out, path, strlen(path) + 1);
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return found;
}

/* One folder of the tree: what it limits to, or UINT64_MAX. */
typedef uint64_t (*limit_reader)(const char *folder);

/* The least limit from the process's own cgroup up to the root of the mount. In a container the path may be one that
 * the host knows and the container does not: then the root of the mount is its own. */
static uint64_t least_limit(const char *mount, char *path, limit_reader limit) {
    char folder[PATH_SIZE];
    uint64_t least = UINT64_MAX;
    for (;;) {
        size_t length = strlen(path);
        while (length > 0 && path[length - 1] == '/') {
            path[--length] = '\0';
        }
        int written = snprintf(folder, sizeof folder, "%s%s", mount, path);
        uint64_t here = written > 0 && (size_t)written < sizeof folder ? limit(folder) : UINT64_MAX;
        least = here < least ? here : least;
        char *slash = strrchr(path, '/');
        if (slash == NULL) {
            return least;
        }
        *slash = '\0';
    }
}

static bool read_in(char *line, size_t size, const char *folder, const char *name) {
    char path[PATH_SIZE];
    int written = snprintf(path, sizeof path, "%s/%s", folder, name);
    return written > 0 && (size_t)written < sizeof path && read_line(line, size, path);
}

static uint64_t memory_limit(const char *folder) {
    char line[64];
    return read_in(line, sizeof line, folder, "memory.max") ||
                   read_in(line, sizeof line, folder, "memory.limit_in_bytes")
               ? number_of(line)
               : UINT64_MAX;
}

static uint64_t share(uint64_t quota, uint64_t period) {
    bool limited = quota != UINT64_MAX && period != 0 && period != UINT64_MAX && quota < UINT64_MAX / THOUSAND;
    return limited ? quota * THOUSAND / period : UINT64_MAX;
}

static uint64_t cpu_limit(const char *folder) {
    char line[128];
    char period[64];
    if (read_in(line, sizeof line, folder, "cpu.max")) { /* "150000 100000", "max 100000" */
        const char *second = strchr(line, ' ');
        return second == NULL ? UINT64_MAX : share(number_of(line), number_of(second + 1));
    }
    return read_in(line, sizeof line, folder, "cpu.cfs_quota_us") &&
                   read_in(period, sizeof period, folder, "cpu.cfs_period_us")
               ? share(number_of(line), number_of(period))
               : UINT64_MAX;
}

static uint64_t cgroup_limit(const char *controller, const char *mount, limit_reader limit) {
    char path[PATH_SIZE];
    uint64_t least = UINT64_MAX;
    if (find_cgroup(path, sizeof path, "")) {
        least = least_limit("/sys/fs/cgroup", path, limit);
    }
    if (find_cgroup(path, sizeof path, controller)) {
        uint64_t old = least_limit(mount, path, limit);
        least = old < least ? old : least;
    }
    return least;
}

static uint64_t cgroup_memory(void) {
    return cgroup_limit("memory", "/sys/fs/cgroup/memory", memory_limit);
}

static uint64_t cgroup_cpus(void) {
    return cgroup_limit("cpu", "/sys/fs/cgroup/cpu", cpu_limit);
}

/* CPUs that the process may be put on; 0: it cannot be told. */
static uint64_t affinity(void) {
    enum { MOST_CPUS = 1 << 16 };
    for (int count = 1024; count <= MOST_CPUS; count *= 4) {
        cpu_set_t *set = CPU_ALLOC((size_t)count);
        size_t size = CPU_ALLOC_SIZE((size_t)count);
        bool told = set != NULL && sched_getaffinity(0, size, set) == 0;
        int found = told ? CPU_COUNT_S(size, set) : 0;
        CPU_FREE(set);
        if (told) {
            return (uint64_t)found;
        }
    }
    return 0;
}

#else

static uint64_t cgroup_memory(void) {
    return UINT64_MAX;
}

static uint64_t cgroup_cpus(void) {
    return UINT64_MAX;
}

static uint64_t affinity(void) {
    return 0;
}

#endif

/* ---- memory, CPUs ---- */

uint64_t ispy_machine_memory(void) {
    uint64_t least = cgroup_memory();
#ifdef _SC_PHYS_PAGES
    long pages = sysconf(_SC_PHYS_PAGES);
    long size = sysconf(_SC_PAGESIZE);
    if (pages > 0 && size > 0 && (uint64_t)pages * (uint64_t)size < least) {
        least = (uint64_t)pages * (uint64_t)size;
    }
#endif
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && (uint64_t)limit.rlim_cur < least) {
        least = (uint64_t)limit.rlim_cur;
    }
    return least == UINT64_MAX ? 0 : least;
}

uint32_t ispy_machine_cpu_thousandths(void) {
    uint64_t count = affinity();
    if (count == 0) {
        long online = sysconf(_SC_NPROCESSORS_ONLN);
        count = online > 0 ? (uint64_t)online : 0;
    }
    uint64_t least = count * THOUSAND;
    uint64_t quota = cgroup_cpus();
    least = quota < least ? quota : least;
    return least > UINT32_MAX ? UINT32_MAX : (uint32_t)least;
}

/* ---- the system's own name ---- */

/* PRETTY_NAME="..." of os-release(5). */
void ispy_machine_release(char *out, size_t size) {
    static const char key[] = "PRETTY_NAME=";
    static const char *const files[] = {"/etc/os-release", "/usr/lib/os-release"};
    char line[256];
    FILE *file = NULL;
    *out = '\0';
    for (size_t i = 0; i < sizeof files / sizeof *files && file == NULL; i++) {
        file = fopen(files[i], "re");
    }
    while (file != NULL && *out == '\0' && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, key, sizeof key - 1) == 0) {
            const char *from = line + sizeof key - 1;
            from += *from == '"' || *from == '\'';
            size_t length = strcspn(from, "\"'\n");
            length = length < size ? length : size - 1;
            memcpy(out, from, length);
            out[length] = '\0';
        }
    }
    if (file != NULL) {
        fclose(file);
    }
}

/* ---- containers ---- */

const char *ispy_machine_container(void) {
    static const struct {
        const char *path;
        const char *name;
    } marks[] = {
        {"/var/run/secrets/kubernetes.io", "kubernetes"}, {"/run/.containerenv", "podman"}, {"/.dockerenv", "docker"},
        {"/run/systemd/container", "systemd-nspawn"},     {"/dev/lxd/sock", "lxd"},
    };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (access(marks[i].path, F_OK) == 0) {
            return marks[i].name;
        }
    }
    return "";
}

#endif

void ispy_machine_look(ispy_machine *out) {
    *out = (ispy_machine){.memory = ispy_machine_memory(), .cpu_thousandths = ispy_machine_cpu_thousandths()};
    out->libc = ispy_machine_libc(&out->libc_version);
}
