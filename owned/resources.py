"""`owned resources`: the table of resources, and what would run at the end of one of them."""

from __future__ import annotations

import builtins
import importlib
import sys
from typing import Any

from .registry import Description, describe, describe_class
from .resource import Resource
from .resource_table import STANDARD_LIBRARY
from .resource_table_third_party import THIRD_PARTY

ROWS: tuple[Resource, ...] = (*STANDARD_LIBRARY, *THIRD_PARTY)


def run(names: list[str]) -> int:
    """Print the table, or what is known of the given names; the exit status is 1 if a name leads nowhere."""
    if not names:
        print_table()
        return 0
    answers = [explain(name) for name in names]
    for name, answer in zip(names, answers, strict=True):
        if answer is None:
            print(f"{name!r} is not in the table, and leads nowhere; the table: owned resources", file=sys.stderr)
        else:
            print(answer)
    return 1 if None in answers else 0


def print_table() -> None:
    """Print all rows in columns."""
    heads = ("resource", "drop", "again", "bound to", "how")
    cells = [
        (
            row.title,
            ", ".join(row.steps) or "-",
            "ok" if row.again else "error",
            ", ".join(row.bound) or "-",
            row.owned_by or ("async with" if row.awaited else "with"),
        )
        for row in ROWS
    ]
    widths = [max(len(line[at]) for line in (heads, *cells)) for at in range(len(heads))]
    for line in (heads, *cells):
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def explain(name: str) -> str | None:
    """Say what would run for a row's title, a class, or what a dotted name leads to; `None` if it leads nowhere.

    >>> print(explain("open"))
    open: close()
      said by the table
      closing it again is harmless
      text files
    >>> print(explain("fractions.Fraction"))
    fractions.Fraction: nothing
      said by nothing
    >>> explain("no.such.thing")
    """
    for row in ROWS:
        if name == row.title or name in row.types:
            return describe_row(row)
    found = find(name)
    if found is None:
        return None
    thing = found[0]
    return str(describe_class(thing) if isinstance(thing, type) else describe(thing))


def describe_row(row: Resource) -> str:
    """Say what a row says, in the words of `describe`."""
    return str(Description(row.title, "the table", row.steps, row.awaited, row))


def find(name: str) -> tuple[Any] | None:
    """Import as much of a dotted name as is a module, and look the rest up in it."""
    parts = name.split(".")
    if len(parts) == 1 and hasattr(builtins, name):
        return (getattr(builtins, name),)
    for count in range(len(parts), 0, -1):
        try:
            thing: Any = importlib.import_module(".".join(parts[:count]))
        except (ImportError, ValueError):
            continue
        try:
            for part in parts[count:]:
                thing = getattr(thing, part)
        except AttributeError:
            return None
        return (thing,)
    return None
