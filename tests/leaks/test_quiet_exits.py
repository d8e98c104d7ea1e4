"""Owners with nothing to run at their end are no leaks, however many owners stand between."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

QUIET = """
Arc(Mutex({}))
Rc(RefCell([1]))
Box(Owned([1]))
Owned(Vec([1]))
Arc(RwLock([Rc(1)]))
Rc(OnceCell())
Vec([Owned(1)])
Map({"a": Owned(Arc(Cell(1)))})
Rc(Rc.downgrade(kept))
"""
LOUD = """
Arc(Mutex(file))
Rc(RefCell(Owned(file)))
Vec([Owned(1), Owned(file)])
Owned(Mutex([1], drop=print))
"""


def told_at_exit(owners: str) -> str:
    """Run a program with global owners, one in each line; gives what its exit says."""
    lines = [f"owner{number} = {owner}" for number, owner in enumerate(owners.strip().splitlines())]
    head = f"from owned import *\nkept = Rc([1])\nfile = open({__file__!r})\n"
    command = [sys.executable, "-c", head + "\n".join(lines)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60).stderr


def test_global_owners_of_plain_things_are_no_leaks() -> None:
    """The interpreter's exit says nothing of them."""
    assert told_at_exit(QUIET) == ""


def test_global_owners_of_hooks_are_leaks() -> None:
    """The hooks run, and warnings name the places."""
    told = told_at_exit(LOUD)
    assert told.count("OwnedLeakWarning: ") >= 4
    for kind in ("Arc[Mutex]", "Rc[RefCell]", "Vec[Owned]", "Owned[Mutex]"):
        assert f"{kind} was still alive" in told


def test_a_cycle_of_nothing_but_handles_ends() -> None:
    """To look through the owners in it comes to an end."""
    code = "from owned import *\nrc = Rc(OnceCell())\nrc.set(clone(rc))\n"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
