"""Handles of texts: their verbs, how they open to be read and close to be changed, and what their borrows lead to.

    String, AsciiString   open: it has a view, of which slices are made, and nothing is asked
    ClosedString          was just changed, or is lent: the first read asks the ledger, and opens it
    DeadString            moved or dropped: everything raises

These classes are made in `text`. A change closes the text, asks whether anybody borrows (`text_loans`), and then
changes the buffer in one step.
"""

from __future__ import annotations

import os
import sys
import threading
from _thread import get_ident
from collections.abc import Callable
from functools import wraps
from types import FrameType
from typing import Any, TypeVar, cast

from . import complaints
from .drops import Dropping, is_collecting
from .guards import REF_MUTS, REFS, Part, make_guard
from .handles import PROCESS, set_class
from .ledger import FREE, End, Ledger, end_at, open_ledger
from .owners import Owner, die
from .quick_drops import DIED
from .sites import Mark, caller, this_thread
from .str_cuts import Text
from .str_reads import bytes_of
from .strs import Buffer, views_of_slices
from .text_loans import FREE_REFERENCES, InnerLedger, TextLedger, expire_slices, sync
from .utf8 import boundary_error, is_boundary

_getframe, getrefcount = sys._getframe, sys.getrefcount

new_mark = cast("Callable[[type[Mark], tuple[Any, ...]], Mark]", tuple.__new__)
"""Makes a mark without a call of Python code."""

turn = [threading.RLock()]
"""Taken while a text opens, closes or is changed in more than one step. Reentrant, for a collection may close others in
between."""


def _new_turn() -> None:
    turn[0] = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_new_turn)  # Another thread may have had it.


class States:
    """The classes of texts, by what they may do now."""

    open: type
    ascii: type
    closed: type
    dead: type


class StringLayout(Owner, Text):
    """The fields of a `String`; also its class while it is made or buried."""

    __slots__ = ("__weakref__", "_ledger", "view")

    _owned_kind = "String"
    _ledger: Any
    view: Any

    def _owned_grave(self) -> tuple[Ledger, End]:
        return _ledger(self), _view(self)

    def _owned_bury(self, end: End) -> None:
        this: Any = self
        set_class(this, StringLayout)
        this.view = end
        this.__class__ = States.dead

    _owned_end_part = Owner._owned_end_whole

    # What verbs do
    def _owned_root(self) -> Ledger:
        return cast("Ledger", _ledger(self))

    def _owned_live(self) -> bool:
        return True

    def _owned_ledger(self) -> Ledger:
        ledger: TextLedger = _ledger(self)
        close(self)
        sync(ledger)
        return ledger

    def _owned_again(self, ledger: Any, cls: type) -> Any:
        return handle_on(ledger)

    def _owned_close(self, dropping: Dropping | None) -> tuple[Any, Ledger] | None:
        if type(self)._owned_dead:
            return None
        close(self)
        ledger: TextLedger = _ledger(self)
        marks = expire_slices(ledger, dropping is None) if ledger.state >= FREE else []
        closed = Owner._owned_close(self, dropping)
        if marks and dropping is not None and closed is not None:
            dropping.failed(complaints.still_borrowed("String", ledger, marks))
        return closed

    def _owned_lend(self, frame: FrameType) -> Any:
        ledger = lendable(self)
        if ledger.state < FREE:
            raise complaints.cannot_read("String", ledger, "borrow")
        ledger.lend()
        return make_guard(REFS, ledger, TextPart(inner_of(ledger)), frame.f_code, frame.f_lasti, get_ident())

    def _owned_lend_mut(self, frame: FrameType) -> Any:
        ledger = lendable(self)
        if ledger.state != FREE:
            raise complaints.cannot_change("String", ledger, "borrow_mut")
        ledger.lend_exclusively()
        return make_guard(REF_MUTS, ledger, TextPart(inner_of(ledger)), frame.f_code, frame.f_lasti, get_ident())

    def _owned_take(self, frame: FrameType) -> Any:
        cls = type(self)
        return cls._owned_leave(self, cls._owned_claim(self, "unwrap"), end_at("unwrapped", frame)).decode()

    def _owned_deref(self, frame: FrameType) -> Any:
        return str(self)

    def _owned_clone(self, frame: FrameType) -> Any:
        data = Buffer(self.view)
        ledger = _ledger(self)
        return make_string(data, ledger.ascii, ledger.hook, ledger.name, frame)

    def _owned_replace(self, new: Any, verb: str, frame: FrameType) -> Any:
        ledger = changing(self, verb)
        data, ascii = taken_from(new, frame)
        changing(self, verb)
        old, was_ascii = ledger.value, ledger.ascii
        ledger.put(data)
        data.ledger = ledger
        ledger.ascii = ascii
        return make_string(old, was_ascii, None, None, frame)


_ledger: Any = cast("Any", StringLayout.__dict__["_ledger"]).__get__
_view: Any = cast("Any", StringLayout.__dict__["view"]).__get__
_set_view: Any = cast("Any", StringLayout.__dict__["view"]).__set__


def grave_of(text: Any) -> tuple[Ledger, End]:
    """The ledger of a dead text, and how it ended."""
    return _ledger(text), _view(text)


def hook_of_text(drop: Callable[[str], object]) -> Callable[[Any], object]:
    """Make a drop hook that is given the text as a `str`."""
    return lambda data: drop(data.decode())


def make_string(data: Any, ascii: bool, hook: Any, name: str | None, frame: FrameType) -> Any:
    """Make a `String` of bytes that are UTF-8; a buffer that belonged to another is taken as it is."""
    buffer = data if type(data) is Buffer else Buffer(data)
    ledger = cast("Any", open_ledger(buffer, hook, name, frame, TextLedger))
    ledger.ascii = ascii
    ledger.inner = ledger.opened = ledger.expected = None
    ledger.loans = []
    buffer.ledger = ledger
    return handle_on(ledger)


def handle_on(ledger: Ledger) -> Any:
    """Make a handle of a text's ledger."""
    text: Any = StringLayout()
    text._ledger = ledger
    text.view = None
    text.__class__ = States.closed
    return text


def open_view(text: Any, depth: int) -> memoryview:
    """Begin to lend slices, as far as nobody has the text exclusively; so deep is the frame of who asks for one."""
    ledger: TextLedger = _ledger(text)
    try:
        frame = _getframe(depth)
        if frame.f_globals.get("__name__") not in askers:
            frame = caller(2)
            note_asker(frame.f_globals.get("__name__", __name__))
    except ValueError:  # It is not so deep: a method was called by C code.
        frame = caller()
    place = new_mark(Mark, (frame.f_code, frame.f_lasti, this_thread(), None))
    with turn[0]:
        try:
            if ledger.state < FREE:
                sync(ledger)
                raise complaints.cannot_read("String", ledger)
            view = memoryview(ledger.value)
        except AttributeError:  # Reached through a borrow that has ended with its owner.
            raise complaints.used_after_end("String", ledger, end_at("owner")) from None
        if type(text) is States.closed:
            ledger.opened = place
            _set_view(text, view)
            set_class(text, States.ascii if ledger.ascii else States.open)
    return view


askers: set[str] = set()
"""Modules of others that were seen to open texts: `caller` need not look at their frames again."""


def note_asker(module: str) -> None:
    """Remember a module, unless it is ours: those are passed over."""
    if module.partition(".")[0] != __name__.partition(".")[0]:
        askers.add(module)


def close(text: Any) -> None:
    """Let go of the view that slices are made of; who reads in another thread just now keeps it, and so borrows."""
    if type(text) is not States.closed:
        with turn[0]:
            if type(_view(text)) is memoryview:
                set_class(text, States.closed)
                _set_view(text, None)
    inner = _ledger(text).inner
    if inner is not None and type(inner) is not States.closed and not type(inner)._owned_dead:
        close(inner)


def lendable(text: Any) -> Any:
    """The ledger of a text that is to be lent, with its state up to date."""
    ledger = type(text)._owned_ledger(text)
    if type(ledger) is InnerLedger:
        raise complaints.cannot_change("String", ledger.outer, "borrow through a borrow")
    return ledger


def changing(text: Any, action: str, *places: int) -> Any:
    """The gate of every change: the ledger, if nothing is borrowed and the places are boundaries."""
    ledger: TextLedger = _ledger(text)
    if type(text) is not States.closed or ledger.inner is not None:
        close(text)
    if ledger.state != FREE or getrefcount(ledger.value) > FREE_REFERENCES:
        sync(ledger)
        if ledger.state != FREE:
            raise complaints.cannot_change("String", ledger, f"call {action}()" if action.isidentifier() else action)
    if places:
        with memoryview(ledger.value) as view:
            for place in places:
                if not is_boundary(view, place):
                    raise boundary_error(view, place)
        if places[0] > places[-1]:
            raise IndexError(f"the range of bytes {places[0]}:{places[-1]} ends before it begins")
    return ledger


def splice(ledger: Any, start: int, stop: int, data: Any) -> None:
    """Put bytes that are UTF-8 in the place of others."""
    if not data.isascii():
        ledger.ascii = False  # Before the bytes are there: who opens the text meanwhile must not take them for ASCII.
    ledger.value[start:stop] = data


def cut_out(ledger: Any, start: int, stop: int) -> bytearray:
    """Take a range of bytes out, and give them."""
    gone: bytearray = ledger.value[start:stop]
    del ledger.value[start:stop]
    return gone


def append(text: Any, data: Any, action: str, ascii: bool | None = None) -> None:
    """Append bytes that are UTF-8."""
    ledger: Any = _ledger(text)
    if type(text) is not States.closed or ledger.state != FREE or getrefcount(ledger.value) > FREE_REFERENCES:
        ledger = changing(text, action)
    if ledger.ascii and not (data.isascii() if ascii is None else ascii):
        ledger.ascii = False  # Before the bytes are there: who opens the text meanwhile must not take them for ASCII.
    try:
        ledger.value += data
    except BufferError:  # Another thread began to read: it is done by now, or borrows.
        append(text, data, action, ascii)


F = TypeVar("F", bound=Callable[..., Any])


def in_one_step(method: F) -> F:
    """Let no other thread read or change the text between the steps of a change."""

    @wraps(method)
    def changed(*args: Any, **named: Any) -> Any:
        with turn[0]:
            return method(*args, **named)

    return cast("F", changed)


def let_go(self: Any) -> None:
    """The last reference to a live text is gone."""
    try:
        ledger = _ledger(self)
    except AttributeError:
        return  # Its construction failed.
    if type(ledger) is InnerLedger:
        return
    if ledger.hook is None and ledger.onlooker is None and ledger.process == PROCESS[0]:
        if type(_view(self)) is memoryview:  # Often they are variables of the same call, which end a moment later.
            ledger.expected = views_of_slices(_view(self))
        close(self)
        if ledger.state >= FREE:
            expire_slices(ledger, True)
        if ledger.state == FREE:
            ledger.retire(DIED)
            if is_collecting():
                type(self)._owned_bury(self, DIED)
            return
    die(self)


def taken_from(new: Any, frame: FrameType) -> tuple[Buffer, bool]:
    """The bytes that another text gives away: a `String` is moved, any other text copied, `None` is nothing."""
    if isinstance(new, StringLayout):
        if type(new)._owned_dead:
            raise cast("Any", type(new))._owned_error(new)
        ascii = _ledger(new).ascii
        cls = type(new)
        data = cls._owned_leave(new, cls._owned_claim(new, "move"), end_at("moved", frame))
        return data, ascii
    copied = Buffer(b"" if new is None else bytes_of(new))
    return copied, copied.isascii()


class TextPart(Part):
    """What a guard on a text refers to: the handle that is lent in place of the owner."""

    __slots__ = ()

    def put(self, new: Any) -> bool:
        """Put another text in the place; the old one becomes a text of its own."""
        if new is None:
            return False
        frame = caller()
        lent = self.value
        data, ascii = taken_from(new, frame)
        ledger = changing(lent, "replace")
        outer = ledger.outer
        old = outer.value
        outer.put(data)
        data.ledger = outer
        was_ascii, outer.ascii = outer.ascii, ascii
        outer.inner = None
        own = make_string(old, was_ascii, None, None, frame)
        set_class(lent, StringLayout)
        lent._ledger = _ledger(own)
        lent.__class__ = States.closed
        set_class(own, StringLayout)
        del own._ledger
        self.value = inner_of(outer)
        return True


def inner_of(outer: TextLedger) -> Any:
    """The handle that borrows of a text lead to."""
    inner = outer.inner
    if inner is None:
        ledger = InnerLedger()
        ledger.outer = outer
        ledger.state = FREE
        ledger.hook = ledger.task = ledger.rare = None
        ledger.inner = ledger.expected = None
        ledger.ref_class = ledger.mut_class = None
        ledger.loans = []
        for name in ("name", "code", "offset", "thread", "born"):
            setattr(ledger, name, getattr(outer, name))
        inner = outer.inner = handle_on(ledger)
    return inner
