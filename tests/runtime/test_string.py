"""`String` against a `str`: random changes, slices that hinder them, verbs, ends, and the bytes it is made of."""

from __future__ import annotations

import _thread
import gc
import io
import pickle
import queue
import sys
import threading
import warnings
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from owned import (
    BorrowError,
    BorrowMutError,
    BorrowOutlivesOwnerError,
    CharBoundaryError,
    MoveWhileBorrowedError,
    NotCopyError,
    OwnedLeakWarning,
    OwnershipError,
    ReadOnlyError,
    UseAfterDropError,
    UseAfterMoveError,
    Utf8Error,
)
from tests.runtime.loose import (
    Box,
    Owned,
    Rc,
    Ref,
    RefMut,
    Scope,
    Str,
    String,
    borrow,
    borrow_mut,
    clone,
    deref,
    drop,
    forget,
    into_inner,
    is_live,
    move,
    replace,
    swap,
    take,
    try_borrow,
    try_borrow_mut,
)
from tests.runtime.parts import refused

TEXTS = st.text(st.sampled_from("ab é😀\n"), max_size=6)


def offset(text: str, n: int) -> int:
    """The byte at which a character begins, counted round and round."""
    return len(text[: n % (len(text) + 1)].encode())


class Texts(RuleBasedStateMachine):
    """One `String`, one `str` that says what is in it, and slices that are alive."""

    slices = Bundle("slices")

    @initialize(text=TEXTS)
    def begin(self, text: str) -> None:
        self.owner = String(text)
        self.model = text
        self.alive: list[Any] = []

    def change(self, call: Any, model: str) -> Any:
        """Do it if nothing is borrowed; otherwise it must be refused, and nothing may have changed."""
        if self.alive:
            refused(BorrowMutError, call, "E0502")
            return None
        result = call()
        self.model = model
        return result

    @rule(text=TEXTS, kind=st.sampled_from([str, String, Str.of]))
    def append(self, text: str, kind: Any) -> None:
        given_text = kind(text)
        self.change(lambda: self.owner.push_str(given_text), self.model + text)

    @rule(text=TEXTS)
    def append_in_place(self, text: str) -> None:
        def add() -> None:
            self.owner += text

        self.change(add, self.model + text)

    @rule(char=st.sampled_from("aé😀"))
    def push(self, char: str) -> None:
        self.change(lambda: self.owner.push(char), self.model + char)

    @rule()
    def pop(self) -> None:
        if not self.alive:
            assert self.owner.pop() == (self.model[-1] if self.model else None)
            self.model = self.model[:-1]

    @rule(n=st.integers(0, 99), text=TEXTS)
    def insert(self, n: int, text: str) -> None:
        at = offset(self.model, n)
        place = n % (len(self.model) + 1)
        self.change(lambda: self.owner.insert(at, text), self.model[:place] + text + self.model[place:])

    @rule(n=st.integers(0, 99))
    def remove(self, n: int) -> None:
        if self.model and not self.alive:
            place = n % len(self.model)
            assert self.owner.remove(len(self.model[:place].encode())) == self.model[place]
            self.model = self.model[:place] + self.model[place + 1 :]

    @rule(n=st.integers(0, 99))
    def truncate(self, n: int) -> None:
        self.change(lambda: self.owner.truncate(offset(self.model, n)), self.model[: n % (len(self.model) + 1)])

    @rule()
    def clear(self) -> None:
        self.change(self.owner.clear, "")

    @rule(a=st.integers(0, 99), b=st.integers(0, 99), text=TEXTS, how=st.sampled_from(["method", "item"]))
    def replace_range(self, a: int, b: int, text: str, how: str) -> None:
        first, last = sorted((a % (len(self.model) + 1), b % (len(self.model) + 1)))
        start, stop = offset(self.model, first), offset(self.model, last)

        def run() -> None:
            if how == "method":
                self.owner.replace_range(start, stop, text)
            else:
                self.owner[start:stop] = text

        self.change(run, self.model[:first] + text + self.model[last:])

    @rule(a=st.integers(0, 99), b=st.integers(0, 99))
    def drain(self, a: int, b: int) -> None:
        first, last = sorted((a % (len(self.model) + 1), b % (len(self.model) + 1)))
        start, stop = offset(self.model, first), offset(self.model, last)
        gone = self.change(lambda: self.owner.drain(start, stop), self.model[:first] + self.model[last:])
        assert gone is None or len(gone) == last - first

    @rule(n=st.integers(0, 99))
    def split_off(self, n: int) -> None:
        place = n % (len(self.model) + 1)
        rest = self.model[place:]
        gone = self.change(lambda: self.owner.split_off(offset(self.model, n)), self.model[:place])
        assert gone is None or gone == rest

    @rule()
    def retain(self) -> None:
        self.change(lambda: self.owner.retain(lambda char: char != "a"), self.model.replace("a", ""))

    @rule(index=st.integers(0, 40))
    def cut_inside_a_character(self, index: int) -> None:
        borders = {offset(self.model, n) for n in range(len(self.model) + 1)}
        if self.alive or index in borders:
            return
        for method, arguments in (("insert", (index, "x")), ("replace_range", (0, index, "")), ("split_off", (index,))):
            with pytest.raises(IndexError):
                getattr(self.owner, method)(*arguments)

    @rule(target=slices, a=st.integers(0, 99), b=st.integers(0, 99))
    def lend(self, a: int, b: int) -> Any:
        first, last = sorted((a % (len(self.model) + 1), b % (len(self.model) + 1)))
        piece = self.owner[offset(self.model, first) : offset(self.model, last)]
        self.alive.append(piece)
        return piece, self.model[first:last]

    @rule(one=slices)
    def read_slice(self, one: Any) -> None:
        piece, text = one
        if is_live(piece):
            assert piece == text

    @rule(one=consumes(slices))
    def end_slice(self, one: Any) -> None:
        piece, _ = one
        if is_live(piece):
            drop(piece)
            self.alive = [other for other in self.alive if other is not piece]

    @rule()
    def move_owner(self) -> None:
        if self.alive:
            refused(MoveWhileBorrowedError, lambda: move(self.owner), "E0505")
        else:
            old, self.owner = self.owner, move(self.owner)
            refused(UseAfterMoveError, lambda: len(old), "E0382")

    @rule()
    def end_owner_with_its_slices(self) -> None:
        if self.alive:
            refused(BorrowOutlivesOwnerError, lambda: self.owner.__exit__(None, None, None), "E0597")
            for piece in self.alive:
                refused(BorrowOutlivesOwnerError, lambda: str(piece), "E0597")
        else:
            drop(self.owner)
        self.alive.clear()
        self.owner, self.model = String("again"), "again"

    @rule()
    def copy(self) -> None:
        other = clone(self.owner)
        other.push_str("x")
        assert other == self.model + "x"

    @invariant()
    def the_text_is_the_models(self) -> None:
        if hasattr(self, "owner"):
            assert self.owner == self.model
            assert len(self.owner) == len(self.model.encode())
            assert self.owner.find("é") == self.model.encode().find("é".encode())


TestTexts = Texts.TestCase
TestTexts.settings = settings(max_examples=25, stateful_step_count=20, deadline=None, derandomize=True)


def test_a_change_while_a_slice_is_alive_names_both_places() -> None:
    """The error tells where the text was created, where the slice was borrowed, and where the change was tried."""
    text = String("one two")
    first = text[:3]
    drop(first)
    word = text[4:]
    error = refused(BorrowMutError, lambda: text.push_str("!"), "E0502")
    created, borrowed, used = error.sites
    assert (created.kind, borrowed.kind, used.kind) == ("created", "borrowed", "used")
    assert borrowed.line == created.line + 3
    assert used.line == created.line + 4
    assert word == "two"


def test_each_living_slice_is_listed() -> None:
    """Two slices in variables are two borrows in the message, with the lines that assigned them."""
    text = String("one two")
    one = text[:3]
    two = text[4:]
    error = refused(MoveWhileBorrowedError, lambda: move(text), "E0505")
    lines = sorted(site.line for site in error.sites if site.kind == "borrowed")
    assert lines == [error.sites[0].line + 1, error.sites[0].line + 2]
    assert one != two


def test_the_end_of_a_block_ends_slices() -> None:
    """A text that ends by its `with` ends its slices, and says so; another exception on its way stays."""
    with pytest.raises(BorrowOutlivesOwnerError):
        with String("one two") as text:
            word = text[:3]
    refused(BorrowOutlivesOwnerError, lambda: word.upper(), "E0597")
    with pytest.raises(KeyError):
        with String("one two") as text:
            word = text[:3]
            raise KeyError
    refused(BorrowOutlivesOwnerError, lambda: word.upper(), "E0597")


def test_a_slice_does_not_keep_its_text_alive() -> None:
    """A text whose last name is gone has ended; a slice that was given out is no use any more."""

    def dangling() -> Str:
        return String("local")[1:]

    piece = dangling()
    error = refused(BorrowOutlivesOwnerError, lambda: len(piece), "E0597")
    assert "after the owner ended" in str(error)
    assert not is_live(piece)


def skip_beside_threads() -> None:
    """On 3.10 a frame does not tell whether it has finished; beside other threads none is judged."""
    if sys.version_info < (3, 11) and threading.active_count() > 1:
        pytest.skip("other threads run, left by other tests")


def test_a_slice_left_in_a_failed_call_does_not_hinder() -> None:
    """What only the frames of a finished call hold is given back."""
    skip_beside_threads()

    def fail(text: String) -> None:
        word = text[:3]
        raise ValueError(str(word))

    text = String("one two")
    try:
        fail(text)
    except ValueError:
        text.push_str("!")
        assert text == "one two!"


def test_borrows_of_a_text_lead_to_it() -> None:
    """`borrow` and `borrow_mut` give guards through which the text is read, and changed, and sliced."""
    text = String("one")
    with borrow_mut(text) as m:
        m.push_str(" two")
        m += "!"
        refused(BorrowError, lambda: text.find("o"), "E0502")
        refused(BorrowMutError, lambda: text.push_str("x"), "E0499")
        assert m == "one two!"
    with borrow(text) as r:
        assert r.upper() == "ONE TWO!"
        assert r[4:7] == "two"
        assert isinstance(r, Ref)
        assert [str(word) for word in r.split()] == ["one", "two!"]
        lent: Any = r
        refused(ReadOnlyError, lambda: lent.push_str("x"), "E0596")
        refused(BorrowMutError, lambda: text.push_str("x"), "E0502")
        assert try_borrow_mut(text) is None
    exclusive = borrow_mut(text)
    assert isinstance(exclusive, RefMut)
    assert try_borrow(text) is None
    drop(exclusive)
    text.clear()


def test_slices_of_an_exclusive_borrow_hinder_its_changes() -> None:
    """What was cut through a `RefMut` keeps the text borrowed, also when the guard has gone."""
    text = String("one two")
    m = borrow_mut(text)
    word = m[:3]
    refused(BorrowMutError, lambda: m.push_str("!"), "E0502")
    drop(m)
    refused(BorrowMutError, lambda: text.push_str("!"), "E0502")
    refused(BorrowMutError, lambda: borrow_mut(text), "E0502")
    drop(word)
    text.push_str("!")
    assert text == "one two!"


def test_raw_bytes_borrow_too() -> None:
    """`as_bytes` is a read-only view; while it is alive the text cannot change."""
    text = String("bytes")
    raw = text.as_bytes()
    assert raw.readonly
    assert bytes(raw[1:3]) == b"yt"
    refused(BorrowMutError, lambda: text.push_str("x"), "E0502")
    refused(BorrowMutError, lambda: text.replace_range(0, 1, "x"), "E0502")
    raw.release()
    text.push_str("x")


def test_exchanging_texts_copies_nothing() -> None:
    """`replace`, `take` and `swap` hand buffers on, through a `RefMut` too."""
    text, other = String("one"), String("two")
    old = replace(text, other)
    assert [str(old), str(text)] == ["one", "two"]
    refused(UseAfterMoveError, lambda: len(other), "E0382")
    swap(old, text)
    assert [str(old), str(text)] == ["two", "one"]
    assert take(text) == "one"
    assert text == ""
    with borrow_mut(old) as m:
        before = replace(m, String("three"))
        m.push_str("!")
    assert [str(before), str(old)] == ["two", "three!"]
    before.push_str("?")
    assert before == "two?"


def test_the_other_verbs() -> None:
    """A text is cloned, unwrapped, forgotten, looked at and dropped like other owners."""
    text = String("text", name="letter")
    assert deref(text) == "text"
    assert type(deref(text)) is str
    copied = clone(text)
    assert into_inner(copied) == "text"
    refused(UseAfterMoveError, lambda: copied.clear(), "E0382")
    assert is_live(text)
    drop(text)
    error = refused(UseAfterDropError, lambda: text.push_str("x"), "E0382")
    assert '"letter"' in str(error)
    assert repr(text).startswith("<dropped String[str]")
    lost = String("lost")
    forget(lost)
    assert not is_live(lost)
    for attempt in ("copy", "deepcopy"):
        with pytest.raises(NotCopyError):
            getattr(__import__("copy"), attempt)(String("x"))


def test_hooks_are_given_the_text() -> None:
    """`drop=` is called once, with a `str`: by `drop`, by a block, when the last name goes, in scopes and in others."""
    log: list[str] = []
    drop(String("dropped", drop=log.append))
    with String("block", drop=log.append):
        pass
    text: String | None = String("name", drop=log.append)
    text = None
    with Scope() as scope:
        scope.own(String("scope", drop=log.append))
    box = Box([String("part", drop=log.append)])
    drop(box)
    assert log == ["dropped", "block", "name", "scope", "part"]
    taken = String("taken", drop=log.append)
    assert into_inner(taken) == "taken"
    assert len(log) == 5
    assert text is None


def test_a_text_with_a_hook_that_dies_in_a_cycle_is_a_leak() -> None:
    """The collector drops it, and the warning names the place of creation."""
    log: list[str] = []

    class Node:
        def __init__(self) -> None:
            self.own = self
            self.text = String("in a cycle", drop=log.append)

    Node()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        gc.collect()
    assert log == ["in a cycle"]
    assert [type(x.message) for x in caught] == [OwnedLeakWarning]


def test_a_text_in_an_rc_is_read_only() -> None:
    """Shared texts are read and sliced; they are neither changed nor taken away."""
    shared: Any = Rc(String("shared"))
    assert shared.upper() == "SHARED"
    assert shared[0:2] == "sh"
    refused(ReadOnlyError, lambda: shared.push_str("x"), "E0596")


def test_bytes_that_are_not_utf8_are_refused_with_their_place() -> None:
    """Made of bytes, or read from a file: the offset of the first wrong byte is said, and nothing is kept."""
    for data, place in ((b"ab\xffcd", 2), (b"\xc3", 0), ("é".encode() * 40000 + b"\xed\xa0\x80", 80000)):
        with pytest.raises(Utf8Error) as caught:
            String.from_utf8(data)
        assert caught.value.valid_up_to == place
        assert pickle.loads(pickle.dumps(caught.value)).valid_up_to == place
    text = String("kept é")
    with pytest.raises(Utf8Error) as caught:
        text.read_all(io.BytesIO(b"fine\xfe"))
    assert caught.value.valid_up_to == 4
    with pytest.raises(Utf8Error):
        text.read_line(io.BytesIO(b"\xfe\n"))
    assert text == "kept é"
    assert String.from_utf8_lossy(b"a\xffb") == "a\ufffdb"


def test_bytes_are_copied_whoever_has_them() -> None:
    """A text made of bytes shares them with nobody: not with another text's former bytes, nor with a view."""
    data = String("ab").into_bytes()
    text = String.from_utf8(data)
    data.append(255)
    text.push_str("c")
    assert text == "abc"
    assert String.from_utf8(text[1:].as_bytes()) == String.from_utf8_lossy(memoryview(b"bc")) == "bc"
    for make in (String.from_utf8, String.from_utf8_lossy):
        with pytest.raises(TypeError, match="needs bytes, not 'str'"):
            make("abc")


def test_a_thread_that_c_code_starts_reads_a_text() -> None:
    """A method that no Python function called opens a closed text all the same."""
    text = String(" abc ")
    found: queue.SimpleQueue[str] = queue.SimpleQueue()
    _thread.start_new_thread(text.parse, (found.put,))
    assert found.get(timeout=5) == " abc "


def test_a_file_is_read_line_by_line_or_whole() -> None:
    """`read_line` gives 0 at the end, `read_all` takes the rest."""
    file = io.BytesIO("one\nzwei ü\nthree".encode())
    text = String()
    assert text.read_line(file) == 4
    assert text == "one\n"
    text.clear()
    assert text.read_line(file) == 8
    assert text == "zwei ü\n"
    assert text.read_all(file) == 5
    assert text.read_line(file) == 0
    assert text == "zwei ü\nthree"
    assert bytes(text.into_bytes()) == "zwei ü\nthree".encode()


def test_pieces_of_an_iteration_lend_the_text() -> None:
    """Changing a text inside the loop over its lines is refused, and the lines are not disturbed."""
    text = String("a\nb\nc\n")
    seen = []
    for line in text.lines():
        refused(BorrowMutError, lambda: text.push_str("d\n"), "E0502")
        seen.append(str(line))
    assert seen == ["a", "b", "c"]
    del line
    text.push_str("d\n")
    for _ in text.chars():
        refused(BorrowMutError, text.clear, "E0502")
    text.clear()


def test_a_failed_parse_does_not_hinder_beside_other_threads() -> None:
    """The slice in the frames of the error that is being handled is out of reach, whatever other threads do."""
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    text = String("12x 5")
    try:
        text[0:3].parse(int)
    except ValueError:
        if sys.version_info >= (3, 11):
            text.clear()
    finally:
        done.set()
        other.join()


def test_variables_of_a_call_end_together() -> None:
    """A text and a slice of it that end with their function need no order, and nothing is said."""

    def first_word() -> str:
        text = String("one two")
        word = text.split()[0]
        return str(word)

    assert first_word() == "one"


def test_looking_for_a_borrower_leaves_its_variables_alone() -> None:
    """The search for the place of a slice keeps nothing alive, and does not touch a `locals()` that somebody has."""
    log: list[str] = []

    def change() -> None:
        text = String("one two")
        word = text[:3]
        other = Owned("other", drop=log.append)
        refused(BorrowMutError, text.clear, "E0502")
        other = None
        assert log == ["other"]
        assert word == "one"
        assert other is None

    change()

    def with_locals() -> None:
        kept = locals()
        kept["more"] = 1
        text = String("one two")
        word = text[:3]
        refused(BorrowMutError, text.clear, "E0502")
        assert kept["more"] == 1
        assert word == "one"

    with_locals()


def test_a_refused_slice_does_not_hinder() -> None:
    """What the frames of our own failed calls hold is no borrow: the text can be changed while the error is handled."""
    skip_beside_threads()
    text = String("né")
    try:
        text[0:2]
    except CharBoundaryError:
        text.push_str("!")
    try:
        text.split_at(2)
    except CharBoundaryError:
        drop(text)


def test_texts_are_added_and_repeated() -> None:
    """`+` and `*` give a new owner, `+=` and `*=` change the text in place, unless it is borrowed."""
    text = String("né")
    other = text
    both, twice = text + "!", 2 * text
    assert isinstance(both, String)
    assert isinstance(twice, String)
    assert (both, twice, text) == ("né!", "néné", "né")
    text += both
    text *= 2
    assert text is other
    assert text == "néné!néné!"
    assert text[0:3] + "x" == "néx"
    assert isinstance(text[0:3] + "x", str)
    assert text[0:3].repeat(3) == "nénéné"
    assert Str("ab").repeat(0) == ""
    with borrow_mut(text) as lent:
        lent *= 0
    assert text.is_empty()
    piece = text[:]
    refused(BorrowMutError, lambda: text.__imul__(2), "E0502")
    with pytest.raises(TypeError):
        text + 1
    with pytest.raises(TypeError):
        text * "a"
    drop(piece)


def test_a_slice_is_made_of_any_text() -> None:
    """`Str(text)` borrows: an owner, a slice, or a literal."""
    text = String("näher")
    whole = Str(text)
    assert (whole, Str(whole)[0:3], Str("literal"), Str("é"), Str()) == ("näher", "nä", "literal", "é", "")
    refused(BorrowMutError, text.clear, "E0502")
    assert type(Str("a")).__name__ == type(Str("é")).__name__ == "Str"
    assert isinstance(Str("a"), Str)
    with pytest.raises(TypeError, match="text is needed: a str, a String or a Str, not 'int'"):
        Str(3)


def test_a_capacity_is_checked() -> None:
    """A capacity is taken for what it is, and promises nothing."""
    text = String.with_capacity(1000)
    text.push_str("a")
    assert text == "a"
    with pytest.raises(ValueError, match="cannot be negative"):
        String.with_capacity(-1)


def test_threads_that_change_one_text_are_refused_or_take_turns() -> None:
    """Without a `Mutex`, too, each change is made whole or refused by an `OwnershipError`; the text stays UTF-8."""
    text = String("é")
    failed: list[BaseException] = []
    changes = [
        lambda: text.push_str("ä"),
        lambda: text.insert(0, "ö"),
        lambda: text.pop(),
        lambda: text.replace_range(0, 0, "xü"),
        lambda: text.retain(lambda char: char != "x"),
        lambda: text.truncate(0),
        lambda: text.__imul__(2) if len(text) < 1000 else text.clear(),
        lambda: str(text),
        lambda: text.split("x"),
        lambda: [*text.chars()],
    ]

    def run(change: Any) -> None:
        for _ in range(40):
            try:
                change()
            except OwnershipError:
                pass
            except BaseException as error:
                failed.append(error)

    threads = [threading.Thread(target=run, args=[change]) for change in changes]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)
    try:
        for thread in threads:
            thread.start()
    finally:
        for thread in threads:
            thread.join()
        sys.setswitchinterval(interval)
    assert not failed
    assert str(text) == text


def test_a_text_cannot_change_while_retain_looks_at_it() -> None:
    """What the function given to `retain` changes would be lost: it is refused, and stays."""
    text = String("ab")
    refused(BorrowMutError, lambda: text.retain(lambda char: text.push_str("x") is None), "E0499")
    assert text == "abxx"


def test_misuse_is_explained() -> None:
    """Places off the boundaries and more than one character are refused by ordinary errors."""
    text = String("né")
    with pytest.raises(CharBoundaryError, match="byte index 2"):
        text.insert(2, "x")
    with pytest.raises(IndexError, match="3 bytes"):
        text.remove(7)
    with pytest.raises(ValueError, match="one character"):
        text.push("ab")
    with pytest.raises(IndexError, match="ends before it begins"):
        text.replace_range(1, 0, "")
    assert text == "né"


def test_a_refusal_does_not_take_longer_the_more_pieces_are_alive() -> None:
    """One piece that is held settles it, and pieces of one place are told once."""
    text = String("ab," * 5000)
    pieces = text.split(",")
    error = refused(BorrowMutError, lambda: text.push_str("x"))
    assert 2 <= len(error.sites) <= 5
    assert len(str(error)) < 1000
    assert len(pieces) == 5001
