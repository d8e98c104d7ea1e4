"""Parts read through a guard that has no name: the part is a view that keeps the borrow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from owned import Box, Owned, Rc, Ref, RefCell, borrow, borrow_mut, drop, move


@dataclass
class Settings:
    name: str = ""
    size: tuple[int, int] = (0, 0)
    names: list[str] = field(default_factory=list)
    table: dict[str, list[int]] = field(default_factory=dict)
    home: Path = Path()

    def all_names(self) -> list[str]:
        return list(self.names)


@dataclass
class Holder:
    settings: Owned[Settings]

    def names(self) -> list[str]:
        return borrow(self.settings).names

    def grow(self) -> None:
        names = borrow_mut(self.settings).names
        names.append("x")


def look(t: object) -> None:
    print(t is None)


# case: pt-drop | dropped while a part is in use
def pt_drop(s: Owned[Settings]) -> None:
    names = borrow(s).names
    drop(s)  # E: move-while-borrowed E0505
    look(names)


# case: pt-exclusive | borrowed exclusively while a part is in use
def pt_exclusive(s: Owned[Settings]) -> None:
    names = borrow(s).names
    with borrow_mut(s) as m:  # E: borrow-conflict E0502
        m.name = "x"
    look(names)


# case: pt-exclusive-part | a part of an exclusive borrow
def pt_exclusive_part(s: Owned[Settings]) -> None:
    names = borrow_mut(s).names
    names.append("x")
    r = borrow(s)  # E: borrow-conflict E0502
    look(r)


# case: pt-copied | plain parts are copied out
def pt_copied(s: Owned[Settings]) -> str:
    name = borrow(s).name
    size = borrow(s).size
    first = borrow(s).names[0]
    drop(s)
    look(size)
    return name + first


# case: pt-result | what a call gives is the callee's own
def pt_result(s: Owned[Settings]) -> list[str]:
    names = borrow(s).all_names()
    ordered = sorted(borrow(s).names)
    drop(s)
    return names + ordered


# case: pt-item | an item of an item
def pt_item(s: Owned[Settings]) -> None:
    numbers = borrow(s).table["a"]
    drop(s)  # E: move-while-borrowed E0505
    look(numbers)


# case: pt-object | an object that is no plain value
def pt_object(s: Owned[Settings]) -> None:
    home = borrow(s).home
    drop(s)  # E: move-while-borrowed E0505
    look(home)


# case: pt-return | a part of what ends with the function
def pt_return(s: Owned[Settings]) -> list[str]:
    return borrow(s).names  # E: borrow-outlives-owner E0515


# case: pt-return-local | of a local owner
def pt_return_local() -> list[str]:
    s = Owned(Settings())
    names = borrow(s).names
    return names  # E: borrow-outlives-owner E0515


# case: pt-return-argument | of what the caller lent
def pt_return_argument(r: Ref[Settings]) -> list[str]:
    return borrow(r).names


# case: pt-deleted | the part has gone
def pt_deleted(s: Owned[Settings]) -> None:
    names = borrow(s).names
    look(names)
    del names
    drop(s)


# case: pt-rebound | the name was given to something else
def pt_rebound(s: Owned[Settings]) -> None:
    names = borrow(s).names
    look(names)
    names = []
    drop(s)
    look(names)


# case: pt-named-guard | a part of a guard with a name ends with the guard
def pt_named_guard(s: Owned[Settings]) -> None:
    r = borrow(s)
    names = r.names
    look(names)
    drop(r)
    drop(s)


# case: pt-cell | a part of a cell's guard, of which the cell is a shared one
def pt_cell(c: Rc[RefCell[Settings]]) -> None:
    names = c.borrow().names
    look(names)
    drop(c)  # E: move-while-borrowed E0505


# case: pt-argument | a part that is an argument ends with the statement
def pt_argument(s: Box[Settings]) -> None:
    look(borrow(s).names)
    drop(s)


# case: pt-statement | so does one that is looked at in an expression
def pt_statement(s: Owned[Settings]) -> int:
    n = len(borrow(s).names) + borrow(s).size[0]
    borrow_mut(s).names.append("x")
    t = move(s)
    return n + len(t.value.names)


@dataclass
class Loose:
    anything: Any = None
    call: Callable[[], int] = int
    thing: object = None
    kind: type[Settings] = Settings


# case: pt-unknown | what may be a plain value, a function or a class holds nothing
def pt_unknown(loose: Owned[Loose]) -> None:
    a = borrow(loose).anything
    b = borrow(loose).call
    c = borrow(loose).thing
    d = borrow(loose).kind
    drop(loose)
    look((a, b, c, d))


# case: pt-walrus | named in a condition
def pt_walrus(s: Owned[Settings]) -> None:
    if names := borrow(s).names:
        drop(s)  # E: move-while-borrowed E0505
        look(names)


# case: pt-chosen | chosen by a condition
def pt_chosen(s: Owned[Settings], c: bool) -> None:
    names = borrow(s).names if c else []
    with borrow_mut(s) as m:  # E: borrow-conflict E0502
        m.name = "x"
    look(names)


# case: pt-method | by the method
def pt_method(s: Owned[Settings]) -> None:
    names = s.borrow().names
    drop(s)  # E: move-while-borrowed E0505
    look(names)


# case: pt-unpacked | taken apart
def pt_unpacked(s: Owned[tuple[list[int], list[str]]]) -> None:
    numbers, words = borrow(s)
    drop(s)  # E: move-while-borrowed E0505
    look((numbers, words))
