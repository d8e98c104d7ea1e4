"""Longer programs as people write them; most of them are right."""

from __future__ import annotations

import asyncio
import contextlib
import enum
import io
import json
import logging
import queue
import socket
import sqlite3
import tempfile
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TextIO, TypeVar

from owned import (
    Arc,
    Box,
    Mutex,
    Owned,
    Rc,
    Ref,
    RefCell,
    RefMut,
    Scope,
    Weak,
    borrow,
    borrow_mut,
    clone,
    consuming,
    deref,
    drop,
    forget,
    into_inner,
    is_live,
    move,
    replace,
    swap,
    take,
)

T = TypeVar("T")
log = logging.getLogger(__name__)


def look(t: object) -> None:
    print(t is None)


# case: idiom-pool | a pool that lends connections
class Pool:
    def __init__(self, size: int) -> None:
        self._idle: deque[Owned[sqlite3.Connection]] = deque()
        for _ in range(size):
            self._idle.append(Owned(sqlite3.connect(":memory:")))
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def lend(self) -> Iterator[Owned[sqlite3.Connection]]:
        with self._lock:
            conn = self._idle.popleft() if self._idle else Owned(sqlite3.connect(":memory:"))
        try:
            yield conn
        finally:
            if is_live(conn):
                with self._lock:
                    self._idle.append(conn)

    def take(self) -> Owned[sqlite3.Connection] | None:
        try:
            return self._idle.popleft()
        except IndexError:
            return None

    def put_back(self, conn: Owned[sqlite3.Connection]) -> None:
        if len(self._idle) > 10:
            drop(conn)
            return
        self._idle.append(conn)

    def close(self) -> None:
        while self._idle:
            conn = self._idle.pop()
            try:
                drop(conn)
            except sqlite3.Error as e:
                log.warning("closing failed: %s", e)


def use_pool(pool: Pool) -> int:
    with pool.lend() as conn:
        with borrow_mut(conn) as c:
            c.execute("select 1")
            n = c.total_changes
    other = pool.take()
    if other is None:
        other = Owned(sqlite3.connect(":memory:"))
    pool.put_back(other)
    return n


def misuse_pool(pool: Pool) -> None:
    conn = pool.take()
    if conn is not None:
        pool.put_back(conn)
        with borrow_mut(conn) as c:  # E: use-after-move E0382
            c.execute("select 1")


# case: idiom-linked-list | a singly linked list of boxes
class Node(Generic[T]):
    def __init__(self, value: T, after: Box[Node[T]] | None) -> None:
        self.value = value
        self.after = after


class Stack(Generic[T]):
    def __init__(self) -> None:
        self.head: Box[Node[T]] | None = None
        self.size = 0

    def push(self, value: T) -> None:
        old, self.head = self.head, None  # E: move-out-of-borrow E0507
        self.head = Box(Node(value, old))
        self.size += 1

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[T]:
        node = self.head  # E: move-out-of-borrow E0507
        while node is not None:
            yield node.value
            node = node.after


# case: idiom-retry | attempts with a fresh resource each time
def connect(host: str) -> Owned[socket.socket]:
    return Owned(socket.create_connection((host, 80)))


def retry(host: str, attempts: int = 3) -> Owned[socket.socket]:
    last: Exception | None = None
    for attempt in range(attempts):
        try:
            conn = connect(host)
        except OSError as e:
            last = e
            time.sleep(2**attempt)
            continue
        try:
            conn.value.settimeout(1.0)
        except OSError:
            drop(conn)
            continue
        return conn
    raise RuntimeError("no connection") from last


def retry_else(host: str) -> Owned[socket.socket] | None:
    for _ in range(3):
        with contextlib.suppress(OSError):
            return connect(host)
    return None


# case: idiom-pipeline | a value handed from stage to stage
@dataclass
class Batch:
    rows: list[dict[str, Any]]
    source: str = ""


def load(path: Path) -> Owned[Batch]:
    with Owned(path.open()) as f:
        return Owned(Batch(json.load(f.value), str(path)))


def clean(batch: Owned[Batch]) -> Owned[Batch]:
    with borrow_mut(batch) as b:
        b.rows = [row for row in b.rows if row]
    return batch


def enrich(batch: Owned[Batch], extra: Ref[dict[str, Any]]) -> Owned[Batch]:
    with borrow_mut(batch) as b:
        for row in b.rows:
            row.update(deref(extra))
    return batch


def store(batch: Owned[Batch]) -> int:
    b = into_inner(batch)
    return len(b.rows)


def pipeline(paths: Iterable[Path]) -> int:
    total = 0
    extra = Owned({"k": 1})
    for path in paths:
        batch = load(path)
        batch = clean(batch)
        batch = enrich(batch, borrow(extra))
        if not batch.value.rows:
            log.info("empty: %s", path)
            continue
        total += store(batch)
    return total


def pipeline_wrong(path: Path) -> int:
    batch = load(path)
    cleaned = clean(batch)
    n = store(cleaned)
    return n + len(batch.value.rows)  # E: use-after-move E0382


def pipeline_chain(path: Path) -> int:
    return store(clean(load(path)))


# case: idiom-state-machine | states that consume themselves
class Idle:
    @consuming
    def start(self, host: str) -> Running:
        return Running(host)


class Running:
    def __init__(self, host: str) -> None:
        self.host = host
        self.beats = 0

    def beat(self) -> None:
        self.beats += 1

    @consuming
    def stop(self) -> Stopped:
        return Stopped(self.beats)

    @consuming
    def restart(self) -> Running:
        stopped = self.stop()
        return stopped.reset().start("again")


class Stopped:
    def __init__(self, beats: int) -> None:
        self.beats = beats

    @consuming
    def reset(self) -> Idle:
        return Idle()


def drive() -> int:
    running = Idle().start("a")
    for _ in range(3):
        running.beat()
    running = running.restart()
    running.beat()
    stopped = running.stop()
    return stopped.beats


def drive_wrong() -> None:
    idle = Idle()
    running = idle.start("a")
    running.stop()
    running.beat()  # E: use-after-move E0382


# case: idiom-worker | a worker thread fed by a queue
@dataclass
class Job:
    name: str
    payload: Owned[bytearray]


class Worker:
    def __init__(self) -> None:
        self.jobs: queue.Queue[Owned[Job] | None] = queue.Queue()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        while True:
            job = self.jobs.get()
            if job is None:
                break
            try:
                self._handle(job)
            except ValueError:
                log.exception("failed")
            finally:
                self.jobs.task_done()

    def _handle(self, job: Owned[Job]) -> None:
        with job:
            with borrow(job) as j:
                print(j.name)

    def submit(self, job: Owned[Job]) -> None:
        self.jobs.put(job)

    def stop(self) -> None:
        self.jobs.put(None)
        self.thread.join()


def feed(worker: Worker) -> None:
    for i in range(3):
        job = Owned(Job(str(i), Owned(bytearray(3))))
        worker.submit(job)
    worker.stop()


def feed_wrong(worker: Worker) -> None:
    job = Owned(Job("a", Owned(bytearray(3))))
    worker.submit(job)
    print(job.value.name)  # E: use-after-move E0382


# case: idiom-shared-counter | shared state among threads
def count_in_threads(n: int) -> int:
    total = Arc(Mutex([0]))

    def work(mine: Arc[Mutex[list[int]]]) -> None:
        for _ in range(100):
            with mine.lock() as box:
                box[0] += 1

    threads = [threading.Thread(target=work, args=(clone(total),)) for _ in range(n)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    with total.lock() as box:
        return box[0]


# case: idiom-futures | results of an executor
def measure(b: Owned[bytearray]) -> int:
    return len(into_inner(b))


def gather(parts: list[bytes]) -> list[int]:
    with ThreadPoolExecutor() as pool:
        futures: list[Future[int]] = []
        for part in parts:
            b = Owned(bytearray(part))
            futures.append(pool.submit(measure, b))
        return [f.result() for f in futures]


# case: idiom-tree | a tree with weak parents
@dataclass
class Tree:
    name: str
    children: list[Rc[Tree]] = field(default_factory=list)
    parent: Weak[Tree] = field(default_factory=Weak)


def family() -> int:
    root = Rc(RefCell(Tree("root")))
    child = Rc(RefCell(Tree("child")))
    with root.borrow_mut() as r:
        r.name = "r"
    with child.borrow() as c:
        print(c.name)
    n = Rc.strong_count(root)
    drop(child)
    return n


# case: idiom-context | classes that are context managers themselves
class Session:
    def __init__(self, path: str) -> None:
        self.file: Owned[TextIO] = Owned(open(path))
        self.lines = 0

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *exc: object) -> None:
        drop(self.file)

    def read(self) -> str:
        with borrow_mut(self.file) as f:
            line = f.readline()
        self.lines += 1
        return line

    def reopen(self, path: str) -> None:
        self.file.value = open(path)

    def swap_with(self, other: Session) -> None:
        swap(self.file, other.file)

    @consuming
    def detach(self) -> Owned[TextIO]:
        return self.file


def session(path: str) -> str:
    with Session(path) as s:
        text = s.read()
        while text.endswith("\n"):
            text += s.read()
        return text


def detached(path: str) -> None:
    s = Session(path)
    f = s.detach()
    look(f)
    s.read()  # E: use-after-move E0382


# case: idiom-temporary | temporary files and buffers
def copy_to_temp(text: str) -> Path:
    with Owned(tempfile.NamedTemporaryFile("w", delete=False)) as f:
        with borrow_mut(f) as out:
            out.write(text)
            out.flush()
            name = out.name
    return Path(name)


def render(parts: list[str]) -> str:
    with Scope() as s:
        buffer = s.own(io.StringIO())
        for part in parts:
            buffer.value.write(part)
        return buffer.value.getvalue()


def open_all(paths: list[str]) -> list[Owned[TextIO]]:
    with Scope() as s:
        files = [s.own(open(p)) for p in paths]
        for f in files:
            look(f)
        keep: list[Owned[TextIO]] = []
        for p in paths:
            keep.append(Owned(open(p)))
        return keep


# case: idiom-cache | a cache that hands out shared handles
class Cache:
    def __init__(self) -> None:
        self._items: dict[str, Rc[bytes]] = {}

    def get(self, key: str) -> Rc[bytes]:
        found = self._items.get(key)
        if found is not None:
            return clone(found)
        fresh = Rc(key.encode())
        self._items[key] = clone(fresh)
        return fresh

    def forget(self, key: str) -> None:
        old = self._items.pop(key, None)
        if old is not None:
            drop(old)

    def sizes(self) -> dict[str, int]:
        return {k: len(v) for k, v in self._items.items()}


def cached_twice(cache: Cache) -> int:
    a = cache.get("a")
    b = cache.get("a")
    n = len(a) + len(b)
    drop(a)
    return n + len(b)


# case: idiom-undo | an undo stack
class Document:
    def __init__(self, text: Owned[list[str]]) -> None:
        self.text = text
        self.history: list[Owned[list[str]]] = []

    def edit(self, line: str) -> None:
        self.history.append(clone(self.text))
        with borrow_mut(self.text) as lines:
            lines.append(line)

    def undo(self) -> bool:
        if not self.history:
            return False
        old = self.history.pop()
        self.text = old
        return True

    def reset(self) -> list[str]:
        return replace(self.text, [])


# case: idiom-enum-visitor | values matched and consumed
class Kind(enum.Enum):
    DATA = 1
    END = 2


@dataclass
class Data:
    body: Owned[bytes]


@dataclass
class End:
    code: int


def consume(frame: Data | End) -> int:
    match frame:
        case Data(body=body):
            with borrow(body) as b:
                return len(b)
        case End(code=code):
            return code


def frames(kinds: list[Kind]) -> Iterator[Data | End]:
    for kind in kinds:
        if kind is Kind.DATA:
            body = Owned(b"x")
            yield Data(body)
        else:
            yield End(0)


def total(kinds: list[Kind]) -> int:
    return sum(consume(frame) for frame in frames(kinds))


# case: idiom-async-server | a small asynchronous server
class Connection:
    def __init__(self, name: str) -> None:
        self.name = name

    async def read(self) -> bytes:
        await asyncio.sleep(0)
        return b""

    async def aclose(self) -> None:
        await asyncio.sleep(0)


async def handle(conn: Owned[Connection]) -> None:
    async with conn:
        while True:
            with borrow_mut(conn) as c:
                data = await c.read()
            if not data:
                break


async def accept(n: int) -> AsyncIterator[Owned[Connection]]:
    for i in range(n):
        yield Owned(Connection(str(i)))


async def serve(n: int) -> None:
    tasks: set[asyncio.Task[None]] = set()
    async for conn in accept(n):
        task = asyncio.create_task(handle(conn))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)


async def serve_wrong(conn: Owned[Connection]) -> None:
    task = asyncio.create_task(handle(conn))
    print(conn.value.name)  # E: use-after-move E0382
    await task


# case: idiom-optional-field | a field that may hold an owner
class Player:
    def __init__(self) -> None:
        self.track: Owned[bytes] | None = None

    def play(self, track: Owned[bytes]) -> None:
        if self.track is not None:
            drop(self.track)
        self.track = track

    def stop(self) -> None:
        if self.track is not None:
            drop(self.track)
            self.track = None

    def eject(self) -> bytes | None:
        if self.track is None:
            return None
        return take(self.track)

    def playing(self) -> bool:
        return self.track is not None


# case: idiom-callbacks | handlers that own what they use
class Bus:
    def __init__(self) -> None:
        self.handlers: dict[str, list[Callable[[str], None]]] = {}

    def on(self, name: str, f: Callable[[str], None]) -> None:
        self.handlers.setdefault(name, []).append(f)

    def emit(self, name: str, text: str) -> None:
        for f in self.handlers.get(name, []):
            f(text)


def wire(bus: Bus) -> None:
    seen: Owned[list[str]] = Owned([])

    def remember(text: str) -> None:
        with borrow_mut(seen) as items:
            items.append(text)

    bus.on("a", remember)
    bus.on("b", lambda text: print(text))
    bus.emit("a", "hello")


# case: idiom-transaction | commit or roll back
def transfer(db: RefMut[sqlite3.Connection], amount: int) -> bool:
    try:
        db.execute("update a set n = n - ?", (amount,))
        db.execute("update b set n = n + ?", (amount,))
    except sqlite3.Error:
        db.rollback()
        return False
    else:
        db.commit()
        return True


def transfers(path: str, amounts: list[int]) -> int:
    with Owned(sqlite3.connect(path)) as db:
        done = sum(transfer(borrow_mut(db), amount) for amount in amounts)
        with borrow_mut(db) as c:
            if not transfer(borrow_mut(db), 1):  # E: borrow-conflict E0499
                c.rollback()
    return done


# case: idiom-leak | deliberately never dropped
def leak() -> list[int]:
    b = Box([1, 2])
    o = Owned([3])
    forget(o)
    return Box.leak(b)


# case: idiom-conditional-ownership | owned here or by the caller
def write(text: str, out: Owned[TextIO] | None = None) -> None:
    target = out if out is not None else Owned(open("log"))
    with borrow_mut(target) as f:
        f.write(text)
    drop(target)


def process(owner: Owned[list[int]], keep: bool) -> Owned[list[int]] | None:
    result = None
    if keep:
        result = owner
    else:
        drop(owner)
    return result


def first_live(owners: list[Owned[list[int]]]) -> Ref[list[int]] | None:
    for owner in owners:
        if is_live(owner):
            return borrow(owner)
    return None


def take_first(owners: list[Owned[list[int]]], wanted: int) -> Owned[list[int]] | None:
    for i, owner in enumerate(owners):
        if owner.value[0] == wanted:
            return owners.pop(i)
    return None


def split(o: Owned[list[int]]) -> tuple[Owned[list[int]], Owned[list[int]]]:
    items = into_inner(o)
    half = len(items) // 2
    return Owned(items[:half]), Owned(items[half:])


def merge(owners: list[Owned[list[int]]]) -> Owned[list[int]]:
    result: Owned[list[int]] = Owned([])
    while owners:
        part = owners.pop()
        result.value.extend(into_inner(part))
    return result


def max_of(a: Owned[int], b: Owned[int]) -> Owned[int]:
    if a.value > b.value:
        drop(b)
        return a
    drop(a)
    return b


def named(name: str | None, make: Callable[[], Owned[int]]) -> dict[str, Owned[int]]:
    made = make()
    if name is None:
        drop(made)
        return {}
    return {name: made}


def move_around(a: Owned[int]) -> Owned[int]:
    b = move(a)
    a = move(b)
    del b
    return a
