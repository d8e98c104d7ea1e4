"""Guards in variables: what never leaves its function, and what does."""

from collections.abc import Iterator

from owned import Box, Owned, Ref, RefMut, borrow, borrow_mut, clone, deref, drop, is_live, move


class Point:
    def __init__(self) -> None:
        self.x = 1
        self.parts = ["a", "b"]

    def total(self) -> int:
        return self.x + len(self.parts)


def read(r: Ref[Point]) -> int:
    again = clone(r)
    with borrow(again) as seen:
        return seen.x


def stays() -> None:
    point = Owned(Point(), drop=lambda p: print("dropped", p.x))
    r = borrow(point)
    print(r.x, r.total(), r.parts[0], isinstance(r, Point))
    drop(r)
    m = borrow_mut(point)
    m.x += 1
    m.parts.append("c")
    for part in m.parts:
        print(part)
    drop(m)
    kept = move(point)
    print(kept.value.x)


def leaves() -> None:
    point = Owned(Point(), drop=lambda p: print("dropped", p.x))
    r = borrow(point)
    print(read(r), is_live(r), type(r).__name__ != "", read(borrow(point)))
    with r as seen:
        print(seen.total())


def name_of(point: Ref[Point]) -> str:
    return f"{describe(point, 'point')} with {len(point.parts)}"


def describe(point: Ref[Point], name: str) -> str:
    with borrow(point) as seen:
        return f"{name} at {point.x}, {seen.x}, {deref(point).x}"


def push(point: RefMut[Point], *, x: int) -> None:
    point.x += x
    point.parts.append(str(x))


def passed_on() -> None:
    point = Owned(Point(), drop=lambda p: print("dropped", p.x))
    push(borrow_mut(point), x=4)
    print(name_of(borrow(point)), borrow(point).total(), len(borrow(point).parts))
    nested = Owned(Box([1], drop=lambda n: print("inner", n)), drop=lambda n: print("outer"))
    r = borrow(nested)
    print(r[0], deref(r)[0])
    drop(r)
    with borrow(nested) as inner:
        print(inner[0])
    for part in borrow(point).parts:
        print(part)


def collections() -> None:
    numbers = Owned([3, 1, 2])
    r = borrow(numbers)
    print(sorted(r), len(r), r[0], sum(r), max(r), f"{r}", 3 in r, r == [3, 1, 2], [n + 1 for n in r], list(r))
    print("non-empty" if r else "empty", not r, r + [1], str(r), repr(r))
    boxed = Box({"a": 1})
    b = borrow(boxed)
    print(b["a"], len(b), dict(b))


def each(point: Owned[Point]) -> Iterator[str]:
    with borrow(point) as p:
        for part in p.parts:
            yield part


async def later(point: Owned[Point]) -> int:
    with borrow(point) as p:
        return p.total()


def paused() -> None:
    point = Owned(Point(), drop=lambda p: print("end of paused"))
    print(list(each(point)))
    try:
        later(Owned(Point(), drop=lambda p: print("end of later"))).send(None)
    except StopIteration as stop:
        print(stop.value)


stays()
leaves()
passed_on()
collections()
paused()
