"""What the analyses find: facts about a broken rule, without words."""

from __future__ import annotations

from owned_mypy.cfg import Arm
from owned_mypy.enums import Enum
from owned_mypy.ir import Access, Exit, Lend, MoveBy, Place, Span, Way
from owned_mypy.records import record


class Reason(Enum):
    """Why a rule is broken; `messages` has the words for each."""

    USE_OF_MOVED = "use of moved"
    USE_OF_PARTLY_MOVED = "use of partly moved"
    ASSIGN_TO_PART_OF_MOVED = "assign to part of moved"
    UNBOUND = "unbound"
    MOVED_WHILE_BORROWED = "moved while borrowed"
    MOVED_OUT = "moved out of borrowed content"
    TWO_EXCLUSIVE = "two exclusive borrows"
    EXCLUSIVE_OVER_SHARED = "exclusive borrow of something borrowed shared"
    SHARED_OVER_EXCLUSIVE = "shared borrow of something borrowed exclusively"
    USED_WHILE_EXCLUSIVE = "used while borrowed exclusively"
    ASSIGNED_WHILE_BORROWED = "assigned while borrowed"
    OWNER_ENDS_FIRST = "the owner's block ends first"
    TEMPORARY_ENDS_FIRST = "the temporary owner ends first"
    LEAVES_FUNCTION = "leaves the function"
    LEAVES_THROUGH_CAPTURE = "leaves the function inside a closure"
    CALLERS_BORROW_KEPT = "the caller's borrow is kept"
    VIEW_KEPT = "a view is kept"
    VIEW_ENDED = "a view used after its block"
    PART_OF_ENDED = "a part of a borrow used after that was dropped"
    ELEMENT_ENDED = "an element used after its collection was changed"
    ASSIGNED_THROUGH_SHARED = "assigned through a shared borrow"
    MUTATED_THROUGH_SHARED = "mutated through a shared borrow"
    TYPE_FAULT = "decided by types"


@record(eq=True)
class MovedAt:
    """One move that reaches the violation."""

    place: Place
    span: Span
    by: MoveBy
    what: str
    arms: tuple[Arm, ...]
    """The branches that were taken where it moved and not where it was used."""
    previous_iteration: bool


@record(eq=True)
class Lent:
    """The borrow that a violation conflicts with."""

    place: Place
    span: Span
    exclusive: bool
    by: Lend
    holder: str | None
    """The variable that keeps it alive; None for a temporary."""
    until_block_end: bool = False
    """Its guard was bound by `with`."""


@record(eq=True)
class Violation:
    rule: str
    code: str
    span: Span
    reason: Reason
    place: Place | None
    what: str = ""
    moves: tuple[MovedAt, ...] = ()
    lent: Lent | None = None
    access: Access | None = None
    exit: Exit | None = None
    way: Way | None = None
    subject: str = ""
    """For what has no place: the words that lowering chose."""
    exclusive: bool = False
    previous_iteration: bool = False

    @property
    def key(self) -> tuple[object, ...]:
        """Two violations with one key are one report: `x.n += 1` both reads and assigns."""
        return (self.rule, self.span.line, self.span.column, self.place, self.subject)
