"""Where a guard and its value are used alike: the places in a module at which it makes no difference which is there.

A guard that is passed to a function of the same module is used as that function uses its parameter, so functions are
looked at together: a parameter is harmless if all its uses are, those included that pass it on to a harmless one.
"""

from __future__ import annotations

import ast

from .strip_names import Names, bindings

Function = ast.FunctionDef | ast.AsyncFunctionDef
Parameter = tuple[str, str]
"""A function of the module, and the name of a parameter of it."""

_LOOKING = frozenset(
    "all any bool dict enumerate float int isinstance len list print repr reversed round set sorted str tuple".split()
)
"""Built-in functions that make no difference between a guard and its value."""

_LOOKING_AT_ONE = frozenset({"max", "min", "sum"})
"""The same of a single argument; of several they may give one back."""

_VERBS = frozenset({"borrow", "borrow_mut", "deref", "drop"})
"""Verbs that answer for a bare value as for a borrow of it that was not noted."""


class Uses:
    """The harmless places of a module."""

    def __init__(self, module: ast.Module, names: Names) -> None:
        self._names = names
        self._found: set[int] = set()
        for node in ast.walk(module):
            self._look_at(node)
        functions = {
            node.name: node
            for node in module.body
            if isinstance(node, Function) and not node.decorator_list and names.bound[node.name] == 1
        }
        passed = _passed(module, functions)
        harmless = self._harmless_parameters(functions, passed)
        self._found.update(place for place, parameter in passed.items() if parameter in harmless)

    def __contains__(self, node: ast.AST) -> bool:
        return id(node) in self._found

    def _look_at(self, node: ast.AST) -> None:
        names = self._names
        if isinstance(node, (ast.Attribute, ast.Subscript, ast.FormattedValue)):
            self._add(node.value)
        elif isinstance(node, (ast.For, ast.comprehension)):
            self._add(node.iter)
        elif isinstance(node, (ast.If, ast.While, ast.Assert, ast.IfExp)):
            self._add(node.test)
        elif isinstance(node, ast.UnaryOp):
            self._add(node.operand)
        elif isinstance(node, ast.Compare) and not any(isinstance(op, (ast.Is, ast.IsNot)) for op in node.ops):
            self._add(node.left, *node.comparators)
        elif isinstance(node, ast.BinOp) and not isinstance(node.op, ast.Mod):  # `%` of text looks for a tuple
            self._add(node.left, node.right)
        elif isinstance(node, ast.Call) and not any(isinstance(argument, ast.Starred) for argument in node.args):
            one = len(node.args) == 1 and names.is_builtin(node.func, _LOOKING_AT_ONE)
            if one or names.is_builtin(node.func, _LOOKING) or names.meaning(node.func) in _VERBS:
                self._add(*node.args)

    def _add(self, *nodes: ast.AST) -> None:
        self._found.update(map(id, nodes))

    def _harmless_parameters(self, functions: dict[str, Function], passed: dict[int, Parameter]) -> set[Parameter]:
        uses: dict[Parameter, list[int]] = {}
        for name, function in functions.items():
            bound = bindings([function])
            for parameter in _parameters(function):
                if bound[parameter] == 1:
                    uses[name, parameter] = []
            for node in ast.walk(function):
                if isinstance(node, ast.Name) and (name, node.id) in uses:
                    uses[name, node.id].append(id(node))
        harmless = set(uses)
        while True:
            fewer = {
                parameter
                for parameter in harmless
                if all(place in self._found or passed.get(place) in harmless for place in uses[parameter])
            }
            if fewer == harmless:
                return harmless
            harmless = fewer


def _parameters(function: Function) -> list[str]:
    of = function.args
    return [argument.arg for argument in (*of.posonlyargs, *of.args, *of.kwonlyargs)]


def _passed(module: ast.Module, functions: dict[str, Function]) -> dict[int, Parameter]:
    """Give the arguments of calls of these functions, by identity, and the parameters that they are passed to."""
    found: dict[int, Parameter] = {}
    for node in ast.walk(module):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in functions:
            continue
        of = functions[node.func.id].args
        for argument, parameter in zip(node.args, (*of.posonlyargs, *of.args), strict=False):
            if isinstance(argument, ast.Starred):
                break
            found[id(argument)] = node.func.id, parameter.arg
        for keyword in node.keywords:
            if keyword.arg is not None:
                found[id(keyword.value)] = node.func.id, keyword.arg
    return found
