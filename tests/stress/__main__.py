"""`python -m tests.stress`: threads, tasks and forks at full length, with the figures of each run in one line."""

from __future__ import annotations

import argparse
import gc
import os
import platform
import sys
from collections.abc import Callable

from owned.atomic import FREE_THREADED
from tests.stress.crew import Figures
from tests.stress.forks import fork_with_owners
from tests.stress.locks import count_under_mutexes, count_under_rwlocks
from tests.stress.owners import fight_for_arcs, fight_for_owned
from tests.stress.tasks import cancel_at_random


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[2])
    parser.add_argument("--threads", type=int, default=8, help="threads (default: 8)")
    parser.add_argument("--operations", type=int, default=100_000, help="operations of each thread (default: 100000)")
    parser.add_argument("--tasks", type=int, default=1_000, help="asyncio tasks (default: 1000)")
    parser.add_argument("--forks", type=int, default=200, help="forks (default: 200)")
    parser.add_argument("--seconds", type=float, default=90.0, help="the most that one run may take (default: 90)")
    parser.add_argument("--seed", type=int, default=0, help="of the dice (default: 0)")
    options = parser.parse_args()
    gc.collect()
    gc.freeze()  # Conflicts look through the heap; what was imported is none of theirs.
    runs: list[Callable[[], Figures]] = [
        lambda fight=fight: fight(  # type: ignore[misc]
            threads=options.threads, operations=options.operations, seconds=options.seconds, seed=options.seed
        )
        for fight in (fight_for_arcs, fight_for_owned, count_under_mutexes, count_under_rwlocks)
    ]
    runs.append(lambda: cancel_at_random(tasks=options.tasks, rounds=10, seconds=options.seconds, seed=options.seed))
    if hasattr(os, "fork"):
        runs.append(lambda: fork_with_owners(forks=options.forks, seed=options.seed))
    print(f"CPython {platform.python_version()}{', free-threaded' if FREE_THREADED else ''}, {options.threads} threads")
    failed = 0
    for run in runs:
        figures = run()
        print(figures.line(), flush=True)
        failed += bool(figures.wrong)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
