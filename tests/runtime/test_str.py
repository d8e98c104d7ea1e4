"""`Str` has the methods of `str`, and gives the same results; where it cuts, and what it refuses."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from owned import (
    BorrowMutError,
    BorrowOutlivesOwnerError,
    CharBoundaryError,
    NotCopyError,
    StrLike,
    UseAfterDropError,
    UseAfterMoveError,
    as_str,
    utf8,
)
from tests.runtime.loose import (
    Str,
    String,
    borrow,
    clone,
    deref,
    drop,
    is_live,
    move,
)
from tests.runtime.parts import refused

FEW = settings(max_examples=60, deadline=None, derandomize=True)
CHARS = st.one_of(
    st.sampled_from("aAbBß .,=\n\r\t\v\f\x1c\x1e\x85\u2028\u3000éçłİ\u0131ǅ٣½\U0001d518😀\u0301"),
    st.characters(exclude_categories=["Cs"]),
)
TEXTS = st.text(CHARS, max_size=24)
PARTS = st.text(st.sampled_from("ab .=é\n😀"), max_size=3)


def plain(x: Any) -> Any:
    """Put `str`s in the place of `Str`s."""
    if isinstance(x, (list, tuple)):
        return type(x)(map(plain, x))
    return str(x) if isinstance(x, Str) else x


def same(text: str, ask: Callable[[Any], Any]) -> None:
    """The same question to a `str`, a `String`, a slice of one and a literal has the same answer, or the same error."""
    owner = String("é" + text + "é")
    whole = String(text)
    expected: Any
    try:
        expected = ask(text)
    except (ValueError, TypeError, KeyError, IndexError) as error:
        expected = type(error)
    fields = String(f"é;{text};é")
    pieces = fields.split(";")[1:2] if ";" not in text else []
    for asked in (whole, owner[2:-2], Str.of(text), *pieces):
        try:
            found = plain(ask(asked))
        except (ValueError, TypeError, KeyError, IndexError) as error:
            found = type(error)
        assert found == expected, type(asked)


PREDICATES = (
    "isalnum isalpha isascii isdecimal isdigit isidentifier islower isnumeric isprintable isspace istitle isupper"
).split()
TRANSFORMS = "upper lower casefold capitalize swapcase title expandtabs __str__ __repr__ __hash__ encode".split()


@FEW
@given(TEXTS)
def test_questions_without_arguments_have_the_answers_of_str(text: str) -> None:
    """Predicates and transformations agree with `str`, on any Unicode."""
    for name in [*PREDICATES, *TRANSFORMS]:
        if name == "__hash__":
            assert hash(Str.of(text)) == hash(text)
        else:
            same(text, lambda x: getattr(x, name)())
    same(text, list)
    same(text, bool)
    same(text, lambda x: f"{x:>30}|{x}")
    same(text, lambda x: (x + "é", "é" + x, x * 2, 2 * x))


@FEW
@given(TEXTS, PARTS, st.integers(-1, 3))
def test_cuts_have_the_results_of_str(text: str, part: str, times: int) -> None:
    """Splitting, stripping and partitioning agree with `str`."""
    for sep in (part, String(part), None):
        given_sep = None if sep is None else part
        for name in ("split", "rsplit"):
            same(text, lambda x: getattr(x, name)(sep if not isinstance(x, str) else given_sep, times))
    for name in ("strip", "lstrip", "rstrip"):
        same(text, lambda x: getattr(x, name)())
        same(text, lambda x: getattr(x, name)(part))
    for name in ("partition", "rpartition", "removeprefix", "removesuffix"):
        same(text, lambda x: getattr(x, name)(part))
    for keep in (True, False):
        same(text, lambda x: x.splitlines(keep))


@FEW
@given(TEXTS, PARTS)
def test_searches_have_the_results_of_str(text: str, part: str) -> None:
    """Where a part is, how often, and whether: as in `str`, but that places are bytes."""
    assume(text.isascii())
    for name in ("find", "rfind", "index", "rindex", "count", "startswith", "endswith", "__contains__"):
        same(text, lambda x: getattr(x, name)(part))
    for start in (0, 1, len(text), len(text) + 1, -2):
        for name in ("find", "rfind", "index", "rindex", "count", "startswith", "endswith"):
            same(text, lambda x: getattr(x, name)(part, start))
            same(text, lambda x: getattr(x, name)(part, start, 3))


@FEW
@given(TEXTS, PARTS)
def test_places_are_bytes(text: str, part: str) -> None:
    """`find` gives the byte offset, and cutting there gives the part."""
    data = text.encode()
    whole = Str.of(text)
    assert len(whole) == len(data)
    assert whole.find(part) == data.find(part.encode())
    assert whole.rfind(part) == data.rfind(part.encode())
    assert whole.count(part) == text.count(part)
    assert (part in whole) == (part in text)
    at = whole.find(part)
    if at >= 0:
        assert whole[at : at + len(part.encode())] == part
    assert [(at, char) for at, char in whole.char_indices()] == [
        (len(text[:n].encode()), char) for n, char in enumerate(text)
    ]
    assert list(whole.bytes()) == list(data)
    assert whole.char_count() == len(text)


@FEW
@given(TEXTS, st.integers(-30, 30) | st.none(), st.integers(-30, 30) | st.none())
def test_a_slice_is_what_bytes_cut_or_is_refused(text: str, start: int | None, stop: int | None) -> None:
    """At boundaries a slice is the text of these bytes; off a boundary it is refused, for every kind of text."""
    data = text.encode()[start:stop]
    first, last, _ = slice(start, stop).indices(len(text.encode()))
    borders = {len(text[:n].encode()) for n in range(len(text) + 1)}
    owner = String(text)
    fields = String(f"é;{text};é")
    for whole in (owner, owner[:], Str.of(text), *(fields.split(";")[1:2] if ";" not in text else [])):
        if {first, max(first, last)} <= borders:
            piece = whole[start:stop]
            assert piece == data.decode()
            assert piece.encode() == data
            drop(piece)
        else:
            with pytest.raises(CharBoundaryError):
                whole[start:stop]
            assert start is None or stop is None or start < 0 or stop < 0 or whole.get(start, stop) is None


@FEW
@given(TEXTS, TEXTS)
def test_comparisons_are_those_of_str(one: str, other: str) -> None:
    """Equality, order and hash agree with `str`, whatever the kinds of text on both sides."""
    left, right = String(one), Str.of(other)
    words = String(one + ";" + other)
    first, second = [*words.split(";"), right, right][:2]
    for a, b in (
        *((left, other), (left, right), (left[:], right), (right, one), (one, right)),
        *((first, second), (first, other), (one, second), (left, second), (first, right)),
    ):
        x, y = str(a), str(b)
        assert (a == b, a != b, a < b, a <= b, a > b, a >= b) == (x == y, x != y, x < y, x <= y, x > y, x >= y)
    assert {right: 1}[right] == 1
    assert {other: 1}[right] == 1


@FEW
@given(st.text(max_size=10), st.sampled_from(["a", "\ud800", "x\udfff"]))
def test_lone_surrogates_are_in_no_text(text: str, part: str) -> None:
    """A `str` that is no Unicode text is found nowhere and equal to nothing; making text of it is refused."""
    assume(all(not "\ud800" <= c <= "\udfff" for c in text))
    if part == "a":
        return
    whole = Str.of(text)
    assert (whole.find(part), part in whole, whole == part, whole.startswith(part)) == (-1, False, False, False)
    with pytest.raises(UnicodeEncodeError):
        String(part)
    with pytest.raises(UnicodeEncodeError):
        Str.of(part)


@FEW
@given(st.lists(st.text(CHARS, max_size=5), max_size=6))
def test_lines_are_those_of_rust(lines: list[str]) -> None:
    """`lines` ends a line at `\\n` or `\\r\\n` and nowhere else; a last empty line is none."""
    text = "\n".join(lines)
    expected = [line[:-1] if line.endswith("\r") else line for line in text.split("\n")]
    if expected[-1] == "" and not text.endswith("\r"):
        expected.pop()
    elif text and not text.endswith("\n"):
        expected[-1] = text.split("\n")[-1]
    assert [str(line) for line in Str.of(text).lines()] == expected


@pytest.mark.parametrize("window", [2, 4, 7])
def test_long_texts_are_searched_in_windows(window: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not fit into one window has the same answers: parts across a border, long pieces, many pieces."""
    monkeypatch.setattr(utf8, "WINDOW", max(window, 4))
    monkeypatch.setattr(utf8, "FIRST", window)
    for text in ("aXbXXc", "ééXéX", "aaaaaaa", "", "no separator at all", " é  b\u3000c ", "XXXX😀XX😀X"):
        for part in ("X", "XX", "é", "aa", " "):
            data = text.encode()
            whole = Str.of(text)
            assert whole.find(part) == data.find(part.encode())
            assert whole.rfind(part) == data.rfind(part.encode())
            assert whole.count(part) == text.count(part)
            for limit in (-1, 0, 1, 2):
                assert plain(whole.split(part, limit)) == text.split(part, limit)
                assert plain(whole.rsplit(part, limit)) == text.rsplit(part, limit)
        assert plain(Str.of(text).split()) == text.split()
        assert plain(Str.of(text).strip()) == text.strip()
        assert Str.of(text) == text
        assert "".join(Str.of(text).chars()) == text


def test_long_pieces_are_cut_without_copying_them() -> None:
    """Whoever looks for separators in a long text needs the memory of a window, however far they are apart."""
    text = Str.of("x" * 4_000_000)
    tracemalloc.start()
    try:
        pieces = [
            *text.split("\n"),
            *text.lines(),
            *text.split(None, 1),
            *text.splitlines(),
            *text.rsplit("=="),
            *text.partition("yy"),
            text.trim(),
        ]
        assert text.count("zz") == 0
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(pieces) == 9
    assert peak < 500_000


def test_rusts_own_methods() -> None:
    """`trim`, `split_once`, `strip_prefix`, `split_at`, `parse` and the others answer as std documents."""
    text = Str.of("\u2003 key = välue\x1f\n")
    assert text.trim() == "key = välue\x1f"
    assert plain(text.trim().split_once(" = ")) == ("key", "välue\x1f")
    assert plain(text.trim_start().rsplit_once("=")) == ("key ", " välue\x1f\n")
    assert text.split_once("?") is None
    assert plain(text.strip_prefix("\u2003")) == " key = välue\x1f\n"
    assert text.strip_prefix("x") is None
    assert text.strip_suffix("x") is None
    assert plain(Str.of("né").split_at(1)) == ("n", "é")
    with pytest.raises(CharBoundaryError, match="byte index 2 is not a char boundary: it is inside 'é'"):
        Str.of("né").split_at(2)
    assert Str.of("-7").parse(int) == -7
    assert Str.of("x").try_parse(float) is None
    assert Str.of("Grüße").eq_ignore_ascii_case("gRüßE")
    assert [Str.of("né").is_char_boundary(n) for n in range(5)] == [True, True, False, True, False]
    assert Str.of("").is_empty()


def test_every_kind_of_text_is_taken() -> None:
    """A function of text takes a `str`, a `String`, a `Str` and a borrow of a `String`; nothing is moved or kept."""

    def first_word(text: StrLike) -> str:
        return as_str(text).split_whitespace().__next__().upper()

    owner = String("two words")
    with borrow(owner) as lent:
        taken: Any = lent
        assert [first_word(x) for x in ("a b", owner, owner[4:], taken)] == ["A", "TWO", "WORDS", "TWO"]
    owner.push_str(Str.of("!"))
    assert Str.of(", ").join(["a", Str.of("b"), String("c")]) == "a, b, c"
    wrong: Any = 5
    with pytest.raises(TypeError, match="text is needed"):
        as_str(wrong)


def test_an_index_is_refused() -> None:
    """Text is cut by ranges of bytes; ASCII or not, the refusal is the same."""
    for text in ("ascii", "not äscii"):
        owner = String(text)
        for whole in (owner, Str.of(text), owner[:], owner.split("i")[0]):
            bad: Any = whole
            for index in (0, 99, "x", None):
                with pytest.raises(TypeError, match="ranges of bytes"):
                    bad[index]


@FEW
@given(TEXTS, st.integers(-9, 9) | st.none(), st.integers(-9, 9) | st.none(), st.integers(-3, 3).filter(bool))
def test_ascii_is_cut_in_steps_and_other_text_is_not(text: str, start: int | None, stop: int | None, step: int) -> None:
    """Where a byte is a character, `text[i:j:k]` is that of `str`; where it is not, a step is refused."""
    owner = String(text)
    if text.isascii():
        fields = String(f"é;{text};é")
        pieces = fields.split(";")[1:2] if ";" not in text else []
        for whole in (owner, Str.of(text), *pieces):
            part = whole[start:stop:step]
            expected = text[start:stop:step]
            assert (str(part), repr(part), f"{part}", part.encode()) == (
                expected,
                repr(expected),
                expected,
                expected.encode(),
            )
            assert (part, hash(part), part[::-1]) == (expected, hash(expected), expected[::-1])
            assert (plain(part.split()), plain(part.splitlines())) == (expected.split(), expected.splitlines())
            assert (part.find("."), part.trim(), part.to_string()) == (expected.find("."), str(part.trim()), expected)
    elif step != 1:
        for whole in (owner, Str.of(text), owner[:]):
            with pytest.raises(ValueError, match="not ASCII"):
                whole[start:stop:step]
    with pytest.raises(ValueError, match="step"):
        owner[::0]


def test_a_slice_ends_by_the_verbs() -> None:
    """A slice is dropped, moved, cloned and bound by `with` as a guard is; each end gives the loan back."""
    owner = String("some text")
    word = owner[:4]
    other = clone(word)
    again = move(word)
    refused(UseAfterMoveError, lambda: len(word), "E0382")
    drop(other)
    refused(UseAfterDropError, lambda: other.find("x"), "E0382")
    assert not is_live(other)
    assert deref(again) == "some"
    with again as bound:
        assert bound == "some"
    refused(BorrowOutlivesOwnerError, lambda: str(bound), "E0597")
    owner.push_str("!")
    assert owner == "some text!"


def test_a_small_piece_ends_by_the_verbs() -> None:
    """A word that `split` gave is dropped, moved, cloned and bound by `with` as any other slice."""
    owner = String("some text")
    word, second = owner.split()
    drop(second)
    refused(UseAfterDropError, lambda: second.view, "E0382")
    other = clone(word)
    again = move(word)
    refused(UseAfterMoveError, lambda: len(word), "E0382")
    assert "<moved Str[str]>" in repr(word).replace(" created", ">")
    drop(other)
    refused(UseAfterDropError, lambda: hash(other), "E0382")
    assert not is_live(other)
    assert deref(again) == "some"
    refused(BorrowMutError, lambda: owner.push_str("!"), "E0502")
    with again as bound:
        assert bound == "some"
    refused(BorrowOutlivesOwnerError, lambda: str(bound), "E0597")
    owner.push_str("!")
    assert owner == "some text!"


def test_a_small_piece_borrows_as_long_as_it_lives() -> None:
    """What is left of a text that was cut borrows it when its siblings, and the slice that was cut, have gone."""
    owner = String("a = 1; b = 2")
    line = owner[:]
    key, value = line.split(";")[1].split("=")
    drop(line)
    number = value.trim()
    assert (number, number.as_bytes().tobytes(), number[0:], len(value)) == ("2", b"2", "2", 2)
    refused(BorrowMutError, owner.clear, "E0502")
    del key, value, number
    owner.clear()


def test_small_pieces_end_with_their_owner() -> None:
    """When a text dies before its pieces, as variables of one call do, every one of them ends."""
    owner = String("one two three")
    words = [*owner.split(), owner[:3], *owner[4:].split(" ")]
    del owner
    for word in words:
        refused(BorrowOutlivesOwnerError, partial(len, word), "E0597")


@FEW
@given(st.lists(st.sampled_from(["a", "bc", "é", "x" * 130, "", "é" * 600, "y" * 1200, " "])), st.integers(-1, 4))
def test_pieces_of_every_length_stand_where_they_were_cut(texts: list[str], times: int) -> None:
    """Short or long, ASCII or not: a piece has the characters of `str.split`, and the bytes of its place."""
    whole = ";".join(texts)
    owner = String(whole)
    line = owner[:]
    for asked in (owner, line):
        pieces = asked.split(";", times)
        assert list(map(str, pieces)) == whole.split(";", times)
        assert [one.as_bytes().tobytes().decode() for one in pieces] == whole.split(";", times)
        assert list(map(str, asked.split(None, times))) == whole.split(None, times)
    lines = String(whole.replace(";", "\n"))
    assert [one.as_bytes().tobytes().decode() for one in lines.lines()] == list(map(str, lines.lines()))


@pytest.mark.parametrize("name", ["chars", "char_indices", "bytes", "lines", "split_whitespace"])
def test_an_iterator_borrows_from_its_making_on(name: str) -> None:
    """A text does not change between the making of an iterator and its first step; a loop keeps a temporary alive."""
    owner = String("ab")
    going = getattr(owner, name)()
    refused(BorrowMutError, owner.clear, "E0502")
    assert len([one for one in going if one]) >= 1
    del going
    owner.clear()
    assert len(list(getattr(String("ab"), name)())) >= 1


def test_a_slice_is_not_copied_or_pickled() -> None:
    """`copy`, `deepcopy` and `pickle` would leave the buffer behind: they are refused."""
    import copy
    import pickle

    owner = String("word and word")
    for word in (Str.of("word"), owner[:4], owner.split()[0]):
        for attempt in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(NotCopyError):
                attempt(word)


def test_a_long_literal_is_not_decoded_to_be_cut() -> None:
    """Cutting, asking for boundaries and searching near the beginning take no memory to speak of."""
    import tracemalloc

    text = String("ä" * 5_000_000)
    tracemalloc.start()
    for at in range(0, 2000, 2):
        piece = text[at : at + 4_000_000]
        assert piece.is_char_boundary(2)
        assert piece[2:4] == "ä"
        assert piece.find("ä") == 0
        assert piece.trim().startswith("ä")
    del piece
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200_000
