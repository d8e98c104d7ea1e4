"""Values that can only be dropped by awaiting, whose owners die in another thread or under another loop."""

from __future__ import annotations

import asyncio
import gc
import threading
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from owned import OwnedLeakWarning, OwnerDied
from tests.runtime.loose import Arc, Box, Owned, Rc, clone
from tests.runtime.test_foreign_threads import COMES_BACK, elsewhere

pytestmark = pytest.mark.skipif(COMES_BACK, reason="owners die in the thread that made them, whoever lets them go")


class Line:
    """Closed by awaiting, and nowhere else."""

    def __init__(self, log: list[str]) -> None:
        self.log = log

    async def aclose(self) -> None:
        await asyncio.sleep(0)
        task = asyncio.current_task()
        assert task is not None
        self.log.append(f"closed in {threading.current_thread().name}")


async def until(ready: Callable[[], object]) -> None:
    for _ in range(2000):
        if ready():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it did not come")


@pytest.mark.parametrize("kind", [Owned, Box, Rc, Arc], ids=["Owned", "Box", "Rc", "Arc"])
def test_what_dies_in_another_thread_is_awaited_by_its_loop(kind: Any) -> None:
    """The last name goes there; nobody warns, for the hook runs."""

    async def main() -> None:
        log: list[str] = []
        box = [kind(Line(log))]
        if kind in (Rc, Arc):
            box.append(clone(box[0]))
        with warnings.catch_warnings():
            warnings.simplefilter("error", OwnedLeakWarning)
            await asyncio.to_thread(box.clear)
            await until(lambda: log)
        assert log == ["closed in MainThread"]

    asyncio.run(main())


def test_what_is_collected_in_another_thread_is_awaited_by_its_loop() -> None:
    """The collector runs in whatever thread is busy."""

    async def main() -> None:
        log: list[str] = []
        cycle: list[Any] = [Owned(Line(log))]
        cycle.append(cycle)
        gc.disable()
        try:
            del cycle
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", OwnedLeakWarning)
                await asyncio.to_thread(gc.collect)
            await until(lambda: log)
        finally:
            gc.enable()
        assert log == ["closed in MainThread"]

    asyncio.run(main())


def test_a_loop_in_another_thread_gets_its_own_back() -> None:
    """From the main thread, in which another loop may run."""
    log: list[str] = []
    made: list[Any] = []
    ready, over = threading.Event(), threading.Event()

    async def serve() -> None:
        made.append(Owned(Line(log)))
        ready.set()
        await until(over.is_set)

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="server")
    thread.start()
    assert ready.wait(20)

    async def main() -> None:
        made.clear()
        await until(lambda: log)

    asyncio.run(main())
    over.set()
    thread.join()
    assert log == ["closed in server"]


def test_a_drop_that_its_loop_did_not_come_to_is_told() -> None:
    """The loop ends first: the drop finishes before `asyncio.run` does, or a warning says that it never ran."""
    log: list[str] = []

    async def main() -> None:
        box = [Owned(Line(log))]
        elsewhere(box.clear)

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", OwnedLeakWarning)
        asyncio.run(main())
        gc.collect()
    assert log or told


def test_without_its_loop_it_warns() -> None:
    """The loop has ended: nobody can await the hook."""
    log: list[str] = []

    async def main() -> list[Any]:
        return [Owned(Line(log))]

    box = asyncio.run(main())
    found: list[Any] = []

    def clear() -> None:
        with pytest.warns(OwnedLeakWarning, match="can only be dropped by awaiting") as told:
            box.clear()
        found.extend(told)

    elsewhere(clear)
    assert len(found) == 1
    assert log == []


def test_a_hook_that_fails_there_is_told_by_its_loop() -> None:
    """As every exception of a task that nobody awaits."""

    class Broken:
        async def aclose(self) -> None:
            raise ValueError("broken")

    async def main() -> None:
        told: list[Any] = []
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: told.append(context["exception"]))
        box = [Owned(Broken())]
        await asyncio.to_thread(box.clear)
        await until(lambda: told)
        assert [str(error) for error in told] == ["broken"]

    asyncio.run(main())


def test_an_entered_manager_is_left_with_an_exception_there() -> None:
    """Nothing unfinished is committed by accident."""

    async def main() -> None:
        log: list[str] = []

        @asynccontextmanager
        async def transaction() -> AsyncIterator[str]:
            try:
                yield "open"
            except OwnerDied:
                log.append("rolled back")

        box = [await Owned.aenter(transaction())]
        await asyncio.to_thread(box.clear)
        await until(lambda: log)
        assert log == ["rolled back"]

    asyncio.run(main())
