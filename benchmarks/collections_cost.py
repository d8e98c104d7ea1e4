"""What `Vec` and `Map` cost: `python -m benchmarks.collections_cost [--rounds N]`.

Prints one table: the statement, its time per element on this machine (for scale only), and the ratio to the same work
on a `list`, a `deque` or a `dict`, all timed in turn in one run.

Every method of a `Vec` is one Python call where a list has an instruction, or a C function. What it does in that call:
`push` asks for the type of the element, which may be an owner to be moved; `v[i]` asks for the type of the index, which
may be a slice that lends, and of the element, which is lent unless it is plain. A loop over plain values takes one
borrow, and then runs at C speed; a loop over anything else makes a view for each element.
"""

import argparse
import platform
import sys
from collections import deque
from dataclasses import dataclass

import owned
from benchmarks.interleaved import Samples, Statement, measure


class Account:
    """An element that is more than a plain value."""

    total = 1


@dataclass(frozen=True)
class Row:
    """One line of the table: a statement, what it is compared with, and how many elements it is about."""

    statement: str
    baseline: str
    elements: int = 1


NAMES: dict[str, object] = {
    "Account": Account,
    "deque": deque,
    **{name: getattr(owned, name) for name in ("Map", "Vec", "borrow", "borrow_mut", "drop")},
}
SETUPS = {kind: f"c = {kind}(range(1000))" for kind in ("list", "deque", "Vec")}


def statements() -> list[Statement]:
    """The same work on each kind of container."""
    made = []
    for kind, setup in SETUPS.items():
        add = "push" if kind == "Vec" else "append"
        made += [
            Statement(f"{kind} push, pop", f"c.{add}(1); c.pop()", setup),
            Statement(f"{kind} push", f"c.{add}(1)", setup),
            Statement(f"{kind} index", "c[500]", setup),
            Statement(f"{kind} assign", "c[500] = 2", setup),
            Statement(f"{kind} len", "len(c)", setup),
            Statement(f"{kind} iterate", "for x in c:\n    pass", setup),
            Statement(f"{kind} iterate short", "for x in c:\n    pass", setup.replace("1000", "3")),
        ]
        if kind != "deque":
            objects = f"c = {kind}(Account() for _ in range(1000))"
            made += [
                Statement(f"{kind} slice", "c[100:900]", setup),
                Statement(f"{kind} make", f"{kind}(xs)", "xs = list(range(1000))"),
                Statement(f"{kind} iterate objects", "for x in c:\n    x.total", objects),
                Statement(f"{kind} index object", "c[500].total", objects),
                Statement(f"{kind} sort", "c.sort(reverse=True); c.sort()", setup),
            ]
    made += [
        Statement("Vec borrowed index", "r[500]", "c = Vec(range(1000)); r = borrow(c)", "drop(r)"),
        Statement("Vec iter_mut", "for x in c.iter_mut():\n    x += 1", "c = Vec(range(100))", "del x"),
        Statement("list assign all", "for i in range(100):\n    c[i] += 1", "c = list(range(100))"),
        Statement("dict get", "m['a']", "m = {'a': 1}"),
        Statement("Map get", "m['a']", "m = Map({'a': 1})"),
        Statement("dict set", "m['a'] = 1", "m = {'a': 1}"),
        Statement("Map set", "m['a'] = 1", "m = Map({'a': 1})"),
        Statement("dict iterate", "for k in m:\n    pass", "m = dict.fromkeys(range(1000))"),
        Statement("Map iterate", "for k in m:\n    pass", "m = Map(dict.fromkeys(range(1000)))"),
    ]
    return made


TABLE = [
    *(
        Row(f"Vec {work}", f"{peer} {work}", elements)
        for work, elements in (("push", 1), ("index", 1), ("iterate", 1000))
        for peer in ("list", "deque")
    ),
    Row("Vec push, pop", "list push, pop"),
    Row("Vec assign", "list assign"),
    Row("Vec len", "list len"),
    Row("Vec iterate short", "list iterate short", 3),
    Row("Vec slice", "list slice"),
    Row("Vec make", "list make", 1000),
    Row("Vec sort", "list sort", 1000),
    Row("Vec index object", "list index object"),
    Row("Vec iterate objects", "list iterate objects", 1000),
    Row("Vec borrowed index", "list index"),
    Row("Vec iter_mut", "list assign all", 100),
    Row("Map get", "dict get"),
    Row("Map set", "dict set"),
    Row("Map iterate", "dict iterate", 1000),
]


def report(samples: Samples) -> None:
    """Print the table."""
    print(f"{'statement':24} {'ns/element':>10}   {'ratio':>7}  to")
    for row in TABLE:
        time = samples.nanoseconds(row.statement) / row.elements
        print(f"{row.statement:24} {time:10.1f}   {samples.ratio(row.statement, row.baseline):7.3g}  {row.baseline}")


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=31, help="interleaved rounds (default: 31)")
    options = parser.parse_args()
    print(f"{platform.python_implementation()} {platform.python_version()}, {options.rounds} rounds")
    report(measure(statements(), NAMES, options.rounds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
