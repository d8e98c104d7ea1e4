"""What type checkers see of owners of resources, of owning fields and of derived values. Never run."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import zipfile
from dataclasses import dataclass
from io import TextIOWrapper
from typing import IO, TYPE_CHECKING

from typing_extensions import assert_type

from owned import Box, Owned, drop, owner, owning

if TYPE_CHECKING:

    @owner
    class Session:
        log: Owned[IO[str]] = owning()

        def __init__(self, path: str) -> None:
            self.log = Owned(open(path))

    @owner
    @dataclass(frozen=True)
    class Job:
        log: Owned[IO[str]] = owning()
        count: int
        raw: IO[bytes] = owning(init=False)

    def fields(path: str) -> None:
        session = Session(path)
        assert_type(session, Session)
        assert_type(session.log, Owned[IO[str]])
        job = Job(Owned(open(path)), 3)
        assert_type(job.log.value, IO[str])
        assert_type(job.raw, IO[bytes])
        with Owned(job) as owned_job:
            assert_type(owned_job.value.count, int)

    def raw(path: str) -> None:
        assert_type(Owned.fd(3), Owned[int])
        assert_type(Owned.mkstemp(), Owned[tuple[int, str]])
        assert_type(Owned.tempdir().value, str)
        assert_type(Owned.popen(["cat"]), Owned[subprocess.Popen[bytes]])
        assert_type(Owned.popen(["cat"], text=True), Owned[subprocess.Popen[str]])
        assert_type(Owned.popen(["cat"], encoding="utf-8"), Owned[subprocess.Popen[str]])
        assert_type(Owned.call(os.dup, 3), Owned[int])
        called: TextIOWrapper = Owned.call(open, path, encoding="utf-8").value
        called.read()

    def derived(path: str) -> None:
        connection = Owned(sqlite3.connect(path))
        cursor = connection.derive(connection.value.cursor(), dropped_first=True)
        assert_type(cursor, Owned[sqlite3.Cursor])
        archive = Box(zipfile.ZipFile(path))
        member = Box.derive(archive, b"x", name="member")
        assert_type(member, Box[bytes])
        drop(member)
