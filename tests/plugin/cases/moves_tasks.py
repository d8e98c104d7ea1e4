from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from owned import Arc, Box, Mutex, Owned, Ref, borrow, clone, drop, into_inner, move


class Token:
    def __init__(self, n: int) -> None:
        self.n = n


class Pair:
    def __init__(self, a: Owned[Token], b: Owned[Token]) -> None:
        self.a = a
        self.b = b


def eat(t: Owned[Token]) -> None:
    drop(t)


async def eat_later(t: Owned[Token]) -> None:
    drop(t)


async def measure(t: Owned[Token]) -> int:
    drop(t)
    return 1


async def view(r: Ref[Token]) -> int:
    return 1


async def stream(t: Owned[Token]) -> AsyncIterator[int]:
    yield 1
    drop(t)


async def pause() -> None:
    await asyncio.sleep(0)


def look(t: object) -> None:
    print(t is None)


def peek(r: Ref[Token]) -> int:
    return 1


def cond() -> bool:
    return True


def bump(m: Arc[Mutex[Token]]) -> None:
    with m.lock() as g:
        g.n += 1


# case: mv-thread-spawn | moved into a thread, then used
def mv_thread_spawn(t: Owned[Token]) -> None:
    th = threading.Thread(target=eat, args=(t,))
    th.start()
    look(t)  # E: use-after-move E0382
    th.join()


def mv_thread_spawn_lambda(t: Owned[Token]) -> None:
    threading.Thread(target=lambda: eat(t)).start()
    look(t)  # E: use-after-move E0382


def mv_thread_spawn_reading_lambda(t: Owned[Token]) -> None:
    threading.Thread(target=lambda: look(t)).start()
    look(t)  # E: use-after-move E0382


def mv_thread_spawn_def(t: Owned[Token]) -> None:
    def work() -> None:
        look(t)

    th = threading.Thread(target=work)
    th.start()
    th.join()
    look(t)  # E: use-after-move E0382


def mv_thread_kwargs(t: Owned[Token]) -> None:
    threading.Thread(target=eat, kwargs={"t": t}).start()
    look(t)  # E: use-after-move E0382


def mv_timer(t: Owned[Token]) -> None:
    threading.Timer(1.0, eat, (t,)).start()
    look(t)  # E: use-after-move E0382


def mv_executor(t: Owned[Token]) -> None:
    with ThreadPoolExecutor() as pool:
        done = pool.submit(eat, t)
        look(t)  # E: use-after-move E0382
        done.result()


def mv_executor_lambda(t: Owned[Token], pool: ThreadPoolExecutor) -> None:
    pool.submit(lambda: peek(borrow(t)))
    look(t)  # E: use-after-move E0382


# case: mv-arc-not-cloned-thread | Arc handed to a thread without cloning
def mv_arc_not_cloned_thread() -> None:
    m = Arc(Mutex(Token(0)))
    threading.Thread(target=bump, args=(m,)).start()
    bump(m)  # E: use-after-move E0382


def mv_arc_not_cloned_thread_lambda() -> None:
    m = Arc(Mutex(Token(0)))
    threading.Thread(target=lambda: bump(m)).start()
    bump(clone(m))  # E: use-after-move E0382


def mv_arc_in_loop() -> None:
    m = Arc(Mutex(Token(0)))
    for _ in range(3):
        threading.Thread(target=bump, args=(m,)).start()  # E: use-after-move E0382


def ok_arc_cloned_in_loop() -> None:
    m = Arc(Mutex(Token(0)))
    for _ in range(3):
        threading.Thread(target=bump, args=(clone(m),)).start()
    bump(m)


# case: mv-channel-send | sent through a queue, then used
def mv_channel_send(q: queue.Queue[Owned[Token]], t: Owned[Token]) -> None:
    q.put(t)
    look(t)  # E: use-after-move E0382


def mv_channel_send_loop(q: queue.Queue[Owned[Token]], t: Owned[Token]) -> None:
    for _ in range(2):
        q.put(t)  # E: use-after-move E0382


def mv_channel_send_nowait(q: queue.Queue[Owned[Token]], t: Owned[Token]) -> None:
    q.put_nowait(t)
    q.put_nowait(t)  # E: use-after-move E0382


async def mv_async_queue(q: asyncio.Queue[Owned[Token]], t: Owned[Token]) -> None:
    await q.put(t)
    look(t)  # E: use-after-move E0382


async def mv_future_result(f: asyncio.Future[Owned[Token]], t: Owned[Token]) -> None:
    f.set_result(t)
    look(t)  # E: use-after-move E0382


def ok_channel_get(q: queue.Queue[Owned[Token]]) -> None:
    t = q.get()
    eat(t)
    t = q.get()
    eat(t)


# case: mv-async-block | moved into a coroutine, then used
async def mv_async_block(t: Owned[Token]) -> None:
    work = eat_later(t)
    look(t)  # E: use-after-move E0382
    await work


async def mv_async_task(t: Owned[Token]) -> None:
    task = asyncio.create_task(eat_later(t))
    look(t)  # E: use-after-move E0382
    await task


async def mv_async_gather(t: Owned[Token]) -> None:
    await asyncio.gather(eat_later(t), measure(t))  # E: use-after-move E0382


async def mv_async_nested_def(t: Owned[Token]) -> None:
    async def work() -> None:
        eat(t)

    await work()
    look(t)  # E: use-after-move E0382


async def mv_to_thread(t: Owned[Token]) -> None:
    await asyncio.to_thread(eat, t)
    look(t)  # E: use-after-move E0382


async def mv_run_in_executor(t: Owned[Token]) -> None:
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, eat, t)
    look(t)  # E: use-after-move E0382


# case: mv-async-arg | field moved into an awaited call, used after the await
async def mv_async_arg(p: Box[Pair]) -> None:
    n = await measure(p.a)
    look(p.a)  # E: use-after-move E0382
    print(n)


async def mv_async_arg_whole(p: Box[Pair]) -> None:
    await eat_later(p.b)
    look(p.a)
    look(p)  # E: use-after-move E0382


async def mv_async_for(t: Owned[Token]) -> None:
    async for n in stream(t):
        print(n)
    look(t)  # E: use-after-move E0382


async def mv_async_for_in_loop(t: Owned[Token]) -> None:
    while cond():
        async for n in stream(t):  # E: use-after-move E0382
            print(n)


async def mv_async_with(t: Owned[Token]) -> None:
    lock = asyncio.Lock()
    async with lock:
        await eat_later(t)
    look(t)  # E: use-after-move E0382


async def mv_async_comprehension(t: Owned[Token]) -> list[int]:
    return [await measure(t) for _ in range(3)]  # E: use-after-move E0382


async def mv_async_generator_expression(t: Owned[Token]) -> list[int]:
    got = [n async for n in stream(t)]
    look(t)  # E: use-after-move E0382
    return got


async def mv_await_twice_owned(t: Owned[Coroutine[Any, Any, int]]) -> int:
    return await into_inner(t) + await into_inner(t)  # E: use-after-move E0382


# case: ok-thread-join-then-use | moved into a thread that is joined; its result used
def ok_thread_join_then_use(t: Owned[Token]) -> None:
    th = threading.Thread(target=eat, args=(t,))
    th.start()
    th.join()
    look(th)


def ok_thread_explicit_move(t: Owned[Token]) -> None:
    th = threading.Thread(target=eat, args=(move(t),))
    th.start()
    th.join()


def ok_thread_per_owner(v: list[Owned[Token]]) -> None:
    for t in v:
        look(t)
    while v:
        threading.Thread(target=eat, args=(v.pop(),)).start()


# case: ok-async-borrow-across | borrowed across an await
async def ok_async_borrow_across(t: Owned[Token]) -> None:
    with borrow(t) as r:
        await pause()
        look(r)
    await view(borrow(t))
    await eat_later(t)


async def ok_async_sequence(t: Owned[Token]) -> int:
    await pause()
    n = await measure(t)
    await pause()
    return n


async def ok_async_fresh_each() -> None:
    await asyncio.gather(eat_later(Owned(Token(1))), eat_later(Owned(Token(2))))


async def ok_async_with_owner() -> None:
    async with Owned(Token(1)) as t:
        look(t)
        await pause()


async def ok_async_return_coroutine(t: Owned[Token]) -> Coroutine[Any, Any, None]:
    return eat_later(t)


def ok_callback_parameter(done: Callable[[Owned[Token]], None], t: Owned[Token]) -> None:
    done(t)


def mv_callback_parameter(done: Callable[[Owned[Token]], None], t: Owned[Token]) -> None:
    done(t)
    done(t)  # E: use-after-move E0382
