"""Corners: owners given to verbs, iterators and generators, long chains, values that fight back."""

from __future__ import annotations

import gc
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from owned import (
    BorrowError,
    BorrowMutError,
    MoveWhileBorrowedError,
    NotCopyError,
    ReadOnlyError,
    UseAfterDropError,
    UseAfterMoveError,
)
from tests.runtime.loose import (
    Box,
    Owned,
    Ref,
    Scope,
    borrow,
    borrow_mut,
    clone,
    deref,
    drop,
    forget,
    into_inner,
    is_live,
    move,
    replace,
    swap,
    take,
)
from tests.runtime.parts import Noisy, Plain, refused

owners = pytest.mark.parametrize("owner", [Owned, Box], ids=["Owned", "Box"])


@owners
def test_replace_takes_ownership_of_an_owner(owner: Any) -> None:
    """An owner given as the new value is moved; the old value comes out."""
    log: list[str] = []
    holder, new = owner(owner(Noisy("a", log))), owner(Noisy("b", log))
    old = replace(holder, new)
    refused(UseAfterMoveError, lambda: deref(new), "E0382")
    assert deref(old).name == "a"
    drop(holder)
    assert log == ["b"]
    drop(old)
    assert log == ["b", "a"]


def test_assignment_to_value_takes_ownership_of_an_owner() -> None:
    """As every place of ours that keeps what it is given."""
    log: list[str] = []
    holder, new = Owned(Owned(Noisy("a", log))), Owned(Noisy("b", log))
    holder.value = new
    assert log == ["a"]
    refused(UseAfterMoveError, lambda: new.value, "E0382")
    drop(holder)
    assert log == ["a", "b"]


def test_an_iterator_of_a_box_ends_with_it() -> None:
    """Nothing is handed out of a value that was dropped or moved meanwhile."""
    for end, error in ((drop, UseAfterDropError), (move, UseAfterMoveError)):
        box = Box([1, 2, 3])
        numbers = iter(box)
        assert next(numbers) == 1
        kept = end(box)
        refused(error, lambda: next(numbers), "E0382")


@owners
def test_a_generator_drops_what_its_blocks_own_when_it_is_closed(owner: Any) -> None:
    """By `close`, and when it dies unfinished; once."""
    log: list[str] = []

    def numbers() -> Iterator[int]:
        with owner(Noisy("a", log)):
            yield 1
            yield 2

    generator = numbers()
    next(generator)
    generator.close()  # type: ignore[attr-defined]
    assert log == ["a"]
    generator = numbers()
    next(generator)
    del generator
    assert log == ["a", "a"]
    assert list(numbers()) == [1, 2]
    assert log == ["a"] * 3


def test_a_guard_held_by_a_suspended_generator_conflicts() -> None:
    """The generator's frame is not finished: it will go on."""
    owner = Owned([1])

    def reader() -> Iterator[int]:
        guard = borrow(owner)
        yield guard[0]
        yield guard[0]

    generator = reader()
    next(generator)
    refused(MoveWhileBorrowedError, lambda: drop(owner), "E0505")
    assert next(generator) == 1
    del generator
    drop(owner)


@owners
def test_a_long_chain_of_owners_drops_each_once_in_order(owner: Any) -> None:
    """Parents before children, down to the last."""
    log: list[str] = []
    length = sys.getrecursionlimit() + 500
    chain: Any = None
    for i in reversed(range(length)):
        node = Noisy(str(i), log)
        node.next = chain  # type: ignore[attr-defined]
        chain = owner(node)
    drop(chain)
    assert log == [str(i) for i in range(length)]


@owners
def test_owners_in_other_containers_die_with_them(owner: Any) -> None:
    """A deque or a set in a field is freed with its value, and its owners with it."""
    log: list[str] = []
    plain = Plain(queue=deque([owner(Noisy("a", log)), owner(Noisy("b", log))]))
    handle = owner(plain)
    del plain
    drop(handle)
    assert sorted(log) == ["a", "b"]


@owners
def test_an_owner_in_a_container_can_be_dropped_before_it(owner: Any) -> None:
    """The container's drop passes over what has ended."""
    log: list[str] = []
    box = Box([owner(Noisy("a", log)), owner(Noisy("b", log))])
    drop(box[0])
    assert log == ["a"]
    drop(box)
    assert log == ["a", "b"]


@owners
def test_a_failing_clone_changes_nothing(owner: Any) -> None:
    """The error of `__clone__` or of `deepcopy` arrives, and the owner stays."""

    class Unique(Noisy):
        def __clone__(self) -> Unique:
            raise KeyError("no twins")

    log: list[str] = []
    handle = owner(Unique("a", log))
    with pytest.raises(KeyError):
        clone(handle)
    locked = owner(threading.Lock())
    with pytest.raises(TypeError):
        clone(locked)
    nested = owner(Plain(child=owner([1])))
    refused(NotCopyError, lambda: clone(nested), "E0204")
    assert is_live(handle)
    assert is_live(locked)
    assert deref(deref(nested).child) == [1]
    drop(handle)
    assert log == ["a"]


def test_an_owned_prints_without_touching_a_value_that_is_lent() -> None:
    """`repr` is for looking at programs that go wrong."""
    owner = Owned([1], name="numbers")
    assert "Owned" in repr(owner)
    guard = borrow_mut(owner)
    assert "Owned" in repr(owner)
    assert guard[0] == 1


@owners
def test_boxes_in_boxes_are_transparent_to_the_bottom(owner: Any) -> None:
    """Operators and attributes reach the innermost value."""
    assert Box(Box(5)) + 1 == 6
    assert len(Box(Box([1, 2]))) == 2
    assert Box(Box(Plain(x=1))).x == 1


@owners
def test_a_hook_may_keep_the_value_alive(owner: Any) -> None:
    """It is an ordinary object again, which nobody drops a second time."""
    kept: list[Any] = []
    drop(owner([1], drop=kept.append))
    gc.collect()
    assert kept == [[1]]
    with owner(kept[0], drop=kept.append):
        pass
    assert kept == [[1], [1]]


@owners
def test_take_and_replace_leave_the_given_hook_for_what_comes_next(owner: Any) -> None:
    """What was taken is not dropped by its old owner; `None` in its place is no value to drop."""
    dropped: list[Any] = []
    handle = owner([1], drop=dropped.append)
    assert take(handle) == [1]
    drop(handle)
    assert [1] not in dropped
    handle = owner([1], drop=dropped.append)
    replace(handle, [2])
    drop(handle)
    assert dropped[-1] == [2]


@owners
def test_swapped_values_are_dropped_by_the_hook_of_their_new_owner(owner: Any) -> None:
    """Each owner has its own hook, and drops what it holds."""
    left: list[Any] = []
    right: list[Any] = []
    a, b = owner([1], drop=left.append), owner([2], drop=right.append)
    swap(a, b)
    drop(a)
    drop(b)
    assert sorted([*left, *right]) == [[1], [2]]


class Sneaky:
    """Changes itself in every special method."""

    def __init__(self) -> None:
        self.count = 0

    def __str__(self) -> str:
        self.count += 1
        return "sneaky"

    def __len__(self) -> int:
        self.count += 1
        return 1

    def __contains__(self, item: object) -> bool:
        self.count += 1
        return True

    def __iter__(self) -> Iterator[int]:
        self.count += 1
        return iter([1])

    def __getitem__(self, key: int) -> int:
        self.count += 1
        return key

    def __bool__(self) -> bool:
        self.count += 1
        return True

    def __call__(self) -> None:
        self.count += 1


SNEAKY: dict[str, Callable[[Any], object]] = {
    "len": len,
    "contains": lambda r: 1 in r,
    "iter": list,
    "getitem": lambda r: r[0],
    "bool": bool,
    "call": lambda r: r(),
}


@pytest.mark.parametrize("use", SNEAKY.values(), ids=SNEAKY)
def test_special_methods_of_user_classes_are_refused_where_they_change_self(use: Callable[[Any], object]) -> None:
    """A special method is a method."""
    owner = Owned(Sneaky())
    with borrow(owner) as view:
        refused(ReadOnlyError, lambda: use(view), "E0594")
    assert owner.value.count == 0
    with borrow_mut(owner) as change:
        use(change)
    assert owner.value.count >= 1


def test_methods_with_decorators_inheritance_and_helpers_are_refused_inside() -> None:
    """However the method came about."""

    def logged(function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

        return wrapper

    class Base:
        def __init__(self) -> None:
            self.items: list[int] = []

        def put(self, item: int) -> None:
            self.items.append(item)

    class Derived(Base):
        @logged
        def decorated(self) -> None:
            self.items = [1]

        def inherited(self) -> None:
            super().put(1)

        def through_class(self) -> None:
            Base.put(self, 1)

        def through_helper(self) -> None:
            helper(self)

        def through_setattr(self) -> None:
            setattr(self, "items", [1])

        def through_lambda(self) -> None:
            (lambda: self.items.append(1))()

        def through_comprehension(self) -> None:
            [self.items.__iadd__([i]) for i in range(2)]

        def in_place(self) -> None:
            self.items += [1]

        def generator(self) -> Iterator[int]:
            self.items.append(1)
            yield 1

    def helper(thing: Any) -> None:
        thing.items.append(1)

    owner = Owned(Derived())
    with borrow(owner) as view:
        for name in (
            "decorated",
            "inherited",
            "through_class",
            "through_helper",
            "through_setattr",
            "through_lambda",
            "through_comprehension",
            "in_place",
        ):
            refused(ReadOnlyError, lambda: getattr(view, name)())
        refused(ReadOnlyError, lambda: list(view.generator()))
    assert owner.value.items == []


def test_views_can_be_passed_to_functions_and_stay_read_only() -> None:
    """A view handed on has no more rights than the borrow."""

    def shorten(items: Any) -> None:
        del items[1:]

    owner = Owned({"items": [1, 2, 3]})
    with borrow(owner) as view:
        refused(ReadOnlyError, lambda: shorten(view["items"]), "E0594")
        assert sorted(view["items"], reverse=True) == [3, 2, 1]
        assert [x * 2 for x in view["items"]] == [2, 4, 6]
        assert {**view}["items"] == [1, 2, 3]
    assert deref(owner) == {"items": [1, 2, 3]}


def test_a_view_can_be_stored_back_where_it_came_from() -> None:
    """Through an exclusive borrow the thing itself is stored, not its view."""
    owner = Owned(Plain(items=[1], other=None))
    with borrow_mut(owner) as view:
        view.other = view.items
        view.items += [2]
    assert type(owner.value.other) is list
    assert owner.value.items == [1, 2]
    assert owner.value.other is owner.value.items


def test_a_guard_in_a_field_of_a_dropped_value_ends_with_it() -> None:
    """The borrow that a value holds is over when the value is dropped."""
    lender = Owned([1])
    holder = Owned(Plain(guard=borrow(lender)))
    refused(BorrowMutError, lambda: borrow_mut(lender))
    drop(holder)
    assert len(borrow_mut(lender)) == 1


def test_a_shared_read_during_an_exclusive_loan_of_a_part_is_refused() -> None:
    """Lending a part lends the whole."""
    owner = Owned(Plain(items=[1], name="a"))
    with borrow_mut(owner) as view:
        with borrow_mut(view.items) as items:
            items.append(2)
            refused(BorrowError, lambda: view.name)
        assert view.name == "a"
    assert owner.value.items == [1, 2]


def test_the_part_of_a_guard_in_a_ref_is_lent_on() -> None:
    """`borrow(view.items)` is one more shared borrow of the owner."""
    owner = Owned(Plain(items=[1]))
    guard = borrow(owner)
    part = borrow(guard.items)
    assert isinstance(part, Ref)
    drop(guard)
    refused(BorrowMutError, lambda: borrow_mut(owner))
    assert list(part) == [1]
    drop(part)
    borrow_mut(owner)


@owners
def test_forgetting_in_a_scope_and_dropping_the_scope_is_silent(owner: Any) -> None:
    """Nothing is left to drop."""
    log: list[str] = []
    scope = Scope()
    forget(scope.own(Noisy("a", log)))
    assert into_inner(scope.own(Noisy("b", log))).name == "b"
    drop(scope)
    assert log == []


def test_views_in_a_new_container_go_back_as_what_they_show() -> None:
    """`m.rows = [row for row in m.rows if ...]` keeps the rows, and not the borrow of them."""
    owner = Owned(Plain(rows=[[0], [1], [2]], by_number={}))
    with borrow_mut(owner) as m:
        m.rows = [row for row in m.rows if row[0]]
        m.rows[:] = reversed(m.rows)
        m.rows.append(m.rows[0])
        m.rows.extend(row for row in m.rows if row[0] == 1)
        m.rows += [m.rows[1]]
        m.by_number = {row[0]: row for row in m.rows}
        m.by_number.update({9: m.rows[0]})
        m.pairs = [(1, m.rows[0])]
    value = owner.value
    assert value.rows == [[2], [1], [2], [1], [1]]
    assert all(type(row) is list for row in [*value.rows, *value.by_number.values(), value.pairs[0][1]])
    assert value.rows[0] is value.rows[2] is value.by_number[9] is value.pairs[0][1]


def test_a_container_without_views_is_stored_as_it_is() -> None:
    """It is the same object afterwards, whatever was read before; and a generator is no list of its items."""
    owner = Owned(Plain(rows=[[0]], kept=None, many=[]))
    mine, numbers = [[5]], iter([1, 2])
    with borrow_mut(owner) as m:
        assert m.rows[0] == [0]
        m.kept = mine
        m.many.append(numbers)
    assert owner.value.kept is mine
    assert owner.value.many[0] is numbers
