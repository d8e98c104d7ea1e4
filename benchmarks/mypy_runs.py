"""Runs of mypy in processes of their own, and what they cost.

The clock is the processor time of the process: the machine may be busy with other things meanwhile.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

# An installed package has its bytecode; so must the checkout, from the first round on.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
WITH, WITHOUT = "with", "without"
"""The configurations; files with these names and settings are written by `write_settings`."""
SETTINGS = {WITH: "[mypy]\nplugins = owned_mypy\n", WITHOUT: "[mypy]\n"}


@dataclass(frozen=True)
class Run:
    """One run: processor time, the most memory that it had, and what it printed."""

    seconds: float
    peak: int
    output: str
    status: int


def write_settings(folder: Path, *, more: str = "") -> None:
    """Write one file of settings for each configuration, with the same further lines in each."""
    for name, text in SETTINGS.items():
        (folder / f"{name}.ini").write_text(text + more)


def run_mypy(folder: Path, configuration: str, *arguments: str) -> Run:
    """Run mypy in a folder that has the files of settings."""
    command = [sys.executable, "-m", "mypy", "--config-file", f"{configuration}.ini", *arguments]
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, stdout=output, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode()
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(used.ru_utime + used.ru_stime, used.ru_maxrss * unit, text, process.returncode)


def in_turn(number: int) -> list[str]:
    """Give the configurations in the order of a round: it alternates."""
    return [WITH, WITHOUT] if number % 2 else [WITHOUT, WITH]


def count_instructions(folder: Path, configuration: str, *arguments: str) -> tuple[int, str]:
    """Run mypy under valgrind's cachegrind; give the instructions that it executed, and what it printed.

    The count hardly depends on what else the machine does. It takes about twenty times as long.
    """
    tool = shutil.which("valgrind")
    if tool is None:
        raise SystemExit("to count instructions, install valgrind")
    settings = ["--tool=cachegrind", "--cache-sim=no", f"--cachegrind-out-file={os.devnull}"]
    command = [sys.executable, "-m", "mypy", "--config-file", f"{configuration}.ini", *arguments]
    process = subprocess.run(
        [tool, *settings, *command],
        cwd=folder,
        env={**ENVIRONMENT, "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    report = re.search(r"I +refs: +([\d,]+)", process.stderr)
    if report is None:
        raise SystemExit(f"valgrind printed no count:\n{process.stderr}")
    return int(report[1].replace(",", "")), process.stdout
