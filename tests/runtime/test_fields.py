"""`take_field` and `replace_field`: moving out of a field, where the object is only borrowed."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from typing import Any

import pytest

from owned import (
    BorrowMutError,
    MoveOutOfBorrowError,
    MoveWhileBorrowedError,
    NotAnOwnerError,
    ReadOnlyError,
    UseAfterDropError,
    UseAfterMoveError,
)
from tests.runtime.loose import (
    Box,
    Owned,
    Rc,
    Vec,
    borrow,
    borrow_mut,
    drop,
    is_live,
    move,
    replace_field,
    take_field,
)
from tests.runtime.parts import Noisy, Plain, refused


class Server:
    """Owns a connection, which it can hand on."""

    def __init__(self, conn: Any) -> None:
        self.conn = conn

    def hand_on(self) -> Any:
        return take_field(self, "conn")

    def reconnect(self, conn: Any) -> Any:
        return replace_field(self, "conn", conn)


def test_an_owner_is_moved_out_and_none_is_left() -> None:
    """The field's owner is moved, whoever had it by another name; a second `take_field` gives `None`."""
    log: list[str] = []
    conn = Owned(Noisy("conn", log))
    server = Server(move(conn))
    alias = server.conn
    taken = server.hand_on()
    refused(UseAfterMoveError, lambda: alias.value)
    assert (taken.value.name, server.conn, server.hand_on()) == ("conn", None, None)
    drop(server.reconnect(taken) or Owned(1))
    assert log == []
    drop(server.hand_on())
    assert log == ["conn"]


def test_a_new_owner_is_moved_in() -> None:
    """`replace_field` gives the old one, undropped, and moves the new one."""
    log: list[str] = []
    server = Server(Owned(Noisy("old", log)))
    new = Owned(Noisy("new", log))
    old = replace_field(server, "conn", new)
    assert (old.value.name, server.conn.value.name, is_live(new), log) == ("old", "new", False, [])


def test_it_is_the_remedy_for_moves_out_of_borrows() -> None:
    """Through an exclusive borrow a plain move is refused (E0507), and `take_field` is not."""
    owner = Owned(Server(Owned(5)))
    with borrow_mut(owner) as server:
        refused(MoveOutOfBorrowError, lambda: move(server.conn), "E0507")
        conn = take_field(server, "conn")
        assert conn.value == 5
        assert replace_field(server, "conn", Owned(6)) is None
        assert server.hand_on().value == 6
    assert owner.value.conn is None


def test_a_shared_borrow_refuses() -> None:
    """Nothing can be taken through a `Ref` or an `Rc`, nor by a method that was called through one."""
    owner = Owned(Server(Owned(5)))
    with borrow(owner) as server:
        refused(ReadOnlyError, lambda: take_field(server, "conn"), "E0594")
        refused(ReadOnlyError, server.hand_on, "E0594")
        refused(BorrowMutError, lambda: take_field(owner, "conn"))
    shared = Rc(Server(Owned(1)))
    refused(ReadOnlyError, lambda: take_field(shared, "conn"))
    assert (owner.value.conn.value, shared.conn.value) == (5, 1)


def test_owners_and_boxes_lead_to_their_value() -> None:
    """The object may be given by its owner."""
    assert take_field(Box(Server(1)), "conn") == 1
    assert take_field(Owned(Server(2)), "conn") == 2
    assert take_field(Owned(Box(Server(3))), "conn") == 3
    v = Vec([Server(4)])
    with v.get_mut(0) as server:
        assert take_field(server, "conn") == 4
    gone = Owned(Server(1))
    drop(gone)
    refused(UseAfterDropError, lambda: take_field(gone, "conn"))
    refused(NotAnOwnerError, lambda: take_field(v, "conn"))


def test_a_borrowed_owner_stays_where_it_is() -> None:
    """When the field's owner is lent it cannot be moved, and nothing changes."""
    server = Server(Owned([1]))
    r = borrow(server.conn)
    new = Owned(2)
    refused(MoveWhileBorrowedError, lambda: take_field(server, "conn"), "E0505")
    refused(MoveWhileBorrowedError, lambda: replace_field(server, "conn", new), "E0505")
    assert (is_live(new), server.conn.value, r) == (True, [1], [1])


def test_what_is_gone_is_refused() -> None:
    """A field whose owner was moved away, and a new owner that is dead, are refused; nothing changes."""
    server = Server(Owned(1))
    dead = Owned(2)
    move(dead)
    refused(UseAfterMoveError, lambda: replace_field(server, "conn", dead))
    assert server.conn.value == 1
    move(server.conn)
    refused(UseAfterMoveError, lambda: take_field(server, "conn"))


def test_bad_names_and_objects_that_cannot_change() -> None:
    """Python's own errors for what is not there or frozen; then the owner is where it was."""

    @dataclass(frozen=True)
    class Frozen:
        conn: Any = field(default_factory=lambda: Owned(1))

    frozen = Frozen()
    with pytest.raises(AttributeError):
        take_field(frozen, "conn")
    assert frozen.conn.value == 1
    with pytest.raises(AttributeError):
        take_field(Plain(), "conn")
    with pytest.raises(TypeError, match="name of a field"):
        take_field(Plain(), 5)
    with pytest.raises(AttributeError):
        take_field([], "conn")


def test_slots_properties_and_real_sockets() -> None:
    """Any attribute that can be assigned will do; plain values are simply handed out."""

    class Slotted:
        __slots__ = ("sock",)

    holder = Slotted()
    holder.sock = socket.socket()  # type: ignore[attr-defined]
    sock = take_field(holder, "sock")
    assert sock.fileno() != -1
    sock.close()
    assert take_field(Plain(count=3), "count") == 3
