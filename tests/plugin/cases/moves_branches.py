from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NoReturn

from owned import Box, Owned, Ref, borrow, drop, into_inner, is_live, move


class Token:
    def __init__(self, n: int) -> None:
        self.n = n


@dataclass
class Full:
    item: Owned[Token]


@dataclass
class Empty:
    why: str


def eat(t: Owned[Token]) -> None:
    drop(t)


def eat_box(t: Box[Token]) -> None:
    drop(t)


def swallow(t: Owned[Token]) -> bool:
    drop(t)
    return False


def look(t: object) -> None:
    print(t is None)


def peek(r: Ref[Token]) -> int:
    return 1


def cond() -> bool:
    return True


def fail(message: str) -> NoReturn:
    raise SystemExit(message)


def fresh() -> Owned[Token]:
    return Owned(Token(0))


# case: mv-if-then-use | moved in the then-branch, used after the if
def mv_if_then_use(t: Owned[Token]) -> None:
    if cond():
        eat(t)
    look(t)  # E: use-after-move E0382


# case: mv-early-return-one-path | one path returns, the other one moved
def mv_early_return_one_path(t: Box[Token], n: int) -> None:
    if n == 0:
        return
    elif n == 1:
        eat_box(t)
    look(t)  # E: use-after-move E0382


# case: mv-use-only-in-else | moved before, used in the else only
def mv_use_only_in_else(t: Owned[Token]) -> None:
    eat(t)
    if cond():
        pass
    else:
        look(t)  # E: use-after-move E0382


# case: multi-uses-in-both-branches | one move, a use in each branch: the first use on each path
def multi_uses_in_both_branches(t: Owned[Token]) -> None:
    eat(t)
    if cond():
        look(t)  # E: use-after-move E0382
    else:
        print(t)  # E: use-after-move E0382


# case: mv-if-expr-value | moved out as the value of a conditional expression
def mv_if_expr_value(t: Owned[Token]) -> None:
    u = t if cond() else fresh()
    look(t)  # E: use-after-move E0382
    drop(u)


def mv_or_value(o: Box[Token] | None) -> None:
    u = o or Box(Token(1))
    look(o)  # E: use-after-move E0382
    drop(u)


def mv_and_value(a: Owned[Token], b: Owned[Token]) -> None:
    look(swallow(a) and swallow(a))  # E: use-after-move E0382
    look(swallow(b) or cond())
    look(b)  # E: use-after-move E0382


# case: mv-both-branches-then-use | moved in both branches, one report for the use
def mv_both_branches_then_use(t: Owned[Token]) -> None:
    if cond():
        eat(t)
    else:
        drop(t)
    look(t)  # E: use-after-move E0382


# case: mv-match-two-arms-and-after | moved in two arms of a match, used after it
def mv_match_two_arms_and_after(t: Box[Token], n: int) -> None:
    match n:
        case 0:
            eat_box(t)
        case 1:
            drop(t)
        case _:
            look(t)
    look(t)  # E: use-after-move E0382


# case: mv-match-scrutinee-binding | a pattern moves the payload out, then the whole is used
def mv_match_scrutinee_binding(f: Full) -> None:
    match f:
        case Full(item=t):
            look(t)
    look(f)


def mv_match_as_binding(o: Owned[Token] | None) -> None:
    match o:
        case None:
            return
        case t:
            look(t)
    look(o)


# case: mv-match-whole-capture | the capture of the whole is dropped, then the subject is used
def mv_match_drop_subject(o: Owned[Token] | None) -> None:
    match o:
        case None:
            pass
        case _:
            drop(o)
    look(o)  # E: use-after-move E0382


# case: mv-match-guard | moved in a guard, used in a later arm
def mv_match_guard(n: int, t: Owned[Token]) -> None:
    match n:
        case 0 if swallow(t):
            pass
        case _:
            look(t)  # E: use-after-move E0382


def mv_match_guard_after(n: int, t: Owned[Token]) -> None:
    match n:
        case 0 if swallow(t):
            pass
        case _:
            pass
    look(t)  # E: use-after-move E0382


def ok_match_guard_arm_order(n: int, t: Owned[Token]) -> None:
    match n:
        case 0:
            look(t)
        case 1 if swallow(t):
            pass
        case _:
            pass


# case: mv-or-pattern | moved in the arm of an or-pattern, used after
def mv_or_pattern(n: int, t: Owned[Token]) -> None:
    match n:
        case 1 | 2:
            eat(t)
        case 3 | 4:
            look(t)
    look(t)  # E: use-after-move E0382


# case: mv-condition-moves | moved in the condition, used in both branches
def mv_condition_moves(t: Owned[Token]) -> None:
    if swallow(t):
        look(t)  # E: use-after-move E0382
    else:
        look(t)  # E: use-after-move E0382


def mv_elif_condition(t: Owned[Token], n: int) -> None:
    if n == 0:
        look(t)
    elif swallow(t):
        pass
    else:
        look(t)  # E: use-after-move E0382


# case: mv-conditional-move-twice | two conditions that the checker does not compare
def mv_conditional_move_twice(t: Owned[Token], flag: bool) -> None:
    if flag:
        eat(t)
    if not flag:
        look(t)  # E: use-after-move E0382


# case: mv-assert-moves | moved in an assertion
def mv_assert_moves(t: Owned[Token]) -> None:
    assert not swallow(t)
    look(t)  # E: use-after-move E0382


# case: mv-chained-comparison | moved by the first operand
def size(t: Owned[Token]) -> int:
    drop(t)
    return 1


def mv_chained_comparison(t: Owned[Token], n: int) -> bool:
    return 0 < size(t) < peek(borrow(t))  # E: use-after-move E0382


# case: ok-move-in-each-branch | moved in either branch, not used after
def ok_move_in_each_branch(t: Owned[Token]) -> None:
    if cond():
        eat(t)
    else:
        drop(t)


def ok_move_in_conditional_expression(t: Owned[Token]) -> bool:
    return swallow(t) if cond() else swallow(t)


# case: ok-move-then-return | moved in a branch that returns
def ok_move_then_return(t: Owned[Token]) -> None:
    if cond():
        eat(t)
        return
    look(t)


# case: ok-move-then-never-fn | moved in a branch that calls a function that never returns
def ok_move_then_never_fn(t: Owned[Token]) -> None:
    if cond():
        eat(t)
        fail("no")
    look(t)


def ok_move_then_raise_in_else(t: Box[Token], n: int) -> None:
    if n:
        look(t)
    else:
        drop(t)
        raise ValueError(n)
    eat_box(t)


def ok_move_then_assert_false(t: Box[Token], n: int) -> None:
    if n:
        drop(t)
        assert False, "never"
    eat_box(t)


# case: ok-match-ref | matched by its class, only read
def ok_match_ref(f: Full | Empty) -> int:
    match f:
        case Full(item=t):
            n = peek(borrow(t))
        case Empty(why=why):
            n = len(why)
    look(f)
    return n


# case: ok-if-let-else-use | moved only where the payload is, used in the else
def ok_if_let_else_use(o: Owned[Token] | None, p: Owned[Token]) -> None:
    if o is not None:
        eat(o)
        drop(p)
    else:
        look(o)
        look(p)


# case: ok-guard-exclusive | guard of one arm reads, the arm moves
def ok_guard_exclusive(n: int, t: Owned[Token]) -> None:
    match n:
        case 0 if peek(borrow(t)) > 0:
            eat(t)
        case 1 if peek(borrow(t)) > 1:
            drop(t)
        case _:
            look(t)


# case: ok-unreachable-after-return | a use that cannot be reached
def ok_unreachable_after_return(t: Owned[Token]) -> None:
    eat(t)
    return
    look(t)


def ok_unreachable_after_raise(t: Owned[Token]) -> None:
    eat(t)
    raise ValueError("always")
    look(t)


def ok_unreachable_literal(t: Owned[Token], kind: Literal["a", "b"]) -> None:
    if kind == "a":
        eat(t)
    elif kind == "b":
        look(t)
    else:
        eat(t)
        look(t)


def ok_if_false(t: Owned[Token]) -> None:
    if False:
        eat(t)
    look(t)


def ok_is_live(t: Owned[Token]) -> None:
    if cond():
        eat(t)
    if is_live(t):
        look(t)
        drop(t)


def ok_is_live_else(t: Owned[Token]) -> None:
    if cond():
        eat(t)
    if not is_live(t):
        return
    look(t)


def ok_is_live_and(t: Owned[Token]) -> None:
    if cond():
        eat(t)
    if cond() and is_live(t) and peek(borrow(t)):
        look(t)


def mv_is_live_or(t: Owned[Token]) -> None:
    if cond():
        eat(t)
    if cond() or is_live(t):
        look(t)  # E: use-after-move E0382


def ok_is_live_while(t: Owned[Token]) -> None:
    while is_live(t):
        if cond():
            eat(t)


def ok_is_live_assert(t: Owned[Token]) -> None:
    if cond():
        eat(t)
    assert is_live(t)
    look(t)


def mv_is_live_then_gone(t: Owned[Token]) -> None:
    if is_live(t):
        eat(t)
    look(t)  # E: use-after-move E0382


def ok_is_live_conditional_expression(t: Owned[Token]) -> int:
    if cond():
        eat(t)
    return peek(borrow(t)) if is_live(t) else 0


def mv_is_live_negated(t: Owned[Token]) -> None:
    eat(t)
    if not is_live(t):
        look(t)  # E: use-after-move E0382


# case: ok-short-circuit-guard | moved only on the right side, where the left was true
def ok_short_circuit(t: Owned[Token]) -> None:
    if cond() and swallow(t):
        print("never")


def mv_short_circuit_then_use(t: Owned[Token]) -> None:
    if cond() and swallow(t):
        return
    look(t)  # E: use-after-move E0382


def ok_narrowed_optional(o: Owned[Token] | None) -> None:
    if o is None:
        return
    eat(o)


def ok_narrowed_isinstance(o: Owned[Token] | int) -> int:
    if isinstance(o, Owned):
        return into_inner(o).n
    return o


def mv_narrowed_isinstance(o: Owned[Token] | int) -> None:
    if isinstance(o, Owned):
        drop(o)
    look(o)  # E: use-after-move E0382


def ok_match_class_then_move(o: Owned[Token] | str) -> None:
    match o:
        case Owned():
            drop(o)
        case str():
            print(o)


def mv_match_class_twice(o: Owned[Token] | str) -> None:
    match o:
        case Owned():
            drop(o)
        case str():
            print(o)
    look(o)  # E: use-after-move E0382


def mv_nested_ifs(t: Owned[Token], a: bool, b: bool) -> None:
    if a:
        if b:
            u = move(t)
            look(u)
        else:
            look(t)
        look(t)  # E: use-after-move E0382


def ok_ternary_other_value(t: Owned[Token], u: Owned[Token]) -> None:
    v = t if cond() else u
    drop(v)


def mv_ternary_other_value(t: Owned[Token], u: Owned[Token]) -> None:
    v = t if cond() else u
    look(u)  # E: use-after-move E0382
    drop(v)


def mv_ternary_argument(t: Owned[Token], u: Owned[Token]) -> None:
    eat(t if cond() else u)
    look(t)  # E: use-after-move E0382
    look(u)  # E: use-after-move E0382


def mv_ternary_return(t: Owned[Token], u: Owned[Token]) -> tuple[Owned[Token], Owned[Token]]:
    return (t if cond() else u, u)  # E: use-after-move E0382
