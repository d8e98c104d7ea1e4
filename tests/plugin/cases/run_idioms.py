"""More correct programs: clients, graphs, sessions, decorators, tasks; nothing is reported, and nothing raises."""

from __future__ import annotations

import abc
import asyncio
import contextlib
import csv
import io
import logging
import socket
import socketserver
import sqlite3
import struct
import tempfile
import threading
import time
import typing as t
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial, singledispatch, wraps
from io import TextIOWrapper
from pathlib import Path

import owned as o
from owned import (
    Box,
    Cell,
    Map,
    Owned,
    Rc,
    Ref,
    RefCell,
    RefMut,
    Scope,
    Str,
    String,
    Vec,
    borrow,
    borrow_mut,
    clone,
    consuming,
    drop,
    into_inner,
    move,
    swap,
)

P = t.ParamSpec("P")
R = t.TypeVar("R")
T = t.TypeVar("T")
log = logging.getLogger(__name__)


@dataclass
class Frame:
    data: bytes
    tags: list[str] = field(default_factory=list)


class Transport(abc.ABC):
    @abc.abstractmethod
    def send(self, frame: Ref[Frame]) -> int: ...

    @abc.abstractmethod
    def close(self) -> None: ...


class Memory(Transport):
    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def send(self, frame: Ref[Frame]) -> int:
        self.sent.append(frame.data)
        return len(frame.data)

    def close(self) -> None:
        self.sent.clear()


class Client:
    def __init__(self, transport: Owned[Transport]) -> None:
        self.transport = transport
        self.pending: list[Owned[Frame]] = []
        self.stats = Cell(0)

    def queue(self, frame: Owned[Frame]) -> Client:
        self.pending.append(frame)
        return self

    def flush(self) -> int:
        total = 0
        pending, self.pending = self.pending, []
        for frame in pending:
            total += self.transport.value.send(borrow(frame))
            drop(frame)
        self.stats.set(self.stats.get() + total)
        return total

    def flush_one(self) -> int:
        if not self.pending:
            return 0
        frame = self.pending.pop(0)
        with frame as f:
            return self.transport.value.send(borrow(f))

    @consuming
    def close(self) -> None:
        for frame in self.pending:
            drop(frame)
        drop(self.transport)


def ok_client() -> None:
    client = Client(Owned(t.cast(Transport, Memory())))
    client.queue(Owned(Frame(b"abc"))).queue(Owned(Frame(b"de")))
    assert client.flush_one() == 3
    assert client.flush() == 2
    client.close()


def timed(f: Callable[P, R]) -> Callable[P, R]:
    @wraps(f)
    def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        start = time.perf_counter()
        try:
            return f(*args, **kwargs)
        finally:
            log.debug("%s", time.perf_counter() - start)

    return inner


@timed
def consume_frame(frame: Owned[Frame]) -> bytes:
    return into_inner(frame).data


def ok_decorated() -> None:
    assert consume_frame(Owned(Frame(b"x"))) == b"x"
    frame = Owned(Frame(b"y"))
    data = consume_frame(move(frame))
    assert data == b"y"


@contextmanager
def opened(path: Path) -> Iterator[Owned[TextIOWrapper]]:
    with Owned(path.open("w+")) as file:
        yield file


def ok_opened() -> None:
    path = Path(tempfile.mkdtemp()) / "a"
    with opened(path) as file:
        file.value.write("text")
        with borrow_mut(file) as f:
            f.write("more")
    assert path.read_text() == "textmore"


def ok_exit_stack() -> None:
    with ExitStack() as stack:
        files = [stack.enter_context(Owned(io.StringIO(str(n)))) for n in range(3)]
        texts = [file.value.read() for file in files]
    assert texts == ["0", "1", "2"]


def ok_enter_nested() -> None:
    with Scope() as outer:
        db = outer.own(sqlite3.connect(":memory:"))
        with Scope() as inner:
            cursor = inner.own(db.value.cursor())
            cursor.value.execute("create table t (n int)")
        rows = db.value.execute("select * from t").fetchall()
    assert rows == []


def split_ownership(frames: list[Owned[Frame]]) -> tuple[list[Owned[Frame]], list[Owned[Frame]]]:
    small: list[Owned[Frame]] = []
    big: list[Owned[Frame]] = []
    while frames:
        frame = frames.pop()
        (small if len(frame.value.data) < 2 else big).append(frame)
    return small, big


def ok_split_ownership() -> None:
    small, big = split_ownership([Owned(Frame(b"a")), Owned(Frame(b"bcd"))])
    assert (len(small), len(big)) == (1, 1)
    for frame in small + big:
        drop(frame)


class Cursor:
    def __init__(self, data: Ref[bytes] | bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, n: int) -> bytes:
        part = self.data[self.at : self.at + n]
        self.at += n
        return part


def ok_struct() -> None:
    raw = Owned(struct.pack(">HI", 1, 2))
    with borrow(raw) as data:
        cursor = Cursor(data)
        (kind,) = struct.unpack(">H", cursor.take(2))
        (size,) = struct.unpack(">I", cursor.take(4))
    assert (kind, size) == (1, 2)


class Document:
    def __init__(self) -> None:
        self.text = String()
        self.marks: list[tuple[int, int]] = []

    def append(self, text: str) -> None:
        start = len(self.text)
        self.text.push_str(text)
        self.marks.append((start, len(self.text)))

    def part(self, n: int) -> Str:
        start, stop = self.marks[n]
        return self.text[start:stop]

    def longest(self) -> str:
        best = max(range(len(self.marks)), key=lambda n: self.marks[n][1] - self.marks[n][0])
        return str(self.part(best))


def ok_document() -> None:
    document = Document()
    for text in ("a", "bcd", "ef"):
        document.append(text)
    assert document.longest() == "bcd"
    with document.part(0) as part:
        assert part == "a"
    document.append("!")


def ok_csv() -> None:
    source = Owned(io.StringIO("a,b\n1,2\n3,4\n"))
    with borrow(source) as s:
        rows = list(csv.DictReader(s))
    drop(source)
    assert sum(int(row["b"]) for row in rows) == 6


class Session:
    opened: t.ClassVar[int] = 0

    def __init__(self, db: Rc[RefCell[dict[str, int]]]) -> None:
        self.db = db
        Session.opened += 1

    def put(self, key: str, value: int) -> None:
        with self.db.borrow_mut() as db:
            db[key] = value

    def get(self, key: str) -> int | None:
        with self.db.borrow() as db:
            return db.get(key)

    def update(self, key: str, f: Callable[[int], int]) -> None:
        old = self.get(key) or 0
        self.put(key, f(old))

    def merge(self, other: Session) -> None:
        theirs = dict(other.db.borrow())
        with self.db.borrow_mut() as db:
            db.update(theirs)

    def keys(self) -> list[str]:
        return sorted(self.db.borrow())


def ok_session() -> None:
    db = Rc(RefCell({"z": 1}))
    a, b = Session(clone(db)), Session(clone(db))
    a.put("x", 1)
    b.update("x", lambda n: n + 1)
    a.merge(b)
    assert (a.get("x"), b.keys()) == (2, ["x", "z"])
    assert Rc.strong_count(db) == 3


class Account:
    def __init__(self, balance: int) -> None:
        self.balance = balance


def transfer(source: RefMut[Account], target: RefMut[Account], amount: int) -> None:
    if source.balance < amount:
        raise ValueError("not enough")
    source.balance -= amount
    target.balance += amount


def ok_transfer() -> None:
    bank = {name: Owned(Account(10)) for name in ("a", "b")}
    transfer(borrow_mut(bank["a"]), borrow_mut(bank["b"]), 5)
    with suppress(ValueError):
        transfer(borrow_mut(bank["a"]), borrow_mut(bank["b"]), 50)
    x, y = bank.pop("a"), bank.pop("b")
    swap(x, y)
    assert (x.value.balance, y.value.balance) == (15, 5)


def ok_two_fields() -> None:
    @dataclass
    class Pair:
        left: Owned[Account]
        right: Owned[Account]

    pair = Pair(Owned(Account(1)), Owned(Account(2)))
    with borrow_mut(pair.left) as left, borrow_mut(pair.right) as right:
        left.balance, right.balance = right.balance, left.balance
    drop(pair.left)
    pair.left = Owned(Account(9))
    assert (pair.left.value.balance, pair.right.value.balance) == (9, 1)


def ok_while_loop() -> None:
    current: Owned[Frame] | None = Owned(Frame(b"aaa"))
    sizes = []
    while current is not None:
        frame = into_inner(current)
        sizes.append(len(frame.data))
        current = Owned(Frame(frame.data[1:])) if len(frame.data) > 1 else None
    assert sizes == [3, 2, 1]


def ok_accumulate() -> None:
    best: Owned[Frame] | None = None
    for data in (b"a", b"ccc", b"bb"):
        candidate = Owned(Frame(data))
        if best is None or len(candidate.value.data) > len(best.value.data):
            if best is not None:
                drop(best)
            best = candidate
        else:
            drop(candidate)
    assert best is not None
    assert best.value.data == b"ccc"
    drop(best)


def load(path: str) -> Owned[Frame]:
    frame = Owned(Frame(path.encode()))
    try:
        if not path:
            raise ValueError(path)
    except ValueError:
        drop(frame)
        raise
    return frame


def ok_load() -> None:
    with load("x") as frame:
        assert frame.value.data == b"x"
    with suppress(ValueError):
        load("")


def ok_event_loop() -> None:
    async def reader(stream: Owned[asyncio.StreamReader]) -> bytes:
        async with aio_closing(stream) as s:
            return await s.value.read()

    @contextlib.asynccontextmanager
    async def aio_closing(stream: Owned[asyncio.StreamReader]) -> t.AsyncIterator[Owned[asyncio.StreamReader]]:
        try:
            yield stream
        finally:
            await asyncio.sleep(0)

    async def main() -> bytes:
        stream = asyncio.StreamReader()
        stream.feed_data(b"abc")
        stream.feed_eof()
        return await reader(Owned(stream))

    assert asyncio.run(main()) == b"abc"


def ok_gather() -> None:
    async def size(frame: Owned[Frame]) -> int:
        await asyncio.sleep(0)
        return len(into_inner(frame).data)

    async def main() -> list[int]:
        tasks = [asyncio.create_task(size(Owned(Frame(b"x" * n)))) for n in range(3)]
        return [await task for task in tasks]

    assert asyncio.run(main()) == [0, 1, 2]


def ok_semaphore() -> None:
    async def work(n: int, gate: asyncio.Semaphore, out: Rc[RefCell[list[int]]]) -> None:
        async with gate:
            await asyncio.sleep(0)
            out.borrow_mut().append(n)

    async def main() -> list[int]:
        gate, out = asyncio.Semaphore(2), Rc(RefCell([0]))
        await asyncio.gather(*(work(n, gate, clone(out)) for n in range(4)))
        result = list(out.borrow())
        return sorted(result)

    assert asyncio.run(main()) == [0, 0, 1, 2, 3]


class Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        connection: socket.socket = self.request
        connection.sendall(connection.recv(10).upper())


def ok_socketserver() -> None:
    with Owned(socketserver.TCPServer(("127.0.0.1", 0), Handler)) as server:
        thread = threading.Thread(target=server.value.handle_request)
        thread.start()
        with closing(socket.create_connection(("127.0.0.1", server.value.server_address[1]))) as c:
            c.sendall(b"abc")
            assert c.recv(10) == b"ABC"
        thread.join()


def ok_lambda_keys() -> None:
    frames = [Owned(Frame(b"bb")), Owned(Frame(b"a"))]
    frames.sort(key=lambda frame: len(frame.value.data))
    names = {len(frame.value.data): frame.value.data for frame in frames}
    longest = max(frames, key=lambda frame: len(frame.value.data))
    assert longest.value.data == b"bb"
    assert names == {1: b"a", 2: b"bb"}
    while frames:
        drop(frames.pop())


def ok_partial() -> None:
    def scale(factor: int, numbers: RefMut[list[int]]) -> None:
        numbers[:] = [n * factor for n in numbers]

    double = partial(scale, 2)
    numbers = Owned([1, 2])
    double(borrow_mut(numbers))
    assert numbers.value == [2, 4]


@singledispatch
def describe(x: object) -> str:
    return "object"


@describe.register
def _(x: Frame) -> str:
    return "frame"


def ok_singledispatch() -> None:
    frame = Owned(Frame(b""))
    with borrow(frame) as f:
        text = describe(o.deref(borrow(frame)))
        assert f.data == b""
    assert text == "frame"


class Graph:
    def __init__(self) -> None:
        self.nodes: dict[str, Rc[RefCell[set[str]]]] = {}

    def node(self, name: str) -> Rc[RefCell[set[str]]]:
        if name not in self.nodes:
            self.nodes[name] = Rc(RefCell[set[str]](set()))
        return clone(self.nodes[name])

    def connect(self, a: str, b: str) -> None:
        self.node(a).borrow_mut().add(b)
        self.node(b).borrow_mut().add(a)

    def reachable(self, start: str) -> set[str]:
        seen, waiting = {start}, [start]
        while waiting:
            for name in self.node(waiting.pop()).borrow():
                if name not in seen:
                    seen.add(name)
                    waiting.append(name)
        return seen


def ok_graph() -> None:
    graph = Graph()
    for a, b in (("a", "b"), ("b", "c"), ("x", "y")):
        graph.connect(a, b)
    assert graph.reachable("a") == {"a", "b", "c"}


class Undo:
    def __init__(self) -> None:
        self.text = Box(["x"])
        self.history: list[list[str]] = []

    def change(self, f: Callable[[RefMut[list[str]]], None]) -> None:
        self.history.append(list(self.text))
        f(borrow_mut(self.text))

    def undo(self) -> None:
        old = self.history.pop()
        drop(self.text)
        self.text = Box(old)


def ok_undo() -> None:
    undo = Undo()
    undo.change(lambda text: text.append("y"))
    assert undo.text == ["x", "y"]
    undo.undo()
    assert undo.text == ["x"]


def ok_vec_programs() -> None:
    words = Vec("the cat the dog".split())
    counts: Map[str, int] = Map()
    for word in words:
        with counts.entry(word).or_insert(0) as n:
            n += 1
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    words.dedup()
    words.sort()
    best = ordered[0][0]
    index = words.binary_search(best)
    words.insert(index, "a")
    assert (best, words[index], len(words)) == ("the", "a", 5)


def ok_vec_of_owned() -> None:
    frames = Vec([Owned(Frame(b"a")), Owned(Frame(b"bb"))])
    total = sum(len(frame.value.data) for frame in frames)
    for frame in frames:
        with borrow(frame) as f:
            assert f.tags == []
    last = frames.pop()
    if last is not None:
        frames.insert(0, last)
    while frames:
        item = frames.swap_remove(0)
        drop(item)
    assert total == 3


def ok_text() -> None:
    s = String("key=value; other=thing")
    pairs = {}
    for part in s.split("; "):
        halves = part.split_once("=")
        if halves is not None:
            key, value = halves
            pairs[str(key)] = str(value)
    assert pairs == {"key": "value", "other": "thing"}
