"""Long chains of owners end without recursion, whatever kind of owner links them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.runtime.loose import Arc, Box, Cell, Map, Mutex, Owned, Rc, RefCell, RwLock, Vec, drop

LENGTH = 1200

LINKS: dict[str, Callable[[Any], Any]] = {
    "Owned": Owned,
    "Box": Box,
    "Rc": Rc,
    "Arc": Arc,
    "Cell": Cell,
    "RwLock": RwLock,
    "Rc of RefCell": lambda node: Rc(RefCell(node)),
    "Arc of Mutex": lambda node: Arc(Mutex(node)),
    "Owned of Rc": lambda node: Owned(Rc(node)),
    "Vec": lambda node: Vec([node]),
    "Map": lambda node: Map({"next": node}),
}


class Node:
    """A node of a list, which counts the nodes that were closed."""

    closed = 0

    def __init__(self, following: Any) -> None:
        self.following = following

    def close(self) -> None:
        Node.closed += 1


def chain(link: Callable[[Any], Any]) -> Any:
    head = None
    for _ in range(LENGTH):
        head = link(Node(head))
    Node.closed = 0
    return head


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
def test_a_long_chain_is_dropped_whole(link: Callable[[Any], Any]) -> None:
    """By the verb, by a block, and with the last name: each node once."""
    drop(chain(link))
    assert Node.closed == LENGTH
    with chain(link):
        pass
    assert Node.closed == LENGTH
    head = chain(link)
    del head
    assert Node.closed == LENGTH


def test_owners_of_owners_are_dropped_to_any_depth() -> None:
    """The hook is the innermost value's."""
    owner = Owned(Node(None))
    Node.closed = 0
    for _ in range(LENGTH):
        owner = Owned(owner)
    drop(owner)
    assert Node.closed == 1
