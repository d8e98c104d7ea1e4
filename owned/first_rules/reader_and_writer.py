"""E0502: a value is borrowed to be read, and to be changed, at the same time.

Many readers or one writer, never both: what a reader sees does not change behind its back.
"""

from owned import Owned, borrow, borrow_mut


def wrong() -> None:
    prices = Owned([3, 5], name="prices")
    reader = borrow(prices)
    writer = borrow_mut(prices)  # E: borrow-conflict E0502
    writer.append(8)
    print(sum(reader))


def right() -> None:
    prices = Owned([3, 5], name="prices")
    with borrow(prices) as reader:
        print(sum(reader))
    with borrow_mut(prices) as writer:
        writer.append(8)
    print(prices.value)
