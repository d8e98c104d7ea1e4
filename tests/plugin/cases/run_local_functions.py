"""Functions in functions in everyday use, and parts of guards in loops and branches."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO, TextIOWrapper
from typing import TypeVar

from owned import (
    Box,
    Cell,
    Mutex,
    Owned,
    Ref,
    RefCell,
    RefMut,
    Scope,
    String,
    borrow,
    borrow_mut,
    drop,
    into_inner,
)
from typing_extensions import ParamSpec

T = TypeVar("T")
R = TypeVar("R")
P = ParamSpec("P")


def temporary() -> Owned[TextIOWrapper]:
    return Owned(io.TextIOWrapper(BytesIO(), encoding="utf-8", write_through=True))


import itertools


@dataclass
class Item:
    n: int = 0
    tags: list[str] = field(default_factory=list)
    child: Item | None = None

    def bump(self) -> None:
        self.n += 1

    def total(self) -> int:
        return self.n + (self.child.total() if self.child else 0)


def item(n: int = 0) -> Owned[Item]:
    return Owned(Item(n))


def see(x: object) -> None:
    assert x is not None


def n_of(x: Item) -> int:
    return x.n


def eat(x: Owned[Item]) -> None:
    drop(x)


def peek(r: Ref[Item]) -> int:
    return r.n


def poke(m: RefMut[Item]) -> None:
    m.n += 1


# --- parts of guards of cells and locks


def bad_lock_part() -> None:
    lock = Mutex(Item(1))
    g = lock.lock()
    tags = g.tags
    drop(g)
    print(len(tags))  # E: use-after-move E0382


def ok_lock_part() -> None:
    lock = Mutex(Item(1))
    g = lock.lock()
    tags = g.tags
    tags.append("x")
    n = g.n
    drop(g)
    with lock.lock() as v:
        assert v.tags == ["x"] and n == 1


def ok_cell_guard_in_loop() -> None:
    cell = RefCell(Item(1))
    for n in range(3):
        with cell.borrow_mut() as v:
            v.tags.append(str(n))
        g = cell.borrow()
        last = g.tags[-1]
        drop(g)
    assert last == "2"


def ok_guard_rebound_in_loop() -> None:
    v = [item(n) for n in range(3)]
    best = None
    for o in v:
        r = borrow(o)
        if best is None or r.n > best.n:
            best = r
    assert best is not None and best.n == 2


def ok_part_in_loop() -> None:
    v = [item(n) for n in range(3)]
    names: list[str] = []
    for o in v:
        r = borrow(o)
        tags = r.tags
        names.extend(tags)
        drop(r)
    for o in v:
        drop(o)


def bad_part_in_loop() -> None:
    v = [item(n) for n in range(3)]
    found: list[list[str]] = []
    for o in v:
        r = borrow(o)
        found.append(r.tags)
        drop(r)
    print(found[0][:1])  # E: use-after-move E0382


def ok_two_guards() -> None:
    a, b = item(1), item(2)
    r, s = borrow(a), borrow(b)
    x, y = r.tags, s.tags
    drop(r)
    print(len(y))
    drop(s)
    x = y = []


def ok_part_chosen(c: bool = True) -> None:
    a, b = item(1), item(2)
    r, s = borrow(a), borrow(b)
    part = r.tags if c else s.tags
    print(len(part))
    drop(r)
    drop(s)


def bad_part_chosen(c: bool = True) -> None:
    a, b = item(1), item(2)
    r, s = borrow(a), borrow(b)
    part = r.tags if c else s.tags
    drop(r)
    print(len(part))  # E: use-after-move E0382
    drop(s)


def ok_part_passed() -> None:
    def total(tags: list[str]) -> int:
        return len(tags)

    a = item(1)
    r = borrow(a)
    assert total(r.tags) == 0 and sorted(r.tags) == [] and [*r.tags] == []
    copy_of = list(r.tags)
    text = ",".join(r.tags)
    drop(r)
    drop(a)
    copy_of.append(text)


def ok_guard_of_list() -> None:
    words = Owned(["b", "a"])
    r = borrow(words)
    ordered, first, n = sorted(r), r[0], len(r)
    upper = [w.upper() for w in r]
    pairs = dict(enumerate(r))
    some = list(itertools.islice(r, 1))
    back = list(reversed(r))
    chained = list(itertools.chain(r, r))
    drop(r)
    with borrow_mut(words) as m:
        m.append(first)
    ordered.append(str(n))
    upper.append("x")
    pairs[9] = "z"
    some += back + chained


def ok_exclusive_guard_of_list() -> None:
    words = Owned(["b", "a"])
    m = borrow_mut(words)
    m.sort()
    m[0] = "z"
    last = m.pop()
    m.extend([last, "q"])
    m += ["r"]
    drop(m)
    assert into_inner(words) == ["z", "b", "q", "r"]


def ok_early_drop_on_path() -> None:
    def work(o: Owned[Item], fast: bool) -> int:
        r = borrow(o)
        tags = r.tags
        if fast:
            drop(r)
            drop(o)
            return 0
        n = len(tags)
        drop(r)
        return n + into_inner(o).n

    work(item(1), True)
    work(item(1), False)


def ok_exception_path() -> None:
    o = item(0)
    r = borrow(o)
    part = r.tags
    try:
        1 // r.n
    except ZeroDivisionError:
        drop(r)
        r = borrow(o)
        part = r.tags
    print(len(part))


# --- functions


def two_helpers_alive() -> None:
    state = Box({"n": 0})

    def inc() -> None:
        state["n"] += 1

    def dec() -> None:  # E: borrow-conflict E0499
        state["n"] -= 1

    inc()
    dec()
    inc()


def ok_handlers() -> None:
    class App:
        def __init__(self) -> None:
            self.o = item(1)
            self.handlers: dict[str, Callable[[], None]] = {}
            self.count = 0

        def setup(self) -> None:
            def bump() -> None:
                self.o.value.bump()
                self.count += 1

            self.handlers["bump"] = bump
            self.handlers["show"] = lambda: see(self.o.value.n)
            self.handlers["reset"] = self.reset
            self.count = 0

        def reset(self) -> None:
            drop(self.o)
            self.o = item(0)

        def run(self) -> None:
            for name in ("bump", "show", "reset", "bump"):
                self.handlers[name]()
            self.count += 1

    app = App()
    app.setup()
    app.run()
    assert app.count == 3 and app.o.value.n == 1


def ok_sort_with_captured() -> None:
    ranks = Owned({"a": 2, "b": 1})
    with borrow(ranks) as view:
        names = sorted(["a", "b"], key=lambda name: view[name])
        best = min(names, key=view.__getitem__)
        found = list(filter(lambda name: view[name] > 1, names))
        by = {name: view[name] for name in names}
        text = "".join(map(lambda name: name * view[name], names))
    drop(ranks)
    assert names == ["b", "a"] and best == "b" and found == ["a"] and by and text == "baa"


def ok_deferred_call() -> None:
    o = item(1)
    todo: list[Callable[[], int]] = []
    with borrow(o) as r:
        todo.append(lambda: r.n)
        results = [f() for f in todo]
        todo.clear()
    drop(o)
    assert results == [1]


def ok_partial_of_method() -> None:
    o = item(1)
    bump = partial(o.value.bump)
    bump()
    assert o.value.n == 2
    drop(o)


def ok_recursive_closure() -> None:
    total = Cell(0)

    def walk(n: int) -> None:
        total.set(total.get() + n)
        if n:
            walk(n - 1)

    walk(3)
    assert total.get() == 6


def ok_generator_closure() -> None:
    o = Owned([1, 2, 3])

    def evens() -> Iterator[int]:
        with borrow(o) as view:
            for n in view:
                if n % 2 == 0:
                    yield n

    assert list(evens()) == [2]
    assert list(evens()) == [2]
    drop(o)


def bad_generator_closure() -> None:
    o = Owned([1, 2, 3])

    def each() -> Iterator[int]:
        for n in borrow(o):
            yield n

    it = each()
    next(it)
    drop(o)  # E: move-while-borrowed E0505
    next(it)


def ok_nested_scopes() -> None:
    with Scope() as outer:
        a = outer.own(Item(1))
        with Scope() as inner:
            b = inner.own(Item(2))
            with borrow(a) as x, borrow_mut(b) as y:
                y.n += x.n
                y.tags.extend(x.tags)
        assert a.value.n == 1


def ok_thread_scope() -> None:
    from owned import thread_scope

    o = item(5)
    with thread_scope() as s:
        s.spawn(lambda: see(o.value.n))
        s.spawn(lambda: see(o.value.tags))
    drop(o)


def ok_late_bound_names() -> None:
    handlers: list[Callable[[], int]] = []
    for n in range(3):

        def handler(n: int = n) -> int:
            return n

        handlers.append(handler)
    assert [h() for h in handlers] == [0, 1, 2]
    o = item()
    handlers.append(lambda: o.value.n)
    assert handlers[-1]() == 0


def ok_pass_closure_twice() -> None:
    def twice(f: Callable[[], None]) -> None:
        f()
        f()

    o = item(0)
    twice(o.value.bump)
    twice(lambda: o.value.bump())
    twice(lambda: poke(borrow_mut(o)))
    assert o.value.n == 6


def ok_inner_class() -> None:
    o = item(1)

    class Reader:
        def read(self) -> int:
            return o.value.n

    reader = Reader()
    assert reader.read() == 1
    o.value.n = 2
    assert reader.read() == 2
    drop(o)


# --- the variables of a comprehension end with it


def ok_variables_of_comprehension() -> None:
    s = String("a b c")
    words = [str(word) for word in s.split()]
    s.push_str(" d")
    assert max(words) == "c"


def bad_variable_of_loop() -> None:
    s = String("a b c")
    for word in s.split():
        print(str(word))
    s.push_str(" d")  # E: borrow-conflict E0502


def ok_guard_dropped_while_a_function_names_it() -> None:
    d, e = Owned(Item()), Owned(Item())
    m = borrow_mut(d)
    change: Callable[[], None] = lambda: set_one(m)
    change()
    drop(m)
    e.value.n = d.value.n
    drop(d)


def set_one(m: RefMut[Item]) -> None:
    m.n = 1
