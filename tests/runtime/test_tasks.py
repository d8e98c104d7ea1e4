"""Tasks of asyncio and trio: whose borrow is in the way, and drops that no cancellation cuts short."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
import trio

from owned import BorrowError, BorrowMutError, MoveWhileBorrowedError, OwnershipError, UseAfterMoveError, aio
from tests.runtime.loose import (
    Arc,
    Box,
    Cell,
    Mutex,
    Owned,
    Rc,
    RefCell,
    Scope,
    borrow,
    borrow_mut,
    clone,
    drop,
    forget,
    into_inner,
    is_live,
    move,
)
from tests.runtime.parts import Noisy, refused


class Asyncio:
    """What the tests need of asyncio."""

    name = "asyncio"
    cancelled: type[BaseException] = asyncio.CancelledError

    @staticmethod
    def run(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
        async def named() -> None:
            task = asyncio.current_task()
            assert task is not None
            task.set_name("main")
            await main()

        asyncio.run(named())

    @staticmethod
    async def beside(
        work: Callable[[], Coroutine[Any, Any, None]], meanwhile: Callable[[], Any], *, cancel: bool
    ) -> Any:
        """Start a task, let it come to its first wait, do something, and wait for the task's end or cancel it."""
        task = asyncio.create_task(work(), name="worker")
        await asyncio.sleep(0.01)
        result = meanwhile()
        if cancel:
            task.cancel()
        await asyncio.wait([task])
        return result

    @staticmethod
    async def pause(seconds: float) -> None:
        await asyncio.sleep(seconds)


class Trio:
    """What the tests need of trio."""

    name = "trio"
    cancelled: type[BaseException] = trio.Cancelled

    @staticmethod
    def run(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
        trio.run(named(main), strict_exception_groups=True)

    @staticmethod
    async def beside(
        work: Callable[[], Coroutine[Any, Any, None]], meanwhile: Callable[[], Any], *, cancel: bool
    ) -> Any:
        """The same."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(work, name="worker")
            await trio.sleep(0.01)
            result = meanwhile()
            if cancel:
                nursery.cancel_scope.cancel()
        return result

    @staticmethod
    async def pause(seconds: float) -> None:
        await trio.sleep(seconds)


def named(main: Callable[[], Coroutine[Any, Any, None]]) -> Any:
    async def run() -> None:
        trio.lowlevel.current_task().name = "main"
        await main()

    return run


libraries = pytest.mark.parametrize("library", [Asyncio, Trio], ids=lambda library: library.name)


@libraries
def test_a_borrow_of_another_task_is_told_by_its_name(library: Any) -> None:
    """However the guard is held: by a block, by a name, deep in the task's coroutines."""

    async def main() -> None:
        owner = Owned([1])

        async def in_block() -> None:
            with borrow_mut(owner):
                await library.pause(0.03)

        async def by_name() -> None:
            guard = borrow(owner)
            await library.pause(0.03)
            drop(guard)

        async def deeper() -> None:
            await in_block()

        for work in (in_block, by_name, deeper):
            error = await library.beside(work, lambda: refused(BorrowMutError, lambda: borrow_mut(owner)), cancel=False)
            text = str(error)
            assert "in another task (" in text
            assert "worker" in text
            assert "this is" in text
            assert "owned.aio.Mutex" in text
            borrowed = [site for site in error.sites if site.kind == "borrowed"]
            assert "worker" in str(borrowed[0].task)
            assert "main" in str(error.sites[-1].task)
        error = await library.beside(in_block, lambda: refused(BorrowError, lambda: borrow(owner)), cancel=False)
        assert "in another task (" in str(error)
        error = await library.beside(
            in_block, lambda: refused(MoveWhileBorrowedError, lambda: move(owner)), cancel=False
        )
        assert "in another task (" in str(error)

    library.run(main)


@libraries
def test_a_borrow_of_this_very_task_is_told_as_such(library: Any) -> None:
    """Re-entrancy."""

    async def main() -> None:
        owner = Box([1])
        with borrow_mut(owner):
            error = refused(BorrowMutError, lambda: borrow_mut(owner))
        assert "borrowed exclusively, in this very task" in str(error)

        async def nested() -> OwnershipError:
            await library.pause(0)
            return refused(BorrowMutError, lambda: borrow_mut(owner))

        guard = borrow(owner)
        assert ", in this very task" in str(await nested())
        drop(guard)

    library.run(main)


@libraries
def test_a_borrow_of_another_thread_is_told_as_such(library: Any) -> None:
    """Beside tasks, and without them."""
    owner = Owned([1])
    ready, done = threading.Event(), threading.Event()

    def hold() -> None:
        with borrow(owner):
            ready.set()
            done.wait(20)

    async def main() -> None:
        error = refused(BorrowMutError, lambda: borrow_mut(owner))
        assert "in another thread ('holder')" in str(error)

    thread = threading.Thread(target=hold, name="holder")
    thread.start()
    ready.wait(20)
    library.run(main)
    error = refused(BorrowMutError, lambda: borrow_mut(owner))
    assert "in another thread ('holder')" in str(error)
    assert "Arc(Mutex" in str(error)
    done.set()
    thread.join()


def test_without_tasks_and_threads_nothing_is_said_of_them() -> None:
    """The message is the short one."""
    owner = Owned([1])
    guard = borrow_mut(owner)
    text = str(refused(BorrowMutError, lambda: borrow_mut(owner)))
    assert "it is borrowed exclusively (E0499)" in text
    assert ", task" not in text
    assert is_live(guard)


def test_locking_twice_in_one_task_is_told_as_re_entrancy() -> None:
    """By the mutex of asyncio, which tasks wait for."""

    async def main() -> None:
        mutex: Any = aio.Mutex([1])
        async with mutex.lock():
            with pytest.raises(BorrowMutError, match="in this very task"):
                await mutex.lock()

    Asyncio.run(main)


@libraries
def test_owners_know_the_task_that_made_and_used_them(library: Any) -> None:
    """Each site names it; outside of tasks there is none."""

    async def main() -> None:
        for owner in (Owned([1]), Box([1]), Arc([1]), Mutex([1])):
            drop(owner)
            with pytest.raises(OwnershipError) as info:
                drop(owner)
            created, *_, used = info.value.sites
            assert (created.kind, used.kind) == ("created", "used")
            assert "main" in str(created.task)
            assert "main" in str(used.task)

    library.run(main)
    owner = Owned([1])
    drop(owner)
    assert {site.task for site in refused_twice(owner).sites} == {None}


@libraries
@pytest.mark.parametrize("kind", [Owned, Box, Rc, Arc, Mutex, RefCell, Cell], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("end", [move, drop, into_inner, forget], ids=["move", "drop", "into_inner", "forget"])
def test_the_task_that_ended_an_owner_is_named(library: Any, kind: Any, end: Any) -> None:
    """The first of two tasks that take one owner, also when both have come from one function."""
    errors: list[OwnershipError] = []

    async def main() -> None:
        owner = kind([1])
        kept = clone(owner) if kind in (Rc, Arc) and end is drop else None

        async def work() -> None:
            await library.pause(0)
            end(owner)

        def again() -> None:
            try:
                end(owner)
            except OwnershipError as error:
                errors.append(error)

        await library.beside(work, lambda: None, cancel=False)
        again()
        del kept

    library.run(main)
    sites = [(site.kind, str(site.task)) for site in errors[0].sites]
    assert len(sites) == 3
    assert ["main" in task for _, task in sites] == [True, False, True]
    assert "worker" in sites[1][1]
    assert "worker" in str(errors[0])


def test_moves_take_the_short_way_again_when_no_task_runs() -> None:
    """What is moved after the tasks, or in another thread, names none."""

    async def main() -> Any:
        owner = Owned([1])
        return move(owner)

    kept = asyncio.run(main())
    for _ in range(3):
        before, kept = kept, move(kept)
        with pytest.raises(UseAfterMoveError) as info:
            drop(before)
        assert [site.task for site in info.value.sites[1:]] == [None, None]
    drop(kept)


def refused_twice(owner: Any) -> OwnershipError:
    with pytest.raises(OwnershipError) as info:
        drop(owner)
    return info.value


class Slow:
    """A value whose end takes some waiting."""

    def __init__(self, library: Any, log: list[str], name: str = "slow") -> None:
        self.library = library
        self.log = log
        self.name = name

    async def aclose(self) -> None:
        self.log.append(f"begin {self.name}")
        for _ in range(5):
            await self.library.pause(0.005)
        self.log.append(f"end {self.name}")


@libraries
@pytest.mark.parametrize("kind", [Owned, Box, Arc], ids=lambda kind: kind.__name__)
def test_a_cancelled_drop_finishes_and_then_the_cancellation_is_delivered(library: Any, kind: Any) -> None:
    """Cancelled while the hook waits: the hook goes on, its parts follow, and only then the task ends."""
    log: list[str] = []

    class Parent(Slow):
        def __init__(self) -> None:
            super().__init__(library, log, "parent")
            self.part = Owned(Noisy("part", log))

    async def work() -> None:
        try:
            async with kind(Parent()):
                log.append("body")
            await library.pause(0)
            log.append("never")
        except library.cancelled:
            log.append("cancelled")
            raise

    async def main() -> None:
        await library.beside(work, lambda: log.append("cancel"), cancel=True)

    library.run(main)
    assert log == ["body", "begin parent", "cancel", "end parent", "part", "cancelled"]


@libraries
def test_a_cancelled_body_drops_to_the_end(library: Any) -> None:
    """Even if it is cancelled again meanwhile."""
    log: list[str] = []

    async def work() -> None:
        try:
            async with Owned(Slow(library, log)):
                await library.pause(60)
        except library.cancelled:
            log.append("cancelled")
            raise

    async def twice() -> None:
        task = asyncio.create_task(work())
        for _ in range(3):
            await asyncio.sleep(0.006)
            task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()

    async def once() -> None:
        await library.beside(work, lambda: None, cancel=True)

    library.run(twice if library is Asyncio else once)
    assert log == ["begin slow", "end slow", "cancelled"]


@libraries
def test_a_cancelled_scope_drops_all_that_it_owns(library: Any) -> None:
    """In reverse, each to the end."""
    log: list[str] = []

    async def work() -> None:
        async with Scope() as scope:
            for name in "abc":
                scope.own(Slow(library, log, name))

    async def main() -> None:
        await library.beside(work, lambda: log.append("cancel"), cancel=True)

    library.run(main)
    assert log == ["begin c", "cancel", "end c", "begin b", "end b", "begin a", "end a"]


def test_a_failing_hook_and_a_cancellation_both_arrive() -> None:
    """The cancellation is raised, and has the failure in its context."""
    seen: list[BaseException] = []

    async def fail(value: object) -> None:
        await asyncio.sleep(0.02)
        raise ValueError("hook")

    async def work() -> None:
        try:
            async with Owned(1, drop=fail):
                pass
        except asyncio.CancelledError as error:
            seen.append(error)
            raise

    async def main() -> None:
        await Asyncio.beside(work, lambda: None, cancel=True)

    Asyncio.run(main)
    assert isinstance(seen[0].__context__, ValueError)


def test_a_hook_may_have_timeouts_of_its_own() -> None:
    """They are not taken for a cancellation of the task."""
    log: list[str] = []

    async def hook(value: object) -> None:
        try:
            await asyncio.wait_for(asyncio.sleep(60), 0.01)
        except asyncio.TimeoutError:
            log.append("timed out")

    async def main() -> None:
        async with Owned(1, drop=hook):
            pass

    Asyncio.run(main)
    assert log == ["timed out"]


def test_a_time_limit_around_a_drop_is_kept_after_it() -> None:
    """`wait_for` raises its own error, when the drop has finished."""
    log: list[str] = []

    async def work() -> None:
        async with Owned(Slow(Asyncio, log)):
            pass

    async def main() -> None:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(work(), 0.01)
        assert log == ["begin slow", "end slow"]

    Asyncio.run(main)


def test_an_entered_context_manager_sees_the_cancellation_itself() -> None:
    """It is left in the task that entered it, as by a plain `async with`: a group of tasks cancels its own."""
    log: list[str] = []

    class Session:
        async def __aenter__(self) -> int:
            return 1

        async def __aexit__(self, kind: Any, error: Any, trace: Any) -> None:
            task = asyncio.current_task()
            assert task is not None
            log.append(task.get_name())
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                log.append("told")
                raise

    async def work() -> None:
        async with await Owned.aenter(Session()):
            pass

    async def main() -> None:
        await Asyncio.beside(work, lambda: None, cancel=True)

    Asyncio.run(main)
    assert log == ["worker", "told"]
