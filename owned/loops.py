"""What a loop over a collection borrows, and what it hands out.

A loop holds one guard while it runs. Elements that are more than plain values are handed out as views, or, if they may
be changed, as guards of their own; chunks and windows are guards, too. All of these are the loop's, not the ledger's:
when the loop is over its guard is given back, and what it handed out becomes a leftover, which ends when the collection
is used in a way that conflicts with it.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable, Iterator
from types import FrameType
from typing import Any, cast

from . import complaints
from .abandoned import settle
from .guards import (
    REF_MUTS,
    REFS,
    GuardLayout,
    Onlooker,
    Part,
    ViewLayout,
    end_guard,
    exit_guard,
    expire,
    hands_out_bare,
    lender_of,
    make_guard,
    thread_of,
)
from .handles import set_class
from .ledger import FREE, GONE, End, Ledger, Lender, Sublease
from .loop_views import BY_VALUE, LOOP_MUTS, LOOP_REFS, view_in
from .plain import PLAIN
from .sites import Mark
from .ties import CAREFUL

code_of: Any = cast("Any", GuardLayout.__dict__["code"]).__get__
offset_of: Any = cast("Any", GuardLayout.__dict__["offset"]).__get__
cell_of: Any = cast("Any", GuardLayout.__dict__["cell"]).__get__


class Relet(Sublease):
    """The state of an exclusive borrow of a collection that is lent again: it knows what loops left behind."""

    __slots__ = ("onlooker",)

    onlooker: Leftovers | None

    def __init__(self, root: Ledger) -> None:
        super().__init__(root)
        self.onlooker = None


class Loop(Onlooker):
    """What one loop handed out: views that end with it, and guards that it lends."""

    __slots__ = ("children", "exclusive", "guard", "limit", "noted", "place", "sub")

    _owned_kind = "Ref"

    def __init__(self, guard: Any, exclusive: bool) -> None:
        lender = lender_of(guard)
        super().__init__(lender.root)
        self.guard = guard
        self.exclusive = exclusive
        self.place = code_of(guard), offset_of(guard), thread_of(guard)
        self.children: list[Any] = []
        self.sub = Sublease(lender.root)
        self.noted = 1
        self.limit = 64
        note(lender.root, self)
        if type(lender) is Relet:
            self.noted = 2
            note(lender, self)

    def _owned_began(self) -> Mark | None:
        return Mark(*self.place)

    def show(self, item: Any, place: Any) -> Any:
        """Hand out an element: bare, or as a view with the rights of the loop."""
        mode = "mut" if self.exclusive else "ref"
        if hands_out_bare(item, mode):
            return item
        family = LOOP_MUTS if self.exclusive else LOOP_REFS
        return view_in(self, family.of(type(item)), item, place)

    def _owned_lend_part(self, part: Any, exclusively: bool, frame: FrameType) -> Any:
        sub = self.sub
        if exclusively:
            if sub.state != FREE and not settle(sub):
                raise complaints.cannot_change("RefMut", sub, "borrow_mut")
        elif sub.state < FREE and not settle(sub):
            raise complaints.cannot_read("RefMut", sub, "borrow")
        return self.lend_child(part, exclusively)

    def lend_child(self, part: Part, exclusively: bool) -> Any:
        """Hand out a part by a guard of its own."""
        sub = self.sub
        if not exclusively:
            sub.lend()
        elif sub.state == FREE:
            sub.lend_exclusively()
        else:
            sub.divide()
        return make_guard(REF_MUTS if exclusively else REFS, sub, part, *self.place)

    def hand_over(self, part: Part) -> Any:
        """Hand out the next part of a loop over parts."""
        child = self.lend_child(part, self.exclusive)
        if len(self.children) >= self.limit:
            self.children = still_held(self.children)
            self.limit = 64 + 2 * len(self.children)
        self.children.append(child)
        return child

    def finish(self) -> None:
        """The loop was left."""
        guard, self.guard = self.guard, None
        if guard is None:
            return
        root = self._root
        root.ref_class = root.mut_class = None  # The verbs' short cut knows nothing of leftovers.
        if not type(guard)._owned_dead:
            exit_guard(guard, None)

    def end(self, end: End) -> None:
        """The collection is used again, moved or ended: so is what was handed out."""
        end = here_too(end)
        children, self.children = self.children, []
        for child in children:
            if not type(child)._owned_dead:
                out = end_guard(child, end, type(child)._owned_grave_class)
                if out is not None:
                    expire(out)
        if self.sub.state not in (FREE, GONE):
            expire(self.sub)
        super().end(end)

    def check(self) -> None:
        """Raise if the borrow of the loop was ended from outside."""
        if type(self.guard)._owned_dead:
            raise type(self.guard)._owned_error(self.guard)


def here_too(end: End) -> End:
    """How a borrow ends that is in the way: by the use of its collection, at the place of that use."""
    if end.kind == "changed":
        return end
    other = End()
    other.kind, other.code, other.thread = "changed", end.code, end.thread
    if end.code is not None:
        other.offset = end.offset
    return other


def references(children: list[Any]) -> list[int]:
    """Count the references to each child."""
    return [sys.getrefcount(child) for child in children]


OURS = references([object()])[0]
"""How many of them a list and its counting hold."""


def still_held(children: list[Any]) -> list[Any]:
    """Let go of the children that nobody else holds: guards cannot be referred to weakly."""
    return [child for child, count in zip(children, references(children), strict=True) if count > OURS]


def unfinished(loops: list[Loop]) -> list[Loop]:
    """Let go of the loops of which nothing is left: views refer to their loop, and children to its lender."""
    left = []
    for loop, count in zip(loops, references(loops), strict=True):
        loop.children = still_held(loop.children)
        if count >= OURS + loop.noted or loop.sub.state not in (FREE, GONE):
            left.append(loop)
    return left


class Leftovers:
    """The loops of which something may be left."""

    __slots__ = ("loops",)

    def __init__(self) -> None:
        self.loops: list[Loop] = []

    def end(self, end: End) -> None:
        """A change: everything that is left ends."""
        loops, self.loops = self.loops, []
        for loop in loops:
            loop.end(end)

    def has_exclusive(self) -> bool:
        """Is an exclusive loop among them?"""
        return any(loop.exclusive for loop in self.loops)

    def is_over(self) -> bool:
        """Is nothing left?"""
        self.loops = unfinished(self.loops)
        return not self.loops

    def end_exclusive(self, end: End) -> None:
        """A use of any kind: exclusive borrows that are left end."""
        loops = self.loops
        self.loops = [loop for loop in loops if not loop.exclusive]
        for loop in loops:
            if loop.exclusive:
                loop.end(end)


def note(place: Any, loop: Loop) -> None:
    """Remember a loop with what it borrows from."""
    leftovers = place.onlooker
    if leftovers is None:
        leftovers = place.onlooker = Leftovers()
    leftovers.loops = [*unfinished(leftovers.loops), loop]


def run_views(
    loop: Loop, source: Iterable[Any], keys: Iterable[Any], holder: Any, kind: str, owner: Any
) -> Iterator[Any]:
    """Loop over elements. `owner` is kept alive by the loop."""
    return begun(_views(loop, source, keys, holder, kind, owner))


def begun(loop: Generator[Any, None, None]) -> Generator[Any, None, None]:
    """Bring a generator to the point from which on its end gives the borrow back."""
    next(loop)
    return loop


def _views(
    loop: Loop, source: Iterable[Any], keys: Iterable[Any], holder: Any, kind: str, owner: Any
) -> Generator[Any, None, None]:
    family, mode = (LOOP_MUTS, "mut") if loop.exclusive else (LOOP_REFS, "ref")
    known: dict[type, type] = {}
    try:
        yield
        for key, item in zip(keys, source, strict=False):
            item_kind = type(item)
            cls = known.get(item_kind)
            if cls is not None:
                view: Any = ViewLayout()
                view.holder = loop
                view.value = item
                view.place = holder, kind, key
                view.__class__ = cls
                yield view
            elif item_kind in PLAIN or hands_out_bare(item, mode):
                yield item
            else:
                cls = family.of(item_kind)
                if item_kind not in BY_VALUE:
                    known[item_kind] = cls
                yield view_in(loop, cls, item, (holder, kind, key))
            if type(loop.guard)._owned_dead:
                loop.check()
    finally:
        loop.finish()
        del owner


def run_parts(loop: Loop, parts: Iterable[Part], owner: Any) -> Iterator[Any]:
    """Loop over parts that are handed out as guards."""
    return begun(_parts(loop, parts, owner))


def _parts(loop: Loop, parts: Iterable[Part], owner: Any) -> Generator[Any, None, None]:
    try:
        yield
        for part in parts:
            yield loop.hand_over(part)
            loop.check()
    finally:
        loop.finish()
        del owner


def lend_two(guard: Any, first: Any, second: Any) -> tuple[Any, Any]:
    """Divide a fresh guard into two, on different parts."""
    lender: Lender = lender_of(guard)
    exclusive = lender.state < FREE
    if exclusive:
        lender.divide()
    else:
        lender.lend()
    family = REF_MUTS if exclusive else REFS
    other = make_guard(family, lender, second, code_of(guard), offset_of(guard), thread_of(guard))
    return narrow(guard, first, family), other


def narrow(guard: Any, part: Part, family: Any) -> Any:
    """Let a fresh guard lead to a part."""
    set_class(guard, GuardLayout)
    guard.lender = lender_of(guard)
    if guard.tied is None:
        guard.tied = CAREFUL
    guard.cell = part
    guard.__class__ = family.of(type(part.value))
    return guard
