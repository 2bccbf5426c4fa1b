/* ISPY314: a method that an interface asks for has to be implemented. */
#include "rules/rule.h"

#include <string.h>

/* abc.abstractmethod, abstractproperty and their like, under whatever module's name. */
static bool is_abstract(ispy_str decorator) {
    static const char word[] = "abstract";
    size_t start = decorator.length;
    while (start > 0 && decorator.data[start - 1] != '.') {
        start--;
    }
    return decorator.length - start >= sizeof word - 1 && memcmp(decorator.data + start, word, sizeof word - 1) == 0;
}

ispy_evidence ispy_rule_method_abstract(const ispy_question *question) {
    const ispy_function *function = question->definition->as.function;
    for (uint32_t i = 0; i < function->decorator_count; i++) {
        if (function->decorators[i].name.data != NULL && is_abstract(function->decorators[i].name)) {
            ispy_evidence evidence = ispy_evidence_fail(ispy_show_nothing(), ispy_show_nothing());
            evidence.hint = "implement '{subject}'";
            return evidence;
        }
    }
    return ispy_evidence_pass();
}
