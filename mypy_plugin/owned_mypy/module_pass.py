"""The pass over one module: which functions ownership plays a part in, and the check of each."""

import os
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import ExitStack

from mypy.checker import TypeChecker
from mypy.nodes import ClassDef, Decorator, FuncDef, MypyFile, OverloadedFuncDef, Statement, TypeInfo

from owned_mypy.class_metadata import trigger_of
from owned_mypy.class_reading import READER
from owned_mypy.classes import take_asked_classes
from owned_mypy.driver import check_function
from owned_mypy.emit import emit, emit_internal_error
from owned_mypy.proofs import PROOFS
from owned_mypy.records import record
from owned_mypy.tree import blocks
from owned_mypy.types import forget_classes, mentions_handle
from owned_mypy.types_source import TypeSource

DEBUG_VARIABLE = "OWNED_MYPY_DEBUG"


@record(eq=True)
class Unit:
    """What is checked as a whole: a module's top level with its class bodies, or a function with those inside it."""

    node: FuncDef | MypyFile
    enclosing_class: TypeInfo | None
    first_line: int
    last_line: int


def check_module(checker: TypeChecker, *, top_level: bool, functions: bool) -> None:
    """Check the parts of a module that mypy has just visited and in which ownership plays a part."""
    forget_classes()
    PROOFS.note(checker)
    lines = sorted(_lines_with_handles(checker))
    if not lines:
        return
    units = list(functions_in(checker.tree.defs, None))
    if top_level and _lines_outside(lines, units):
        _check(checker, Unit(checker.tree, None, 1, lines[-1]))
    if functions:
        for unit in units:
            at = bisect_left(lines, unit.first_line)
            if at < len(lines) and lines[at] <= unit.last_line:
                _check(checker, unit)


def functions_in(body: list[Statement], enclosing_class: TypeInfo | None) -> Iterator[Unit]:
    """Give the functions and methods of a module, without those nested in another function."""
    for statement in body:
        if isinstance(statement, Decorator):
            yield _unit(statement.func, enclosing_class)
        elif isinstance(statement, FuncDef):
            yield _unit(statement, enclosing_class)
        elif isinstance(statement, OverloadedFuncDef):
            items = [*statement.items, *([statement.impl] if statement.impl else [])]
            for item in dict.fromkeys(i.func if isinstance(i, Decorator) else i for i in items):
                if isinstance(item, FuncDef):
                    yield _unit(item, enclosing_class)
        elif isinstance(statement, ClassDef):
            yield from functions_in(statement.defs.body, statement.info)
        else:
            for block in blocks(statement):
                yield from functions_in(block.body, enclosing_class)


def _unit(function: FuncDef, enclosing_class: TypeInfo | None) -> Unit:
    return Unit(function, enclosing_class, function.line, function.end_line or function.line)


def _lines_with_handles(checker: TypeChecker) -> set[int]:
    # Only what mypy visited in this run has types: all of a module, one phase of it, or what the daemon checks again.
    lines: set[int] = set()
    for expression, type_ in checker._type_maps[0].items():
        line = expression.line
        if line not in lines and mentions_handle(type_):
            lines.add(line)
    return lines


def _lines_outside(lines: list[int], units: list[Unit]) -> bool:
    """Tell whether a line is no function's, or is in a head, where decorators and default values are evaluated."""
    inside: set[int] = set()
    for unit in units:
        assert isinstance(unit.node, FuncDef)
        inside.update(range(unit.node.body.line, unit.last_line + 1))
    return not inside.issuperset(lines)


def _check(checker: TypeChecker, unit: Unit) -> None:
    source = TypeSource(
        checker.lookup_type_or_none, checker.tree.fullname, checker.tree, unit.enclosing_class, checker.options
    )
    with ExitStack() as stack:
        # The daemon forgets errors by the function that they were reported in.
        if unit.enclosing_class is not None:
            stack.enter_context(checker.tscope.class_scope(unit.enclosing_class))
        if isinstance(unit.node, FuncDef):
            stack.enter_context(checker.tscope.function_scope(unit.node))
        take_asked_classes()
        try:
            for diagnostic in check_function(unit.node, source):
                emit(checker, diagnostic)
        except Exception as error:
            if os.environ.get(DEBUG_VARIABLE) == "1":
                raise
            name = unit.node.name if isinstance(unit.node, FuncDef) else checker.tree.fullname
            emit_internal_error(checker, name, max(unit.first_line, 1), error)
        for info in take_asked_classes():
            if info.module_name != checker.tree.fullname:
                # When one of these classes changes, mypy checks this module again, and its daemon this function.
                READER.note(info)
                checker.module_refs.add(info.module_name)
                checker.tree.plugin_deps.setdefault(trigger_of(info), set()).add(checker.tscope.current_target())
