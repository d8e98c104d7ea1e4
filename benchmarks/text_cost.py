"""What text costs: `python -m benchmarks.text_cost [--rounds N] [--megabytes N] [--check]`.

Prints two tables. The first holds slicing of a text of 100 MB against slicing of `bytes` (which copies) and of a
`memoryview` (which does not): for one width after another, so that a cost that grows with the slice shows. The second
holds a parser of a file of records, on a `String` and on `str`, against each other in fresh processes: their time and
the peak of their memory, for records with a long and with a short body, of a file that is read as a whole and of one
that is read line by line.

With `--check` the exit status is 1 when a goal was missed.
"""

import argparse
import json
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import text_parsers
from benchmarks.interleaved import Samples, Statement, measure
from owned import String

SIZE = 100_000_000
WIDTHS = (10, 1_000, 10_000_000)
GOAL = 3.0


def slicing(rounds: int) -> list[str]:
    """Print the first table; give the goals that were missed."""
    data = b"x" * SIZE
    ascii: Any = String.from_utf8(data)
    mixed: Any = String.from_utf8("ä".encode() * (SIZE // 2))
    names: dict[str, object] = {
        "b": data,
        "v": memoryview(data),
        "t": ascii.as_str(),
        "n": mixed.as_str(),
        "s": ascii,
        "m": mixed,
    }
    kinds = {
        "memoryview": "v",
        "String": "s",
        "Str": "t",
        "String, not ASCII": "m",
        "Str, not ASCII": "n",
        "bytes": "b",
    }
    statements = [
        Statement(f"{kind} {width}", f"{name}[i:j]", f"i = 500; j = 500 + {width}")
        for width in WIDTHS
        for kind, name in kinds.items()
        if kind != "bytes" or width < 100_000
    ]
    samples = measure(statements, names, rounds)
    missed = []
    print(f"{'a slice of 100 MB':28} {'bytes in it':>12} {'ns':>10} {'to memoryview':>14}  goal")
    for width in WIDTHS:
        for kind in kinds:
            name = f"{kind} {width}"
            if name not in samples.by_name:
                continue
            ratio = samples.ratio(name, f"memoryview {width}")
            judged = kind in ("String", "Str")
            goal = "" if not judged else f"<= {GOAL:g} {'met' if ratio <= GOAL else 'MISSED'}"
            if "MISSED" in goal:
                missed.append(name)
            print(f"{kind:28} {width:12,} {samples.nanoseconds(name):10.1f} {ratio:14.3g}  {goal}".rstrip())
    missed += not_constant(samples)
    whole = once("b[1:]", names, 5)
    print(f"{'bytes':28} {SIZE - 1:12,} {whole:10.1f}   a copy, grows with the slice")
    return missed


def not_constant(samples: Samples) -> list[str]:
    """Name what costs more for a wide slice than for a narrow one."""
    found = []
    for kind in ("String", "Str", "String, not ASCII", "Str, not ASCII"):
        growth = samples.ratio(f"{kind} {WIDTHS[-1]}", f"{kind} {WIDTHS[0]}")
        print(f"{kind:28} a wide slice costs {growth:.2f} of a narrow one")
        if growth > 1.5:
            found.append(f"{kind} grows")
    return found


def once(code: str, names: dict[str, object], times: int) -> float:
    """Time a slow statement; nanoseconds."""
    import time

    spent = []
    compiled = compile(code, "<slow>", "eval")
    for _ in range(times):
        begin = time.perf_counter()
        eval(compiled, dict(names))
        spent.append((time.perf_counter() - begin) * 1e9)
    return statistics.median(spent)


def parsing(megabytes: int, rounds: int) -> list[str]:
    """Print the second table; give the goals that were missed."""
    missed = []
    print(
        f"\n{'a file':44} {'String s':>9} {'str s':>9} {'time':>6} {'String MB':>10}",
        end="",
    )
    print(f" {'str MB':>8} {'memory':>7}  goal")
    with tempfile.TemporaryDirectory() as folder:
        for body, lines in ((16_000, ""), (2_000, ""), (200, ""), (20, ""), (16_000, "-lines"), (700, "-lines")):
            path = Path(folder) / f"{body}.txt"
            size = megabytes if body > 1_000 else max(1, megabytes // 10)
            text_parsers.generate(path, size, body)
            results: dict[str, list[dict[str, float]]] = {f"String{lines}": [], f"str{lines}": []}
            for _ in range(rounds):
                for kind, found in results.items():
                    found.append(run_parser(kind, path))
            assert len({result["sum"] for found in results.values() for result in found}) == 1
            ours, plain = results
            pairs = list(zip(results[ours], results[plain], strict=True))
            time_ratio = statistics.median(one["seconds"] / other["seconds"] for one, other in pairs)
            memory_ratio = statistics.median(one["peak"] / other["peak"] for one, other in pairs)
            judged = body == 16_000 and not lines
            kept = time_ratio <= 1.0 and memory_ratio < 1.0
            goal = "" if not judged else f"no slower, less memory: {'met' if kept else 'MISSED'}"
            if judged and not kept:
                missed.append("parser")
            middle = {
                (kind, what): statistics.median(result[what] for result in found)
                for kind, found in results.items()
                for what in ("seconds", "peak")
            }
            what = "lines, read singly, of" if lines else "records of"
            print(f"{f'{size} MB, {what} {body:,} chars':44}", end="")
            print(f" {middle[ours, 'seconds']:9.3f} {middle[plain, 'seconds']:9.3f} {time_ratio:6.2f}", end="")
            print(f" {middle[ours, 'peak']:10.1f} {middle[plain, 'peak']:8.1f} {memory_ratio:7.2f}  {goal}".rstrip())
    return missed


def run_parser(kind: str, path: Path) -> dict[str, float]:
    """Run one parser in a process of its own; give its seconds, the megabytes that it took, and its answer."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.text_parsers", kind, str(path)], capture_output=True, text=True, check=True
    )
    result: dict[str, float] = json.loads(done.stdout)
    return result


def main() -> int:
    """Measure, print, and judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=31, help="interleaved rounds of slicing (default: 31)")
    parser.add_argument("--megabytes", type=int, default=50, help="the size of the file to parse (default: 50)")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a goal was missed")
    options = parser.parse_args()
    print(f"{platform.python_implementation()} {platform.python_version()}, {options.rounds} rounds")
    missed = slicing(options.rounds) + parsing(options.megabytes, max(3, options.rounds // 6))
    return 1 if missed and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
