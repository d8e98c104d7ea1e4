"""Owners of what has no type of its own: file descriptors, temporary files and folders; and of what is being acquired.

`Owned` inherits these. Each is thin: how the things are dropped stands in `raw`, how they are acquired in `acquiring`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast, overload

from .raw import Descriptor, TemporaryFolder, TemporaryPair, check_unowned, note_owner

if TYPE_CHECKING:
    import subprocess
    from typing import Literal

    from .owners import Owned

S = TypeVar("S")
P = ParamSpec("P")

_getframe = sys._getframe


class Makers:
    """Class methods that acquire something and give its owner."""

    __slots__ = ()

    if TYPE_CHECKING:

        @classmethod
        def _owned_make_by(cls, function: Callable[[], Any], hook: Any, name: str | None, frame: FrameType) -> Any: ...

    @classmethod
    def call(cls, function: Callable[P, S], /, *args: P.args, **kwargs: P.kwargs) -> Owned[S]:
        """Call a function and own what it gives, without a moment in between in which nobody does.

        `Owned(open(path))` has such a moment: a `KeyboardInterrupt` may come after the file was opened and before it is
        owned. Here the owner exists first, and C code hands it the result. What the function raises is raised; what it
        does inside, if it is written in Python, is its own affair.

        >>> from owned import Owned
        >>> with Owned.call(open, __file__, encoding="utf-8") as source:
        ...     _ = source.value.readline()
        >>> Owned.call(open, "no such file")
        Traceback (most recent call last):
        ...
        FileNotFoundError: [Errno 2] No such file or directory: 'no such file'
        """
        return cast("Owned[S]", cls._owned_make_by(partial(function, *args, **kwargs), None, None, _getframe(1)))

    @classmethod
    def fd(cls, fd: int, *, name: str | None = None) -> Owned[int]:
        """Own a file descriptor: the drop closes it, if it still stands for the same file.

        The number is `o.value`. `into_inner(o)` takes it out for whoever closes it from then on, such as `os.fdopen`.

        Raises `OSError` for a number that is not open, and `NotCopyError` for one that has a live owner. If somebody
        else closes the number, the drop raises `OSError`, and whatever file has the number by then stays open.

        >>> import os
        >>> from owned import Owned
        >>> read, write = (Owned.fd(fd) for fd in os.pipe())
        >>> os.write(write.value, b"ping"), os.read(read.value, 4)
        (4, b'ping')
        >>> os.close(read.value)  # behind its back
        >>> read.drop()
        Traceback (most recent call last):
        ...
        OSError: [Errno 9] file descriptor ... was closed by somebody else than its owner
        >>> write.drop()
        """
        hook = Descriptor(fd)
        check_unowned(hook)
        owner = cls._owned_make_by(lambda: fd, hook, name, _getframe(1))
        note_owner(hook, owner._ledger)
        return cast("Owned[int]", owner)

    @classmethod
    def mkstemp(
        cls, suffix: str | None = None, prefix: str | None = None, dir: str | None = None, text: bool = False
    ) -> Owned[tuple[int, str]]:
        """Make a temporary file, as `tempfile.mkstemp` does, and own the pair: the descriptor and the path.

        The drop closes the descriptor and removes the file. If the file was moved to where it is to stay, it stays; if
        something else has its name by then, that stays, too.

        >>> import os
        >>> from owned import Owned
        >>> with Owned.mkstemp(suffix=".txt") as pair:
        ...     fd, path = pair.value
        ...     os.write(fd, b"draft")
        5
        >>> os.path.exists(path)
        False
        >>> pair.value
        Traceback (most recent call last):
        ...
        owned.errors.UseAfterDropError: use of dropped value: Owned[tuple] (E0382)
          ...
        """
        import tempfile

        hook = TemporaryPair()
        make = partial(tempfile.mkstemp, suffix, prefix, dir, text)
        owner = cls._owned_make_by(make, hook, None, _getframe(1))
        hook.note(owner.value)
        return cast("Owned[tuple[int, str]]", owner)

    @classmethod
    def tempdir(cls, suffix: str | None = None, prefix: str | None = None, dir: str | None = None) -> Owned[str]:
        """Make a temporary folder, as `tempfile.mkdtemp` does, and own it: the drop removes it with all that is in it.

        >>> import os
        >>> from owned import Owned
        >>> with Owned.tempdir() as folder:
        ...     path = folder.value
        ...     open(os.path.join(path, "part"), "w").close()
        >>> os.path.exists(path)
        False
        >>> folder.value
        Traceback (most recent call last):
        ...
        owned.errors.UseAfterDropError: use of dropped value: Owned[str] (E0382)
          ...
        """
        import shutil
        import tempfile

        hook = TemporaryFolder(shutil.rmtree)
        owner = cls._owned_make_by(partial(tempfile.mkdtemp, suffix, prefix, dir), hook, None, _getframe(1))
        hook.note(owner.value)
        return cast("Owned[str]", owner)

    if TYPE_CHECKING:

        @overload
        @classmethod
        def popen(cls, args: Any, *, text: Literal[True], **options: Any) -> Owned[subprocess.Popen[str]]: ...
        @overload
        @classmethod
        def popen(cls, args: Any, *, encoding: str, **options: Any) -> Owned[subprocess.Popen[str]]: ...
        @overload
        @classmethod
        def popen(cls, args: Any, *, text: Literal[False] = ..., **options: Any) -> Owned[subprocess.Popen[bytes]]: ...

    @classmethod
    def popen(cls, args: Any, **options: Any) -> Any:
        """Start a child process, as `subprocess.Popen` does, and own it.

        The drop closes its pipes and waits for it; a child that does not end by itself is asked to, and then made to.

        >>> import subprocess, sys
        >>> from owned import Owned
        >>> with Owned.popen([sys.executable, "-c", "print(6 * 7)"], stdout=subprocess.PIPE, text=True) as child:
        ...     print(child.value.communicate()[0].strip())
        42
        >>> Owned.popen(["no such program"])
        Traceback (most recent call last):
        ...
        FileNotFoundError: [Errno 2] No such file or directory: 'no such program'
        """
        import subprocess

        return cls._owned_make_by(partial(subprocess.Popen, args, **options), None, None, _getframe(1))
