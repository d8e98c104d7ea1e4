"""What may not be handed to another thread or process."""

from __future__ import annotations

import asyncio
import multiprocessing
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from owned import Arc, Box, Mutex, Owned, Rc, Ref, RefCell, RefMut, borrow, borrow_mut, clone, drop, move


class Token:
    def __init__(self, value: int) -> None:
        self.value = value

    def bump(self) -> None:
        self.value += 1


@dataclass
class Job:
    name: str
    shared: Rc[Token]


@dataclass
class Plan:
    jobs: list[Job]


@dataclass
class Package:
    token: Owned[Token]


def look(t: object) -> None:
    print(type(t))


def peek(r: Ref[Token]) -> int:
    n: int = r.value
    return n


def poke(m: RefMut[Token]) -> None:
    m.value += 1


def eat(t: Owned[Token]) -> None:
    drop(t)


def eat_package(p: Package) -> None:
    look(p)


def use_rc(rc: Rc[Token]) -> None:
    look(rc)


def use_rcs(rcs: list[Rc[Token]]) -> None:
    look(rcs)


def use_job(job: Job) -> None:
    look(job)


def use_plan(plan: Plan) -> None:
    look(plan)


def use_arc(a: Arc[Token]) -> None:
    look(a)


def use_cell(c: Arc[RefCell[Token]]) -> None:
    c.borrow_mut().bump()


def use_mutex(m: Arc[Mutex[Token]]) -> None:
    with m.lock() as t:
        t.value += 1


def use_owned_connection(c: Owned[sqlite3.Connection]) -> None:
    drop(c)


# case: tr-rc-thread | an `Rc` as an argument of a thread
def tr_rc_thread(rc: Rc[Token]) -> None:
    threading.Thread(target=use_rc, args=(rc,)).start()  # E: not-send E0277


# case: tr-rc-kwargs | by name
def tr_rc_kwargs(rc: Rc[Token]) -> None:
    threading.Thread(target=use_rc, kwargs={"rc": rc}).start()  # E: not-send E0277


# case: tr-rc-list | in a list
def tr_rc_list(rc: Rc[Token]) -> None:
    threading.Thread(target=use_rcs, args=([rc],)).start()  # E: not-send E0277


# case: tr-rc-closure | captured by the function of the thread
def tr_rc_closure(rc: Rc[Token]) -> None:
    threading.Thread(target=lambda: look(rc)).start()  # E: not-send E0277


# case: tr-rc-def | captured by a nested function
def tr_rc_def(rc: Rc[Token]) -> None:
    def run() -> None:
        look(rc)

    threading.Thread(target=run).start()  # E: not-send E0277


# case: tr-rc-partial | inside a partial
def tr_rc_partial(rc: Rc[Token]) -> None:
    threading.Thread(target=partial(use_rc, rc)).start()  # E: not-send E0277


# case: tr-rc-in-fields | further down in the fields of a class
def tr_rc_in_fields(rc: Rc[Token]) -> None:
    plan = Plan([Job("x", rc)])
    threading.Thread(target=use_plan, args=(plan,)).start()  # E: not-send E0277


# case: tr-timer | a timer
def tr_timer(rc: Rc[Token]) -> None:
    threading.Timer(1.0, use_rc, [rc]).start()  # E: not-send E0277


# case: tr-timer-closure | a timer with a closure
def tr_timer_closure(rc: Rc[Token]) -> None:
    threading.Timer(1.0, lambda: look(rc)).start()  # E: not-send E0277


# case: tr-executor | an executor
def tr_executor(rc: Rc[Token]) -> None:
    with ThreadPoolExecutor() as pool:
        pool.submit(use_rc, rc)  # E: not-send E0277


# case: tr-executor-any | any executor
def tr_executor_any(pool: Executor, rc: Rc[Token]) -> Future[None]:
    return pool.submit(use_rc, rc)  # E: not-send E0277


# case: tr-executor-map | an executor's `map`
def tr_executor_map(pool: ThreadPoolExecutor, rcs: list[Rc[Token]]) -> None:
    look(list(pool.map(use_rc, rcs)))  # E: not-send E0277


# case: tr-to-thread | `asyncio.to_thread`
async def tr_to_thread(rc: Rc[Token]) -> None:
    await asyncio.to_thread(use_rc, rc)  # E: not-send E0277


# case: tr-run-in-executor | `run_in_executor`
async def tr_run_in_executor(rc: Rc[Token]) -> None:
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, use_rc, rc)  # E: not-send E0277


# case: tr-call-soon-threadsafe | a callback for another thread's loop
def tr_call_soon_threadsafe(loop: asyncio.AbstractEventLoop, rc: Rc[Token]) -> None:
    loop.call_soon_threadsafe(use_rc, rc)  # E: not-send E0277


# case: tr-call-soon | a callback for this thread's loop
def tr_call_soon(loop: asyncio.AbstractEventLoop, rc: Rc[Token]) -> None:
    loop.call_soon(use_rc, rc)


# case: tr-process | a process
def tr_process(rc: Rc[Token]) -> None:
    multiprocessing.Process(target=use_rc, args=(rc,)).start()  # E: not-send E0277


# case: tr-process-executor | an executor of processes
def tr_process_executor(rc: Rc[Token]) -> None:
    with ProcessPoolExecutor() as pool:
        pool.submit(use_rc, rc)  # E: not-send E0277


# case: tr-rc-channel | put into a queue
def tr_rc_channel(q: queue.Queue[Rc[Token]], rc: Rc[Token]) -> None:
    q.put(rc)  # E: not-send E0277


# case: tr-job-channel | an object with such a field put into a queue
def tr_job_channel(q: queue.Queue[Job], rc: Rc[Token]) -> None:
    q.put(Job("x", rc))  # E: not-send E0277


# case: tr-simple-queue | a simple queue
def tr_simple_queue(q: queue.SimpleQueue[object], rc: Rc[Token]) -> None:
    q.put(rc)  # E: not-send E0277


# case: tr-ref-thread | a borrow handed to a thread is `not-send` alone
def tr_ref_thread(t: Box[Token]) -> None:
    threading.Thread(target=peek, args=(borrow(t),)).start()  # E: not-send E0277


# case: tr-refmut-thread | an exclusive borrow
def tr_refmut_thread(t: Box[Token]) -> None:
    m = borrow_mut(t)
    threading.Thread(target=poke, args=(m,)).start()  # E: not-send E0277


# case: tr-ref-param-thread | a borrow of the caller
def tr_ref_param_thread(r: Ref[Token]) -> None:
    threading.Thread(target=peek, args=(r,)).start()  # E: not-send E0277


# case: tr-ref-closure-thread | a borrow captured by the function of a thread
def tr_ref_closure_thread(r: Ref[Token]) -> None:
    threading.Thread(target=lambda: look(r)).start()  # E: not-send E0277


# case: tr-view-closure-thread | a view captured by the function of a thread
def tr_view_closure_thread(t: Owned[Token]) -> None:
    with borrow(t) as view:
        threading.Thread(target=lambda: look(view)).start()  # E: not-send E0277


# case: tr-view-thread | a view as an argument of a thread
def tr_view_thread(t: Owned[Token]) -> None:
    with borrow(t) as view:
        threading.Thread(target=look, args=(view,)).start()  # E: not-send E0277


# case: tr-arc-refcell | an `Arc` of a cell
def tr_arc_refcell() -> None:
    a = Arc(RefCell(Token(1)))
    b = clone(a)
    threading.Thread(target=use_cell, args=(b,)).start()  # E: not-send E0277


# case: tr-rc-mutex | an `Rc` of a lock: the outer handle counts
def tr_rc_mutex(m: Rc[Mutex[Token]]) -> None:
    threading.Thread(target=look, args=(m,)).start()  # E: not-send E0277


# case: tr-arc-rc | an `Arc` of an `Rc`
def tr_arc_rc(a: Arc[Rc[Token]]) -> None:
    threading.Thread(target=look, args=(a,)).start()  # E: not-send E0277


# case: tr-owned-connection | an owned resource that is bound to its thread
def tr_owned_connection() -> None:
    c = Owned(sqlite3.connect(":memory:"))
    threading.Thread(target=use_owned_connection, args=(c,)).start()  # E: not-send E0277


# case: ok-tr-owned | an owner may be moved to a thread
def ok_tr_owned() -> None:
    t = Owned(Token(1))
    threading.Thread(target=eat, args=(t,)).start()
    u = Owned(Token(2))
    threading.Thread(target=eat, args=(move(u),)).start()
    threading.Thread(target=eat_package, args=(Package(Owned(Token(3))),)).start()


# case: ok-tr-owned-used-after | but it is gone then
def ok_tr_owned_used_after() -> None:
    t = Owned(Token(1))
    threading.Thread(target=eat, args=(t,)).start()
    look(t)  # E: use-after-move E0382


# case: ok-tr-arc | an `Arc` may be shared with a thread
def ok_tr_arc(a: Arc[Token], m: Arc[Mutex[Token]]) -> None:
    with ThreadPoolExecutor() as pool:
        pool.submit(use_arc, clone(a))
        pool.submit(use_mutex, clone(m))
        pool.submit(lambda n: look(n), 1)
    look(a)
    look(m)


# case: ok-tr-plain | plain values and plain functions
def ok_tr_plain(q: queue.Queue[int]) -> None:
    threading.Thread(target=print, args=("x", 1), kwargs={"end": ""}, daemon=True).start()
    q.put(1)
    threading.Timer(1.0, print).start()


# case: ok-tr-unknown | unknown values
def ok_tr_unknown(f: Callable[..., object], *args: object) -> None:
    threading.Thread(target=f, args=args).start()


# case: ok-tr-method | a method of an object without handles
class Worker:
    def __init__(self) -> None:
        self.count = 0
        self.stop = threading.Event()

    def run(self) -> None:
        self.count += 1

    def start(self) -> None:
        threading.Thread(target=self.run, name="worker").start()


# case: tr-bound-method | a method of an object that holds an `Rc`
class RcWorker:
    def __init__(self, rc: Rc[Token]) -> None:
        self.rc = rc

    def run(self) -> None:
        look(self.rc)

    def start(self) -> None:
        threading.Thread(target=self.run).start()  # E: not-send E0277


# case: es-self-into-thread | `self` with a borrow captured by a thread
class RefWorker:
    def __init__(self, r: Ref[Token]) -> None:
        self.r = r

    def start(self) -> None:
        threading.Thread(target=lambda: look(self.r)).start()  # E: not-send E0277


# case: tr-partial-named | a partial with a name
def tr_partial_named(rc: Rc[Token]) -> None:
    job = partial(use_rc, rc)
    threading.Thread(target=job).start()  # E: not-send E0277


# case: tr-partial-renamed | under another name, to an executor
def tr_partial_renamed(rc: Rc[Token], pool: ThreadPoolExecutor) -> None:
    job = partial(use_rc, rc)
    task = job
    pool.submit(task)  # E: not-send E0277


# case: tr-partial-guard | a partial that holds a guard
def tr_partial_guard(t: Owned[Token]) -> None:
    job = partial(peek, borrow(t))
    threading.Thread(target=job).start()  # E: not-send E0277


# case: tr-partial-argument | a partial among the arguments
def tr_partial_argument(rc: Rc[Token]) -> None:
    job = partial(use_rc, rc)
    threading.Thread(target=look, args=(job,)).start()  # E: not-send E0277


# case: tr-partial-local | a partial that stays
def tr_partial_local(rc: Rc[Token]) -> None:
    job = partial(use_rc, rc)
    job()


# case: tr-partial-sendable | a partial that holds what may be sent
def tr_partial_sendable(a: Arc[Token], t: Owned[Token]) -> None:
    job = partial(use_arc, a)
    threading.Thread(target=job).start()
    other = partial(eat, t)
    threading.Thread(target=other).start()


# case: tr-partial-other | the name was given to another one
def tr_partial_other(rc: Rc[Token], a: Arc[Token]) -> None:
    job = partial(use_rc, rc)
    job()
    other = partial(use_arc, a)
    threading.Thread(target=other).start()
