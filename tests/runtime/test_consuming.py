"""A `@consuming` method consumes `self`, whether a handle holds it or not."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from owned import MoveOutOfBorrowError, MoveWhileBorrowedError, OwnershipError, UseAfterMoveError, consuming
from tests.runtime.loose import Box, Owned, borrow, borrow_mut, deref, drop, is_live
from tests.runtime.parts import refused


class Request:
    limit = 3

    def __init__(self, log: list[str] | None = None) -> None:
        self.body = ["x"]
        self.log = [] if log is None else log

    def add(self, line: str) -> Request:
        self.body.append(line)
        return self

    @consuming
    def send(self, to: str = "them") -> str:
        """Send it away."""
        return f"{to}: {','.join(self.body)}"

    @consuming
    def fail(self) -> None:
        raise KeyError("not sent")

    @consuming
    def chain(self) -> str:
        return self.send("chained")

    def __drop__(self) -> None:
        self.log.append("dropped")


class Slotted:
    __slots__ = ("a",)

    def __init__(self) -> None:
        self.a = 1

    @consuming
    def eat(self) -> int:
        return self.a


def test_a_plain_instance_is_consumed() -> None:
    """After a normal return every further use raises."""
    request: Any = Request()
    assert request.send("you") == "you: x"
    for attempt in (
        lambda: request.body,
        lambda: request.add("y"),
        lambda: request.send(),
        lambda: setattr(request, "body", []),
        lambda: delattr(request, "body"),
        lambda: request.limit,
    ):
        refused(UseAfterMoveError, attempt, "E0382")


def test_the_error_names_the_consuming_call() -> None:
    """As a move names its place."""
    request: Any = Request()
    request.send()
    error = refused(UseAfterMoveError, lambda: request.body)
    assert "moved" in [site.kind for site in error.sites]
    assert "test_consuming.py" in str(error)
    assert "send" in str(error)


def test_a_consumed_instance_answers_repr_type_and_isinstance() -> None:
    """As every moved thing."""
    request: Any = Request()
    request.send()
    assert repr(request).startswith("<moved")
    assert isinstance(request, Request)
    assert request is request


def test_a_call_that_raises_consumes_nothing() -> None:
    """The value is still there to be tried again."""
    request: Any = Request()
    with pytest.raises(KeyError):
        request.fail()
    assert request.send() == "them: x"


def test_a_consuming_method_may_call_another() -> None:
    """`self` is whole while the body runs."""
    request: Any = Request()
    assert request.chain() == "chained: x"
    refused(UseAfterMoveError, lambda: request.body)


@pytest.mark.parametrize("owner", [Owned, Box], ids=["Owned", "Box"])
def test_a_consuming_call_through_an_owner_moves_the_owner(owner: Any) -> None:
    """Its hook does not run: the callee has it now."""
    log: list[str] = []
    handle = owner(Request(log))
    assert (handle.value if owner is Owned else handle).send() == "them: x"
    refused(UseAfterMoveError, lambda: (handle.value if owner is Owned else handle).body, "E0382")
    if owner is Box:
        assert not is_live(handle)
        refused(UseAfterMoveError, lambda: drop(handle), "E0382")


def test_a_box_whose_value_was_consumed_is_not_dropped_by_its_block() -> None:
    """The end of the block has nothing left to do."""
    log: list[str] = []
    with Box(Request(log)) as box:
        box.send()
    assert log == []


def test_consuming_through_a_borrow_is_move_out_of_borrow() -> None:
    """What is lent is not given away."""
    owner = Owned(Request())
    for lend in (borrow, borrow_mut):
        with lend(owner) as view:
            refused(MoveOutOfBorrowError, lambda: view.send(), "E0507")
    assert owner.value.body == ["x"]


def test_consuming_a_borrowed_box_is_move_while_borrowed() -> None:
    """The guard stays valid."""
    box = Box(Request())
    guard = borrow(box)
    refused(MoveWhileBorrowedError, lambda: box.send(), "E0505")
    assert list(guard.body) == ["x"]
    drop(guard)
    assert box.send() == "them: x"


def test_slotted_classes_can_have_consuming_methods() -> None:
    """The mark needs no `__dict__`."""
    value: Any = Slotted()
    assert value.eat() == 1
    refused(UseAfterMoveError, lambda: value.a)
    refused(UseAfterMoveError, lambda: value.eat())


def test_the_method_keeps_its_name_documentation_and_signature() -> None:
    """As `functools.wraps` does."""
    assert Request.send.__name__ == "send"
    assert Request.send.__doc__ == "Send it away."
    assert list(inspect.signature(Request.send).parameters) == ["self", "to"]


def test_other_instances_are_not_touched() -> None:
    """Consuming one says nothing about its class."""
    first: Any = Request()
    second: Any = Request()
    first.send()
    assert second.add("y").body == ["x", "y"]
    assert Request().send() == "them: x"
    with pytest.raises(OwnershipError):
        first.body


def test_subclasses_inherit_consuming_methods() -> None:
    """And may override them."""

    class Special(Request):
        @consuming
        def send(self, to: str = "special") -> str:
            return "!" + super().send(to)

    value: Any = Special()
    assert value.send() == "!special: x"
    refused(UseAfterMoveError, lambda: value.body)


def test_a_consuming_coroutine_consumes_when_it_returns() -> None:
    """`await x.send()` is the call."""
    import asyncio

    class Remote:
        def __init__(self) -> None:
            self.a = 1

        @consuming
        async def send(self) -> int:
            await asyncio.sleep(0)
            return self.a

    async def main() -> None:
        remote: Any = Remote()
        assert await remote.send() == 1
        refused(UseAfterMoveError, lambda: remote.a)

    asyncio.run(main())


def test_deref_of_a_consumed_owner_is_refused() -> None:
    """The bare value is gone as well."""
    box = Box(Request())
    bare = deref(box)
    box.send()
    refused(UseAfterMoveError, lambda: bare.body)
