"""The verbs on what a `with` block has bound, which stands for its guard, and on parts of it, which they refuse."""

from __future__ import annotations

from owned import Owned, RefCell, borrow, borrow_mut, drop, move


class Log:
    def __init__(self) -> None:
        self.lines: list[str] = ["a"]

    def last(self) -> str:
        return self.lines[-1]

    def add(self, line: str) -> None:
        self.lines.append(line)


# case: bad-dropped-in-block | the view is used after it was dropped
def bad_dropped_in_block() -> None:
    log = Owned(Log())
    with borrow(log) as r:
        drop(r)
        print(r.last())  # E: use-after-move E0382


# case: bad-dropped-twice | dropped in each turn of a loop
def bad_dropped_twice() -> None:
    log = Owned(Log())
    with borrow(log) as r:
        for _ in range(2):
            drop(r)  # E: use-after-move E0382


# case: bad-moved-in-block | the view is used after the guard was moved
def bad_moved_in_block() -> None:
    log = Owned(Log())
    with borrow_mut(log) as w:
        kept = move(w)
        kept.add("b")
        w.add("c")  # E: use-after-move E0382


# case: bad-moved-out-of-block | a guard that was moved out of its block lives on
def bad_moved_out_of_block() -> None:
    log = Owned(Log())
    with borrow(log) as r:
        kept = move(r)
    drop(log)  # E: move-while-borrowed E0505
    print(kept.last())


# case: bad-part-dropped | a part is not to be dropped
def bad_part_dropped() -> None:
    log = Owned(Log())
    with borrow(log) as r:
        lines = r.lines
        drop(lines)  # E: move-out-of-borrow E0507


# case: bad-part-moved | and not to be moved
def bad_part_moved() -> None:
    log = Owned(Log())
    r = borrow(log)
    lines = r.lines
    print(move(lines))  # E: move-out-of-borrow E0507


# case: ok-dropped-in-block | the borrow ends before its block does
def ok_dropped_in_block() -> None:
    log = Owned(Log())
    with borrow(log) as r:
        last = r.last()
        drop(r)
        with borrow_mut(log) as w:
            w.add(last)
    for n in range(3):
        with borrow(log) as r:
            if n == 1:
                drop(r)
                continue
            print(r.last())
    with borrow(log) as r:
        drop(r)
        drop(log)


# case: ok-moved-out-of-block | the guard goes on, and ends before its owner
def ok_moved_out_of_block() -> None:
    log = Owned(Log())
    with borrow(log) as r:
        kept = move(r)
    print(kept.last())
    drop(kept)
    drop(log)


# case: ok-cell-freed-in-block | the same of a cell
def ok_cell_freed_in_block() -> None:
    cell = RefCell(Log())
    with cell.borrow_mut() as w:
        w.add("b")
        drop(w)
        print(cell.borrow().last())
