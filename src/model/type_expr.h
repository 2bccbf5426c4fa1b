/* Annotations in normal form: parsed from text, compared, shown.
 *
 * Optional[X], Union[X, None] and X | None are one; typing.List[int] and list[int] are one; a quoted annotation is what
 * it quotes; the order in a union does not count; Annotated[X, ...] is X. What the grammar does not cover (calls,
 * lambdas, arithmetic) is kept as opaque text with white space folded, equal only to itself; any type may be behind it,
 * so that on the module's side it makes a comparison UNPROVABLE.
 *
 * Final[X], ClassVar[X], Required[X], NotRequired[X] and ReadOnly[X] are X. Literal["a", "b"] is
 * Literal["a"] | Literal["b"], and Literal[None] is None. A generic whose arguments are all Any is the bare one
 * (list[Any] is list, Callable[..., Any] is Callable, tuple[Any, ...] is tuple); any other is not (list and list[int]
 * are two). Generator[X, None, None] is Generator[X]; NoReturn is Never; typing_extensions is typing. Any equals only
 * itself.
 *
 * Sources: PEP 484, 563, 585, 586, 593, 604, 646, 696.
 */
#ifndef ISPY_MODEL_TYPE_EXPR_H
#define ISPY_MODEL_TYPE_EXPR_H

#include <importspy/module.h>

#include "base/text.h"

typedef struct ispy_type_expr ispy_type_expr;

/* Parses `text` into `arena`. ISPY_OK, ISPY_ENOMEM; text that is no expression at all becomes opaque. Bounded depth. */
int ispy_type_expr_parse(const ispy_type_expr **out, ispy_arena *arena, ispy_str text);
/* The same for a text that stands in another module, whose imports say what its names mean. Classes of that module go
 * by their bare name if `own_are_bare`: then the class of that name in any module is meant. */
int ispy_type_expr_parse_in(const ispy_type_expr **out, ispy_arena *arena, ispy_str text, const ispy_module *module,
                            bool own_are_bare);
/* "typing.Any", "collections.abc.Awaitable": the qualified name of a type that is one, whatever its arguments;
 * data == NULL for others. */
ispy_str ispy_type_expr_name(const ispy_type_expr *type);
/* false: the text did not follow the grammar of annotations (for contracts: worth an error). */
bool ispy_type_expr_is_clean(const ispy_type_expr *type);

/* PASS: the same type; FAIL: another one; UNPROVABLE: a name on the module's side cannot be resolved.
 * Names of `got` are resolved through the scope and imports of `module` (which may be NULL: nothing is resolved).
 * A bare name in `wanted` that typing, collections.abc or builtins define means theirs; any other bare name is met by
 * that name as the module writes it, or by a qualified name that ends in it. A dotted name is met by the same qualified
 * name, and by the same dotted name as the module writes it ("np.ndarray"). Another qualified name with the same last
 * part is UNPROVABLE: one class often goes by two names (acme.api.Job may be acme.jobs.Job). So is a name that the
 * module binds to anything but a class (an alias, a TypeVar), or not at all, and that is spelt differently.
 * A bare `Union` in `wanted` is met by any union, a bare `Optional` by any union with None, as ImportSpy's contracts
 * mean them. Out of memory: UNPROVABLE. */
ispy_verdict ispy_type_expr_compare(const ispy_type_expr *wanted, const ispy_type_expr *got, const ispy_module *module);

/* Whether it leaves the type to the value: "x: Final = 3", a bare ClassVar. Then nothing is compared; look at the
 * value. */
bool ispy_type_expr_is_unspecific(const ispy_type_expr *type, const ispy_module *module);

/* Whether a value of this kind has that type: int for 3, float for 1.5, list or list[int] for [1]; an int is a float
 * too (PEP 484), any value has type Any and object. UNPROVABLE for a DYNAMIC literal or a type that says nothing about
 * literals. */
ispy_verdict ispy_type_expr_admits(const ispy_type_expr *wanted, const ispy_literal *value);

/* Appends the normal form, as Python would write it today: "str | None". */
int ispy_type_expr_show(ispy_text *out, const ispy_type_expr *type);

#endif
