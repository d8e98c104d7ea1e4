"""Module level, class bodies, `global`, `nonlocal`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from owned import Box, Owned, Ref, borrow, drop, into_inner, move, replace


class Token:
    def __init__(self, n: int) -> None:
        self.n = n


def eat(t: Owned[Token]) -> None:
    drop(t)


def look(t: object) -> None:
    print(t is None)


def peek(r: Ref[Token]) -> int:
    return 1


def cond() -> bool:
    return True


def fresh() -> Owned[Token]:
    return Owned(Token(0))


# case: module-level | statements of a module
first = fresh()
second = first
look(first)  # E: use-after-move E0382
eat(second)
second = fresh()
look(second)

if cond():
    third = fresh()
    eat(third)
    look(third)  # E: use-after-move E0382

for _ in range(2):
    fourth = fresh()
    eat(fourth)

with Owned(Token(1)) as fifth:
    look(fifth)

try:
    sixth = fresh()
except ValueError:
    sixth = Owned(Token(2))
eat(sixth)
look(sixth)  # E: use-after-move E0382

numbers = [peek(borrow(second)) for _ in range(3)]

KEPT: Final = fresh()
config = Box({"a": 1})
config["a"] = 2


def reads_globals() -> int:
    look(KEPT)
    return peek(borrow(KEPT)) + len(borrow(config))


# case: mo-static | a function moves what belongs to the module
def mo_static() -> None:
    eat(KEPT)
    look(KEPT)  # E: use-after-move E0382


current: Owned[Token] | None = None


def ok_global_replaced() -> None:
    global current
    current = fresh()


def ok_global_taken() -> Owned[Token] | None:
    global current
    old = current
    current = None
    return old


def mv_global_used_after() -> None:
    global current
    if current is not None:
        eat(current)
        look(current)  # E: use-after-move E0382


def mv_stored_in_global(t: Owned[Token]) -> None:
    global current
    current = t
    look(t)  # E: use-after-move E0382


registry: dict[str, Owned[Token]] = {}


def mv_stored_in_registry(t: Owned[Token]) -> None:
    registry["a"] = t
    look(t)  # E: use-after-move E0382


def ok_registry(t: Owned[Token]) -> None:
    registry["a"] = t
    look(registry["a"])
    eat(registry.pop("a"))


# case: class-body | statements of a class body
class Settings:
    shared = fresh()
    other = shared
    look(shared)  # E: use-after-move E0382
    n: int = 1

    if cond():
        extra = fresh()

    def reads(self) -> int:
        return peek(borrow(self.other))

    def refill(self) -> Token:
        return replace(self.other, Token(2))


class Plain:
    limit: int = 0
    names: list[str] = []


def mv_class_in_function(t: Owned[Token]) -> None:
    class Local:
        kept = t

    look(t)  # E: use-after-move E0382
    look(Local)


# case: nonlocal | inner functions that write outer names
def ok_nonlocal_number() -> int:
    n = 0

    def add() -> None:
        nonlocal n
        n += 1

    add()
    add()
    return n


def ok_nested_scopes(t: Owned[Token]) -> None:
    def middle() -> None:
        def inner() -> int:
            return peek(borrow(t))

        inner()

    middle()
    look(t)


def mv_inner_parameter_default(t: Owned[Token]) -> None:
    def inner(u: Owned[Token] | None = t) -> None:
        look(u)

    look(t)  # E: use-after-move E0382
    inner()


if TYPE_CHECKING:
    from collections.abc import Sequence

    Owners = Sequence[Owned[Token]]


def ok_alias(v: Owners) -> None:
    for t in v:
        look(t)


def ok_deleted_local() -> None:
    t = fresh()
    del t
    t = fresh()
    eat(t)


def ok_underscore() -> None:
    _ = fresh()
    _ = fresh()


# case: ok-let-underscore | a result that nobody wants
def ok_let_underscore(t: Owned[list[int]]) -> None:
    _ = into_inner(t)


def ok_copy_type() -> None:
    n = 1
    look(n)
    look(n)
    s = "a"
    u = s
    look(s + u)


def ok_rc_like(t: Owned[Token]) -> None:
    u = move(t)
    t = u
    look(t)


if __name__ == "__main__":
    eat(second)
    look(second)  # E: use-after-move E0382
