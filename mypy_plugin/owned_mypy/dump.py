"""The IR and the states of the analyses as text: what the tests of the analyses read, and whoever debugs them.

block 0 -> 2
    borrow t -> %3 shared            live {}            moved {}        unbound {r}
"""

from __future__ import annotations

from owned_mypy.cfg import Cfg
from owned_mypy.init import Init
from owned_mypy.ir import (
    Assign,
    AssumeLive,
    AssumeNone,
    BeginScope,
    BindView,
    Body,
    Borrow,
    Carry,
    Copy,
    Effect,
    EndScope,
    EndView,
    Escape,
    Fault,
    Hold,
    Kill,
    LocalKind,
    Move,
    Place,
    Share,
    Through,
    Use,
)
from owned_mypy.loans import Loans, State
from owned_mypy.moves import Moves


def name_of(body: Body, local: int) -> str:
    """`t` for a variable, `%3` for a temporary."""
    found = body.locals[local]
    return f"%{local}" if found.kind is LocalKind.TEMPORARY else found.name


def show_place(body: Body, place: Place) -> str:
    """A place with its ways: `r->.items` is reached through a borrow."""
    steps = "".join("->" if isinstance(step, Through) else str(step) or ".*" for step in place.path)
    return name_of(body, place.local) + steps


def show_effect(body: Body, effect: Effect) -> str:
    """One effect on one line."""

    def local(index: int | None) -> str:
        return name_of(body, index) if index is not None else "_"

    def at(place: Place) -> str:
        return show_place(body, place)

    match effect:
        case Use():
            return f"{effect.access.value} {at(effect.place)}"
        case Move():
            return f"move {at(effect.place)} -> {local(effect.into)} by {effect.by.value}"
        case Copy():
            return f"copy {at(effect.place)} -> {local(effect.into)}{' part' if effect.part else ''}"
        case Borrow():
            kind = "exclusive" if effect.exclusive else "shared"
            return f"borrow {at(effect.place)} -> {local(effect.into)} {kind}"
        case Carry():
            return f"carry {local(effect.source)} -> {local(effect.into)}"
        case Assign():
            return f"assign {at(effect.place)} = {local(effect.source)}"
        case Kill():
            return f"kill {local(effect.local)}"
        case BindView():
            return f"view {at(effect.into)} of {local(effect.guard)}"
        case EndView():
            return f"end view of {local(effect.guard)}"
        case Hold():
            return f"{'hold' if effect.begins else 'let go of'} {local(effect.local)}"
        case Share():
            return f"share {at(effect.place)} -> {local(effect.into)}"
        case BeginScope():
            return f"begin scope of {at(effect.place)}"
        case EndScope():
            return f"end scope of {at(effect.place)}"
        case Escape():
            return f"escape {local(effect.source)} by {effect.exit.value}"
        case AssumeLive():
            return f"assume live {at(effect.place)}"
        case AssumeNone():
            return f"assume none {local(effect.local)}"
        case Fault():
            return f"fault {effect.rule} {effect.subject}"
        case _:
            return "may raise"


def dump_cfg(cfg: Cfg) -> str:
    """The graph: each reachable block with its effects and successors."""
    lines: list[str] = []
    for index in cfg.order:
        block = cfg.blocks[index]
        kind = " (exit)" if index == cfg.exit else " (unwinding)" if block.unwinding else ""
        lines.append(f"block {index}{kind} -> {', '.join(map(str, block.successors)) or '-'}")
        lines.extend(f"    {show_effect(cfg.body, effect)}" for effect in block.effects)
    return "\n".join(lines)


def dump_states(cfg: Cfg) -> str:
    """The graph with the state of every analysis before each effect, and at the end of each block."""
    moves, init, loans = Moves(cfg), Init(cfg), Loans(cfg)
    moved_before, unbound_before, live_before = moves.solve(), init.solve(), loans.solve()
    lines: list[str] = []
    for index in cfg.order:
        block = cfg.blocks[index]
        lines.append(f"block {index} -> {', '.join(map(str, block.successors)) or '-'}")
        moved, unbound, live = moved_before[index], unbound_before[index], dict(live_before[index])
        for effect in [*block.effects, None]:
            text = show_effect(cfg.body, effect) if effect is not None else "end"
            state = f"moved {_moved(moves, moved)} unbound {_locals(init, unbound)} live {_live(loans, live)}"
            lines.append(f"    {text:<44} {state}")
            if effect is not None:
                moved, unbound = moves.after(effect, moved), init.after(effect, unbound)
                loans.step(effect, live, block, None)
    return "\n".join(lines)


def _moved(moves: Moves, state: int) -> str:
    body = moves.cfg.body
    sites = moves.sites_in(state & moves.every_site)
    return "{" + ", ".join(f"{show_place(body, site.place)}@{site.span.line}" for site in sites) + "}"


def _locals(init: Init, state: int) -> str:
    return "{" + ", ".join(local.name for local in init.unbound(state)) + "}"


def _live(loans: Loans, state: State) -> str:
    body = loans.cfg.body
    parts = [
        f"{name_of(body, holder)}: {show_place(body, loan.place)}"
        for holder, bits in sorted(state.items())
        for loan in loans.held_loans(bits)
    ]
    return "{" + ", ".join(parts) + "}"
