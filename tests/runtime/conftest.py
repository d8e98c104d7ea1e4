"""What the tests of the runtime have in common."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module", autouse=True)
def _small_heap() -> Iterator[None]:
    """Conflicts and collections look through the heap; what pytest and earlier modules keep there is none of theirs."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
