"""Hooks for what is only a number or a name: file descriptors, and the files and folders that `tempfile` makes.

A file descriptor is a number that the system gives out again as soon as it is free. Whoever closes a number twice may
close somebody else's file. So the owner of a number notes what file it stands for, device, inode and mode of access,
and asks again before it closes it. If the number was closed behind its back, and stands for another file now, that
file is left alone, and the drop says what happened. Owning a duplicate instead would not help: it is closed by number,
too. What remains: a number that was closed, and given out for the very same file again, looks like the old one; unless
that one has an owner of its own, which is refused as long as the first one lives.
"""

from __future__ import annotations

import errno
import os
import weakref
from collections.abc import Callable
from typing import Any

from .complaints import build
from .errors import NotCopyError
from .ledger import GONE, Ledger

try:
    import fcntl
except ImportError:  # On Windows.
    fcntl = None  # type: ignore[assignment]

Identity = tuple[int, ...]


class Descriptor:
    """The hook of a file descriptor: closes the number, if it still stands for the same file."""

    __slots__ = ("fd", "identity", "stale")

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.identity = identity_of(fd)
        self.stale = False

    def __call__(self, fd: int) -> None:
        if fd == self.fd:
            try:
                changed = self.stale or identity_of(fd) != self.identity
            except OSError as error:
                raise OSError(error.errno, f"file descriptor {fd} was closed by somebody else than its owner") from None
            if changed:
                raise OSError(
                    errno.EBADF,
                    f"file descriptor {fd} was closed by somebody else than its owner, and the number stands for "
                    "another file now, which was left open",
                )
        os.close(fd)


def identity_of(fd: int) -> Identity:
    """Tell which file a number stands for; raises `OSError` for one that is not open."""
    found = os.fstat(fd)
    access = fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_ACCMODE if fcntl is not None else 0
    return (found.st_dev, found.st_ino, found.st_mode & 0o170000, found.st_rdev, access)


_owned_numbers: dict[int, weakref.ref[Ledger]] = {}


def check_unowned(hook: Descriptor) -> None:
    """Refuse a number that has a live owner; an owner whose number was given out again is from now on out of date."""
    reference = _owned_numbers.get(hook.fd)
    ledger = None if reference is None else reference()
    if ledger is None or ledger.state == GONE or getattr(ledger.hook, "fd", None) != hook.fd:
        return
    if ledger.hook.identity == hook.identity and not ledger.hook.stale:
        raise build(
            NotCopyError,
            f"file descriptor {hook.fd} has an owner already",
            "take it out there by into_inner(), or own a duplicate: os.dup(fd)",
            [("created", ledger.created)],
        )
    ledger.hook.stale = True


def note_owner(hook: Descriptor, ledger: Ledger) -> None:
    """Remember who owns a number."""
    _owned_numbers[hook.fd] = weakref.ref(ledger)


class TemporaryPair:
    """The hook of what `tempfile.mkstemp` gives: closes the descriptor, then removes the file."""

    __slots__ = ("descriptor", "place")

    def __init__(self) -> None:
        self.descriptor: Descriptor | None = None
        self.place: Place | None = None

    def note(self, pair: tuple[int, str]) -> None:
        """Remember which file it is."""
        self.descriptor = Descriptor(pair[0])
        self.place = Place(pair[1], os.unlink)

    def __call__(self, pair: tuple[int, str]) -> None:
        fd, path = pair
        try:
            (self.descriptor or os.close)(fd)
        finally:
            (self.place or os.unlink)(path)


class Place:
    """The hook of a file or folder by name: removes it, if it is still the one that was made."""

    __slots__ = ("identity", "remove")

    def __init__(self, path: str, remove: Callable[[str], object]) -> None:
        found = os.lstat(path)
        self.identity = (found.st_dev, found.st_ino)
        self.remove = remove

    def __call__(self, path: str) -> None:
        try:
            found = os.lstat(path)
        except FileNotFoundError:
            return  # Moved to where it is to stay, or removed already.
        if (found.st_dev, found.st_ino) == self.identity:
            self.remove(path)


class TemporaryFolder:
    """The hook of what `tempfile.mkdtemp` gives: removes the folder and all that is in it."""

    __slots__ = ("place", "remove")

    def __init__(self, remove: Callable[[str], object]) -> None:
        self.remove = remove
        self.place: Place | None = None

    def note(self, path: str) -> None:
        """Remember which folder it is."""
        self.place = Place(path, self.remove)

    def __call__(self, path: str) -> Any:
        return (self.place or self.remove)(path)
