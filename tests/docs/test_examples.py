"""Every example runs to its end as a program, and prints what it is about."""

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

LAST_LINES = {
    "guarded_counter": "400",
    "log_rotation": "['part1.log', 'part2.log', 'part3.log']",
    "text_parser": "owners: 2 created, 2 dropped, 0 live",
    "text_parser_mistakes": "buffer_grown_in_time: 24",
    "leak_loop": "2,000 created, 2,000 dropped, 0 live",
    "money_transfer": "{'Ada': 70, 'Grace': 80}",
    "workspace": "gone: True",
}
ARGUMENTS = {"leak_loop": ["2000"], "text_parser": ["1"]}
"""What keeps an example short."""


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.stem)
def test_an_example_runs(path: Path, tmp_path: Path) -> None:
    """It ends well, warns of nothing, leaves no file, and its last line is the expected one."""
    command = [sys.executable, "-W", "default", str(path), *ARGUMENTS.get(path.stem, ())]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    assert result.stdout.splitlines()[-1] == LAST_LINES[path.stem]
    assert list(tmp_path.iterdir()) == []
