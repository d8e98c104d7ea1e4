"""Events: what happens to owners, told to whoever listens.

`accounts.listener` is the one place that is asked; it is empty until somebody subscribes, and then it makes a delivery
of everything that happens. What a callback raises must not come between an owner and its hook, as an exception in a
finalizer must not; so a callback is called in a finalizer, and Python reports what it raises and goes on.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from typing_extensions import Self

from . import accounts
from .errors import OwnershipError
from .heap import objects
from .ledger import End, Ledger
from .sites import Mark, Site, site_of

Hearer = Callable[[str, "Ledger | None", Any], None]
"""Hears the kind of an event, the ledger, and an `End`, a guard, an error or nothing."""

_hearers: tuple[Hearer, ...] = ()
_lock = threading.Lock()
_here = threading.local()


@dataclass(frozen=True)
class Event:
    """Something that happened to an owner.

    `kind` is `created`, `moved`, `borrowed`, `dropped`, `unwrapped`, `forgotten`, `consumed`, `leaked` or `refused`.
    `owner` is a number that stays with a value as long as it is owned; `type` and `name` are the value's, `created` is
    where it came under ownership, and `site` where this happened, if that is known: an owner whose last name goes is
    dropped at no place in particular. Of a refusal only `error` is known.
    """

    kind: str
    owner: int = 0
    type: str = ""
    name: str | None = None
    created: Site | None = None
    site: Site | None = None
    error: OwnershipError | None = None

    def __str__(self) -> str:
        if self.error is not None:
            return f"refused: {str(self.error).splitlines()[0]}"
        what = f"{self.type} " + (f'"{self.name}" ' if self.name is not None else "")
        return what + (str(self.site) if self.site is not None else self.kind)


def event_of(kind: str, ledger: Ledger | None, what: Any) -> Event:
    """Put what happened into words."""
    if ledger is None:
        return Event(kind, error=what)
    created = site_of("created", ledger.created)
    mark = mark_of(ledger, what)
    site = created if kind == "created" else None if mark is None else site_of(kind, mark)
    type_name = ledger.type_name if ledger.type_name is not None else type(ledger.value).__name__
    return Event(kind, id(ledger), type_name, ledger.name, created, site)


def mark_of(ledger: Ledger, what: Any) -> Mark | None:
    """The place of an event: of an end, or of the beginning of a borrow; that of a creation is in the ledger."""
    if isinstance(what, End):
        return what.mark
    found: Mark | None = None if what is None else type(what)._owned_mark(what)
    return found


class Subscription:
    """What `on_event` gives: `unsubscribe()` ends it, and so does the end of a `with` block."""

    __slots__ = ("_hearer",)

    def __init__(self, callback: Callable[[Event], object]) -> None:
        def hear(kind: str, ledger: Ledger | None, what: Any) -> None:
            if not getattr(_here, "calling", False):
                _here.calling = True
                try:
                    callback(event_of(kind, ledger, what))
                finally:
                    _here.calling = False

        self._hearer: Hearer = hear
        hear_everything(hear)

    def unsubscribe(self) -> None:
        """Call the callback no more. A second call does nothing."""
        hear_no_more(self._hearer)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.unsubscribe()


def on_event(callback: Callable[[Event], object]) -> Subscription:
    """Call a function with every `Event` from now on: creations, moves, borrows, ends, leaks and refusals.

    It is called in the thread in which the event happens, in the middle of it: it should be quick. What it raises is
    reported as Python reports what finalizers raise, and changes nothing; what it does with owners itself is not told
    to callbacks. While nobody listens nothing is paid but a comparison at each event, and none at a repeated borrow.

    >>> import owned
    >>> with owned.on_event(lambda event: print(event.kind, event.type)):
    ...     draft = owned.Owned(["draft"])
    ...     final = owned.move(draft)
    ...     owned.drop(final)
    created list
    moved list
    dropped list
    """
    return Subscription(callback)


class _Delivery:
    """Calls the hearers when it dies: at once."""

    __slots__ = ("kind", "ledger", "what")

    def __init__(self, kind: str, ledger: Ledger | None, what: Any) -> None:
        self.kind = kind
        self.ledger = ledger
        self.what = what

    def __del__(self) -> None:
        for hearer in _hearers:
            _call(hearer, self)


class _Call:
    """Calls one hearer when it dies, so that what it raises does not keep the event from the others."""

    __slots__ = ("delivery", "hearer")

    def __init__(self, hearer: Hearer, delivery: _Delivery) -> None:
        self.hearer = hearer
        self.delivery = delivery

    def __del__(self) -> None:
        self.hearer(self.delivery.kind, self.delivery.ledger, self.delivery.what)


def _call(hearer: Hearer, delivery: _Delivery) -> None:
    _Call(hearer, delivery)


def _deliver(kind: str, ledger: Ledger | None, what: Any) -> None:
    _Delivery(kind, ledger, what)


def hear_everything(hearer: Hearer) -> None:
    """Add a hearer."""
    global _hearers
    with _lock:
        _hearers = (*_hearers, hearer)
        _listen(_deliver)
    _forget_classes()


def hear_no_more(hearer: Hearer) -> None:
    """Remove a hearer, if it is there."""
    global _hearers
    with _lock:
        _hearers = tuple(other for other in _hearers if other is not hearer)
        if not _hearers:
            _listen(None)


def _listen(listener: Callable[[str, Any, Any], None] | None) -> None:
    accounts.listener = listener
    for tell in accounts.when_heard:
        tell(listener is not None)


def _forget_classes() -> None:
    """An owner that was lent before is lent again without a detour, and so without a word. Send it around."""
    for thing in objects():
        if isinstance(type(thing), type) and issubclass(type(thing), Ledger):
            thing.ref_class = thing.mut_class = None
