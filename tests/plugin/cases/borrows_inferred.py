"""Which methods change `self` is read from their bodies."""

from __future__ import annotations

import functools
import logging
import threading
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Generic, NamedTuple, TextIO, TypeVar

from owned import Box, Mutex, Owned, Rc, Ref, RefCell, borrow, borrow_mut, drop

T = TypeVar("T")


def look(t: object) -> None:
    print(type(t))


class Part:
    def __init__(self) -> None:
        self.n = 0

    def bump(self) -> None:
        self.n += 1

    def show(self) -> int:
        return self.n


class Base:
    def __init__(self) -> None:
        self.items: list[int] = []
        self.names: dict[str, int] = {}
        self.count = 0
        self.pair = (1, 2)
        self.part = Part()
        self.parts = [Part()]

    def base_change(self) -> None:
        self.count += 1

    def base_read(self) -> int:
        return self.count


class Thing(Base):
    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.Lock()
        self.event = threading.Event()
        self.log = logging.getLogger("x")
        self.seen: set[int] = set()
        self.waiting: deque[int] = deque()
        self.groups: defaultdict[str, list[int]] = defaultdict(list)
        self.handler: Callable[[], None] | None = None
        self.cell = RefCell(Part())

    # Changing.
    def by_super(self) -> None:
        super().base_change()

    def by_inherited(self) -> None:
        self.base_change()

    def by_tuple(self) -> None:
        self.count, n = 1, 2
        look(n)

    def by_for_target(self) -> None:
        for self.count in range(3):
            pass

    def by_with_target(self) -> None:
        with open("x") as self.file:
            pass

    def by_alias(self) -> None:
        items = self.items
        items.append(1)

    def by_loop_variable(self) -> None:
        for part in self.parts:
            part.n = 2

    def by_loop_call(self) -> None:
        for part in self.parts:
            part.bump()

    def by_part(self) -> None:
        self.part.bump()

    def by_item(self) -> None:
        self.names["x"] = 1

    def by_item_in_place(self) -> None:
        self.names["x"] += 1

    def by_group(self) -> None:
        self.groups["x"].append(1)

    def by_delete(self) -> None:
        del self.names["x"]

    def by_sort(self) -> None:
        self.items.sort()

    def by_set(self) -> None:
        self.seen.add(1)

    def by_deque(self) -> None:
        self.waiting.appendleft(1)

    def by_lambda(self) -> None:
        f: Callable[[], None] = lambda: self.items.append(1)
        f()

    def by_nested(self) -> None:
        def change() -> None:
            self.count = 2

        change()

    def by_comprehension(self) -> list[None]:
        return [self.items.append(n) for n in range(3)]  # type: ignore[func-returns-value]

    def by_branch(self, flag: bool) -> int:
        if not flag:
            return 0
        elif self.items:
            while True:
                try:
                    self.items.pop()
                except IndexError:
                    return 1
        return 2

    def by_setitem(self) -> None:
        self[0] = 1

    def __setitem__(self, i: int, n: int) -> None:
        self.items[i] = n

    def by_mutual(self, n: int) -> None:
        if n:
            self.by_other(n - 1)

    def by_other(self, n: int) -> None:
        self.by_mutual(n)
        self.count = n

    def by_hidden_before(self) -> None:
        def inner(self: Part) -> None:
            self.n = 2

        inner(self.part)
        self.count = 1

    # Reading.
    def read_copy(self) -> list[int]:
        items = list(self.items)
        items.append(1)
        items[0] = 2
        return items

    def read_sum(self) -> int:
        total = 0
        for n in self.items:
            total += n
        for part in self.parts:
            total += part.show()
        return total + self.base_read() + self.part.show()

    def read_built(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for name, n in self.names.items():
            found.setdefault(name, []).append(n)
        return found

    def read_counted(self) -> Counter[int]:
        counted: Counter[int] = Counter()
        counted.update(self.items)
        return counted

    def read_result(self) -> list[str]:
        names = sorted(self.names)
        names.reverse()
        parts = ",".join(names).split(",")
        parts.pop()
        return parts

    def read_shadowed(self) -> int:
        count = self.count
        count += 1
        a, b = self.pair
        a += b
        return count + a

    def read_other(self, other: Thing) -> None:
        other.count = 2
        other.items.append(1)

    def read_param(self, out: list[int]) -> None:
        out.extend(self.items)

    def read_lock(self) -> int:
        with self.lock:
            self.event.set()
            self.log.info("x")
            return len(self.items)

    def read_handler(self) -> None:
        if self.handler is not None:
            self.handler()

    def read_cell(self) -> None:
        self.cell.borrow_mut().bump()

    def read_nested(self) -> int:
        def inner(self: Part) -> None:
            self.n = 2

        inner(Part())
        return self.count

    def read_made(self) -> Thing:
        made = Thing()
        made.items = [*self.items]
        made.count = self.count + 1
        return made

    def read_slice(self) -> list[int]:
        items = self.items[1:]
        items.append(1)
        return items

    def read_sorted(self) -> list[int]:
        return sorted(self.items, key=lambda n: self.names.get(str(n), 0))

    def read_generator(self) -> Iterator[int]:
        for n in self.items:
            got = yield n
            look(got)

    @functools.cached_property
    def cached(self) -> int:
        return len(self.items)

    @property
    def size(self) -> int:
        return len(self.items)

    @contextmanager
    def reading(self) -> Iterator[int]:
        yield self.count

    def __repr__(self) -> str:
        return f"Thing({self.count})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Thing) and self.items == other.items

    def __hash__(self) -> int:
        return hash(self.count)

    def __contains__(self, n: int) -> bool:
        return n in self.items

    def __bool__(self) -> bool:
        return bool(self.items)


# case: in-changing | methods that change
def in_changing(t: Ref[Thing]) -> None:
    t.base_change()  # E: mutate-through-ref E0596
    t.by_super()  # E: mutate-through-ref E0596
    t.by_inherited()  # E: mutate-through-ref E0596
    t.by_tuple()  # E: mutate-through-ref E0596
    t.by_for_target()  # E: mutate-through-ref E0596
    t.by_with_target()  # E: mutate-through-ref E0596
    t.by_alias()  # E: mutate-through-ref E0596
    t.by_loop_variable()  # E: mutate-through-ref E0596
    t.by_loop_call()  # E: mutate-through-ref E0596
    t.by_part()  # E: mutate-through-ref E0596
    t.by_item()  # E: mutate-through-ref E0596
    t.by_item_in_place()  # E: mutate-through-ref E0596
    t.by_group()  # E: mutate-through-ref E0596
    t.by_delete()  # E: mutate-through-ref E0596
    t.by_sort()  # E: mutate-through-ref E0596
    t.by_set()  # E: mutate-through-ref E0596
    t.by_deque()  # E: mutate-through-ref E0596
    t.by_lambda()  # E: mutate-through-ref E0596
    t.by_nested()  # E: mutate-through-ref E0596
    look(t.by_comprehension())  # E: mutate-through-ref E0596
    t.by_branch(True)  # E: mutate-through-ref E0596
    t.by_setitem()  # E: mutate-through-ref E0596
    t.by_mutual(1)  # E: mutate-through-ref E0596
    t.by_other(1)  # E: mutate-through-ref E0596
    t.by_hidden_before()  # E: mutate-through-ref E0596


# case: in-reading | methods that only read
def in_reading(t: Ref[Thing], out: list[int]) -> None:
    look(t.base_read())
    look(t.read_copy())
    look(t.read_sum())
    look(t.read_built())
    look(t.read_counted())
    look(t.read_result())
    look(t.read_shadowed())
    t.read_other(Thing())
    t.read_param(out)
    look(t.read_lock())
    t.read_handler()
    t.read_cell()
    look(t.read_nested())
    look(t.read_made())
    look(t.read_slice())
    look(t.read_sorted())
    for n in t.read_generator():
        look(n)
    look((t.cached, t.size))
    with t.reading() as k:
        look(k)
    look(repr(t))
    if t == t and t:
        look(hash(t))


# case: in-reading-while-shared | reading methods of a boxed value while it is lent shared
def in_reading_while_shared(t: Box[Thing]) -> None:
    r = borrow(t)
    look(t.read_sum())
    look(t.size)
    look(r.read_sum())
    t.by_alias()  # E: borrow-conflict E0502
    drop(r)
    t.by_alias()


# case: in-dataclass | generated methods only read
@dataclass(order=True)
class Point:
    x: int
    y: int = 0
    tags: list[str] = field(default_factory=list)

    def moved(self, dx: int) -> Point:
        return replace(self, x=self.x + dx)

    def tag(self, name: str) -> None:
        self.tags.append(name)


def in_dataclass(p: Ref[Point], q: Ref[Point]) -> None:
    look(p.moved(1))
    look(p == q)
    look(repr(p))
    p.tag("x")  # E: mutate-through-ref E0596


# case: in-generic | a generic class
class Stack(Generic[T]):
    def __init__(self) -> None:
        self.items: list[T] = []

    def push(self, item: T) -> None:
        self.items.append(item)

    def peek(self) -> T:
        return self.items[-1]


def in_generic(s: Ref[Stack[int]]) -> None:
    look(s.peek())
    s.push(1)  # E: mutate-through-ref E0596


# case: in-static | static and class methods, and functions in attributes
class Tools:
    made = 0

    @staticmethod
    def change(n: list[int]) -> None:
        n.append(1)

    @classmethod
    def make(cls) -> Tools:
        cls.made += 1
        return cls()


def in_static(t: Ref[Tools], n: list[int]) -> None:
    t.change(n)
    look(t.make())


# case: in-locked | through the locks, everything may be changed
def in_locked(m: Mutex[Thing], c: RefCell[Thing], r: Rc[RefCell[Thing]]) -> None:
    with m.lock() as t:
        t.by_alias()
        t.count = 2
    with c.borrow_mut() as t:
        t.by_alias()
        t.items.append(1)
    r.borrow_mut().by_alias()
    with c.borrow() as t:
        t.read_sum()
        t.by_alias()  # E: mutate-through-ref E0596


# case: in-overridden | a subclass overrides a reading method with a changing one
class Quiet:
    def __init__(self) -> None:
        self.n = 0

    def touch(self) -> None:
        pass


class Loud(Quiet):
    def touch(self) -> None:
        self.n += 1


def in_overridden(a: Ref[Quiet], b: Ref[Loud]) -> None:
    a.touch()
    b.touch()  # E: mutate-through-ref E0596


# case: in-c-types | methods of files and other C types count as reads
def in_c_types(f: Ref[TextIO], e: Ref[threading.Event]) -> None:
    f.write("x")
    f.flush()
    e.set()
