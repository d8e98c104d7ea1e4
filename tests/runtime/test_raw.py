"""Owners of numbers and names: file descriptors, temporary files and folders, child processes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from owned import MoveWhileBorrowedError, NotCopyError, OwnedLeakWarning, UseAfterDropError
from tests.runtime.loose import Owned, borrow, drop, into_inner, move
from tests.runtime.parts import refused, run_python


def is_open(fd: int) -> bool:
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


def test_a_descriptor_is_closed_once() -> None:
    """By its owner, and by nobody after it."""
    read, write = os.pipe()
    with Owned.fd(read) as r, Owned.fd(write) as w:
        os.write(w.value, b"x")
        assert os.read(r.value, 1) == b"x"
    assert not is_open(read)
    assert not is_open(write)
    refused(UseAfterDropError, lambda: drop(r))


def test_a_stale_close_leaves_the_file_of_the_new_owner_open(tmp_path: Path) -> None:
    """The number was closed behind its owner's back and given out again."""
    first = Owned.fd(os.open(tmp_path / "a", os.O_CREAT | os.O_RDWR))
    number = first.value
    os.close(number)
    assert os.open(tmp_path / "b", os.O_CREAT | os.O_RDWR) == number
    second = Owned.fd(number)
    with pytest.raises(OSError, match="another file"):
        drop(first)
    os.write(second.value, b"still open")
    drop(second)
    assert (tmp_path / "b").read_bytes() == b"still open"


def test_a_stale_close_leaves_a_file_open_that_nobody_owns(tmp_path: Path) -> None:
    """The number alone tells nothing; the file behind it does."""
    owner = Owned.fd(os.open(tmp_path / "a", os.O_CREAT | os.O_RDWR))
    number = owner.value
    os.close(number)
    with open(tmp_path / "b", "w") as other:
        assert other.fileno() == number
        with pytest.raises(OSError, match="another file"):
            drop(owner)
        other.write("still open")
    assert (tmp_path / "b").read_text() == "still open"


def test_the_same_file_in_another_mode_is_another_file(tmp_path: Path) -> None:
    """Opened for reading first, for writing then."""
    (tmp_path / "a").touch()
    owner = Owned.fd(os.open(tmp_path / "a", os.O_RDONLY))
    os.close(owner.value)
    again = os.open(tmp_path / "a", os.O_WRONLY)
    with pytest.raises(OSError, match="another file"):
        drop(owner)
    os.close(again)


def test_a_descriptor_that_was_closed_by_somebody_else_is_reported() -> None:
    """With the error that a second `os.close` gives."""
    read, write = os.pipe()
    os.close(write)
    owner = Owned.fd(read)
    os.close(read)
    with pytest.raises(OSError, match="somebody else"):
        drop(owner)


def test_a_descriptor_has_one_owner() -> None:
    """A second one is refused, and may come when the first has given it up."""
    read, write = os.pipe()
    os.close(write)
    owner = Owned.fd(read)
    error = refused(NotCopyError, lambda: Owned.fd(read))
    assert [site.kind for site in error.sites] == ["created", "used"]
    moved = move(owner)
    refused(NotCopyError, lambda: Owned.fd(read))
    number = into_inner(moved)
    again = Owned.fd(number)
    drop(again)
    assert not is_open(read)


def test_a_number_that_is_not_open_is_refused() -> None:
    """At once, and not when it is too late."""
    read, write = os.pipe()
    os.close(read)
    os.close(write)
    with pytest.raises(OSError):
        Owned.fd(read)


def test_a_lent_descriptor_is_not_closed() -> None:
    """The rules of borrowing hold for numbers, too."""
    read, write = os.pipe()
    os.close(write)
    owner = Owned.fd(read)
    guard = borrow(owner)
    refused(MoveWhileBorrowedError, lambda: drop(owner))
    assert is_open(read)
    drop(guard)
    drop(owner)


def test_a_forgotten_descriptor_is_closed_by_the_death_of_its_owner() -> None:
    """As any value is."""
    read, write = os.pipe()
    os.close(write)
    owner = Owned.fd(read)
    del owner
    assert not is_open(read)


def test_a_temporary_pair_is_closed_and_removed() -> None:
    """Both halves, in this order."""
    with Owned.mkstemp(suffix=".txt") as pair:
        fd, path = pair.value
        os.write(fd, b"x")
        assert path.endswith(".txt")
        assert os.path.exists(path)
    assert not is_open(fd)
    assert not os.path.exists(path)


def test_a_temporary_file_that_was_moved_to_its_place_stays(tmp_path: Path) -> None:
    """Write, then rename: what is left to do is to close."""
    with Owned.mkstemp(dir=str(tmp_path)) as pair:
        fd, path = pair.value
        os.write(fd, b"done")
        os.replace(path, tmp_path / "result")
    assert not is_open(fd)
    assert (tmp_path / "result").read_bytes() == b"done"


def test_what_has_taken_the_name_of_a_temporary_file_stays(tmp_path: Path) -> None:
    """The name is not the file."""
    with Owned.mkstemp(dir=str(tmp_path)) as pair:
        path = pair.value[1]
        os.replace(path, tmp_path / "result")
        Path(path).write_text("another's")
    assert Path(path).read_text() == "another's"


def test_a_temporary_file_is_removed_though_its_descriptor_was_closed() -> None:
    """What is left of the pair is dropped, and the rest reported."""
    pair = Owned.mkstemp()
    fd, path = pair.value
    os.close(fd)
    with pytest.raises(OSError, match="somebody else"):
        drop(pair)
    assert not os.path.exists(path)


def test_a_temporary_folder_is_removed_with_all_that_is_in_it() -> None:
    """Once; a folder that is gone already is fine."""
    with Owned.tempdir() as folder:
        path = folder.value
        (Path(path) / "a").mkdir()
        (Path(path) / "a" / "b").write_text("x")
    assert not os.path.exists(path)
    with Owned.tempdir(prefix="x") as other:
        os.rmdir(other.value)


def test_a_child_is_waited_for_and_its_pipes_are_closed() -> None:
    """`Owned.popen`."""
    with Owned.popen([sys.executable, "-c", "print(1)"], stdout=subprocess.PIPE, text=True) as child:
        bare = child.value
        assert bare.stdout.read() == "1\n"
    assert bare.returncode == 0
    assert bare.stdout.closed


def test_owners_of_numbers_leak_like_others() -> None:
    """A cycle keeps one alive until the collector comes; it is closed, and reported with its place."""
    done = run_python(
        """
        import gc, os
        from owned import Owned
        class Node: pass
        read, write = os.pipe()
        node = Node()
        node.self = node
        node.owner = Owned.fd(read, name="pipe")
        del node
        gc.collect()
        try:
            os.fstat(read)
        except OSError:
            print("closed")
        """
    )
    assert done.stdout == "closed\n"
    assert OwnedLeakWarning.__name__ in done.stderr
    assert '"pipe" died in a garbage collection: created at <string>:8' in done.stderr
