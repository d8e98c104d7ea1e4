"""Our reports against rustc's, statement by statement.

Reports about borrows are compared one by one: the same statement, the same code. Reports about moves are not, because
rustc names one use for each set of moves, in the order of its blocks, and we name the first use on each path. So what
one of the two does not say at once is looked for behind the other's first words: a use that is reported is *mended*
(its place gets a new value just before), and rustc is asked again.

* What only we report must be reported by rustc sooner or later, while its own complaints are mended one after another.
* What only rustc reports must be gone when ours are mended.

A borrow that only rustc reports is checked again with Polonius, the borrow checker to come: today's keeps a borrow for
as long as any variable that ever held it is in use, whichever borrow it holds by then. The remaining rules by which a
report of one side alone is explained are listed, with their reasons, in this folder's README.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from tests.agreement.as_rust import Fix
from tests.agreement.bodies import GUARDS, Body, Define, statements
from tests.agreement.dead import in_dead_functions
from tests.agreement.rust import Mark, Report, Reports, ask_rustc

_OF_MOVES = ("E0382", "E0381")
_ROUNDS = 6
_ONE_REASON = "rustc gives one reason where a variable may be unbound, and moved or read-only"
_WHICH_OF_TWO = "two borrows conflict, and rustc names another one"
_TWO_BORROWS = ("E0499", "E0502")
_REFUSED_ALREADY = "rustc gives one of the reasons against a borrow: its owner ends too soon, or it conflicts"
_ONE_PER_OWNER = "rustc names one of the borrows that outlive an owner"
_BLAMES_RETURN = "rustc blames the return of a guard that holds another borrow on that path"
_UNWINDING = "rustc thinks of a panic in the destructor of the guard's old value"
_OLDER_GUARD = "rustc ends the guards in the order of their declarations"
_UNIQUE = "a closure that needs a guard or an argument for itself has codes of its own"
_DESTRUCTOR = "rustc has a code of its own for a field of what has a destructor"
_CODES_OF_UNIQUE = ("E0500", "E0501", "E0524")
_AT_THE_CALL = "a closure moves what is in a variable when it is called, rustc's what was in it when it was made"
_NEVER_MADE = "rustc checks the body of a function that is never made, because its definition is not reached"
_REFUSED = "the move was refused, and so did not happen"
_INSTEAD: dict[str, list[tuple[tuple[str, ...], str]]] = {
    "E0381": [(("E0382",), _ONE_REASON)],
    "E0382": [(("E0381",), _ONE_REASON)],
    "E0594": [(("E0381",), _ONE_REASON)],
    "E0596": [(("E0381",), _ONE_REASON)],
    "E0499": [(("E0502",), _WHICH_OF_TWO), (("E0597",), _REFUSED_ALREADY), (_CODES_OF_UNIQUE, _UNIQUE)],
    "E0502": [(("E0499",), _WHICH_OF_TWO), (("E0597",), _REFUSED_ALREADY), (_CODES_OF_UNIQUE, _UNIQUE)],
    "E0597": [(_TWO_BORROWS, _REFUSED_ALREADY), (("E0713",), _DESTRUCTOR)],
}
"""For our code: the codes that rustc may give instead at the same statement, and why."""


@dataclass
class Verdict:
    """What was said about one body."""

    body: Body
    both: set[Mark]
    ours_alone: set[Mark]
    rustc_alone: set[Mark]
    explained: dict[Mark, str] = field(default_factory=dict)
    """Why a report of one side alone is no disagreement."""

    @property
    def is_clean(self) -> bool:
        return not (self.both or self.ours_alone or self.rustc_alone)

    @property
    def unexplained(self) -> set[Mark]:
        return (self.ours_alone | self.rustc_alone) - self.explained.keys()


def compare(bodies: Sequence[Body], ask_ours: Callable[[Sequence[Body]], Reports]) -> list[Verdict]:
    """The verdict about each body."""
    ours, theirs = ask_ours(bodies), ask_rustc(bodies)
    verdicts = []
    for body in bodies:
        our, their = _marks(ours, body), _marks(theirs, body)
        verdicts.append(Verdict(body, our & their, our - their, their - our))
    _explain_what_goes_with_others(verdicts, ours, theirs)
    _explain_later_words(verdicts, ours, theirs)
    _explain_by_polonius(verdicts, ours, theirs)
    return verdicts


def _marks(reports: Reports, body: Body) -> set[Mark]:
    return {report.mark for report in reports.get(body.seed, ())}


def _explain_what_goes_with_others(verdicts: Iterable[Verdict], ours: Reports, theirs: Reports) -> None:
    """The rules of reporting that differ on purpose; the README has the reasons."""
    for verdict in verdicts:
        our, their = ours.get(verdict.body.seed, []), theirs.get(verdict.body.seed, [])
        refused = _refused(ours, verdict.body)
        taken_at_call = _taken_by_closures(verdict.body)
        never_made = in_dead_functions(verdict.body.block)
        for report in our:
            if report.mark in verdict.ours_alone:
                reason = _why_only_we(report, their)
                if report.code in ("E0382", "E0505") and _overlaps(report.place, taken_at_call):
                    reason = _AT_THE_CALL
                if reason is not None:
                    verdict.explained[report.mark] = reason
        for report in their:
            if report.mark in verdict.rustc_alone:
                reason = _REFUSED if _overlaps(report.place, refused) else _why_only_rustc(report, our)
                reason = _NEVER_MADE if report.at in never_made else reason
                if reason is not None:
                    verdict.explained[report.mark] = reason


def _why_only_we(report: Report, their: list[Report]) -> str | None:
    said = {other.code for other in their if other.at == report.at}
    for instead, reason in _INSTEAD.get(report.code, ()):
        if said.intersection(instead):
            return reason
    codes_of_place = {other.code for other in their if other.place == report.place}
    if report.code in ("E0594", "E0596") and "E0381" in codes_of_place:
        return _ONE_REASON
    if report.code == "E0515" and codes_of_place.intersection(_TWO_BORROWS):
        return _REFUSED_ALREADY
    if report.code == "E0597" and "E0515" in codes_of_place:
        return _BLAMES_RETURN
    if report.code in ("E0597", "E0515") and codes_of_place.intersection((report.code, *_TWO_BORROWS)):
        return _ONE_PER_OWNER
    return None


def _why_only_rustc(report: Report, our: list[Report]) -> str | None:
    if report.code == "E0713" and any(o.at == report.at and o.code == "E0597" for o in our):
        return _DESTRUCTOR
    if report.code in _CODES_OF_UNIQUE and any(o.at == report.at and o.code in _TWO_BORROWS for o in our):
        return _UNIQUE
    if report.code == "E0597" and report.place in GUARDS:
        return _OLDER_GUARD
    assigned = {other.place for other in our if other.code == "E0506"}
    if report.code == "E0515" and any(other.code == "E0597" and other.place == report.place for other in our):
        return _BLAMES_RETURN
    ended_or_assigned = report.place.startswith("o") or report.place in assigned
    if report.code == "E0597" or (report.code == "E0515" and ended_or_assigned):
        return _UNWINDING
    if report.code in _TWO_BORROWS and any(o.at == report.at and o.code in _TWO_BORROWS for o in our):
        return _WHICH_OF_TWO
    return None


def _taken_by_closures(body: Body) -> set[str]:
    """What closures that consume something name, and they themselves."""
    found: set[str] = set()
    for closure in statements(body.block):
        if isinstance(closure, Define) and closure.consumes:
            found.add(closure.name)
            for statement in statements(closure.body):
                found.update(arg.place for arg in getattr(statement, "args", ()))
                found.update(filter(None, (getattr(statement, "place", None), getattr(statement, "source", None))))
    return found


def _overlaps(place: str, others: set[str]) -> bool:
    return any(
        place == other or f"{place}.".startswith(f"{other}.") or f"{other}.".startswith(f"{place}.") for other in others
    )


def _refused(ours: Reports, body: Body) -> set[str]:
    """The variables of which a move was refused."""
    return {report.place for report in ours.get(body.seed, ()) if report.code in ("E0505", "E0507")}


def _explain_later_words(verdicts: Iterable[Verdict], ours: Reports, theirs: Reports) -> None:
    doubtful = [verdict for verdict in verdicts if verdict.unexplained]
    mended = _mended(doubtful, ours, theirs)
    left = ask_rustc([verdict.body for verdict in doubtful], mended)
    for verdict in doubtful:
        remaining = _marks(left, verdict.body)
        for mark in verdict.rustc_alone - verdict.explained.keys() - _still_said(verdict, theirs, left):
            verdict.explained[mark] = "gone when the first use on each path is mended"
        for mark in {mark for mark in remaining if mark[1] in _OF_MOVES} - verdict.both - verdict.ours_alone:
            if mark not in verdict.explained and not _is_refused(left, verdict, mark, ours):
                verdict.rustc_alone.add(mark)
    fixes: dict[int, set[Fix]] = {verdict.body.seed: _fixes(theirs[verdict.body.seed]) for verdict in doubtful}
    waiting = [verdict for verdict in doubtful if _unsaid(verdict)]
    for _ in range(_ROUNDS):
        if not waiting:
            break
        later = ask_rustc([verdict.body for verdict in waiting], fixes)
        for verdict in waiting:
            said = {at for at, code in _marks(later, verdict.body) if code in _OF_MOVES}
            for mark in _unsaid(verdict):
                if mark[0] in said:
                    verdict.explained[mark] = "rustc says so when its first complaint is mended"
            fixes[verdict.body.seed] |= _fixes(later[verdict.body.seed])
        waiting = [verdict for verdict in waiting if _unsaid(verdict)]


def _mended(verdicts: Iterable[Verdict], ours: Reports, theirs: Reports) -> dict[int, set[Fix]]:
    """What we report of moves, and what comes of moves that were refused."""
    fixes = {verdict.body.seed: _fixes(ours[verdict.body.seed]) for verdict in verdicts}
    for verdict in verdicts:
        said = [report for report in theirs[verdict.body.seed] if verdict.explained.get(report.mark) == _REFUSED]
        fixes[verdict.body.seed] |= _fixes(said)
    return fixes


def _still_said(verdict: Verdict, before: Reports, after: Reports) -> set[Mark]:
    """What is reported as before, about the same place: to mend a place that is borrowed breaks a rule itself."""
    places = {(report.mark, report.place) for report in before[verdict.body.seed]}
    return {report.mark for report in after[verdict.body.seed] if (report.mark, report.place) in places}


def _is_refused(reports: Reports, verdict: Verdict, mark: Mark, ours: Reports) -> bool:
    refused = _refused(ours, verdict.body)
    return any(_overlaps(report.place, refused) for report in reports[verdict.body.seed] if report.mark == mark)


def _unsaid(verdict: Verdict) -> set[Mark]:
    return {mark for mark in verdict.ours_alone - verdict.explained.keys() if mark[1] in _OF_MOVES}


def _fixes(reports: Iterable[Report]) -> set[Fix]:
    return {(report.at, report.place) for report in reports if report.code in _OF_MOVES}


def _explain_by_polonius(verdicts: Iterable[Verdict], ours: Reports, theirs: Reports) -> None:
    doubtful = [verdict for verdict in verdicts if _of_borrows(verdict.rustc_alone - verdict.explained.keys())]
    if not doubtful:
        return
    for version in ("legacy", "next"):
        mended = _mended(doubtful, ours, theirs)
        precise = ask_rustc([verdict.body for verdict in doubtful], mended, polonius=version)
        for verdict in doubtful:
            for mark in _of_borrows(verdict.rustc_alone) - _still_said(verdict, theirs, precise):
                verdict.explained.setdefault(mark, "accepted by Polonius")


def _of_borrows(marks: Collection[Mark]) -> set[Mark]:
    return {mark for mark in marks if mark[1] not in _OF_MOVES}


def totals(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """How often each reason explains a report of one side alone."""
    counted: dict[str, int] = defaultdict(int)
    for verdict in verdicts:
        for reason in verdict.explained.values():
            counted[reason] += 1
    return dict(counted)
