"""What is sent to threads, through channels and to processes by `owned` itself."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.queues import Queue

from owned import (
    Owned,
    Rc,
    Sender,
    borrow,
    borrow_mut,
    drop,
    move,
    send_to,
    spawn,
    submit_to,
    thread_scope,
)


class Token:
    def __init__(self, n: int) -> None:
        self.n = n

    def peek(self) -> int:
        return self.n

    def bump(self) -> None:
        self.n += 1


def look(x: object) -> None: ...


def eat(t: Owned[Token]) -> None:
    drop(t)


def use_rc(rc: Rc[Token]) -> None:
    look(rc.n)


# case: mv-spawn | moved into a thread by spawn, then used
def mv_spawn(t: Owned[Token]) -> None:
    handle = spawn(eat, t)
    look(t)  # E: use-after-move E0382
    handle.join()


# case: mv-spawn-closure | captured by what is spawned
def mv_spawn_closure(t: Owned[Token]) -> None:
    spawn(lambda: eat(t))
    look(t)  # E: use-after-move E0382


# case: tr-spawn-rc | an Rc for a thread
def tr_spawn_rc(rc: Rc[Token]) -> None:
    spawn(use_rc, rc)  # E: not-send E0277


# case: tr-spawn-borrow | a borrow for a thread that may outlive it
def tr_spawn_borrow(t: Owned[Token]) -> None:
    spawn(look, borrow(t))  # E: not-send E0277


# case: mv-channel-sender | sent, then used
def mv_channel_sender(tx: Sender[Owned[Token]], t: Owned[Token]) -> None:
    tx.send(t)
    look(t)  # E: use-after-move E0382


# case: mv-channel-try-sender | tried to send, then used
def mv_channel_try_sender(tx: Sender[Owned[Token]], t: Owned[Token]) -> None:
    tx.try_send(t)
    look(t)  # E: use-after-move E0382


# case: tr-channel-rc | an Rc through a channel between threads
def tr_channel_rc(tx: Sender[Rc[Token]], rc: Rc[Token]) -> None:
    tx.send(rc)  # E: not-send E0277


# case: mv-scoped-spawn | moved into a thread of a scope
def mv_scoped_spawn(t: Owned[Token]) -> None:
    with thread_scope() as s:
        s.spawn(eat, t)
    look(t)  # E: use-after-move E0382


# case: mv-send-to | sent to another process, then used
def mv_send_to(c: Connection, t: Owned[Token]) -> None:
    send_to(c, t)
    look(t)  # E: use-after-move E0382


# case: mv-send-to-moved | moved first
def mv_send_to_moved(q: Queue[object], t: Owned[Token]) -> None:
    send_to(q, move(t))
    look(t)  # E: use-after-move E0382


# case: mv-submit-to | given to a pool of processes, then used
def mv_submit_to(pool: ProcessPoolExecutor, t: Owned[Token]) -> None:
    submit_to(pool, eat, t)
    look(t)  # E: use-after-move E0382


# case: ok-scoped-borrows | scoped threads may borrow, and give back at the end
def ok_scoped_borrows(t: Owned[Token]) -> None:
    with thread_scope() as s:
        s.spawn(Token.bump, borrow_mut(t))
    with thread_scope() as s:
        s.spawn(Token.peek, borrow(t))
    with borrow_mut(t) as m:
        m.bump()


# case: ok-sent-once | each on its way
def ok_sent_once(tx: Sender[Owned[Token]], c: Connection, a: Owned[Token], b: Owned[Token], d: Owned[Token]) -> None:
    tx.send(a)
    send_to(c, b)
    handle = spawn(eat, d)
    handle.join()
    a = Owned(Token(1))
    drop(a)
