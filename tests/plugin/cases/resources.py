"""Owning fields, derived values, raw numbers and partly built objects: ordinary programs, and a few mistakes."""

from __future__ import annotations

import os
import sqlite3
import zipfile
from dataclasses import dataclass
from typing import IO

from owned import Box, Owned, Scope, borrow, deref, drop, into_inner, move, owner, owning


@owner
class Session:
    log: Owned[IO[str]] = owning()
    connection: Owned[sqlite3.Connection] = owning()

    def __init__(self, path: str) -> None:
        self.log = Owned(open(path))
        self.connection = Owned(sqlite3.connect(path))

    def rotate(self, path: str) -> None:
        self.log = Owned(open(path))

    def write(self, text: str) -> None:
        self.log.value.write(text)
        with borrow(self.connection) as c:
            c.execute("select 1")

    def end_log(self) -> None:
        drop(self.log)


@owner
@dataclass
class Job:
    log: Owned[IO[str]] = owning()
    name: str = "job"
    raw: IO[bytes] = owning(init=False)

    def __post_init__(self) -> None:
        self.raw = open(self.name, "rb")


@owner
@dataclass(frozen=True, slots=True)
class Frozen:
    log: Owned[IO[str]] = owning()
    count: int


class Built:
    def __init__(self, path: str) -> None:
        with Scope() as s:
            self.first = s.own(open(path))
            self.second = s.own(open(path))
            self.scope = move(s)

    def close(self) -> None:
        drop(self.scope)


def blocks(path: str) -> None:
    with Session(path) as session:
        session.write("x")
        session.log = Owned(open(path))
    with Owned(Session(path)) as other:
        other.value.write("y")


async def awaiting(path: str) -> None:
    async with Session(path) as session:
        session.write("x")


def dataclasses(path: str) -> None:
    job = Job(Owned(open(path)), "name")
    print(job.log.value.read(), job.raw.read())
    drop(Owned(job))
    frozen = Frozen(Owned(open(path)), 3)
    drop(Owned(frozen))


def a_field_takes_over(path: str) -> None:
    log: Owned[IO[str]] = Owned(open(path))
    job = Job(log)
    print(log.value)  # E: use-after-move E0382
    drop(Owned(job))


def a_field_is_moved_out(path: str) -> None:
    with Session(path) as session:
        kept = move(session.log)
        print(session.log)  # E: use-after-move E0382
        drop(kept)


def a_dropped_field_is_replaced(path: str) -> None:
    with Session(path) as session:
        drop(session.log)
        session.log = Owned(open(path))
        session.rotate(path)


def derived(path: str) -> None:
    with Owned(sqlite3.connect(path)) as connection:
        with connection.derive(connection.value.cursor()) as cursor:
            cursor.value.execute("select 1")
        late = connection.derive(connection.value.cursor(), dropped_first=True)
        late.value.execute("select 2")
        drop(late)
        late.value.execute("select 3")  # E: use-after-move E0382


def derived_box(path: str) -> None:
    archive = Box(zipfile.ZipFile(path))
    member = Box.derive(archive, archive.open("a"))
    member.read()
    drop(member)
    drop(archive)
    archive.namelist()  # E: use-after-move E0382


def derived_first(path: str) -> None:
    connection = Owned(sqlite3.connect(path))
    cursor = connection.derive(deref(connection).cursor(), dropped_first=True)
    cursor.value.execute("select 1")
    drop(connection)


def numbers(path: str) -> None:
    with Owned.fd(os.open(path, os.O_RDONLY)) as fd:
        os.read(fd.value, 1)
    with Owned.mkstemp() as pair:
        number, name = pair.value
        print(number, name)
    with Owned.tempdir() as folder:
        os.listdir(folder.value)
    with Owned.popen(["cat"], text=True) as child:
        child.value.communicate("x")
    number = into_inner(Owned.fd(os.open(path, os.O_RDONLY)))
    os.close(number)


def called(path: str) -> None:
    log = Owned.call(open, path, encoding="utf-8")
    log.value.read()
    drop(log)
    log.value.read()  # E: use-after-move E0382


def discarded(path: str) -> None:
    Owned.call(open, path)  # E: unused-owner must_use
