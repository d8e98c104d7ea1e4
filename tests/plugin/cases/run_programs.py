"""Small correct programs with files, sockets, databases, locks and tasks: nothing is reported, and nothing raises."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import heapq
import io
import itertools
import json
import os
import queue
import re
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import IO, Any, Generic, NamedTuple, Protocol, TextIO, TypeVar

from typing_extensions import Self

from owned import (
    Arc,
    Box,
    Cell,
    Map,
    Mutex,
    Owned,
    Rc,
    Ref,
    RefCell,
    RefMut,
    RwLock,
    Scope,
    Str,
    String,
    StrLike,
    Vec,
    Weak,
    aio,
    borrow,
    borrow_mut,
    channel,
    clone,
    consuming,
    deref,
    drop,
    forget,
    into_inner,
    is_live,
    move,
    replace,
    spawn,
    take,
    take_field,
    thread_scope,
    try_borrow_mut,
)

T = TypeVar("T")


def temporary(name: str = "x.txt") -> Path:
    return Path(tempfile.mkdtemp()) / name


# --- files


def copy_lines(source: Ref[TextIO], target: RefMut[TextIO]) -> int:
    count = 0
    for line in source:
        target.write(line.upper())
        count += 1
    return count


# case: pg-files | copied from one file to another
def ok_files() -> None:
    path = temporary()
    path.write_text("a\nb\n")
    with Owned(path.open()) as source, Owned(path.with_suffix(".out").open("w")) as target:
        with borrow(source) as s:
            first = s.readline()
        with borrow_mut(target) as t:
            t.write(first)
            t.write("end\n")
    assert path.with_suffix(".out").read_text() == "a\nend\n"


# case: pg-log | a class that owns a file and is a context manager
class Log:
    def __init__(self, path: Path) -> None:
        self.file: Owned[TextIO] = Owned(path.open("a"))
        self.lines = 0

    def write(self, text: str) -> None:
        self.file.value.write(text + "\n")
        self.lines += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        drop(self.file)


def ok_log() -> None:
    path = temporary()
    with Log(path) as log:
        for text in ("one", "two"):
            log.write(text)
        print(log.lines)
    assert path.read_text() == "one\ntwo\n"


# case: pg-rotating | a file that is replaced by another one
class Rotating:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.number = 0
        self.current = self.open()

    def open(self) -> Owned[TextIO]:
        self.number += 1
        return Owned((self.folder / f"{self.number}.log").open("w"))

    def write(self, text: str) -> None:
        if self.number < 3:
            drop(self.current)
            self.current = self.open()
        self.current.value.write(text)

    def close(self) -> None:
        drop(self.current)


def ok_rotating() -> None:
    log = Rotating(temporary().parent)
    try:
        for text in "abcd":
            log.write(text)
    finally:
        log.close()


# case: pg-many-files | an unknown number of files in a scope
def ok_many_files() -> None:
    folder = temporary().parent
    with Scope() as scope:
        files = [scope.own((folder / f"{n}.txt").open("w")) for n in range(3)]
        for n, file in enumerate(files):
            file.value.write(str(n))
        keep = scope.own(io.StringIO("kept"))
        kept = move(keep)
    assert all(not is_live(file) for file in files)
    assert kept.value.read() == "kept"
    drop(kept)


# case: pg-parse-config | a parser that is lent the text
@dataclass
class Config:
    values: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def set(self, key: str, value: str) -> None:
        self.values[key] = value


def parse(text: Ref[TextIO], config: RefMut[Config]) -> None:
    for number, line in enumerate(text, 1):
        key, found, value = line.partition("=")
        if not found:
            config.errors.append(f"line {number}")
            continue
        config.set(key.strip(), value.strip())


def ok_parse_config() -> None:
    config = Owned(Config())
    file = Owned(io.StringIO("a = 1\nb\nc = 3\n"))
    parse(borrow(file), borrow_mut(config))
    drop(file)
    result = into_inner(config)
    assert result.values == {"a": "1", "c": "3"}
    assert result.errors == ["line 2"]


# case: pg-zip | archives
def ok_zip() -> None:
    path = temporary("x.zip")
    with Owned(zipfile.ZipFile(path, "w")) as archive, borrow_mut(archive) as z:
        for name in ("a", "b"):
            z.writestr(name, name * 3)
    with Owned(zipfile.ZipFile(path)) as archive:
        names = sorted(archive.value.namelist())
        texts = {name: archive.value.read(name).decode() for name in names}
    assert texts == {"a": "aaa", "b": "bbb"}


# --- sockets and processes


# case: pg-socket-pair | two ends of a connection, one in a thread
def ok_socket_pair() -> None:
    near, far = socket.socketpair()
    mine, other = Owned(near), Owned(far)

    def echo(connection: Owned[socket.socket]) -> int:
        with connection as c:
            data = c.value.recv(100)
            c.value.sendall(data.upper())
        return len(data)

    handle = spawn(echo, move(other))
    with mine as m:
        m.value.sendall(b"hello")
        assert m.value.recv(100) == b"HELLO"
    assert handle.join() == 5


# case: pg-server | a server that hands each connection on
class Server:
    def __init__(self) -> None:
        self.listener = Owned(socket.create_server(("127.0.0.1", 0)))
        self.served = Arc(Mutex([0]))

    @property
    def port(self) -> int:
        number: int = self.listener.value.getsockname()[1]
        return number

    def serve_one(self) -> None:
        raw, _ = self.listener.value.accept()
        connection = Owned(raw)
        self.answer(connection)

    def answer(self, connection: Owned[socket.socket]) -> None:
        with connection as c:
            c.value.sendall(b"hi")
        with self.served.lock() as served:
            served[0] += 1

    def close(self) -> None:
        drop(self.listener)


def ok_server() -> None:
    server = Server()
    thread = threading.Thread(target=server.serve_one)
    thread.start()
    with Owned(socket.create_connection(("127.0.0.1", server.port))) as client:
        assert client.value.recv(10) == b"hi"
    thread.join()
    with server.served.lock() as served:
        assert served[0] == 1
    server.close()


# case: pg-process | a child process and its pipe
def ok_process() -> None:
    command = [sys.executable, "-c", "print('out')"]
    with Owned(subprocess.Popen(command, stdout=subprocess.PIPE, text=True)) as child:
        out, _ = child.value.communicate()
        status = child.value.returncode
    assert (out.strip(), status) == ("out", 0)


# --- databases


class Row(NamedTuple):
    id: int
    name: str


class Store:
    def __init__(self, path: str) -> None:
        self.db = Owned(sqlite3.connect(path))
        with borrow(self.db) as db:
            db.execute("create table if not exists t (id integer primary key, name text)")

    def add(self, name: str) -> int:
        with borrow(self.db) as db:
            cursor = db.execute("insert into t (name) values (?)", (name,))
            db.commit()
            return cursor.lastrowid or 0

    def all(self) -> list[Row]:
        with borrow(self.db) as db:
            return [Row(*row) for row in db.execute("select id, name from t order by id")]

    def find(self, name: str) -> Row | None:
        db = borrow(self.db)
        found = db.execute("select id, name from t where name = ?", (name,)).fetchone()
        if found is None:
            return None
        return Row(*found)

    def close(self) -> None:
        drop(self.db)


# case: pg-store | a store on a database
def ok_store() -> None:
    store = Store(":memory:")
    try:
        for name in ("a", "b"):
            store.add(name)
        assert [row.name for row in store.all()] == ["a", "b"]
        found = store.find("b")
        assert found is not None
        assert found.id == 2
        assert store.find("c") is None
    finally:
        store.close()


# case: pg-transaction | a transaction that is rolled back
@contextlib.contextmanager
def transaction(db: Ref[sqlite3.Connection]) -> Iterator[sqlite3.Cursor]:
    cursor = db.cursor()
    try:
        yield cursor
    except BaseException:
        db.rollback()
        raise
    else:
        db.commit()
    finally:
        cursor.close()


def ok_transaction() -> None:
    with Owned(sqlite3.connect(":memory:")) as db:
        with transaction(borrow(db)) as cursor:
            cursor.execute("create table t (n int)")
        with contextlib.suppress(ValueError), transaction(borrow(db)) as cursor:
            cursor.execute("insert into t values (1)")
            raise ValueError
        count = db.value.execute("select count(*) from t").fetchone()[0]
    assert count == 0


# case: pg-pool | a pool that lends connections and takes them back
class Pool:
    def __init__(self, size: int) -> None:
        self.free = [Owned(sqlite3.connect(":memory:")) for _ in range(size)]
        self.used = 0

    def take(self) -> Owned[sqlite3.Connection] | None:
        if not self.free:
            return None
        self.used += 1
        return self.free.pop()

    def give_back(self, connection: Owned[sqlite3.Connection]) -> None:
        self.used -= 1
        self.free.append(connection)

    @contextlib.contextmanager
    def lent(self) -> Iterator[Owned[sqlite3.Connection]]:
        connection = self.take()
        if connection is None:
            raise LookupError
        try:
            yield connection
        finally:
            self.give_back(connection)

    def close(self) -> None:
        while self.free:
            drop(self.free.pop())


def ok_pool() -> None:
    pool = Pool(2)
    first = pool.take()
    second = pool.take()
    assert pool.take() is None
    for connection in (first, second):
        if connection is not None:
            pool.give_back(connection)
    with pool.lent() as lent:
        assert lent.value.execute("select 1").fetchone() == (1,)
    assert pool.used == 0
    pool.close()


# case: pg-find-and-remove | an element taken out by a loop that looks for it
class Registry:
    def __init__(self) -> None:
        self.items = [Owned(Config()), Owned(Config({"a": "1"}))]

    def take(self, key: str) -> Owned[Config] | None:
        for item in self.items:
            if key in item.value.values:
                self.items.remove(item)
                return item
        return None

    def sizes(self) -> list[int]:
        return [len(item.value.values) for item in self.items]

    def prune(self) -> None:
        self.items = [item for item in self.items if item.value.values]


def ok_find_and_remove() -> None:
    registry = Registry()
    found = registry.take("a")
    assert found is not None
    assert registry.sizes() == [0]
    registry.prune()
    drop(found)


# --- locks and threads


# case: pg-counter | threads that count together
def ok_counter() -> None:
    counts: Arc[Mutex[Counter[str]]] = Arc(Mutex(Counter()))

    def work(mine: Arc[Mutex[Counter[str]]], words: str) -> None:
        for word in words.split():
            with mine.lock() as c:
                c[word] += 1

    threads = [threading.Thread(target=work, args=(clone(counts), text)) for text in ("a b", "b c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with counts.lock() as c:
        assert c["b"] == 2
    drop(counts)


# case: pg-executor | results of owned inputs
def ok_executor() -> None:
    def size(text: Owned[io.StringIO]) -> int:
        with text as t:
            return len(t.value.read())

    with ThreadPoolExecutor(2) as pool:
        futures: list[Future[int]] = [pool.submit(size, move(Owned(io.StringIO("x" * n)))) for n in range(3)]
        sizes = [future.result() for future in futures]
    assert sizes == [0, 1, 2]


# case: pg-queue | a producer and a consumer
def ok_queue() -> None:
    jobs: queue.Queue[Owned[Config] | None] = queue.Queue()

    def produce() -> None:
        for n in range(3):
            job = Owned(Config({"n": str(n)}))
            jobs.put(job)
        jobs.put(None)

    def consume(out: list[str]) -> None:
        while True:
            job = jobs.get()
            if job is None:
                break
            out.append(job.value.values["n"])
            drop(job)

    out: list[str] = []
    threads = [threading.Thread(target=produce), threading.Thread(target=consume, args=(out,))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert out == ["0", "1", "2"]


# case: pg-channel | a pipeline of threads
def ok_channel() -> None:
    tx, rx = channel(Owned[Config])
    results: Arc[Mutex[list[str]]] = Arc(Mutex([]))

    def work(out: Arc[Mutex[list[str]]]) -> None:
        with out.lock() as lines:
            lines.append("started")

    handle = spawn(work, clone(results))
    for n in range(2):
        tx.send(Owned(Config({"n": str(n)})))
    drop(tx)
    for config in rx:
        with results.lock() as lines:
            lines.append(config.value.values["n"])
        drop(config)
    handle.join()
    with results.lock() as lines:
        assert sorted(lines) == ["0", "1", "started"]


# case: pg-scoped | threads that borrow
def ok_scoped() -> None:
    data, totals = Owned(list(range(10))), Owned(Counter[str]())

    def summed(numbers: Ref[list[int]], out: RefMut[Counter[str]]) -> None:
        out["sum"] += sum(numbers)

    with thread_scope() as s:
        s.spawn(summed, borrow(data), borrow_mut(totals))
        largest = s.spawn(max, borrow(data))
        assert largest.join() == 9
    data.value.append(10)
    assert totals.value["sum"] == 45


# case: pg-cache | a cache with many readers
class Cache:
    def __init__(self) -> None:
        self.table: RwLock[dict[str, int]] = RwLock({})
        self.misses = Cell(0)

    def get(self, key: str, make: Callable[[], int]) -> int:
        with self.table.read() as table:
            if key in table:
                return table[key]
        value = make()
        with self.table.write() as table:
            table[key] = value
        self.misses.set(self.misses.get() + 1)
        return value


def ok_cache() -> None:
    cache = Cache()
    assert [cache.get("a", lambda: 1), cache.get("a", lambda: 2), cache.get("b", lambda: 3)] == [1, 1, 3]
    assert cache.misses.get() == 2


# --- tasks


class Channelled:
    def __init__(self) -> None:
        self.closed = False

    async def aclose(self) -> None:
        await asyncio.sleep(0)
        self.closed = True


# case: pg-async-resource | an asynchronous resource in a block
def ok_async_resource() -> None:
    async def main() -> None:
        raw = Channelled()
        async with Owned(raw) as r:
            assert not r.value.closed
        assert raw.closed

    asyncio.run(main())


# case: pg-tasks | tasks that share state
def ok_tasks() -> None:
    async def worker(state: Rc[aio.Mutex[list[int]]], n: int) -> int:
        async with state.lock() as numbers:
            numbers.append(n)
            await asyncio.sleep(0)
        return n

    async def main() -> list[int]:
        state = Rc(aio.Mutex([0]))
        tasks = [asyncio.create_task(worker(clone(state), n)) for n in range(3)]
        done = await asyncio.gather(*tasks)
        async with state.lock() as numbers:
            assert len(numbers) == 4
        return done

    assert asyncio.run(main()) == [0, 1, 2]


# case: pg-async-generator | an asynchronous generator that owns a file
def ok_async_generator() -> None:
    async def lines(file: Owned[io.StringIO]) -> AsyncIterator[str]:
        with file as f:
            for line in f.value:
                await asyncio.sleep(0)
                yield line.strip()

    async def main() -> list[str]:
        file = Owned(io.StringIO("a\nb\n"))
        return [line async for line in lines(move(file))]

    assert asyncio.run(main()) == ["a", "b"]


# case: pg-retry | tried again with a new resource
def ok_retry() -> None:
    def attempt(config: Owned[Config], fail: bool) -> str:
        if fail:
            raise OSError
        return into_inner(config).values["x"]

    async def main() -> str | None:
        for n in range(3):
            config = Owned(Config({"x": str(n)}))
            try:
                return attempt(move(config), fail=n < 2)
            except OSError:
                await asyncio.sleep(0)
        return None

    assert asyncio.run(main()) == "2"


# --- closures and functions


# case: pg-callbacks | callbacks that share a handle
def ok_callbacks() -> None:
    hits = Rc(RefCell([0]))
    handlers: list[Callable[[int], None]] = []
    for step in (1, 2):
        mine = clone(hits)

        def handler(n: int, mine: Rc[RefCell[list[int]]] = mine, step: int = step) -> None:
            mine.borrow_mut()[0] += n * step

        handlers.append(handler)
    for call in handlers:
        call(5)
    assert hits.borrow()[0] == 15


# case: pg-once | a closure that gives its owner away
def ok_once() -> None:
    config = Owned(Config({"a": "b"}))

    def finish() -> dict[str, str]:
        return into_inner(config).values

    assert finish() == {"a": "b"}


# case: pg-sorted | sorted, grouped and counted through a borrow
def ok_sorted() -> None:
    words = Box(["bb", "a", "ccc", "dd"])
    with borrow(words) as w:
        by_size = sorted(w, key=len)
        groups = {size: list(group) for size, group in itertools.groupby(by_size, key=len)}
        total = functools.reduce(lambda a, b: a + b, (len(word) for word in w))
    words.append("e")
    assert (groups[2], total) == (["bb", "dd"], 8)


# case: pg-heap | a priority queue of owners
class Job(NamedTuple):
    priority: int
    body: Owned[Config]


def ok_heap() -> None:
    jobs: list[tuple[int, str]] = []
    bodies = {name: Owned(Config({"name": name})) for name in ("a", "b")}
    for priority, name in ((2, "a"), (1, "b")):
        heapq.heappush(jobs, (priority, name))
    order = []
    while jobs:
        _, name = heapq.heappop(jobs)
        body = bodies.pop(name)
        order.append(body.value.values["name"])
        drop(body)
    assert order == ["b", "a"]


# case: pg-lru | a cache that drops the oldest entry
class Lru:
    def __init__(self, size: int) -> None:
        self.size = size
        self.entries: OrderedDict[str, Owned[Config]] = OrderedDict()

    def put(self, key: str, config: Owned[Config]) -> None:
        self.entries[key] = config
        while len(self.entries) > self.size:
            _, oldest = self.entries.popitem(last=False)
            drop(oldest)

    def get(self, key: str) -> Ref[Config] | None:
        if key not in self.entries:
            return None
        self.entries.move_to_end(key)
        return borrow(self.entries[key])


def ok_lru() -> None:
    cache = Lru(2)
    for name in "abc":
        cache.put(name, Owned(Config({"name": name})))
    assert cache.get("a") is None
    found = cache.get("b")
    if found is not None:
        assert found.values["name"] == "b"


# case: pg-tree | a tree of boxes
@dataclass
class Node:
    value: int
    left: Box[Node] | None = None
    right: Box[Node] | None = None

    def insert(self, value: int) -> None:
        if value < self.value:
            if self.left is None:
                self.left = Box(Node(value))
            else:
                self.left.insert(value)
        elif self.right is None:
            self.right = Box(Node(value))
        else:
            self.right.insert(value)

    def walk(self) -> Iterator[int]:
        if self.left is not None:
            yield from self.left.walk()
        yield self.value
        if self.right is not None:
            yield from self.right.walk()


def ok_tree() -> None:
    root = Box(Node(5))
    for value in (3, 8, 4):
        root.insert(value)
    assert list(root.walk()) == [3, 4, 5, 8]


# case: pg-stack | a linked stack
@dataclass
class Link:
    item: Owned[Config]
    below: Link | None


class Stack:
    def __init__(self) -> None:
        self.top: Link | None = None

    def push(self, item: Owned[Config]) -> None:
        self.top = Link(item, self.top)

    def pop(self) -> Owned[Config] | None:
        link = self.top
        if link is None:
            return None
        self.top = link.below
        return link.item


def ok_stack() -> None:
    stack = Stack()
    for n in range(3):
        stack.push(Owned(Config({"n": str(n)})))
    order = []
    while (item := stack.pop()) is not None:
        order.append(item.value.values["n"])
        drop(item)
    assert order == ["2", "1", "0"]


# case: pg-states | a machine whose states own different things
class Idle(NamedTuple):
    tries: int


@dataclass
class Connected:
    socket: Owned[io.StringIO]
    sent: int = 0


class Machine:
    def __init__(self) -> None:
        self.state: Idle | Connected = Idle(0)

    def step(self) -> str:
        match self.state:
            case Idle(tries=n) if n < 1:
                self.state = Idle(n + 1)
                return "waited"
            case Idle():
                self.state = Connected(Owned(io.StringIO()))
                return "connected"
            case Connected(socket=s) as connected:
                s.value.write("x")
                connected.sent += 1
                return f"sent {connected.sent}"

    def close(self) -> None:
        if isinstance(self.state, Connected):
            drop(self.state.socket)
        self.state = Idle(0)


def ok_states() -> None:
    machine = Machine()
    assert [machine.step() for _ in range(4)] == ["waited", "connected", "sent 1", "sent 2"]
    machine.close()


# case: pg-observer | observers held weakly
class Subject:
    def __init__(self) -> None:
        self.observers: list[Weak[RefCell[list[str]]]] = []

    def watch(self, observer: Ref[list[str]] | None, weak: Weak[RefCell[list[str]]]) -> None:
        assert observer is None
        self.observers.append(weak)

    def tell(self, text: str) -> int:
        told = 0
        for weak in self.observers:
            observer = Weak.upgrade(weak)
            if observer is not None:
                observer.borrow_mut().append(text)
                told += 1
        return told


def ok_observer() -> None:
    subject, seen = Subject(), Rc(RefCell([""]))
    subject.watch(None, Rc.downgrade(seen))
    assert subject.tell("a") == 1
    drop(seen)
    assert subject.tell("b") == 0


# case: pg-builder | a builder that is consumed
class Builder:
    def __init__(self) -> None:
        self.parts: list[str] = []

    def add(self, part: str) -> Self:
        self.parts.append(part)
        return self

    @consuming
    def build(self) -> str:
        return " ".join(self.parts)


def ok_builder() -> None:
    builder = Builder()
    for part in ("a", "b"):
        builder.add(part)
    assert builder.build() == "a b"


# case: pg-early-exit | several exits and a cleanup
def first_match(path: Path, pattern: str) -> str | None:
    file = Owned(path.open())
    try:
        if os.path.getsize(path) == 0:
            return None
        with borrow(file) as f:
            for line in f:
                found = re.search(pattern, line)
                if found is not None:
                    return found.group()
        return None
    finally:
        drop(file)


def ok_early_exit() -> None:
    path = temporary()
    path.write_text("one\ntwo 22\n")
    assert first_match(path, r"\d+") == "22"
    assert first_match(path, "x") is None


# case: pg-optional | an owner that is there or not
class Lazy:
    def __init__(self) -> None:
        self.file: Owned[io.StringIO] | None = None

    def open(self) -> Ref[io.StringIO]:
        if self.file is None:
            self.file = Owned(io.StringIO("text"))
        return borrow(self.file)

    def close(self) -> None:
        file: Owned[io.StringIO] | None = take_field(self, "file")
        if file is not None:
            drop(file)


def ok_optional() -> None:
    lazy = Lazy()
    r = lazy.open()
    assert r.read() == "text"
    drop(r)
    lazy.close()
    lazy.close()


# case: pg-swap | two buffers that are exchanged
def ok_swap() -> None:
    front, back = Box([1]), Box([2, 3])
    front, back = back, front
    old = replace(front, [9])
    assert (old, list(back)) == ([2, 3], [1])
    empty: list[int] = take(back)
    assert empty == [1]


# case: pg-generic | a container of one's own
class Slot(Generic[T]):
    def __init__(self, item: Owned[T]) -> None:
        self.item = item

    def peek(self) -> Ref[T]:
        return borrow(self.item)

    def swap(self, new: Owned[T]) -> Owned[T]:
        return self.item.replace_with(new) if hasattr(self.item, "replace_with") else self._swap(new)

    def _swap(self, new: Owned[T]) -> Owned[T]:
        old = Owned(self.item.replace(into_inner(new)))
        return old

    @consuming
    def take(self) -> Owned[T]:
        return self.item


def ok_generic() -> None:
    slot = Slot(Owned([1]))
    with slot.peek() as numbers:
        assert numbers[0] == 1
    item = slot.take()
    drop(item)


# case: pg-protocol | through a protocol
class Readable(Protocol):
    def read(self, size: int = ..., /) -> str: ...


def head(source: Readable) -> str:
    return source.read(3)


def ok_protocol() -> None:
    file = Owned(io.StringIO("abcdef"))
    assert head(file.value) == "abc"
    with borrow(file) as f:
        assert head(f) == "def"
    assert head(deref(borrow(file))) == ""
    drop(file)


# case: pg-json | read, changed and written back
def ok_json() -> None:
    path = temporary("x.json")
    path.write_text(json.dumps({"runs": [1, 2]}))
    with Owned(path.open()) as file:
        data = json.load(file.value)
    document = Box(data)
    with borrow_mut(document) as d:
        d["runs"].append(3)
        d["total"] = sum(d["runs"])
    with Owned(path.open("w")) as file:
        json.dump(into_inner(document), file.value)
    assert json.loads(path.read_text())["total"] == 6


# case: pg-groups | grouped by key
def ok_groups() -> None:
    groups: defaultdict[str, list[Owned[Config]]] = defaultdict(list)
    for name in ("a", "b", "a"):
        groups[name].append(Owned(Config({"name": name})))
    sizes = {name: len(members) for name, members in groups.items()}
    for members in groups.values():
        for member in members:
            drop(member)
    assert sizes == {"a": 2, "b": 1}


# case: pg-ring | a window of the last items
def ok_ring() -> None:
    window: deque[Owned[Config]] = deque()
    for n in range(5):
        window.append(Owned(Config({"n": str(n)})))
        if len(window) > 2:
            drop(window.popleft())
    assert [config.value.values["n"] for config in window] == ["3", "4"]


# case: pg-tokens | a tokenizer that lends slices of its buffer
def tokens(line: StrLike) -> list[Str]:
    return Str.of(line).split()


def ok_tokens() -> None:
    buffer, seen = String(), Map[str, int]()
    for line in ("set x 1\n", "set y 2\n"):
        buffer.clear()
        buffer.push_str(line)
        words = tokens(buffer)
        if len(words) == 3:
            seen.insert(str(words[1]), words[2].parse(int))
        del words
    assert seen == {"x": 1, "y": 2}


# case: pg-matrix | rows that are changed together
def ok_matrix() -> None:
    matrix = Vec([[1, 2], [3, 4]])
    for row in matrix.iter_mut():
        row.reverse()
    top, bottom = matrix.split_at_mut(1)
    top[0], bottom[0] = [0, 0], [9, 9]
    drop(top)
    drop(bottom)
    matrix.push([5])
    assert matrix.to_list() == [[0, 0], [9, 9], [5]]


# case: pg-inventory | a vector of owners that are used in place
@dataclass
class Item:
    name: str
    count: int = 0


def ok_inventory() -> None:
    items: Vec[Item] = Vec([Item("a", 1), Item("b")])
    for item in items.iter_mut():
        item.count += 1
    last = items.last_mut()
    if last is not None:
        last.count = 7
        drop(last)
    total = sum(item.count for item in items)
    names = [item.name for item in items]
    items.retain(lambda item: item.count > 2)
    items.push(Item("c"))
    assert (total, names, len(items)) == (9, ["a", "b"], 2)


# case: pg-plugin | resources that are registered by name
class Handler(Enum):
    TEXT = "text"
    DATA = "data"


class Resources:
    def __init__(self) -> None:
        self.by_kind: dict[Handler, Owned[IO[Any]]] = {}

    def register(self, kind: Handler, resource: Owned[IO[Any]]) -> None:
        old = self.by_kind.pop(kind, None)
        if old is not None:
            drop(old)
        self.by_kind[kind] = resource

    def use(self, kind: Handler, f: Callable[[IO[Any]], T]) -> T:
        with borrow(self.by_kind[kind]) as resource:
            return f(resource)

    def __exit__(self, *error: object) -> None:
        for resource in self.by_kind.values():
            drop(resource)

    def __enter__(self) -> Self:
        return self


def ok_plugin() -> None:
    with Resources() as resources:
        resources.register(Handler.TEXT, Owned(io.StringIO("a")))
        resources.register(Handler.TEXT, Owned(io.StringIO("b")))
        resources.register(Handler.DATA, Owned(io.BytesIO(b"c")))
        assert resources.use(Handler.TEXT, lambda file: file.read()) == "b"


# case: pg-try | asked before changing
def ok_try() -> None:
    numbers = Owned([1])
    r = borrow(numbers)
    m = try_borrow_mut(numbers)
    if m is None:
        drop(r)
        with borrow_mut(numbers) as again:
            again.append(2)
    else:
        m.append(3)
        drop(m)
    assert len(numbers.value) == 2


# case: pg-conditional | made or given
def total_of(numbers: Iterable[int], given: Owned[list[int]] | None = None) -> int:
    out = given if given is not None else Owned([0])
    with borrow_mut(out) as o:
        o.extend(numbers)
    return sum(into_inner(out))


def ok_conditional() -> None:
    assert total_of([1, 2]) == 3
    assert total_of([1, 2], Owned([10])) == 13


# case: pg-merge | mappings that are spread out of a borrow
def merged(defaults: Ref[dict[str, int]], given: Mapping[str, int]) -> dict[str, int]:
    result = {**defaults, **given}
    result["n"] = len(result)
    return result


def ok_merge() -> None:
    defaults = Owned({"a": 1})
    first = merged(borrow(defaults), {"b": 2})
    with borrow(defaults) as d:
        second = {**d, "c": 3}
    defaults.value["z"] = 26
    assert (first, second) == ({"a": 1, "b": 2, "n": 2}, {"a": 1, "c": 3})


# case: pg-leak | handed to somebody who closes it
def ok_leak() -> None:
    file = Owned(io.StringIO())
    raw = file.value
    forget(file)
    raw.close()
