"""Channels: what is sent is given away, and belongs to whoever receives it.

A channel has one receiver and any number of senders. It closes when its last sender is gone; what nobody has received
when the receiver goes is dropped.
"""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Iterator
from types import FrameType, TracebackType
from typing import Any, Generic, TypeVar, cast, overload

from typing_extensions import Self

from .complaints import used_after_end
from .drops import Dropping, drop_now
from .errors import ChannelClosedError, SendError
from .handles import PROCESS, Handle, set_class, tombstone
from .ledger import End, Ledger, end_at, open_place
from .locks import deadline_of, remaining
from .sending import hand_over

T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)
T_co = TypeVar("T_co", covariant=True)

_getframe = sys._getframe


class Pipe:
    """What the ends of a channel share."""

    __slots__ = ("capacity", "changed", "items", "receiving", "senders", "waiting")

    def __init__(self, capacity: int | None) -> None:
        self.capacity = capacity
        self.changed = threading.Condition()
        self.items: deque[Any] = deque()
        self.receiving = True
        self.senders = 0
        self.waiting = 0

    def has_room(self) -> bool:
        """May another value be sent now? A channel without room of its own waits for a receiver."""
        if self.capacity is None:
            return True
        return len(self.items) < (self.capacity or self.waiting)


class Port(Handle):
    """The fields of an end of a channel."""

    __slots__ = ("__weakref__", "_end", "_key", "_ledger", "_pipe")

    _owned_kind = "Sender"
    _owned_is_owner = True
    _owned_grave_class: Any = None

    _pipe: Pipe
    _ledger: Ledger

    def _owned_root(self) -> Ledger | None:
        return cast("Ledger", _ledger(self))

    def _owned_grave(self) -> tuple[Ledger, End]:
        return _ledger(self), _end(self)

    def _owned_hang_up(self, pipe: Pipe) -> None:
        raise NotImplementedError

    def _owned_finish(self, how: str, frame: FrameType | None) -> Pipe | None:
        """End this end, once; gives the pipe to who did."""
        try:
            _delete_key(self)
        except AttributeError:
            return None
        pipe = self._pipe
        _set_end(self, end_at(how, frame))
        set_class(self, type(self)._owned_grave_class)
        return pipe

    def _owned_drop(self, frame: FrameType) -> None:
        cls = type(self)
        pipe = cls._owned_finish(self, "dropped", frame)
        if pipe is not None:
            cls._owned_hang_up(self, pipe)

    def _owned_drop_part(self) -> None:
        cls = type(self)
        pipe = None if cls._owned_dead else cls._owned_finish(self, "dropped", None)
        if pipe is not None:
            cls._owned_hang_up(self, pipe)

    def _owned_move(self, frame: FrameType) -> Any:
        cls = type(self)
        pipe = cls._owned_finish(self, "moved", frame)
        if pipe is None:
            raise cast("Any", type(self))._owned_error(self)
        return make_port(cls, pipe, _ledger(self))

    def _owned_forget(self, frame: FrameType) -> None:
        type(self)._owned_finish(self, "forgotten", frame)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        type(self)._owned_drop_part(self)

    def __del__(self) -> None:
        try:
            type(self)._owned_drop_part(self)
        except AttributeError:
            return  # Its construction failed.


_end: Any = cast("Any", Port.__dict__["_end"]).__get__
_set_end: Any = cast("Any", Port.__dict__["_end"]).__set__
_ledger: Any = cast("Any", Port.__dict__["_ledger"]).__get__
_delete_key: Any = cast("Any", Port.__dict__["_key"]).__delete__


def make_port(cls: type, pipe: Pipe, ledger: Ledger) -> Any:
    """Make an end of a channel."""
    port: Any = Port()
    port._pipe = pipe
    port._ledger = ledger
    port._key = port._end = None
    port.__class__ = cls
    return port


class Sender(Port, Generic[T_contra]):
    """The end of a channel that values go in; `clone(sender)` makes another one."""

    __slots__ = ()

    def send(self, value: T_contra, timeout: float | None = None) -> None:
        """Give a value away; waits while a channel of limited capacity is full.

        Raises `SendError`, which carries the value, when the receiver is gone; an owner is then still the caller's.
        Raises `TimeoutError` when it was full for `timeout` seconds, and `NotSendError` for an `Rc` or a borrow.
        """
        _send(self._pipe, value, deadline_of(timeout), _getframe(1))

    def try_send(self, value: T_contra) -> None:
        """The same without waiting: raises `SendError` when the channel is full, too."""
        try:
            _send(self._pipe, value, 0.0, _getframe(1))
        except TimeoutError:
            raise SendError("the channel is full", value) from None

    def _owned_clone(self, frame: FrameType) -> Any:
        pipe = self._pipe
        with pipe.changed:
            pipe.senders += 1
        return make_port(Sender, pipe, self._ledger)

    def _owned_hang_up(self, pipe: Pipe) -> None:
        with pipe.changed:
            pipe.senders -= 1
            pipe.changed.notify_all()


def _send(pipe: Pipe, value: Any, deadline: float | None, frame: FrameType) -> None:
    with pipe.changed:
        if not pipe.changed.wait_for(lambda: not pipe.receiving or pipe.has_room(), _seconds(deadline)):
            raise TimeoutError("the channel was full")
        if not pipe.receiving:
            raise SendError("the receiver of this channel is gone", value)
        pipe.items.append(hand_over(value, frame))
        pipe.changed.notify_all()


def _seconds(deadline: float | None) -> float | None:
    return None if deadline is None else remaining(deadline)


class Receiver(Port, Generic[T_co]):
    """The end of a channel that values come out of, in the order in which they were sent."""

    __slots__ = ()

    _owned_kind = "Receiver"

    def recv(self, timeout: float | None = None) -> T_co:
        """Wait for the next value; it belongs to the caller.

        Raises `ChannelClosedError` when nothing is left and all senders are gone, and `TimeoutError`.
        """
        return cast("T_co", _receive(self._pipe, deadline_of(timeout)))

    def try_recv(self) -> T_co | None:
        """Give the next value, or `None` if there is none yet; raises `ChannelClosedError` if there never will be."""
        try:
            return cast("T_co", _receive(self._pipe, 0.0))
        except TimeoutError:
            return None

    def __iter__(self) -> Iterator[T_co]:
        pipe = self._pipe
        while True:
            try:
                yield cast("T_co", _receive(pipe, None))
            except ChannelClosedError:
                return

    def _owned_hang_up(self, pipe: Pipe) -> None:
        with pipe.changed:
            pipe.receiving = False
            left = list(pipe.items)
            pipe.items.clear()
            pipe.changed.notify_all()
        dropping = Dropping()
        while left:
            drop_now(left.pop(0), None, dropping)
        dropping.conclude()


def _receive(pipe: Pipe, deadline: float | None) -> Any:
    with pipe.changed:
        pipe.waiting += 1
        pipe.changed.notify_all()
        try:
            if not pipe.changed.wait_for(lambda: pipe.items or not pipe.senders, _seconds(deadline)):
                raise TimeoutError("nothing arrived")
        finally:
            pipe.waiting -= 1
        if not pipe.items:
            raise ChannelClosedError("nothing will arrive any more: all senders of this channel are gone")
        item = pipe.items.popleft()
        pipe.changed.notify_all()
        return item


@overload
def channel(*, capacity: int | None = None) -> tuple[Sender[Any], Receiver[Any]]: ...
@overload
def channel(kind: type[T], *, capacity: int | None = None) -> tuple[Sender[T], Receiver[T]]: ...
def channel(kind: Any = None, *, capacity: int | None = None) -> tuple[Sender[Any], Receiver[Any]]:
    """Open a channel: its sender, which can be cloned, and its receiver.

    Sending moves owners into the channel, receiving hands them out. `kind` is for type checkers alone. With a
    `capacity`, `send` waits while so many values are on their way; with 0, until a receiver waits.

    >>> from owned import Owned, channel, clone, drop, is_live
    >>> tx, rx = channel()
    >>> parcel = Owned(["letter"])
    >>> tx.send(parcel)
    >>> is_live(parcel)
    False
    >>> drop(tx)
    >>> [owner.value for owner in rx]
    [['letter']]
    >>> rx.recv()
    Traceback (most recent call last):
    ...
    owned.errors.ChannelClosedError: nothing will arrive any more: all senders of this channel are gone
    """
    pipe = Pipe(capacity)
    pipe.senders = 1
    ledger = open_place(None, PROCESS[0], _getframe(1), getattr(kind, "__name__", "object"))
    return make_port(Sender, pipe, ledger), make_port(Receiver, pipe, ledger)


def _dead(port: Any) -> Any:
    return used_after_end(type(port)._owned_kind, _ledger(port), _end(port))


for _kind in (Sender, Receiver):
    _grave: Any = tombstone(Port, _kind, _dead)
    _grave._owned_kind = _kind._owned_kind
    _kind._owned_grave_class = _grave
