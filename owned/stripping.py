"""Takes borrow blocks and verbs out of the tree of a module that the checker has passed.

    with borrow(owner) as r:        r = owner.value if kind(owner) is Owned else shared(owner)
        print(r.x)                  print(r.x)
                                    or `r = owner.value`, where `owner` is certainly an `Owned` that nothing else lends,
                                    or a variable that has the value from the start (`strip_values`)
    deref(owner)                    the same expression
    r = borrow(owner)               the same, where `r` is used as its value would be; `drop(r)` is then nothing
    show(borrow(owner))             the same, where `show` is a function of this module that does so

Constructors, drops, scopes and most moves stay: they have effects at level `off`, too. Every new node stands where the
one stood that it replaces, so that tracebacks and coverage speak of the lines that the user wrote.
"""

from __future__ import annotations

import ast
from typing import Any, TypeVar

from .proofs import Call, Place
from .strip_locals import is_drop, local_guards, quiet_owners, sure_owners
from .strip_names import FreshFunctions, Names, bindings
from .strip_uses import Uses
from .strip_values import OwnValues, own_values, place_of, value_of

N = TypeVar("N", bound=ast.AST)

HELPERS = {name: f"_owned_{name}_" for name in ("Owned", "exclusive", "kind", "shared")}
"""The names in `owned.bare`, and what stripped modules call them."""


class Stripped:
    """A stripped module, and what was done."""

    def __init__(self, tree: ast.Module, calls: set[Place]) -> None:
        self.tree = tree
        self.calls = calls
        """The calls that were taken out, of those that the proof knows."""


def strip(module: ast.Module, calls: dict[Place, Call]) -> Stripped:
    """Strip the tree of a module, in place, of the calls that a proof knows, as far as it makes no difference."""
    names = Names(module)
    stripper = _Stripper(names, Uses(module, names), FreshFunctions(module, names), calls)
    if not any(name in names.bound for name in HELPERS.values()):
        module = stripper.visit(module)
    if stripper.used:
        _import_helpers(module, sorted(stripper.used))
    return Stripped(module, stripper.done)


class _Stripper(ast.NodeTransformer):
    def __init__(self, names: Names, uses: Uses, fresh: FreshFunctions, calls: dict[Place, Call]) -> None:
        self._names = names
        self._uses = uses
        self._fresh = fresh
        self._calls = calls
        self._owners: set[str] = set()
        self._quiet: set[str] = set()
        self._guards: dict[str, ast.Call] = {}
        self._values = OwnValues()
        self.done: set[Place] = set()
        self.used: set[str] = set()

    def visit(self, node: ast.AST) -> Any:
        made = self._values.made.get(id(node), ())
        ends = self._values.ends.get(id(node), ())
        is_move = id(node) in self._values.moves
        visited = super().visit(node)
        if not made and not ends and not is_move:
            return visited
        before = [_set(value_of(one), None) for one in ends]
        after: list[ast.stmt] = []
        for name in made:
            # The variables of a function are let go in the order in which it names them: the value's comes first.
            before.append(_set(value_of(name), None))
            after.append(_set(value_of(name), self._first_value(name)))
        if is_move and isinstance(visited, (ast.Assign, ast.Return)):
            assert isinstance(visited.value, ast.Call)
            moved = visited.value.args[0]
            assert isinstance(moved, ast.Name)
            visited.value = moved
            if isinstance(visited, ast.Assign):
                target = visited.targets[0]
                if isinstance(target, ast.Name) and target.id == moved.id:
                    visited = ast.Pass()
                else:
                    after.insert(0, _set(moved.id, None))
        return [_at(statement, node) for statement in (*before, visited, *after)]

    def _first_value(self, name: str) -> ast.expr:
        owner = ast.Name(id=name, ctx=ast.Load())
        if name in self._values.boxes:
            return ast.Call(func=self._helper("shared"), args=[owner], keywords=[])
        return _value_in(name)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._visit_function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._visit_function(node)

    def _visit_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        for outside in (*node.decorator_list, node.args, *([node.returns] if node.returns else [])):
            self.visit(outside)  # evaluated in the scope around
        around = self._owners, self._quiet, self._guards, self._values
        self._values = own_values(node, self._names, self._fresh, self._calls)
        bound = bindings([node])
        moved = self._values.owners
        owners = sure_owners(node, self._fresh)
        quiet = quiet_owners(node, self._names, owners) | moved
        self._owners = {name for name in self._owners if name not in bound} | owners | moved
        self._quiet = {name for name in self._quiet if name not in bound} | quiet
        self._guards = {
            name: call for name, call in local_guards(node, self._names, self._uses).items() if self._is_simple(call)
        }
        body: list[ast.stmt] = []
        for statement in node.body:
            visited = self.visit(statement)
            body.extend(visited if isinstance(visited, list) else [visited])
        node.body = body
        self._owners, self._quiet, self._guards, self._values = around
        return node

    def visit_With(self, node: ast.With) -> ast.AST | list[ast.AST]:
        self.generic_visit(node)
        bound = bindings(node.body)
        body: list[ast.stmt] = node.body
        kept: list[ast.withitem] = []  # from the last item to the first
        for number in reversed(range(len(node.items))):
            item = node.items[number]
            target = item.optional_vars
            call = self._borrow_in(item)
            if isinstance(target, ast.Name) and target.id in self._values.scoped:
                inner: list[ast.stmt] = [_at(ast.With(items=kept, body=body), node)] if kept else body
                emptied = ast.Try(body=inner, handlers=[], orelse=[], finalbody=[_set(value_of(target.id), None)])
                first = _set(value_of(target.id), self._first_value(target.id))
                body = [_at(first, item.context_expr), _at(emptied, item.context_expr)]
                kept = [item]
            elif call is None or (isinstance(target, ast.Name) and bound[target.id]):
                kept.insert(0, item)
            else:
                if kept:
                    body = [_at(ast.With(items=kept, body=body), node)]
                    kept = []
                body = [self._binding(call, target, item.context_expr), *body]
            bound.update(bindings([item]))
        if len(kept) == len(node.items) and body is node.body:
            return node
        if kept:
            return _at(ast.With(items=kept, body=body), node)
        return list(body)

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        target = node.targets[0]
        if isinstance(target, ast.Name) and self._guards.get(target.id) is node.value:
            call = node.value
            assert isinstance(call, ast.Call)
            self.generic_visit(call)
            node.value = self._value(call, None)
            return node
        return self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        call = node.value
        if is_drop(call, self._names) and isinstance(call, ast.Call) and isinstance(call.args[0], ast.Name):
            if call.args[0].id in self._guards:
                node.value = call.args[0]
                return node
        return self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        owner = node.value
        if node.attr == "value" and isinstance(owner, ast.Name) and owner.id in self._values.variables:
            if owner.id not in self._values.boxes:
                return _at(ast.Name(id=value_of(owner.id), ctx=ast.Load()), node)
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        known = self._known(node)
        if known is not None and (known.verb == "deref" or (node in self._uses and known.simple)):
            return self._value(node, None)
        return node

    def _borrow_in(self, item: ast.withitem) -> ast.Call | None:
        call = item.context_expr
        if not isinstance(call, ast.Call) or not isinstance(item.optional_vars, (ast.Name, type(None))):
            return None
        known = self._known(call)
        return call if known is not None and known.verb != "deref" else None

    def _is_simple(self, call: ast.Call) -> bool:
        known = self._known(call)
        return known is not None and known.simple

    def _known(self, call: ast.Call) -> Call | None:
        """Give what the proof knows of a call, if the names agree."""
        known = self._calls.get(place_of(call))
        if known is None or known.verb == known.kind:  # It makes an owner.
            return None
        if len(call.args) != 1 or call.keywords or isinstance(call.args[0], ast.Starred):
            return None
        return known if self._names.meaning(call.func) == known.verb else None

    def _binding(self, call: ast.Call, target: ast.expr | None, at: ast.expr) -> ast.stmt:
        if isinstance(target, ast.Name):
            statement: ast.stmt = ast.Assign(targets=[target], value=self._value(call, target.id))
        else:
            statement = ast.Expr(value=self._value(call, None))
        return _at(statement, at)

    def _value(self, call: ast.Call, target: str | None) -> ast.expr:
        """Build what gives the bare value: the field of an `Owned`, or else what a function finds."""
        known = self._calls[place_of(call)]
        self.done.add(place_of(call))
        owner = call.args[0]
        if isinstance(owner, ast.Name) and owner.id in self._values.variables:
            return _at(ast.Name(id=value_of(owner.id), ctx=ast.Load()), call)
        helper = "exclusive" if known.verb == "borrow_mut" else "shared"
        if known.kind == "Owned" and isinstance(owner, ast.Name):
            if owner.id in self._quiet:
                return _at(_value_in(owner.id), call)
            if owner.id in self._owners:
                return _at(_field(owner.id), call)
            return _at(self._asking(owner, owner.id, helper), call)
        if known.kind == "Owned" and target is not None and _is_path(owner):
            named = ast.NamedExpr(target=ast.Name(id=target, ctx=ast.Store()), value=owner)
            return _at(self._asking(named, target, helper), call)
        return _at(ast.Call(func=self._helper(helper), args=[owner], keywords=[]), call)

    def _asking(self, asked: ast.expr, name: str, helper: str) -> ast.expr:
        kind = ast.Call(func=self._helper("kind"), args=[asked], keywords=[])
        is_owned = ast.Compare(left=kind, ops=[ast.Is()], comparators=[self._helper("Owned")])
        other = ast.Call(func=self._helper(helper), args=[ast.Name(id=name, ctx=ast.Load())], keywords=[])
        return ast.IfExp(test=is_owned, body=_value_in(name), orelse=other)

    def _helper(self, name: str) -> ast.Name:
        self.used.add(name)
        return ast.Name(id=HELPERS[name], ctx=ast.Load())


def _set(name: str, value: ast.expr | None) -> ast.stmt:
    target = ast.Name(id=name, ctx=ast.Store())
    return ast.Assign(targets=[target], value=ast.Constant(value=None) if value is None else value)


def _value_in(name: str) -> ast.expr:
    """Read an `Owned` that no method has lent: such a one is of a class of its own."""
    return ast.Attribute(value=ast.Name(id=name, ctx=ast.Load()), attr="value", ctx=ast.Load())


def _field(name: str) -> ast.expr:
    ledger = ast.Attribute(value=ast.Name(id=name, ctx=ast.Load()), attr="_ledger", ctx=ast.Load())
    return ast.Attribute(value=ledger, attr="value", ctx=ast.Load())


def _is_path(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def _at(node: N, old: ast.AST) -> N:
    """Put a new node where an old one stood, and what is in it, too."""
    return ast.fix_missing_locations(ast.copy_location(node, old))


def _import_helpers(module: ast.Module, names: list[str]) -> None:
    first = 0
    for number, statement in enumerate(module.body):
        is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        is_future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
        if not is_future and not (number == 0 and is_text):
            break
        first = number + 1
    aliases = [ast.alias(name=name, asname=HELPERS[name]) for name in names]
    helpers = ast.ImportFrom(module="owned.bare", names=aliases, level=0)
    module.body.insert(first, _at(helpers, module.body[min(first, len(module.body) - 1)]))
