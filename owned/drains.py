"""Drains: elements on their way out of a collection."""

from __future__ import annotations

from collections.abc import Iterator
from types import FrameType, TracebackType
from typing import Any, Generic, TypeVar, cast

from typing_extensions import Self

from . import complaints
from .element_drops import drop_all
from .guards import exit_guard
from .handles import Handle, refuse_copies
from .ledger import End, Ledger, end_at

T = TypeVar("T")


class Drain(Handle, Generic[T]):
    """The elements that were drained: an iterator that owns them, and borrows their collection as long as it lives.

    What was not taken when the drain ends (at its last element, its block's end, by `drop`, or with its last
    reference) is dropped, in order.

    >>> from owned import Vec, drop
    >>> v = Vec([1, 2, 3, 4])
    >>> with v.drain(1, 3) as middle:
    ...     print(next(middle))
    2
    >>> v
    Vec([1, 4])
    >>> all = v.drain()
    >>> v.push(5)
    Traceback (most recent call last):
    ...
    owned.errors.BorrowMutError: cannot call push() on Vec[...]: it is borrowed exclusively (E0499)
      ...
    """

    __slots__ = ("__weakref__", "_dropped", "_guard", "_hook", "_next", "_parts", "_root", "_waiting")

    _owned_kind = "Drain"
    _owned_is_guard = False

    def __init__(self, guard: Any, waiting: list[Any], hook: Any, parts: Any) -> None:
        self._guard = guard
        self._waiting = waiting
        self._hook = hook
        self._parts = parts
        self._next = 0
        self._root: Ledger = type(guard)._owned_root(guard)
        self._dropped: End | None = None

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        if self._dropped is not None:
            raise complaints.used_after_end("Drain", self._root, self._dropped)
        at = self._next
        waiting = self._waiting
        if at == len(waiting):
            self._end()
            raise StopIteration
        self._next = at + 1
        item, waiting[at] = waiting[at], None
        return cast("T", item)

    def __len__(self) -> int:
        return len(self._waiting) - self._next

    __length_hint__ = __len__

    def __repr__(self) -> str:
        return f"Drain({self._waiting[self._next :]!r})"

    def _end(self, error: BaseException | None = None) -> None:
        guard, self._guard = self._guard, None
        waiting, self._waiting = self._waiting[self._next :], []
        self._next = 0
        try:
            drop_all(self._parts(waiting, self._hook), error)
        finally:
            if guard is not None and not type(guard)._owned_dead:
                exit_guard(guard, error if error is None else type(error))

    def _owned_root(self) -> Ledger | None:
        return self._root

    def _owned_live(self) -> bool:
        return self._guard is not None

    def _owned_drop(self, frame: FrameType) -> None:
        if self._dropped is not None:
            raise complaints.used_after_end("Drain", self._root, self._dropped)
        self._dropped = end_at("dropped", frame)
        self._end()

    def _owned_drop_part(self) -> None:
        self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self._end(error)

    def __del__(self) -> None:
        if hasattr(self, "_waiting"):
            self._end()


refuse_copies(Drain)
