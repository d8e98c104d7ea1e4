"""Random programs on a `Scope`, and random trees of owners, compared with a plain model."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from owned import BorrowOutlivesOwnerError, MoveWhileBorrowedError, UseAfterDropError
from tests.runtime.loose import Box, Owned, Scope, borrow, drop, forget, into_inner, is_live, move
from tests.runtime.parts import Failing, Noisy, Plain, refused

if sys.version_info < (3, 11):
    from exceptiongroup import ExceptionGroup

BOUNDED = settings(max_examples=60, stateful_step_count=30, deadline=None, derandomize=True)


@dataclass(eq=False)
class Member:
    handle: Any
    name: str
    fails: bool
    guard: Any = None


def leaves(error: BaseException | None) -> list[BaseException]:
    if error is None:
        return []
    if isinstance(error, ExceptionGroup):
        return [leaf for part in error.exceptions for leaf in leaves(part)]
    return [error]


class Scopes(RuleBasedStateMachine):
    """One scope after another: values come in, leave, are borrowed, and drop in reverse."""

    def __init__(self) -> None:
        super().__init__()
        self.log: list[str] = []
        self.expected: list[str] = []
        self.count = 0
        self.begin()

    def begin(self) -> None:
        self.scope = Scope()
        self.members: list[Member] = []

    def pick(self, index: int) -> Member | None:
        return self.members[index % len(self.members)] if self.members else None

    @rule(fails=st.booleans())
    def own(self, fails: bool) -> None:
        self.count += 1
        name = f"v{self.count}"
        handle = self.scope.own((Failing if fails else Noisy)(name, self.log))
        self.members.append(Member(handle, name, fails))

    @rule(index=st.integers(0, 20), verb=st.sampled_from([move, drop, into_inner, forget]))
    def leave(self, index: int, verb: Any) -> None:
        member = self.pick(index)
        if member is None:
            return
        if member.guard is not None:
            refused(MoveWhileBorrowedError, lambda: verb(member.handle), "E0505")
            return
        if verb is drop and member.fails:
            with pytest.raises(ValueError):
                drop(member.handle)
        elif verb is move:
            forget(move(member.handle))
        else:
            verb(member.handle)
        if verb is drop:
            self.expected.append(member.name)
        self.members.remove(member)

    @rule(index=st.integers(0, 20))
    def lend(self, index: int) -> None:
        member = self.pick(index)
        if member is not None and member.guard is None:
            member.guard = borrow(member.handle)

    @rule(index=st.integers(0, 20))
    def give_back(self, index: int) -> None:
        member = self.pick(index)
        if member is not None and member.guard is not None:
            drop(member.guard)
            member.guard = None

    @rule()
    def hand_on(self) -> None:
        """The owners stay who they are, and so do the borrows of them."""
        old = self.scope
        self.scope = move(old)
        assert not is_live(old)

    @rule(raising=st.booleans())
    def end(self, raising: bool) -> None:
        """The end of the block: everything is dropped, whatever fails."""
        self.expected.extend(member.name for member in reversed(self.members))
        failures = [f"drop of {member.name}" for member in reversed(self.members) if member.fails]
        lent = any(member.guard is not None for member in self.members)
        original = KeyError("on its way")
        caught: BaseException | None = None
        try:
            with self.scope:
                if raising:
                    raise original
        except BaseException as error:
            caught = error
        if raising:
            assert caught is original
        else:
            arrived = leaves(caught)
            assert [str(e) for e in arrived if isinstance(e, ValueError)] == failures
            if lent and not failures:
                assert arrived
                assert {type(e) for e in arrived} == {BorrowOutlivesOwnerError}
            assert isinstance(caught, ExceptionGroup) == (len(arrived) > 1)
        for member in self.members:
            assert not is_live(member.handle)
            if member.guard is not None:
                refused(BorrowOutlivesOwnerError, lambda: member.guard.name, "E0597")
        refused(UseAfterDropError, lambda: self.scope.own(1))
        self.begin()

    def teardown(self) -> None:
        for member in self.members:
            member.guard = None
            if is_live(member.handle):
                forget(member.handle)

    @invariant()
    def drops_agree(self) -> None:
        assert self.log == self.expected


TestScopes = Scopes.TestCase
TestScopes.settings = BOUNDED


Tree = Any  # a name, or a list of trees below a way of holding them

trees: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from(["noisy", "failing", "plain"]),
    lambda inner: st.tuples(st.sampled_from(["list", "tuple", "dict", "fields", "owner"]), st.lists(inner, max_size=4)),
    max_leaves=12,
)


@given(trees, st.sampled_from([Owned, Box]))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_random_trees_of_owners_drop_depth_first_in_order(tree: Any, owner: Any) -> None:
    """Whatever holds them, however many fail: each once, parents before children, first before last."""
    log: list[str] = []
    expected: list[str] = []
    failing: list[str] = []

    def build(node: Any) -> Any:
        if isinstance(node, str):
            name = f"{node}{len(expected)}"
            if node == "plain":
                return 5
            expected.append(name)
            if node == "failing":
                failing.append(name)
                return owner(Failing(name, log))
            return owner(Noisy(name, log))
        how, children = node
        if how == "owner":
            value = Noisy(f"parent{len(expected)}", log)
            expected.append(value.name)
            for i, child in enumerate(children):
                setattr(value, f"child{i}", build(child))
            return owner(value)
        built = [build(child) for child in children]
        if how == "list":
            return built
        if how == "tuple":
            return tuple(built)
        if how == "dict":
            return dict(enumerate(built))
        return owner(Plain(**{f"f{i}": child for i, child in enumerate(built)}))

    root = owner(build(tree))
    if len(failing) > 1:
        with pytest.raises(ExceptionGroup) as group:
            drop(root)
        assert [str(e) for e in leaves(group.value)] == [f"drop of {name}" for name in failing]
    elif failing:
        with pytest.raises(ValueError, match=f"drop of {failing[0]}"):
            drop(root)
    else:
        drop(root)
    assert log == expected
