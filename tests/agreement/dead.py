"""Functions that are made in code which is never reached: rustc checks their bodies all the same."""

from __future__ import annotations

from collections.abc import Iterator

from tests.agreement.bodies import (
    Block,
    Define,
    For,
    If,
    Jump,
    Loop,
    Match,
    Return,
    Statement,
    WithBorrow,
    WithOwner,
    parts,
    statements,
)


def in_dead_functions(block: Block) -> set[int]:
    """The statements of such functions, their definitions included."""
    return {
        inner.at
        for dead in _dead_parts(block)
        for statement in statements(dead)
        if isinstance(statement, Define)
        for inner in (statement, *statements(statement.body))
    }


def _dead_parts(block: Block) -> Iterator[Block]:
    for position, statement in enumerate(block):
        for part in parts(statement):
            yield from _dead_parts(part)
        if _never_goes_on(statement):
            yield block[position + 1 :]


def _never_goes_on(statement: Statement) -> bool:
    match statement:
        case Jump() | Return():
            return True
        case If(then=then, orelse=orelse):
            return _leaves(then) and _leaves(orelse)
        case Match(arms=arms):
            return all(map(_leaves, arms))
        case WithBorrow(body=body) | WithOwner(body=body):
            return _leaves(body)
        case Loop(body=body):
            return not any(isinstance(inner, Jump) and inner.how.value == "break" for inner in _of_this_loop(body))
        case _:
            return False


def _leaves(block: Block) -> bool:
    return any(map(_never_goes_on, block))


def _of_this_loop(block: Block) -> Iterator[Statement]:
    for statement in block:
        yield statement
        if not isinstance(statement, (Loop, For)):
            for part in parts(statement):
                yield from _of_this_loop(part)
