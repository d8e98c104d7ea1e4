"""E0382: a `Box` was given away, and is used again.

A `Box` owns like every owner, and is used as if it were its value: attributes, items, operators.
"""

from owned import Box, drop


def file_away(names: Box[list[str]]) -> None:
    print("filed", names)
    drop(names)


def wrong() -> None:
    names = Box(["Ada"])
    names.append("Grace")
    file_away(names)
    names.append("Edsger")  # E: use-after-move E0382


def right() -> None:
    names = Box(["Ada"])
    names.append("Grace")
    names += ["Edsger"]
    file_away(names)
