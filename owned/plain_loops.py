"""Loops over plain values: one small borrow, and then the speed of a list."""

from __future__ import annotations

from _thread import get_ident
from collections.abc import Iterable, Iterator
from itertools import chain
from types import FrameType
from typing import Any, cast

from . import accounts, complaints
from .atomic import FREE_THREADED
from .collected import Collection
from .guards import exit_guard
from .handles import Handle, set_class
from .ledger import FREE, Ledger, end_at, try_claim, try_lend
from .sites import Mark


class PlainLoop(Handle):
    """The borrow of a loop over plain values, and the last link of the chain that it runs along: it gives back.

    It keeps a collection without a name alive as long as the loop, as Rust keeps a temporary.
    """

    __slots__ = ("code", "lender", "offset", "owner", "thread")

    _owned_kind = "Ref"
    _owned_is_loop = True

    code: Any
    lender: Any
    offset: int
    owner: Any
    thread: int

    def __iter__(self) -> Iterator[Any]:
        if self.lender is not None:
            if self.lender.state <= FREE:
                root = self.lender.root
                raise complaints.used_after_end("Ref", root, end_at("owner"), self._owned_mark())
            self._owned_give_back()
        return iter(())

    def __del__(self) -> None:
        if self.lender is not None:
            self._owned_give_back()

    def _owned_give_back(self) -> None:
        lender, self.lender = self.lender, None
        owner, self.owner = self.owner, None
        if FREE_THREADED:
            lender.give_back()
        elif (state := lender.state) > FREE:
            lender.state = state - 1
        if lender.state == FREE and owner is not None and lender.onlooker is None and try_claim(lender):
            if not type(owner)._owned_dead:
                set_class(owner, type(owner)._owned_free_class)
            lender.state = FREE

    def _owned_root(self) -> Ledger | None:
        return None if self.lender is None else cast("Ledger", self.lender.root)

    def _owned_mark(self) -> Mark | None:
        return None if self.lender is None else Mark(self.code, self.offset, self.thread)


def run_plain(source: Iterable[Any], handle: Any, frame: FrameType) -> Iterator[Any]:
    """Loop over the plain values of a collection: at the speed of a list."""
    ledger = handle._ledger
    if ledger.onlooker is not None or accounts.listener is not None or not try_lend(ledger):
        return run_lent(source, type(handle)._owned_lend(handle, frame), handle)
    loop = PlainLoop()
    loop.code = frame.f_code
    loop.offset = frame.f_lasti
    loop.thread = get_ident()
    loop.owner = handle
    loop.lender = ledger
    if type(handle)._owned_dead:  # Another thread was faster.
        raise type(handle)._owned_error(handle)
    set_class(handle, type(handle)._owned_lent_class)
    return chain(source, loop)


class LoopEnd:
    """The last link of the chain of a loop through a guard."""

    __slots__ = ("guard", "owner")

    def __init__(self, guard: Any, owner: Any) -> None:
        self.guard = guard
        self.owner = owner if issubclass(type(owner), Collection) else None

    def __iter__(self) -> Iterator[Any]:
        guard, self.guard = self.guard, None
        if type(guard)._owned_dead:
            raise type(guard)._owned_error(guard)
        exit_guard(guard, None)
        return iter(())

    def __del__(self) -> None:
        self.guard = None


def run_lent(source: Iterable[Any], guard: Any, owner: Any) -> Iterator[Any]:
    """Loop over plain values that a guard leads to."""
    return chain(source, LoopEnd(guard, owner))
