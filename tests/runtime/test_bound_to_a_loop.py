"""Resources of an event loop are dropped in it, and nowhere else."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from owned import NotSendError, OwnedLeakWarning
from tests.runtime.loose import Arc, Box, Mutex, Owned, Rc, RefCell, Scope, forget, move
from tests.runtime.parts import refused


async def open_writer(kept: list[socket.socket]) -> asyncio.StreamWriter:
    left, right = socket.socketpair()
    kept.append(right)
    return (await asyncio.open_connection(sock=left))[1]


@pytest.mark.parametrize("owner", [Owned, Box, Rc, Arc, RefCell, Mutex])
def test_a_stream_is_refused_by_another_loop(owner: Any) -> None:
    """Nothing is dropped there; its own loop can still do it."""
    kept: list[socket.socket] = []
    first, second = asyncio.new_event_loop(), asyncio.new_event_loop()
    try:
        writer = first.run_until_complete(open_writer(kept))
        held = [owner(writer)]

        async def end() -> None:
            async with move(held[0]) as stream:
                held[0] = stream

        async def end_elsewhere() -> None:
            try:
                await end()
            except NotSendError as error:
                assert "belongs to its event loop" in str(error)
                assert [site.kind for site in error.sites] == ["created", "used"]
            else:
                raise AssertionError("it was dropped")

        second.run_until_complete(end_elsewhere())
        assert not writer.is_closing()
        first.run_until_complete(end())
        assert writer.is_closing()
    finally:
        first.close()
        second.close()
        kept[0].close()


def test_a_stream_whose_loop_is_closed_is_reported_and_not_called() -> None:
    """There is nobody left who could await it."""
    kept: list[socket.socket] = []
    loop = asyncio.new_event_loop()
    writer = loop.run_until_complete(open_writer(kept))
    loop.run_until_complete(close(writer))
    loop.close()
    owner = Owned(writer)

    async def end() -> None:
        async with owner:
            pass

    error = refused(NotSendError, lambda: asyncio.run(end()))
    assert "which is closed" in str(error)
    forget(owner)
    kept[0].close()


async def close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    await writer.wait_closed()


def test_a_scope_ends_the_streams_of_its_own_loop() -> None:
    """In reverse order, awaited."""
    kept: list[socket.socket] = []

    async def main() -> list[bool]:
        async with Scope() as scope:
            writers = [scope.own(await open_writer(kept)).value for _ in range(2)]
        return [writer.is_closing() for writer in writers]

    assert asyncio.run(main()) == [True, True]
    for other in kept:
        other.close()


def test_a_stream_that_dies_in_its_loop_warns() -> None:
    """Its drop can only be awaited, and nobody does."""
    kept: list[socket.socket] = []

    async def main() -> None:
        writer = await open_writer(kept)
        owner = Owned(writer)
        with pytest.warns(OwnedLeakWarning, match="can only be dropped by awaiting"):
            del owner
        await close(writer)

    asyncio.run(main())
    kept[0].close()
