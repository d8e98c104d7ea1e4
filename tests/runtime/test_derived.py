"""Values that live by another value: cursors, views, members of archives, generators, responses."""

from __future__ import annotations

import asyncio
import gc
import io
import mmap
import sqlite3
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from owned import (
    AsyncDropError,
    BorrowMutError,
    BorrowOutlivesOwnerError,
    MoveWhileBorrowedError,
    OwnedLeakWarning,
    UseAfterDropError,
    UseAfterMoveError,
)
from tests.runtime.loose import Box, Owned, Scope, borrow, borrow_mut, clone, deref, drop, forget, into_inner, move
from tests.runtime.parts import Failing, Noisy, Plain, refused, run_python

owners = pytest.mark.parametrize("owner", [Owned, Box], ids=["Owned", "Box"])


def derive(owner: Any, source: Any, value: Any, **options: Any) -> Any:
    """Derive by the method of an `Owned`, or by the function of `Box`."""
    return Box.derive(source, value, **options) if owner is Box else source.derive(value, **options)


@owners
def test_a_source_in_use_is_not_dropped_moved_or_changed(owner: Any) -> None:
    """Until what was derived from it is dropped; the errors name the place where it was derived."""
    log: list[str] = []
    source = owner(Noisy("source", log))
    part = derive(owner, source, Noisy("part", log))
    for verb in (drop, move, into_inner, forget):
        error = refused(MoveWhileBorrowedError, lambda: verb(source))
        assert [site.kind for site in error.sites] == ["created", "borrowed", "used"]
        assert error.sites[1].function == "derive"
    refused(BorrowMutError, lambda: borrow_mut(source))
    with borrow(source) as seen:
        assert seen.name == "source"
    drop(part)
    assert log == ["part"]
    drop(source)
    assert log == ["part", "source"]


@owners
def test_dropping_the_source_drops_first_what_asked_for_it(owner: Any) -> None:
    """The latest first; used afterwards it raises, with the place of its creation and that of the source's drop."""
    log: list[str] = []
    source = owner(Noisy("source", log))
    parts = [derive(owner, source, Noisy(name, log), dropped_first=True) for name in "ab"]
    drop(source)
    assert log == ["b", "a", "source"]
    error = refused(BorrowOutlivesOwnerError, lambda: parts[0].name if owner is Box else parts[0].value, "E0597")
    assert [site.kind for site in error.sites] == ["created", "dropped", "used"]
    assert error.sites[1].function == test_dropping_the_source_drops_first_what_asked_for_it.__name__
    refused(BorrowOutlivesOwnerError, lambda: drop(parts[1]))
    assert "ended" in repr(parts[0])


@owners
def test_one_that_did_not_ask_for_it_protects_all(owner: Any) -> None:
    """Nothing is dropped when the drop is refused."""
    log: list[str] = []
    source = owner(Noisy("source", log))
    first = derive(owner, source, Noisy("a", log), dropped_first=True)
    second = derive(owner, source, Noisy("b", log))
    refused(MoveWhileBorrowedError, lambda: drop(source))
    assert log == []
    drop(second)
    drop(source)
    assert log == ["b", "a", "source"]
    refused(BorrowOutlivesOwnerError, lambda: drop(first))


@owners
def test_a_borrowed_derived_value_is_not_dropped_with_its_source(owner: Any) -> None:
    """It is in use itself."""
    log: list[str] = []
    source = owner(Noisy("source", log))
    part = derive(owner, source, Noisy("part", log), dropped_first=True)
    guard = borrow(part)
    refused(MoveWhileBorrowedError, lambda: drop(source))
    assert log == []
    drop(guard)
    drop(source)
    assert log == ["part", "source"]


@owners
def test_the_end_of_the_source_s_block_ends_what_was_derived(owner: Any) -> None:
    """A scope always drops: the derived value first, and the mistake is reported, unless it asked to be dropped."""
    log: list[str] = []
    for first in (False, True):
        log.clear()
        kept: list[Any] = []

        def use() -> None:
            with owner(Noisy("source", log)) as source:
                kept.append(derive(owner, source, Noisy("part", log), dropped_first=first))

        if first:
            use()
        else:
            error = refused(BorrowOutlivesOwnerError, use)
            assert error.sites[1].function == "derive"
        assert log == ["part", "source"]
        refused(BorrowOutlivesOwnerError, lambda: drop(kept[0]))


@owners
def test_a_source_that_dies_ends_what_was_derived(owner: Any) -> None:
    """A derived value does not keep its source alive, as a guard does not."""
    log: list[str] = []
    source = owner(Noisy("source", log))
    part = derive(owner, source, Noisy("part", log))
    del source
    assert log == ["part", "source"]
    refused(BorrowOutlivesOwnerError, lambda: drop(part))


@owners
def test_the_source_is_free_when_the_derived_value_is_gone_in_any_way(owner: Any) -> None:
    """Dropped, dead, unwrapped, forgotten, or at the end of its block."""
    log: list[str] = []
    source = owner(Noisy("source", log))
    drop(derive(owner, source, Noisy("a", log)))
    part = derive(owner, source, Noisy("b", log))
    del part
    into_inner(derive(owner, source, Noisy("c", log)))
    forget(derive(owner, source, Noisy("d", log)))
    with derive(owner, source, Noisy("e", log)):
        pass
    drop(source)
    assert log == ["a", "b", "e", "source"]


@owners
def test_a_derived_value_that_was_moved_is_still_tied(owner: Any) -> None:
    """To its source, wherever it is."""
    log: list[str] = []
    source = owner(Noisy("source", log))
    part = derive(owner, source, Noisy("part", log), dropped_first=True)
    moved = move(part)
    refused(UseAfterMoveError, lambda: drop(part))
    drop(source)
    assert log == ["part", "source"]
    refused(BorrowOutlivesOwnerError, lambda: drop(moved))


@owners
def test_what_is_derived_from_the_derived_ends_before_it(owner: Any) -> None:
    """Rows by a cursor, the cursor by a connection."""
    log: list[str] = []
    source = owner(Noisy("source", log))
    part = derive(owner, source, Noisy("part", log), dropped_first=True)
    leaf = derive(owner, part, Noisy("leaf", log), dropped_first=True)
    drop(source)
    assert log == ["leaf", "part", "source"]
    refused(BorrowOutlivesOwnerError, lambda: drop(leaf))
    with owner(Noisy("s", log)) as again:
        kept = derive(owner, again, Noisy("p", log), dropped_first=True)
        deeper = derive(owner, kept, Noisy("l", log), dropped_first=True)
    assert log[3:] == ["l", "p", "s"]
    refused(BorrowOutlivesOwnerError, lambda: drop(deeper))


@owners
@pytest.mark.parametrize("reverse", [False, True])
def test_in_a_garbage_collection_the_derived_value_is_dropped_first(owner: Any, reverse: bool) -> None:
    """In whatever order the collector comes to the owners."""
    log: list[str] = []
    node = Plain()
    node.itself = node
    source = owner(Noisy("source", log))
    part = move(derive(owner, source, Noisy("part", log)))
    node.owners = [part, source] if reverse else [source, part]
    node.first, node.second = node.owners
    del source, part
    del node
    with pytest.warns(OwnedLeakWarning):
        gc.collect()
    assert log == ["part", "source"]


def test_a_failing_drop_of_a_derived_value_stops_nothing() -> None:
    """The source is dropped all the same, and the error arrives."""
    log: list[str] = []
    source = Owned(Noisy("source", log))
    part = source.derive(Failing("part", log), dropped_first=True)
    with pytest.raises(ValueError, match="drop of part"):
        drop(source)
    assert log == ["part", "source"]
    refused(BorrowOutlivesOwnerError, lambda: drop(part))


def test_a_scope_ends_what_was_derived_from_what_it_owns() -> None:
    """Owners of a scope are owners like any other."""
    log: list[str] = []
    with Scope() as scope:
        source = scope.own(Noisy("source", log))
        part = source.derive(Noisy("part", log), dropped_first=True)
    assert log == ["part", "source"]
    refused(BorrowOutlivesOwnerError, lambda: part.value)


def test_a_given_hook_and_name_are_used() -> None:
    """As for any owner."""
    log: list[Any] = []
    source = Owned([1])
    part = source.derive([2], drop=log.append, name="part")
    drop(part)
    assert log == [[2]]
    assert '"part"' in str(refused(UseAfterDropError, lambda: part.value))


def test_a_copy_of_a_derived_value_is_on_its_own() -> None:
    """A clone lives by nobody."""
    source = Owned([1])
    part = source.derive([2])
    copied = clone(part)
    drop(part)
    drop(source)
    assert copied.value == [2]


class Remote:
    def __init__(self, name: str, log: list[str]) -> None:
        self.name = name
        self.log = log

    async def aclose(self) -> None:
        await asyncio.sleep(0)
        self.log.append(self.name)


def test_asynchronous_values_are_awaited_before_their_source() -> None:
    """A response by a client; where nothing can await, the drop is refused."""
    log: list[str] = []

    async def main() -> None:
        async with Owned(Remote("client", log)) as client:
            response = client.derive(Remote("response", log), dropped_first=True)
            refused(AsyncDropError, lambda: drop(client))
        assert log == ["response", "client"]
        refused(BorrowOutlivesOwnerError, lambda: response.value)
        log.clear()
        async with Scope() as scope:
            client = scope.own(Remote("client", log))
            client.derive(Remote("dead", log), drop=lambda remote: None)
            kept = client.derive(Remote("response", log), dropped_first=True)
        assert log == ["response", "client"]
        refused(BorrowOutlivesOwnerError, lambda: kept.value)

    asyncio.run(main())


def test_a_sqlite_cursor_lives_by_its_connection() -> None:
    """It is closed before the connection, and names it."""
    connection = Owned(sqlite3.connect(":memory:"))
    connection.value.execute("create table t (x)")
    with connection.derive(connection.value.cursor()) as cursor:
        cursor.value.execute("insert into t values (1)")
        bare = cursor.value
    with pytest.raises(sqlite3.ProgrammingError):
        bare.execute("select 1")
    late = connection.derive(deref(connection).cursor())
    refused(MoveWhileBorrowedError, lambda: drop(connection))
    assert late.value.execute("select x from t").fetchall() == [(1,)]
    drop(late)
    drop(connection)


def test_a_member_of_an_archive_lives_by_it(tmp_path: Path) -> None:
    """A zip file that is closed first would leave its member half read."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr("a.txt", "hello")
    with Box(zipfile.ZipFile(tmp_path / "a.zip")) as archive:
        member = Box.derive(archive, archive.open("a.txt"), dropped_first=True)
        assert member.read(2) == b"he"
        bare = deref(member)
    assert bare.closed
    refused(BorrowOutlivesOwnerError, lambda: member.read())


def test_a_view_lives_by_its_map() -> None:
    """The map cannot be closed while it is viewed: the view is released first."""
    mapped = Owned(mmap.mmap(-1, 10))
    view = mapped.derive(memoryview(deref(mapped)), dropped_first=True)
    view.value[0] = 65
    drop(mapped)
    refused(BorrowOutlivesOwnerError, lambda: view.value)
    other = Box(mmap.mmap(-1, 10))
    seen = Box.derive(other, memoryview(deref(other)))
    seen[0] = 65
    assert bytes(seen[:1]) == b"A"
    refused(MoveWhileBorrowedError, lambda: drop(other))
    drop(seen)
    drop(other)


def test_a_generator_lives_by_what_it_walks() -> None:
    """The list is not changed under it; at its end its `finally` has run."""
    log: list[str] = []

    def walk(items: Any) -> Any:
        try:
            yield from items
        finally:
            log.append("closed")

    numbers = Box([1, 2, 3])
    steps = Box.derive(numbers, walk(deref(numbers)))
    assert next(steps) == 1
    refused(BorrowMutError, lambda: numbers.append(4))
    drop(steps)
    assert log == ["closed"]
    numbers.append(4)
    assert numbers == [1, 2, 3, 4]


@pytest.mark.parametrize("level", ["fast", "off"])
def test_at_cheaper_levels_derived_values_are_dropped_all_the_same(level: str) -> None:
    """Also when their source is a value in no box."""
    done = run_python(
        """
        from owned import Box, Owned, drop
        source = Owned([1], drop=print)
        part = source.derive([2], drop=print, dropped_first=True)
        drop(source)
        numbers = Box([3])
        with Box.derive(numbers, iter(numbers), drop=lambda steps: print("end")) as steps:
            print(next(steps))
        """,
        OWNED=level,
    )
    assert (done.stdout, done.stderr) == ("[2]\n[1]\n3\nend\n", "")


def test_a_wrapper_lives_by_what_it_wraps() -> None:
    """A text layer over bytes: closed first, so that what it buffers arrives."""
    written: list[bytes] = []

    class Kept(io.BytesIO):
        def close(self) -> None:
            written.append(self.getvalue())
            super().close()

    with Owned(Kept()) as raw:
        text = raw.derive(io.TextIOWrapper(deref(raw)), drop=lambda layer: layer.detach(), dropped_first=True)
        text.value.write("hello")
    assert written[0] == b"hello"


def test_a_failing_hook_of_what_was_derived_is_told_when_its_source_dies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be raised there; the source is dropped all the same."""
    log: list[str] = []
    told: list[BaseException | None] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda failed: told.append(failed.exc_value))
    source = Owned(Noisy("source", log))
    derived = source.derive(Failing("derived", log))
    del source
    assert log == ["derived", "source"]
    assert [type(failure) for failure in told] == [ValueError]
    refused(BorrowOutlivesOwnerError, lambda: derived.value, "E0597")
