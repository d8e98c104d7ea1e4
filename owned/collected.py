"""What `Vec` and `Map` have in common: owners whose value is a container of owned elements.

Like every owner, a collection is a thin handle on a ledger, and what it may do now is in its class:

    Vec       free: no borrow, and nothing left of one; its methods need not ask
    lent      lent, or something is left of a loop: asks the ledger, and turns back
    dead      moved, dropped or unwrapped: everything raises

A collection lends itself to loops. What a loop handed out outlives it, as the loop's variable does in Python; such
leftovers hinder nobody, and end when the collection is next used in a way that conflicts with them. So the borrow of a
loop is over with the loop, and a name that lingers can be used until it would be wrong.
"""

from __future__ import annotations

import gc
from types import FrameType, TracebackType
from typing import Any, cast

from typing_extensions import Self

from . import complaints
from .abandoned import settle
from .drops import Dropping, drop_now, is_foreign, parts_of, warn_of_leak
from .element_drops import Element, check_elements, drop_elements, leave_what_awaits
from .errors import OwnershipError
from .guards import lend, lend_exclusively
from .handles import keep_forever, set_class, tombstone
from .ledger import CLAIMED, FREE, End, FullLedger, Ledger, end_at, open_ledger, try_claim
from .owners import Owner, check_arguments, clone_value, die, enter, leave, leave_awaiting
from .sites import caller


class ElementsLedger(FullLedger):
    """The ledger of a collection: messages name it by the type of its elements."""

    __slots__ = ()

    def describe_type(self) -> str:
        """Name the type of the first element."""
        if self.type_name is not None:
            return self.type_name
        return kind_of(self.value.items)

    def retire(self, end: End) -> Any:
        """The elements leave."""
        described = kind_of(self.value.items)
        value = super().retire(end)
        self.type_name = described
        return value


def kind_of(items: Any) -> str:
    """Name the type of the elements by the first one."""
    if isinstance(items, dict):
        pair = next(iter(items.items()), None)
        return "..." if pair is None else ", ".join(type(x).__name__ for x in pair)
    return type(items[0]).__name__ if items else "..."


class Collection(Owner):
    """The fields of a collection; also its class while it is made."""

    __slots__ = ("__weakref__", "_items", "_ledger")

    _items: Any
    _ledger: Any

    _owned_free_class: Any = None
    _owned_lent_class: Any = None
    _owned_grave_class: Any = None
    _owned_access: Any = None

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if cls.__module__.partition(".")[0] != __name__.partition(".")[0]:
            raise TypeError(f"{cls.__mro__[1].__name__} cannot be subclassed: keep one in a field")

    def _owned_ledger(self) -> Ledger:
        return cast("Ledger", ledger_of(self))

    def _owned_grave(self) -> tuple[Ledger, End]:
        return ledger_of(self), items_of(self)

    def _owned_bury(self, end: End) -> None:
        set_items(self, end)
        set_class(self, type(self)._owned_grave_class)

    def _owned_again(self, ledger: Ledger, cls: type) -> Any:
        return make(self._owned_free_class, ledger)

    def _owned_end_part(self) -> Any:
        ledger = ledger_of(self)
        if ledger.state > CLAIMED:
            check_elements(ledger, type(self)._owned_kind)
        return Owner._owned_end_whole(self)

    def _owned_drop_part(self) -> None:
        ended = type(self)._owned_end_part(self)
        if ended is not None:
            dropping = Dropping()
            drop_now(ended[0], None, dropping)
            dropping.conclude()

    def _owned_drop(self, frame: FrameType) -> None:
        check_elements(ledger_of(self), type(self)._owned_kind)
        Owner._owned_drop(self, frame)

    def _owned_close(self, dropping: Dropping | None) -> Any:
        ledger = ledger_of(self)
        loops = loops_over(ledger) if ledger.state > FREE else []
        marks = [("borrowed", type(loop)._owned_mark(loop)) for loop in loops]
        closed = Owner._owned_close(self, dropping)
        if closed is not None:
            for loop in loops:
                type(loop)._owned_drop_part(loop)
            if dropping is not None and loops and not dropping.failures:
                dropping.failed(complaints.still_borrowed(type(self)._owned_kind, ledger, marks))
        if closed is not None and closed[0].plain and closed[0].hook is None:
            closed[0].items.clear()  # Loops that still run over them come to their end, and find that it is all over.
        return closed

    def _owned_take(self, frame: FrameType) -> Any:
        return Owner._owned_take(self, frame).items

    def _owned_forget(self, frame: FrameType) -> None:
        cls = type(self)
        value = cls._owned_leave(self, cls._owned_claim(self, "forget"), end_at("forgotten", frame))
        for part in parts_of(value, {id(value)}):
            handles = parts_of(part.value, {id(part.value)}) if type(part) is Element else iter((part,))
            for handle in handles:
                if not type(handle)._owned_dead and type(handle)._owned_is_owner:
                    try:
                        type(handle)._owned_forget(handle, frame)
                    except OwnershipError:  # It is borrowed; then it lives on, as it does in Rust.
                        keep_forever(handle)

    def _owned_deref(self, frame: FrameType) -> Any:
        return type(self)._owned_access.read(self).items

    def _owned_lend(self, frame: FrameType) -> Any:
        ledger = ledger_of(self)
        onlooker = ledger.onlooker
        if onlooker is not None:
            onlooker.end_exclusive(end_at("changed", frame))
        guard = lend(ledger, frame, type(self)._owned_kind)
        set_class(self, type(self)._owned_lent_class)
        return guard

    def _owned_lend_mut(self, frame: FrameType) -> Any:
        ledger = ledger_of(self)
        onlooker = ledger.onlooker
        if onlooker is not None and (ledger.state == FREE or settle(ledger)):
            onlooker.end(end_at("changed", frame))
            ledger.onlooker = None
        guard = lend_exclusively(ledger, frame, type(self)._owned_kind)
        set_class(self, type(self)._owned_lent_class)
        return guard

    def _owned_clone(self, frame: FrameType) -> Any:
        cls = type(self)
        with cls._owned_lend(self, frame):
            ledger = ledger_of(self)
            copied = clone_elements(ledger, cls._owned_kind)
        again = open_ledger(copied, None, ledger.name, frame, ElementsLedger)
        return make(cls._owned_free_class, again)

    def __enter__(self) -> Self:
        enter(self)
        try:
            check_elements(ledger_of(self), type(self)._owned_kind)
        except BaseException:
            ledger_of(self).entered = False
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        return leave(self, error)  # type: ignore[return-value]

    async def __aenter__(self) -> Self:
        enter(self, asynchronous=True)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        return await leave_awaiting(self, error)  # type: ignore[return-value]

    __hash__ = None  # type: ignore[assignment]


ledger_of: Any = cast("Any", Collection.__dict__["_ledger"]).__get__
items_of: Any = cast("Any", Collection.__dict__["_items"]).__get__
set_items: Any = cast("Any", Collection.__dict__["_items"]).__set__


def loops_over(ledger: Ledger) -> list[Any]:
    """Find the borrows of loops and elements, which are not guards."""
    return [x for x in gc.get_referrers(ledger) if getattr(type(x), "_owned_is_loop", False)]


def make(cls: type, ledger: Ledger) -> Any:
    """Make the handle of a ledger."""
    self: Any = Collection()
    self._items = ledger.value.items
    self._ledger = ledger
    self.__class__ = cls
    return self


def opened(kind: str, value: Any, drop: Any, name: str | None, frame: FrameType) -> Ledger:
    """Begin the ledger of a new collection; `drop` is for its elements."""
    if drop is not None:
        check_arguments(kind, value, drop, name)
    return open_ledger(value, None, name, frame, ElementsLedger)


def clone_elements(ledger: Ledger, kind: str) -> Any:
    """Clone all elements, in order. If one cannot be cloned, the copies made until then are dropped."""
    value = ledger.value
    made: list[Any] = []
    try:
        if isinstance(value.items, dict):
            for key, item in value.items.items():
                made.append(clone_value(key, kind, ledger))
                made.append(clone_value(item, kind, ledger))
            copied: Any = dict(zip(made[::2], made[1::2], strict=True))
        else:
            if not value.plain:
                made.extend(clone_value(item, kind, ledger) for item in value.items)
            copied = value.items[:] if value.plain else made
    except BaseException as error:
        drop_elements(made, value.hook, error)
        raise
    return type(value)(copied, value.hook, value.plain)


class FreeAccess:
    """Access to a collection that is free: to the elements, without a question."""

    read_only = False
    mode = "ref"

    def read(self, handle: Any, /) -> Any:
        """Give the elements."""
        return ledger_of(handle).value

    def write(self, handle: Any, action: str, code: str, /) -> Any:
        """Give the elements to change."""
        return ledger_of(handle).value


def turn_back(handle: Any, ledger: Ledger) -> None:
    """Make a collection free again whose loans have ended, unless another thread lends it meanwhile."""
    if try_claim(ledger):
        if not type(handle)._owned_dead:
            set_class(handle, type(handle)._owned_free_class)
        ledger.state = FREE


class LentAccess:
    """Access to a collection that was lent: asks the ledger, and turns the handle back when all loans have ended."""

    read_only = False
    mode = "ref"

    def read(self, handle: Any, /) -> Any:
        """Give the elements, unless they are borrowed exclusively."""
        ledger = ledger_of(handle)
        if ledger.state < FREE and not settle(ledger):
            raise complaints.cannot_read(type(handle)._owned_kind, ledger)
        onlooker = ledger.onlooker
        if onlooker is not None:
            if onlooker.has_exclusive():
                onlooker.end_exclusive(end_at("changed", caller()))
            if onlooker.is_over():
                ledger.onlooker = None
        if ledger.state == FREE and ledger.onlooker is None:
            turn_back(handle, ledger)
        return ledger.value

    def write(self, handle: Any, action: str, code: str, /) -> Any:
        """Give the elements to change, unless they are borrowed."""
        ledger = ledger_of(handle)
        cls = type(handle)
        if ledger.state != FREE and not settle(ledger):
            raise complaints.cannot_change(cls._owned_kind, ledger, action, "E0506" if code == "E0594" else None)
        onlooker, ledger.onlooker = ledger.onlooker, None
        if onlooker is not None:
            onlooker.end(end_at("changed", caller()))
        turn_back(handle, ledger)
        return ledger.value


FREE_ACCESS = FreeAccess()
LENT_ACCESS = LentAccess()


def dead(handle: Any) -> OwnershipError:
    """Build the error for a use of a collection that has ended."""
    return complaints.used_after_end(type(handle)._owned_kind, ledger_of(handle), items_of(handle))


def perish(handle: Any) -> None:
    """The last reference to a live collection is gone. Elements that only `await` can drop are left, with a warning."""
    try:
        ledger = ledger_of(handle)
    except AttributeError:
        return  # Its construction failed.
    if ledger.state > CLAIMED and not is_foreign(ledger):
        value = ledger.value
        if not (value.plain and value.hook is None) and leave_what_awaits(value):
            warn_of_leak(ledger, type(handle)._owned_kind, True)
    die(handle)


def settle_classes(kind: Any, lent: Any) -> None:
    """Tie the three classes of a kind of collection together."""
    name = kind.__name__
    grave: Any = tombstone(Collection, kind, dead)
    grave._owned_kind = name
    kind._owned_kind = name
    kind._owned_free_class = kind
    kind._owned_lent_class = lent
    kind._owned_grave_class = grave
    kind._owned_access = FREE_ACCESS
    kind.__del__ = perish
    lent._owned_access = LENT_ACCESS
    lent._owned_lent_ledger = ledger_of
    lent.__name__ = lent.__qualname__ = name
