"""Facts of Rust's own tests about what is dropped inside what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from owned import Vec, replace_field
from tests.runtime.loose import Box, Owned, Rc, Scope, drop, move
from tests.runtime.parts import Noisy, Plain


@dataclass
class Circle:
    """A variant with two owners."""

    centre: Any
    radius: Any


@dataclass
class Dot:
    """A variant with one."""

    place: Any


def test_facts_208_to_211_parts_are_dropped_in_the_order_of_their_declaration() -> None:
    """Fields of a class, whatever the order of the arguments, of a variant, items of a tuple and of a list."""
    log: list[str] = []

    def own(name: str) -> Any:
        return Owned(Noisy(name, log))

    drop(Owned(Circle(radius=own("radius"), centre=own("centre"))))
    drop(Owned((own("1"), own("2"), own("3"))))
    shapes: list[Circle | Dot] = [Circle(own("c"), own("r")), Dot(own("d"))]
    for shape in shapes:
        drop(Owned(shape))
    drop(Owned([own("x"), own("y")]))
    assert log == ["centre", "radius", "1", "2", "3", "c", "r", "d", "x", "y"]


def test_fact_214_a_field_that_was_moved_out_is_not_dropped_with_the_rest() -> None:
    """The others are."""
    log: list[str] = []
    thing = Plain(a=Owned(Noisy("a", log)), b=Owned(Noisy("b", log)), c=Owned(Noisy("c", log)))
    b = move(thing.b)
    drop(Owned(thing))
    assert log == ["a", "c"]
    drop(b)


def test_fact_215_assigning_a_field_drops_what_was_there() -> None:
    """At once."""
    log: list[str] = []
    thing = Plain(a=Owned(Noisy("a", log)))
    thing.a = Owned(Noisy("b", log))
    assert log == ["a"]
    drop(Owned(thing))
    assert log == ["a", "b"]


def test_fact_216_what_a_hook_puts_in_place_of_its_fields_is_dropped_after_it() -> None:
    """What was there, the hook may drop itself."""
    log: list[str] = []

    class Swapping:
        def __init__(self) -> None:
            self.part = Owned(Noisy("old", log))

        def __drop__(self) -> None:
            drop(replace_field(self, "part", Owned(Noisy("new", log))))
            log.append("hook")

    drop(Owned(Swapping()))
    assert log == ["old", "hook", "new"]


def test_fact_217_a_construction_that_is_left_early_drops_its_parts_in_reverse() -> None:
    """They were made in a scope that nobody took over."""
    log: list[str] = []

    def build(give_up: bool) -> Any:
        with Scope() as s:
            a = s.own(Noisy("a", log))
            b = s.own(Noisy("b", log))
            if give_up:
                return None
            return Plain(a=move(a), b=move(b))

    assert build(True) is None
    assert log == ["b", "a"]
    log.clear()
    whole = build(False)
    assert log == []
    drop(Owned(whole))
    assert log == ["a", "b"]


def test_fact_218_fields_that_are_taken_from_a_base_leave_the_others_to_it() -> None:
    """They are dropped with it."""
    log: list[str] = []
    base = Circle(Owned(Noisy("old centre", log)), Owned(Noisy("radius", log)))
    new = Circle(Owned(Noisy("new centre", log)), move(base.radius))
    drop(Owned(base))
    assert log == ["old centre"]
    drop(Owned(new))
    assert log == ["old centre", "new centre", "radius"]


def test_fact_222_each_kind_of_owner_in_a_field_is_dropped_when_its_turn_comes() -> None:
    """A box, a shared handle, a vector, a list, an owner."""
    log: list[str] = []
    thing: Any = Plain(
        a=Box(Noisy("box", log)),
        b=Rc(Noisy("rc", log)),
        c=Vec([Noisy("v1", log), Noisy("v2", log)]),
        d=[Owned(Noisy("list", log))],
        e=Owned(Noisy("owned", log)),
    )
    drop(Owned(thing))
    assert log == ["box", "rc", "v1", "v2", "list", "owned"]
