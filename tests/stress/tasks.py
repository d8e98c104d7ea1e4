"""Asyncio tasks that are cancelled at random: locks are left free, counts are right, hooks are awaited once."""

from __future__ import annotations

import asyncio
import random
import time
from typing import Any

from owned import Arc, ChannelClosedError, Owned, PoisonError, aio, clone, drop
from tests.stress.crew import Figures, Parcel, Tally


class Slow(Parcel):
    """A value whose drop has to be awaited, for some turns of the loop."""

    __slots__ = ()

    async def aclose(self) -> None:
        """Be dropped."""
        for _ in range(3):
            await asyncio.sleep(0)
        self.tally.add(self.number)

    __drop__ = None  # type: ignore[assignment]


def cancel_at_random(*, tasks: int, rounds: int, seconds: float, seed: int = 0) -> Figures:
    """Run so many tasks at once, each for some rounds of everything that can wait, and cancel half of them."""
    return asyncio.run(_cancel_at_random(tasks, rounds, seconds, seed))


async def _cancel_at_random(tasks: int, rounds: int, seconds: float, seed: int) -> Figures:
    figures = Figures("tasks, cancelled at random")
    counted = figures.counted
    begin = time.monotonic()
    awaited, dropped = Tally(tasks * rounds * 2), Tally(tasks * rounds * 2)
    values: list[Slow] = []
    sent: list[Parcel] = []
    mutex: Any = Arc(aio.Mutex([0]))
    lock: Any = Arc(aio.RwLock([0, 0]))
    tx: Any
    rx: Any
    tx, rx = aio.channel(capacity=10)

    async def live(number: int) -> None:
        dice = random.Random(seed * 10_000 + number)
        with clone(mutex) as mine, clone(lock) as theirs, clone(tx) as sender:
            await work(dice, mine, theirs, sender)

    async def work(dice: random.Random, mine: Any, theirs: Any, sender: Any) -> None:
        for _ in range(rounds):
            figures.operations += 1
            match dice.randrange(6):
                case 0:
                    async with mine.lock() as value:
                        before = value[0]
                        if dice.randrange(2):
                            await asyncio.sleep(0)
                        value[0] = before + 1
                        counted["increments"] += 1
                case 1:
                    guard = await mine.lock()
                    guard[0] += 1
                    counted["increments"] += 1
                    drop(guard)
                case 2:
                    async with theirs.write() as pair:
                        pair[0] += 1
                        pair[1] += 1
                        counted["writes"] += 1
                        await asyncio.sleep(0)
                case 3:
                    async with theirs.read() as pair:
                        await asyncio.sleep(0)
                        assert pair[0] == pair[1], "half a write was seen"
                        counted["reads"] += 1
                case 4:
                    value = Slow(len(values), awaited)
                    values.append(value)
                    async with Owned(value):
                        await asyncio.sleep(0)
                case _:
                    parcel = Parcel(len(sent), dropped)
                    sent.append(parcel)
                    owner = Owned(parcel)
                    try:
                        await sender.send(owner)
                        counted["sent"] += 1
                    finally:
                        del owner

    async def forgiving(number: int) -> None:
        """Carry on after a neighbour was cancelled while it held a lock, which poisons it."""
        while True:
            try:
                return await live(number)
            except PoisonError as error:
                error.into_inner()
                error.__traceback__ = None
                mutex.clear_poison()
                lock.clear_poison()
                counted["recovered"] += 1

    async def receive() -> None:
        try:
            while True:
                counted["received"] += 1
                owner = await rx.recv()
                drop(owner)
        except ChannelClosedError:
            counted["received"] -= 1

    receiver = asyncio.create_task(receive())
    crew = [asyncio.create_task(forgiving(number)) for number in range(tasks)]
    dice = random.Random(seed)
    doomed = dice.sample(crew, tasks // 2)
    for task in doomed:
        if dice.randrange(10):
            await asyncio.sleep(0)
        task.cancel()
    done, stuck = await asyncio.wait(crew, timeout=seconds)
    for task in stuck:
        task.cancel()
    if stuck:
        figures.wrong.append(f"{len(stuck)} tasks hang")
        await asyncio.wait(stuck)
    for task in done:
        if task.cancelled():
            counted["cancelled"] += 1
        elif (error := task.exception()) is not None:
            figures.wrong.append(f"{type(error).__name__}: {error}")
    crew.clear()
    doomed.clear()
    del done, stuck, task
    drop(tx)
    await asyncio.wait_for(receiver, seconds)
    for shared in (mutex, lock):
        shared.clear_poison()
    async with mutex.lock() as value:
        figures.expect("increments", value[0], counted["increments"])
    async with lock.read() as pair:
        figures.expect("writes", (pair[0], pair[1]), (counted["writes"], counted["writes"]))
    figures.expect("strong counts", (Arc.strong_count(mutex), Arc.strong_count(lock)), (1, 1))
    figures.expect("values whose hook was not awaited once", awaited.other_than(1, len(values)), [])
    figures.expect("parcels not dropped once", dropped.other_than(1, len(sent)), [])
    counted["drops"] = awaited.total() + dropped.total()
    drop(mutex)
    drop(lock)
    figures.seconds = time.monotonic() - begin
    return figures
