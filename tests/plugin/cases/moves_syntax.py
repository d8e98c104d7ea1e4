"""Every corner of the syntax, once with a mistake and once without."""

from __future__ import annotations

import abc
import enum
import functools
import sys
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Final,
    Generic,
    Literal,
    NewType,
    Protocol,
    TypeVar,
    Union,
    cast,
)

from typing_extensions import Self, TypedDict, TypeGuard, Unpack, assert_never, assert_type, override

from owned import Box, Owned, Rc, Ref, RefMut, borrow, borrow_mut, clone, consuming, drop, into_inner, move

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")


class Token:
    def __init__(self, n: int = 0) -> None:
        self.n = n


Slot = Annotated[Owned[Token], "a token"]
OwnedList = list[Owned[T]]


class Options(TypedDict, total=False):
    t: Owned[Token]
    n: int


def eat(t: Owned[Token]) -> int:
    drop(t)
    return 1


def look(*ts: object, **more: object) -> bool:
    return not ts and not more


def peek(r: Ref[Token]) -> int:
    return 1


def cond() -> bool:
    return True


def fresh() -> Owned[Token]:
    return Owned(Token(0))


# case: syntax-strings | formatted strings
def mv_nested_fstring(t: Box[Token]) -> str:
    drop(t)
    return f"{f'{t.n}':>{10}} {'x' if cond() else t!r}"  # E: use-after-move E0382


def mv_move_in_fstring(t: Owned[Token]) -> str:
    return f"{eat(t)} {eat(t)}"  # E: use-after-move E0382


def ok_fstring(t: Box[Token]) -> str:
    return f"{t.n} {t.n:02d} {t!r} {t.n=}"


# case: syntax-annotated | annotations in other clothes
def eat_slot(t: Slot) -> None:
    drop(t)


def mv_annotated(t: Slot) -> None:
    eat_slot(t)
    look(t)  # E: use-after-move E0382


def mv_generic_alias(v: OwnedList[Token], t: Owned[Token]) -> None:
    v.append(t)
    look(t)  # E: use-after-move E0382


def mv_cast(t: Owned[Token]) -> None:
    u = cast("Owned[Token] | None", t)
    look(t)  # E: use-after-move E0382
    look(u)


def mv_cast_from_any(a: Any) -> None:
    t = cast(Owned[Token], a)
    eat(t)
    look(t)  # E: use-after-move E0382


def ok_assert_type(t: Owned[Token]) -> None:
    assert_type(t, Owned[Token])
    look(t)


def mv_final() -> None:
    t: Final = fresh()
    eat(t)
    look(t)  # E: use-after-move E0382


def mv_union_old_style(t: Union[Owned[Token], None]) -> None:
    if t:
        eat(t)
        look(t)  # E: use-after-move E0382


def is_owner(x: object) -> TypeGuard[Owned[Token]]:
    return isinstance(x, Owned)


def mv_type_guard(x: Owned[Token] | int) -> None:
    if is_owner(x):
        eat(x)
        look(x)  # E: use-after-move E0382


def eat_options(**options: Unpack[Options]) -> None:
    look(options)


def mv_unpacked_typed_dict(t: Owned[Token]) -> None:
    eat_options(t=t, n=1)
    look(t)  # E: use-after-move E0382


# case: syntax-delete | `del` of several things
def ok_delete_many(t: Owned[Token], v: list[int], b: Box[Token]) -> None:
    del t, v[0]
    del (b,)


def un_delete_in_branch(t: Owned[Token], b: Box[Token]) -> None:
    if cond():
        del (t, b)
    look(t)  # E: use-before-init E0381
    look(b)  # E: use-before-init E0381


def ok_delete_item(d: dict[str, Owned[Token]]) -> None:
    del d["a"]
    d["a"] = fresh()


def ok_delete_attribute() -> None:
    class Bag:
        t: Owned[Token]

    b = Bag()
    b.t = fresh()
    del b.t


# case: syntax-slices | slices and subscripts
def ok_slices(v: list[Owned[Token]], b: Box[list[int]]) -> None:
    look(v[1:], v[:-1], v[::2])
    b[0:2] = [1, 2]
    b[-1] += 2
    del b[0]
    first, *_ = v
    look(first)


def mv_subscript_index(t: Box[int], v: list[int]) -> int:
    drop(t)
    return v[t.bit_length()]  # E: use-after-move E0382


def mv_slice_bound(t: Box[int], v: list[int]) -> list[int]:
    drop(t)
    return v[: t.bit_length()]  # E: use-after-move E0382


def mv_subscript_target(t: Owned[Token], d: dict[int, int]) -> None:
    d[eat(t)] = eat(t)  # E: use-after-move E0382


def mv_augmented_subscript(t: Owned[Token], d: dict[int, int]) -> None:
    d[eat(t)] += eat(t)  # E: use-after-move E0382


# case: syntax-operators | operators of every kind
def mv_operators(a: Box[Token], b: Box[Token]) -> None:
    drop(a)
    look(a == b)  # E: use-after-move E0382
    drop(b)
    look(not b)  # E: use-after-move E0382


def mv_in(t: Owned[Token], v: list[Owned[Token]]) -> bool:
    drop(t)
    return t in v  # E: use-after-move E0382


def mv_is(t: Owned[Token], u: Owned[Token]) -> bool:
    drop(t)
    return t is u  # E: use-after-move E0382


def mv_unary(b: Box[Token], t: Owned[Token]) -> int:
    return -eat(t) + ~eat(t)  # E: use-after-move E0382


def mv_comparison_chain(t: Owned[Token]) -> bool:
    return 0 < eat(t) < eat(t) < 3  # E: use-after-move E0382


# case: syntax-try | jumps through `finally`
def ok_return_through_finally() -> int:
    for _ in range(3):
        t = fresh()
        try:
            if cond():
                return eat(t)
        finally:
            look(1)
        look(t)
    return 0


def ok_nested_finally(t: Owned[Token]) -> None:
    try:
        try:
            look(t)
        finally:
            look(1)
    finally:
        drop(t)


def mv_finally_after_return(t: Owned[Token]) -> int:
    try:
        return eat(t)
    finally:
        look(t)  # E: use-after-move E0382


def ok_raise_from(t: Owned[Token]) -> None:
    try:
        look(t)
    except (ValueError, TypeError) as e:
        drop(t)
        raise KeyError from e
    else:
        eat(t)
    finally:
        look(2)


# case: syntax-match | patterns of every kind
class Shape(enum.Enum):
    ROUND = "round"
    SQUARE = "square"


@dataclass
class Point:
    x: int
    t: Owned[Token] | None = None


def mv_patterns(x: object, t: Owned[Token]) -> None:
    match x:
        case 1 | 2 | "three" | -4 | 5j:
            pass
        case [1, *rest]:
            look(rest)
        case {"a": a, **others}:
            look(a, others)
        case Point(0 | 1, t=None):
            pass
        case Point(x=n, t=inner) if n > 3:
            look(inner)
        case (int(), str() as s) | [s]:
            look(s)
        case Shape.ROUND:
            eat(t)
        case None | True | False:
            eat(t)
        case _:
            pass
    look(t)  # E: use-after-move E0382


def ok_match_enum(s: Shape, t: Owned[Token]) -> int:
    match s:
        case Shape.ROUND:
            n = eat(t)
        case Shape.SQUARE:
            n = peek(borrow(t))
            drop(t)
        case _:
            assert_never(s)
    return n


def ok_match_enum_initialises(s: Shape) -> None:
    match s:
        case Shape.ROUND:
            t = fresh()
        case Shape.SQUARE:
            t = fresh()
    eat(t)


def ok_match_literal(k: Literal["a", "b"]) -> None:
    match k:
        case "a":
            t = fresh()
        case "b":
            t = Owned(Token(2))
    eat(t)


def ok_if_literal(k: Literal["a", "b"]) -> None:
    if k == "a":
        t = fresh()
    elif k == "b":
        t = fresh()
    else:
        assert_never(k)
    eat(t)


def mv_match_call(t: Owned[Token]) -> None:
    match eat(t):
        case 1:
            look(t)  # E: use-after-move E0382
        case _:
            pass


def mv_match_tuple(t: Owned[Token], n: int) -> None:
    match (t, n):
        case (_, 1):
            pass
        case _:
            pass
    look(t)  # E: use-after-move E0382


# case: syntax-loops | loops with all their parts
def mv_while_else(t: Owned[Token]) -> None:
    while cond():
        if cond():
            continue
        break
    else:
        eat(t)
    look(t)  # E: use-after-move E0382


async def numbers() -> AsyncIterator[int]:
    yield 1


async def mv_async_for_else(t: Owned[Token]) -> None:
    async for n in numbers():
        if n:
            break
    else:
        eat(t)
    look(t)  # E: use-after-move E0382


async def ok_async_comprehensions(t: Owned[Token]) -> list[int]:
    got = [n async for n in numbers() if n]
    more = {n: m async for n in numbers() for m in got}
    look(more, t)
    return got


def ok_for_attribute_target() -> None:
    p = Point(1)
    for p.x in range(3):
        look(p)
    d = {"a": 1}
    for d["a"] in range(3):
        look(d)


def ok_for_tuple_target(pairs: list[tuple[int, Owned[Token]]]) -> None:
    for i, t in pairs:
        look(i, t)
    for j, (k, u) in enumerate(pairs):
        look(j, k, u)
    for _, *more in [(1, 2, 3)]:
        look(more)


# case: syntax-generators | yields as expressions
def ok_send() -> Generator[int, Owned[Token], str]:
    t = yield 1
    eat(t)
    t = yield 2
    eat((yield 3))
    return "done"


def mv_send() -> Generator[int, Owned[Token], None]:
    t = yield 1
    eat(t)
    look(t)  # E: use-after-move E0382


def ok_yield_from() -> Generator[int, Owned[Token], str]:
    result = yield from ok_send()
    return result


# case: syntax-classes | classes of every kind
class Meta(type):
    pass


class Base(abc.ABC):
    shared: ClassVar[int] = 0
    __slots__ = ("t",)

    def __init__(self, t: Owned[Token]) -> None:
        self.t = t

    @abc.abstractmethod
    def use(self, t: Owned[Token]) -> int: ...

    @classmethod
    @abc.abstractmethod
    def make(cls) -> Self: ...


class Derived(Base, metaclass=abc.ABCMeta):
    def __init__(self, t: Owned[Token]) -> None:
        super().__init__(t)
        look(t)  # E: use-after-move E0382

    @override
    def use(self, t: Owned[Token]) -> int:
        return eat(t)

    @classmethod
    def make(cls) -> Self:
        return cls(fresh())

    @property
    def token(self) -> int:
        return peek(borrow(self.t))

    @token.deleter
    def token(self) -> None:
        drop(self.t)

    @functools.cached_property
    def kept(self) -> int:
        return peek(borrow(self.t))

    def __call__(self, t: Owned[Token]) -> int:
        return self.use(t)

    def __add__(self, other: Derived) -> Derived:
        return Derived(fresh())

    def __getitem__(self, n: int) -> Owned[Token]:
        return Owned(Token(n))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        drop(self.t)


def mv_abstract(b: Base, t: Owned[Token]) -> None:
    b.use(t)
    look(t)  # E: use-after-move E0382


def mv_called_instance(t: Owned[Token]) -> None:
    d = Derived.make()
    d(t)
    look(t)  # E: use-after-move E0382


def ok_getitem_gives_fresh() -> None:
    d = Derived.make()
    eat(d[0])
    look(d)


def ok_operator_result() -> None:
    look(Derived.make() + Derived.make())
    del Derived.make().token


class Colour(enum.Enum):
    RED = 1

    def paint(self, t: Owned[Token]) -> int:
        return eat(t)


def mv_enum_method(t: Owned[Token]) -> None:
    Colour.RED.paint(t)
    look(t)  # E: use-after-move E0382


Number = NewType("Number", int)


class Paint(Protocol):
    def paint(self, t: Owned[Token]) -> int: ...


def mv_protocol(p: Paint, t: Owned[Token]) -> None:
    p.paint(t)
    look(t)  # E: use-after-move E0382


class Outer(Generic[T]):
    class Inner:
        def take(self, t: Owned[Token]) -> None:
            drop(t)
            look(t)  # E: use-after-move E0382

    def nested(self) -> None:
        class Local(Outer.Inner):
            def take(self, t: Owned[Token]) -> None:
                super().take(t)
                look(t)  # E: use-after-move E0382

        Local().take(fresh())


# case: syntax-functions | functions of every kind
def mv_many_parameters(
    a: Owned[Token],
    /,
    b: Owned[Token],
    *rest: Owned[Token],
    c: Owned[Token],
    d: Owned[Token] | None = None,
    **more: Owned[Token],
) -> None:
    eat(a)
    eat(b)
    eat(c)
    look(a)  # E: use-after-move E0382
    look(b)  # E: use-after-move E0382
    look(c)  # E: use-after-move E0382
    look(d, rest, more)


def mv_all_kinds(v: list[Owned[Token]]) -> None:
    a, b, c, e = fresh(), fresh(), fresh(), fresh()
    mv_many_parameters(a, b, *v, c=c, **{"e": e})
    look(a)  # E: use-after-move E0382
    look(b)  # E: use-after-move E0382
    look(c)  # E: use-after-move E0382
    look(e)  # E: use-after-move E0382


if sys.version_info >= (3, 10):

    def by_version(t: Owned[Token]) -> None:
        eat(t)
        look(t)  # E: use-after-move E0382
else:

    def by_version(t: Owned[Token]) -> None:
        look(t)


def conditional_function(t: Owned[Token]) -> None:
    if cond():

        def f(u: Owned[Token]) -> int:
            return eat(u)

    else:

        def f(u: Owned[Token]) -> int:
            return 0

    f(t)
    look(t)  # E: use-after-move E0382


@functools.singledispatch
def show(x: object) -> str:
    return repr(x)


@show.register
def _(x: int) -> str:
    return str(x)


@(lambda f: f)
def decorated_by_lambda(t: Owned[Token]) -> None:
    eat(t)
    look(t)  # E: use-after-move E0382


def ok_ellipsis(t: Owned[Token]) -> None: ...


def ok_docstring(t: Owned[Token]) -> None:
    """Nothing happens here."""


def ok_lambda_defaults() -> Callable[[], int]:
    return lambda n=1, *a, k=2, **kw: n + k


async def ok_await_everywhere(t: Owned[Token]) -> str:
    async def one() -> int:
        return 1

    values = [await one(), await one()]
    return f"{await one()} {values} {peek(borrow(t))}"


def ok_type_ignore(t: Owned[Token]) -> None:
    eat(t)
    look(t)  # type: ignore[use-after-move]


def ok_star_star(d: dict[str, Owned[Token]]) -> dict[str, Owned[Token]]:
    return {**d, "a": fresh()}


def ok_unpack_call(v: Sequence[Owned[Token]], m: Mapping[str, object]) -> None:
    look(*v, *v, **m)


def ok_string_concatenation(t: Box[str]) -> str:
    return "a" "b" + str(t) + "".join(x for x in t)


def ok_global_functions(t: Rc[Token], m: RefMut[Token]) -> None:
    look(len([1]), m)
    look(sorted([1, 2], key=lambda n: -n), max(1, 2), map(str, [1]), print(t))
    look(isinstance(t, Rc), callable(m), hash(1), id(t), type(t).__name__)


# case: syntax-nested-alias | an alias that nests a handle in itself
SelfChain = Box["SelfChain | None"]
SelfLoop = Box["SelfLoop"]


def ok_nested_alias(c: SelfChain, loop: SelfLoop) -> None:
    drop(c)
    drop(loop)
