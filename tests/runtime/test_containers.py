"""Random operations on containers through `Box` and `RefMut` do to the value what they do to a bare one."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from owned import OwnershipError
from tests.runtime.loose import Box, Owned, borrow, borrow_mut, drop, into_inner

small = st.integers(-3, 5)
Operation = tuple[str, tuple[Any, ...]]


def operations(table: dict[str, st.SearchStrategy[tuple[Any, ...]]]) -> st.SearchStrategy[list[Operation]]:
    one = st.sampled_from(sorted(table)).flatmap(lambda name: st.tuples(st.just(name), table[name]))
    return st.lists(one, max_size=12)


nothing = st.just(())
one_small = st.tuples(small)
two_small = st.tuples(small, small)
some = st.tuples(st.lists(small, max_size=3))

LISTS = {
    "append": one_small,
    "extend": some,
    "insert": two_small,
    "pop": st.one_of(nothing, one_small),
    "remove": one_small,
    "index": one_small,
    "count": one_small,
    "sort": nothing,
    "reverse": nothing,
    "copy": nothing,
    "clear": nothing,
    "__getitem__": one_small,
    "__setitem__": two_small,
    "__delitem__": one_small,
    "__contains__": one_small,
    "__len__": nothing,
    "__add__": some,
    "__mul__": one_small,
    "__eq__": some,
}
DICTS = {
    "get": st.one_of(one_small, two_small),
    "pop": st.one_of(one_small, two_small),
    "setdefault": two_small,
    "update": st.tuples(st.dictionaries(small, small, max_size=3)),
    "popitem": nothing,
    "clear": nothing,
    "__getitem__": one_small,
    "__setitem__": two_small,
    "__delitem__": one_small,
    "__contains__": one_small,
    "__len__": nothing,
    "__or__": st.tuples(st.dictionaries(small, small, max_size=3)),
}
SETS = {
    "add": one_small,
    "discard": one_small,
    "remove": one_small,
    "clear": nothing,
    "update": some,
    "union": some,
    "intersection": some,
    "issubset": some,
    "difference_update": some,
    "__contains__": one_small,
    "__len__": nothing,
    "__sub__": st.tuples(st.sets(small, max_size=3)),
}
DEQUES = {
    "append": one_small,
    "appendleft": one_small,
    "pop": nothing,
    "popleft": nothing,
    "rotate": one_small,
    "extendleft": some,
    "insert": two_small,
    "__getitem__": one_small,
    "__setitem__": two_small,
    "__len__": nothing,
}
BYTES = {
    "append": one_small,
    "extend": st.tuples(st.binary(max_size=3)),
    "pop": nothing,
    "find": st.tuples(st.binary(max_size=2)),
    "hex": nothing,
    "upper": nothing,
    "__getitem__": one_small,
    "__add__": st.tuples(st.binary(max_size=3)),
}
KINDS: dict[str, tuple[Callable[[], Any], st.SearchStrategy[list[Operation]]]] = {
    "list": (lambda: [2, 1], operations(LISTS)),
    "dict": (lambda: {1: 1}, operations(DICTS)),
    "set": (lambda: {1, 2}, operations(SETS)),
    "deque": (lambda: deque([1, 2], maxlen=4), operations(DEQUES)),
    "bytearray": (lambda: bytearray(b"ab"), operations(BYTES)),
}


def run(operation: Operation, target: Any) -> tuple[str, Any]:
    name, arguments = operation
    try:
        return "gives", getattr(target, name)(*arguments)
    except OwnershipError:
        raise
    except Exception as error:
        return "raises", (type(error), str(error))


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_random_operations_agree_with_a_bare_container(kind: str, data: st.DataObject) -> None:
    """Results, exceptions with their messages, and the value that is left."""
    make, strategy = KINDS[kind]
    steps = data.draw(strategy)
    bare, box, owner = make(), Box(make()), Owned(make())
    guard = borrow_mut(owner)
    for step in steps:
        expected = run(step, bare)
        assert run(step, box) == expected
        assert run(step, guard) == expected
    drop(guard)
    assert into_inner(box) == bare
    assert owner.value == bare
    with borrow(owner) as view:
        assert view == bare
        assert list(view) == list(bare)
        assert len(view) == len(bare)
