"""The programs in `cases/`: what the plugin must report, line by line, and that it reports nothing else.

    eat(t)  # E: use-after-move E0382

The marker at the end of a line names the rule and Rust's code of each error that the line must get; two are separated
by `; `. A comment `# case: <id> | <title>` heads the functions that follow it. One mypy checks the whole folder. Files
named `*_py311.py` use syntax that older Pythons do not read.
"""

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

CASES = Path(__file__).parent / "cases"
OLDEST = re.compile(r"_py3(\d+)\.py$")
MARKER = re.compile(r"# E: (.+?)\s*$")
CODE_AT_END = re.compile(r"\((\w+)\)$")
CONFIGURATION = "[mypy]\nplugins = owned_mypy\nstrict = True\nscripts_are_modules = True\nfollow_imports = silent\n"

Reports = Counter[tuple[int, str, str]]
"""How often each line got each rule and code."""


def is_readable(file: Path) -> bool:
    """Tell whether this Python reads the syntax of a file."""
    oldest = OLDEST.search(file.name)
    return oldest is None or sys.version_info >= (3, int(oldest.group(1)))


FILES = sorted(file for file in CASES.glob("*.py") if is_readable(file))


def expected(file: Path) -> Reports:
    """Read the markers of a file."""
    reports: Reports = Counter()
    for number, line in enumerate(file.read_text().splitlines(), 1):
        if marker := MARKER.search(line):
            for part in marker.group(1).split(";"):
                slug, code = part.split()
                reports[number, slug, code] += 1
    return reports


@pytest.fixture(scope="module")
def reported(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Reports]:
    """Run mypy once over all files."""
    folder = tmp_path_factory.mktemp("cases")
    configuration = folder / "mypy.ini"
    configuration.write_text(f"{CONFIGURATION}mypy_path = {root}:{root / 'mypy_plugin'}\n")
    command = [sys.executable, "-m", "mypy", "--config-file", str(configuration), "--output", "json"]
    command += ["--cache-dir", str(folder / "cache"), *(file.name for file in FILES)]
    run = subprocess.run(command, cwd=CASES, capture_output=True, text=True)
    assert run.returncode in (0, 1), run.stdout + run.stderr
    reports: dict[str, Reports] = {file.name: Counter() for file in FILES}
    for line in run.stdout.splitlines():
        message = json.loads(line)
        if message["severity"] != "error" and not message["message"].startswith("internal error"):
            continue
        code = CODE_AT_END.search(message["message"].splitlines()[0])
        reports[message["file"]][message["line"], message["code"], code.group(1) if code else message["message"]] += 1
    return reports


@pytest.mark.parametrize("name", [file.name for file in FILES])
def test_every_marked_line_is_reported_and_no_other(name: str, reported: dict[str, Reports]) -> None:
    """Each marker has its error and each error its marker, with Rust's code."""
    wanted, got = expected(CASES / name), reported[name]
    missed = sorted((wanted - got).elements())
    unexpected = sorted((got - wanted).elements())
    assert (missed, unexpected) == ([], [])
