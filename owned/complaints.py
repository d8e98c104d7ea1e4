"""Errors in words: what happened, to which value, where the cause was, and one thing to try.

The situations are told apart by whoever meets them; here they only get their words, their class and their sites.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable

from . import accounts
from .errors import (
    BorrowError,
    BorrowMutError,
    BorrowOutlivesOwnerError,
    MoveWhileBorrowedError,
    NotCopyError,
    NotSendError,
    OwnershipError,
    ReadOnlyError,
    UseAfterDropError,
    UseAfterMoveError,
)
from .ledger import FREE, End, Ledger, Lender
from .logs import log
from .sites import Mark, Site, here, is_this_thread, site_of, thread_name
from .tasks import current_task, task_of

MANY = 20
"""More places than this are told once each."""


def build(
    kind: type[OwnershipError],
    headline: str,
    remedy: str,
    marks: Iterable[tuple[str, Mark | None]] = (),
    code: str | None = None,
) -> OwnershipError:
    """Build an error whose last site is the place in the user's program that led here."""
    known = [(what, mark) for what, mark in marks if mark is not None]
    if len(known) > MANY:  # A text that is cut in a thousand pieces at one place.
        known = list(dict.fromkeys(known))
    sites: list[Site] = (
        [site_of(*place) for place in known] if accounts.tracer is None else accounts.tracer.retell(known)
    )
    sites.append(site_of("used", here()))
    error = kind(code=code, sites=tuple(sites))
    number = f" ({error.code})" if error.code else ""
    lines = [headline + number, *(f"  {site}" for site in sites), f"  try: {remedy}"]
    error.args = ("\n".join(lines),)
    if accounts.listener is not None:
        accounts.listener("refused", None, error)
    log("INFO", lines[0])
    return error


def place(kind: str, ledger: Ledger) -> str:
    """Name a handle: its value's given name in quotes, else the type of the handle and of the value."""
    if ledger.name is not None:
        return f'"{ledger.name}"'
    described = ledger.describe()
    return kind if described == kind else f"{kind}[{described}]"


def borrows_of(lender: Lender) -> list[tuple[str, Mark | None]]:
    """List where the live borrows of a lender began: one per guard."""
    marks = []
    for other in gc.get_referrers(lender):
        mark = getattr(type(other), "_owned_mark", None)
        if mark is not None and (found := mark(other)) is not None:
            if found.task is None and is_this_thread(found.thread):
                found = found._replace(task=task_of(other, found.code))
            marks.append(("borrowed", found))
    return marks


def used_after_end(kind: str, ledger: Ledger, end: End, borrowed: Mark | None = None) -> OwnershipError:
    """A dead handle was used: an owner, a guard or a view."""
    name = place(kind, ledger)
    history: list[tuple[str, Mark | None]] = [("created", ledger.created), ("borrowed", borrowed)]
    if end.kind == "foreign":
        return foreign(name, ledger)
    if end.kind == "dropped":
        history.append(("dropped", end.mark))
        return build(UseAfterDropError, f"use of dropped value: {name}", "use it before it is dropped", history)
    if end.kind == "source":
        return build(
            BorrowOutlivesOwnerError,
            f"use of a derived value after its source ended: {name}",
            "keep the source for as long as the value is used",
            [*history, ("dropped", end.mark)],
        )
    if end.kind in ("block", "owner"):
        ended = "its block" if end.kind == "block" else "the owner"
        if end.kind == "owner" and ledger.end is not None:
            gone = ledger.end.kind if ledger.end.kind in ("moved", "dropped") else "moved"
            history.append((gone, ledger.end.mark))
        return build(
            BorrowOutlivesOwnerError,
            f"use of a borrow after {ended} ended: {name}",
            "borrow it again where it is needed, or take what is needed out of the block",
            history,
        )
    if end.kind == "changed":
        return build(
            BorrowOutlivesOwnerError,
            f"use of a borrow that ended when its collection was used again: {name}",
            "use it before the collection is changed, or borrow it again afterwards",
            [*history, ("used", end.mark)],
        )
    history.append(("moved", end.mark))
    how = {
        "unwrapped": "its value was taken out by into_inner()",
        "forgotten": "it was given to forget()",
        "consumed": "a consuming method ended it",
    }.get(end.kind)
    remedy = "use the new owner, lend it instead of moving it, or clone() it before the move"
    return build(UseAfterMoveError, f"use of moved value: {name}" + (f": {how}" if how else ""), remedy, history)


def foreign(name: str, ledger: Ledger) -> OwnershipError:
    """An owner was used in a process that did not create it."""
    import os

    return build(
        NotSendError,
        f"{name} belongs to process {ledger.process}, this is process {os.getpid()}: it is inert here",
        "create it in the process that uses it",
        [("created", ledger.created)],
    )


def wrong_thread(name: str, what: str, ledger: Ledger, thread: int, borrowed: Mark | None = None) -> OwnershipError:
    """A guard or a bound resource was used in another thread than its own."""
    return build(
        NotSendError,
        f"{name} {what} in thread {thread_name(thread)!r} and cannot be used in another",
        "use it in that thread, or share the value by Arc(Mutex(...))",
        [("created", ledger.created), ("borrowed", borrowed)],
    )


def _borrows(lender: Lender) -> str:
    if lender.state < FREE:
        return "borrowed exclusively"
    return "borrowed" if lender.state == 1 else f"borrowed {lender.state} times"


ENDING = "end the borrow first: leave its block or its loop, or drop() the guard"


def _refuse(
    error: type[OwnershipError], kind: str, lender: Lender, action: str, code: str | None = None
) -> OwnershipError:
    """Build the error for what a borrow forbids; where there are threads or tasks, it says whose borrow that is."""
    marks = borrows_of(lender)
    whose, remedy = _whose([mark for _, mark in marks if mark is not None])
    headline = f"cannot {action} {place(kind, lender.root)}: it is {_borrows(lender)}{whose}"
    return build(error, headline, remedy, [("created", lender.root.created), *marks], code)


def _whose(marks: list[Mark]) -> tuple[str, str]:
    for mark in marks:
        if not is_this_thread(mark.thread):
            where = f", in another thread ({thread_name(mark.thread)!r})"
            return where, "hand the owner over by move(), or share its value by Arc(Mutex(...))"
    running = current_task()
    for mark in marks:
        if mark.task is not None and mark.task != running:
            where = f", in another task ({mark.task!r}; this is {running!r})"
            return where, "end a borrow before the next await, or share the value by owned.aio.Mutex"
    if any(mark.task is not None for mark in marks):
        return ", in this very task", ENDING
    return "", ENDING


def cannot_read(kind: str, lender: Lender, action: str = "read") -> OwnershipError:
    """A shared borrow, or a read of the owner, while it is borrowed exclusively."""
    return _refuse(BorrowError, kind, lender, action, "E0502")


def cannot_change(kind: str, lender: Lender, action: str, code: str | None = None) -> OwnershipError:
    """An exclusive borrow, or a change through the owner, while it is borrowed."""
    if code is None:
        code = "E0502" if lender.state > FREE else "E0499"
    if action.startswith("call "):
        action += " on"
    elif action.startswith(("assign to an item", "assign to .", "delete ")) and not action.endswith(" of"):
        action += " of"
    return _refuse(BorrowMutError, kind, lender, action, code)


def cannot_move(kind: str, lender: Lender, action: str) -> OwnershipError:
    """A move, drop, unwrapping or forgetting of something borrowed."""
    return _refuse(MoveWhileBorrowedError, kind, lender, action)


def still_borrowed(kind: str, lender: Lender, marks: list[tuple[str, Mark | None]]) -> OwnershipError:
    """The end of a scope found guards that were still alive."""
    return build(
        BorrowOutlivesOwnerError,
        f"{place(kind, lender.root)} ended while it was borrowed",
        "end every borrow inside the block of its owner",
        [("created", lender.root.created), *marks],
    )


def read_only(name: str, ledger: Ledger, action: str, code: str, borrowed: Mark | None) -> OwnershipError:
    """A change through a shared borrow."""
    return build(
        ReadOnlyError,
        f"cannot {action} through {name}: it is borrowed shared",
        "borrow it exclusively: borrow_mut(owner)",
        [("created", ledger.created), ("borrowed", borrowed)],
        code,
    )


def no_copy(what: str, name: str, ledger: Ledger | None) -> NotCopyError:
    """A handle was to be copied or pickled."""
    error = build(
        NotCopyError,
        f"cannot {what} {name}: a value has one owner",
        "clone(x) for another handle or a copy of the value, move(x) to hand it on, deref(x) to copy the bare value",
        [("created", None if ledger is None else ledger.created)],
    )
    assert isinstance(error, NotCopyError)
    return error
