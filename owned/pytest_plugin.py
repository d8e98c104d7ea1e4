"""The pytest plugin: a test that leaves an owner behind fails, and the report says where that owner was created.

`--owned-leaks=error|strict|warn|off`, the ini option `owned_leaks`, or the marker `@pytest.mark.owned_leaks("off")`:

    error    the default. A leak is an owner that the test created and that is alive after it, though nothing leads to
             it, or nothing that outlives the test on purpose
    strict   every owner that the test created and that is still alive, unless a fixture or pytest itself holds it, or
             that ended in a garbage collection
    warn     as error, as a warning
    off      nothing

On purpose outlive a test: fixtures of a longer life; what the globals and classes of other modules than the test
modules hold, caches mostly; a global of a test module that is the owner itself; what waits or runs elsewhere: threads,
tasks, generators. An owner with nothing to run at its end is no leak, and a leak that a test itself expects, by
`pytest.warns(OwnedLeakWarning)`, is none either. Of a test that failed nothing more is said: its traceback keeps its
variables alive.

A test that leaves no more owners behind than it found costs some readings of counters. Only the others, and the last
ones of a module or a class, pay for a look through the heap, and for a garbage collection if there is something.
"""

from __future__ import annotations

import gc
import warnings
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from . import accounts
from .census import LiveOwner, describe, is_live, look_through
from .errors import OwnedLeakWarning
from .holders import Root, Search
from .ledger import Ledger
from .scopes import Scope

ACTIONS = ("error", "strict", "warn", "off")
MOST = 10
"""How many leaks of one test are looked into."""

PYTEST = ("_pytest", "pluggy", "xdist", "anyio", "pytest_asyncio")
"""The packages whose objects end what they hold by themselves."""

_WATCH = pytest.StashKey["Watch"]()
_FAILED = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--owned-leaks` and the ini option `owned_leaks`."""
    what = "what to do about a test that leaves an owner behind"
    parser.getgroup("owned").addoption("--owned-leaks", choices=ACTIONS, default=None, help=f"{what} (default: error)")
    parser.addini("owned_leaks", f"{what}: {', '.join(ACTIONS)}", default="error")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and refuse an unknown setting at once."""
    config.addinivalue_line("markers", f'owned_leaks(action): {", ".join(ACTIONS)} for this test, e.g. "off"')
    # Before all filters of the user: Python ignores resource warnings, if nobody says otherwise.
    config.getini("filterwarnings").insert(0, "default::owned.OwnedLeakWarning")
    setting = config.getini("owned_leaks")
    if setting not in ACTIONS:
        raise pytest.UsageError(f"owned_leaks = {setting!r}: use one of {', '.join(ACTIONS)}")


@pytest.fixture
def owned_scope() -> Iterator[Scope]:
    """Give a `Scope` that is left at the end of the test: what `owned_scope.own(value)` gave is dropped then."""
    with Scope(name="owned_scope") as scope:
        yield scope


def action_for(item: pytest.Item) -> str:
    """Find what is to be done about leaks of a test: its marker, else the command line, else the ini file."""
    marker = item.get_closest_marker("owned_leaks")
    if marker is not None:
        action = marker.args[0] if len(marker.args) == 1 else marker.kwargs.get("action")
        if action not in ACTIONS:
            raise pytest.UsageError(
                f"{item.nodeid}: @pytest.mark.owned_leaks({action!r}): use one of {', '.join(ACTIONS)}"
            )
        return str(action)
    return str(item.config.getoption("--owned-leaks") or item.config.getini("owned_leaks"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a marker with an unknown action before any test runs."""
    for item in items:
        action_for(item)


@dataclass
class Watch:
    """What is remembered from the beginning of a test on."""

    action: str
    began: float
    created: int
    alive: int
    recorder: Any
    lost: list[tuple[Ledger, str]]

    def hear(self, ledger: Ledger, message: str) -> None:
        """A leak was found; unless the test expects it, or it was created before, it counts."""
        if ledger.born >= self.began and recorder_of_warnings() is self.recorder:
            self.lost.append((ledger, message))


def recorder_of_warnings() -> Any:
    """Who records warnings now; another one while a test looks at warnings itself."""
    function = getattr(warnings, "_showwarnmsg_impl", None)
    return getattr(function, "__self__", function)


def alive_now() -> int:
    """How many owners have been created and have not ended."""
    return accounts.begun() - accounts.finished()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, object, object]:
    """Begin to watch, before any fixture of the test."""
    action = action_for(item)
    if action != "off":
        watch = Watch(action, accounts.now(), accounts.begun(), alive_now(), recorder_of_warnings(), [])
        item.stash[_WATCH] = watch
        item.stash[_FAILED] = False
        accounts.leak_listener = watch.hear
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember that a test has failed."""
    report = yield
    if call.excinfo is not None:
        item.stash[_FAILED] = True
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    """Look for leaks, after all fixtures of the test have ended."""
    try:
        result = yield
        watch = item.stash.get(_WATCH, None)
        if watch is not None and not item.stash.get(_FAILED, False):
            leaks = leaks_of(item, watch, may_have_left(watch, item, nextitem))
            if leaks:
                tell(item, watch.action, leaks)
        return result
    finally:
        accounts.leak_listener = None
        if _WATCH in item.stash:
            del item.stash[_WATCH]


def tell(item: pytest.Item, action: str, leaks: list[str]) -> None:
    """Fail the test, or warn."""
    number = "an owner" if len(leaks) == 1 else f"{len(leaks)} owners"
    message = "\n".join([f"{item.nodeid} leaves {number} behind:", *(f"  {leak}" for leak in leaks)])
    if action == "warn":
        item.warn(OwnedLeakWarning(message))
    else:
        pytest.fail(message, pytrace=False)


@dataclass
class Suspect:
    """An owner that the test created and that is alive after it, with the names that lead to it."""

    ledger: Ledger
    owner: LiveOwner
    roots: list[Root]
    complete: bool


def may_have_left(watch: Watch, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """Can owners of the test be alive? The counters tell, unless fixtures of a longer life have just ended theirs."""
    if accounts.begun() == watch.created or alive_now() == 0:
        return False
    return alive_now() > watch.alive or nextitem is None or nextitem.parent is not item.parent


def leaks_of(item: pytest.Item, watch: Watch, search: bool) -> list[str]:
    """Describe the owners that a test has created and left behind."""
    suspects = suspects_of(watch) if search else []
    if suspects:
        accounts.leak_listener = watch.hear
        with warnings.catch_warnings():  # What is a leak is about to be reported, what is excused need not be.
            warnings.simplefilter("ignore", OwnedLeakWarning)
            gc.collect()
    known = {id(suspect.ledger): suspect for suspect in suspects}
    leaks = []
    for ledger, message in watch.lost:
        suspect = known.get(id(ledger))
        # What ended before we looked may have been kept by anything. A variable that leads to a traceback keeps all
        # variables of its function: `pytest.raises(...) as error`.
        kept = suspect is not None and any(root.kind == "kept" for root in suspect.roots)
        if watch.action == "strict" if suspect is None else not kept:
            leaks.append(message.partition("; ")[0])
    tests = {module.__name__ for module in test_modules(item)}
    for suspect in suspects:
        if is_live(suspect.ledger):
            holder = unwanted(suspect, tests, watch.action == "strict")
            if holder is not None:
                owner = suspect.owner
                leaks.append(f"{owner.title} is still alive: {owner.created}; held by {holder}")
    return leaks


def suspects_of(watch: Watch) -> list[Suspect]:
    """Find the live owners that a test has created and whose end runs something, and who holds them."""
    suspects: list[Suspect] = []
    for found in look_through()[0]:
        handle, found.handle = found.handle, None
        if found.ledger.born < watch.began or len(suspects) >= MOST:
            continue
        try:
            found.handle = handle
            owner = describe(found)
        except AttributeError:
            continue  # It has just ended in another thread.
        finally:
            found.handle = None
        if owner.has_hook:
            search = Search(handle, stop=keeps_on_purpose)
            suspects.append(Suspect(found.ledger, owner, list(search.roots()), search.complete))
    return suspects


def unwanted(suspect: Suspect, tests: set[str], strict: bool) -> str | None:
    """Say who holds an owner that nothing keeps on purpose; nothing, if something does."""
    roots = suspect.roots
    if any(root.kind == "other" or root.module.partition(".")[0] in PYTEST for root in roots):
        return None
    if strict:
        return roots[0].text if roots else "nothing that can be found"
    if not roots or not suspect.complete:
        return None
    if any(root.module not in tests or root.direct or root.kind not in ("global", "class") for root in roots):
        return None
    return roots[0].text


def test_modules(item: pytest.Item) -> Iterator[Any]:
    """List the modules whose tests run in this session."""
    for other in item.session.items:
        module = getattr(other, "module", None)
        if module is not None:
            yield module


def keeps_on_purpose(holder: Any) -> bool:
    """Is this a part of pytest, the cache of a fixture for instance, or a `functools` cache?"""
    kind = type(holder)
    return kind.__module__.partition(".")[0] in PYTEST or kind.__name__ == "_lru_cache_wrapper"
