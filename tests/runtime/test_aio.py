"""Locks and channels between tasks."""

from __future__ import annotations

import asyncio
import random
import threading
from typing import Any

import pytest

from owned import (
    BorrowMutError,
    ChannelClosedError,
    MoveWhileBorrowedError,
    NotSendError,
    PoisonError,
    SendError,
    UseAfterMoveError,
    aio,
)
from tests.runtime.loose import Owned, clone, drop, is_live, move
from tests.runtime.parts import Noisy, refused

Mutex: Any = aio.Mutex
RwLock: Any = aio.RwLock
channel: Any = aio.channel


def test_a_mutex_lets_one_task_in_at_a_time() -> None:
    """In the order in which they came."""

    async def main() -> None:
        m = Mutex([])

        async def work(n: int) -> None:
            async with m.lock() as order:
                order.append(n)
                await asyncio.sleep(0)
                assert order[-1] == n

        await asyncio.gather(*map(work, range(20)))
        guard = await m.lock()
        assert guard == list(range(20))
        refused(MoveWhileBorrowedError, lambda: drop(m))
        drop(guard)
        assert m.into_inner() == list(range(20))

    asyncio.run(main())


def test_an_exception_poisons_and_locking_twice_is_refused() -> None:
    """As between threads."""

    async def main() -> None:
        m = Mutex([1])
        with pytest.raises(ValueError):
            async with m.lock():
                raise ValueError
        with pytest.raises(PoisonError) as info:
            await m.lock()
        drop(info.value.into_inner())
        m.clear_poison()
        async with m.lock():
            with pytest.raises(BorrowMutError):
                await m.lock()

    asyncio.run(main())


def test_readers_share_and_writers_do_not_starve() -> None:
    """A writer that waits goes before later readers."""

    async def main() -> None:
        lock = RwLock([])
        order: list[str] = []
        first = await lock.read()

        async def write() -> None:
            async with lock.write() as w:
                order.append("write")
                w.append(1)

        async def read() -> None:
            async with lock.read() as r:
                order.append(f"read {len(r)}")

        tasks = [asyncio.create_task(write()), asyncio.create_task(read()), asyncio.create_task(read())]
        await asyncio.sleep(0.01)
        assert order == []
        drop(first)
        await asyncio.gather(*tasks)
        assert order == ["write", "read 1", "read 1"]

    asyncio.run(main())


def test_a_thousand_tasks_with_random_cancellation_leave_the_locks_free() -> None:
    """No count is lost, and nobody waits for ever."""

    async def main() -> None:
        dice = random.Random(1)
        m, lock = Mutex([0]), RwLock([0])
        finished = [0]

        async def work() -> None:
            async with m.lock() as value:
                await asyncio.sleep(0)
                value[0] += 1
            async with lock.read() as r:
                await asyncio.sleep(0)
                assert r[0] >= 0
            async with lock.write() as w:
                w[0] += 1
            finished[0] += 1

        tasks = [asyncio.create_task(work()) for _ in range(1000)]
        for _ in range(300):
            await asyncio.sleep(0)
            dice.choice(tasks).cancel()
        await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 60)
        m.clear_poison()
        lock.clear_poison()
        async with m.lock() as value, lock.write() as w:
            assert w[0] == finished[0]
            assert value[0] >= finished[0]

    asyncio.run(main())


def test_a_channel_between_tasks() -> None:
    """Values arrive in order, and belong to the receiver; what nobody receives is dropped."""

    async def main() -> None:
        log: list[str] = []
        tx, rx = channel(capacity=2)

        async def produce(mine: Any) -> None:
            with mine:
                for n in range(50):
                    await mine.send(n)

        producers = [asyncio.create_task(produce(clone(tx))) for _ in range(2)]
        drop(tx)
        assert sorted([n async for n in rx]) == sorted(list(range(50)) * 2)
        await asyncio.gather(*producers)
        with pytest.raises(ChannelClosedError):
            await rx.recv()
        tx, rx = channel()
        owner = Owned(Noisy("a", log))
        await tx.send(owner)
        assert not is_live(owner)
        drop(rx)
        assert log == ["a"]
        kept = Owned(1)
        with pytest.raises(SendError):
            await tx.send(kept)
        assert is_live(kept)
        other = move(tx)
        refused(UseAfterMoveError, lambda: tx.send(1))
        drop(other)

    asyncio.run(main())


def test_locks_are_tried_without_waiting() -> None:
    """`None` while they are locked, or while somebody waits for them; poison is told."""

    async def main() -> None:
        mutex, lock = Mutex([1]), RwLock([1])
        with mutex.try_lock() as m:
            assert m == [1]
            assert mutex.try_lock() is None
        with lock.try_read() as r, lock.try_read() as again:
            assert r == again
            assert lock.try_write() is None
            writer = asyncio.create_task(hold(lock.write()))
            await asyncio.sleep(0)
            assert lock.try_read() is None
        await writer
        with lock.try_write():
            assert lock.try_read() is None
        with pytest.raises(KeyError):
            async with mutex.lock():
                raise KeyError
        with pytest.raises(PoisonError):
            mutex.try_lock()

    asyncio.run(main())


async def hold(locking: Any) -> None:
    async with locking:
        pass


def test_a_lock_that_is_taken_belongs_to_its_event_loop() -> None:
    """A free one may be taken in any loop; nobody waits for a task of another."""
    mutex, lock = Mutex([1]), RwLock([1])

    def elsewhere(make: Any) -> BaseException | None:
        errors: list[BaseException] = []

        def run() -> None:
            try:
                asyncio.run(hold(make()))
            except BaseException as error:
                errors.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        thread.join(20)
        assert not thread.is_alive()
        return errors[0] if errors else None

    async def main() -> None:
        async with mutex.lock(), lock.read():
            for make in (mutex.lock, lock.read, lock.write):
                error = await asyncio.to_thread(elsewhere, make)
                assert type(error) is NotSendError
                assert "another event loop" in str(error)
                assert error.code == "E0277"

    asyncio.run(main())
    for make in (mutex.lock, lock.read, lock.write):
        assert elsewhere(make) is None
    asyncio.run(main())


def test_channels_are_tried_without_waiting() -> None:
    """The twins of `try_send` and `try_recv`."""

    async def main() -> None:
        tx, rx = channel(capacity=1)
        parcel = Owned([1])
        assert rx.try_recv() is None
        tx.try_send(parcel)
        assert not is_live(parcel)
        other = Owned([2])
        with pytest.raises(SendError, match="full"):
            tx.try_send(other)
        assert is_live(other)
        assert rx.try_recv().value == [1]
        drop(tx)
        with pytest.raises(ChannelClosedError):
            rx.try_recv()

    asyncio.run(main())


def test_a_channel_wakes_who_waits_in_another_loop() -> None:
    """Also after a loop was closed whose task waited."""
    tx, rx = channel()
    got: list[int] = []

    async def receive() -> None:
        got.append(await rx.recv())

    async def give_up() -> None:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(rx.recv(), 0.001)

    asyncio.run(give_up())
    thread = threading.Thread(target=lambda: asyncio.run(receive()))
    thread.start()

    async def send() -> None:
        await asyncio.sleep(0.01)
        await tx.send(5)

    asyncio.run(send())
    thread.join(20)
    assert got == [5]
