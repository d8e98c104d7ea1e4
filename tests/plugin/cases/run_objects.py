"""Objects that keep what their constructor is given: views, guards, callbacks; and stacks of context managers."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, NamedTuple, TypeVar

from owned import Owned, Ref, borrow, consuming, drop, move

T = TypeVar("T")


class Log:
    def __init__(self) -> None:
        self.lines: list[str] = ["a"]
        self.count = 1

    def last(self) -> str:
        return self.lines[-1]


class Holder(Generic[T]):
    def __init__(self, value: T, tags: list[str] | None = None) -> None:
        tags = list(tags or ())
        self.value = value
        self.tags = tags


@dataclass
class Row:
    lines: list[str]
    log: Owned[Log] = field(default_factory=lambda: Owned(Log()))
    n: int = 0


@dataclass(frozen=True)
class View:
    log: Ref[Log]


class Slot(NamedTuple):
    log: Owned[Log]
    n: int


class Lines(NamedTuple):
    lines: list[str]
    n: int


class Button:
    def __init__(self, on: Callable[[], str]) -> None:
        self.on = on

    def press(self) -> str:
        return self.on()


def archive(log: Owned[Log]) -> int:
    n = log.value.count
    drop(log)
    return n


def read(log: Ref[Log]) -> str:
    return log.last()


# case: bad-holder-after-block | an object keeps a view of a block
def bad_holder_after_block() -> None:
    log = Owned(Log())
    with borrow(log) as r:
        box = Holder(r.lines)
    print(box.value[0])  # E: borrow-outlives-owner E0597


# case: bad-holder-of-view-itself | an object keeps what a block binds
def bad_holder_of_view_itself() -> None:
    log = Owned(Log())
    with borrow(log) as r:
        box = Holder(r)
    print(box.value.last())  # E: borrow-outlives-owner E0597


# case: bad-row-after-drop | a dataclass keeps a part of a guard that is dropped
def bad_row_after_drop() -> None:
    log = Owned(Log())
    r = borrow(log)
    row = Row(r.lines)
    drop(r)
    print(row.lines[0])  # E: use-after-move E0382


# case: bad-row-owner-dropped | a dataclass keeps a part of a guard, the owner is dropped
def bad_row_owner_dropped() -> None:
    log = Owned(Log())
    r = borrow(log)
    row = Row(lines=r.lines)
    del r
    drop(log)  # E: move-while-borrowed E0505
    print(row.lines[0])


# case: bad-named-tuple-of-view | a named tuple keeps a view
def bad_named_tuple_of_view() -> None:
    log = Owned(Log())
    with borrow(log) as r:
        row = Lines(r.lines, r.count)
    print(row.lines[0])  # E: borrow-outlives-owner E0597


# case: bad-rows-after-block | a list of objects that keep views
def bad_rows_after_block() -> None:
    log = Owned(Log())
    with borrow(log) as r:
        rows = [Row(r.lines, n=i) for i in range(2)]
    print(rows[0].lines[0])  # E: borrow-outlives-owner E0597


# case: bad-frozen-dataclass-of-guard | a frozen dataclass holds a guard
def bad_frozen_dataclass_of_guard() -> None:
    log = Owned(Log())
    view = View(borrow(log))
    drop(log)  # E: move-while-borrowed E0505
    print(view.log.last())


# case: ok-row-of-copies | what is copied out of a view is no view
def ok_row_of_copies() -> None:
    log = Owned(Log())
    with borrow(log) as r:
        row = Row(list(r.lines), n=r.count)
        box = Holder(r.count, r.lines)
    row.lines.append("x")
    box.tags.append("x")


# case: ok-row-named-again | the name goes on to another object
def ok_row_named_again() -> None:
    log = Owned(Log())
    with borrow(log) as r:
        row = Row(r.lines)
        print(row.lines[0])
        row = Row(list(r.lines))
    print(row.lines[0])


# case: ok-row-owns-its-own | an object with a view in one field and an owner in another
def ok_row_owns_its_own() -> None:
    log = Owned(Log())
    with borrow(log) as r:
        row = Row(r.lines)
        drop(row.log)
        other = Row([])
        other.lines = r.lines
        archive(other.log)


# case: bad-named-tuple-taken-apart | the fields of a named tuple by their positions
def bad_named_tuple_taken_apart() -> None:
    slot = Slot(Owned(Log()), 1)
    log, n = slot
    drop(log)
    print(slot.log.value, n)  # E: use-after-move E0382


# case: bad-named-tuple-by-index | a field of a named tuple by its index
def bad_named_tuple_by_index() -> None:
    slot = Slot(Owned(Log()), 1)
    drop(slot[0])
    print(slot.n, slot.log.value)  # E: use-after-move E0382


# case: bad-callback-of-view | an object with a closure outlives the view of a block
def bad_callback_of_view() -> None:
    log = Owned(Log())
    with borrow(log) as r:
        button = Button(lambda: r.last())
    button.press()  # E: borrow-outlives-owner E0597


# case: ok-callback-used-before | a closure in an object borrows until the object is named last
def ok_callback_used_before() -> None:
    for _ in range(2):
        log = Owned(Log())
        button = Button(lambda: log.value.last())
        button.press()
        drop(log)


# case: ok-callback-of-guard | the guard that a closure in an object names is dropped after the last call
def ok_callback_of_guard() -> None:
    log = Owned(Log())
    r = borrow(log)
    button = Button(lambda: r.last())
    button.press()
    drop(r)
    drop(log)


def make_button() -> Button:
    log = Owned(Log())
    return Button(lambda: log.value.last())


# case: ok-callback-returned | an object that is returned takes along what its closure names
def ok_callback_returned() -> None:
    make_button().press()


# case: bad-partial-called-twice | a partial with an owner that its function takes
def bad_partial_called_twice() -> None:
    f = partial(archive, Owned(Log()))
    f()
    f()  # E: use-after-move E0382


# case: bad-partial-of-verb | a partial of a verb that ends its argument
def bad_partial_of_verb() -> None:
    end = partial(drop, Owned(Log()))
    for _ in range(2):
        end()  # E: use-after-move E0382


# case: ok-partial-that-looks | a partial that only looks may be called often
def ok_partial_that_looks() -> None:
    f = partial(print, Owned(Log()))
    f()
    f()
    g = partial(archive, Owned(Log()))
    g()
    g = partial(archive, Owned(Log()))
    g()


# case: bad-stack-ends | what a stack has entered ends with it
def bad_stack_ends() -> None:
    with contextlib.ExitStack() as stack:
        log = stack.enter_context(Owned(Log()))
        print(log.value.count)
    print(log.value.count)  # E: use-after-move E0382


# case: bad-stack-ends-existing | an owner with a name is entered
def bad_stack_ends_existing() -> None:
    log = Owned(Log())
    with contextlib.ExitStack() as stack:
        stack.enter_context(log)
    print(log.value.count)  # E: use-after-move E0382


# case: bad-stack-holds-guard | a guard that a stack has entered is alive until the stack ends
def bad_stack_holds_guard() -> None:
    log = Owned(Log())
    with contextlib.ExitStack() as stack:
        r = stack.enter_context(borrow(log))
        drop(log)  # E: move-while-borrowed E0505
        print(r.last())


# case: bad-stack-view-after | the view of a guard that a stack has entered
def bad_stack_view_after() -> None:
    log = Owned(Log())
    with contextlib.ExitStack() as stack:
        r = stack.enter_context(borrow(log))
    print(r.last())  # E: borrow-outlives-owner E0597


# case: ok-stack-handed-on | what is handed on with `pop_all` is left to the run time
def ok_stack_handed_on() -> None:
    with contextlib.ExitStack() as stack:
        log = stack.enter_context(Owned(Log()))
        later = stack.pop_all()
    print(log.value.count)
    later.close()


# case: ok-stack-moved-out | an owner is moved out of a stack, and another one named after it
def ok_stack_moved_out() -> None:
    def taken() -> Owned[Log]:
        with contextlib.ExitStack() as stack:
            log = stack.enter_context(Owned(Log()))
            return move(log)

    other = Owned(Log())
    with contextlib.ExitStack() as stack:
        log = stack.enter_context(Owned(Log()))
        r = stack.enter_context(borrow(other))
        print(log.value.count, r.count)
        log = taken()
    print(log.value.count)
    drop(other)


class Draft:
    def __init__(self) -> None:
        self.lines: list[str] = ["a"]

    def first(self) -> list[str]:
        return self.lines

    @consuming
    def send(self) -> int:
        return len(self.lines)


# case: bad-part-by-method-of-consumable | a method of a class with a consuming method gives a part of a view
def bad_part_by_method_of_consumable() -> None:
    draft = Owned(Draft())
    with borrow(draft) as r:
        lines = r.first()
    print(lines[0])  # E: borrow-outlives-owner E0597


# case: ok-part-of-consumable | the same of an object that nobody has borrowed
def ok_part_of_consumable() -> None:
    draft = Draft()
    lines = draft.first()
    draft.send()
    print(lines[0])


# case: bad-lambda-default-owner | an owner is the value of a parameter of a lambda
def bad_lambda_default_owner() -> None:
    log = Owned(Log())
    count: Callable[[], int] = lambda log=move(log): log.value.count  # type: ignore[misc]
    print(count(), log.value)  # E: use-after-move E0382


# case: bad-lambda-default-guard | a guard is the value of a parameter of a lambda
def bad_lambda_default_guard() -> None:
    log = Owned(Log())
    last: Callable[[], str] = lambda r=borrow(log): r.last()  # type: ignore[misc]
    drop(log)  # E: move-while-borrowed E0505
    last()


# case: bad-lambda-default-view | a view is the value of a parameter of a lambda
def bad_lambda_default_view() -> None:
    log = Owned(Log())
    with borrow(log) as r:
        last: Callable[[], str] = lambda r=r: r.last()  # type: ignore[misc]
    last()  # E: borrow-outlives-owner E0597


# case: ok-lambda-default | the lambda ends first
def ok_lambda_default() -> None:
    log = Owned(Log())
    last: Callable[[], str] = lambda r=borrow(log): r.last()  # type: ignore[misc]
    last()
    del last
    drop(log)
    fs: list[Callable[[], int]] = [lambda i=i: i for i in range(3)]  # type: ignore[misc]
    print([f() for f in fs])


# case: ok-callbacks-of-guard | callbacks that name a guard, all called before it is dropped
def ok_callbacks_of_guard() -> None:
    log = Owned(Log())
    r = borrow(log)
    todo: list[Callable[[], str]] = []
    todo.append(lambda: read(r))
    for f in todo:
        f()
    pair: tuple[Callable[[], str], ...] = (lambda: read(r), lambda: r.last())
    print([f() for f in pair], pair[0]())
    named: dict[str, Callable[[], str] | None] = {"a": lambda: r.last(), "b": None}
    chosen = named.get("a")
    if chosen is not None:
        chosen()
    drop(r)
    drop(log)


def all_of(log: Ref[Log]) -> list[str]:
    steps: list[Callable[[], str]] = [lambda: log.last(), lambda: read(log)]
    return [step() for step in steps]


# case: ok-callbacks-of-parameter | callbacks that name a guard of the caller
def ok_callbacks_of_parameter() -> None:
    log = Owned(Log())
    print(all_of(borrow(log)))
    drop(log)
