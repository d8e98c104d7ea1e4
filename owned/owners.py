"""Owners: `Owned`, which is asked for its value, and `Box`, which is transparent.

Each is a thin handle on a ledger. What it may do now is in its class:

    Owned   Box per type      free: reads cost nothing but the read
    LentOwned  lent Box       was lent: asks the ledger, and turns back when the loans have ended
    DeadOwned  DeadBox        moved, dropped, unwrapped or forgotten: everything raises

A `Box` reads attributes by a C callable in a slot that its class names `__getattribute__`: Python finds it in the
class, gets it from the slot, and calls it. So no Python code of ours runs when an attribute is read.
"""

from __future__ import annotations

import atexit
import sys
import time
from _thread import get_ident
from collections.abc import Callable
from functools import partial
from types import CodeType, FrameType, MethodType, TracebackType
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast
from weakref import ref as weak

from . import accounts, complaints
from .abandoned import settle
from .accounts import created_at_once, moved, now
from .acquiring import acquire, let_go, open_pending
from .atomic import FREE_THREADED
from .closed import CLOSED, close, open_operations, reads_length
from .cycles import report_cycle_through
from .derived import derive, drop_first, end_derived, end_derived_awaiting
from .drops import (
    Dropping,
    Exit,
    add_context,
    check_droppable,
    check_loop,
    check_thread,
    collector,
    drop_awaiting,
    drop_now,
    drop_orphan,
    ends_silently,
    in_collection,
    is_foreign,
    is_only_asynchronous,
    only_by_awaiting,
)
from .entrances import entering
from .erased import is_value_itself
from .errors import NotCopyError, OwnershipError, ScopeError
from .guards import Onlooker, Ref, RefMut, expire, lend, lend_exclusively, view_of
from .handles import Handle, keep_forever, not_an_owner, set_class, tombstone
from .known_types import AT_ONCE, learn
from .ledger import CLAIMED, FREE, GONE, End, Ledger, end_at, open_ledger, try_claim
from .levels import OFF
from .makers import Makers
from .plain import PLAIN, mutators
from .proxies import Family, Transparent, read_attribute
from .quick_drops import DIED, end_at_rest, enter_at_rest, rests_in_peace
from .registry import check_hook, may_be_elsewhere, takes_one_argument
from .returned import take_back, waiting
from .sites import MAIN, Mark, caller, this_thread
from .surface import ChangingSurface
from .tasks import modules, task_or_rest

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager, AbstractContextManager

    from typing_extensions import Self

T = TypeVar("T")
S = TypeVar("S")

_getframe = sys._getframe

PATIENCE = 1000
"""How often to look again for what another thread is about to finish."""


def keep_waiting(times: int) -> bool:
    """Wait for another thread's claim, which it finishes at once: unless it was interrupted, and never will."""
    time.sleep(0 if times < PATIENCE else 0.001)
    return times < PATIENCE + 100


def adopt(value: Any, frame: FrameType) -> Any:
    """Take a value over: an owner is moved, anything else stays as it is. An owner that is only borrowed is refused."""
    kind = type(value)
    if issubclass(kind, Handle) and (kind._owned_is_owner or kind._owned_dead or kind._owned_shows_owner(value)):
        return kind._owned_move(value, frame)
    return value


ORDINARY: set[type] = set()
"""Types whose values are neither handles nor bound to a thread. Only those that are there for good: it keeps them."""

atexit.register(ORDINARY.clear)  # A class keeps its module, and that its owners, which are to end with it.

CONFINED: list[type] = []
"""The class of an `Owned` whose value may be used in its own thread alone; `confined` puts it here."""


def owned_class(kind: type) -> type:
    """Give the class of an `Owned` on a value of this type."""
    if kind in ORDINARY or weak(kind) in _fleeting:
        return Owned
    if may_be_elsewhere(kind):
        return CONFINED[0]
    if not is_lasting(kind):
        _fleeting.add(weak(kind, _fleeting.discard))
    elif not issubclass(kind, Handle):
        ORDINARY.add(kind)
        learn(kind)
    return Owned


def note_kind(kind: type) -> None:
    """Find out what the end of such values takes, so that the next one can go the short way."""
    if kind not in AT_ONCE:
        if kind not in ORDINARY:
            owned_class(kind)
        if kind in ORDINARY:
            learn(kind)


_fleeting: set[weak[type]] = set()
"""The same of types that come and go."""


def is_lasting(kind: type) -> bool:
    """Is this type written in C, or a module's, so that it may be kept?"""
    if not kind.__flags__ & 1 << 9:
        return True
    module = sys.modules.get(kind.__module__)
    return getattr(module, "__dict__", {}).get(kind.__qualname__) is kind


def check_arguments(kind: str, value: Any, drop: Any, name: Any) -> None:
    """Refuse a hook that cannot be called, before anything is taken over."""
    if drop is not None and not takes_one_argument(drop):
        what = f'"{name}"' if name is not None else f"{kind}[{type(value).__name__}]"
        check_hook(drop, what)


class Owner(Handle):
    """What `Owned` and `Box` have in common; `Rc` and `Arc` share parts of it.

    The ledger has the value. What is asked of an owner that is not plainly free goes through the functions here.
    """

    __slots__ = ()

    _owned_is_owner = True
    _owned_kind = "owner"

    def _owned_ledger(self) -> Ledger:
        raise NotImplementedError

    def _owned_bury(self, end: End) -> None:
        raise NotImplementedError

    def _owned_lent(self) -> None:
        """The class that asks the ledger."""
        raise NotImplementedError

    def _owned_again(self, ledger: Ledger, cls: type) -> Any:
        """Make another handle of the same kind for a ledger."""
        raise NotImplementedError

    def _owned_root(self) -> Ledger | None:
        return type(self)._owned_ledger(self)

    def _owned_free(self, verb: str) -> Ledger:
        """Give the ledger, if nothing is borrowed."""
        cls = type(self)
        ledger = cls._owned_ledger(self)
        if ledger.state != FREE and not settle(ledger):
            raise complaints.cannot_move(cls._owned_kind, ledger, verb)
        return ledger

    def _owned_claim(self, verb: str) -> Ledger:
        """The gate of everything that ends an owner: its ledger, claimed, if nothing is borrowed."""
        ledger = type(self)._owned_ledger(self)
        if not try_claim(ledger):
            wait_for_claim(self, ledger, verb)
        if type(self)._owned_dead:  # Another thread was first; the ledger may belong to the new owner.
            ledger.state = FREE
            raise type(self)._owned_error(self)
        if is_consumed(ledger):
            error = type(ledger.value)._owned_consumed()
            Owner._owned_leave(self, ledger, end_at("consumed"))
            raise error
        return ledger

    def _owned_claim_end(self, quiet: bool) -> tuple[Ledger, list[tuple[str, Mark | None]]] | None:
        """Claim an owner whose time is over: its ledger, and the borrows that end with it; nothing, if it has left."""
        cls = type(self)
        ledger = cls._owned_ledger(self)
        marks: list[tuple[str, Mark | None]] = []
        waited = 0
        while True:
            if try_claim(ledger):
                break
            if type(self)._owned_dead or ledger.state == GONE:
                return None
            if ledger.state <= CLAIMED:
                waited += 1
                if not keep_waiting(waited):
                    break
            elif quiet or not settle(ledger):
                marks = expire(ledger)
                break
        if type(self)._owned_dead:
            ledger.state = FREE
            return None
        if is_consumed(ledger):
            Owner._owned_leave(self, ledger, end_at("consumed"))
            return None
        return ledger, marks

    def _owned_live(self) -> bool:
        cls = type(self)
        return not cls._owned_dead and not is_consumed(cls._owned_ledger(self))

    def _owned_leave(self, ledger: Ledger, end: End) -> Any:
        """The value leaves this owner for good."""
        onlooker = ledger.onlooker
        if onlooker is not None:
            onlooker.end(end)
            ledger.onlooker = None  # it knows the ledger: a cycle
        value = ledger.retire(end)
        type(self)._owned_bury(self, end)
        return value

    def _owned_leave_to(self, ledger: Ledger, frame: FrameType) -> End:
        """Claim a handle that is about to hand its ledger on: gives how it ends."""
        end = End()
        end.kind = "moved"
        end.code = frame.f_code
        end.offset = frame.f_lasti
        thread = get_ident()
        end.thread = thread if thread == ledger.thread else this_thread()
        if "asyncio" in modules or "trio" in modules:
            end.task = task_or_rest()
        if not try_claim(ledger):
            wait_for_claim(self, ledger, "move")
        if type(self)._owned_dead:
            ledger.state = FREE
            raise type(self)._owned_error(self)
        if ledger.onlooker is not None:
            ledger.onlooker.end(end)
            ledger.onlooker = None
        ledger.entered = False
        return end

    def _owned_move(self, frame: FrameType) -> Any:
        cls = type(self)
        ledger = cls._owned_ledger(self)
        end = Owner._owned_leave_to(self, ledger, frame)
        try:
            other = cls._owned_again(self, ledger, cls)
            cls._owned_bury(self, end)
        finally:
            ledger.state = FREE
        next(moved)
        if accounts.listener is not None:
            accounts.listener("moved", ledger, end)
        return other

    def _owned_take(self, frame: FrameType) -> Any:
        cls = type(self)
        return cls._owned_leave(self, cls._owned_claim(self, "unwrap"), end_at("unwrapped", frame))

    def _owned_forget(self, frame: FrameType) -> None:
        cls = type(self)
        cls._owned_leave(self, cls._owned_claim(self, "forget"), end_at("forgotten", frame))

    def _owned_drop(self, frame: FrameType) -> None:
        if waiting:
            take_back()
        cls = type(self)
        dropping = Dropping()
        if cls._owned_ledger(self).state > FREE:
            drop_first(cls._owned_ledger(self), dropping)
        ledger = cls._owned_claim(self, "drop")
        try:
            note_kind(type(ledger.value))
            check_droppable(ledger, cls._owned_kind)
            end = end_at("dropped", frame)
        except BaseException:
            ledger.state = FREE
            raise
        dropping.due = (ledger.value, ledger)
        try:
            value = cls._owned_leave(self, ledger, end)
            drop_now(value, ledger.hook, dropping, taken=ledger.taken)
        except BaseException as failure:
            interrupted(self, dropping, failure)
            raise
        dropping.conclude()

    def _owned_drop_part(self) -> None:
        cls = type(self)
        ended = None if cls._owned_dead else Owner._owned_end_whole(self)
        if ended is not None:
            value, ledger = ended
            dropping = Dropping()
            drop_now(value, ledger.hook, dropping, taken=ledger.taken)
            dropping.conclude()

    def _owned_end_whole(self) -> tuple[Any, Ledger] | None:
        """End as a part of a dropped value; gives the value that is to be dropped in turn."""
        cls = type(self)
        ledger = cls._owned_ledger(self)
        if ledger.state > CLAIMED and not is_consumed(ledger):
            check_droppable(ledger, cls._owned_kind)
        return cls._owned_close(self, None)

    async def _owned_drop_part_awaiting(self) -> None:
        """End, as a part of a value that is dropped by awaiting."""
        dropping = Dropping()
        value_and_ledger = type(self)._owned_close(self, None)
        if value_and_ledger is not None:
            value, ledger = value_and_ledger
            await drop_awaiting(value, ledger.hook, dropping, taken=ledger.taken)
            dropping.conclude()

    def _owned_close(self, dropping: Dropping | None) -> tuple[Any, Ledger] | None:
        """End the owner, whatever is borrowed; gives the value to be dropped, unless it has left before."""
        cls = type(self)
        if cls._owned_ledger(self).state > FREE:
            end_derived(cls._owned_ledger(self), cls._owned_kind, dropping)
        claimed = Owner._owned_claim_end(self, dropping is None)
        if claimed is None:
            return None
        ledger, marks = claimed
        if marks and dropping is not None:
            dropping.failed(complaints.still_borrowed(cls._owned_kind, ledger, marks))
        if dropping is not None:
            dropping.due = (ledger.value, ledger)
        end = end_at("dropped") if dropping is None and not marks else end_at("dropped", caller())
        return cls._owned_leave(self, ledger, end), ledger

    def _owned_deref(self, frame: FrameType) -> Any:
        cls = type(self)
        ledger = cls._owned_ledger(self)
        if ledger.state < FREE and not settle(ledger) and ledger.state < FREE:
            raise complaints.cannot_read(cls._owned_kind, ledger)
        return value_in(ledger, cls._owned_kind)

    def _owned_replace(self, new: Any, verb: str, frame: FrameType) -> Any:
        cls = type(self)
        ledger = cls._owned_ledger(self)
        if ledger.state != FREE and not settle(ledger):
            raise complaints.cannot_change(cls._owned_kind, ledger, verb)
        old = ledger.value
        cls._owned_put(self, ledger, adopt(new, frame))
        return old

    def _owned_put(self, ledger: Ledger, new: Any) -> None:
        raise NotImplementedError

    def _owned_clone(self, frame: FrameType) -> Any:
        cls = type(self)
        ledger = cls._owned_ledger(self)
        if ledger.state < FREE and not settle(ledger):
            raise complaints.cannot_read(cls._owned_kind, ledger, "clone")
        if type(ledger.hook) is Exit:
            raise complaints.build(
                NotCopyError,
                f"cannot clone {complaints.place(cls._owned_kind, ledger)}: it has to be left once",
                "enter another context manager, or share it by Rc",
            )
        copied = clone_value(ledger.value, cls._owned_kind, ledger)
        again = open_ledger(copied, ledger.hook, ledger.name, frame)
        return cls._owned_again(self, again, cls)

    def _owned_disown(self) -> None:
        cls = type(self)
        if not cls._owned_dead:
            ledger = cls._owned_ledger(self)
            if ledger.state != GONE:
                ledger.type_name = type(ledger.value).__name__
                keep_forever(ledger.value)
                keep_forever(ledger.hook)
            cls._owned_bury(self, end_at("foreign"))


def wait_for_claim(owner: Any, ledger: Ledger, verb: str) -> None:
    """Claim a ledger that was not free at first: abandoned guards end, and another thread's claim is waited for."""
    waited = 0
    while True:
        if try_claim(ledger):
            return
        if type(owner)._owned_dead:
            raise type(owner)._owned_error(owner)
        if ledger.state == GONE and ledger.end is not None:
            raise complaints.used_after_end(type(owner)._owned_kind, ledger, ledger.end)
        if ledger.state <= CLAIMED:
            waited += 1
            if not keep_waiting(waited):
                return
        elif not settle(ledger):
            raise complaints.cannot_move(type(owner)._owned_kind, ledger, verb)


def too_late(owner: Any, guard: Any) -> OwnershipError:
    """Give a borrow back that was made just after another thread ended the owner; gives what is to be raised."""
    type(guard)._owned_drop_part(guard)
    return cast("OwnershipError", type(owner)._owned_error(owner))


def is_consumed(ledger: Ledger) -> bool:
    """Has a consuming method ended the value?"""
    return getattr(type(ledger.value), "_owned_consumed", None) is not None


def clone_value(value: Any, kind: str, ledger: Ledger) -> Any:
    """Copy a value: by its `__clone__`, else by `copy.deepcopy`."""
    own = getattr(type(value), "__clone__", None)
    if own is not None:
        return own(value)
    if issubclass(type(value), Handle):
        return type(value)._owned_clone(value, caller())
    import copy  # Only here, and it takes long.

    try:
        return copy.deepcopy(value)
    except (TypeError, NotImplementedError) as error:
        reason = "it holds an owner" if isinstance(error, OwnershipError) else str(error)
        raise complaints.build(
            NotCopyError,
            f"cannot clone {complaints.place(kind, ledger)}: {reason}",
            "give its class a __clone__ method, or share it by Rc",
        ) from error


# Scopes of one owner ------------------------------------------------------------------------------------------------


def enter(owner: Any, *, asynchronous: bool = False) -> None:
    """Begin the block that ends an owner; only once at a time."""
    cls = type(owner)
    ledger: Ledger = cls._owned_ledger(owner)
    if ledger.entered:
        raise complaints.build(
            ScopeError,
            f"{complaints.place(cls._owned_kind, ledger)} is entered twice: the inner block would end it",
            "bind it by one `with`, and borrow() it inside",
            [("created", ledger.created)],
        )
    if not asynchronous and is_only_asynchronous(ledger.value, ledger.hook):
        raise only_by_awaiting(ledger, cls._owned_kind)
    ledger.entered = True
    note_kind(type(ledger.value))


def leave(owner: Any, error: BaseException | None) -> bool | None:
    """End an owner at the end of its block, unless it was moved or ended in it."""
    if waiting:
        take_back()
    cls = type(owner)
    if cls._owned_dead:
        return None
    ledger: Ledger = cls._owned_ledger(owner)
    ledger.entered = False
    check_thread(ledger, cls._owned_kind)
    dropping = Dropping(error)
    try:
        closed = cls._owned_close(owner, dropping)
        if closed is None:
            return None
        drop_now(closed[0], ledger.hook, dropping, taken=ledger.taken)
    except BaseException as failure:
        interrupted(owner, dropping, failure)
        raise
    dropping.conclude()
    return True if error is not None and dropping.error is None else None


def drop_due(owner: Any, dropping: Dropping) -> None:
    """A signal raised something between the claim of an owner and its hook: drop what is due all the same."""
    if dropping.due is not None:
        (value, ledger), dropping.due = dropping.due, None
        if ledger.end is None:
            ledger.retire(end_at("dropped"))
        if not type(owner)._owned_dead and ledger.end is not None:
            type(owner)._owned_bury(owner, ledger.end)
        drop_now(value, ledger.hook, dropping, taken=ledger.taken)


def interrupted(owner: Any, dropping: Dropping, error: BaseException) -> None:
    """The same where the exception of the signal goes on: what fails meanwhile becomes its context."""
    drop_due(owner, dropping)
    failure = dropping.result()
    if failure is not None:
        add_context(error, failure)


async def leave_awaiting(owner: Any, error: BaseException | None) -> bool | None:
    """End an owner at the end of its `async with`, awaiting its hook."""
    cls = type(owner)
    if cls._owned_dead:
        return None
    ledger: Ledger = cls._owned_ledger(owner)
    ledger.entered = False
    check_thread(ledger, cls._owned_kind)
    check_loop(ledger, cls._owned_kind)
    dropping = Dropping(error)
    if ledger.state > FREE:
        await end_derived_awaiting(ledger, cls._owned_kind, dropping)
    closed = cls._owned_close(owner, dropping)
    if closed is None:
        return None
    await drop_awaiting(closed[0], ledger.hook, dropping, taken=ledger.taken)
    dropping.conclude()
    return True if error is not None and dropping.error is None else None


def die(owner: Any) -> None:
    """The last reference to a live owner is gone."""
    cls = type(owner)
    try:
        ledger = cls._owned_ledger(owner)
    except AttributeError:
        return  # Its construction failed.
    collecting = collector[0] != 0
    reported = collecting and in_collection() and report_cycle_through(owner, ledger)
    if ledger.state == FREE and ledger.hook is None and ledger.onlooker is None and ends_silently(ledger.value):
        ledger.retire(DIED)
        if collecting:  # Others of the same cycle may still look at it.
            cls._owned_bury(owner, DIED)
        return
    if ledger.state == GONE or is_foreign(ledger):
        return
    closed = cls._owned_close(owner, None)
    if closed is not None:
        drop_orphan(ledger, closed[0], cls._owned_kind, reported)


def ended_at(ledger: Ledger, code: CodeType, offset: int, kind: str = "moved") -> End:
    """Tell how an owner ended that did so in the thread that created it, and noted only the place."""
    end = End()
    end.kind = kind
    end.code = code
    end.offset = offset
    end.thread = ledger.thread
    return end


def leaving(layout: type, seen_as: type, ledger_of: Callable[[Any], Ledger]) -> Any:
    """Make the class of handles whose end is being written down: another thread that uses one waits for the end."""

    def error(handle: Any) -> OwnershipError:
        for _ in range(PATIENCE):
            if type(handle) is not made:
                return cast("OwnershipError", type(handle)._owned_error(handle))
            time.sleep(0)
        return complaints.used_after_end(made._owned_kind, ledger_of(handle), DIED)

    made: Any = tombstone(layout, seen_as, error)
    made._owned_grave = lambda handle: (ledger_of(handle), DIED)
    made.__setattr__ = object.__setattr__
    made.__delattr__ = object.__delattr__
    return made


def end_of(read: Callable[[Any], Any], handle: Any) -> End:
    """Give how a dead handle ended, as soon as the thread that ends it has written it down."""
    for _ in range(PATIENCE):
        end = read(handle)
        if type(end) is End:
            return end
        time.sleep(0)
    return DIED


# Owned --------------------------------------------------------------------------------------------------------------


class OwnedLayout(Owner):
    """The fields of an `Owned`; also its class while it is made or buried."""

    __slots__ = ("__weakref__", "_ledger", "value")

    _ledger: Ledger
    _owned_kind = "Owned"

    def _owned_ledger(self) -> Ledger:
        ledger: Ledger = _ledger(self)
        return ledger

    def _owned_grave(self) -> tuple[Ledger, End]:
        ledger, end = _ledger(self), _value(self)
        return ledger, end if type(end) is End else ended_at(ledger, *end)

    def _owned_bury(self, end: End) -> None:
        set_class(self, LeavingOwned)
        self.value = end
        self.__class__ = DeadOwned

    _owned_end_part = Owner._owned_end_whole

    def _owned_again(self, ledger: Ledger, cls: type) -> Any:
        other: Any = OwnedLayout()
        other.value = ledger.value
        other._ledger = ledger
        other.__class__ = owned_class(type(ledger.value))
        return other


_value: Any = cast("Any", OwnedLayout.__dict__["value"]).__get__
_set_value: Any = cast("Any", OwnedLayout.__dict__["value"]).__set__
_ledger: Any = cast("Any", OwnedLayout.__dict__["_ledger"]).__get__


class Owned(OwnedLayout, Makers, Generic[T]):
    """The owner of a value: one at a time, which drops the value at its end.

    Every other name for the value is a borrow. `o.value` reads it, `borrow(o)` and `borrow_mut(o)` lend it, `move(o)`
    hands it to another owner, and the end of `with o:`, or of the last reference, drops it: by `drop=`, its `__drop__`,
    a registered hook or its `close()`. Given another owner, that owner is moved into this one.

    Raises `DropHookError` for a hook that cannot be called with the value alone; every use after a move raises
    `UseAfterMoveError`, after the end `UseAfterDropError`.

    >>> from owned import Owned, move
    >>> with Owned(open(__file__), name="source") as source:
    ...     _ = source.value.readline()
    >>> numbers = Owned([1, 2])
    >>> kept = move(numbers)
    >>> kept.value
    [1, 2]
    >>> numbers.value
    Traceback (most recent call last):
    ...
    owned.errors.UseAfterMoveError: use of moved value: Owned[list] (E0382)
      ...
    """

    __slots__ = ()

    if TYPE_CHECKING:

        def __init__(self, value: T, *, drop: Callable[[T], object] | None = None, name: str | None = None) -> None: ...

        @property  # type: ignore[override]
        def value(self) -> T:
            """The value itself, to read and, while nothing is borrowed, to change; assigning drops the old value."""

        @value.setter
        def value(self, new: T) -> None: ...

        def __owned_value__(self) -> T: ...
        def __owned_take__(self) -> T: ...
        def __owned_lend__(self) -> T: ...
        def __owned_lend_mut__(self) -> T: ...

    else:

        def __new__(cls, value, *, drop=None, name=None):
            if drop is not None:
                check_arguments("Owned", value, drop, name)
            frame = _getframe(1)
            kind = type(value)
            if kind not in ORDINARY and weak(kind) not in _fleeting:
                value = adopt(value, frame)
                if cls is Owned:
                    cls = owned_class(type(value))
            self = OwnedLayout()
            self.value = value
            if drop is not None or name is not None or "asyncio" in modules or "trio" in modules or FREE_THREADED:
                self._ledger = open_ledger(value, drop, name, frame)
            else:  # The same without a call.
                self._ledger = ledger = Ledger()
                ledger.state = 0
                ledger.value = value
                ledger.code = frame.f_code
                ledger.offset = frame.f_lasti
                here = get_ident()
                ledger.thread = MAIN if here == MAIN else this_thread()
                ledger.rare = ledger.ref_class = ledger.mut_class = None
                ledger.born = now()
                created_at_once[0] += 1
                if accounts.listener is not None:
                    accounts.listener("created", ledger, None)
            self.__class__ = cls
            return self

        def __setattr__(self, name, new):
            if name != "value":
                raise AttributeError(f"an Owned has no attribute {name!r}; its value is at .value")
            assign(self, new, _getframe(1))

        def __delattr__(self, name):
            raise AttributeError("the value of an Owned cannot be deleted; take it out by into_inner()")

    @classmethod
    def enter(cls, manager: AbstractContextManager[S], *, name: str | None = None) -> Owned[S]:
        """Enter a context manager, hold what it gave, and own its exit.

        The end of a scope leaves the manager, with the exception on its way, if any; `drop(x)` leaves it cleanly; an
        owner that dies without a scope leaves it with `OwnerDied`, so that nothing unfinished is committed. As with
        `call`, there is no moment in which it is entered and nobody owns its exit.

        >>> import threading
        >>> lock = threading.Lock()
        >>> held = Owned.enter(lock, name="lock")
        >>> lock.locked()
        True
        >>> held.drop()
        >>> lock.locked()
        False
        """
        return cast("Owned[S]", make_by(entering(manager, "Owned.enter"), Exit(manager, False), name, _getframe(1)))

    @classmethod
    async def aenter(cls, manager: AbstractAsyncContextManager[S], *, name: str | None = None) -> Owned[S]:
        """Enter an asynchronous context manager, hold what it gave, and own its exit, which `async with` awaits."""
        held = await entering(manager, "Owned.aenter", True)()
        return cast("Owned[S]", make_owned(held, Exit(manager, True), name, caller()))

    @classmethod
    def _owned_make_by(cls, function: Callable[[], Any], hook: Any, name: str | None, frame: FrameType) -> Any:
        return make_by(function, hook, name, frame)

    def move(self) -> Self:
        """Hand the value to a new owner, as `move(o)` does."""
        return cast("Self", type(self)._owned_move(self, _getframe(1)))

    def drop(self) -> None:
        """Drop the value now, as `drop(o)` does."""
        type(self)._owned_drop(self, _getframe(1))

    def borrow(self) -> Ref[T]:
        """Lend the value for reading, as `borrow(o)` does."""
        return cast("Ref[T]", type(self)._owned_lend(self, _getframe(1)))

    def borrow_mut(self) -> RefMut[T]:
        """Lend the value exclusively, as `borrow_mut(o)` does."""
        return cast("RefMut[T]", type(self)._owned_lend_mut(self, _getframe(1)))

    def derive(
        self,
        value: S,
        *,
        drop: Callable[[S], object] | None = None,
        name: str | None = None,
        dropped_first: bool = False,
    ) -> Owned[S]:
        """Own a value that lives by this one: a cursor, a response, a view, a generator, a member of an archive.

        The derived value borrows its source for as long as its own owner lives. Meanwhile the source can be read and
        lent shared; to drop, move or change it raises `MoveWhileBorrowedError` or `BorrowMutError`. With
        `dropped_first`, dropping the source drops the derived value first. Whatever ends the source ends it before;
        used after that it raises `BorrowOutlivesOwnerError`, with the places of both.

        >>> import sqlite3
        >>> from owned import Owned, drop
        >>> connection = Owned(sqlite3.connect(":memory:"))
        >>> with connection.derive(connection.value.cursor()) as cursor:
        ...     cursor.value.execute("select 6 * 7").fetchone()
        (42,)
        >>> cursor = connection.derive(connection.value.cursor())
        >>> drop(connection)
        Traceback (most recent call last):
        ...
        owned.errors.MoveWhileBorrowedError: cannot drop Owned[Connection]: it is borrowed (E0505)
          ...
        >>> drop(cursor)
        >>> late = connection.derive(connection.value.cursor(), dropped_first=True)
        >>> drop(connection)
        >>> late.value
        Traceback (most recent call last):
        ...
        owned.errors.BorrowOutlivesOwnerError: use of a derived value after its source ended: Owned[Cursor] (E0597)
          ...
        """
        if drop is not None:
            check_arguments("Owned", value, drop, name)
        return cast("Owned[S]", derive(self, value, drop, name, dropped_first, _getframe(1)))

    def into_inner(self) -> T:
        """Take the value out, as `into_inner(o)` does; no drop runs."""
        return cast("T", type(self)._owned_take(self, _getframe(1)))

    def replace(self, new: T) -> T:
        """Put another value in place and give the old one, as `replace(o, new)` does."""
        return cast("T", type(self)._owned_replace(self, new, "replace", _getframe(1)))

    def __enter__(self) -> Self:
        if not enter_at_rest(self._ledger):
            enter(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        if error is None:
            cls = type(self)
            if (cls is Owned or cls is LentOwned) and end_at_rest(
                self, cls, self._ledger, OwnedLayout, DeadOwned, _getframe(1)
            ):
                return None
        return leave(self, error)  # type: ignore[return-value]

    def _owned_drop(self, frame: FrameType) -> None:
        cls = type(self)
        if (cls is Owned or cls is LentOwned) and end_at_rest(self, cls, self._ledger, OwnedLayout, DeadOwned, frame):
            return
        Owner._owned_drop(self, frame)

    async def __aenter__(self) -> Self:
        enter(self, asynchronous=True)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        return await leave_awaiting(self, error)  # type: ignore[return-value]

    def __del__(self) -> None:
        ledger = self._ledger
        if not collector[0]:
            if rests_in_peace(ledger):
                return
            cls = type(self)
            if (cls is Owned or cls is LentOwned) and end_at_rest(self, cls, ledger, OwnedLayout, DeadOwned, None):
                return
        die(self)

    def __repr__(self) -> str:
        ledger = _ledger(self)
        if ledger.state < FREE:
            return f"<Owned[{ledger.describe()}] borrowed exclusively>"
        return f"Owned({ledger.value!r})"

    def _owned_lend(self, frame: FrameType) -> Any:
        guard = lend(_ledger(self), frame, "Owned")
        if type(self) is Owned:  # It is lent: no other thread changes its class now.
            set_class(self, LentOwned)
        elif type(self)._owned_dead:
            raise too_late(self, guard)
        return guard

    def _owned_lend_mut(self, frame: FrameType) -> Any:
        guard = lend_exclusively(_ledger(self), frame, "Owned")
        if type(self) is Owned:
            set_class(self, LentOwned)
        elif type(self)._owned_dead:
            raise too_late(self, guard)
        return guard

    def _owned_put(self, ledger: Ledger, new: Any) -> None:
        ledger.put(new)
        put_value(self, new)


class LentOwned(Owned[T]):
    """An `Owned` that was lent: it asks its ledger before it gives the value away."""

    __slots__ = ()

    _owned_lent_ledger = _ledger

    if not TYPE_CHECKING:

        @property
        def value(self):
            """The value, as far as the borrows allow: itself, or a read-only view."""
            ledger = _ledger(self)
            if ledger.state == FREE or settle(ledger):
                return _settled_value(self, ledger)
            if ledger.state < FREE:
                raise complaints.cannot_read("Owned", ledger)
            return view_of(onlooker_of(ledger), value_in(ledger, "Owned"), "lent", ledger, "attribute", "value")


def put_value(owner: Any, new: Any) -> None:
    """The owner has another value, which may be bound to its thread."""
    _set_value(owner, new)
    if owned_class(type(new)) is not Owned:
        set_class(owner, CONFINED[0])


def _settled_value(owner: Any, ledger: Ledger) -> Any:
    """Make an owner free again, whose loans have ended, unless another thread changes it meanwhile; give the value."""
    if try_claim(ledger):
        try:
            if type(owner) is LentOwned:
                _set_value(owner, ledger.value)
                set_class(owner, Owned)
        finally:
            ledger.state = FREE
    if type(owner)._owned_dead:
        raise _dead_owned(owner)
    return value_in(ledger, "Owned")


def value_in(ledger: Ledger, kind: str) -> Any:
    """Give the value of a ledger, unless another thread has ended it."""
    try:
        return ledger.value
    except AttributeError:
        raise complaints.used_after_end(kind, ledger, ledger.end or DIED) from None


def onlooker_of(ledger: Ledger) -> Onlooker:
    """What the views end with that an owner gives while it is borrowed."""
    onlooker = ledger.onlooker
    if onlooker is None:
        onlooker = ledger.onlooker = Onlooker(ledger)
    return cast("Onlooker", onlooker)


def make_owned(value: Any, hook: Any, name: str | None, frame: FrameType) -> Any:
    """Make an `Owned` on behalf of a scope or of `enter`."""
    if issubclass(type(value), Handle):
        value = adopt(value, frame)
    self: Any = OwnedLayout()
    self.value = value
    self._ledger = open_ledger(value, hook, name, frame)
    self.__class__ = owned_class(type(value))
    return self


class PendingOwned(OwnedLayout):
    """What an `Owned` is while its value is being acquired."""

    __slots__ = ()

    def __del__(self) -> None:
        let_go(_ledger(self), "Owned", None)


def make_by(function: Callable[[], Any], hook: Any, name: str | None, frame: FrameType) -> Any:
    """Make an `Owned` of what a function gives; whatever interrupts this, the value is owned, or was dropped."""
    self: Any = OwnedLayout()
    self._ledger = ledger = open_pending(hook, name, frame)
    self.__class__ = PendingOwned
    try:
        value = acquire(ledger, function)
        if issubclass(type(value), Handle):
            value = ledger.value = adopt(value, frame)
        _set_value(self, value)
        ledger.state = FREE
        set_class(self, owned_class(type(value)))
        return self
    except BaseException as error:
        if type(self) is PendingOwned:
            set_class(self, OwnedLayout)  # Nobody drops it a second time.
            let_go(ledger, "Owned", error)
        elif ledger.state == FREE:
            leave(self, error)
        raise


def assign(owner: Any, new: Any, frame: FrameType) -> None:
    """Assign to `o.value`: the new value takes the place, then the old one is dropped."""
    ledger: Ledger = _ledger(owner)
    if ledger.state != FREE and not settle(ledger):
        raise complaints.cannot_change("Owned", ledger, "assign to", "E0506")
    old, hook, taken = ledger.value, ledger.hook, ledger.taken
    if new is old:
        return
    if is_only_asynchronous(old, hook):
        raise only_by_awaiting(ledger, "Owned")
    check_thread(ledger, "Owned")
    if ledger.onlooker is not None:
        ledger.onlooker.end(end_at("owner"))
        ledger.onlooker = None
    new = adopt(new, frame)
    ledger.put(new)
    put_value(owner, new)
    dropping = Dropping()
    drop_now(old, hook, dropping, taken=taken)
    dropping.conclude()


def _dead_owned(owner: Any) -> OwnershipError:
    return complaints.used_after_end("Owned", *OwnedLayout._owned_grave(owner))


DeadOwned = tombstone(OwnedLayout, Owned, _dead_owned)
MovedOwned: Any = tombstone(OwnedLayout, Owned, _dead_owned)
"""What an `Owned` is after a plain move: in place of its value it keeps the code and the offset."""
LeavingOwned: Any = leaving(OwnedLayout, Owned, _ledger)
"""What an `Owned` is while its end is being written down."""


# Box ----------------------------------------------------------------------------------------------------------------


class BoxLayout(Owner, Transparent):
    """The fields of a `Box`, one of them the reader of attributes."""

    __slots__ = ("__weakref__", "_ledger", "_reader", "_value")

    _owned_kind = "Box"
    _owned_asks = False

    def _owned_ledger(self) -> Ledger:
        ledger: Ledger = ledger_of_box(self)
        return ledger

    def _owned_grave(self) -> tuple[Ledger, End]:
        return ledger_of_box(self), _box_value(self)

    def _owned_peek(self) -> Any:
        return type(self)._owned_access.read(self)

    def _owned_stored(self, handle: Any) -> Any:
        return self

    def _owned_bury(self, end: End) -> None:
        set_class(self, LeavingBox)
        _set_box_value(self, end)
        _set_reader(self, None)
        set_class(self, DeadBox)

    _owned_end_part = Owner._owned_end_whole

    def _owned_again(self, ledger: Ledger, cls: type) -> Any:
        return make_box(ledger)

    _owned_access: Any = None


_box_value: Any = cast("Any", BoxLayout.__dict__["_value"]).__get__
_set_box_value: Any = cast("Any", BoxLayout.__dict__["_value"]).__set__
ledger_of_box: Any = cast("Any", BoxLayout.__dict__["_ledger"]).__get__
_setledger_of_box: Any = cast("Any", BoxLayout.__dict__["_ledger"]).__set__
reader_in: Any = cast("Any", BoxLayout.__dict__["_reader"]).__get__
_set_reader: Any = cast("Any", BoxLayout.__dict__["_reader"]).__set__


def guarded_getattr(value: Any, name: str) -> Any:
    """Read attributes of values that know how to copy themselves: the copy would be of the value, behind our back."""
    if name in ("__deepcopy__", "__copy__", "__reduce_ex__", "__reduce__"):
        raise complaints.no_copy("copy", f"a Box of {type(value).__name__}", None)
    return getattr(value, name)


def reader_of(value: Any) -> Any:
    """What reads the attributes of a value; or, where the class of the box knows them all, what reads its length."""
    if type(value) in CLOSED:
        return reads_length(value)
    # A class is slow to say that it lacks something, and a value may make it up, but for those that are known.
    asked = value if AT_ONCE.get(type(value)) is not None else type(value)
    read: Any = guarded_getattr if hasattr(asked, "__deepcopy__") else getattr
    return partial(read, value) if value is None else MethodType(read, value)  # Nothing is a method of None.


def make_box(ledger: Ledger) -> Any:
    """Make the `Box` of a ledger."""
    value = ledger.value
    cls = BOXES.of(type(value))
    self: Any = BoxLayout()
    self._value = value
    self._ledger = ledger
    self._reader = reader_of(value)
    self.__class__ = cls
    return self


def move_free(box: Any, frame: FrameType) -> Any:
    """Move a free box; the verb `move` knows a shorter way for it."""
    return Owner._owned_move(box, frame)


def refresh(box: Any, ledger: Ledger) -> None:
    """Make a box free again, for the value that its ledger has now, unless another thread changes it meanwhile."""
    value = value_in(ledger, "Box")
    cls = BOXES.of(type(value))
    reader = reader_of(value)
    if try_claim(ledger):
        try:
            if not type(box)._owned_dead and ledger.value is value:
                _set_box_value(box, value)
                _set_reader(box, reader)
                set_class(box, cls)
        finally:
            ledger.state = FREE
    if type(box)._owned_dead:
        raise _dead_box(box)


class BoxAccess:
    """Access through a free `Box`: to the value itself."""

    read_only = False
    plain: frozenset[type] = PLAIN

    def __init__(self) -> None:
        self.read = _box_value

    def write(self, handle: Any, action: str, code: str, /) -> Any:
        """Give the value."""
        return _box_value(handle)

    def give(self, handle: Any, item: Any, owner: Any, kind: str, key: Any, /) -> Any:
        """Hand out the item itself."""
        return item

    def rebind(self, handle: Any, old: Any, new: Any, /) -> Any:
        """The box keeps what an in-place operator made."""
        if new is not old:
            ledger = ledger_of_box(handle)
            ledger.put(new)
            refresh(handle, ledger)
        return handle


class LentBoxAccess:
    """Access through a `Box` that was lent: asks the ledger, and refuses what changes the value while it is lent."""

    read_only = True
    plain: frozenset[type] = PLAIN

    def read(self, handle: Any, /) -> Any:
        """Give the value, unless it is borrowed exclusively."""
        ledger = ledger_of_box(handle)
        if ledger.state == FREE or settle(ledger):
            refresh(handle, ledger)
        elif ledger.state < FREE:
            raise complaints.cannot_read("Box", ledger)
        return value_in(ledger, "Box")

    def write(self, handle: Any, action: str, code: str, /) -> Any:
        """Give the value to change, unless it is borrowed."""
        ledger = ledger_of_box(handle)
        if ledger.state != FREE and not settle(ledger):
            raise complaints.cannot_change("Box", ledger, action)
        refresh(handle, ledger)
        return value_in(ledger, "Box")

    def give(self, handle: Any, item: Any, owner: Any, kind: str, key: Any, /) -> Any:
        """Hand out an item; read-only while the box is borrowed."""
        ledger = ledger_of_box(handle)
        if ledger.state == FREE:
            return item
        return view_of(onlooker_of(ledger), item, "lent", owner, kind, key)

    def rebind(self, handle: Any, old: Any, new: Any, /) -> Any:
        """The box keeps what an in-place operator made."""
        return FREE_BOX.rebind(handle, old, new)


def read_unless_lent(access: Any, kind: type) -> Any:
    """Make the `__getattribute__` of a `Box` that was lent: of a free one, as soon as the loans have ended."""
    restricted = read_attribute(access, kind)
    changing = mutators(kind)

    def get_attribute(self: Any, name: str) -> Any:
        if name == "_owned_inner":
            return _box_value(self)  # An operation of the free box, after which another thread has lent it.
        ledger = ledger_of_box(self)
        if settle(ledger):
            refresh(self, ledger)
            return getattr(self, name)
        if name in changing and ledger.state < FREE:
            raise complaints.cannot_change("Box", ledger, f"call {name}()")
        return restricted(self, name)

    return get_attribute


FREE_BOX = BoxAccess()
LENT_BOX = LentBoxAccess()


class Box(BoxLayout, ChangingSurface, Generic[T]):
    """A transparent owner: attributes, items, operators and calls reach the value.

    It behaves as the value does, and lacks what the value lacks; `b += 1` stays a `Box`. Like every owner it is moved,
    lent and dropped by the verbs, and by `with`.

    >>> from owned import Box, borrow, drop
    >>> names = Box(["a"])
    >>> names.append("b")
    >>> names, len(names), names[0]
    (['a', 'b'], 2, 'a')
    >>> count = Box(5)
    >>> count += 1
    >>> count, type(count).__name__
    (6, 'Box')
    >>> drop(names)
    >>> len(names)
    Traceback (most recent call last):
    ...
    owned.errors.UseAfterDropError: use of dropped value: Box[list] (E0382)
      ...
    """

    __slots__ = ()

    if TYPE_CHECKING:

        def __init__(self, value: T, *, drop: Callable[[T], object] | None = None, name: str | None = None) -> None: ...
        def __getattr__(self, name: str) -> Any: ...
        def __setattr__(self, name: str, value: Any) -> None: ...
        def __delattr__(self, name: str) -> None: ...
        def __setitem__(self, key: Any, value: Any) -> None: ...
        def __delitem__(self, key: Any) -> None: ...
        def __owned_value__(self) -> T: ...
        def __owned_take__(self) -> T: ...
        def __owned_lend__(self) -> T: ...
        def __owned_lend_mut__(self) -> T: ...

    else:

        def __new__(cls, value, *, drop=None, name=None):
            if drop is not None:
                check_arguments("Box", value, drop, name)
            frame = _getframe(1)
            if OFF and drop is None and is_value_itself(value, frame):
                return value
            if issubclass(type(value), Handle):
                value = adopt(value, frame)
            return make_box(open_ledger(value, drop, name, frame))

    @staticmethod
    def leak(b: Box[S]) -> S:
        """Give the bare value away for the rest of the program: it is never dropped.

        >>> from owned import Box
        >>> table = Box.leak(Box({"a": 1}))
        >>> table["a"]
        1
        """
        box: Any = b
        return cast("S", type(box)._owned_take(box, _getframe(1)))

    @staticmethod
    def derive(
        b: Box[Any],
        value: S,
        *,
        drop: Callable[[S], object] | None = None,
        name: str | None = None,
        dropped_first: bool = False,
    ) -> Box[S]:
        """Own a value that lives by another one, as `Owned.derive` does; the result is a `Box`.

        >>> from owned import Box, drop
        >>> numbers = Box([1, 2])
        >>> doubled = Box.derive(numbers, (2 * n for n in numbers))
        >>> next(doubled)
        2
        >>> numbers.append(3)
        Traceback (most recent call last):
        ...
        owned.errors.BorrowMutError: cannot call append() on Box[list]: it is borrowed (E0502)
          ...
        >>> drop(doubled)
        >>> numbers.append(3)
        """
        box: Any = b
        if drop is not None:
            check_arguments("Box", value, drop, name)
        if not issubclass(type(box), BoxLayout):
            if OFF:  # The source is a value without a drop, in no box; there is nothing to tie to.
                frame = _getframe(1)
                ledger = open_ledger(adopt(value, frame), drop, name, frame)
                return cast("Box[S]", make_box(ledger))
            raise not_an_owner(box, "Box.derive", "a Box")
        return cast("Box[S]", derive(box, value, drop, name, dropped_first, _getframe(1)))

    def __enter__(self) -> Self:
        if not enter_at_rest(ledger_of_box(self)):
            enter(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        if error is None:
            cls = type(self)
            if not cls._owned_dead and end_at_rest(
                self, cls, ledger_of_box(self), BoxLayout, DroppedBox, _getframe(1), True
            ):
                return None
        return leave(self, error)  # type: ignore[return-value]

    def _owned_drop(self, frame: FrameType) -> None:
        cls = type(self)
        if not cls._owned_dead and end_at_rest(self, cls, ledger_of_box(self), BoxLayout, DroppedBox, frame, True):
            return
        Owner._owned_drop(self, frame)

    async def __aenter__(self) -> Self:
        enter(self, asynchronous=True)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        return await leave_awaiting(self, error)  # type: ignore[return-value]

    def _owned_lend(self, frame: FrameType) -> Any:
        ledger = ledger_of_box(self)
        guard = lend(ledger, frame, "Box")
        lent = LENT_BOXES.of(type(ledger.value))
        if type(self)._owned_dead:
            raise too_late(self, guard)
        if not type(self)._owned_asks:  # It is lent: no other thread changes its class now.
            set_class(self, lent)
        return guard

    def _owned_lend_mut(self, frame: FrameType) -> Any:
        ledger = ledger_of_box(self)
        guard = lend_exclusively(ledger, frame, "Box")
        lent = LENT_BOXES.of(type(ledger.value))
        if type(self)._owned_dead:
            raise too_late(self, guard)
        if not type(self)._owned_asks:
            set_class(self, lent)
        return guard

    def _owned_put(self, ledger: Ledger, new: Any) -> None:
        ledger.put(new)
        refresh(self, ledger)


def die_boxed(box: Any) -> None:
    """The last reference to a live box is gone."""
    if not collector[0]:
        ledger = ledger_of_box(box)
        if rests_in_peace(ledger) or end_at_rest(box, type(box), ledger, BoxLayout, DroppedBox, None, True):
            return
    die(box)


def _dead_box(box: Any) -> OwnershipError:
    return complaints.used_after_end("Box", *type(box)._owned_grave(box))


def _show_lent(box: Any) -> str:
    ledger = ledger_of_box(box)
    if ledger.state < FREE:
        return f"<Box[{ledger.describe()}] borrowed exclusively>"
    return repr(ledger.value)


def _moved_grave(box: Any) -> tuple[Ledger, End]:
    ledger: Ledger = ledger_of_box(box)
    return ledger, ended_at(ledger, _box_value(box), reader_in(box))


def _dropped_grave(box: Any) -> tuple[Ledger, End]:
    ledger, code = ledger_of_box(box), _box_value(box)
    return ledger, code if type(code) is End else ended_at(ledger, code, reader_in(box), "dropped")


DeadBox = tombstone(BoxLayout, Box, _dead_box)
LeavingBox: Any = leaving(BoxLayout, Box, ledger_of_box)
"""What a `Box` is while its end is being written down."""
MovedBox: Any = tombstone(BoxLayout, Box, _dead_box)
"""What a `Box` is after a plain move: its fields keep the code and the offset."""
MovedBox._owned_grave = _moved_grave
DroppedBox: Any = tombstone(BoxLayout, Box, _dead_box)
"""What a `Box` is after it was dropped at rest: the same."""
DroppedBox._owned_grave = _dropped_grave


def _finish_box(kind: type, made: dict[str, Any]) -> None:
    if (fields := getattr(kind, "__dataclass_fields__", None)) is not None:
        made["__dataclass_fields__"] = fields  # `dataclasses` asks the class.
    if kind in CLOSED:
        close(Box, BoxLayout, kind, made)
    else:
        open_operations(_box_value, made)
        made["__getattribute__"] = BoxLayout.__dict__["_reader"]


BOXES = Family(
    "Box",
    (Box,),
    FREE_BOX,
    by_function=False,
    extra={
        "_owned_access": FREE_BOX,
        "_owned_move": Owner._owned_move if FREE_THREADED else move_free,
        "__del__": die_boxed,
    },
    finish=_finish_box,
)
LENT_BOXES = Family(
    "Box",
    (Box,),
    LENT_BOX,
    reader=read_unless_lent,
    extra={
        "_owned_access": LENT_BOX,
        "__del__": die_boxed,
        "_owned_asks": True,
        "_owned_lent_ledger": ledger_of_box,
        "__repr__": _show_lent,
    },
)

AT_REST: Any = None if FREE_THREADED else Owned
"""The class of owners that the verb `move` moves without a call; of a `Box` its class knows."""

QUICK: Any = None if FREE_THREADED else LentOwned
"""The class of owners that the verbs lend again without a call."""

if FREE_THREADED:  # The short ways rely on the interpreter lock.
    LentOwned._owned_lent_ledger = LENT_BOXES.extra["_owned_lent_ledger"] = None
