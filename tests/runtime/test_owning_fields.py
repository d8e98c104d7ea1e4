"""Owning fields: dropped with their object, the latest acquisition first; replaced ones at once."""

from __future__ import annotations

import asyncio
import copy
import dataclasses
import sys
from dataclasses import dataclass
from typing import Any

import pytest

from owned import (
    AsyncDropError,
    BorrowMutError,
    NotCopyError,
    UseAfterDropError,
    owner,
    owning,
)
from tests.runtime.loose import Box, Owned, Scope, borrow, drop, into_inner, move
from tests.runtime.parts import Failing, Noisy, Plain, refused, run_python


@owner
class Pair:
    """An ordinary class."""

    first: Any = owning()
    second: Any = owning()

    def __init__(self, first: Any, second: Any) -> None:
        self.second = second
        self.first = first


@owner
@dataclass
class Data:
    """A dataclass."""

    first: Any = owning()
    second: Any = owning()
    name: str = "data"


@owner
@dataclass(frozen=True)
class Frozen:
    """A frozen dataclass."""

    first: Any = owning()
    second: Any = owning()
    name: str = "frozen"


@owner
@dataclass(slots=True)
class Slotted:
    """A dataclass with slots."""

    first: Any = owning()
    second: Any = owning()
    name: str = "slotted"


@owner
@dataclass(frozen=True, slots=True, kw_only=True)
class Strict:
    """A dataclass with everything."""

    name: str = "strict"
    first: Any = owning()
    second: Any = owning()


classes = pytest.mark.parametrize("kind", [Data, Frozen, Slotted, Strict], ids=lambda kind: kind.__name__)
made_of = pytest.mark.parametrize(
    "make", [lambda x: Owned(x), lambda x: Box(x), lambda x: x], ids=["Owned", "Box", "bare"]
)


@classes
@made_of
def test_fields_are_dropped_in_the_reverse_order_of_acquisition(kind: Any, make: Any) -> None:
    """At the end of the object's block."""
    log: list[str] = []
    with kind(first=make(Noisy("a", log)), second=make(Noisy("b", log))) as data:
        assert log == []
        assert data.name == kind.__name__.lower()
    assert log == ["b", "a"]


def test_the_order_of_acquisition_is_not_that_of_declaration() -> None:
    """What was assigned first is dropped last."""
    log: list[str] = []
    with Pair(Owned(Noisy("first", log)), Owned(Noisy("second", log))):
        pass
    assert log == ["first", "second"]


@classes
def test_an_owner_of_the_object_drops_its_fields(kind: Any) -> None:
    """By the drop that the class got."""
    log: list[str] = []
    drop(Owned(kind(first=Owned(Noisy("a", log)), second=Noisy("b", log))))
    assert log == ["b", "a"]


@classes
def test_the_last_reference_drops_the_fields(kind: Any) -> None:
    """At once, and in order."""
    log: list[str] = []
    data = kind(first=Owned(Noisy("a", log)), second=Noisy("b", log))
    del data
    assert log == ["b", "a"]


def test_fields_are_used_like_attributes() -> None:
    """An owner is what was assigned; a bare value is given bare."""
    log: list[str] = []
    held = Owned(Noisy("a", log))
    data = Data(held, Noisy("b", log))
    assert data.first is held
    assert data.second.name == "b"
    assert "Noisy" in repr(data)
    data.name = "other"


def test_another_value_for_a_field_drops_the_old_one() -> None:
    """After the new one is in place, and the new one counts as acquired last."""
    log: list[str] = []
    with Data(Owned(Noisy("a", log)), Owned(Noisy("b", log))) as data:
        data.first = Owned(Noisy("c", log))
        assert log == ["a"]
    assert log == ["a", "c", "b"]


def test_a_field_that_is_assigned_what_it_has_keeps_it() -> None:
    """As `x = x` does."""
    log: list[str] = []
    with Data(Owned(Noisy("a", log)), Noisy("b", log)) as data:
        data.first = data.first
        data.second = data.second
        assert log == []
    assert log == ["b", "a"]


def test_a_field_that_is_borrowed_is_not_replaced() -> None:
    """Assignment to what is borrowed, as for `o.value`; nothing changes."""
    log: list[str] = []
    data = Data(Owned(Noisy("a", log)), None)
    guard = borrow(data.first)
    refused(BorrowMutError, lambda: setattr(data, "first", Owned(Noisy("c", []))), "E0506")
    assert log == []
    drop(guard)
    data.first = None
    assert log == ["a"]


def test_deleting_a_field_drops_it() -> None:
    """And the field is gone."""
    log: list[str] = []
    data = Data(Owned(Noisy("a", log)), None)
    del data.first
    assert log == ["a"]
    with pytest.raises(AttributeError):
        data.first


def test_what_was_moved_out_of_a_field_is_not_dropped_with_it() -> None:
    """Nor is what was unwrapped."""
    log: list[str] = []
    with Data(Owned(Noisy("a", log)), Owned(Noisy("b", log))) as data:
        kept = move(data.first)
        bare = into_inner(data.second)
    assert log == []
    drop(kept)
    assert (log, bare.name) == (["a"], "b")


def test_a_dropped_object_is_used_no_more() -> None:
    """Its fields raise, with the places; a second block is refused; a second drop does nothing."""
    log: list[str] = []
    data = Data(Owned(Noisy("a", log)), Noisy("b", log))
    with data:
        pass
    error = refused(UseAfterDropError, lambda: data.first.value)
    assert [site.kind for site in error.sites][0] == "created"
    refused(UseAfterDropError, lambda: data.second)
    refused(UseAfterDropError, data.__enter__)
    getattr(data, "__drop__")()
    assert log == ["b", "a"]


def test_a_failing_constructor_drops_what_it_had_acquired() -> None:
    """All or nothing, in reverse order, before the exception arrives."""
    log: list[str] = []

    @owner
    class Session:
        first: Any = owning()
        second: Any = owning()

        def __init__(self) -> None:
            self.first = Noisy("a", log)
            self.second = Owned(Noisy("b", log))
            raise ValueError

    try:
        Session()
    except ValueError:
        assert log == ["b", "a"]


def test_a_failing_post_init_drops_what_was_given() -> None:
    """The generated constructor of a dataclass, too."""
    log: list[str] = []

    @owner
    @dataclass
    class Session:
        first: Any = owning()

        def __post_init__(self) -> None:
            raise ValueError

    with pytest.raises(ValueError):
        Session(Noisy("a", log))
    assert log == ["a"]


@pytest.mark.parametrize("at", [0, 1, 2, 3])
def test_a_constructor_with_a_scope_keeps_all_or_drops_all(at: int) -> None:
    """`with Scope() as s:` in a constructor, handed on as its last step."""
    log: list[str] = []

    class Session:
        def __init__(self) -> None:
            with Scope() as s:
                self.a = s.own(Noisy("a", log))
                if at == 1:
                    raise ValueError
                self.b = s.own(Noisy("b", log))
                if at == 2:
                    raise ValueError
                self.c = s.own(Noisy("c", log))
                if at == 3:
                    raise ValueError
                self.scope = move(s)

    if at:
        with pytest.raises(ValueError):
            Session()
        assert log == ["c", "b", "a"][3 - at :]
    else:
        session = Session()
        assert log == []
        assert session.b.value.name == "b"
        drop(session.scope)
        assert log == ["c", "b", "a"]
        refused(UseAfterDropError, lambda: session.a.value)


def test_a_class_may_own_its_scope() -> None:
    """The scope is a field like any other; it drops in its own order."""
    log: list[str] = []

    @owner
    class Session:
        scope: Any = owning()

        def __init__(self) -> None:
            with Scope() as s:
                self.a = s.own(Noisy("a", log))
                self.b = s.own(Noisy("b", log))
                self.scope = move(s)

    with Session():
        assert log == []
    assert log == ["b", "a"]


def test_the_own_drop_of_a_class_comes_before_its_fields() -> None:
    """It can still use them; it runs once."""
    log: list[str] = []

    @owner
    class Session:
        first: Any = owning()

        def __init__(self) -> None:
            self.first = Noisy("a", log)

        def __drop__(self) -> None:
            log.append(f"closing {self.first.name}")

    with Session() as session:
        pass
    drop(Owned(session))
    del session
    assert log == ["closing a", "a"]


def test_fields_and_drops_are_inherited() -> None:
    """A decorated class under a decorated class: each part once, the fields of both last."""
    log: list[str] = []

    @owner
    class Base:
        first: Any = owning()

        def __init__(self) -> None:
            self.first = Noisy("base field", log)

        def __drop__(self) -> None:
            log.append("base")

    @owner
    class Derived(Base):
        second: Any = owning()

        def __init__(self) -> None:
            super().__init__()
            self.second = Noisy("derived field", log)

        def __drop__(self) -> None:
            log.append("derived")
            super().__drop__()

    class Silent(Derived):
        pass

    for kind in (Derived, Silent):
        log.clear()
        with kind():
            pass
        assert log == ["derived", "base", "derived field", "base field"]
        log.clear()
        drop(Owned(kind()))
        assert log == ["derived", "base", "derived field", "base field"]


def test_dataclasses_inherit_owning_fields() -> None:
    """With slots and without."""
    options: dict[str, Any]
    for options in ({}, {"slots": True}):
        log: list[str] = []

        @owner
        @dataclass(**options)
        class Base:
            first: Any = owning()

        @owner
        @dataclass(**options)
        class Derived(Base):
            second: Any = owning()

        drop(Owned(Derived(Noisy("a", log), Noisy("b", log))))
        assert log == ["b", "a"]


def test_a_failing_drop_stops_no_other() -> None:
    """Several failures come together."""
    log: list[str] = []
    if sys.version_info < (3, 11):
        from exceptiongroup import ExceptionGroup
    else:
        from builtins import ExceptionGroup
    with pytest.raises(ExceptionGroup):
        drop(Owned(Data(Failing("a", log), Failing("b", log))))
    assert log == ["b", "a"]


def test_what_was_entered_hears_of_the_exception_in_the_block() -> None:
    """A transaction in a field is rolled back when the object's block fails."""
    seen: list[Any] = []

    class Transaction:
        def __enter__(self) -> Transaction:
            return self

        def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
            seen.append(kind)

    with pytest.raises(ValueError):
        with Data(Owned.enter(Transaction()), None):
            raise ValueError
    with Data(Owned.enter(Transaction()), None):
        pass
    assert seen == [ValueError, None]


class Remote:
    """Is closed by awaiting."""

    def __init__(self, name: str, log: list[str]) -> None:
        self.name = name
        self.log = log

    async def aclose(self) -> None:
        await asyncio.sleep(0)
        self.log.append(self.name)


def test_asynchronous_fields_are_awaited() -> None:
    """By `async with` on the object, and on an owner of it; elsewhere they are refused, and nothing is dropped."""
    log: list[str] = []

    async def main() -> None:
        async with Data(Owned(Remote("a", log)), Noisy("b", log)):
            pass
        assert log == ["b", "a"]
        async with Owned(Data(Owned(Remote("c", log)), Noisy("d", log))):
            pass

    asyncio.run(main())
    assert log == ["b", "a", "d", "c"]
    data = Data(Owned(Remote("e", log)), Noisy("f", log))
    refused(AsyncDropError, data.__enter__)
    refused(AsyncDropError, getattr(data, "__drop__"))
    assert data.second.name == "f"

    async def end() -> None:
        async with data:
            pass

    asyncio.run(end())
    assert log[4:] == ["f", "e"]


def test_a_bare_value_has_one_field_that_owns_it() -> None:
    """`dataclasses.replace` would make a second one; so would a deep copy."""
    log: list[str] = []
    with Data(Noisy("a", log), None) as data:
        refused(NotCopyError, lambda: dataclasses.replace(data, name="other"))
        refused(NotCopyError, lambda: copy.deepcopy(data))
        assert log == []
        shallow = copy.copy(data)
    assert log == ["a"]
    del shallow
    assert log == ["a"]


def test_a_field_that_was_never_assigned_is_missing() -> None:
    """As any attribute is, and there is nothing to drop."""

    @owner
    class Lazy:
        first: Any = owning()

    lazy = Lazy()
    assert not hasattr(lazy, "first")
    assert not hasattr(Lazy, "first")
    drop(Owned(lazy))


def test_attrs_classes_own_too() -> None:
    """By `owning()`, or by a mark in the metadata; frozen, slotted, and neither."""
    attrs = pytest.importorskip("attrs")
    for options in ({}, {"frozen": True}, {"slots": False}, {"slots": False, "frozen": True}):
        log: list[str] = []

        @owner
        @attrs.define(**options)
        class Session:
            first: Any = attrs.field(metadata={"owning": True})
            name: str
            second: Any = owning()

        make: Any = Session
        with make(Owned(Noisy("a", log)), "name", Noisy("b", log)) as session:
            assert session.second.name == "b"
        assert log == ["b", "a"], options
        assert make(None, "name", None).first is None
        if not options:
            with pytest.raises(TypeError):
                make(None, "name")


def test_through_a_box_and_a_borrow_fields_look_the_same() -> None:
    """The object is a value like any other."""
    log: list[str] = []
    box = Box(Data(Owned(Noisy("a", log)), Noisy("b", log)))
    assert box.first.value.name == "a"
    with borrow(box) as view:
        assert view.second.name == "b"
    drop(box)
    assert log == ["b", "a"]


def test_in_a_cycle_each_field_reports_its_leak() -> None:
    """The object's own drop stays silent there, so that no leak is hidden."""
    done = run_python(
        """
        import gc
        from owned import Owned, owner, owning
        @owner
        class Node:
            log: Owned[str] = owning()
        node = Node()
        node.self = node
        node.log = Owned("log", drop=print, name="log")
        del node
        gc.collect()
        """
    )
    assert done.stdout == "log\n"
    assert '"log" died in a garbage collection' in done.stderr


def test_plain_values_own_nothing() -> None:
    """`None` and numbers are kept as they are."""
    data = Data(None, 3)
    assert (data.first, data.second) == (None, 3)
    assert Plain(x=data).x is data
    drop(Owned(data))
    assert data.second == 3
