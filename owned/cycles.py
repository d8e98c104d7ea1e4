"""Cycles of strong handles: in Rust they leak; here the garbage collector finds them, and they are reported.

A value that a strong handle inside itself leads back to is never dropped by counting. When the collector ends such a
cycle, the path is looked for, so that the report says which of its handles should have been a `Weak`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .counts import Count
from .drops import fields_by_name, in_collection, warn_of_leak
from .handles import Handle
from .ledger import GONE, Ledger

DEPTH = 30


def report_cycle(count: Count, kind: str) -> bool:
    """Warn if a collection ends a shared value that leads back to itself; says whether it did. Once for each cycle."""
    if not in_collection() or count.entered:
        return False
    path = _way_back(lambda other: other is count, count.value, set(), f"{kind}[{count.describe()}]", DEPTH)
    return _report(path, kind)


def report_cycle_through(cell: Any, ledger: Ledger) -> None:
    """The same for a cell in a shared value, which the collector may come to first."""
    if in_collection() and ledger.state != GONE:
        kind = type(cell)._owned_kind
        _report(_way_back(lambda other: getattr(other, "value", None) is cell, ledger.value, set(), kind, DEPTH), "Rc")


def _report(path: tuple[str, list[Count]] | None, kind: str) -> bool:
    if path is None:
        return False
    steps, counts = path
    if not any(count.entered for count in counts):
        how = f"was kept by a cycle of strong handles, {steps}"
        value = getattr(counts[0], "value", None)
        warn_of_leak(counts[0], kind, False, how, "let one of them be a Weak", source=value)
    for count in counts:
        count.entered = True
    return True


def _way_back(
    is_end: Callable[[Count], bool], value: Any, seen: set[int], path: str, depth: int
) -> tuple[str, list[Count]] | None:
    if id(value) in seen or not depth:
        return None
    seen.add(id(value))
    for label, part in _parts(value):
        kind = type(part)
        count = None
        step, inner = f"{path}{label}", part
        if issubclass(kind, Handle):
            ledger = _ledger_of(part)
            inner = getattr(ledger, "value", None)
            if type(ledger) is Count:
                count = ledger
                if kind._owned_dead and not is_end(count):
                    continue
                step += f" -> {kind._owned_kind}[{count.describe()}]"
                if is_end(count):
                    return step, [count]
        if inner is not None:
            found = _way_back(is_end, inner, seen, step, depth - 1)
            if found is not None:
                return (found[0], [*found[1], count]) if count is not None else found
    return None


def _ledger_of(handle: Any) -> Any:
    """What an owner leads to. The handle whose end began it all is dead already, and closes the cycle."""
    kind = type(handle)
    if not kind._owned_is_owner or kind._owned_kind == "Weak":
        return None
    return kind._owned_grave(handle)[0] if kind._owned_dead else kind._owned_root(handle)


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    kind = type(value)
    if issubclass(kind, Handle):
        yield "", value
    elif issubclass(kind, (list, tuple)):
        yield from ((f"[{index}]", part) for index, part in enumerate(list(value)) if _leads_on(part))
    elif issubclass(kind, dict):
        yield from ((f"[{key!r}]", part) for key, part in list(value.items()) if _leads_on(part))
    else:
        yield from ((f".{name}", part) for name, part in fields_by_name(value) if _leads_on(part))


def _leads_on(part: Any) -> bool:
    return issubclass(type(part), (Handle, list, tuple, dict))
