"""The table of resources: the standard library's. Nothing is imported; classes go by their full names.

The names are those of the classes themselves, `_io.TextIOWrapper` for what `open` gives; several, where versions of
Python differ. A row is found through the bases of a value's class, the most specific first. What is not in the table
is dropped by its `close()`, if it has one.
"""

from __future__ import annotations

from . import drop_steps as do
from .resource import Bound, Resource

THREAD: tuple[Bound, ...] = ("thread",)
LOOP: tuple[Bound, ...] = ("loop", "process")
PROCESS: tuple[Bound, ...] = ("process",)
BOTH: tuple[Bound, ...] = ("thread", "process")
CLOSE = ("close()",)
RELEASE = ("release()",)

FILES = (
    Resource("open", ("_io.TextIOWrapper", "_io.StringIO", "_io._TextIOBase"), CLOSE, note="text files"),
    Resource("open in binary mode", ("_io.FileIO", "_io._BufferedIOBase", "_io._RawIOBase", "_io._IOBase"), CLOSE),
    Resource("io.BytesIO", ("_io.BytesIO",), CLOSE),
    Resource("os.open", (), ("os.close(fd)",), again=False, owned_by="Owned.fd(fd)"),
    Resource("os.scandir", ("posix.ScandirIterator", "nt.ScandirIterator"), CLOSE, bound=PROCESS),
    Resource("os.popen", ("os._wrap_close",), CLOSE, bound=PROCESS),
    Resource("mmap.mmap", ("mmap.mmap",), CLOSE, note="BufferError while it is viewed: drop the views first"),
    Resource("memoryview", ("builtins.memoryview",), RELEASE),
    Resource("tempfile.NamedTemporaryFile", ("tempfile._TemporaryFileWrapper",), CLOSE, note="deletes the file"),
    Resource("tempfile.TemporaryFile", ("_io.BufferedRandom",), CLOSE),
    Resource("tempfile.SpooledTemporaryFile", ("tempfile.SpooledTemporaryFile",), CLOSE),
    Resource("tempfile.TemporaryDirectory", ("tempfile.TemporaryDirectory",), ("cleanup()",)),
    Resource("tempfile.mkdtemp", (), ("shutil.rmtree(path)",), again=False, owned_by="Owned.tempdir()"),
    Resource("tempfile.mkstemp", (), ("os.close(fd)", "os.unlink(path)"), again=False, owned_by="Owned.mkstemp()"),
)

ARCHIVES_AND_DATABASES = (
    Resource("zipfile.ZipFile", ("zipfile.ZipFile",), CLOSE, bound=PROCESS, note="writes the index"),
    Resource("zipfile.ZipExtFile", ("zipfile.ZipExtFile",), CLOSE, bound=PROCESS),
    Resource("tarfile.TarFile", ("tarfile.TarFile",), CLOSE, bound=PROCESS),
    Resource("gzip.GzipFile", ("gzip.GzipFile",), CLOSE, bound=PROCESS, note="flushes"),
    Resource("bz2.BZ2File", ("bz2.BZ2File",), CLOSE, bound=PROCESS),
    Resource("lzma.LZMAFile", ("lzma.LZMAFile",), CLOSE, bound=PROCESS),
    Resource("shelve.Shelf", ("shelve.Shelf",), CLOSE, bound=PROCESS, note="writes what was changed"),
    Resource("dbm", ("dbm.dumb._Database", "dbm.sqlite3._Database", "_gdbm.gdbm", "_dbm.dbm"), CLOSE, bound=PROCESS),
    Resource(
        "sqlite3.Connection",
        ("sqlite3.Connection",),
        CLOSE,
        bound=BOTH,
        elsewhere=do.sqlite_refuses,
        confined=True,
        note="what was not committed is lost",
    ),
    Resource("sqlite3.Cursor", ("sqlite3.Cursor",), CLOSE, bound=BOTH, elsewhere=do.sqlite_refuses, confined=True),
    Resource("sqlite3.Blob", ("sqlite3.Blob",), CLOSE, bound=BOTH, elsewhere=do.sqlite_refuses, confined=True),
)

NETWORK = (
    Resource("socket.socket", ("socket.socket", "_socket.socket"), CLOSE, bound=PROCESS),
    Resource("ssl.SSLSocket", ("ssl.SSLSocket",), ("unwrap()", "close()"), run=do.close_tls, bound=PROCESS),
    Resource("select.epoll", ("select.epoll", "select.kqueue", "select.devpoll"), CLOSE, bound=PROCESS),
    Resource("selectors.DefaultSelector", ("selectors.BaseSelector",), CLOSE, bound=PROCESS),
    Resource("http.client.HTTPConnection", ("http.client.HTTPConnection",), CLOSE, bound=PROCESS),
    Resource(
        "http.server.HTTPServer",
        ("socketserver.BaseServer",),
        ("shutdown()", "server_close()"),
        run=do.close_server,
        bound=PROCESS,
    ),
)

THREADS = (
    Resource("threading.Lock", ("_thread.lock",), RELEASE, again=False, run=do.release_lock, bound=PROCESS),
    Resource(
        "threading.RLock",
        ("_thread.RLock", "threading._RLock"),
        RELEASE,
        again=False,
        run=do.release_reentrant,
        bound=BOTH,
        elsewhere=do.held_elsewhere,
    ),
    Resource(
        "threading.Condition", ("threading.Condition",), RELEASE, again=False, run=do.release_condition, bound=BOTH
    ),
    Resource("threading.Semaphore", ("threading.Semaphore",), RELEASE, run=do.release_semaphore, bound=PROCESS),
    Resource(
        "threading.BoundedSemaphore",
        ("threading.BoundedSemaphore",),
        RELEASE,
        again=False,
        run=do.release_semaphore,
        bound=PROCESS,
    ),
    Resource("threading.Thread", ("threading.Thread",), ("join()",), run=do.join, bound=PROCESS),
    Resource("threading.Timer", ("threading.Timer",), ("cancel()", "join()"), run=do.cancel_timer, bound=PROCESS),
    Resource(
        "concurrent.futures.ThreadPoolExecutor",
        ("concurrent.futures.thread.ThreadPoolExecutor", "concurrent.futures._base.Executor"),
        ("shutdown(wait=True)",),
        run=do.shut_executor_down,
        bound=PROCESS,
    ),
)

PROCESSES = (
    Resource(
        "concurrent.futures.ProcessPoolExecutor",
        ("concurrent.futures.process.ProcessPoolExecutor",),
        ("shutdown(wait=True)",),
        run=do.shut_executor_down,
        bound=PROCESS,
    ),
    Resource("multiprocessing.Pool", ("multiprocessing.pool.Pool",), ("terminate()", "join()"), bound=PROCESS),
    Resource(
        "multiprocessing.Process",
        ("multiprocessing.process.BaseProcess",),
        ("join()", "close()"),
        run=do.end_process,
        bound=PROCESS,
    ),
    Resource("multiprocessing.Queue", ("multiprocessing.queues.Queue",), ("close()", "join_thread()")),
    Resource("multiprocessing.Connection", ("multiprocessing.connection._ConnectionBase",), CLOSE),
    Resource(
        "multiprocessing.Lock",
        ("multiprocessing.synchronize.SemLock",),
        RELEASE,
        again=False,
        run=do.release_process_lock,
        bound=THREAD,
    ),
    Resource(
        "multiprocessing.shared_memory.SharedMemory",
        ("multiprocessing.shared_memory.SharedMemory",),
        ("close()", "unlink() by its creator"),
        run=do.release_shared_memory,
        note="close() again is harmless; unlink() must run once, and does",
    ),
    Resource(
        "multiprocessing.Manager",
        ("multiprocessing.managers.BaseManager",),
        ("shutdown()",),
        run=do.shut_manager_down,
        bound=PROCESS,
    ),
    Resource(
        "subprocess.Popen",
        ("subprocess.Popen",),
        ("close the pipes", "wait()", "terminate()", "kill()"),
        run=do.end_child,
        bound=PROCESS,
        owned_by="Owned.popen(...)",
        note="it is asked to end when it does not by itself, and then made to",
    ),
)

OTHERS = (
    Resource(
        "logging.FileHandler", ("logging.Handler",), ("removeHandler()", "close()"), run=do.close_handler, bound=PROCESS
    ),
    Resource("logging.handlers.QueueListener", ("logging.handlers.QueueListener",), ("stop()",), run=do.stop_listener),
    Resource("contextlib.ExitStack", ("contextlib.ExitStack",), CLOSE),
    Resource("contextlib.AsyncExitStack", ("contextlib.AsyncExitStack",), ("aclose()",), awaited=True, bound=("loop",)),
    Resource("generator", ("builtins.generator",), CLOSE),
    Resource("coroutine", ("builtins.coroutine",), CLOSE, note="or await it, once"),
)

ASYNCIO = (
    Resource("async generator", ("builtins.async_generator",), ("aclose()",), awaited=True, bound=("loop",)),
    Resource(
        "asyncio event loop",
        ("asyncio.events.AbstractEventLoop",),
        CLOSE,
        bound=BOTH,
        elsewhere=do.runs_elsewhere,
    ),
    Resource("asyncio.Runner", ("asyncio.runners.Runner",), CLOSE, bound=BOTH),
    Resource(
        "asyncio.Server",
        ("asyncio.base_events.Server",),
        ("close()", "wait_closed()"),
        run=do.close_async_server,
        awaited=True,
        bound=LOOP,
    ),
    Resource(
        "asyncio.StreamWriter",
        ("asyncio.streams.StreamWriter",),
        ("close()", "wait_closed()"),
        run=do.close_writer,
        awaited=True,
        bound=LOOP,
    ),
    Resource(
        "asyncio.subprocess.Process",
        ("asyncio.subprocess.Process",),
        ("wait()", "terminate()", "kill()", "wait()"),
        again=False,
        run=do.end_async_child,
        awaited=True,
        bound=LOOP,
    ),
    Resource("asyncio.Lock", ("asyncio.locks.Lock",), RELEASE, again=False, run=do.release_lock, bound=LOOP),
)

STANDARD_LIBRARY: tuple[Resource, ...] = (
    *FILES,
    *ARCHIVES_AND_DATABASES,
    *NETWORK,
    *THREADS,
    *PROCESSES,
    *OTHERS,
    *ASYNCIO,
)
