"""Shared owners: `Rc` within a thread, `Arc` between threads, and `Weak`, which keeps nothing alive."""

from __future__ import annotations

import sys
from _thread import get_ident
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from . import complaints
from .atomic import FREE_THREADED, atomic
from .counts import Count, fill, one_less_weak, one_more_weak, open_count
from .errors import OwnershipError
from .guards import RefMut
from .handles import Handle, set_class, tombstone
from .ledger import End, Ledger, end_at
from .owners import adopt
from .proxies import Family
from .shares import begin, strong, upgraded
from .sharing import (
    HELD,
    SHARE_OF,
    SHARED,
    Shared,
    SharedLayout,
    at_home,
    away,
    create,
    dead_handle,
    expect,
    expect_exclusive,
    expect_own,
    hold_if_only,
    hold_or_copy,
    make_handle,
    readable,
    unwrap,
    unwrap_last,
    unwrap_or_copy,
)
from .sites import caller

if TYPE_CHECKING:
    pass

T_co = TypeVar("T_co", covariant=True)
S = TypeVar("S")

_getframe = sys._getframe


class Rc(Shared, Generic[T_co]):
    """A shared owner within one thread: the last handle that ends drops the value, at once.

    `clone(rc)` makes another handle on the same value. Every handle is transparent and, as the value is shared,
    read-only to any depth; what is to change is kept in a `Cell` or `RefCell` inside. What belongs to the handle itself
    are functions of the class, so that the value's own names are never hidden: `Rc.strong_count(rc)`.

    Raises `ReadOnlyError` on a change, `NotSendError` in another thread, and `UseAfterMoveError` or
    `UseAfterDropError` when this handle has ended.

    >>> from owned import Rc, clone, drop
    >>> names = Rc(["a", "b"])
    >>> again = clone(names)
    >>> Rc.strong_count(names), again[0], again == names
    (2, 'a', True)
    >>> drop(again)
    >>> Rc.strong_count(names)
    1
    >>> names.append("c")
    Traceback (most recent call last):
    ...
    owned.errors.ReadOnlyError: cannot call append() through Rc[list]: it is shared, and read-only (E0596)
      ...
    """

    __slots__ = ()

    _owned_kind = "Rc"

    if TYPE_CHECKING:

        def __init__(
            self, value: T_co, *, drop: Callable[[Any], object] | None = None, name: str | None = None
        ) -> None: ...
        def __owned_value__(self) -> T_co: ...
        def __owned_take__(self) -> T_co: ...
        def __owned_lend__(self) -> T_co: ...

    else:

        def __new__(cls, value, *, drop=None, name=None):
            return create(RCS, value, drop, name, _getframe(1), local=True)

    @staticmethod
    def strong_count(rc: Rc[Any]) -> int:
        """Count the strong handles on the value.

        >>> from owned import Rc, clone
        >>> one = Rc([])
        >>> two = clone(one)
        >>> Rc.strong_count(one)
        2
        """
        return strong(readable(expect(rc, "Rc", "strong_count"), "read"))

    @staticmethod
    def weak_count(rc: Rc[Any]) -> int:
        """Count the `Weak` handles on the value."""
        return readable(expect(rc, "Rc", "weak_count"), "read").weak

    @staticmethod
    def downgrade(rc: Rc[S]) -> Weak[S]:
        """Make a `Weak` handle, which does not keep the value alive.

        >>> from owned import Rc, Weak, drop
        >>> parent = Rc(["parent"])
        >>> back = Rc.downgrade(parent)
        >>> drop(parent)
        >>> Weak.upgrade(back) is None
        True
        """
        return cast("Weak[S]", _make_weak(readable(expect(rc, "Rc", "downgrade"), "downgrade"), "Rc"))

    @staticmethod
    def ptr_eq(a: Rc[Any], b: Rc[Any]) -> bool:
        """Do two handles share one value? `==` compares the values instead."""
        return at_home(expect(a, "Rc", "ptr_eq")) is at_home(expect(b, "Rc", "ptr_eq"))

    @staticmethod
    def get_mut(rc: Rc[S]) -> RefMut[S] | None:
        """Borrow the value exclusively, if this is the only handle on it, weak ones included; else give `None`.

        Raises `BorrowMutError` while the value is borrowed through this handle.

        >>> from owned import Rc, clone, drop
        >>> numbers = Rc([1])
        >>> with Rc.get_mut(numbers) as m:
        ...     m.append(2)
        >>> again = clone(numbers)
        >>> Rc.get_mut(numbers) is None, again
        (True, [1, 2])
        """
        return cast("RefMut[S] | None", hold_if_only(expect_exclusive(rc, "Rc", "get_mut"), _getframe(1)))

    @staticmethod
    def make_mut(rc: Rc[S]) -> RefMut[S]:
        """Borrow the value exclusively, copying it first if others share it; `Weak` handles on it are left behind.

        >>> from owned import Rc, clone
        >>> numbers = Rc([1])
        >>> again = clone(numbers)
        >>> with Rc.make_mut(numbers) as m:
        ...     m.append(2)
        >>> numbers, again
        ([1, 2], [1])
        """
        return cast("RefMut[S]", hold_or_copy(expect_exclusive(rc, "Rc", "make_mut"), _getframe(1)))

    @staticmethod
    def try_unwrap(rc: Rc[S]) -> S:
        """Take the value out of the only strong handle.

        Raises `MoveOutOfBorrowError` when others share it; nothing is changed then.

        >>> from owned import Rc, clone, drop
        >>> numbers = Rc([1])
        >>> again = clone(numbers)
        >>> Rc.try_unwrap(numbers)
        Traceback (most recent call last):
        ...
        owned.errors.MoveOutOfBorrowError: cannot unwrap Rc[list]: 2 handles share it (E0507)
          ...
        >>> drop(again)
        >>> Rc.try_unwrap(numbers)
        [1]
        """
        return cast("S", unwrap(expect_own(rc, "Rc", "try_unwrap"), _getframe(1)))

    @staticmethod
    def into_inner(rc: Rc[S]) -> S | None:
        """Take the value out if this is the last strong handle; else drop this handle and give `None`.

        >>> from owned import Rc, clone
        >>> numbers = Rc([1])
        >>> Rc.into_inner(clone(numbers)), Rc.into_inner(numbers)
        (None, [1])
        """
        return cast("S | None", unwrap_last(expect_own(rc, "Rc", "into_inner"), _getframe(1)))

    @staticmethod
    def unwrap_or_clone(rc: Rc[S]) -> S:
        """Take the value out if this is the only strong handle; else copy it, as `clone` of an owner does."""
        return cast("S", unwrap_or_copy(expect_own(rc, "Rc", "unwrap_or_clone"), _getframe(1)))

    @staticmethod
    def new_cyclic(f: Callable[[Weak[S]], S]) -> Rc[S]:
        """Make a value that refers to itself by a `Weak`, which can be upgraded as soon as the value is made.

        >>> from owned import Rc, Weak
        >>> class Node:
        ...     def __init__(self, me):
        ...         self.me = me
        >>> node = Rc.new_cyclic(Node)
        >>> Rc.ptr_eq(Weak.upgrade(node.me), node), Rc.strong_count(node), Rc.weak_count(node)
        (True, 1, 1)
        """
        return cast("Rc[S]", _new_cyclic(RCS, f, _getframe(1), local=True))


class Arc(Shared, Generic[T_co]):
    """A shared owner between threads: the last handle that ends, in whatever thread, drops the value, at once.

    As `Rc`, except that handles may be moved to, used and dropped in other threads; each thread takes a handle of its
    own by `clone(arc)`. What is to change is kept in a `Mutex` or an `RwLock` inside.

    >>> import threading
    >>> from owned import Arc, borrow_mut, clone
    >>> numbers = Arc([1, 2, 3])
    >>> sums = []
    >>> thread = threading.Thread(target=lambda mine: sums.append(sum(mine)), args=(clone(numbers),))
    >>> thread.start()
    >>> thread.join()
    >>> sums
    [6]
    >>> borrow_mut(numbers)
    Traceback (most recent call last):
    ...
    owned.errors.ReadOnlyError: borrow_mut() needs exclusive access, and Arc[list] only shares its value (E0596)
      ...
    """

    __slots__ = ()

    _owned_kind = "Arc"
    _owned_local = False

    if TYPE_CHECKING:

        def __init__(
            self, value: T_co, *, drop: Callable[[Any], object] | None = None, name: str | None = None
        ) -> None: ...
        def __owned_value__(self) -> T_co: ...
        def __owned_take__(self) -> T_co: ...
        def __owned_lend__(self) -> T_co: ...

    else:

        def __new__(cls, value, *, drop=None, name=None):
            return create(ARCS, value, drop, name, _getframe(1), local=False)

    @staticmethod
    def strong_count(arc: Arc[Any]) -> int:
        """Count the strong handles on the value. Other threads may change the number at any time."""
        return strong(readable(expect(arc, "Arc", "strong_count"), "read"))

    @staticmethod
    def weak_count(arc: Arc[Any]) -> int:
        """Count the `Weak` handles on the value. Other threads may change the number at any time."""
        return readable(expect(arc, "Arc", "weak_count"), "read").weak

    @staticmethod
    def downgrade(arc: Arc[S]) -> Weak[S]:
        """Make a `Weak` handle, which does not keep the value alive."""
        return cast("Weak[S]", _make_weak(readable(expect(arc, "Arc", "downgrade"), "downgrade"), "Arc"))

    @staticmethod
    def ptr_eq(a: Arc[Any], b: Arc[Any]) -> bool:
        """Do two handles share one value? `==` compares the values instead."""
        return at_home(expect(a, "Arc", "ptr_eq")) is at_home(expect(b, "Arc", "ptr_eq"))

    @staticmethod
    def get_mut(arc: Arc[S]) -> RefMut[S] | None:
        """Borrow the value exclusively, if this is the only handle on it, weak ones included; else give `None`."""
        return cast("RefMut[S] | None", hold_if_only(expect_exclusive(arc, "Arc", "get_mut"), _getframe(1)))

    @staticmethod
    def make_mut(arc: Arc[S]) -> RefMut[S]:
        """Borrow the value exclusively, copying it first if others share it; `Weak` handles on it are left behind."""
        return cast("RefMut[S]", hold_or_copy(expect_exclusive(arc, "Arc", "make_mut"), _getframe(1)))

    @staticmethod
    def try_unwrap(arc: Arc[S]) -> S:
        """Take the value out of the only strong handle; raises `MoveOutOfBorrowError` when others share it."""
        return cast("S", unwrap(expect_own(arc, "Arc", "try_unwrap"), _getframe(1)))

    @staticmethod
    def into_inner(arc: Arc[S]) -> S | None:
        """Take the value out if this is the last strong handle; else drop this handle and give `None`.

        When several threads do this with the last handles, exactly one of them gets the value.
        """
        return cast("S | None", unwrap_last(expect_own(arc, "Arc", "into_inner"), _getframe(1)))

    @staticmethod
    def unwrap_or_clone(arc: Arc[S]) -> S:
        """Take the value out if this is the only strong handle; else copy it, as `clone` of an owner does."""
        return cast("S", unwrap_or_copy(expect_own(arc, "Arc", "unwrap_or_clone"), _getframe(1)))

    @staticmethod
    def new_cyclic(f: Callable[[Weak[S]], S]) -> Arc[S]:
        """Make a value that refers to itself by a `Weak`, which can be upgraded as soon as the value is made."""
        return cast("Arc[S]", _new_cyclic(ARCS, f, _getframe(1), local=False))


class WeakLayout(Handle):
    """The fields of a weak handle."""

    __slots__ = ("__weakref__", "count", "end", "key", "strong_kind")

    _owned_kind = "Weak"
    _owned_is_owner = True

    count: Count
    end: End | None
    strong_kind: str

    def _owned_root(self) -> Ledger | None:
        return self.count

    def _owned_grave(self) -> tuple[Ledger, End]:
        return _weak_count(self), _weak_end(self)


_weak_count: Any = cast("Any", WeakLayout.__dict__["count"]).__get__
_weak_end: Any = cast("Any", WeakLayout.__dict__["end"]).__get__
_set_weak_end: Any = cast("Any", WeakLayout.__dict__["end"]).__set__
_delete_weak_key: Any = atomic(cast("Any", WeakLayout.__dict__["key"]).__delete__)


def _make_weak(count: Count, strong_kind: str) -> Any:
    one_more_weak(count)
    weak: Any = WeakLayout()
    weak.count = count
    weak.key = weak.end = None
    weak.strong_kind = strong_kind
    weak.__class__ = Weak
    return weak


def _dead_weak(weak: Any) -> OwnershipError:
    return complaints.used_after_end("Weak", _weak_count(weak), _weak_end(weak) or end_at("moved"))


class Weak(WeakLayout, Generic[T_co]):
    """A handle on a shared value that does not keep it alive: the way out of cycles.

    `Rc.downgrade(rc)` makes one; `Weak.upgrade(w)` gives a strong handle, or `None` when the value has ended. `Weak()`
    belongs to no value and never upgrades.

    >>> from owned import Rc, Weak, drop
    >>> tree = Rc(["root"])
    >>> seen = Rc.downgrade(tree)
    >>> len(Weak.upgrade(seen))
    1
    >>> drop(tree)
    >>> Weak.upgrade(seen), Weak.upgrade(Weak())
    (None, None)
    >>> from owned import borrow
    >>> borrow(seen)
    Traceback (most recent call last):
    ...
    owned.errors.NotAnOwnerError: borrow() does not apply to Weak[list]
      ...
    """

    __slots__ = ()

    if TYPE_CHECKING:

        def __init__(self) -> None: ...

    else:

        def __new__(cls):
            count = open_count(None, None, _getframe(1), local=False)
            return _make_weak(count, "")

    @staticmethod
    def upgrade(w: Weak[S]) -> Any:
        """Give a strong handle, of the type that `w` was made from, if the value is still alive; else `None`.

        Raises `NotSendError` for a `Weak` of an `Rc` in another thread.
        """
        weak: Any = expect(w, "Weak", "upgrade")
        count = _weak_at_home(weak)
        share = upgraded(count)
        return None if share is None else make_handle(ARCS if weak.strong_kind == "Arc" else RCS, share)

    @staticmethod
    def strong_count(w: Weak[Any]) -> int:
        """Count the strong handles on the value: 0 when it has ended."""
        return strong(_weak_at_home(expect(w, "Weak", "strong_count")))

    @staticmethod
    def weak_count(w: Weak[Any]) -> int:
        """Count the `Weak` handles on the value: 0, this one aside, when the value has ended."""
        count = _weak_at_home(expect(w, "Weak", "weak_count"))
        return count.weak if strong(count) else 0

    @staticmethod
    def ptr_eq(a: Weak[Any], b: Weak[Any]) -> bool:
        """Do two handles belong to one value? Those that belong to none are equal, too."""
        first: Any = expect(a, "Weak", "ptr_eq")
        second: Any = expect(b, "Weak", "ptr_eq")
        return first.count is second.count or first.strong_kind == second.strong_kind == ""

    def __repr__(self) -> str:
        return "(Weak)"

    def __del__(self) -> None:
        try:
            _delete_weak_key(self)
        except AttributeError:
            return
        one_less_weak(_weak_count(self))

    def _owned_end(self, end: End) -> Count:
        count = _weak_at_home(self)
        try:
            _delete_weak_key(self)
        except AttributeError:
            raise _dead_weak(self) from None
        _set_weak_end(self, end)
        set_class(self, DeadWeak)
        return count

    def _owned_move(self, frame: FrameType) -> Any:
        kind = self.strong_kind
        count = Weak._owned_end(self, end_at("moved", frame))
        other = _make_weak(count, kind)
        one_less_weak(count)
        return other

    def _owned_drop(self, frame: FrameType) -> None:
        one_less_weak(Weak._owned_end(self, end_at("dropped", frame)))

    def _owned_drop_part(self) -> None:
        if not type(self)._owned_dead:
            one_less_weak(Weak._owned_end(self, end_at("dropped", caller())))

    def _owned_forget(self, frame: FrameType) -> None:
        Weak._owned_end(self, end_at("forgotten", frame))

    def _owned_clone(self, frame: FrameType) -> Any:
        return _make_weak(_weak_at_home(self), self.strong_kind)

    def _owned_disown(self) -> None:
        if not type(self)._owned_dead:
            _set_weak_end(self, end_at("foreign"))
            set_class(self, DeadWeak)


def _weak_at_home(weak: Any) -> Count:
    count: Count = weak.count
    if count.local and count.thread != get_ident():
        raise away(weak, count)
    return count


def _new_cyclic(family: Family, f: Callable[[Any], Any], frame: FrameType, *, local: bool) -> Any:
    count = open_count(None, None, frame, local=local)
    value = f(_make_weak(count, family.name))
    if issubclass(type(value), Handle):
        value = adopt(value, frame)
    fill(count, value)
    return make_handle(family, begin(count))


DeadRc = tombstone(SharedLayout, Rc, dead_handle)
DeadArc = tombstone(SharedLayout, Arc, dead_handle)
DeadArc._owned_kind = "Arc"  # type: ignore[attr-defined]
DeadWeak = tombstone(WeakLayout, Weak, _dead_weak)
_OF_RCS: dict[str, Any] = {
    "_owned_grave_class": DeadRc,
    "_owned_family": lambda: RCS,
    "_owned_held_family": lambda: HELD_RCS,
}
_OF_ARCS: dict[str, Any] = {
    "_owned_grave_class": DeadArc,
    "_owned_family": lambda: ARCS,
    "_owned_held_family": lambda: HELD_ARCS,
}
QUICK = None if FREE_THREADED else SHARE_OF
"""Gives the share of a handle that is cloned without a call, where one more reference to it is one more handle."""

RCS: Family = Family("Rc", (Rc,), SHARED, extra={"_owned_access": SHARED, "_owned_share_of": QUICK, **_OF_RCS})
HELD_RCS: Family = Family("Rc", (Rc,), HELD, extra={"_owned_access": HELD, "_owned_held": True, **_OF_RCS})
ARCS: Family = Family("Arc", (Arc,), SHARED, extra={"_owned_access": SHARED, "_owned_share_of": QUICK, **_OF_ARCS})
HELD_ARCS: Family = Family("Arc", (Arc,), HELD, extra={"_owned_access": HELD, "_owned_held": True, **_OF_ARCS})
