"""Guards and views: what a borrow hands out.

A guard (`Ref`, `RefMut`) is one borrow: it refers to its lender, gives the borrow back when it ends, and is
transparent. It refers to the ledger and not to the owner, so it keeps no owner alive. What an attribute, an item or an
iteration of a guard leads to is a view: it has the rights of its guard, keeps it alive, and ends with it.

A `RefMut` can be lent again. Meanwhile it is of a class that asks its sublease before every operation, and that turns
back into the plain class when it finds the loan has ended.
"""

from __future__ import annotations

import gc
import sys
import weakref
from _thread import get_ident
from collections.abc import Callable
from enum import Enum
from functools import partial
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from . import accounts, complaints
from .abandoned import settle
from .atomic import FREE_THREADED
from .closed_guards import close_guards
from .drops import check_thread as check_resource
from .drops import collector
from .errors import NotAnOwnerError, NotCopyError, OwnershipError
from .handles import Handle, keep_forever, only_borrowed, read_only, set_class, tombstone
from .heap import objects
from .learning import learn_attributes
from .ledger import FREE, GONE, End, Ledger, Lender, Sublease, end_at, give_one_back, try_lend, try_lend_exclusively
from .levels import LEVEL, Level
from .plain import PLAIN, is_code, is_plain, mutators
from .proxies import Family, Transparent, read_attribute
from .registry import may_be_elsewhere
from .sites import SOLE, Mark, is_sole_thread, known_threads
from .surface import ChangingSurface
from .ties import CAREFUL, Holder, Ties, sub_of, take_views, tie, tied_to, views_of

if TYPE_CHECKING:
    pass

T = TypeVar("T")
S = TypeVar("S")
U = TypeVar("U")
V = TypeVar("V")
T_co = TypeVar("T_co", covariant=True)

_getframe = sys._getframe
BLOCK = end_at("block")
"""How guards end with their block; shared, because no place is recorded for it."""


class Part:
    """What a guard on a part of a value refers to: the part, and where it is kept, if that is known."""

    __slots__ = ("holder", "key", "kind", "value")

    def __init__(self, value: Any, holder: Any = None, kind: str = "call", key: Any = None) -> None:
        self.value = value
        self.holder = holder
        self.kind = kind
        self.key = key

    def put(self, new: Any) -> bool:
        """Put another value in the place of the part; False when that place is not known."""
        if not put_at(self.holder, self.kind, self.key, self.value, new):
            return False
        self.value = new
        return True


def put_at(holder: Any, kind: str, key: Any, old: Any, new: Any) -> bool:
    """Assign to an attribute or an item, provided that the old value is still there."""
    if kind == "attribute":
        if getattr(holder, key, None) is not old:
            return False
        setattr(holder, key, new)
        return True
    if kind in ("item", "index") and hasattr(type(holder), "__setitem__"):
        try:
            if holder[key] is not old:
                return False
        except (LookupError, TypeError):
            return False
        holder[key] = new
        return True
    return False


def end_views(views: list[weakref.ref[Any]] | None, end: End | None = None) -> None:
    """End the views of a holder that ends, or that goes on: then it is said how they ended."""
    for reference in views or ():
        view = reference()
        if view is not None and not type(view)._owned_dead:
            set_class(view, ViewLayout)
            view.value = None
            view.place = end
            set_class(view, DeadView)


class Onlooker(Holder):
    """What the views end with that an owner hands out while it is borrowed."""

    __slots__ = ("__weakref__", "_end", "_root")

    def __init__(self, root: Ledger) -> None:
        self.tied = None
        self._root = root
        self._end: End | None = None

    def _owned_root(self) -> Ledger:
        return self._root

    def _owned_grave(self) -> tuple[Ledger, End]:
        return self._root, self._end or self._root.end or end_at("owner")

    def _owned_lend_part(self, part: Any, exclusively: bool, frame: FrameType) -> Any:
        root = self._root
        if root.state < FREE and not settle(root):
            raise complaints.cannot_read("Owned", root, "borrow")
        root.lend()
        return make_guard(REFS, root, part, frame.f_code, frame.f_lasti, get_ident())

    def end(self, end: End) -> None:
        """The owner moved or ended."""
        self._end = end
        end_views(take_views(self))


class GuardLayout(Holder):
    """The fields of a guard; also its class while it is made or ended, when they are read and written plainly."""

    __slots__ = ("cell", "code", "lender", "offset", "thread")

    cell: Any
    """What has the value: the ledger, a `Part`, or how the guard ended. A block that is not `tied` leaves it there."""
    lender: Lender
    """What the borrow is given back to; not there while that is the ledger in `cell`."""
    offset: int
    thread: int

    _owned_kind = "Ref"
    _owned_is_guard = True
    _owned_grave_class: Any
    _owned_waits = False

    def _owned_root(self) -> Ledger:
        return lender_of(self).root

    def _owned_check_thread(self) -> None:
        check_thread(self)

    def _owned_mark(self) -> Mark | None:
        if type(self)._owned_dead:
            return None
        return Mark(_code(self), _offset(self), thread_of(self))

    def _owned_grave(self) -> tuple[Ledger, End]:
        cell = _cell(self)
        if type(cell) is not End:
            cell = BLOCK if type(self)._owned_dead else end_at("owner")
        return lender_of(self).root, cell

    def _owned_peek(self) -> Any:
        return type(self)._owned_access.read(self)

    def _owned_stored(self, handle: Any) -> Any:
        return self

    def _owned_has_views(self) -> bool:
        return views_of(self) is not None

    _owned_access: Any = None


_cell = cast("Any", GuardLayout.__dict__["cell"]).__get__
_other_lender = cast("Any", GuardLayout.__dict__["lender"]).__get__
_code = cast("Any", GuardLayout.__dict__["code"]).__get__
_offset = cast("Any", GuardLayout.__dict__["offset"]).__get__
_noted_thread = cast("Any", GuardLayout.__dict__["thread"]).__get__


def lender_of(guard: Any) -> Lender:
    """The lender of a guard, dead or alive."""
    if tied_to(guard) is not None:
        try:
            return cast("Lender", _other_lender(guard))
        except AttributeError:
            pass
    return cast("Lender", _cell(guard))


def thread_of(guard: Any) -> int:
    """The thread that borrowed; `SOLE`, if none was noted."""
    try:
        return cast("int", _noted_thread(guard))
    except AttributeError:
        return SOLE


def _dead_guard(guard: Any) -> OwnershipError:
    root, end = GuardLayout._owned_grave(guard)
    mark = Mark(_code(guard), _offset(guard), thread_of(guard))
    return complaints.used_after_end(type(guard)._owned_kind, root, end, mark)


def check_thread(guard: Any) -> None:
    """Raise `NotSendError` in another thread than the one that borrowed."""
    thread = thread_of(guard)
    if thread != get_ident() and (thread != SOLE or not is_sole_thread()):
        mark = Mark(_code(guard), _offset(guard), thread_of(guard))
        root = lender_of(guard).root
        name = complaints.place(type(guard)._owned_kind, root)
        raise complaints.wrong_thread(name, "was borrowed", root, thread, mark)


def release(guard: GuardLayout, end: End) -> Sublease | None:
    """End a guard that is of its plain class: give the borrow back, end its views; gives a sublease still out."""
    lender = close(guard, end)
    if FREE_THREADED:
        give_one_back(lender)
    elif (state := lender.state) > 0:
        lender.state = state - 1
    elif (state := lender.state) > GONE:
        lender.state = state + 1
    end_views(take_views(guard))
    if lender.wakes:
        lender.wake()
    sub = sub_of(guard)
    if sub is not None:
        tie(guard).sub = None
        if sub.state not in (FREE, GONE):
            return sub
        sub.state = GONE
    return None


def close(guard: GuardLayout, end: End) -> Lender:
    """Note how a guard of its plain class ends; gives its lender, which it remembers."""
    lender = guard.lender = lender_of(guard)
    if guard.tied is None:
        guard.tied = CAREFUL
    guard.cell = end
    return lender


def end_guard(guard: Any, end: End, dead: type) -> Sublease | None:
    """End a live guard, of whatever class."""
    set_class(guard, GuardLayout)
    if type(guard.cell) is End:
        guard.__class__ = dead
        return None
    sub = release(guard, end)
    guard.__class__ = dead
    return sub


def guards_on(lender: Lender) -> list[Any]:
    """Find the live guards on a lender: among the youngest objects first, for most borrows are short."""
    wanted = abs(lender.state)
    found: list[Any] = []
    for generation in (0, 1):
        found += guards_among(objects(generation), lender)
        if len(found) == wanted:
            return found
    return guards_among(gc.get_referrers(lender), lender)


def guards_among(others: list[Any], lender: Lender) -> list[Any]:
    """Pick the live guards on a lender."""
    found = []
    for other in others:
        kind = type(other)
        if kind is GuardLayout:
            continue  # It is being made or ended.
        if issubclass(kind, GuardLayout) and not kind._owned_dead and lender_of(other) is lender:
            found.append(other)
    return found


def expire(lender: Lender) -> list[tuple[str, Mark | None]]:
    """End all guards on a lender that ends, and what was lent from them; gives where they began."""
    marks: list[tuple[str, Mark | None]] = []
    for guard in guards_on(lender):
        mark = GuardLayout._owned_mark(guard)
        marks.append(("borrowed", mark))
        dead = getattr(type(guard), "_owned_grave_class", None)
        sub = None if dead is None else end_guard(guard, end_at("owner"), dead)  # Else its own thread ends it just now.
        if sub is not None:
            marks += expire(sub)
    lender.state = GONE
    return marks


class GuardAccess:
    """Access through a guard or a view: read with the borrow's rights, hand out views."""

    def __init__(self, *, read_only: bool, mode: str, plain: frozenset[type] = PLAIN) -> None:
        self.read_only = read_only
        self.mode = mode
        self.plain = plain

    def read(self, handle: Any, /) -> Any:
        """Give the value, in the thread that borrowed: where there is but one thread, nobody need ask."""
        if len(known_threads) != 1:
            check_thread(handle)
        try:
            return _cell(handle).value
        except AttributeError:
            raise _dead_guard(handle) from None

    def write(self, handle: Any, action: str, code: str, /) -> Any:
        """Give the value to change; a shared borrow refuses."""
        value = self.read(handle)
        if self.read_only:
            raise refuse_change(handle, action, code)
        return value

    def give(self, handle: Any, item: Any, owner: Any, kind: str, key: Any, /) -> Any:
        """Hand out an item: bare or as a view."""
        return view_of(handle, item, self.mode, owner, kind, key)

    def rebind(self, handle: Any, old: Any, new: Any, /) -> Any:
        """Keep the result of an in-place operator."""
        if new is not old:
            put(handle, new)
        return handle


def refuse_change(handle: Any, action: str, code: str) -> OwnershipError:
    """Build the error for a change through a shared borrow."""
    kind = type(handle)
    root = kind._owned_root(handle)
    name = complaints.place(kind._owned_kind, root)
    return complaints.read_only(name, root, action, code, kind._owned_mark(handle))


class LentAccess(GuardAccess):
    """Access through a `RefMut` that is lent again."""

    def _sublease(self, handle: Any) -> Any:
        sub = sub_of(handle)
        if sub is None or sub.state == FREE:
            heal(handle)
            return None
        return sub

    def read(self, handle: Any, /) -> Any:
        """Give the value, unless the sublease is exclusive."""
        sub = self._sublease(handle)
        if sub is not None and sub.state < FREE and not settle(sub):
            raise complaints.cannot_read("RefMut", sub)
        return GuardAccess.read(self, handle)

    def write(self, handle: Any, action: str, code: str, /) -> Any:
        """Give the value to change, unless it is lent."""
        sub = self._sublease(handle)
        if sub is not None and not settle(sub):
            raise complaints.cannot_change("RefMut", sub, action)
        return GuardAccess.read(self, handle)

    def give(self, handle: Any, item: Any, owner: Any, kind: str, key: Any, /) -> Any:
        """Hand out an item; read-only while lent."""
        sub = sub_of(handle)
        lent = sub is not None and sub.state != FREE
        return view_of(handle, item, "lent" if lent else "mut", owner, kind, key)


def read_unless_lent(access: Any, kind: type) -> Any:
    """Make the `__getattribute__` of a `RefMut` that was lent again: of a plain one, as soon as the loan has ended."""
    restricted = read_attribute(access, kind)
    changing = mutators(kind)

    def get_attribute(self: Any, name: str) -> Any:
        if name == "_owned_cell":
            return _cell(self)  # The read began before the handler of a signal has lent the guard.
        sub = sub_of(self)
        if sub is None or settle(sub):
            heal(self)
            return getattr(self, name)
        if name in changing and sub.state < FREE:
            raise complaints.cannot_change("RefMut", sub, f"call {name}()")
        return restricted(self, name)

    return get_attribute


SHARED = GuardAccess(read_only=True, mode="ref")
EXCLUSIVE = GuardAccess(read_only=False, mode="mut")
LENT = LentAccess(read_only=True, mode="lent")


def heal(guard: Any) -> None:
    """The sublease ended: the guard may be used without asking again."""
    set_class(guard, REF_MUTS.of(type(_cell(guard).value)))


def put(handle: Any, new: Any) -> None:
    """Put another value in the place of the one that a guard leads to."""
    cell = _cell(handle)
    if type(cell) is Part:
        if not cell.put(new):
            raise no_place(handle)
    else:
        cell.put(new)
    set_class(handle, REF_MUTS.of(type(new)))


def no_place(handle: Any) -> OwnershipError:
    """Build the error for replacing a part whose place is not known."""
    cls = type(handle)
    error = cls._owned_unsupported(handle, "replace", "map to an attribute or an item, or change the part in place")
    return cast("OwnershipError", error)


def exit_guard(guard: Any, kind: type[BaseException] | None) -> None:
    """End a guard's block. A sublease still out is ended, and reported unless an exception is on its way."""
    set_class(guard, GuardLayout)
    lender = lender_of(guard)
    dead = DeadRefMut if sub_of(guard) is not None or lender.state < 0 else DeadRef
    if type(guard.cell) is End:
        guard.__class__ = dead
        return
    if kind is not None and lender.wakes:
        lender.poison()
    sub = release(guard, BLOCK)
    guard.__class__ = dead
    if sub is not None:
        settle(sub)
        if sub.state not in (FREE, GONE):
            marks = expire(sub)
            if kind is None:
                raise complaints.still_borrowed("RefMut", lender, marks)


class Guard(GuardLayout):
    """What `Ref` and `RefMut` have in common."""

    __slots__ = ()

    def _owned_deref(self, frame: FrameType) -> Any:
        check_thread(self)
        return type(self)._owned_access.read(self)

    def _owned_drop(self, frame: FrameType) -> None:
        check_thread(self)
        sub = sub_of(self)
        if sub is not None and sub.state != FREE and not settle(sub):
            raise complaints.cannot_move("RefMut", sub, "drop")
        end_guard(self, end_at("dropped", frame), type(self)._owned_grave_class)

    def _owned_drop_part(self) -> None:
        sub = end_guard(self, end_at("dropped"), type(self)._owned_grave_class)
        if sub is not None:
            expire(sub)

    def _owned_move(self, frame: FrameType) -> Any:
        return transfer(self, None, "move", frame)

    def _owned_forget(self, frame: FrameType) -> None:
        check_thread(self)
        _leave(self, frame, "forgotten", "forget")

    def _owned_take(self, frame: FrameType) -> Any:
        raise only_borrowed(self, "unwrap")

    def _owned_disown(self) -> None:
        if not type(self)._owned_dead:
            dead = type(self)._owned_grave_class
            set_class(self, GuardLayout)
            if type(self.cell) is not End:
                keep_forever(self.cell)
                close(self, end_at("foreign"))
            end_views(take_views(self))
            self.__class__ = dead


def _leave(guard: Any, frame: FrameType, how: str, verb: str) -> tuple[Lender, Any, Any, int, int]:
    """A guard gives its borrow up without giving it back: it moves into another guard, or is forgotten."""
    sub = sub_of(guard)
    if sub is not None and sub.state != FREE and not settle(sub):
        raise complaints.cannot_move("RefMut", sub, verb)
    dead = type(guard)._owned_grave_class
    set_class(guard, GuardLayout)
    cell = guard.cell
    lender = close(guard, end_at(how, frame))
    if sub is not None:
        tie(guard).sub = None
    views = take_views(guard)
    thread = thread_of(guard)
    guard.__class__ = dead
    end_views(views)
    return lender, cell, _code(guard), _offset(guard), thread


def transfer(guard: Any, cell: Any, verb: str, frame: FrameType) -> Any:
    """Move the borrow of a guard into a new one, on the same value or on a part of it."""
    check_thread(guard)
    family = type(guard)._owned_family()
    lender, old, code, offset, thread = _leave(guard, frame, "moved", verb)
    return make_guard(family, lender, old if cell is None else cell, code, offset, thread)


def surrender(guard: Any, frame: FrameType, verb: str) -> tuple[Any, Any, int, int]:
    """A guard of a lock gives its borrow up, for another one to take over: gives what that one needs."""
    _, cell, code, offset, thread = _leave(guard, frame, "moved", verb)
    return cell, code, offset, thread


def pause(guard: Any) -> None:
    """A guard waits while others change its value: its views end, and what is lent from it must have ended."""
    sub = sub_of(guard)
    if sub is not None and sub.state != FREE and not settle(sub):
        raise complaints.cannot_change("RefMut", sub, "wait on")
    end_views(take_views(guard))


def resume(guard: Any, family: Family) -> None:
    """A guard has its value again, which may be of another type now."""
    set_class(guard, family.of(type(_cell(guard).value)))


def ties_to(lender: Lender) -> Ties | None:
    """What a fresh guard on the whole value of a lender is tied to: mostly nothing."""
    return CAREFUL if FREE_THREADED or lender.wakes else None


def make_guard(family: Family, lender: Lender, cell: Any, code: Any, offset: int, thread: int) -> Any:
    """Make a guard for a borrow that the lender has already counted."""
    cls = family.of(type(cell.value))
    guard: Any = GuardLayout()
    if cell is lender:
        guard.tied = ties_to(lender)
    else:
        guard.tied = CAREFUL
        guard.lender = lender
    guard.cell = cell
    guard.code = code
    guard.offset = offset
    guard.thread = thread
    guard.__class__ = cls
    if accounts.listener is not None:
        accounts.listener("borrowed", lender.root, guard)
    return guard


def type_inside(ledger: Ledger, kind: str) -> type:
    """Give the type of a value, unless another thread has ended it."""
    try:
        return type(ledger.value)
    except AttributeError:
        raise complaints.used_after_end(kind, ledger, ledger.end or end_at("dropped")) from None


def lend(ledger: Ledger, frame: FrameType, kind: str) -> Any:
    """Borrow a value shared: the `Ref`. `kind` is what its owner is called in messages."""
    if ledger.state < 0 and not settle(ledger):
        raise complaints.cannot_read(kind, ledger, "borrow")
    cls = ledger.ref_class
    if cls is None:
        inside = type_inside(ledger, kind)
        cls = REFS.of(inside)
        if may_be_elsewhere(inside):
            check_resource(ledger, kind)
        elif accounts.listener is None:  # Without it the verb comes here every time, and who listens hears of it.
            ledger.ref_class = cls
    guard: Any = GuardLayout()
    guard.code = frame.f_code
    guard.offset = frame.f_lasti
    if len(known_threads) != 1:
        guard.thread = get_ident()
    guard.tied = ties_to(ledger)
    if FREE_THREADED:
        lent = try_lend(ledger)
    elif lent := (state := ledger.state) >= 0:
        ledger.state = state + 1
    if not lent:  # Another thread was faster.
        raise complaints.cannot_read(kind, ledger, "borrow")
    guard.cell = ledger
    guard.__class__ = cls
    if accounts.listener is not None:
        accounts.listener("borrowed", ledger, guard)
    return guard


def lend_exclusively(ledger: Ledger, frame: FrameType, kind: str) -> Any:
    """Borrow a value exclusively: the `RefMut`."""
    if ledger.state != 0 and not settle(ledger):
        raise complaints.cannot_change(kind, ledger, "borrow_mut")
    cls = ledger.mut_class
    if cls is None:
        inside = type_inside(ledger, kind)
        cls = REF_MUTS.of(inside)
        if may_be_elsewhere(inside):
            check_resource(ledger, kind)
        elif accounts.listener is None:
            ledger.mut_class = cls
    guard: Any = GuardLayout()
    guard.code = frame.f_code
    guard.offset = frame.f_lasti
    if len(known_threads) != 1:
        guard.thread = get_ident()
    guard.tied = ties_to(ledger)
    if FREE_THREADED:
        lent = try_lend_exclusively(ledger)
    elif lent := ledger.state == 0:
        ledger.state = -1
    if not lent:  # Another thread was faster.
        raise complaints.cannot_change(kind, ledger, "borrow_mut")
    guard.cell = ledger
    guard.__class__ = cls
    if accounts.listener is not None:
        accounts.listener("borrowed", ledger, guard)
    return guard


class Ref(Guard, Generic[T_co]):
    """A shared borrow: transparent, read-only to any depth.

    `borrow(x)` gives one. Bound by `with`, it ends with the block; else when it is dropped or its last name goes.
    Reading leads to plain values bare and to everything else as read-only views. A guard belongs to the thread that
    borrowed: used in another, it raises `NotSendError`, and so do its views.

    Raises `ReadOnlyError` on every change, and `BorrowOutlivesOwnerError` once its block or its owner has ended.

    >>> from owned import Owned, ReadOnlyError, borrow
    >>> names = Owned(["a", "b"])
    >>> with borrow(names) as view:
    ...     print(len(view), view[0])
    2 a
    >>> view = borrow(names)
    >>> view.append("c")
    Traceback (most recent call last):
    ...
    owned.errors.ReadOnlyError: cannot call append() through Ref[list]: it is borrowed shared (E0596)
      ...
    """

    __slots__ = ()

    _owned_kind = "Ref"

    def __init__(self) -> None:
        raise TypeError("a Ref is made by borrow(owner)")

    @staticmethod
    def map(r: Ref[S], f: Callable[[S], U]) -> Ref[U]:
        """Narrow a shared borrow to a part of the value; `r` is moved into the result.

        >>> from owned import Owned, borrow
        >>> pair = Owned({"left": [1], "right": [2]})
        >>> left = Ref.map(borrow(pair), lambda d: d["left"])
        >>> left[0]
        1
        """
        return cast("Ref[U]", map_guard(r, f, _getframe(1), "Ref"))

    @staticmethod
    def filter_map(r: Ref[S], f: Callable[[S], U | None]) -> Ref[U] | None:
        """Narrow a shared borrow to a part, if there is one; on `None`, `r` stays as it was.

        >>> from owned import Owned, borrow, is_live
        >>> settings = Owned({"level": 3})
        >>> r = borrow(settings)
        >>> Ref.filter_map(r, lambda d: d.get("colour")) is None, is_live(r)
        (True, True)
        """
        guard: Any = r
        part = part_of(guard, f, "Ref")
        return None if part.value is None else cast("Ref[U]", transfer(guard, part, "map", _getframe(1)))

    @staticmethod
    def map_split(r: Ref[S], f: Callable[[S], tuple[U, V]]) -> tuple[Ref[U], Ref[V]]:
        """Divide a shared borrow into two, of different or the same parts; `r` is moved into them.

        >>> from owned import Owned, borrow
        >>> pair = Owned(([1], [2]))
        >>> left, right = Ref.map_split(borrow(pair), lambda p: (p[0], p[1]))
        >>> left, right
        ([1], [2])
        """
        guard: Any = r
        _expect(guard, "Ref", "map_split")
        check_thread(guard)
        log: list[tuple[Any, Any, str, Any]] = []
        left, right = f(cast("S", traced_view(guard, log)))
        first, second = traced_part(left, log), traced_part(right, log)
        family = type(guard)._owned_family()
        lender, _, code, offset, thread = _leave(guard, _getframe(1), "moved", "map_split")
        lender.lend()
        return (
            make_guard(family, lender, first, code, offset, thread),
            make_guard(family, lender, second, code, offset, thread),
        )

    @staticmethod
    def clone(r: Ref[S]) -> Ref[S]:
        """Make one more shared borrow of the same thing, as `clone(r)` does; each ends for itself."""
        guard: Any = r
        _expect(guard, "Ref", "clone")
        return cast("Ref[S]", again(guard, None, _getframe(1)))

    def _owned_lend(self, frame: FrameType) -> Any:
        return again(self, None, frame)

    def _owned_lend_part(self, part: Any, exclusively: bool, frame: FrameType) -> Any:
        return again(self, part, frame)

    def _owned_lend_mut(self, frame: FrameType) -> Any:
        raise read_only(self, "borrow_mut")

    def _owned_clone(self, frame: FrameType) -> Any:
        return again(self, None, frame)

    def _owned_replace(self, new: Any, verb: str, frame: FrameType) -> Any:
        raise read_only(self, verb)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...
        def __setattr__(self, name: str, value: Any) -> None: ...
        def __enter__(self) -> T_co: ...
        def __exit__(
            self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
        ) -> None: ...
        def __owned_value__(self) -> T_co: ...
        def __owned_lend__(self) -> T_co: ...


class RefMut(Guard, ChangingSurface, Generic[T]):
    """An exclusive borrow: transparent, for reading and changing.

    `borrow_mut(x)` gives one. While it is alive the owner can be neither read nor borrowed. It can be lent again by
    `borrow` and `borrow_mut`, and waits until that loan has ended.

    >>> from owned import Owned, borrow_mut
    >>> names = Owned(["a"])
    >>> with borrow_mut(names) as m:
    ...     m.append("b")
    >>> names.value
    ['a', 'b']

    Two exclusive borrows exclude each other:

    >>> first = borrow_mut(names)
    >>> borrow_mut(names)
    Traceback (most recent call last):
    ...
    owned.errors.BorrowMutError: cannot borrow_mut Owned[list]: it is borrowed exclusively (E0499)
      ...
    """

    __slots__ = ()

    _owned_kind = "RefMut"

    def __init__(self) -> None:
        raise TypeError("a RefMut is made by borrow_mut(owner)")

    @staticmethod
    def map(m: RefMut[S], f: Callable[[S], U]) -> RefMut[U]:
        """Narrow an exclusive borrow to a part of the value; `m` is moved into the result.

        >>> from owned import Owned, borrow_mut, drop
        >>> pair = Owned({"left": [1]})
        >>> left = RefMut.map(borrow_mut(pair), lambda d: d["left"])
        >>> left.append(2)
        >>> drop(left)
        >>> pair.value
        {'left': [1, 2]}
        """
        return cast("RefMut[U]", map_guard(m, f, _getframe(1), "RefMut"))

    @staticmethod
    def filter_map(m: RefMut[S], f: Callable[[S], U | None]) -> RefMut[U] | None:
        """Narrow an exclusive borrow to a part, if there is one; on `None`, `m` stays as it was."""
        guard: Any = m
        part = part_of(guard, f, "RefMut")
        return None if part.value is None else cast("RefMut[U]", transfer(guard, part, "map", _getframe(1)))

    @staticmethod
    def map_split(m: RefMut[S], f: Callable[[S], tuple[U, V]]) -> tuple[RefMut[U], RefMut[V]]:
        """Divide an exclusive borrow into two, of different parts; `m` is moved into them.

        Raises `BorrowMutError` (E0499) when both parts are one object.
        """
        guard: Any = m
        _expect(guard, "RefMut", "map_split")
        check_thread(guard)
        log: list[tuple[Any, Any, str, Any]] = []
        left, right = f(cast("S", traced_view(guard, log)))
        first, second = traced_part(left, log), traced_part(right, log)
        if first.value is second.value and not is_plain(first.value):
            raise complaints.cannot_change("RefMut", lender_of(guard), "borrow one part twice of", "E0499")
        family = type(guard)._owned_family()
        lender, _, code, offset, thread = _leave(guard, _getframe(1), "moved", "map_split")
        lender.divide()
        return (
            make_guard(family, lender, first, code, offset, thread),
            make_guard(family, lender, second, code, offset, thread),
        )

    def _owned_lend(self, frame: FrameType) -> Any:
        guard: Any = self
        return RefMut._owned_lend_part(guard, _cell(guard), False, frame)

    def _owned_lend_mut(self, frame: FrameType) -> Any:
        guard: Any = self
        return RefMut._owned_lend_part(guard, _cell(guard), True, frame)

    def _owned_lend_part(self, part: Any, exclusively: bool, frame: FrameType) -> Any:
        sub = sublease(self)
        if exclusively:
            if sub.state != 0 and not settle(sub):
                raise complaints.cannot_change("RefMut", sub, "borrow_mut")
            sub.lend_exclusively()
        else:
            if sub.state < 0 and not settle(sub):
                raise complaints.cannot_read("RefMut", sub, "borrow")
            sub.lend()
        set_class(self, LENT_REF_MUTS.of(type(_cell(self).value)))
        family = REF_MUTS if exclusively else REFS
        return make_guard(family, sub, part, frame.f_code, frame.f_lasti, get_ident())

    def _owned_clone(self, frame: FrameType) -> Any:
        raise complaints.build(
            NotCopyError,
            f"cannot clone {type(self)._owned_name(self)}: an exclusive borrow is the only one",
            "lend it again: borrow(m) or borrow_mut(m)",
        )

    def _owned_replace(self, new: Any, verb: str, frame: FrameType) -> Any:
        check_thread(self)
        old = type(self)._owned_access.write(self, verb, "E0594")
        put(self, new)
        return old

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...
        def __setattr__(self, name: str, value: Any) -> None: ...
        def __delattr__(self, name: str) -> None: ...
        def __setitem__(self, key: Any, value: Any) -> None: ...
        def __delitem__(self, key: Any) -> None: ...
        def __enter__(self) -> T: ...
        def __exit__(
            self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
        ) -> None: ...
        def __owned_value__(self) -> T: ...
        def __owned_lend__(self) -> T: ...
        def __owned_lend_mut__(self) -> T: ...


def sublease(guard: Any) -> Sublease:
    """The sublease of a `RefMut`: made when it is first lent again."""
    check_thread(guard)
    ties = tie(guard)
    if ties.sub is None:
        ties.sub = Sublease(lender_of(guard).root)
    return ties.sub


def again(guard: Any, part: Any, frame: FrameType) -> Any:
    """One more shared borrow of what a `Ref` borrows."""
    check_thread(guard)
    lender = lender_of(guard)
    lender.lend()
    cell = _cell(guard) if part is None else part
    return make_guard(REFS, lender, cell, frame.f_code, frame.f_lasti, get_ident())


def _expect(guard: Any, kind: str, function: str) -> None:
    if issubclass(type(guard), Handle) and type(guard)._owned_dead:
        raise type(guard)._owned_error(guard)
    if not issubclass(type(guard), Guard) or type(guard)._owned_kind != kind:
        raise complaints.build(
            NotAnOwnerError, f"{kind}.{function}() needs a {kind}, not a {type(guard).__name__!r}", "borrow first"
        )


def map_guard(guard: Any, f: Callable[[Any], Any], frame: FrameType, kind: str) -> Any:
    """Move a guard into one on a part of its value."""
    return transfer(guard, part_of(guard, f, kind), "map", frame)


def part_of(guard: Any, f: Callable[[Any], Any], kind: str) -> Part:
    """Ask a user's function for a part, and find out where that part is kept."""
    _expect(guard, kind, "map")
    check_thread(guard)
    log: list[tuple[Any, Any, str, Any]] = []
    try:
        found = f(traced_view(guard, log))
    except BaseException:
        lender = lender_of(guard)
        if lender.wakes:  # In Rust the guard went into `map`, and unwinding unlocks and poisons.
            lender.poison()
            end_guard(guard, end_at("moved"), type(guard)._owned_grave_class)
        raise
    return traced_part(found, log)


def traced_view(guard: Any, log: list[tuple[Any, Any, str, Any]]) -> Any:
    """The value of a guard as a view that writes down what is read."""
    type(guard)._owned_access.read(guard)  # Heals a guard whose loans have ended.
    access = type(guard)._owned_access
    family = TRACED_REFS if access.read_only else TRACED_MUTS
    return new_view(family, guard, access.read(guard), (None, "call", None, log))


def traced_part(found: Any, log: list[tuple[Any, Any, str, Any]]) -> Part:
    """What the function gave, and the place where it was read."""
    if issubclass(type(found), ViewLayout) and not type(found)._owned_dead:
        return Part(_target(found), *(_place(found) or ())[:3])
    for item, holder, kind, key in reversed(log):
        if item is found:
            return Part(found, holder, kind, key)
    return Part(found)


class ViewLayout(Transparent):
    """The fields of a view: what it ends with, what it shows, and where that is kept."""

    __slots__ = ("__weakref__", "holder", "place", "value")

    _owned_kind = "Ref"

    holder: Any
    value: Any
    place: Any

    _owned_access: Any = None

    def _owned_root(self) -> Ledger | None:
        holder = _holder(self)
        return cast("Ledger | None", type(holder)._owned_root(holder))

    def _owned_mark(self) -> Mark | None:
        return None

    def _owned_grave(self) -> tuple[Ledger, End]:
        holder = _holder(self)
        return cast("tuple[Ledger, End]", type(holder)._owned_grave(holder))

    def _owned_peek(self) -> Any:
        return type(self)._owned_access.read(self)

    def _owned_shows_owner(self) -> bool:
        return bool(getattr(type(_target(self)), "_owned_is_owner", False))

    def _owned_stored(self, handle: Any) -> Any:
        other = _holder(handle) if issubclass(type(handle), ViewLayout) else handle
        return _target(self) if _holder(self) is other else self

    def _owned_has_views(self) -> bool:
        return True

    def _owned_live(self) -> bool:
        target = _target(self)
        return type(target)._owned_live(target) if issubclass(type(target), Handle) else True


_holder = cast("Any", ViewLayout.__dict__["holder"]).__get__
_target = cast("Any", ViewLayout.__dict__["value"]).__get__
_place = cast("Any", ViewLayout.__dict__["place"]).__get__


def _dead_view(view: Any) -> OwnershipError:
    holder, end = _holder(view), _place(view)
    if issubclass(type(holder), GuardLayout):
        if type(end) is End:
            kind = type(holder)
            return complaints.used_after_end("view", kind._owned_root(holder), end, kind._owned_mark(holder))
        return _dead_guard(holder)
    root, end = type(holder)._owned_grave(holder)
    return complaints.used_after_end(type(holder)._owned_kind, root, end)


class View(ViewLayout):
    """What verbs do with a view. An owner that is seen through a view can be lent and cloned, and not leave."""

    __slots__ = ()

    _owned_is_view = True
    _owned_kind = "view"

    def _owned_disown(self) -> None:
        keep_forever(_target(self))

    def _owned_name(self) -> str:
        target = _target(self)
        if issubclass(type(target), Handle):
            return cast("str", type(target)._owned_name(target))
        root = ViewLayout._owned_root(self)
        return f"{type(target).__name__} in " + (complaints.place("Ref", root) if root is not None else "a borrow")

    def _owned_lend(self, frame: FrameType) -> Any:
        target = _target(self)
        if issubclass(type(target), Handle):
            return type(target)._owned_lend(target, frame)
        holder = _holder(self)
        return type(holder)._owned_lend_part(holder, Part(target, *(_place(self) or ())[:3]), False, frame)

    def _owned_lend_mut(self, frame: FrameType) -> Any:
        target = _target(self)
        if type(self)._owned_access.read_only and not getattr(type(target), "_owned_interior", False):
            raise refuse_change(self, "borrow_mut", "E0596")
        if issubclass(type(target), Handle):
            return type(target)._owned_lend_mut(target, frame)
        holder = _holder(self)
        return type(holder)._owned_lend_part(holder, Part(target, *(_place(self) or ())[:3]), True, frame)

    def _owned_clone(self, frame: FrameType) -> Any:
        target = _target(self)
        if issubclass(type(target), Handle):
            return type(target)._owned_clone(target, frame)
        return View._owned_lend(self, frame)

    def _owned_move(self, frame: FrameType) -> Any:
        raise only_borrowed(self, "move")

    def _owned_drop(self, frame: FrameType) -> None:
        raise only_borrowed(self, "drop")

    def _owned_take(self, frame: FrameType) -> Any:
        raise only_borrowed(self, "unwrap")

    def _owned_forget(self, frame: FrameType) -> None:
        raise only_borrowed(self, "forget")

    def _owned_deref(self, frame: FrameType) -> Any:
        target = type(self)._owned_access.read(self)
        return type(target)._owned_deref(target, frame) if issubclass(type(target), Handle) else target

    def _owned_replace(self, new: Any, verb: str, frame: FrameType) -> Any:
        if type(self)._owned_access.read_only:
            raise refuse_change(self, verb, "E0596")
        target = type(self)._owned_access.write(self, verb, "E0594")
        if issubclass(type(target), Handle):
            return type(target)._owned_replace(target, new, verb, frame)
        place = _place(self)
        if place is None or not put_at(place[0], place[1], place[2], target, new):
            raise no_place(self)
        return target


class ViewAccess(GuardAccess):
    """Access through a view."""

    def read(self, handle: Any, /) -> Any:
        """Give what the view shows, unless its guard waits for a loan."""
        if type(handle)._owned_dead:
            raise _dead_view(handle)
        holder = _holder(handle)
        if len(known_threads) != 1:
            type(holder)._owned_check_thread(holder)
        if type(holder)._owned_waits:
            sub = sub_of(holder)
            if sub is not None and sub.state < FREE and not settle(sub):
                raise complaints.cannot_read("RefMut", sub)
        return _target(handle)

    def write(self, handle: Any, action: str, code: str, /) -> Any:
        """Give what the view shows, to change it."""
        if type(handle)._owned_dead:
            raise _dead_view(handle)
        holder = _holder(handle)
        if len(known_threads) != 1:
            type(holder)._owned_check_thread(holder)
        if self.read_only:
            self.read(handle)
            raise self.refuse(handle, action, code)
        if type(holder)._owned_waits:
            sub = sub_of(holder)
            if sub is not None and not settle(sub):
                raise complaints.cannot_change("RefMut", sub, action)
        return _target(handle)

    def refuse(self, handle: Any, action: str, code: str) -> OwnershipError:
        """Say why a change is refused."""
        return refuse_change(handle, action, code)

    def rebind(self, handle: Any, old: Any, new: Any, /) -> Any:
        """The assignment that follows an in-place operator stores the result where it belongs."""
        return handle if new is old else new


class OnlookerAccess(ViewAccess):
    """Access through a view that a borrowed owner gave: changes are refused because of the borrow."""

    def refuse(self, handle: Any, action: str, code: str) -> OwnershipError:
        """Say that the owner is borrowed."""
        holder = _holder(handle)
        lender: Any = sub_of(holder) if issubclass(type(holder), GuardLayout) else type(holder)._owned_root(holder)
        return complaints.cannot_change("Owned", lender, action, "E0499" if lender.state < FREE else "E0502")


class TracedAccess(ViewAccess):
    """Access that writes down what is read, so that the place of a mapped part is known."""

    def give(self, handle: Any, item: Any, owner: Any, kind: str, key: Any, /) -> Any:
        """Write down, then hand out."""
        log = _place(handle)[3]
        log.append((item, owner, kind, key))
        if hands_out_bare(item, self.mode):
            return item
        return new_view(TRACED_REFS if self.read_only else TRACED_MUTS, _holder(handle), item, (owner, kind, key, log))


def hands_out_bare(item: Any, mode: str) -> bool:
    """Is this handed out as it is: a plain value, code, or a borrow of its own?"""
    kind = type(item)
    if kind in PLAIN or is_plain(item) or is_code(item):
        return True
    if issubclass(kind, Handle):
        return issubclass(kind, ViewLayout) or (
            kind._owned_is_guard and (mode == "mut" or kind._owned_kind in ("Ref", "Str"))
        )
    return False


def view_of(handle: Any, item: Any, mode: str, owner: Any, kind: str, key: Any) -> Any:
    """Hand out what a guard or view leads to."""
    if hands_out_bare(item, mode):
        return item
    holder = _holder(handle) if issubclass(type(handle), ViewLayout) else handle
    return new_view(VIEWS[mode], holder, item, (owner, kind, key))


def new_view(family: Family, holder: Any, value: Any, place: Any) -> Any:
    """Make a view that ends with its holder."""
    cls = family.of(type(value))
    view: Any = ViewLayout()
    view.holder = holder
    view.value = value
    view.place = place
    view.__class__ = cls
    ties = tie(holder)
    views = ties.views
    if views is None:
        ties.views = [weakref.ref(view)]
    else:
        number = len(views)
        if number >= 63 and number & (number + 1) == 0:  # At 63, 127, 255, ...: seldom, also when all are alive.
            views[:] = [reference for reference in views if reference() is not None]
        views.append(weakref.ref(view))
    return view


def bare_in_block(value: Any) -> bool:
    """Is a `with` block on a borrow of this value given the bare value?"""
    return is_plain(value)


def enter_maybe_plain(self: Any) -> Any:
    """Begin the block of a shared borrow of what may be a plain value, which is given bare."""
    value = _cell(self).value
    return value if is_plain(value) else self


def enter(self: Any) -> Any:
    """Begin the block of a borrow."""
    return self


def enter_bare(self: Any) -> Any:
    """Begin the block of a borrow, at level `fast`: it is given the bare value."""
    return _cell(self).value


def enter_to_change(self: Any) -> Any:
    """The same for an exclusive borrow: what can only be changed by exchange needs the guard for that."""
    value = _cell(self).value
    return self if is_plain(value) else value


BARE_BLOCKS = LEVEL is Level.FAST or LEVEL is Level.OFF


class RefFamily(Family):
    """The classes of `Ref`: the common types of values are never plain, and their blocks need not ask."""

    def _make(self, kind: type) -> type:
        made: Any = super()._make(kind)
        may_be_plain = kind in PLAIN or issubclass(kind, (tuple, frozenset, Enum))
        made.__enter__ = enter_bare if BARE_BLOCKS else enter_maybe_plain if may_be_plain else enter
        return cast("type", made)


def exit_shared(
    self: Any, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
) -> None:
    """End the block of a shared borrow."""
    set_class(self, GuardLayout)
    if self.tied is None:
        ledger = self.cell
        state = ledger.state
        if state > 0:
            ledger.state = state - 1
            self.__class__ = DeadRef
            return
    exit_guard(self, kind)


def exit_exclusive(
    self: Any, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
) -> None:
    """End the block of an exclusive borrow."""
    set_class(self, GuardLayout)
    if self.tied is None:
        ledger = self.cell
        if ledger.state == -1:
            ledger.state = 0
            self.__class__ = DeadRefMut
            return
    exit_guard(self, kind)


def drop_guard(self: Any) -> None:
    """The last reference to a guard is gone: the borrow ends. Nobody sees the guard again, except in a collection."""
    if tied_to(self) is None and not collector[0]:
        ledger = _cell(self)
        if (state := ledger.state) > 0:
            ledger.state = state - 1
            return
        if ledger.state == -1:
            ledger.state = 0
            return
    sub = end_guard(self, end_at("dropped"), type(self)._owned_grave_class)
    if sub is not None:
        expire(sub)


DeadRef = tombstone(GuardLayout, Ref, _dead_guard)
DeadRefMut = tombstone(GuardLayout, RefMut, _dead_guard)
DeadView = tombstone(ViewLayout, Ref, _dead_view)
DeadRefMut._owned_kind = "RefMut"  # type: ignore[attr-defined]


def shorten_reads(base: type, kind: type, made: dict[str, Any]) -> None:
    """Complete a class of guards: what is known of the type of the value makes reads short."""
    cell = GuardLayout.__dict__["cell"]
    if not close_guards(base, cell, kind, made):
        learn_attributes(base, cell, kind, made)


REFS: Family = RefFamily(
    "Ref",
    (Ref,),
    SHARED,
    extra={
        "__enter__": enter,
        "_owned_access": SHARED,
        "_owned_grave_class": DeadRef,
        "_owned_family": lambda: REFS,
        "__exit__": exit_shared,
        "__del__": drop_guard,
    },
    finish=partial(shorten_reads, Ref),
)
_MUT = {
    "__enter__": enter_to_change if BARE_BLOCKS else enter,
    "_owned_grave_class": DeadRefMut,
    "_owned_family": lambda: REF_MUTS,
    "__exit__": exit_exclusive,
    "__del__": drop_guard,
}
REF_MUTS: Family = Family(
    "RefMut",
    (RefMut,),
    EXCLUSIVE,
    extra={"_owned_access": EXCLUSIVE, **_MUT},
    finish=partial(shorten_reads, RefMut),
)
LENT_REF_MUTS = Family(
    "RefMut",
    (RefMut,),
    LENT,
    reader=read_unless_lent,
    extra={"_owned_access": LENT, "_owned_waits": True, **_MUT},
)


def views_with(access: ViewAccess) -> Family:
    """Make the classes of views with such access."""
    name = "Ref" if access.read_only else "RefMut"
    return Family(name, (View,), access, forwards_with=True, extra={"_owned_access": access})


VIEWS: dict[str, Family] = {
    "ref": views_with(ViewAccess(read_only=True, mode="ref")),
    "mut": views_with(ViewAccess(read_only=False, mode="mut")),
    "lent": views_with(OnlookerAccess(read_only=True, mode="lent")),
}
TRACED_REFS = views_with(TracedAccess(read_only=True, mode="ref", plain=frozenset()))
TRACED_MUTS = views_with(TracedAccess(read_only=False, mode="mut", plain=frozenset()))
