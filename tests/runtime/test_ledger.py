"""The state machine of one value, against a model that lists its borrows instead of counting them."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from owned.ledger import GONE, Ledger, Lender, Sublease, end_at, open_ledger

BOUNDED = settings(max_examples=100, stateful_step_count=40, deadline=None, derandomize=True)


def make(value: object, name: str | None = None) -> Ledger:
    return open_ledger(value, None, name, sys._getframe(1))


class Lenders(RuleBasedStateMachine):
    """Lend, give back, divide and finish in any order; the answers to every question must agree with the model."""

    lender: Lender
    shared: list[object]
    exclusive: list[object]
    gone: bool

    @initialize(sublease=st.booleans())
    def begin(self, sublease: bool) -> None:
        ledger = make([1])
        self.lender = Sublease(ledger) if sublease else ledger
        assert self.lender.root is ledger
        self.shared, self.exclusive, self.gone = [], [], False

    @rule()
    def lend(self) -> None:
        if self.lender.can_lend():
            self.lender.lend()
            self.shared.append(object())
        else:
            assert self.gone or self.exclusive

    @rule(parts=st.integers(1, 3))
    def lend_exclusively(self, parts: int) -> None:
        if self.lender.can_lend_exclusively():
            self.lender.lend_exclusively(parts)
            self.exclusive = [object() for _ in range(parts)]
        else:
            assert self.gone or self.exclusive or self.shared

    @precondition(lambda self: self.exclusive and not self.gone)
    @rule()
    def divide(self) -> None:
        self.lender.divide()
        self.exclusive.append(object())

    @precondition(lambda self: self.shared)
    @rule()
    def give_back(self) -> None:
        self.lender.give_back()
        self.shared.pop()

    @precondition(lambda self: self.exclusive)
    @rule()
    def give_back_exclusive(self) -> None:
        self.lender.give_back_exclusive()
        self.exclusive.pop()

    @precondition(lambda self: not self.gone)
    @rule()
    def finish(self) -> None:
        before = self.lender.finish()
        assert before == len(self.shared) - len(self.exclusive)
        self.gone = True

    @precondition(lambda self: self.gone)
    @rule()
    def late_guards_owe_nothing(self) -> None:
        """The guards of a value that has ended come back to nobody."""
        self.lender.give_back()
        self.lender.give_back_exclusive()
        assert self.lender.state == GONE

    @invariant()
    def answers_agree(self) -> None:
        if not hasattr(self, "lender"):
            return
        assert not (self.shared and self.exclusive)
        assert self.lender.can_lend() == (not self.gone and not self.exclusive)
        assert self.lender.can_lend_exclusively() == (not self.gone and not self.exclusive and not self.shared)

    def teardown(self) -> None:
        self.shared = self.exclusive = []


TestLenders = Lenders.TestCase
TestLenders.settings = BOUNDED


def test_a_retired_ledger_gives_its_value_away_and_keeps_none() -> None:
    """No dead handle keeps a value alive."""
    value = [1]
    ledger = make(value)
    end = end_at("moved", sys._getframe())
    assert ledger.retire(end) is value
    assert not hasattr(ledger, "value")
    assert ledger.end is end
    assert ledger.end.kind == "moved"
    assert not ledger.can_lend()


def test_a_ledger_remembers_the_place_of_creation_without_keeping_the_frame() -> None:
    """Keeping the frame would keep all its locals alive."""
    ledger = make([1])
    mark = ledger.created
    assert mark.code is sys._getframe().f_code
    assert not any(type(part).__name__ == "frame" for part in (*mark, ledger.code, ledger.offset))


@pytest.mark.parametrize("value", [5, [1], {"a": 1}], ids=lambda v: type(v).__name__)
def test_a_value_is_described_by_its_type_also_after_it_left(value: Any) -> None:
    """Or by the name that it was given; never by its own `repr`."""
    ledger = make(value)
    assert ledger.describe() == type(value).__name__
    ledger.retire(end_at("dropped"))
    assert ledger.describe() == type(value).__name__
    assert make(value, "ledger of 2024").describe() == "ledger of 2024"


def test_an_end_without_a_frame_has_no_place() -> None:
    """The interpreter's exit and the collector have none."""
    assert end_at("dropped").mark is None
    mark = end_at("dropped", sys._getframe()).mark
    assert mark is not None
    assert mark.code is sys._getframe().f_code


def test_a_value_that_is_put_in_place_of_another_is_the_one_that_is_given_away() -> None:
    """`replace` and assignment go through `put`."""
    ledger = make([1])
    ledger.put([2])
    assert ledger.retire(end_at("moved")) == [2]
