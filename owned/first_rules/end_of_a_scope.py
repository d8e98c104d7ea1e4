"""E0597: a borrow is used after the scope that dropped its owner.

`with` drops its owner at the end of the block, and what was lent from it ends, too. `move` takes it out of the block.
"""

from owned import Owned, borrow, move


def wrong() -> None:
    with Owned(["draft"], drop=lambda page: print("dropped", page), name="page") as page:
        reader = borrow(page)  # E: borrow-outlives-owner E0597
    print(len(reader))


def right() -> None:
    with Owned(["draft"], drop=lambda page: print("dropped", page), name="page") as page:
        kept = move(page)
    print("not dropped yet")
    with kept, borrow(kept) as reader:
        print(len(reader))
