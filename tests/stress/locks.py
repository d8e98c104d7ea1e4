"""Threads that change what locks protect: no change is lost, nobody waits for ever."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

from owned import Arc, Mutex, Owned, PoisonError, RefMut, RwLock, clone, drop, move
from tests.stress.crew import Figures, Parcel, Tally, run_crew

SLOTS = 4


class Oops(Exception):
    """What goes wrong now and then while something is locked."""


def count_under_mutexes(*, threads: int, operations: int, seconds: float, seed: int = 0) -> Figures:
    """Every thread increments by handles of its own, by blocks, guards, `try_lock`, time limits, and fails at times."""
    dropped = Tally(SLOTS)
    parcels = [Parcel(number, dropped) for number in range(SLOTS)]
    mutexes: list[Any] = [Arc(Mutex(parcel)) for parcel in parcels]

    def work(dice: random.Random, go_on: Callable[[], bool]) -> Counter[str]:
        did: Counter[str] = Counter()
        mine: list[Any] = [clone(mutex) for mutex in mutexes]
        while go_on():
            slot = dice.randrange(SLOTS)
            mutex = mine[slot]
            guard: Any = None
            try:
                match dice.randrange(10):
                    case 0:
                        mine[slot] = move(mutex)
                        did["moved"] += 1
                        continue
                    case 1:
                        mine[slot] = clone(mutex)
                        drop(mutex)
                        continue
                    case 2:
                        guard = mutex.try_lock()
                    case 3:
                        guard = mutex.lock(timeout=60)
                    case 4:
                        guard = RefMut.map(mutex.lock(), lambda parcel: parcel)
                    case 5 if dice.randrange(20) == 0:
                        try:
                            with mutex.lock() as parcel:
                                parcel.changes += 1
                                did["increments"] += 1
                                raise Oops
                        except Oops:
                            did["failures"] += 1
                            continue
                    case _:
                        with mutex.lock() as parcel:
                            before = parcel.changes
                            parcel.changes = before + 1
                        did["increments"] += 1
                        continue
            except PoisonError as error:
                guard = error.into_inner()
                error.__traceback__ = None
                mutex.clear_poison()
                did["recovered"] += 1
            if guard is not None:
                guard.changes += 1
                did["increments"] += 1
                drop(guard)
        return did

    figures = run_crew(
        "Mutex, locked and poisoned", work, threads=threads, operations=operations, seconds=seconds, seed=seed
    )
    figures.expect("increments", sum(parcel.changes for parcel in parcels), figures.counted["increments"])
    figures.expect("strong counts", [Arc.strong_count(mutex) for mutex in mutexes], [1] * SLOTS)
    figures.expect("drops before the end", dropped.total(), 0)
    mutexes.clear()
    figures.counted["drops"] = dropped.total()
    figures.expect("drops", [parcel.drops for parcel in parcels], [1] * SLOTS)
    return figures


def count_under_rwlocks(*, threads: int, operations: int, seconds: float, seed: int = 0) -> Figures:
    """Writers change two numbers, readers see them equal; by all ways of locking, and downgraded."""
    dropped = Tally(SLOTS)
    parcels = [Parcel(number, dropped) for number in range(SLOTS)]
    locks: list[Any] = [Arc(RwLock([0, 0, Owned(parcel)])) for parcel in parcels]

    def work(dice: random.Random, go_on: Callable[[], bool]) -> Counter[str]:
        did: Counter[str] = Counter()
        mine: list[Any] = [clone(lock) for lock in locks]

        def write(guard: Any) -> None:
            guard[0] += 1
            guard[1] += 1
            did["writes"] += 1

        def read(guard: Any) -> None:
            assert guard[0] == guard[1], "half a write was seen"
            did["reads"] += 1

        while go_on():
            slot = dice.randrange(SLOTS)
            lock = mine[slot]
            try:
                match dice.randrange(12):
                    case 0:
                        mine[slot] = move(lock)
                    case 1:
                        mine[slot] = clone(lock)
                        drop(lock)
                    case 2:
                        guard = lock.try_write()
                        if guard is not None:
                            write(guard)
                        guard = None
                    case 3:
                        guard = lock.try_read()
                        if guard is not None:
                            read(guard)
                        guard = None
                    case 4:
                        guard = lock.write(timeout=60)
                        write(guard)
                        guard = RwLock.downgrade(guard)
                        read(guard)
                        guard = None
                    case 5 if dice.randrange(20) == 0:
                        try:
                            with lock.write() as value:
                                write(value)
                                raise Oops
                        except Oops:
                            did["failures"] += 1
                    case 6 | 7:
                        with lock.write() as value:
                            write(value)
                    case _:
                        with lock.read() as value:
                            read(value)
            except PoisonError as error:
                error.into_inner()
                error.__traceback__ = None
                lock.clear_poison()
                did["recovered"] += 1
        return did

    figures = run_crew(
        "RwLock, read, written, poisoned", work, threads=threads, operations=operations, seconds=seconds, seed=seed
    )
    written = 0
    for lock in locks:
        lock.clear_poison()
        with lock.read() as value:
            written += value[0]
    figures.expect("writes", written, figures.counted["writes"])
    figures.expect("strong counts", [Arc.strong_count(lock) for lock in locks], [1] * SLOTS)
    figures.expect("drops before the end", dropped.total(), 0)
    locks.clear()
    del lock
    figures.counted["drops"] = dropped.total()
    figures.expect("drops", [parcel.drops for parcel in parcels], [1] * SLOTS)
    return figures
