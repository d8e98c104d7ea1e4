"""Forks while owners are alive: they are inert in the child, and their hooks run once, in the parent."""

from __future__ import annotations

import gc
import os
import random
import threading
import time
from contextlib import ExitStack
from typing import Any

from owned import Arc, Box, Cell, Mutex, NotSendError, Owned, Rc, RefCell, RwLock, Scope, borrow, clone, drop, is_live
from owned.atomic import FREE_THREADED
from tests.stress.crew import Figures

KINDS: list[Any] = [Owned, Box, Rc, Arc, Cell, RefCell, Mutex, RwLock]
OWNERS = 24
ENDS = ("use", "drop", "names", "block", "scope")


class Written:
    """A value whose drop writes a line to a pipe: who dropped it, and in which process."""

    def __init__(self, number: int, pipe: int) -> None:
        self.number = number
        self.pipe = pipe

    def __drop__(self) -> None:
        os.write(self.pipe, f"{self.number} {os.getpid()}\n".encode())


def fork_with_owners(*, forks: int, seed: int = 0) -> Figures:
    """Fork so often, beside a thread that makes and drops owners; the child tries every way to end what it inherits."""
    figures = Figures("forks with live owners")
    begin = time.monotonic()
    dice = random.Random(seed)
    read, write = os.pipe()
    lines: list[bytes] = []
    reader = threading.Thread(target=_read_all, args=(read, lines))
    reader.start()
    over = threading.Event()
    busy = threading.Thread(target=over.wait if FREE_THREADED else _keep_busy, args=(None if FREE_THREADED else over,))
    busy.start()  # A free-threaded CPython 3.13 hangs by itself when a child of busy threads looks at its objects.
    number = 0
    statuses = []
    try:
        for _ in range(forks):
            owners: list[Any] = []
            for _ in range(OWNERS):
                owners.append(dice.choice(KINDS)(Written(number, write)))
                number += 1
            shared = [clone(owner) for owner in owners if isinstance(owner, (Rc, Arc))]
            scope: Any = Scope()
            scope.own(Written(number, write))
            number += 1
            guards = [borrow(owner) for owner in owners if type(owner) is Owned]
            end = dice.choice(ENDS)
            blocks = ExitStack()
            if end == "block":
                for owner in owners:
                    if isinstance(owner, (Box, Rc, Cell)):
                        blocks.enter_context(owner)
            child = os.fork()
            if child == 0:
                status = 1
                try:
                    status = 0 if _try_to_end(end, owners, shared, guards, scope, blocks) else 2
                finally:
                    os._exit(status)
            statuses.append(os.waitpid(child, 0)[1])
            del guards
            blocks.close()
            for owner in dice.sample(owners, OWNERS // 2):
                if is_live(owner):
                    drop(owner)
            del owner
            owners.clear()
            shared.clear()
            drop(scope)
            figures.operations += 1
    finally:
        over.set()
        busy.join()
        os.close(write)
        reader.join()
        os.close(read)
    me = os.getpid()
    ends = [tuple(map(int, line.split())) for line in b"".join(lines).splitlines()]
    figures.expect("children that failed", sum(status != 0 for status in statuses), 0)
    figures.expect("drops in a child", sum(process != me for _, process in ends), 0)
    figures.expect("values dropped, each once", sorted(value for value, _ in ends), list(range(number)))
    figures.counted["owners"] = number
    figures.counted["drops"] = len(ends)
    figures.seconds = time.monotonic() - begin
    return figures


def _try_to_end(
    end: str, owners: list[Any], shared: list[Any], guards: list[Any], scope: Any, blocks: ExitStack
) -> bool:
    """In the child: end what was inherited in one way. Says whether every use was refused."""
    refused = 0
    uses = [*owners, *shared, scope] if end in ("use", "drop") else []
    for x in uses:
        try:
            drop(x) if end == "drop" else clone(x)
        except NotSendError:
            refused += 1
    blocks.close()
    x = None
    del scope
    owners.clear()
    shared.clear()
    guards.clear()
    gc.collect()
    mine = Owned([1])
    drop(mine)
    return refused == len(uses) and not is_live(mine)


def _read_all(pipe: int, lines: list[bytes]) -> None:
    while chunk := os.read(pipe, 65536):
        lines.append(chunk)


def _keep_busy(over: threading.Event) -> None:
    """Something that a fork may find in the middle of whatever it does."""
    shared, lock = Arc([1]), Arc(RwLock([1]))
    while not over.wait(0.0001):
        drop(clone(shared))
        with lock.write() as value:
            value[0] += 1
