"""Whatever the run time refuses, the checker has reported.

Every move is written with `move`, so that both see it. `python -m tests.agreement --seeds 20000` runs more bodies.
"""

from pathlib import Path

from tests.agreement.checker import ask_checker
from tests.agreement.generate import generate
from tests.agreement.soundness import measure

BODIES = 600
RUNS = 12


def test_no_run_breaks_a_rule_that_was_not_reported(tmp_path: Path) -> None:
    """A run that raises was reported at the statement that raised, or before it on its path."""
    bodies = [generate(seed, for_rust=False) for seed in range(BODIES)]
    found = measure(bodies, RUNS, lambda batch: ask_checker(batch, tmp_path))
    assert not found.missed, "\n\n".join(list(found.missed.values())[:3])
    assert found.raised > found.runs / 10, "the runs break too few rules to say anything"
    assert len(found.confirmed) > found.reported / 2, "most reports should be about what can happen"


def test_most_runs_raise_where_the_report_stands(tmp_path: Path) -> None:
    """The checker names the statement that raises, not merely one before it."""
    bodies = [generate(seed, for_rust=False) for seed in range(10_000, 10_000 + BODIES // 3)]
    found = measure(bodies, RUNS, lambda batch: ask_checker(batch, tmp_path))
    assert found.at_the_line > found.raised * 0.9
