"""The kernel of shared ownership: strong handles, what they may do, and how they end.

A strong handle is thin: it refers to the count, which is the ledger of the value, to the share, by which the handles
are counted, and to the sublease that its own borrows are counted by. Handles are independent of each other: a borrow
through one hinders neither the move nor the drop of another. The last strong handle that ends ends the value, at once.

What a handle may do now is in its class, as with all handles:

    Rc per type, Arc per type    read-only: views of what is inside
    held Rc, held Arc            `get_mut` has lent the value: asks the sublease, and turns back when it is free
    DeadRc, DeadArc              moved, dropped, unwrapped or forgotten

Two threads may end the same `Arc` handle at once. Who ends a handle deletes its reference to the share, which succeeds
once: who deletes it acts. A handle whose last name goes does not even notice.
"""

from __future__ import annotations

import time
from _thread import get_ident
from sys import getrefcount
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, cast

from . import accounts, complaints
from .abandoned import settle
from .accounts import moved
from .atomic import FREE_THREADED, one_step
from .counts import Count, fill, lose, open_count
from .cycles import report_cycle
from .drops import (
    Dropping,
    Exit,
    check_droppable,
    check_loop,
    check_thread,
    collector,
    drop_awaiting,
    drop_now,
    drop_orphan,
    ends_silently,
    is_foreign,
    is_only_asynchronous,
    only_by_awaiting,
)
from .errors import MoveOutOfBorrowError, NotAnOwnerError, NotCopyError, OwnershipError, ReadOnlyError, ScopeError
from .guards import REF_MUTS, REFS, ViewLayout, end_views, expire, make_guard, view_of
from .handles import Handle, keep_forever, only_borrowed, set_class
from .ledger import FREE, GONE, End, Ledger, Sublease, end_at
from .owners import Owner, adopt, check_arguments, clone_value, note_kind
from .plain import PLAIN
from .proxies import Family
from .quick_drops import rests_in_peace
from .returned import hand_back, take_back, waiting
from .shares import ALONE, Share, at_the_end, begin, forget, leave, leave_alone, strong, taken, upgraded
from .sites import MAIN, caller, known_threads, this_thread
from .tasks import when_tasks_run
from .ties import Holder, Ties, set_tied, sub_of, take_views, tied_to, views_of

if TYPE_CHECKING:
    from typing_extensions import Self

_DIED = end_at("dropped")
"""How handles end whose last name goes; shared, because no place is recorded for it."""

_ALIVE: Any = object()
"""What a handle leaves behind that was not the last one."""


class SharedLayout(Owner, Holder):
    """The fields of a strong handle."""

    __slots__ = ("__weakref__", "count", "end", "entered", "share")

    _owned_kind = "Rc"
    _owned_access: Any = None
    _owned_grave_class: Any = None
    _owned_family: Any = None
    _owned_held_family: Any = None
    _owned_held = False
    _owned_local = True

    def _owned_ledger(self) -> Ledger:
        return cast("Ledger", _count(self))

    def _owned_grave(self) -> tuple[Ledger, End]:
        return _count(self), _end(self) or _count(self).end or _DIED

    def _owned_peek(self) -> Any:
        return type(self)._owned_access.read(self)

    def _owned_stored(self, handle: Any) -> Any:
        return self

    def _owned_check_thread(self) -> None:
        at_home(self)

    def _owned_bury(self, end: End) -> None:
        """End the handle: what hangs on it ends, too."""
        _set_end(self, end)
        set_class(self, type(self)._owned_grave_class)
        end_views(views_of(self))
        end_sublease(sub_of(self))


_count: Any = cast("Any", SharedLayout.__dict__["count"]).__get__
_set_count: Any = cast("Any", SharedLayout.__dict__["count"]).__set__
_noted_end: Any = cast("Any", SharedLayout.__dict__["end"]).__get__
_set_end: Any = cast("Any", SharedLayout.__dict__["end"]).__set__
_noted_entry: Any = cast("Any", SharedLayout.__dict__["entered"]).__get__
_set_entered: Any = cast("Any", SharedLayout.__dict__["entered"]).__set__
SHARE_OF: Any = cast("Any", SharedLayout.__dict__["share"]).__get__
"""Gives the share of a handle that has not ended; raises `AttributeError` for any other."""

_set_share: Any = cast("Any", SharedLayout.__dict__["share"]).__set__
_part: Any = cast("Any", SharedLayout.__dict__["share"]).__delete__


QUICK = not FREE_THREADED
"""May a handle that is not the last one be dropped in one step? Not where the task of the drop is to be noted."""


def _note_tasks(on: bool) -> None:
    global QUICK
    QUICK = not (FREE_THREADED or on)


when_tasks_run.append(_note_tasks)


def _end(handle: Any) -> End | None:
    """How a handle ended, if it did. Of a quick drop only the place was noted."""
    try:
        noted = _noted_end(handle)
    except AttributeError:
        return None
    if type(noted) is not tuple:
        return cast("End", noted)
    end = End()
    end.kind = "dropped"
    end.code, end.offset, end.thread = noted
    end.task = None
    return end


def _entered(handle: Any) -> bool:
    """Is the handle bound by a `with`?"""
    try:
        return bool(_noted_entry(handle))
    except AttributeError:
        return False


def make_handle(family: Family, share: Share) -> Any:
    """Make a strong handle."""
    count = share.count
    cls = family.of(type(count.value))
    handle: Any = SharedLayout()
    handle.share = share
    handle.count = count
    handle.tied = None
    handle.__class__ = cls
    return handle


def create(family: Family, value: Any, drop: Any, name: str | None, frame: FrameType, *, local: bool) -> Any:
    """Take a value over into shared ownership."""
    if drop is not None:
        check_arguments(family.name, value, drop, name)
    if waiting:
        take_back()
    if issubclass(type(value), Handle):
        value = adopt(value, frame)
    count = open_count(drop, name, frame, local=local)
    fill(count, value)
    return make_handle(family, begin(count))


def away(handle: Any, count: Count) -> OwnershipError:
    """Build the error for an `Rc` in a thread that it does not belong to."""
    kind = type(handle)._owned_kind
    return complaints.wrong_thread(
        complaints.place(kind, count), "belongs to its thread: it was created", count, count.thread
    )


def at_home(handle: Any) -> Count:
    """Give the count of a handle that may be used in this thread."""
    count = cast("Count", _count(handle))
    if count.local and count.thread != get_ident():
        raise away(handle, count)
    return count


def unlent(handle: Any, verb: str) -> Count:
    """The gate of what ends or moves a handle: its count, if nothing is borrowed through it."""
    count = at_home(handle)
    sub = sub_of(handle)
    if sub is not None and sub.state != FREE and not settle(sub):
        raise complaints.cannot_move(type(handle)._owned_kind, sub, verb)
    return count


def readable(handle: Any, verb: str) -> Count:
    """The gate of what reads through a handle: its count, unless `get_mut` has lent the value."""
    count = at_home(handle)
    sub = sub_of(handle)
    if sub is not None and sub.state < FREE and not settle(sub):
        raise complaints.cannot_read(type(handle)._owned_kind, sub, verb)
    return count


def check_last(handle: Any, count: Count) -> None:
    """Refuse, before anything is changed, to drop by the last handle what cannot be dropped here."""
    if strong(count) == 1:
        try:
            note_kind(type(count.value))
            check_droppable(count, type(handle)._owned_kind)
        except AttributeError:
            if count.state == GONE:  # Another thread was faster.
                raise dead_handle(handle) from None
            raise


def give_up(handle: Any) -> bool:
    """A handle gives its part up: was it the last one? Raises as a dead one does if it has done so before."""
    try:
        return leave(handle, SHARE_OF, _part)
    except AttributeError:
        raise dead_handle(handle) from None


class Lending(Ties):
    """The ties of a handle that lends: what it lent ends with it."""

    __slots__ = ()

    def __del__(self) -> None:
        end_sublease(self.sub)


def drop_quickly(handle: Any, frame: FrameType) -> bool:
    """Drop a handle that nothing hangs on and that is not the last one; False for any other.

    A handle of an `Rc` is dropped by its own thread alone, so that nobody sees it between its classes.
    """
    kind = type(handle)
    count = _count(handle)
    if not count.local:
        with one_step():
            try:
                if tied_to(handle) is not None or getrefcount(SHARE_OF(handle)) <= ALONE:
                    return False
                _part(handle)
            except AttributeError:
                return False
        _set_end(handle, (frame.f_code, frame.f_lasti, this_thread()))
        set_class(handle, kind._owned_grave_class)
        return True
    if count.thread != get_ident():
        return False
    set_class(handle, SharedLayout)
    try:
        if handle.tied is None and getrefcount(handle.share) > ALONE:
            handle.end = frame.f_code, frame.f_lasti, count.thread
            del handle.share
            handle.__class__ = kind._owned_grave_class
            return True
    except AttributeError:  # It has given its part up just now.
        pass
    handle.__class__ = kind
    return False


def end_sublease(sub: Sublease | None) -> None:
    """End what was lent through a handle."""
    if sub is not None and (state := sub.finish()) not in (FREE, GONE):
        sub.state = state  # So many guards are to be found.
        expire(sub)


def sublease_of(handle: Any, count: Count) -> Sublease:
    """The sublease that the borrows through one handle are counted by."""
    sub = sub_of(handle)
    if sub is None:
        ties = Lending()
        ties.views = views_of(handle)
        sub = ties.sub = Sublease(count)
        set_tied(handle, ties)
    return sub


def dead_handle(handle: Any) -> OwnershipError:
    """Build the error for a use of a handle that has ended, or is being ended by another thread."""
    count = _count(handle)
    while (end := _end(handle) or count.end) is None:
        time.sleep(0)
    return complaints.used_after_end(type(handle)._owned_kind, count, end)


class SharedAccess:
    """Access through a strong handle: views, and no changes."""

    read_only = True
    plain: frozenset[type] = PLAIN

    def read(self, handle: Any, /) -> Any:
        """Give the value; an `Rc` gives it in its own thread alone."""
        count = _count(handle)
        if count.local and count.thread != get_ident():
            raise away(handle, count)
        try:
            return count.value
        except AttributeError:
            raise dead_handle(handle) from None

    def write(self, handle: Any, action: str, code: str, /) -> Any:
        """Refuse: what is shared is read-only."""
        self.read(handle)
        cls = type(handle)
        name = complaints.place(cls._owned_kind, _count(handle))
        cell = "RefCell" if cls._owned_local else "Mutex or an RwLock"
        raise complaints.build(
            ReadOnlyError,
            f"cannot {action} through {name}: it is shared, and read-only",
            f"keep what changes in a {cell}, or ask {cls._owned_kind}.get_mut() while nothing else shares it",
            [("created", _count(handle).created)],
            code,
        )

    def give(self, handle: Any, item: Any, owner: Any, kind: str, key: Any, /) -> Any:
        """Hand out an item: bare or as a view."""
        return view_of(handle, item, "ref", owner, kind, key)

    def rebind(self, handle: Any, old: Any, new: Any, /) -> Any:
        """Never reached: `write` has refused."""
        return handle


class HeldAccess(SharedAccess):
    """Access while `get_mut` has lent the value."""

    def read(self, handle: Any, /) -> Any:
        """Give the value when the loan has ended."""
        readable(handle, "read")
        set_class(handle, type(handle)._owned_family().of(type(_count(handle).value)))
        return SharedAccess.read(self, handle)


SHARED = SharedAccess()
HELD = HeldAccess()


class Shared(SharedLayout):
    """What `Rc` and `Arc` have in common."""

    __slots__ = ()

    def _owned_lend(self, frame: FrameType) -> Any:
        count = readable(self, "borrow")
        sub = sublease_of(self, count)
        sub.lend()
        return make_guard(REFS, sub, count, frame.f_code, frame.f_lasti, get_ident())

    def _owned_lend_part(self, part: Any, exclusively: bool, frame: FrameType) -> Any:
        count = readable(self, "borrow")
        sub = sublease_of(self, count)
        sub.lend()
        return make_guard(REFS, sub, part, frame.f_code, frame.f_lasti, get_ident())

    def _owned_lend_mut(self, frame: FrameType) -> Any:
        raise only_shares(self, "borrow_mut")

    def _owned_replace(self, new: Any, verb: str, frame: FrameType) -> Any:
        raise only_shares(self, verb)

    def _owned_deref(self, frame: FrameType) -> Any:
        return readable(self, "read").value

    def _owned_clone(self, frame: FrameType) -> Any:
        if waiting:
            take_back()
        cls = type(self)
        count = readable(self, "clone")
        share = None if cls._owned_dead else upgraded(count)
        if share is None:
            raise dead_handle(self)
        return make_handle(cls._owned_family(), share)

    def _owned_move(self, frame: FrameType) -> Any:
        count = unlent(self, "move")
        cls = type(self)
        end = end_at("moved", frame)
        try:
            share = taken(self, SHARE_OF, _part)
        except AttributeError:
            raise dead_handle(self) from None
        cls._owned_bury(self, end)
        next(moved)
        if accounts.listener is not None:
            accounts.listener("moved", count, end)
        return make_handle(cls._owned_family(), share)

    def _owned_take(self, frame: FrameType) -> Any:
        return unwrap(self, frame)

    def _owned_forget(self, frame: FrameType) -> None:
        count = unlent(self, "forget")
        end = end_at("forgotten", frame)
        try:
            forget(self, SHARE_OF, _part)
        except AttributeError:
            raise dead_handle(self) from None
        type(self)._owned_bury(self, end)
        lose(count, end)

    def _owned_drop(self, frame: FrameType) -> None:
        if waiting:
            take_back()
        kind: Any = type(self)
        if QUICK and kind._owned_local and len(known_threads) == 1:  # `drop_quickly` without a call.
            handle: Any = self
            try:
                set_class(handle, SharedLayout)
                if handle.tied is None and getrefcount(handle.share) > ALONE and handle.count.thread is MAIN:
                    handle.end = frame.f_code, frame.f_lasti, MAIN
                    del handle.share
                    handle.__class__ = kind._owned_grave_class
                    return
                handle.__class__ = kind
            except AttributeError:  # Somebody has ended it just now.
                handle.__class__ = kind
            except BaseException:
                now: Any = handle.__class__
                if now is SharedLayout:
                    handle.__class__ = kind
                raise
        elif QUICK and drop_quickly(self, frame):
            return
        count = unlent(self, "drop")
        check_last(self, count)
        let_go(self, count, end_at("dropped", frame), give_up(self))

    def _owned_end_part(self) -> tuple[Any, Count] | None:
        cls = type(self)
        count = cast("Count", _count(self))
        if cls._owned_dead or is_foreign(count):
            return None
        at_home(self)
        check_last(self, count)
        try:
            last = leave(self, SHARE_OF, _part)
        except AttributeError:
            return None
        end = end_at("dropped", caller())
        cls._owned_bury(self, end)
        return (count.retire(end), count) if last else None

    def _owned_drop_part(self) -> None:
        ended = self._owned_end_part()
        if ended is not None:
            drop_shared(*ended)

    def _owned_disown(self) -> None:
        cls = type(self)
        if not cls._owned_dead:
            count = _count(self)
            if count.state != GONE:
                count.type_name = type(count.value).__name__
                keep_forever(count.value)
                keep_forever(count.hook)
            _set_end(self, end_at("foreign"))
            set_class(self, cls._owned_grave_class)

    def __enter__(self) -> Self:
        _begin_block(self, asynchronous=False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        dropping = Dropping(error)
        found = _end_block(self, dropping)
        if found is not None:
            count, value = found
            if value is not _ALIVE:
                drop_now(value, count.hook, dropping, taken=count.taken)
            dropping.conclude()
            if error is not None and dropping.error is None:
                return True  # type: ignore[return-value]

    async def __aenter__(self) -> Self:
        _begin_block(self, asynchronous=True)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        dropping = Dropping(error)
        if not type(self)._owned_dead and strong(_count(self)) == 1:
            check_loop(_count(self), type(self)._owned_kind)
        found = _end_block(self, dropping)
        if found is not None:
            count, value = found
            if value is not _ALIVE:
                await drop_awaiting(value, count.hook, dropping, taken=count.taken)
            dropping.conclude()
            if error is not None and dropping.error is None:
                return True  # type: ignore[return-value]

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...
        def __setattr__(self, name: str, value: Any) -> None: ...


def only_shares(handle: Any, verb: str) -> OwnershipError:
    at_home(handle)
    cls = type(handle)
    cell = "RefCell" if cls._owned_local else "Mutex or an RwLock"
    return complaints.build(
        ReadOnlyError,
        f"{verb}() needs exclusive access, and {cls._owned_name(handle)} only shares its value",
        f"keep what changes in a {cell}, or ask {cls._owned_kind}.get_mut() while nothing else shares it",
        [("created", _count(handle).created)],
        "E0596",
    )


def _is_shared(handle: Any, count: Count) -> OwnershipError:
    kind = type(handle)._owned_kind
    number = strong(count)
    many = "1 handle" if number == 1 else f"{number} handles"
    return complaints.build(
        MoveOutOfBorrowError,
        f"cannot unwrap {complaints.place(kind, count)}: {many} share it",
        f"drop the other handles first, or copy the value: {kind}.unwrap_or_clone()",
        [("created", count.created)],
    )


def let_go(handle: Any, count: Count, end: End, last: bool) -> None:
    """A handle ends that has given its part up; the last one drops the value."""
    type(handle)._owned_bury(handle, end)
    if last:
        end_shared(count, end)


def end_shared(count: Count, end: End) -> None:
    """The last handle has gone: drop the value."""
    drop_shared(count.retire(end), count)


def drop_shared(value: Any, count: Count) -> None:
    """Drop the value that a count was about."""
    dropping = Dropping()
    drop_now(value, count.hook, dropping, taken=count.taken)
    dropping.conclude()


def unwrap(handle: Any, frame: FrameType) -> Any:
    """The only strong handle ends, and gives the value undropped."""
    count = unlent(handle, "unwrap")
    try:
        alone = leave_alone(handle, SHARE_OF, _part)
    except AttributeError:
        raise dead_handle(handle) from None
    if not alone:
        raise _is_shared(handle, count)
    end = end_at("unwrapped", frame)
    type(handle)._owned_bury(handle, end)
    return count.retire(end)


def _begin_block(handle: Any, *, asynchronous: bool) -> None:
    cls = type(handle)
    count = at_home(handle)
    if _entered(handle):
        raise complaints.build(
            ScopeError,
            f"{complaints.place(cls._owned_kind, count)} is entered twice: the inner block would end it",
            "clone() it for the inner block, or borrow() it there",
            [("created", count.created)],
        )
    if not asynchronous and is_only_asynchronous(count.value, count.hook):
        raise only_by_awaiting(count, cls._owned_kind)
    _set_entered(handle, True)


def _end_block(handle: Any, dropping: Dropping) -> tuple[Count, Any] | None:
    """End a handle at the end of its block, whatever is borrowed; gives the value if it is to be dropped."""
    cls = type(handle)
    if cls._owned_dead:
        return None
    count = at_home(handle)
    if strong(count) == 1:
        check_thread(count, cls._owned_kind)
    try:
        last = leave(handle, SHARE_OF, _part)
    except AttributeError:
        return None
    sub = sub_of(handle)
    if sub is not None and sub.state != FREE and not settle(sub):
        dropping.failed(complaints.still_borrowed(cls._owned_kind, sub, expire(sub)))
    end = end_at("dropped", caller())
    cls._owned_bury(handle, end)
    return count, count.retire(end) if last else _ALIVE


def end_with_last(count: Count) -> None:
    """The last handle is gone, without a word."""
    if is_foreign(count):
        return
    kind = "Rc" if count.local else "Arc"
    if count.local and count.thread != get_ident():
        hand_back(count, complaints.place(kind, count), lambda: _leave_behind(count, kind, came_back=True))
    else:
        _leave_behind(count, kind)


at_the_end.append(end_with_last)


def _leave_behind(count: Count, kind: str, came_back: bool = False) -> None:
    if not collector[0] and rests_in_peace(count):
        return
    if count.hook is None and not collector[0] and ends_silently(count.value):
        count.retire(_DIED)
        return
    reported = report_cycle(count, kind)
    value = count.retire(end_at("dropped", caller()))
    if reported and type(count.hook) is not Exit and not is_only_asynchronous(value, count.hook):
        dropping = Dropping()
        drop_now(value, count.hook, dropping, taken=count.taken)
        dropping.conclude()
    else:
        drop_orphan(count, value, kind, came_back=came_back)


def _target_of(x: Any) -> Any:
    """A handle that is seen through a view of something else; anything else as it is."""
    kind = type(x)
    if issubclass(kind, ViewLayout) and not kind._owned_dead:
        target = kind._owned_access.read(x)
        if issubclass(type(target), Handle):
            return target
    return x


def expect(x: Any, wanted: str, function: str) -> Any:
    """Give the live handle that an associated function was called on."""
    kind = type(x)
    if issubclass(kind, Handle) and kind._owned_dead:
        raise cast("Any", kind)._owned_error(x)
    x = _target_of(x)
    kind = type(x)
    if not issubclass(kind, Handle) or kind._owned_kind != wanted:
        raise complaints.build(
            NotAnOwnerError, f"{wanted}.{function}() needs {wanted}, not {kind.__name__!r}", f"give it {wanted}"
        )
    return x


def expect_own(x: Any, wanted: str, function: str) -> Any:
    """The same, where the handle itself ends: one that is only seen through a borrow must stay."""
    handle = expect(x, wanted, function)
    if handle is not x:
        raise only_borrowed(x, function)
    return handle


def hold_if_only(handle: Any, frame: FrameType) -> Any:
    count = unlent_for_change(handle, "get_mut")
    if strong(count) != 1 or count.weak != 0:
        return None
    return _hold(handle, count, frame)


def unlent_for_change(handle: Any, verb: str) -> Count:
    """The gate of `get_mut` and `make_mut`: the count, if nothing is borrowed through this handle."""
    count = at_home(handle)
    sub = sub_of(handle)
    if sub is not None and sub.state != FREE and not settle(sub):
        raise complaints.cannot_change(type(handle)._owned_kind, sub, verb)
    return count


def _hold(handle: Any, count: Count, frame: FrameType) -> Any:
    """Lend the value of the only handle exclusively. Views read through it end."""
    end_views(take_views(handle))
    sub = sublease_of(handle, count)
    sub.lend_exclusively()
    cls = type(handle)
    set_class(handle, cls._owned_held_family().of(type(count.value)))
    return make_guard(REF_MUTS, sub, count, frame.f_code, frame.f_lasti, get_ident())


def hold_or_copy(handle: Any, frame: FrameType) -> Any:
    count = unlent_for_change(handle, "make_mut")
    if strong(count) == 1 and count.weak == 0:
        return _hold(handle, count, frame)
    kind = type(handle)._owned_kind
    fresh = open_count(count.hook, count.name, frame, local=count.local)
    if leave_alone(handle, SHARE_OF, _part):
        value = count.retire(end_at("moved", frame))
    else:
        value = _copied(count, kind)
        if give_up(handle):  # The others went while we copied.
            dropping = Dropping()
            drop_now(count.retire(end_at("dropped", frame)), count.hook, dropping, taken=count.taken)
            dropping.conclude()
    fill(fresh, value)
    _set_count(handle, fresh)
    _set_share(handle, begin(fresh))
    set_tied(handle, None)
    return _hold(handle, fresh, frame)


def _copied(count: Count, kind: str) -> Any:
    if type(count.hook) is Exit:
        raise complaints.build(
            NotCopyError,
            f"cannot clone the value of {complaints.place(kind, count)}: it has to be left once",
            "share it, or enter another context manager",
        )
    return clone_value(count.value, kind, count)


def unwrap_last(handle: Any, frame: FrameType) -> Any:
    count = unlent(handle, "unwrap")
    last = give_up(handle)
    end = end_at("unwrapped", frame)
    type(handle)._owned_bury(handle, end)
    return count.retire(end) if last else None


def unwrap_or_copy(handle: Any, frame: FrameType) -> Any:
    count = unlent(handle, "unwrap")
    if strong(count) == 1:
        try:
            return unwrap(handle, frame)
        except MoveOutOfBorrowError:
            pass
    copied = _copied(count, type(handle)._owned_kind)
    type(handle)._owned_drop(handle, frame)
    return copied


def expect_exclusive(x: Any, wanted: str, function: str) -> Any:
    """The handle of `get_mut` and `make_mut`: one that is only seen through a borrow is not exclusive."""
    handle = expect(x, wanted, function)
    if handle is not x:
        raise only_shares(handle, function)
    return handle
