"""E0277: an `Rc` is handed to another thread.

The count of an `Rc` belongs to one thread. `Arc` is the same for all threads.
"""

from owned import Arc, Rc, clone, spawn


def wrong() -> None:
    table = Rc([1, 2, 3])
    worker = spawn(lambda: sum(table))  # E: not-send E0277
    print(worker.join())


def right() -> None:
    table = Arc([1, 2, 3])
    theirs = clone(table)
    worker = spawn(lambda: sum(theirs))
    print(worker.join(), sum(table))
