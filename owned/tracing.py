"""Whole histories, at level `trace`: created, each move with what took the value, each borrow, the end.

    OWNED=trace python app.py

Every error that names the creation of a value then tells all of its history. Events that follow each other at one place
are one entry with a number, so a loop that borrows a million times has a short history; of a history that is still
long, the older borrows are counted only.

What took a moved value is read from the source, when the words are needed: the call, the name or the field that the
moved handle went to.
"""

from __future__ import annotations

import ast
import linecache
import weakref
from collections.abc import Iterable
from functools import lru_cache
from types import CodeType
from typing import Any

from . import accounts
from .events import event_of, hear_everything, mark_of
from .ledger import Ledger
from .logs import log, logger
from .sites import Mark, Site, line_of, site_of

LONGEST = 1000
"""How many entries a history has before its older borrows are only counted."""

WORDS = {"unwrapped": "moved", "forgotten": "moved", "consumed": "moved"}
"""Sites know five kinds of events; how else a value left ownership is their note."""


class LedgerMark(Mark):
    """The mark of a creation that leads to the history."""

    ledger: Ledger


class Entry:
    """What happened at one place, and how often in a row."""

    __slots__ = ("kind", "mark", "times")

    def __init__(self, kind: str, mark: Mark | None) -> None:
        self.kind = kind
        self.mark = mark
        self.times = 1


class History:
    """What happened to one value, in the order of time."""

    __slots__ = ("entries", "left_out")

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.left_out = 0

    def add(self, kind: str, mark: Mark | None) -> None:
        """Write down one event."""
        last = self.entries[-1] if self.entries else None
        if last is not None and last.kind == kind and last.mark == mark:
            last.times += 1
            return
        self.entries.append(Entry(kind, mark))
        if len(self.entries) > LONGEST:
            older, newer = self.entries[: LONGEST // 2], self.entries[LONGEST // 2 :]
            self.left_out += sum(entry.times for entry in older if entry.kind == "borrowed")
            self.entries = [entry for entry in older if entry.kind != "borrowed"] + newer

    def sites(self) -> list[Site]:
        """Put the history into words."""
        sites = []
        for entry in self.entries:
            if entry.mark is not None:
                site = site_of(WORDS.get(entry.kind, entry.kind), entry.mark)
                sites.append(noted(site, note_of(entry, self.left_out)))
        return sites


def noted(site: Site, note: str) -> Site:
    """The same site with a note."""
    if note:
        site = Site(*site)
        site.note = note
    return site


def note_of(entry: Entry, left_out: int) -> str:
    """What else is to be said of an entry."""
    notes = []
    if entry.kind == "moved" and entry.mark is not None:
        notes.append(taker_of(entry.mark.code, entry.mark.offset))
    elif entry.kind in WORDS:
        notes.append(entry.kind)
    if entry.times > 1:
        notes.append(f"{entry.times:,} times")
    if entry.kind == "created" and left_out:
        notes.append(f"{left_out:,} older borrows are not listed")
    return ", ".join(note for note in notes if note)


class Tracer:
    """Keeps the histories of all values that are owned, or that a dead handle still tells of."""

    def __init__(self) -> None:
        self.histories: weakref.WeakKeyDictionary[Ledger, History] = weakref.WeakKeyDictionary()

    def hear(self, kind: str, ledger: Ledger | None, what: Any) -> None:
        """Write an event down, and log it."""
        if ledger is not None and kind != "leaked":
            mark = Mark(*ledger.created[:4]) if kind == "created" else mark_of(ledger, what)
            history = self.histories.get(ledger)
            if history is None:
                history = self.histories[ledger] = History()
            history.add(kind, mark)
            found = logger()
            if found is not None and found.isEnabledFor(10):
                log("DEBUG", str(event_of(kind, ledger, what)))

    def begins(self, mark: Mark, ledger: Ledger) -> Mark:
        """Make the mark of a creation lead to the history."""
        led = LedgerMark(*mark)
        led.ledger = ledger
        return led

    def retell(self, marks: Iterable[tuple[str, Mark]]) -> list[Site]:
        """Tell the whole history instead of the few places that an error knows, and those of them that it lacks."""
        known = list(marks)
        sites: list[Site] = []
        for _, mark in known:
            if isinstance(mark, LedgerMark) and (history := self.histories.get(mark.ledger)) is not None:
                sites += history.sites()
        told = {(site.kind, site.file, site.line) for site in sites}
        for kind, mark in known:
            site = site_of(kind, mark)
            if (kind, site.file, site.line) not in told:
                sites.append(site)
        return sites


# What took a moved value --------------------------------------------------------------------------------------------


def taker_of(code: CodeType, offset: int) -> str:
    """Say where a moved handle went: `to "ship"`, `into "archive"`, `returned`; nothing if the source does not tell."""
    tree = _tree_of(code.co_filename, "".join(linecache.getlines(code.co_filename)))
    if tree is None:
        return ""
    parents, calls = tree
    call = _call_at(calls, code, offset)
    return "" if call is None else _destination(call, parents)


@lru_cache(maxsize=16)
def _tree_of(file: str, source: str) -> tuple[dict[ast.AST, ast.AST], list[ast.Call]] | None:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return None
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    return parents, [node for node in parents if isinstance(node, ast.Call)]


def _call_at(calls: list[ast.Call], code: CodeType, offset: int) -> ast.Call | None:
    """Find the call of an instruction: by its position; on 3.10, which knows only lines, the one `move` of its line."""
    if hasattr(code, "co_positions"):
        positions = list(code.co_positions())[offset // 2]
        return next(
            (
                call
                for call in calls
                if (call.lineno, call.end_lineno, call.col_offset, call.end_col_offset) == tuple(positions)
            ),
            None,
        )
    line = line_of(code, offset)
    there = [call for call in calls if call.lineno <= line <= (call.end_lineno or line) and _moves(call)]
    return there[0] if len(there) == 1 else None


def _moves(call: ast.Call) -> bool:
    function = call.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name == "move"


def _destination(call: ast.Call, parents: dict[ast.AST, ast.AST]) -> str:
    if not _moves(call):
        return f'to "{ast.unparse(call.func)}"'
    node: ast.AST = call
    while (parent := parents.get(node)) is not None:
        match parent:
            case ast.Call(func=function) if node is not function:
                return f'to "{ast.unparse(function)}"'
            case ast.Assign(targets=[target, *_]) | ast.AnnAssign(target=target) | ast.NamedExpr(target=target):
                return f'into "{ast.unparse(target)}"'
            case ast.withitem(optional_vars=ast.expr() as target):
                return f'into "{ast.unparse(target)}"'
            case ast.Return():
                return "returned"
            case ast.Yield() | ast.YieldFrom():
                return "yielded"
            case ast.stmt():
                return ""
        node = parent
    return ""


def keep_histories() -> None:
    """Begin to keep the history of every value that comes under ownership from now on."""
    accounts.tracer = Tracer()
    hear_everything(accounts.tracer.hear)
