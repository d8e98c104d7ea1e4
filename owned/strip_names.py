"""Which names of a module certainly mean what they mean in `owned`.

A name is certain if it is imported once, at the top level of the module, and bound nowhere else in it, in no scope.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable

PACKAGE = "owned"


class Names:
    """The certain names of a module."""

    def __init__(self, module: ast.Module) -> None:
        self.bound = bindings(module.body)
        """How often each name is bound, anywhere in the module."""
        self._direct: dict[str, str] = {}
        self._packages: set[str] = set()
        if "*" in self.bound:
            return
        changed = {
            node.value.id
            for node in ast.walk(module)
            if isinstance(node, ast.Attribute)
            and not isinstance(node.ctx, ast.Load)
            and isinstance(node.value, ast.Name)
        }
        for statement in module.body:
            if isinstance(statement, ast.ImportFrom) and statement.module == PACKAGE and statement.level == 0:
                for alias in statement.names:
                    name = alias.asname or alias.name
                    if self.bound[name] == 1:
                        self._direct[name] = alias.name
            elif isinstance(statement, ast.Import):
                for alias in statement.names:
                    name = alias.asname or alias.name
                    if alias.name == PACKAGE and self.bound[name] == 1 and name not in changed:
                        self._packages.add(name)

    def meaning(self, node: ast.expr) -> str | None:
        """Give the name in `owned` that an expression certainly means, or None."""
        if isinstance(node, ast.Name):
            return self._direct.get(node.id)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in self._packages:
            return node.attr
        return None

    def is_builtin(self, node: ast.expr, names: frozenset[str]) -> bool:
        """Is this one of these built-in functions, whose names the module binds nowhere?"""
        return isinstance(node, ast.Name) and node.id in names and not self.bound[node.id] and "*" not in self.bound


def bindings(nodes: Iterable[ast.AST]) -> Counter[str]:
    """Count how often each name is bound or deleted in some nodes and in all that is in them; `*` for star imports."""
    found: Counter[str] = Counter()
    for root in nodes:
        for node in ast.walk(root):
            if isinstance(node, ast.Name):
                if not isinstance(node.ctx, ast.Load):
                    found[node.id] += 1
            elif isinstance(node, ast.arg):
                found[node.arg] += 1
            elif isinstance(node, ast.alias):
                found[node.asname or node.name.partition(".")[0]] += 1
            elif isinstance(node, (ast.Global, ast.Nonlocal)):
                found.update(node.names)
            elif isinstance(node, ast.MatchMapping):
                if node.rest is not None:
                    found[node.rest] += 1
            elif isinstance(name := getattr(node, "name", None), str):
                found[name] += 1  # functions, classes, handlers, patterns, type parameters
    return found


def own_nodes(function: ast.AST) -> Iterable[ast.AST]:
    """Give the nodes of a function's own scope: not what is in nested functions, classes and comprehensions."""
    waiting = list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _SCOPES):
            waiting.extend(ast.iter_child_nodes(node))


_SCOPES = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.Lambda,
    ast.ClassDef,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)


def is_generator(own: Iterable[ast.AST]) -> bool:
    """Does a function with these nodes of its own wait or yield?"""
    return any(isinstance(node, (ast.Yield, ast.YieldFrom, ast.Await)) for node in own)


class FreshFunctions:
    """The functions of a module that give a new `Owned` with every return."""

    def __init__(self, module: ast.Module, names: Names) -> None:
        self._names = names
        self._found: set[str] = set()
        functions = [
            node
            for node in module.body
            if isinstance(node, ast.FunctionDef) and not node.decorator_list and names.bound[node.name] == 1
            if isinstance(node.returns, ast.Subscript) and names.meaning(node.returns.value) == "Owned"
        ]
        for function in functions:
            own = list(own_nodes(function))
            given = [node.value for node in own if isinstance(node, ast.Return)]
            if given and not is_generator(own) and all(value is not None and self.is_new(value) for value in given):
                self._found.add(function.name)

    def is_new(self, node: ast.expr) -> bool:
        """Does this expression certainly give an `Owned` that nobody else has?"""
        if not isinstance(node, ast.Call):
            return False
        if isinstance(node.func, ast.Name) and node.func.id in self._found:
            return True
        return self._names.meaning(node.func) == "Owned"
