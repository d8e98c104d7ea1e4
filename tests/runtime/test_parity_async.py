"""Facts of Rust's own tests about futures, which are coroutines here."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.runtime.loose import Owned
from tests.runtime.parts import Failing, Noisy


class Pause:
    """A point of suspension."""

    def __await__(self) -> Any:
        yield None


def test_fact_268_a_coroutine_drops_in_the_order_of_a_function() -> None:
    """Blocks and parameters alike."""
    log: list[str] = []

    def function(a: Any, b: Any) -> None:
        with a, b, Owned(Noisy("c", log)):
            log.append("body")

    async def coroutine(a: Any, b: Any) -> None:
        with a, b, Owned(Noisy("c", log)):
            await asyncio.sleep(0)
            log.append("body")

    function(Owned(Noisy("a", log)), Owned(Noisy("b", log)))
    order = list(log)
    log.clear()
    asyncio.run(coroutine(Owned(Noisy("a", log)), Owned(Noisy("b", log))))
    assert log == order == ["body", "c", "b", "a"]


def test_fact_269_a_coroutine_that_is_dropped_while_it_waits_drops_what_is_alive() -> None:
    """In the order of leaving its blocks; what has ended before is not dropped again."""
    log: list[str] = []

    async def wait(a: Any) -> None:
        with a:
            with Owned(Noisy("over", log)):
                pass
            with Owned(Noisy("b", log)):
                await Pause()
                log.append("never")

    coroutine = wait(Owned(Noisy("a", log)))
    coroutine.send(None)
    coroutine.close()
    assert log == ["over", "b", "a"]


def test_fact_270_a_coroutine_that_never_ran_drops_its_arguments() -> None:
    """And nothing of its body runs."""
    log: list[str] = []

    async def use(a: Any) -> None:
        log.append("never")

    coroutine = use(Owned(Noisy("a", log)))
    coroutine.close()
    del coroutine
    assert log == ["a"]


@pytest.mark.parametrize("ended", ["run", "closed"])
def test_fact_272_a_hook_that_fails_in_a_coroutine_stops_no_other(ended: str) -> None:
    """Each is run once, whether the coroutine ends or is closed."""
    log: list[str] = []

    async def use() -> None:
        with Owned(Noisy("a", log)), Owned(Failing("b", log)), Owned(Noisy("c", log)):
            await Pause()

    coroutine = use()
    coroutine.send(None)
    if ended == "closed":
        with pytest.raises(BaseException) as info:
            coroutine.close()
            raise KeyError
        assert isinstance(info.value, (ValueError, KeyError))
    else:
        with pytest.raises(ValueError):
            coroutine.send(None)
    assert log == ["c", "b", "a"]
