"""Who holds an owner: a path from a name in the program to it, `app.cache['a'].file`, for reports.

The path is looked for backwards, from the handle to what refers to it, and so on, a few steps deep. The local names of
running functions are compared first, for the collector does not know them.
"""

from __future__ import annotations

import gc
import inspect
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from types import AsyncGeneratorType, CellType, CoroutineType, FrameType, FunctionType, GeneratorType, ModuleType
from typing import Any

from .handles import Handle
from .ledger import Ledger
from .plain import is_plain

DEPTH = 8
MOST = 60
"""How many steps are taken back, and how many objects are looked at, before the search is given up."""

_FRAME_OF: dict[type, str] = {GeneratorType: "gi_frame", CoroutineType: "cr_frame", AsyncGeneratorType: "ag_frame"}
_OURS = frozenset(f"{__name__.rpartition('.')[0]}.{name}" for name in ("holders", "census", "report", "pytest_plugin"))
"""The modules whose frames only look."""


@dataclass(frozen=True)
class Root:
    """Where a search ended: a name that leads to an owner.

    `kind` is `global`, `class`, `local` (of a running function), `kept` (of a frame that a traceback keeps), `waits`
    (of a generator or coroutine) or `other` (what the search was told to stop at). `direct` tells whether the name is
    the owner's, and not that of something that holds it.
    """

    kind: str
    module: str
    text: str
    direct: bool


def path_to(handle: Any) -> str | None:
    """Find what refers to a handle: a path from a global, a local or a class; else the nearest holder."""
    search = Search(handle)
    roots = search.roots()
    try:
        root = next(roots, None)
    finally:
        roots.close()  # It is among the holders that it lists, and would live on in a cycle.
    return search.nearest if root is None else root.text


class Search:
    """A search for the names that lead to an owner, the nearest first. `stop` ends it at further objects."""

    def __init__(self, handle: Any, stop: Callable[[Any], bool] = lambda holder: False) -> None:
        self.stop = stop
        self.nearest: str | None = None
        self.complete = True
        self._waiting: deque[tuple[Any, str, int]] = deque([(handle, "", 0)])
        self._seen = {id(handle), id(self._waiting), id(self.__dict__)}

    def roots(self) -> Generator[Root, None, None]:
        """Give the roots one by one; `complete` tells in the end whether all was looked at."""
        looked_at = 0
        while self._waiting:
            thing, rest, depth = self._waiting.popleft()
            looked_at += 1
            if looked_at > MOST or depth > DEPTH:
                self.complete = False
                continue
            frame: FrameType | None
            for frame in _running_frames():
                if (name := local_name(frame, thing)) is not None:
                    yield Root("local", frame.f_globals.get("__name__", ""), place_in(frame, name, rest), not rest)
            frame = None
            yield from self._holders_of(thing, rest, depth)

    def _holders_of(self, thing: Any, rest: str, depth: int) -> Iterator[Root]:
        holders = gc.get_referrers(thing)
        self._seen.add(id(holders))
        try:
            for holder in holders:
                if id(holder) in self._seen or _is_ours(holder, self._waiting):
                    continue
                if self.stop(holder):
                    yield Root("other", type(holder).__module__, f"a {type(holder).__name__}{rest}", False)
                    continue
                if (root := root_of(holder, thing, rest)) is not None:
                    yield root
                elif (step := step_of(holder, thing)) is not None:
                    self._seen.add(id(holder))
                    self._waiting.append((holder, step + rest, depth + 1))
                    if self.nearest is None and not isinstance(holder, dict):
                        self.nearest = f"{step + rest} of a {type(holder).__name__}".lstrip()
        finally:
            holder = None
            holders.clear()


def _running_frames() -> Iterator[FrameType]:
    frame: FrameType | None
    for frame in sys._current_frames().values():
        while frame is not None:
            if frame.f_globals.get("__name__", "") not in _OURS:
                yield frame
            frame = frame.f_back


def _is_ours(holder: Any, waiting: deque[Any]) -> bool:
    """Is this holder a part of the search, or of the state machine?"""
    if isinstance(holder, tuple):
        return any(holder is entry for entry in waiting)
    frame = getattr(holder, "gi_frame", None) if isinstance(holder, GeneratorType) else holder
    if isinstance(frame, FrameType):
        return frame.f_globals.get("__name__", "") in _OURS
    return isinstance(holder, Ledger)


def local_name(frame: FrameType, thing: Any) -> str | None:
    """Give the name of a local variable that refers to a thing."""
    names = frame.f_locals
    if names is frame.f_globals:
        return None
    try:
        return next((name for name, value in names.items() if value is thing), None)
    finally:
        # Before 3.13 the frame keeps the dictionary that it showed, and so the owners: emptied, if nobody else has it.
        if sys.version_info < (3, 13) and sys.getrefcount(names) <= 3 and frame.f_code.co_flags & inspect.CO_OPTIMIZED:
            names.clear()


def place_in(frame: FrameType, name: str, rest: str) -> str:
    """Name a place that a local variable leads to."""
    code = frame.f_code
    where = "" if code.co_name == "<module>" else f", local of {code.co_name}"
    return f"{name}{rest}{where} at {code.co_filename}:{frame.f_lineno}"


def root_of(holder: Any, thing: Any, rest: str) -> Root | None:
    """Name the place, if the holder is where the search ends: a module, a frame or a class."""
    if isinstance(holder, FrameType):
        name = local_name(holder, thing)
        where = holder.f_globals.get("__name__", "")
        text = "" if name is None else place_in(holder, name, rest) + ", a frame that is kept"
        return None if name is None else Root("kept", where, text, not rest)
    if isinstance(holder, dict) and isinstance(module := holder.get("__name__"), str):
        found = sys.modules.get(module)
        if isinstance(found, ModuleType) and found.__dict__ is holder:
            key = key_of(holder, thing)
            text = f"{module}.{key}{rest}, global of {module}"
            return None if key is None else Root("global", module, text, not rest)
    if isinstance(holder, dict) and "__module__" in holder:
        key = key_of(holder, thing)
        for other in gc.get_referrers(holder) if isinstance(key, str) else ():
            if isinstance(other, type) and other.__dict__.get(key) is thing:
                return Root("class", other.__module__, _in_class(other, key, rest), not rest)
    if isinstance(holder, type):
        key = key_of(dict(holder.__dict__), thing)
        return None if key is None else Root("class", holder.__module__, _in_class(holder, key, rest), not rest)
    if isinstance(holder, (GeneratorType, CoroutineType, AsyncGeneratorType)):
        waits: FrameType | None = getattr(holder, _FRAME_OF[type(holder)])
        name = None if waits is None else local_name(waits, thing)
        if waits is not None and name is not None:
            where = waits.f_globals.get("__name__", "")
            return Root("waits", where, place_in(waits, name, rest) + ", which waits", not rest)
    return None


def _in_class(cls: type, key: str, rest: str) -> str:
    return f"{cls.__module__}.{cls.__qualname__}.{key}{rest}, in a class"


def key_of(holder: dict[Any, Any], thing: Any) -> Any:
    """Give the key under which a dictionary has a thing."""
    return next((key for key, value in list(holder.items()) if value is thing), None)


def step_of(holder: Any, thing: Any) -> str | None:
    """Write the step from a holder to what it holds: `[0]`, `['key']`, `.field`; nothing for what is passed over."""
    kind = type(holder)
    if issubclass(kind, Handle):
        return ".value" if kind._owned_kind == "Owned" else ""
    if issubclass(kind, dict):
        key = key_of(holder, thing)
        if key is not None and any(_has_fields(other, holder, key) for other in gc.get_referrers(holder)):
            return f".{key}"
        return None if key is None else f"[{repr(key)[:40]}]" if is_plain(key) else f"[{type(key).__name__}]"
    if issubclass(kind, (list, tuple, deque)):
        return next((f"[{number}]" for number, item in enumerate(list(holder)) if item is thing), None)
    if kind is CellType or thing is _dict_of(holder) or issubclass(kind, type):
        return ""
    if kind is FunctionType:
        return "()"
    fields = _dict_of(holder)
    if fields is not None and (name := key_of(fields, thing)) is not None:
        return f".{name}"
    for base in kind.__mro__:
        slots = base.__dict__.get("__slots__", ())
        for slot in (slots,) if isinstance(slots, str) else slots:
            try:
                if base.__dict__[slot].__get__(holder) is thing:
                    return f".{slot}"
            except (AttributeError, KeyError):
                continue
    return f" in {kind.__name__}"


def _has_fields(thing: Any, fields: dict[Any, Any], key: Any) -> bool:
    """Are these the fields of an object, or the names of a class?"""
    return _dict_of(thing) is fields or (isinstance(thing, type) and thing.__dict__.get(key) is fields[key])


def _dict_of(thing: Any) -> dict[Any, Any] | None:
    """The dictionary of an object's fields, asked for behind its back."""
    try:
        fields = object.__getattribute__(thing, "__dict__")
    except (AttributeError, TypeError):
        return None
    return fields if type(fields) is dict else None
