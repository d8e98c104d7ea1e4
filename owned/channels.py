"""Channels: what is sent is given away, and belongs to whoever receives it.

A channel has one receiver and any number of senders. It closes when its last sender is gone; what nobody has received
when the receiver goes is dropped.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from types import FrameType, TracebackType
from typing import Any, Generic, TypeVar, cast, overload

from typing_extensions import Self

from .atomic import atomic
from .complaints import used_after_end
from .errors import ChannelClosedError, OwnershipError, SendError
from .handles import Handle, keep_forever, set_class, tombstone
from .interior import no_clone
from .ledger import End, Ledger, end_at, open_place
from .locks import deadline_of
from .pipes import CLOSED, BoundedPipe, Pipe
from .sending import hand_over

T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)
T_co = TypeVar("T_co", covariant=True)

_getframe = sys._getframe


class Port(Handle):
    """The fields of an end of a channel."""

    __slots__ = ("__weakref__", "_end", "_key", "_ledger", "_pipe")

    _owned_kind = "Sender"
    _owned_is_owner = True
    _owned_grave_class: Any = None

    _pipe: Pipe | BoundedPipe
    _ledger: Ledger

    def _owned_root(self) -> Ledger | None:
        return cast("Ledger", _ledger(self))

    def _owned_grave(self) -> tuple[Ledger, End]:
        return _ledger(self), _end(self)

    def _owned_hang_up(self, pipe: Pipe | BoundedPipe) -> None:
        raise NotImplementedError

    def _owned_finish(self, how: str, frame: FrameType | None) -> Pipe | BoundedPipe | None:
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
        if pipe is None:
            raise _lost(self)
        cls._owned_hang_up(self, pipe)

    def _owned_drop_part(self) -> None:
        cls = type(self)
        pipe = None if cls._owned_dead else cls._owned_finish(self, "dropped", None)
        if pipe is not None:
            cls._owned_hang_up(self, pipe)

    def _owned_clone(self, frame: FrameType) -> Any:
        raise no_clone(self, "a channel has one receiver; its senders are cloned")

    def _owned_move(self, frame: FrameType) -> Any:
        cls = type(self)
        pipe = cls._owned_finish(self, "moved", frame)
        if pipe is None:
            raise _lost(self)
        return make_port(cls, pipe, _ledger(self))

    def _owned_forget(self, frame: FrameType) -> None:
        if type(self)._owned_finish(self, "forgotten", frame) is None:
            raise _lost(self)

    def _owned_disown(self) -> None:
        cls = type(self)
        if not cls._owned_dead:
            keep_forever(cls._owned_finish(self, "foreign", None))

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
_delete_key: Any = atomic(cast("Any", Port.__dict__["_key"]).__delete__)


def _lost(port: Any) -> OwnershipError:
    """Build the error for an end that another thread has just ended, as soon as it has noted how."""
    while not type(port)._owned_dead:
        time.sleep(0)
    return cast("OwnershipError", type(port)._owned_error(port))


def make_port(cls: type, pipe: Pipe | BoundedPipe, ledger: Ledger) -> Any:
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
        pipe = self._pipe
        put = pipe.put
        if put is None:
            pipe.send(value, deadline_of(timeout), _getframe(1))
            return
        # `Pipe.send`, without a call.
        put(hand_over(value, _getframe(1)) if issubclass(type(value), Handle) else value)
        if not pipe.receiving:
            cast("Pipe", pipe).sweep()

    def try_send(self, value: T_contra) -> None:
        """The same without waiting: raises `SendError` when the channel is full, too."""
        try:
            self._pipe.send(value, 0.0, _getframe(1))
        except TimeoutError:
            raise SendError("the channel is full", value) from None

    def _owned_clone(self, frame: FrameType) -> Any:
        pipe = self._pipe
        pipe.add_sender()
        return make_port(Sender, pipe, self._ledger)

    def _owned_hang_up(self, pipe: Pipe | BoundedPipe) -> None:
        pipe.remove_sender()


class Receiver(Port, Generic[T_co]):
    """The end of a channel that values come out of, in the order in which they were sent."""

    __slots__ = ()

    _owned_kind = "Receiver"

    def recv(self, timeout: float | None = None) -> T_co:
        """Wait for the next value; it belongs to the caller.

        Raises `ChannelClosedError` when nothing is left and all senders are gone, and `TimeoutError`.
        """
        pipe = self._pipe
        get = pipe.get
        if get is None or timeout is not None:
            return pipe.receive(deadline_of(timeout))  # type: ignore[no-any-return]
        item = get()  # `Pipe.receive`, without a call.
        return cast("Pipe", pipe).still_closed() if item is CLOSED else item  # type: ignore[no-any-return]

    def try_recv(self) -> T_co | None:
        """Give the next value, or `None` if there is none yet; raises `ChannelClosedError` if there never will be."""
        try:
            return cast("T_co", self._pipe.receive(0.0))
        except TimeoutError:
            return None

    def __iter__(self) -> Iterator[T_co]:
        pipe = self._pipe
        while True:
            try:
                yield pipe.receive(None)
            except ChannelClosedError:
                return

    def _owned_hang_up(self, pipe: Pipe | BoundedPipe) -> None:
        pipe.close()


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
    pipe = Pipe() if capacity is None else BoundedPipe(capacity)
    ledger = open_place(None, _getframe(1), getattr(kind, "__name__", "object"))
    return make_port(Sender, pipe, ledger), make_port(Receiver, pipe, ledger)


def _dead(port: Any) -> Any:
    return used_after_end(type(port)._owned_kind, _ledger(port), _end(port))


for _kind in (Sender, Receiver):
    _grave: Any = tombstone(Port, _kind, _dead)
    _grave._owned_kind = _kind._owned_kind
    _kind._owned_grave_class = _grave
