"""Drops that have to be awaited, handed to the event loop that they belong to.

The owner of a value that can only be dropped by awaiting may die in another thread, or under another loop, than the
value was made in. Nobody can await there; but the value's own loop can, as long as it runs. What it does not come to
is told as a leak, as everywhere.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from .heap import objects
from .tasks import running_loop

_elsewhere: set[Any] = set()
"""The drops that are being awaited by loops that take no attribute."""


def tasks_of(loop: Any) -> set[Any]:
    """The drops that a loop awaits. It refers to its tasks weakly, so they are kept here; they go with the loop."""
    try:
        tasks: set[Any] = loop.__dict__.setdefault("_owned_drops", set())
    except AttributeError:
        return _elsewhere
    return tasks


class Errand:
    """A drop on its way to a loop: starts as a task there, or tells that nobody finished it."""

    __slots__ = ("done", "loop", "lost", "work")

    def __init__(self, loop: Any, work: Callable[[], Coroutine[Any, Any, None]], lost: Callable[[], object]) -> None:
        self.loop = loop
        self.work = work
        self.lost = lost
        self.done = False

    def __call__(self) -> None:
        tasks = tasks_of(self.loop)
        task = self.loop.create_task(self.run())
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def run(self) -> None:
        """Do it. A loop that ends may cancel this before it began, or never come back to it; then it is lost."""
        try:
            await self.work()
        except Exception:
            self.done = True
            raise
        self.done = True

    def __del__(self) -> None:
        if not self.done:
            self.lost()


def await_in(loop: Any, work: Callable[[], Coroutine[Any, Any, None]], lost: Callable[[], object]) -> bool:
    """Have a running loop await something soon; False when it does not run. `lost` is told if it ends before."""
    if not loop.is_running():
        return False
    errand = Errand(loop, work, lost)
    try:
        loop.call_soon_threadsafe(errand)
    except RuntimeError:  # It ends at this moment.
        errand.done = True
        return False
    return True


def loop_in(thread: int) -> Any:
    """Find the event loop of asyncio that runs in a thread, if one does."""
    asyncio: Any = sys.modules.get("asyncio")
    kind: Any = getattr(asyncio, "AbstractEventLoop", None)
    if kind is None:
        return None
    for x in objects():
        with suppress(ReferenceError):
            if issubclass(type(x), kind) and getattr(x, "_thread_id", None) == thread:
                return x
    return None


def is_here(loop: Any) -> bool:
    """Is this the loop that runs in this thread?"""
    return loop is running_loop(sys.modules.get("asyncio"))
