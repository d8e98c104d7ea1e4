"""Every row of the table of resources that is the standard library's, with the real thing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from owned.registry import KNOWN
from owned.resource_table import STANDARD_LIBRARY as ROWS
from owned.resource_table_third_party import THIRD_PARTY
from tests.resources.specimen import Specimen, run
from tests.resources.standard_library import STANDARD_LIBRARY

MISSING = {"select.epoll"} if sys.platform != "linux" else set()
if sys.version_info < (3, 11):
    MISSING |= {"sqlite3.Blob", "asyncio.Runner"}


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("specimen", STANDARD_LIBRARY, ids=lambda specimen: specimen.title)
def test_it_is_dropped_once_and_never_silently(specimen: Specimen, tmp_path: Path) -> None:
    """Dropped once, and really; used or dropped again it raises; lost, it is dropped and reported with its place."""
    assert run(specimen, tmp_path).answers == (True, True, True, True)


def test_every_row_has_a_specimen() -> None:
    """And every specimen a row."""
    assert {row.title for row in ROWS} - MISSING == {specimen.title for specimen in STANDARD_LIBRARY}


def test_rows_are_unique() -> None:
    """By their titles, and by the classes that they are found by."""
    rows = [*ROWS, *THIRD_PARTY]
    assert len({row.title for row in rows}) == len(rows)
    assert len(KNOWN) == sum(len(row.types) for row in rows)
    assert all(row.types or row.owned_by for row in rows)
