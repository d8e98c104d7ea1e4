"""The same locks and channels between the tasks of an event loop: what waits is awaited.

    async with mutex.lock() as value: ...
    guard = await rwlock.read()

They belong to the loop that first waits for them, and are not for several threads. Whoever waits is let in in the order
in which they came, readers together. A task that is cancelled while it waits gives its place up.
"""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import suppress
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, overload

from . import complaints
from .channels import Port, make_port
from .drops import Dropping, drop_now
from .errors import ChannelClosedError, NotSendError, SendError
from .guards import Ref, RefMut, lend, lend_exclusively
from .handles import tombstone
from .interior import bury_as, make, open_cell
from .ledger import FREE, GONE, FullLedger, open_place
from .locks import Lock, poisoned_by
from .owners import adopt

T = TypeVar("T")
G = TypeVar("G")

_getframe = sys._getframe


class TaskLedger(FullLedger):
    """The ledger of a lock that tasks wait for. `pending` counts who was let in, and has not come yet."""

    __slots__ = ("holder", "loop", "pending", "poisoned", "queue")

    wakes = True
    holder: Any
    loop: Any
    """The event loop of whoever came in when the lock was free: as long as it is not, the lock belongs to it."""
    pending: int
    poisoned: bool
    queue: deque[tuple[asyncio.Future[None], bool]]

    def is_open(self, exclusive: bool) -> bool:
        """May somebody come in now?"""
        if exclusive:
            return self.state == FREE and self.pending == 0
        return self.state >= FREE and self.pending >= 0

    def wake(self) -> None:
        """Let in who is next."""
        if self.state == FREE:
            self.holder = None
        while self.queue:
            future, exclusive = self.queue[0]
            if not future.done():
                if self.state != GONE and not self.is_open(exclusive):
                    break
                self.pending += -1 if exclusive else 1
                future.set_result(None)
            self.queue.popleft()

    def poison(self) -> None:
        """An exception leaves a block that had it locked; only writers leave anything half changed."""
        if self.state < FREE:
            self.poisoned = True


class Locking(Generic[G, T]):
    """What `lock()`, `read()` and `write()` give: to be awaited for the guard, or entered by `async with`."""

    __slots__ = ("_cell", "_exclusive", "_frame", "_guard")

    def __init__(self, cell: Any, exclusive: bool, frame: FrameType) -> None:
        self._cell = cell
        self._exclusive = exclusive
        self._frame: FrameType | None = frame
        self._guard: Any = None

    def __await__(self) -> Generator[Any, None, G]:
        return self._acquire().__await__()

    async def __aenter__(self) -> T:
        self._guard = await self._acquire()
        return cast("T", type(self._guard).__enter__(self._guard))

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        guard, self._guard = self._guard, None
        type(guard).__exit__(guard, kind, error, trace)

    async def _acquire(self) -> G:
        cell, exclusive = self._cell, self._exclusive
        frame, self._frame = self._frame, None
        ledger: TaskLedger = cell._ledger
        kind = type(cell).__name__
        task = asyncio.current_task()
        check_same_loop(ledger, kind)
        if ledger.holder is not None and ledger.holder is task:
            raise complaints.cannot_change(kind, ledger, "lock")
        if ledger.queue or not ledger.is_open(exclusive):
            await _wait_in_line(ledger, exclusive)
        if ledger.state == GONE:
            raise cast("Any", type(cell))._owned_error(cell)
        return cast("G", come_in(ledger, kind, exclusive, frame or _getframe(1), task))


def come_in(ledger: TaskLedger, kind: str, exclusive: bool, frame: FrameType, task: Any) -> Any:
    """Lend the value of a lock that is open; raises `PoisonError` if it is poisoned."""
    guard = (lend_exclusively if exclusive else lend)(ledger, frame, kind)
    if exclusive:
        ledger.holder = task
    if ledger.poisoned:
        raise poisoned_by(kind, guard)
    return guard


def check_same_loop(ledger: TaskLedger, kind: str) -> None:
    """Note the loop that a free lock is taken in; raise `NotSendError` where another loop has it."""
    loop = asyncio.get_running_loop()
    if ledger.state == FREE and not ledger.queue and not ledger.pending:
        ledger.loop = loop
    elif ledger.loop is not loop:
        raise complaints.build(
            NotSendError,
            f"{complaints.place(kind, ledger)} is locked in another event loop, and cannot be waited for in this one",
            "share an owned.Mutex or an owned.RwLock between threads",
            [("created", ledger.created)],
        )


def at_once(cell: Any, exclusive: bool, frame: FrameType) -> Any:
    """Lend the value of a lock if nobody has to be waited for; else give `None`."""
    ledger: TaskLedger = cell._ledger
    if ledger.queue or not ledger.is_open(exclusive):
        return None
    kind = type(cell).__name__
    check_same_loop(ledger, kind)
    return come_in(ledger, kind, exclusive, frame, asyncio.current_task())


async def _wait_in_line(ledger: TaskLedger, exclusive: bool) -> None:
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    place = (future, exclusive)
    ledger.queue.append(place)
    try:
        await future
    except BaseException:
        if future.done() and not future.cancelled():
            ledger.pending -= -1 if exclusive else 1
        elif place in ledger.queue:
            ledger.queue.remove(place)
        ledger.wake()
        raise
    ledger.pending -= -1 if exclusive else 1


def _open(cls: type, value: Any, drop: Any, name: str | None, frame: FrameType) -> Any:
    ledger: TaskLedger = open_cell(cls.__name__, value, drop, name, frame, TaskLedger)
    ledger.holder = ledger.loop = None
    ledger.pending = 0
    ledger.poisoned = False
    ledger.queue = deque()
    return make(cls, ledger)


def _show(cell: Any, free: bool) -> str:
    ledger: TaskLedger = cell._ledger
    inside = repr(ledger.value) if free else "<locked>"
    return f"{type(cell).__name__}({inside}, poisoned)" if ledger.poisoned else f"{type(cell).__name__}({inside})"


class Mutex(Lock, Generic[T]):
    """A value that one task at a time can reach; see `owned.Mutex`, also for poisoning.

    Locking it twice in one task raises `BorrowMutError`.

    >>> import asyncio
    >>> from owned import aio
    >>> async def main():
    ...     total = aio.Mutex([])
    ...     async def add(n):
    ...         async with total.lock() as numbers:
    ...             before = len(numbers)
    ...             await asyncio.sleep(0)
    ...             assert len(numbers) == before
    ...             numbers.append(n)
    ...     await asyncio.gather(*map(add, range(3)))
    ...     print(total)
    ...     async with total.lock():
    ...         await total.lock()
    >>> asyncio.run(main())
    Traceback (most recent call last):
    ...
    owned.errors.BorrowMutError: cannot lock Mutex[list]: it is borrowed exclusively (E0499)
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
            return _open(cls, value, drop, name, _getframe(1))

    def lock(self) -> Locking[RefMut[T], T]:
        """Wait until the value is free, and lend it exclusively."""
        return Locking(self, True, _getframe(1))

    def try_lock(self) -> RefMut[T] | None:
        """Lend the value exclusively, or give `None` while it is locked or waited for."""
        return cast("RefMut[T] | None", at_once(self, True, _getframe(1)))

    def into_inner(self) -> T:
        """Take the value out; the mutex is moved. A poisoned one raises `PoisonError`, which carries the value."""
        return cast("T", type(self)._owned_take(self, _getframe(1)))

    def __repr__(self) -> str:
        return _show(self, self._ledger.state == FREE)


class RwLock(Lock, Generic[T]):
    """A value that several tasks can read at once, or one can change; see `owned.RwLock`.

    >>> import asyncio
    >>> from owned import aio
    >>> async def main():
    ...     names = aio.RwLock(["a"])
    ...     async with names.write() as w:
    ...         w.append("b")
    ...     async with names.read() as r, names.read() as again:
    ...         print(len(r), again[1])
    >>> asyncio.run(main())
    2 b
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
            return _open(cls, value, drop, name, _getframe(1))

    def read(self) -> Locking[Ref[T], T]:
        """Wait until nobody changes the value, and lend it for reading."""
        return Locking(self, False, _getframe(1))

    def write(self) -> Locking[RefMut[T], T]:
        """Wait until nobody reads or changes the value, and lend it exclusively."""
        return Locking(self, True, _getframe(1))

    def try_read(self) -> Ref[T] | None:
        """Lend the value for reading, or give `None` while it is changed or waited for."""
        return cast("Ref[T] | None", at_once(self, False, _getframe(1)))

    def try_write(self) -> RefMut[T] | None:
        """Lend the value exclusively, or give `None` while it is locked or waited for."""
        return cast("RefMut[T] | None", at_once(self, True, _getframe(1)))

    def into_inner(self) -> T:
        """Take the value out; the lock is moved. A poisoned one raises `PoisonError`, which carries the value."""
        return cast("T", type(self)._owned_take(self, _getframe(1)))

    def __repr__(self) -> str:
        return _show(self, self._ledger.state >= FREE)


for _kind in (Mutex, RwLock):
    bury_as(_kind)


class Pipe:
    """What the ends of a channel share; whoever waits looks again at every change."""

    def __init__(self, capacity: int | None) -> None:
        self.capacity = capacity
        self.items: deque[Any] = deque()
        self.receiving = True
        self.senders = 1
        self.waiting = 0
        self.watchers: list[asyncio.Future[None]] = []

    def has_room(self) -> bool:
        """May another value be sent now? A channel without room of its own waits for a receiver."""
        return self.capacity is None or len(self.items) < (self.capacity or self.waiting)

    def changed(self) -> None:
        """Wake all who wait."""
        watchers, self.watchers = self.watchers, []
        for future in watchers:
            if not future.done():
                with suppress(RuntimeError):  # Its loop is closed.
                    future.get_loop().call_soon_threadsafe(_resolve, future)

    async def until(self, ready: Callable[[], object]) -> None:
        """Wait until something is true."""
        while not ready():
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self.watchers.append(future)
            await future


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


class Sender(Port, Generic[T]):
    """The end of a channel that values go in; `clone(sender)` makes another one."""

    __slots__ = ()

    async def send(self, value: T) -> None:
        """Give a value away; waits while a channel of limited capacity is full.

        Raises `SendError`, which carries the value, when the receiver is gone; an owner is then still the caller's.
        """
        frame = _getframe(1)
        pipe: Any = self._pipe
        await pipe.until(lambda: not pipe.receiving or pipe.has_room())
        put_in(pipe, value, frame)

    def try_send(self, value: T) -> None:
        """The same without waiting: raises `SendError` when the channel is full, too."""
        pipe: Any = self._pipe
        if pipe.receiving and not pipe.has_room():
            raise SendError("the channel is full", value)
        put_in(pipe, value, _getframe(1))

    def _owned_clone(self, frame: FrameType) -> Any:
        pipe: Any = self._pipe
        pipe.senders += 1
        return make_port(Sender, pipe, self._ledger)

    def _owned_hang_up(self, pipe: Any) -> None:
        pipe.senders -= 1
        pipe.changed()


def put_in(pipe: Any, value: Any, frame: FrameType) -> None:
    """Take a value over into a channel that has room for it."""
    if not pipe.receiving:
        raise SendError("the receiver of this channel is gone", value)
    pipe.items.append(adopt(value, frame))
    pipe.changed()


def take_out(pipe: Any) -> Any:
    """Take the next value, which is there unless all senders are gone."""
    if not pipe.items:
        raise ChannelClosedError("nothing will arrive any more: all senders of this channel are gone")
    item = pipe.items.popleft()
    pipe.changed()
    return item


class Receiver(Port, Generic[T]):
    """The end of a channel that values come out of, in the order in which they were sent."""

    __slots__ = ()

    _owned_kind = "Receiver"

    async def recv(self) -> T:
        """Wait for the next value; raises `ChannelClosedError` when nothing is left and all senders are gone."""
        pipe: Any = self._pipe
        pipe.waiting += 1
        pipe.changed()
        try:
            await pipe.until(lambda: pipe.items or not pipe.senders)
        finally:
            pipe.waiting -= 1
        return cast("T", take_out(pipe))

    def try_recv(self) -> T | None:
        """Give the next value, or `None` if there is none yet; raises `ChannelClosedError` if there never will be."""
        pipe: Any = self._pipe
        return None if pipe.senders and not pipe.items else cast("T", take_out(pipe))

    async def __aiter__(self) -> AsyncIterator[T]:
        while True:
            try:
                item = await self.recv()
            except ChannelClosedError:
                return
            yield item

    def _owned_hang_up(self, pipe: Any) -> None:
        pipe.receiving = False
        left = list(pipe.items)
        pipe.items.clear()
        pipe.changed()
        dropping = Dropping()
        while left:
            drop_now(left.pop(0), None, dropping)
        dropping.conclude()


@overload
def channel(*, capacity: int | None = None) -> tuple[Sender[Any], Receiver[Any]]: ...
@overload
def channel(kind: type[T], *, capacity: int | None = None) -> tuple[Sender[T], Receiver[T]]: ...
def channel(kind: Any = None, *, capacity: int | None = None) -> tuple[Sender[Any], Receiver[Any]]:
    """Open a channel between tasks; see `owned.channel`.

    >>> import asyncio
    >>> from owned import Owned, aio, drop, is_live
    >>> async def main():
    ...     tx, rx = aio.channel()
    ...     parcel = Owned(["letter"])
    ...     await tx.send(parcel)
    ...     drop(tx)
    ...     print(is_live(parcel), [owner.value async for owner in rx])
    ...     await rx.recv()
    >>> asyncio.run(main())
    Traceback (most recent call last):
    ...
    owned.errors.ChannelClosedError: nothing will arrive any more: all senders of this channel are gone
    """
    pipe: Any = Pipe(capacity)
    ledger = open_place(None, _getframe(1), getattr(kind, "__name__", "object"))
    return make_port(Sender, pipe, ledger), make_port(Receiver, pipe, ledger)


def _dead(port: Any) -> Any:
    return complaints.used_after_end(type(port)._owned_kind, *type(port)._owned_grave(port))


for _port in (Sender, Receiver):
    _grave: Any = tombstone(Port, _port, _dead)
    _grave._owned_kind = _port._owned_kind
    _port._owned_grave_class = _grave
