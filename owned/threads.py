"""Threads that take ownership of what they are given, and scopes whose threads may borrow."""

from __future__ import annotations

import sys
import threading
import traceback
from _thread import get_ident
from collections.abc import Callable
from types import TracebackType
from typing import Any, Generic, TypeVar

from typing_extensions import Self

from .errors import ScopeError
from .latches import poison_locked
from .sending import hand_over_all, lend_over_all, settle_in

if sys.version_info < (3, 11):
    from exceptiongroup import BaseExceptionGroup

T = TypeVar("T")

_getframe = sys._getframe


class JoinHandle(Generic[T]):
    """A running thread, and its result when it has ended."""

    __slots__ = ("__weakref__", "_error", "_joined", "_result", "_thread")

    _result: T

    def __init__(self, f: Callable[..., T], owners: list[Any], name: str | None) -> None:
        self._error: BaseException | None = None
        self._joined = False
        self._thread = threading.Thread(target=self._run, args=(f, owners), name=name)
        self._thread.start()

    def _run(self, f: Callable[..., T], owners: list[Any]) -> None:
        try:
            self._result = f(*_arrived(owners))
        except BaseException as error:
            # The frames hold what the thread owns; it is dropped before anybody learns that the thread has ended.
            poison_locked(error.__traceback__)
            traceback.clear_frames(error.__traceback__)
            self._error = error

    def join(self, timeout: float | None = None) -> T:
        """Wait for the thread's end, and give what its function gave, or raise what it raised.

        Raises `TimeoutError` when it still runs after `timeout` seconds.

        >>> from owned import spawn
        >>> spawn(lambda: 6 * 7).join()
        42
        >>> spawn(lambda: 1 // 0).join()
        Traceback (most recent call last):
        ...
        ZeroDivisionError: integer division or modulo by zero
        """
        self._thread.join(timeout)
        if self._thread.is_alive():
            raise TimeoutError(f"thread {self._thread.name!r} still runs")
        self._joined = True
        if self._error is not None:
            raise self._error
        return self._result

    def is_finished(self) -> bool:
        """Has the thread ended?"""
        return not self._thread.is_alive()


def _arrived(owners: list[Any]) -> tuple[Any, ...]:
    """Give what has come to this thread, without keeping it."""
    for x in owners:
        settle_in(x, get_ident())
    given = tuple(owners)
    owners.clear()
    return given


def spawn(f: Callable[..., T], *owners: Any, name: str | None = None) -> JoinHandle[T]:
    """Run a function in a new thread, which takes the owners over that it is given.

    Raises `NotSendError` for an `Rc` or a borrow, before the thread starts.

    >>> from owned import Owned, borrow, is_live, spawn
    >>> numbers = Owned([1, 2, 3])
    >>> handle = spawn(lambda mine: sum(mine.value), numbers)
    >>> handle.join(), is_live(numbers)
    (6, False)
    >>> letters = Owned(["a"])
    >>> spawn(print, borrow(letters))
    Traceback (most recent call last):
    ...
    owned.errors.NotSendError: Ref[list] cannot go to another thread: a borrow belongs to its thread (E0277)
      ...
    """
    frame = _getframe(1)
    return JoinHandle(f, hand_over_all(owners, frame), name)


class ThreadScope:
    """A block that waits for the threads that were started in it."""

    __slots__ = ("_handles", "_open")

    def __init__(self) -> None:
        self._handles: list[JoinHandle[Any]] = []
        self._open = False

    def spawn(self, f: Callable[..., T], *owners: Any, name: str | None = None) -> JoinHandle[T]:
        """Run a function in a new thread. It takes owners over and may borrow, for it ends before the block does."""
        if not self._open:
            raise ScopeError("this scope of threads is not open: spawn inside its `with` block")
        frame = _getframe(1)
        handle = JoinHandle(f, lend_over_all(owners, frame), name)
        self._handles.append(handle)
        return handle

    def __enter__(self) -> Self:
        self._open = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        failures = []
        while self._handles:
            handle = self._handles.pop(0)
            handle._thread.join()
            if handle._error is not None and not handle._joined:
                failures.append(handle._error)
        self._open = False
        if not failures or error is not None:
            return
        if len(failures) == 1:
            raise failures[0]
        raise BaseExceptionGroup("several threads failed", failures)


def thread_scope() -> ThreadScope:
    """Open a scope of threads: its end waits for all of them, so they may borrow what outlives it.

    What a thread raised, and nobody joined it, is raised at the end of the block, unless an exception is already on its
    way; several as an `ExceptionGroup`.

    >>> from owned import Owned, borrow, borrow_mut, thread_scope
    >>> totals, numbers = Owned([]), Owned([1, 2, 3])
    >>> with thread_scope() as s:
    ...     handle = s.spawn(lambda out, n: out.append(sum(n)), borrow_mut(totals), borrow(numbers))
    >>> totals.value
    [6]
    """
    return ThreadScope()
