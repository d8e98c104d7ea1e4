"""Our reports against the run time: does a run break a rule that was not reported?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.agreement.as_python import print_python
from tests.agreement.bodies import Body
from tests.agreement.rust import Reports
from tests.agreement.show import annotated
from tests.agreement.walk import Outcome, walk


@dataclass
class Soundness:
    """The figures of one comparison."""

    bodies: int
    reported: int
    """Bodies with a report."""
    runs: int = 0
    raised: int = 0
    """Runs that broke a rule."""
    at_the_line: int = 0
    """Of these, the ones whose last statement was reported."""
    confirmed: set[int] = field(default_factory=set)
    """The seeds of reported bodies in which some run broke a rule."""
    missed: dict[int, str] = field(default_factory=dict)
    """By seed: a body that broke a rule although nothing on its path was reported."""


def measure(bodies: Sequence[Body], runs: int, ask_ours: Callable[[Sequence[Body]], Reports]) -> Soundness:
    """Run every body so many times, along random paths."""
    reports = ask_ours(bodies)
    found = Soundness(len(bodies), sum(bool(reports.get(body.seed)) for body in bodies))
    for outcome in walk(bodies, runs):
        found.runs += 1
        if outcome.error is None:
            continue
        seed = outcome.body.seed
        reported = {report.at for report in reports.get(seed, ())}
        found.raised += 1
        found.at_the_line += outcome.path[-1] in reported
        if reported:
            found.confirmed.add(seed)
        if not reported.intersection(outcome.path) and seed not in found.missed:
            found.missed[seed] = _show(outcome, reports)
    return found


def _show(outcome: Outcome, reports: Reports) -> str:
    remarks: dict[int, list[str]] = {}
    for report in reports.get(outcome.body.seed, ()):
        remarks.setdefault(report.at, []).append(f"reported {report.code}")
    remarks.setdefault(outcome.path[-1], []).append(f"RAISED {type(outcome.error).__name__}")
    body = outcome.body
    text = annotated(print_python([body], body.handle), body, "def ", remarks, "#")
    return f"{text}\nalong the statements {outcome.path}: {outcome.error}"
