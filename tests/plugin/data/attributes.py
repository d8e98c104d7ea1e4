"""What mypy must say about each line; read by test_attributes.py. `# is T` stands for the type of the expression."""

from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar, overload

from owned import Box, Owned, Ref, RefMut, borrow, borrow_mut, replace_field, take_field

T = TypeVar("T")


class Inner:
    depth: int = 1
    names: list[str]


class Token:
    value: int = 1
    name: str | None = None
    items: list[int]

    @property
    def fixed(self) -> int:
        return 1

    @property
    def both(self) -> int:
        return 1

    @both.setter
    def both(self, new: str) -> None: ...

    def method(self, x: int) -> str:
        return str(x)

    @overload
    def either(self, x: int) -> int: ...
    @overload
    def either(self, x: str) -> str: ...
    def either(self, x: int | str) -> int | str:
        return x

    async def later(self) -> int:
        return 1

    @classmethod
    def make(cls) -> "Token":
        return cls()


class Sub(Token):
    extra: bytes = b""


class Shaped(Protocol):
    shape: tuple[int, int]


class Holder(Generic[T]):
    item: T

    def get(self) -> T:
        return self.item


@dataclass
class Outer:
    inner: Inner
    box: Box[Inner]
    owned: Owned[Inner]


Bounded = TypeVar("Bounded", bound=Token)
AToken = Box[Token]


def reads(b: Box[Token], r: Ref[Token], m: RefMut[Token], s: Box[Sub], alias: AToken) -> None:
    b.value  # is int
    r.value  # is int
    m.value  # is int
    s.extra  # is bytes
    s.value  # is int
    alias.name  # is str | None
    b.fixed  # is int
    b.both  # is int
    b.make()  # is Token
    b.method(1)  # is str
    b.method  # is def (x: int) -> str
    b.either("x")  # is str
    b.valeu  # error: "Token" has no attribute "valeu"; maybe "value"?  [attr-defined]
    b.method("x")  # error: Argument 1 to "method" of "Token" has incompatible type "str"; expected "int"  [arg-type]
    b.name.upper()  # error: Item "None" of "str | None" has no attribute "upper"  [union-attr]
    if b.name is not None:
        b.name  # is str


async def awaits(b: Box[Token]) -> None:
    await b.later()  # is int


def unions(o: Box[Token] | None, u: Box[Token] | Ref[Inner], maybe: Box[Token | None], either: Box[Token | Inner]) -> None:
    o.value  # error: Item "None" of "Box[Token] | None" has no attribute "value"  [union-attr]
    u.depth  # error: "Token" has no attribute "depth"  [attr-defined]
    maybe.value  # error: Item "None" of "Token | None" has no attribute "value"  [union-attr]
    either.depth  # error: Item "Token" of "Token | Inner" has no attribute "depth"  [union-attr]
    if o is not None:
        o.value  # is int


def nested(b: Box[Outer], bb: Box[Box[Token]], ob: Owned[Box[Token]]) -> None:
    b.inner.depth  # is int
    b.box.depth  # is int
    b.box.names[0]  # is str
    b.owned.value.depth  # is int
    bb.value  # is int
    bb.valeu  # error: "Token" has no attribute "valeu"; maybe "value"?  [attr-defined]
    ob.value.value  # is int


def generics(g: Box[Holder[int]], t: Ref[Bounded], anything: Box[T], any_: Box[Any], p: Ref[Shaped]) -> None:
    g.item  # is int
    g.get()  # is int
    t.value  # is int
    anything.x  # error: "T" has no attribute "x"  [attr-defined]
    any_.whatever  # is Any
    p.shape  # is tuple[int, int]
    p.colour  # error: "Shaped" has no attribute "colour"  [attr-defined]


def items(l: Box[list[int]], d: RefMut[dict[str, bytes]], n: Box[int], r: Ref[Box[list[str]]]) -> None:
    l[0]  # is int
    l[0:2]  # is list[int]
    d["a"]  # is bytes
    r[0]  # is str
    l.append("x")  # error: Argument 1 to "append" of "list" has incompatible type "str"; expected "int"  [arg-type]
    d[1] = b""  # error: Invalid index type "int" for "RefMut[dict[str, bytes]]"; expected type "str"  [index]
    n[0]  # error: Invalid self argument "Box[int]" to attribute function "__getitem__" with type "Callable[[Holds[CanGetAt[R]], int], R]"  [misc]


def writes(b: Box[Token], m: RefMut[Token], c: bool, x: int | None) -> None:
    b.value = 2
    b.value  # is int
    b.value = "x"  # error: Incompatible types in assignment (expression has type "str", variable has type "int")  [assignment]
    b.valeu = 3  # error: "Token" has no attribute "valeu"; maybe "value"?  [attr-defined]
    m.value += 1
    m.value += "x"  # error: Unsupported operand types for + ("int" and "str")  [operator]
    m.value += 0.5  # error: Incompatible types in assignment (expression has type "float", variable has type "int")  [assignment]
    b.fixed = 1  # error: Property "fixed" defined in "Token" is read-only  [misc]
    b.both = "x"
    b.both = 1  # error: Incompatible types in assignment (expression has type "int", variable has type "str")  [assignment]
    b.items = []
    b.items  # is list[int]
    b.name = "x"
    b.name  # is str
    b.name = None
    b.name  # is None
    if x is not None:
        m.value = x
    m.value = x  # error: Incompatible types in assignment (expression has type "int | None", variable has type "int")  [assignment]
    if c:
        m.name = "x"
    m.name  # is str | None


def blocks(o: Owned[Token]) -> None:
    with borrow(o) as r:
        r.value  # is int
    with borrow_mut(o) as m:
        m.items.append("x")  # error: Argument 1 to "append" of "list" has incompatible type "str"; expected "int"  [arg-type]
    borrow(o).value  # is int


def fields(o: Owned[Token], m: RefMut[Token], t: Token, name: str) -> None:
    take_field(t, "value")  # is int
    take_field(o, "name")  # is str | None
    take_field(m, "items")  # is list[int]
    take_field(t, name)  # is Any
    replace_field(t, "name", "x")  # is str | None
    replace_field(m, "value", "x")  # error: Argument 3 to "replace_field" has incompatible type "str"; expected "int"  [arg-type]
    take_field(t, "valeu")  # error: "Token" has no attribute "valeu"; maybe "value"?  [attr-defined]


top = Box(Token())
top.value  # is int
top.value = ""  # error: Incompatible types in assignment (expression has type "str", variable has type "int")  [assignment]
