"""The data files in `states/`: a program, and the state of every analysis before each effect of its functions.

No option rewrites them, which would hide a mistake: to accept a new state, read it and write it into the file.
"""

import textwrap
from pathlib import Path

import pytest

from owned_mypy.cfg import build_cfg
from owned_mypy.dump import dump_states
from tests.analysis.lowering import lower_source

FILES = sorted((Path(__file__).parent / "states").glob("*.txt"))
PRELUDE = """
from owned import Box, Owned, Ref, RefMut, borrow, borrow_mut, drop, is_live, move

class Token:
    def __init__(self, n: int) -> None:
        self.n = n

def eat(t: Owned[Token]) -> None: ...
def make() -> Owned[Token]: ...
def look(t: object) -> None: ...
def peek(r: Ref[Token]) -> int: ...
def poke(m: RefMut[Token]) -> None: ...
def cond() -> bool: ...

"""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_states_are_as_written(path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each program of the file has exactly the states that stand below it."""
    source, _, expected = path.read_text().partition("---\n")
    bodies = lower_source(PRELUDE + source, tmp_path_factory.getbasetemp() / "mypy_cache")
    name = path.stem
    assert dump_states(build_cfg(bodies[name])) == textwrap.dedent(expected).rstrip("\n")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_blocks_come_after_what_leads_to_them(path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """When the turn of a block comes, the solver knows a state for it."""
    source = path.read_text().partition("---\n")[0]
    for body in lower_source(PRELUDE + source, tmp_path_factory.getbasetemp() / "mypy_cache").values():
        cfg = build_cfg(body)
        reached = {0}
        for index in cfg.order:
            assert index in reached
            reached.update(cfg.blocks[index].successors)
