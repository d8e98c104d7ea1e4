"""Locks. The numbers are those of the facts that Rust's own tests assert."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from owned import (
    BorrowError,
    BorrowMutError,
    BorrowOutlivesOwnerError,
    MoveWhileBorrowedError,
    NotAnOwnerError,
    NotCopyError,
    NotSendError,
    PoisonError,
    ReadOnlyError,
    UseAfterDropError,
    UseAfterMoveError,
)
from owned.atomic import FREE_THREADED
from tests.runtime.loose import (
    Arc,
    Condvar,
    Mutex,
    Owned,
    Ref,
    RefMut,
    RwLock,
    borrow,
    borrow_mut,
    clone,
    deref,
    drop,
    forget,
    into_inner,
    is_live,
    move,
    replace,
    spawn,
)
from tests.runtime.parts import Noisy, Plain, refused


def in_thread(call: Callable[[], Any]) -> Any:
    """Run a function in another thread; give its result or its exception."""
    results: list[Any] = []

    def run() -> None:
        try:
            results.append(call())
        except BaseException as error:
            error.__traceback__ = None
            results.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(20)
    assert not thread.is_alive(), "it still waits"
    return results[0]


def poison(lock: Any) -> None:
    """Leave a lock's block by an exception."""
    with pytest.raises(ZeroDivisionError):
        with lock.lock() if hasattr(lock, "lock") else lock.write():
            raise ZeroDivisionError


# Mutex --------------------------------------------------------------------------------------------------------------


def test_a_guard_of_a_lock_may_be_dropped_in_its_block() -> None:
    """The lock is free from there on, and the end of the block has nothing to do."""
    m = Mutex([1])
    with m.lock() as value:
        value.append(2)
        drop(value)
        with m.lock() as again:
            again.append(3)
    with m.lock() as value:
        assert list(value) == [1, 2, 3]


def test_fact_136_the_end_of_a_guard_unlocks() -> None:
    """By its block, by drop, by its last name."""
    m = Mutex([1])
    with m.lock() as value:
        value.append(2)
    guard = m.lock()
    drop(guard)
    guard = m.lock()
    del guard
    with m.lock() as value:
        assert value == [1, 2]


def test_fact_137_try_lock_gives_none_while_a_guard_lives() -> None:
    """In any thread."""
    m = Mutex([1])
    guard = m.lock()
    assert m.try_lock() is None
    assert in_thread(lambda: m.try_lock()) is None
    drop(guard)
    assert in_thread(lambda: m.try_lock() == [1])


def test_fact_138_increments_of_many_threads_are_all_counted() -> None:
    """Under the lock."""
    m = Arc(Mutex(0))

    def add(mine: Any) -> None:
        for _ in range(500):
            with mine.lock() as n:
                n += 1

    threads = [threading.Thread(target=add, args=(clone(m),)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with m.lock() as n:
        assert n == 3000


def test_facts_139_to_142_an_exception_poisons() -> None:
    """Until clear_poison; the error carries a usable guard, also that of try_lock."""
    m = Arc(Mutex([1]))
    assert not m.is_poisoned()
    poison(m)
    assert m.is_poisoned()
    for lock in (m.lock, m.try_lock):
        with pytest.raises(PoisonError) as info:
            lock()
        with info.value.into_inner() as value:
            value.append(2)
    assert m.is_poisoned()
    m.clear_poison()
    with m.lock() as value:
        assert value == [1, 2, 2]


def test_fact_139_in_another_thread() -> None:
    """What fails there is seen here."""
    m = Arc(Mutex([1]))
    mine = clone(m)

    def fail() -> None:
        with mine.lock():
            raise ValueError

    assert type(in_thread(fail)) is ValueError
    with pytest.raises(PoisonError):
        m.lock()


def test_fact_143_a_guard_of_a_finally_block_does_not_poison() -> None:
    """Though an exception is on its way while it is held."""
    m = Mutex([1])
    with pytest.raises(ValueError):
        try:
            raise ValueError
        finally:
            with m.lock() as value:
                value.append(2)
    assert not m.is_poisoned()
    with m.lock() as value:
        assert value == [1, 2]


def test_a_guard_that_only_a_failed_call_holds_is_ended_and_poisons() -> None:
    """The exception keeps its frames, the frames the guard; the next lock finds out."""
    m = Mutex([1])

    def fail() -> None:
        guard = m.lock()
        guard.append(2)
        raise ValueError

    try:
        fail()
    except ValueError:
        with pytest.raises(PoisonError):
            m.lock()


def test_fact_144_into_inner_gives_the_value_undropped() -> None:
    """The mutex is moved; not while it is locked."""
    log: list[str] = []
    value = Noisy("a", log)
    m = Mutex(value)
    guard = m.lock()
    refused(MoveWhileBorrowedError, lambda: m.into_inner(), "E0505")
    refused(MoveWhileBorrowedError, lambda: drop(m), "E0505")
    refused(MoveWhileBorrowedError, lambda: move(m), "E0505")
    drop(guard)
    assert m.into_inner() is value
    assert log == []
    refused(UseAfterMoveError, lambda: m.lock(), "E0382")
    assert into_inner(Mutex(value)) is value


def test_fact_145_into_inner_of_a_poisoned_one_carries_the_value() -> None:
    """In the error."""
    m = Mutex([1])
    poison(m)
    with pytest.raises(PoisonError) as info:
        m.into_inner()
    assert info.value.into_inner() == [1]
    assert not is_live(m)


def test_facts_146_and_147_get_mut_needs_no_locking() -> None:
    """It carries the borrow in its error when the mutex is poisoned; through a shared handle it is refused."""
    m = Mutex([1])
    with m.get_mut() as value:
        value.append(2)
    forget(m.lock())
    assert m.try_lock() is None
    with m.get_mut() as value:
        value.append(3)
    poison(m)
    with pytest.raises(PoisonError) as info:
        m.get_mut()
    with info.value.into_inner() as value:
        assert value == [1, 2, 3]
    arc = Arc(m)
    refused(ReadOnlyError, lambda: arc.get_mut(), "E0596")


def test_facts_148_and_149_set_and_replace() -> None:
    """On a poisoned mutex they fail, give the new value back and keep the old one."""
    log: list[str] = []
    m = Mutex(Noisy("a", log))
    m.set(Noisy("b", log))
    assert log == ["a"]
    assert m.replace(Noisy("c", log)).name == "b"
    assert log == ["a"]
    poison(m)
    for change in (m.set, m.replace):
        with pytest.raises(PoisonError) as info:
            change([5])
        assert info.value.into_inner() == [5]
    m.clear_poison()
    with m.lock() as value:
        assert value.name == "c"
    m.set(7)
    with m.lock() as n:
        assert n == 7


def test_fact_150_a_mapped_guard_keeps_the_mutex_locked() -> None:
    """And poisons it as the first one would."""
    m = Mutex(Plain(left=[1], right=[2]))
    part = RefMut.map(m.lock(), lambda v: v.left)
    part.append(3)
    assert m.try_lock() is None
    with pytest.raises(ValueError):
        with part:
            raise ValueError
    assert m.is_poisoned()
    m.clear_poison()
    left, right = RefMut.map_split(m.lock(), lambda v: (v.left, v.right))
    drop(left)
    assert m.try_lock() is None
    drop(right)
    with m.lock() as value:
        assert value.left == [1, 3]


def test_fact_151_a_failing_map_unlocks_and_poisons() -> None:
    """The guard went into it."""
    m = Mutex([1])
    guard = m.lock()
    with pytest.raises(ZeroDivisionError):
        RefMut.map(guard, lambda v: v[1 // 0])
    assert not is_live(guard)
    assert m.is_poisoned()
    with pytest.raises(PoisonError):
        m.try_lock()


def test_fact_152_wait_unlocks_and_locks_again() -> None:
    """Another thread gets the mutex meanwhile."""
    pair = Arc(Mutex([False]))
    changed = Condvar()
    other = clone(pair)

    def finish() -> None:
        with other.lock() as done:
            done[0] = True
            changed.notify_one()

    thread = threading.Thread(target=finish)
    with pair.lock() as done:
        thread.start()
        while not done[0]:
            assert changed.wait(done, 10)
        assert pair.try_lock() is None
        assert done == [True]
    thread.join()
    assert pair.try_lock() is not None


def test_fact_153_wait_raises_when_the_mutex_was_poisoned_meanwhile() -> None:
    """With the guard."""
    pair = Arc(Mutex([1]))
    changed = Condvar()
    other = clone(pair)

    def fail() -> None:
        with pytest.raises(ValueError):
            with other.lock():
                changed.notify_one()
                raise ValueError

    thread = threading.Thread(target=fail)
    with pair.lock() as value:
        thread.start()
        with pytest.raises(PoisonError) as info:
            changed.wait(value, 10)
        assert info.value.into_inner() is value
        assert value == [1]
    thread.join()


def test_a_wait_that_is_too_long_gives_false() -> None:
    """The guard is good afterwards; views that were read before have ended."""
    m = Mutex([[1]])
    changed = Condvar()
    with m.lock() as value:
        view = value[0]
        assert not changed.wait(value, 0.01)
        assert not changed.wait_while(value, lambda: True, 0.01)
        assert changed.wait_while(value, lambda: False)
        with pytest.raises(BorrowOutlivesOwnerError):
            view.append(2)
        value.append(2)
    owner = Owned(1)
    refused(NotAnOwnerError, lambda: changed.wait(borrow_mut(owner)))


def test_notify_all_wakes_everybody() -> None:
    """One after the other."""
    state = Arc(Mutex({"go": False, "passed": 0}))
    changed = Condvar()

    def run(mine: Any) -> None:
        with mine.lock() as s:
            changed.wait_while(s, lambda: not s["go"])
            s["passed"] += 1

    threads = [threading.Thread(target=run, args=(clone(state),)) for _ in range(5)]
    for thread in threads:
        thread.start()
    with state.lock() as s:
        s["go"] = True
        changed.notify_all()
    for thread in threads:
        thread.join(10)
    with state.lock() as s:
        assert s["passed"] == 5


def test_fact_154_a_mutex_in_a_mutex() -> None:
    """Can be locked while the outer guard is held."""
    outer = Mutex(Mutex([1]))
    with outer.lock() as inner:
        with inner.lock() as value:
            value.append(2)
    assert into_inner(into_inner(outer)) == [1, 2]


def test_locking_twice_in_one_thread_is_refused() -> None:
    """It would wait for ever."""
    m = Mutex([1])
    guard = m.lock()
    refused(BorrowMutError, lambda: m.lock(), "E0499")
    assert guard == [1]


def test_a_lock_can_be_waited_for_for_some_time() -> None:
    """Then it raises; or it gets the lock."""
    m = Mutex([1])
    guard = m.lock()
    assert type(in_thread(lambda: m.lock(timeout=0.01))) is TimeoutError
    threading.Timer(0.15, lambda: drop_in_own(m)).start()
    releaser = threading.Event()

    def hold() -> None:
        with other.lock():
            releaser.wait(10)

    other = Mutex([2])
    thread = threading.Thread(target=hold)
    thread.start()
    while other.try_lock() is not None:
        time.sleep(0.001)
    threading.Timer(0.15, releaser.set).start()
    with other.lock() as value:
        assert value == [2]
    thread.join()
    drop(guard)


def drop_in_own(m: Any) -> None:
    """Locking it from a timer's thread fails while it is held."""
    assert m.try_lock() is None


def test_a_guard_belongs_to_its_thread() -> None:
    """It is not sendable."""
    m = Mutex([1])
    guard = m.lock()
    assert type(in_thread(lambda: drop(guard))) is NotSendError
    assert type(in_thread(lambda: move(guard))) is NotSendError
    assert m.try_lock() is None


def test_a_mutex_owns_its_value() -> None:
    """And drops it with its last Arc, or by drop."""
    log: list[str] = []
    drop(Mutex(Noisy("a", log)))
    arc = Arc(Mutex(Noisy("b", log)))
    other = clone(arc)
    drop(arc)
    assert log == ["a"]
    drop(other)
    m = Mutex(Noisy("c", log))
    moved = move(m)
    refused(UseAfterMoveError, lambda: m.lock())
    drop(moved)
    refused(UseAfterDropError, lambda: moved.lock())
    assert log == ["a", "b", "c"]


def test_verbs_that_would_go_round_the_lock_do_not_apply() -> None:
    """The guard is the borrow."""
    for lock in (Mutex([1]), RwLock([1])):
        refused(NotAnOwnerError, lambda: borrow(lock))
        refused(NotAnOwnerError, lambda: borrow_mut(lock))
        refused(NotAnOwnerError, lambda: deref(lock))
        refused(NotAnOwnerError, lambda: replace(lock, []))
        refused(NotCopyError, lambda: clone(lock))


def test_locks_print_without_waiting() -> None:
    """Their value when it is free."""
    m, rw = Mutex([1]), RwLock([1])
    assert (repr(m), repr(rw)) == ("Mutex([1])", "RwLock([1])")
    guard, w = m.lock(), rw.write()
    assert (repr(m), repr(rw)) == ("Mutex(<locked>)", "RwLock(<locked>)")
    drop(guard)
    drop(w)
    poison(m)
    assert repr(m) == "Mutex([1], poisoned)"


# RwLock -------------------------------------------------------------------------------------------------------------


def test_fact_157_several_readers_or_one_writer() -> None:
    """A write guard excludes everything."""
    lock = RwLock([1])
    first, second = lock.read(), lock.read()
    assert in_thread(lambda: lock.read() == [1])
    assert lock.try_write() is None
    drop(first)
    drop(second)
    with lock.write() as w:
        w.append(2)
        assert lock.try_read() is None
        assert lock.try_write() is None
    assert lock.read() == [1, 2]


def test_facts_158_and_159_the_try_forms_give_none() -> None:
    """While the other kind of guard is alive."""
    lock = RwLock([1])
    r = lock.read()
    assert lock.try_write() is None
    assert lock.try_read() == [1]
    drop(r)
    w = lock.write()
    assert in_thread(lambda: lock.try_read()) is None
    drop(w)
    assert lock.try_write() is not None


def test_fact_160_an_exception_of_a_writer_poisons_for_all() -> None:
    """The errors carry the guards."""
    lock = Arc(RwLock([1]))
    poison(lock)
    for use in (lock.read, lock.write, lock.try_read, lock.try_write):
        with pytest.raises(PoisonError) as info:
            use()
        with info.value.into_inner() as value:
            assert value == [1]


def test_fact_161_an_exception_of_a_reader_does_not_poison() -> None:
    """It has changed nothing."""
    lock = RwLock([1])
    with pytest.raises(ValueError):
        with lock.read():
            raise ValueError
    assert not lock.is_poisoned()
    with lock.write() as w:
        w.append(2)


def test_fact_162_a_write_guard_of_a_finally_block_does_not_poison() -> None:
    """Though an exception is on its way while it is held."""
    lock = RwLock([1])
    with pytest.raises(ValueError):
        try:
            raise ValueError
        finally:
            with lock.write() as w:
                w.append(2)
    assert lock.read() == [1, 2]


def test_fact_163_readers_never_see_half_a_write() -> None:
    """Two numbers that writers keep equal are equal for readers."""
    lock = Arc(RwLock([0, 0]))
    bad: list[Any] = []

    def write(mine: Any) -> None:
        for _ in range(200):
            with mine.write() as w:
                w[0] += 1
                w[1] += 1

    def read(mine: Any) -> None:
        for _ in range(200):
            with mine.read() as r:
                if r[0] != r[1]:
                    bad.append(list(r))

    threads = [threading.Thread(target=f, args=(clone(lock),)) for f in (write, read) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert bad == []
    assert lock.read() == [600, 600]


def test_fact_164_mapped_guards_still_lock() -> None:
    """A mapped read guard blocks writers, a mapped write guard poisons."""
    lock = RwLock(Plain(left=[1]))
    part = Ref.map(lock.read(), lambda v: v.left)
    assert lock.try_write() is None
    drop(part)
    part = RefMut.map(lock.write(), lambda v: v.left)
    assert lock.try_read() is None
    with pytest.raises(ValueError):
        with part:
            raise ValueError
    assert lock.is_poisoned()


def test_fact_165_downgrade_lets_no_writer_in_between() -> None:
    """Readers get in at once; what was written is seen."""
    lock = RwLock([1])
    w = lock.write()
    waiting = threading.Thread(target=lambda: drop(lock.write(timeout=10)))
    waiting.start()
    time.sleep(0.02)
    w.append(2)
    r = RwLock.downgrade(w)
    refused(UseAfterMoveError, lambda: w.append(3))
    assert r == [1, 2]
    assert lock.try_write() is None
    drop(r)
    waiting.join(10)
    assert lock.try_write() == [1, 2]


def test_fact_166_into_inner_gives_the_value() -> None:
    """Undropped; a poisoned lock carries it in the error."""
    log: list[str] = []
    value = Noisy("a", log)
    assert RwLock(value).into_inner() is value
    assert log == []
    lock = RwLock([1])
    r = lock.read()
    refused(MoveWhileBorrowedError, lambda: lock.into_inner())
    drop(r)
    poison(lock)
    with pytest.raises(PoisonError) as info:
        lock.into_inner()
    assert info.value.into_inner() == [1]


def test_fact_167_get_mut_needs_no_locking() -> None:
    """A forgotten guard does not hinder it."""
    lock = RwLock([1])
    forget(lock.read())
    assert lock.try_write() is None
    with lock.get_mut() as value:
        value.append(2)
    assert lock.read() == [1, 2]


def test_fact_168_clear_poison_resets_the_flag() -> None:
    """Locking succeeds again."""
    lock = RwLock([1])
    poison(lock)
    assert lock.is_poisoned()
    lock.clear_poison()
    assert not lock.is_poisoned()
    assert lock.read() == [1]


def test_writers_do_not_starve() -> None:
    """While one waits, no new reader is let in."""
    lock = Arc(RwLock([0]))
    stop = threading.Event()

    def read(mine: Any) -> None:
        while not stop.is_set():
            with mine.read():
                time.sleep(0.002)

    readers = [threading.Thread(target=read, args=(clone(lock),)) for _ in range(6)]
    for thread in readers:
        thread.start()
    try:
        for _ in range(5):
            with lock.write(timeout=10) as w:
                w[0] += 1
    finally:
        stop.set()
        for thread in readers:
            thread.join(10)
    assert lock.read() == [5]


def test_a_thread_that_reads_may_read_on_though_a_writer_waits() -> None:
    """It would wait for itself otherwise."""
    lock = RwLock([1])
    first = lock.read()
    writer = threading.Thread(target=lambda: drop(lock.write(timeout=10)))
    writer.start()
    time.sleep(0.05)
    second = lock.read(timeout=10)
    assert (first, second) == ([1], [1])
    drop(first)
    drop(second)
    writer.join(10)
    assert not writer.is_alive()


def test_waiting_for_oneself_is_refused() -> None:
    """To write while one reads, or to lock again what one writes."""
    lock = RwLock([1])
    r = lock.read()
    refused(BorrowMutError, lambda: lock.write(), "E0502")
    drop(r)
    w = lock.write()
    refused(BorrowError, lambda: lock.read(), "E0502")
    refused(BorrowMutError, lambda: lock.write(), "E0499")
    assert w == [1]


def test_dropping_a_lock_ends_its_guards_with_its_owner() -> None:
    """A guard does not keep the lock alive."""
    for kind, take in ((Mutex, "lock"), (RwLock, "read"), (RwLock, "write")):
        lock = kind([1])
        guard = getattr(lock, take)()
        del lock
        refused(BorrowOutlivesOwnerError, lambda: guard[0])


def test_a_read_write_lock_owns_its_value() -> None:
    """And drops it once: by drop, with its last Arc, at the end of its name."""
    log: list[str] = []
    drop(RwLock(Noisy("a", log)))
    arc = Arc(RwLock(Noisy("b", log)))
    other = clone(arc)
    drop(arc)
    with other.write() as value:
        value.items.append(1)
    assert log == ["a"]
    drop(other)
    lock = RwLock(Noisy("c", log))
    guard = lock.read()
    refused(MoveWhileBorrowedError, lambda: drop(lock), "E0505")
    drop(guard)
    del lock
    assert log == ["a", "b", "c"]


def test_a_read_write_lock_can_be_waited_for_for_some_time() -> None:
    """Then both kinds raise; a writer that gave up lets readers in again."""
    lock = RwLock([1])
    r = lock.read()
    assert type(in_thread(lambda: lock.write(timeout=0.01))) is TimeoutError
    assert in_thread(lambda: lock.read(timeout=0.01) == [1])
    drop(r)
    w = lock.write()
    assert type(in_thread(lambda: lock.read(timeout=0.01))) is TimeoutError
    drop(w)
    assert in_thread(lambda: lock.read(timeout=0.01) == [1])


def test_a_notification_that_nobody_waits_for_is_lost() -> None:
    """As in Rust: what was waited for is asked for, not whether there was a signal."""
    m, changed = Mutex([1]), Condvar()
    changed.notify_one()
    changed.notify_all()
    with m.lock() as value:
        assert not changed.wait(value, 0.01)


def test_notify_one_wakes_the_one_that_waits_longest() -> None:
    """And no other."""
    order = Arc(Mutex([]))
    changed = Condvar()
    waiting = threading.Semaphore(0)

    def run(mine: Any, name: str) -> None:
        with mine.lock() as names:
            waiting.release()
            changed.wait(names, 20)
            names.append(name)

    threads = []
    for name in "ab":
        thread = threading.Thread(target=run, args=(clone(order), name))
        thread.start()
        waiting.acquire()
        threads.append(thread)
    for count in (1, 2):
        while order.try_lock() is None:  # Who waits has unlocked by then.
            time.sleep(0.001)
        changed.notify_one()
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with order.lock() as names:
                if len(names) == count:
                    break
            time.sleep(0.001)
    for thread in threads:
        thread.join(20)
    with order.lock() as names:
        assert names == ["a", "b"]


def test_one_waits_with_the_whole_guard_of_a_mutex_alone() -> None:
    """Not with a part of it, a reader's guard, or a guard of another thread."""
    changed = Condvar()
    m, rw = Mutex(Plain(left=[1], right=[2])), RwLock([1])
    left, right = RefMut.map_split(m.lock(), lambda v: (v.left, v.right))
    refused(BorrowMutError, lambda: changed.wait(left))
    drop(left)
    drop(right)
    w = rw.write()
    refused(NotAnOwnerError, lambda: changed.wait(w))
    guard = m.lock()
    assert type(in_thread(lambda: changed.wait(guard))) is NotSendError
    again = borrow_mut(guard)
    refused(BorrowMutError, lambda: changed.wait(guard))
    drop(again)
    assert not changed.wait(guard, 0.001)


@pytest.mark.skipif(FREE_THREADED, reason="what threads that have ended left behind is not judged there")
def test_what_a_failed_thread_had_locked_is_free_and_poisoned() -> None:
    """Without a block, too: unwinding the thread ends its guards."""
    m = Arc(Mutex([1]))

    def fail(mine: Any) -> None:
        guard = mine.lock()
        guard.append(2)
        raise ValueError

    with pytest.raises(ValueError):
        spawn(fail, clone(m)).join()
    with pytest.raises(PoisonError) as info:
        m.lock()
    with info.value.into_inner() as value:
        assert value == [1, 2]
    m.clear_poison()
    error = in_thread_keeping(lambda: fail(m))
    assert type(error) is ValueError
    with pytest.raises(PoisonError) as info:
        m.lock(timeout=10)
    with info.value.into_inner() as value:
        assert value == [1, 2, 2]


def in_thread_keeping(call: Callable[[], Any]) -> Any:
    """Run a function that fails in another thread; give its exception, with its frames."""
    results: list[Any] = []

    def run() -> None:
        try:
            call()
        except ValueError as error:
            results.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(20)
    return results[0]


def test_who_waits_for_a_mutex_that_ends_is_told() -> None:
    """It does not wait for ever."""
    for _ in range(20):
        m = Mutex([1])
        guard = m.lock()
        results: list[Any] = []

        def wait() -> None:
            try:
                results.append(m.lock()[0])
            except BaseException as error:
                results.append(type(error))

        threads = [threading.Thread(target=wait) for _ in range(3)]
        for thread in threads:
            thread.start()
        drop(guard)
        while True:
            try:
                drop(m)
                break
            except MoveWhileBorrowedError:
                time.sleep(0)
        for thread in threads:
            thread.join(20)
            assert not thread.is_alive()
        assert set(results) <= {1, UseAfterDropError}


@pytest.mark.parametrize("kind", [Mutex, RwLock], ids=["Mutex", "RwLock"])
def test_a_block_owns_a_lock_as_any_owner(kind: Any) -> None:
    """Its end drops the value; it locks nothing, and whoever waits learns of the end."""
    log: list[str] = []
    with kind(Noisy("a", log)) as lock:
        for _ in range(2):
            assert is_live(lock)
            drop(lock.lock() if kind is Mutex else lock.write())
    assert log == ["a"]
    refused(UseAfterDropError, lambda: drop(lock))
    with kind(Noisy("b", log)) as lock:
        kept = move(lock)
    assert log == ["a"]
    with pytest.raises(BorrowOutlivesOwnerError), kept:
        guard = kept.lock() if kind is Mutex else kept.read()
    assert log == ["a", "b"]
    assert not is_live(guard)
