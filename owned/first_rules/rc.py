"""E0596: a value that is shared by `Rc` is changed.

Each handle sees the same value, so none may change it; the last one drops it. What must change is kept in a `RefCell`,
which counts its borrows while the program runs.
"""

from owned import Rc, RefCell, clone


def wrong() -> None:
    settings = Rc({"level": 1})
    other = clone(settings)
    settings.update(level=2)  # E: mutate-through-ref E0596
    print(other["level"])


def right() -> None:
    settings = Rc(RefCell({"level": 1}))
    other = clone(settings)
    with settings.borrow_mut() as changed:
        changed["level"] = 2
    with other.borrow() as seen:
        print(seen["level"], "seen by", Rc.strong_count(settings), "handles")
