"""Tasks, generators, fixtures, closures in loops, trees of views, cells."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from io import BytesIO, TextIOWrapper
from typing import ClassVar, TypeVar

from owned import (
    Arc,
    Box,
    Cell,
    Mutex,
    Owned,
    Rc,
    Ref,
    RefCell,
    RefMut,
    RwLock,
    Weak,
    borrow,
    borrow_mut,
    clone,
    drop,
    into_inner,
    move,
)
from typing_extensions import ParamSpec, Self

T = TypeVar("T")
R = TypeVar("R")
P = ParamSpec("P")


def temporary() -> Owned[TextIOWrapper]:
    return Owned(io.TextIOWrapper(BytesIO(), encoding="utf-8", write_through=True))


import abc
import asyncio
import heapq
import itertools
from collections import Counter
from collections.abc import (
    AsyncIterator,
)
from contextlib import AsyncExitStack, asynccontextmanager


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


# --- asyncio


class Session:
    def __init__(self) -> None:
        self.closed = False
        self.sent: list[str] = []

    async def send(self, text: str) -> int:
        await asyncio.sleep(0)
        self.sent.append(text)
        return len(self.sent)

    async def aclose(self) -> None:
        self.closed = True


async def ok_session() -> None:
    async with Owned(Session()) as s:
        await s.value.send("x")


async def bad_session_after() -> None:
    async with Owned(Session()) as s:
        await s.value.send("x")
    await s.value.send("y")  # E: use-after-move E0382


async def ok_gather() -> None:
    async with Owned(Session()) as s:
        await asyncio.gather(*(s.value.send(str(n)) for n in range(3)))


async def peek_later(r: Ref[Item]) -> int:
    await asyncio.sleep(0)
    return r.n


async def poke_later(m: RefMut[Item]) -> None:
    await asyncio.sleep(0)
    m.n += 1


async def eat_later(o: Owned[Item]) -> None:
    await asyncio.sleep(0)
    drop(o)


async def ok_await_borrow() -> None:
    o = item()
    await peek_later(borrow(o))
    await poke_later(borrow_mut(o))
    await eat_later(o)


async def bad_two_at_once() -> None:
    o = item()
    await asyncio.gather(poke_later(borrow_mut(o)), peek_later(borrow(o)))  # E: borrow-conflict E0502


async def ok_two_readers_at_once() -> None:
    o = item()
    await asyncio.gather(peek_later(borrow(o)), peek_later(borrow(o)))
    drop(o)


async def bad_drop_while_coroutine_waits() -> None:
    o = item()
    waiting = peek_later(borrow(o))
    drop(o)  # E: move-while-borrowed E0505
    await waiting


async def ok_task_takes() -> None:
    o = item()
    task = asyncio.create_task(eat_later(move(o)))
    await task


async def bad_task_takes_then_used() -> None:
    o = item()
    task = asyncio.create_task(eat_later(move(o)))
    await task
    peek(borrow(o))  # E: use-after-move E0382


async def items(n: int) -> AsyncIterator[Owned[Item]]:
    for k in range(n):
        await asyncio.sleep(0)
        yield item(k)


async def ok_async_for() -> None:
    seen = 0
    async for o in items(3):
        seen += o.value.n
        drop(o)
    assert seen == 3


async def ok_async_for_kept() -> None:
    kept = [o async for o in items(3)]
    assert sum(o.value.n for o in kept) == 3
    for o in kept:
        drop(o)


async def bad_async_for_twice() -> None:
    async for o in items(1):
        eat(move(o))
        eat(move(o))  # E: use-after-move E0382


@asynccontextmanager
async def opened(n: int) -> AsyncIterator[Owned[Item]]:
    o = item(n)
    try:
        yield o
    finally:
        drop(o)


async def ok_async_context_manager() -> None:
    async with opened(1) as o:
        assert peek(borrow(o)) == 1


async def ok_async_exit_stack() -> None:
    async with AsyncExitStack() as stack:
        a = await stack.enter_async_context(opened(1))
        b = stack.enter_context(item(2))
        assert a.value.n + b.value.n == 3


async def ok_queue() -> None:
    q: asyncio.Queue[Owned[Item] | None] = asyncio.Queue()

    async def worker() -> int:
        total = 0
        while (o := await q.get()) is not None:
            total += into_inner(o).n
        return total

    task = asyncio.create_task(worker())
    for k in range(3):
        await q.put(item(k))
    await q.put(None)
    assert await task == 3


async def bad_queue_then_used() -> None:
    q: asyncio.Queue[Owned[Item]] = asyncio.Queue()
    o = item()
    await q.put(move(o))
    see(o.value)  # E: use-after-move E0382


async def ok_lock() -> None:
    lock = asyncio.Lock()
    o = item()

    async def work() -> None:
        async with lock:
            with borrow_mut(o) as m:
                m.bump()

    await asyncio.gather(work(), work())
    assert o.value.n == 2


async def ok_to_thread() -> None:
    arc = Arc(Item(3))
    assert await asyncio.to_thread(lambda a: a.n, clone(arc)) == 3


async def ok_cancelled_task() -> None:
    async def hold(o: Owned[Item]) -> None:
        with o:
            await asyncio.sleep(10)

    task = asyncio.create_task(hold(item()))
    await asyncio.sleep(0)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


# --- fixtures and generators


def numbers(r: Ref[list[int]]) -> Iterator[int]:
    yield from r


def ok_generator_over_guard() -> None:
    o = Owned([1, 2])
    assert sum(numbers(borrow(o))) == 3
    drop(o)


def bad_generator_outlives() -> None:
    o = Owned([1, 2])
    it = numbers(borrow(o))
    next(it)
    drop(o)  # E: move-while-borrowed E0505
    next(it)


def taken(o: Owned[list[int]]) -> Iterator[int]:
    with o as items:
        yield from items.value


def ok_generator_takes() -> None:
    o = Owned([1, 2])
    assert list(taken(o)) == [1, 2]


def bad_generator_takes() -> None:
    o = Owned([1, 2])
    assert list(taken(o)) == [1, 2]
    see(o.value)  # E: use-after-move E0382


@contextmanager
def fixture() -> Iterator[Owned[Item]]:
    with item() as o:
        yield o


def ok_fixture() -> None:
    with fixture() as o:
        poke(borrow_mut(o))


@contextmanager
def fixture_view() -> Iterator[Item]:
    with item() as o, borrow(o) as view:
        yield view


def ok_fixture_view() -> None:
    with fixture_view() as view:
        assert view.n == 0


def bad_view_yielded() -> None:
    def views(o: Owned[Item]) -> Iterator[Item]:
        with borrow(o) as view:
            yield view  # E: borrow-outlives-owner E0515

    for view in list(views(item())):
        n_of(view)


def chunks(o: Owned[list[int]], size: int) -> Iterator[list[int]]:
    with o:
        for start in range(0, len(o.value), size):
            yield o.value[start : start + size]


def ok_chunks() -> None:
    assert list(chunks(Owned([1, 2, 3]), 2)) == [[1, 2], [3]]


# --- closures in loops


def ok_callbacks_in_loop() -> None:
    callbacks: list[Callable[[], int]] = []
    for n in range(3):
        o = item(n)
        callbacks.append(lambda mine=move(o): mine.value.n)  # type: ignore[misc]
    assert [f() for f in callbacks] == [0, 1, 2]


def bad_callbacks_share_loop_variable() -> None:
    callbacks: list[Callable[[], None]] = []
    o = item()
    for _ in range(2):
        callbacks.append(lambda: eat(move(o)))  # E: use-after-move E0382
    for f in callbacks:
        f()


def ok_closure_counter() -> None:
    def counter() -> tuple[Callable[[], int], Callable[[], None]]:
        count = Rc(Cell(0))
        other = clone(count)

        def bump() -> int:
            other.set(other.get() + 1)
            return other.get()

        def reset() -> None:
            count.set(0)

        return bump, reset

    bump, reset = counter()
    bump()
    reset()
    assert bump() == 1


def ok_memo() -> None:
    cache = Box(dict[int, int]())

    def fib(n: int) -> int:
        if n < 2:
            return n
        if n not in cache:
            cache[n] = fib(n - 1) + fib(n - 2)
        return cache[n]

    assert fib(10) == 55


def ok_sort_key() -> None:
    weights = Box({"a": 2, "b": 1})
    names = ["a", "b"]
    names.sort(key=lambda name: weights[name])
    weights["a"] = 0
    assert names == ["b", "a"]


def ok_visitor() -> None:
    seen: list[int] = []
    tree = Owned(Item(1, child=Item(2)))

    def visit(node: Item) -> None:
        seen.append(node.n)
        if node.child is not None:
            visit(node.child)

    with borrow(tree) as root:
        visit(root)
    drop(tree)
    assert seen == [1, 2]


def bad_visitor_keeps() -> None:
    found: list[Item] = []
    tree = Owned(Item(1, child=Item(2)))
    with borrow(tree) as root:
        if root.child is not None:
            found.append(root.child)
    n_of(found[0])  # E: borrow-outlives-owner E0597


def ok_walk_down() -> None:
    tree = Owned(Item(1, child=Item(2, child=Item(3))))
    with borrow(tree) as root:
        node: Item | None = root
        while node is not None:
            last = node.n
            node = node.child
    drop(tree)
    assert last == 3


def ok_walk_down_mutably() -> None:
    tree = Owned(Item(1, child=Item(2)))
    with borrow_mut(tree) as root:
        node = root
        while node.child is not None:
            node = node.child
        node.child = Item(9)
        node.tags.append("x")
    assert tree.value.total() == 12


def bad_walk_and_write() -> None:
    tree = Owned(Item(1, child=Item(2)))
    with borrow(tree) as root:
        node = root
        while node.child is not None:
            node = node.child
        node.n = 3  # E: mutate-through-ref E0594


def bad_append_through_view() -> None:
    tree = Owned(Item(1))
    with borrow(tree) as root:
        tags = root.tags
        tags.append("x")  # E: mutate-through-ref E0596


def ok_copy_then_append() -> None:
    tree = Owned(Item(1, ["a"]))
    with borrow(tree) as root:
        tags = [*root.tags, "b"]
        more = list(root.tags)
        more += ["c"]
        d = {**dict.fromkeys(root.tags), "x": None}
    tags.append("c")
    d["y"] = None
    assert more == ["a", "c"]


def ok_counter_over_view() -> None:
    words = Owned(["a", "b", "a"])
    with borrow(words) as view:
        counted = Counter(view)
        by_letter = defaultdict(list)
        for w in view:
            by_letter[w].append(w)
        joined = "".join(view)
        ordered = sorted(view, reverse=True)
        longest = max(view, key=len)
        unique = set(view)
    drop(words)
    counted["a"] += 1
    by_letter["c"].append("c")
    ordered.append(joined + longest)
    unique.add("z")


def ok_struct_of_views() -> None:
    items = Owned([Item(2), Item(1)])
    with borrow(items) as view:
        pairs = {i.n: i for i in view}
        assert pairs[1].n == 1
        first, *rest = view
        assert first.n == 2 and len(rest) == 1
        a, b = view
        assert a.n > b.n


def bad_unpacked_views() -> None:
    items = Owned([Item(2), Item(1)])
    with borrow(items) as view:
        a, b = view
    n_of(a)  # E: borrow-outlives-owner E0597


def ok_heap() -> None:
    items = Owned([3, 1, 2])
    with borrow_mut(items) as heap:
        heapq.heapify(deref_list(heap))
    drop(items)


def deref_list(x: list[int]) -> list[int]:
    return list(x)


def ok_min_by_two() -> None:
    items = Owned([Item(2), Item(1)])
    with borrow(items) as view:
        best = min(view, key=lambda i: (i.n, len(i.tags))).n
        any_big = any(i.n > 1 for i in view)
        grouped = {k: len(list(g)) for k, g in itertools.groupby(view, key=n_of)}
    assert best == 1 and any_big and grouped


def bad_return_view_of_parameter_block() -> None:
    def biggest(o: Owned[list[Item]]) -> Item:
        with borrow(o) as view:
            best = view[0]
            for i in view:
                if i.n > best.n:
                    best = i
        return best  # E: borrow-outlives-owner E0597

    n_of(biggest(Owned([Item(1)])))


def ok_return_copy_of_best() -> None:
    def biggest(o: Owned[list[Item]]) -> Item:
        with borrow(o) as view:
            at = max(range(len(view)), key=lambda k: view[k].n)
        return into_inner(o)[at]

    assert biggest(Owned([Item(1), Item(3)])).n == 3


# --- cells, locks, weak


class Node:
    def __init__(self, name: str) -> None:
        self.name = name
        self.children: RefCell[list[Rc[Node]]] = RefCell([])
        self.parent: RefCell[Weak[Node]] = RefCell(Weak())


def bad_cell_twice() -> None:
    c = RefCell([1])
    m = c.borrow_mut()
    with c.borrow() as r:  # E: borrow-conflict E0502
        print(r)
    m.append(2)


def ok_rwlock() -> None:
    lock = RwLock([1])
    with lock.read() as a, lock.read() as b:
        assert a[0] == b[0]
    with lock.write() as w:
        w.append(2)


def bad_mutex_guard_outlives() -> None:
    lock = Mutex(Item())
    with lock.lock() as value:
        kept = value
    n_of(kept)  # E: borrow-outlives-owner E0597


def ok_cell() -> None:
    c = Cell(1)
    c.set(c.get() + 1)
    assert c.replace(5) == 2


# --- inheritance, abstract classes, properties, class variables


class Base(abc.ABC):
    registry: ClassVar[dict[str, type[Base]]] = {}

    def __init_subclass__(cls) -> None:
        Base.registry[cls.__name__] = cls

    def __init__(self, o: Owned[Item]) -> None:
        self._o = o

    @property
    def n(self) -> int:
        return self._o.value.n

    @n.setter
    def n(self, value: int) -> None:
        self._o.value.n = value

    @abc.abstractmethod
    def run(self) -> int: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        drop(self._o)


class Derived(Base):
    def __init__(self, o: Owned[Item], extra: Owned[Item] | None = None) -> None:
        super().__init__(o)
        self._extra = extra

    def run(self) -> int:
        self.n += 1
        return self.n

    def detach(self) -> Owned[Item] | None:
        extra, self._extra = self._extra, None  # E: move-out-of-borrow E0507
        return extra

    def __exit__(self, *error: object) -> None:
        if self._extra is not None:
            drop(self._extra)
        super().__exit__(*error)


def ok_derived() -> None:
    with Derived(item(1), item(2)) as d:
        assert d.run() == 2
    assert Base.registry["Derived"] is Derived
