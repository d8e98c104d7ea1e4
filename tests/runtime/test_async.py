"""Asynchronous hooks: awaited by `async with`, refused where nothing can await."""

from __future__ import annotations

import asyncio
import gc
import warnings
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from owned import AsyncDropError, OwnedLeakWarning, UseAfterDropError, UseAfterMoveError
from tests.runtime.loose import Arc, Box, Owned, Rc, Scope, drop, into_inner, is_live, move
from tests.runtime.parts import Noisy, refused

owners = pytest.mark.parametrize("owner", [Owned, Box], ids=["Owned", "Box"])


def run(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(main())


class Channel:
    """Has an asynchronous hook only."""

    def __init__(self, log: list[str], name: str = "channel") -> None:
        self.log = log
        self.name = name

    async def aclose(self) -> None:
        await asyncio.sleep(0)
        self.log.append(f"aclose {self.name}")


class Both(Channel):
    """Has both."""

    def close(self) -> None:
        self.log.append(f"close {self.name}")


@owners
def test_async_with_awaits_an_asynchronous_hook(owner: Any) -> None:
    """And binds the owner."""
    log: list[str] = []

    async def main() -> None:
        handle = owner(Channel(log))
        async with handle as bound:
            assert bound is handle
            assert log == []
        assert log == ["aclose channel"]
        refused(UseAfterDropError, lambda: drop(handle))

    run(main)


@owners
def test_under_async_with_aclose_comes_before_close(owner: Any) -> None:
    """Under a plain `with`, `close` is the hook."""
    log: list[str] = []

    async def main() -> None:
        async with owner(Both(log)):
            pass
        with owner(Both(log)):
            pass

    run(main)
    assert log == ["aclose channel", "close channel"]


@owners
def test_async_with_runs_synchronous_hooks_too(owner: Any) -> None:
    """In the usual order of hooks."""
    log: list[str] = []

    async def main() -> None:
        async with owner(Noisy("a", log)):
            pass
        async with owner(5, drop=lambda v: log.append(str(v))):
            pass
        async with owner([1]):
            pass

    run(main)
    assert log == ["a", "5"]


@owners
def test_a_given_coroutine_function_is_an_asynchronous_hook(owner: Any) -> None:
    """`drop=` may be one; so may `__drop__`."""
    log: list[str] = []

    async def hook(value: object) -> None:
        await asyncio.sleep(0)
        log.append(f"hook {value}")

    class Own:
        async def __drop__(self) -> None:
            await asyncio.sleep(0)
            log.append("own")

    async def main() -> None:
        async with owner(5, drop=hook):
            pass
        async with owner(Own()):
            pass
        for handle in (owner(6, drop=hook), owner(Own())):
            error = refused(AsyncDropError, lambda: drop(handle), "")
            async with handle:
                pass

    run(main)
    assert log == ["hook 5", "own", "hook 6", "own"]


@owners
def test_a_plain_with_refuses_what_must_be_awaited(owner: Any) -> None:
    """On entry; nothing is dropped, and the value stays with its owner."""
    log: list[str] = []

    async def main() -> None:
        handle = owner(Channel(log))

        def enter() -> None:
            with handle:
                raise AssertionError("entered")

        error = refused(AsyncDropError, enter)
        assert error.rule == "async-drop"
        assert error.code == ""
        assert "async with" in str(error)
        assert is_live(handle)
        assert log == []
        async with handle:
            pass

    run(main)
    assert log == ["aclose channel"]


@owners
def test_drop_refuses_what_must_be_awaited(owner: Any) -> None:
    """The owner stays live."""
    log: list[str] = []

    async def main() -> None:
        handle = owner(Channel(log))
        error = refused(AsyncDropError, lambda: drop(handle), "")
        assert "async with" in str(error)
        assert is_live(handle)
        assert into_inner(handle).name == "channel"

    run(main)
    assert log == []


def test_a_synchronous_scope_refuses_what_must_be_awaited() -> None:
    """On entry into the scope; the value stays with its owner."""
    log: list[str] = []

    async def main() -> None:
        channel = Channel(log)
        owner = Owned(channel)
        with Scope() as scope:
            scope.own(Noisy("a", log))
            refused(AsyncDropError, lambda: scope.own(channel), "")
        assert log == ["a"]
        async with owner:
            pass

    run(main)
    assert log == ["a", "aclose channel"]


def test_an_asynchronous_scope_drops_both_kinds_in_reverse() -> None:
    """Awaiting where there is something to await."""
    log: list[str] = []

    async def main() -> None:
        async with Scope() as scope:
            scope.own(Noisy("a", log))
            scope.own(Channel(log, "b"))
            scope.own(Both(log, "c"))

    run(main)
    assert log == ["aclose c", "aclose b", "a"]


@owners
def test_async_with_drops_when_its_body_raises(owner: Any) -> None:
    """The exception goes on."""
    log: list[str] = []

    async def main() -> None:
        async with owner(Channel(log)):
            raise KeyError

    with pytest.raises(KeyError):
        run(main)
    assert log == ["aclose channel"]


@owners
def test_an_asynchronous_hook_that_fails_arrives(owner: Any) -> None:
    """Alone as it is; with an exception on its way, in that one's context."""

    async def fail(value: object) -> None:
        raise ValueError("hook")

    async def alone() -> None:
        async with owner(1, drop=fail):
            pass

    original = KeyError()

    async def together() -> None:
        async with owner(1, drop=fail):
            raise original

    with pytest.raises(ValueError, match="hook"):
        run(alone)
    with pytest.raises(KeyError) as caught:
        run(together)
    assert caught.value is original
    assert isinstance(original.__context__, ValueError)


@owners
def test_an_owner_moved_out_of_async_with_is_not_dropped_by_it(owner: Any) -> None:
    """The new owner awaits."""
    log: list[str] = []

    async def main() -> None:
        async with owner(Channel(log)) as first:
            second = move(first)
        assert log == []
        async with second:
            pass
        refused(UseAfterMoveError, lambda: drop(first))

    run(main)
    assert log == ["aclose channel"]


@owners
def test_dying_without_a_scope_warns(owner: Any) -> None:
    """Nothing can await there; the warning says so."""
    log: list[str] = []

    async def main() -> None:
        handle = owner(Channel(log))
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            del handle
            gc.collect()
        assert any(issubclass(w.category, OwnedLeakWarning) for w in caught)
        assert not any("never awaited" in str(w.message) for w in caught)

    run(main)
    assert log == []


class AsyncSession:
    def __init__(self, log: list[str], swallow: bool = False) -> None:
        self.log = log
        self.swallow = swallow

    async def __aenter__(self) -> list[int]:
        await asyncio.sleep(0)
        self.log.append("enter")
        return [1]

    async def __aexit__(self, t: type[BaseException] | None, e: BaseException | None, tb: object) -> bool:
        await asyncio.sleep(0)
        self.log.append("clean" if t is None else t.__name__)
        return self.swallow


def test_aenter_owns_the_exit_of_an_asynchronous_context_manager() -> None:
    """It holds what `__aenter__` gave, passes the block's exception on, and honours a true answer."""
    log: list[str] = []

    async def main() -> None:
        async with await Owned.aenter(AsyncSession(log)) as session:
            assert session.value == [1]
        with pytest.raises(KeyError):
            async with await Owned.aenter(AsyncSession(log)):
                raise KeyError
        async with await Owned.aenter(AsyncSession(log, swallow=True)):
            raise LookupError

    run(main)
    assert log == ["enter", "clean", "enter", "KeyError", "enter", "LookupError"]


def test_an_asynchronous_entry_is_refused_by_a_plain_with_and_by_drop() -> None:
    """Its exit must be awaited."""
    log: list[str] = []

    async def main() -> None:
        session = await Owned.aenter(AsyncSession(log))
        refused(AsyncDropError, lambda: drop(session), "")
        refused(AsyncDropError, session.__enter__, "")
        async with session:
            pass

    run(main)
    assert log == ["enter", "clean"]


def test_an_asyncio_lock_is_held_for_as_long_as_it_is_owned() -> None:
    """A real asynchronous context manager."""

    async def main() -> None:
        lock = asyncio.Lock()
        async with await Owned.aenter(lock):
            assert lock.locked()
        assert not lock.locked()

    run(main)


def test_an_asynchronous_generator_is_closed() -> None:
    """`aclose` is what it has; its `finally` block runs."""
    log: list[str] = []

    async def numbers() -> Any:
        try:
            yield 1
        finally:
            log.append("closed")

    async def main() -> None:
        async with Owned(numbers()) as generator:
            assert await generator.value.__anext__() == 1

    run(main)
    assert log == ["closed"]


def test_a_cancelled_task_drops_what_its_blocks_own() -> None:
    """As dropping a future at a suspension point does in Rust."""
    log: list[str] = []

    async def work() -> None:
        async with Owned(Channel(log)):
            with Owned(Noisy("a", log)):
                await asyncio.sleep(60)

    async def main() -> None:
        task = asyncio.ensure_future(work())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(main)
    assert log == ["a", "aclose channel"]


def test_owners_in_the_fields_of_an_asynchronously_dropped_value_drop_after_it() -> None:
    """Each in its own way."""
    log: list[str] = []

    class Parent(Channel):
        def __init__(self) -> None:
            super().__init__(log, "parent")
            self.first = Owned(Noisy("first", log))
            self.second = Owned(Channel(log, "second"))

    async def main() -> None:
        async with Owned(Parent()):
            pass

    run(main)
    assert log == ["aclose parent", "first", "aclose second"]


@pytest.mark.parametrize("owner", [Box, Rc, Arc])
def test_an_owner_without_a_name_is_there_until_its_coroutine_is_awaited(owner: Any) -> None:
    """It would close the coroutine if it died as soon as the wait begins."""

    async def answer() -> int:
        await asyncio.sleep(0)
        return 42

    async def main() -> int:
        return int(await owner(answer()))

    assert asyncio.run(main()) == 42
