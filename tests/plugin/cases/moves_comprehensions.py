from __future__ import annotations

from collections.abc import Iterable, Iterator

from owned import Box, Owned, Ref, borrow, clone, drop, into_inner, move


class Token:
    def __init__(self, n: int) -> None:
        self.n = n


def eat(t: Owned[Token]) -> int:
    drop(t)
    return 1


def look(t: object) -> bool:
    return t is None


def peek(r: Ref[Token]) -> int:
    return 1


def cond() -> bool:
    return True


def fresh() -> Owned[Token]:
    return Owned(Token(0))


def many() -> list[Owned[Token]]:
    return [fresh()]


# case: comp-element | moved in the element of a comprehension
def mv_list_comprehension(t: Owned[Token]) -> list[int]:
    return [eat(t) for _ in range(3)]  # E: use-after-move E0382


def mv_set_comprehension(t: Owned[Token]) -> set[int]:
    return {eat(t) for _ in range(3)}  # E: use-after-move E0382


def mv_dict_comprehension(t: Owned[Token]) -> dict[int, int]:
    return {i: eat(t) for i in range(3)}  # E: use-after-move E0382


def mv_generator_expression(t: Owned[Token]) -> int:
    return sum(eat(t) for _ in range(3))  # E: use-after-move E0382


def mv_comprehension_stores(t: Owned[Token]) -> list[Owned[Token]]:
    return [t for _ in range(3)]  # E: use-after-move E0382


def mv_comprehension_condition(t: Owned[Token]) -> list[int]:
    return [i for i in range(3) if eat(t)]  # E: use-after-move E0382


def mv_comprehension_then_use(v: list[int], t: Owned[Token]) -> list[int]:
    got = [x for x in v if x and eat(t)]  # E: use-after-move E0382
    return got


def mv_comprehension_source(o: Owned[list[int]]) -> list[int]:
    got = [x + 1 for x in into_inner(o)]
    look(o)  # E: use-after-move E0382
    return got


def mv_comprehension_inner_source(o: Owned[list[int]]) -> list[int]:
    return [x + y for x in range(3) for y in into_inner(o)]  # E: use-after-move E0382


def mv_moved_before_comprehension(t: Owned[Token]) -> list[int]:
    eat(t)
    return [peek(borrow(t)) for _ in range(3)]  # E: use-after-move E0382


def mv_comprehension_element_twice() -> list[tuple[int, bool]]:
    return [(eat(t), look(t)) for t in many()]  # E: use-after-move E0382


def mv_nested_comprehension(t: Owned[Token]) -> list[list[int]]:
    return [[eat(t) for _ in range(1)] for _ in range(2)]  # E: use-after-move E0382


# case: comp-ok | nothing is moved twice
def ok_comprehension_over_owners() -> list[int]:
    return [eat(t) for t in many()]


def ok_comprehension_makes_owners(v: list[int]) -> list[Owned[Token]]:
    return [Owned(Token(x)) for x in v]


def ok_comprehension_reads(t: Owned[Token]) -> list[int]:
    got = [peek(borrow(t)) + i for i in range(3)]
    look(t)
    return got


def ok_comprehension_clones(t: Box[Token]) -> list[Box[Token]]:
    return [clone(t) for _ in range(3)]


def ok_generator_expression_reads(t: Owned[Token]) -> bool:
    found = any(peek(borrow(t)) == i for i in range(3))
    eat(t)
    return found


def ok_comprehension_source_once(o: Owned[list[int]]) -> list[int]:
    return [x + 1 for x in into_inner(o) if x]


def ok_comprehension_same_name(t: Owned[Token]) -> None:
    got = [peek(borrow(t)) for t in many()]
    print(got)
    eat(t)


def ok_comprehension_dict_of_owners(names: list[str]) -> dict[str, Owned[Token]]:
    return {name: fresh() for name in names if name}


def ok_comprehension_walrus(v: list[int]) -> list[int]:
    return [y for x in v if (y := x + 1)]


# case: walrus | assignment expressions
def mv_walrus(t: Owned[Token]) -> None:
    print(u := t)
    look(t)  # E: use-after-move E0382
    look(u)


def mv_walrus_condition(t: Owned[Token]) -> None:
    if (u := t) is not None:
        eat(u)
    look(t)  # E: use-after-move E0382


def ok_walrus() -> None:
    while look(t := fresh()):
        eat(t)
    if (u := fresh()) and look(u):
        eat(u)


def mv_walrus_loop(t: Owned[Token]) -> None:
    while (u := t) is not None:  # E: use-after-move E0382
        look(u)


def mv_walrus_argument(t: Owned[Token]) -> None:
    eat(u := t)
    look(u)  # E: use-after-move E0382


# case: generator | generator functions
def ok_generator(n: int) -> Iterator[Owned[Token]]:
    for _ in range(n):
        yield fresh()


def mv_generator_yields_twice(t: Owned[Token]) -> Iterator[Owned[Token]]:
    yield t
    yield t  # E: use-after-move E0382


def mv_generator_yields_then_uses(t: Owned[Token]) -> Iterator[Owned[Token]]:
    yield t
    look(t)  # E: use-after-move E0382


def ok_generator_yields_moved(t: Owned[Token]) -> Iterator[Owned[Token]]:
    yield move(t)


def ok_generator_consumes(ts: Iterable[Owned[Token]]) -> Iterator[int]:
    for t in ts:
        yield peek(borrow(t))


def mv_generator_in_loop(t: Owned[Token]) -> Iterator[Owned[Token]]:
    for _ in range(3):
        yield t  # E: use-after-move E0382


def ok_generator_try_finally(t: Owned[Token]) -> Iterator[int]:
    try:
        yield peek(borrow(t))
    finally:
        drop(t)


def ok_yield_from(t: Owned[Token]) -> Iterator[int]:
    yield from range(3)
    yield from ok_generator_try_finally(t)


def mv_yield_from(t: Owned[Token]) -> Iterator[int]:
    yield from ok_generator_try_finally(t)
    look(t)  # E: use-after-move E0382


def mv_generator_argument(t: Owned[Token]) -> None:
    for n in ok_generator_try_finally(t):
        print(n)
    look(t)  # E: use-after-move E0382


def ok_sent_values() -> Iterator[int]:
    received = yield 1
    print(received)


def ok_unpacking_calls() -> None:
    a, *rest = (fresh() for _ in range(3))
    look(a)
    look(rest)


def mv_unpacked_twice() -> None:
    (a, b), c = (fresh(), fresh()), fresh()
    eat(a)
    eat(b)
    eat(c)
    look(b)  # E: use-after-move E0382


def ok_swap(a: Owned[Token], b: Owned[Token]) -> None:
    a, b = b, a
    eat(a)
    eat(b)


def mv_chain_assignment(t: Owned[Token]) -> None:
    a = b = t
    look(t)  # E: use-after-move E0382
    look(a)
    look(b)


def ok_sorted_owners(v: list[Owned[Token]]) -> list[Owned[Token]]:
    return sorted(v, key=lambda t: peek(borrow(t)))


def ok_filter_owners(v: list[Owned[Token]]) -> int:
    return len([t for t in v if peek(borrow(t)) > 0])
