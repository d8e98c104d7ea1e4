"""Owners that move to another process, through pipes, queues and pools.

Pickling an owner is refused, for a pickle can be thrown away, kept, or read twice. What is sent is therefore packed
here, in two steps: everything is pickled while its owners are claimed, so that no other thread moves or drops them
meanwhile; when the bytes have been handed to the pipe, the queue or the pool, the owners here have moved. If anything
fails before that, they are as they were.

What comes out at the other end is an owner again, of the same kind, with the same name and the same `drop=`. It opens
where it is unpickled; only in a manager's process, which merely keeps things, it stays packed: `recv_from` opens it.

What is not received, because a process ends too early, is lost as bytes are: no hook runs for it.
"""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Callable
from multiprocessing.reduction import ForkingPickler
from queue import Empty
from types import FrameType
from typing import Any, TypeVar

from . import complaints
from .cells import Cell, RefCell
from .drops import Dropping, Exit
from .errors import NotAnOwnerError, NotSendError, OwnershipError, SendError
from .handles import Handle
from .ledger import FREE, Ledger, end_at
from .locks import Mutex, RwLock
from .owners import Box, Owned, Owner
from .plain import qualified_name
from .sites import caller

T = TypeVar("T")

_getframe = sys._getframe

KINDS: dict[str, Any] = {kind.__name__: kind for kind in (Owned, Box, Cell, RefCell, Mutex, RwLock)}
"""What can be sent, by the name under which it is sent."""

DUPLICATED: dict[str, Callable[[Any], object]] = {
    "socket.socket": lambda value: value.close(),
    "multiprocessing.connection._ConnectionBase": lambda value: value.close(),
    "multiprocessing.shared_memory.SharedMemory": lambda value: value.close(),
}
"""What arrives as a duplicate of what was sent: the original is closed when it has been sent."""


class Shipment:
    """Values that are packed, and the owners that leave with them."""

    def __init__(self, value: Any) -> None:
        self.claimed: list[tuple[Any, Ledger]] = []
        buffer = io.BytesIO()
        try:
            Packer(buffer, self).dump(value)
        except BaseException:
            self.keep()
            raise
        self.data = buffer.getvalue()

    def claim(self, owner: Any) -> Ledger:
        """Take an owner aside until it is known whether it leaves."""
        if any(owner is other for other, _ in self.claimed):
            raise _stays(owner, "it holds itself", "send what it holds by an owner of its own")
        ledger: Ledger = type(owner)._owned_claim(owner, "send")
        self.claimed.append((owner, ledger))
        if type(ledger.hook) is Exit:
            raise _stays(owner, "it was entered here, and is left here", "enter it in the process that uses it")
        if getattr(ledger, "poisoned", False):
            raise _stays(owner, "it is poisoned", "clear_poison() when its value is sound")
        return ledger

    def keep(self) -> None:
        """Nothing was sent: all owners are as before."""
        for _, ledger in self.claimed:
            ledger.state = FREE

    def leave(self, frame: FrameType) -> None:
        """All was sent: the owners here have moved, and what was duplicated is closed."""
        dropping = Dropping()
        for owner, ledger in self.claimed:
            value = type(owner)._owned_leave(owner, ledger, end_at("moved", frame))
            for base in type(value).__mro__:
                close = DUPLICATED.get(qualified_name(base))
                if close is not None:
                    try:
                        close(value)
                    except BaseException as failure:
                        dropping.failed(failure)
        dropping.conclude()


class Packer(ForkingPickler):
    """The pickler of `multiprocessing`, which also packs owners."""

    def __init__(self, file: io.BytesIO, shipment: Shipment) -> None:
        super().__init__(file)
        self.shipment = shipment

    def reducer_override(self, x: Any) -> Any:
        """Pack an owner; anything else as always."""
        kind = type(x)
        if not issubclass(kind, Handle):
            return NotImplemented
        if kind._owned_dead:
            raise kind._owned_error(x)
        if KINDS.get(kind._owned_kind) is None or not issubclass(kind, Owner):
            why, remedy = _reason(kind)
            raise _stays(x, why, remedy)
        ledger = self.shipment.claim(x)
        created = bool(getattr(ledger.value, "_flags", 0) & os.O_CREAT) if is_shared_memory(ledger.value) else False
        return _unpack_owner, (kind._owned_kind, ledger.value, ledger.hook, ledger.name, created)


class Parcel:
    """Packed values. Unpickled, a parcel is what is in it; a sealed one stays packed until it is opened."""

    __slots__ = ("data", "sealed")

    def __init__(self, data: bytes, sealed: bool) -> None:
        self.data = data
        self.sealed = sealed

    def __reduce__(self) -> Any:
        return (Parcel, (self.data, True)) if self.sealed else (_open, (self.data,))


def _open(data: bytes) -> Any:
    return ForkingPickler.loads(data)


def is_shared_memory(value: Any) -> bool:
    """Is this a block of shared memory, which whoever created it removes at the end?"""
    return _is_a(value, "multiprocessing.shared_memory.SharedMemory")


def _unpack_owner(kind: str, value: Any, hook: Any, name: str | None, created: bool = False) -> Any:
    """Make the owner of what has arrived; it counts as created where it was received.

    `created` shared memory is removed by its owner, wherever that is now.
    """
    if created:
        value._flags |= os.O_CREAT
    owner = KINDS[kind](value, drop=hook, name=name)
    if issubclass(type(owner), Owner):
        ledger = type(owner)._owned_ledger(owner)
        frame = caller()
        ledger.code, ledger.offset = frame.f_code, frame.f_lasti
    return owner


def _reason(kind: Any) -> tuple[str, str]:
    if kind._owned_is_guard or not kind._owned_is_owner:
        return "a borrow belongs to its process", "send its owner, or a clone() of the value"
    if kind._owned_kind in ("Rc", "Arc", "Weak"):
        return "its handles share one value within this process", "send the value by an owner of its own"
    return "it belongs to its process", "send what it holds"


def _stays(x: Any, why: str, remedy: str) -> OwnershipError:
    kind = type(x)
    headline = f"{kind._owned_name(x)} cannot go to another process: {why}"
    return complaints.build(NotSendError, headline, remedy, [("borrowed", kind._owned_mark(x))])


def _pack(value: Any, carried: Any) -> Shipment:
    try:
        return Shipment(value)
    except OwnershipError:
        raise
    except Exception as error:
        raise _not_sent(error, carried) from error


def _not_sent(error: BaseException, carried: Any) -> SendError:
    what = str(error) or type(error).__name__
    return SendError(f"nothing was sent: {what}; error.into_inner() gives back what was to be sent", carried)


def _is_a(x: Any, name: str) -> bool:
    return any(qualified_name(base) == name for base in type(x).__mro__)


def send_to(target: Any, x: object) -> None:
    """Move a value to another process, through a connection or a queue of `multiprocessing`, or a manager's queue.

    The value is pickled, so that at the other end `recv()`, `get()` or `recv_from()` gives an owner of the same kind,
    with the same name and `drop=`. What `x` holds goes along, with the owners in it. A socket, a connection or a shared
    memory arrives as a duplicate, and is closed here.

    `x` has moved when it has been handed to the pipe or the queue, and not before. Raises `SendError`, which carries
    `x`, when it cannot be pickled, and when the other end is closed; `NotSendError` for what belongs to this process
    (`Rc`, `Arc`, borrows, entered context managers), `MoveWhileBorrowedError` while it is borrowed. `x` is then as
    before, and so is all that it holds.

    >>> from multiprocessing import Pipe
    >>> from owned import Owned, SendError, is_live, move, recv_from, send_to
    >>> here, there = Pipe()
    >>> letter = Owned(["dear all"], name="letter")
    >>> send_to(here, move(letter))
    >>> recv_from(there)
    Owned(['dear all'])
    >>> lock = Owned(lambda: None)
    >>> send_to(here, lock)
    Traceback (most recent call last):
    ...
    owned.errors.SendError: nothing was sent: ...
    >>> is_live(lock)
    True
    """
    frame = _getframe(1)
    if hasattr(target, "send_bytes"):
        put = target.send
    elif hasattr(target, "put") and qualified_name(type(target)).partition(".")[0] not in (
        "queue",
        "_queue",
        "asyncio",
    ):
        put = target.put
    else:
        raise complaints.build(
            NotAnOwnerError,
            f"send_to() needs a connection or a queue between processes, not a {type(target).__name__!r}",
            "make one by multiprocessing.Pipe() or multiprocessing.Queue(); between threads use owned.channel()",
        )
    shipment = _pack(x, x)
    try:
        put(Parcel(shipment.data, _is_a(target, "multiprocessing.managers.BaseProxy")))
    except BaseException as error:
        shipment.keep()
        if not isinstance(error, Exception):
            raise
        raise _not_sent(error, x) from error
    shipment.leave(frame)


def recv_from(source: Any, timeout: float | None = None) -> Any:
    """Receive what another process has sent by `send_to`: an owner of the same kind, which belongs to the caller.

    Anything else that arrives is given as it is. Raises `TimeoutError` when nothing arrived within `timeout` seconds,
    and `EOFError` when the other end of a pipe is closed.

    >>> from multiprocessing import Pipe
    >>> from owned import Box, recv_from, send_to
    >>> here, there = Pipe()
    >>> send_to(here, Box([1, 2]))
    >>> numbers = recv_from(there, timeout=5)
    >>> numbers.append(3)
    >>> numbers
    [1, 2, 3]
    >>> recv_from(there, timeout=0)
    Traceback (most recent call last):
    ...
    TimeoutError: nothing arrived
    """
    pipe = source._reader if _is_a(source, "multiprocessing.queues.SimpleQueue") else source
    if timeout is not None and hasattr(pipe, "poll"):
        if not pipe.poll(timeout):
            raise TimeoutError("nothing arrived")
        timeout = None
    if hasattr(source, "recv"):
        got = source.recv()
    elif timeout is None:
        got = source.get()
    else:
        try:
            got = source.get(timeout=timeout)
        except Empty:
            raise TimeoutError("nothing arrived") from None
    return _open(got.data) if type(got) is Parcel else got


def submit_to(pool: Any, f: Callable[..., T], /, *args: Any, **kwargs: Any) -> Any:
    """Call a function in a pool of processes, which takes over the owners that it is given, and gives owners back.

    `pool` is a `ProcessPoolExecutor` or a `multiprocessing.Pool`; the answer is what its `submit` or `apply_async`
    gives. An owner that the function gives back moves to this process. What the function leaves is dropped in the
    process of the pool.

    The owners have moved when the pool has accepted the call. Raises what `send_to` raises; `SendError` carries the
    arguments.

        with ProcessPoolExecutor() as pool:
            future = submit_to(pool, summarise, move(table))
            summary = future.result()
    """
    frame = _getframe(1)
    given = (*args, *kwargs.values())
    shipment = _pack((f, args, kwargs), given)
    parcel = Parcel(shipment.data, True)
    try:
        answer = pool.submit(run, parcel) if hasattr(pool, "submit") else pool.apply_async(run, (parcel,))
    except BaseException as error:
        shipment.keep()
        if not isinstance(error, Exception):
            raise
        raise _not_sent(error, given) from error
    shipment.leave(frame)
    return answer


def run(parcel: Parcel) -> Parcel:
    """Call a function in a process of a pool. What it was given ends before anybody learns that it has returned."""
    f, args, kwargs = _open(parcel.data)
    try:
        result = f(*args, **kwargs)
    except BaseException as error:
        if error.__traceback__ is not None:
            traceback.clear_frames(error.__traceback__.tb_next)
        raise
    finally:
        del args, kwargs
    shipment = Shipment(result)
    shipment.leave(_getframe())
    return Parcel(shipment.data, False)
