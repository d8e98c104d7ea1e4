"""Nested functions that name a variable before it is bound: what their calls do to it."""

from __future__ import annotations

from owned import Owned, Ref, RefMut, borrow, borrow_mut, drop


class Log:
    def __init__(self) -> None:
        self.lines: list[str] = ["a"]

    def last(self) -> str:
        return self.lines[-1]


def read(log: Ref[Log]) -> str:
    return log.last()


# case: bad-moved-by-call | the call moves what was bound after the function
def bad_moved_by_call() -> None:
    def end() -> None:
        drop(log)

    log = Owned(Log())
    end()
    print(log.value.last())  # E: use-after-move E0382


# case: bad-called-twice | the second call finds it moved
def bad_called_twice() -> None:
    def end() -> None:
        drop(log)

    log = Owned(Log())
    end()
    end()  # E: use-after-move E0382


# case: bad-call-after-drop | the call uses what is gone
def bad_call_after_drop() -> None:
    def last() -> str:
        return read(borrow(log))

    log = Owned(Log())
    drop(log)
    last()  # E: use-after-move E0382


# case: bad-call-while-borrowed | the call borrows what is lent exclusively
def bad_call_while_borrowed() -> None:
    def last(other: RefMut[Log]) -> str:
        return read(borrow(log)) + other.last()

    log = Owned(Log())
    last(borrow_mut(log))  # E: borrow-conflict E0502


# case: bad-call-moves-borrowed | the call moves what is lent
def bad_call_moves_borrowed() -> None:
    def end() -> None:
        drop(log)

    log = Owned(Log())
    r = borrow(log)
    end()  # E: move-while-borrowed E0505
    print(r.last())


# case: bad-through-another | a function that calls another one
def bad_through_another() -> None:
    def end() -> None:
        drop(log)

    def end_all() -> None:
        end()

    with Owned(Log()) as log:
        end_all()
        print(log.value.last())  # E: use-after-move E0382


# case: bad-captured-by-called | what a called function captures is lent to it, too
def bad_captured_by_called() -> None:
    log = Owned(Log())

    def last() -> str:
        return read(borrow(log))

    def both(other: RefMut[Log]) -> str:
        return last() + other.last()

    both(borrow_mut(log))  # E: borrow-conflict E0502


# case: ok-named-later | called while it is there, whatever happens in between
def ok_named_later() -> None:
    def last() -> str:
        return read(borrow(log))

    def change(line: str) -> None:
        with borrow_mut(log) as w:
            w.lines.append(line)

    for line in ("b", "c"):
        log = Owned(Log())
        last()
        change(line)
        print(log.value.last())
        drop(log)
    log = Owned(Log())
    change(last())
    with borrow(log) as r:
        print(r.last(), last())
    drop(log)


# case: ok-named-later-and-kept | a function that is kept takes along what it names
def ok_named_later_and_kept() -> None:
    def make() -> object:
        def last() -> str:
            return log.value.last()

        log = Owned(Log())
        return last

    print(make())


# case: ok-own-variable | a variable of the same name is another one
def ok_own_variable() -> None:
    def end() -> None:
        log = Owned(Log())
        drop(log)

    log = Owned(Log())
    end()
    end()
    drop(log)


# case: ok-guard-bound-anew | a function that is not named any more keeps nothing of the guard that it named
def ok_guard_bound_anew() -> None:
    log, other = Owned(Log()), Owned(Log())
    r = borrow(log)

    def last() -> str:
        return read(r)

    last()
    r = borrow(other)
    drop(log)
    print(r.last())
