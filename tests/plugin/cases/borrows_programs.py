"""Longer correct programs: nothing here may be reported."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import heapq
import json
import logging
import queue
import sqlite3
import threading
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Protocol, TextIO, TypeVar

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
    into_inner,
    is_live,
    move,
    replace,
    swap,
    take,
    try_borrow,
    try_borrow_mut,
)

log = logging.getLogger(__name__)
T = TypeVar("T")
K = TypeVar("K")


# case: pr-pool | a pool that lends connections
class Connection:
    def __init__(self, number: int) -> None:
        self.number = number
        self.queries: list[str] = []

    def execute(self, query: str) -> int:
        self.queries.append(query)
        return len(self.queries)

    def close(self) -> None:
        self.queries.clear()


class Pool:
    def __init__(self, size: int) -> None:
        self.idle: deque[Owned[Connection]] = deque()
        self.made = 0
        self.size = size

    def checkout(self) -> Owned[Connection]:
        if self.idle:
            return self.idle.popleft()
        if self.made >= self.size:
            raise RuntimeError("no connection left")
        self.made += 1
        return Owned(Connection(self.made))

    def give_back(self, connection: Owned[Connection]) -> None:
        with borrow_mut(connection) as c:
            c.queries.clear()
        self.idle.append(connection)

    @contextlib.contextmanager
    def connection(self) -> Iterator[Ref[Connection]]:
        c = self.checkout()
        r = borrow(c)
        try:
            yield r
        finally:
            drop(r)
            self.give_back(c)

    def close(self) -> None:
        while self.idle:
            drop(self.idle.pop())


def use_pool(pool: Pool) -> int:
    c = pool.checkout()
    try:
        with borrow_mut(c) as connection:
            n = connection.execute("select 1")
    finally:
        pool.give_back(c)
    return n


def use_pool_scoped(pool: Pool) -> int:
    with pool.checkout() as c:
        with borrow_mut(c) as connection:
            n = connection.execute("select 1")
        if n > 1:
            pool.give_back(move(c))
        return n


# case: pr-cache | a cache of owned values
class Cache(Generic[K, T]):
    def __init__(self, limit: int, make: Callable[[K], T]) -> None:
        self.items: OrderedDict[K, Owned[T]] = OrderedDict()
        self.limit = limit
        self.make = make

    def get(self, key: K) -> Ref[T]:
        found = self.items.get(key)
        if found is None:
            found = Owned(self.make(key))
            self.items[key] = found
        self.items.move_to_end(key)
        self.shrink()
        return borrow(self.items[key])

    def shrink(self) -> None:
        while len(self.items) > self.limit:
            _, oldest = self.items.popitem(last=False)
            drop(oldest)

    def pop(self, key: K) -> Owned[T] | None:
        return self.items.pop(key, None)

    def __contains__(self, key: object) -> bool:
        return key in self.items

    def __len__(self) -> int:
        return len(self.items)


def use_cache() -> int:
    cache = Box(Cache[str, list[int]](2, lambda key: [len(key)]))
    total = 0
    for key in ("a", "bb", "a", "ccc"):
        r = cache.get(key)
        total += len(r)
        drop(r)
    if "a" in cache:
        gone = cache.pop("a")
        if gone is not None:
            total += len(into_inner(gone))
    return total + len(cache)


# case: pr-list | a linked list
@dataclass
class Node:
    value: int
    next: Owned[Node] | None = None


def build(values: Iterable[int]) -> Owned[Node] | None:
    head: Owned[Node] | None = None
    for value in values:
        head = Owned(Node(value, head))
    return head


def total_of(node: Ref[Node]) -> int:
    value: int = node.value
    if node.next is not None:
        return value + total_of(borrow(node.next))
    return value


def pop_all(node: Owned[Node] | None) -> list[int]:
    values: list[int] = []
    while node is not None:
        bare = into_inner(node)
        values.append(bare.value)
        node = bare.next
    return values


# case: pr-tree | a tree that is searched and changed
class Tree:
    def __init__(self, key: int) -> None:
        self.key = key
        self.left: Box[Tree] | None = None
        self.right: Box[Tree] | None = None

    def insert(self, key: int) -> None:
        if key < self.key:
            if self.left is None:
                self.left = Box(Tree(key))
            else:
                self.left.insert(key)
        elif self.right is None:
            self.right = Box(Tree(key))
        else:
            self.right.insert(key)

    def contains(self, key: int) -> bool:
        if key == self.key:
            return True
        if key < self.key:
            return self.left is not None and bool(self.left.contains(key))
        return self.right is not None and bool(self.right.contains(key))

    def walk(self) -> Iterator[int]:
        if self.left is not None:
            yield from self.left.walk()
        yield self.key
        if self.right is not None:
            yield from self.right.walk()

    def depth(self) -> int:
        left = self.left.depth() if self.left is not None else 0
        right = self.right.depth() if self.right is not None else 0
        return 1 + max(left, right)


def use_tree() -> list[int]:
    root = Box(Tree(5))
    for key in (3, 8, 1):
        root.insert(key)
    found = [key for key in range(10) if root.contains(key)]
    return found + list(root.walk())


# case: pr-bank | transfers between accounts
@dataclass
class Account:
    owner: str
    balance: int = 0
    history: list[int] = field(default_factory=list)

    def deposit(self, amount: int) -> None:
        self.balance += amount
        self.history.append(amount)

    def withdraw(self, amount: int) -> None:
        if amount > self.balance:
            raise ValueError("not enough")
        self.deposit(-amount)


class Bank:
    def __init__(self) -> None:
        self.accounts: dict[str, Owned[Account]] = {}

    def open(self, name: str) -> None:
        self.accounts[name] = Owned(Account(name))

    def account(self, name: str) -> RefMut[Account]:
        return borrow_mut(self.accounts[name])

    def transfer(self, a: str, b: str, amount: int) -> None:
        with self.account(a) as source, self.account(b) as target:
            source.withdraw(amount)
            target.deposit(amount)

    def close(self, name: str) -> Account:
        return into_inner(self.accounts.pop(name))

    def richest(self) -> str | None:
        best: str | None = None
        most = -1
        for name, account in self.accounts.items():
            with borrow(account) as view:
                if view.balance > most:
                    best, most = name, view.balance
        return best

    def total(self) -> int:
        return sum(account.value.balance for account in self.accounts.values())


def use_bank() -> int:
    bank = Bank()
    bank.open("a")
    bank.open("b")
    with bank.account("a") as account:
        account.deposit(10)
    try:
        bank.transfer("a", "b", 20)
    except ValueError as error:
        log.warning("refused: %s", error)
    else:
        log.info("done")
    finally:
        log.info("total %d", bank.total())
    closed = bank.close("a")
    return closed.balance


# case: pr-builder | a builder
class Request:
    def __init__(self, url: str) -> None:
        self.url = url
        self.headers: dict[str, str] = {}

    @consuming
    def header(self, name: str, value: str) -> Request:
        made = Request(self.url)
        made.headers = {**self.headers, name: value}
        return made

    @consuming
    def send(self) -> str:
        return f"{self.url} {json.dumps(self.headers)}"


def use_builder(extra: Mapping[str, str]) -> str:
    request = Request("http://example.com").header("a", "b")
    for name, value in extra.items():
        request = request.header(name, value)
    return request.send()


# case: pr-state | a machine with states
class State(Enum):
    IDLE = auto()
    RUNNING = auto()
    DONE = auto()


class Machine:
    def __init__(self) -> None:
        self.state = State.IDLE
        self.job: Owned[Connection] | None = None

    def start(self, job: Owned[Connection]) -> None:
        if self.job is not None:
            drop(self.job)
        self.job = job
        self.state = State.RUNNING

    def step(self) -> State:
        match self.state:
            case State.IDLE:
                pass
            case State.RUNNING if self.job is not None:
                with borrow_mut(self.job) as job:
                    job.execute("step")
                self.state = State.DONE
            case State.RUNNING | State.DONE:
                self.state = State.IDLE
        return self.state

    @consuming
    def finish(self) -> Owned[Connection] | None:
        return self.job


# case: pr-files | real files
def copy_lines(source: Path, target: Path) -> int:
    with Owned(source.open()) as reader, Owned(target.open("w")) as writer:
        count = 0
        with borrow_mut(writer) as out, borrow(reader) as lines:
            for line in lines:
                out.write(line.strip() + "\n")
                count += 1
        return count


def open_log(path: Path) -> Owned[TextIO]:
    f: Owned[TextIO] = Owned(path.open("a"))
    try:
        with borrow_mut(f) as out:
            out.write("opened\n")
    except OSError:
        drop(f)
        raise
    return f


def rotate(logs: list[Owned[TextIO]], path: Path) -> None:
    old = logs.pop(0) if logs else None
    if old is not None:
        drop(old)
    logs.append(open_log(path))


def first_lines(paths: Sequence[Path]) -> dict[str, str]:
    found: dict[str, str] = {}
    with Scope() as s:
        files = {path.name: s.own(path.open()) for path in paths}
        for name, f in files.items():
            with borrow(f) as lines:
                found[name] = lines.readline()
    return found


# case: pr-database | a database with a transaction
def use_database(rows: Iterable[tuple[int, str]]) -> int:
    with Owned(sqlite3.connect(":memory:")) as db:
        with borrow_mut(db) as connection:
            connection.execute("create table t (n integer, s text)")
            connection.executemany("insert into t values (?, ?)", rows)
            connection.commit()
        with borrow(db) as connection:
            (count,) = connection.execute("select count(*) from t").fetchone()
    return int(count)


# case: pr-threads | workers that own their jobs
@dataclass
class Job:
    number: int
    data: Owned[list[int]]


def worker(jobs: queue.Queue[Job | None], results: Arc[Mutex[dict[int, int]]]) -> None:
    while True:
        job = jobs.get()
        if job is None:
            return
        with borrow(job.data) as data:
            total = sum(data)
        with results.lock() as found:
            found[job.number] = total


def run_workers(count: int) -> dict[int, int]:
    jobs: queue.Queue[Job | None] = queue.Queue()
    results = Arc(Mutex[dict[int, int]]({}))
    threads = [threading.Thread(target=worker, args=(jobs, clone(results))) for _ in range(count)]
    for thread in threads:
        thread.start()
    for n in range(10):
        jobs.put(Job(n, Owned(list(range(n)))))
    for _ in threads:
        jobs.put(None)
    for thread in threads:
        thread.join()
    with results.lock() as found:
        return dict(found)


def run_in_pool(data: Sequence[int]) -> int:
    def part(items: Owned[list[int]]) -> int:
        return sum(into_inner(items))

    with ThreadPoolExecutor(max_workers=2) as pool:
        futures: list[Future[int]] = []
        for n in data:
            items = Owned([n])
            futures.append(pool.submit(part, move(items)))
        return sum(f.result() for f in futures)


# case: pr-async | a server of tasks
class Server:
    def __init__(self) -> None:
        self.sessions: dict[int, Owned[Connection]] = {}
        self.tasks: set[asyncio.Task[int]] = set()

    async def serve(self, number: int) -> int:
        self.sessions[number] = Owned(Connection(number))
        try:
            return await self.talk(number)
        finally:
            drop(self.sessions.pop(number))

    async def talk(self, number: int) -> int:
        n = 0
        for _ in range(3):
            with borrow_mut(self.sessions[number]) as session:
                n = session.execute("x")
            await asyncio.sleep(0)
        return n

    def start(self, number: int) -> None:
        task = asyncio.create_task(self.serve(number))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def stop(self) -> None:
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def ping(c: RefMut[Connection]) -> int:
    await asyncio.sleep(0)
    n: int = c.execute("ping")
    return n


async def use_connection() -> int:
    async with Owned(Connection(1)) as c:
        n = await ping(borrow_mut(c))
        try:
            async with asyncio.timeout(1):
                n += await ping(borrow_mut(c))
        except TimeoutError:
            n = 0
        await asyncio.wait_for(ping(borrow_mut(c)), 1)
        return n


async def ticks(count: int) -> AsyncIterator[int]:
    for n in range(count):
        yield n
        await asyncio.sleep(0)


async def total_ticks(sink: RefMut[list[int]]) -> int:
    async for n in ticks(3):
        sink.append(n)
    return len(sink)


# case: pr-graph | shared nodes
class Vertex:
    def __init__(self, name: str) -> None:
        self.name = name
        self.edges: list[Rc[RefCell[Vertex]]] = []
        self.parent: Weak[RefCell[Vertex]] = Weak()


def link(a: Rc[RefCell[Vertex]], b: Rc[RefCell[Vertex]]) -> None:
    with a.borrow_mut() as v:
        v.edges.append(clone(b))
    b.borrow_mut().parent = Rc.downgrade(a)


def names(start: Rc[RefCell[Vertex]]) -> list[str]:
    found: list[str] = []
    waiting = [clone(start)]
    while waiting:
        current = waiting.pop()
        with current.borrow() as v:
            found.append(v.name)
            waiting.extend(clone(edge) for edge in v.edges)
    return found


# case: pr-verbs | the verbs as they are meant
def rotate_values(a: Owned[list[int]], b: Owned[list[int]]) -> list[int]:
    swap(a, b)
    old = replace(a, [1])
    rest = take(b)
    return old + rest


def ask_first(a: Owned[list[int]]) -> int:
    r = try_borrow(a)
    if r is None:
        return 0
    n = len(r)
    drop(r)
    m = try_borrow_mut(a)
    if m is not None:
        m.append(n)
        drop(m)
    if is_live(a):
        drop(a)
    return n


def lend_and_wait(t: Box[list[int]], done: Callable[[Ref[list[int]]], bool]) -> int:
    rounds = 0
    while not done(borrow(t)):
        t.append(rounds)
        rounds += 1
        if rounds > 10:
            break
    else:
        t.clear()
    return rounds


def retry(make: Callable[[], Owned[Connection]]) -> Owned[Connection]:
    last: Exception | None = None
    for attempt in range(3):
        c = make()
        try:
            with borrow_mut(c) as connection:
                connection.execute(f"ping {attempt}")
        except OSError as error:
            last = error
            drop(c)
            continue
        return c
    raise RuntimeError("no connection") from last


def merge(sources: list[Owned[list[int]]]) -> list[int]:
    with Scope() as s:
        lists = [s.own(into_inner(source)) for source in sources]
        return list(heapq.merge(*(sorted(x.value) for x in lists)))


def group(words: Iterable[str]) -> dict[int, Box[list[str]]]:
    found: dict[int, Box[list[str]]] = {}
    for word in words:
        size = len(word)
        if size not in found:
            found[size] = Box([])
        found[size].append(word)
    for size, many in found.items():
        many.sort(key=lambda word: (len(word), size))
    return found


def largest(groups: dict[int, Box[list[str]]]) -> Ref[list[str]]:
    best = max(groups, key=lambda size: len(groups[size]))
    return borrow(groups[best])


# case: pr-context | a context manager of our own over an owner
class Session:
    def __init__(self, c: Owned[Connection]) -> None:
        self.c = c
        self.count = 0

    def __enter__(self) -> Session:
        return self

    def __exit__(self, t: type[BaseException] | None, e: BaseException | None, tb: TracebackType | None) -> None:
        drop(self.c)

    def run(self, query: str) -> int:
        with borrow_mut(self.c) as c:
            self.count += 1
            return c.execute(query)

    @property
    def last(self) -> str | None:
        with borrow(self.c) as c:
            return c.queries[-1] if c.queries else None


def use_session(pool: Pool) -> str | None:
    with Session(pool.checkout()) as session:
        session.run("a")
        session.run("b")
        return session.last


# case: pr-protocol | a protocol that is satisfied by owners' values
class Closable(Protocol):
    def close(self) -> None: ...


def close_all(items: Iterable[Owned[Connection]]) -> None:
    for item in items:
        with borrow_mut(item) as c:
            closable: Closable = c
            closable.close()


# case: pr-decorated | decorated functions and partials
def logged(f: Callable[..., T]) -> Callable[..., T]:
    @functools.wraps(f)
    def run(*args: Any, **kwargs: Any) -> T:
        log.info("call %s", f.__name__)
        return f(*args, **kwargs)

    return run


@logged
def size_of(r: Ref[list[int]]) -> int:
    return len(r)


def use_logged() -> int:
    v = Box([1])
    n = size_of(borrow(v))
    v.append(n)
    count = functools.partial(len)
    return count(deref(v))


# case: pr-class-attribute | an owner that a class keeps
class Lazy:
    made: Owned[Connection] | None = None

    @classmethod
    def get(cls) -> Ref[Connection]:
        if cls.made is None:
            cls.made = Owned(Connection(0))
        return borrow(cls.made)

    @classmethod
    def reset(cls) -> None:
        if cls.made is not None:
            drop(cls.made)
        cls.made = None


# case: pr-observers | callbacks on bound methods and closures over `self`
class Observers:
    def __init__(self) -> None:
        self.callbacks: list[Callable[[int], None]] = []
        self.total = Box(Account("x"))

    def subscribe(self, f: Callable[[int], None]) -> Callable[[], None]:
        self.callbacks.append(f)
        return lambda: self.callbacks.remove(f)

    def setup(self) -> None:
        self.subscribe(lambda n: self.add(n))
        self.callbacks.append(self.add)
        self.callbacks.append(lambda n: self.add(n))

    def add(self, n: int) -> None:
        self.total.balance += n
        with borrow_mut(self.total) as t:
            t.deposit(n)

    def run(self) -> int:
        for f in self.callbacks:
            f(1)
        return self.total.balance

    async def run_later(self) -> None:
        loop = asyncio.get_running_loop()
        loop.call_soon(self.add, 1)
        loop.call_later(1, lambda: self.add(2))
        await loop.run_in_executor(None, self.run)
        task = asyncio.create_task(self.run_later())
        await task


# case: pr-buffer | a buffer with the usual methods
class Buffer:
    def __init__(self) -> None:
        self.data = Owned(bytearray())

    def write(self, b: bytes) -> int:
        with borrow_mut(self.data) as d:
            d.extend(b)
            return len(d)

    def flush(self, out: TextIO) -> None:
        with borrow(self.data) as d:
            out.write(d.decode())
        self.data.value = bytearray()

    def swap_with(self, other: Buffer) -> None:
        swap(self.data, other.data)

    def take(self) -> bytearray:
        return replace(self.data, bytearray())

    def view(self) -> Ref[bytearray]:
        return borrow(self.data)

    def __len__(self) -> int:
        return len(borrow(self.data))

    def __del__(self) -> None:
        drop(self.data)


def use_buffer() -> int:
    b = Box(Buffer())
    b.write(b"x")
    v = b.view()
    n = len(v)
    drop(v)
    b.write(b"y" * n)
    with b.view() as d:
        n += len(bytes(d))
    b.take()
    c = clone(b)
    b.swap_with(into_inner(c))
    return n + len(b)


# case: pr-queue | owners through an asynchronous queue
async def drain(q: asyncio.Queue[Owned[Connection]], out: Arc[Mutex[list[int]]]) -> None:
    while True:
        c = await q.get()
        try:
            async with c:
                with borrow(c) as r:
                    n = r.number
            with out.lock() as found:
                found.append(n)
        finally:
            q.task_done()


async def fill(out: Arc[Mutex[list[int]]]) -> None:
    q: asyncio.Queue[Owned[Connection]] = asyncio.Queue()
    workers = [asyncio.create_task(drain(q, clone(out))) for _ in range(3)]
    for n in range(3):
        c = Owned(Connection(n))
        await q.put(c)
    await q.join()
    for w in workers:
        w.cancel()


# case: pr-refmut | an exclusive borrow of a list
def shuffle(m: RefMut[list[Account]], n: int) -> int:
    for a in m:
        a.balance += 1
    for i in range(len(m)):
        m[i].balance += 1
    m[0], m[1] = m[1], m[0]
    m[0].history.append(1)
    total = sum(a.balance for a in m)
    m[:] = [a for a in m if a.balance]
    del m[0]
    m.sort(key=lambda a: -a.balance)
    if n:
        shuffle(m, n - 1)
        shuffle(borrow_mut(m), n - 1)
    return total + len([a for a in m])
