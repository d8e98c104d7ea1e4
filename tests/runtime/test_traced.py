"""Handles that are shared, under a debugger or a coverage tool: a trace function must change nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import pytest

from owned import UseAfterDropError
from tests.runtime.loose import Arc, Rc, Weak, clone, drop, into_inner, move
from tests.runtime.parts import Noisy


def calls_only(frame: FrameType, event: str, argument: object) -> Any:
    """Look at every call."""
    return None


def everything(frame: FrameType, event: str, argument: object) -> Any:
    """Look at every line, and at the variables there."""
    assert frame.f_locals is not None
    return everything


@pytest.fixture(params=[calls_only, everything])
def traced(request: pytest.FixtureRequest) -> Iterator[None]:
    """Run under a trace function."""
    before = sys.gettrace()
    sys.settrace(request.param)
    yield
    sys.settrace(before)


shared = pytest.mark.parametrize("kind", [Rc, Arc])


@shared
def test_the_last_name_that_goes_ends_the_value(kind: Any, traced: None) -> None:
    """Once."""
    log: list[str] = []
    first = kind(Noisy("a", log))
    second = clone(first)
    assert kind.strong_count(first) == 2
    del first
    assert log == []
    assert kind.strong_count(second) == 1
    del second
    assert log == ["a"]


@shared
def test_the_last_handle_that_is_dropped_ends_the_value(kind: Any, traced: None) -> None:
    """And raises what its hook raises."""
    log: list[str] = []
    first = kind(Noisy("a", log))
    second = clone(first)
    drop(first)
    assert log == []
    third = move(second)
    drop(third)
    assert log == ["a"]
    with pytest.raises(UseAfterDropError):
        drop(third)

    def fail(value: object) -> None:
        raise ValueError("stuck")

    bad = kind([1], drop=fail)
    with pytest.raises(ValueError, match="stuck"):
        drop(bad)


@shared
def test_the_only_handle_gives_the_value_up(kind: Any, traced: None) -> None:
    """`into_inner`, and an upgrade afterwards gives nothing."""
    log: list[str] = []
    only = kind(Noisy("a", log))
    weak: Weak[Any] = kind.downgrade(only)
    upgraded = Weak.upgrade(weak)
    assert upgraded is not None
    assert kind.strong_count(only) == 2
    del upgraded
    value = into_inner(only)
    assert log == []
    assert Weak.upgrade(weak) is None
    assert value.name == "a"


def test_a_profiler_changes_nothing() -> None:
    """A function of `sys.setprofile` is told of calls as well."""
    log: list[str] = []

    def run(act: Callable[[Any], object]) -> None:
        first = Rc(Noisy("a", log))
        second = clone(first)
        del second
        act(first)

    sys.setprofile(lambda *_: None)
    try:
        run(lambda rc: None)
        run(drop)
    finally:
        sys.setprofile(None)
    assert log == ["a", "a"]
