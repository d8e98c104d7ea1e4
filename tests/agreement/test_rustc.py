"""Our checker agrees with rustc on random bodies, statement by statement.

`python -m tests.agreement --seeds 20000` compares more of them, and prints what they disagree on.
"""

from pathlib import Path

import pytest

from tests.agreement.checker import ask_checker
from tests.agreement.compare import compare
from tests.agreement.generate import generate
from tests.agreement.rust import has_rustc
from tests.agreement.show import show

BATCH = 150
BATCHES = 2

pytestmark = pytest.mark.skipif(not has_rustc(), reason="rustc is not installed")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.mark.parametrize("functions", [False, True], ids=["plain", "with-functions"])
@pytest.mark.parametrize("batch", range(BATCHES))
def test_both_report_the_same_statements(batch: int, functions: bool, cache: Path) -> None:
    """What only one of the two reports is explained by how rustc reports."""
    bodies = [generate(seed, functions=functions) for seed in range(batch * BATCH, (batch + 1) * BATCH)]
    verdicts = compare(bodies, lambda batch: ask_checker(batch, cache))
    disagreements = [show(verdict) for verdict in verdicts if verdict.unexplained]
    assert not disagreements, "\n".join(disagreements[:3])
    # The comparison is of little worth when there is nothing to compare.
    assert sum(len(verdict.both) for verdict in verdicts) > BATCH
    assert sum(not verdict.both for verdict in verdicts) > BATCH / 4
