/* The form in which Python knows names: by unicodedata, which the compiler asks as well.
 * Must not know: what is named. */
#include "binding/normal_form.h"

#include "binding/convert.h"

int ispy_normal_form(ispy_str *out, void *user, ispy_str text, ispy_arena *arena) {
    (void)user;
    ispy_str borrowed;
    PyObject *module = PyImport_ImportModule("unicodedata"); /* owned */
    PyObject *normal = module == NULL ? NULL
                                      : PyObject_CallMethod(module, "normalize", "ss#", "NFKC", text.data,
                                                            (Py_ssize_t)text.length); /* owned */
    int status = normal != NULL && ispy_str_borrow(&borrowed, normal) ? ISPY_OK : ISPY_EFOREIGN;
    if (status == ISPY_OK) {
        status = ispy_arena_str(out, arena, borrowed.data, borrowed.length);
    }
    Py_XDECREF(normal);
    Py_XDECREF(module);
    return status;
}
