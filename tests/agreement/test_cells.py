"""Borrows of cells that certainly conflict: the checker reports what raises, and nothing that does not."""

from pathlib import Path

from tests.agreement.cells import disagreements, write


def test_what_is_reported_raises_and_in_straight_bodies_the_other_way_round(tmp_path: Path) -> None:
    """No run passes a line that is reported; without branches, a line that raises is reported."""
    bodies = [write(seed, straight=straight) for seed in range(100) for straight in (True, False)]
    found = list(disagreements(bodies, 6, tmp_path))
    assert not found, "\n\n".join(found[:3])
