"""Files, databases, sockets, threads and pools, and the ways in which programs hold them."""

from __future__ import annotations

import io
import os
import queue
import socket
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import partial, reduce, wraps
from io import BytesIO, StringIO, TextIOWrapper
from typing import Any, Generic, NamedTuple, Protocol, TypedDict, TypeVar

from owned import (
    Arc,
    Mutex,
    Owned,
    Rc,
    Scope,
    borrow,
    borrow_mut,
    clone,
    consuming,
    drop,
    into_inner,
    is_live,
    move,
    swap,
)
from typing_extensions import ParamSpec, Self

T = TypeVar("T")
R = TypeVar("R")
P = ParamSpec("P")


def temporary() -> Owned[TextIOWrapper]:
    return Owned(io.TextIOWrapper(BytesIO(), encoding="utf-8", write_through=True))


def buffer(text: str = "a\nb\n") -> Owned[StringIO]:
    return Owned(StringIO(text))


# --- files


class LogWriter:
    def __init__(self, out: Owned[StringIO]) -> None:
        self.out = out
        self.lines = 0

    def write(self, text: str) -> None:
        self.out.value.write(text + "\n")
        self.lines += 1

    def rotate(self, new: Owned[StringIO]) -> str:
        old = self.out.replace(into_inner(new))
        return old.getvalue()

    @consuming
    def finish(self) -> str:
        return into_inner(self.out).getvalue()


def ok_log_writer() -> None:
    log = LogWriter(buffer(""))
    log.write("a")
    assert log.rotate(buffer("")) == "a\n"
    log.write("b")
    assert log.lines == 2
    assert log.finish() == "b\n"


def bad_log_writer_after_finish() -> None:
    log = LogWriter(buffer(""))
    log.finish()
    log.write("c")  # E: use-after-move E0382


def bad_log_file_used_after_handing_over() -> None:
    out = buffer("")
    log = LogWriter(move(out))
    log.write("a")
    out.value.getvalue()  # E: use-after-move E0382


def ok_copy_between_files() -> None:
    with buffer("x\ny\n") as source, buffer("") as target:
        with borrow(source) as lines, borrow_mut(target) as out:
            for line in lines:
                out.write(line.upper())
        with borrow(target) as done:
            assert done.getvalue() == "X\nY\n"


def bad_lines_after_close() -> None:
    source = buffer()
    with source:
        pass
    with borrow(source) as s:  # E: use-after-move E0382
        s.read()


def ok_first_that_opens() -> None:
    def first(names: list[str]) -> Owned[TextIOWrapper] | None:
        for name in names:
            try:
                return Owned(open(name, encoding="utf-8"))
            except OSError:
                continue
        return None

    found = first(["/nowhere/1", os.devnull])
    assert found is not None
    with found as f:
        assert f.value.read() == ""


def ok_open_if_needed() -> None:
    def total(path: str | None, given: Owned[StringIO] | None) -> int:
        source = given if given is not None else buffer("1\n2\n")
        with source as s:
            return sum(int(line) for line in s.value)

    assert total(None, None) == 3
    assert total(None, buffer("4\n")) == 4


def bad_maybe_closed() -> None:
    def finish(f: Owned[StringIO], now: bool) -> str:
        if now:
            drop(f)
        return f.value.getvalue()  # E: use-after-move E0382

    finish(buffer(), True)


def ok_is_live() -> None:
    def finish(f: Owned[StringIO], now: bool) -> str:
        if now:
            drop(f)
        return f.value.getvalue() if is_live(f) else ""

    finish(buffer(), True)
    finish(buffer(), False)


def ok_try_finally() -> None:
    f = buffer()
    try:
        f.value.read()
    finally:
        drop(f)


def bad_try_finally_then_use() -> None:
    f = buffer()
    try:
        f.value.read()
    finally:
        drop(f)
    f.value.read()  # E: use-after-move E0382


def ok_except_reopens() -> None:
    f = buffer("x")
    try:
        int(f.value.read())
    except ValueError:
        drop(f)
        f = buffer("1")
    assert f.value is not None
    drop(f)


def bad_except_drops_then_used() -> None:
    f = buffer("x")
    try:
        int(f.value.read())
    except ValueError:
        drop(f)
    f.value.read()  # E: use-after-move E0382


def bad_moved_in_try_used_in_except() -> None:
    f = buffer("x")
    try:
        text = into_inner(f).read()
        int(text)
    except ValueError:
        f.value.close()  # E: use-after-move E0382


def ok_moved_last_in_try() -> None:
    f = buffer("1")
    try:
        int(f.value.read())
    except ValueError:
        f.value.close()
    else:
        drop(f)


def ok_exit_stack() -> None:
    with ExitStack() as stack:
        files = [stack.enter_context(buffer()) for _ in range(3)]
        for f in files:
            f.value.read()


def ok_scope() -> None:
    with Scope() as scope:
        a = scope.own(StringIO("a"))
        b = scope.own(StringIO("b"), drop=StringIO.close)
        assert a.value.read() + b.value.read() == "ab"


def bad_scope_then_use() -> None:
    with Scope() as scope:
        a = scope.own(StringIO("a"))
    a.value.read()  # E: use-after-move E0382


def ok_scope_moved_out() -> None:
    def build() -> Scope:
        with Scope() as scope:
            scope.own(StringIO("a"))
            return move(scope)

    with build() as kept:
        kept.own(StringIO("b"))


# --- sqlite


class Repository:
    def __init__(self, connection: Owned[sqlite3.Connection]) -> None:
        self._connection = connection
        self._cache: dict[int, str] = {}

    @classmethod
    def in_memory(cls) -> Self:
        connection = Owned(sqlite3.connect(":memory:"))
        connection.value.execute("create table users (id integer primary key, name text)")
        return cls(connection)

    def add(self, name: str) -> int:
        with self._connection.value as c:
            cursor = c.execute("insert into users (name) values (?)", (name,))
        assert cursor.lastrowid is not None
        self._cache[cursor.lastrowid] = name
        return cursor.lastrowid

    def get(self, id: int) -> str | None:
        if id in self._cache:
            return self._cache[id]
        row = self._connection.value.execute("select name from users where id = ?", (id,)).fetchone()
        return row[0] if row else None

    def all(self) -> list[str]:
        with borrow(self._connection) as c:
            return [name for (name,) in c.execute("select name from users order by id")]

    def close(self) -> None:
        drop(self._connection)

    def release(self) -> Owned[sqlite3.Connection]:
        return self._connection  # E: move-out-of-borrow E0507


def ok_repository() -> None:
    with closing(Repository.in_memory()) as users:
        first = users.add("Ada")
        users.add("Grace")
        assert users.get(first) == "Ada"
        assert users.all() == ["Ada", "Grace"]


def ok_shared_repository() -> None:
    users = Rc(Repository.in_memory())
    other = clone(users)
    other.all()
    drop(users)
    drop(other)


def bad_write_through_rc() -> None:
    users = Rc(Repository.in_memory())
    users._cache[1] = "x"  # E: mutate-through-ref E0594


def bad_method_that_writes_through_rc() -> None:
    users = Rc(Repository.in_memory())
    users.add("Ada")  # E: mutate-through-ref E0596


def bad_method_that_writes_through_ref() -> None:
    users = Owned(Repository.in_memory())
    with borrow(users) as r:
        r.add("Ada")  # E: mutate-through-ref E0596


def bad_connection_to_thread() -> None:
    db = Owned(sqlite3.connect(":memory:"))

    def work(c: Owned[sqlite3.Connection]) -> None:
        drop(c)

    t = threading.Thread(target=work, args=(move(db),))  # E: not-send E0277
    t.start()
    t.join()


# --- sockets, threads


def ok_socket_pair() -> None:
    a, b = socket.socketpair()
    left, right = Owned(a), Owned(b)
    with left, right:
        left.value.sendall(b"hi")
        assert right.value.recv(2) == b"hi"


def ok_socket_to_thread() -> None:
    a, b = socket.socketpair()
    left, right = Owned(a), Owned(b)

    def echo(s: Owned[socket.socket]) -> None:
        with s:
            s.value.sendall(s.value.recv(10))

    t = threading.Thread(target=echo, args=(move(right),))
    t.start()
    left.value.sendall(b"x")
    assert left.value.recv(1) == b"x"
    t.join()
    drop(left)


def bad_socket_after_thread() -> None:
    a, b = socket.socketpair()
    left, right = Owned(a), Owned(b)

    def close(s: Owned[socket.socket]) -> None:
        drop(s)

    t = threading.Thread(target=close, args=(right,))
    t.start()
    t.join()
    right.value.fileno()  # E: use-after-move E0382
    drop(left)


def bad_rc_to_thread() -> None:
    data = Rc([1])
    t = threading.Thread(target=lambda: print(len(data)))  # E: not-send E0277
    t.start()
    t.join()


def ok_arc_mutex() -> None:
    total = Arc(Mutex(0))

    def add(n: int, into: Arc[Mutex[int]]) -> None:
        with into.lock() as value:
            into_value = value
            assert into_value >= 0

    threads = [threading.Thread(target=add, args=(n, clone(total))) for n in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()


def ok_executor() -> None:
    words = Arc(["a", "b"])

    def count(of: Arc[list[str]], word: str) -> int:
        return of.count(word)

    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(count, clone(words), w) for w in ("a", "b", "c")]
        assert sum(f.result() for f in as_completed(futures)) == 2


def bad_guard_in_executor() -> None:
    words = Owned(["a"])
    with ThreadPoolExecutor(1) as pool, borrow(words) as view:
        pool.submit(len, view).result()  # E: not-send E0277


def ok_queue_of_owners() -> None:
    jobs: queue.Queue[Owned[StringIO] | None] = queue.Queue()

    def worker() -> None:
        while (job := jobs.get()) is not None:
            with job as f:
                f.value.read()

    t = threading.Thread(target=worker)
    t.start()
    for _ in range(2):
        job = buffer()
        jobs.put(move(job))
    jobs.put(None)
    t.join()


def bad_job_used_after_put() -> None:
    jobs: queue.Queue[Owned[StringIO]] = queue.Queue()
    job = buffer()
    jobs.put(move(job))
    job.value.read()  # E: use-after-move E0382


def ok_lock_as_resource() -> None:
    lock = threading.Lock()
    with Owned.enter(lock):
        assert lock.locked()
    assert not lock.locked()


# --- dataclasses with owning fields, enums, named tuples, typed dicts


class State(Enum):
    IDLE = auto()
    BUSY = auto()


@dataclass
class Connection:
    socket: Owned[StringIO]
    inbox: Owned[list[str]] = field(default_factory=lambda: Owned([]))
    state: State = State.IDLE
    peers: list[Rc[str]] = field(default_factory=list)

    def receive(self, text: str) -> None:
        self.inbox.value.append(text)
        self.state = State.BUSY

    def close(self) -> None:
        drop(self.socket)
        drop(self.inbox)


def ok_connection() -> None:
    c = Connection(buffer())
    c.receive("x")
    with borrow(c.inbox) as inbox:
        assert list(inbox) == ["x"]
    c.close()


def bad_connection_field_after_move() -> None:
    c = Connection(buffer())
    s = move(c.socket)
    c.socket.value.read()  # E: use-after-move E0382
    drop(s)


def ok_connection_field_replaced() -> None:
    c = Connection(buffer())
    s = move(c.socket)
    c.socket = buffer()
    c.socket.value.read()
    drop(s)


def bad_field_moved_on_one_path(fast: bool = True) -> None:
    c = Connection(buffer())
    if fast:
        drop(c.socket)
    c.socket.value.read()  # E: use-after-move E0382


def bad_two_guards_of_field() -> None:
    c = Connection(buffer())
    m = borrow_mut(c.inbox)
    with borrow(c.inbox) as r:  # E: borrow-conflict E0502
        print(len(r))
    m.append("x")


def ok_two_fields() -> None:
    c = Connection(buffer())
    with borrow_mut(c.inbox) as inbox, borrow(c.socket) as s:
        inbox.append(s.getvalue())


class Endpoint(NamedTuple):
    name: str
    file: Owned[StringIO]


def ok_named_tuple() -> None:
    e = Endpoint("a", buffer())
    e.file.value.read()
    name, file = e
    drop(file)
    print(name)


def bad_named_tuple() -> None:
    e = Endpoint("a", buffer())
    drop(e.file)
    e.file.value.read()  # E: use-after-move E0382


class Options(TypedDict):
    file: Owned[StringIO]
    depth: int


def ok_typed_dict() -> None:
    options: Options = {"file": buffer(), "depth": 1}
    options["file"].value.read()
    drop(options["file"])
    options["file"] = buffer()
    options["file"].value.read()


def bad_typed_dict() -> None:
    options: Options = {"file": buffer(), "depth": 1}
    drop(options["file"])
    options["file"].value.read()  # E: use-after-move E0382


# --- generics, protocols


class Pool(Generic[T]):
    def __init__(self, make: Callable[[], T], size: int) -> None:
        self._make = make
        self._free: deque[Owned[T]] = deque()
        self._size = size

    def acquire(self) -> Owned[T]:
        return self._free.popleft() if self._free else Owned(self._make())

    def release(self, item: Owned[T]) -> None:
        if len(self._free) < self._size:
            self._free.append(item)
        else:
            drop(item)

    @contextmanager
    def using(self) -> Iterator[T]:
        item = self.acquire()
        try:
            with borrow_mut(item) as value:
                yield value
        finally:
            self.release(item)


def ok_pool() -> None:
    pool = Pool(StringIO, 1)
    first = pool.acquire()
    second = pool.acquire()
    pool.release(first)
    pool.release(second)
    with pool.using() as item:
        item.write("x")


def bad_pool_after_release() -> None:
    pool = Pool(StringIO, 0)
    item = pool.acquire()
    pool.release(item)
    item.value.write("x")  # E: use-after-move E0382


class Closer(Protocol):
    def close(self) -> None: ...


def close_all(items: Iterable[Owned[Any]]) -> int:
    n = 0
    for item in items:
        drop(item)
        n += 1
    return n


def ok_close_all() -> None:
    assert close_all([buffer(), buffer()]) == 2


class Sink(Protocol):
    def take(self, item: Owned[StringIO]) -> None: ...


class Memory:
    def __init__(self) -> None:
        self.taken: list[Owned[StringIO]] = []

    def take(self, item: Owned[StringIO]) -> None:
        self.taken.append(item)


def fill(sink: Sink) -> None:
    item = buffer()
    sink.take(item)


def bad_fill_twice() -> None:
    def twice(sink: Sink) -> None:
        item = buffer()
        sink.take(move(item))
        sink.take(move(item))  # E: use-after-move E0382

    twice(Memory())


def ok_protocol() -> None:
    m = Memory()
    fill(m)
    fill(m)
    assert len(m.taken) == 2


# --- decorators, ParamSpec


def logged(f: Callable[P, R]) -> Callable[P, R]:
    @wraps(f)
    def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        return f(*args, **kwargs)

    return inner


@logged
def consume(f: Owned[StringIO], times: int = 1) -> str:
    return into_inner(f).getvalue() * times


def ok_decorated() -> None:
    assert consume(buffer("x"), times=2) == "xx"


def bad_decorated_twice() -> None:
    f = buffer("x")
    consume(f)
    consume(f, times=2)  # E: use-after-move E0382


def with_file(f: Callable[[Owned[StringIO]], R]) -> R:
    return f(buffer("x"))


def ok_callback() -> None:
    assert with_file(lambda f: into_inner(f).read()) == "x"
    assert with_file(consume) == "x"


# --- comprehension, early return, loops


def ok_early_return() -> None:
    def find(items: list[Owned[StringIO]], text: str) -> int:
        for n, item in enumerate(items):
            with borrow(item) as f:
                if f.getvalue() == text:
                    return n
        return -1

    assert find([buffer("a"), buffer("b")], "b") == 1


def ok_retry_loop() -> None:
    def attempt(n: int) -> Owned[StringIO]:
        f = buffer("x" * n)
        if n < 2:
            drop(f)
            raise OSError(n)
        return f

    for n in range(5):
        try:
            f = attempt(n)
        except OSError:
            continue
        break
    else:
        raise AssertionError
    assert f.value.read() == "xx"


def bad_moved_in_loop() -> None:
    f = buffer()
    kept: list[Owned[StringIO]] = []
    for _ in range(2):
        kept.append(move(f))  # E: use-after-move E0382


def ok_moved_in_loop_with_break() -> None:
    f = buffer()
    kept: list[Owned[StringIO]] = []
    for n in range(2):
        if n == 1:
            kept.append(f)
            break
    print(len(kept))


def ok_while_with_rebinding() -> None:
    current = buffer("1")
    for n in range(3):
        following = buffer(str(n))
        drop(current)
        current = following
    assert current.value.read() == "2"


def ok_dict_of_owners() -> None:
    by_name = {name: buffer(name) for name in ("a", "b")}
    by_name["a"].value.read()
    f = by_name.pop("a")
    drop(f)
    assert list(by_name) == ["b"]


def bad_dict_element_dropped() -> None:
    by_name = {name: buffer(name) for name in ("a", "b")}
    drop(by_name["a"])
    by_name["a"].value.read()  # E: use-after-move E0382


def ok_swap() -> None:
    a, b = buffer("a"), buffer("b")
    a, b = b, a
    assert a.value.read() == "b"
    swap(a, b)
    drop(a)
    drop(b)


def ok_walrus() -> None:
    pieces: list[str] = []
    source = buffer("abc")
    with borrow_mut(source) as s:
        while chunk := s.read(1):
            pieces.append(chunk)
    assert pieces == ["a", "b", "c"]


def ok_conditional_expression() -> None:
    a = buffer("a")
    b = a if a.value.getvalue() == "a" else buffer("b")
    drop(b)


def bad_conditional_expression(c: bool = True) -> None:
    a = buffer("a")
    b = move(a) if c else buffer("b")
    a.value.read()  # E: use-after-move E0382
    drop(b)


def ok_lambda_default() -> None:
    n = 3
    f = buffer("abc")
    read: Callable[[], str] = lambda k=n: f.value.read(k)  # type: ignore[misc]
    assert read() == "abc"


def ok_reduce() -> None:
    items = [buffer("a"), buffer("b")]
    assert reduce(lambda text, item: text + item.value.read(), items, "") == "ab"


def ok_partial() -> None:
    f = buffer("abc")
    read = partial(StringIO.read, f.value)
    assert read(2) == "ab"
    drop(f)
