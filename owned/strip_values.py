"""Which owners have their value in a variable of its own beside them, so that a borrow costs what any name costs.

    account = Owned(Account(1))     account = Owned(Account(1)); value = account.value
    with borrow(account) as a:      a = value
        print(a.amount)             print(a.amount)
    drop(account)                   value = None; drop(account)

    with Owned(Account(1)) as account:      with Owned(Account(1)) as account:
        ...                                     value = account.value
                                                try: ...
                                                finally: value = None

It can only be done where nobody but the verbs of this function gets at the owner, so that its value is never exchanged.
And the variable must neither keep the value alive for longer nor let it go in another order: it is emptied before the
value leaves, and it comes before the owner's, as the variables of a function are let go in order.

Where a move in such a function has no effect but to leave the old handle dead, for which nobody asks, it is an
assignment.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import cast

from .proofs import Call, Place
from .strip_names import FreshFunctions, Names, bindings, is_generator, own_nodes
from .strip_uses import Function

_LEND = frozenset({"borrow", "borrow_mut", "deref"})
_END = frozenset({"drop", "forget", "into_inner", "move"})
_TELLS = frozenset({"dir", "eval", "exec", "locals", "vars"})
"""Who calls one of these may see the variables of a function."""


def value_of(name: str) -> str:
    """Name the variable that has the value of an owner."""
    return f"_owned_value_{name}"


class OwnValues:
    """What is known of one function; statements are named by their identity."""

    def __init__(self) -> None:
        self.owners: set[str] = set()
        """The variables that are bound to nothing but a new `Owned`, or one moved from such a variable, and that only
        verbs use."""
        self.variables: set[str] = set()
        """The owners whose value has a variable."""
        self.boxes: set[str] = set()
        """Those of them that are a `Box`."""
        self.made: dict[int, list[str]] = {}
        """The statements that make them."""
        self.scoped: set[str] = set()
        """Those that are bound by `with`, and used in its block alone."""
        self.ends: dict[int, list[str]] = {}
        """The statements with which their values leave."""
        self.moves: set[int] = set()
        """The statements `y = move(x)` and `return move(x)` that may do without `move`."""


def own_values(function: Function, names: Names, fresh: FreshFunctions, calls: dict[Place, Call]) -> OwnValues:
    """Look for the owners of a function that nobody else gets at."""
    found = OwnValues()
    own = list(own_nodes(function))
    if isinstance(function, ast.AsyncFunctionDef) or is_generator(own):
        return found  # What goes on in another thread or task has to ask.
    if any(isinstance(node, ast.Name) and node.id in _TELLS for node in ast.walk(function)):
        return found
    places = _Places(function, own)
    counted = bindings([function])
    found.owners = _movable(places, names, fresh, counted)
    for name in places.named:
        statement, made = _made(name, places, names, fresh, counted, found.owners)
        if made is None or value_of(name) in names.bound:
            continue
        ends = _endings(name, places, names, calls, statement, made)
        if ends is not None:
            found.variables.add(name)
            if isinstance(statement, ast.With):
                found.scoped.add(name)
            else:
                found.made.setdefault(id(statement), []).append(name)
            if _is_box(made, names):
                found.boxes.add(name)
            for end in ends:
                found.ends.setdefault(id(end), []).append(name)
    for node in own:
        if isinstance(node, (ast.Assign, ast.Return)) and _moved(node.value, names) in found.owners:
            if isinstance(node, ast.Return) or (len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)):
                found.moves.add(id(node))
    return found


class _Places:
    """Where the names of a function stand."""

    def __init__(self, function: Function, own: Iterable[ast.AST]) -> None:
        self.named: dict[str, list[ast.Name]] = {}
        self.parents: dict[int, ast.AST] = {}
        self.statements: dict[int, ast.stmt] = {}
        """The innermost statement around a name."""
        self.loops: dict[int, int] = {}
        self.guarded: set[int] = set()
        """In how many loops a statement stands; and which stand in a `try` or a `with`: who fails there may go on."""
        inside = {id(node) for node in own}
        everywhere = {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and id(node) not in inside}
        self._walk(function, function.body, 0, False, inside)
        for name in everywhere:  # Seen by a nested function, or in the head of this one.
            self.named.pop(name, None)

    def _walk(self, parent: ast.AST, body: Iterable[ast.AST], loops: int, is_guarded: bool, inside: set[int]) -> None:
        for node in body:
            self.parents[id(node)] = parent
            if isinstance(node, ast.stmt):
                self.loops[id(node)] = loops
                if is_guarded:
                    self.guarded.add(id(node))
            if isinstance(node, ast.Name) and id(node) in inside:
                self.named.setdefault(node.id, []).append(node)
                statement: ast.AST = node
                while not isinstance(statement, ast.stmt):
                    statement = self.parents[id(statement)]
                self.statements[id(node)] = statement
            is_loop = isinstance(node, (ast.For, ast.AsyncFor, ast.While))
            is_guard = isinstance(node, (ast.Try, ast.With, ast.AsyncWith)) or type(node).__name__ == "TryStar"
            self._walk(node, ast.iter_child_nodes(node), loops + is_loop, is_guarded or is_guard, inside)


def _made(
    name: str, places: _Places, names: Names, fresh: FreshFunctions, counted: dict[str, int], owners: set[str]
) -> tuple[ast.stmt, ast.expr | None]:
    """Give the one statement that makes an owner, and what makes it, if there is but one and it comes first."""
    first, *others = sorted(places.named[name], key=lambda node: (node.lineno, node.col_offset))
    statement = places.statements[id(first)]
    if counted.get(name) != 1 or not others or isinstance(first.ctx, ast.Load):
        return statement, None
    if isinstance(statement, ast.With):
        entered = next((item.context_expr for item in statement.items if item.optional_vars is first), None)
        is_sure = entered is not None and (fresh.is_new(entered) or _is_box(entered, names))
        within = {id(node) for part in statement.body for node in ast.walk(part)}
        return statement, entered if is_sure and all(id(node) in within for node in others) else None
    if places.loops[id(statement)] and id(statement) in places.guarded:
        return statement, None  # It may fail in a later turn, and the owner be that of an earlier one.
    value = _assigned(statement, first)
    if value is None or fresh.is_new(value) or _is_box(value, names):
        return statement, value
    return statement, value if name in owners and _moved(value, names) in owners else None


def _is_box(value: ast.expr | None, names: Names) -> bool:
    return isinstance(value, ast.Call) and names.meaning(value.func) == "Box"


def _assigned(statement: ast.stmt, target: ast.expr) -> ast.expr | None:
    """Give what a statement assigns to a variable: `x = ...`, `x: T = ...`, or one of `x, y = ..., ...`."""
    if isinstance(statement, ast.AnnAssign):
        return statement.value if statement.target is target else None
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return None
    targets, values = statement.targets[0], statement.value
    if isinstance(targets, ast.Tuple) and isinstance(values, ast.Tuple) and len(targets.elts) == len(values.elts):
        if not any(isinstance(one, ast.Starred) for one in (*targets.elts, *values.elts)):
            return dict(zip(targets.elts, values.elts, strict=True)).get(target)
    return values if targets is target else None


def _endings(
    name: str, places: _Places, names: Names, calls: dict[Place, Call], first: ast.stmt, made: ast.expr
) -> list[ast.stmt] | None:
    """Give the statements with which the value of an owner leaves.

    None if anything else could be done to the owner, or if a variable for the value would not pay.
    """
    ends: list[ast.stmt] = []
    reads = 0
    is_certain = _is_certain(calls.get(place_of(made)))
    for node in places.named[name]:
        if not isinstance(node.ctx, ast.Load):
            continue
        parent = places.parents[id(node)]
        statement = places.statements[id(node)]
        verb = _verb_on(node, parent, names)
        if verb in _LEND:
            known = calls.get(place_of(cast("ast.expr", parent)))
            if known is None or known.verb != verb or not _is_certain(known):
                return None
            is_certain = True
            reads += 1 + _is_in_loop(statement, first, places)
        elif isinstance(parent, ast.Return) or (verb in _END and _value_of(statement) is parent):
            if sum(places.statements[id(other)] is statement for other in places.named[name]) > 1:
                return None
            ends.append(statement)
        elif isinstance(parent, (ast.Attribute, ast.Subscript)) and parent.value is node:
            if _is_box(made, names):
                continue
            if not isinstance(parent, ast.Attribute) or not _is_read(parent):
                return None
            reads += 1 + _is_in_loop(statement, first, places)
        elif verb != "is_live":
            return None
    return ends if is_certain and reads > 1 else None


def _is_certain(known: Call | None) -> bool:
    """Is the value of an owner certainly no handle, and consumed by no method of its own?"""
    return known is not None and known.simple and not known.consumed


def _is_in_loop(statement: ast.stmt, first: ast.stmt, places: _Places) -> bool:
    return places.loops[id(statement)] + isinstance(statement, ast.While) > places.loops[id(first)]


def _is_read(node: ast.Attribute) -> bool:
    return node.attr == "value" and isinstance(node.ctx, ast.Load)


def _verb_on(node: ast.Name, parent: ast.AST, names: Names) -> str | None:
    """Give the verb that a variable is the one argument of."""
    if not isinstance(parent, ast.Call) or parent.args != [node] or parent.keywords:
        return None
    return names.meaning(parent.func)


def _value_of(statement: ast.stmt) -> ast.expr | None:
    if isinstance(statement, (ast.Expr, ast.Assign, ast.AnnAssign, ast.Return)):
        return statement.value
    return None


def _movable(places: _Places, names: Names, fresh: FreshFunctions, counted: dict[str, int]) -> set[str]:
    """Name the variables that are bound to nothing but new owners and moves of each other, and used by verbs alone."""
    found: set[str] = set()
    sources: dict[str, set[str]] = {}
    for name, nodes in places.named.items():
        stores = [node for node in nodes if not isinstance(node.ctx, ast.Load)]
        values = [_assigned(places.statements[id(node)], node) for node in stores]
        if not stores or counted.get(name) != len(stores):
            continue
        moved = {_moved(value, names) for value in values if value is None or not fresh.is_new(value)}
        if None in moved or not all(_is_by_verb(node, places, names) for node in nodes):
            continue
        found.add(name)
        sources[name] = {one for one in moved if one is not None}
    while True:
        fewer = {name for name in found if sources[name] <= found}
        if fewer == found:
            return found
        found = fewer


def _moved(value: ast.expr | None, names: Names) -> str | None:
    """Give the variable that an expression moves, if that is all it does."""
    if not isinstance(value, ast.Call) or len(value.args) != 1 or not isinstance(value.args[0], ast.Name):
        return None
    return value.args[0].id if _verb_on(value.args[0], value, names) == "move" else None


def _is_by_verb(node: ast.Name, places: _Places, names: Names) -> bool:
    parent = places.parents[id(node)]
    if not isinstance(node.ctx, ast.Load) or isinstance(parent, ast.Return):
        return True
    if isinstance(parent, ast.Attribute):
        return _is_read(parent)
    return _verb_on(node, parent, names) in _LEND | _END


def place_of(node: ast.expr) -> Place:
    """Give the place of an expression, as proofs name it."""
    return node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0
