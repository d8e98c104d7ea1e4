"""What is certain of a function's variables: which are always an `Owned`, and which guards never leave their function.

A guard that is bound by assignment forwards to its value at level `off`. Where it is only read and changed in ways that
make no difference between the two, the variable can be the value itself.
"""

from __future__ import annotations

import ast

from .strip_names import FreshFunctions, Names, bindings, own_nodes
from .strip_uses import Function, Uses


def sure_owners(function: Function, fresh: FreshFunctions) -> set[str]:
    """Name the variables that nothing but a new `Owned` is ever bound to."""
    bound = bindings([function])
    counted: dict[str, int] = {}
    for node in own_nodes(function):
        target: ast.AST | None = None
        value: ast.AST | None = None
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target, value = node.targets[0], node.value
        elif isinstance(node, ast.AnnAssign):
            target, value = node.target, node.value
        elif isinstance(node, ast.withitem):
            target, value = node.optional_vars, node.context_expr
        if isinstance(target, ast.Name) and isinstance(value, ast.Call) and fresh.is_new(value):
            counted[target.id] = counted.get(target.id, 0) + 1
    return {name for name, count in counted.items() if bound[name] == count}


def quiet_owners(function: Function, names: Names, owners: set[str]) -> set[str]:
    """Name those of these variables that only verbs and reads of `.value` use: no method lends them or ties to them."""
    known: set[int] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and node.attr == "value":
            known.add(id(node.value))
        elif isinstance(node, ast.Call) and names.meaning(node.func) in _VERBS:
            known.update(map(id, node.args))
    loud = {
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in known
    }
    return owners - loud


_VERBS = frozenset("borrow borrow_mut deref drop forget into_inner is_live move replace swap take".split())


def local_guards(function: Function, names: Names, uses: Uses) -> dict[str, ast.Call]:
    """Give the variables that are bound once, to a borrow, and that can be the value itself; with the borrow."""
    bound = bindings([function])
    found: dict[str, ast.Call] = {}
    for node in own_nodes(function):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            if isinstance(node.value, ast.Call) and names.meaning(node.value.func) in ("borrow", "borrow_mut"):
                found[node.targets[0].id] = node.value
    if not found:
        return found
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node not in uses:
            found.pop(node.id, None)
    return {name: call for name, call in found.items() if bound[name] == 1}


def is_drop(node: ast.expr, names: Names) -> bool:
    """Is this `drop(x)` of a variable?"""
    return (
        isinstance(node, ast.Call)
        and names.meaning(node.func) == "drop"
        and len(node.args) == 1
        and not node.keywords
        and isinstance(node.args[0], ast.Name)
    )
