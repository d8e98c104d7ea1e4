"""How resources are dropped whose drop is more than a call of their methods in turn.

Nothing is imported here that the program has not imported itself: who owns such a value has its module already.
"""

from __future__ import annotations

import sys
from typing import Any

GRACE_SECONDS = 2.0
"""How long a child process is given to end by itself, and then to end after it was asked to."""


# Locks --------------------------------------------------------------------------------------------------------------


def release_lock(lock: Any) -> None:
    """Release a lock, if it is held."""
    if lock.locked():
        lock.release()


def release_reentrant(lock: Any) -> None:
    """Release a reentrant lock as often as this thread has acquired it."""
    while lock._is_owned():
        lock.release()


def release_semaphore(semaphore: Any) -> None:
    """Release what must be held: of a semaphore without a permit left, or with fewer than a bounded one began with."""
    if semaphore._value < getattr(semaphore, "_initial_value", 1):
        semaphore.release()


def release_process_lock(lock: Any) -> None:
    """Release a lock between processes as often as this one has acquired it."""
    while lock._semlock._is_mine():
        lock.release()


def release_condition(condition: Any) -> None:
    """Release the lock of a condition, if this thread holds it."""
    if condition._is_owned():
        condition.release()


# Threads and processes ----------------------------------------------------------------------------------------------


def join(thread: Any) -> None:
    """Wait for a thread that was started, unless it is this one."""
    threading = sys.modules["threading"]
    if thread.ident is not None and thread is not threading.current_thread():
        thread.join()


def cancel_timer(timer: Any) -> None:
    """Cancel a timer and wait for its thread."""
    timer.cancel()
    join(timer)


def stop_and_join(thread: Any) -> None:
    """Stop a thread that has a `stop`, and wait for it, if it was started."""
    thread.stop()
    join(thread)


def stop_listener(listener: Any) -> None:
    """Stop a queue listener, if it runs."""
    if listener._thread is not None:
        listener.stop()


def shut_executor_down(executor: Any) -> None:
    """Let an executor finish its work, and end its workers."""
    executor.shutdown(wait=True)


def shut_manager_down(manager: Any) -> None:
    """End the process of a manager; one that only connected to somebody else's has none."""
    shutdown = getattr(manager, "shutdown", None)
    if shutdown is not None:
        shutdown()


def end_child(child: Any) -> None:
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


def end_process(process: Any) -> None:
    """Wait for a process that was started, and let go of it."""
    if process._popen is not None:
        process.join()
    process.close()


def release_shared_memory(memory: Any) -> None:
    """Close a block of shared memory; whoever created it also removes it, as the last thing."""
    try:
        memory.close()
    finally:
        os = sys.modules["os"]
        if getattr(memory, "_flags", 0) & os.O_CREAT:
            try:
                memory.unlink()
            except FileNotFoundError:
                pass  # Its user has removed it already.
            memory._flags &= ~os.O_CREAT


# Servers and handlers -----------------------------------------------------------------------------------------------


def close_handler(handler: Any) -> None:
    """Take a logging handler out of all loggers, and close it: one that stayed would open its file again."""
    logging = sys.modules["logging"]
    loggers = [logging.getLogger(), *logging.getLogger().manager.loggerDict.values()]
    for logger in loggers:
        if handler in getattr(logger, "handlers", ()):
            logger.removeHandler(handler)
    handler.close()


def close_server(server: Any) -> None:
    """Ask a server to stop serving, and close its socket."""
    threading = sys.modules["threading"]
    stopper = threading.Thread(target=server.shutdown, daemon=True)
    stopper.start()
    stopper.join(GRACE_SECONDS / 2)  # A server that never served has nobody to answer the request.
    server.server_close()


def close_tls(connection: Any) -> None:
    """Close a TLS socket; the goodbye is said as far as that needs no waiting for the other side."""
    try:
        if connection.fileno() != -1 and connection._sslobj is not None:
            connection.settimeout(0)
            connection.unwrap()
    except (OSError, ValueError):
        pass  # The other side has not answered yet, or has gone: the connection ends all the same.
    finally:
        connection.close()


# Where one can await ------------------------------------------------------------------------------------------------


async def close_writer(writer: Any) -> None:
    """Close a stream and wait until what was written has gone out."""
    writer.close()
    await writer.wait_closed()


async def close_async_server(server: Any) -> None:
    """Stop listening; connections that do not end in time are closed."""
    asyncio = sys.modules["asyncio"]
    server.close()
    try:
        await asyncio.wait_for(server.wait_closed(), GRACE_SECONDS)
    except asyncio.TimeoutError:
        close_clients = getattr(server, "close_clients", None)
        if close_clients is not None:
            close_clients()


async def end_async_child(child: Any) -> None:
    """Wait for a child; one that does not end by itself is asked to, and then made to."""
    asyncio = sys.modules["asyncio"]
    if child.stdin is not None:
        child.stdin.close()
    try:
        for urge in (None, child.terminate, child.kill):
            try:
                if urge is not None:
                    urge()
            except ProcessLookupError:
                pass  # It has ended meanwhile.
            try:
                await asyncio.wait_for(child.wait(), GRACE_SECONDS)
                return
            except asyncio.TimeoutError:
                continue
    finally:
        child._transport.close()


# Third parties ------------------------------------------------------------------------------------------------------


def stop_grpc(server: Any) -> None:
    """Stop a gRPC server now, and wait until it has."""
    server.stop(None).wait()


def destroy_context(context: Any) -> None:
    """End a ZeroMQ context with its sockets, without waiting for messages that nobody fetches."""
    context.destroy(linger=0)


def close_transport(transport: Any) -> None:
    """Close an SSH transport and its socket, also before it was started, and wait for its thread."""
    transport.close()
    transport.sock.close()
    if transport.ident is not None:
        transport.join(GRACE_SECONDS)


def close_once(dataset: Any) -> None:
    """Close a netCDF dataset, unless its user has done so: a second `close` of it fails."""
    if dataset.isopen():
        dataset.close()


# Whose is it? -------------------------------------------------------------------------------------------------------


def sqlite_refuses(value: Any) -> bool:
    """Does SQLite say that this connection, or the one of this cursor or blob, is another thread's?"""
    sqlite3 = sys.modules["sqlite3"]
    try:
        if hasattr(value, "tell"):
            value.tell()
        else:
            sqlite3.Connection.cursor(getattr(value, "connection", value)).close()
    except sqlite3.ProgrammingError as error:
        return "thread" in str(error)
    except sqlite3.Error:
        pass
    return False


def held_elsewhere(lock: Any) -> bool:
    """Is this reentrant lock held, and not by this thread?"""
    return "count=0" not in repr(lock) and not lock._is_owned()


def runs_elsewhere(loop: Any) -> bool:
    """Does this event loop run in another thread?"""
    import _thread

    return getattr(loop, "_thread_id", None) not in (None, _thread.get_ident())


def locked_elsewhere(lock: Any) -> bool:
    """Does this file lock count per thread, and know nothing of being held in this one?"""
    return lock.is_thread_local() and not lock.is_locked
