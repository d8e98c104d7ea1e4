"""Looking through the heap, which slow paths do when an error needs to know who holds what."""

from __future__ import annotations

import gc
from typing import Any

from .atomic import FREE_THREADED, one_step
from .sites import known_threads

UNLISTED: set[type] = set()
"""Types whose references are counted, which a list that another thread makes meanwhile would add to."""


def objects(generation: int | None = None) -> list[Any]:
    """List what the collector tracks, of one generation or of all. Where threads are free, all are of the youngest.

    >>> here = ["somewhere"]
    >>> any(thing is here for thing in objects())
    True
    """
    if FREE_THREADED and generation:
        return []
    if len(known_threads) == 1:
        return gc.get_objects(generation)
    with one_step():
        return [thing for thing in gc.get_objects(generation) if type(thing) not in UNLISTED]
