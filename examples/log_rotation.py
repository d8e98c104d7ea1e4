"""A log that is rotated: the writer owns the open file, and hands the full one over to be sealed."""

import tempfile
from io import TextIOWrapper
from pathlib import Path

from owned import Owned, RefMut, borrow_mut, drop

LIMIT = 40


def open_part(folder: Path, number: int) -> Owned[TextIOWrapper]:
    """Open the next part; the caller owns it."""
    return Owned(open(folder / f"part{number}.log", "w"), name=f"part {number}")


def write(part: RefMut[TextIOWrapper], line: str) -> int:
    """Write a line into a part that somebody else owns; give the part's size."""
    part.write(f"{line}\n")
    size: int = part.tell()
    return size


def seal(part: Owned[TextIOWrapper]) -> None:
    """Take a full part over: nobody can write to it any more."""
    part.value.write("-- sealed\n")
    drop(part)


def main(folder: Path, lines: int) -> list[str]:
    """Write some lines, rotating when a part is full; give the names of the parts."""
    number = 1
    part = open_part(folder, number)
    for line in range(lines):
        if write(borrow_mut(part), f"line {line} of the log") > LIMIT:
            seal(part)
            number += 1
            part = open_part(folder, number)
    drop(part)
    return sorted(path.name for path in folder.iterdir())


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        print(main(Path(name), lines=6))
