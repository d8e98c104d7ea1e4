"""No handle is part of a reference cycle: what dies is gone at once, and the collector finds nothing of ours.

Left out, because classes always are cycles: an object that one of its methods has consumed has a class of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from owned import Owned, OwnershipError, owner, owning
from tests.runtime.loose import (
    Arc,
    Box,
    Cell,
    Condvar,
    Cow,
    LazyCell,
    Map,
    Mutex,
    OnceCell,
    Rc,
    Ref,
    RefCell,
    RefMut,
    RwLock,
    Scope,
    Str,
    String,
    Vec,
    Weak,
    borrow,
    borrow_mut,
    channel,
    clone,
    deref,
    drop,
    forget,
    into_inner,
    move,
    replace,
    spawn,
    swap,
    take,
    thread_scope,
    try_borrow,
    try_borrow_mut,
)


@dataclass
class Part:
    """A value with parts of its own."""

    name: str = "part"
    items: list[int] = field(default_factory=lambda: [1, 2])

    def rename(self) -> str:
        self.name += "!"
        return self.name

    def close(self) -> None:
        self.items = []


@owner
class Pair:
    """An object that owns what its fields hold."""

    left: Owned[Part] = owning()

    def __init__(self) -> None:
        self.left = Owned(Part())


def refused(operation: Callable[[], Any]) -> None:
    """Do what must be refused; the error dies here."""
    with contextlib.suppress(OwnershipError):
        operation()


def owners() -> None:
    kind: Any
    for kind in (Owned, Box):
        one: Any = kind(Part())
        two = move(one)
        refused(lambda: drop(one))
        with two:
            pass
        refused(lambda: deref(two))
        into_inner(kind([1]))
        forget(kind([2]))
        swap(kind([1]), other := kind([2]))
        replace(other, [3])
        take(other)
        drop(clone(kind(Part())))


def borrows() -> None:
    kind: Any
    for kind in (Owned, Box):
        one: Any = kind(Part())
        with borrow(one) as r, borrow(one) as s:
            print(r.name, s.items[0], list(r.items))
            refused(lambda: drop(one))
            refused(lambda: borrow_mut(one))
            assert try_borrow_mut(one) is None
        with borrow_mut(one) as m:
            m.items.append(m.rename())
            refused(lambda: borrow(one))
            assert try_borrow(one) is None
        guard: Any = borrow(one)
        again: Any = clone(guard)
        items = Ref.map(again, lambda part: part.items)
        print(items[0])
        lent: Any = borrow_mut(kind(Part()))
        drop(guard)
        refused(lambda: guard.name)
        outlived: Any = Ref.map(borrow(one), lambda part: part.items)
        refused(lambda: RefMut.map(lent, lambda part: part.items))
        with contextlib.suppress(OwnershipError), one:
            pass
        refused(lambda: outlived[0])


def shared_owners() -> None:
    kind: Any
    for kind in (Rc, Arc):
        one: Any = kind(Part())
        two = clone(one)
        weak: Any = kind.downgrade(one)
        print(one.name, two.items[0], kind.strong_count(one))
        drop(Weak.upgrade(weak))
        with borrow(one) as r:
            print(r.items)
        drop(one)
        refused(lambda: one.name)
        kind.get_mut(two)
        kind.new_cyclic(lambda me: [me])
        print(into_inner(two))
        assert Weak.upgrade(weak) is None


def scopes() -> None:
    with Scope() as scope:
        one: Any = scope.own(Part())
        scope.own([1], drop=lambda value: None, name="list")
        scope.enter(contextlib.nullcontext())
        print(one.value.name)
        kept = move(scope)
    drop(kept)
    with contextlib.suppress(ValueError), Scope() as scope:
        scope.own(Part())
        raise ValueError


def failing_hooks() -> None:
    def fail(value: object) -> None:
        raise ValueError(value)

    with contextlib.suppress(ValueError):
        drop(Owned(Part(), drop=fail))
    with contextlib.suppress(ValueError), Owned(Part(), drop=fail):
        pass
    with contextlib.suppress(ValueError), Scope() as scope:
        scope.own(Part(), drop=fail)


def asynchronous_blocks() -> None:
    async def run() -> None:
        async with Owned(Part()) as one, Scope() as scope:
            scope.own(Part())
            with borrow(one) as r:
                print(r.name)

    asyncio.run(run())


def cells() -> None:
    cell: Any = RefCell(Part())
    with contextlib.nullcontext():
        with borrow(cell) as r:
            print(r.name)
            refused(lambda: borrow_mut(cell))
        with borrow_mut(cell) as m:
            m.rename()
    Cell(1).set(2)
    once: Any = OnceCell()
    once.get_or_init(Part)
    lazy: Any = LazyCell(Part)
    print(lazy.force().name)


def locks() -> None:
    mutex: Any = Mutex(Part())
    with mutex.lock() as m:
        m.rename()
    guard = mutex.lock()
    refused(lambda: mutex.try_lock())
    drop(guard)
    lock: Any = RwLock(Part())
    with lock.read() as r:
        print(r.name)
    with lock.write() as w:
        w.rename()
    Condvar().notify_all()


def threads() -> None:
    sender, receiver = channel()
    sender.send(Owned(Part()))
    drop(receiver.recv())
    drop(sender)
    drop(receiver)
    mutex: Any = Arc(Mutex(Part()))
    spawn(lambda: None).join()
    with thread_scope() as scope:
        scope.spawn(lambda: None)
    drop(mutex)


def collections() -> None:
    vec: Any = Vec([Part(), Part()])
    vec.push(Part())
    with borrow(vec[0]) as r:
        print(r.name)
    for one in vec:
        print(one.name)
    print(vec[0:2])
    vec.pop()
    table: Any = Map({"a": Part()})
    with borrow(table["a"]) as r:
        print(r.name)
    for key in table:
        print(key)
    drop(vec)
    refused(lambda: vec.push(1))
    drop(table)


def texts() -> None:
    text: Any = String("some text")
    part = text[0:4]
    print(part, part.upper(), text.split())
    refused(lambda: text.clear())
    del part
    text.clear()
    drop(text)
    print(Str("other")[0:2], Cow.borrowed("text"))


def objects() -> None:
    with Pair() as pair:
        print(pair.left.value.name)
    source: Any = Owned(Part())
    derived = source.derive(source.value.items)
    drop(derived)
    drop(source)


KINDS = [
    owners,
    borrows,
    shared_owners,
    scopes,
    failing_hooks,
    asynchronous_blocks,
    cells,
    locks,
    threads,
    collections,
    texts,
    objects,
]


@pytest.fixture
def garbage() -> Iterator[list[Any]]:
    """Stop the collector, and let it keep what it finds when it is asked."""
    gc.collect()
    gc.disable()
    before = gc.get_debug()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        yield gc.garbage
    finally:
        gc.set_debug(before)
        gc.garbage.clear()
        gc.enable()


def is_ours(thing: object) -> bool:
    """Is it of a class of the package's, or a value that it held? Of a handle that is dead, nothing else is asked."""
    module = type(thing).__module__
    return module == "owned" or module.startswith("owned.") or issubclass(type(thing), (Part, Pair))


@pytest.mark.parametrize("exercise", KINDS, ids=lambda kind: kind.__name__)
def test_nothing_of_ours_is_left_to_the_collector(exercise: Callable[[], None], garbage: list[Any]) -> None:
    """Whatever was done with a handle, it and its value are gone when their last name is."""
    exercise()  # what is made once per class, is made here
    gc.collect()
    garbage.clear()
    exercise()
    gc.collect()
    assert [type(thing) for thing in garbage if is_ours(thing)] == []
