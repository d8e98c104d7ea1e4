"""The operations that Python lets an object intercept, as functions of that object.

The comment of each group says what it is for. What no object can intercept (`type(p)`, `id(p)`, `p is None`, storing,
passing on, `weakref.ref(p)`, `object.__repr__(p)`, `callable(p)`, `int.__add__(1, p)`, structural patterns) is listed
in `IMPOSSIBLE`, to say so.
"""

from __future__ import annotations

import asyncio
import copy
import functools
import gc
import io
import math
import operator
import os
import pickle
import sys
import weakref
from collections.abc import Callable, Iterator
from typing import Any

Operation = Callable[[Any], object]


def _set(p: Any) -> None:
    p.x = 1


def _delete(p: Any) -> None:
    del p.x


def _set_item(p: Any) -> None:
    p[0] = 1


def _set_slice(p: Any) -> None:
    p[0:1] = [1]


def _del_item(p: Any) -> None:
    del p[0]


def _del_slice(p: Any) -> None:
    del p[0:1]


def _in_place(symbol: str) -> Operation:
    def run(p: Any) -> None:
        exec(f"p {symbol} 1", {"p": p})

    return run


def _for(p: Any) -> None:
    for _ in p:
        pass


def _unpack(p: Any) -> None:
    _a, *_b = p


def _with(p: Any) -> None:
    with p:
        pass


def _async_with(p: Any) -> None:
    async def run() -> None:
        async with p:
            pass

    asyncio.run(run())


def _await(p: Any) -> None:
    async def run() -> None:
        await p

    asyncio.run(run())


def _async_for(p: Any) -> None:
    async def run() -> None:
        async for _ in p:
            pass

    asyncio.run(run())


def _yield_from(p: Any) -> None:
    def run() -> Iterator[Any]:
        yield from p

    list(run())


def _match_value(p: Any) -> None:
    match p:
        case 5:
            pass


def _match_keyword(p: Any) -> None:
    class Other:
        pass

    match p:
        case None | "a" | 7:
            pass


def _print(p: Any) -> None:
    print(p, file=io.StringIO())


ATTRIBUTES: dict[str, Operation] = {
    "p.x": lambda p: p.x,
    "p.x = 1": _set,
    "del p.x": _delete,
    "getattr(p, 'x')": lambda p: getattr(p, "x"),
    "getattr(p, 'x', None)": lambda p: getattr(p, "x", None),
    "hasattr(p, 'x')": lambda p: hasattr(p, "x"),
    "setattr(p, 'x', 1)": lambda p: setattr(p, "x", 1),
    "delattr(p, 'x')": lambda p: delattr(p, "x"),
    "dir(p)": dir,
    "vars(p)": vars,
    "p.__dict__": lambda p: p.__dict__,
    "p.__doc__": lambda p: p.__doc__,
    "p.__len__": lambda p: p.__len__,
    "p.append(1)": lambda p: p.append(1),
    "operator.attrgetter": lambda p: operator.attrgetter("x")(p),
    "operator.methodcaller": lambda p: operator.methodcaller("sort")(p),
}

CONVERSIONS: dict[str, Operation] = {
    "int(p)": int,
    "float(p)": float,
    "complex(p)": complex,
    "str(p)": str,
    "bytes(p)": bytes,
    "bytearray(p)": bytearray,
    "bool(p)": bool,
    "not p": operator.not_,
    "if p": lambda p: 1 if p else 2,
    "p and 1": lambda p: p and 1,
    "p or 1": lambda p: p or 1,
    "round(p)": round,
    "round(p, 1)": lambda p: round(p, 1),
    "math.trunc(p)": math.trunc,
    "math.floor(p)": math.floor,
    "math.ceil(p)": math.ceil,
    "math.sqrt(p)": math.sqrt,
    "operator.index(p)": operator.index,
    "hash(p)": hash,
    "format(p)": format,
    "f'{p}'": lambda p: f"{p}",
    "f'{p:>5}'": lambda p: f"{p:>5}",
    "f'{p!s}'": lambda p: f"{p!s}",
    "'%s' % p": lambda p: "%s" % p,
    "'%d' % p": lambda p: "%d" % p,
    "'{}'.format(p)": lambda p: "{}".format(p),
    "print(p)": _print,
    "hex(p)": hex,
    "bin(p)": bin,
    "chr(p)": chr,
    "range(p)": range,
    "[1, 2][p]": lambda p: [1, 2][p],
    "[1, 2][p:]": lambda p: [1, 2][p:],
    "'ab' * p": lambda p: "ab" * p,
    "os.fspath(p)": os.fspath,
    "sys.getsizeof(p)": sys.getsizeof,
    "list(p)": list,
    "tuple(p)": tuple,
    "set(p)": set,
    "dict(p)": dict,
}

ARITHMETIC: dict[str, Operation] = {
    "-p": operator.neg,
    "+p": operator.pos,
    "~p": operator.invert,
    "abs(p)": abs,
    "p + 1": lambda p: p + 1,
    "p - 1": lambda p: p - 1,
    "p * 1": lambda p: p * 1,
    "p / 1": lambda p: p / 1,
    "p // 1": lambda p: p // 1,
    "p % 1": lambda p: p % 1,
    "p ** 1": lambda p: p**1,
    "pow(p, 1, 2)": lambda p: pow(p, 1, 2),
    "p @ 1": lambda p: p @ 1,
    "p << 1": lambda p: p << 1,
    "p >> 1": lambda p: p >> 1,
    "p & 1": lambda p: p & 1,
    "p | 1": lambda p: p | 1,
    "p ^ 1": lambda p: p ^ 1,
    "divmod(p, 1)": lambda p: divmod(p, 1),
    "1 + p": lambda p: 1 + p,
    "1 - p": lambda p: 1 - p,
    "1 * p": lambda p: 1 * p,
    "1 / p": lambda p: 1 / p,
    "1 // p": lambda p: 1 // p,
    "1 % p": lambda p: 1 % p,
    "1 ** p": lambda p: 1**p,
    "1 @ p": lambda p: 1 @ p,
    "1 << p": lambda p: 1 << p,
    "1 >> p": lambda p: 1 >> p,
    "1 & p": lambda p: 1 & p,
    "1 | p": lambda p: 1 | p,
    "1 ^ p": lambda p: 1 ^ p,
    "divmod(1, p)": lambda p: divmod(1, p),
    "[1] + p": lambda p: [1] + p,
    "'a' + p": lambda p: "a" + p,
}

IN_PLACE: dict[str, Operation] = {
    f"p {symbol} 1": _in_place(symbol)
    for symbol in ("+=", "-=", "*=", "/=", "//=", "%=", "**=", "@=", "<<=", ">>=", "&=", "|=", "^=")
}

COMPARISONS: dict[str, Operation] = {
    "p == 1": lambda p: p == 1,
    "p != 1": lambda p: p != 1,
    "p < 1": lambda p: p < 1,
    "p <= 1": lambda p: p <= 1,
    "p > 1": lambda p: p > 1,
    "p >= 1": lambda p: p >= 1,
    "1 == p": lambda p: 1 == p,
    "1 != p": lambda p: 1 != p,
    "1 < p": lambda p: 1 < p,
    "1 <= p": lambda p: 1 <= p,
    "1 > p": lambda p: 1 > p,
    "1 >= p": lambda p: 1 >= p,
    "p == p": lambda p: p == p,
    "p in [1]": lambda p: p in [1],
    "p in {1: 1}": lambda p: p in {1: 1},
    "{p}": lambda p: {p},
    "{p: 1}": lambda p: {p: 1},
    "[1].index(p)": lambda p: [1].index(p),
    "max(p, 1)": lambda p: max(p, 1),
    "sorted([p, 1])": lambda p: sorted([p, 1]),
    "match p: case 5": _match_value,
    "match p: case 'a' | 7": _match_keyword,
}

CONTAINERS: dict[str, Operation] = {
    "len(p)": len,
    "p[0]": lambda p: p[0],
    "p[0:1]": lambda p: p[0:1],
    "p[0] = 1": _set_item,
    "p[0:1] = [1]": _set_slice,
    "del p[0]": _del_item,
    "del p[0:1]": _del_slice,
    "1 in p": lambda p: 1 in p,
    "iter(p)": iter,
    "reversed(p)": reversed,
    "for _ in p": _for,
    "a, *b = p": _unpack,
    "[*p]": lambda p: [*p],
    "f(*p)": lambda p: print(*p, file=io.StringIO()),
    "f(**p)": lambda p: functools.partial(print)(**p),
    "{**p}": lambda p: {**p},
    "sum(p)": sum,
    "max(p)": max,
    "any(p)": any,
    "sorted(p)": sorted,
    "zip(p)": zip,
    "map(str, p)": lambda p: map(str, p),
    "enumerate(p)": enumerate,
    "','.join(p)": lambda p: ",".join(p),
    "[].extend(p)": lambda p: [].extend(p),
    "{}.update(p)": lambda p: {}.update(p),
    "set().update(p)": lambda p: set().update(p),
    "operator.length_hint(p)": operator.length_hint,
    "operator.concat(p, [])": lambda p: operator.concat(p, []),
}

PROTOCOLS: dict[str, Operation] = {
    "p()": lambda p: p(),
    "p(1, a=2)": lambda p: p(1, a=2),
    "next(p)": next,
    "next(p, None)": lambda p: next(p, None),
    "with p": _with,
    "async with p": _async_with,
    "await p": _await,
    "async for _ in p": _async_for,
    "aiter(p)": aiter,
    "anext(p)": anext,
    "yield from p": _yield_from,
    "copy.copy(p)": copy.copy,
    "copy.deepcopy(p)": copy.deepcopy,
    "copy.deepcopy([p])": lambda p: copy.deepcopy([p]),
    "pickle.dumps(p)": pickle.dumps,
    "pickle.dumps([p])": lambda p: pickle.dumps([p]),
    "isinstance(1, p)": lambda p: isinstance(1, p),
    "issubclass(int, p)": lambda p: issubclass(int, p),
    "map(p, [1])": lambda p: list(map(p, [1])),
    "sorted([2, 1], key=p)": lambda p: sorted([2, 1], key=p),
    "functools.reduce(p, [1, 2])": lambda p: functools.reduce(p, [1, 2]),
}

if sys.version_info >= (3, 12):
    PROTOCOLS["memoryview(p)"] = memoryview

GROUPS: dict[str, dict[str, Operation]] = {
    "attributes": ATTRIBUTES,
    "conversions": CONVERSIONS,
    "arithmetic": ARITHMETIC,
    "in place": IN_PLACE,
    "comparisons": COMPARISONS,
    "containers": CONTAINERS,
    "protocols": PROTOCOLS,
}

# What stays silent on every object, dead or alive: Python asks nobody.
IMPOSSIBLE: dict[str, Operation] = {
    "type(p)": type,
    "id(p)": id,
    "p is None": lambda p: p is None,
    "isinstance(p, object)": lambda p: isinstance(p, object),
    "isinstance(p, type(p))": lambda p: isinstance(p, type(p)),
    "p in [p]": lambda p: p in [p],
    "[p]": lambda p: [p],
    "[].append(p)": lambda p: [].append(p),
    "weakref.ref(p)": weakref.ref,
    "gc.get_referents(p)": gc.get_referents,
    "callable(p)": callable,
    "q = p": lambda p: p,
}
