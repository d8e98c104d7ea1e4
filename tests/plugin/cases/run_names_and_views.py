"""Names for owners and for views: arguments, patterns, unpacking, loops, exits."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO, TextIOWrapper
from typing import TypeVar

from owned import (
    Box,
    Owned,
    Rc,
    Ref,
    RefMut,
    Weak,
    borrow,
    borrow_mut,
    clone,
    drop,
    move,
    replace,
    take,
)
from typing_extensions import ParamSpec, Self

T = TypeVar("T")
R = TypeVar("R")
P = ParamSpec("P")


def temporary() -> Owned[TextIOWrapper]:
    return Owned(io.TextIOWrapper(BytesIO(), encoding="utf-8", write_through=True))


@dataclass
class Item:
    n: int = 0
    tags: list[str] = field(default_factory=list)
    child: Item | None = None

    def bump(self) -> None:
        self.n += 1

    def total(self) -> int:
        return self.n + (self.child.total() if self.child else 0)


def item(n: int = 0) -> Owned[Item]:
    return Owned(Item(n))


def see(x: object) -> None:
    assert x is not None


def n_of(x: Item) -> int:
    return x.n


def eat(x: Owned[Item]) -> None:
    drop(x)


def peek(r: Ref[Item]) -> int:
    return r.n


def poke(m: RefMut[Item]) -> None:
    m.n += 1


# --- names


def bad_chained_assignment() -> None:
    a = b = item()
    drop(a)
    see(b.value)  # E: use-after-move E0382


def ok_chained_assignment() -> None:
    a = b = item()
    see(a.value)
    see(b.value)


def ok_swap_elements() -> None:
    v = [item(1), item(2)]
    v[0], v[1] = v[1], v[0]
    assert v[0].value.n == 2


def ok_swap_fields() -> None:
    @dataclass
    class Two:
        a: Owned[Item]
        b: Owned[Item]

    t = Two(item(1), item(2))
    t.a, t.b = t.b, t.a
    assert t.a.value.n == 2


def bad_extended() -> None:
    kept: list[Owned[Item]] = []
    o = item()
    kept += [move(o)]
    see(o.value)  # E: use-after-move E0382


def bad_extend_call() -> None:
    kept: list[Owned[Item]] = []
    o = item()
    kept.extend([move(o)])
    see(o.value)  # E: use-after-move E0382


def bad_insert() -> None:
    kept: list[Owned[Item]] = []
    o = item()
    kept.insert(0, move(o))
    see(o.value)  # E: use-after-move E0382


def bad_dict_update() -> None:
    kept: dict[str, Owned[Item]] = {}
    o, p = item(), item()
    kept.update({"a": move(o)})
    kept.setdefault("b", move(p))
    see(o.value)  # E: use-after-move E0382
    see(p.value)  # E: use-after-move E0382


def bad_dict_or() -> None:
    kept: dict[str, Owned[Item]] = {}
    o = item()
    kept |= {"a": move(o)}
    see(o.value)  # E: use-after-move E0382


def bad_star_argument() -> None:
    def both(*os: Owned[Item]) -> None:
        for o in os:
            drop(o)

    o, p = item(), item()
    both(*[move(o), move(p)])
    see(o.value)  # E: use-after-move E0382
    see(p.value)  # E: use-after-move E0382


def bad_star_star_argument() -> None:
    def one(*, o: Owned[Item]) -> None:
        drop(o)

    o = item()
    one(**{"o": move(o)})
    see(o.value)  # E: use-after-move E0382


def ok_packed() -> None:
    def total(*os: Owned[Item], extra: Owned[Item] | None = None) -> int:
        n = sum(o.value.n for o in os)
        if extra is not None:
            n += extra.value.n
            drop(extra)
        return n

    assert total(item(1), item(2), extra=item(3)) == 6
    assert total() == 0


def bad_keyword() -> None:
    def named(*, left: Owned[Item], right: Owned[Item]) -> None:
        drop(left)
        drop(right)

    o = item()
    named(left=item(), right=move(o))
    see(o.value)  # E: use-after-move E0382


def ok_or_default() -> None:
    def use(o: Owned[Item] | None = None) -> int:
        o = o or item(7)
        n = o.value.n
        drop(o)
        return n

    assert use() == 7
    assert use(item(1)) == 1


def ok_truth() -> None:
    o: Owned[Item] | None = item()
    if o:
        drop(o)


def bad_truth() -> None:
    o: Owned[Item] | None = item()
    if o:
        drop(o)
    if o is not None and o.value.n:  # E: use-after-move E0382
        see(1)


def ok_del_then_make() -> None:
    o = item()
    del o
    o = item()
    see(o.value)


def deleted_second_name() -> None:
    o = item()
    p = o
    del p
    see(o.value)  # E: use-after-move E0382


SHARED: Owned[Item] = Owned(Item())


def bad_global() -> None:
    global SHARED
    SHARED = item()
    drop(SHARED)
    see(SHARED.value)  # E: use-after-move E0382


def ok_global() -> None:
    global SHARED
    SHARED = item()
    with borrow(SHARED) as r:
        see(r.n)
    drop(SHARED)
    SHARED = item()


class Holder:
    default: Owned[Item] = Owned(Item())

    def __init__(self) -> None:
        self.current = item()
        self.spare: Owned[Item] | None = None
        self.log: list[str] = []

    def reset(self) -> None:
        drop(self.current)
        self.current = item()

    def bad_reset(self) -> int:
        drop(self.current)
        return self.current.value.n  # E: use-after-move E0382

    def set_spare(self, o: Owned[Item]) -> None:
        self.spare = o

    def use_spare(self) -> int:
        if self.spare is None:
            return 0
        n = self.spare.value.n
        drop(self.spare)
        self.spare = None
        return n

    def note(self, r: Ref[Item]) -> None:
        self.log.append(str(r.n))

    def each(self, f: Callable[[Item], None]) -> None:
        with borrow(self.current) as r:
            f(r)

    def note_current(self) -> None:
        self.note(borrow(self.current))  # E: borrow-conflict E0502
        self.log.append("x")

    def bump(self) -> Self:
        with borrow_mut(self.current) as m:
            m.n += 1
        return self

    def take(self) -> Owned[Item]:
        return Owned(self.current.replace(Item()))

    def __len__(self) -> int:
        return len(self.log)


def ok_holder() -> None:
    h = Holder()
    h.reset()
    h.set_spare(item(4))
    assert h.use_spare() == 4
    assert h.use_spare() == 0
    h.note_current()
    h.each(lambda i: see(i.n))
    assert h.bump().bump().take().value.n == 2
    assert len(h) == 2


def ok_holder_in_box() -> None:
    h = Box(Holder())
    h.reset()
    h.bump()
    h.log.append("y")
    with borrow(h) as r:
        assert len(r.log) == 1
    with borrow_mut(h) as m:
        m.reset()


def holder_changed_through_ref() -> None:
    h = Owned(Holder())
    with borrow(h) as r:
        r.reset()  # E: mutate-through-ref E0596


def bad_holder_changed_by_helper() -> None:
    h = Owned(Holder())
    with borrow(h) as r:
        r.note_current()  # E: mutate-through-ref E0596


def ok_builder() -> None:
    h = Holder().bump().bump()
    assert h.current.value.n == 2


# --- patterns


@dataclass
class Leaf:
    o: Owned[Item]


@dataclass
class Branch:
    left: Leaf | Branch
    right: Leaf | Branch


def total(t: Leaf | Branch) -> int:
    match t:
        case Leaf(o=o):
            return o.value.n
        case Branch(left=left, right=right):
            return total(left) + total(right)


def close(t: Leaf | Branch) -> None:
    match t:
        case Leaf(o):
            drop(o)
        case Branch(left, right):
            close(left)
            close(right)


def ok_tree_of_owners() -> None:
    t = Branch(Leaf(item(1)), Branch(Leaf(item(2)), Leaf(item(3))))
    assert total(t) == 6
    close(t)


def bad_pattern() -> None:
    leaf = Leaf(item(1))
    match leaf:
        case Leaf(o):
            drop(o)
    see(leaf.o.value)  # E: use-after-move E0382


def ok_pattern_sequence() -> None:
    pair = (item(1), item(2))
    match pair:
        case (a, b):
            drop(a)
            drop(b)


def bad_pattern_sequence() -> None:
    pair = (item(1), item(2))
    match pair:
        case (a, _):
            drop(a)
    see(pair[0].value)  # E: use-after-move E0382


def ok_pattern_guard() -> None:
    def which(o: Owned[Item]) -> str:
        match o.value.n:
            case 0:
                drop(o)
                return "zero"
            case n if n > 5:
                return "big"
            case _:
                drop(o)
        return "small"

    assert [which(item(n)) for n in (0, 3, 9)] == ["zero", "small", "big"]


# --- views


def bad_chosen_view(c: bool = True) -> None:
    a, b = item(1), item(2)
    with borrow(a) as x, borrow(b) as y:
        z = x if c else y
    n_of(z)  # E: borrow-outlives-owner E0597


def bad_view_or(c: bool = True) -> None:
    a = Owned(Item(1, child=Item(2)))
    with borrow(a) as x:
        z = x.child or x
    n_of(z)  # E: borrow-outlives-owner E0597


def bad_view_in_tuple() -> None:
    a = item(1)
    with borrow(a) as x:
        pair = (x, 1)
    n_of(pair[0])  # E: borrow-outlives-owner E0597


def bad_view_in_dict() -> None:
    a = item(1)
    with borrow(a) as x:
        d = {"x": x}
    n_of(d["x"])  # E: borrow-outlives-owner E0597


def bad_view_walrus() -> None:
    a = Owned(Item(1, child=Item(2)))
    with borrow(a) as x:
        if (c := x.child) is not None:
            n_of(c)
    n_of(c)  # type: ignore[arg-type]  # E: borrow-outlives-owner E0597


def ok_view_walrus() -> None:
    a = Owned(Item(1, child=Item(2)))
    with borrow(a) as x:
        if (c := x.child) is not None:
            n = n_of(c)
    drop(a)
    assert n == 2


def bad_loop_view() -> None:
    v = Owned([Item(1), Item(2)])
    with borrow(v) as view:
        for each in view:
            pass
    n_of(each)  # E: borrow-outlives-owner E0597


def ok_loop_view() -> None:
    v = Owned([Item(1), Item(2)])
    with borrow(v) as view:
        for each in view:
            n = each.n
    drop(v)
    assert n == 2


def bad_star_view() -> None:
    v = Owned([Item(1), Item(2)])
    with borrow(v) as view:
        first, *rest = view
    n_of(rest[0])  # E: borrow-outlives-owner E0597


def bad_nested_views() -> None:
    v = Owned([Item(1, child=Item(3)), Item(2)])
    with borrow(v) as view:
        children = [i.child for i in view if i.child is not None]
    n_of(children[0])  # E: borrow-outlives-owner E0597


def ok_views_copied() -> None:
    v = Owned([Item(1, child=Item(3)), Item(2)])
    with borrow(v) as view:
        ns = [i.child.n for i in view if i.child is not None]
        text = f"{view[0].n} {view[0].tags!r}"
        enough = all(i.n for i in view)
        keys = {i.n for i in view}
    drop(v)
    assert ns == [3] and text and enough and keys


def bad_view_swap() -> None:
    v = Owned([Item(1), Item(2)])
    with borrow(v) as view:
        a, b = view[0], view[1]
        a, b = b, a
    n_of(a)  # E: borrow-outlives-owner E0597


def bad_view_of_block_in_loop() -> None:
    last: Item | None = None
    for n in range(2):
        o = item(n)
        with borrow(o) as r:
            if last is not None:
                n_of(last)  # E: borrow-outlives-owner E0597
            last = r


def ok_view_of_block_in_loop() -> None:
    last = 0
    for n in range(2):
        o = item(n)
        with borrow(o) as r:
            last = max(last, r.n)
        drop(o)
    assert last == 1


def bad_borrow_in_condition() -> None:
    o = item(1)
    if (r := borrow(o)).n:
        drop(o)  # E: move-while-borrowed E0505
    peek(r)


def ok_borrow_in_condition() -> None:
    o = item(1)
    if borrow(o).n:
        drop(o)
    else:
        drop(o)


def ok_return_number_of_view() -> None:
    def n(o: Owned[Item]) -> int:
        with o, borrow(o) as r:
            return r.n

    assert n(item(3)) == 3


def bad_return_list_of_view() -> None:
    def tags(o: Owned[Item]) -> list[str]:
        with borrow(o) as r:
            return r.tags  # E: borrow-outlives-owner E0515

    len(tags(item(3)))


def ok_return_copied_list() -> None:
    def tags(o: Owned[Item]) -> list[str]:
        with borrow(o) as r:
            return list(r.tags)

    assert tags(item(3)) == []


def ok_try_borrow() -> None:
    from owned import try_borrow, try_borrow_mut

    o = item(1)
    with borrow(o) as r:
        assert try_borrow_mut(o) is None
        again = try_borrow(o)
        assert again is not None
        assert again.n == r.n


def bad_replace_while_borrowed() -> None:
    o = item(1)
    r = borrow(o)
    see(replace(o, Item(2)))  # E: borrow-conflict E0502
    peek(r)


def ok_replace_take() -> None:
    o = item(1)
    see(replace(o, Item(2)))
    with borrow_mut(o) as m:
        see(m.n)
    old = take(o)
    assert old is not None


def bad_value_assigned_while_borrowed() -> None:
    o = item(1)
    r = borrow(o)
    o.value = Item(2)  # E: borrow-conflict E0506
    peek(r)


def bad_value_kept_changed_through_guard() -> None:
    o = item(1)
    m = borrow_mut(o)
    o.value.n = 2  # E: borrow-conflict E0506
    poke(m)


# --- shared owners


def ok_rc_unwrap() -> None:
    a = Rc(Item(1))
    b = clone(a)
    assert Rc.strong_count(a) == 2
    drop(b)
    assert Rc.try_unwrap(a).n == 1


def bad_rc_unwrap() -> None:
    a = Rc(Item(1))
    Rc.try_unwrap(a).bump()
    see(a.n)  # E: use-after-move E0382


def bad_rc_move() -> None:
    a = Rc(Item(1))
    kept = [move(a)]
    see(a.n)  # E: use-after-move E0382
    see(kept)


def ok_rc_get_mut() -> None:
    a = Rc(Item(1))
    m = Rc.get_mut(a)
    assert m is not None
    m.n = 3
    drop(m)
    assert a.n == 3


def ok_weak() -> None:
    a = Rc(Item(1))
    w = Rc.downgrade(a)
    b = Weak.upgrade(w)
    assert b is not None and b.n == 1
    drop(a)
    drop(b)
    assert Weak.upgrade(w) is None


def bad_rc_part_written() -> None:
    a = Rc(Item(1))
    a.tags.append("x")  # E: mutate-through-ref E0596


def bad_rc_part_by_name() -> None:
    a = Rc(Item(1))
    tags = a.tags
    tags.append("x")  # E: mutate-through-ref E0596


# --- exceptions


def ok_raise_from() -> None:
    def load(o: Owned[Item]) -> int:
        try:
            return 1 // o.value.n
        except ZeroDivisionError as error:
            drop(o)
            raise ValueError("zero") from error

    with suppress(ValueError):
        load(item(0))


def ok_nested_finally() -> None:
    def run(fail: bool) -> str:
        o = item()
        try:
            try:
                if fail:
                    raise ValueError
                return "fine"
            finally:
                o.value.bump()
        except ValueError:
            return "failed"
        finally:
            drop(o)

    assert run(True) == "failed" and run(False) == "fine"


def bad_nested_finally() -> None:
    o = item()
    try:
        try:
            raise ValueError
        finally:
            drop(o)
    except ValueError:
        see(o.value)  # E: use-after-move E0382


def bad_suppressed() -> None:
    o = item()
    with suppress(ValueError):
        drop(o)
        int("x")
    see(o.value)  # E: use-after-move E0382


def ok_continue_in_finally_loop() -> None:
    for n in range(3):
        o = item(n)
        try:
            if n == 1:
                continue
            o.value.bump()
        finally:
            drop(o)


def bad_else_of_loop() -> None:
    o = item()
    for _ in range(2):
        pass
    else:
        drop(o)
    see(o.value)  # E: use-after-move E0382


def ok_else_of_loop() -> None:
    o = item()
    for n in range(2):
        if n == 1:
            drop(o)
            break
    else:
        drop(o)
