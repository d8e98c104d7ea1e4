"""`owned resources`, and `describe`, which answers for objects."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from typing import Any

import pytest

from owned import Box, Owned, UseAfterDropError, cli, drop, register_drop
from owned.registry import describe
from owned.resources import ROWS


def test_the_table_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """One line for each row, and a head."""
    assert cli.main(["resources"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0] for line in lines] == ["resource", *(row.title for row in ROWS)]


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("open", "open: close()"),
        ("subprocess.Popen", "subprocess.Popen: close the pipes, then wait()"),
        ("_io.TextIOWrapper", "open: close()"),
        ("tempfile.TemporaryDirectory", "tempfile.TemporaryDirectory: cleanup()"),
        ("logging.handlers.RotatingFileHandler", "logging.handlers.RotatingFileHandler: removeHandler(), then close()"),
        ("paramiko.Transport", "paramiko.Transport: close(), then join()"),
        ("fractions.Fraction", "fractions.Fraction: nothing"),
        ("telnetlib3.nothing.like.it", ""),
    ],
)
def test_a_name_is_explained(name: str, answer: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A row, a class of a row, a subclass of one, a class that has nothing to drop, and a name that leads nowhere."""
    assert cli.main(["resources", name]) == (0 if answer else 1)
    out, err = capsys.readouterr()
    assert out.startswith(answer)
    assert bool(err) == (not answer)


def test_explaining_a_third_party_row_imports_nothing() -> None:
    """The table knows the name."""
    program = (
        "import sys; from owned import cli; cli.main(['resources', 'requests.Session', 'sqlite3.Connection']);"
        "print([m for m in ('requests', 'sqlite3') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_an_object_is_described() -> None:
    """Bare, owned, with a hook of its own, entered, and awaited."""
    lock = threading.Lock()
    assert describe(lock).steps == describe(Owned(lock)).steps == describe(Box(lock)).steps == ("release()",)
    assert describe(Owned([], drop=list.clear)).said_by == "drop="
    with Owned.enter(lock) as held:
        assert describe(held).steps == ("__exit__() of lock",)
    assert describe(asyncio.StreamWriter).awaited

    class Own:
        def __drop__(self) -> None: ...

    class Closing:
        def close(self) -> None: ...

    class Registered:
        pass

    register_drop(Registered, lambda value: None)
    assert [describe(kind).said_by for kind in (Own, Closing, Registered, int)] == [
        "__drop__",
        "the class",
        "register_drop",
        "nothing",
    ]


def test_a_dropped_owner_is_not_described() -> None:
    """Asking is a use."""
    owner: Any = Owned([])
    drop(owner)
    with pytest.raises(UseAfterDropError):
        describe(owner)


def test_a_subclass_is_found_by_its_closest_base() -> None:
    """What was registered for a base that is closer than the table's row wins, and the other way round."""
    from concurrent.futures import ThreadPoolExecutor

    class Mine(ThreadPoolExecutor):
        pass

    assert describe(Mine).steps == ("shutdown(wait=True)",)
    register_drop(Mine, lambda value: None)

    class Yours(Mine):
        pass

    assert describe(Yours).said_by == "register_drop"
    assert describe(ThreadPoolExecutor).said_by == "the table"
