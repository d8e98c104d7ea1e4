"""Locks and channels between tasks."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest

from owned import (
    BorrowMutError,
    ChannelClosedError,
    MoveWhileBorrowedError,
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
