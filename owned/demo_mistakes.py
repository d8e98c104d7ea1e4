"""Two mistakes. `owned demo` runs this file, and then has mypy read it."""

import sqlite3
from io import TextIOWrapper

from owned import Owned, borrow, borrow_mut, drop, move


def ship(log: Owned[TextIOWrapper]) -> None:
    drop(log)


def use_after_move(folder: str) -> None:
    log = Owned(open(f"{folder}/shipped.log", "w"), name="log")
    log.value.write("packed\n")
    ship(move(log))
    log.value.write("one more thing\n")


def conflicting_borrow(folder: str) -> None:
    db = Owned(sqlite3.connect(f"{folder}/orders.db"), name="db")
    writer = borrow_mut(db)
    reader = borrow(db)
    writer.execute("create table bill (total integer)")
    print(reader.total_changes)
