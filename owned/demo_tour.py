"""The part of the demo that goes well: a file, a lock and a database, each with one owner."""

import sqlite3
import threading
from io import TextIOWrapper
from pathlib import Path

from owned import Owned, borrow, borrow_mut, deref, drop, is_live, move


class ClaimFailed(AssertionError):
    """Something that the demo says is not so."""


def claim(text: str, truth: bool) -> None:
    """Print a sentence; raise `ClaimFailed` when it is not true."""
    print(f"  {'ok' if truth else 'NO'}  {text}")
    if not truth:
        raise ClaimFailed(text)


def finish(log: Owned[TextIOWrapper]) -> None:
    """Take the file over: the parameter's type says so."""
    log.value.write("finished\n")
    drop(log)


def a_file_has_one_owner(folder: Path) -> None:
    log = Owned(open(folder / "app.log", "w"), name="log")
    file = deref(log)
    log.value.write("started\n")
    claim("open, and owned by `log`", is_live(log) and not file.closed)
    finish(log)
    claim("`finish` took it and closed it; `log` owns nothing any more", file.closed and not is_live(log))


def a_lock_is_held_by_its_owner(folder: Path) -> None:
    lock = threading.Lock()
    with Owned.enter(lock) as held:
        claim("entered: the lock is held", lock.locked())
        later = move(held)
    claim("the block ended, but the lock had moved out of it: still held", lock.locked())
    drop(later)
    claim("its last owner dropped it: released", not lock.locked())


def a_database_is_lent(folder: Path) -> None:
    with Owned(sqlite3.connect(folder / "people.db"), name="db") as db:
        connection = deref(db)
        with borrow_mut(db) as writer:
            writer.execute("create table person (name text)")
            writer.execute("insert into person values ('Ada')")
        with borrow(db) as reader, borrow(db) as other:
            claim(
                "lent to two readers at once",
                len(list(reader.execute("select * from person"))) == 1 and other.in_transaction,
            )
    claim("the block ended: closed", is_closed(connection))


def is_closed(connection: sqlite3.Connection) -> bool:
    """Tell whether the bare connection refuses to work."""
    try:
        connection.execute("select 1")
    except sqlite3.ProgrammingError:
        return True
    return False


STEPS = (a_file_has_one_owner, a_lock_is_held_by_its_owner, a_database_is_lent)
