from __future__ import annotations

import contextlib
import sqlite3
import threading
from io import StringIO
from typing import TextIO

from owned import Box, Owned, Ref, Scope, borrow, borrow_mut, drop, forget, into_inner, move


class Token:
    def __init__(self, n: int) -> None:
        self.n = n


class Holder:
    def __init__(self, t: Owned[Token]) -> None:
        self.t = t


class Quiet:
    """Swallows every exception."""

    def __enter__(self) -> None: ...

    def __exit__(self, *args: object) -> bool:
        return True


class Loud:
    def __enter__(self) -> None: ...

    def __exit__(self, *args: object) -> None: ...


def eat(t: Owned[Token]) -> None:
    drop(t)


def risky(t: Owned[Token]) -> int:
    drop(t)
    raise ValueError("no")


def look(t: object) -> None:
    print(t is None)


def peek(r: Ref[Token]) -> int:
    return 1


def cond() -> bool:
    return True


def fresh() -> Owned[Token]:
    return Owned(Token(0))


# case: mv-error-path-reuse | moved in the try body, used on the error path
def mv_error_path_reuse(t: Owned[Token]) -> None:
    try:
        risky(t)
    except ValueError:
        look(t)  # E: use-after-move E0382


def mv_error_path_after(t: Owned[Token]) -> None:
    try:
        risky(t)
    except ValueError:
        pass
    look(t)  # E: use-after-move E0382


def mv_error_path_finally(t: Owned[Token]) -> None:
    try:
        risky(t)
    finally:
        look(t)  # E: use-after-move E0382


def mv_error_path_retry(t: Owned[Token]) -> int:
    while True:
        try:
            return risky(t)  # E: use-after-move E0382
        except ValueError:
            continue


def mv_error_path_second_statement(t: Owned[Token]) -> None:
    try:
        look(1)
        eat(t)
        look(2)
    except ValueError:
        look(t)  # E: use-after-move E0382


def mv_try_else(t: Owned[Token]) -> None:
    try:
        look(1)
    except ValueError:
        return
    else:
        eat(t)
    look(t)  # E: use-after-move E0382


def mv_handler_moves(t: Owned[Token]) -> None:
    try:
        look(1)
    except ValueError:
        eat(t)
    look(t)  # E: use-after-move E0382


def mv_finally_moves(t: Owned[Token]) -> None:
    try:
        look(t)
    finally:
        eat(t)
    look(t)  # E: use-after-move E0382


def mv_finally_moves_again(t: Owned[Token]) -> None:
    try:
        eat(t)
    finally:
        drop(t)  # E: use-after-move E0382


def mv_two_handlers(t: Owned[Token]) -> None:
    try:
        risky(t)
    except ValueError:
        look(t)  # E: use-after-move E0382
    except (KeyError, OSError) as e:
        print(e)
        look(t)  # E: use-after-move E0382


def mv_nested_try(t: Owned[Token]) -> None:
    try:
        try:
            risky(t)
        finally:
            print("inner")
    except ValueError:
        look(t)  # E: use-after-move E0382


# case: ok-try | handled so that nothing moved is used
def ok_handler_returns(t: Owned[Token]) -> int:
    try:
        n = risky(t)
    except ValueError:
        return 0
    return n


def ok_move_after_try(t: Owned[Token]) -> None:
    try:
        n = peek(borrow(t))
    except ValueError:
        n = 0
    eat(t)
    print(n)


def ok_try_else_moves(t: Owned[Token]) -> None:
    try:
        n = peek(borrow(t))
    except ValueError:
        look(t)
    else:
        print(n)
        eat(t)


def ok_finally_drops(t: Owned[Token]) -> int:
    try:
        return peek(borrow(t))
    finally:
        drop(t)


def ok_handler_raises(t: Owned[Token]) -> None:
    try:
        look(t)
    except ValueError as e:
        drop(t)
        raise RuntimeError("bad") from e
    eat(t)


def ok_handler_makes_new(t: Owned[Token]) -> None:
    try:
        risky(t)
    except ValueError:
        t = fresh()
    else:
        t = fresh()
    look(t)


def ok_return_in_finally(t: Owned[Token]) -> None:
    try:
        eat(t)
    finally:
        return


def ok_loop_with_finally(v: list[int]) -> None:
    for x in v:
        t = Owned(Token(x))
        try:
            if x:
                continue
            if x > 3:
                break
            look(t)
        finally:
            drop(t)


def mv_break_through_finally(t: Owned[Token]) -> None:
    while True:
        try:
            if cond():
                break
        finally:
            eat(t)  # E: use-after-move E0382


# case: ok-with-owner | an owner bound by `with`
def ok_with_owner() -> int:
    with Owned(Token(1)) as t:
        look(t)
        return peek(borrow(t))


def ok_with_owner_moved_inside() -> Owned[Token]:
    with Owned(Token(1)) as t:
        return move(t)


def ok_with_owner_dropped_inside() -> None:
    with Owned(Token(1)) as t:
        drop(t)


def ok_with_owner_forgotten() -> None:
    with Owned(Token(1)) as t:
        forget(t)


def ok_with_owner_unwrapped() -> Token:
    with Owned(Token(1)) as t:
        return into_inner(t)


def ok_with_owner_stored(out: list[Owned[Token]]) -> None:
    with Owned(Token(1)) as t:
        out.append(move(t))


def mv_with_owner_moved_then_used() -> None:
    with Owned(Token(1)) as t:
        eat(move(t))
        look(t)  # E: use-after-move E0382


def mv_with_owner_used_after() -> None:
    with Owned(Token(1)) as t:
        look(t)
    look(t)  # E: use-after-move E0382


def mv_with_existing_owner(t: Owned[Token]) -> None:
    with t:
        look(t)
    look(t)  # E: use-after-move E0382


def mv_with_existing_owner_as(t: Owned[Token]) -> None:
    with t as u:
        look(u)
    look(t)  # E: use-after-move E0382


def mv_with_moved_owner(t: Owned[Token]) -> None:
    eat(t)
    with t:  # E: use-after-move E0382
        pass


def ok_with_two_owners() -> None:
    with Owned(Token(1)) as a, Owned(Token(2)) as b:
        look(a)
        look(b)


def ok_with_parenthesised() -> None:
    with (
        Owned(Token(1)) as a,
        borrow(a) as r,
        Box(Token(2)) as c,
    ):
        look(r)
        look(c)


def mm_with_owner_returned() -> Owned[Token]:
    with Owned(Token(1)) as t:
        return t  # E: missing-move must_move


def mm_with_owner_passed() -> None:
    with Owned(Token(1)) as t:
        eat(t)  # E: missing-move must_move


def mm_with_owner_stored(h: Holder) -> None:
    with Owned(Token(1)) as t:
        h.t = t  # E: missing-move must_move


def mm_with_owner_listed() -> list[Owned[Token]]:
    with Owned(Token(1)) as t:
        v = [t]  # E: missing-move must_move
    return v


def ok_with_loop() -> None:
    for _ in range(2):
        with Owned(Token(1)) as t:
            look(t)


def ok_with_in_branches() -> None:
    if cond():
        with Owned(Token(1)) as t:
            look(t)
    else:
        t = fresh()
        look(t)
        eat(t)


def ok_with_rebound_after() -> None:
    with Owned(Token(1)) as t:
        look(t)
    t = fresh()
    look(t)


# case: ok-with-file | a real resource
def ok_with_file(path: str) -> str:
    with Owned(open(path)) as f:
        return f.value.read()


def ok_with_file_borrowed(path: str) -> list[str]:
    with Owned(open(path)) as f, borrow_mut(f) as lines:
        return [line.strip() for line in lines]


def consume_file(f: Owned[TextIO]) -> None:
    drop(f)


def mv_with_file(path: str) -> None:
    f: Owned[TextIO] = Owned(open(path))
    consume_file(f)
    f.value.read()  # E: use-after-move E0382


def ok_enter_lock(lock: threading.Lock) -> None:
    with Owned.enter(lock) as held:
        look(held)


def ok_connection() -> int:
    with Owned(sqlite3.connect(":memory:")) as db:
        with borrow_mut(db) as c:
            c.execute("create table t (n)")
        rows = db.value.execute("select n from t").fetchall()
        return len(rows)


# case: ok-scope | a scope that owns many
def ok_scope() -> None:
    with Scope() as s:
        a = s.own(Token(1))
        b = s.own(StringIO())
        look(a)
        look(b)


def mv_scope_owner_used_after_drop() -> None:
    with Scope() as s:
        a = s.own(Token(1))
        drop(a)
        look(a)  # E: use-after-move E0382


def mv_scope_moved() -> Scope:
    with Scope() as s:
        look(s.own(Token(1)))
        rest = move(s)
        look(s.own(Token(2)))  # E: use-after-move E0382
    return rest


# case: mv-with-suppress | an exit that swallows exceptions
def mv_suppress(t: Owned[Token]) -> None:
    with contextlib.suppress(ValueError):
        risky(t)
    look(t)  # E: use-after-move E0382


def mv_quiet(t: Owned[Token]) -> None:
    with Quiet():
        if cond():
            eat(t)
    look(t)  # E: use-after-move E0382


def mv_quiet_return(t: Owned[Token]) -> None:
    with Quiet():
        eat(t)
        raise ValueError("swallowed")
    look(t)  # E: use-after-move E0382


def ok_loud_return(t: Owned[Token]) -> None:
    with Loud():
        if cond():
            eat(t)
            raise ValueError("not swallowed")
    look(t)


def ok_exit_stack(t: Owned[Token]) -> None:
    with contextlib.ExitStack() as stack:
        owner = stack.enter_context(t)
        look(owner)


async def ok_async_with(lock: threading.Lock) -> None:
    async with Owned(Token(1)) as t:
        look(t)


async def mv_async_with_used_after() -> None:
    async with Owned(Token(1)) as t:
        look(t)
    look(t)  # E: use-after-move E0382


def mv_match_in_try(t: Owned[Token], n: int) -> None:
    try:
        match n:
            case 0:
                eat(t)
            case _:
                raise KeyError(n)
    except KeyError:
        print("other")
    look(t)  # E: use-after-move E0382


def ok_except_name_shadows(t: Owned[Token]) -> None:
    try:
        look(t)
    except ValueError as error:
        print(error)
    eat(t)


def ok_raise_moves_nothing(t: Owned[Token]) -> None:
    if cond():
        raise ValueError(t)
    look(t)