"""The short way to the end of an owner, for nearly all of them.

An owner is at rest when nothing is borrowed from it, nothing was derived from it, and nobody looks on. If, besides, all
that runs at the end of such a value is known, by its type or because it was given, and is one function or nothing, then
its end takes a few steps, which stand here in one function. A signal that comes before the first of them leaves the
owner as it was; and none comes between the first one and the hook, for nothing is called in between. Everything else
goes the long way (`Owner._owned_drop`, `leave`, `die`), and does the same.

The short ways are closed while somebody listens, while tasks run, whose names the long way notes, and in a fork of a
process that had frozen its objects, so that its owners are not known.
"""

from __future__ import annotations

import atexit
import gc
import os
from functools import partial
from types import FrameType, FunctionType
from typing import Any

from . import accounts
from .accounts import FROZEN, ended_at_once
from .atomic import FREE_THREADED
from .counts import Count
from .drops import Dropping, drop_parts, refuse_awaitable
from .handles import set_class
from .known_types import AT_ONCE, referents
from .ledger import ENTERED, FREE, GONE, FullLedger, Ledger, end_at
from .registry import CO_COROUTINE, name_a_hook
from .returned import waiting
from .sites import MAIN, known_threads
from .tasks import when_tasks_run

DIED = end_at("dropped")
"""How owners end that die; shared, because no place is recorded for it."""

OPEN = [not FREE_THREADED]
"""Are the short ways open?"""

_closed: set[str] = {"free threading"} if FREE_THREADED else set()


def _close(reason: str, on: bool) -> None:
    (_closed.add if on else _closed.discard)(reason)
    OPEN[0] = not _closed


def _after_fork() -> None:
    if gc.get_freeze_count() > FROZEN:
        _close("fork", True)


atexit.register(_close, "exit", True)  # Who dies from then on, with something to run, is told of.
when_tasks_run.append(partial(_close, "tasks"))
accounts.when_heard.append(partial(_close, "listener"))
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def is_simple(hook: Any) -> bool:
    """Is this an ordinary function, which drops at once?"""
    return (
        type(hook) is FunctionType
        and not hook.__code__.co_flags & CO_COROUTINE
        and not hook.__dict__
        and hook.__name__ != "aclose"
    )


def enter_at_rest(ledger: Ledger) -> bool:
    """Begin the block of an owner whose end takes the short way, unless it is bound; False for any other."""
    if ledger.rare is not None:
        return False
    kind: Any = type(ledger.value)
    quick = AT_ONCE.get(kind)
    hook = ledger.hook
    if quick is None:
        return False
    if is_simple(hook) if hook is not None else quick.close is None or getattr(kind, quick.name, None) is quick.close:
        ledger.rare = ENTERED
        return True
    return False


def end_at_rest(
    owner: Any, seen: type, ledger: Ledger, layout: type, dead: type, frame: FrameType | None, boxed: bool = False
) -> bool:
    """End an owner that is at rest, and drop its value; False, and nothing has happened, if that takes the long way.

    `seen` is the class of the owner, `layout` the one in which its fields can be set, `dead` its class from now on;
    without a `frame` it dies.
    """
    rare = ledger.rare
    if (rare is not None and rare is not ENTERED) or ledger.state != FREE or ledger.thread is not MAIN:
        return False
    if waiting or len(known_threads) != 1 or not OPEN[0]:
        return False
    written: Any = type(ledger)
    if written is not Ledger and written is not FullLedger:
        return False
    value = ledger.value
    quick = AT_ONCE.get(type(value))
    if quick is None:
        return False
    close = ledger.hook
    if close is not None:
        if not is_simple(close):
            return False
    elif (close := quick.close) is not None:
        if getattr(type(value), quick.name, None) is not close or (
            quick.name == "close" and hasattr(value, "__drop__")
        ):
            AT_ONCE.pop(type(value), None)  # The class was changed.
            return False
    elif name_a_hook(quick.bodies):
        AT_ONCE.pop(type(value), None)
        return False
    code: Any = DIED
    offset = None
    if frame is not None:
        code = frame.f_code
        offset = frame.f_lasti
    try:
        set_class(owner, layout)
    except BaseException:
        now: Any = owner.__class__
        if now is layout:
            owner.__class__ = seen
        raise
    now = owner.__class__
    if now is not layout:  # The handler of a signal came in between; and so below.
        return False
    if ledger.state != FREE or ledger.rare is not rare:
        owner.__class__ = dead if ledger.state == GONE else seen
        return False
    ledger.state = GONE
    ledger.rare = quick.gone
    del ledger.value
    if boxed:
        owner._value = code
        owner._reader = offset
    else:
        owner.value = DIED if frame is None else (code, offset, "dropped")
    owner.__class__ = dead
    ended_at_once[0] += 1
    failure = None
    if close is not None:
        try:
            answer = close(value)
            if answer is not None:
                refuse_awaitable(answer)
        except BaseException as raised:
            failure = raised
    if failure is None:
        if not quick.holds:
            return True
        plain = quick.plain
        for part in referents(value):
            kind = type(part)
            if kind not in plain and (kind is not dict or not plain.issuperset(map(type, referents(part)))):
                break
        else:
            return True
    try:
        _finish(value, failure)
    finally:
        failure = None  # Its traceback holds this frame.
    return True


def _finish(value: Any, failure: BaseException | None) -> None:
    """Drop what a value holds, and raise what has failed."""
    dropping = Dropping()
    if failure is not None:
        dropping.failed(failure)
    failure = None
    drop_parts(value, dropping)
    dropping.conclude()


SIMPLE = {Ledger, FullLedger, Count}
"""The classes of ledgers that have nothing to do when their value leaves."""


def rests_in_peace(ledger: Ledger) -> bool:
    """Note the end of an owner that dies at rest, with nothing to run; False, and nothing has happened, for others."""
    rare = ledger.rare
    if (rare is not None and rare is not ENTERED) or not OPEN[0] or ledger.hook is not None:
        return False
    if type(ledger) not in SIMPLE:
        return False
    try:
        value = ledger.value
    except AttributeError:
        return False
    quick = AT_ONCE.get(type(value))
    if quick is None or quick.close is not None or name_a_hook(quick.bodies):
        return False
    if quick.holds:
        plain = quick.plain
        for part in referents(value):
            if type(part) not in plain:
                return False
    if ledger.state != FREE:
        return False
    ledger.state = GONE
    ledger.rare = quick.gone
    del ledger.value
    ended_at_once[0] += 1
    return True
