from __future__ import annotations

from collections.abc import Callable

from owned import Box, Owned, Ref, RefMut, borrow, borrow_mut, drop, move


class Token:
    def __init__(self, n: int) -> None:
        self.n = n


class Pair:
    def __init__(self, a: Owned[Token], b: Owned[Token]) -> None:
        self.a = a
        self.b = b


def eat(t: Owned[Token]) -> None:
    drop(t)


def look(t: object) -> None:
    print(t is None)


def peek(r: Ref[Token]) -> int:
    return 1


def seen(t: object) -> bool:
    return t is not None


def cond() -> bool:
    return True


def attempt() -> Owned[Token]:
    raise ValueError("no luck")


def fresh() -> Owned[Token]:
    return Owned(Token(0))


# case: un-never-init | never initialised, then read
def un_never_init() -> None:
    t: Owned[Token]
    look(t)  # E: use-before-init E0381


def un_never_init_move() -> Owned[Token]:
    t: Owned[Token]
    return move(t)  # E: use-before-init E0381


# case: multi-uninit-two-uses | two uses of an uninitialised variable, one report
def multi_uninit_two_uses() -> None:
    t: Box[Token]
    look(t)  # E: use-before-init E0381
    look(t)


# case: un-else-only | initialised in the else-branch only
def un_else_only() -> None:
    t: Owned[Token]
    if cond():
        pass
    else:
        t = fresh()
    eat(t)  # E: use-before-init E0381


# case: un-switch-return-missing | one arm forgot, another one returns
def un_switch_return_missing(k: int) -> Owned[Token]:
    match k:
        case 0:
            t = fresh()
        case 1:
            t = Owned(Token(1))
        case 2:
            return fresh()
        case 3:
            pass
        case _:
            raise ValueError(k)
    return t  # E: use-before-init E0381


# case: un-while-body | initialised in a while body
def un_while_body() -> None:
    while cond():
        t = fresh()
    eat(t)  # E: use-before-init E0381


# case: un-error-var | the last error of a loop, which may not have run
def un_error_var(v: list[int]) -> Box[ValueError]:
    for x in v:
        if x:
            error = Box(ValueError(x))
    return error  # E: use-before-init E0381


# case: un-break-before-init | break before the assignment
def un_break_before_init() -> None:
    while True:
        if cond():
            break
        t = fresh()
        break
    look(t)  # E: use-before-init E0381


def un_continue_before_init(v: list[int]) -> None:
    t: Owned[Token]
    for x in v:
        if x:
            continue
        t = Owned(Token(x))
    drop(t)  # E: use-before-init E0381


# case: un-short-circuit-or | initialised on the right of `or` only
def un_short_circuit_or() -> Owned[Token]:
    look(cond() or seen(t := fresh()))
    return t  # E: use-before-init E0381


# case: un-self-reference | own value used in its first assignment
def advance(t: Owned[Token]) -> Owned[Token]:
    return t


def un_self_reference() -> None:
    t: Owned[Token] = advance(t)  # E: use-before-init E0381
    look(t)


# case: un-closure-capture | captured by a closure before initialisation
def un_closure_capture() -> None:
    t: Owned[Token]
    c: Callable[[], None] = lambda: look(t)  # E: use-before-init E0381
    c()


def un_closure_capture_def() -> None:
    t: Owned[Token]

    def c() -> int:  # E: use-before-init E0381
        return peek(borrow(t))

    c()


def ok_closure_defined_before_init() -> None:
    t = fresh()

    def c() -> int:
        return peek(borrow(t))

    c()


# case: un-index-assign | element assigned in an uninitialised list
def un_index_assign() -> None:
    b: Box[list[int]]
    b[0] = 1  # E: use-before-init E0381


# case: un-while-cond | used as the condition of the loop itself
def un_while_cond() -> None:
    b: Box[list[int]]
    while b:  # E: use-before-init E0381
        b.pop()


# case: un-match | matched on while uninitialised
def un_match() -> None:
    o: Owned[Token] | None
    match o:  # E: use-before-init E0381
        case None:
            pass
        case _:
            print("some")


# case: un-deleted | deleted on one path, then used
def un_deleted_on_one_path(t: Owned[Token]) -> None:
    if cond():
        del t
    look(t)  # E: use-before-init E0381


def ok_deleted_and_bound_again(t: Owned[Token]) -> None:
    del t
    t = fresh()
    look(t)


# case: un-nested-def-between | a nested function between declaration and use changes nothing
def un_nested_def_between() -> None:
    t: Owned[Token]

    def helper() -> int:
        return 1

    look(t)  # E: use-before-init E0381
    helper()


# case: un-used-inside-closure | used inside the closure that declares it
def un_used_inside_closure() -> None:
    def c() -> None:
        t: Owned[Token]
        look(t)  # E: use-before-init E0381

    c()


# case: un-except | bound in the try body, used in the handler
def un_except() -> None:
    try:
        t = attempt()
        look(t)
    except ValueError:
        look(t)  # E: use-before-init E0381


def un_finally() -> None:
    try:
        t = attempt()
    finally:
        look(t)  # E: use-before-init E0381


def ok_try_else() -> None:
    try:
        t = attempt()
    except ValueError:
        return
    look(t)


def ok_try_else_block() -> None:
    try:
        t = attempt()
    except ValueError:
        print("no")
    else:
        eat(t)


def ok_try_default() -> None:
    try:
        t = attempt()
    except ValueError:
        t = fresh()
    eat(t)


def un_try_two_handlers() -> None:
    try:
        t = attempt()
    except ValueError:
        t = fresh()
    except KeyError:
        pass
    eat(t)  # E: use-before-init E0381


# case: un-with-suppress | the block may have been left early, silently
def un_with_suppress() -> None:
    import contextlib

    with contextlib.suppress(ValueError):
        t = attempt()
    look(t)  # E: use-before-init E0381


def ok_with_open(path: str) -> None:
    with open(path) as f:
        t = Owned(f.read())
    look(t)


# case: ok-deferred-init-loop | a loop that ends only after the assignment
def ok_deferred_init_loop() -> Owned[Token]:
    while True:
        if cond():
            t = fresh()
            break
    return t


def ok_deferred_init_for_else(v: list[int]) -> Owned[Token]:
    for x in v:
        if x:
            t = Owned(Token(x))
            break
    else:
        t = fresh()
    return t


def ok_deferred_init_retry() -> Owned[Token]:
    while True:
        try:
            t = attempt()
        except ValueError:
            continue
        break
    return t


# case: ok-init-in-condition | initialised in a condition whose branch is then taken
def ok_init_in_condition() -> None:
    if cond() and seen(t := fresh()):
        eat(t)


def ok_init_in_while_condition() -> None:
    while seen(t := fresh()):
        eat(t)


def ok_init_in_comparison() -> int:
    if (t := fresh()) is not None:
        eat(t)
        return 1
    return 0


def un_init_in_or_condition() -> None:
    if cond() or seen(t := fresh()):
        eat(t)  # E: use-before-init E0381


def ok_init_in_not_or() -> None:
    if not cond() or not seen(t := fresh()):
        return
    eat(t)


def un_guard_variable() -> None:
    r: Ref[Token]
    t = fresh()
    if cond():
        r = borrow(t)
    peek(r)  # E: use-before-init E0381


def un_guard_mut_variable(t: Owned[Token]) -> None:
    for _ in range(2):
        m = borrow_mut(t)
        drop(m)
    n: RefMut[Token]
    if cond():
        n = borrow_mut(t)
    drop(n)  # E: use-before-init E0381


def un_attribute() -> None:
    p: Box[Pair]
    look(p.a)  # E: use-before-init E0381


def ok_plain_variable_is_left_to_others() -> int:
    n: int
    if cond():
        n = 1
    return n


def ok_final_annotation_only(flag: bool) -> None:
    t: Owned[Token]
    if flag:
        t = fresh()
        eat(t)


def ok_both_exits(flag: bool) -> Owned[Token]:
    t: Owned[Token]
    if flag:
        t = fresh()
    else:
        raise ValueError("no")
    return t


def ok_assert_never_reached(flag: bool) -> Owned[Token]:
    if flag:
        t = fresh()
    if not flag:
        t = fresh()
    else:
        return fresh()
    return t


def ok_with_as() -> None:
    with Owned(Token(1)) as t:
        look(t)


def ok_for_target(v: list[Owned[Token]]) -> None:
    for t in v:
        look(t)


def un_for_target_after(v: list[Owned[Token]]) -> None:
    for t in v:
        look(t)
    look(t)  # E: use-before-init E0381


def ok_unpacked() -> None:
    a, (b, *c) = fresh(), (fresh(), fresh())
    look(a)
    look(b)
    look(c)


def ok_match_capture(o: Owned[Token] | None) -> None:
    match o:
        case None:
            pass
        case t:
            look(t)


def un_match_capture_after(o: Owned[Token] | None) -> None:
    match o:
        case None:
            pass
        case t:
            look(t)
    look(t)  # E: use-before-init E0381
