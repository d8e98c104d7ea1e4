"""E0382: a value was moved to another name, and is used again by the old one.

A value has one owner. `kept = move(log)` makes `kept` the owner; `log` owns nothing any more.
"""

from owned import Owned, borrow, move


def wrong() -> None:
    log = Owned(["started"], name="log")
    kept = move(log)
    print(len(log.value))  # E: use-after-move E0382
    print(kept.value)


def right() -> None:
    log = Owned(["started"], name="log")
    with borrow(log) as lines:
        print(len(lines))
    kept = move(log)
    print(kept.value)
