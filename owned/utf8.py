"""UTF-8 in buffers: checks, searches and cuts that work on bytes, in windows of bounded size.

Nothing here copies or decodes more than a window of a long text, and a question about one place costs a constant.
Positions are bytes. A character begins at every byte that is not of the form 10xxxxxx.
"""

from __future__ import annotations

import re
from codecs import utf_8_decode
from collections.abc import Iterator
from typing import TypeAlias

Data: TypeAlias = "bytes | bytearray"

WINDOW = 1 << 16
FIRST = 256
"""The first window of a search, which often ends soon; each further one is eight times as long, up to `WINDOW`."""

SHORT = 4 * FIRST
"""A text that is no longer is decoded as a whole to be cut."""

SMALL = 128
"""A slice that is no longer notes its characters: a `memoryview` of them would be a larger object."""

SPACES = re.compile(
    rb"(?:[\x09-\x0d\x1c-\x20]|\xc2[\x85\xa0]|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xa8\xa9\xaf]|\xe2\x81\x9f|\xe3\x80\x80)+"
)
"""Runs of what `str.isspace` calls white space."""

LINE_ENDS = re.compile(rb"\r\n|[\x0a-\x0d\x1c-\x1e]|\xc2\x85|\xe2\x80[\xa8\xa9]")
"""What `str.splitlines` splits at."""

WHITE_SPACE = "".join(
    map(
        chr, (9, 10, 11, 12, 13, 32, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
    )
)
"""Unicode's White_Space, which is what Rust trims: without the four separators \\x1c to \\x1f of `str.strip`."""


class Utf8Error(ValueError):
    """Bytes that are not UTF-8. `valid_up_to` is the offset of the first byte that is wrong, `reason` says why.

    Rust: `str::Utf8Error`.
    """

    def __init__(self, valid_up_to: int, reason: str) -> None:
        super().__init__(f"not UTF-8 at byte {valid_up_to}: {reason}")
        self.valid_up_to = valid_up_to
        self.reason = reason

    def __reduce__(self) -> tuple[type[Utf8Error], tuple[int, str]]:
        return type(self), (self.valid_up_to, self.reason)


class CharBoundaryError(IndexError):
    """A position inside a character: texts are cut between characters only. Rust panics."""


def check_utf8(data: Data, start: int = 0) -> bool:
    """Raise `Utf8Error` unless all bytes, from `start` on, are UTF-8; gives whether they are ASCII.

    >>> check_utf8(b"abc"), check_utf8("né".encode())
    (True, False)
    >>> check_utf8(b"ab\\xff")
    Traceback (most recent call last):
    ...
    owned.utf8.Utf8Error: not UTF-8 at byte 2: invalid start byte
    """
    if start == 0 and data.isascii():
        return True
    at, ascii, wrong = start, True, None
    while at < len(data):
        whole = start == 0 and len(data) <= WINDOW
        piece = data if whole else data[at : at + WINDOW]
        if not whole and piece.isascii():
            at += len(piece)
            continue
        ascii = False
        try:
            at += utf_8_decode(piece, "strict", at + WINDOW >= len(data))[1]
        except UnicodeDecodeError as error:
            wrong = at - start + error.start, error.reason
        if wrong is not None:
            del data, piece  # The error's frames must not keep it: who has a reference to a text's bytes borrows it.
            raise Utf8Error(*wrong)
    return ascii


def encoded(text: str) -> bytes:
    """Encode for a search: a lone surrogate becomes bytes that no UTF-8 has, so that it is never found."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def is_boundary(view: memoryview, index: int) -> bool:
    """Is this the place between two characters, the beginning, or the end?"""
    size = len(view)
    return index == size or (0 <= index < size and view[index] & 0xC0 != 0x80)


def ends_whole(view: memoryview) -> bool:
    """Does a piece of text that begins with a character, and does not end with ASCII, end with a whole character?

    Raises `IndexError` where the piece is shorter than its last character.
    """
    lead = view[-2]
    if lead >= 0xC0:
        return lead < 0xE0
    lead = view[-3]
    if lead >= 0xC0:
        return 0xE0 <= lead < 0xF0
    return view[-4] >= 0xF0


def boundary_error(view: memoryview, index: int) -> Exception:
    """Build the error for a cut where no character begins."""
    size = len(view)
    if not 0 <= index <= size:
        return IndexError(f"byte index {index} is out of the text, which has {size} bytes")
    start = index
    while start and view[start] & 0xC0 == 0x80:
        start -= 1
    stop = index
    while stop < size and view[stop] & 0xC0 == 0x80:
        stop += 1
    char = view[start:stop].tobytes().decode("utf-8", "replace")
    return CharBoundaryError(f"byte index {index} is not a char boundary: it is inside {char!r} (bytes {start}:{stop})")


def cut(view: memoryview, key: object) -> memoryview:
    """Cut a range of bytes out of a text, at boundaries; as Python cuts, beyond the ends there is nothing."""
    if not isinstance(key, slice):
        raise TypeError("a text is cut by ranges of bytes, s[i:j]; chars() and char_indices() give its characters")
    start, stop, step = key.indices(len(view))
    if step != 1:
        if not view.tobytes().isascii():
            raise ValueError("a text that is not ASCII cannot be cut in steps, which would cut characters")
        return view[key]
    stop = max(start, stop)
    for index in (start, stop):
        if not is_boundary(view, index):
            raise boundary_error(view, index)
    return view[start:stop]


def find(view: memoryview, part: bytes) -> int:
    """Find the first place of some bytes, or -1."""
    if len(view) <= FIRST:
        return view.tobytes().find(part)
    at, size, longest = 0, FIRST, max(WINDOW, 4 * len(part))
    while at <= len(view):
        found = view[at : at + size + len(part) - 1].tobytes().find(part) if part else 0
        if found >= 0:
            return at + found
        at += size
        size = min(size * 8, longest)
    return -1


def find_last(view: memoryview, part: bytes) -> int:
    """Find the last place of some bytes, or -1."""
    if len(view) <= FIRST:
        return view.tobytes().rfind(part)
    end, size, longest = len(view), FIRST, max(WINDOW, 4 * len(part))
    if not part:
        return end
    while end > 0:
        start = max(0, end - size)
        found = view[start : end + len(part) - 1].tobytes().rfind(part)
        if found >= 0:
            return start + found
        end = start
        size = min(size * 8, longest)
    return -1


def count(view: memoryview, part: bytes) -> int:
    """Count the places of some bytes, as `str.count` does: they do not overlap."""
    if not part:
        return count_chars(view) + 1
    if len(view) <= FIRST:
        return view.tobytes().count(part)
    at, total, size = 0, 0, max(WINDOW, 4 * len(part))
    while True:
        pieces = view[at : at + size].tobytes().split(part)
        total += len(pieces) - 1
        if at + size >= len(view):
            return total
        at += size - min(len(pieces[-1]), len(part) - 1)


def count_chars(view: memoryview) -> int:
    """Count the characters."""
    return sum(len(piece) for _, piece in decoded(view))


def equal(view: memoryview, other: bytes | memoryview) -> bool:
    """Are these the same bytes?"""
    size = len(view)
    if size != len(other):
        return False
    if size <= WINDOW:
        return view.tobytes() == bytes(other)
    there = memoryview(other)
    return all(view[at : at + WINDOW].tobytes() == there[at : at + WINDOW].tobytes() for at in range(0, size, WINDOW))


def decoded(view: memoryview, size: int = 4096) -> Iterator[tuple[int, str]]:
    """Decode piece by piece; gives each piece and where it begins."""
    at = 0
    while at < len(view):
        end = min(len(view), at + size)
        while end < len(view) and view[end] & 0xC0 == 0x80:
            end -= 1
        yield at, view[at:end].tobytes().decode()
        at = end


def between(view: memoryview, separator: bytes, limit: int = -1) -> Iterator[tuple[int, int, bytes | None]]:
    """Give where the pieces between separators begin and end; at most `limit` separators, if that is not negative.

    Also the bytes of a piece, if they are at hand.
    """
    start, at, gap, total = 0, 0, len(separator), len(view)
    longest = max(WINDOW, 4 * gap)
    size = longest if limit < 0 else max(FIRST, 4 * gap)
    while limit and at < total:
        window = view[at : at + size].tobytes()
        pieces = window.split(separator, limit)
        pieces.pop()
        end = at  # Of the piece, which may have begun in an earlier window.
        for piece in pieces:
            end += len(piece)
            yield start, end, piece if end - start == len(piece) else None
            start = end = end + gap
        limit -= len(pieces) if limit > 0 else 0
        at = max(start, at + len(window) - gap + 1) if at + len(window) < total else total
        size = min(size * 8, longest)
    yield start, total, None


def contiguous(view: memoryview) -> memoryview:
    """The same bytes side by side, as patterns need them: a copy, if a text was cut in steps."""
    return view if view.contiguous else memoryview(view.tobytes())


def words(view: memoryview, limit: int = -1) -> Iterator[tuple[int, int]]:
    """Give where the pieces between runs of white space begin and end, and after `limit` of them the rest."""
    at = 0
    for space in SPACES.finditer(contiguous(view)):
        if space.start() > at:
            if not limit:
                break
            limit -= 1
            yield at, space.start()
        at = space.end()
    if at < len(view):
        yield at, len(view)


def after_leading(view: memoryview, chars: str | None) -> int:
    """Find where the text begins behind leading characters of a set; `None` is white space, as for `str.strip`."""
    if (chars is None or chars is WHITE_SPACE) and len(view) and 32 < view[0] < 128:
        return 0
    at, size = 0, 64
    while at < len(view):
        end = min(len(view), at + size)
        while end < len(view) and view[end] & 0xC0 == 0x80:
            end -= 1
        kept = view[at:end].tobytes().decode().lstrip(chars)
        if kept:
            return end - len(kept.encode())
        at, size = end, min(size * 8, WINDOW)
    return len(view)


def before_trailing(view: memoryview, chars: str | None, start: int = 0) -> int:
    """Find where the text ends before trailing characters of a set."""
    end, size = len(view), 64
    if (chars is None or chars is WHITE_SPACE) and end - start > 1:
        last = view[-1]
        if last == 10:  # Which ends a line.
            end -= 1
            last = view[-2]
        if 32 < last < 128:
            return end
    while end > start:
        at = max(start, end - size)
        while view[at] & 0xC0 == 0x80:
            at -= 1
        kept = view[at:end].tobytes().decode().rstrip(chars)
        if kept:
            return at + len(kept.encode())
        end, size = at, min(size * 8, WINDOW)
    return start
