from __future__ import annotations

from collections import OrderedDict, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Generic, Optional, TypeVar, Union

from owned import Arc, Box, Owned, Rc, Ref, borrow, drop, move

T = TypeVar("T")
K = TypeVar("K")
O = TypeVar("O", bound="Owned[Any]")
E = TypeVar("E", "Owned[Token]", "Box[Token]")


class Token:
    def __init__(self, n: int) -> None:
        self.n = n


class SubOwned(Owned[T]):
    """An owner with a name of its own."""


Held = Owned[Token]
MaybeHeld = Optional[Owned[Token]]
Either = Union[Owned[Token], Box[Token]]


def eat(t: Owned[Token]) -> None:
    drop(t)


def eat_maybe(t: Owned[Token] | None) -> None:
    if t is not None:
        drop(t)


def eat_old_maybe(t: Optional[Owned[Token]]) -> None:
    eat_maybe(t)


def eat_either(t: Either) -> None:
    drop(t)


def eat_alias(t: Held) -> None:
    drop(t)


def eat_string(t: "Owned[Token]") -> None:
    drop(t)


def look(t: object) -> None:
    print(t is None)


def peek(r: Ref[Token]) -> int:
    return 1


def fresh() -> Owned[Token]:
    return Owned(Token(0))


def identity(x: T) -> T:
    return x


def keep(x: O) -> O:
    return x


def one_of(x: E) -> E:
    return x


def wrap(value: T) -> Owned[T]:
    return Owned(value)


def unwrap_all(v: Iterable[Owned[T]]) -> list[T]:
    return [t.value for t in v]


# case: generic-optional | unions with owners
def mv_optional(t: Owned[Token]) -> None:
    eat_maybe(t)
    look(t)  # E: use-after-move E0382


def mv_old_optional(t: MaybeHeld) -> None:
    eat_old_maybe(t)
    look(t)  # E: use-after-move E0382


def mv_either(t: Either) -> None:
    eat_either(t)
    look(t)  # E: use-after-move E0382


def mv_either_narrowed(t: Either) -> None:
    if isinstance(t, Box):
        eat_either(t)
    look(t)  # E: use-after-move E0382


def mv_alias(t: Held) -> None:
    eat_alias(t)
    look(t)  # E: use-after-move E0382


def mv_string_annotation(t: "Owned[Token]") -> None:
    eat_string(t)
    look(t)  # E: use-after-move E0382


# case: generic-subclass | a class derived from an owner
def eat_sub(t: SubOwned[Token]) -> None:
    drop(t)


def mv_subclass() -> None:
    t = SubOwned(Token(1))
    eat(t)
    look(t)  # E: use-after-move E0382


def mv_subclass_parameter(t: SubOwned[Token]) -> None:
    eat_sub(t)
    look(t)  # E: use-after-move E0382


# case: generic-bare | a function's own type variable does not take ownership
def ok_bare(t: Owned[Token]) -> None:
    identity(t)
    look(t)


def mv_bound_to_owner(t: Owned[Token]) -> Owned[Token]:
    u = keep(t)
    look(t)  # E: use-after-move E0382
    return u


def mv_values_are_owners(t: Owned[Token]) -> Owned[Token]:
    u = one_of(t)
    look(t)  # E: use-after-move E0382
    return u


def ok_wrap_plain(n: int) -> Owned[int]:
    return wrap(n)


def mv_result_of_generic() -> None:
    t = wrap(Token(1))
    eat(t)
    look(t)  # E: use-after-move E0382


# case: generic-class | a class's own type variable bound to an owner
class Stack(Generic[T]):
    def __init__(self) -> None:
        self._items: list[T] = []

    def push(self, item: T) -> None:
        self._items.append(item)

    def pop(self) -> T:
        return self._items.pop()

    def peek(self) -> T:
        return self._items[-1]

    def has(self, item: object) -> bool:
        return item in self._items

    def push_all(self, items: Iterable[T]) -> None:
        for item in items:
            self.push(item)


class Entry(Generic[K, T]):
    def __init__(self, key: K, value: T) -> None:
        self.key = key
        self.value = value

    def set(self, value: T) -> None:
        self.value = value


class OwnerStack(Stack[Owned[Token]]):
    def push_two(self, a: Owned[Token], b: Owned[Token]) -> None:
        self.push(a)
        self.push(b)
        self.push(a)  # E: use-after-move E0382


def mv_generic_class(s: Stack[Owned[Token]], t: Owned[Token]) -> None:
    print(s.has(t))
    s.push(t)
    look(t)  # E: use-after-move E0382


def mv_generic_subclass(s: OwnerStack, t: Owned[Token]) -> None:
    s.push(t)
    s.push(t)  # E: use-after-move E0382


def mv_generic_constructor(t: Owned[Token]) -> Entry[str, Owned[Token]]:
    e = Entry("a", t)
    look(t)  # E: use-after-move E0382
    return e


def mv_generic_two_variables(e: Entry[str, Owned[Token]], t: Owned[Token]) -> None:
    e.set(t)
    look(t)  # E: use-after-move E0382


def ok_generic_class_of_refs(s: Stack[Ref[Token]], r: Ref[Token]) -> None:
    s.push(r)
    look(r)


def ok_generic_class_of_plain(s: Stack[int]) -> None:
    n = 1
    s.push(n)
    s.push(n)


def ok_generic_pop(s: Stack[Owned[Token]]) -> None:
    t = s.pop()
    eat(t)
    t = s.pop()
    look(t)


# case: generic-containers | containers of the standard library
def mv_deque(d: deque[Owned[Token]], t: Owned[Token]) -> None:
    d.appendleft(t)
    look(t)  # E: use-after-move E0382


def mv_defaultdict(d: defaultdict[str, list[Owned[Token]]], t: Owned[Token]) -> None:
    d["a"].append(t)
    look(t)  # E: use-after-move E0382


def mv_ordered_dict(d: OrderedDict[str, Owned[Token]], t: Owned[Token]) -> None:
    d["a"] = t
    d.move_to_end("a")
    look(t)  # E: use-after-move E0382


def mv_list_of_rc(v: list[Rc[Token]], r: Rc[Token]) -> None:
    v.append(r)
    look(r)  # E: use-after-move E0382


def mv_dict_of_arc(d: dict[str, Arc[Token]], a: Arc[Token]) -> None:
    d["a"] = a
    look(a)  # E: use-after-move E0382


def mv_nested_list(v: list[list[Owned[Token]]], t: Owned[Token]) -> None:
    v[0].append(t)
    look(t)  # E: use-after-move E0382


def mv_tuple_in_list(v: list[tuple[str, Owned[Token]]], t: Owned[Token]) -> None:
    v.append(("a", t))
    look(t)  # E: use-after-move E0382


def ok_sequences(v: Sequence[Owned[Token]], m: Mapping[str, Owned[Token]]) -> int:
    n = 0
    for t in v:
        n += peek(borrow(t))
    for key in m:
        n += peek(borrow(m[key]))
    for key, t in m.items():
        look((key, n))
        look(t)
    for t in m.values():
        look(t)
    for i, t in enumerate(v):
        print(i)
        look(t)
    for t, u in zip(v, v):
        look(t)
        look(u)
    return n


def ok_deque(d: deque[Owned[Token]]) -> None:
    while d:
        eat(d.popleft())


def ok_default_values(d: dict[str, Owned[Token]]) -> Owned[Token]:
    t = d.pop("a", None)
    return t if t is not None else fresh()


def ok_unwrap_all(v: list[Owned[Token]]) -> None:
    print(unwrap_all(v))
    for t in v:
        look(t)


def ok_any(t: Any) -> None:
    u = t
    look(t)
    drop(u)
    look(t)


def mv_any_content(o: Owned[Any]) -> None:
    p = o
    look(o)  # E: use-after-move E0382
    drop(p)


def mv_generic_function_body(x: Owned[T]) -> T:
    y = move(x)
    look(x)  # E: use-after-move E0382
    return y.value


def mv_generic_bound_body(x: O) -> O:
    y = x
    look(x)  # E: use-after-move E0382
    return y


def ok_generic_bare_body(x: T) -> tuple[T, T]:
    y = x
    return x, y


class Node(Generic[T]):
    def __init__(self, value: T, after: Box[Node[T]] | None = None) -> None:
        self.value = value
        self.after = after

    def push(self, after: Box[Node[T]]) -> None:
        self.after = after
        look(after)  # E: use-after-move E0382


def build(values: list[T]) -> Box[Node[T]] | None:
    head: Box[Node[T]] | None = None
    for value in values:
        head = Box(Node(value, head))
    return head


def mv_list_build(values: list[int]) -> None:
    head: Box[Node[int]] | None = None
    for value in values:
        node = Box(Node(value, head))  # E: use-after-move E0382
        look(node)
