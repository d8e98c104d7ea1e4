"""Which names are parts of a guard or a shared owner, and end with it: `x = r.part`, then `drop(r)`.

Elements of a collection that is borrowed exclusively end sooner, when it is changed: `x = m[0]`, then `m.pop()`.

    x = r.part        {r: L1, x: L1 P}     P: a part that was read through `r`
    del r             {x: L1}              the part keeps the borrow alive by itself
    drop(r)           {x: D}               or has ended with its guard: D

A part belongs to the guard that it was read through, not to what the guard borrows: who drops the guard, or moves it,
ends its parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from owned_mypy.ir import (
    Access,
    Assign,
    Body,
    Borrow,
    Copy,
    Effect,
    Index,
    Lend,
    LocalKind,
    Move,
    MoveBy,
    Place,
    Role,
    Span,
    Through,
    Use,
    Way,
)
from owned_mypy.violation import Lent, MovedAt, Reason, Violation

_ENDINGS = (MoveBy.DROP, MoveBy.MOVE, MoveBy.VERB)
"""What ends a handle at run time, too: plain Python passes the same one on."""
_WAYS = (Way.REF, Way.REF_MUT, Way.SHARED)

_EXCLUSIVE = (Through(Way.REF_MUT),)

State = dict[int, int]


class Bits:
    """Numbers the facts of a body, each by a bit of its own."""

    def __init__(self) -> None:
        self.number = 0

    def new(self) -> int:
        bit = 1 << self.number
        self.number += 1
        return bit


class Parts:
    """The bits of the parts of each handle, and of each move that ends them."""

    def __init__(self, body: Body) -> None:
        self.body = body
        self.of: dict[int, int] = {}
        self.ending: dict[int, tuple[int, int]] = {}
        """For a move, by its identity: the bit of the parts that it ends, and the one that they have then."""
        self.ended_by: dict[int, Move] = {}
        self.every = 0
        self.ended = 0

    def number(self, copies: list[Copy], moves: list[Move], lent: Iterable[Place], bits: Bits) -> None:
        """Give each handle that is ended or lent, and has parts, its bits."""
        with_parts = {copy.place.local for copy in copies if copy.part and self.is_part(copy.place)}
        for place in lent:
            if place.local in with_parts and place.local not in self.of and place.path == _EXCLUSIVE:
                self.number_handle(place.local, bits)
        for move in moves:
            handle = move.place.local
            if handle not in with_parts or move.place.path or move.by not in _ENDINGS or id(move) in self.ending:
                continue
            if handle not in self.of:
                self.number_handle(handle, bits)
            ended = bits.new()
            self.ending[id(move)] = self.of[handle], ended
            self.ended_by[ended] = move
            self.ended |= ended

    def number_handle(self, handle: int, bits: Bits) -> None:
        self.of[handle] = bits.new()
        self.every |= self.of[handle]

    def read_through(self, held: int) -> Iterator[Place]:
        """What a part with these bits goes through when it is used: what its exclusive guards lend."""
        if held & self.every:
            for handle, part in self.of.items():
                if held & part and self.body.locals[handle].role is Role.REF_MUT:
                    yield Place(handle, _EXCLUSIVE)

    def is_part(self, place: Place) -> bool:
        """Is it read through a handle that has a name?"""
        first = place.path[0] if place.path else None
        return (
            isinstance(first, Through)
            and first.way in _WAYS
            and self.body.locals[place.local].kind is not LocalKind.TEMPORARY
        )

    def keeps_borrow(self, place: Place) -> bool:
        """Is it read through a guard that has a name, so that it holds what the guard holds?"""
        return self.is_part(place) and self.body.locals[place.local].role in (Role.REF, Role.REF_MUT)

    def end(self, move: Move, held: int, state: State) -> None:
        """The handle ends that `move` takes away, which has held `held`."""
        part, ended = self.ending.get(id(move), (0, 0))
        if part:
            for holder, bits in state.items():
                if bits & part:
                    state[holder] = bits & ~(part | held) | ended

    def let_go(self, handle: int, state: State) -> None:
        """The name of the handle is bound anew, or gone: its parts go on."""
        part = self.of.get(handle)
        if part is not None:
            for holder, bits in state.items():
                state[holder] = bits & ~part

    def violation(self, place: Place, span: Span, ended: int) -> Violation:
        """The report about the use of a part that has ended."""
        move = self.ended_by[ended & -ended]
        moved = MovedAt(move.place, move.span, move.by, move.what, (), previous_iteration=False)
        return Violation("use-after-move", "E0382", span, Reason.PART_OF_ENDED, place, moves=(moved,))


_ELEMENT = Through(Way.ELEMENT)
_OF_THE_WHOLE = ("borrow_mut", "try_borrow_mut")
"""Exclusive borrows that change nothing by themselves."""


class Elements:
    """The bits of the elements that were read through an exclusive borrow of a collection, and of its changes."""

    def __init__(self, copies: Iterable[Copy], exclusive_views: set[int], bits: Bits) -> None:
        self.of: dict[int, int] = {}
        self.every = 0
        self.ended = 0
        self.bits = bits
        self.ending: dict[int, int] = {}
        self.ended_by: dict[int, tuple[Place, Span]] = {}
        for copy in copies:
            place = copy.place
            if copy.part and not copy.element and _ELEMENT in place.path and place.local not in self.of:
                collection = place.path[: place.path.index(_ELEMENT)]
                if collection == _EXCLUSIVE or (not collection and place.local in exclusive_views):
                    self.of[place.local] = self.bits.new()
                    self.every |= self.of[place.local]

    def read(self, copy: Copy) -> int:
        """The bit of what is read, if that is such an element or a part of one."""
        return self.of.get(copy.place.local, 0) if not copy.element and _ELEMENT in copy.place.path else 0

    def change(self, effect: Effect, state: State) -> None:
        """If the effect changes a collection, the elements that were read before have ended."""
        collection = _changed_collection(effect) if self.every else None
        part = self.of.get(collection.local, 0) if collection is not None else 0
        if collection is None or not part:
            return
        for holder, bits in state.items():
            if bits & part:
                state[holder] = bits & ~part | self.end(effect, collection)

    def end(self, effect: Effect, collection: Place) -> int:
        known = self.ending.get(id(effect))
        if known is None:
            known = self.ending[id(effect)] = self.bits.new()
            self.ended |= known
            span: Span = getattr(effect, "span")  # noqa: B009  (each effect that changes something has a span)
            self.ended_by[known] = collection, span
        return known

    def let_go(self, local: int, state: State) -> None:
        """The name of the collection is bound anew, or gone: what was read goes on."""
        part = self.of.get(local)
        if part is not None:
            for holder, bits in state.items():
                state[holder] = bits & ~part

    def violation(self, place: Place, span: Span, ended: int) -> Violation:
        """The report about the use of an element that has ended."""
        collection, changed = self.ended_by[ended & self.ended & -(ended & self.ended)]
        lent = Lent(collection, changed, True, Lend.VERB, None)
        return Violation("borrow-outlives-owner", "E0597", span, Reason.ELEMENT_ENDED, place, lent=lent)


def _changed_collection(effect: Effect) -> Place | None:
    match effect:
        case Use(place=place, access=Access.WRITE):
            return place if place.path in ((), _EXCLUSIVE) else None
        case Borrow(place=place, exclusive=True, by=Lend.VERB, what=what):
            return place if place.path in ((), _EXCLUSIVE) and what not in _OF_THE_WHOLE else None
        case Assign(place=place) if place.path and isinstance(place.path[-1], Index):
            return Place(place.local, place.path[:-1]) if place.path[:-1] in ((), _EXCLUSIVE) else None
        case _:
            return None
