"""Random sequences of verbs on owners and guards, compared with a plain model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from owned import (
    BorrowError,
    BorrowMutError,
    BorrowOutlivesOwnerError,
    MoveWhileBorrowedError,
    OwnershipError,
    UseAfterDropError,
    UseAfterMoveError,
)
from tests.runtime.loose import (
    Box,
    Owned,
    Ref,
    RefMut,
    borrow,
    borrow_mut,
    clone,
    deref,
    drop,
    forget,
    into_inner,
    is_live,
    move,
    replace,
    swap,
    take,
    try_borrow,
    try_borrow_mut,
)
from tests.runtime.parts import Noisy, refused

BOUNDED = settings(max_examples=60, stateful_step_count=30, deadline=None, derandomize=True)

LIVE, MOVED, DROPPED, EXPIRED, GONE = "live", "moved", "dropped", "expired", "gone"
REFUSALS: dict[str, type[OwnershipError]] = {
    MOVED: UseAfterMoveError,
    DROPPED: UseAfterDropError,
    EXPIRED: BorrowOutlivesOwnerError,
}


@dataclass(eq=False)
class OwnerModel:
    handle: Any
    value: Any
    state: str = LIVE
    guards: list[GuardModel] = field(default_factory=list)

    @property
    def name(self) -> str | None:
        return None if self.value is None else str(self.value.name)

    def borrowed(self) -> str | None:
        live = [g for g in self.guards if g.state == LIVE]
        if not live:
            return None
        return "exclusive" if live[0].exclusive else "shared"


@dataclass(eq=False)
class GuardModel:
    handle: Any
    owner: OwnerModel
    exclusive: bool
    state: str = LIVE


class Handles(RuleBasedStateMachine):
    """Owners of one kind, and the guards on them.

    The model knows for each owner its state, its value and its live guards, and writes down every drop it expects.
    """

    kind: Any = Owned

    owners = Bundle("owners")
    guards = Bundle("guards")

    def __init__(self) -> None:
        super().__init__()
        self.log: list[str] = []
        self.expected: list[str] = []
        self.count = 0
        self.all_owners: list[OwnerModel] = []
        self.all_guards: list[GuardModel] = []

    # helpers

    def fresh(self) -> Noisy:
        self.count += 1
        return Noisy(f"v{self.count}", self.log)

    def new_owner(self, handle: Any, value: Any) -> OwnerModel:
        model = OwnerModel(handle, value)
        self.all_owners.append(model)
        return model

    def new_guard(self, handle: Any, owner: OwnerModel, exclusive: bool) -> GuardModel:
        assert isinstance(handle, RefMut if exclusive else Ref)
        model = GuardModel(handle, owner, exclusive)
        owner.guards.append(model)
        self.all_guards.append(model)
        return model

    def dead(self, model: OwnerModel | GuardModel, call: Callable[[], object]) -> bool:
        """Whether the model is dead; if so, `call` must be refused accordingly."""
        if model.state == GONE:
            return True
        if model.state == LIVE:
            return False
        refused(REFUSALS[model.state], call)
        return True

    def dropped(self, owner: OwnerModel, state: str) -> None:
        owner.state = state
        if owner.value is not None:
            self.expected.append(str(owner.name))
        for guard in owner.guards:
            if guard.state == LIVE:
                guard.state = EXPIRED

    # owners

    @initialize(target=owners)
    def first(self) -> OwnerModel:
        return self.create()

    @rule(target=owners)
    def another(self) -> OwnerModel:
        return self.create()

    def create(self) -> OwnerModel:
        value = self.fresh()
        return self.new_owner(self.kind(value), value)

    @rule(target=owners, o=owners)
    def move_owner(self, o: OwnerModel) -> Any:
        if self.dead(o, lambda: move(o.handle)):
            return multiple()
        if o.borrowed():
            refused(MoveWhileBorrowedError, lambda: move(o.handle), "E0505")
            return multiple()
        new = self.new_owner(move(o.handle), o.value)
        o.state = MOVED
        return new

    @rule(o=owners)
    def drop_owner(self, o: OwnerModel) -> None:
        if self.dead(o, lambda: drop(o.handle)):
            return
        if o.borrowed():
            refused(MoveWhileBorrowedError, lambda: drop(o.handle), "E0505")
            return
        drop(o.handle)
        self.dropped(o, DROPPED)

    @rule(o=owners, verb=st.sampled_from([into_inner, forget]))
    def unwrap_owner(self, o: OwnerModel, verb: Any) -> None:
        if self.dead(o, lambda: verb(o.handle)):
            return
        if o.borrowed():
            refused(MoveWhileBorrowedError, lambda: verb(o.handle), "E0505")
            return
        result = verb(o.handle)
        assert result is (o.value if verb is into_inner else None)
        o.state = MOVED

    @rule(target=owners, o=owners)
    def clone_owner(self, o: OwnerModel) -> Any:
        if self.dead(o, lambda: clone(o.handle)):
            return multiple()
        if o.borrowed() == "exclusive":
            refused(BorrowError, lambda: clone(o.handle), "E0502")
            return multiple()
        handle = clone(o.handle)
        value = deref(handle)
        assert (value is None) == (o.value is None)
        assert value is None or (value is not o.value and value.name == f"{o.name}'")
        return self.new_owner(handle, value)

    @rule(o=owners)
    def replace_owner(self, o: OwnerModel) -> None:
        new = self.fresh()
        if self.dead(o, lambda: replace(o.handle, new)):
            return
        if lent := o.borrowed():
            refused(BorrowMutError, lambda: replace(o.handle, new), "E0502" if lent == "shared" else "E0499")
            return
        assert replace(o.handle, new) is o.value
        o.value = new

    @rule(o=owners)
    def take_owner(self, o: OwnerModel) -> None:
        if self.dead(o, lambda: take(o.handle)):
            return
        if lent := o.borrowed():
            refused(BorrowMutError, lambda: take(o.handle), "E0502" if lent == "shared" else "E0499")
            return
        assert take(o.handle) is o.value
        o.value = None

    @rule(a=owners, b=owners)
    def swap_owners(self, a: OwnerModel, b: OwnerModel) -> None:
        if GONE in (a.state, b.state) or a is b:
            return
        problems: set[type[OwnershipError]] = {REFUSALS[m.state] for m in (a, b) if m.state != LIVE}
        if any(m.borrowed() for m in (a, b) if m.state == LIVE):
            problems.add(BorrowMutError)
        if problems:
            with pytest.raises(tuple(problems)):
                swap(a.handle, b.handle)
            return
        swap(a.handle, b.handle)
        a.value, b.value = b.value, a.value

    @rule(o=owners)
    def assign_value(self, o: OwnerModel) -> None:
        if self.kind is not Owned:
            return
        new = self.fresh()

        def assign() -> None:
            o.handle.value = new

        if self.dead(o, assign):
            return
        if o.borrowed():
            refused(BorrowMutError, assign, "E0506")
            return
        if o.value is not None:
            self.expected.append(str(o.name))
        assign()
        o.value = new

    @rule(o=owners)
    def read_owner(self, o: OwnerModel) -> None:
        if self.dead(o, lambda: deref(o.handle)):
            return
        if o.borrowed() == "exclusive":
            refused(BorrowError, lambda: deref(o.handle), "E0502")
            return
        assert deref(o.handle) is o.value

    @rule(o=owners)
    def end_of_block(self, o: OwnerModel) -> None:
        def block() -> None:
            with o.handle:
                pass

        if self.dead(o, block):
            return
        if o.borrowed():
            refused(BorrowOutlivesOwnerError, block, "E0597")
        else:
            block()
        self.dropped(o, DROPPED)

    @rule(o=owners)
    def end_of_block_by_exception(self, o: OwnerModel) -> None:
        if o.state != LIVE:
            return
        with pytest.raises(KeyError):
            with o.handle:
                raise KeyError
        self.dropped(o, DROPPED)

    @rule(target=owners, o=owners)
    def move_out_of_block(self, o: OwnerModel) -> Any:
        if o.state != LIVE or o.borrowed():
            return multiple()
        with o.handle as bound:
            new = self.new_owner(move(bound), o.value)
        o.state = MOVED
        return new

    @rule(o=owners)
    def owner_dies(self, o: OwnerModel) -> None:
        if o.state == GONE:
            return
        was_live = o.state == LIVE
        o.handle = None
        if was_live:
            self.dropped(o, GONE)
        o.state = GONE

    # borrows

    @rule(target=guards, o=owners, exclusive=st.booleans(), trying=st.booleans())
    def lend(self, o: OwnerModel, exclusive: bool, trying: bool) -> Any:
        verb = {
            (False, False): borrow,
            (False, True): try_borrow,
            (True, False): borrow_mut,
            (True, True): try_borrow_mut,
        }[exclusive, trying]
        if self.dead(o, lambda: verb(o.handle)):
            return multiple()
        lent = o.borrowed()
        if lent == "exclusive" or (lent and exclusive):
            if trying:
                assert verb(o.handle) is None
            else:
                code = "E0499" if exclusive and lent == "exclusive" else "E0502"
                refused(BorrowMutError if exclusive else BorrowError, lambda: verb(o.handle), code)
            return multiple()
        return self.new_guard(verb(o.handle), o, exclusive)

    @rule(g=guards)
    def use_guard(self, g: GuardModel) -> None:
        if self.dead(g, lambda: g.handle.name):
            return
        assert deref(g.handle) is g.owner.value
        if g.owner.value is not None:
            assert g.handle.name == g.owner.name

    @rule(g=guards)
    def write_guard(self, g: GuardModel) -> None:
        if not g.exclusive or (g.state == LIVE and g.owner.value is None):
            return
        self.count += 1
        name = f"w{self.count}"

        def write() -> None:
            g.handle.name = name

        if self.dead(g, write):
            return
        write()
        assert g.owner.name == name

    @rule(g=guards)
    def replace_guard(self, g: GuardModel) -> None:
        new = self.fresh()
        if not g.exclusive or self.dead(g, lambda: replace(g.handle, new)):
            return
        assert replace(g.handle, new) is g.owner.value
        g.owner.value = new

    @rule(g=guards)
    def drop_guard(self, g: GuardModel) -> None:
        if self.dead(g, lambda: drop(g.handle)):
            return
        drop(g.handle)
        g.state = DROPPED

    @rule(target=guards, g=guards)
    def move_guard(self, g: GuardModel) -> Any:
        if self.dead(g, lambda: move(g.handle)):
            return multiple()
        new = self.new_guard(move(g.handle), g.owner, g.exclusive)
        g.state = MOVED
        return new

    @rule(target=guards, g=guards, verb=st.sampled_from([clone, borrow]))
    def share_guard(self, g: GuardModel, verb: Any) -> Any:
        if g.exclusive or self.dead(g, lambda: verb(g.handle)):
            return multiple()
        return self.new_guard(verb(g.handle), g.owner, exclusive=False)

    @rule(g=guards)
    def end_of_guard_block(self, g: GuardModel) -> None:
        def block() -> None:
            with g.handle as view:
                assert view is None or view.name == g.owner.name

        if self.dead(g, block):
            return
        block()
        g.state = EXPIRED

    @rule(g=guards)
    def guard_dies(self, g: GuardModel) -> None:
        g.handle = None
        g.state = GONE

    # what must always hold

    @invariant()
    def every_value_was_dropped_as_often_as_expected(self) -> None:
        assert self.log == self.expected

    @invariant()
    def liveness_agrees(self) -> None:
        models: list[OwnerModel | GuardModel] = [*self.all_owners, *self.all_guards]
        for model in models:
            if model.state != GONE:
                assert is_live(model.handle) == (model.state == LIVE)

    def teardown(self) -> None:
        for guard in self.all_guards:
            guard.handle = None
        for owner in self.all_owners:
            if owner.state == LIVE and owner.value is not None:
                self.expected.append(str(owner.name))
            owner.handle = None
        assert self.log == self.expected


class Boxes(Handles):
    kind = Box


TestOwned = Handles.TestCase
TestOwned.settings = BOUNDED
TestBox = Boxes.TestCase
TestBox.settings = BOUNDED
