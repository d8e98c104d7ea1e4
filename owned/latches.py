"""How a mutex is locked: at once if it is free, which costs no more than a borrow, else in line.

The state of a mutex is its ledger's: free, or lent exclusively. To lock it is one step, from the test of the state to
its change, between which no other thread runs; on builds without the interpreter lock it takes a lock of ours. Who
finds the mutex locked puts a signal in the line, looks again, and waits for it. Who unlocks changes the state first,
and looks at the line then: so nobody is forgotten. The first in the line is woken, and tries as everybody does; when
somebody was faster, it waits in the first place.

A thread that would wait for itself, or for one that has ended, first looks for guards that only failed calls hold.
"""

from __future__ import annotations

import gc
import time
from _thread import allocate_lock, get_ident
from collections import deque
from types import FrameType, TracebackType
from typing import Any, cast

from . import accounts, complaints
from .abandoned import settle
from .atomic import atomic
from .errors import OwnershipError
from .guards import (
    EXCLUSIVE,
    REF_MUTS,
    DeadRefMut,
    GuardLayout,
    RefMut,
    drop_guard,
    enter,
    exit_guard,
    guards_on,
    lender_of,
    thread_of,
)
from .handles import set_class
from .ledger import FREE, GONE, End, FullLedger, Ledger
from .proxies import Family
from .sites import has_ended, is_this_thread
from .ties import CAREFUL


class MutexLedger(FullLedger):
    """The ledger of a `Mutex`: who has it locked, who waits, and whether an exception left it locked."""

    __slots__ = ("holder", "line", "poisoned")

    wakes = True
    holder: int
    line: deque[Any]
    poisoned: bool

    def wake(self) -> None:
        """Let the first one in the line try; when the mutex has ended, all of them."""
        while self.line and (self.state == FREE or self.state == GONE):
            try:
                self.line.popleft().release()
            except IndexError:
                return
            if self.state != GONE:
                return

    def poison(self) -> None:
        """An exception leaves a block that had it locked; without a known class of guards, locking looks closer."""
        self.poisoned = True
        self.mut_class = None

    def retire(self, end: End) -> Any:
        """The mutex ends; nobody waits for it any more."""
        value = super().retire(end)
        self.wake()
        return value


@atomic
def take(ledger: MutexLedger, thread: int) -> bool:
    """Lock a mutex that is free."""
    if ledger.state == FREE:
        ledger.holder = thread  # Before the state: who finds it locked finds by whom.
        ledger.state = -1
        return True
    return False


def lend_locked(ledger: MutexLedger, frame: FrameType) -> Any:
    """Make the guard of a mutex that this thread has just locked."""
    cls = ledger.mut_class
    if cls is None:
        cls = LOCKED.of(type(ledger.value))
        if not ledger.poisoned and accounts.listener is None:
            ledger.mut_class = cls
    guard: Any = GuardLayout()
    guard.code = frame.f_code
    guard.offset = frame.f_lasti
    guard.thread = get_ident()
    guard.tied = CAREFUL
    guard.cell = ledger
    guard.__class__ = cls
    if accounts.listener is not None:
        accounts.listener("borrowed", ledger, guard)
    return guard


def try_locking(ledger: MutexLedger, frame: FrameType) -> Any:
    """Lock a mutex, and give its guard; `None` when it is locked."""
    return lend_locked(ledger, frame) if take(ledger, get_ident()) or recover(ledger) else None


def stand_in_line(cell: Any, ledger: MutexLedger, deadline: float | None) -> None:
    """Wait until a mutex is free, and lock it."""
    me = get_ident()
    waited = False
    while not take(ledger, me):
        if ledger.state == GONE:  # It ended while we waited.
            ledger.wake()
            raise ended(cell, ledger)
        if ledger.state <= GONE + 1:  # Another thread is about to move or drop it.
            time.sleep(0)
            continue
        if ledger.state < FREE and is_this_thread(ledger.holder):  # In this order: see `take`.
            if recover(ledger):
                return
            if ledger.state < FREE and is_this_thread(ledger.holder):
                raise complaints.cannot_change("Mutex", ledger, "lock")
            continue
        if ledger.state < FREE and has_ended(ledger.holder) and recover(ledger):
            return
        rest = -1 if deadline is None else max(deadline - time.monotonic(), 0.0)
        if rest == 0.0 and waited:
            ledger.wake()  # We may have been woken in vain, and another one waits.
            raise TimeoutError(f"{complaints.place('Mutex', ledger)} was still locked")
        _wait(ledger, rest, first=waited)
        waited = True
    if type(cell)._owned_dead:  # It moved while we waited.
        ledger.state = FREE
        ledger.wake()
        raise ended(cell, ledger)


def ended(cell: Any, ledger: Ledger) -> OwnershipError:
    """Build the error for a lock that ended while somebody waited, as soon as the thread that ends it has noted how."""
    while not type(cell)._owned_dead and ledger.end is None:
        time.sleep(0)
    cls = type(cell)
    if cls._owned_dead:
        return cast("OwnershipError", cls._owned_error(cell))
    assert ledger.end is not None
    return complaints.used_after_end(cls._owned_kind, ledger, ledger.end)


def _wait(ledger: MutexLedger, seconds: float, *, first: bool) -> None:
    """Wait in the line until there is reason to look again."""
    signal = allocate_lock()
    signal.acquire()
    if first:
        ledger.line.appendleft(signal)
    else:
        ledger.line.append(signal)
    try:
        if GONE + 1 < ledger.state < FREE:
            signal.acquire(timeout=seconds)
    except BaseException:
        if signal not in ledger.line:  # Woken, and interrupted: the next one may try.
            ledger.wake()
        raise
    finally:
        try:
            ledger.line.remove(signal)
        except ValueError:
            pass  # Who unlocked has taken it out.


def recover(ledger: MutexLedger) -> bool:
    """Lock, and poison, a mutex that only failed calls have locked, of this thread or of one that has ended."""
    if ledger.state >= FREE or not (is_this_thread(ledger.holder) or _is_left_behind(ledger)) or not settle(ledger):
        return False
    ledger.poison()
    return take(ledger, get_ident())


def _is_left_behind(ledger: MutexLedger) -> bool:
    """Is there a guard of a thread that has ended? Such a thread does not unlock any more."""
    return has_ended(ledger.holder) and any(has_ended(thread_of(guard)) for guard in guards_on(ledger))


def exit_locked(
    self: Any, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
) -> None:
    """End the block of a mutex's guard."""
    set_class(self, GuardLayout)
    if kind is None and self.tied is CAREFUL:
        ledger = self.cell
        if type(ledger) is not End and ledger.state == -1:
            self.__class__ = DeadRefMut
            ledger.state = FREE
            if ledger.line:
                ledger.wake()
            return
    exit_guard(self, kind)


def poison_locked(trace: TracebackType | None) -> None:
    """Poison what the frames of a failed call have locked, before they are cleared: unwinding does so in Rust."""
    while trace is not None:
        for x in gc.get_referents(trace.tb_frame):  # Not `f_locals`: they would keep what is in them.
            if issubclass(type(x), GuardLayout) and not type(x)._owned_dead:
                lender = lender_of(x)
                if lender.wakes:
                    lender.poison()
        trace = trace.tb_next


LOCKED: Family = Family(
    "RefMut",
    (RefMut,),
    EXCLUSIVE,
    extra={
        "__enter__": enter,
        "__exit__": exit_locked,
        "__del__": drop_guard,
        "_owned_access": EXCLUSIVE,
        "_owned_grave_class": DeadRefMut,
        "_owned_family": lambda: REF_MUTS,
    },
)
"""The classes of the guards of mutexes: they know what their block has to do at its end."""
