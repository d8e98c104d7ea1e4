"""What the plugin costs mypy over libraries that know nothing of `owned`: `python -m benchmarks.library_cost`.

Libraries from PyPI are installed into a virtual environment of their own, and mypy checks the sources of each with and
without the plugin, in turn, without any cache. The output has to be the same, and the processor time nearly.

    --rounds N          interleaved runs of each kind (default: 5)
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
from dataclasses import dataclass
from pathlib import Path

from benchmarks.mypy_runs import WITH, WITHOUT, Run, in_turn, run_mypy, write_settings

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

    def least_ratio(self) -> float:
        """The ratio of the shortest runs, which other work on the machine has hindered least."""
        return min(run.seconds for run in self.runs[WITH]) / min(run.seconds for run in self.runs[WITHOUT])

    def difference(self) -> list[str]:
        """Give the lines that one configuration prints and the other does not."""
        on, off = (self.runs[name][0].output.splitlines() for name in (WITH, WITHOUT))
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
        arguments = ["--cache-dir", os.devnull, "--python-executable", str(python), "-p", package]
        for number in range(rounds):
            for configuration in in_turn(number):
                runs[configuration].append(run_mypy(folder, configuration, *arguments))
    return Comparison(runs)


def main() -> int:
    """Install, measure, print, and judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--rounds", type=int, default=5, help="interleaved runs of each kind (default: 5)")
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
        print(f"{'library':12} {'with':>8} {'without':>8} {'ratio':>7} {'of least':>9}  {'goal':14} output")
        for name in names:
            found = compare(LIBRARIES[name], python, options.rounds)
            difference = found.difference()
            met = found.ratio() <= GOAL
            bad = bad or bool(difference) or not met
            times = f"{found.seconds(WITH):7.2f}s {found.seconds(WITHOUT):7.2f}s {found.ratio():7.3f}"
            verdict = f"<= {GOAL:g} {'met' if met else 'MISSED'}"
            lines = found.runs[WITH][0].output.count("\n")
            output = f"{len(difference)} lines differ" if difference else f"the same ({lines} lines)"
            print(f"{name:12} {times} {found.least_ratio():9.3f}  {verdict:14} {output}", flush=True)
            print("\n".join(difference[:20]), end="\n" if difference else "", flush=True)
    return 1 if bad and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
