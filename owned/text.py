"""`String`: an owner of text, Rust's `String`, whose slices are borrowed without copying."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, cast

from typing_extensions import Self

from . import complaints
from .closed import copy_of
from .errors import BorrowMutError, OwnershipError
from .handles import tombstone
from .ledger import FREE, Ledger, end_at
from .owners import check_arguments, enter, leave, leave_awaiting
from .sites import caller
from .str_cuts import Text
from .str_reads import StrLike, bytes_of, is_no_text
from .strs import AsciiStr, Buffer, Str, WideStr
from .text_handles import (
    States,
    StringLayout,
    append,
    changing,
    cut_out,
    grave_of,
    hook_of_text,
    in_one_step,
    let_go,
    make_string,
    open_view,
    splice,
    turn,
)
from .text_loans import FREE_REFERENCES
from .utf8 import Data, check_utf8, cut, ends_whole

_getframe, getrefcount = sys._getframe, sys.getrefcount


class String(StringLayout):
    """A growable text that owns its bytes, in UTF-8; slices of it are borrowed, not copied.

    It can do what a `str` can, and is changed in place: `push_str`, `insert`, `replace_range`, `+=`. Lengths and
    positions are bytes, and must be boundaries of characters. `text[i:j]` borrows a `Str`; while one is alive the text
    cannot be changed, moved or dropped. Like every owner it is moved, lent and dropped by the verbs, and by `with`;
    `drop=` is called with the text as a `str`. Equal texts are equal, be they `String`, `Str` or `str`.

    Raises `BorrowMutError` when it is changed while a slice is alive. Rust: `String`.

    >>> from owned import BorrowMutError, String, drop
    >>> text = String("one")
    >>> text.push_str(", two")
    >>> print(text, len(text), text[5:])
    one, two 8 two
    >>> word = text[5:]
    >>> text.clear()
    Traceback (most recent call last):
    ...
    owned.errors.BorrowMutError: cannot call clear() on String[str]: it is borrowed (E0502)
      ...
    >>> drop(word)
    >>> text.clear()
    """

    __slots__ = ()

    if TYPE_CHECKING:

        def __init__(
            self, text: StrLike = "", *, drop: Callable[[str], object] | None = None, name: str | None = None
        ) -> None: ...
        def __owned_value__(self) -> str: ...
        def __owned_take__(self) -> str: ...
        def __owned_lend__(self) -> String: ...
        def __owned_lend_mut__(self) -> String: ...

    else:

        def __new__(cls, text="", *, drop=None, name=None):
            if drop is not None:
                check_arguments("String", text, drop, name)
                drop = hook_of_text(drop)
            data = text.encode() if isinstance(text, str) else bytes_of(text)
            return cast("String", make_string(data, data.isascii(), drop, name, _getframe(1)))

    @classmethod
    def from_utf8(cls, data: bytes | bytearray | memoryview, *, name: str | None = None) -> String:
        """Make a text of bytes, which are copied; raises `Utf8Error` with the offset of what is not UTF-8.

        Rust: `String::from_utf8`.

        >>> from owned import String
        >>> String.from_utf8(b"caf\\xc3\\xa9")
        'café'
        >>> String.from_utf8(b"caf\\xe9")
        Traceback (most recent call last):
        ...
        owned.utf8.Utf8Error: not UTF-8 at byte 3: unexpected end of data
        """
        buffer = copied(data, "from_utf8")
        return cast("String", make_string(buffer, check_utf8(buffer), None, name, _getframe(1)))

    @classmethod
    def from_utf8_lossy(cls, data: bytes | bytearray | memoryview, *, name: str | None = None) -> String:
        """Make a text of bytes; what is not UTF-8 becomes U+FFFD. Rust: `String::from_utf8_lossy`."""
        text = copied(data, "from_utf8_lossy").decode("utf-8", "replace").encode()
        return cast("String", make_string(text, text.isascii(), None, name, _getframe(1)))

    @classmethod
    def with_capacity(cls, capacity: int, *, name: str | None = None) -> String:
        """Make an empty text. The capacity is not used: a `bytearray` gives back what it does not hold.

        It grows by itself, by an eighth each time, so that appending piece by piece costs a constant per byte. Rust:
        `with_capacity`.
        """
        if capacity < 0:
            raise ValueError(f"with_capacity({capacity}): the capacity cannot be negative")
        return cast("String", make_string(b"", True, None, name, _getframe(1)))

    def __getitem__(self, key: slice) -> Str:
        try:
            view = self.view[key]
            if (
                view[0] & 0xC0 == 0x80
                or (view[-1] >= 0x80 and not (0xC0 <= view[-2] < 0xE0 or ends_whole(view)))
                or key.step is not None
            ):
                view = cut(self.view, key)
        except (IndexError, TypeError):  # Nothing, or an index.
            view = cut(self.view, key)
        part: Any = WideStr()
        part.view = view
        return part  # type: ignore[no-any-return]

    # Changes

    def push_str(self, text: StrLike) -> None:
        """Append a text. Rust: `push_str`."""
        append(self, text.encode() if type(text) is str else bytes_of(text), "push_str")

    def push(self, char: StrLike) -> None:
        """Append a character. Rust: `push`."""
        append(self, one_char(char), "push")

    def __iadd__(self, text: StrLike) -> Self:  # type: ignore[override]
        append(self, text.encode() if type(text) is str else bytes_of(text), "append to")
        return self

    @in_one_step
    def __imul__(self, times: int) -> Self:  # type: ignore[override]
        ledger = changing(self, "repeat in place")
        ledger.value *= times
        return self

    def __add__(self, other: StrLike) -> String:  # type: ignore[override]
        """Make a text of two. Rust's `+` takes the first one and appends to it, as `+=` does here."""
        if is_no_text(other):
            return NotImplemented
        made = self.to_string()
        append(made, bytes_of(other), "append to")
        return made

    def __mul__(self, times: int) -> String:  # type: ignore[override]
        """Make a text of this one so many times over. Rust: `repeat`."""
        return self.repeat(times)

    __rmul__ = __mul__  # type: ignore[assignment]

    def extend(self, texts: Iterable[StrLike]) -> None:
        """Append texts. Rust: `extend`."""
        for text in texts:
            append(self, bytes_of(text), "extend")

    @in_one_step
    def pop(self) -> str | None:
        """Take the last character off and give it, or `None` if there is none. Rust: `pop`."""
        ledger = changing(self, "pop")
        size = len(ledger.value)
        if not size:
            return None
        at = size - 1
        while ledger.value[at] & 0xC0 == 0x80:
            at -= 1
        return cut_out(ledger, at, size).decode()

    @in_one_step
    def insert(self, index: int, text: StrLike) -> None:
        """Insert a text before a byte. Rust: `insert`, `insert_str`."""
        data = bytes_of(text)
        splice(changing(self, "insert", index), index, index, data)

    @in_one_step
    def remove(self, index: int) -> str:
        """Take out the character that begins at a byte, and give it. Rust: `remove`."""
        ledger = changing(self, "remove", index)
        end = index + 1
        if index >= len(ledger.value):
            raise IndexError(f"no character begins at byte {index}: the text has {len(ledger.value)} bytes")
        while end < len(ledger.value) and ledger.value[end] & 0xC0 == 0x80:
            end += 1
        return cut_out(ledger, index, end).decode()

    @in_one_step
    def truncate(self, size: int) -> None:
        """Keep the first bytes; nothing changes if there are no more. Rust: `truncate`."""
        ledger = changing(self, "truncate")
        if size < len(ledger.value):
            splice(changing(self, "truncate", size), size, len(ledger.value), b"")

    def clear(self) -> None:
        """Leave nothing. Rust: `clear`."""
        with turn[0]:
            ledger = changing(self, "clear")
            ledger.value.clear()
            ledger.ascii = True

    @in_one_step
    def replace_range(self, start: int, stop: int, text: StrLike) -> None:
        """Put a text in the place of a range of bytes. Rust: `replace_range`.

        >>> from owned import String
        >>> text = String("I like cats")
        >>> text.replace_range(7, 11, "dogs, too")
        >>> text
        'I like dogs, too'
        """
        data = bytes_of(text)
        splice(changing(self, "replace_range", start, stop), start, stop, data)

    @in_one_step
    def drain(self, start: int, stop: int) -> str:
        """Take a range of bytes out, and give its text. Rust: `drain`."""
        return cut_out(changing(self, "drain", start, stop), start, stop).decode()

    @in_one_step
    def split_off(self, index: int) -> String:
        """Take everything from a byte on into a `String` of its own. Rust: `split_off`."""
        ledger = changing(self, "split_off", index)
        ascii = ledger.ascii
        return cast("String", make_string(cut_out(ledger, index, len(ledger.value)), ascii, None, None, caller()))

    def retain(self, wanted: Callable[[str], object]) -> None:
        """Keep the characters that a function wants. Rust: `retain`."""
        text = changing(self, "retain").value.decode()
        kept = "".join(char for char in text if wanted(char)).encode()
        with turn[0]:
            ledger = changing(self, "retain")
            if ledger.value != text.encode():
                raise changed_meanwhile(ledger, "retain")
            splice(ledger, 0, len(ledger.value), kept)

    @in_one_step
    def __setitem__(self, key: slice, text: StrLike) -> None:
        start, stop = range_of(self, key)
        self.replace_range(start, stop, text)

    @in_one_step
    def __delitem__(self, key: slice) -> None:
        start, stop = range_of(self, key)
        self.replace_range(start, stop, "")

    def read_line(self, file: IO[bytes]) -> int:
        """Append the next line of a binary file, with its end; gives how many bytes there were, 0 at the end.

        Raises `Utf8Error`, and appends nothing, for a line that is not UTF-8. Rust: `BufRead::read_line`.

        >>> import io
        >>> from owned import String
        >>> line, file = String(), io.BytesIO(b"one\\ntwo\\n")
        >>> line.read_line(file), line
        (4, 'one\\n')
        """
        ledger = self._ledger
        if type(self) is not ClosedString or ledger.state != FREE or getrefcount(ledger.value) > FREE_REFERENCES:
            changing(self, "read_line")
        data = file.readline()
        append(self, data, "read_line", data.isascii() or check_utf8(data))
        return len(data)

    def read_all(self, file: IO[bytes]) -> int:
        """Append all the rest of a binary file; gives how many bytes there were.

        Raises `Utf8Error`, and appends nothing, if it is not UTF-8. Rust: `Read::read_to_string`.
        """
        ledger = changing(self, "read_all")
        size = len(ledger.value)
        try:
            while piece := file.read(READ_SIZE):
                append(self, piece, "read_all", True)  # It is looked at below.
            ascii = check_utf8(ledger.value, size)
        except BaseException:
            splice(changing(self, "read_all"), size, len(ledger.value), b"")
            raise
        ledger.ascii = ledger.ascii and ascii
        return len(ledger.value) - size

    # Ends

    def into_bytes(self) -> bytearray:
        """Take the bytes out, without copying; the text is moved. Rust: `into_bytes`."""
        cls = type(self)
        return cast(
            "bytearray", cls._owned_leave(self, cls._owned_claim(self, "unwrap"), end_at("unwrapped", _getframe(1)))
        )

    def __enter__(self) -> Self:
        enter(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        return leave(self, error)  # type: ignore[return-value]

    async def __aenter__(self) -> Self:
        enter(self, asynchronous=True)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        return await leave_awaiting(self, error)  # type: ignore[return-value]

    __del__ = let_go

    __hash__ = None  # type: ignore[assignment]

    _owned_exclusive = frozenset(
        "push_str push extend pop insert remove truncate clear replace_range drain split_off retain read_line read_all"
        " __setitem__ __delitem__ __iadd__ __imul__ into_bytes".split()
    )


class AsciiString(String):
    """A `String` that is open, and ASCII altogether."""

    __slots__ = ()

    __getitem__ = cast("Any", copy_of(AsciiStr.__getitem__))


class ClosedString(String):
    """A `String` without a view: it asks its ledger when it is read."""

    __slots__ = ()

    if not TYPE_CHECKING:

        @property
        def view(self):
            """The bytes to read; opens the text."""
            return open_view(self, 3)

    def __getitem__(self, key: slice) -> Str:
        open_view(self, 2)
        return self[key]


for _kind in (AsciiString, ClosedString):
    _kind.__name__ = _kind.__qualname__ = "String"
del _kind
String._owned_slice = WideStr
AsciiString._owned_slice = AsciiStr
READ_SIZE = 1 << 20


def copied(data: bytes | bytearray | memoryview, method: str) -> Buffer:
    """A copy of bytes, which nobody else has, and so nobody changes."""
    if not isinstance(data, (bytes, bytearray, memoryview)):
        raise TypeError(f"{method}() needs bytes, not {type(data).__name__!r}")
    return Buffer(data)


def one_char(char: StrLike) -> bytes:
    """The UTF-8 of one character."""
    data = bytes_of(char)
    if len(data.decode()) != 1:
        raise ValueError(f"push() takes one character, and push_str() any text; this has {len(data.decode())}")
    return data


def changed_meanwhile(ledger: Ledger, method: str) -> OwnershipError:
    """Build the error for a text that changed while the function of a method looked at it."""
    return complaints.build(
        BorrowMutError,
        f"{complaints.place('String', ledger)} was changed while {method}() looked at it",
        f"change it before or after the call of {method}()",
        [("created", ledger.created)],
        "E0499",
    )


def range_of(text: Any, key: slice) -> tuple[int, int]:
    """The range of bytes that a slice means."""
    if not isinstance(key, slice) or key.step is not None:
        raise TypeError("a text is changed by ranges of bytes, s[i:j] = text")
    start, stop, _ = key.indices(len(text))
    return start, max(start, stop)


def _dead_string(text: Any) -> OwnershipError:
    return complaints.used_after_end("String", *grave_of(text))


DeadString = tombstone(StringLayout, String, _dead_string)


def _copy_of_text(data: Data) -> Any:
    return make_string(data, data.isascii(), None, None, caller())


Text._owned_copy = staticmethod(_copy_of_text)
States.open, States.ascii, States.closed, States.dead = String, AsciiString, ClosedString, DeadString
