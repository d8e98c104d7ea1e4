"""E0382: a function that takes was used like one that borrows.

The signature says which it is: a parameter `Owned[T]` takes the value over, `Ref[T]` and `RefMut[T]` give it back.
"""

from owned import Owned, Ref, borrow, drop, move


def measure(letter: Ref[list[str]]) -> int:
    return len(letter)


def send(letter: Owned[list[str]]) -> None:
    print("sent", letter.value)
    drop(letter)


def wrong() -> None:
    letter = Owned(["Dear", "Ada"], name="letter")
    send(move(letter))
    print(measure(borrow(letter)))  # E: use-after-move E0382


def right() -> None:
    letter = Owned(["Dear", "Ada"], name="letter")
    print(measure(borrow(letter)))
    send(move(letter))
