"""Cycles of strong handles are reported with their path, whatever stands on it; `Weak` is the way out."""

from __future__ import annotations

import gc
import warnings
from collections import deque
from typing import Any

import pytest

from owned import OwnedLeakWarning
from tests.runtime.loose import Arc, Box, Mutex, OnceCell, Owned, Rc, RefCell, Vec, Weak, clone, drop
from tests.runtime.parts import Noisy, Plain


def reports_of(make: Any) -> list[str]:
    """Let go of what a function makes; give the paths that are reported when the collector finds it."""
    gc.collect()
    gc.disable()
    try:
        make()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            gc.collect()
    finally:
        gc.enable()
    messages = [str(w.message).partition(": created")[0] for w in caught if issubclass(w.category, OwnedLeakWarning)]
    return [message.partition("was kept by a cycle of strong handles, ")[2] or message for message in messages]


def through(wrap: Any) -> Any:
    """Make a cycle: a shared value, what it holds by `wrap`, a part of that, and back."""

    def make(log: list[str]) -> None:
        outer: Any = Noisy("outer", log)
        inner: Any = Noisy("inner", log)
        rc = Rc(outer)
        inner.up = clone(rc)
        outer.down = wrap(inner)

    return make


def from_within(wrap: Any) -> Any:
    """The same, made from within, so that the collector comes to the inner owner first."""

    def make(log: list[str]) -> None:
        outer: Any = Noisy("outer", log)
        inner: Any = Noisy("inner", log)
        owner = wrap(inner)
        inner.up = Rc(outer)
        outer.down = owner

    return make


@pytest.mark.parametrize("build", [through, from_within])
@pytest.mark.parametrize(
    ("wrap", "step"),
    [
        (Owned, ""),
        (Box, ""),
        (RefCell, ""),
        (Mutex, ""),
        (lambda inner: Owned(Box(inner)), ""),
        (lambda inner: [Owned(inner)], "[0]"),
        (lambda inner: {"a": [Box(inner)]}, "['a'][0]"),
        (lambda inner: Vec([inner]), "[0]"),
        (lambda inner: deque([Owned(inner)]), "[0]"),
        (lambda inner: {Owned(inner)}, "{...}"),
        (lambda inner: Plain(part=Owned(inner)), ".part"),
    ],
)
def test_the_path_leads_through_owners_and_containers(build: Any, wrap: Any, step: str) -> None:
    """It is told once, from the strong handle on, and every value is dropped once."""
    log: list[str] = []
    assert reports_of(lambda: build(wrap)(log)) == [f"Rc[Noisy].down{step}.up -> Rc[Noisy]"]
    assert sorted(log) == ["inner", "outer"]


def test_a_cycle_of_several_handles_names_each() -> None:
    """The report is one, and begins at any of them."""
    log: list[str] = []

    def make() -> None:
        nodes: list[Any] = [Noisy(str(n), log) for n in range(3)]
        handles = [Arc(node) for node in nodes]
        for n in range(3):
            nodes[n].next = Box(Plain(handle=clone(handles[(n + 1) % 3])))

    step = "Arc[Noisy].next.handle -> "
    assert reports_of(make) == [step * 3 + "Arc[Noisy]"]
    assert sorted(log) == ["0", "1", "2"]


def test_a_long_way_is_found() -> None:
    """However many plain objects stand on it."""

    def make() -> None:
        first = last = Plain()
        for _ in range(2000):
            last.next = Plain()
            last = last.next
        last.up = Rc(Owned(first))

    assert reports_of(make) == ["Rc[Owned]" + ".next" * 2000 + ".up -> Rc[Owned]"]


def test_cycles_without_strong_handles_are_not_told_as_such() -> None:
    """An owner in a cycle of plain objects leaks as an owner does."""
    log: list[str] = []

    def make() -> None:
        thing: Any = Plain(owner=Owned(Noisy("a", log)))
        thing.me = thing

    assert reports_of(make) == ["Owned[Noisy] died in a garbage collection"]
    assert log == ["a"]


def test_a_weak_handle_breaks_the_cycle() -> None:
    """Everything is dropped at once, the collector finds nothing, and tells nothing."""
    log: list[str] = []

    def make() -> None:
        outer: Any = Noisy("outer", log)
        inner: Any = Noisy("inner", log)
        rc = Rc(outer)
        inner.up = Rc.downgrade(rc)
        outer.down = Owned(inner)
        assert Weak.upgrade(inner.up).name == "outer"
        drop(rc)
        assert log == ["outer", "inner"]

    assert reports_of(make) == []


def test_new_cyclic_closes_a_cycle_by_a_weak_handle() -> None:
    """The value knows itself, and is dropped with its last strong handle."""
    log: list[str] = []

    def make() -> None:
        def node(me: Any) -> Any:
            made: Any = Noisy("node", log)
            made.me = me
            return made

        rc = Rc.new_cyclic(node)
        assert Weak.upgrade(rc.me).name == "node"
        drop(rc)
        assert log == ["node"]

    assert reports_of(make) == []


def test_a_cycle_in_a_once_cell_is_told() -> None:
    """It was closed later, through a shared handle."""

    def make() -> None:
        rc = Rc(OnceCell())
        rc.set(Plain(me=clone(rc)))

    assert reports_of(make) == ["Rc[OnceCell].me -> Rc[OnceCell]"]
