"""What is certain of a function's variables: which are always an `Owned`, and which guards never leave their function.

A guard that is bound by assignment forwards to its value at level `off`. Where it is only read and changed in ways that
make no difference between the two, the variable can be the value itself.
"""

from __future__ import annotations

import ast

from .strip_names import Names, bindings, own_nodes

Function = ast.FunctionDef | ast.AsyncFunctionDef

_LOOKING = frozenset(
    "all any bool dict enumerate float int isinstance len list max min print repr reversed round set sorted str sum"
    " tuple".split()
)
"""Built-in functions that make no difference between a guard and its value."""


def sure_owners(function: Function, names: Names) -> set[str]:
    """Name the variables that nothing but calls of `Owned` is ever bound to."""
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
        if isinstance(target, ast.Name) and isinstance(value, ast.Call) and names.meaning(value.func) == "Owned":
            counted[target.id] = counted.get(target.id, 0) + 1
    return {name for name, count in counted.items() if bound[name] == count}


def local_guards(function: Function, names: Names) -> dict[str, ast.Call]:
    """Give the variables that are bound once, to a borrow, and that can be the value itself; with the borrow."""
    bound = bindings([function])
    found: dict[str, ast.Call] = {}
    for node in own_nodes(function):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            if isinstance(node.value, ast.Call) and names.meaning(node.value.func) in ("borrow", "borrow_mut"):
                found[node.targets[0].id] = node.value
    if not found:
        return found
    harmless = _harmless_uses(function, names)
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in harmless:
            found.pop(node.id, None)
    return {name: call for name, call in found.items() if bound[name] == 1}


def _harmless_uses(function: Function, names: Names) -> set[int]:
    """Give the identities of the nodes whose value is used in ways that a guard and a value answer alike."""
    found: set[int] = set()
    for node in ast.walk(function):
        if isinstance(node, (ast.Attribute, ast.Subscript)):
            found.add(id(node.value))
        elif isinstance(node, (ast.For, ast.comprehension)):
            found.add(id(node.iter))
        elif isinstance(node, (ast.If, ast.While, ast.Assert, ast.IfExp)):
            found.add(id(node.test))
        elif isinstance(node, ast.UnaryOp):
            found.add(id(node.operand))
        elif isinstance(node, ast.FormattedValue):
            found.add(id(node.value))
        elif isinstance(node, ast.Compare) and not any(isinstance(op, (ast.Is, ast.IsNot)) for op in node.ops):
            found.update(map(id, (node.left, *node.comparators)))
        elif isinstance(node, ast.BinOp) and not isinstance(node.op, ast.Mod):  # `%` of text looks for a tuple
            found.update((id(node.left), id(node.right)))
        elif isinstance(node, ast.Call) and names.is_builtin(node.func, _LOOKING):
            found.update(map(id, node.args))
        elif isinstance(node, ast.Expr) and is_drop(node.value, names):
            found.add(id(node.value.args[0]))  # type: ignore[attr-defined]
    return found


def is_drop(node: ast.expr, names: Names) -> bool:
    """Is this `drop(x)` of a variable?"""
    return (
        isinstance(node, ast.Call)
        and names.meaning(node.func) == "drop"
        and len(node.args) == 1
        and not node.keywords
        and isinstance(node.args[0], ast.Name)
    )
