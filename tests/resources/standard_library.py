"""The real things of the standard library, one for each row of the table."""

from __future__ import annotations

import asyncio
import bz2
import concurrent.futures
import contextlib
import dbm.dumb
import gzip
import http.client
import http.server
import io
import logging
import logging.handlers
import lzma
import mmap
import multiprocessing
import multiprocessing.shared_memory
import os
import queue
import select
import selectors
import shelve
import socket
import sqlite3
import ssl
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import zipfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from owned import Owned
from tests.resources.specimen import Specimen, fails

PROCESSES: Any = multiprocessing.get_context("fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn")
KEPT: list[Any] = []
"""The other ends of pairs: they stay open, so that what is looked at is not closed by them."""

is_closed = lambda value: value.closed


def held(lock: Any) -> Any:
    """Acquire a lock, and give it."""
    lock.acquire()
    return lock


def started(thread: Any) -> Any:
    """Start a thread or a process, and give it."""
    thread.start()
    return thread


def half_of_a_pair() -> socket.socket:
    """Give one end of a connection."""
    left, right = socket.socketpair()
    KEPT.append(right)
    return left


def numbers() -> Iterator[int]:
    yield 1


def running_generator(folder: Path) -> Iterator[int]:
    """Give a generator that has begun."""
    generator = numbers()
    next(generator)
    return generator


async def work() -> None:
    await asyncio.sleep(0)


async def asynchronous_numbers() -> AsyncIterator[int]:
    yield 1


async def running_async_generator(folder: Path) -> AsyncIterator[int]:
    """Give an asynchronous generator that has begun."""
    generator = asynchronous_numbers()
    await generator.__anext__()
    return generator


def a_zip(folder: Path) -> zipfile.ZipFile:
    """Give an archive with one member."""
    with zipfile.ZipFile(folder / "a.zip", "w") as made:
        made.writestr("a", "text")
    return zipfile.ZipFile(folder / "a.zip")


def a_scan(folder: Path) -> Any:
    """Give the scan of a folder with something in it."""
    (folder / "something").touch()
    return os.scandir(folder)


def a_blob(folder: Path) -> Any:
    """Give a blob of a database."""
    connection: Any = sqlite3.connect(":memory:")
    KEPT.append(connection)
    connection.execute("create table t (x blob)")
    connection.execute("insert into t values (zeroblob(4))")
    return connection.blobopen("t", "x", 1)


def a_connection(folder: Path) -> http.client.HTTPConnection:
    """Give a connection that is connected."""
    connection = http.client.HTTPConnection("localhost")
    connection.sock = half_of_a_pair()
    return connection


def a_server(folder: Path) -> Any:
    """Give a server that serves."""
    server = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    return server


def a_tls_socket(folder: Path) -> ssl.SSLSocket:
    """Give a TLS socket before its handshake."""
    context = ssl.create_default_context()
    return context.wrap_socket(half_of_a_pair(), server_hostname="localhost", do_handshake_on_connect=False)


def an_executor(kind: Any, **options: Any) -> Any:
    """Give an executor that has worked."""
    executor = kind(1, **options)
    executor.submit(int).result()
    return executor


def a_queue(folder: Path) -> Any:
    """Give a queue between processes whose feeding thread runs."""
    made = PROCESSES.Queue()
    made.put(1)
    made.get()
    return made


def a_handler(folder: Path) -> logging.FileHandler:
    """Give a handler that a logger has."""
    handler = logging.FileHandler(folder / "log")
    logging.getLogger("owned.specimens").addHandler(handler)
    return handler


def a_listener(folder: Path) -> Any:
    """Give a listener that listens."""
    return started(logging.handlers.QueueListener(queue.Queue()))


def a_stack(folder: Path) -> contextlib.ExitStack:
    """Give a stack with something to do."""
    stack = contextlib.ExitStack()
    stack.callback(int)
    return stack


def an_async_stack(folder: Path) -> contextlib.AsyncExitStack:
    """Give a stack with something to await."""
    stack = contextlib.AsyncExitStack()
    stack.push_async_callback(work)
    return stack


async def an_async_server(folder: Path) -> Any:
    return await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)


async def a_writer(folder: Path) -> asyncio.StreamWriter:
    return (await asyncio.open_connection(sock=half_of_a_pair()))[1]


async def an_async_child(folder: Path) -> Any:
    return await asyncio.create_subprocess_exec("cat", stdin=subprocess.PIPE, stdout=subprocess.PIPE)


async def a_held_async_lock(folder: Path) -> asyncio.Lock:
    lock = asyncio.Lock()
    await lock.acquire()
    return lock


def a_runner(folder: Path) -> Any:
    """Give a runner that has its loop."""
    runner = asyncio.Runner()  # type: ignore[attr-defined, unused-ignore]
    runner.get_loop()
    return runner


def is_free(lock: Any) -> bool:
    """Can another thread have it?"""
    got: list[bool] = []

    def attempt() -> None:
        got.append(lock.acquire(False))
        if got[0]:
            lock.release()

    thread = threading.Thread(target=attempt)
    thread.start()
    thread.join()
    return got[0]


def fd_is_closed(fd: int) -> bool:
    return fails(OSError)(lambda: os.fstat(fd))


def memory_is_gone(memory: Any) -> bool:
    return fails(FileNotFoundError)(lambda: multiprocessing.shared_memory.SharedMemory(name=memory.name))


FILES = (
    Specimen("open", lambda d: open(d / "a", "w"), is_closed),
    Specimen("open in binary mode", lambda d: open(d / "a", "wb", 0), is_closed),
    Specimen("io.BytesIO", lambda d: io.BytesIO(b"x"), is_closed),
    Specimen("os.open", lambda d: Owned.fd(os.open(d, os.O_RDONLY)), fd_is_closed),
    Specimen("os.scandir", a_scan, lambda v: next(v, None) is None),
    Specimen("os.popen", lambda d: os.popen("true"), lambda v: v._stream.closed),
    Specimen("mmap.mmap", lambda d: mmap.mmap(-1, 10), is_closed),
    Specimen("memoryview", lambda d: memoryview(b"x"), lambda v: fails(ValueError)(lambda: v.nbytes)),
    Specimen(
        "tempfile.NamedTemporaryFile",
        lambda d: tempfile.NamedTemporaryFile(dir=d),
        lambda v: v.closed and not os.path.exists(v.name),
    ),
    Specimen("tempfile.TemporaryFile", lambda d: tempfile.TemporaryFile(dir=d), is_closed),
    Specimen("tempfile.SpooledTemporaryFile", lambda d: tempfile.SpooledTemporaryFile(dir=str(d)), is_closed),
    Specimen(
        "tempfile.TemporaryDirectory",
        lambda d: tempfile.TemporaryDirectory(dir=d),
        lambda v: not os.path.exists(v.name),
    ),
    Specimen("tempfile.mkdtemp", lambda d: Owned.tempdir(dir=str(d)), lambda path: not os.path.exists(path)),
    Specimen(
        "tempfile.mkstemp",
        lambda d: Owned.mkstemp(dir=str(d)),
        lambda pair: fd_is_closed(pair[0]) and not os.path.exists(pair[1]),
    ),
)

ARCHIVES_AND_DATABASES: tuple[Specimen, ...] = (
    Specimen("zipfile.ZipFile", a_zip, lambda v: v.fp is None),
    Specimen("zipfile.ZipExtFile", lambda d: a_zip(d).open("a"), is_closed),
    Specimen("tarfile.TarFile", lambda d: tarfile.open(d / "a.tar", "w"), is_closed),
    Specimen("gzip.GzipFile", lambda d: gzip.open(d / "a", "wb"), is_closed),
    Specimen("bz2.BZ2File", lambda d: bz2.open(d / "a", "wb"), is_closed),
    Specimen("lzma.LZMAFile", lambda d: lzma.open(d / "a", "wb"), is_closed),
    Specimen("shelve.Shelf", lambda d: shelve.open(str(d / "a")), lambda v: fails(ValueError)(lambda: v["a"])),
    Specimen("dbm", lambda d: dbm.dumb.open(str(d / "a")), lambda v: v._index is None),
    Specimen(
        "sqlite3.Connection",
        lambda d: sqlite3.connect(d / "a"),
        lambda v: fails(sqlite3.ProgrammingError)(lambda: v.execute("select 1")),
    ),
    Specimen(
        "sqlite3.Cursor",
        lambda d: sqlite3.connect(d / "a").cursor(),
        lambda v: fails(sqlite3.ProgrammingError)(lambda: v.execute("select 1")),
    ),
)
if sys.version_info >= (3, 11):
    ARCHIVES_AND_DATABASES += (Specimen("sqlite3.Blob", a_blob, lambda v: fails(sqlite3.ProgrammingError)(v.read)),)

NETWORK: tuple[Specimen, ...] = (
    Specimen("socket.socket", lambda d: half_of_a_pair(), lambda v: v.fileno() == -1),
    Specimen("ssl.SSLSocket", a_tls_socket, lambda v: v.fileno() == -1),
    Specimen("selectors.DefaultSelector", lambda d: selectors.DefaultSelector(), lambda v: v.get_map() is None),
    Specimen("http.client.HTTPConnection", a_connection, lambda v: v.sock is None),
    Specimen("http.server.HTTPServer", a_server, lambda v: v.socket.fileno() == -1),
)
if hasattr(select, "epoll"):
    NETWORK += (Specimen("select.epoll", lambda d: select.epoll(), is_closed),)

THREADS = (
    Specimen("threading.Lock", lambda d: held(threading.Lock()), is_free),
    Specimen("threading.RLock", lambda d: held(threading.RLock()), is_free),
    Specimen("threading.Condition", lambda d: held(threading.Condition()), is_free),
    Specimen("threading.Semaphore", lambda d: held(threading.Semaphore()), is_free),
    Specimen("threading.BoundedSemaphore", lambda d: held(threading.BoundedSemaphore()), is_free),
    Specimen(
        "threading.Thread",
        lambda d: started(threading.Thread(target=time.sleep, args=(0.01,))),
        lambda v: not v.is_alive(),
    ),
    Specimen(
        "threading.Timer",
        lambda d: started(threading.Timer(60, int)),
        lambda v: v.finished.is_set() and not v.is_alive(),
    ),
    Specimen(
        "concurrent.futures.ThreadPoolExecutor",
        lambda d: an_executor(concurrent.futures.ThreadPoolExecutor),
        lambda v: fails(RuntimeError)(lambda: v.submit(int)),
    ),
)

PROCESS_ROWS = (
    Specimen(
        "concurrent.futures.ProcessPoolExecutor",
        lambda d: an_executor(concurrent.futures.ProcessPoolExecutor, mp_context=PROCESSES),
        lambda v: fails(RuntimeError)(lambda: v.submit(int)),
    ),
    Specimen("multiprocessing.Pool", lambda d: PROCESSES.Pool(1), lambda v: fails(ValueError)(lambda: v.apply(int))),
    Specimen(
        "multiprocessing.Process",
        lambda d: started(PROCESSES.Process(target=int)),
        lambda v: fails(ValueError)(lambda: v.exitcode),
    ),
    Specimen("multiprocessing.Queue", a_queue, lambda v: fails(ValueError)(lambda: v.put(1))),
    Specimen("multiprocessing.Connection", lambda d: multiprocessing.Pipe()[0], is_closed),
    Specimen("multiprocessing.Lock", lambda d: held(PROCESSES.Lock()), is_free),
    Specimen(
        "multiprocessing.shared_memory.SharedMemory",
        lambda d: multiprocessing.shared_memory.SharedMemory(create=True, size=10),
        memory_is_gone,
    ),
    Specimen("multiprocessing.Manager", lambda d: PROCESSES.Manager(), lambda v: not v._process.is_alive()),
    Specimen(
        "subprocess.Popen",
        lambda d: subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE),
        lambda v: v.returncode is not None and v.stdin.closed and v.stdout.closed,
    ),
)

OTHERS = (
    Specimen(
        "logging.FileHandler",
        a_handler,
        lambda v: v.stream is None and v not in logging.getLogger("owned.specimens").handlers,
    ),
    Specimen("logging.handlers.QueueListener", a_listener, lambda v: v._thread is None),
    Specimen("contextlib.ExitStack", a_stack, lambda v: not v._exit_callbacks),
    Specimen("contextlib.AsyncExitStack", an_async_stack, lambda v: not v._exit_callbacks),
    Specimen("generator", running_generator, lambda v: v.gi_frame is None),
    Specimen("coroutine", lambda d: work(), lambda v: v.cr_frame is None),
)

ASYNCIO: tuple[Specimen, ...] = (
    Specimen("async generator", running_async_generator, lambda v: v.ag_frame is None),
    Specimen("asyncio event loop", lambda d: asyncio.new_event_loop(), lambda v: v.is_closed()),
    Specimen("asyncio.Server", an_async_server, lambda v: not v.is_serving() and not v.sockets),
    Specimen("asyncio.StreamWriter", a_writer, lambda v: v.is_closing()),
    Specimen("asyncio.subprocess.Process", an_async_child, lambda v: v.returncode is not None),
    Specimen("asyncio.Lock", a_held_async_lock, lambda v: not v.locked()),
)
if sys.version_info >= (3, 11):
    ASYNCIO += (Specimen("asyncio.Runner", a_runner, lambda v: fails(RuntimeError)(v.get_loop), in_a_loop=False),)

STANDARD_LIBRARY = (
    *FILES,
    *ARCHIVES_AND_DATABASES,
    *NETWORK,
    *THREADS,
    *PROCESS_ROWS,
    *OTHERS,
    *ASYNCIO,
)
