"""The state of one value: who may read it, who may change it, and how it ended.

A `Lender` is anything that can be lent: the ledger of a value, or an exclusive borrow that is lent again. Its state is
one number, so that every question is one comparison and every transition one assignment, which no thread switch can
tear apart under the GIL:

    0               free
    n > 0           lent to n shared borrows
    -n < 0          lent exclusively (to n parts of the value, usually one)
    GONE            moved out, dropped, or ended with the borrow that it belongs to

    free      --lend--> shared     --give_back--> free
    free      --lend_exclusively--> exclusive  --give_back_exclusive--> free
    any       --finish--> GONE

Nothing here knows about handles, proxies or threads; a thread is a number that is written down. The borrows themselves
are not listed: a guard refers to its lender, and who refers to a lender is asked when an error needs it.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any, TypeAlias

from . import accounts
from .accounts import created, ended, now
from .atomic import atomic
from .forks import process_at
from .sites import Mark, this_thread
from .tasks import current_task, modules, task_or_rest, when_tasks_run

FREE = 0
EXCLUSIVE = -1
GONE = -(1 << 30)
CLAIMED = GONE + 1
"""The state of a ledger between the decision that its value leaves and the moment when it has left: of several threads
that move or drop one handle, the one that sets it wins, for no thread switch comes between its test and its setting."""

Hook: TypeAlias = Callable[[Any], object]


class End:
    """How a handle ended, and where.

    `kind` is `moved`, `dropped`, `unwrapped`, `forgotten`, `consumed` or `foreign` for owners; guards also end by
    `block` (their `with`) and by `owner` (the value that they borrowed ended).
    """

    __slots__ = ("code", "kind", "offset", "task", "thread")

    kind: str
    code: CodeType | None
    offset: int
    task: str | None
    """Not there, unless a task has ended it."""
    thread: int

    @property
    def mark(self) -> Mark | None:
        """The place where it ended, if that was recorded."""
        return None if self.code is None else Mark(self.code, self.offset, self.thread, getattr(self, "task", None))


task_now: Callable[[], str | None] | None = None
"""Names the task that ends something; nothing, as long as none was seen."""


def _note_tasks(on: bool) -> None:
    global task_now
    task_now = task_or_rest if on else None


when_tasks_run.append(_note_tasks)


def end_at(kind: str, frame: FrameType | None = None) -> End:
    """Record that something ends here."""
    end = End()
    end.kind = kind
    if frame is None:
        end.code = None
    else:
        end.code = frame.f_code
        end.offset = frame.f_lasti
    end.thread = this_thread()
    if task_now is not None:
        end.task = task_now()
    return end


class Lender:
    """Something that can be lent."""

    __slots__ = ("__weakref__", "state")

    state: int
    wakes = False
    """Does somebody wait for loans to end? Then `wake` is called after each."""

    def wake(self) -> None:
        """A loan has ended."""

    def poison(self) -> None:
        """A loan is about to end because an exception leaves its block."""

    @property
    def root(self) -> Ledger:
        """The ledger of the value that this belongs to."""
        raise NotImplementedError

    def can_lend(self) -> bool:
        """May it be borrowed shared?"""
        return self.state >= FREE

    def can_lend_exclusively(self) -> bool:
        """May it be borrowed exclusively, moved or dropped?"""
        return self.state == FREE

    @atomic
    def lend(self) -> None:
        """One more shared borrow begins. Only when `can_lend`."""
        assert self.state >= FREE
        self.state += 1

    @atomic
    def lend_exclusively(self, parts: int = 1) -> None:
        """An exclusive borrow of so many parts begins. Only when `can_lend_exclusively`."""
        assert self.state == FREE
        self.state = -parts

    @atomic
    def divide(self) -> None:
        """An exclusive borrow becomes two, of different parts."""
        assert GONE < self.state < FREE
        self.state -= 1

    @atomic
    def give_back(self) -> None:
        """A shared borrow ends. What has ended itself is owed nothing."""
        if self.state > FREE:
            self.state -= 1

    @atomic
    def give_back_exclusive(self) -> None:
        """An exclusive borrow ends."""
        if GONE < self.state < FREE:
            self.state += 1

    @atomic
    def finish(self) -> int:
        """End for good, and give the state until now."""
        state, self.state = self.state, GONE
        return state


@atomic
def try_lend(lender: Lender) -> bool:
    """Begin a shared borrow, if that may be now."""
    state = lender.state
    if state >= FREE:
        lender.state = state + 1
        return True
    return False


@atomic
def try_lend_exclusively(lender: Lender) -> bool:
    """Begin an exclusive borrow, if that may be now."""
    if lender.state == FREE:
        lender.state = EXCLUSIVE
        return True
    return False


@atomic
def try_claim(lender: Lender) -> bool:
    """Win the right to end what is free, or to change its handle."""
    if lender.state == FREE:
        lender.state = CLAIMED
        return True
    return False


@atomic
def give_one_back(lender: Lender) -> None:
    """A borrow ends, of whatever kind. What has ended itself is owed nothing."""
    if lender.state > FREE:
        lender.state -= 1
    elif CLAIMED < lender.state < FREE:
        lender.state += 1


class Details:
    """What few ledgers have to say, and all of them once the value has left."""

    __slots__ = ("derived", "end", "entered", "onlooker", "taken", "type_name")

    derived: Any
    end: End | None
    entered: bool
    onlooker: Any
    taken: bool
    type_name: str | None


class SharedDetails(Details):
    """The same for many ledgers at once: never changed, but replaced by details of the ledger's own."""

    __slots__ = ()

    def __init__(self, *, entered: bool = False, type_name: str | None = None) -> None:
        self.derived = ()
        self.end = self.onlooker = None
        self.entered = entered
        self.taken = False
        self.type_name = type_name


NOTHING = SharedDetails()
"""The details of a ledger that has none."""


ENTERED = SharedDetails(entered=True)
"""The details of nearly all owners that a `with` has bound."""


class Ledger(Lender):
    """The ledger of one value: the value itself, its state, and where it was created.

    There are as many ledgers as owners, and nearly all of them have nothing else to say. So what is given to few has
    its place in a subclass (`FullLedger`), and what becomes true of few in `rare`: nothing, or its details.
    """

    __slots__ = ("born", "code", "mut_class", "offset", "rare", "ref_class", "thread", "value")

    value: Any
    code: CodeType
    offset: int
    thread: int
    born: float
    ref_class: type | None
    mut_class: type | None
    rare: Details | None
    hook: Any = None
    name: str | None = None
    task: str | None = None

    @property
    def root(self) -> Ledger:
        """The ledger itself."""
        return self

    @property
    def created(self) -> Mark:
        """Where the value came under ownership."""
        mark = Mark(self.code, self.offset, self.thread, self.task)
        return mark if accounts.tracer is None else accounts.tracer.begins(mark, self)

    @property
    def process(self) -> int:
        """The process in which the value came under ownership."""
        return process_at(self.born)

    def details(self) -> Details:
        """Give the details, to be changed."""
        rare = self.rare
        while type(rare) is not Details:
            made = Details()
            for name in Details.__slots__:
                setattr(made, name, getattr(rare or NOTHING, name))
            if self.rare is rare:
                self.rare = made
            rare = self.rare
        return rare

    @property
    def derived(self) -> Any:
        """The ledgers of what was derived from the value: a list, as soon as something was."""
        rare = self.rare
        return () if rare is None else rare.derived

    @derived.setter
    def derived(self, new: Any) -> None:
        self.details().derived = new

    @property
    def end(self) -> End | None:
        """How the value left, if it has."""
        rare = self.rare
        return None if rare is None else rare.end

    @property
    def entered(self) -> bool:
        """Is the owner bound by a `with`?"""
        rare = self.rare
        return rare is not None and rare.entered

    @entered.setter
    def entered(self, new: bool) -> None:
        rare = self.rare
        if type(rare) is Details:
            rare.entered = new
        elif new:
            self.rare = ENTERED
        elif rare is ENTERED:
            self.rare = None

    @property
    def onlooker(self) -> Any:
        """What ends with the owner, and is no borrow."""
        rare = self.rare
        return None if rare is None else rare.onlooker

    @onlooker.setter
    def onlooker(self, new: Any) -> None:
        if new is not None:
            self.details().onlooker = new
        elif type(rare := self.rare) is Details:
            rare.onlooker = None
            if not (rare.derived or rare.taken) and rare.end is None and rare.type_name is None:
                self.rare = ENTERED if rare.entered else None

    @property
    def taken(self) -> bool:
        """Was the value taken out of a cell, so that nothing is to be dropped?"""
        rare = self.rare
        return rare is not None and rare.taken

    @taken.setter
    def taken(self, new: bool) -> None:
        if new:
            self.details().taken = True
        elif type(rare := self.rare) is Details:
            rare.taken = False

    @property
    def type_name(self) -> str | None:
        """What the type of the value is called, if that has left, or has no type of its own."""
        rare = self.rare
        return None if rare is None else rare.type_name

    @type_name.setter
    def type_name(self, new: str | None) -> None:
        self.details().type_name = new

    def put(self, value: Any) -> None:
        """Another value takes the place of the old one."""
        self.value = value
        self.ref_class = self.mut_class = None
        self.taken = False

    def retire(self, end: End) -> Any:
        """The value leaves: end, remember how, and give the value away. No handle keeps it alive from here on."""
        self.state = GONE
        rare = self.rare
        if type(rare) is Details:
            details = rare
            details.end = end
        else:  # Without a call, as all of this: where the stack ends, too, the value has to leave.
            details = Details()
            details.derived = ()
            details.entered = rare is not None and rare.entered
            details.onlooker = details.type_name = None
            details.taken = False
            details.end = end
            self.rare = details
        value = self.value
        details.type_name = type(value).__name__
        del self.value
        next(ended)
        if end.kind != "dropped":
            accounts.ended_without_drop(end.kind)
        if accounts.listener is not None:
            accounts.listener(end.kind, self, end)
        return value

    def describe(self) -> str:
        """Name the value: its given name, else its type. Never touches the value itself."""
        return self.name if self.name is not None else self.describe_type()

    def describe_type(self) -> str:
        """Name the type of the value, which may have ended."""
        try:
            return self.type_name or type(self.value).__name__
        except AttributeError:  # Another thread has ended it just now; it wrote the name down before.
            return self.type_name or "nothing"


class FullLedger(Ledger):
    """The ledger of a value that was given a hook or a name, or to a task."""

    __slots__ = ("hook", "name", "task")

    hook: Any
    name: str | None
    task: str | None


def open_ledger(value: Any, hook: Any, name: str | None, frame: FrameType, kind: type[Ledger] = Ledger) -> Ledger:
    """Begin the ledger of a value that comes under ownership here."""
    task = current_task() if "asyncio" in modules or "trio" in modules else None
    if hook is None and name is None and task is None and not issubclass(kind, FullLedger):
        ledger = kind()
    else:
        full = kind() if issubclass(kind, FullLedger) else FullLedger()
        full.hook = hook
        full.name = name
        full.task = task
        ledger = full
    ledger.state = FREE
    ledger.value = value
    ledger.code = frame.f_code
    ledger.offset = frame.f_lasti
    ledger.thread = this_thread()
    ledger.rare = ledger.ref_class = ledger.mut_class = None
    ledger.born = now()
    next(created)
    if accounts.listener is not None:
        accounts.listener("created", ledger, None)
    return ledger


def open_place(name: str | None, frame: FrameType, what: str) -> Ledger:
    """Begin the ledger of what owns nothing but owners: a scope or a channel. It is not counted."""
    ledger = FullLedger()
    ledger.state = FREE
    ledger.name = name
    ledger.code = frame.f_code
    ledger.offset = frame.f_lasti
    ledger.thread = this_thread()
    ledger.rare = ledger.ref_class = ledger.mut_class = None
    ledger.type_name = what
    ledger.value = ledger.hook = ledger.task = None
    ledger.born = now()
    return ledger


class Sublease(Lender):
    """The state of an exclusive borrow that is lent again: while it is lent, its own guard must wait."""

    __slots__ = ("_root",)

    def __init__(self, root: Ledger) -> None:
        self.state = FREE
        self._root = root

    @property
    def root(self) -> Ledger:
        """The ledger of the value that the borrow is of."""
        return self._root
