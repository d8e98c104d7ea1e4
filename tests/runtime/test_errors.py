"""What an error says: rule, code, the places in the order of time, and a remedy."""

from __future__ import annotations

import asyncio
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any

import pytest

import owned
from owned import (
    AsyncDropError,
    BorrowError,
    BorrowMutError,
    BorrowOutlivesOwnerError,
    MoveOutOfBorrowError,
    MoveWhileBorrowedError,
    NotCopyError,
    NotSendError,
    OwnershipError,
    ReadOnlyError,
    UseAfterDropError,
    UseAfterMoveError,
)
from owned.atomic import FREE_THREADED
from tests.runtime.loose import Box, Owned, borrow, borrow_mut, deref, drop, into_inner, is_live, move
from tests.runtime.parts import Noisy, Plain

owners = pytest.mark.parametrize("owner", [Owned, Box], ids=["Owned", "Box"])


def line() -> int:
    """The line of the caller."""
    return sys._getframe(1).f_lineno


RULES: dict[type[OwnershipError], str] = {
    UseAfterMoveError: "use-after-move",
    UseAfterDropError: "use-after-move",
    BorrowError: "borrow-conflict",
    BorrowMutError: "borrow-conflict",
    MoveWhileBorrowedError: "move-while-borrowed",
    MoveOutOfBorrowError: "move-out-of-borrow",
    BorrowOutlivesOwnerError: "borrow-outlives-owner",
    ReadOnlyError: "mutate-through-ref",
    NotSendError: "not-send",
    NotCopyError: "not-copy",
    AsyncDropError: "async-drop",
}


@pytest.mark.parametrize("error, rule", RULES.items(), ids=lambda v: getattr(v, "__name__", v))
def test_every_error_derives_from_ownership_error(error: type[OwnershipError], rule: str) -> None:
    """One class to catch, and a `RuntimeError` for who knows nothing of ownership."""
    assert issubclass(error, OwnershipError)
    assert issubclass(OwnershipError, RuntimeError)
    assert not issubclass(error, AttributeError)
    assert error.__module__ == "owned.errors"
    assert error.rule == rule


def test_subclass_relations() -> None:
    """A drop is a kind of move; a copy is a kind of wrong type."""
    assert issubclass(UseAfterDropError, UseAfterMoveError)
    assert issubclass(NotCopyError, TypeError)


def provoke(kind: str) -> OwnershipError:
    """Make the mistake called `kind`, and give its error."""
    owner, box = Owned([1]), Box(Plain(x=1, items=[]))
    attempt: Any
    if kind == "moved":
        keep = move(owner)
        attempt = lambda: owner.value
    elif kind == "dropped":
        drop(owner)
        attempt = lambda: owner.value
    elif kind == "shared while exclusive":
        keep = borrow_mut(owner)
        attempt = lambda: borrow(owner)
    elif kind == "exclusive while shared":
        keep = borrow(owner)
        attempt = lambda: borrow_mut(owner)
    elif kind == "exclusive while exclusive":
        keep = borrow_mut(owner)
        attempt = lambda: borrow_mut(owner)
    elif kind == "moved while borrowed":
        keep = borrow(owner)
        attempt = lambda: move(owner)
    elif kind == "out of a borrow":
        holder = Owned(Plain(child=owner))
        keep = borrow(holder)
        attempt = lambda: move(keep.child)
    elif kind == "outlived":
        with borrow(box) as view:
            pass
        attempt = lambda: view.x
    elif kind == "assigned":
        keep = borrow(box)
        attempt = lambda: setattr(keep, "x", 1)
    elif kind == "mutated":
        keep = borrow(box)
        attempt = lambda: keep.items.append(1)
    elif kind == "copied":
        import copy

        attempt = lambda: copy.copy(box)
    else:

        class Channel:
            async def aclose(self) -> None:
                pass

        channel = Owned(Channel(), drop=None)
        attempt = lambda: drop(channel)
        try:
            attempt()
        except OwnershipError as error:
            into_inner(channel)
            return error
    with pytest.raises(OwnershipError) as caught:
        attempt()
    return caught.value


KINDS: dict[str, tuple[type[OwnershipError], str]] = {
    "moved": (UseAfterMoveError, "E0382"),
    "dropped": (UseAfterDropError, "E0382"),
    "shared while exclusive": (BorrowError, "E0502"),
    "exclusive while shared": (BorrowMutError, "E0502"),
    "exclusive while exclusive": (BorrowMutError, "E0499"),
    "moved while borrowed": (MoveWhileBorrowedError, "E0505"),
    "out of a borrow": (MoveOutOfBorrowError, "E0507"),
    "outlived": (BorrowOutlivesOwnerError, "E0597"),
    "assigned": (ReadOnlyError, "E0594"),
    "mutated": (ReadOnlyError, "E0596"),
    "copied": (NotCopyError, "E0204"),
    "asynchronous": (AsyncDropError, ""),
}
every_kind = pytest.mark.parametrize("kind, error, code", [(k, *v) for k, v in KINDS.items()], ids=KINDS)


@every_kind
def test_an_error_carries_rule_code_and_sites(kind: str, error: type[OwnershipError], code: str) -> None:
    """The failing attempt is always the last site."""
    found = provoke(kind)
    assert type(found) is error
    assert found.rule == RULES[error]
    assert found.code == code
    assert isinstance(found.sites, tuple)
    assert found.sites[-1].kind == "used"
    assert all(site.kind in ("created", "moved", "dropped", "borrowed", "used") for site in found.sites)
    assert found.sites[0].kind == "created"


@every_kind
def test_a_site_says_where_who_and_in_which_thread(kind: str, error: type[OwnershipError], code: str) -> None:
    """File, line, function, thread, task."""
    found = provoke(kind)
    for site in found.sites:
        assert site.file.endswith("test_errors.py")
        assert site.line > 0
        assert site.function.rpartition(".")[2] in ("provoke", "<lambda>")
        assert str(site.thread) in (
            threading.current_thread().name,
            str(threading.get_ident()),
            str(threading.current_thread()),
        )
        assert site.task is None


@every_kind
def test_a_message_names_the_attempt_and_a_remedy(kind: str, error: type[OwnershipError], code: str) -> None:
    """What happened, where, and one thing to try, on several lines."""
    found = provoke(kind)
    text = str(found)
    assert f"test_errors.py:{found.sites[-1].line}" in text
    if code:
        assert code in text
    assert len(text.splitlines()) >= 2
    for site in found.sites:
        assert f"test_errors.py:{site.line}" in text


@every_kind
def test_errors_print_in_tracebacks_without_touching_the_value(
    kind: str, error: type[OwnershipError], code: str
) -> None:
    """`traceback` shows message and class; the error itself can be printed twice."""
    found = provoke(kind)
    text = "".join(traceback.format_exception(found))
    assert error.__name__ in text
    assert str(found) == str(found)
    assert repr(found)


@owners
def test_use_after_move_names_creation_move_and_use(owner: Any) -> None:
    """In the order of time."""
    handle, created = owner([1], name="ledger"), line()
    other, moved = move(handle), line()
    with pytest.raises(UseAfterMoveError) as caught:
        deref(handle)
    used = line() - 1
    sites = caught.value.sites
    assert [(s.kind, s.line) for s in sites] == [("created", created), ("moved", moved), ("used", used)]
    assert [s.function for s in sites] == ["test_use_after_move_names_creation_move_and_use"] * 3
    text = str(caught.value)
    assert "ledger" in text
    assert "moved" in text
    assert is_live(other)


@owners
def test_use_after_drop_names_the_drop(owner: Any) -> None:
    """`dropped` is its own kind."""
    handle = owner([1])
    _, dropped = drop(handle), line()
    with pytest.raises(UseAfterDropError) as caught:
        drop(handle)
    assert [s.kind for s in caught.value.sites] == ["created", "dropped", "used"]
    assert caught.value.sites[1].line == dropped


@owners
def test_the_end_of_a_block_is_a_drop_with_a_place(owner: Any) -> None:
    """It stands in the function of the block."""
    with owner([1]) as handle:
        pass
    with pytest.raises(UseAfterDropError) as caught:
        deref(handle)
    dropped = [s for s in caught.value.sites if s.kind == "dropped"]
    assert [s.function for s in dropped] == ["test_the_end_of_a_block_is_a_drop_with_a_place"]


@owners
def test_every_live_borrow_is_listed(owner: Any) -> None:
    """One site each; ended borrows are not."""
    handle = owner([1])
    ended = borrow(handle)
    first, one = borrow(handle), line()
    second, two = borrow(handle), line()
    drop(ended)
    attempts: list[Callable[[], object]] = [lambda: borrow_mut(handle), lambda: move(handle), lambda: drop(handle)]
    for attempt in attempts:
        with pytest.raises(OwnershipError) as caught:
            attempt()
        sites = caught.value.sites
        assert [s.kind for s in sites] == ["created", "borrowed", "borrowed", "used"]
        assert sorted(s.line for s in sites[1:3]) == [one, two]
        assert FREE_THREADED or sites[1].line == one  # There nobody knows which of two objects is older.
    drop(first)
    with pytest.raises(BorrowMutError) as caught_again:
        borrow_mut(handle)
    assert [s.line for s in caught_again.value.sites if s.kind == "borrowed"] == [two]
    assert second[0] == 1


@owners
def test_the_exclusive_borrow_is_listed(owner: Any) -> None:
    """A `BorrowError` names it."""
    handle = owner([1])
    guard, where = borrow_mut(handle), line()
    with pytest.raises(BorrowError) as caught:
        borrow(handle)
    assert [s.line for s in caught.value.sites if s.kind == "borrowed"] == [where]
    assert guard[0] == 1


@owners
def test_the_guard_that_outlived_its_block_is_named(owner: Any) -> None:
    """With the place of the borrow."""
    with owner([[1]]) as handle:
        where = line() + 1
        with borrow(handle) as view:
            assert len(view) == 1
    with pytest.raises(BorrowOutlivesOwnerError) as caught:
        view[0]
    assert where in [s.line for s in caught.value.sites if s.kind == "borrowed"]


@owners
def test_moves_of_moves_keep_the_last_one(owner: Any) -> None:
    """Level `check` keeps the creation and the last move."""
    first = owner([1])
    second = move(first)
    third, where = move(second), line()
    with pytest.raises(UseAfterMoveError) as caught:
        deref(second)
    assert [s.line for s in caught.value.sites if s.kind == "moved"][-1] == where
    assert is_live(third)


@owners
def test_the_method_calls_of_owned_are_places_of_the_caller(owner: Any) -> None:
    """No frame of the library stands among the sites."""
    handle = Owned([1])
    other, moved = handle.move(), line()
    with pytest.raises(UseAfterMoveError) as caught:
        handle.borrow()
    assert [s.line for s in caught.value.sites if s.kind == "moved"] == [moved]
    for site in caught.value.sites:
        assert "/owned/" not in site.file.replace("\\", "/").rsplit("tests", 1)[-1]
    assert is_live(other)


def test_a_site_names_its_thread_and_its_task() -> None:
    """Who moved it may be another thread or another task than who uses it."""
    handle = Owned([1])
    kept: list[Any] = []
    thread = threading.Thread(target=lambda: kept.append(move(handle)), name="mover")
    thread.start()
    thread.join()
    with pytest.raises(UseAfterMoveError) as caught:
        deref(handle)
    assert "mover" in str(caught.value)
    threads = [s.thread for s in caught.value.sites]
    assert threads[0] == threads[2] != threads[1]

    async def use() -> None:
        deref(handle)

    async def main() -> None:
        await asyncio.create_task(use(), name="user task")

    with pytest.raises(UseAfterMoveError) as in_task:
        asyncio.run(main())
    assert in_task.value.sites[-1].task == "user task"
    assert in_task.value.sites[0].task is None


def test_operations_on_a_moved_box_name_the_move() -> None:
    """Operators, attributes and items know as much as verbs do."""
    box = Box([1])
    other, moved = move(box), line()
    for attempt in (lambda: box + [1], lambda: box[0], lambda: box.append(1), lambda: len(box), lambda: list(box)):
        with pytest.raises(UseAfterMoveError) as caught:
            attempt()
        assert [s.line for s in caught.value.sites if s.kind == "moved"] == [moved]
        assert caught.value.sites[-1].function.endswith("<lambda>")
    assert is_live(other)


def test_messages_touch_no_value() -> None:
    """A value with a broken `repr` is never asked for one."""

    class Rude(Noisy):
        def __repr__(self) -> str:
            raise AssertionError("touched")

        __str__ = __repr__

    owner = Owned(Rude("a", []))
    guard = borrow(owner)
    with pytest.raises(MoveWhileBorrowedError) as caught:
        move(owner)
    assert "Rude" in str(caught.value)
    drop(guard)
    other = move(owner)
    with pytest.raises(UseAfterMoveError) as caught_move:
        deref(owner)
    assert "Rude" in str(caught_move.value)
    assert other.value.name == "a"


def test_all_errors_are_exported() -> None:
    """They are in the package as in `owned.errors`."""
    for error in [*RULES, OwnershipError]:
        assert getattr(owned, error.__name__) is getattr(owned.errors, error.__name__) is error


def test_a_site_is_a_tuple_of_its_six_fields() -> None:
    """So that it can be unpacked; what level `trace` adds is beside the tuple."""
    o = Owned([1])
    drop(o)
    with pytest.raises(UseAfterDropError) as caught:
        deref(o)
    kind, file, where, function, thread, task = caught.value.sites[0]
    assert (kind, file, function, thread, task) == (
        "created",
        __file__,
        sys._getframe().f_code.co_name,
        "MainThread",
        None,
    )
    assert where == caught.value.sites[0].line


def test_the_code_of_a_rule_is_known_of_the_class() -> None:
    """The first one, where a rule has several; an error that is raised by hand has it, too."""
    assert (UseAfterDropError.code, ReadOnlyError.code, AsyncDropError.code) == ("E0382", "E0594", "")
    assert UseAfterMoveError("by hand").code == "E0382"
    assert BorrowError.code == "E0502"
