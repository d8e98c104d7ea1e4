"""Which classes somebody has asked about, kept next to mypy's cache.

What the methods of a class do to `self` is read when a module that uses handles asks for it; most classes of a program
are never asked about. From then on the class is described whenever its own module is analysed, and the description is
stored with it: so mypy sees it change, and checks again who asked. The file that remembers the classes holds what was
read, too, for as long as the module's own file stays as it is.
"""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeAlias

from mypy.options import Options

from owned_mypy.digest import version

Description: TypeAlias = dict[str, Any]
Stamp: TypeAlias = list[int]
"""When a file was last changed, and its size."""

_PREFIX: Final = "owned_mypy."


def stamp_of(path: str) -> Stamp | None:
    """Give what changes with a file; None if there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return [found.st_mtime_ns, found.st_size]


class AskedClasses:
    """The full names of the classes that were asked about in this run of mypy and in those that left its cache."""

    def __init__(self, options: Options) -> None:
        self._file: Path | None = None
        self._known: dict[str, tuple[Stamp | None, Description]] = {}
        if options.cache_dir != os.devnull:
            folder = Path(options.cache_dir, "{}.{}".format(*options.python_version))
            self._file = folder / f"{_PREFIX}{version().replace('+', '.')}.jsonl"
            self._load(self._file)

    def __bool__(self) -> bool:
        return bool(self._known)

    def __contains__(self, fullname: str) -> bool:
        return fullname in self._known

    def description(self, fullname: str, stamp: Stamp | None) -> Description | None:
        """Give what was read of a class from a file with this stamp."""
        known = self._known.get(fullname)
        return known[1] if known is not None and stamp is not None and known[0] == stamp else None

    def add(self, fullname: str, stamp: Stamp | None, description: Description) -> None:
        """Remember that a class was asked about, and what was read of it."""
        if self._known.get(fullname) == (stamp, description):
            return
        self._known[fullname] = stamp, description
        if self._file is not None:
            with suppress(OSError):
                self._append(self._file, json.dumps([fullname, stamp, description]))

    def _load(self, file: Path) -> None:
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except OSError:
            return
        for line in lines:
            with suppress(ValueError):  # a line that was cut off
                fullname, stamp, description = json.loads(line)
                self._known[fullname] = stamp, description

    def _append(self, file: Path, line: str) -> None:
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            for old in file.parent.glob(f"{_PREFIX}*.jsonl"):  # of another version, whose cache mypy has dropped
                if old != file:  # another worker may just have begun it
                    old.unlink(missing_ok=True)
        with file.open("ab") as appending:  # in one piece: several workers may write
            appending.write(f"\n{line}\n".encode())
