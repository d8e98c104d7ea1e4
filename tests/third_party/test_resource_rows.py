"""The rows of the table of resources that are well-known packages', with the real thing.

`nox -s third_party` installs the packages (the dependency group of the same name) and runs this; elsewhere a row whose
package is missing is skipped.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from owned.resource_table_third_party import THIRD_PARTY as ROWS
from tests.resources.specimen import Specimen, run
from tests.resources.third_party import THIRD_PARTY

NEEDS_MORE = {
    "aiohttp.ClientResponse",
    "asyncpg.Connection",
    "asyncpg.Pool",
    "playwright.sync_api.Browser",
    "playwright.sync_api.Playwright",
    "psycopg.Connection",
    "psycopg_pool.ConnectionPool",
    "pynvml.nvmlInit",
    "selenium.webdriver",
    "sqlalchemy.ext.asyncio.AsyncEngine",
    "torch.Tensor",
    "torch.utils.data.DataLoader",
}
"""Rows that need a server, a browser, a driver or a device."""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("specimen", THIRD_PARTY, ids=lambda specimen: specimen.title)
def test_it_is_dropped_once_and_never_silently(specimen: Specimen, tmp_path: Path) -> None:
    """Dropped once, and really; used or dropped again it raises; lost, it is dropped and reported with its place."""
    if not specimen.can_run:
        pytest.skip("the package is not installed: run `nox -s third_party`")
    assert run(specimen, tmp_path).answers == (True, True, True, True)


def test_every_row_that_can_run_has_a_specimen() -> None:
    """And every specimen a row."""
    assert {row.title for row in ROWS} - NEEDS_MORE == {specimen.title for specimen in THIRD_PARTY}
