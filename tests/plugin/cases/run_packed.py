"""What displays, partials and closures hold, handed to threads; and elements that are given away out of `self`."""

from __future__ import annotations

import functools
import queue
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from owned import Arc, Owned, Rc, Ref, borrow, clone, drop, move


def use_rc(rc: Rc[list[int]], *more: object) -> int:
    return len(rc)


def use_arc(arc: Arc[list[int]], *more: object) -> int:
    return len(arc)


def use_ref(r: Ref[list[int]]) -> int:
    return len(r)


def call(job: Callable[[], object]) -> object:
    return job()


def call_all(jobs: list[Callable[[], object]]) -> None:
    for job in jobs:
        job()


def finished(*threads: threading.Thread) -> None:
    for thread in threads:
        thread.start()
        thread.join()


# case: pk-partials | a list of partials
def bad_list_of_partials() -> None:
    rc = Rc([1])
    jobs = [partial(use_rc, clone(rc)), partial(use_rc, clone(rc))]
    finished(threading.Thread(target=call_all, args=(jobs,)))  # E: not-send E0277


def bad_display_of_partials() -> None:
    rc = Rc([1])
    finished(threading.Thread(target=call_all, args=([partial(use_rc, rc)],)))  # E: not-send E0277


def bad_comprehension_of_partials() -> None:
    rc = Rc([1])
    jobs = [partial(use_rc, clone(rc)) for _ in range(2)]
    finished(threading.Thread(target=call_all, args=(jobs,)))  # E: not-send E0277


def bad_tuple_of_partials() -> None:
    rc = Rc([1])
    jobs = (partial(use_rc, clone(rc)), partial(use_rc, clone(rc)))
    with ThreadPoolExecutor(1) as pool:
        for done in list(pool.map(call, jobs)):  # E: not-send E0277
            print(done)


def bad_element() -> None:
    rc = Rc([1])
    jobs = [partial(use_rc, rc)]
    finished(threading.Thread(target=jobs[0]))  # E: not-send E0277


def bad_loop() -> None:
    rc = Rc([1])
    jobs = [partial(use_rc, clone(rc)) for _ in range(2)]
    for job in jobs:
        finished(threading.Thread(target=job))  # E: not-send E0277


def bad_appended() -> None:
    rc = Rc([1])
    jobs: list[Callable[[], object]] = []
    jobs.append(partial(use_rc, rc))
    finished(threading.Thread(target=call_all, args=(jobs,)))  # E: not-send E0277


def bad_dict_of_partials() -> None:
    rc = Rc([1])
    jobs = {"a": partial(use_rc, rc)}
    with ThreadPoolExecutor(1) as pool:
        pool.submit(call, jobs["a"]).result()  # E: not-send E0277


def bad_partial_of_partial() -> None:
    rc = Rc([1])
    inner = partial(use_rc, rc)
    finished(threading.Thread(target=partial(inner, 1)))  # E: not-send E0277


def bad_guard_in_partial() -> None:
    o = Owned([1])
    r = borrow(o)
    jobs = [partial(use_ref, r)]
    finished(threading.Thread(target=call_all, args=(jobs,)))  # E: not-send E0277


# case: pk-lambdas | a list of lambdas
def bad_list_of_lambdas() -> None:
    rc = Rc([1])
    jobs: list[Callable[[], object]] = [lambda: use_rc(rc)]
    finished(threading.Thread(target=call_all, args=(jobs,)))  # E: not-send E0277


def bad_display_of_lambdas() -> None:
    rc = Rc([1])
    finished(threading.Thread(target=call_all, args=([lambda: use_rc(rc)],)))  # E: not-send E0277


def bad_tuple_of_functions() -> None:
    rc = Rc([1])

    def job() -> object:
        return use_rc(rc)

    with ThreadPoolExecutor(1) as pool:
        for done in list(pool.map(call, (job, job))):  # E: not-send E0277
            print(done)


def bad_view_in_lambda() -> None:
    o = Owned([1])
    with borrow(o) as r:
        jobs: list[Callable[[], object]] = [lambda: len(r)]
        finished(threading.Thread(target=call_all, args=(jobs,)))  # E: not-send E0277


def ok_arcs() -> None:
    arc = Arc([1])
    jobs: list[Callable[[], object]] = [partial(use_arc, clone(arc)), partial(use_arc, clone(arc))]
    with ThreadPoolExecutor(1) as pool:
        for done in list(pool.map(call, jobs)):
            print(done)
    finished(threading.Thread(target=call_all, args=(jobs,)))


def ok_owners() -> None:
    jobs = [partial(len, Owned([1]).into_inner()), partial(len, [2])]
    with ThreadPoolExecutor(1) as pool:
        for done in list(pool.map(call, jobs)):
            print(done)


def ok_own_thread() -> None:
    rc = Rc([1])
    jobs: list[Callable[[], object]] = [partial(use_rc, clone(rc)), lambda: use_rc(rc)]
    call_all(jobs)


def ok_replaced() -> None:
    rc = Rc([1])
    jobs: list[Callable[[], object]] = [partial(use_rc, rc)]
    call_all(jobs)
    jobs = [partial(len, [1])]
    finished(threading.Thread(target=call_all, args=(jobs,)))


# case: pk-get | an element of a dictionary in `self` is given away
class Pool:
    def __init__(self) -> None:
        self.free: dict[int, Owned[list[int]]] = {1: Owned([1])}

    def found(self, key: int) -> Owned[list[int]] | None:
        return self.free.get(key)  # E: move-out-of-borrow E0507

    def found_by_name(self, key: int) -> Owned[list[int]] | None:
        found = self.free.get(key)
        if found is None:
            return None
        return found  # E: move-out-of-borrow E0507

    def at(self, key: int) -> Owned[list[int]]:
        return self.free[key]  # E: move-out-of-borrow E0507

    def with_default(self, key: int) -> Owned[list[int]]:
        return self.free.setdefault(key, Owned([2]))  # E: move-out-of-borrow E0507

    def taken(self, key: int) -> Owned[list[int]]:
        return self.free.pop(key)

    def taken_or_none(self, key: int) -> Owned[list[int]] | None:
        return self.free.pop(key, None)

    def taken_by_hand(self, key: int) -> Owned[list[int]] | None:
        found = self.free.get(key)
        if found is not None:
            del self.free[key]
        return found

    def any(self) -> Owned[list[int]]:
        return self.free.popitem()[1]

    def lent(self, key: int) -> Ref[list[int]] | None:
        found = self.free.get(key)
        return None if found is None else borrow(found)

    def lent_at(self, key: int) -> Ref[list[int]]:
        return borrow(self.free[key])

    def length(self, key: int) -> int:
        found = self.free.get(key)
        return 0 if found is None else len(found.value)

    def drop_one(self, key: int) -> None:
        found = self.free.get(key)
        if found is not None:
            drop(found)

    def hand_on(self, key: int) -> None:
        eat(self.free[key])  # E: move-out-of-borrow E0507


def eat(o: Owned[list[int]]) -> None:
    drop(o)


def ok_pool() -> None:
    pool = Pool()
    print(pool.length(1), pool.length(2))
    eat(pool.taken(1))
    assert pool.taken_or_none(1) is None
