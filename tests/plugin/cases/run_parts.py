"""Parts that were read through a guard or a shared owner: they end with it, and keep its borrow alive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from owned import Box, Owned, Rc, Ref, RefMut, borrow, borrow_mut, clone, deref, drop, move


@dataclass
class Part:
    n: int = 0
    words: list[str] = field(default_factory=list)


@dataclass
class Whole:
    part: Part = field(default_factory=Part)
    parts: list[Part] = field(default_factory=lambda: [Part(1), Part(2)])
    by_name: dict[str, Part] = field(default_factory=lambda: {"a": Part()})
    n: int = 1
    label: str = "x"
    hook: Callable[[], int] = int


def make() -> Owned[Whole]:
    return Owned(Whole())


def use(part: Part) -> int:
    return part.n


# case: pa-drop | the guard is dropped, then its part is used
def bad_attribute() -> None:
    w = make()
    r = borrow(w)
    part = r.part
    drop(r)
    use(part)  # E: use-after-move E0382


def bad_element() -> None:
    w = make()
    r = borrow(w)
    part = r.parts[0]
    drop(r)
    use(part)  # E: use-after-move E0382


def bad_item_of_dict() -> None:
    w = make()
    r = borrow(w)
    part = r.by_name["a"]
    drop(r)
    use(part)  # E: use-after-move E0382


def bad_of_loop() -> None:
    w = make()
    r = borrow(w)
    for part in r.parts:
        use(part)
    drop(r)
    use(part)  # E: use-after-move E0382


def bad_of_comprehension() -> None:
    w = make()
    r = borrow(w)
    parts = [part for part in r.parts if part.n > 1]
    drop(r)
    use(parts[0])  # E: use-after-move E0382


def bad_part_of_part() -> None:
    w = make()
    r = borrow(w)
    part = r.part
    words = part.words
    drop(r)
    print(words[0])  # E: use-after-move E0382


def bad_exclusive() -> None:
    w = make()
    m = borrow_mut(w)
    part = m.part
    part.n = 2
    drop(m)
    use(part)  # E: use-after-move E0382


def bad_sorted() -> None:
    w = make()
    r = borrow(w)
    first = sorted(r.parts, key=use)[0]
    drop(r)
    use(first)  # E: use-after-move E0382


def bad_written() -> None:
    w = make()
    m = borrow_mut(w)
    part = m.part
    drop(m)
    part.n = 3  # E: use-after-move E0382


def bad_on_one_path(early: bool = True) -> None:
    w = make()
    r = borrow(w)
    part = r.part
    if early:
        drop(r)
    use(part)  # E: use-after-move E0382


def bad_in_loop() -> None:
    w = make()
    r = borrow(w)
    part = r.part
    for _ in range(2):
        use(part)  # E: use-after-move E0382
        if borrow is not None:
            drop(r)
            r = borrow(w)


def bad_reported_once() -> None:
    w = make()
    r = borrow(w)
    part = r.part
    drop(r)
    use(part)  # E: use-after-move E0382
    use(part)


def ok_before() -> None:
    w = make()
    r = borrow(w)
    part = r.part
    use(part)
    drop(r)
    drop(w)


def ok_plain() -> None:
    w = make()
    r = borrow(w)
    n, label = r.part.n, r.label
    numbers = [part.n for part in r.parts]
    drop(r)
    drop(w)
    print(n, label, numbers)


def ok_again() -> None:
    w = make()
    for _ in range(2):
        r = borrow(w)
        part = r.part
        use(part)
        drop(r)
    drop(w)


def ok_new_value() -> None:
    w = make()
    r = borrow(w)
    part = r.part
    drop(r)
    part = Part()
    use(part)


def ok_bare() -> None:
    w = make()
    r = borrow(w)
    part = deref(r).part
    drop(r)
    drop(w)
    use(part)


# case: pa-move | the guard is moved on
def bad_moved() -> None:
    w = make()
    r = borrow(w)
    part = r.part
    s = move(r)
    print(s.n)
    use(part)  # E: use-after-move E0382


def bad_moved_exclusive() -> None:
    w = make()
    m = borrow_mut(w)
    part = m.part
    s = move(m)
    s.n = 2
    use(part)  # E: use-after-move E0382


def ok_clone() -> None:
    w = make()
    r = borrow(w)
    s = clone(r)
    part = s.part
    drop(r)
    use(part)


def bad_clone() -> None:
    w = make()
    r = borrow(w)
    s = clone(r)
    part = r.part
    drop(r)
    print(s.n)
    use(part)  # E: use-after-move E0382


def ok_borrow_of_borrow() -> None:
    w = make()
    r = borrow(w)
    s = borrow(r)
    part = s.part
    drop(r)
    use(part)


# case: pa-keeps | a part keeps the borrow of its guard alive
def bad_deleted() -> None:
    w = make()
    r = borrow(w)
    part = r.part
    del r
    drop(w)  # E: move-while-borrowed E0505
    use(part)


def bad_rebound() -> None:
    w, v = make(), make()
    r = borrow(w)
    part = r.part
    r = borrow(v)
    drop(w)  # E: move-while-borrowed E0505
    use(part)
    print(r.n)


def bad_of_finished_loop() -> None:
    w = make()
    r = borrow(w)
    for part in r.parts:
        use(part)
    del r
    with borrow_mut(w) as m:  # E: borrow-conflict E0502
        m.n = 2


def bad_exclusive_deleted() -> None:
    w = make()
    m = borrow_mut(w)
    part = m.part
    del m
    print(borrow(w).n)  # E: borrow-conflict E0502
    use(part)


def ok_dropped() -> None:
    w = make()
    r = borrow(w)
    part = r.part
    use(part)
    drop(r)
    with borrow_mut(w) as m:
        m.n = 2


def ok_part_gone() -> None:
    w = make()
    r = borrow(w)
    part = r.part
    use(part)
    del part
    del r
    drop(w)


def ok_plain_kept() -> None:
    w = make()
    r = borrow(w)
    label = r.label
    del r
    drop(w)
    print(label)


# case: pa-lent | the exclusive guard that a part was read through is lent itself
def bad_guard_lent() -> None:
    w = make()
    m = borrow_mut(w)
    part = m.part
    n = borrow_mut(m)
    use(part)  # E: borrow-conflict E0502
    print(n.n)


def bad_guard_lent_by_block() -> None:
    w = make()
    m = borrow_mut(w)
    part = m.part
    with borrow_mut(m) as inner:
        inner.n = 2
        print(part.n)  # E: borrow-conflict E0503


def bad_written_while_lent() -> None:
    w = make()
    m = borrow_mut(w)
    part = m.part
    r = borrow(m)
    part.n = 3  # E: borrow-conflict E0506
    print(r.n)


def ok_guard_lent_before() -> None:
    w = make()
    m = borrow_mut(w)
    part = m.part
    with borrow_mut(m) as inner:
        inner.n = 2
    use(part)
    part.n = 3


def ok_shared_guard_lent() -> None:
    w = make()
    r = borrow(w)
    part = r.part
    s = borrow(r)
    use(part)
    print(s.n)


# case: pa-shared | parts of a shared owner end with the handle
def bad_rc() -> None:
    rc = Rc(Whole())
    part = rc.part
    drop(rc)
    use(part)  # E: use-after-move E0382


def bad_rc_moved() -> None:
    rc = Rc(Whole())
    part = rc.part
    other = move(rc)
    use(part)  # E: use-after-move E0382
    print(other.n)


def ok_rc() -> None:
    rc = Rc(Whole())
    part = rc.part
    use(part)
    drop(rc)


def ok_rc_clone() -> None:
    rc = Rc(Whole())
    other = clone(rc)
    part = other.part
    drop(rc)
    use(part)


# case: pa-box | parts of a box are bare
def ok_box() -> None:
    b = Box(Whole())
    part = b.part
    drop(b)
    use(part)


def ok_owned() -> None:
    o = make()
    part = o.value.part
    drop(o)
    use(part)


# case: pa-parameter | through a guard that the caller lent
def read(r: Ref[Whole]) -> int:
    part = r.part
    drop(r)
    return part.n  # E: use-after-move E0382


def calls_read() -> None:
    w = make()
    read(borrow(w))


def taken(m: RefMut[Whole]) -> Part:
    part = m.part
    part.n += 1
    return part


def ok_parameter() -> None:
    w = make()
    m = borrow_mut(w)
    use(taken(m))
    drop(m)


# case: pa-function | what is no view goes on
def ok_function() -> None:
    w = make()
    r = borrow(w)
    hook = r.hook
    drop(r)
    drop(w)
    hook()


def ok_function_of_block() -> None:
    w = make()
    with borrow(w) as r:
        hook = r.hook
    drop(w)
    hook()


# case: pa-method | what a method gives that gives a part of its object
class Shelf:
    def __init__(self) -> None:
        self._parts = {"a": Part(1)}
        self._list = [Part(1), Part(2)]
        self._label = "x"

    def at(self, key: str) -> Part:
        return self._parts[key]

    def first(self, n: int) -> Part | None:
        for part in self._list:
            if part.n == n:
                return part
        return None

    def copied(self, n: int) -> Part:
        return Part(self._list[n].n)

    def either(self, n: int) -> Part:
        if n:
            return self._list[n]
        return Part()

    def __getitem__(self, n: int) -> Part:
        return self._list[n]

    @property
    def head(self) -> Part:
        return self._list[0]

    @property
    def fresh(self) -> Part:
        return Part(self._list[0].n)

    @property
    def label(self) -> str:
        return self._label

    def all(self) -> list[Part]:
        return self._list

    def matching(self) -> list[Part]:
        return [Part(part.n) for part in self._list]

    def later(self) -> Callable[[], Part]:
        def nested() -> Part:
            return self._list[0]

        return nested


def bad_method() -> None:
    s = Owned(Shelf())
    with borrow(s) as r:
        part = r.at("a")
    use(part)  # E: borrow-outlives-owner E0597


def bad_method_of_loop() -> None:
    s = Owned(Shelf())
    with borrow(s) as r:
        part = r.first(1)
    if part is not None:
        use(part)  # E: borrow-outlives-owner E0597


def bad_property() -> None:
    s = Owned(Shelf())
    with borrow(s) as r:
        part = r.head
    use(part)  # E: borrow-outlives-owner E0597


def bad_property_that_computes() -> None:
    s = Owned(Shelf())
    with borrow(s) as r:
        part = r.fresh
    use(part)  # E: borrow-outlives-owner E0597


def bad_getitem() -> None:
    s = Owned(Shelf())
    with borrow(s) as r:
        part = r[0]
    use(part)  # E: borrow-outlives-owner E0597


def bad_method_dropped() -> None:
    s = Owned(Shelf())
    r = borrow(s)
    part = r.at("a")
    drop(r)
    use(part)  # E: use-after-move E0382


def bad_list_dropped() -> None:
    s = Owned(Shelf())
    r = borrow(s)
    parts = r.all()
    drop(r)
    use(parts[0])  # E: use-after-move E0382


def bad_method_returned() -> None:
    def find(s: Owned[Shelf]) -> Part:
        with borrow(s) as r:
            return r.at("a")  # E: borrow-outlives-owner E0515

    use(find(Owned(Shelf())))


def ok_methods() -> None:
    s = Owned(Shelf())
    with borrow(s) as r:
        copied, label = r.copied(0), r.label
        matching = r.matching()
        n = r.at("a").n + r.head.n + r[0].n
    use(copied)
    use(matching[0])
    print(label, n)


def ok_method_of_box() -> None:
    s = Box(Shelf())
    part, head = s.at("a"), s.head
    drop(s)
    use(part)
    use(head)


def ok_method_of_owned() -> None:
    s = Owned(Shelf())
    part = s.value.at("a")
    drop(s)
    use(part)


# case: pa-lender | an exclusive guard is deleted, from which another guard has borrowed
def bad_lender_deleted() -> None:
    w = make()
    m = borrow_mut(w)
    r = borrow(m)  # E: borrow-outlives-owner E0597
    del m
    print(r.n)


def ok_lender_deleted() -> None:
    w = make()
    m = borrow_mut(w)
    r = borrow(m)
    print(r.n)
    del r
    del m
    drop(w)


# case: pa-collected | a list with parts of guards that have ended may be filled further, but not read
def bad_collected() -> None:
    found: list[list[str]] = []
    for w in [make(), make()]:
        r = borrow(w)
        found.append(r.part.words)
        drop(r)
    print(found[0][:1])  # E: use-after-move E0382
