"""Makes mypy ask the plugin at least once in every function that has owners in its annotations.

    def twice(t: Owned[Token]) -> tuple[Owned[Token], Owned[Token]]:
        return t, t

Nothing in this body makes mypy ask a plugin anything: no call, no attribute, no operator. When the daemon re-checks the
function alone, or when a module has no other code, the ownership pass would never start (see `schedule.py`). Its
annotations, however, are analysed with a hook beforehand, and that hook puts a statement in front of the body: `~0`.
"""

from collections.abc import Callable, Iterator
from typing import Final

from mypy.nodes import (
    CallExpr,
    EllipsisExpr,
    Expression,
    ExpressionStmt,
    ForStmt,
    FuncDef,
    IndexExpr,
    IntExpr,
    MemberExpr,
    Node,
    PassStmt,
    StrExpr,
    UnaryExpr,
    WithStmt,
)
from mypy.plugin import AnalyzeTypeContext
from mypy.semanal import SemanticAnalyzer
from mypy.types import Type

from owned_mypy import names
from owned_mypy.tree import children

# What makes mypy ask. An operator does as well, and so does the statement that is put in.
_ASKS: Final = (CallExpr, ForStmt, IndexExpr, MemberExpr, UnaryExpr, WithStmt)


class Waker:
    """Answers when a type of ours is analysed: as mypy would, after a look at the function that it belongs to."""

    def __init__(self) -> None:
        self.hooks: dict[str, Callable[[AnalyzeTypeContext], Type]] = dict.fromkeys(names.HANDLES, self._analyse)
        """By the name of the type; empty while the hook itself has mypy analyse a type."""

    def _analyse(self, ctx: AnalyzeTypeContext) -> Type:
        function = _function_around(ctx)
        if function is not None and not _is_empty(function) and not any(map(_asks, _walk(function.body))):
            function.body.body.insert(0, _question(function))
        hooks = self.hooks.copy()
        self.hooks.clear()
        try:
            return ctx.api.analyze_type(ctx.type)
        finally:
            self.hooks.update(hooks)


def _function_around(ctx: AnalyzeTypeContext) -> FuncDef | None:
    analyzer = getattr(ctx.api, "api", None)
    function = analyzer.scope.function if isinstance(analyzer, SemanticAnalyzer) else None
    return function if isinstance(function, FuncDef) else None


def _asks(node: Node) -> bool:
    return isinstance(node, _ASKS)


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in children(node):
        yield from _walk(child)


def _is_empty(function: FuncDef) -> bool:
    """Tell whether a body is a stub: mypy treats `...` as an implementation that is somewhere else."""
    return all(
        isinstance(s, PassStmt) or (isinstance(s, ExpressionStmt) and isinstance(s.expr, (EllipsisExpr, StrExpr)))
        for s in function.body.body
    )


def _question(function: FuncDef) -> ExpressionStmt:
    question = ExpressionStmt(UnaryExpr("~", IntExpr(0)))
    parts: list[ExpressionStmt | Expression] = [question, question.expr]
    if isinstance(question.expr, UnaryExpr):
        parts.append(question.expr.expr)
    for part in parts:
        part.set_line(function.line, function.column)
    return question
