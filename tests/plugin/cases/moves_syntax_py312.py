from collections.abc import Callable

from owned import Box, Owned, Ref, borrow, drop, move

type Held = Owned[Token]
type Maybe[T] = Owned[T] | None


class Token:
    def __init__(self, n: int) -> None:
        self.n = n


def look(t: object) -> None:
    print(t is None)


def eat(t: Held) -> None:
    drop(t)


def eat_maybe(t: Maybe[Token]) -> None:
    look(t)


class Stack[T]:
    def __init__(self) -> None:
        self.items: list[T] = []

    def push(self, item: T) -> None:
        self.items.append(item)

    def mapped[R](self, f: Callable[[T], R]) -> list[R]:
        return [f(item) for item in self.items]


def identity[T](x: T) -> T:
    return x


def consume[T](x: Owned[T]) -> T:
    y = move(x)
    look(x)  # E: use-after-move E0382
    return y.value


def through[O: Owned[Token]](x: O) -> O:
    return x


# case: type-statement | aliases made by `type`
def mv_type_alias(t: Owned[Token]) -> None:
    eat(t)
    look(t)  # E: use-after-move E0382


def mv_generic_type_alias(t: Maybe[Token]) -> None:
    eat_maybe(t)
    look(t)  # E: use-after-move E0382


# case: type-parameters | generics in brackets
def mv_generic_class(s: Stack[Owned[Token]], t: Owned[Token]) -> None:
    s.push(t)
    look(t)  # E: use-after-move E0382


def ok_generic_function(t: Owned[Token]) -> None:
    identity(t)
    look(t)


def mv_generic_function(t: Owned[Token]) -> None:
    consume(t)
    look(t)  # E: use-after-move E0382


def mv_bounded(t: Owned[Token]) -> None:
    u = through(t)
    look(t)  # E: use-after-move E0382
    look(u)


def ok_mapped(s: Stack[Owned[Token]]) -> list[int]:
    def peek(t: Owned[Token]) -> int:
        return borrow(t).n

    return s.mapped(peek)


class Pair[A, B]:
    def __init__(self, a: A, b: B) -> None:
        self.a = a
        self.b = b


def mv_pair(t: Owned[Token], r: Ref[Token], b: Box[Token]) -> None:
    p = Pair(t, r)
    q: Pair[Owned[Token], Box[Token]] = Pair(Owned(Token(1)), b)
    look(t)  # E: use-after-move E0382
    look(b)  # E: use-after-move E0382
    look(p.a)
    drop(q.a)
    look(q.a)  # E: use-after-move E0382
    look(q.b)


def mv_nested_quotes(t: Box[Token]) -> str:
    drop(t)
    return f"{"a" + f"{t.n}"}"  # E: use-after-move E0382
