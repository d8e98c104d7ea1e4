"""How values are dropped: the table of drop hooks, and the order in which hooks are looked for.

The table is keyed by the full name of a class, so that the standard library's and other well-known types are in it
without being imported. A value's class and its bases are looked up in the order of the MRO: the most specific wins.
"""

from __future__ import annotations

import inspect
import sys
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from .complaints import build
from .errors import DropHookError
from .plain import qualified_name

T = TypeVar("T")
Step = Callable[[Any], object]

GRACE_SECONDS = 2.0
"""How long a child process is given to end by itself, and then to end after it was asked to."""


def register_drop(kind: type[T], hook: Callable[[T], object]) -> None:
    """Say how values of a type, and of its subclasses, are dropped.

    The hook receives the bare value. It may be a coroutine function; then only `async with` can drop such values. A
    `__drop__` method and an owner's own `drop=` come before the table; a later registration replaces an earlier one.

    Raises `DropHookError` when the hook cannot be called with the value alone.

    >>> from owned import Owned, drop
    >>> class Lamp:
    ...     def off(self) -> None:
    ...         print("off")
    >>> register_drop(Lamp, Lamp.off)
    >>> drop(Owned(Lamp()))
    off
    >>> register_drop(Lamp, "off")
    Traceback (most recent call last):
    ...
    owned.errors.DropHookError: the drop hook of 'Lamp' is not callable but a 'str'
      ...
    """
    if not isinstance(kind, type):
        raise build(
            DropHookError, f"register_drop() needs a class, not {kind!r}", "give it the class: register_drop(cls, hook)"
        )
    check_hook(hook, f"{kind.__name__!r}")
    _registered[kind] = hook
    _found.clear()
    _hookless.clear()


def check_hook(hook: Any, what: str) -> None:
    """Raise `DropHookError` unless the hook can be called with the value alone."""
    if not callable(hook):
        raise build(
            DropHookError,
            f"the drop hook of {what} is not callable but a {type(hook).__name__!r}",
            "give a function of the value: drop=lambda value: ...",
        )
    try:
        inspect.signature(hook).bind(None)
    except TypeError as error:
        raise build(
            DropHookError,
            f"the drop hook of {what} cannot be called with the value alone: {error}",
            "give a function of one argument: drop=lambda value: ...",
        ) from None
    except ValueError:
        pass  # A C function without a signature: its call will tell.


@dataclass(frozen=True)
class Hooks:
    """The hooks of one value: what drops it at once, and what drops it where one can await."""

    now: Step | None
    awaiting: Step | None


def hooks_of(value: Any, given: Step | None) -> Hooks:
    """Find a value's hooks: the given one, `__drop__`, the table, `close()`; `aclose()` before it where one can await.

    Looks at the class alone, so that a value that makes attributes up as it is asked for them is not asked.
    """
    kind = type(value)
    if given is None and is_hookless(kind):
        return NO_HOOKS
    first = given or method(kind, "__drop__") or registered(kind)
    if first is not None:
        return Hooks(None, first) if is_asynchronous(first) else Hooks(first, first)
    close = method(kind, "close") or delegated(value, "close")
    aclose = method(kind, "aclose")
    if close is None and aclose is None and not hasattr(kind, "__getattr__"):
        _note_hookless(kind)
    if close is not None and is_asynchronous(close):
        return Hooks(None, aclose or close)
    return Hooks(close, aclose or close)


NO_HOOKS = Hooks(None, None)

_hookless: set[Any] = set()
"""Types without any hook, so that the end of their values costs next to nothing: C types themselves, others weakly."""


def is_hookless(kind: type) -> bool:
    """Is it known that values of this type have nothing to run at their end?"""
    return kind in _hookless or weakref.ref(kind) in _hookless


def _note_hookless(kind: type) -> None:
    _hookless.add(weakref.ref(kind, _hookless.discard) if kind.__flags__ & 1 << 9 else kind)


def method(kind: type, name: str) -> Step | None:
    """Find a method of a class by name; what is not callable is no method."""
    found = getattr(kind, name, None)
    return found if callable(found) else None


def delegated(value: Any, name: str) -> Step | None:
    """Find a method that a value passes through from what it wraps, as some of the standard library's files do."""
    kind = type(value)
    if not hasattr(kind, "__getattr__") or isinstance(value, type):
        return None
    try:
        found = getattr(value, name, None)
    except Exception:
        return None
    return (lambda _: found()) if callable(found) else None


def is_asynchronous(hook: Any) -> bool:
    """Does calling this only begin to drop, so that the result must be awaited?"""
    hook = inspect.unwrap(hook) if inspect.isfunction(hook) else hook
    if inspect.iscoroutinefunction(hook) or getattr(hook, "_owned_asynchronous", False):
        return True
    call = getattr(type(hook), "__call__", None)  # noqa: B004 (is the call itself asynchronous?)
    return inspect.iscoroutinefunction(call) or getattr(hook, "__name__", None) == "aclose"


_registered: weakref.WeakKeyDictionary[type, Step] = weakref.WeakKeyDictionary()
_found: weakref.WeakKeyDictionary[type, tuple[Step | None]] = weakref.WeakKeyDictionary()


def registered(kind: type) -> Step | None:
    """Look a class and its bases up in the table."""
    known = _found.get(kind)
    if known is None:
        known = _found[kind] = (_look_up(kind),)
    return known[0]


def _look_up(kind: type) -> Step | None:
    for base in kind.__mro__:
        hook = _registered.get(base) or KNOWN.get(qualified_name(base))
        if hook is not None:
            return hook
    return None


def thread_bound(value: Any) -> bool:
    """Does this resource refuse to be dropped here, because it belongs to another thread?"""
    for base in type(value).__mro__:
        test = BOUND.get(qualified_name(base))
        if test is not None:
            return test(value)
    return False


def _sqlite_refuses(value: Any) -> bool:
    sqlite3 = sys.modules["sqlite3"]
    connection = getattr(value, "connection", value)
    try:
        connection.cursor().close()
    except sqlite3.ProgrammingError as error:
        return "thread" in str(error)
    except sqlite3.Error:
        pass
    return False


BOUND: dict[str, Callable[[Any], bool]] = {
    "sqlite3.Connection": _sqlite_refuses,
    "sqlite3.Cursor": _sqlite_refuses,
    "_thread.RLock": lambda lock: "count=0" not in repr(lock) and not lock._is_owned(),
}


def steps(*names: str) -> Step:
    """Make a hook that calls several methods in turn; all are called, the first failure is raised."""

    def run(value: Any) -> None:
        failed: BaseException | None = None
        for name in names:
            try:
                getattr(value, name)()
            except Exception as error:
                failed = failed or error
        if failed is not None:
            raise failed

    return run


def _release_lock(lock: Any) -> None:
    if lock.locked():
        lock.release()


def _release_reentrant(lock: Any) -> None:
    while lock._is_owned():
        lock.release()


def _release_semaphore(semaphore: Any) -> None:
    """Release what must be held: of a semaphore without a permit left, or with fewer than a bounded one began with."""
    if semaphore._value < getattr(semaphore, "_initial_value", 1):
        semaphore.release()


def _join(thread: Any) -> None:
    threading = sys.modules["threading"]
    if thread.ident is not None and thread is not threading.current_thread():
        thread.join()


def _cancel_timer(timer: Any) -> None:
    timer.cancel()
    _join(timer)


def _shut_executor_down(executor: Any) -> None:
    executor.shutdown(wait=True)


def _end_child(child: Any) -> None:
    """Close the pipes and wait; a child that does not end by itself is asked to, and then made to."""
    subprocess = sys.modules["subprocess"]
    for pipe in (child.stdin, child.stdout, child.stderr):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:
                pass  # The child has closed its end: nobody reads what is still in the buffer.
    for urge in (None, child.terminate, child.kill):
        if urge is not None:
            urge()
        try:
            child.wait(GRACE_SECONDS)
            return
        except subprocess.TimeoutExpired:
            continue


def _end_process(process: Any) -> None:
    if process._popen is not None:
        process.join()
    process.close()


def _close_handler(handler: Any) -> None:
    logging = sys.modules["logging"]
    loggers = [logging.getLogger(), *logging.getLogger().manager.loggerDict.values()]
    for logger in loggers:
        if handler in getattr(logger, "handlers", ()):
            logger.removeHandler(handler)
    handler.close()


def _close_server(server: Any) -> None:
    threading = sys.modules["threading"]
    stopper = threading.Thread(target=server.shutdown, daemon=True)
    stopper.start()
    stopper.join(GRACE_SECONDS / 2)  # A server that never served has nobody to answer the request.
    server.server_close()


def _stop_grpc(server: Any) -> None:
    server.stop(None).wait()


def _flush(array: Any) -> None:
    array.flush()


def _destroy_context(context: Any) -> None:
    context.destroy(linger=0)


async def _close_writer(writer: Any) -> None:
    writer.close()
    await writer.wait_closed()


KNOWN: dict[str, Step] = {
    "builtins.memoryview": steps("release"),
    "_thread.lock": _release_lock,
    "_thread.RLock": _release_reentrant,
    "threading._RLock": _release_reentrant,
    "threading.Semaphore": _release_semaphore,
    "threading.Thread": _join,
    "threading.Timer": _cancel_timer,
    "concurrent.futures._base.Executor": _shut_executor_down,
    "multiprocessing.pool.Pool": steps("terminate", "join"),
    "multiprocessing.process.BaseProcess": _end_process,
    "multiprocessing.queues.Queue": steps("close", "join_thread"),
    "multiprocessing.managers.BaseManager": steps("shutdown"),
    "subprocess.Popen": _end_child,
    "tempfile.TemporaryDirectory": steps("cleanup"),
    "logging.Handler": _close_handler,
    "socketserver.BaseServer": _close_server,
    "asyncio.streams.StreamWriter": _close_writer,
    "asyncio.base_events.Server": _close_writer,
    "urllib3.poolmanager.PoolManager": steps("clear"),
    "sqlalchemy.engine.base.Engine": steps("dispose"),
    "redis.connection.ConnectionPool": steps("disconnect"),
    "grpc._server._Server": _stop_grpc,
    "numpy.memmap": _flush,
    "filelock._api.BaseFileLock": steps("release"),
    "watchdog.observers.api.BaseObserver": steps("stop", "join"),
    "selenium.webdriver.remote.webdriver.WebDriver": steps("quit"),
    "zmq.sugar.context.Context": _destroy_context,
}
