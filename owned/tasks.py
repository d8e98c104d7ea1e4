"""Tasks of asyncio and trio: which one runs, which one holds a borrow, and drops that no cancellation cuts short.

Neither library is imported: whoever has tasks has imported it. Which task began a borrow is not noted when it begins,
for that would cost as much as the borrow. It is looked up when a conflict has to be told: the task is one that waits,
and somewhere in the chain of its coroutines the guard is held; else it is the one that runs.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from types import CodeType, FrameType, MethodType
from typing import Any

modules = sys.modules
DEPTH = 3

when_tasks_run: list[Callable[[bool], object]] = []
"""Told once that a task has come under our eyes, and again when none runs any more: from the one to the other, moves
and drops note their task, and the ways are closed that are shorter because they do not."""


def current_task() -> str | None:
    """Name the running task of asyncio or trio.

    >>> import asyncio
    >>> async def main():
    ...     return current_task()
    >>> loop = asyncio.new_event_loop()
    >>> loop.run_until_complete(loop.create_task(main(), name="first"))
    'first'
    >>> loop.close()
    >>> current_task() is None
    True
    """
    asyncio: Any = modules.get("asyncio")
    if asyncio is not None and running_loop(asyncio) is not None:
        task = asyncio.current_task()
        name = None if task is None else str(task.get_name())
    else:
        task = _trio_task()
        name = None if task is None else str(task.name)
    if name is not None and not _watching:
        watch(True)
    return name


_watching = False


def watch(on: bool) -> None:
    """Begin or end to note the tasks of moves and drops."""
    global _watching
    _watching = on
    for tell in when_tasks_run:
        tell(on)


def task_or_rest() -> str | None:
    """Name the running task; where there is none, and no event loop, moves need not look for one any more."""
    name = current_task()
    if name is None and _watching and running_loop(modules.get("asyncio")) is None:
        watch(False)
    return name


def running_loop(asyncio: Any) -> Any:
    """The event loop that runs in this thread; asyncio may be in the middle of its import."""
    try:
        return asyncio._get_running_loop()
    except AttributeError:
        return None


def _trio_task() -> Any:
    """The running task of trio. Asked by its own function, trio would raise where there is none, at each new owner."""
    context = getattr(modules.get("trio._core._run"), "GLOBAL_RUN_CONTEXT", None)
    return getattr(context, "task", None)


def task_of(guard: object, code: CodeType) -> str | None:
    """Name the task that holds a guard which was borrowed in this thread, by the code given."""
    running = current_task()
    if running is None:
        return None
    holders = _holders(guard, DEPTH)
    for name, coroutine in _waiting():
        if any(id(step) in holders for step in _chain(coroutine)):
            return name
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code is code:
            return running
        frame = frame.f_back
    return None


def _holders(thing: object, depth: int) -> set[int]:
    """The identities of what refers to a thing: directly, by a bound method, or in a view or a container."""
    found = gc.get_referrers(thing)
    identities = {id(x) for x in found}
    if depth:
        for x in found:
            if isinstance(x, (MethodType, list, tuple, dict)) or hasattr(type(x), "_owned_kind"):
                identities |= _holders(x, depth - 1)
    return identities


def _waiting() -> Iterator[tuple[str, Any]]:
    """The tasks beside the running one: their names and coroutines."""
    asyncio: Any = modules.get("asyncio")
    if asyncio is not None and (loop := running_loop(asyncio)) is not None:
        current = asyncio.current_task()
        for task in asyncio.all_tasks(loop):
            if task is not current:
                yield str(task.get_name()), task.get_coro()
        return
    current = _trio_task()
    left = [] if current is None else [modules["trio"].lowlevel.current_root_task()]
    while left:
        task = left.pop()
        if task is None:
            continue
        if task is not current:
            yield str(task.name), task.coro
        for nursery in task.child_nurseries:
            left.extend(nursery.child_tasks)


def _chain(coroutine: Any) -> Iterator[Any]:
    """A coroutine and what it awaits, innermost last, each with its frame."""
    step = coroutine
    while step is not None:
        for kind in ("cr", "gi", "ag"):
            if hasattr(step, f"{kind}_frame"):
                yield step
                yield getattr(step, f"{kind}_frame")
                step = getattr(step, "gi_yieldfrom" if kind == "gi" else f"{kind}_await")
                break
        else:
            return


def is_cancellation(error: BaseException) -> bool:
    """Was this raised to end a task?"""
    asyncio: Any = modules.get("asyncio")
    trio: Any = modules.get("trio")
    kinds = (getattr(asyncio, "CancelledError", None), getattr(trio, "Cancelled", None))
    return any(kind is not None and isinstance(error, kind) for kind in kinds)


async def to_the_end(awaitable: Any, cancelled: Callable[[BaseException], object]) -> None:
    """Await something that a cancellation of this task must not cut short; `cancelled` is told of one meanwhile.

    Under asyncio it runs in a task of its own, so that its own timeouts work; under trio in a shielded scope, behind
    which a cancellation is delivered as always.
    """
    asyncio: Any = modules.get("asyncio")
    if asyncio is not None and running_loop(asyncio) is not None and asyncio.current_task() is not None:
        task = asyncio.ensure_future(awaitable)
        while not task.done():
            try:
                await asyncio.wait([task])
            except asyncio.CancelledError as error:
                cancelled(error)
        task.result()
    elif _trio_task() is not None:
        trio: Any = modules["trio"]
        with trio.CancelScope(shield=True):
            await awaitable
    else:
        await awaitable
