"""Facts of Rust's own tests about the ends of variables and temporaries, where Python has them."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from owned import UseAfterDropError
from tests.runtime.loose import Box, Owned, Scope, clone, drop, is_live, move, spawn, thread_scope
from tests.runtime.parts import Noisy, refused


def test_fact_190_what_was_never_made_is_not_dropped() -> None:
    """A scope drops what was put into it on the path that was taken."""
    for taken in (True, False):
        log: list[str] = []
        with Scope() as s:
            s.own(Noisy("a", log))
            if taken:
                s.own(Noisy("b", log))
        assert log == (["b", "a"] if taken else ["a"])


def test_fact_192_what_was_moved_on_one_path_is_dropped_by_its_block_on_the_other() -> None:
    """The block finds out when it ends."""
    for moved in (True, False):
        log: list[str] = []
        other: Any = None
        with Owned(Noisy("a", log)) as owner:
            if moved:
                other = move(owner)
        assert log == ([] if moved else ["a"])
        if moved:
            drop(other)
            assert log == ["a"]


def test_fact_193_a_name_that_is_bound_twice_by_blocks_drops_both() -> None:
    """The newest first."""
    log: list[str] = []
    with Owned(Noisy("a", log)) as x:
        with Owned(Noisy("b", log)) as x:
            assert x.value.name == "b"
        assert log == ["b"]
    assert log == ["b", "a"]


def test_fact_194_assignment_drops_the_old_owner_when_the_new_one_is_made() -> None:
    """Not before, and at once."""
    log: list[str] = []

    def make(name: str) -> Any:
        log.append(f"make {name}")
        return Owned(Noisy(name, log))

    x = make("a")
    x = make("b")
    assert log == ["make a", "make b", "a"]
    drop(x)


def test_fact_195_assignment_to_a_moved_name_drops_nothing() -> None:
    """Its owner is elsewhere."""
    log: list[str] = []
    x = Owned(Noisy("a", log))
    y = move(x)
    x = Owned(Noisy("b", log))
    assert log == []
    drop(x)
    drop(y)
    assert log == ["b", "a"]


def test_fact_196_underscore_holds_what_it_is_given() -> None:
    """Unlike Rust's `let _`, which is no variable; as its `let _x`."""
    log: list[str] = []
    _ = Owned(Noisy("a", log))
    assert log == []
    del _
    assert log == ["a"]


def test_facts_198_and_199_what_gets_no_name_is_dropped_with_its_statement() -> None:
    """Whole, or the parts that nobody took."""
    log: list[str] = []
    Owned(Noisy("a", log))
    assert log == ["a"]
    x = (Owned(Noisy("b", log)), Owned(Noisy("c", log)))[0]
    assert log == ["a", "c"]
    drop(x)


def test_fact_200_taking_one_part_of_a_variable_leaves_the_other() -> None:
    """It is dropped with the variable."""
    log: list[str] = []
    pair = (Owned(Noisy("a", log)), Owned(Noisy("b", log)))
    a = move(pair[0])
    drop(Owned(pair))
    assert log == ["b"]
    drop(a)


def test_fact_202_a_block_in_a_loop_drops_in_each_round() -> None:
    """Also the round that is left by `continue` or `break`."""
    log: list[str] = []
    for n in range(4):
        log.append(f"round {n}")
        with Owned(Noisy(str(n), log)):
            if n == 1:
                continue
            if n == 2:
                break
    assert log == ["round 0", "0", "round 1", "1", "round 2", "2"]


def test_facts_203_and_204_parameters_are_dropped_after_what_the_function_made() -> None:
    """The last one first, when they are bound in order; one without a use at the end, not at the start."""
    log: list[str] = []

    def consume(a: Any, b: Any, _: Any) -> None:
        with a, b, Owned(Noisy("local", log)):
            log.append("body")

    consume(Owned(Noisy("a", log)), Owned(Noisy("b", log)), Owned(Noisy("_", log)))
    assert log == ["body", "local", "b", "a", "_"]


def test_fact_206_a_closure_drops_what_it_alone_has() -> None:
    """When it goes."""
    log: list[str] = []

    def make() -> Any:
        owner = Owned(Noisy("a", log))
        return lambda: owner.value.name

    closure = make()
    assert (closure(), log) == ("a", [])
    del closure
    assert log == ["a"]


def test_fact_207_a_closure_that_consumes_what_it_has_does_so_in_the_call() -> None:
    """A second call finds it gone."""
    log: list[str] = []
    owner = Owned(Noisy("a", log))

    def consume() -> None:
        drop(owner)

    consume()
    assert log == ["a"]
    refused(UseAfterDropError, consume)


def test_fact_226_the_temporaries_of_a_condition_end_before_the_branch() -> None:
    """They were only looked at."""
    log: list[str] = []
    if Owned(Noisy("a", log)).value.name == "a":
        log.append("branch")
    assert log == ["a", "branch"]


def test_fact_227_each_operand_ends_its_temporaries_before_the_next_begins() -> None:
    """Of `and` and of `or`."""
    log: list[str] = []

    def is_there(name: str) -> bool:
        log.append(f"make {name}")
        return bool(Owned(Noisy(name, log)).value.name)

    found = (is_there("a") and is_there("b"), not is_there("c") or is_there("d"))
    assert found == (True, True)
    assert log == ["make a", "a", "make b", "b", "make c", "c", "make d", "d"]


def test_fact_233_the_temporaries_of_a_guard_end_before_its_arm() -> None:
    """`case ... if ...` is a condition."""
    log: list[str] = []
    match 1:
        case 1 if Owned(Noisy("a", log)).value.name == "a":
            log.append("arm")
    assert log == ["a", "arm"]


def test_fact_234_what_a_loop_runs_over_is_dropped_with_the_loop() -> None:
    """Not before its last round."""
    log: list[str] = []

    def numbers() -> Any:
        with Owned(Noisy("a", log)):
            yield 1
            yield 2

    for n in Box(numbers()):
        log.append(str(n))
    assert log == ["1", "2", "a"]
    for n in numbers():
        log.append(str(n))
        break
    assert log == ["1", "2", "a", "1", "a"]


def test_fact_184_a_scope_of_threads_waits_for_what_drops_start() -> None:
    """A drop hook that runs in one of its threads starts another one."""
    log: list[str] = []
    with thread_scope() as s:

        def last_words(value: Any) -> None:
            s.spawn(lambda: log.append("late"))

        s.spawn(lambda mine: log.append("early"), Owned([1], drop=last_words))
    assert log == ["early", "late"]


def test_fact_185_a_thread_local_owner_is_dropped_with_its_thread() -> None:
    """Before `join` returns; each thread has its own."""
    log: list[str] = []
    local = threading.local()
    local.owner = Owned(Noisy("mine", log))

    def work() -> None:
        assert not hasattr(local, "owner")
        local.owner = Owned(Noisy("its", log))

    spawn(work).join()
    assert (log, is_live(local.owner)) == (["its"], True)
    drop(local.owner)


def test_fact_187_handles_that_may_travel_do() -> None:
    """`Arc` and what locks are for; facts of the kind that may not are in test_threads."""
    from owned import Arc, Mutex, OnceCell, RwLock

    for kind in (Arc, Mutex, RwLock, Owned, Box):
        assert spawn(is_live, kind([1])).join()
    cell: Any = Arc(OnceCell())
    spawn(lambda mine: mine.set(5), clone(cell)).join()
    assert cell.get() == 5


def test_fact_188_locals_of_a_block_are_dropped_in_reverse() -> None:
    """The names of one `with`, and the owners of one scope."""
    log: list[str] = []
    with Owned(Noisy("a", log)), Owned(Noisy("b", log)), Scope() as s:
        s.own(Noisy("c", log))
        s.own(Noisy("d", log))
    assert log == ["d", "c", "b", "a"]


@pytest.mark.parametrize("left", ["return", "break", "continue", "raise"])
def test_fact_201_whatever_leaves_blocks_drops_the_innermost_first(left: str) -> None:
    """`return`, `break`, `continue` and an exception, which is Rust's `?`."""
    log: list[str] = []

    def run() -> None:
        with Owned(Noisy("function", log)):
            for _ in range(1):
                with Owned(Noisy("loop", log)), Owned(Noisy("inner", log)):
                    if left == "return":
                        return
                    if left == "break":
                        break
                    if left == "continue":
                        continue
                    raise KeyError

    if left == "raise":
        with pytest.raises(KeyError):
            run()
    else:
        run()
    assert log == ["inner", "loop", "function"]
