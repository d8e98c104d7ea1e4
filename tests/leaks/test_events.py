"""Events, the logger, and whole histories at level `trace`."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

import owned
from owned import Box, Event, Owned, Rc, borrow, borrow_mut, clone, drop, forget, into_inner, move


def kinds(events: list[Event]) -> list[str]:
    """What happened, in order."""
    return [event.kind for event in events]


def test_everything_that_happens_to_an_owner_is_told() -> None:
    """Creation, borrows, moves and the end, each with its place, and with one number for one value."""
    events: list[Event] = []
    with owned.on_event(events.append):
        first = Owned([1], name="log")
        with borrow(first) as seen:
            assert seen
        with borrow_mut(first) as seen:
            seen.append(2)
        second = move(first)
        drop(second)
    assert kinds(events) == ["created", "borrowed", "borrowed", "moved", "dropped"]
    assert {(event.type, event.name, event.owner) for event in events} == {("list", "log", events[0].owner)}
    assert all(event.site is not None and event.site.file == __file__ for event in events)
    assert all(event.created == events[0].site for event in events)
    assert str(events[3]).startswith(f'list "log" moved at {__file__}:')


def test_other_ends_are_told() -> None:
    """What was unwrapped, forgotten, or died; a death has no place of its own."""
    events: list[Event] = []
    with owned.on_event(events.append):
        assert into_inner(Box([1])) == [1]
        forget(Owned([]))
        shared = Rc([1])
        drop(clone(shared))
        del shared
        dying = Owned([1])
        del dying
    ends = [event for event in events if event.kind not in ("created", "borrowed")]
    assert kinds(ends) == ["unwrapped", "forgotten", "dropped", "dropped"]
    assert ends[-1].site is None
    assert str(ends[-1]) == "list dropped"


def test_refusals_are_told() -> None:
    """A broken rule is an event with the error that is raised."""
    events: list[Event] = []
    dead = Owned([1])
    drop(dead)
    with owned.on_event(events.append):
        with pytest.raises(owned.UseAfterDropError) as caught:
            dead.value  # type: ignore[use-after-move]
    assert kinds(events) == ["refused"]
    assert events[0].error is caught.value
    assert str(events[0]) == "refused: use of dropped value: Owned[list] (E0382)"


def test_leaks_are_told_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    """What dies in a garbage collection is an event, a warning in the log, and an `OwnedLeakWarning`."""
    events: list[Event] = []

    class Node:
        def close(self) -> None:
            pass

    node = Node()
    node.me = Owned(node, name="ring")  # type: ignore[attr-defined]
    del node
    with owned.on_event(events.append), pytest.warns(owned.OwnedLeakWarning), caplog.at_level("WARNING", "owned"):
        gc.collect()
    assert kinds(events) == ["dropped", "leaked"]
    assert [(record.name, record.levelname) for record in caplog.records] == [("owned", "WARNING")]
    assert '"ring" died in a garbage collection' in caplog.text


def test_the_logger_is_silent_until_it_is_configured() -> None:
    """It has a `NullHandler`, and importing us does not import `logging`."""
    program = """
import sys, owned
print("logging" in sys.modules)
import logging
o = owned.Owned(1)
owned.drop(o)
try: o.value
except owned.OwnershipError: pass
print([type(handler).__name__ for handler in logging.getLogger("owned").handlers])
"""
    result = run(program)
    assert result.stdout == "False\n['NullHandler']\n"
    assert result.stderr == ""


def test_nobody_is_called_after_unsubscribing() -> None:
    """`unsubscribe` ends it, twice is as good as once, and other subscriptions go on."""
    one: list[Event] = []
    two: list[Event] = []
    first, second = owned.on_event(one.append), owned.on_event(two.append)
    drop(Owned(1))
    first.unsubscribe()
    first.unsubscribe()
    drop(Owned(2))
    second.unsubscribe()
    drop(Owned(3))
    assert (kinds(one), kinds(two)) == (["created", "dropped"], ["created", "dropped"] * 2)


def test_a_callback_may_use_owners() -> None:
    """What a callback does itself is not told to callbacks, so it cannot run in circles."""
    seen: list[str] = []

    def listen(event: Event) -> None:
        seen.append(event.kind)
        drop(Owned([]))

    with owned.on_event(listen):
        drop(Owned([]))
    assert seen == ["created", "dropped"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, RecursionError, MemoryError])
def test_a_callback_that_raises_changes_nothing(error: type[BaseException]) -> None:
    """Every hook still runs exactly once, and other callbacks hear all."""
    closed: list[str] = []
    events: list[Event] = []

    def fail(event: Event) -> None:
        raise error(event.kind)

    with owned.on_event(fail), owned.on_event(events.append):
        with Owned("a", drop=closed.append) as first:
            second = Owned("b", drop=closed.append)
            third = move(second)
            with borrow(third):
                pass
            drop(third)
            assert first.value == "a"
    assert closed == ["b", "a"]
    assert kinds(events).count("dropped") == 2


def test_borrows_are_told_of_owners_that_were_lent_before() -> None:
    """Somebody who subscribes late hears of repeated borrows, too."""
    owner = Owned([1])
    for _ in range(2):
        with borrow(owner), borrow(owner):
            pass
        with borrow_mut(owner):
            pass
    events: list[Event] = []
    with owned.on_event(events.append):
        with borrow(owner), borrow(owner):
            pass
        with borrow_mut(owner):
            pass
    with borrow(owner):
        pass
    assert kinds(events) == ["borrowed"] * 3


# Level trace --------------------------------------------------------------------------------------------------------

HISTORY = """\
from owned import Owned, Box, UseAfterMoveError, MoveWhileBorrowedError, borrow, borrow_mut, drop, move

def ship(parcel):
    return move(parcel)

class Store:
    def keep(self, parcel):
        self.parcel = move(parcel)

log = Owned(["a"], name="log")
for _ in range(3):
    with borrow(log) as view:
        pass
with log.borrow_mut() as view:
    view.append("b")
second = move(log)
third = ship(move(second))
store = Store()
store.keep(third)
guard = borrow(store.parcel)
try:
    move(store.parcel)
except MoveWhileBorrowedError as error:
    print(error)
drop(guard)
drop(store.parcel)
try:
    log.value
except UseAfterMoveError as error:
    print(error)
    print([site.kind for site in error.sites], error.rule, error.code)
"""


def run(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a fresh interpreter."""
    settings = {**os.environ, **environment}
    return subprocess.run(
        [sys.executable, "-c", program], env=settings, capture_output=True, text=True, timeout=60, check=False
    )


def history(tmp_path: Path, level: str) -> list[str]:
    """Run the program of this section at a level; the lines that it prints, without the folder."""
    path = tmp_path / "app.py"
    path.write_text(HISTORY)
    settings = {**os.environ, "OWNED": level}
    done = subprocess.run([sys.executable, str(path)], env=settings, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    return [line.strip().replace(str(path), "app.py") for line in done.stdout.splitlines()]


def test_at_level_trace_errors_tell_the_whole_history(tmp_path: Path) -> None:
    """Created, each move with what took the value, each borrow and the drop, whatever handle the error is about."""
    lines = history(tmp_path, "trace")
    first, second = lines[:9], lines[9:]
    assert first == [
        'cannot move "log": it is borrowed (E0505)',
        "created at app.py:10 in <module>",
        "borrowed at app.py:12 in <module>, 3 times",
        "borrowed at app.py:14 in <module>",
        'moved at app.py:16 in <module>, into "second"',
        'moved at app.py:17 in <module>, to "ship"',
        "moved at app.py:4 in ship, returned",
        'moved at app.py:8 in keep, into "self.parcel"',
        "borrowed at app.py:20 in <module>",
    ]
    assert second[:2] == ["used at app.py:22 in <module>", second[1]]
    assert second[3:11] == first[1:]
    assert second[11:13] == ["dropped at app.py:26 in <module>", "used at app.py:28 in <module>"]
    assert second[-1] == str(["created", *["borrowed"] * 2, *["moved"] * 4, "borrowed", "dropped", "used"]) + (
        " use-after-move E0382"
    )


def test_at_level_check_errors_tell_the_last_places(tmp_path: Path) -> None:
    """The same program at the default level names the creation, the last move and the live borrows."""
    lines = history(tmp_path, "")
    assert lines[-1] == "['created', 'moved', 'used'] use-after-move E0382"
    assert "moved at app.py:16 in <module>" in lines


def test_long_histories_stay_short() -> None:
    """Borrows in turn at two places are left out when there are too many, and it is said how many; moves are kept."""
    program = """
from owned import Owned, OwnershipError, borrow, drop, move
owner = move(Owned([]))
for _ in range(2000):
    with borrow(owner): pass
    with borrow(owner): pass
drop(owner)
try: owner.value
except OwnershipError as error:
    kinds = [site.kind for site in error.sites]
    print(len(kinds) < 1200, kinds.count("moved"), kinds[0], kinds[-2:], error.sites[0].note)
"""
    expected = "True 1 created ['dropped', 'used'] 3,499 older borrows are not listed\n"
    found = run(program, OWNED="trace").stdout
    assert found.partition(" older")[2] == expected.partition(" older")[2]
    assert found.startswith("True 1 created ['dropped', 'used'] 3,")


def test_trace_logs_every_event() -> None:
    """At level `trace` events are debugging output of the logger `owned`."""
    program = """
import logging, sys
logging.basicConfig(level="DEBUG", stream=sys.stdout, format="%(levelname)s %(name)s %(message)s")
from owned import Owned, drop
drop(Owned([1], name="log"))
"""
    lines = run(program, OWNED="trace").stdout.splitlines()
    assert lines == [
        'DEBUG owned list "log" created at <string>:5 in <module>',
        'DEBUG owned list "log" dropped at <string>:5 in <module>',
    ]


def test_histories_end_with_their_values() -> None:
    """A history is kept as long as a handle can ask for it, and no longer."""
    program = """
from owned import Owned, accounts, drop
for _ in range(100):
    drop(Owned([]))
print(len(accounts.tracer.histories))
"""
    assert run(program, OWNED="trace").stdout == "0\n"


def test_an_unknown_level_is_refused_with_a_warning() -> None:
    """The warning names the levels there are; the program runs at level `check`."""
    result = run("from owned import levels; print(levels.LEVEL.value)", OWNED="fastest")
    assert result.stdout == "check\n"
    assert "OWNED='fastest' is not a level: use one of trace, check, fast, off; check is used" in result.stderr
