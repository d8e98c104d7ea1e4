"""E0382 in a loop: an owner from outside is given away in every round. And 100,000 owners without a leak.

An owner that is made inside the loop ends with its round: by its `with`, by `drop`, or when its last name goes.
"""

from owned import Owned, drop, summary


def ship(parcel: Owned[list[int]]) -> None:
    drop(parcel)


def wrong() -> None:
    parcel = Owned([0], name="parcel")
    for _ in range(2):
        ship(parcel)  # E: use-after-move E0382


def right() -> None:
    before = summary()
    for number in range(100_000):
        with Owned([number]) as parcel:
            parcel.value.append(number)
    after = summary()
    created, dropped = after.created - before.created, after.dropped - before.dropped
    print(f"{created:,} created, {dropped:,} dropped, {after.live - before.live} more alive")
