"""Short functions as people write them; nearly all of them are right."""

from __future__ import annotations

import collections
import contextlib
import heapq
import itertools
from collections.abc import Callable, Iterable, Iterator

from owned import Box, Owned, Ref, borrow, drop, into_inner, is_live


# case: short-idioms | containers, loops, closures, options
class Token:
    def __init__(self, n: int = 0) -> None:
        self.n = n


def eat(t: Owned[Token]) -> None:
    drop(t)


def look(*t: object) -> None: ...
def peek(r: Ref[Token]) -> int:
    return 1


def cond() -> bool:
    return True


def fresh() -> Owned[Token]:
    return Owned(Token(0))


def best_of(v: list[Owned[Token]]) -> Owned[Token] | None:
    best: Owned[Token] | None = None
    for t in v:
        if best is None or peek(borrow(t)) > peek(borrow(best)):
            best = t
    look(v)
    return best


def best_index(v: list[Owned[Token]]) -> Owned[Token]:
    i = max(range(len(v)), key=lambda k: peek(borrow(v[k])))
    return v.pop(i)


def partition(v: Iterable[Owned[Token]]) -> tuple[list[Owned[Token]], list[Owned[Token]]]:
    a: list[Owned[Token]] = []
    b: list[Owned[Token]] = []
    for t in v:
        (a if peek(borrow(t)) else b).append(t)
    return a, b


def group(v: list[Owned[Token]]) -> dict[int, list[Owned[Token]]]:
    d: dict[int, list[Owned[Token]]] = collections.defaultdict(list)
    for t in v:
        d[peek(borrow(t))].append(t)
    for k, ts in sorted(d.items()):
        look(k, ts)
        for t in ts:
            look(t)
    return d


def heap() -> None:
    h: list[tuple[int, Owned[Token]]] = []
    for i in range(3):
        t = fresh()
        heapq.heappush(h, (i, t))
    while h:
        n, t = heapq.heappop(h)
        look(n)
        eat(t)


def zipped(a: list[Owned[Token]], b: list[Owned[Token]]) -> None:
    for x, y in zip(a, b):
        look(x, y)
        if cond():
            x, y = y, x
        look(x, y)
    for x in itertools.chain(a, b):
        look(x)


def dict_ops(d: dict[str, Owned[Token]]) -> None:
    if "a" in d:
        t = d["a"]  # E: move-out-of-borrow E0507
        look(t)
    try:
        u = d.pop("b")
    except KeyError:
        u = fresh()
    eat(u)
    for k in list(d):
        eat(d.pop(k))
    d["x"] = fresh()
    if (w := d.get("x")) is not None:
        look(w)
    first = next(iter(d.values()), None)
    look(first)


def ternaries(a: Owned[Token], b: Owned[Token]) -> Owned[Token]:
    small, big = (a, b) if peek(borrow(a)) < peek(borrow(b)) else (b, a)
    drop(big)
    return small


def nested(o: Owned[Owned[Token]]) -> Owned[Token]:
    inner = into_inner(o)
    return inner


def nested_value(o: Owned[list[Owned[Token]]]) -> None:
    for t in o.value:
        look(t)
    with borrow(o) as ts:
        for t in ts:
            look(t, peek(borrow(t)))
    n = len(o.value)
    o.value.append(fresh())
    print(n)


class Lazy:
    _cached: Owned[Token] | None = None

    def get(self) -> Ref[Token]:
        if self._cached is None:
            self._cached = fresh()
        return borrow(self._cached)

    def reset(self) -> None:
        cached, self._cached = self._cached, None  # E: move-out-of-borrow E0507
        if cached is not None:
            drop(cached)


class Iter:
    def __init__(self, items: list[Owned[Token]]) -> None:
        self.items = items
        self.pos = 0

    def __iter__(self) -> Iter:
        return self

    def __next__(self) -> Owned[Token]:
        if self.pos >= len(self.items):
            raise StopIteration
        t = self.items.pop(0)
        self.pos += 1
        return t

    def __len__(self) -> int:
        return len(self.items)

    def __contains__(self, t: Owned[Token]) -> bool:
        return any(t is x for x in self.items)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Iter) and self.items == other.items


def consume_iter(it: Iter, t: Owned[Token]) -> None:
    if t in it:
        look(t)
    for x in it:
        eat(x)
    look(t)


@contextlib.contextmanager
def opened() -> Iterator[Owned[Token]]:
    t = fresh()
    try:
        yield t
    finally:
        if is_live(t):
            drop(t)


def use_opened() -> None:
    with opened() as t:
        look(t)
    with opened() as t, opened() as u:
        eat(t)
        look(u)


def recursion(t: Owned[Token], depth: int) -> Owned[Token]:
    if depth == 0:
        return t
    t = recursion(t, depth - 1)
    return recursion(t, depth - 2) if depth > 1 else t


def flags(t: Owned[Token]) -> None:
    done = False
    while not done:
        if cond():
            done = True
            eat(t)  # E: use-after-move E0382


def early(t: Owned[Token] | None) -> int:
    if t is None:
        t = fresh()
    n = peek(borrow(t))
    drop(t)
    return n


def default(t: Owned[Token] | None = None) -> None:
    t = t or fresh()
    look(t)
    t = t if t is not None else fresh()
    look(t)


def closures(v: list[Owned[Token]]) -> list[Callable[[], int]]:
    fs: list[Callable[[], int]] = []
    for t in v:

        def f(t: Owned[Token] = t) -> int:
            return peek(borrow(t))

        fs.append(f)
    return fs


def loop_lambda(v: list[Owned[Token]]) -> None:
    for t in v:
        g: Callable[[], int] = lambda: peek(borrow(t))
        print(g())


def str_ops(b: Box[str]) -> str:
    s = b.upper() + str(b)
    if b == "x" or b < "y" or "z" in b:
        return s[0]
    for ch in b:
        print(ch)
    return f"{b}{b!r}{len(b)}{s}"


def num_ops(b: Box[int]) -> int:
    b += 1
    b -= 2
    c = -b + 3 * b
    d = b if b > 3 else Box(2)
    return c + d


def dicts(b: Box[dict[str, int]]) -> None:
    b["a"] = b["a"] + 1 if "a" in b else 0
    b.update({k: v + 1 for k, v in b.items()})
    for k in list(b):
        del b[k]
    b.setdefault("q", len(b))


def swap_loop(a: Owned[Token], b: Owned[Token]) -> None:
    for _ in range(3):
        a, b = b, a
    look(a, b)


def fib() -> None:
    a, b = fresh(), fresh()
    for _ in range(3):
        drop(a)
        a, b = b, fresh()
    eat(a)
    eat(b)


def lists() -> None:
    v: list[Owned[Token]] = [fresh() for _ in range(3)]
    w = v
    look(v, w)
    a = v[0]
    look(v[1])
    v[0] = a
    v[0], v[1] = v[1], v[0]
    look(v[0], v[1])
    last = v[-1]
    look(last)
    x, *rest = v
    look(x, rest)


class Conn:
    def __init__(self) -> None:
        self.peer: Owned[Token] | None = None
        self.tokens: dict[int, Owned[Token]] = {}

    def attach(self, t: Owned[Token]) -> None:
        if self.peer is not None:
            raise RuntimeError("attached")
        self.peer = t

    def rotate(self) -> None:
        for k, t in list(self.tokens.items()):
            look(k, t)
            self.tokens[k + 1] = self.tokens.pop(k)

    def find(self, n: int) -> Ref[Token] | None:
        t = self.tokens.get(n)
        return borrow(t) if t is not None else None

    def replace_peer(self, t: Owned[Token]) -> None:
        if self.peer is not None:
            drop(self.peer)
        self.peer = t
        look(self.peer)

    def __enter__(self) -> Conn:
        return self

    def __exit__(self, *a: object) -> None:
        if self.peer is not None:
            drop(self.peer)
        for t in self.tokens.values():
            drop(t)
        self.tokens.clear()

    def __del__(self) -> None:
        p, self.peer = self.peer, None
        if p is not None:
            drop(p)
