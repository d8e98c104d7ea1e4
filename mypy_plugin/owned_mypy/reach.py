"""How far a place may be changed, and which accesses meet a borrow."""

from __future__ import annotations

from typing import Final

from owned_mypy.ir import Index, Place, Through, Way

_SHARED_WAYS: Final = (Way.REF, Way.SHARED, Way.ELEMENT)


def until_shared(place: Place, exclusively: bool = False) -> int:
    """How far a path may be changed: a collection that is borrowed exclusively lends its elements exclusively."""
    for at, step in enumerate(place.path):
        if isinstance(step, Through):
            if step.way in _SHARED_WAYS and not (exclusively and step.way is Way.ELEMENT):
                return at
            exclusively = step.way is Way.REF_MUT
    return len(place.path)


def overlap(loan: Place, place: Place) -> bool:
    """Does an access to `place` meet a borrow of `loan`? What lies below an element is left to the run time."""
    if loan.begins(place):
        return True
    if place.begins(loan):
        for step in loan.path[len(place.path) :]:
            if isinstance(step, Through) and step.way is Way.ELEMENT:
                return True
            if isinstance(step, Index):
                return False
        return True
    return False


def through_guard(place: Place) -> bool:
    return any(isinstance(step, Through) and step.way in (Way.REF, Way.REF_MUT) for step in place.path)
