"""Containers that views are put into are the program's own: they may be changed, their elements may not."""

from __future__ import annotations

from dataclasses import dataclass, field

from owned import Box, Owned, Ref, borrow, drop, move


@dataclass
class Item:
    n: int = 0
    tags: list[str] = field(default_factory=list)
    child: Item | None = None


# case: cv-made | a container that is made of views
def ok_list() -> None:
    v = Owned([Item(), Item()])
    with borrow(v) as view:
        parts = [p for p in view]
        parts.append(Item())
        parts.sort(key=lambda p: p.n)
        some = list(view)
        some.append(Item())
        more = sorted(view, key=lambda p: p.n)
        more.pop()
        more[0] = Item()
        d = {p.n: p for p in view}
        d[3] = Item()
        del d[3]
        t = [view[0], view[1]]
        t.append(Item())
        t += [view[0]]
        del t[0]
        t2 = view[:1]


def bad_slice_append() -> None:
    v = Owned([Item(), Item()])
    with borrow(v) as view:
        t2 = view[:1]
        t2.append(Item())  # E: mutate-through-ref E0596


def ok_dropped() -> None:
    v = Owned([Item(), Item()])
    r = borrow(v)
    parts = [p for p in r]
    parts.append(Item())
    more = sorted(r, key=lambda p: p.n)
    more.pop()
    parts.clear()


# case: cv-filled | a container, or an object, that views are put into
def ok_append() -> None:
    v = Owned([Item(), Item()])
    kept: list[Item] = []
    by_n: dict[int, Item] = {}
    outer = Item()
    seen: set[str] = set()
    with borrow(v) as view:
        for p in view:
            kept.append(p)
            by_n[p.n] = p
            by_n.setdefault(5, p)
            seen.add(p.tags[0] if p.tags else "")
        kept.append(Item())
        kept[0] = Item()
        del kept[0]
        kept.clear()
        by_n[2] = Item()
        by_n.pop(2)
        outer.child = view[0]
        outer.n = 3
        outer.tags.append("x")
        outer.child = None


def bad_element() -> None:
    v = Owned([Item(), Item()])
    kept: list[Item] = []
    with borrow(v) as view:
        for p in view:
            kept.append(p)
        kept[0].n = 3  # E: mutate-through-ref E0594


def bad_comprehended() -> None:
    v = Owned([Item(), Item()])
    with borrow(v) as view:
        kept = [p for p in view]
        kept[0].n = 3  # E: mutate-through-ref E0594


def bad_comprehended_tags() -> None:
    v = Owned([Item(), Item()])
    with borrow(v) as view:
        kept = sorted(view, key=lambda p: p.n)
        kept[0].tags.append("x")  # E: mutate-through-ref E0596


def bad_chosen() -> None:
    v = Owned([Item(), Item()])
    with borrow(v) as view:
        best = max(view, key=lambda p: p.n)
        best.n = 3  # E: mutate-through-ref E0594


def bad_rest() -> None:
    v = Owned([Item(), Item()])
    with borrow(v) as view:
        first, *rest = view
        rest.append(Item())
    rest[0].n  # E: borrow-outlives-owner E0597


def ok_loop_list() -> None:
    v = Owned([Item(), Item()])
    with borrow(v) as view:
        todo = [view[0]]
        while todo:
            here = todo.pop()
            if here.child is not None:
                todo.append(here.child)


class Client:
    def __init__(self) -> None:
        self.o = o = Owned(Item())
        o.value.n = 1
        self.o.value.n = 2
        self.names: list[str] = []
        self.parts: list[list[str]] = []
        self.n = 0

    def read(self, r: Ref[Item]) -> None:
        self.names = r.tags
        self.parts.append(r.tags)
        self.n = 3
        self.parts.append([])


# case: cv-chained | one owner under two names
def bad_chained() -> None:
    a = b = Owned(Item())
    drop(a)
    print(b.value)  # E: use-after-move E0382


def bad_chained_move() -> None:
    a = b = Owned(Item())
    c = move(b)
    print(a.value)  # E: use-after-move E0382
    drop(c)


def ok_chained() -> None:
    a = b = Owned(Item())
    print(a.value, b.value)
    drop(a)
    b = Owned(Item())
    print(b.value)


def ok_chained_2() -> None:
    a = b = Owned(Item())
    b = Owned(Item())
    drop(a)
    print(b.value)


def ok_chained_3() -> None:
    a = b = Box([1])
    b.append(2)
    del a
    print(b)
