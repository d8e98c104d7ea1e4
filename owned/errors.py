"""What a broken rule raises.

Every class stands for one situation, whatever the operation was that met it. The message has several lines: what
happened and to which value, the places in the order of time, and one thing to try.
"""

from __future__ import annotations

from typing import Any

from .codes import RULES
from .sites import Site


class OwnershipError(RuntimeError):
    """Base of everything that breaks a rule of ownership.

    `rule` is the slug of the rule, `code` Rust's error code for it (or an empty string), and `sites` the places that
    led here, in the order of time; the last one is the failing attempt itself.

    >>> from owned import Owned, UseAfterMoveError, move
    >>> log = Owned([])
    >>> kept = move(log)
    >>> try:
    ...     log.value
    ... except UseAfterMoveError as error:
    ...     print(error.rule, error.code, [site.kind for site in error.sites])
    use-after-move E0382 ['created', 'moved', 'used']
    """

    rule: str = "misuse"
    code: str = ""

    def __init_subclass__(cls) -> None:
        if "code" not in cls.__dict__:
            codes = RULES[cls.rule].codes
            cls.code = codes[0] if codes else ""

    def __init__(self, message: str = "", *, code: str | None = None, sites: tuple[Site, ...] = ()) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code
        self.sites = sites


class UseAfterMoveError(OwnershipError):
    """A moved handle was used: its value belongs to another owner, or left ownership altogether."""

    rule = "use-after-move"


class UseAfterDropError(UseAfterMoveError):
    """A dropped handle was used: its value has ended. A second `drop` is such a use."""


class BorrowError(OwnershipError):
    """A shared borrow, or a read of the owner, while somebody has exclusive access."""

    rule = "borrow-conflict"
    code = "E0502"


class BorrowMutError(OwnershipError):
    """An exclusive borrow, or a change through the owner, while the value is borrowed."""

    rule = "borrow-conflict"


class MoveWhileBorrowedError(OwnershipError):
    """A move, drop, unwrapping or forgetting of an owner while guards on it are alive."""

    rule = "move-while-borrowed"


class MoveOutOfBorrowError(OwnershipError):
    """An owner that is only reached through a borrow, an `Rc` or an `Arc` was to be moved, dropped or unwrapped."""

    rule = "move-out-of-borrow"


class BorrowOutlivesOwnerError(OwnershipError):
    """A guard or a view was used after its block or its owner ended."""

    rule = "borrow-outlives-owner"


class ReadOnlyError(OwnershipError):
    """A change through a shared borrow: E0594 for assignments, E0596 for calls that change and exclusive borrows."""

    rule = "mutate-through-ref"


class NotSendError(OwnershipError):
    """A handle or a resource was used in a thread, an event loop or a process that may not use it."""

    rule = "not-send"


class NotCopyError(OwnershipError, TypeError):
    """A handle was to be copied or pickled: two owners of one value cannot be."""

    rule = "not-copy"


class AsyncDropError(OwnershipError):
    """A value that can only be dropped by awaiting was to be dropped where nothing can await."""

    rule = "async-drop"


class NotAnOwnerError(OwnershipError, TypeError):
    """A verb was called on something that it does not apply to: a plain object, or the wrong kind of handle."""


class DropHookError(OwnershipError, TypeError):
    """A drop hook was given that cannot be called with the value alone."""


class ScopeError(OwnershipError):
    """A scope was entered twice, or left in another order than it was entered."""


class OwnerDied(Exception):
    """What an entered context manager is given when its owner dies without a scope, so that it rolls back.

    An ordinary exception: it is passed to `__exit__`, and never raised.
    """


class OwnedLeakWarning(ResourceWarning):
    """An owner died in the garbage collector's cycle search or at the interpreter's exit. Shown by default."""


class CarryingError(RuntimeError):
    """Base of what is raised where Rust answers `Err` with a value: the failure carries the value.

    `error.into_inner()` takes it out, once; whoever ignores the error lets the value go.
    """

    def __init__(self, message: str, value: object) -> None:
        super().__init__(message)
        self._value = [value]

    def into_inner(self) -> Any:
        """Take out what the error carries."""
        if not self._value:
            raise LookupError("what this error carried was taken out before")
        return self._value.pop()

    def __reduce__(self) -> Any:
        """Copied, or on the way to another process, it leaves behind a handle that it carries."""
        carried = [value for value in self._value if not hasattr(type(value), "_owned_kind")]
        return _carry, (type(self), str(self), carried)


def _carry(kind: type[CarryingError], message: str, carried: list[Any]) -> CarryingError:
    error = kind(message, None)
    error._value = carried
    return error


class PoisonError(CarryingError):
    """A lock whose value may be half changed: an exception left a block that had it locked.

    It carries the guard, which holds the lock and can be used to look and to mend; `clear_poison()` ends the matter.
    Errors of `into_inner` and `get_mut` carry the value and the borrow. A `LazyCell` whose initialiser failed raises
    it, too, and carries `None`.
    """


class AlreadySetError(CarryingError):
    """A `OnceCell` was to be set a second time. It carries the value that was rejected."""


class NotInitialisedError(CarryingError):
    """A `LazyCell` was taken apart before its first use. It carries the initialiser."""


class ReentrantInitError(OwnershipError):
    """An initialiser used the very cell that it was to initialise."""


class SendError(CarryingError):
    """A channel whose receiver is gone, or which is full, was sent something. It carries what was to be sent."""


class ChannelClosedError(RuntimeError):
    """Nothing will arrive any more: the channel is empty, and its senders are gone."""


class NotFoundError(CarryingError, LookupError):
    """A sorted vector was searched for what is not in it. It carries the index where that could be inserted."""
