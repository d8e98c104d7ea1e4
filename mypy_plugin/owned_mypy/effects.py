"""The words in which the table of calls speaks: what a call does to its arguments, and what it gives."""

from owned_mypy.enums import Enum
from owned_mypy.records import record


class Effect(Enum):
    """What a call does to one argument."""

    LOOKS = "asks about it"  # no use: allowed on a moved handle
    READS = "reads it"
    BORROWS = "borrows it shared"
    BORROWS_MUT = "borrows it exclusively"
    CHANGES = "changes it"  # exclusive access for the time of the call
    ITERATES = "goes over it"  # and lends it meanwhile
    EXCHANGES = "changes what is inside"  # of a cell, which itself is only read
    ASSIGNS = "assigns a new value"  # drops the old value; the owner stays
    CONSUMES = "takes it"
    DROPS = "ends it"
    KEEPS = "keeps it"  # beyond the call, on the same thread
    SENDS = "keeps it on another thread"
    SENDS_ITEMS = "keeps the items on another thread"  # an iterable or mapping of things that are sent
    SENDS_SCOPED = "keeps it on another thread until the scope ends"
    RUNS_SCOPED = "runs it on another thread until the scope ends"
    SENDS_PROCESS = "copies it to another process"
    SENDS_PROCESS_ITEMS = "copies the items to another process"


class Gives(Enum):
    """What a call's result is."""

    NOTHING_SPECIAL = "a value"
    OWNER = "a new owner"
    SHARED_BORROW = "a shared borrow of the first argument"
    EXCLUSIVE_BORROW = "an exclusive borrow of the first argument"
    VALUE = "the bare value"
    ELEMENT = "an element of the object, which stays where it is"
    ELEMENTS = "what goes over the elements"
    PASSED_ON = "what it was given, or the elements of that"


@record(eq=True)
class Param:
    """One parameter: by name, by position (None: by name only), and what happens to its argument."""

    name: str
    position: int | None
    effect: Effect


@record(eq=True)
class CallEffect:
    """What a call does: to the receiver of a method, to each argument, and what it gives."""

    params: tuple[Param, ...] = ()
    rest: Effect | None = None  # arguments that no row of `params` names
    receiver: Effect | None = None
    gives: Gives = Gives.NOTHING_SPECIAL
    must_use: bool = False  # `unused-owner` when the result is discarded in the same statement

    def param(self, name: str | None, position: int | None) -> Param | None:
        """Give the row of an argument that was passed by this name, or at this position."""
        for row in self.params:
            if (name is not None and row.name == name) or (position is not None and row.position == position):
                return row
        if self.rest is not None:
            return Param(name or "*", position, self.rest)
        return None
