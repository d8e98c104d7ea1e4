"""What belongs to a thread, used, dropped or collected in another one."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
import threading
import warnings
from collections.abc import Callable
from typing import Any

import pytest
import trio

from owned import NotSendError, OwnedLeakWarning, OwnershipError
from owned.atomic import FREE_THREADED
from tests.runtime.loose import (
    Box,
    Mutex,
    Owned,
    Rc,
    RefCell,
    RwLock,
    borrow,
    borrow_mut,
    clone,
    deref,
    drop,
    is_live,
    move,
    thread_scope,
)
from tests.runtime.parts import Noisy, Plain

COMES_BACK = FREE_THREADED
"""Does the interpreter itself hand the last reference back, so that owners die in the thread that made them?"""


def elsewhere(call: Callable[[], Any]) -> Any:
    """Run a function in another thread; give its result or its exception."""
    results: list[Any] = []

    def run() -> None:
        try:
            results.append(call())
        except BaseException as error:
            error.__traceback__ = None
            results.append(error)

    thread = threading.Thread(target=run, name="elsewhere")
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    return results.pop()


def refused_elsewhere(call: Callable[[], Any]) -> OwnershipError:
    error = elsewhere(call)
    assert type(error) is NotSendError, error
    assert error.code == "E0277"
    return error


def is_open(connection: Any) -> bool:
    try:
        connection.execute("select 1")
    except sqlite3.ProgrammingError:
        return False
    return True


def test_plain_reads_through_a_guard_belong_to_its_thread() -> None:
    """Attributes, items, methods, operators, iteration; of guards, of their views, and of an `Rc`."""
    owner = Owned(Plain(items=[[1], [2]], n=1))
    numbers = Owned([1, 2])
    r, m, rc = borrow(owner), borrow_mut(numbers), Rc(Plain(items=[1], n=1))
    view = r.items
    for call in (
        lambda: r.n,
        lambda: r.items,
        lambda: view[0],
        lambda: len(view),
        lambda: list(view),
        lambda: view == [],
        lambda: m[0],
        lambda: m.append(3),
        lambda: m + [1],
        lambda: m.__setitem__(0, 5),
        lambda: [1] == m,
        lambda: deref(m),
        lambda: rc.n,
        lambda: rc.items,
    ):
        refused_elsewhere(call)
    inside = rc.items
    refused_elsewhere(lambda: inside[0])
    assert (r.n, view[0], m, inside[0]) == (1, [1], [1, 2], 1)
    error = refused_elsewhere(lambda: r.n)
    assert [site.kind for site in error.sites] == ["created", "borrowed", "used"]
    assert error.sites[-1].thread == "elsewhere"


def test_guards_of_cells_and_locks_belong_to_their_thread() -> None:
    """As `MutexGuard` is not `Send`; the lock itself is for all threads."""
    m, rw, cell = Mutex([1]), RwLock([1]), RefCell([1])
    guards = [m.lock(), rw.read(), cell.borrow_mut()]
    for guard in guards:
        refused_elsewhere(lambda: guard[0])
        assert guard[0] == 1
    assert elsewhere(lambda: m.try_lock()) is None


def test_scoped_threads_read_what_was_lent_to_them() -> None:
    """And the views of it."""
    owner = Owned([[1], [2]])
    with thread_scope() as s:
        handles = [s.spawn(lambda r: sum(x[0] for x in r), borrow(owner)) for _ in range(3)]
        assert [handle.join() for handle in handles] == [3, 3, 3]
    with thread_scope() as s:
        s.spawn(lambda w: w[0].append(5), borrow_mut(owner))
    assert owner.value == [[1, 5], [2]]


@pytest.mark.parametrize("kind", [Owned, Box], ids=["Owned", "Box"])
def test_a_connection_is_neither_lent_nor_dropped_in_another_thread(kind: Any) -> None:
    """Nothing changes; in its own thread all goes on."""
    connection = sqlite3.connect(":memory:")
    owner = kind(connection)
    for call in (lambda: borrow(owner), lambda: borrow_mut(owner), lambda: drop(owner)):
        refused_elsewhere(call)

    def block() -> None:
        with owner:
            pass

    refused_elsewhere(block)
    assert is_live(owner)
    with borrow(owner) as c:
        assert c.execute("select 1").fetchone() == (1,)
    drop(owner)
    assert not is_open(connection)


def test_a_connection_for_all_threads_is_used_in_all() -> None:
    """`check_same_thread=False` is believed."""
    owner = Owned(sqlite3.connect(":memory:", check_same_thread=False))
    assert elsewhere(lambda: borrow(owner).execute("select 1").fetchone()) == (1,)
    assert elsewhere(lambda: drop(owner)) is None


def test_a_held_lock_of_one_thread_is_not_left_in_another() -> None:
    """An `RLock` that was entered."""
    lock = threading.RLock()
    held = Owned.enter(lock)
    refused_elsewhere(lambda: drop(held))
    assert is_live(held)
    drop(held)
    assert elsewhere(lambda: lock.acquire(blocking=False))


def test_an_owner_that_dies_elsewhere_is_dropped_in_its_own_thread() -> None:
    """At the next drop or end of a block there."""
    actions: list[Callable[[], Any]] = [
        lambda: drop(Owned(1)),
        lambda: Owned(1).__exit__(None, None, None),
        lambda: Rc(1),
    ]
    for then in actions:
        connection = sqlite3.connect(":memory:")
        box = [Owned(connection)]
        elsewhere(box.clear)
        assert COMES_BACK or is_open(connection)
        then()
        assert not is_open(connection)


def test_a_cycle_that_is_collected_elsewhere_is_dropped_in_its_own_thread() -> None:
    """The collector runs in whatever thread is busy."""
    connection = sqlite3.connect(":memory:")
    node = Plain(owner=Owned(connection))
    node.me = node
    gc.collect()
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("always")
        del node
        elsewhere(gc.collect)
        assert COMES_BACK or is_open(connection)
        drop(Owned(1))
    assert not is_open(connection)


def test_an_rc_that_dies_elsewhere_is_dropped_in_its_own_thread() -> None:
    """The last handle; others just go."""
    log: list[str] = []
    rc = Rc(Noisy("a", log))
    box = [clone(rc)]
    elsewhere(box.clear)
    assert Rc.strong_count(rc) == 1
    box.append(move(rc))
    elsewhere(box.clear)
    assert COMES_BACK or log == []
    drop(Owned(1))
    assert log == ["a"]


def test_an_event_loop_drops_what_died_elsewhere() -> None:
    """At once: nobody there has to do anything of ours."""

    async def main() -> None:
        for _ in range(3):
            connection = sqlite3.connect(":memory:")
            box = [Owned(connection)]
            thread = threading.Thread(target=box.clear)
            thread.start()
            thread.join()
            assert COMES_BACK or is_open(connection)
            await asyncio.sleep(0.01)
            assert not is_open(connection)

    asyncio.run(main())


def test_trio_drops_what_died_elsewhere() -> None:
    """The same."""

    async def main() -> None:
        connection = sqlite3.connect(":memory:")
        box = [Owned(connection)]
        thread = threading.Thread(target=box.clear)
        thread.start()
        thread.join()
        await trio.sleep(0.01)
        assert not is_open(connection)

    trio.run(main)


def test_what_dies_after_its_thread_has_ended_warns() -> None:
    """Nobody can close it; what it holds is dropped all the same."""
    log: list[str] = []

    class Connection(sqlite3.Connection):
        part: Any

    def make() -> Any:
        connection = sqlite3.connect(":memory:", factory=Connection)
        connection.part = Owned(Noisy("part", log))
        return Owned(connection, name="stranded")

    owner = elsewhere(make)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        del owner
    messages = [str(warning.message) for warning in caught if warning.category is OwnedLeakWarning]
    assert len(messages) == 1
    assert '"stranded" died outside its thread' in messages[0]
    assert "which has ended" in messages[0]
    assert log == ["part"]
