"""The verbs: what can be done to handles of every kind.

They are functions, so that they never collide with names of the value behind a transparent handle.
"""

from __future__ import annotations

import sys
from _thread import get_ident
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, cast

from . import accounts
from .accounts import moved_at_once
from .errors import BorrowError, BorrowMutError
from .guards import GuardLayout, Ref, RefMut
from .handles import Handle, refuse_stranger, set_class
from .ledger import ENTERED
from .levels import LEVEL, Level
from .owners import (
    AT_REST,
    QUICK,
    BoxLayout,
    LeavingBox,
    LeavingOwned,
    MovedBox,
    MovedOwned,
    OwnedLayout,
    ledger_of_box,
    move_free,
    reader_in,
)
from .sharing import SharedLayout
from .sites import MAIN, known_threads
from .tasks import when_tasks_run

if TYPE_CHECKING:
    from types import FrameType

    from .handles import Holds, Lends, LendsMut, Takeable

T = TypeVar("T")
H = TypeVar("H")

_getframe = sys._getframe

stranger: Callable[..., NoReturn] = refuse_stranger
"""What verbs do with what is no handle: refuse it, except at the levels that hand out bare values; checkers never see
those."""
if LEVEL is Level.FAST or LEVEL is Level.OFF:
    from .unchecked import accept_bare, treat_bare

    stranger = cast("Any", treat_bare)
    accept_bare(Ref)
    accept_bare(RefMut)


def move(x: H) -> H:
    """Hand a value on: gives a new handle of the same kind, and `x` is moved.

    Raises `MoveWhileBorrowedError` while it is borrowed, `MoveOutOfBorrowError` for an owner reached through a borrow.

    >>> from owned import Owned, move
    >>> a = Owned("text")
    >>> b = move(a)
    >>> b.value
    'text'
    >>> a.value
    Traceback (most recent call last):
    ...
    owned.errors.UseAfterMoveError: use of moved value: Owned[str] (E0382)
      ...
    """
    kind: Any = type(x)
    other: Any
    if kind is AT_REST:  # What `_owned_move` does, for an owner at rest: only the place of the move is noted.
        frame = _getframe(1)
        place = frame.f_code, frame.f_lasti
        owner: Any = x
        other = OwnedLayout()
        ledger = owner._ledger
        if ledger.thread is MAIN if len(known_threads) == 1 else ledger.thread == get_ident():
            # From here to the change of class, which decides, no other thread comes in between.
            rare = ledger.rare
            if ledger.state == 0 and (rare is None or rare is ENTERED) and type(x) is kind:
                other.value = ledger.value
                other._ledger = ledger
                ledger.rare = None
                try:
                    set_class(x, LeavingOwned)
                except BaseException:  # Interrupted before anything has moved.
                    owner.__class__ = kind
                    raise
                owner.value = place
                owner.__class__ = MovedOwned
                other.__class__ = kind
                moved_at_once[0] += 1
                return other  # type: ignore[no-any-return]
        return kind._owned_move(x, frame)  # type: ignore[no-any-return]
    try:
        hand_on = kind._owned_move
    except AttributeError:
        return stranger(x, "move")
    frame = _getframe(1)
    if hand_on is move_free:  # The same for a `Box`.
        if len(known_threads) != 1:
            return _move_among_threads(x, kind, frame)  # type: ignore[no-any-return]
        box: Any = x
        other = BoxLayout()
        if type(x) is kind:
            try:
                set_class(x, BoxLayout)  # Its fields can be read and set now; nobody else sees it half done.
            except BaseException:
                if type(x) is BoxLayout:  # The handler of the signal has left it alone.
                    box.__class__ = kind
                raise
            ledger = box._ledger  # Raises if a signal's handler has ended the box.
            rare = ledger.rare
            if ledger.state == 0 and ledger.thread is MAIN and (rare is None or rare is ENTERED):
                other._ledger = ledger
                other._value = ledger.value
                other._reader = box._reader
                ledger.rare = None
                box._value = frame.f_code
                box._reader = frame.f_lasti
                box.__class__ = MovedBox
                other.__class__ = kind
                moved_at_once[0] += 1
                return other  # type: ignore[no-any-return]
            box.__class__ = kind
    return hand_on(x, frame)  # type: ignore[no-any-return]


def _move_among_threads(x: Any, kind: Any, frame: FrameType) -> Any:
    """Move a free `Box` that another thread may be looking at: it sees the box as it was, leaving, or moved."""
    other: Any = BoxLayout()
    ledger = ledger_of_box(x)
    rare = ledger.rare
    if ledger.thread == get_ident() and ledger.state == 0 and (rare is None or rare is ENTERED) and type(x) is kind:
        other._value = ledger.value
        other._ledger = ledger
        other._reader = reader_in(x)
        ledger.rare = None
        try:
            set_class(x, LeavingBox)
        except BaseException:
            x.__class__ = kind
            raise
        x._value = frame.f_code
        x._reader = frame.f_lasti
        x.__class__ = MovedBox
        other.__class__ = kind
        moved_at_once[0] += 1
        return other
    return kind._owned_move(x, frame)


def drop(x: object) -> None:
    """End an owner, a guard or a scope now: run the drop hook, or give the borrow back.

    Raises `MoveWhileBorrowedError` while it is borrowed, `UseAfterDropError` the second time, `AsyncDropError` if the
    value can only be dropped by awaiting; then nothing has changed.

    >>> from owned import Owned, borrow, drop
    >>> log = Owned([], drop=lambda value: print("dropped", value))
    >>> drop(log)
    dropped []
    >>> drop(log)
    Traceback (most recent call last):
    ...
    owned.errors.UseAfterDropError: use of dropped value: Owned[list] (E0382)
      ...
    """
    kind: Any = type(x)
    try:
        end = kind._owned_drop
    except AttributeError:
        stranger(x, "drop")
    else:
        end(x, _getframe(1))


def borrow(x: Lends[T]) -> Ref[T]:
    """Lend a value for reading; any number of such borrows may be alive at once.

    Raises `BorrowError` while it is borrowed exclusively.

    >>> from owned import Owned, borrow, borrow_mut
    >>> numbers = Owned([1, 2])
    >>> with borrow(numbers) as r:
    ...     print(sum(r))
    3
    >>> m = borrow_mut(numbers)
    >>> borrow(numbers)
    Traceback (most recent call last):
    ...
    owned.errors.BorrowError: cannot borrow Owned[list]: it is borrowed exclusively (E0502)
      ...
    """
    kind: Any = type(x)
    ledger: Any
    if kind is QUICK:
        owner: Any = x
        ledger = owner._ledger
    else:
        try:
            ledger_of = kind._owned_lent_ledger
        except AttributeError:
            return stranger(x, "borrow")
        ledger = None if ledger_of is None else ledger_of(x)
    frame = _getframe(1)
    if ledger is not None:  # `lend`, for an owner that was lent before, without a call.
        cls = ledger.ref_class
        if cls is not None:
            guard: Any = GuardLayout()
            guard.code = frame.f_code
            guard.offset = frame.f_lasti
            if len(known_threads) != 1:
                guard.thread = get_ident()
            guard.tied = None
            state = ledger.state
            if state >= 0:
                ledger.state = state + 1
                guard.cell = ledger
                guard.__class__ = cls
                return guard  # type: ignore[no-any-return]
    return kind._owned_lend(x, frame)  # type: ignore[no-any-return]


def borrow_mut(x: LendsMut[T]) -> RefMut[T]:
    """Lend a value for reading and changing, to one borrower alone.

    Raises `BorrowMutError` while it is borrowed, and `ReadOnlyError` for what only shares (`Ref`, `Rc`, `Arc`).

    >>> from owned import Owned, borrow, borrow_mut
    >>> numbers = Owned([1, 2])
    >>> with borrow_mut(numbers) as m:
    ...     m.append(3)
    >>> r = borrow(numbers)
    >>> borrow_mut(numbers)
    Traceback (most recent call last):
    ...
    owned.errors.BorrowMutError: cannot borrow_mut Owned[list]: it is borrowed (E0502)
      ...
    """
    kind: Any = type(x)
    ledger: Any
    if kind is QUICK:
        owner: Any = x
        ledger = owner._ledger
    else:
        try:
            ledger_of = kind._owned_lent_ledger
        except AttributeError:
            return stranger(x, "borrow_mut")
        ledger = None if ledger_of is None else ledger_of(x)
    frame = _getframe(1)
    if ledger is not None:  # `lend_exclusively`, for an owner that was lent before, without a call.
        cls = ledger.mut_class
        if cls is not None:
            guard: Any = GuardLayout()
            guard.code = frame.f_code
            guard.offset = frame.f_lasti
            if len(known_threads) != 1:
                guard.thread = get_ident()
            guard.tied = None
            if ledger.state == 0:
                ledger.state = -1
                guard.cell = ledger
                guard.__class__ = cls
                return guard  # type: ignore[no-any-return]
    return kind._owned_lend_mut(x, frame)  # type: ignore[no-any-return]


def try_borrow(x: Lends[T]) -> Ref[T] | None:
    """Lend a value for reading, or give `None` while it is borrowed exclusively.

    >>> from owned import Owned, borrow_mut, try_borrow
    >>> numbers = Owned([1])
    >>> m = borrow_mut(numbers)
    >>> try_borrow(numbers) is None
    True
    """
    kind: Any = type(x)
    if not issubclass(kind, Handle):
        return stranger(x, "try_borrow")
    try:
        return cast("Ref[T]", kind._owned_lend(x, _getframe(1)))
    except BorrowError:
        return None


def try_borrow_mut(x: LendsMut[T]) -> RefMut[T] | None:
    """Lend a value exclusively, or give `None` while it is borrowed.

    >>> from owned import Owned, borrow, try_borrow_mut
    >>> numbers = Owned([1])
    >>> r = borrow(numbers)
    >>> try_borrow_mut(numbers) is None
    True
    """
    kind: Any = type(x)
    if not issubclass(kind, Handle):
        return stranger(x, "try_borrow_mut")
    try:
        return cast("RefMut[T]", kind._owned_lend_mut(x, _getframe(1)))
    except BorrowMutError:
        return None


def clone(x: H) -> H:
    """Give another handle on the same value (`Rc`, `Arc`, `Weak`, `Ref`), or an owner of a copy (`Owned`, `Box`).

    A copy is made by the value's `__clone__`, else by `copy.deepcopy`; it has the same drop hook.

    Raises `NotCopyError` for what cannot be copied.

    >>> from owned import Owned, clone
    >>> a = Owned([1])
    >>> b = clone(a)
    >>> b.value.append(2)
    >>> a.value, b.value
    ([1], [1, 2])
    """
    kind: Any = type(x)
    try:
        share_of = kind._owned_share_of
    except AttributeError:
        return stranger(x, "clone")
    if share_of is not None:  # `Shared._owned_clone`, without a call.
        try:
            share: Any = share_of(x)
            count = share.count
            if not count.local or count.thread == (MAIN if len(known_threads) == 1 else get_ident()):
                handle: Any = SharedLayout()
                handle.share = share
                handle.count = count
                handle.tied = None
                if not share.ending.over:
                    handle.__class__ = kind
                    return handle  # type: ignore[no-any-return]
                del handle
            del share  # An error below must not keep it.
        except AttributeError:  # Another thread ends it.
            pass
    return kind._owned_clone(x, _getframe(1))  # type: ignore[no-any-return]


def into_inner(x: Takeable[T]) -> T:
    """Take the value out of its owner; no drop runs, and `x` is moved.

    Raises `MoveWhileBorrowedError` while it is borrowed.

    >>> from owned import Owned, into_inner
    >>> file = into_inner(Owned(open(__file__)))
    >>> file.close()
    """
    kind: Any = type(x)
    if not issubclass(kind, Handle):
        return stranger(x, "into_inner", "an owner")
    return cast("T", kind._owned_take(x, _getframe(1)))


def deref(x: Holds[T]) -> T:
    """Give the bare value behind a handle, for functions that refuse stand-ins. It is not to be kept.

    Raises `BorrowError` for an owner that is borrowed exclusively.

    >>> from owned import Box, deref
    >>> ",".join([deref(Box("a")), "b"])
    'a,b'
    """
    kind: Any = type(x)
    if not issubclass(kind, Handle):
        return stranger(x, "deref", "a handle")
    return cast("T", kind._owned_deref(x, _getframe(1)))


def replace(x: LendsMut[T], new: T) -> T:
    """Put another value in the place of the old one, and give the old one; nothing is dropped.

    Raises `BorrowMutError` while it is borrowed.

    >>> from owned import Owned, replace
    >>> name = Owned("old")
    >>> replace(name, "new"), name.value
    ('old', 'new')
    """
    kind: Any = type(x)
    if not issubclass(kind, Handle):
        return stranger(x, "replace", "an owner or a RefMut")
    return cast("T", kind._owned_replace(x, new, "replace", _getframe(1)))


def take(x: LendsMut[T]) -> T:
    """Take the value out and leave `None` in its place; nothing is dropped, then or later.

    Raises `BorrowMutError` while it is borrowed.

    >>> from owned import Owned, take
    >>> slot = Owned([1])
    >>> take(slot), slot.value
    ([1], None)
    """
    kind: Any = type(x)
    if not issubclass(kind, Handle):
        return stranger(x, "take", "an owner or a RefMut")
    value = kind._owned_replace(x, None, "take", _getframe(1))
    root = type(x)._owned_root(x)  # type: ignore[attr-defined]
    if root is not None and root.value is None:
        root.taken = True
    return cast("T", value)


def swap(a: LendsMut[T], b: LendsMut[T]) -> None:
    """Exchange two values; nothing is dropped, and drop hooks given by `drop=` stay with their owners.

    Raises `BorrowMutError` while one of them is borrowed; then nothing has changed.

    >>> from owned import Owned, swap
    >>> a, b = Owned(1), Owned(2)
    >>> swap(a, b)
    >>> a.value, b.value
    (2, 1)
    """
    first: Any = type(a)
    second: Any = type(b)
    for x in (a, b):
        if not issubclass(type(x), Handle):
            stranger(x, "swap", "an owner or a RefMut")
    if a is b:
        return
    frame = _getframe(1)
    left = first._owned_replace(a, None, "swap", frame)
    try:
        right = second._owned_replace(b, left, "swap", frame)
    except BaseException:
        first._owned_replace(a, left, "swap", frame)
        raise
    first._owned_replace(a, right, "swap", frame)


def forget(x: object) -> None:
    """Give an owner up without dropping its value; `x` is moved. A forgotten guard borrows for ever.

    Raises `MoveWhileBorrowedError` while it is borrowed.

    >>> from owned import Owned, forget, is_live
    >>> owner = Owned("text", drop=print)
    >>> forget(owner)
    >>> is_live(owner)
    False
    """
    kind: Any = type(x)
    if not issubclass(kind, Handle):
        stranger(x, "forget", "an owner")
    else:
        kind._owned_forget(x, _getframe(1))


def is_live(x: object) -> bool:
    """Can this still be used? The one question that may be asked of a moved or dropped handle.

    >>> from owned import Owned, drop, is_live
    >>> owner = Owned("text")
    >>> is_live(owner)
    True
    >>> drop(owner)
    >>> is_live(owner)
    False
    """
    kind: Any = type(x)
    if issubclass(kind, Handle):
        return bool(kind._owned_live(x))
    return getattr(kind, "_owned_consumed", None) is None


_shorter = {"AT_REST": AT_REST, "move_free": move_free}
_closed: set[str] = set()


def _close(reason: str, on: bool) -> None:
    """Close the short ways of `move`, which note no task and tell nobody, or open them again."""
    (_closed.add if on else _closed.discard)(reason)
    globals().update(dict.fromkeys(_shorter) if _closed else _shorter)


when_tasks_run.append(partial(_close, "tasks"))
accounts.when_heard.append(partial(_close, "listener"))

if LEVEL is Level.OFF:
    from . import unchecked

    for _verb in (borrow, borrow_mut, deref, try_borrow, try_borrow_mut):
        globals()[_verb.__name__] = getattr(unchecked, _verb.__name__)
