"""A shared borrow is read-only, deeply; plain values come out bare; views end with their borrow."""

from __future__ import annotations

import array
import enum
import io
import sqlite3
from collections import Counter, OrderedDict, UserList, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from owned import BorrowOutlivesOwnerError, ReadOnlyError, UseAfterDropError
from tests.runtime.loose import Box, Owned, borrow, borrow_mut, deref, drop, is_live
from tests.runtime.parts import Plain, refused


class Shade(enum.Enum):
    DARK = 1


@dataclass
class Basket:
    items: list[Any] = field(default_factory=list)
    config: dict[str, Any] = field(default_factory=dict)
    total: int = 0
    child: Basket | None = None

    def add(self, item: object) -> None:
        self.items.append(item)

    def recount(self) -> int:
        self.total = len(self.items)
        return self.total

    def forget_total(self) -> None:
        del self.total

    def bump(self) -> None:
        self.total += 1

    def set_config(self, key: str, value: object) -> None:
        self.config[key] = value

    def count(self) -> int:
        return len(self.items)

    def deep(self) -> int:
        return self.count() + 1

    def indirect(self) -> None:
        self.add(0)

    def first(self) -> Any:
        return self.items[0]

    @property
    def size(self) -> int:
        return len(self.items)

    @size.setter
    def size(self, value: int) -> None:
        self.items = [0] * value

    @property
    def cached(self) -> int:
        self.total = 99
        return self.total

    def __len__(self) -> int:
        return len(self.items)

    def __call__(self) -> None:
        self.total = 7

    def __iadd__(self, item: object) -> Basket:
        self.items.append(item)
        return self

    def __setitem__(self, key: int, item: object) -> None:
        self.items[key] = item

    def __getitem__(self, key: int) -> Any:
        return self.items[key]


def basket() -> Basket:
    return Basket([1, [2]], {"k": {"deep": [1]}}, 5, Basket([3]))


def _set(r: Any) -> None:
    r.total = 1


def _delete(r: Any) -> None:
    del r.total


def _set_deep(r: Any) -> None:
    r.child.total = 1


def _set_item(r: Any) -> None:
    r[0] = 1


def _set_config(r: Any) -> None:
    r.config["k"] = 1


def _set_config_deep(r: Any) -> None:
    r.config["k"]["deep"][0] = 2


def _del_config(r: Any) -> None:
    del r.config["k"]


def _augment_attribute(r: Any) -> None:
    r.total += 1


def _augment(r: Any) -> None:
    r += 1


def _augment_items(r: Any) -> None:
    r.items += [1]


def _in_loop(r: Any) -> None:
    for item in r.items:
        if isinstance(item, list):
            item.append(1)


CHANGES: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "attribute": ("E0594", _set),
    "attribute deletion": ("E0594", _delete),
    "attribute of an attribute": ("E0594", _set_deep),
    "setattr": ("E0594", lambda r: setattr(r, "total", 1)),
    "new attribute": ("E0594", lambda r: setattr(r, "fresh", 1)),
    "property": ("E0594", lambda r: setattr(r, "size", 1)),
    "item": ("E0594", _set_item),
    "item of an attribute": ("E0594", _set_config),
    "item at depth": ("E0594", _set_config_deep),
    "item deletion": ("E0594", _del_config),
    "augmented attribute": ("E0594", _augment_attribute),
    "in-place operator": ("E0594", _augment),
    "in-place operator on an attribute": ("E0594", _augment_items),
    "append": ("E0596", lambda r: r.items.append(1)),
    "append at depth": ("E0596", lambda r: r.child.items.append(1)),
    "append to an element": ("E0596", lambda r: r.items[1].append(1)),
    "append to an element in a loop": ("E0596", _in_loop),
    "bound method kept": ("E0596", lambda r: (lambda f: f(1))(r.items.append)),
    "method that assigns to self": ("E0594", lambda r: r.recount()),
    "method that deletes of self": ("E0594", lambda r: r.forget_total()),
    "method that augments self": ("E0594", lambda r: r.bump()),
    "method that appends to its list": ("E0596", lambda r: r.add(1)),
    "method that sets an item": ("E0594", lambda r: r.set_config("k", 1)),
    "method that calls a method": ("E0596", lambda r: r.indirect()),
    "property that assigns": ("E0594", lambda r: r.cached),
    "call that assigns": ("E0594", lambda r: r()),
}


@pytest.mark.parametrize("code, change", CHANGES.values(), ids=CHANGES)
def test_a_change_through_a_ref_is_refused_and_changes_nothing(code: str, change: Callable[[Any], Any]) -> None:
    """Assignments and in-place operators are E0594, mutating calls E0596."""
    owner = Owned(basket())
    guard = borrow(owner)
    refused(ReadOnlyError, lambda: change(guard), code)
    with borrow(owner) as view:
        refused(ReadOnlyError, lambda: change(view), code)
    drop(guard)
    assert owner.value == basket()


@pytest.mark.parametrize("code, change", CHANGES.values(), ids=CHANGES)
def test_the_same_change_through_a_ref_mut_goes_through(code: str, change: Callable[[Any], Any]) -> None:
    """An exclusive borrow may do all of it."""
    owner = Owned(basket())
    with borrow_mut(owner) as view:
        change(view)
    drop(owner)


def test_methods_that_only_read_run_through_a_ref() -> None:
    """A user's method is refused from where it changes `self`, not before."""
    owner = Owned(basket())
    with borrow(owner) as view:
        assert view.count() == 2
        assert view.deep() == 3
        assert view.size == 2
        assert len(view) == 2
        assert view[0] == 1
        assert view.child.count() == 1


MUTATORS: dict[str, tuple[Callable[[], Any], list[Callable[[Any], Any]]]] = {
    "list": (
        lambda: [3, 1, 2],
        [
            lambda v: v.append(1),
            lambda v: v.extend([1]),
            lambda v: v.insert(0, 1),
            lambda v: v.pop(),
            lambda v: v.remove(1),
            lambda v: v.clear(),
            lambda v: v.sort(),
            lambda v: v.reverse(),
            lambda v: v.__setitem__(0, 1),
            lambda v: v.__delitem__(0),
            lambda v: v.__iadd__([1]),
            lambda v: v.__imul__(2),
        ],
    ),
    "dict": (
        lambda: {"a": 1},
        [
            lambda v: v.update(b=1),
            lambda v: v.pop("a"),
            lambda v: v.popitem(),
            lambda v: v.setdefault("b", 1),
            lambda v: v.clear(),
            lambda v: v.__setitem__("b", 1),
            lambda v: v.__delitem__("a"),
            lambda v: v.__ior__({"b": 1}),
        ],
    ),
    "set": (
        lambda: {1, 2},
        [
            lambda v: v.add(3),
            lambda v: v.discard(1),
            lambda v: v.remove(1),
            lambda v: v.pop(),
            lambda v: v.clear(),
            lambda v: v.update({3}),
            lambda v: v.difference_update({1}),
            lambda v: v.intersection_update({1}),
            lambda v: v.symmetric_difference_update({1}),
        ],
    ),
    "bytearray": (
        lambda: bytearray(b"abc"),
        [
            lambda v: v.append(1),
            lambda v: v.extend(b"1"),
            lambda v: v.insert(0, 1),
            lambda v: v.pop(),
            lambda v: v.remove(97),
            lambda v: v.clear(),
            lambda v: v.reverse(),
        ],
    ),
    "deque": (
        lambda: deque([1, 2]),
        [
            lambda v: v.append(1),
            lambda v: v.appendleft(1),
            lambda v: v.extend([1]),
            lambda v: v.extendleft([1]),
            lambda v: v.insert(0, 1),
            lambda v: v.pop(),
            lambda v: v.popleft(),
            lambda v: v.remove(1),
            lambda v: v.clear(),
            lambda v: v.reverse(),
            lambda v: v.rotate(1),
        ],
    ),
    "OrderedDict": (
        lambda: OrderedDict(a=1, b=2),
        [lambda v: v.move_to_end("a"), lambda v: v.popitem(last=False), lambda v: v.update(c=1)],
    ),
    "Counter": (
        lambda: Counter("aab"),
        [lambda v: v.subtract("a"), lambda v: v.update("a"), lambda v: v.clear(), lambda v: v.__iadd__(Counter("a"))],
    ),
    "defaultdict": (lambda: defaultdict(list, a=[1]), [lambda v: v.update(b=[]), lambda v: v["missing"]]),
    "array": (
        lambda: array.array("i", [1, 2]),
        [
            lambda v: v.append(1),
            lambda v: v.extend([1]),
            lambda v: v.insert(0, 1),
            lambda v: v.pop(),
            lambda v: v.remove(1),
            lambda v: v.reverse(),
            lambda v: v.byteswap(),
            lambda v: v.fromlist([1]),
            lambda v: v.frombytes(b"\0\0\0\0"),
        ],
    ),
    "UserList": (lambda: UserList([1, 2]), [lambda v: v.append(1), lambda v: v.sort(reverse=True), lambda v: v.pop()]),
}


@pytest.mark.parametrize("make, changes", MUTATORS.values(), ids=MUTATORS)
def test_changing_methods_of_the_standard_containers_are_refused(
    make: Callable[[], Any], changes: list[Callable[[Any], Any]]
) -> None:
    """All of them, on the borrowed value itself and one level down."""
    for change in changes:
        for value in (make(), Plain(part=make())):
            owner = Owned(value)
            guard = borrow(owner)
            target = guard.part if isinstance(value, Plain) else guard
            refused(ReadOnlyError, lambda: change(target))
            drop(guard)
            assert (owner.value.part if isinstance(value, Plain) else owner.value) == make()
            with borrow_mut(owner) as view:
                change(view.part if isinstance(value, Plain) else view)


def test_subclasses_of_containers_are_refused_too() -> None:
    """A subclass inherits the changing methods, and with them the refusal."""

    class Stack(list[int]):
        def push(self, item: int) -> None:
            self.append(item)

        def top(self) -> int:
            return self[-1]

    owner = Owned(Stack([1]))
    with borrow(owner) as view:
        assert view.top() == 1
        refused(ReadOnlyError, lambda: view.append(2), "E0596")
        refused(ReadOnlyError, lambda: view.push(2), "E0596")
    assert owner.value == [1]


def test_files_and_connections_count_as_reads() -> None:
    """As Rust implements `Read` and `Write` for `&File`."""
    stream = Owned(io.StringIO())
    with borrow(stream) as view:
        view.write("a")
        assert view.getvalue() == "a"
    with Owned(sqlite3.connect(":memory:")) as connection:
        with borrow(connection) as view:
            view.execute("create table t (x)")
            view.execute("insert into t values (?)", (1,))
            assert view.execute("select x from t").fetchall() == [(1,)]


@pytest.mark.parametrize(
    "value",
    [5, 2.5, 1j, "a", b"a", True, None, Shade.DARK, (1, "a"), (1, (2, None)), frozenset({1, "a"}), (), frozenset()],
    ids=repr,
)
def test_plain_values_come_out_bare(value: Any) -> None:
    """By `with`, attribute, item and iteration: Rust's `Copy`."""
    owner = Owned(value)
    with borrow(owner) as view:
        assert view is value
    holder = Owned(Plain(x=value, items=[value], mapping={"k": value}))
    for lend in (borrow, borrow_mut):
        with lend(holder) as view:
            assert view.x is value
            assert view.items[0] is value
            assert next(iter(view.items)) is value
            assert view.mapping["k"] is value
            assert view.mapping.get("k") is value
        guard = lend(holder)
        assert guard.x is value
        drop(guard)


@pytest.mark.parametrize("value", [[1], {"a": 1}, {1}, ([],), bytearray(b"a"), Plain(), object()], ids=repr)
def test_everything_else_comes_out_as_a_view(value: Any) -> None:
    """With the same rights and the same end."""
    owner = Owned(Plain(x=value, items=[value]))
    guard = borrow(owner)
    by_attribute, by_item, by_iteration = guard.x, guard.items[0], next(iter(guard.items))
    for view in (by_attribute, by_item, by_iteration):
        assert type(view) is not type(value)
        assert isinstance(view, type(value))
        assert is_live(view)
    drop(guard)
    for view in (by_attribute, by_item, by_iteration):
        assert not is_live(view)
        refused(UseAfterDropError, lambda: view.attribute)


def test_what_a_call_returns_is_bare() -> None:
    """It is the callee's own."""
    owner = Owned(Plain(text="a,b", items=[3, 1]))
    with borrow(owner) as view:
        parts = view.text.split(",")
        copy = view.items.copy()
    assert type(parts) is list
    assert type(copy) is list
    assert copy == [3, 1]
    copy.append(2)


def test_parts_of_an_exclusive_borrow_can_be_changed_and_end_with_it() -> None:
    """Views through a `RefMut` have its rights."""
    owner = Owned(basket())
    with borrow_mut(owner) as view:
        items = view.items
        items.append(9)
        view.config["k"]["deep"].append(2)
        view.child.items[0] = 4
    refused(BorrowOutlivesOwnerError, lambda: items.append(1), "E0597")
    assert owner.value.items == [1, [2], 9]
    assert owner.value.config["k"]["deep"] == [1, 2]
    assert owner.value.child.items == [4]


def test_the_parts_of_a_view_expire_with_the_block() -> None:
    """Attribute, item, iterator and bound method."""
    owner = Owned(basket())
    with borrow(owner) as view:
        child, items, method, lines = view.child, view.items, view.items.index, iter(view.items)
        assert next(lines) == 1
    refused(BorrowOutlivesOwnerError, lambda: child.total, "E0597")
    refused(BorrowOutlivesOwnerError, lambda: items[0], "E0597")
    refused(BorrowOutlivesOwnerError, lambda: method(1), "E0597")
    refused(BorrowOutlivesOwnerError, lambda: next(lines), "E0597")


def test_deref_is_the_way_to_the_bare_value() -> None:
    """For C functions that refuse proxies."""
    value = basket()
    owner = Owned(value)
    with borrow(owner) as view:
        assert deref(view) is value
        assert deref(view.items) is value.items
        assert ",".join(deref(view.config)) == "k"
    box = Box("a")
    assert ",".join([deref(box)]) == "a"


def test_ordinary_operators_through_a_ref_give_new_values() -> None:
    """`r + [1]` makes a list of its own."""
    owner = Owned([1])
    with borrow(owner) as view:
        longer = view + [2]
        longer.append(3)
    assert longer == [1, 2, 3]
    assert owner.value == [1]


def test_the_raw_doors_of_python_are_shut() -> None:
    """`__dict__`, `vars` and the special methods give no way around."""
    owner = Owned(Plain(x=1))
    with borrow(owner) as view:
        changes: list[Callable[[], object]] = [
            lambda: view.__dict__.update(x=2),
            lambda: vars(view).__setitem__("x", 2),
            lambda: view.__setattr__("x", 2),
            lambda: view.__delattr__("x"),
        ]
        for change in changes:
            with pytest.raises((ReadOnlyError, TypeError, AttributeError)):
                change()
    assert owner.value.x == 1
