"""Which names are parts of a guard or a shared owner, and end with it: `x = r.part`, then `drop(r)`.

    x = r.part        {r: L1, x: L1 P}     P: a part that was read through `r`
    del r             {x: L1}              the part keeps the borrow alive by itself
    drop(r)           {x: D}               or has ended with its guard: D

A part belongs to the guard that it was read through, not to what the guard borrows: who drops the guard, or moves it,
ends its parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from owned_mypy.ir import Body, Copy, LocalKind, Move, MoveBy, Place, Role, Span, Through, Way
from owned_mypy.violation import MovedAt, Reason, Violation

_ENDINGS = (MoveBy.DROP, MoveBy.MOVE, MoveBy.VERB)
"""What ends a handle at run time, too: plain Python passes the same one on."""
_WAYS = (Way.REF, Way.REF_MUT, Way.SHARED)

_EXCLUSIVE = (Through(Way.REF_MUT),)

State = dict[int, int]


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

    def number(self, copies: list[Copy], moves: list[Move], lent: Iterable[Place], bits: int) -> int:
        """Give each handle that is ended or lent, and has parts, its bits; `bits` are taken, and the answer are."""
        with_parts = {copy.place.local for copy in copies if copy.part and self.is_part(copy.place)}
        for place in lent:
            if place.local in with_parts and place.local not in self.of and place.path == _EXCLUSIVE:
                bits = self.number_handle(place.local, bits)
        for move in moves:
            handle = move.place.local
            if handle not in with_parts or move.place.path or move.by not in _ENDINGS or id(move) in self.ending:
                continue
            if handle not in self.of:
                bits = self.number_handle(handle, bits)
            self.ending[id(move)] = self.of[handle], 1 << bits
            self.ended_by[1 << bits] = move
            self.ended |= 1 << bits
            bits += 1
        return bits

    def number_handle(self, handle: int, bits: int) -> int:
        self.of[handle] = 1 << bits
        self.every |= 1 << bits
        return bits + 1

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
