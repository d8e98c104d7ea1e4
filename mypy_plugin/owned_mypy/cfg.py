"""The control-flow graph of a body: basic blocks of effects, joined by normal and exceptional edges.

An exception leaves a `try` or `with` body wherever lowering put a `MayRaise`; there the basic block ends and gets an
edge to what handles it. `finally` bodies and `with` exits are copied once for each way of leaving them (falling
through, raising, returning, breaking, continuing), so that no path is invented.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from owned_mypy.ir import (
    Assign,
    BeginScope,
    BindView,
    Block,
    Body,
    BoolOp,
    Borrow,
    Carry,
    Case,
    Condition,
    Copy,
    Effect,
    EndScope,
    EndView,
    Fault,
    For,
    If,
    Jump,
    JumpKind,
    Kill,
    Leaf,
    LocalKind,
    Match,
    MayRaise,
    Move,
    Node,
    Not,
    Share,
    Try,
    While,
    With,
)
from owned_mypy.records import field, record


@record(eq=True)
class Arm:
    """One way through a branch, for messages: `the condition on line 7 is true`."""

    line: int
    text: str


@record(frozen=False)
class BasicBlock:
    index: int
    effects: list[Effect] = field(default_factory=list)
    successors: list[int] = field(default_factory=list)
    arms: tuple[Arm, ...] = ()
    """The branches that were taken to come here, outermost first."""
    unwinding: bool = False
    """Runs only while an exception is on its way."""


@record(frozen=False)
class Cfg:
    """`blocks[0]` is the entry; `exit` is where the function returns."""

    body: Body
    blocks: list[BasicBlock]
    exit: int
    order: list[int] = field(default_factory=list)
    """The reachable blocks in the order of the source: all of a loop's body comes before what follows the loop.

    Each block but the first comes after one that leads to it, and before all its successors where no loop forbids it.
    An order that only has this property, such as the reverse postorder, may put the rest of the function before a
    loop's body; it would be solved again for each loop.
    """
    rank: dict[int, int] = field(default_factory=dict)
    """The position of each block in that order."""
    notable: list[tuple[BasicBlock, Effect]] = field(default_factory=list)
    """What moves, copies, borrows, binds a view or begins a scope, and what ends that; by the blocks' numbers."""
    flows: list[tuple[int, int]] = field(default_factory=list)
    """From which local to which other one something goes."""
    faults: list[tuple[BasicBlock, Fault]] = field(default_factory=list)
    """The rules that are broken by the types alone."""


@record(frozen=False)
class _Frame:
    """Something that a jump leaves on its way out."""

    break_to: int | None = None
    continue_to: int | None = None
    dispatch: int | None = None
    final: Block | None = None
    after: int | None = None
    """Where a swallowed exception continues."""
    ways_out: dict[JumpKind, int | None] = field(default_factory=dict)
    copies: list[range] = field(default_factory=list)
    """The blocks of each copy of `final`."""


def build_cfg(body: Body) -> Cfg:
    """The graph of `body`. Never fails on well-formed IR."""
    builder = _Builder(body)
    end = builder.block(body.root, 0)
    if end is not None:
        builder.edge(end, builder.exit)
    builder.place(builder.exit)
    order = builder.order()
    rank = {index: position for position, index in enumerate(order)}
    builder.notable.sort(key=lambda noted: noted[0].index)
    return Cfg(body, builder.blocks, builder.exit, order, rank, builder.notable, builder.flows, builder.faults)


class _Builder:
    def __init__(self, body: Body) -> None:
        self.body = body
        self.blocks: list[BasicBlock] = []
        self.rank: dict[int, int] = {}
        self.placed = 0
        self.entered: set[int] = set()
        self.frames: list[_Frame] = []
        self.arms: tuple[Arm, ...] = ()
        self.unwinding = False
        self.notable: list[tuple[BasicBlock, Effect]] = []
        self.flows: list[tuple[int, int]] = []
        self.faults: list[tuple[BasicBlock, Fault]] = []
        self.filled: set[int] = set()
        """The locals that may hold something, or be lent."""
        self.raised: tuple[int, int, list[int]] | None = None
        """Where an exception last left: the block after that, where it goes, and the temporaries that it ends."""
        self.new()
        self.exit = self.new()

    # --- small parts

    def new(self) -> int:
        index = len(self.blocks)
        self.blocks.append(BasicBlock(index, [], [], self.arms, self.unwinding))
        self.placed += 1
        self.rank[index] = self.placed
        return index

    def place(self, block: int) -> None:
        """The block comes after all that were placed so far; one that was made early is placed again."""
        self.placed += 1
        self.rank[block] = self.placed

    def order(self) -> list[int]:
        """The blocks that can be reached, as they were placed."""
        entering: dict[int, list[int]] = {0: [-1]}
        waiting = [0]
        while waiting:
            block = waiting.pop()
            for following in self.blocks[block].successors:
                if following in entering:
                    entering[following].append(block)
                else:
                    entering[following] = [block]
                    waiting.append(following)
        for block in list(entering):
            if not self.blocks[block].effects:
                self.bypass(block, entering)
        return sorted(entering, key=self.rank.__getitem__)

    def bypass(self, block: int, entering: dict[int, list[int]]) -> None:
        """Lead around a block in which nothing happens, where that makes no more edges."""
        successors = self.blocks[block].successors
        sources = entering[block]
        if block == 0 or block == self.exit or block in successors:
            return
        if len(successors) > 1 and len(sources) > 1:
            return
        for following in successors:
            entering[following].remove(block)
        for source in sources:
            leaving = self.blocks[source].successors
            leaving.remove(block)
            for following in successors:
                if following not in leaving:
                    leaving.append(following)
                    entering[following].append(source)
        del entering[block]

    def edge(self, source: int, target: int) -> None:
        self.entered.add(target)
        successors = self.blocks[source].successors
        if target not in successors:
            successors.append(target)

    def on_arm(self, arm: Arm, build: Callable[[], int | None]) -> int | None:
        saved, self.arms = self.arms, (*self.arms, arm)
        try:
            return build()
        finally:
            self.arms = saved

    def join(self, *ends: int | None) -> int | None:
        alive = [end for end in ends if end is not None]
        if not alive:
            return None
        target = self.new()
        for end in alive:
            self.edge(end, target)
        return target

    # --- nodes

    def block(self, block: Block, current: int | None) -> int | None:
        if current is None:
            return None
        for node in block.nodes:
            current = _BUILD.get(type(node), _Builder.add)(self, node, current)
            if current is None:
                return None
        return current

    def add(self, node: Effect, current: int) -> int:
        self.blocks[current].effects.append(node)
        return current

    def note(self, node: Effect, current: int) -> int:
        block = self.blocks[current]
        block.effects.append(node)
        self.notable.append((block, node))
        return current

    def fault(self, node: Fault, current: int) -> int:
        self.faults.append((self.blocks[current], node))
        return self.add(node, current)

    def assign(self, node: Assign, current: int) -> int:
        self.filled.add(node.place.local)
        if node.source is not None:
            self.flows.append((node.source, node.place.local))
        return self.add(node, current)

    def carry(self, node: Carry, current: int) -> int:
        self.filled.add(node.into)
        self.flows.append((node.source, node.into))
        return self.add(node, current)

    def copy(self, node: Copy | Move, current: int) -> int:
        if node.into is not None:
            self.filled.add(node.into)
            self.flows.append((node.place.local, node.into))
        return self.note(node, current)

    def share(self, node: Share, current: int) -> int:
        self.filled.add(node.into)
        return self.add(node, current)

    def borrow(self, node: Borrow, current: int) -> int:
        self.filled.update((node.into, node.place.local))
        return self.note(node, current)

    def begin_scope(self, node: BeginScope, current: int) -> int:
        self.filled.add(node.place.local)
        return self.note(node, current)

    def bind_view(self, node: BindView, current: int) -> int:
        self.filled.add(node.into.local)
        return self.note(node, current)

    def kill(self, node: Kill, current: int) -> int:
        if self.body.locals[node.local].kind is not LocalKind.TEMPORARY:
            return self.note(node, current)
        if node.local in self.filled:
            self.blocks[current].effects.append(node)
        return current

    def ends_something(self, local: int) -> bool:
        return local in self.filled or self.body.locals[local].kind is not LocalKind.TEMPORARY

    def may_raise(self, node: MayRaise, current: int) -> int:
        if not self.frames:
            return current
        target = self.way_out(JumpKind.RAISE, len(self.frames))
        if target is None:
            return current
        ending = [index for index in reversed(node.temporaries) if self.ends_something(index)]
        if self.raised == (current, target, ending) and not self.blocks[current].effects:
            return current  # nothing has happened since the last exception that may leave from here
        if ending:
            unwinding = self.new()
            self.blocks[unwinding].unwinding = True
            self.blocks[unwinding].effects.extend([Kill(index, node.span) for index in ending])
            self.edge(current, unwinding)
            self.edge(unwinding, target)
        else:
            self.edge(current, target)
        rest = self.new()
        self.edge(current, rest)
        self.raised = rest, target, ending
        return rest

    def jump(self, node: Jump, current: int) -> None:
        kind = node.kind
        if kind is JumpKind.DEAD:
            return
        target = self.way_out(JumpKind.RAISE if kind is JumpKind.NEVER else kind, len(self.frames))
        if target is not None:
            self.edge(current, target)

    def if_(self, node: If, current: int) -> int | None:
        line = _line_of(node.condition)
        then, orelse = self.branch(node.condition, current, line)
        then_end = self.on_arm(Arm(line, "is true"), lambda: self.block(node.then, then))
        else_end = self.on_arm(Arm(line, "is false"), lambda: self.block(node.orelse, orelse))
        return self.join(then_end, else_end)

    def branch(self, condition: Condition, current: int, line: int) -> tuple[int | None, int | None]:
        """Evaluate a condition; gives the blocks where it was true and where it was false (None: never)."""
        true_block = self.on_arm(Arm(line, "is true"), self.new)
        false_block = self.on_arm(Arm(line, "is false"), self.new)
        assert true_block is not None
        assert false_block is not None
        reached = self.condition(condition, current, true_block, false_block)
        self.place(true_block)
        self.place(false_block)
        return (true_block if reached[0] else None), (false_block if reached[1] else None)

    def condition(self, node: Condition, current: int, if_true: int, if_false: int) -> tuple[bool, bool]:
        """Which of the two targets can be reached."""
        match node:
            case Not():
                reached_true, reached_false = self.condition(node.inner, current, if_false, if_true)
                return reached_false, reached_true
            case BoolOp():
                middle = self.new()
                if node.is_and:
                    left_true, left_false = self.condition(node.left, current, middle, if_false)
                else:
                    left_true, left_false = self.condition(node.left, current, if_true, middle)
                self.place(middle)
                right_true = right_false = False
                if left_true if node.is_and else left_false:
                    right_true, right_false = self.condition(node.right, middle, if_true, if_false)
                if node.is_and:
                    return right_true, left_false or right_false
                return left_true or right_true, right_false
            case Leaf():
                end = self.block(node.before, current)
                if end is None:
                    return False, False
                for constant, target, effects in (
                    (False, if_true, node.when_true),
                    (True, if_false, node.when_false),
                ):
                    if node.constant is constant:
                        continue
                    if effects:
                        side = self.new()
                        self.blocks[side].effects.extend(effects)
                        self.edge(end, side)
                        self.edge(side, target)
                    else:
                        self.edge(end, target)
                return node.constant is not False, node.constant is not True

    def while_(self, node: While, current: int) -> int | None:
        head = self.new()
        self.edge(current, head)
        line = _line_of(node.condition)
        into, out = self.branch(node.condition, head, line)
        after = self.new()
        self.frames.append(_Frame(break_to=after, continue_to=head))
        body_end = self.on_arm(Arm(node.span.line, "runs its body"), lambda: self.block(node.body, into))
        self.frames.pop()
        if body_end is not None:
            self.edge(body_end, head)
        if out is not None:
            self.place(out)
        else_end = self.block(node.orelse, out)
        return self.close_loop(after, else_end)

    def for_(self, node: For, current: int) -> int | None:
        head = self.new()
        self.edge(current, head)
        after = self.new()
        head_end = self.may_raise(MayRaise(), head)
        into = self.on_arm(Arm(node.span.line, "runs its body"), self.new)
        assert into is not None
        self.edge(head_end, into)
        self.frames.append(_Frame(break_to=after, continue_to=head))
        each = Block([node.each, node.body])
        body_end = self.on_arm(Arm(node.span.line, "runs its body"), lambda: self.block(each, into))
        self.frames.pop()
        if body_end is not None:
            self.edge(body_end, head)
        out = self.new()
        self.edge(head_end, out)
        return self.close_loop(after, self.block(node.orelse, out))

    def close_loop(self, after: int, end: int | None) -> int | None:
        self.place(after)
        if end is not None:
            self.edge(end, after)
        return after if after in self.entered else None

    def match(self, node: Match, current: int) -> int | None:
        ends: list[int | None] = []
        waiting: int | None = current
        for case in node.cases:
            if waiting is None:
                break
            end, waiting = self.case(case, waiting)
            ends.append(end)
        if not node.exhaustive:
            ends.append(waiting)
        return self.join(*ends)

    def case(self, case: Case, current: int) -> tuple[int | None, int | None]:
        """The end of the case's body, and where the next case is tried."""
        arm = Arm(case.line, "matches")
        chosen, skipped = self.on_arm(arm, self.new), self.new()
        assert chosen is not None
        self.edge(current, chosen)
        self.edge(current, skipped)
        bound = self.block(case.bind, chosen)
        if bound is not None and case.guard is not None:
            taken, refused = self.new(), self.new()
            reached = self.condition(case.guard, bound, taken, refused)
            self.place(taken)
            self.place(refused)
            if reached[1]:
                self.edge(refused, skipped)
            bound = taken if reached[0] else None
        end = self.on_arm(arm, lambda: self.block(case.body, bound))
        self.place(skipped)
        return end, skipped

    def try_(self, node: Try, current: int) -> int | None:
        if node.final.nodes:
            self.frames.append(_Frame(final=node.final))
        dispatch: int | None = None
        if node.handlers:
            dispatch = self.new()
            self.frames.append(_Frame(dispatch=dispatch))
        start = self.may_raise(MayRaise(), current)
        end = self.block(node.body, start)
        if dispatch is not None:
            self.frames.pop()
        ends = [self.block(node.orelse, end)]
        if dispatch is not None:
            self.place(dispatch)
            for handler in node.handlers:
                entry = self.new()
                self.edge(dispatch, entry)
                ends.append(self.block(handler, entry))
            if not node.catches_all:
                outer = self.way_out(JumpKind.RAISE, len(self.frames))
                if outer is not None:
                    self.edge(dispatch, outer)
        joined = self.join(*ends)
        if node.final.nodes:
            self.place_copies(self.frames.pop())
            joined = self.block(node.final, joined)
        return joined

    def with_(self, node: With, current: int) -> int | None:
        after = self.new()
        self.frames.append(_Frame(final=node.leave, after=after if node.swallows else None))
        start = self.may_raise(MayRaise(), current)
        end = self.block(node.body, start)
        self.place_copies(self.frames.pop())
        end = self.block(node.leave, end)
        return self.close_loop(after, end)

    # --- leaving frames

    def way_out(self, kind: JumpKind, depth: int) -> int | None:
        """Where a jump of this kind goes from inside `frames[:depth]`; None: out of the function by an exception."""
        if depth == 0:
            return self.exit if kind is JumpKind.RETURN else None
        frame = self.frames[depth - 1]
        if kind is JumpKind.BREAK and frame.break_to is not None:
            return frame.break_to
        if kind is JumpKind.CONTINUE and frame.continue_to is not None:
            return frame.continue_to
        if kind is JumpKind.RAISE and frame.dispatch is not None:
            return frame.dispatch
        if frame.final is None:
            return self.way_out(kind, depth - 1)
        if kind not in frame.ways_out:
            frame.ways_out[kind] = self.copy_of_final(frame, kind, depth)
        return frame.ways_out[kind]

    def copy_of_final(self, frame: _Frame, kind: JumpKind, depth: int) -> int:
        assert frame.final is not None
        saved, self.frames = self.frames, self.frames[: depth - 1]
        # To return, break or continue out of an unwinding `finally` discards the exception that was on its way.
        saved_unwinding, self.unwinding = self.unwinding, kind is JumpKind.RAISE
        entry = self.new()
        end = self.block(frame.final, entry)
        outer = self.way_out(kind, depth - 1)
        self.unwinding = saved_unwinding
        self.frames = saved
        if end is not None:
            if outer is not None:
                self.edge(end, outer)
            if kind is JumpKind.RAISE and frame.after is not None:
                self.edge(end, frame.after)
        frame.copies.append(range(entry, len(self.blocks)))
        return entry

    def place_copies(self, frame: _Frame) -> None:
        """The copies of `final` come after all of what they are left from."""
        for copy in frame.copies:
            for block in sorted(copy, key=self.rank.__getitem__):
                self.place(block)


_BUILD: Final[dict[type[Node], Callable[[_Builder, Any, int], int | None]]] = {
    Assign: _Builder.assign,
    BeginScope: _Builder.begin_scope,
    BindView: _Builder.bind_view,
    Borrow: _Builder.borrow,
    Carry: _Builder.carry,
    Copy: _Builder.copy,
    EndScope: _Builder.note,
    EndView: _Builder.note,
    Fault: _Builder.fault,
    Kill: _Builder.kill,
    Move: _Builder.copy,
    Share: _Builder.share,
    MayRaise: _Builder.may_raise,
    Block: _Builder.block,
    If: _Builder.if_,
    While: _Builder.while_,
    For: _Builder.for_,
    Match: _Builder.match,
    Try: _Builder.try_,
    With: _Builder.with_,
    Jump: _Builder.jump,
}
"""What is more than an effect to be added to its block."""


def _line_of(condition: Condition) -> int:
    match condition:
        case Leaf():
            return condition.span.line
        case Not():
            return _line_of(condition.inner)
        case BoolOp():
            return _line_of(condition.left)
