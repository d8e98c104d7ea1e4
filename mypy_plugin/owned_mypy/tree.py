"""The parts of mypy's nodes, for walks over a tree; mypy's own visitors cannot be subclassed by a plugin."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from mypy import nodes as n

# In the order in which they are evaluated.
_PARTS: Final[dict[type[n.Node], tuple[str, ...]]] = {
    n.AssertStmt: ("expr", "msg"),
    n.AssertTypeExpr: ("expr",),
    n.AssignmentExpr: ("value",),
    n.AssignmentStmt: ("rvalue", "lvalues"),
    n.AwaitExpr: ("expr",),
    n.Block: ("body",),
    n.CallExpr: ("callee", "args"),
    n.CastExpr: ("expr",),
    n.ComparisonExpr: ("operands",),
    n.ConditionalExpr: ("cond", "if_expr", "else_expr"),
    n.Decorator: ("func",),
    n.DelStmt: ("expr",),
    n.DictExpr: ("items",),
    n.DictionaryComprehension: ("sequences", "condlists", "key", "value"),
    n.ExpressionStmt: ("expr",),
    n.ForStmt: ("expr", "body", "else_body"),
    n.FuncDef: ("body",),
    n.GeneratorExpr: ("sequences", "condlists", "left_expr"),
    n.IfStmt: ("expr", "body", "else_body"),
    n.IndexExpr: ("base", "index"),
    n.LambdaExpr: ("body",),
    n.ListComprehension: ("generator",),
    n.ListExpr: ("items",),
    n.MatchStmt: ("subject", "guards", "bodies"),
    n.MemberExpr: ("expr",),
    n.OpExpr: ("left", "right"),
    n.OperatorAssignmentStmt: ("rvalue", "lvalue"),
    n.OverloadedFuncDef: ("impl",),
    n.RaiseStmt: ("expr", "from_expr"),
    n.ReturnStmt: ("expr",),
    n.SetComprehension: ("generator",),
    n.SetExpr: ("items",),
    n.SliceExpr: ("begin_index", "end_index", "stride"),
    n.StarExpr: ("expr",),
    n.TryStmt: ("body", "handlers", "else_body", "finally_body"),
    n.TupleExpr: ("items",),
    n.UnaryExpr: ("expr",),
    n.WhileStmt: ("expr", "body", "else_body"),
    n.WithStmt: ("expr", "body"),
    n.YieldExpr: ("expr",),
    n.YieldFromExpr: ("expr",),
}

_BLOCKS: Final[dict[type[n.Node], tuple[str, ...]]] = {
    n.ForStmt: ("body", "else_body"),
    n.IfStmt: ("body", "else_body"),
    n.MatchStmt: ("bodies",),
    n.TryStmt: ("body", "handlers", "else_body", "finally_body"),
    n.WhileStmt: ("body", "else_body"),
    n.WithStmt: ("body",),
}


def children(node: n.Node) -> list[n.Node]:
    """Give the parts of a statement or expression; the body of a class is none."""
    found: list[n.Node] = []
    for name in _PARTS.get(type(node), ()):
        part = getattr(node, name)
        if type(part) is list or type(part) is tuple:
            _add_items(part, found)
        elif part is not None:
            found.append(part)
    return found


def _add_items(part: list[Any] | tuple[Any, ...], found: list[n.Node]) -> None:
    for item in part:
        if type(item) is list or type(item) is tuple:
            _add_items(item, found)
        elif item is not None:
            found.append(item)


def blocks(statement: n.Statement) -> Iterator[n.Block]:
    """Give the blocks of a compound statement that may run; a function or a class has none."""
    for name in _BLOCKS.get(type(statement), ()):
        part = getattr(statement, name)
        for block in part if isinstance(part, list) else [part]:
            if isinstance(block, n.Block) and not block.is_unreachable:
                yield block


def statements(body: Sequence[n.Statement]) -> Iterator[n.Statement]:
    """Give all statements of a body, those in blocks, classes and nested functions included."""
    for statement in body:
        yield statement
        if isinstance(statement, n.FuncDef):
            yield from statements(statement.body.body)
        elif isinstance(statement, n.Decorator):
            yield from statements([statement.func])
        elif isinstance(statement, n.OverloadedFuncDef):
            yield from statements([*statement.items, *([statement.impl] if statement.impl else [])])
        elif isinstance(statement, n.ClassDef):
            yield from statements(statement.defs.body)
        else:
            for block in blocks(statement):
                yield from statements(block.body)


def names_bound(body: Sequence[n.Statement]) -> Iterator[n.SymbolNode]:
    """Give the variables that the statements of a body bind, those of nested functions and classes aside."""
    for statement in body:
        targets: Sequence[n.Node | None] = ()
        if isinstance(statement, n.AssignmentStmt):
            targets = statement.lvalues
        elif isinstance(statement, n.ForStmt):
            targets = (statement.index,)
        elif isinstance(statement, n.WithStmt):
            targets = statement.target
        for target in targets:
            yield from _names_in_target(target)
        for block in blocks(statement):
            yield from names_bound(block.body)


def _names_in_target(target: n.Node | None) -> Iterator[n.SymbolNode]:
    if isinstance(target, n.NameExpr) and isinstance(target.node, n.Var):
        yield target.node
    elif isinstance(target, n.StarExpr):
        yield from _names_in_target(target.expr)
    elif isinstance(target, (n.TupleExpr, n.ListExpr)):
        for item in target.items:
            yield from _names_in_target(item)
