"""What is put into something borrowed, and what is unpacked."""

from __future__ import annotations

from dataclasses import dataclass, field

from owned import Box, Owned, Rc, borrow, borrow_mut, drop


@dataclass
class Item:
    n: int = 0
    tags: list[str] = field(default_factory=list)


@dataclass
class Store:
    items: list[Item] = field(default_factory=lambda: [Item(1), Item(2)])
    names: list[str] = field(default_factory=lambda: ["a"])
    best: Item | None = None
    by_name: dict[str, str] = field(default_factory=dict)


def store() -> Owned[Store]:
    return Owned(Store())


def ok_unwrapped() -> None:
    s = store()
    with borrow_mut(s) as m:
        m.best = m.items[0]
        m.items[0] = m.items[1]
        m.items[0], m.items[1] = m.items[1], m.items[0]
        m.items = m.items[:1]
        m.names = list(m.names)
        m.names = [name for name in m.names if name]
        m.names += sorted(m.names)
        m.names.append(m.names[0])
        m.items.append(Item(3))
        m.items += [Item(4)]
        m.items[:] = [Item(5)]
        m.items.extend([Item(6), Item(7)])
        taken = m.items.pop()
        m.items.insert(0, taken)
        m.by_name.update({"a": m.names[0]})
    assert sum(item.n for item in s.value.items) > 0


def ok_appended() -> None:
    s = store()
    with borrow_mut(s) as m:
        m.items.append(m.items[0])
    print(s.value.items[-1].n)


def bad_extended() -> None:
    s, t = store(), store()
    with borrow_mut(s) as m, borrow(t) as r:
        m.items.extend(r.items)  # E: borrow-outlives-owner E0597
    print(s.value.items[-1].n)


def bad_from_another() -> None:
    s, t = store(), store()
    with borrow_mut(s) as m, borrow(t) as r:
        m.items = r.items  # E: borrow-outlives-owner E0597
    print(s.value.items[-1].n)


def bad_added() -> None:
    s = store()
    found: list[Item] = []
    with borrow(s) as r:
        found += [item for item in r.items if item.n]
        found += [Item()]
    print(found[0].n)  # E: borrow-outlives-owner E0597


def bad_extended_list() -> None:
    s = store()
    found: list[Item] = []
    with borrow(s) as r:
        found.extend(r.items)
    print(found[0].n)  # E: borrow-outlives-owner E0597


def ok_between() -> None:
    s, t = store(), store()
    names: list[str] = []
    with borrow_mut(s) as m, borrow(t) as r:
        m.names.extend(r.names)
        m.by_name.update(r.by_name)
        m.names += r.names
        m.items.extend(Item(item.n) for item in r.items)
        m.items += [Item(item.n) for item in r.items]
        names.extend(r.names)
        names += r.names
    names.append("x")
    assert len(s.value.items) == 6


def ok_unpacked() -> None:
    words = Box(["b", "a"])
    first, *others = words
    others.append("d")
    second, third = words
    words.append(first + second + third)
    pair = Rc((1, "x"))
    n, text = pair
    print(n, text, pair)
    drop(words)


def bad_unpacked_after_drop() -> None:
    words = Box(["b", "a"])
    drop(words)
    first, *others = words  # E: use-after-move E0382
    print(first, others)


def ok_new_list_of_own_views() -> None:
    s = store()
    with borrow_mut(s) as m:
        m.items = [item for item in m.items if item.n]
        m.items[:] = [item for item in m.items if item.n > 1]
        m.items.extend(item for item in m.items if item.n)
    assert [item.n for item in s.value.items] == [2, 2]
    drop(s)
