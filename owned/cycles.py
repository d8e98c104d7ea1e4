"""Cycles of strong handles: in Rust they leak; here the garbage collector finds them, and they are reported.

A value that a strong handle inside itself leads back to is never dropped by counting. When the collector ends such a
cycle, the path is looked for, so that the report says which of its handles should have been a `Weak`.

The collector may come first to any owner of the cycle: to a strong handle, or to a box, a cell or a vector on the way.
Wherever the search begins, the path is told from a strong handle on, so that the report is the same each time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from weakref import WeakSet

from .counts import Count
from .drops import fields_by_name, in_collection, warn_of_leak
from .handles import Handle
from .ledger import GONE, Ledger
from .plain import PLAIN

MOST = 50_000
"""How many things to look at, at most: a report is not worth a long pause."""

HEAP_TYPE = 1 << 9
"""The flag of classes that were made by a `class` statement: only their instances have fields of interest."""


_told: WeakSet[Ledger] = WeakSet()
"""The owners on the ways that were told: when their turn comes, the way back is cut, and there is nothing to add."""


class Step(NamedTuple):
    """A step of the search: where it came from, what was found there, and the owner or strong count it went through."""

    before: Step | None
    label: str
    value: Any
    strong: Count | None
    kind: str
    ledger: Ledger | None = None


def report_cycle(count: Count, kind: str) -> bool:
    """Warn if a collection ends a shared value that leads back to itself; says whether it did. Once for each cycle."""
    if not in_collection() or count.entered:
        return count.entered
    return _report(_way_back(count.value, lambda step: step.strong is count))


def report_cycle_through(owner: Any, ledger: Ledger) -> bool:
    """The same for any owner that a strong handle inside its value leads back to."""
    if ledger.state == GONE:
        return False
    if ledger in _told:
        return True
    return _report(_way_back(ledger.value, lambda step: step.value is owner and _counts_of(step) != []))


def _report(last: Step | None) -> bool:
    if last is None:
        return False
    counts = _counts_of(last)
    if not any(count.entered for count, _ in counts):
        count, kind = counts[0]
        how = f"was kept by a cycle of strong handles, {_path(last)}"
        value = getattr(count, "value", None)
        warn_of_leak(count, kind, False, how, "let one of them be a Weak", source=value)
    for count, _ in counts:
        count.entered = True
    _told.update(step.ledger for step in _steps(last) if step.ledger is not None)
    return True


def _steps(last: Step) -> list[Step]:
    steps = []
    step: Step | None = last
    while step is not None:
        steps.append(step)
        step = step.before
    return steps[::-1]


def _counts_of(last: Step) -> list[tuple[Count, str]]:
    return [(step.strong, step.kind) for step in _steps(last) if step.strong is not None]


def _path(last: Step) -> str:
    """Tell a cycle, beginning at the last strong handle that the search went through."""
    steps = _steps(last)
    begin = max(number for number, step in enumerate(steps) if step.strong is not None) + 1
    first = steps[begin - 1]
    text = _name(first)
    for step in [*steps[begin:], *steps[:begin]]:
        text += step.label if step.strong is None else f"{step.label} -> {_name(step)}"
    return text


def _name(step: Step) -> str:
    return f"{step.kind}[{step.strong.describe()}]" if step.strong is not None else ""


def _way_back(value: Any, is_end: Callable[[Step], bool]) -> Step | None:
    """Search a value for the shortest way to a certain step."""
    seen = {id(value)}
    root = Step(None, "", value, None, "")
    waiting: deque[Step] = deque([root])
    while waiting and len(seen) < MOST:
        before = waiting.popleft()
        for label, part in _parts(before.value):
            step = _step(None if before is root else before, label, part)
            if is_end(step):
                return step
            inner = step.value if step.strong is None else getattr(step.strong, "value", None)
            if step.ledger is not None:
                inner = getattr(step.ledger, "value", None)
            if inner is not None and id(inner) not in seen:
                seen.add(id(inner))
                waiting.append(step._replace(value=inner))
    return None


def _step(before: Step | None, label: str, part: Any) -> Step:
    kind: Any = type(part)
    if issubclass(kind, Handle):
        ledger = _ledger_of(part)
        if type(ledger) is Count:
            return Step(before, label, part, ledger, kind._owned_kind)
        return Step(before, label, part, None, "", ledger)
    return Step(before, label, part, None, "")


def _ledger_of(handle: Any) -> Any:
    """What an owner leads to. The handle whose end began it all is dead already, and closes the cycle."""
    kind = type(handle)
    if not kind._owned_is_owner or kind._owned_kind == "Weak":
        return None
    return kind._owned_grave(handle)[0] if kind._owned_dead else kind._owned_root(handle)


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    """List what a value holds, and how it is reached, as far as it may lead on."""
    kind = type(value)
    if issubclass(kind, Handle):
        yield "", value
    elif issubclass(kind, (list, tuple, deque)):
        yield from ((f"[{index}]", part) for index, part in enumerate(list(value)) if _leads_on(part))
    elif issubclass(kind, (set, frozenset)):
        yield from (("{...}", part) for part in list(value) if _leads_on(part))
    elif issubclass(kind, dict):
        yield from ((f"[{key!r}]", part) for key, part in list(value.items()) if _leads_on(part))
    elif kind.__module__.startswith("owned."):  # What a vector or a map keeps its elements in.
        yield from (("", part) for _, part in fields_by_name(value) if _leads_on(part))
    else:
        yield from ((f".{name}", part) for name, part in fields_by_name(value) if _leads_on(part))


def _leads_on(part: Any) -> bool:
    kind = type(part)
    if kind in PLAIN or issubclass(kind, type):
        return False
    return issubclass(kind, (Handle, list, tuple, dict, set, frozenset, deque)) or bool(kind.__flags__ & HEAP_TYPE)
