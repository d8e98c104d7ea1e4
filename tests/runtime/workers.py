"""What the tests of `test_processes.py` run in other processes: importable, and quick to import."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from owned import NotSendError, is_live, send_to

if TYPE_CHECKING:
    Owned: Any
    recv_from: Any
else:
    from owned import Owned, recv_from


class Note:
    """A value whose drop writes a line into a file."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text

    def __drop__(self) -> None:
        append(self.path, f"{self.text} {os.getpid()}")


class Folder:
    """A value with owners inside."""

    def __init__(self, *parts: Any) -> None:
        self.parts = list(parts)


def append(path: str, line: str) -> None:
    with open(path, "a") as file:
        file.write(line + "\n")


def write_down(values: list[str]) -> None:
    """A hook that can be sent: the first item is the file."""
    append(values[0], "dropped")


def add_and_return(connection: Any) -> None:
    """Receive an owner, change it, send it back."""
    owner = recv_from(connection)
    owner.value.append(os.getpid())
    send_to(connection, owner)
    connection.send(is_live(owner))


def put(queue: Any, path: str) -> None:
    """Send what was made here."""
    send_to(queue, Owned(Note(path, "note"), name="parcel"))
    send_to(queue, Owned(["last"]))


def receive(queue: Any) -> None:
    """Receive an owner, and let it go."""
    owner = recv_from(queue, timeout=20)
    assert owner.value.text


def greet(connection: Any) -> None:
    """Receive a socket and speak through it."""
    with recv_from(connection) as owner:
        owner.value.sendall(b"from %d" % os.getpid())


def text_of(note: Any) -> tuple[str, int]:
    return note.value.text, os.getpid()


def hand_back(note: Any, *, suffix: str = "") -> Any:
    note.value.text += suffix
    return note


def fail(note: Any) -> None:
    raise ValueError(f"in {os.getpid()}")


def square(n: int) -> int:
    return n * n


class Parent:
    """The owners of a process, as its forks see them."""

    owner: Any = None


def use_parents_owner() -> str:
    try:
        Parent.owner.value.text
    except NotSendError as error:
        return f"{error.rule}: {error}"
    return "used"
