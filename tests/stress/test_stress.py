"""The stress runs, short: `python -m tests.stress` makes the long ones."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator

import pytest

from tests.stress.crew import Figures
from tests.stress.forks import fork_with_owners
from tests.stress.locks import count_under_mutexes, count_under_rwlocks
from tests.stress.owners import fight_for_arcs, fight_for_owned
from tests.stress.tasks import cancel_at_random


@pytest.fixture(autouse=True)
def _small_heap() -> Iterator[None]:
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.parametrize("fight", [fight_for_arcs, fight_for_owned, count_under_mutexes, count_under_rwlocks])
def test_threads_lose_nothing(fight: Callable[..., Figures]) -> None:
    """Every hook runs once, no count is lost, nobody waits for ever."""
    assert fight(threads=8, operations=1000, seconds=20).wrong == []


def test_cancelled_tasks_lose_nothing() -> None:
    """Every hook is awaited once, no count is lost, nobody waits for ever."""
    assert cancel_at_random(tasks=200, rounds=10, seconds=20).wrong == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_forks_drop_nothing() -> None:
    """Owners are inert in the child; their hooks run once, in the parent."""
    assert fork_with_owners(forks=20).wrong == []
