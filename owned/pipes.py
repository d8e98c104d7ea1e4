"""What the ends of a channel share: the values on their way.

A channel without a limit is a `queue.SimpleQueue`, which waits in C and may be used from a finalizer at any moment.
The end of its last sender is a value of its own in the queue, behind all others. A channel of limited capacity needs to
wait on both sides, and has a condition.
"""

from __future__ import annotations

import threading
from collections import deque
from queue import Empty, SimpleQueue
from types import FrameType
from typing import Any

from .atomic import atomic
from .drops import Dropping, drop_now
from .errors import ChannelClosedError, SendError
from .locks import remaining
from .sending import check_sendable, hand_over

CLOSED: Any = type("Closed", (), {})()
"""What arrives behind the last value, and stays in the queue."""


def no_receiver(value: Any) -> SendError:
    """Build the error for sending to nobody; it carries the value."""
    return SendError("the receiver of this channel is gone", value)


def no_sender() -> ChannelClosedError:
    """Build the error for waiting in vain."""
    return ChannelClosedError("nothing will arrive any more: all senders of this channel are gone")


def drop_all(values: list[Any]) -> None:
    """Drop what nobody has received, in order."""
    dropping = Dropping()
    while values:
        drop_now(values.pop(0), None, dropping)
    dropping.conclude()


class Pipe:
    """The values on their way in a channel without a limit."""

    __slots__ = ("get", "put", "queue", "receiving", "senders")

    def __init__(self) -> None:
        self.queue: SimpleQueue[Any] = SimpleQueue()
        self.put: Any = self.queue.put
        """Takes a value without waiting; `None` where sending may wait, and when the receiver is gone."""
        self.get: Any = self.queue.get
        self.receiving = True
        self.senders = 1

    def send(self, value: Any, deadline: float | None, frame: FrameType) -> None:
        """Take a value over. If the receiver goes at this moment, the value is dropped as what was sent before."""
        if not self.receiving:
            raise no_receiver(value)
        self.queue.put(hand_over(value, frame))
        if not self.receiving:
            self.sweep()

    def receive(self, deadline: float | None) -> Any:
        """Wait for the next value."""
        try:
            item = self.get() if deadline is None else self.get(True, remaining(deadline))
        except Empty:
            raise TimeoutError("nothing arrived") from None
        return self.still_closed() if item is CLOSED else item

    def still_closed(self) -> Any:
        """Say that nothing will arrive, now and whenever somebody asks again."""
        self.queue.put(CLOSED)
        raise no_sender()

    def add_sender(self) -> None:
        """There is another sender."""
        _one_more(self)

    def remove_sender(self) -> None:
        """A sender is gone; behind the last one the channel closes."""
        if _one_less(self):
            self.queue.put(CLOSED)

    def close(self) -> None:
        """The receiver is gone."""
        self.receiving = False
        self.put = None
        self.sweep()

    def sweep(self) -> None:
        """Drop what nobody will receive."""
        left: list[Any] = []
        try:
            while True:
                item = self.get(False)
                if item is not CLOSED:
                    left.append(item)
        except Empty:
            drop_all(left)


@atomic
def _one_more(pipe: Pipe) -> None:
    pipe.senders += 1


@atomic
def _one_less(pipe: Pipe) -> bool:
    senders = pipe.senders - 1
    pipe.senders = senders
    return senders == 0


class BoundedPipe:
    """The values on their way in a channel of limited capacity."""

    __slots__ = ("capacity", "changed", "items", "receiving", "senders", "waiting")

    put = get = None

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.changed = threading.Condition()
        self.items: deque[Any] = deque()
        self.receiving = True
        self.senders = 1
        self.waiting = 0

    def _has_room(self) -> bool:
        return len(self.items) < (self.capacity or self.waiting)

    def send(self, value: Any, deadline: float | None, frame: FrameType) -> None:
        """Take a value over as soon as there is room; a channel without room of its own waits for a receiver."""
        check_sendable(value)
        with self.changed:
            if not self.changed.wait_for(lambda: not self.receiving or self._has_room(), _seconds(deadline)):
                raise TimeoutError("the channel was full")
            if not self.receiving:
                raise no_receiver(value)
            self.items.append(hand_over(value, frame))
            self.changed.notify_all()

    def receive(self, deadline: float | None) -> Any:
        """Wait for the next value."""
        with self.changed:
            self.waiting += 1
            self.changed.notify_all()
            try:
                if not self.changed.wait_for(lambda: self.items or not self.senders, _seconds(deadline)):
                    raise TimeoutError("nothing arrived")
            finally:
                self.waiting -= 1
            if not self.items:
                raise no_sender()
            item = self.items.popleft()
            self.changed.notify_all()
            return item

    def add_sender(self) -> None:
        """There is another sender."""
        with self.changed:
            self.senders += 1

    def remove_sender(self) -> None:
        """A sender is gone; behind the last one the channel closes."""
        with self.changed:
            self.senders -= 1
            self.changed.notify_all()

    def close(self) -> None:
        """The receiver is gone: what nobody received is dropped."""
        with self.changed:
            self.receiving = False
            left = list(self.items)
            self.items.clear()
            self.changed.notify_all()
        drop_all(left)


def _seconds(deadline: float | None) -> float | None:
    return None if deadline is None else remaining(deadline)
