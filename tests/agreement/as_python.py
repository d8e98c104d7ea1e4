"""Bodies as Python, and the small module that they stand in.

The functions that they call leave every decision to an oracle (`chance`, `pick`, `turns`, `risk`). A run replaces it.
"""

from __future__ import annotations

from collections.abc import Sequence

from tests.agreement.as_rust import PROBES, Printed, how_is_exclusive
from tests.agreement.bodies import (
    EXCLUSIVE_GUARDS,
    OWNERS,
    PAIR,
    SHARED_GUARDS,
    Alter,
    Arg,
    Assign,
    Bind,
    Block,
    Body,
    Call,
    Change,
    Condition,
    Define,
    End,
    Ending,
    For,
    Gather,
    Gives,
    How,
    If,
    IfLive,
    Invoke,
    Jump,
    Keep,
    Leave,
    Loop,
    Match,
    Pass,
    Place,
    Return,
    Risk,
    Statement,
    TakePart,
    Try,
    While,
    WithBorrow,
    WithExisting,
    WithOwner,
    is_exclusive,
    is_guard,
    is_part,
    is_view,
)

_PRELUDE = """\
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from owned import Box, Owned, Ref, RefMut, borrow, borrow_mut, clone, drop
from owned import forget, into_inner, is_live, move, replace, swap


class Oops(Exception): ...


class Sub:
    def __init__(self) -> None:
        self.n = 0


class Token:
    def __init__(self) -> None:
        self.n = 0
        self.sub = Sub()

    def bump(self) -> None:
        self.n += 1


@dataclass
class Pair:
    left: HANDLE[Token]
    right: HANDLE[Token]


class Oracle:
    def chance(self) -> bool:
        return True

    def pick(self) -> int:
        return 0

    def turns(self) -> range:
        return range(2)

    def risk(self) -> None: ...


oracle = Oracle()


def chance() -> bool:
    return oracle.chance()


def pick() -> int:
    return oracle.pick()


def turns() -> range:
    return oracle.turns()


def risk() -> None:
    oracle.risk()


def make() -> HANDLE[Token]:
    return HANDLE(Token())


def pair() -> Pair:
    return Pair(make(), make())


def keep(t: Token) -> None: ...


def look_pair(p: Pair) -> None:
    look(p.left)
    look(p.right)


def seen_pair(p: Pair) -> bool:
    look_pair(p)
    return chance()


def eat(t: HANDLE[Token]) -> None:
    drop(t)


def look(t: HANDLE_OR_OBJECT) -> None:
    LOOK


def note(n: int) -> None: ...


kept: list[Callable[[], object]] = []


def peek(r: Ref[Token]) -> None:
    assert r.n is not None


def poke(m: RefMut[Token]) -> None:
    m.n = 1
"""
_TYPES = {
    How.EAT: "HANDLE[Token]",
    How.LOOK: "object",
    How.NOTE: "int",
    How.PEEK: "Ref[Token]",
    How.POKE: "RefMut[Token]",
}


def _prelude(handle: str) -> list[str]:
    text = _PRELUDE.replace("HANDLE_OR_OBJECT", "object")
    text = text.replace("LOOK", "getattr(t, 'value')" if handle == "Owned" else "getattr(t, 'n')")
    for how, type_ in _TYPES.items():
        text += f"\n\ndef {PROBES[how]}(t: {type_}) -> bool:\n    {how.value}(t)\n    return chance()\n"
        for other, second in _TYPES.items():
            text += f"\n\ndef {how.value}_and_{other.value}(t: {type_}, u: {second}) -> None:\n"
            text += f"    {how.value}(t)\n    {other.value}(u)\n"
    return text.replace("HANDLE", handle).splitlines()


def print_python(bodies: Sequence[Body], handle: str) -> Printed:
    """One module with a function for each body; all of them use the same class of owners."""
    printed = Printed(_prelude(handle))
    for body in bodies:
        if body.handle != handle:
            raise ValueError(f"{body.name} uses {body.handle}")
        _Printer(body, printed).print()
    return printed


class _Printer:
    def __init__(self, body: Body, printed: Printed) -> None:
        self.body = body
        self.printed = printed
        self.depth = 0

    def print(self) -> None:
        owner = f"{self.body.handle}[Token]"
        returned = {Gives.NOTHING: "None", Gives.OWNER: owner, Gives.SHARED_GUARD: "Ref[Token]"}[self.body.gives]
        self.printed.lines += ["", ""]
        self.line(f"def {self.body.name}(a: {owner}, b: {owner}, x: Ref[Token], y: RefMut[Token]) -> {returned}:")
        self.depth += 1
        for name in OWNERS[2:]:
            self.line(f"{name}: {owner}{'' if name in self.body.unbound else ' = make()'}")
        self.line("p = pair()")
        for names, type_ in ((EXCLUSIVE_GUARDS, "RefMut"), (SHARED_GUARDS, "Ref")):
            for name in names:
                self.line(f"{name}: {type_}[Token]")
        for statement in self.body.block:
            self.statement(statement)
        if self.body.gives is not Gives.NOTHING:
            self.line(f"return {self.default_result()}")
        self.depth -= 1

    def default_result(self) -> str:
        return {Gives.NOTHING: "", Gives.OWNER: "make()", Gives.SHARED_GUARD: "x"}[self.body.gives]

    def line(self, text: str, at: int | None = None) -> None:
        self.printed.lines.append("    " * self.depth + text.rstrip())
        if at is not None:
            self.printed.origin[len(self.printed.lines)] = (self.body, at)

    def inside(self, head: str, block: Block, at: int | None) -> None:
        self.line(f"{head}:", at)
        self.depth += 1
        for statement in block:
            self.statement(statement)
        if not block:
            self.line("pass")
        self.depth -= 1

    # --- statements

    def statement(self, node: Statement) -> None:
        match node:
            case Call():
                name = "_and_".join(arg.how.value for arg in node.args)
                if node.args[0].place == PAIR:
                    name = "look_pair"
                self.line(f"{name}({', '.join(self.arg(arg) for arg in node.args)})", node.at)
            case Assign():
                source = "pair()" if node.target == PAIR else "make()"
                if node.source is not None:
                    source = _moved(node.source, node.with_move)
                self.line(f"{node.target} = {source}", node.at)
            case Bind():
                self.line(f"{node.guard} = {_lend(node.place, is_exclusive(node.guard))}", node.at)
            case Pass():
                verb = ("move" if is_exclusive(node.source) else "clone") if node.with_verb else ""
                self.line(
                    f"{node.target} = {verb}({node.source})" if verb else f"{node.target} = {node.source}", node.at
                )
            case Alter():
                self.line(self.alter(node), node.at)
            case End():
                text = f"del {node.place}" if node.how is Ending.DELETE else f"{node.how.value}({node.place})"
                self.line(f"keep({text})" if node.how is Ending.UNWRAP else text, node.at)
            case If():
                self.inside(f"if {self.condition(node.condition)}", node.then, node.at)
                if node.orelse:
                    self.inside("else", node.orelse, None)
            case IfLive():
                self.inside(f"if is_live({node.place})", node.then, node.at)
                if node.orelse:
                    self.inside("else", node.orelse, None)
            case While():
                self.inside(f"while {self.condition(node.condition)}", node.body, node.at)
            case Loop():
                self.inside("while True", node.body, node.at)
            case For():
                self.inside("for _ in turns()", node.body, node.at)
            case Match():
                self.line("match pick():", node.at)
                self.depth += 1
                for number, arm in enumerate(node.arms):
                    self.inside(f"case {number if number < len(node.arms) - 1 else '_'}", arm, node.at)
                self.depth -= 1
            case WithBorrow():
                value = _lend(node.place, is_exclusive(node.view))
                self.inside(f"with {value} as {node.view}", node.body, node.at)
            case WithOwner():
                self.inside(f"with make() as {node.name}", node.body, node.at)
            case WithExisting():
                self.inside(f"with {node.place}", node.body, node.at)
            case Jump():
                self.line("raise Oops" if node.how is Leave.RAISE else node.how.value, node.at)
            case Return():
                place = _moved(node.place, node.with_move) if node.place is not None else self.default_result()
                self.line(f"return {place}", node.at)
            case Risk():
                self.line("risk()", node.at)
            case Define():
                self.define(node)
            case Invoke():
                self.line(f"{node.name}()", node.at)
            case Keep():
                self.line(f"kept.append({node.name})", node.at)
            case Gather():
                self.line(self.gather(node), node.at)
            case TakePart():
                self.line(f"{node.name} = {self.content(node.place)}.sub", node.at)
            case Try():
                self.inside("try", node.body, node.at)
                if node.handler is not None:
                    self.inside("except Oops", node.handler, None)
                if node.final or node.handler is None:
                    self.inside("finally", node.final, None)

    def define(self, node: Define) -> None:
        if node.as_lambda:
            (called,) = node.body
            assert isinstance(called, Call)
            (arg,) = called.args
            name = "look_pair" if arg.place == PAIR else arg.how.value
            self.line(f"{node.name} = lambda: {name}({self.arg(arg)})", node.at)
            return
        self.line(f"def {node.name}() -> None:", node.at)
        self.depth += 1
        if node.rebinds:
            self.line(f"nonlocal {node.rebinds}")
        for statement in node.body:
            self.statement(statement)
        self.depth -= 1

    def gather(self, node: Gather) -> str:
        condition = " if chance()" if node.filtered else ""
        probe = "seen_pair" if node.arg.place == PAIR else PROBES[node.arg.how]
        items = f"{probe}({self.arg(node.arg)}) for _ in turns(){condition}"
        return f"note(sum({items}))" if node.is_lazy else f"note(len([{items}]))"

    def alter(self, node: Alter) -> str:
        match node.how:
            case Change.FIELD:
                return f"{self.content(node.place)}.n = 1"
            case Change.METHOD:
                return f"{self.content(node.place)}.bump()"
            case Change.REPLACE:
                return f"keep(replace({node.place}, Token()))"
            case Change.SWAP:
                return f"swap({node.place}, {node.other})"

    # --- expressions

    def condition(self, condition: Condition) -> str:
        text = "chance()"
        if condition.arg is not None:
            probe = "seen_pair" if condition.arg.place == PAIR else PROBES[condition.arg.how]
            asked = f"{probe}({self.arg(condition.arg)})"
            text = f"chance() {condition.joined} {asked}" if condition.joined else asked
        return f"not ({text})" if condition.negated else text

    def arg(self, arg: Arg) -> str:
        match arg.how:
            case How.EAT:
                return _moved(arg.place, arg.with_move)
            case How.LOOK:
                return arg.place
            case How.NOTE:
                return f"{self.content(arg.place)}.n"
            case How.PEEK | How.POKE:
                exclusive = how_is_exclusive(arg.how)
                if is_guard(arg.place) and is_exclusive(arg.place) is exclusive:
                    return arg.place
                return _lend(arg.place, exclusive)

    def content(self, place: Place) -> str:
        if is_guard(place) or is_view(place) or is_part(place) or self.body.handle == "Box":
            return place
        return f"{place}.value"


def _moved(place: Place, with_move: bool) -> str:
    return f"move({place})" if with_move else place


def _lend(place: Place, exclusive: bool) -> str:
    return f"{'borrow_mut' if exclusive else 'borrow'}({place})"
