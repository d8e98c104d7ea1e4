"""Cells: values that are changed through a shared borrow.

`Cell` exchanges its value whole, so that nobody ever holds a borrow of it. `RefCell` lends it, and checks the borrows.
`OnceCell` is set once, `LazyCell` sets itself. All of them own their value and drop it, and all are used through a
`Ref`, an `Rc` or an `Arc` as well as directly.
"""

from __future__ import annotations

import copy
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from . import complaints
from .abandoned import settle
from .drops import Dropping, check_droppable, drop_now, parts_of, planned
from .errors import (
    AlreadySetError,
    BorrowError,
    BorrowMutError,
    NotCopyError,
    NotInitialisedError,
    OwnershipError,
    PoisonError,
    ReentrantInitError,
)
from .guards import Ref, RefMut, guards_on, lend, lend_exclusively
from .handles import Handle
from .interior import InBlocks, borrowed_mut, bury_as, make, open_cell, seen
from .ledger import FREE, Ledger, end_at, open_ledger
from .owners import adopt, clone_value
from .plain import is_code, is_plain

T = TypeVar("T")
S = TypeVar("S")

_getframe = sys._getframe


def copied_out(ledger: Ledger, kind: str) -> Any:
    """Copy the value of a `Cell`, as Rust copies what is `Copy`: not what owns something, or is dropped by a hook."""
    value = ledger.value
    if is_plain(value) or is_code(value):
        return value
    hooks = planned(value, ledger.hook)
    owns = issubclass(type(value), Handle) or next(parts_of(value, {id(value)}), None) is not None
    if owns or hooks.now is not None or hooks.awaiting is not None:
        raise complaints.build(
            NotCopyError,
            f"cannot copy the value out of {complaints.place(kind, ledger)}: it owns something",
            "take() or replace() it, or keep it in a RefCell and borrow() it",
            [("created", ledger.created)],
        )
    return copy.copy(value)


def free(cell: Any, action: str, *, read: bool = False) -> Ledger:
    """The gate of a change of the whole value: the ledger, if nothing is borrowed (to read: exclusively)."""
    cls = type(cell)
    ledger = cast("Ledger", cls._owned_ledger(cell))
    lent = ledger.state < FREE if read else ledger.state != FREE
    if lent and not settle(ledger):
        if not read:
            raise complaints.cannot_change(cls._owned_kind, ledger, action)
        if ledger.state < FREE:
            raise complaints.cannot_read(cls._owned_kind, ledger, action)
    return ledger


def exchange(cell: Any, new: Any, action: str, frame: FrameType) -> Any:
    """Put another value in place and give the old one."""
    ledger = free(cell, action)
    old = ledger.value
    ledger.put(adopt(new, frame) if issubclass(type(new), Handle) else new)
    return old


def put_and_drop(cell: Any, new: Any, frame: FrameType) -> None:
    """Put another value in place and drop the old one."""
    ledger = free(cell, "set")
    check_droppable(ledger, type(cell)._owned_kind)
    taken = ledger.taken
    old = exchange(cell, new, "set", frame)
    dropping = Dropping()
    drop_now(old, ledger.hook, dropping, taken=taken)
    dropping.conclude()


def take_out(cell: Any, frame: FrameType) -> Any:
    """Take the value and leave `None`, which is not to be dropped."""
    old = exchange(cell, None, "take", frame)
    type(cell)._owned_ledger(cell).taken = True
    return old


def swap_values(a: Any, b: Any) -> None:
    """Exchange the values of two cells of the same kind."""
    first, second = free(a, "swap"), free(b, "swap")
    left, right = (first.value, first.taken), (second.value, second.taken)
    first.put(right[0])
    second.put(left[0])
    first.taken, second.taken = right[1], left[1]


def same_kind(cell: Any, other: Any, function: str) -> Any:
    """The other cell of a `swap`, alive and of the same kind."""
    kind = type(other)
    if issubclass(kind, Handle) and kind._owned_dead:
        raise cast("Any", kind)._owned_error(other)
    if kind is not type(cell):
        raise TypeError(f"{type(cell).__name__}.{function}() needs a {type(cell).__name__}, not {kind.__name__!r}")
    return other


class Cell(InBlocks, Generic[T]):
    """A value that is exchanged whole, through a shared borrow of the cell.

    `get()` copies it out, `set()` drops the old one; nobody ever holds a borrow of it, so nothing can conflict. For
    values that are plain (numbers, text, tuples of them) or cheap to copy; what owns something, or is dropped by a
    hook, cannot be copied out, only replaced or taken.

    Raises `NotCopyError` where `get` would have to copy such a value.

    >>> from owned import Cell, Rc, clone
    >>> count = Rc(Cell(1))
    >>> again = clone(count)
    >>> again.set(count.get() + 1)
    >>> count.get()
    2
    >>> Cell(open(__file__)).get()
    Traceback (most recent call last):
    ...
    owned.errors.NotCopyError: cannot copy the value out of Cell[TextIOWrapper]: it owns something (E0204)
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
            return make(cls, open_cell("Cell", value, drop, name, _getframe(1)))

    def get(self) -> T:
        """Copy the value out.

        >>> from owned import Cell
        >>> Cell((1, 2)).get()
        (1, 2)
        """
        return cast("T", copied_out(free(self, "read", read=True), "Cell"))

    def set(self, value: T) -> None:
        """Put another value in place, and drop the old one."""
        put_and_drop(self, value, _getframe(1))

    def replace(self, value: T) -> T:
        """Put another value in place, and give the old one, undropped."""
        return cast("T", exchange(self, value, "replace", _getframe(1)))

    def take(self) -> T:
        """Take the value, and leave `None`."""
        return cast("T", take_out(self, _getframe(1)))

    def swap(self, other: Cell[T]) -> None:
        """Exchange the values of two cells; with itself, nothing happens.

        >>> from owned import Cell
        >>> a, b = Cell(1), Cell(2)
        >>> a.swap(b)
        >>> a.get(), b.get()
        (2, 1)
        """
        if other is not self:
            swap_values(self, same_kind(self, other, "swap"))

    def update(self, f: Callable[[T], T]) -> None:
        """Put in place what a function makes of the value.

        >>> from owned import Cell
        >>> n = Cell(5)
        >>> n.update(lambda x: x + 1)
        >>> n.get()
        6
        """
        put_and_drop(self, f(self.get()), _getframe(1))

    def get_mut(self) -> RefMut[T]:
        """Borrow the value exclusively; only for who reaches the cell itself exclusively."""
        return cast("RefMut[T]", borrowed_mut(self, _getframe(1)))

    def into_inner(self) -> T:
        """Take the value out; the cell is moved, and no drop runs."""
        return cast("T", type(self)._owned_take(self, _getframe(1)))

    def __eq__(self, other: object) -> Any:
        if type(other) is not Cell:
            return NotImplemented
        return free(self, "compare", read=True).value == free(other, "compare", read=True).value

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Cell({type(self)._owned_ledger(self).value!r})"

    def _owned_clone(self, frame: FrameType) -> Any:
        ledger = free(self, "clone", read=True)
        return make(Cell, open_ledger(copied_out(ledger, "Cell"), ledger.hook, ledger.name, frame))


class RefCell(InBlocks, Generic[T]):
    """A value that is lent through a shared borrow of the cell; the borrows are checked when they are made.

    `borrow()` and `borrow_mut()` give the guards that the verbs of that name give: any number of shared ones, or one
    that is exclusive. An exception does not poison a `RefCell`: its guards end, and that is all.

    Raises `BorrowError` and `BorrowMutError` on a conflict; `try_borrow` and `try_borrow_mut` give `None` instead.

    >>> from owned import Rc, RefCell, clone
    >>> names = Rc(RefCell(["a"]))
    >>> again = clone(names)
    >>> with again.borrow_mut() as m:
    ...     m.append("b")
    >>> with names.borrow() as r:
    ...     print(r)
    ['a', 'b']
    >>> m = names.borrow_mut()
    >>> again.borrow()
    Traceback (most recent call last):
    ...
    owned.errors.BorrowError: cannot borrow RefCell[list]: it is borrowed exclusively (E0502)
      ...
    """

    __slots__ = ()

    _owned_exclusive = frozenset({"get_mut", "undo_leak"})

    if TYPE_CHECKING:

        def __init__(
            self, value: T, *, drop: Callable[[Any], object] | None = None, name: str | None = None
        ) -> None: ...
        def __owned_value__(self) -> T: ...
        def __owned_take__(self) -> T: ...
        def __owned_lend__(self) -> T: ...
        def __owned_lend_mut__(self) -> T: ...

    else:

        def __new__(cls, value, *, drop=None, name=None):
            return make(cls, open_cell("RefCell", value, drop, name, _getframe(1)))

    def borrow(self) -> Ref[T]:
        """Lend the value for reading, as `borrow(cell)` does."""
        return cast("Ref[T]", lend(self._ledger, _getframe(1), "RefCell"))

    def borrow_mut(self) -> RefMut[T]:
        """Lend the value exclusively, as `borrow_mut(cell)` does."""
        return cast("RefMut[T]", lend_exclusively(self._ledger, _getframe(1), "RefCell"))

    def try_borrow(self) -> Ref[T] | None:
        """Lend the value for reading, or give `None` while it is lent exclusively.

        >>> from owned import RefCell
        >>> cell = RefCell([1])
        >>> m = cell.borrow_mut()
        >>> cell.try_borrow() is None
        True
        """
        try:
            return cast("Ref[T]", lend(self._ledger, _getframe(1), "RefCell"))
        except BorrowError:
            return None

    def try_borrow_mut(self) -> RefMut[T] | None:
        """Lend the value exclusively, or give `None` while it is lent."""
        try:
            return cast("RefMut[T]", lend_exclusively(self._ledger, _getframe(1), "RefCell"))
        except BorrowMutError:
            return None

    def replace(self, value: T) -> T:
        """Put another value in place, and give the old one; raises `BorrowMutError` while it is lent."""
        return cast("T", exchange(self, value, "replace", _getframe(1)))

    def replace_with(self, f: Callable[[RefMut[T]], T]) -> T:
        """Put in place what a function makes of the value, which it is lent exclusively; give the old one.

        >>> from owned import RefCell
        >>> cell = RefCell(5)
        >>> cell.replace_with(lambda n: n + 1), cell
        (5, RefCell(6))
        """
        frame = _getframe(1)
        with lend_exclusively(self._ledger, frame, "RefCell") as m:
            new = f(m)
        return cast("T", exchange(self, new, "replace", frame))

    def take(self) -> T:
        """Take the value, and leave `None`; raises `BorrowMutError` while it is lent."""
        return cast("T", take_out(self, _getframe(1)))

    def swap(self, other: RefCell[T]) -> None:
        """Exchange the values of two cells; raises `BorrowMutError` while one is lent, and for a cell with itself."""
        same_kind(self, other, "swap")
        if other is self:
            raise complaints.cannot_change("RefCell", free(self, "swap"), "swap with itself", "E0499")
        swap_values(self, other)

    def get_mut(self) -> RefMut[T]:
        """Borrow the value exclusively; only for who reaches the cell itself exclusively.

        Forgotten guards do not hinder it, as in Rust: nobody can use them.
        """
        self.undo_leak()
        return cast("RefMut[T]", borrowed_mut(self, _getframe(1)))

    def undo_leak(self) -> None:
        """Make a cell whose guards were forgotten borrowable again; guards that are alive keep what they have."""
        ledger = self._ledger
        if ledger.state != FREE and not guards_on(ledger):
            ledger.state = FREE

    def into_inner(self) -> T:
        """Take the value out; the cell is moved, and no drop runs."""
        return cast("T", type(self)._owned_take(self, _getframe(1)))

    def __eq__(self, other: object) -> Any:
        return _compare(self, other, "__eq__")

    def __lt__(self, other: object) -> Any:
        return _compare(self, other, "__lt__")

    def __le__(self, other: object) -> Any:
        return _compare(self, other, "__le__")

    def __gt__(self, other: object) -> Any:
        return _compare(self, other, "__gt__")

    def __ge__(self, other: object) -> Any:
        return _compare(self, other, "__ge__")

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        ledger = self._ledger
        return "RefCell(<borrowed>)" if ledger.state < FREE else f"RefCell({ledger.value!r})"

    def _owned_lend(self, frame: FrameType) -> Any:
        return lend(self._ledger, frame, "RefCell")

    def _owned_lend_mut(self, frame: FrameType) -> Any:
        return lend_exclusively(self._ledger, frame, "RefCell")


def _compare(cell: Any, other: Any, operation: str) -> Any:
    if type(other) is not RefCell:
        return NotImplemented
    left, right = free(cell, "compare", read=True).value, free(other, "compare", read=True).value
    return getattr(type(left), operation)(left, right)


class Once:
    """Whether the value of a `OnceCell` or `LazyCell` is there, and who is making it."""

    __slots__ = ("initialiser", "lock", "maker", "poisoned", "present")

    def __init__(self, initialiser: Callable[[], Any] | None = None) -> None:
        self.lock = threading.RLock()
        self.maker = 0
        self.present = False
        self.poisoned = False
        self.initialiser = initialiser


def initialise(cell: Any, once: Once, f: Callable[[], Any]) -> None:
    """Run an initialiser, once for all threads; if it fails, the cell stays as it was."""
    with once.lock:
        if once.present:
            return
        if once.poisoned:
            raise _poisoned(cell)
        ledger = type(cell)._owned_ledger(cell)
        if once.maker:
            raise _reentrant(cell, ledger)
        once.maker = threading.get_ident()
        try:
            value = f()
            value = adopt(value, _getframe(2)) if issubclass(type(value), Handle) else value
        finally:
            once.maker = 0
        ledger.put(value)
        once.present = True


def _reentrant(cell: Any, ledger: Ledger) -> OwnershipError:
    return complaints.build(
        ReentrantInitError,
        f"the initialiser of {complaints.place(type(cell)._owned_kind, ledger)} uses the cell that it initialises",
        "make the value without the cell, or take two cells",
        [("created", ledger.created)],
    )


def _poisoned(cell: Any) -> PoisonError:
    return PoisonError(
        f"the initialiser of this {type(cell)._owned_kind} failed: it has no value, and never will", None
    )


class OnceCell(InBlocks, Generic[T]):
    """A place for a value that is set once, and then only read, through a shared borrow of the cell.

    It may be used from several threads, as Rust's `OnceLock`: one of them sets it, the others wait until it is done.
    What `get()` gives is read-only and ends with the cell.

    Raises `AlreadySetError`, which carries the rejected value, when it is set twice.

    >>> from owned import AlreadySetError, OnceCell
    >>> limit = OnceCell()
    >>> limit.get(), limit.get_or_init(lambda: 10), limit.get_or_init(lambda: 20)
    (None, 10, 10)
    >>> limit.set(30)
    Traceback (most recent call last):
    ...
    owned.errors.AlreadySetError: this OnceCell has a value already
    """

    __slots__ = ()

    _owned_exclusive = frozenset({"get_mut", "take"})

    if TYPE_CHECKING:

        def __init__(self, *, drop: Callable[[Any], object] | None = None, name: str | None = None) -> None: ...
        def __owned_take__(self) -> T | None: ...
        def __owned_value__(self) -> T | None: ...

    else:

        def __new__(cls, *, drop=None, name=None):
            ledger = open_cell("OnceCell", None, drop, name, _getframe(1))
            ledger.taken = True
            return make(cls, ledger, Once())

    def get(self) -> T | None:
        """Give the value for reading, or `None`."""
        return cast("T", seen(self._ledger)) if self._extra.present else None

    def set(self, value: T) -> None:
        """Set the value; raises `AlreadySetError` when there is one."""
        self.try_insert(value)

    def try_insert(self, value: T) -> T:
        """Set the value, and give it for reading; raises `AlreadySetError` when there is one already."""
        frame = _getframe(1)
        once = self._extra
        with once.lock:
            if once.maker:
                raise _reentrant(self, self._ledger)
            if once.present:
                raise AlreadySetError("this OnceCell has a value already", value)
            self._ledger.put(adopt(value, frame) if issubclass(type(value), Handle) else value)
            once.present = True
        return cast("T", seen(self._ledger))

    def get_or_init(self, f: Callable[[], T]) -> T:
        """Give the value for reading; make it first by a function, if there is none.

        An exception of the function leaves the cell empty, and goes on. Raises `ReentrantInitError` when the function
        uses this very cell.

        >>> from owned import OnceCell
        >>> cell = OnceCell()
        >>> cell.get_or_init(lambda: cell.get_or_init(list))
        Traceback (most recent call last):
        ...
        owned.errors.ReentrantInitError: the initialiser of OnceCell[NoneType] uses the cell that it initialises
          ...
        """
        if not self._extra.present:
            initialise(self, self._extra, f)
        return cast("T", seen(self._ledger))

    def get_mut(self) -> RefMut[T] | None:
        """Borrow the value exclusively, if there is one; only for who reaches the cell itself exclusively."""
        return cast("RefMut[T]", borrowed_mut(self, _getframe(1))) if self._extra.present else None

    def take(self) -> T | None:
        """Take the value, if there is one, and leave the cell empty; only for who reaches the cell itself exclusively.

        >>> from owned import OnceCell
        >>> cell = OnceCell()
        >>> cell.set(1)
        >>> cell.take(), cell.take()
        (1, None)
        """
        if not self._extra.present:
            return None
        value = take_out(self, _getframe(1))
        onlooker, self._ledger.onlooker = self._ledger.onlooker, None
        if onlooker is not None:
            onlooker.end(end_at("moved", _getframe(1)))
        self._extra.present = False
        return cast("T", value)

    def into_inner(self) -> T | None:
        """Take the value out, or `None`; the cell is moved."""
        return cast("T | None", type(self)._owned_take(self, _getframe(1)))

    def __eq__(self, other: object) -> Any:
        if type(other) is not OnceCell:
            return NotImplemented
        here, there = self._extra.present, other._extra.present
        return here == there and (not here or self._ledger.value == other._ledger.value)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"OnceCell({self._ledger.value!r})" if self._extra.present else "OnceCell(<empty>)"

    def _owned_clone(self, frame: FrameType) -> Any:
        ledger = free(self, "clone", read=True)
        once = Once()
        once.present = self._extra.present
        copied = clone_value(ledger.value, "OnceCell", ledger) if once.present else None
        again = open_ledger(copied, ledger.hook, ledger.name, frame)
        again.taken = not once.present
        return make(OnceCell, again, once)


class LazyCell(InBlocks, Generic[T]):
    """A value that is made at its first use, by the function that the cell was given.

    It may be used from several threads, as Rust's `LazyLock`: the function runs once. Reading is `force()` or a borrow;
    what it gives is read-only and ends with the cell.

    Raises `PoisonError` at every use after the function has failed.

    >>> from owned import LazyCell, borrow
    >>> words = LazyCell(lambda: print("made") or ["a", "b"])
    >>> len(words.force())
    made
    2
    >>> with borrow(words) as r:
    ...     print(r[0])
    a
    >>> broken = LazyCell(lambda: 1 // 0)
    >>> broken.force()
    Traceback (most recent call last):
    ...
    ZeroDivisionError: integer division or modulo by zero
    >>> broken.force()
    Traceback (most recent call last):
    ...
    owned.errors.PoisonError: the initialiser of this LazyCell failed: it has no value, and never will
    """

    __slots__ = ()

    _owned_exclusive = frozenset({"force_mut"})

    if TYPE_CHECKING:

        def __init__(
            self,
            initialiser: Callable[[], T],
            *,
            drop: Callable[[Any], object] | None = None,
            name: str | None = None,
        ) -> None: ...
        def __owned_value__(self) -> T: ...
        def __owned_take__(self) -> T: ...
        def __owned_lend__(self) -> T: ...

    else:

        def __new__(cls, initialiser, *, drop=None, name=None):
            ledger = open_cell("LazyCell", None, drop, name, _getframe(1))
            ledger.taken = True
            return make(cls, ledger, Once(initialiser))

    def force(self) -> T:
        """Give the value for reading; make it first, if this is the first use."""
        return cast("T", seen(_forced(self)))

    def force_mut(self) -> RefMut[T]:
        """Borrow the value exclusively, made first if need be; only for who reaches the cell itself exclusively."""
        _forced(self)
        return cast("RefMut[T]", borrowed_mut(self, _getframe(1)))

    def into_inner(self) -> T:
        """Take the value out; the cell is moved.

        Raises `NotInitialisedError`, which carries the function, when the value was not made yet.
        """
        return cast("T", type(self)._owned_take(self, _getframe(1)))

    def __repr__(self) -> str:
        return f"LazyCell({self._ledger.value!r})" if self._extra.present else "LazyCell(<not made yet>)"

    def _owned_lend(self, frame: FrameType) -> Any:
        return lend(_forced(self), frame, "LazyCell")

    def _owned_deref(self, frame: FrameType) -> Any:
        _forced(self)
        return free(self, "read", read=True).value

    def _owned_take(self, frame: FrameType) -> Any:
        once = self._extra
        value = super()._owned_take(frame)
        if once.poisoned:
            raise _poisoned(self)
        if not once.present:
            raise NotInitialisedError("this LazyCell was never used: it has no value yet", once.initialiser)
        return value

    def _owned_clone(self, frame: FrameType) -> Any:
        raise complaints.build(NotCopyError, f"cannot clone {type(self)._owned_name(self)}", "share it by Rc or Arc")


def _forced(cell: Any) -> Ledger:
    once = cell._extra
    if not once.present:
        try:
            initialise(cell, once, once.initialiser)
        except ReentrantInitError:
            raise
        except BaseException:
            once.poisoned = True
            once.initialiser = None
            raise
        once.initialiser = None
    return cast("Ledger", cell._ledger)


for _kind in (Cell, RefCell, OnceCell, LazyCell):
    bury_as(_kind)
