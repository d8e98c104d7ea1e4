"""What the plugin costs mypy over libraries that know nothing of `owned`: `python -m benchmarks.library_cost`.

Libraries from PyPI are installed into a virtual environment of their own, and mypy checks the sources of each with and
without the plugin, in turn, without any cache. The output has to be the same, and the processor time nearly. On a
machine that does other work the times vary by more than the goal allows; the count of instructions does not.

    --rounds N          interleaved runs of each kind (default: 5)
    --instructions      count instructions in one run of each kind instead of taking the time (needs valgrind)
    --environment DIR   where the virtual environment is, or is made (default: a temporary folder)
    --check             exit with 1 when an output differs or the goal was missed
    NAME...             libraries to check instead of all of them
"""

import argparse
import difflib
import os
import statistics
import subprocess
import sys
import tempfile
import venv
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.mypy_runs import WITH, WITHOUT, Run, count_instructions, in_turn, run_mypy, write_settings

LIBRARIES = {"attrs": "attr", "rich": "rich", "trio": "trio", "mypy": "mypy", "sqlalchemy": "sqlalchemy"}
"""What is installed, and the package in it that is checked."""
GOAL = 1.02


@dataclass(frozen=True)
class Comparison:
    """All runs over one library."""

    runs: dict[str, list[Run]]

    def seconds(self, configuration: str) -> float:
        return statistics.median(run.seconds for run in self.runs[configuration])

    def ratio(self) -> float:
        """The median of the ratios within a round."""
        pairs = zip(self.runs[WITH], self.runs[WITHOUT], strict=True)
        return statistics.median(on.seconds / off.seconds for on, off in pairs)

    def difference(self) -> list[str]:
        """Give the lines that one configuration prints and the other does not."""
        return _differing_lines({name: runs[0].output for name, runs in self.runs.items()})


@dataclass(frozen=True)
class Counts:
    """The instructions and the output of one run of each kind."""

    instructions: dict[str, int]
    outputs: dict[str, str]

    def ratio(self) -> float:
        return self.instructions[WITH] / self.instructions[WITHOUT]

    def difference(self) -> list[str]:
        """Give the lines that one configuration prints and the other does not."""
        return _differing_lines(self.outputs)


def _differing_lines(outputs: dict[str, str]) -> list[str]:
    on, off = (outputs[name].splitlines() for name in (WITH, WITHOUT))
    return list(difflib.unified_diff(off, on, WITHOUT, WITH, lineterm="", n=0))


def install(environment: Path) -> Path:
    """Install the libraries, unless they are there; give the environment's Python."""
    python = environment / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not python.exists():
        venv.create(environment, with_pip=True)
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *LIBRARIES],
        check=True,
        stderr=subprocess.DEVNULL,
    )
    return python


def compare(package: str, python: Path, rounds: int) -> Comparison:
    """Check a package with and without the plugin, in turn."""
    runs: dict[str, list[Run]] = {WITH: [], WITHOUT: []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_settings(folder)
        for number in range(rounds):
            for configuration in in_turn(number):
                runs[configuration].append(run_mypy(folder, configuration, *_arguments(package, python)))
    return Comparison(runs)


def count(package: str, python: Path) -> Counts:
    """Check a package with and without the plugin, at the same time, and count the instructions."""
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor() as pool:
        folder = Path(name)
        write_settings(folder)
        found = {
            configuration: pool.submit(count_instructions, folder, configuration, *_arguments(package, python))
            for configuration in (WITH, WITHOUT)
        }
        counts = {configuration: future.result() for configuration, future in found.items()}
    return Counts({name: n for name, (n, _) in counts.items()}, {name: text for name, (_, text) in counts.items()})


def _arguments(package: str, python: Path) -> list[str]:
    return ["--cache-dir", os.devnull, "--python-executable", str(python), "-p", package]


def main() -> int:
    """Install, measure, print, and judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--rounds", type=int, default=5, help="interleaved runs of each kind (default: 5)")
    parser.add_argument("--instructions", action="store_true", help="count instructions instead of taking the time")
    parser.add_argument("--environment", type=Path, help="where the virtual environment is, or is made")
    parser.add_argument(
        "--check", action="store_true", help="exit with 1 when an output differs or the goal was missed"
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(LIBRARIES)} (default: all)")
    options = parser.parse_args()
    names = options.names or list(LIBRARIES)
    if unknown := set(names) - LIBRARIES.keys():
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    bad = False
    with tempfile.TemporaryDirectory() as temporary:
        python = install((options.environment or Path(temporary, "environment")).absolute())
        columns = "   instructions with      without" if options.instructions else "    with  without"
        print(f"{'library':12} {columns}   ratio  {'goal':14} output")
        for name in names:
            found: Comparison | Counts
            if options.instructions:
                found = count(LIBRARIES[name], python)
                figures = f"{found.instructions[WITH]:20,} {found.instructions[WITHOUT]:14,}"
                output = found.outputs[WITH]
            else:
                found = compare(LIBRARIES[name], python, options.rounds)
                figures = f"{found.seconds(WITH):7.2f}s {found.seconds(WITHOUT):7.2f}s"
                output = found.runs[WITH][0].output
            difference = found.difference()
            met = found.ratio() <= GOAL
            bad = bad or bool(difference) or not met
            verdict = f"<= {GOAL:g} {'met' if met else 'MISSED'}"
            same = f"{len(difference)} lines differ" if difference else f"the same ({output.count(chr(10))} lines)"
            print(f"{name:12} {figures} {found.ratio():7.3f}  {verdict:14} {same}", flush=True)
            print("\n".join(difference[:20]), end="\n" if difference else "", flush=True)
    return 1 if bad and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
