"""Threads: what moves to them, what they may borrow, and races, which one of them wins."""

from __future__ import annotations

import _thread
import random
import re
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from owned import MoveWhileBorrowedError, NotSendError, OwnershipError, ScopeError, UseAfterMoveError
from tests.runtime.loose import (
    Arc,
    Box,
    Mutex,
    Owned,
    Rc,
    RefCell,
    RwLock,
    Weak,
    borrow,
    borrow_mut,
    channel,
    clone,
    drop,
    into_inner,
    is_live,
    move,
    spawn,
    thread_scope,
)
from tests.runtime.parts import Noisy, refused


@pytest.fixture
def often() -> Iterator[None]:
    """Let the interpreter look for other threads as often as it can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_fact_181_join_gives_the_result() -> None:
    """And is_finished tells that it is there."""
    handle = spawn(lambda a, b: a + b, 1, 2)
    assert handle.join() == 3
    assert handle.is_finished()


def test_fact_182_join_raises_what_the_thread_raised() -> None:
    """The very exception."""
    error = ValueError("stop")

    def fail() -> None:
        raise error

    with pytest.raises(ValueError) as info:
        spawn(fail).join()
    assert info.value is error


def test_spawn_takes_owners_over_and_drops_them_at_the_end() -> None:
    """Before join returns; after a failure, too (247)."""
    log: list[str] = []
    owner = Owned(Noisy("a", log))
    handle = spawn(lambda mine: mine.value.name, owner)
    refused(UseAfterMoveError, lambda: owner.value, "E0382")
    assert handle.join() == "a"
    assert log == ["a"]

    def fail(mine: Any) -> None:
        raise ValueError

    with pytest.raises(ValueError):
        spawn(fail, Box(Noisy("b", log))).join()
    assert log == ["a", "b"]


def test_fact_187_what_belongs_to_its_thread_is_not_spawned() -> None:
    """An Rc, its Weak, a borrow, a lock's guard."""
    rc, owner, m = Rc([1]), Owned([1]), Mutex([1])
    r, g = borrow(owner), m.lock()
    for x in (rc, Rc.downgrade(rc), r, g):
        refused(NotSendError, lambda: spawn(print, x), "E0277")
        assert is_live(x)


def test_fact_183_scoped_threads_may_borrow() -> None:
    """The scope waits for them."""
    numbers, totals = Owned([1, 2, 3]), Owned([])
    shared = borrow(numbers)
    with thread_scope() as s:
        s.spawn(lambda out, n: out.append(sum(n)), borrow_mut(totals), borrow(numbers))
        handle = s.spawn(len, shared)
        assert handle.join() == 3
    assert is_live(shared)
    drop(shared)
    assert totals.value == [6]
    with borrow_mut(numbers) as m:
        m.append(4)


def test_a_scope_raises_what_nobody_joined() -> None:
    """One as it is; and it waits for the others."""
    done: list[int] = []

    def fail() -> None:
        raise ValueError

    with pytest.raises(ValueError):
        with thread_scope() as s:
            s.spawn(fail)
            s.spawn(lambda: done.append(1))
    assert done == [1]
    with pytest.raises(ScopeError):
        s.spawn(fail)


def test_an_rc_is_refused_by_scoped_threads_too() -> None:
    """It is not sendable."""
    rc = Rc([1])
    with thread_scope() as s:
        refused(NotSendError, lambda: s.spawn(len, rc))


def race(act: Callable[[], Any], threads: int = 4) -> tuple[list[Any], list[type]]:
    """Let threads do the same thing at once; give what the winners got, and the errors of the others."""
    barrier = threading.Barrier(threads)
    won: list[Any] = []
    lost: list[type] = []

    def run() -> None:
        barrier.wait()
        try:
            won.append(act())
        except BaseException as error:
            lost.append(type(error))

    runners = [threading.Thread(target=run) for _ in range(threads)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join(20)
        assert not runner.is_alive(), "it hangs"
    return won, lost


@pytest.mark.parametrize("act", [move, drop, into_inner], ids=["move", "drop", "into_inner"])
@pytest.mark.parametrize("kind", [Owned, Box, Arc, RefCell, Mutex, RwLock])
def test_one_of_several_threads_ends_a_handle(kind: Any, act: Any, often: None) -> None:
    """The others are told that it has ended; the hook runs once."""
    for _ in range(60):
        log: list[str] = []
        x = kind(Noisy("a", log))
        won, lost = race(lambda: act(x))
        assert len(won) == 1
        assert all(issubclass(error, UseAfterMoveError) for error in lost), lost
        if act is into_inner:
            assert log == []
        else:
            del x
            won.clear()
            assert log == ["a"]


@pytest.mark.parametrize("kind", [Owned, Box])
def test_one_of_several_threads_that_python_does_not_know_moves_an_owner(kind: Any, often: None) -> None:
    """Threads of foreign code are in no list when they touch their first owner; still one of them wins."""
    for _ in range(150):
        log: list[str] = []
        x = kind(Noisy("a", log))
        done = threading.Semaphore(0)
        won: list[Any] = []
        lost: list[type] = []

        def run(x: Any = x, won: list[Any] = won, lost: list[type] = lost, done: Any = done) -> None:
            try:
                won.append(move(x))
            except BaseException as error:
                lost.append(type(error))
            done.release()

        for _ in range(3):
            _thread.start_new_thread(run, ())
        for _ in range(3):
            assert done.acquire(timeout=20), "it hangs"
        assert len(won) == 1
        assert all(issubclass(error, UseAfterMoveError) for error in lost), lost
        won.clear()
        assert log == ["a"]


@pytest.mark.parametrize("kind", [Owned, Box])
def test_a_move_beside_another_thread_is_noted_as_any_other(kind: Any) -> None:
    """The place of the move, and what can be done with the new owner."""
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        first = kind([1])
        second = move(first)
        with pytest.raises(UseAfterMoveError, match=f"moved at {re.escape(__file__)}:"):
            len(first)
        assert first is not second
        drop(second)
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize("act", [move, drop], ids=["move", "drop"])
@pytest.mark.parametrize("end", [0, 1], ids=["Sender", "Receiver"])
def test_one_of_several_threads_ends_an_end_of_a_channel(end: int, act: Any, often: None) -> None:
    """The others are told that it has ended."""
    for _ in range(40):
        ends = channel()
        won, lost = race(lambda: act(ends[end]))
        assert len(won) == 1
        assert all(issubclass(error, UseAfterMoveError) for error in lost), lost


@pytest.mark.parametrize("kind", [Owned, Box, RefCell])
def test_one_of_several_threads_borrows_exclusively(kind: Any, often: None) -> None:
    """The others are refused."""
    for _ in range(15):
        x = kind([1])
        won, lost = race(lambda: borrow_mut(x))
        assert len(won) == 1
        assert all(issubclass(error, OwnershipError) for error in lost), lost


def test_clones_and_drops_of_an_arc_lose_no_count(often: None) -> None:
    """8 threads clone, downgrade, upgrade and drop; then everything is as before, and the hook runs once."""
    log: list[str] = []
    arc = Arc(Noisy("a", log))

    def churn(mine: Any, seed: int) -> None:
        dice = random.Random(seed)
        handles: list[Any] = []
        for _ in range(2000):
            match dice.randrange(5):
                case 0:
                    handles.append(clone(mine))
                case 1:
                    handles.append(Arc.downgrade(mine))
                case 2 if handles:
                    drop(handles.pop(dice.randrange(len(handles))))
                case 3 if handles:
                    handles.append(move(handles.pop(dice.randrange(len(handles)))))
                case 4 if handles and isinstance(handles[-1], Weak):
                    assert Weak.upgrade(handles[-1]).name == "a"

    threads = [threading.Thread(target=churn, args=(clone(arc), n)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (Arc.strong_count(arc), Arc.weak_count(arc), log) == (1, 0, [])
    drop(arc)
    assert log == ["a"]


def test_an_upgrade_that_races_with_the_last_drop_gets_a_live_value_or_none(often: None) -> None:
    """Never a dead one."""
    for _ in range(100):
        log: list[str] = []
        box = [Arc(Noisy("a", log))]
        weak = Arc.downgrade(box[0])
        seen: list[Any] = []

        def upgrade() -> None:
            strong = Weak.upgrade(weak)
            seen.append(None if strong is None else strong.name)

        threads = [threading.Thread(target=upgrade), threading.Thread(target=box.clear)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert seen[0] in (None, "a")
        assert log == ["a"]


def test_facts_138_and_163_writers_beside_readers_lose_nothing(often: None) -> None:
    """Mutex and RwLock, readers beside writers, exceptions beside successes."""
    m, rw = Arc(Mutex([0])), Arc(RwLock([0]))

    def work(mine: Any, theirs: Any) -> None:
        for n in range(150):
            with mine.lock() as value:
                value[0] += 1
            with theirs.write() as value:
                value[0] += 1
            with theirs.read() as value:
                assert value[0] >= n

    handles = [spawn(work, clone(m), clone(rw)) for _ in range(6)]
    for handle in handles:
        handle.join(60)
    assert (m.lock()[0], rw.read()[0]) == (900, 900)


def test_nobody_who_waits_for_a_mutex_is_forgotten(often: None) -> None:
    """Waiting with and without a limit, guards that end in every way: each thread gets through, and nothing is lost."""
    m = Arc(Mutex([0, 0]))

    def work(mine: Any, seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(150):
            try:
                guard = mine.lock(timeout=dice.choice([None, None, 5, 0, 0.0005]))
            except TimeoutError:
                continue
            guard[0] += 1
            match dice.randrange(4):
                case 0:
                    with guard:
                        guard[1] += 1
                case 1:
                    guard[1] += 1
                    drop(guard)
                case 2:
                    again = move(guard)
                    again[1] += 1
                    del again
                case 3:
                    with guard as value:
                        value[1] += 1
            del guard

    handles = [spawn(work, clone(m), n) for n in range(8)]
    for handle in handles:
        handle.join(60)
    with m.lock() as value:
        assert value[0] == value[1] > 8 * 40
    assert m.try_lock() is not None


def test_nobody_who_waits_for_a_read_write_lock_is_forgotten(often: None) -> None:
    """Readers and writers, with and without a limit: each gets through, and no writer meets another or a reader."""
    lock = Arc(RwLock([0, 0]))

    def work(mine: Any, seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(80):
            try:
                if dice.random() < 0.4:
                    with mine.write(timeout=dice.choice([None, 5, 0.0005])) as w:
                        w[0] += 1
                        w[1] += 1
                else:
                    with mine.read(timeout=dice.choice([None, 5, 0.0005])) as r:
                        assert r[0] == r[1]
            except TimeoutError:
                continue

    handles = [spawn(work, clone(lock), n) for n in range(6)]
    for handle in handles:
        handle.join(60)
    with lock.write() as w:
        assert w[0] == w[1] > 6 * 10


def test_spawn_takes_all_owners_or_none() -> None:
    """What may not go, was moved or is borrowed is refused before anything has moved."""
    first, gone, lent = Owned([1]), Owned([2]), Owned([3])
    kept = move(gone)
    guard = borrow(lent)
    shared = Arc([4])
    inner = borrow(shared)
    with thread_scope() as s:
        for start in (spawn, s.spawn):
            for wrong, error in (
                (Rc([5]), NotSendError),
                (gone, UseAfterMoveError),
                (lent, MoveWhileBorrowedError),
                (shared, MoveWhileBorrowedError),
            ):
                refused(error, lambda start=start, wrong=wrong: start(print, first, wrong))  # type: ignore[misc]
                assert is_live(first)
    drop(guard)
    drop(inner)
    assert spawn(lambda *owners: len(owners), first, kept, lent, shared).join() == 4


@pytest.mark.parametrize("wrap", [Owned, Box, Arc, Mutex, lambda x: Arc(Mutex(x)), lambda x: Owned(RefCell(x))])
def test_an_owner_of_an_rc_does_not_go_to_another_thread(wrap: Any) -> None:
    """By `spawn` or a channel; it stays where it was."""
    owner = wrap(Rc([1]))
    sender, receiver = channel()
    full = channel(capacity=1)
    full[0].send(1)
    refused(NotSendError, lambda: spawn(print, owner), "E0277")
    refused(NotSendError, lambda: sender.send(owner), "E0277")
    refused(NotSendError, lambda: full[0].send(owner), "E0277")
    assert is_live(owner)
    assert receiver.try_recv() is None
