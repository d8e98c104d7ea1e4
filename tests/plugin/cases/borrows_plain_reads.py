"""Reading plain values of what is lent exclusively."""

from __future__ import annotations

from collections.abc import Callable

from owned import Box, Owned, RefMut, borrow, borrow_mut, drop


class Token:
    def __init__(self, value: int) -> None:
        self.value = value
        self.name = "t"


class Case:
    def __init__(self, inner: Token) -> None:
        self.inner = inner
        self.size = 1


def poke(m: RefMut[Token]) -> None:
    m.value += 1


def show(n: int) -> None:
    print(n)


# case: bu-expr-while-mut | read in an expression
def bu_expr_while_mut() -> None:
    t = Box(Token(1))
    m = borrow_mut(t)
    show(t.value + 1)  # E: borrow-conflict E0503
    poke(m)


# case: bu-arg-while-mut | read as an argument
def bu_arg_while_mut() -> None:
    t = Box(Token(1))
    m = borrow_mut(t)
    show(t.value)  # E: borrow-conflict E0503
    poke(m)


# case: bu-return-while-mut | read as the returned value
def bu_return_while_mut() -> str:
    t = Box(Token(1))
    m = borrow_mut(t)
    poke(m)
    name: str = t.name  # E: borrow-conflict E0503
    return name


# case: bu-loop-cond | read as the condition of a loop
def bu_loop_cond() -> None:
    t = Box(Token(1))
    m = borrow_mut(t)
    while t.value < 3:  # E: borrow-conflict E0503
        poke(m)


# case: bu-option-mut | read as a condition
def bu_option_mut() -> None:
    t = Box(Token(1))
    m = borrow_mut(t)
    if t.value:  # E: borrow-conflict E0503
        poke(m)


# case: bu-closure-mut-then-copy | read while a closure that changes it is alive
def bu_closure_mut_then_copy() -> None:
    t = Box(Token(1))
    c: Callable[[], None] = lambda: poke(borrow_mut(t))
    show(t.value)  # E: borrow-conflict E0503
    c()


# case: bu-owned-value | the `.value` of an `Owned`
def bu_owned_value() -> None:
    n = Owned(1)
    with borrow_mut(n):
        show(n.value)  # E: borrow-conflict E0503
    show(n.value)


# case: bu-owned-value-attribute | an attribute behind `.value`
def bu_owned_value_attribute() -> None:
    t = Owned(Token(1))
    m = borrow_mut(t)
    show(t.value.value)  # E: borrow-conflict E0503
    poke(m)


# case: bu-nested-attribute | an attribute further down
def bu_nested_attribute() -> None:
    c = Box(Case(Token(1)))
    with borrow_mut(c) as m:
        show(c.inner.value)  # E: borrow-conflict E0503
        m.size = 2


# case: bu-format | read inside an f-string
def bu_format() -> str:
    t = Box(Token(1))
    m = borrow_mut(t)
    text = f"{t.value}"  # E: borrow-conflict E0503
    drop(m)
    return text


# case: bu-comparison | read in a chain of comparisons
def bu_comparison() -> bool:
    t = Box(Token(1))
    m = borrow_mut(t)
    fits = 0 < t.value < 3  # E: borrow-conflict E0503
    drop(m)
    return bool(fits)


# case: bu-each-access | each access is reported
def bu_each_access() -> None:
    t = Box(Token(1))
    m = borrow_mut(t)
    show(t.value)  # E: borrow-conflict E0503
    show(t.value)  # E: borrow-conflict E0503
    poke(m)


# case: bu-through-guard-is-fine | read through the guard itself
def bu_through_guard_is_fine() -> None:
    t = Box(Token(1))
    m = borrow_mut(t)
    show(m.value)
    m.value += m.value
    drop(m)
    show(t.value)


# case: bu-shared-is-fine | read while it is lent shared
def bu_shared_is_fine() -> None:
    t = Box(Token(1))
    r = borrow(t)
    show(t.value + r.value)


# case: bu-copied-first | read before it is lent
def bu_copied_first() -> None:
    t = Box(Token(1))
    n: int = t.value
    m = borrow_mut(t)
    m.value = n + 1
