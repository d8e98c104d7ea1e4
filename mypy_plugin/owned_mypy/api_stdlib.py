"""What known functions of the standard library do to ownership: who keeps a closure, who starts a thread with it."""

from typing import Final

from owned_mypy.effects import CallEffect, Effect, Gives, Param


def _on_thread(*rows: tuple[str, int | None, Effect], rest: Effect | None = None) -> CallEffect:
    return CallEffect(tuple(Param(*row) for row in rows), rest=rest)


_THREAD = _on_thread(
    ("target", 1, Effect.SENDS),
    ("args", 3, Effect.SENDS_ITEMS),
    ("kwargs", 4, Effect.SENDS_ITEMS),
)
_TIMER = _on_thread(
    ("interval", 0, Effect.READS),
    ("function", 1, Effect.SENDS),
    ("args", 2, Effect.SENDS_ITEMS),
    ("kwargs", 3, Effect.SENDS_ITEMS),
)
_PROCESS = _on_thread(
    ("target", 1, Effect.SENDS_PROCESS),
    ("args", 3, Effect.SENDS_PROCESS_ITEMS),
    ("kwargs", 4, Effect.SENDS_PROCESS_ITEMS),
)
_SUBMIT = _on_thread(("fn", 0, Effect.SENDS), rest=Effect.SENDS)
_SUBMIT_PROCESS = _on_thread(("fn", 0, Effect.SENDS_PROCESS), rest=Effect.SENDS_PROCESS)
_MAP = _on_thread(
    ("fn", 0, Effect.SENDS),
    ("timeout", None, Effect.READS),
    ("chunksize", None, Effect.READS),
    ("buffersize", None, Effect.READS),
    rest=Effect.SENDS_ITEMS,
)
_MAP_PROCESS = _on_thread(
    ("fn", 0, Effect.SENDS_PROCESS),
    ("timeout", None, Effect.READS),
    ("chunksize", None, Effect.READS),
    ("buffersize", None, Effect.READS),
    rest=Effect.SENDS_PROCESS_ITEMS,
)
_POOL_INITIALISER = _on_thread(
    ("max_workers", 0, Effect.READS),
    ("initializer", 2, Effect.SENDS),
    ("initargs", 3, Effect.SENDS_ITEMS),
)
_PUT = _on_thread(("item", 0, Effect.SENDS))
_PUT_PROCESS = _on_thread(("obj", 0, Effect.SENDS_PROCESS))
_POOL_APPLY = _on_thread(
    ("func", 0, Effect.SENDS_PROCESS),
    ("args", 1, Effect.SENDS_PROCESS_ITEMS),
    ("kwds", 2, Effect.SENDS_PROCESS_ITEMS),
    ("callback", 3, Effect.KEEPS),
    ("error_callback", 4, Effect.KEEPS),
)
_POOL_MAP = _on_thread(
    ("func", 0, Effect.SENDS_PROCESS),
    ("iterable", 1, Effect.SENDS_PROCESS_ITEMS),
    ("chunksize", 2, Effect.READS),
    ("callback", 3, Effect.KEEPS),
    ("error_callback", 4, Effect.KEEPS),
)
_TASK = _on_thread(("coro", 0, Effect.KEEPS), ("coro_or_future", 0, Effect.KEEPS))
_CALLBACK = _on_thread(("callback", 0, Effect.KEEPS), rest=Effect.KEEPS)
_CALLBACK_LATER = _on_thread(
    ("delay", 0, Effect.READS), ("when", 0, Effect.READS), ("callback", 1, Effect.KEEPS), rest=Effect.KEEPS
)
_CALLBACK_THREADSAFE = _on_thread(("callback", 0, Effect.SENDS), ("context", None, Effect.READS), rest=Effect.SENDS)
_KEEPS_ALL = CallEffect(rest=Effect.KEEPS)

_PASSED_ON = CallEffect(gives=Gives.PASSED_ON)
_PASSING = (
    *(f"builtins.{name}" for name in ("sorted", "min", "max", "next", "list", "tuple", "set", "frozenset", "dict")),
    *(f"collections.{name}" for name in ("deque", "OrderedDict")),
    *("copy.copy", "random.choice", "random.sample"),
)
_LAZY = ("chain", "islice", "takewhile", "dropwhile", "filterfalse", "starmap", "cycle", "pairwise", "zip_longest")

STDLIB_API: Final[dict[str, CallEffect]] = {
    "threading.Thread": _THREAD,
    "threading.Timer": _TIMER,
    "_thread.start_new_thread": _on_thread(
        ("function", 0, Effect.SENDS), ("args", 1, Effect.SENDS_ITEMS), ("kwargs", 2, Effect.SENDS_ITEMS)
    ),
    "concurrent.futures._base.Executor.submit": _SUBMIT,
    "concurrent.futures._base.Executor.map": _MAP,
    "concurrent.futures.thread.ThreadPoolExecutor": _POOL_INITIALISER,
    "concurrent.futures.thread.ThreadPoolExecutor.submit": _SUBMIT,
    "concurrent.futures.thread.ThreadPoolExecutor.map": _MAP,
    "concurrent.futures.process.ProcessPoolExecutor.submit": _SUBMIT_PROCESS,
    "concurrent.futures.process.ProcessPoolExecutor.map": _MAP_PROCESS,
    "concurrent.futures._base.Future.add_done_callback": _on_thread(("fn", 0, Effect.SENDS)),
    "asyncio.threads.to_thread": _on_thread(("func", 0, Effect.SENDS), rest=Effect.SENDS),
    "asyncio.events.AbstractEventLoop.run_in_executor": _on_thread(
        ("executor", 0, Effect.READS), ("func", 1, Effect.SENDS), rest=Effect.SENDS
    ),
    "asyncio.events.AbstractEventLoop.create_task": _TASK,
    "asyncio.events.AbstractEventLoop.call_soon": _CALLBACK,
    "asyncio.events.AbstractEventLoop.call_soon_threadsafe": _CALLBACK_THREADSAFE,
    "asyncio.events.AbstractEventLoop.call_later": _CALLBACK_LATER,
    "asyncio.events.AbstractEventLoop.call_at": _CALLBACK_LATER,
    "asyncio.events.AbstractEventLoop.add_signal_handler": _KEEPS_ALL,
    "asyncio.events.AbstractEventLoop.add_reader": _KEEPS_ALL,
    "asyncio.events.AbstractEventLoop.add_writer": _KEEPS_ALL,
    "asyncio.tasks.create_task": _TASK,
    "asyncio.tasks.ensure_future": _TASK,
    "asyncio.tasks.run_coroutine_threadsafe": _on_thread(("coro", 0, Effect.SENDS), ("loop", 1, Effect.READS)),
    "asyncio.taskgroups.TaskGroup.create_task": _TASK,
    "asyncio.futures.Future.add_done_callback": _on_thread(("fn", 0, Effect.KEEPS)),
    "_asyncio.Future.add_done_callback": _on_thread(("fn", 0, Effect.KEEPS)),
    "multiprocessing.process.BaseProcess": _PROCESS,
    "multiprocessing.context.Process": _PROCESS,
    "multiprocessing.context.SpawnProcess": _PROCESS,
    "multiprocessing.context.ForkProcess": _PROCESS,
    "multiprocessing.pool.Pool.apply": _POOL_APPLY,
    "multiprocessing.pool.Pool.apply_async": _POOL_APPLY,
    "multiprocessing.pool.Pool.map": _POOL_MAP,
    "multiprocessing.pool.Pool.map_async": _POOL_MAP,
    "multiprocessing.pool.Pool.starmap": _POOL_MAP,
    "multiprocessing.pool.Pool.starmap_async": _POOL_MAP,
    "multiprocessing.pool.Pool.imap": _POOL_MAP,
    "multiprocessing.pool.Pool.imap_unordered": _POOL_MAP,
    "multiprocessing.queues.Queue.put": _PUT_PROCESS,
    "multiprocessing.queues.Queue.put_nowait": _PUT_PROCESS,
    "multiprocessing.queues.SimpleQueue.put": _PUT_PROCESS,
    "multiprocessing.connection._ConnectionBase.send": _PUT_PROCESS,
    "multiprocessing.connection.Connection.send": _PUT_PROCESS,
    "queue.Queue.put": _PUT,
    "queue.Queue.put_nowait": _PUT,
    "queue.SimpleQueue.put": _PUT,
    "queue.SimpleQueue.put_nowait": _PUT,
    "_queue.SimpleQueue.put": _PUT,
    "_queue.SimpleQueue.put_nowait": _PUT,
    "atexit.register": _KEEPS_ALL,
    "signal.signal": _on_thread(("signalnum", 0, Effect.READS), ("handler", 1, Effect.KEEPS)),
    "weakref.finalize": _on_thread(("obj", 0, Effect.READS), ("func", 1, Effect.KEEPS), rest=Effect.KEEPS),
    "weakref.finalize.__init__": _on_thread(("obj", 0, Effect.READS), ("func", 1, Effect.KEEPS), rest=Effect.KEEPS),
    "functools.partial": _KEEPS_ALL,
    **dict.fromkeys((f"itertools.{name}" for name in _LAZY), CallEffect(rest=Effect.ITERATES)),
    "itertools.chain.from_iterable": CallEffect(rest=Effect.ITERATES),
    **dict.fromkeys(_PASSING, _PASSED_ON),
}
