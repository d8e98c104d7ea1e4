"""Runs of a Python body along random paths: what the run time says, and after which statements."""

from __future__ import annotations

import gc
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import Any

from owned import OwnershipError, borrow, borrow_mut
from tests.agreement.as_python import print_python
from tests.agreement.as_rust import Printed
from tests.agreement.bodies import GUARDS, OWNERS, Body, End, Ending, statements
from tests.agreement.checker import HANDLES

_MOST_LINES = 400
"""A run that is longer than this goes round in circles."""


class Enough(BaseException):
    """Ends a run from outside; not an `Exception`, so that no body handles it."""


@dataclass(frozen=True)
class Outcome:
    """How one run ended: `error` is None when no rule was broken."""

    body: Body
    error: OwnershipError | NameError | None
    path: tuple[int, ...]
    """The statements that were reached, the one that raised included."""


class _Oracle:
    """Decides every branch of a run at random."""

    def __init__(self, seed: str, module: dict[str, Any]) -> None:
        self.random = random.Random(seed)
        self.oops: type[Exception] = module["Oops"]

    def chance(self) -> bool:
        return self.random.random() < 0.5

    def pick(self) -> int:
        return self.random.randrange(3)

    def turns(self) -> range:
        return range(self.random.randrange(4))

    def risk(self) -> None:
        if self.random.random() < 0.3:
            raise self.oops


def walk(bodies: Sequence[Body], runs: int) -> Iterator[Outcome]:
    """Run every body so many times."""
    # Owners that die while they are lent look for their guards among all objects: here, only among those of the runs.
    gc.freeze()
    try:
        yield from _walk(bodies, runs)
    finally:
        gc.unfreeze()


def _walk(bodies: Sequence[Body], runs: int) -> Iterator[Outcome]:
    for handle in HANDLES:
        group = [body for body in bodies if body.handle == handle]
        printed = print_python(group, handle)
        module: dict[str, Any] = {"__name__": __name__}  # of a module that is there: dataclasses ask
        exec(compile("\n".join(printed.lines) + "\n", f"<bodies of {handle}>", "exec"), module)
        for body in group:
            for run in range(runs):
                module["oracle"] = _Oracle(f"{body.seed} {run}", module)
                yield _run(body, printed, module)


def _run(body: Body, printed: Printed, module: dict[str, Any]) -> Outcome:
    function, make = module[body.name], module["make"]
    lines: list[int] = []

    def trace(frame: FrameType, event: str, _: object) -> Any:
        if frame.f_code is not function.__code__:
            return None
        if event == "line":
            lines.append(frame.f_lineno)
            if len(lines) > _MOST_LINES:
                raise Enough
        return trace

    # A guard does not keep its owner alive: these two belong to the caller.
    lender, exclusive_lender = make(), make()
    error: OwnershipError | NameError | None = None
    module["kept"].clear()
    outer = sys.gettrace()
    sys.settrace(trace)
    try:
        function(make(), make(), borrow(lender), borrow_mut(exclusive_lender))
    except OwnershipError as raised:
        error = raised
    except NameError as raised:
        error = raised if raised.name in (*OWNERS, *GUARDS) else None
    except (module["Oops"], Enough):
        pass
    finally:
        sys.settrace(outer)
    if error is not None:
        lines.append(_line_of(error.__traceback__, function))
    else:
        error = _error_of_kept(module["kept"])
    path = tuple(printed.origin[line][1] for line in lines if line in printed.origin)
    if isinstance(error, NameError) and (_deletes(body, path[-1]) or _has_deleted(body, error)):
        error = None
    return Outcome(body, error, path)


def _error_of_kept(kept: list[Callable[[], object]]) -> OwnershipError | None:
    """What becomes of the functions that the body has given away."""
    for function in kept:
        try:
            function()
        except OwnershipError as raised:
            return raised
        except Exception:  # an ordinary one, or a variable that was deleted
            continue
    return None


def _line_of(traceback: TracebackType | None, function: Any) -> int:
    """The line of the body on which the error was raised."""
    while traceback is not None:
        if traceback.tb_frame.f_code is function.__code__:
            return traceback.tb_lineno
        traceback = traceback.tb_next
    raise AssertionError("the error does not come from the body")


def _has_deleted(body: Body, error: NameError) -> bool:
    """Has the body deleted a variable that a function inside it names? There is no owner or guard in it any more."""
    if isinstance(error, UnboundLocalError):
        return False
    return any(isinstance(s, End) and s.how is Ending.DELETE and s.place == error.name for s in statements(body.block))


def _deletes(body: Body, at: int) -> bool:
    """Is the statement a `del`, which is no use for the checker?"""
    return any(isinstance(s, End) and s.at == at and s.how is Ending.DELETE for s in statements(body.block))
