"""A temporary folder and the files in it, as one value: dropped together, the files first, the folder last."""

import tempfile
from io import TextIOWrapper
from pathlib import Path

from owned import Owned, Scope, move


def prepare(names: list[str]) -> tuple[Scope, Path]:
    """Make a folder and open files in it; whatever fails, nothing is left behind. The caller owns all of it."""
    with Scope() as scope:
        folder = Path(scope.own(tempfile.TemporaryDirectory(), name="workspace").value.name)
        for name in names:
            file: Owned[TextIOWrapper] = scope.own(open(folder / name, "w"), name=name)
            file.value.write(f"this is {name}\n")
        return move(scope), folder


def main() -> bool:
    """Prepare a workspace, use it, end it; tell whether it is gone."""
    scope, folder = prepare(["a.txt", "b.txt"])
    with scope:
        print(sorted(path.name for path in folder.iterdir()))
    return not folder.exists()


if __name__ == "__main__":
    print("gone:", main())
