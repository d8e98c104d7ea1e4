"""Locks that own what they protect: the value is reached through a guard, and the guard's end unlocks.

The ledger of a lock is its state machine, as everywhere: lent to so many readers, or lent exclusively. What is added is
waiting. A lock's ledger `wakes`: whenever a loan ends, in whatever way, `wake` lets the next one in.

A guard that is left by an exception poisons its lock, as in Rust: what it protects may be half changed. Python does not
tell an object that dies whether an exception is on its way; so it is the end of the guard's `with` block that poisons,
and a guard that only the frames of a failed call still hold.
"""

from __future__ import annotations

import sys
import threading
import time
from _thread import allocate_lock, get_ident
from collections import deque
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from . import complaints
from .abandoned import settle
from .atomic import FREE_THREADED, SWITCHES_AT_JUMPS
from .drops import Dropping, check_droppable, drop_now
from .errors import BorrowError, BorrowMutError, NotAnOwnerError, PoisonError
from .guards import (
    REF_MUTS,
    REFS,
    GuardLayout,
    Ref,
    RefMut,
    check_thread,
    guards_on,
    lend,
    lend_exclusively,
    lender_of,
    make_guard,
    pause,
    resume,
    surrender,
    thread_of,
)
from .handles import Handle
from .interior import InBlocks, bury_as, make, no_clone, open_cell, unsupported
from .latches import MutexLedger, ended, lend_locked, stand_in_line, take, try_locking
from .ledger import EXCLUSIVE, FREE, GONE, FullLedger, Ledger
from .owners import adopt
from .sites import SOLE, is_this_thread, known_threads
from .ties import CAREFUL

T = TypeVar("T")

_getframe = sys._getframe
PATIENCE = 0.1
"""Seconds of waiting after which a reader or writer asks whether it waits for its own thread."""


class RwLedger(FullLedger):
    """The ledger of an `RwLock`. Who has to wait does so at the gate."""

    __slots__ = ("gate", "poisoned", "sleeping", "waiting", "writer")

    wakes = True
    gate: threading.Condition
    poisoned: bool
    sleeping: int
    waiting: int
    writer: int

    def wake(self) -> None:
        """Let those who wait look again."""
        with self.gate:
            self.gate.notify_all()

    def poison(self) -> None:
        """An exception leaves a block that had it locked; only writers leave anything half changed."""
        if self.state < FREE:
            self.poisoned = True


def poisoned_by(kind: str, carried: Any) -> PoisonError:
    """Build the error for a lock that an exception left while it was locked."""
    return PoisonError(
        f"this {kind} is poisoned: an exception left a block that had it locked, and its value may be half changed; "
        "error.into_inner() gives what it has, and clear_poison() ends the matter",
        carried,
    )


def deadline_of(timeout: float | None) -> float | None:
    """Turn a time to wait into a time of day."""
    return None if timeout is None else time.monotonic() + max(timeout, 0.0)


def remaining(deadline: float | None, limit: float | None = None) -> float:
    """Tell how long to wait, at most; -1 for ever."""
    if deadline is None:
        return -1 if limit is None else limit
    rest = max(deadline - time.monotonic(), 0.0)
    return rest if limit is None else min(rest, limit)


class Lock(InBlocks):
    """What `Mutex` and `RwLock` have in common: verbs that would go round the lock do not apply."""

    __slots__ = ()

    def is_poisoned(self) -> bool:
        """Did an exception leave a block that had it locked for changing?"""
        return bool(self._ledger.poisoned)

    def clear_poison(self) -> None:
        """Declare the value sound again: locking succeeds as before."""
        self._ledger.poisoned = False

    _owned_lend = unsupported("borrow", "lock it: the guard is the borrow")
    _owned_lend_mut = unsupported("borrow_mut", "lock it: the guard is the borrow")
    _owned_deref = unsupported("deref", "lock it, and deref() the guard")
    _owned_replace = unsupported("replace", "lock it, and replace() through the guard")

    def _owned_clone(self, frame: FrameType) -> Any:
        raise no_clone(self, "share it: Arc(lock), and clone() the Arc")

    def _owned_take(self, frame: FrameType) -> Any:
        poisoned = self._ledger.poisoned
        value = super()._owned_take(frame)
        if poisoned:
            raise poisoned_by(type(self)._owned_kind, value)
        return value


class Mutex(Lock, Generic[T]):
    """A value that one thread at a time can reach.

    `lock()` waits, and gives an exclusive guard; the end of its `with` block unlocks. Shared by `Arc`, a mutex may be
    used from any thread. It owns its value and drops it; `with mutex:` does that at its end, as
    with every owner, and locks nothing.

    An exception that leaves the block poisons the mutex: from then on `lock()` and `try_lock()` raise `PoisonError`,
    which carries the guard, until `clear_poison()`. Locking it twice in one thread raises `BorrowMutError`.

    >>> from owned import Arc, Mutex, PoisonError
    >>> account = Arc(Mutex({"balance": 10}))
    >>> with account.lock() as a:
    ...     a["balance"] += 5
    >>> with account.lock() as a:
    ...     a["balance"] -= 100
    ...     raise ValueError("overdrawn")
    Traceback (most recent call last):
    ...
    ValueError: overdrawn
    >>> try:
    ...     account.lock()
    ... except PoisonError as error:
    ...     with error.into_inner() as a:
    ...         a["balance"] = 15
    >>> account.clear_poison()
    >>> with account.lock() as a:
    ...     print(a["balance"])
    15
    """

    __slots__ = ()

    if TYPE_CHECKING:

        def __init__(
            self, value: T, *, drop: Callable[[Any], object] | None = None, name: str | None = None
        ) -> None: ...
        def __owned_take__(self) -> T: ...
        def __owned_value__(self) -> T: ...

    else:

        def __new__(cls, value, *, drop=None, name=None):
            ledger = open_cell("Mutex", value, drop, name, _getframe(1), MutexLedger)
            ledger.line = deque()
            ledger.holder = 0
            ledger.poisoned = False
            return make(cls, ledger)

    def lock(self, timeout: float | None = None) -> RefMut[T]:
        """Wait until the value is free, and lend it exclusively.

        Raises `PoisonError`, which carries the guard; `TimeoutError` when `timeout` seconds have passed;
        `BorrowMutError` when this very thread has it locked, for it would wait for ever.

        >>> from owned import Mutex
        >>> m = Mutex([1])
        >>> guard = m.lock()
        >>> m.lock()
        Traceback (most recent call last):
        ...
        owned.errors.BorrowMutError: cannot lock Mutex[list]: it is borrowed exclusively (E0499)
          ...
        """
        ledger = self._ledger
        frame = _getframe(1)
        cls = ledger.mut_class
        if cls is not None:  # It is not poisoned: `take` and `lend_locked`, without a call.
            guard: Any = GuardLayout()
            guard.code = frame.f_code
            guard.offset = frame.f_lasti
            thread = guard.thread = SOLE if len(known_threads) == 1 else get_ident()
            guard.tied = CAREFUL
            if ledger.state == 0:
                ledger.state = -1
                ledger.holder = thread
                guard.cell = ledger
                guard.__class__ = cls
                return guard  # type: ignore[no-any-return]
        return cast("RefMut[T]", _lock(self, ledger, deadline_of(timeout), frame))

    def try_lock(self) -> RefMut[T] | None:
        """Lend the value exclusively, or give `None` when it is locked.

        Raises `PoisonError`, which carries the guard, when it is free but poisoned.
        """
        ledger = self._ledger
        guard = try_locking(ledger, _getframe(1))
        return None if guard is None else cast("RefMut[T]", _sound(ledger, guard))

    def set(self, value: T) -> None:
        """Wait, put another value in place, and drop the old one.

        Raises `PoisonError`, which carries the new value, for a poisoned mutex, which keeps what it has.
        """
        ledger = self._ledger
        check_droppable(ledger, "Mutex")
        old = _exchange(self, value, _getframe(1))
        dropping = Dropping()
        drop_now(old, ledger.hook, dropping)
        dropping.conclude()

    def replace(self, value: T) -> T:
        """Wait, put another value in place, and give the old one.

        Raises `PoisonError`, which carries the new value, for a poisoned mutex, which keeps what it has.

        >>> from owned import Mutex
        >>> m = Mutex([1])
        >>> m.replace([2]), m
        ([1], Mutex([2]))
        """
        return cast("T", _exchange(self, value, _getframe(1)))

    def get_mut(self) -> RefMut[T]:
        """Lend the value exclusively without waiting; only for who reaches the mutex itself exclusively.

        Raises `PoisonError`, which carries the guard. Forgotten guards do not hinder it.
        """
        ledger = self._ledger
        if ledger.state < FREE and not guards_on(ledger):
            ledger.state = FREE  # Its guard was forgotten.
        guard = try_locking(ledger, _getframe(1))
        if guard is None:
            raise complaints.cannot_change("Mutex", ledger, "get_mut")
        return cast("RefMut[T]", _sound(ledger, guard))

    def into_inner(self) -> T:
        """Take the value out; the mutex is moved. A poisoned one raises `PoisonError`, which carries the value."""
        return cast("T", type(self)._owned_take(self, _getframe(1)))

    def __repr__(self) -> str:
        ledger = self._ledger
        inside = repr(ledger.value) if ledger.state == FREE else "<locked>"
        return f"Mutex({inside}, poisoned)" if ledger.poisoned else f"Mutex({inside})"


def _lock(cell: Any, ledger: MutexLedger, deadline: float | None, frame: FrameType) -> Any:
    """Lock a mutex, at once or in line."""
    if not take(ledger, get_ident()):
        stand_in_line(cell, ledger, deadline)
    return _sound(ledger, lend_locked(ledger, frame))


if FREE_THREADED:

    def _lock_in_steps(self: Any, timeout: float | None = None) -> Any:
        return _lock(self, self._ledger, deadline_of(timeout), _getframe(1))

    _lock_in_steps.__doc__ = Mutex.lock.__doc__
    Mutex.lock = _lock_in_steps  # type: ignore[method-assign]


def _sound(ledger: MutexLedger, guard: Any) -> Any:
    """Give the guard of a mutex, if it is not poisoned."""
    if ledger.poisoned:
        raise poisoned_by("Mutex", guard)
    return guard


def _exchange(cell: Any, new: Any, frame: FrameType) -> Any:
    ledger: MutexLedger = cell._ledger
    stand_in_line(cell, ledger, None)
    with lend_locked(ledger, frame):
        if ledger.poisoned:
            error = poisoned_by("Mutex", new)
        else:
            error = None
            old = ledger.value
            ledger.put(adopt(new, frame) if issubclass(type(new), Handle) else new)
    if error is not None:
        raise error
    return old


class RwLock(Lock, Generic[T]):
    """A value that several threads can read at once, or one can change.

    `read()` gives a shared guard, `write()` an exclusive one; both wait. Writers do not starve: while one waits, no new
    reader is let in, except in a thread that reads already. An exception that leaves the block of a *write* guard
    poisons the lock, for readers and writers, as with `Mutex`.

    >>> from owned import Arc, ReadOnlyError, RwLock
    >>> names = Arc(RwLock(["a"]))
    >>> with names.write() as w:
    ...     w.append("b")
    >>> with names.read() as r:
    ...     print(len(r), r[1])
    2 b
    >>> with names.read() as r:
    ...     r.append("c")
    Traceback (most recent call last):
    ...
    owned.errors.ReadOnlyError: cannot call append() through Ref[list]: it is borrowed shared (E0596)
      ...
    """

    __slots__ = ()

    if TYPE_CHECKING:

        def __init__(
            self, value: T, *, drop: Callable[[Any], object] | None = None, name: str | None = None
        ) -> None: ...
        def __owned_take__(self) -> T: ...
        def __owned_value__(self) -> T: ...

    else:

        def __new__(cls, value, *, drop=None, name=None):
            ledger = open_cell("RwLock", value, drop, name, _getframe(1), RwLedger)
            ledger.gate = threading.Condition()
            ledger.poisoned = False
            ledger.sleeping = ledger.waiting = ledger.writer = 0
            return make(cls, ledger)

    def read(self, timeout: float | None = None) -> Ref[T]:
        """Wait until nobody changes the value, and lend it for reading.

        Raises `PoisonError`, which carries the guard; `TimeoutError`; `BorrowError` when this thread has it locked.
        """
        frame = _getframe(1)
        guard = _at_once(self._ledger, frame, reading=True)
        return cast("Ref[T]", _read(self, deadline_of(timeout), frame) if guard is None else guard)

    def write(self, timeout: float | None = None) -> RefMut[T]:
        """Wait until nobody reads or changes the value, and lend it exclusively.

        Raises `PoisonError`, which carries the guard; `TimeoutError`; `BorrowMutError` when this thread has it locked.
        """
        frame = _getframe(1)
        guard = _at_once(self._ledger, frame, reading=False)
        return cast("RefMut[T]", _write(self, deadline_of(timeout), frame) if guard is None else guard)

    def try_read(self) -> Ref[T] | None:
        """Lend the value for reading, or give `None` when it is being changed."""
        try:
            return cast("Ref[T]", _read(self, 0.0, _getframe(1)))
        except TimeoutError:
            return None

    def try_write(self) -> RefMut[T] | None:
        """Lend the value exclusively, or give `None` when it is locked.

        >>> from owned import RwLock
        >>> lock = RwLock([1])
        >>> with lock.read():
        ...     print(lock.try_write())
        None
        """
        try:
            return cast("RefMut[T]", _write(self, 0.0, _getframe(1)))
        except TimeoutError:
            return None

    @staticmethod
    def downgrade(m: RefMut[T]) -> Ref[T]:
        """Turn a write guard into a read guard, without letting another writer in between.

        >>> from owned import RwLock
        >>> lock = RwLock([1])
        >>> w = lock.write()
        >>> w.append(2)
        >>> r = RwLock.downgrade(w)
        >>> r, lock.try_read()
        ([1, 2], [1, 2])
        """
        frame = _getframe(1)
        ledger = _lock_of(m, RwLedger, "RwLock.downgrade")
        with ledger.gate:
            cell, code, offset, thread = surrender(m, frame, "downgrade")
            ledger.writer = 0
            ledger.state = FREE + 1
            ledger.gate.notify_all()
            return cast("Ref[T]", make_guard(REFS, ledger, cell, code, offset, thread))

    def get_mut(self) -> RefMut[T]:
        """Lend the value exclusively without waiting; only for who reaches the lock itself exclusively."""
        ledger = self._ledger
        if ledger.state != FREE and not guards_on(ledger):
            ledger.state = FREE
        guard = lend_exclusively(ledger, _getframe(1), "RwLock")
        if ledger.poisoned:
            raise poisoned_by("RwLock", guard)
        return cast("RefMut[T]", guard)

    def into_inner(self) -> T:
        """Take the value out; the lock is moved. A poisoned one raises `PoisonError`, which carries the value."""
        return cast("T", type(self)._owned_take(self, _getframe(1)))

    def __repr__(self) -> str:
        ledger = self._ledger
        inside = repr(ledger.value) if ledger.state >= FREE else "<locked>"
        return f"RwLock({inside}, poisoned)" if ledger.poisoned else f"RwLock({inside})"


def _own_guards(ledger: Ledger) -> bool:
    """Does this thread hold a guard on the lock? Guards that only failed calls hold are ended first."""
    mine = [guard for guard in guards_on(ledger) if is_this_thread(thread_of(guard))]
    return bool(mine) and not settle(ledger)


def _at_once(ledger: RwLedger, frame: FrameType, *, reading: bool) -> Any:
    """Lend the value without entering the gate, if it is free for that and no writer waits; else give `None`."""
    cls = ledger.ref_class if reading else ledger.mut_class
    if cls is None or ledger.poisoned or ledger.waiting or SWITCHES_AT_JUMPS:
        return None
    guard: Any = GuardLayout()
    guard.code = frame.f_code
    guard.offset = frame.f_lasti
    thread = guard.thread = get_ident()
    guard.tied = CAREFUL
    state = ledger.state
    if state != FREE and (state < FREE or not reading):
        return None
    if reading:  # No other thread comes between the test and this.
        ledger.state = state + 1
    else:
        ledger.state = EXCLUSIVE
        ledger.writer = thread
    guard.cell = ledger
    guard.__class__ = cls
    return guard


def _read(cell: Any, deadline: float | None, frame: FrameType) -> Any:
    ledger: RwLedger = cell._ledger
    with ledger.gate:
        guard = None
        while guard is None:
            _wait_at_gate(ledger, lambda: ledger.state >= FREE and not ledger.waiting, deadline, reading=True)
            _check_there(cell, ledger)
            try:
                guard = lend(ledger, frame, "RwLock")
            except BorrowError:  # A writer came in at once, without entering the gate.
                continue
    if ledger.poisoned:
        raise poisoned_by("RwLock", guard)
    return guard


def _write(cell: Any, deadline: float | None, frame: FrameType) -> Any:
    ledger: RwLedger = cell._ledger
    with ledger.gate:
        ledger.waiting += 1
        try:
            guard = None
            while guard is None:
                _wait_at_gate(ledger, lambda: ledger.state == FREE, deadline, reading=False)
                _check_there(cell, ledger)
                try:
                    guard = lend_exclusively(ledger, frame, "RwLock")
                except BorrowMutError:  # Somebody came in at once, without entering the gate.
                    continue
            ledger.writer = get_ident()
        finally:
            ledger.waiting -= 1
            ledger.gate.notify_all()
    if ledger.poisoned:
        raise poisoned_by("RwLock", guard)
    return guard


def _check_there(cell: Any, ledger: RwLedger) -> None:
    if ledger.state == GONE:
        raise ended(cell, ledger)


def _wait_at_gate(ledger: RwLedger, ready: Callable[[], bool], deadline: float | None, *, reading: bool) -> None:
    """Wait inside the gate until `ready`, or until the lock has ended."""

    def go_on() -> bool:
        return ledger.state == GONE or ready()

    if go_on():
        return
    if deadline == 0.0:
        raise TimeoutError
    if ledger.state < FREE and ledger.writer == get_ident():  # In this order: a writer notes itself as it comes in.
        if settle(ledger):
            ledger.poisoned = True
            return
        what = complaints.cannot_read if reading else complaints.cannot_change
        raise what("RwLock", ledger, "lock")
    ledger.sleeping += 1  # Who unlocks changes the state first, and then looks at this.
    try:
        if ledger.gate.wait_for(go_on, remaining(deadline, PATIENCE)):
            return
        if _own_guards(ledger):
            if reading:
                return  # A thread that reads already may read on, though a writer waits.
            raise complaints.cannot_change("RwLock", ledger, "lock")
        while not ledger.gate.wait_for(go_on, remaining(deadline, 1.0)):  # A drop that is refused tells nobody.
            if remaining(deadline) == 0.0:
                raise TimeoutError(f"{complaints.place('RwLock', ledger)} was still locked")
    finally:
        ledger.sleeping -= 1


L = TypeVar("L", bound=Ledger)


def _lock_of(guard: Any, kind: type[L], function: str) -> L:
    """Give the ledger of the lock that a live exclusive guard belongs to."""
    if issubclass(type(guard), Handle) and type(guard)._owned_dead:
        raise cast("Any", type(guard))._owned_error(guard)
    lender = lender_of(guard) if issubclass(type(guard), RefMut) else None
    if type(lender) is not kind:
        raise complaints.build(
            NotAnOwnerError,
            f"{function}() needs the exclusive guard of a lock, not a {type(guard).__name__!r}",
            "give it the guard itself: guard = lock.lock()",
        )
    check_thread(guard)
    return lender


class Condvar:
    """A place to wait for a change of what a `Mutex` protects.

    `wait(guard)` unlocks the mutex, waits until another thread notifies, and locks it again. The guard stays the same;
    views that were read through it before end.

    Raises `PoisonError` when the mutex was poisoned meanwhile; the guard that it carries is the same one.

    >>> import threading
    >>> from owned import Arc, Condvar, Mutex, clone
    >>> ready, changed = Arc(Mutex([])), Condvar()
    >>> def produce(mine):
    ...     with mine.lock() as items:
    ...         items.append("done")
    ...         changed.notify_one()
    >>> with ready.lock() as items:
    ...     threading.Thread(target=produce, args=(clone(ready),)).start()
    ...     changed.wait_while(items, lambda: not items)
    ...     print(items)
    True
    ['done']
    >>> changed.wait([])
    Traceback (most recent call last):
    ...
    owned.errors.NotAnOwnerError: Condvar.wait() needs the exclusive guard of a lock, not a 'list'
      ...
    """

    __slots__ = ("__weakref__", "_waiting")

    def __init__(self) -> None:
        self._waiting: list[Any] = []

    def wait(self, guard: object, timeout: float | None = None) -> bool:
        """Unlock, wait for a notification, lock again; give False when `timeout` seconds passed without one.

        As anywhere, it may also return without a reason: ask for what was waited for, or use `wait_while`.
        """
        ledger = _lock_of(guard, MutexLedger, "Condvar.wait")
        if ledger.state != EXCLUSIVE:
            raise complaints.cannot_change("Mutex", ledger, "wait on a part of")
        signal = allocate_lock()
        signal.acquire()
        self._waiting.append(signal)
        pause(guard)
        ledger.state = FREE
        ledger.wake()
        try:
            notified = signal.acquire(timeout=-1 if timeout is None else max(timeout, 0.0))
        finally:
            if ledger.state != GONE:
                stand_in_line(guard, ledger, None)
                resume(guard, REF_MUTS)
        if not notified:
            try:
                self._waiting.remove(signal)
            except ValueError:
                notified = True
        if ledger.state == GONE:
            raise ended(guard, ledger)
        if ledger.poisoned:
            raise poisoned_by("Mutex", guard)
        return notified

    def wait_while(self, guard: object, condition: Callable[[], object], timeout: float | None = None) -> bool:
        """Wait as long as the condition is true; give False when `timeout` seconds passed and it still is."""
        deadline = deadline_of(timeout)
        while condition():
            rest = remaining(deadline)
            if rest == 0.0:
                return False
            self.wait(guard, None if rest < 0 else rest)
        return True

    def notify_one(self) -> None:
        """Wake one of those who wait, the first one."""
        try:
            signal = self._waiting.pop(0)
        except IndexError:
            return
        signal.release()

    def notify_all(self) -> None:
        """Wake all who wait."""
        while self._waiting:
            self.notify_one()


for _kind in (Mutex, RwLock):
    bury_as(_kind)
