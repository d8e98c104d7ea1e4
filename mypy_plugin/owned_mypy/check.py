"""All analyses of a body, in order, and what they found: violations without words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from owned_mypy.cells import Cells
from owned_mypy.cfg import Cfg, build_cfg
from owned_mypy.init import Init
from owned_mypy.ir import Body
from owned_mypy.loans import Loans
from owned_mypy.moves import Moves
from owned_mypy.violation import Reason, Violation


def check_body(body: Body) -> list[Violation]:
    """Every violation in `body`, each once, in the order of the source."""
    cfg = build_cfg(body)
    loans = Loans(cfg)
    found = loans.violations()
    found.extend(Cells(cfg).violations())
    moved = list(Moves(cfg, frozenset(loans.refused), frozenset(loans.moved_out)).violations())
    found.extend(moved)
    found.extend(_unbound_only(Init(cfg).violations(), moved))
    found.extend(_faults(cfg))
    return _once(found)


def _unbound_only(unbound: Iterable[Violation], moved: list[Violation]) -> Iterator[Violation]:
    """What may be moved and may be unbound was moved, as rustc puts it: one report."""
    known = {_name_at(violation) for violation in moved}
    for violation in unbound:
        if _name_at(violation) not in known:
            yield violation


def _name_at(violation: Violation) -> tuple[int, int, int] | None:
    place, span = violation.place, violation.span
    return None if place is None else (span.line, span.column, place.local)


def _faults(cfg: Cfg) -> list[Violation]:
    found = [(cfg.rank[block.index], effect) for block, effect in cfg.faults if block.index in cfg.rank]
    return [
        Violation(effect.rule, effect.code, effect.span, Reason.TYPE_FAULT, None, effect.detail, subject=effect.subject)
        for _, effect in sorted(found, key=lambda ranked: ranked[0])
    ]


def _once(found: list[Violation]) -> list[Violation]:
    kept: dict[tuple[object, ...], Violation] = {}
    for violation in found:
        kept.setdefault(violation.key, violation)
    return sorted(kept.values(), key=lambda v: (v.span.line, v.span.column))
