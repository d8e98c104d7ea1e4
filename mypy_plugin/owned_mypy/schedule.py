"""When the ownership pass runs: once per module, when mypy knows every type in it and has not closed the books on it
yet.

The pass needs the types of all expressions of a function, and no hook of mypy is called at such a moment. Three
obvious ways fail. Deferring each function from its first hook (`defer_node`) makes mypy check it twice, cannot defer
a module's top level, and never starts in a function in which no hook fires. `get_additional_indirect_deps` is called
too late: unused ignore comments have been counted by then, the daemon does not call it for functions that it
re-checks, and mypy 1.19 has no such hook. Subclasses of mypy's visitors are refused by compiled mypy.

What we do: while a module is checked, mypy asks the plugin about every call, operator and attribute. At the first
question we put a node of our own, a tiny file with one call in it, on the list of nodes that mypy visits once more
when the module is through. The call has a name that only this plugin answers to, and so our hook runs inside mypy's
ordinary flow, with the module's checker. When other nodes wait beside ours, they are checked first and we queue up
again: the pass runs when nothing else is left.

What remains: a run in which mypy asks nothing at all does not start the pass; `wake.py` sees to that.
"""

from collections.abc import Callable
from typing import Final

from mypy.checker import DeferredNode, TypeChecker
from mypy.checker_state import checker_state
from mypy.nodes import GDEF, CallExpr, ExpressionStmt, MypyFile, NameExpr, Var
from mypy.plugin import FunctionSigContext
from mypy.types import AnyType, CallableType, FunctionLike, TypeOfAny

TURN: Final = "owned_mypy.turn"


class Schedule:
    """Makes mypy call `run` with a module's checker when all types of the module are known."""

    def __init__(self, is_wanted: Callable[[TypeChecker], bool], run: Callable[[TypeChecker], None]) -> None:
        self._is_wanted = is_wanted
        self._run = run
        self._checker: object = None
        self._round: object = None
        self._queues: dict[CallExpr, list[DeferredNode]] = {}

    def ask(self) -> None:
        """Take note that mypy asked the plugin something; cheap, because mypy asks at every call and attribute."""
        checker = checker_state.type_checker
        if checker is self._checker and (checker is None or checker.deferred_nodes is self._round):  # type: ignore[attr-defined]
            return
        self._checker = checker
        if isinstance(checker, TypeChecker):
            self._round = checker.deferred_nodes
            if self._is_wanted(checker):
                self._queue_up(checker)

    def take_turn(self, ctx: FunctionSigContext) -> FunctionLike:
        """Run the pass, or queue up again while other nodes still wait to be checked."""
        queue = self._queues.pop(ctx.context) if isinstance(ctx.context, CallExpr) else []
        checker = ctx.api
        assert isinstance(checker, TypeChecker)
        if not all(_is_turn(node) for node in queue):
            self._queue_up(checker)
        else:
            self._checker = checker
            self._round = checker.deferred_nodes
            self._run(checker)
        return ctx.default_signature

    def _queue_up(self, checker: TypeChecker) -> None:
        queue = checker.deferred_nodes
        if not any(_is_turn(node) for node in queue):
            call = _call_of_turn(checker)
            self._queues[call] = queue
            queue.append(DeferredNode(_file_of(call), None))  # type: ignore[arg-type]  # a file may wait, too


def _is_turn(waiting: DeferredNode) -> bool:
    return isinstance(waiting.node, MypyFile) and waiting.node.fullname == TURN


def _call_of_turn(checker: TypeChecker) -> CallExpr:
    anything = AnyType(TypeOfAny.explicit)
    callee = NameExpr(TURN)
    callee.kind = GDEF
    callee.fullname = TURN
    callee.node = Var(TURN, CallableType([], [], [], anything, checker.named_type("builtins.function")))
    return CallExpr(callee, [], [], [])


def _file_of(call: CallExpr) -> MypyFile:
    file = MypyFile([ExpressionStmt(call)], [])
    file._fullname = TURN
    return file
