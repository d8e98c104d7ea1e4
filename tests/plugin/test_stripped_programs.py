"""Random programs do the same stripped as at `off`; `python -m tests.plugin.test_stripped_programs` tries many more."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from .conftest import SETTINGS, Project
from .stripped_programs import NOISY, Program

RUN = """
import contextlib, importlib, io, json, sys, warnings
import owned
warnings.simplefilter("ignore")
results = []
for number in range(int(sys.argv[1])):
    said = io.StringIO()
    module = None
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            module = importlib.import_module(f"program{number}")
        except Exception as error:
            print(type(error).__name__)
    names = {*vars(module), *module.f.__code__.co_varnames} if module else ()
    results.append((said.getvalue(), any(name.startswith("_owned_") for name in names)))
print(json.dumps(results))
"""


def outputs(folder: Path, root: Path, count: int, strip: bool) -> list[tuple[str, bool]]:
    """Run all programs in one process; give for each what it said, and whether it was stripped."""
    environment = {**os.environ, "OWNED": "off", "OWNED_STRIP": str(int(strip)), "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(count)], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return [(said, stripped) for said, stripped in json.loads(done.stdout)]


def compare(folder: Path, root: Path, seed: int, count: int) -> int:
    """Write so many programs, have them proven, and compare; give how many were stripped."""
    project = Project(folder, root)
    project.write("mypy.ini", SETTINGS + "[owned]\nproofs = true\n")
    project.write("noisy.py", NOISY)
    for number in range(count):
        project.write(f"program{number}.py", str(Program(seed + number)))
    project.mypy(".")
    plain = outputs(folder, root, count, strip=False)
    bare = outputs(folder, root, count, strip=True)
    for number in range(count):
        program = (folder / f"program{number}.py").read_text()
        assert plain[number][0] == bare[number][0], f"{program}\n{plain[number][0]}\nstripped:\n{bare[number][0]}"
    return sum(stripped for _, stripped in bare)


def test_random_programs_do_the_same_stripped(tmp_path: Path, root: Path, library_cache: Path) -> None:
    """What is printed, dropped, let go and raised, in which order and on which lines, is the same."""
    shutil.copytree(library_cache, tmp_path / ".mypy_cache")
    assert compare(tmp_path, root, 1, 25) > 5


if __name__ == "__main__":
    for first in range(1, 10_000):
        with tempfile.TemporaryDirectory() as place:
            stripped = compare(Path(place), Path(__file__).resolve().parents[2], first * 1000, 300)
        print(f"300 programs from seed {first * 1000}: {stripped} of them stripped, all the same", flush=True)
