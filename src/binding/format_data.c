/* See format_data.h. Each list is made by one loop over a function that makes an entry. */
#include "binding/format_data.h"

#include <importspy/format.h>

/* What an entry is to be made of. */
typedef struct place {
    size_t record;
    size_t field;
} place;

typedef PyObject *(*entry_maker)(place where, size_t index);

static PyObject *make_list(size_t count, entry_maker make, place where) {
    PyObject *list = PyList_New((Py_ssize_t)count);
    for (size_t i = 0; list != NULL && i < count; i++) {
        PyObject *entry = make(where, i); /* taken by the list */
        if (entry == NULL || PyList_SetItem(list, (Py_ssize_t)i, entry) < 0) {
            Py_CLEAR(list);
        }
    }
    return list;
}

/* New reference; None for no number. */
static PyObject *number(size_t value) {
    return value == ISPY_FORMAT_NONE ? Py_NewRef(Py_None) : PyLong_FromSize_t(value);
}

static PyObject *make_word(place where, size_t index) {
    ispy_format_word word = ispy_format_word_get(where.record, where.field, index);
    return Py_BuildValue("{s:s,s:s}", "word", word.word, "help", word.help);
}

static PyObject *make_field(place where, size_t index) {
    ispy_format_field field = ispy_format_field_get(where.record, index);
    return Py_BuildValue("{s:s,s:s,s:z,s:N,s:z,s:N,s:N,s:N}", "key", field.key, "help", field.help, "type", field.type,
                         "required", PyBool_FromLong(field.required), "replaced_by", field.replaced_by, "element",
                         number(field.element), "spelling_of", number(field.spelling_of), "words",
                         make_list(field.word_count, make_word, (place){where.record, index}));
}

static PyObject *make_record(place where, size_t index) {
    (void)where;
    ispy_format_record record = ispy_format_record_get(index);
    return Py_BuildValue("{s:s,s:s,s:s,s:N,s:N,s:N,s:N}", "name", record.name, "help", record.help, "plain",
                         record.plain, "takes_pairs", PyBool_FromLong(record.takes_pairs), "must_state",
                         PyBool_FromLong(record.must_state), "is_entry", PyBool_FromLong(record.is_entry), "fields",
                         make_list(record.field_count, make_field, (place){index, 0}));
}

static PyObject *make_type(place where, size_t index) {
    (void)where;
    return Py_BuildValue("z", ispy_format_type(index));
}

static PyObject *make_planned(place where, size_t index) {
    (void)where;
    return PyUnicode_FromString(ispy_format_planned(index));
}

PyObject *ispy_format_data(void) {
    const place nowhere = {0, 0};
    return Py_BuildValue("{s:N,s:N,s:N}", "records", make_list(ispy_format_record_count(), make_record, nowhere),
                         "types", make_list(ispy_format_type_count(), make_type, nowhere), "planned",
                         make_list(ispy_format_planned_count(), make_planned, nowhere));
}
