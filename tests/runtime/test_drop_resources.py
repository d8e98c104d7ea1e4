"""Real resources of the standard library are released by their owner, in their own way."""

from __future__ import annotations

import asyncio
import bz2
import contextlib
import gzip
import io
import logging
import lzma
import mmap
import os
import selectors
import shelve
import socket
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import threading
import types
import zipfile
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import shared_memory
from pathlib import Path
from typing import Any

import pytest

from owned import UseAfterDropError
from tests.runtime.loose import Box, Owned, borrow, borrow_mut, deref, drop, move
from tests.runtime.parts import refused, run_python

owners = pytest.mark.parametrize("owner", [Owned, Box], ids=["Owned", "Box"])


@owners
@pytest.mark.parametrize("mode", ["w", "wb", "r+b"])
def test_a_file_is_closed_and_flushed(owner: Any, mode: str, tmp_path: Path) -> None:
    """Buffered text and binary files, closed at the end of the block."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"")
    with owner(open(path, mode)) as f:
        bare = deref(f)
        bare.write("hello" if mode == "w" else b"hello")
    assert bare.closed
    assert path.read_bytes() == b"hello"


def test_a_file_moved_out_of_its_block_stays_open(tmp_path: Path) -> None:
    """Until its new owner drops it."""

    def open_log() -> Any:
        with Owned(open(tmp_path / "log", "w")) as f:
            f.value.write("first\n")
            return move(f)

    log = open_log()
    bare = log.value
    assert not bare.closed
    bare.write("second\n")
    drop(log)
    assert bare.closed
    assert (tmp_path / "log").read_text() == "first\nsecond\n"
    refused(UseAfterDropError, lambda: log.value)


def test_a_raw_file_descriptor_is_closed_once_by_its_given_hook() -> None:
    """A second `os.close` could close somebody else's file."""
    read, write = os.pipe()
    os.close(read)
    owner = Owned(write, drop=os.close)
    drop(owner)
    with pytest.raises(OSError):
        os.fstat(write)
    other = os.dup(1)
    del owner
    os.fstat(other)
    os.close(other)


@owners
def test_sockets_are_closed(owner: Any) -> None:
    """And usable through the handle until then."""
    left, right = socket.socketpair()
    with owner(left) as a, owner(right) as b:
        deref(a).sendall(b"ping")
        assert deref(b).recv(4) == b"ping"
    assert left.fileno() == right.fileno() == -1


def test_sockets_work_through_boxes_and_borrows() -> None:
    """Methods of foreign types count as reads."""
    left, right = socket.socketpair()
    a, b = Box(left), Box(right)
    a.sendall(b"ping")
    with borrow(b) as view:
        assert view.recv(4) == b"ping"
    drop(a)
    assert b.recv(1) == b""
    drop(b)
    assert right.fileno() == -1


@owners
def test_a_sqlite_connection_is_closed_without_commit(owner: Any, tmp_path: Path) -> None:
    """What was not committed is lost, as with `close`."""
    path = tmp_path / "db"
    with owner(sqlite3.connect(path)) as connection:
        bare = deref(connection)
        bare.execute("create table t (x)")
        bare.execute("insert into t values (1)")
        bare.commit()
        bare.execute("insert into t values (2)")
    with pytest.raises(sqlite3.ProgrammingError):
        bare.execute("select 1")
    with contextlib.closing(sqlite3.connect(path)) as check:
        assert check.execute("select x from t").fetchall() == [(1,)]


def test_a_sqlite_cursor_in_a_value_is_closed_after_its_owner_and_before_the_connection() -> None:
    """Owned children: the cursor's owner is declared before the connection's."""
    bare = sqlite3.connect(":memory:")

    class Session:
        def __init__(self) -> None:
            self.cursor = Owned(bare.cursor())
            self.connection = Owned(bare)

    session = Session()
    cursor = session.cursor.value
    drop(Owned(session))
    with pytest.raises(sqlite3.ProgrammingError):
        cursor.execute("select 1")
    with pytest.raises(sqlite3.ProgrammingError):
        bare.execute("select 1")


def test_a_temporary_directory_is_removed() -> None:
    """By its `cleanup`; it has no `close`."""
    directory = tempfile.TemporaryDirectory()
    with Owned(directory):
        (Path(directory.name) / "file").write_text("x")
    assert not os.path.exists(directory.name)


def test_temporary_files_are_closed_and_deleted(tmp_path: Path) -> None:
    """Named, anonymous and spooled ones."""
    named = tempfile.NamedTemporaryFile(dir=tmp_path)
    anonymous = tempfile.TemporaryFile(dir=tmp_path)
    spooled = tempfile.SpooledTemporaryFile(max_size=10, dir=str(tmp_path))
    resources: list[Any] = [named, anonymous, spooled]
    for f in resources:
        drop(Owned(f))
        assert f.closed
    assert not os.path.exists(named.name)


@pytest.mark.parametrize("make", [threading.Lock, threading.RLock, threading.Semaphore, threading.BoundedSemaphore])
def test_a_held_lock_is_released(make: Any) -> None:
    """Owning a lock that is held means holding it."""
    lock = make()
    with Owned.enter(lock):
        assert not try_from_another_thread(lock)
    assert try_from_another_thread(lock)
    owner = Owned.enter(lock)
    moved = move(owner)
    assert not try_from_another_thread(lock)
    drop(moved)
    assert try_from_another_thread(lock)


def try_from_another_thread(lock: Any) -> bool:
    taken: list[bool] = []

    def attempt() -> None:
        taken.append(lock.acquire(blocking=False))
        if taken[0]:
            lock.release()

    thread = threading.Thread(target=attempt)
    thread.start()
    thread.join()
    return taken[0]


@pytest.mark.parametrize("make", [threading.Lock, threading.RLock, threading.Semaphore, threading.BoundedSemaphore])
def test_a_lock_that_was_acquired_is_released_by_its_owner(make: Any) -> None:
    """The registry knows locks by their types."""
    lock = make()
    lock.acquire()
    with Owned(lock):
        assert not try_from_another_thread(lock)
    assert try_from_another_thread(lock)


@pytest.mark.parametrize("make", [threading.Lock, threading.RLock])
def test_a_lock_that_is_not_held_is_dropped_silently(make: Any) -> None:
    """Dropping a free lock is no error and releases nothing."""
    lock = make()
    drop(Owned(lock))
    assert try_from_another_thread(lock)


def test_a_process_is_waited_for() -> None:
    """No zombie is left; pipes are closed."""
    process = subprocess.Popen([sys.executable, "-c", "pass"], stdout=subprocess.PIPE)
    with Owned(process):
        pass
    assert process.returncode is not None
    assert process.stdout is not None
    assert process.stdout.closed


def test_a_process_that_would_never_end_does_not_hang_its_owner() -> None:
    """It waits for its input to close, or is killed: the owner returns either way."""
    process = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    drop(Owned(process))
    assert process.returncode is not None


def test_an_executor_is_shut_down_after_its_work_is_done() -> None:
    """Pending work is finished first."""
    done: list[int] = []
    executor = ThreadPoolExecutor(1)
    with Owned(executor):
        for i in range(3):
            executor.submit(done.append, i)
    assert done == [0, 1, 2]
    with pytest.raises(RuntimeError):
        executor.submit(print)


def test_a_thread_is_joined() -> None:
    """Its work is done when its owner is gone."""
    done: list[int] = []
    thread = threading.Thread(target=done.append, args=(1,))
    thread.start()
    with Owned(thread):
        pass
    assert done == [1]
    assert not thread.is_alive()


def test_a_thread_that_never_started_is_dropped_silently() -> None:
    """There is nothing to join."""
    drop(Owned(threading.Thread(target=print)))


def test_a_timer_is_cancelled() -> None:
    """And its thread ends without having fired."""
    fired: list[int] = []
    timer = threading.Timer(60, fired.append, args=(1,))
    timer.start()
    drop(Owned(timer))
    timer.join()
    assert fired == []


def test_memory_maps_and_views_are_released(tmp_path: Path) -> None:
    """The view before the map that it looks at."""
    path = tmp_path / "map"
    path.write_bytes(b"hello")
    with open(path, "r+b") as f:
        mapped = mmap.mmap(f.fileno(), 0)
    view = memoryview(mapped)
    with Owned(mapped):
        with Owned(view):
            assert bytes(view) == b"hello"
        with pytest.raises(ValueError):
            view[0]
    with pytest.raises(ValueError):
        mapped.read()


def test_a_map_that_is_still_viewed_reports_it_and_is_not_dropped_again(tmp_path: Path) -> None:
    """`mmap.close` raises `BufferError`; the error arrives as it is."""
    mapped = mmap.mmap(-1, 10)
    view = memoryview(mapped)
    owner = Owned(mapped)
    with pytest.raises(BufferError):
        drop(owner)
    refused(UseAfterDropError, lambda: drop(owner))
    view.release()
    mapped.close()


def test_shared_memory_is_closed_and_unlinked_by_a_given_hook() -> None:
    """Closing is everybody's, unlinking only the creator's."""
    memory = shared_memory.SharedMemory(create=True, size=10)
    name = memory.name

    def release(m: shared_memory.SharedMemory) -> None:
        m.close()
        m.unlink()

    drop(Owned(memory, drop=release))
    with pytest.raises(FileNotFoundError):
        shared_memory.SharedMemory(name=name)


def test_archives_are_complete_when_their_owner_is_gone(tmp_path: Path) -> None:
    """Zip writes its index, tar its end, the compressors their trailers."""
    with Owned(zipfile.ZipFile(tmp_path / "a.zip", "w")) as z:
        z.value.writestr("a", "zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as check:
        assert check.read("a") == b"zip"
    with Box(tarfile.open(tmp_path / "a.tar", "w")) as t:
        info = tarfile.TarInfo("a")
        info.size = 3
        t.addfile(info, io.BytesIO(b"tar"))
    with tarfile.open(tmp_path / "a.tar") as tar:
        assert tar.getnames() == ["a"]
    for module, name in ((gzip, "a.gz"), (bz2, "a.bz2"), (lzma, "a.xz")):
        opener: Any = getattr(module, "open")
        with Box(opener(tmp_path / name, "wb")) as f:
            f.write(b"packed")
        with opener(tmp_path / name) as packed:
            assert packed.read() == b"packed"


def test_a_shelf_is_written(tmp_path: Path) -> None:
    """`close` syncs it."""
    with Owned(shelve.open(str(tmp_path / "shelf"))) as shelf:
        shelf.value["k"] = [1]
    with shelve.open(str(tmp_path / "shelf")) as check:
        assert check["k"] == [1]


def test_a_selector_is_closed() -> None:
    """It holds a file descriptor of the kernel."""
    selector = selectors.DefaultSelector()
    drop(Owned(selector))
    with pytest.raises((ValueError, RuntimeError, KeyError)):
        selector.register(0, selectors.EVENT_READ)


def test_a_directory_scan_is_closed(tmp_path: Path) -> None:
    """Its descriptor is given back before the scan is over."""
    (tmp_path / "a").touch()
    scan = os.scandir(tmp_path)
    with Owned(scan):
        pass
    assert list(scan) == []


def test_an_exit_stack_is_unwound() -> None:
    """`close` runs its callbacks."""
    log: list[int] = []
    stack = contextlib.ExitStack()
    stack.callback(log.append, 1)
    drop(Owned(stack))
    assert log == [1]


def test_generators_and_coroutines_are_closed() -> None:
    """Their `finally` blocks run, and an unawaited coroutine is not complained about."""
    log: list[str] = []

    def numbers() -> Any:
        try:
            yield 1
        finally:
            log.append("generator")

    async def work() -> None:
        try:
            await suspend()
        finally:
            log.append("coroutine")

    generator = numbers()
    next(generator)
    drop(Owned(generator))
    coroutine = work()
    coroutine.send(None)
    drop(Owned(coroutine))
    assert log == ["generator", "coroutine"]


@types.coroutine
def suspend() -> Any:
    yield


def test_a_logging_handler_is_removed_and_closed(tmp_path: Path) -> None:
    """A closed handler that stays in the logger would reopen its file."""
    handler = logging.FileHandler(tmp_path / "log")
    drop(Owned(handler))
    assert handler.stream is None


def test_an_event_loop_and_a_memory_stream_are_closed() -> None:
    """`close` is what they have."""
    loop = asyncio.new_event_loop()
    drop(Owned(loop))
    assert loop.is_closed()
    stream = io.BytesIO(b"a")
    drop(Box(stream))
    assert stream.closed


def test_a_server_socket_is_closed_by_its_server() -> None:
    """`server_close`, not `close`, which it has not."""
    from http.server import BaseHTTPRequestHandler, HTTPServer

    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    drop(Owned(server))
    assert server.socket.fileno() == -1


def test_a_connection_pair_is_closed() -> None:
    """The ends of a multiprocessing pipe."""
    import multiprocessing

    left, right = multiprocessing.Pipe()
    with Owned(left), Owned(right):
        left.send(1)
        assert right.recv() == 1
    assert left.closed
    assert right.closed


def test_exclusive_and_shared_borrows_reach_the_resource(tmp_path: Path) -> None:
    """A file lent shared can be written to; who wants it alone takes `borrow_mut`."""
    with Owned(open(tmp_path / "f", "w+")) as f:
        with borrow(f) as shared:
            shared.write("a")
        with borrow_mut(f) as alone:
            alone.write("b")
            alone.seek(0)
            assert alone.read() == "ab"


def test_a_class_is_a_value_like_any_other() -> None:
    """Its parts are looked for, though `type` keeps its annotations elsewhere than objects do."""

    class Meta(type):
        pass

    class Plugin(metaclass=Meta):
        pass

    log: list[Any] = []
    drop(Owned(Plugin, drop=log.append))
    assert log == [Plugin]


def test_the_registry_imports_nothing() -> None:
    """Dropping a plain object does not load the modules of resources that the program never used."""
    done = run_python(
        """
        import sys
        import owned
        class Plain: pass
        owned.drop(owned.Owned(Plain()))
        heavy = ["sqlite3", "zipfile", "tarfile", "asyncio", "multiprocessing", "concurrent.futures", "mmap", "shelve",
                 "http.client", "ssl", "mypy", "requests"]
        print([name for name in heavy if name in sys.modules])
        """
    )
    assert done.stderr == ""
    assert done.stdout == "[]\n"
