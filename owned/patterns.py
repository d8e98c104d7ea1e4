"""What `match` sees in a handle: a sequence or a mapping, where the value is one.

The patterns `[a, *rest]` and `{"k": v}` ask for a flag of the class, which only classes have that are registered as a
`Sequence` or a `Mapping`, and those that derive from them. A transparent class gets the base that fits its value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class SequencePattern:
    """Base of the classes of handles whose value sequence patterns match."""

    __slots__ = ()


class MappingPattern:
    """Base of the classes of handles whose value mapping patterns match."""

    __slots__ = ()


Sequence.register(SequencePattern)
Mapping.register(MappingPattern)


def bases_for_patterns(kind: type) -> tuple[type, ...]:
    """Give the bases that let a handle match what values of this type match."""
    if kind.__flags__ & _SEQUENCE:
        return (SequencePattern,)
    return (MappingPattern,) if kind.__flags__ & _MAPPING else ()


_SEQUENCE, _MAPPING = 1 << 5, 1 << 6
"""`Py_TPFLAGS_SEQUENCE` and `Py_TPFLAGS_MAPPING`."""
