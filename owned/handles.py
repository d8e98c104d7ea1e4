"""What all handles have in common: how verbs reach them, how they die, and what the dead ones answer.

Handles are thin. What they are about is in a ledger; what they may do now is in their class: a handle that is moved,
dropped or ended gets another class, a tombstone, all of whose operations raise. So a live handle needs no check.

Verbs call functions of the handle's class, `type(x)._owned_move(x, frame)`, because transparent handles forward every
attribute of their own to the value. `frame` is the caller's, for the record.
"""

from __future__ import annotations

import copyreg
import os
from collections.abc import Callable
from types import FrameType, GenericAlias
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, TypeVar

from . import complaints
from .errors import MoveOutOfBorrowError, NotAnOwnerError, OwnershipError, ReadOnlyError
from .forks import PROCESS as PROCESS
from .heap import objects
from .ledger import End, Ledger
from .sites import Mark, site_of

T_co = TypeVar("T_co", covariant=True)

set_class: Callable[[object, type], None] = object.__dict__["__class__"].__set__
"""Give a handle another class, whatever its class makes of attribute assignment."""

_KEPT: list[Any] = []
"""Values of other processes' owners: kept, so that no finalizer of theirs runs here."""


if TYPE_CHECKING:

    class Holds(Protocol[T_co]):
        """Anything that leads to a value of type `T`; covariant, so that `T` is inferred in every context."""

        def __owned_value__(self) -> T_co: ...

    class Takeable(Holds[T_co], Protocol[T_co]):
        """What `into_inner` takes apart."""

        def __owned_take__(self) -> T_co: ...

    class Lends(Protocol[T_co]):
        """What `borrow` borrows from."""

        def __owned_lend__(self) -> T_co: ...

    class LendsMut(Protocol[T_co]):
        """What `borrow_mut` borrows from."""

        def __owned_lend_mut__(self) -> T_co: ...


class Handle:
    """Base of owners, guards and everything else that verbs act on.

    The functions below are what a verb calls; each refuses here, and is overridden by the classes that it applies to.
    """

    __slots__ = ()

    _owned_kind = "handle"
    _owned_dead = False
    _owned_error: Any
    """What a dead handle raises; of a live one there is none."""
    _owned_is_owner = False
    _owned_is_guard = False
    _owned_lent_ledger: Any = None
    """Gives the ledger of an owner that was lent before, to lend it again without a detour."""
    _owned_share_of: Any = None
    """Gives the share of a shared owner that can be cloned at once."""
    _owned_interior = False
    """May the value be changed through a shared borrow of the handle? True of cells and locks."""
    _owned_exclusive = frozenset({"borrow_mut", "replace", "try_borrow_mut"})
    """Methods that need exclusive access to the handle."""

    if not TYPE_CHECKING:

        def __class_getitem__(cls, item: Any) -> Any:
            return GenericAlias(cls, item)

    def _owned_root(self) -> Ledger | None:
        """The ledger that this handle is about."""
        return None

    def _owned_mark(self) -> Mark | None:
        """Where this handle began to borrow; `None` for what does not borrow."""
        return None

    def _owned_name(self) -> str:
        """Name this handle in messages."""
        cls = type(self)
        root = cls._owned_root(self)
        return cls._owned_kind if root is None else complaints.place(cls._owned_kind, root)

    def _owned_unsupported(self, verb: str, remedy: str) -> OwnershipError:
        return complaints.build(NotAnOwnerError, f"{verb}() does not apply to {type(self)._owned_name(self)}", remedy)

    def _owned_move(self, frame: FrameType) -> Any:
        raise type(self)._owned_unsupported(self, "move", "pass it on as it is")

    def _owned_drop(self, frame: FrameType) -> None:
        raise type(self)._owned_unsupported(self, "drop", "leave it alone")

    def _owned_drop_part(self) -> None:
        """End, as a part of a dropped value. Nothing, if it cannot be dropped or has ended."""

    def _owned_lend(self, frame: FrameType) -> Any:
        raise type(self)._owned_unsupported(self, "borrow", "borrow its owner")

    def _owned_lend_mut(self, frame: FrameType) -> Any:
        raise type(self)._owned_unsupported(self, "borrow_mut", "borrow its owner")

    def _owned_clone(self, frame: FrameType) -> Any:
        raise type(self)._owned_unsupported(self, "clone", "clone its owner")

    def _owned_take(self, frame: FrameType) -> Any:
        raise type(self)._owned_unsupported(self, "into_inner", "unwrap its owner")

    def _owned_forget(self, frame: FrameType) -> None:
        raise type(self)._owned_unsupported(self, "forget", "forget its owner")

    def _owned_deref(self, frame: FrameType) -> Any:
        raise type(self)._owned_unsupported(self, "deref", "take the value from its owner")

    def _owned_replace(self, new: Any, verb: str, frame: FrameType) -> Any:
        raise type(self)._owned_unsupported(self, verb, "change it through its owner")

    def _owned_live(self) -> bool:
        return not type(self)._owned_dead

    def _owned_shows_owner(self) -> bool:
        """Is this a view of an owner, which cannot be moved out of the borrow?"""
        return False

    def _owned_disown(self) -> None:
        """Become inert: this process is a fork of the one that made the handle."""

    def __copy__(self) -> NoReturn:
        raise no_copy(self, "copy")

    def __deepcopy__(self, memo: Any) -> NoReturn:
        raise no_copy(self, "deepcopy")

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise no_copy(self, "pickle")

    def __reduce__(self) -> NoReturn:
        raise no_copy(self, "pickle")


def refuse_copies(cls: type) -> None:
    """Make `deepcopy` and `pickle` of a transparent class ask us, and not the value."""
    copyreg.pickle(cls, _refuse_copy)


def _refuse_copy(x: Any) -> NoReturn:
    if type(x)._owned_dead:
        raise type(x)._owned_error(x)
    raise no_copy(x, "copy or pickle")


def no_copy(x: Handle, what: str) -> OwnershipError:
    """Build the error for a copy of a handle."""
    cls = type(x)
    return complaints.no_copy(what, cls._owned_name(x), cls._owned_root(x))


def not_an_owner(x: Any, verb: str, needs: str = "an owner, a cell or a guard") -> OwnershipError:
    """Build the error for a verb that was given something else."""
    return complaints.build(
        NotAnOwnerError,
        f"{verb}() needs {needs}, not a plain {type(x).__name__!r}",
        f"give it an owner first: Owned(x), and call {verb}() with that",
    )


def refuse_stranger(x: Any, verb: str, needs: str = "an owner, a cell or a guard") -> NoReturn:
    """What verbs do with what is no handle: raise."""
    raise not_an_owner(x, verb, needs) from None


def read_only(x: Handle, verb: str) -> OwnershipError:
    """Build the error for an exclusive borrow of something that only shares."""
    cls = type(x)
    root = cls._owned_root(x)
    return complaints.build(
        ReadOnlyError,
        f"{verb}() needs exclusive access, and {cls._owned_name(x)} only shares its value",
        "borrow the owner exclusively, or keep what changes in a RefCell",
        [("created", None if root is None else root.created), ("borrowed", cls._owned_mark(x))],
        "E0596",
    )


def only_borrowed(x: Handle, action: str) -> OwnershipError:
    """Build the error for taking something away that is only borrowed."""
    cls = type(x)
    root = cls._owned_root(x)
    return complaints.build(
        MoveOutOfBorrowError,
        f"cannot {action} {cls._owned_name(x)}: its value is only borrowed here",
        "clone() the value, or act on its owner",
        [("created", None if root is None else root.created), ("borrowed", cls._owned_mark(x))],
    )


OPERATIONS: tuple[str, ...] = tuple(
    f"__{name}__"
    for name in (
        "setattr delattr dir str format bytes int float complex index round trunc floor ceil bool hash len length_hint"
        " getitem setitem delitem contains iter reversed next call fspath sizeof neg pos abs invert"
        " lt le eq ne gt ge enter exit aenter aexit await aiter anext copy deepcopy reduce reduce_ex getstate"
        " instancecheck subclasscheck buffer missing get set delete"
    ).split()
    if name not in ("get", "set", "delete")
) + tuple(
    f"__{prefix}{name}__"
    for name in "add sub mul matmul truediv floordiv mod divmod pow lshift rshift and xor or".split()
    for prefix in ("", "r", "i")
    if (prefix, name) != ("i", "divmod")
)
"""Every operation that a class can intercept, but for `__getattribute__`, `__repr__` and `__class__`."""


def tombstone(layout: type, seen_as: type, error: Callable[[Any], OwnershipError]) -> type:
    """Make the class that handles of a layout get when they end: every operation raises `error(handle)`.

    `isinstance` sees a dead handle as what it was, and `repr` says what became of it; both without touching a value.
    """

    def refuse(self: Any, *args: Any, **kwargs: Any) -> NoReturn:
        raise error(self)

    def get_attribute(self: Any, name: str) -> Any:
        if name == "__class__":
            return seen_as
        raise error(self)

    def describe(self: Any) -> str:
        root, end = type(self)._owned_grave(self)
        words = {"dropped": "dropped", "block": "ended", "owner": "ended", "source": "ended", "foreign": "inert"}
        word = words.get(end.kind, "moved")
        where = site_of("created", root.created)
        named = "" if root.name is None else f' "{root.name}"'
        return f"<{word} {type(self)._owned_kind}[{root.describe_type()}]{named} {where}>"

    namespace: dict[str, Any] = dict.fromkeys(OPERATIONS, refuse)
    namespace.update(
        {
            "__slots__": (),
            "__module__": layout.__module__,
            "__getattribute__": get_attribute,
            "__repr__": describe,
            "_owned_dead": True,
            "_owned_error": error,
        }
    )
    for name in "move drop lend lend_mut clone take forget deref replace root_of_view".split():
        namespace[f"_owned_{name}"] = refuse
    namespace["_owned_drop_part"] = lambda self: None
    namespace["_owned_live"] = lambda self: False
    namespace["_owned_disown"] = lambda self: None
    dead = type(f"Dead{seen_as.__name__}", (layout,), namespace)
    refuse_copies(dead)
    return dead


class Grave(Protocol):
    """What a layout tells about a dead handle: the ledger, and how it ended."""

    def __call__(self, handle: Any, /) -> tuple[Ledger, End]: ...


def keep_forever(value: Any) -> None:
    """Keep the value of another process's owner, so that nothing ends it here."""
    _KEPT.append(value)


def _after_fork() -> None:
    for thing in objects():
        kind = type(thing)
        if issubclass(kind, Handle):
            kind._owned_disown(thing)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
