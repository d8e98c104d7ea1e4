"""Whatever the run time refuses, the checker has reported.

Every move is written with `move`, so that both see it. `python -m tests.agreement --only runtime` runs more bodies.
"""

from pathlib import Path

import pytest

from tests.agreement.checker import ask_checker
from tests.agreement.generate import generate
from tests.agreement.soundness import Soundness, measure

BODIES = 250
WITH_FUNCTIONS = 120
RUNS = 8


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Soundness:
    cache = tmp_path_factory.mktemp("cache")
    bodies = [generate(seed, for_rust=False) for seed in range(BODIES)]
    return measure(bodies, RUNS, lambda batch: ask_checker(batch, cache))


def test_no_run_breaks_a_rule_that_was_not_reported(found: Soundness) -> None:
    """A run that raises was reported at the statement that raised, or before it on its path."""
    assert not found.missed, "\n\n".join(list(found.missed.values())[:3])
    assert found.raised > found.runs / 10, "the runs break too few rules to say anything"


def test_no_run_with_functions_breaks_a_rule_that_was_not_reported(tmp_path: Path) -> None:
    """The same for bodies with functions, comprehensions and parts of guards in them."""
    bodies = [generate(seed, for_rust=False, functions=True) for seed in range(WITH_FUNCTIONS)]
    found = measure(bodies, RUNS, lambda batch: ask_checker(batch, tmp_path))
    assert not found.missed, "\n\n".join(list(found.missed.values())[:3])
    assert found.raised > found.runs / 10, "the runs break too few rules to say anything"


def test_most_runs_raise_where_the_report_stands(found: Soundness) -> None:
    """The checker names the statement that raises, not merely one before it."""
    assert found.at_the_line > found.raised * 0.9


def test_most_reports_are_about_what_can_happen(found: Soundness) -> None:
    """In half of the bodies with a report, even a few random paths find one that raises."""
    assert len(found.confirmed) > found.reported / 2
