"""`python -m tests.agreement`: the comparisons with rustc and with the run time, on as many bodies as you like."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.agreement.checker import ask_checker
from tests.agreement.compare import Verdict, compare, totals
from tests.agreement.generate import generate
from tests.agreement.rust import has_rustc
from tests.agreement.show import show
from tests.agreement.soundness import measure

BATCH = 500
SHOWN = 5


def compare_with_rustc(start: int, count: int, cache: Path, functions: bool) -> int:
    """Print the figures; give the number of bodies with a disagreement."""
    verdicts: list[Verdict] = []
    for begin in range(start, start + count, BATCH):
        seeds = range(begin, min(begin + BATCH, start + count))
        bodies = [generate(seed, functions=functions) for seed in seeds]
        verdicts += compare(bodies, lambda batch: ask_checker(batch, cache))
    wrong = [verdict for verdict in verdicts if verdict.unexplained]
    print(f"bodies                                {len(verdicts):7}")
    print(f"of these, clean for both              {sum(verdict.is_clean for verdict in verdicts):7}")
    print(f"statements reported by both           {sum(len(verdict.both) for verdict in verdicts):7}")
    print(f"only by rustc                         {sum(len(verdict.rustc_alone) for verdict in verdicts):7}")
    print(f"only by us                            {sum(len(verdict.ours_alone) for verdict in verdicts):7}")
    for reason, times in sorted(totals(verdicts).items(), key=lambda item: -item[1]):
        print(f"  explained {times:7} times: {reason}")
    codes = Counter(code for verdict in verdicts for _, code in verdict.both)
    print("codes, by both: " + ", ".join(f"{code} {times}" for code, times in codes.most_common()))
    print(f"bodies with a disagreement            {len(wrong):7}")
    for verdict in wrong[:SHOWN]:
        print(f"\n{show(verdict)}")
    return len(wrong)


def compare_with_run_time(start: int, count: int, runs: int, cache: Path, functions: bool) -> int:
    """Print the figures; give the number of bodies of which a run broke a rule that was not reported."""
    totals = {"bodies": 0, "reported": 0, "confirmed": 0, "runs": 0, "raised": 0, "at_the_line": 0}
    missed: list[str] = []
    for begin in range(start, start + count, BATCH):
        seeds = range(begin, min(begin + BATCH, start + count))
        bodies = [generate(seed, for_rust=False, functions=functions) for seed in seeds]
        found = measure(bodies, runs, lambda batch: ask_checker(batch, cache))
        for name in totals:
            value = getattr(found, name)
            totals[name] += value if isinstance(value, int) else len(value)
        missed += found.missed.values()
    share = totals["confirmed"] / max(totals["reported"], 1)
    print(f"bodies                                {totals['bodies']:7}")
    print(f"runs along random paths               {totals['runs']:7}")
    print(f"of these, broke a rule                {totals['raised']:7}")
    print(f"of these, at a reported statement     {totals['at_the_line']:7}")
    print(f"missed by the checker                 {len(missed):7}")
    print(f"bodies with a report                  {totals['reported']:7}")
    print(f"of these, some run broke a rule       {totals['confirmed']:7}  ({share:.0%})")
    for text in missed[:SHOWN]:
        print(f"\n{text}")
    return len(missed)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[2])
    parser.add_argument("--seeds", type=int, default=2_000, help="how many bodies (default: 2000)")
    parser.add_argument("--start", type=int, default=0, help="the first seed (default: 0)")
    parser.add_argument("--runs", type=int, default=20, help="runs of each body (default: 20)")
    parser.add_argument("--only", choices=("rustc", "runtime"), help="make one of the two comparisons")
    parser.add_argument("--functions", action="store_true", help="bodies with functions and comprehensions in them")
    options = parser.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory() as cache:
        if options.only != "rustc":
            print("-- the run time")
            wrong += compare_with_run_time(options.start, options.seeds, options.runs, Path(cache), options.functions)
        if options.only == "runtime":
            pass
        elif has_rustc():
            print("-- rustc")
            wrong += compare_with_rustc(options.start, options.seeds, Path(cache), options.functions)
        else:
            print("rustc is not installed: nothing to compare with")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
