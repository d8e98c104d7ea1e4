"""Owners that move to other processes, by fork and by spawn: real ones."""

from __future__ import annotations

import copy
import multiprocessing
import os
import pickle
import queue
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import shared_memory
from pathlib import Path
from typing import Any

import pytest

from owned import (
    MoveWhileBorrowedError,
    NotAnOwnerError,
    NotCopyError,
    NotSendError,
    PoisonError,
    SendError,
    UseAfterDropError,
    UseAfterMoveError,
)
from tests.runtime import workers
from tests.runtime.loose import (
    Arc,
    Box,
    Mutex,
    Owned,
    Rc,
    RefCell,
    borrow,
    borrow_mut,
    channel,
    clone,
    drop,
    is_live,
    move,
    recv_from,
    send_to,
    submit_to,
)
from tests.runtime.parts import refused

METHODS = [name for name in ("fork", "spawn") if name in multiprocessing.get_all_start_methods()]


@pytest.fixture(params=METHODS, scope="module")
def context(request: pytest.FixtureRequest) -> Any:
    return multiprocessing.get_context(request.param)


@pytest.fixture(scope="module")
def fork() -> Any:
    return multiprocessing.get_context(METHODS[0])


@pytest.fixture(scope="module")
def executor(fork: Any) -> Iterator[Any]:
    with ProcessPoolExecutor(1, mp_context=fork) as pool:
        yield pool


@pytest.fixture
def path(tmp_path: Path) -> str:
    (tmp_path / "log").touch()
    return str(tmp_path / "log")


def lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines()


def test_an_owner_goes_to_another_process_and_comes_back(context: Any) -> None:
    """Through a pipe; each time the sender's owner has moved."""
    here, there = context.Pipe()
    process = context.Process(target=workers.add_and_return, args=(there,))
    process.start()
    owner = Owned([os.getpid()], name="trail")
    send_to(here, owner)
    error = refused(UseAfterMoveError, lambda: owner.value, "E0382")
    assert [site.kind for site in error.sites] == ["created", "moved", "used"]
    assert error.sites[1].file == __file__
    back = recv_from(here, timeout=30)
    assert back.value == [os.getpid(), process.pid]
    assert here.recv() is False
    process.join()
    drop(back)
    error = refused(UseAfterDropError, lambda: drop(back))
    assert '"trail"' in str(error)
    assert error.sites[0].file == __file__, "created where it was received"


@pytest.mark.parametrize("make", ["Queue", "SimpleQueue"])
def test_an_owner_arrives_through_a_queue(fork: Any, make: str, path: str) -> None:
    """By `get`, too; its hook runs where it is dropped."""
    q = getattr(fork, make)()
    process = fork.Process(target=workers.put, args=(q, path))
    process.start()
    note = q.get()
    assert recv_from(q, timeout=30).value == ["last"]
    with pytest.raises(TimeoutError):
        recv_from(q, timeout=0)
    process.join()
    assert lines(path) == []
    with note:
        assert note.value.text == "note"
    assert lines(path) == [f"note {os.getpid()}"]


def test_the_hook_runs_at_the_other_end_alone(context: Any, path: str) -> None:
    """Once, in the process that received."""
    q = context.Queue()
    process = context.Process(target=workers.receive, args=(q,))
    process.start()
    send_to(q, move(Owned(workers.Note(path, "sent"))))
    process.join()
    assert lines(path) == [f"sent {process.pid}"]


@pytest.mark.parametrize("kind", [Owned, Box, RefCell, Mutex], ids=lambda kind: kind.__name__)
def test_the_kind_the_name_and_the_hook_go_along(kind: Any, path: str) -> None:
    """A `Box` arrives as a `Box`, and so on."""
    here, there = multiprocessing.Pipe()
    send_to(here, kind([path], drop=workers.write_down, name="list"))
    got = recv_from(there)
    assert isinstance(got, kind)
    assert lines(path) == []
    drop(got)
    assert lines(path) == ["dropped"]
    assert '"list"' in str(refused(UseAfterDropError, lambda: drop(got)))


def test_the_owners_inside_go_along(path: str) -> None:
    """In fields and containers, and an owner in an owner."""
    here, there = multiprocessing.Pipe()
    inner, boxed = Owned(workers.Note(path, "inner")), Box([1])
    outer = Owned(workers.Folder(inner, boxed, {"deep": Owned(Owned(3))}))
    send_to(here, outer)
    assert not is_live(outer)
    assert not is_live(inner)
    assert not is_live(boxed)
    got = there.recv()
    assert got.value.parts[1] == [1]
    assert got.value.parts[2]["deep"].value.value == 3
    drop(got)
    assert lines(path) == [f"inner {os.getpid()}"]


def test_a_value_that_cannot_be_pickled_stays_with_its_owner() -> None:
    """And so does all that was to go along; the error carries what was to be sent."""
    here, there = multiprocessing.Pipe()
    for kind in (Owned, Box):
        good, bad = Owned([1]), kind(workers.Folder(lambda: None))
        targets: list[Any] = [here, multiprocessing.Queue()]
        for target in targets:
            with pytest.raises(SendError) as info:
                send_to(target, bad)
            assert info.value.into_inner() is bad
            assert is_live(bad)
        both = Owned(workers.Folder(good, bad))
        with pytest.raises(SendError):
            send_to(here, both)
        assert is_live(both)
        assert is_live(good)
        with borrow_mut(good) as m:
            m.append(2)
    assert not there.poll()
    with pytest.raises(SendError) as info:
        send_to(here, move(bad))
    kept = info.value.into_inner()
    assert not is_live(bad)
    assert is_live(kept)


def test_a_closed_target_leaves_the_owner() -> None:
    """A broken pipe, a closed connection, a closed queue."""
    here, there = multiprocessing.Pipe()
    owner = Owned([1])
    there.close()
    with pytest.raises(SendError) as info:
        send_to(here, owner)
    assert isinstance(info.value.__cause__, OSError)
    here.close()
    with pytest.raises(SendError):
        send_to(here, owner)
    q: Any = multiprocessing.Queue()
    q.close()
    with pytest.raises(SendError):
        send_to(q, owner)
    assert owner.value == [1]


def test_what_belongs_to_its_process_is_not_sent() -> None:
    """Shared handles, borrows, entered managers, ends of channels, poisoned locks; nothing changes."""
    here, there = multiprocessing.Pipe()
    owner = Owned([[1]])
    r = borrow(owner)
    lock = threading.Lock()
    mutex = Mutex([1])
    with pytest.raises(ValueError):
        with mutex.lock():
            raise ValueError
    rc, arc = Rc([1]), Arc([1])
    for x in (rc, arc, Rc.downgrade(rc), r, r[0], Owned.enter(lock), channel()[0], mutex, Owned(workers.Folder(arc))):
        refused(NotSendError, lambda: send_to(here, x), "E0277")
        assert is_live(x)
    refused(MoveWhileBorrowedError, lambda: send_to(here, owner), "E0505")
    assert not there.poll()
    drop(r)
    send_to(here, owner)
    refused(UseAfterMoveError, lambda: send_to(here, owner), "E0382")
    assert recv_from(there).value == [[1]]
    with pytest.raises(PoisonError):
        mutex.lock()


def test_an_owner_that_holds_itself_is_not_sent() -> None:
    """It would never end."""
    here, _ = multiprocessing.Pipe()
    owner = Box([1])
    owner.append(owner)
    refused(NotSendError, lambda: send_to(here, owner))
    assert is_live(owner)
    owner.clear()


def test_queues_within_a_process_are_refused() -> None:
    """There `owned.channel()` is the way."""
    owner = Owned(1)
    targets: list[Any] = [queue.Queue(), queue.SimpleQueue(), [], None]
    for target in targets:
        refused(NotAnOwnerError, lambda: send_to(target, owner))
    assert is_live(owner)


def test_plain_pickling_stays_refused() -> None:
    """Through `multiprocessing` itself, too."""
    here, _ = multiprocessing.Pipe()
    owner, box = Owned([1]), Box([1])
    for x in (owner, box):
        for call in (lambda: here.send(x), lambda: pickle.dumps(x)):
            refused(NotCopyError, call)
        assert is_live(x)


def test_a_socket_is_duplicated_there_and_closed_here(context: Any) -> None:
    """The stream has one owner at a time; other bytes may go through it from both."""
    ours, theirs = socket.socketpair()
    here, there = context.Pipe()
    process = context.Process(target=workers.greet, args=(there,))
    process.start()
    owner = Owned(theirs)
    send_to(here, owner)
    assert theirs.fileno() == -1
    there.close()
    with ours:
        assert ours.recv(100) == b"from %d" % process.pid
        process.join()
        assert ours.recv(100) == b"", "no duplicate is left open"


def test_a_connection_goes_through_a_connection() -> None:
    """And is closed here."""
    here, there = multiprocessing.Pipe()
    left, right = multiprocessing.Pipe()
    send_to(here, Owned(right))
    assert right.closed
    with recv_from(there) as owner:
        owner.value.send("hello")
        assert left.recv() == "hello"
    with pytest.raises(EOFError):
        left.recv()
    left.close()


def test_a_shared_memory_is_attached_there_and_closed_here() -> None:
    """Who receives it reads what was written, and removes it at the end if its creator sent it."""
    here, there = multiprocessing.Pipe()
    memory: Any = shared_memory.SharedMemory(create=True, size=16)
    memory.buf[0] = 7
    send_to(here, Owned(memory))
    send_to(there, recv_from(there))
    with recv_from(here) as owner:
        assert owner.value.buf[0] == 7
        name = owner.value.name
    with pytest.raises(FileNotFoundError):
        shared_memory.SharedMemory(name)


def test_two_threads_that_send_one_owner_send_it_once() -> None:
    """The other one is told that it has moved."""
    here, there = multiprocessing.Pipe()
    for _ in range(30):
        owner = Owned([1])
        barrier = threading.Barrier(3)
        errors: list[type] = []

        def run() -> None:
            barrier.wait()
            try:
                send_to(here, owner)
            except BaseException as error:
                errors.append(type(error))

        threads = [threading.Thread(target=run) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == [UseAfterMoveError] * 2
        assert recv_from(there).value == [1]
        assert not there.poll()


def test_an_executor_takes_owners_over_and_gives_them_back(executor: Any, path: str) -> None:
    """What the call leaves is dropped there, before its result is here."""
    note = Owned(workers.Note(path, "a"))
    future = submit_to(executor, workers.text_of, note)
    refused(UseAfterMoveError, lambda: note.value)
    text, process = future.result()
    assert text == "a"
    assert process != os.getpid()
    assert lines(path) == [f"a {process}"]
    back = submit_to(executor, workers.hand_back, move(Owned(workers.Note(path, "b"))), suffix="c").result()
    assert (type(back), back.value.text, lines(path)) == (Owned, "bc", [f"a {process}"])
    drop(back)
    assert lines(path)[1:] == [f"bc {os.getpid()}"]
    assert submit_to(executor, workers.square, 3).result() == 9


def test_a_call_that_fails_drops_what_it_was_given(executor: Any, path: str) -> None:
    """There, and once; the exception arrives."""
    with pytest.raises(ValueError) as info:
        submit_to(executor, workers.fail, Owned(workers.Note(path, "a"))).result()
    assert lines(path) == [f"a {str(info.value).split()[-1]}"]


def test_a_call_that_cannot_be_sent_leaves_its_owners(fork: Any, path: str) -> None:
    """A function that cannot be pickled, a pool that is closed."""
    note = Owned(workers.Note(path, "a"))
    with ProcessPoolExecutor(1, mp_context=fork) as pool:
        with pytest.raises(SendError) as info:
            submit_to(pool, lambda x: x, note)
        assert info.value.into_inner() == (note,)
    with pytest.raises(SendError):
        submit_to(pool, workers.text_of, note)
    assert note.value.text == "a"
    assert lines(path) == []


def test_pools_see_their_parents_owners_as_inert(context: Any, path: str) -> None:
    """No hook runs there; an owner given as an ordinary argument is refused, and stays; `submit_to` moves it."""
    workers.Parent.owner = Owned(workers.Note(path, "parents"))
    note = Owned(workers.Note(path, "a"))
    with context.Pool(1) as pool:
        with pytest.raises(NotCopyError):
            pool.apply(workers.text_of, (note,))
        with pytest.raises(NotCopyError):
            pool.map(workers.text_of, [note])
        assert is_live(note)
        text, process = submit_to(pool, workers.text_of, note).get(timeout=60)
        assert text == "a"
        if context.get_start_method() == "fork":
            seen = pool.apply(workers.use_parents_owner)
            assert seen.startswith("not-send")
            assert str(process) in seen
            assert str(os.getpid()) in seen
        pool.close()
        pool.join()
    assert lines(path) == [f"a {process}"]
    drop(workers.Parent.owner)
    workers.Parent.owner = None
    assert lines(path)[1:] == [f"parents {os.getpid()}"]


def test_a_managers_queue_keeps_owners_packed(fork: Any, path: str) -> None:
    """`recv_from` opens them; the manager's process has none, and an ordinary argument of a proxy is refused."""
    with fork.Manager() as manager:
        q = manager.Queue()
        note = Owned(workers.Note(path, "a"), name="kept")
        refused(NotCopyError, lambda: q.put(note))
        refused(NotCopyError, lambda: manager.list().append(note))
        send_to(q, note)
        assert not is_live(note)
        got = recv_from(q, timeout=30)
        assert got.value.text == "a"
        assert lines(path) == []
        with pytest.raises(TimeoutError):
            recv_from(q, timeout=0)
        send_to(q, got)
    assert lines(path) == [], "a manager ends without opening what it keeps"


def test_a_fork_with_live_owners_runs_no_hook(fork: Any, path: str) -> None:
    """Neither at its exit; and a channel, an `Rc` and a lock are inert there, too."""
    owners = [Owned(workers.Note(path, "a")), Box(workers.Note(path, "b")), Rc(workers.Note(path, "c"))]
    extra = clone(owners[2])
    for _ in range(10):
        process = fork.Process(target=len, args=([],))
        process.start()
        process.join()
        assert process.exitcode == 0
    assert lines(path) == []
    for owner in owners:
        drop(owner)
    drop(extra)
    assert lines(path) == [f"{name} {os.getpid()}" for name in "abc"]


def test_failures_that_carry_a_value_come_back_from_another_process() -> None:
    """With the value; but a handle stays behind, and only the message arrives."""
    sender, receiver = channel()
    drop(receiver)
    for value, kept in ((5, [5]), ([1], [[1]]), (Owned([1]), [])):
        with pytest.raises(SendError) as info:
            sender.send(value)
        for copied in (pickle.loads(pickle.dumps(info.value)), copy.copy(info.value), copy.deepcopy(info.value)):
            assert type(copied) is SendError
            assert str(copied) == str(info.value)
            assert copied._value == kept
        assert info.value.into_inner() is value
    lock = Mutex([1])
    with pytest.raises(KeyError), lock.lock():
        raise KeyError
    with pytest.raises(PoisonError) as poisoned:
        lock.lock()
    assert "poisoned" in str(pickle.loads(pickle.dumps(poisoned.value)))
    drop(poisoned.value.into_inner())
