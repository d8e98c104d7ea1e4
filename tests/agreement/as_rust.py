"""Bodies as Rust.

Guards are structs with a destructor, so that a borrow lasts as long as its variable, as it does in Python: there is no
last use. All variables are declared at the top of the function, guards after owners. What `with` binds lives in a
block. Guards that are arguments belong to the caller, and so come by reference. A borrow of a shared guard is a copy of
it, as with `&T`.

`fixed` names uses that are to be mended by giving the place a new value just before: so one can ask rustc what else is
wrong once its first complaint about a move is out of the way.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from tests.agreement.bodies import (
    EXCLUSIVE_ARGUMENT,
    EXCLUSIVE_GUARDS,
    GUARDS,
    OWNERS,
    PAIR,
    SHARED_ARGUMENT,
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
    Invoke,
    Jump,
    Loop,
    Match,
    Pass,
    Place,
    Return,
    Statement,
    While,
    WithBorrow,
    WithOwner,
    is_exclusive,
    is_guard,
    is_view,
)

Fix = tuple[int, Place]
"""A statement's number and the place that gets a new value before it."""

_PARAMETERS = {How.EAT: "Tok", How.LOOK: "&Tok", How.NOTE: "i32", How.PEEK: "&Ref", How.POKE: "&mut RefMut"}
PROBES = {How.EAT: "swallow", How.LOOK: "seen", How.NOTE: "odd", How.PEEK: "peeked", How.POKE: "poked"}


def _prelude() -> list[str]:
    lines = """\
pub struct Tok { pub n: i32 }
impl Drop for Tok { fn drop(&mut self) {} }
impl Tok { fn bump(&mut self) { self.n += 1; } }
pub struct Pair { left: Tok, right: Tok }
pub struct Ref<'a>(&'a Tok);
impl<'a> Drop for Ref<'a> { fn drop(&mut self) {} }
pub struct RefMut<'a>(&'a mut Tok);
impl<'a> Drop for RefMut<'a> { fn drop(&mut self) {} }
fn borrow<'a>(t: &'a Tok) -> Ref<'a> { Ref(t) }
fn borrow_mut<'a>(t: &'a mut Tok) -> RefMut<'a> { RefMut(t) }
fn borrow_of_mut<'a>(m: &'a RefMut<'_>) -> Ref<'a> { Ref(m.0) }
fn borrow_mut_of_mut<'a>(m: &'a mut RefMut<'_>) -> RefMut<'a> { RefMut(m.0) }
fn again<'a>(r: &Ref<'a>) -> Ref<'a> { Ref(r.0) }
fn any_ref<'a>() -> Ref<'a> { loop {} }
fn any_mut<'a>() -> RefMut<'a> { loop {} }
fn make() -> Tok { Tok { n: 0 } }
fn pair() -> Pair { Pair { left: make(), right: make() } }
fn keep(_t: Tok) {}
fn chance() -> bool { true }
fn pick() -> i32 { 0 }
fn turns() -> std::ops::Range<i32> { 0..2 }
fn any<T>() -> T { loop {} }
fn look_pair(_p: &Pair) {}
fn seen_pair(_p: &Pair) -> bool { true }""".splitlines()
    for how, type_ in _PARAMETERS.items():
        lines.append(f"fn {how.value}(_t: {type_}) {{}}")
        lines.append(f"fn {PROBES[how]}(_t: {type_}) -> bool {{ true }}")
        lines += [
            f"fn {how.value}_and_{other.value}(_t: {type_}, _u: {second}) {{}}" for other, second in _PARAMETERS.items()
        ]
    return lines


@dataclass
class Printed:
    """A file, and for each line the body and the statement that stand there."""

    lines: list[str] = field(default_factory=list)
    origin: dict[int, tuple[Body, int]] = field(default_factory=dict)


def print_rust(bodies: Sequence[Body], fixed: Mapping[int, Collection[Fix]] | None = None) -> Printed:
    """One file with a function for each body; `fixed` by the seed of the body."""
    printed = Printed(_prelude())
    for body in bodies:
        _Printer(body, printed, set((fixed or {}).get(body.seed, ()))).print()
    return printed


class _Printer:
    def __init__(self, body: Body, printed: Printed, fixed: set[Fix]) -> None:
        self.body = body
        self.printed = printed
        self.fixed = fixed
        self.inside_function = False
        """What is mended is mended before the function is made."""

    def print(self) -> None:
        returned = {Gives.NOTHING: "()", Gives.OWNER: "Tok", Gives.SHARED_GUARD: "Ref<'x>"}[self.body.gives]
        head = f"pub fn {self.body.name}<'x>(mut a: Tok, mut b: Tok, x: &'x Ref<'x>, y: &'x mut RefMut<'x>)"
        self.line(f"{head} -> {returned} {{")
        for name in OWNERS[2:]:
            self.line(f"let mut {name}: Tok{';' if name in self.body.unbound else ' = make();'}")
        self.line("let mut p: Pair = pair();")
        for names, type_ in ((EXCLUSIVE_GUARDS, "RefMut"), (SHARED_GUARDS, "Ref")):
            for name in names:
                self.line(f"let mut {name}: {type_};")
        for name in self.body.functions:
            self.line(f"let mut {name};")
        self.block(self.body.block)
        self.line(f"{self.default_result()} }}")

    def default_result(self) -> str:
        return {Gives.NOTHING: "", Gives.OWNER: "make()", Gives.SHARED_GUARD: "again(x)"}[self.body.gives]

    def line(self, text: str, at: int | None = None) -> None:
        self.printed.lines.append(text)
        if at is not None:
            self.printed.origin[len(self.printed.lines)] = (self.body, at)

    def block(self, block: Block) -> None:
        for statement in block:
            self.statement(statement)

    # --- statements

    def statement(self, node: Statement) -> None:
        match node:
            case Call():
                name = "_and_".join(arg.how.value for arg in node.args)
                if node.args[0].place == PAIR:
                    name = "look_pair"
                self.line(f"{name}({', '.join(self.arg(node.at, arg) for arg in node.args)});", node.at)
            case Assign():
                new = "pair()" if node.target == PAIR else "make()"
                source = new if node.source is None else self.used(node.at, node.source)
                self.line(f"{node.target} = {source};", node.at)
            case Bind():
                self.line(f"{node.guard} = {self.lend(node.at, node.place, is_exclusive(node.guard))};", node.at)
            case Pass(source=source):
                value = self.used(node.at, source) if is_exclusive(source) else f"again({self.lent(node.at, source)})"
                self.line(f"{node.target} = {value};", node.at)
            case Alter():
                self.line(self.mend(node.at, node.place) + self.mend(node.at, node.other) + self.alter(node), node.at)
            case End() if node.how is not Ending.DELETE:
                verb = {Ending.DROP: "drop", Ending.FORGET: "std::mem::forget", Ending.UNWRAP: "keep"}[node.how]
                self.line(f"{verb}({self.used(node.at, node.place)});", node.at)
            case If():
                self.line(f"if {self.condition(node.at, node.condition)} {{", node.at)
                self.block(node.then)
                self.line("} else {")
                self.block(node.orelse)
                self.line("}")
            case While():
                self.inside(f"while {self.condition(node.at, node.condition)}", node.body, node.at)
            case Loop():
                self.inside("loop", node.body, node.at)
            case For():
                self.inside("for _ in turns()", node.body, node.at)
            case Match():
                self.line("match pick() {", node.at)
                for number, arm in enumerate(node.arms):
                    self.inside(f"{number if number < len(node.arms) - 1 else '_'} =>", arm, node.at)
                self.line("}")
            case WithBorrow():
                value = self.lend(node.at, node.place, is_exclusive(node.view))
                self.line(f"{{ let mut {node.view} = {value};", node.at)
                self.block(node.body)
                self.line("}")
            case WithOwner():
                self.line(f"{{ let mut {node.name}: Tok = make();", node.at)
                self.block(node.body)
                self.line("}")
            case Jump():
                self.line(f"{node.how.value};", node.at)
            case Return():
                self.line(f"return {self.returned(node)};", node.at)
            case Define():
                mends = "".join(self.mend(at, place) for at, place in sorted(self.fixed) if at == node.at)
                self.line(f"{mends}{node.name} = || {{", node.at)
                self.inside_function = True
                self.block(node.body)
                self.inside_function = False
                self.line("};", node.at)
            case Invoke():
                self.line(f"{self.mend(node.at, node.name)}{node.name}();", node.at)
            case Gather():
                probe = "seen_pair" if node.arg.place == PAIR else PROBES[node.arg.how]
                called = f"{probe}({self.arg(node.at, node.arg)});"
                filtered = f"if chance() {{ {called} }}" if node.filtered else called
                self.line(f"for _ in turns() {{ {filtered} }}", node.at)
            case _:
                raise ValueError(f"not in Rust: {node}")

    def inside(self, head: str, block: Block, at: int) -> None:
        self.line(f"{head} {{", at)
        self.block(block)
        self.line("}")

    def returned(self, node: Return) -> str:
        if node.place is None:
            return self.default_result()
        if is_guard(node.place):
            return f"again({self.lent(node.at, node.place)})"
        return self.used(node.at, node.place)

    def alter(self, node: Alter) -> str:
        value = self.content(node.place)
        match node.how:
            case Change.FIELD:
                return f"{value}.n = 1;"
            case Change.METHOD:
                return f"{value}.bump();"
            case Change.REPLACE:
                return f"keep(std::mem::replace(&mut {node.place}, make()));"
            case Change.SWAP:
                return f"std::mem::swap(&mut {node.place}, &mut {node.other});"

    # --- expressions

    def condition(self, at: int, condition: Condition) -> str:
        text = "chance()"
        if condition.arg is not None:
            probe = "seen_pair" if condition.arg.place == PAIR else PROBES[condition.arg.how]
            asked = f"{probe}({self.arg(at, condition.arg)})"
            text = f"chance() {'&&' if condition.joined == 'and' else '||'} {asked}" if condition.joined else asked
        return f"!({text})" if condition.negated else text

    def arg(self, at: int, arg: Arg) -> str:
        match arg.how:
            case How.EAT:
                return self.used(at, arg.place)
            case How.LOOK:
                return self.lent(at, arg.place)
            case How.NOTE:
                text = f"{self.content(arg.place)}.n"
                return f"{{ {self.mend(at, arg.place)}{text} }}" if self.mend(at, arg.place) else text
            case How.PEEK | How.POKE:
                exclusive = how_is_exclusive(arg.how)
                if is_guard(arg.place) and is_exclusive(arg.place) is exclusive:
                    return self.lent(at, arg.place, exclusive)
                return f"&{'mut ' if exclusive else ''}{self.lend(at, arg.place, exclusive)}"

    def content(self, place: Place) -> str:
        return f"{place}.0" if is_guard(place) or is_view(place) else place

    def lend(self, at: int, place: Place, exclusive: bool) -> str:
        """A new guard on a place."""
        if not is_guard(place):
            verb = "borrow_mut" if exclusive else "borrow"
        elif not is_exclusive(place):
            verb = "again"
        else:
            verb = "borrow_mut_of_mut" if exclusive else "borrow_of_mut"
        return f"{verb}({self.lent(at, place, exclusive)})"

    def lent(self, at: int, place: Place, exclusive: bool = False) -> str:
        lender = f"*{place}" if place in (SHARED_ARGUMENT, EXCLUSIVE_ARGUMENT) else place
        text = f"&{'mut ' if exclusive else ''}{lender}"
        mend = self.mend(at, place)
        return f"{{ {mend}{text} }}" if mend else text

    def used(self, at: int, place: Place) -> str:
        mend = self.mend(at, place)
        return f"{{ {mend}{place} }}" if mend else place

    def mend(self, at: int, place: Place) -> str:
        if (at, place) not in self.fixed or self.inside_function:
            return ""
        if place in self.body.functions:
            return f"{place} = any(); "
        if place in GUARDS:
            return f"{place} = {'any_mut' if is_exclusive(place) else 'any_ref'}(); "
        return f"{place} = {'pair' if place == PAIR else 'make'}(); "


def how_is_exclusive(how: How) -> bool:
    return how is How.POKE
