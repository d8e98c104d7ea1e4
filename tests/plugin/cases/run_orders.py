"""An order, its lines and its customer: read, changed, lent, cached, handed through pipelines."""

from __future__ import annotations

import io
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from io import BytesIO, TextIOWrapper
from typing import Protocol, TypeVar

from owned import (
    Box,
    Owned,
    Ref,
    RefMut,
    Vec,
    borrow,
    borrow_mut,
    deref,
    drop,
    into_inner,
    move,
)
from typing_extensions import ParamSpec, Self

T = TypeVar("T")
R = TypeVar("R")
P = ParamSpec("P")


def temporary() -> Owned[TextIOWrapper]:
    return Owned(io.TextIOWrapper(BytesIO(), encoding="utf-8", write_through=True))


@dataclass
class Order:
    id: int
    lines: list[Line] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    customer: Customer | None = None

    @property
    def total(self) -> float:
        return sum(line.price * line.count for line in self.lines)

    def line(self, sku: str) -> Line | None:
        return next((line for line in self.lines if line.sku == sku), None)

    def add(self, line: Line) -> None:
        self.lines.append(line)

    def biggest(self) -> Line:
        return max(self.lines, key=lambda line: line.price)

    def skus(self) -> list[str]:
        return [line.sku for line in self.lines]

    def __iter__(self) -> Iterator[Line]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)

    def __contains__(self, sku: str) -> bool:
        return any(line.sku == sku for line in self.lines)

    def __getitem__(self, at: int) -> Line:
        return self.lines[at]


@dataclass
class Line:
    sku: str
    price: float = 1.0
    count: int = 1


@dataclass
class Customer:
    name: str
    tags: set[str] = field(default_factory=set)
    address: dict[str, str] = field(default_factory=dict)


def order() -> Owned[Order]:
    return Owned(Order(1, [Line("a", 2.0), Line("b", 3.0, 2)], {"k": "v"}, Customer("Ada", {"vip"}, {"city": "Bern"})))


def ok_report() -> None:
    out: list[str] = []
    with order() as o:
        with borrow(o) as view:
            for n, line in enumerate(view.lines, 1):
                out.append(f"{n}: {line.sku} {line.price * line.count:.2f}")
            out.append(f"total {view.total:.2f}")
            if view.customer is not None:
                out.append(view.customer.name)
                out.extend(sorted(view.customer.tags))
                city = view.customer.address.get("city", "?")
                out.append(city)
    assert out[-1] == "Bern"


def ok_json() -> None:
    with order() as o, borrow(o) as view:
        data = {
            "id": view.id,
            "lines": [{"sku": line.sku, "price": line.price} for line in view.lines],
            "notes": dict(view.notes),
            "customer": view.customer.name if view.customer else None,
        }
        text = json.dumps(data)
    data["id"] = 2
    assert json.loads(text)["id"] == 1


def ok_index() -> None:
    with order() as o, borrow(o) as view:
        by_sku = {line.sku: line.price for line in view}
        groups: dict[bool, list[str]] = defaultdict(list)
        for line in view:
            groups[line.price > 2].append(line.sku)
        assert "a" in view and len(view) == 2 and view[0].sku == "a"
        found = view.line("b")
        assert found is not None and found.count == 2
        best = view.biggest().sku
        skus = view.skus()
    skus.append(best)
    by_sku["z"] = 0.0
    groups[True].append("z")


def bad_found_kept() -> None:
    with order() as o:
        with borrow(o) as view:
            first = view[0]
        print(first.sku)  # E: borrow-outlives-owner E0597


def ok_edit() -> None:
    with order() as o:
        with borrow_mut(o) as m:
            m.add(Line("c"))
            m.lines[0].price += 1
            m.notes["x"] = "y"
            m.notes.update(z="w")
            m.lines.sort(key=lambda line: line.sku)
            for line in m.lines:
                line.count += 1
            if m.customer is not None:
                m.customer.tags.add("new")
                m.customer.address["zip"] = "3000"
            del m.notes["x"]
            first = m.lines.pop(0)
            found = m.line("b")
            if found is not None:
                found.price = 9.0
            m.lines += [first]
            m.customer = None
        assert o.value.total > 0


def bad_edit_view_in_loop() -> None:
    with order() as o, borrow(o) as view:
        for line in view.lines:
            line.count += 1  # E: mutate-through-ref E0594


def bad_edit_found() -> None:
    with order() as o, borrow(o) as view:
        line = view.lines[0]
        line.price = 1  # E: mutate-through-ref E0594


def bad_edit_sorted() -> None:
    with order() as o, borrow(o) as view:
        view.lines.sort(key=lambda line: line.sku)  # E: mutate-through-ref E0596


def bad_edit_customer_tags() -> None:
    with order() as o, borrow(o) as view:
        assert view.customer is not None
        tags = view.customer.tags
        tags.add("x")  # E: mutate-through-ref E0596


def ok_tags_copied() -> None:
    with order() as o, borrow(o) as view:
        assert view.customer is not None
        tags = set(view.customer.tags)
        tags.add("x")
        both = view.customer.tags | {"y"}
        both.add("z")
        notes = {**view.notes, "n": "m"}
        notes["o"] = "p"
        lines = [*view.lines]
        lines.append(Line("q"))
        merged = view.notes | {"a": "b"}
        merged["c"] = "d"
        joined = view.skus() + ["s"]
        joined.append("t")
        doubled = [line.price for line in view.lines] * 2
        doubled.append(1.0)


def ok_two_orders() -> None:
    with order() as a, order() as b:
        with borrow(a) as x, borrow_mut(b) as y:
            y.notes.update(x.notes)
            y.id = x.id + 1
            for line in x.lines:
                y.lines.append(Line(line.sku, line.price, line.count))
        assert len(b.value) == 4


def bad_two_orders() -> None:
    with order() as a:
        with borrow(a) as x, borrow_mut(a) as y:  # E: borrow-conflict E0502
            y.id = x.id + 1


def bad_lines_shared() -> None:
    with order() as a, order() as b:
        with borrow(a) as x, borrow_mut(b) as y:
            y.lines = x.lines  # E: borrow-outlives-owner E0597
        print(len(b.value.lines))


def price_of(o: Ref[Order]) -> float:
    return sum(line.price for line in o.lines)


def raise_prices(o: RefMut[Order], by: float) -> int:
    n = 0
    for line in o.lines:
        line.price += by
        n += 1
    return n


def first_line(o: Ref[Order]) -> Ref[Line]:
    return Ref.map(o, lambda order: order.lines[0])


def checked(o: Ref[Order]) -> bool:
    def is_fine(line: Line) -> bool:
        return line.price > 0 and line.count > 0

    return all(is_fine(line) for line in o.lines) and all(map(is_fine, o.lines))


def ok_helpers() -> None:
    o = order()
    before = price_of(borrow(o))
    assert raise_prices(borrow_mut(o), 1.0) == 2
    assert price_of(borrow(o)) > before
    with first_line(borrow(o)) as line:
        assert line.sku == "a"
    assert checked(borrow(o))
    drop(o)


def bad_first_line_kept() -> None:
    o = order()
    line = first_line(borrow(o))
    drop(o)  # E: move-while-borrowed E0505
    print(line.sku)


def bad_helper_while_line() -> None:
    o = order()
    line = first_line(borrow(o))
    raise_prices(borrow_mut(o), 1.0)  # E: borrow-conflict E0502
    print(line.sku)


def ok_helper_after_line() -> None:
    o = order()
    line = first_line(borrow(o))
    print(line.sku)
    drop(line)
    raise_prices(borrow_mut(o), 1.0)
    drop(o)


class Cache:
    def __init__(self) -> None:
        self._orders: dict[int, Owned[Order]] = {}
        self._hits = Counter[int]()
        self._last: Owned[Order] | None = None

    def put(self, id: int, o: Owned[Order]) -> None:
        old = self._orders.pop(id, None)
        if old is not None:
            drop(old)
        self._orders[id] = o

    def get(self, id: int) -> Ref[Order] | None:
        found = self._orders.get(id)
        if found is None:
            return None
        self._hits[id] += 1
        return borrow(found)

    def change(self, id: int, f: Callable[[Order], None]) -> None:
        with borrow_mut(self._orders[id]) as m:
            f(m)

    def remove(self, id: int) -> Owned[Order]:
        return self._orders.pop(id)

    def remove_if(self, test: Callable[[Order], bool]) -> list[Owned[Order]]:
        chosen: list[int] = []
        for id, o in self._orders.items():
            with borrow(o) as view:
                if test(view):
                    chosen.append(id)
        return [self._orders.pop(id) for id in chosen]

    def totals(self) -> dict[int, float]:
        return {id: o.value.total for id, o in self._orders.items()}

    def largest(self) -> int:
        return max(self._orders, key=lambda id: self._orders[id].value.total)

    def close(self) -> None:
        for o in self._orders.values():
            drop(o)
        self._orders.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def ok_cache() -> None:
    with Cache() as cache:
        cache.put(1, order())
        cache.put(1, order())
        cache.put(2, order())
        found = cache.get(1)
        assert found is not None and found.total > 0
        drop(found)
        cache.change(1, lambda o: o.add(Line("x", 99)))
        assert cache.largest() == 1
        taken = cache.remove(2)
        drop(taken)
        assert len(cache.remove_if(lambda o: o.total > 0)) == 1
        assert cache.totals() == {}


def bad_put_twice() -> None:
    with Cache() as cache:
        o = order()
        cache.put(1, move(o))
        cache.put(2, move(o))  # E: use-after-move E0382


# --- event loop of callbacks


class Bus:
    def __init__(self) -> None:
        self._handlers: dict[str, list[Callable[[Ref[Order]], None]]] = defaultdict(list)

    def on(self, event: str) -> Callable[[Callable[[Ref[Order]], None]], Callable[[Ref[Order]], None]]:
        def register(f: Callable[[Ref[Order]], None]) -> Callable[[Ref[Order]], None]:
            self._handlers[event].append(f)
            return f

        return register

    def emit(self, event: str, o: Ref[Order]) -> None:
        for handler in self._handlers[event]:
            handler(o)


def ok_bus() -> None:
    bus = Bus()
    seen: list[int] = []

    @bus.on("paid")
    def note(o: Ref[Order]) -> None:
        seen.append(o.id)

    @bus.on("paid")
    def check(o: Ref[Order]) -> None:
        assert o.total > 0

    o = order()
    bus.emit("paid", borrow(o))
    drop(o)
    assert seen == [1]


def bus_keeps() -> None:
    bus = Bus()
    kept: list[Ref[Order]] = []

    @bus.on("paid")
    def keep(o: Ref[Order]) -> None:
        kept.append(o)  # E: borrow-outlives-owner E0521

    o = order()
    bus.emit("paid", borrow(o))
    drop(o)


# --- state machines, plug-ins


class Phase(Protocol):
    def step(self, o: RefMut[Order]) -> Phase | None: ...


class Draft:
    def step(self, o: RefMut[Order]) -> Phase | None:
        o.notes["phase"] = "draft"
        return Paid() if o.lines else None


class Paid:
    def step(self, o: RefMut[Order]) -> Phase | None:
        o.notes["phase"] = "paid"
        return None


def ok_state_machine() -> None:
    o = order()
    phase: Phase | None = Draft()
    with borrow_mut(o) as m:
        m.id = 7
    while phase is not None:
        phase = phase.step(borrow_mut(o))
    assert o.value.notes["phase"] == "paid"


def ok_pipeline() -> None:
    steps: list[Callable[[Owned[Order]], Owned[Order]]] = []

    def step(f: Callable[[Owned[Order]], Owned[Order]]) -> Callable[[Owned[Order]], Owned[Order]]:
        steps.append(f)
        return f

    @step
    def discount(o: Owned[Order]) -> Owned[Order]:
        with borrow_mut(o) as m:
            for line in m.lines:
                line.price *= 0.9
        return o

    @step
    def renew(o: Owned[Order]) -> Owned[Order]:
        old = into_inner(o)
        return Owned(Order(old.id + 1, old.lines))

    o = order()
    for f in steps:
        o = f(o)
    assert o.value.id == 2
    result = reduce(lambda acc, f: f(acc), steps, order())
    assert result.value.id == 2


def bad_pipeline() -> None:
    def renew(o: Owned[Order]) -> Owned[Order]:
        return Owned(into_inner(o))

    o = order()
    p = renew(o)
    print(o.value.id)  # E: use-after-move E0382
    drop(p)


# --- numbers and text in boxes


def ok_box_arithmetic() -> None:
    total = Box(0)
    for n in range(3):
        total += n
    assert total == 3 and total + 1 == 4 and max(total, 2) == 3
    words = Box(["b", "a"])
    words.sort()
    words += ["c"]
    assert words[0] == "a" and "c" in words and list(reversed(words))[0] == "c"
    first, *others = words
    others.append("d")
    assert f"{words}" == "['a', 'b', 'c']" and first == "a"
    matrix = Box([[1, 2], [3, 4]])
    matrix[0][1] += 5
    row = matrix[0]
    row.append(9)
    assert matrix[0] == [1, 7, 9]
    table = Box({"a": [1]})
    table.setdefault("b", []).append(2)
    table["a"].append(3)
    for key, values in table.items():
        values.append(len(key))
    assert table["a"] == [1, 3, 1]


def ok_box_changed_after_loop() -> None:
    words = Box(["b", "a"])
    for word in words:
        if word == "a":
            break
    words.append("x")
    for word in list(words):
        words.remove(word)
    assert len(words) == 0


def ok_box_into_call() -> None:
    words = Box(["b", "a"])
    assert ",".join(words) == "b,a"
    assert json.dumps(deref(words)) == '["b", "a"]'
    assert len(into_inner(words)) == 2


def bad_box_after_into() -> None:
    words = Box(["b", "a"])
    n = len(into_inner(words))
    words.append("c")  # E: use-after-move E0382
    print(n)


def ok_vec() -> None:
    v = Vec([1, 2, 3])
    v.push(4)
    assert sum(v) == 10 and v[-1] == 4
    with borrow_mut(v) as m:
        m.push(5)
    part = list(v[1:3])
    v.clear()
    assert part == [2, 3]


def bad_vec_slice() -> None:
    v = Vec([1, 2, 3])
    part = v[1:3]
    v.push(4)  # E: borrow-conflict E0502
    print(list(part))
