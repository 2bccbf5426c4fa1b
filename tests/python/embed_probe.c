/* What tests/python/test_embed.py runs: an embedded Python with contracts, and a script.
 *
 *     embed_probe register|unregistered SIZE_OF_ERROR MODE CONTRACT SCRIPT     ("-": none)
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <importspy/embed.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int install(size_t size, const char *mode, const char *contract) {
    static const importspy_embed_product host[] = {{"acme", "2.4"}};
    importspy_embed_options options = {NULL, NULL, host, 1};
    options.mode = strcmp(mode, "-") == 0 ? NULL : mode;
    char *error = size == 0 ? NULL : malloc(size);
    int status = importspy_embed_install(&contract, 1, &options, error, size);
    if (PyErr_Occurred()) {
        printf("an exception is set\n");
    }
    if (status < 0) {
        printf("refused: %s\n", error == NULL ? "(null)" : error);
    }
    free(error);
    return status;
}

int main(int argc, char **argv) {
    char before[64];
    if (argc != 6) {
        return 2;
    }
    const char *nothing = "nothing.yml";
    if (importspy_embed_install(&nothing, 1, NULL, before, sizeof before) != -1 ||
        strcmp(before, "Python is not initialised") != 0) {
        printf("installed before Python\n");
    }
    if (strcmp(argv[1], "register") == 0 && importspy_embed_register() < 0) {
        return 3;
    }
    Py_Initialize();
    if (importspy_embed_register() != -1) {
        printf("registered after Python\n");
    }
    int status = 0;
    if (strcmp(argv[4], "-") != 0) {
        status = install((size_t)atol(argv[2]), argv[3], argv[4]);
    }
    if (status == 0) {
        FILE *script = fopen(argv[5], "r");
        status = script == NULL ? -1 : PyRun_SimpleFileExFlags(script, argv[5], 1, NULL);
    }
    fflush(stdout);
    return Py_FinalizeEx() < 0 || status < 0 ? 1 : 0;
}
