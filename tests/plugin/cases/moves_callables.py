from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Iterable
from contextlib import contextmanager
from typing import Any, Concatenate, Generic, Iterator, ParamSpec, Protocol, TypeVar, overload

from owned import Box, Owned, Ref, borrow, drop, move

T = TypeVar("T")
R = TypeVar("R")
T_contra = TypeVar("T_contra", contravariant=True)
P = ParamSpec("P")


class Token:
    def __init__(self, n: int) -> None:
        self.n = n


def eat(t: Owned[Token]) -> None:
    drop(t)


def eat_many(*ts: Owned[Token]) -> None:
    print(len(ts))


def eat_named(**ts: Owned[Token]) -> None:
    print(len(ts))


def eat_default(n: int = 0, t: Owned[Token] | None = None) -> None:
    print(n, t is None)


def eat_keyword_only(*, t: Owned[Token]) -> None:
    drop(t)


def eat_positional_only(t: Owned[Token], /, n: int = 0) -> None:
    drop(t)


def look(t: object) -> None:
    print(t is None)


def peek(r: Ref[Token]) -> int:
    return 1


def fresh() -> Owned[Token]:
    return Owned(Token(0))


# case: call-star-args | owners as variadic arguments
def mv_star_args(a: Owned[Token], b: Owned[Token]) -> None:
    eat_many(a, b)
    look(a)  # E: use-after-move E0382
    look(b)  # E: use-after-move E0382


def mv_star_args_same(a: Owned[Token]) -> None:
    eat_many(a, a)  # E: use-after-move E0382


def mv_star_kwargs(a: Owned[Token]) -> None:
    eat_named(first=a)
    look(a)  # E: use-after-move E0382


def ok_star_args_of_fresh() -> None:
    eat_many(fresh(), fresh())
    eat_many(*[fresh(), fresh()])
    eat_named(a=fresh())
    eat_named(**{"a": fresh()})


def ok_star_args_body(*ts: Owned[Token], **named: Owned[Token]) -> None:
    for t in ts:
        look(t)
    for name, t in named.items():
        print(name)
        look(t)
    print(len(ts))


def mv_keyword(t: Owned[Token]) -> None:
    eat_keyword_only(t=t)
    look(t)  # E: use-after-move E0382


def mv_positional_only(t: Owned[Token]) -> None:
    eat_positional_only(t, n=3)
    look(t)  # E: use-after-move E0382


def mv_default(t: Owned[Token]) -> None:
    eat_default(t=t)
    look(t)  # E: use-after-move E0382


def mv_default_second(t: Owned[Token]) -> None:
    eat_default(1, t)
    look(t)  # E: use-after-move E0382


# case: call-overload | the overload that is used decides
@overload
def put(x: int) -> int: ...
@overload
def put(x: Owned[Token]) -> None: ...
@overload
def put(x: Ref[Token]) -> str: ...
def put(x: int | Owned[Token] | Ref[Token]) -> int | str | None:
    return None


def mv_overload(t: Owned[Token]) -> None:
    put(1)
    put(t)
    look(t)  # E: use-after-move E0382


def ok_overload(t: Owned[Token]) -> None:
    put(borrow(t))
    put(t)


class Sink:
    @overload
    def put(self, x: str) -> str: ...
    @overload
    def put(self, x: Owned[Token]) -> None: ...
    def put(self, x: str | Owned[Token]) -> str | None:
        return None

    @overload
    @staticmethod
    def make(x: None = None) -> Sink: ...
    @overload
    @staticmethod
    def make(x: Owned[Token]) -> Sink: ...
    @staticmethod
    def make(x: Owned[Token] | None = None) -> Sink:
        return Sink()


def mv_overloaded_method(s: Sink, t: Owned[Token]) -> None:
    s.put("a")
    s.put(t)
    look(t)  # E: use-after-move E0382


def mv_overloaded_static_method(t: Owned[Token]) -> None:
    Sink.make()
    Sink.make(t)
    look(t)  # E: use-after-move E0382


# case: call-decorated | decorators that keep the signature
def traced(f: Callable[P, R]) -> Callable[P, R]:
    @functools.wraps(f)
    def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        print("call")
        return f(*args, **kwargs)

    return inner


def with_number(f: Callable[Concatenate[int, P], R]) -> Callable[P, R]:
    def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        return f(1, *args, **kwargs)

    return inner


def retried(times: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    def decorate(f: Callable[P, R]) -> Callable[P, R]:
        return f

    return decorate


@traced
def eat_traced(t: Owned[Token]) -> None:
    drop(t)


@with_number
def eat_numbered(n: int, t: Owned[Token]) -> None:
    drop(t)


@retried(3)
@traced
def eat_retried(t: Owned[Token]) -> None:
    drop(t)


@functools.lru_cache
def cached(n: int) -> int:
    return n


def mv_paramspec(t: Owned[Token]) -> None:
    eat_traced(t)
    look(t)  # E: use-after-move E0382


def mv_concatenate(t: Owned[Token]) -> None:
    eat_numbered(t)
    look(t)  # E: use-after-move E0382


def mv_decorator_factory(t: Owned[Token]) -> None:
    eat_retried(t=t)
    look(t)  # E: use-after-move E0382


@traced
def bad_in_decorated(t: Owned[Token]) -> None:
    drop(t)
    look(t)  # E: use-after-move E0382


@contextmanager
def lending(t: Owned[Token]) -> Iterator[int]:
    yield 1
    drop(t)


def mv_contextmanager(t: Owned[Token]) -> None:
    with lending(t) as n:
        print(n)
    look(t)  # E: use-after-move E0382


# case: call-callable-parameter | a parameter that is called
def mv_callable(f: Callable[[Owned[Token]], int], t: Owned[Token]) -> int:
    n = f(t)
    look(t)  # E: use-after-move E0382
    return n


def ok_callable_lends(f: Callable[[Ref[Token]], int], t: Owned[Token]) -> int:
    n = f(borrow(t))
    look(t)
    return n


def ok_callable_any(f: Callable[..., Any], t: Owned[Token]) -> None:
    f(t)
    look(t)


def ok_callable_object(f: Callable[[object], None], t: Owned[Token]) -> None:
    f(t)
    look(t)


def mv_callable_optional(f: Callable[[Owned[Token]], None] | None, t: Owned[Token]) -> None:
    if f is not None:
        f(t)
    look(t)  # E: use-after-move E0382


async def mv_callable_async(f: Callable[[Owned[Token]], Awaitable[None]], t: Owned[Token]) -> None:
    await f(t)
    look(t)  # E: use-after-move E0382


class Handler(Protocol):
    def __call__(self, t: Owned[Token], *, again: bool = ...) -> None: ...


def mv_callable_protocol(h: Handler, t: Owned[Token]) -> None:
    h(t, again=True)
    look(t)  # E: use-after-move E0382


class Consumer(Protocol[T_contra]):
    def __call__(self, t: T_contra) -> None: ...


def mv_generic_callable_protocol(c: Consumer[Owned[Token]], t: Owned[Token]) -> None:
    c(t)
    look(t)  # E: use-after-move E0382


def ok_generic_callable_protocol(c: Consumer[Ref[Token]], t: Owned[Token]) -> None:
    c(borrow(t))
    look(t)


class Eater:
    def __call__(self, t: Owned[Token]) -> None:
        drop(t)


def mv_callable_object(t: Owned[Token]) -> None:
    e = Eater()
    e(t)
    look(t)  # E: use-after-move E0382


def mv_callable_in_box(b: Box[Eater], t: Owned[Token]) -> None:
    b(t)
    look(t)  # E: use-after-move E0382


def mv_callable_in_dict(table: dict[str, Callable[[Owned[Token]], None]], t: Owned[Token]) -> None:
    table["a"](t)
    look(t)  # E: use-after-move E0382


def mv_callable_attribute(t: Owned[Token]) -> None:
    class Holder:
        def __init__(self, f: Callable[[Owned[Token]], None]) -> None:
            self.f = f

    h = Holder(eat)
    h.f(t)
    look(t)  # E: use-after-move E0382


def mv_callable_chosen(flag: bool, t: Owned[Token]) -> None:
    (eat if flag else eat_keyword)(t)
    look(t)  # E: use-after-move E0382


def eat_keyword(t: Owned[Token]) -> None:
    drop(t)


def mv_call_of_call(t: Owned[Token]) -> None:
    retried(2)(eat)(t)
    look(t)  # E: use-after-move E0382


# case: call-partial | functools.partial
def mv_partial_bound_number(t: Owned[Token]) -> None:
    f = functools.partial(eat_default, 1)
    f(t)
    look(t)  # E: use-after-move E0382


def mv_partial_bound_keyword(t: Owned[Token]) -> None:
    f = functools.partial(eat_default, n=1)
    f(t=t)
    look(t)  # E: use-after-move E0382


def ok_partial_borrow(t: Owned[Token]) -> None:
    f = functools.partial(peek, borrow(t))
    f()
    f()
    look(t)


def apply(f: Callable[[T], R], x: T) -> R:
    return f(x)


# case: call-generic-apply | a function's bare type variable does not take ownership
def ok_generic_apply(t: Owned[Token]) -> None:
    apply(look, t)
    look(t)


def ok_map_over_owners(v: list[Owned[Token]]) -> list[None]:
    got = list(map(look, v))
    for t in v:
        look(t)
    return got


def mv_bound_method(t: Owned[Token]) -> None:
    f = Eater().__call__
    f(t)
    look(t)  # E: use-after-move E0382


def mv_function_alias(t: Owned[Token]) -> None:
    swallow = eat
    swallow(t)
    look(t)  # E: use-after-move E0382


def ok_star_call_of_list(v: list[Owned[Token]]) -> None:
    eat_many(*v)
    look(v)


def all_of(ts: Iterable[Owned[Token]]) -> None:
    for t in ts:
        look(t)


def mv_display_argument(t: Owned[Token]) -> None:
    all_of([t])
    look(t)  # E: use-after-move E0382


class Generic2(Generic[T]):
    def put(self, x: T) -> None:
        print(x)

    def look(self, x: object) -> None:
        print(x)


def mv_generic_method(g: Generic2[Owned[Token]], t: Owned[Token]) -> None:
    g.look(t)
    g.put(t)
    look(t)  # E: use-after-move E0382


def ok_generic_method_of_refs(g: Generic2[Ref[Token]], r: Ref[Token]) -> None:
    g.put(r)
    look(r)


def mv_super_call(t: Owned[Token]) -> None:
    class Base:
        def take(self, t: Owned[Token]) -> None:
            drop(t)

    class Derived(Base):
        def take(self, t: Owned[Token]) -> None:
            super().take(t)
            look(t)  # E: use-after-move E0382

    Derived().take(t)
    look(t)  # E: use-after-move E0382


def ok_reassigned_result(t: Owned[Token]) -> Owned[Token]:
    def through(t: Owned[Token]) -> Owned[Token]:
        return t

    t = through(t)
    t = through(through(t))
    return move(t)
