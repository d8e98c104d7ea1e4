"""Values that the tests own: they say when they are dropped, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from owned import OwnershipError

REPOSITORY = Path(__file__).resolve().parents[2]


class Noisy:
    """A value whose drop is written to a log; cloning it is written down, too."""

    def __init__(self, name: str, log: list[str]) -> None:
        self.name = name
        self.log = log
        self.items: list[int] = []

    def __drop__(self) -> None:
        self.log.append(self.name)

    def __clone__(self) -> Noisy:
        return Noisy(self.name + "'", self.log)

    def rename(self, name: str) -> None:
        self.name = name

    def greeting(self) -> str:
        return f"I am {self.name}"


class Failing(Noisy):
    """A value whose drop fails after it was logged."""

    def __drop__(self) -> None:
        super().__drop__()
        raise ValueError(f"drop of {self.name}")


class Plain:
    """A value without any hook: attributes only."""

    def __init__(self, **attributes: Any) -> None:
        self.__dict__.update(attributes)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...
        def __setattr__(self, name: str, value: Any) -> None: ...


def refused(error: type[OwnershipError], call: Callable[[], object], code: str | None = None) -> OwnershipError:
    """Run `call`, expect exactly `error` (no subclass) with `code`, and give the error.

    The error is given without its traceback, whose frames would keep handles alive.
    """
    try:
        result = call()
    except OwnershipError as caught:
        found = without_frames(caught)
    else:
        pytest.fail(f"expected {error.__name__}, got {type(result).__name__}")
    assert type(found) is error, f"{type(found).__name__} instead of {error.__name__}: {found}"
    if code is not None:
        assert found.code == code
    assert found.sites[-1].kind == "used"
    return found


def without_frames(error: OwnershipError) -> OwnershipError:
    step: BaseException | None = error
    while step is not None:
        step.__traceback__ = None
        step = step.__context__
    return error


def run_python(program: str, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a fresh interpreter that sees this checkout, and give what it printed."""
    paths = os.pathsep.join([str(REPOSITORY), *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.run(
        [sys.executable, *options, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": paths, **environment},
    )
