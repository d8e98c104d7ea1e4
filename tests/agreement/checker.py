"""What our checker says about bodies: one run of mypy with the plugin for all of them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from tests.agreement.as_python import print_python
from tests.agreement.as_rust import Printed
from tests.agreement.bodies import Body
from tests.agreement.rust import Report, Reports, place_in

HANDLES = ("Owned", "Box")
_ERROR = re.compile(
    r"(?P<file>\w+)\.py:(?P<line>\d+): error: (?P<text>.*) \((?P<code>E\d+|must_\w+)\)  \[(?P<slug>[\w-]+)\]"
)
_ROOT = Path(__file__).resolve().parents[2]
PATHS = [_ROOT, _ROOT / "mypy_plugin"]
_OPTIONS = ["--python-version=3.11", "--hide-error-context", "--no-error-summary", "--no-color-output"]


def ask_checker(bodies: Sequence[Body], cache: Path) -> Reports:
    """The errors in each body; `cache` is kept from run to run, so that mypy reads the standard library once."""
    with tempfile.TemporaryDirectory() as name:
        modules: dict[str, Printed] = {}
        for handle in HANDLES:
            module = f"bodies_{handle.lower()}"
            modules[module] = print_python([body for body in bodies if body.handle == handle], handle)
            Path(name, f"{module}.py").write_text("\n".join(modules[module].lines) + "\n")
        config = Path(name, "mypy.ini")
        config.write_text(
            f"[mypy]\nplugins = owned_mypy\nmypy_path = {':'.join(map(str, PATHS))}:{name}\n"
            f"explicit_package_bases = True\nnamespace_packages = True\ncache_dir = {cache}\n"
        )
        # A process of its own: the run time is slow in a process that holds all of mypy's objects.
        command = [sys.executable, "-m", "mypy", f"--config-file={config}", *_OPTIONS]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, PATHS))}
        command += [f"-m{module}" for module in modules]
        result = subprocess.run(command, capture_output=True, text=True, env=environment)
    if result.stderr or "internal error" in result.stdout.lower():
        raise AssertionError(f"mypy failed:\n{result.stdout}{result.stderr}")
    return _reports(result.stdout, modules)


def _reports(output: str, modules: dict[str, Printed]) -> Reports:
    reports: Reports = defaultdict(list)
    for line in output.splitlines():
        found = _ERROR.search(line)
        if found is None:
            continue
        origin = modules[found["file"]].origin.get(int(found["line"]))
        if origin is None:
            raise AssertionError(f"an error outside of the statements: {line}")
        body, at = origin
        place = re.search(r'"([\w.]+)', found["text"])
        reports[body.seed].append(Report(at, found["code"], place_in(place[1]) if place else "", found["text"]))
    return reports
