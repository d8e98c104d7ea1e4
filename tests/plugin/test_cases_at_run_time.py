"""The programs in `cases/run_*.py`, run: a function named `bad_` raises what its marker says, an `ok_` nothing."""

import asyncio
import gc
import importlib.util
import inspect
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from owned import OwnershipError

CASES = Path(__file__).parent / "cases"


def functions() -> list[Any]:
    """Every case of the files that can be run, with the rules that its markers name."""
    found = []
    for file in sorted(CASES.glob("run_*.py")):
        spec = importlib.util.spec_from_file_location(file.stem, file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[file.stem] = module
        spec.loader.exec_module(module)
        lines = file.read_text().splitlines()
        for name, function in vars(module).items():
            if name.startswith(("bad_", "ok_")):
                start = function.__code__.co_firstlineno
                end = next((n for n in range(start, len(lines)) if lines[n][:1] not in ("", " ")), len(lines))
                marked = [line.split("# E: ")[1].split()[0] for line in lines[start:end] if "# E: " in line]
                found.append(pytest.param(function, marked, id=f"{file.stem}-{name}"))
    return found


@pytest.fixture(scope="module", autouse=True)
def small_heap() -> Iterator[None]:
    """Conflicts look for guards among all objects: here, only among those of the cases."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("function", "marked"), functions())
def test_what_is_reported_raises(
    function: Callable[[], object], marked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A case with a marker raises an error of that rule, in whatever thread; one without raises nothing."""
    raised: list[BaseException | None] = []
    monkeypatch.setattr(threading, "excepthook", lambda args: raised.append(args.exc_value))
    try:
        running = function()
        if inspect.iscoroutine(running):
            asyncio.run(running)
    except OwnershipError as error:
        raised.append(error)
    rules = [error.rule for error in raised if isinstance(error, OwnershipError)]
    assert len(raised) == len(rules)
    assert rules[:1] == marked[:1]
