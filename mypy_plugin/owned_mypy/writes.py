"""Assignments through a transparent handle: `box.name = x` is checked as `value.name = x` would be.

mypy takes the type of an attribute to be assigned from `__setattr__`, which accepts anything, and asks no plugin about
it (python/mypy#17878). It does ask for the type of the attribute as it is read, with errors muted, right before it
checks the assigned value. At that moment the check of the assignment is made here, with mypy's own means; what it finds
is kept, and reported when the module is through.

mypy also believes from then on that the attribute is `Any`. The next read mends that: straight after the assignment the
attribute has the type of what was assigned, as in mypy, and otherwise its declared type.
"""

from collections.abc import Iterator
from typing import Final

from mypy.checker import TypeChecker
from mypy.checkmember import analyze_member_access
from mypy.erasetype import remove_instance_last_known_values
from mypy.errors import ErrorInfo
from mypy.literals import literal_hash
from mypy.message_registry import INCOMPATIBLE_TYPES_IN_ASSIGNMENT
from mypy.nodes import (
    AssignmentStmt,
    Expression,
    FuncDef,
    ListExpr,
    MemberExpr,
    MypyFile,
    Node,
    OperatorAssignmentStmt,
    OpExpr,
    StarExpr,
    TupleExpr,
)
from mypy.typeops import make_simplified_union
from mypy.types import AnyType, Type, UnionType, get_proper_type

from owned_mypy.tree import statements

_LABELS: Final = ("expression has type", "variable has type")


class Writes:
    """What was assigned through handles in the modules that mypy is checking."""

    def __init__(self) -> None:
        self._errors: dict[str, dict[MemberExpr, list[ErrorInfo]]] = {}
        self._values: dict[Node, dict[MemberExpr, Expression | None]] = {}
        self._assigned: dict[object, tuple[object, Type]] = {}
        self._checking: set[MemberExpr] = set()

    def follow(self, checker: TypeChecker, place: MemberExpr, owners: list[Type], declared: Type) -> None:
        """Take note of a read of `place`, an attribute of all `owners`, or check the assignment to it."""
        values = self._values_in(checker)
        if place in values and place not in self._checking:
            self._checking.add(place)
            self._check(checker, place, values[place], owners)
            self._checking.discard(place)
        self._mend(checker, place, declared)

    def report(self, checker: TypeChecker) -> None:
        """Report what is wrong with the assignments in a module that is through."""
        for errors in self._errors.pop(checker.tree.fullname, {}).values():
            checker.msg.add_errors(errors)
        self._values.clear()
        self._assigned.clear()

    def _values_in(self, checker: TypeChecker) -> dict[MemberExpr, Expression | None]:
        around = checker.scope.top_level_function() or checker.tree
        assert isinstance(around, (FuncDef, MypyFile))
        if around not in self._values:
            self._values[around] = dict(_assignments(around))
        return self._values[around]

    def _check(self, checker: TypeChecker, place: MemberExpr, value: Expression | None, owners: list[Type]) -> None:
        found: list[ErrorInfo] = []
        types: list[Type] = []
        for owner in owners:
            with checker.msg.filter_errors(save_filtered_errors=True) as missing:
                expected = _attribute_to_assign(checker, place, owner)
            found += missing.filtered_errors()
            if value is not None and not isinstance(get_proper_type(expected), AnyType):
                with checker.msg.filter_errors(filter_revealed_type=True):
                    given = checker.expr_checker.accept(value, expected)
                with checker.msg.filter_errors(save_filtered_errors=True) as wrong:
                    checker.check_subtype(given, expected, value, INCOMPATIBLE_TYPES_IN_ASSIGNMENT, *_LABELS)
                found += wrong.filtered_errors()
                types.append(given)
        self._errors.setdefault(checker.tree.fullname, {})[place] = found
        if types and not found:
            given = remove_instance_last_known_values(make_simplified_union(types))
            self._assigned[literal_hash(place)] = (checker.binder.frames[-1], given)

    def _mend(self, checker: TypeChecker, place: MemberExpr, declared: Type) -> None:
        key = literal_hash(place)
        if key is None or _is_partly_unknown(declared):
            return
        believed = checker.binder.get(place)
        if believed is not None and _is_partly_unknown(believed):
            frame, given = self._assigned.get(key, (None, declared))
            straight = any(frame is f for f in checker.binder.frames)
            checker.binder.put(place, given if straight else declared, from_assignment=False)


def _is_partly_unknown(type_: Type) -> bool:
    proper = get_proper_type(type_)
    items = proper.items if isinstance(proper, UnionType) else [proper]
    return any(isinstance(get_proper_type(item), AnyType) for item in items)


def _attribute_to_assign(checker: TypeChecker, place: MemberExpr, owner: Type) -> Type:
    return analyze_member_access(
        place.name,
        owner,
        place,
        is_lvalue=True,
        is_super=False,
        is_operator=False,
        original_type=owner,
        chk=checker,
    )


def _assignments(around: FuncDef | MypyFile) -> Iterator[tuple[MemberExpr, Expression | None]]:
    """Give the attributes that are assigned to, with the assigned value where there is one expression for it."""
    for statement in statements(around.defs if isinstance(around, MypyFile) else [around]):
        if isinstance(statement, AssignmentStmt):
            for target in statement.lvalues:
                if isinstance(target, MemberExpr):
                    yield target, statement.rvalue
                else:
                    yield from _parts_of_target(target)
        elif isinstance(statement, OperatorAssignmentStmt) and isinstance(statement.lvalue, MemberExpr):
            result = OpExpr(statement.op, statement.lvalue, statement.rvalue)
            result.set_line(statement)
            yield statement.lvalue, result


def _parts_of_target(target: Expression) -> Iterator[tuple[MemberExpr, None]]:
    if isinstance(target, MemberExpr):
        yield target, None
    elif isinstance(target, (TupleExpr, ListExpr)):
        for item in target.items:
            yield from _parts_of_target(item)
    elif isinstance(target, StarExpr):
        yield from _parts_of_target(target.expr)
