"""What a method's body does to `self`, read from its syntax before any type is known.

A method changes `self` when it assigns to, deletes or augments something reached from `self`. What it does by calling
other methods (`self.items.append(x)`, `self.helper()`) depends on types that are not known yet: these calls are noted
as paths from `self`, `("items", "append")` or `("helper",)`, and judged when somebody asks (see `classes.py`). `[]` in
a path is an element of a container, `super()` before a method's name the bases of the class.
"""

from collections.abc import Callable
from typing import Any, Final

from mypy import nodes as n

from owned_mypy.records import field, record
from owned_mypy.tree import children

Path = tuple[str, ...]

ELEMENT: Final = "[]"
# Verbs that need exclusive access to what they are given; noted as the last step of a path.
EXCLUSIVE_VERBS: Final = frozenset({"borrow_mut", "try_borrow_mut", "replace", "take", "swap"})
VERB_MARK: Final = "@"
SUPER: Final = "super()"
"""The first step of a path to a method of a base class."""


@record(frozen=False)
class SelfEffects:
    """What one method does to `self`: changes it itself, or calls these paths; and whether it gives a part of it."""

    changes: bool = False
    calls: set[Path] = field(default_factory=set)
    returns_parts: bool = False
    returns_others: bool = False

    @property
    def gives_part(self) -> bool:
        """Is everything that it returns a part of `self`, or None?"""
        return self.returns_parts and not self.returns_others


def effects_on_self(func: n.FuncDef) -> SelfEffects:
    """Read the body of a method."""
    effects = SelfEffects()
    if func.arguments and not func.is_static:
        _Reader(effects, {func.arguments[0].variable.name: ()}).read(func.body)
    if func.is_generator or func.is_coroutine or effects.changes:
        effects.returns_others = True
    return effects


def kept_parameters(init: n.FuncDef) -> list[str]:
    """Give the parameters of `__init__` that it assigns as they are to attributes of `self`."""
    if not init.arguments:
        return []
    own = init.arguments[0].variable.name
    kept: list[str] = []
    rebound: set[str] = set()
    _read_assignments(init.body, own, kept, rebound)
    return [argument.variable.name for argument in init.arguments if argument.variable.name in {*kept} - rebound]


def _read_assignments(node: n.Node, own: str, kept: list[str], rebound: set[str]) -> None:
    if isinstance(node, (n.FuncDef, n.ClassDef)):
        return
    if isinstance(node, n.AssignmentStmt):
        for target in node.lvalues:
            if isinstance(target, n.NameExpr):
                rebound.add(target.name)
            elif isinstance(target, n.MemberExpr) and isinstance(node.rvalue, n.NameExpr):
                if isinstance(target.expr, n.NameExpr) and target.expr.name == own:
                    kept.append(node.rvalue.name)
    for child in children(node):
        _read_assignments(child, own, kept, rebound)


_LEAVES: frozenset[type] = frozenset(
    {n.NameExpr, n.IntExpr, n.StrExpr, n.FloatExpr, n.BytesExpr, n.PassStmt, n.EllipsisExpr}
)
"""What has no parts and does nothing to `self`; most nodes are of these."""


class _Reader:
    """One walk over a body; `paths` holds the names that stand for `self` or for a part of it."""

    def __init__(self, effects: SelfEffects, paths: dict[str, Path]) -> None:
        self.effects = effects
        self.paths = paths
        self.depth = 0
        """How many functions within the method are around what is read."""

    def read(self, node: n.Node | None) -> None:
        if node is None or self.effects.changes:
            return
        kind = type(node)
        if kind in _LEAVES:
            return
        reader = _READERS.get(kind)
        if reader is not None:
            reader(self, node)
        outside = self.paths
        if isinstance(node, n.FuncDef):  # its parameters hide names, in it alone
            hidden = {argument.variable.name for argument in node.arguments}
            self.paths = {name: path for name, path in outside.items() if name not in hidden}
            self.depth += 1
        for child in children(node):
            self.read(child)
        if isinstance(node, n.FuncDef):
            self.paths = outside
            self.depth -= 1

    def path_of(self, expr: n.Node) -> Path | None:
        if isinstance(expr, n.NameExpr):
            return self.paths.get(expr.name)
        if isinstance(expr, n.MemberExpr):
            base = self.path_of(expr.expr)
            return None if base is None else (*base, expr.name)
        if isinstance(expr, n.IndexExpr):
            base = self.path_of(expr.base)
            return None if base is None else (*base, ELEMENT)
        return None

    def target(self, target: n.Node, value: n.Node | None = None) -> None:
        if isinstance(target, (n.TupleExpr, n.ListExpr)):
            for item in target.items:
                self.target(item)
        elif isinstance(target, n.StarExpr):
            self.target(target.expr)
        elif isinstance(target, n.NameExpr):
            path = None if value is None else self.path_of(value)
            if path:
                self.paths[target.name] = path
            elif self.paths.get(target.name):
                del self.paths[target.name]
        elif self.path_of(target):
            self.effects.changes = True

    def assignment(self, node: n.AssignmentStmt) -> None:
        for lvalue in node.lvalues:
            self.target(lvalue, node.rvalue)

    def augmented(self, node: n.OperatorAssignmentStmt) -> None:
        if self.path_of(node.lvalue) and not isinstance(node.lvalue, n.NameExpr):
            self.effects.changes = True

    def deletion(self, node: n.DelStmt) -> None:
        for target in node.expr.items if isinstance(node.expr, n.TupleExpr) else [node.expr]:
            if self.path_of(target) and not isinstance(target, n.NameExpr):
                self.effects.changes = True

    def loop(self, node: n.ForStmt) -> None:
        path = self.path_of(node.expr)
        if path and isinstance(node.index, n.NameExpr):
            self.paths[node.index.name] = (*path, ELEMENT)
        else:
            self.target(node.index)

    def with_(self, node: n.WithStmt) -> None:
        for target in node.target:
            if target is not None:
                self.target(target)

    def return_(self, node: n.ReturnStmt) -> None:
        if self.depth or node.expr is None or (isinstance(node.expr, n.NameExpr) and node.expr.name == "None"):
            return
        if self.path_of(node.expr):
            self.effects.returns_parts = True
        else:
            self.effects.returns_others = True

    def call(self, node: n.CallExpr) -> None:
        if isinstance(node.callee, n.SuperExpr):
            self.effects.calls.add((SUPER, node.callee.name))
            return
        path = self.path_of(node.callee)
        if path:
            self.effects.calls.add(path)
            return
        name = getattr(node.callee, "name", None)
        if name in EXCLUSIVE_VERBS:
            for arg in node.args:
                if path := self.path_of(arg):
                    self.effects.calls.add((*path, f"{VERB_MARK}{name}"))
        elif name in ("setattr", "delattr") and node.args and self.path_of(node.args[0]) is not None:
            self.effects.changes = True


_READERS: Final[dict[type[n.Node], Callable[[_Reader, Any], None]]] = {
    n.AssignmentStmt: _Reader.assignment,
    n.OperatorAssignmentStmt: _Reader.augmented,
    n.DelStmt: _Reader.deletion,
    n.ForStmt: _Reader.loop,
    n.WithStmt: _Reader.with_,
    n.CallExpr: _Reader.call,
    n.ReturnStmt: _Reader.return_,
}
