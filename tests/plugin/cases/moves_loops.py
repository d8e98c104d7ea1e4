from __future__ import annotations

from collections.abc import Iterable, Iterator

from owned import Box, Owned, Ref, RefMut, borrow, clone, drop, into_inner, move, replace


class Token:
    def __init__(self, n: int) -> None:
        self.n = n


def eat(t: Owned[Token]) -> None:
    drop(t)


def eat_box(t: Box[Token]) -> None:
    drop(t)


def look(t: object) -> None:
    print(t is None)


def peek(r: Ref[Token]) -> int:
    return 1


def bump_all(v: RefMut[list[int]]) -> None:
    v.append(1)


def cond() -> bool:
    return True


def advance(t: Owned[Token]) -> Owned[Token]:
    return t


def fresh() -> Owned[Token]:
    return Owned(Token(0))


def many() -> list[Owned[Token]]:
    return [fresh(), fresh()]


# case: mv-while | moved in a while body
def mv_while(t: Owned[Token]) -> None:
    while cond():
        eat(t)  # E: use-after-move E0382


def mv_while_true_break(t: Owned[Token]) -> None:
    while True:
        eat(t)  # E: use-after-move E0382
        if cond():
            break


# case: mv-for-body | moved in a for body
def mv_for_body(t: Box[Token], v: list[int]) -> None:
    for _ in v:
        eat_box(t)  # E: use-after-move E0382


def mv_for_enumerate(t: Owned[Token], v: list[int]) -> list[Owned[Token]]:
    kept: list[Owned[Token]] = []
    for i, x in enumerate(v):
        if i == x:
            kept.append(t)  # E: use-after-move E0382
    return kept


# case: mv-loop-outer-decl-inner-loop | fresh per outer iteration, moved in an inner loop
def mv_loop_outer_decl_inner_loop() -> None:
    for _ in range(3):
        t = fresh()
        for _ in range(3):
            eat(t)  # E: use-after-move E0382


# case: multi-loop-move-and-use | moved at the end of the body, read at its top
def multi_loop_move_and_use(t: Owned[Token]) -> None:
    for _ in range(3):
        look(t)  # E: use-after-move E0382
        eat(t)


# case: multi-loop-move-in-two-arms | moved on two paths of the body, read at the top
def multi_loop_move_in_two_arms(t: Owned[Token]) -> None:
    while cond():
        look(t)  # E: use-after-move E0382
        if cond():
            eat(t)
        else:
            drop(t)


# case: mv-wrong-loop-continue | `continue` of the inner loop where the outer one was meant
def mv_wrong_loop_continue() -> None:
    for _ in range(3):
        t = fresh()
        for _ in range(3):
            if cond():
                eat(t)  # E: use-after-move E0382
                continue
            look(t)  # E: use-after-move E0382


def mv_wrong_loop_break() -> None:
    for _ in range(3):
        t = fresh()
        while cond():
            if cond():
                eat(t)
                break
        look(t)  # E: use-after-move E0382


# case: mv-mut-iter-twice | exclusive guard handed on twice
def mv_mut_iter_twice(v: RefMut[list[int]]) -> None:
    a = v
    bump_all(a)
    b = v  # E: use-after-move E0382
    bump_all(b)


# case: mv-while-let-no-reset | payload moved without putting one back on every path
def mv_while_let_no_reset(o: Owned[Token] | None) -> None:
    while o is not None:  # E: use-after-move E0382
        eat(o)
        if cond():
            o = None


# case: mv-loop-else | moved in the else of a loop, used after it
def mv_loop_else(t: Owned[Token]) -> None:
    for _ in range(3):
        if cond():
            break
    else:
        eat(t)
    look(t)  # E: use-after-move E0382


# case: mv-loop-break-skips-else | moved in the body before break; the else is not reached by it
def mv_loop_break_skips_else(t: Owned[Token]) -> None:
    for _ in range(3):
        if cond():
            eat(t)
            break
    else:
        look(t)


def mv_loop_break_after_else(t: Owned[Token]) -> None:
    while cond():
        if cond():
            eat(t)
            break
    else:
        look(t)
    look(t)  # E: use-after-move E0382


# case: mv-loop-moved-in-iterable | moved in the head of the inner loop
def numbers(t: Owned[Token]) -> Iterable[int]:
    drop(t)
    return [1]


def mv_loop_moved_in_iterable(t: Owned[Token]) -> None:
    for _ in range(2):
        for n in numbers(t):  # E: use-after-move E0382
            print(n)


def ok_loop_moved_in_iterable_once(t: Owned[Token]) -> None:
    for n in numbers(t):
        print(n)


# case: mv-for-target-owner | the loop variable moved twice in the body
def mv_for_target_owner() -> None:
    for t in many():
        eat(t)
        look(t)  # E: use-after-move E0382


# case: mv-for-target-after-loop | the loop variable moved in the body and used after the loop
def mv_for_target_after_loop() -> None:
    t = fresh()
    for t in many():
        eat(t)
    look(t)  # E: use-after-move E0382


# case: mv-loop-swap-names | two names handed on in a circle, one of them lost
def mv_loop_swap_names() -> None:
    a, b = fresh(), fresh()
    for _ in range(2):
        eat(a)
        a = b  # E: use-after-move E0382
    drop(a)


def ok_loop_swap_names() -> None:
    a, b = fresh(), fresh()
    for _ in range(2):
        eat(a)
        a, b = b, fresh()
    drop(a)
    drop(b)


# case: ok-reinit-by-return-value | ownership passed in and taken back
def ok_reinit_by_return_value(t: Owned[Token]) -> None:
    for _ in range(3):
        t = advance(t)
    while cond():
        t = advance(t)
    look(t)


# case: ok-loop-break-value | moved out of the loop as its result
def ok_loop_break_value(t: Owned[Token]) -> Owned[Token]:
    while True:
        if cond():
            u = t
            break
    return u


# case: ok-move-then-labelled-break | moved in the inner loop, then both loops are left
def ok_move_then_labelled_break(t: Owned[Token]) -> None:
    done = False
    while not done:
        for _ in range(3):
            if cond():
                eat(t)
                return
        look(t)


# case: ok-loop-var-moved | the loop variable moved in each iteration
def ok_loop_var_moved() -> None:
    for t in many():
        eat(t)


def ok_loop_var_moved_from_parameter(v: list[Owned[Token]]) -> None:
    for t in v:
        look(t)
    total = 0
    for t in v:
        total += peek(borrow(t))


def ok_loop_pop(v: list[Owned[Token]]) -> None:
    while v:
        t = v.pop()
        eat(t)


# case: ok-field-reassign-in-loop | field moved out and put back in each iteration
class Holder:
    def __init__(self, t: Owned[Token]) -> None:
        self.t = t


def ok_field_reassign_in_loop() -> None:
    h = Holder(fresh())
    for _ in range(3):
        eat(h.t)
        h.t = fresh()
    look(h)


def ok_loop_clone(t: Box[Token]) -> None:
    for _ in range(3):
        eat_box(clone(t))
    while cond():
        c = clone(t)
        eat_box(c)


def ok_loop_last_iteration(t: Owned[Token], n: int) -> None:
    for i in range(n):
        if i == n - 1:
            eat(t)
            break
        look(t)


def ok_loop_continue_before_move(v: list[int]) -> None:
    for x in v:
        t = fresh()
        if x:
            drop(t)
            continue
        eat(t)


def ok_loop_while_else(t: Owned[Token]) -> Owned[Token]:
    while cond():
        if cond():
            return t
    else:
        look(t)
    return t


def ok_loop_replace(t: Owned[Token]) -> list[Token]:
    out: list[Token] = []
    for i in range(3):
        out.append(replace(t, Token(i)))
    return out


def ok_loop_raise(t: Owned[Token]) -> None:
    for _ in range(3):
        if cond():
            eat(t)
            raise ValueError("stop")
        look(t)


def ok_generator_yields_each(v: list[int]) -> Iterator[Owned[Token]]:
    for x in v:
        t = Owned(Token(x))
        yield t


def mv_generator_yields_same(t: Owned[Token]) -> Iterator[Owned[Token]]:
    while True:
        yield t  # E: use-after-move E0382


def ok_loop_take_from_dict(d: dict[str, Owned[Token]]) -> None:
    for name in list(d):
        t = d.pop(name)
        eat(t)
    for key, value in d.items():
        print(key)
        look(value)


def mv_loop_move_keyword(t: Owned[Token]) -> None:
    for _ in range(2):
        u = move(t)  # E: use-after-move E0382
        look(u)


def mv_loop_into_inner(t: Owned[list[int]]) -> int:
    n = 0
    while n < 3:
        n += len(into_inner(t))  # E: use-after-move E0382
    return n
