"""How the checker's cost grows with the size of a function: `python -m benchmarks.checker_cost [--check]`.

One function of 100, 1,000, 10,000 and 20,000 statements in three shapes is checked; what is printed for each is the
time of the lowering and of the analyses, the peak of the memory that they need, and both per statement, next to the
function before it. Linear means that what a statement costs does not grow. The last line is the peak of the process, in
which mypy checks the function, too.

What is not linear, and not measured here: every borrow that is alive is carried along through every block of the graph,
so that a function in which hundreds of guards are alive at once pays for their product.
"""

from __future__ import annotations

import argparse
import gc
import resource
import sys
import tempfile
import time
import tracemalloc
from dataclasses import dataclass
from pathlib import Path

from mypy import build
from mypy.modulefinder import BuildSource
from mypy.nodes import FuncDef
from mypy.options import Options

from owned_mypy.check import check_body
from owned_mypy.lower import lower_function
from owned_mypy.types_source import TypeSource

SIZES = (100, 1_000, 10_000, 20_000)
MOST_GROWTH = 2.0
"""What a statement may cost in a function, next to one in the smaller function before it, from 10,000 on."""

HEAD = """\
from owned import Owned, Ref, RefMut, borrow, borrow_mut, drop

class Token:
    n: int = 0

def chance() -> bool: return True
def make() -> Owned[Token]: return Owned(Token())
def eat(t: Owned[Token]) -> None: ...
def peek(r: Ref[Token]) -> None: ...
def poke(m: RefMut[Token]) -> None: ...

"""

# Each unit has ten statements. `{n}` numbers the units.
FEW_OWNERS = """\
    a = make()
    b = make()
    while chance():
        r = borrow(a)
        peek(r)
        drop(r)
        if chance():
            eat(b)
            b = make()
    poke(borrow_mut(a))
"""
MANY_OWNERS = """\
    a{n} = make()
    b{n} = make()
    for i{n} in range({n}):
        m{n} = borrow_mut(a{n})
        poke(m{n})
        drop(m{n})
        if chance():
            eat(b{n})
            b{n} = make()
    peek(borrow(a{n}))
"""
BLOCKS = """\
    a{n} = make()
    with borrow(a{n}) as v{n}:
        print(v{n}.n)
        if chance():
            peek(borrow(a{n}))
    with make() as o{n}:
        r = borrow(a{n})
        peek(r)
        drop(r)
        print(o{n}.value.n)
"""
SHAPES = {"few owners": FEW_OWNERS, "many owners": MANY_OWNERS, "many blocks": BLOCKS}


@dataclass(frozen=True)
class Cost:
    """What one function costs."""

    seconds_of_lowering: float
    seconds_of_analyses: float
    peak: int

    @property
    def seconds(self) -> float:
        return self.seconds_of_lowering + self.seconds_of_analyses


def function_of(shape: str, size: int) -> tuple[FuncDef, TypeSource]:
    """The function of that shape and size, with the types of its expressions."""
    options = Options()
    options.export_types = options.preserve_asts = options.namespace_packages = options.explicit_package_bases = True
    options.incremental = False
    options.mypy_path = [str(Path(__file__).resolve().parents[1])]
    body = "".join(SHAPES[shape].format(n=number) for number in range(size // 10))
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "function.py")
        path.write_text(f"{HEAD}def function() -> None:\n{body}")
        result = build.build([BuildSource(str(path), "function")], options)
    if result.errors:
        raise SystemExit("\n".join(result.errors))
    tree = result.files["function"]
    node = tree.names["function"].node
    assert isinstance(node, FuncDef)
    return node, TypeSource(result.types.get, "function", tree, None, options)


def cost_of(node: FuncDef, source: TypeSource) -> Cost:
    """Check the function: repeatedly for the time, and once more for the memory."""
    seconds: list[tuple[float, float]] = []
    begin = time.process_time()
    while not seconds or time.process_time() - begin < 0.5:
        gc.collect()
        began = time.process_time()
        bodies = lower_function(node, source)
        lowered = time.process_time()
        found = [violation for body in bodies for violation in check_body(body)]
        seconds.append((lowered - began, time.process_time() - lowered))
    if found:
        raise SystemExit(f"nothing should be reported: {found[0]}")
    tracemalloc.start()
    for body in lower_function(node, source):
        check_body(body)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    best = min(seconds, key=sum)
    return Cost(*best, peak)


def main() -> int:
    """Measure, print, and judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--check", action="store_true", help="exit with 1 when the cost grows faster than the function")
    parser.add_argument("shapes", nargs="*", metavar="SHAPE", help=f"of {', '.join(SHAPES)} (default: all)")
    options = parser.parse_args()
    if unknown := set(options.shapes) - SHAPES.keys():
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    print(f"{'shape':18} {'statements':>10} {'lowering':>9} {'analyses':>9} {'memory':>9}   per statement     growth")
    missed = False
    for shape in options.shapes or SHAPES:
        before: tuple[Cost, int] | None = None
        for size in SIZES:
            cost = cost_of(*function_of(shape, size))
            growth = ""
            if before is not None:
                smaller, times = before[0], size / before[1]
                ratios = cost.seconds / smaller.seconds / times, cost.peak / smaller.peak / times
                growth = f"x{ratios[0]:.2f} x{ratios[1]:.2f}"
                missed = missed or (size >= 10_000 and max(ratios) > MOST_GROWTH)
            before = cost, size
            each = f"{cost.seconds / size * 1e6:6.0f} us {cost.peak / size / 1024:5.1f} KiB"
            seconds = f"{cost.seconds_of_lowering:8.3f}s {cost.seconds_of_analyses:8.3f}s"
            print(f"{shape:18} {size:10,} {seconds} {cost.peak / 2**20:5.1f} MiB  {each}  {growth}", flush=True)
    print("grows faster than the function" if missed else "linear")
    unit = 1 if sys.platform == "darwin" else 1024
    print(f"peak memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20:.0f} MiB")
    return 1 if missed and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
