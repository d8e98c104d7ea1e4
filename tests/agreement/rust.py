"""What rustc says about bodies."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.agreement.as_rust import Fix, print_rust
from tests.agreement.bodies import PAIR, Body

_COMMAND = ["rustc", "--edition=2021", "--crate-type=lib", "--error-format=json", "-Awarnings", "--emit=metadata"]


Mark = tuple[int, str]
"""The number of a statement, and a code."""


@dataclass(frozen=True)
class Report:
    """One error: the statement, the code, and the place that it names first."""

    at: int
    code: str
    place: str
    message: str = ""

    @property
    def mark(self) -> Mark:
        return self.at, self.code


Reports = dict[int, list[Report]]
"""By the seed of the body."""


def has_rustc() -> bool:
    return shutil.which("rustc") is not None


def ask_rustc(
    bodies: Sequence[Body], fixed: Mapping[int, Collection[Fix]] | None = None, *, polonius: str = ""
) -> Reports:
    """The errors in each body. `polonius`, `legacy` or `next`: what a borrow checker to come says."""
    printed = print_rust(bodies, fixed)
    with tempfile.TemporaryDirectory() as name:
        source = Path(name, "bodies.rs")
        source.write_text("\n".join(printed.lines) + "\n")
        # A panic that aborts leaves no block: the run time is silent about what ends while an exception is on its way.
        command = [*_COMMAND, "-Cpanic=abort", f"--out-dir={name}", str(source)]
        if polonius:
            command.append(f"-Zpolonius={polonius}")
        environment = {**os.environ, "RUSTC_BOOTSTRAP": "1"} if polonius else None
        result = subprocess.run(command, capture_output=True, text=True, env=environment)
    reports: Reports = defaultdict(list)
    for line in result.stderr.splitlines():
        message = json.loads(line)
        if message["level"] != "error" or (message["code"] is None and not message["spans"]):
            continue
        span = next(span for span in message["spans"] if span["is_primary"])
        if span["line_start"] not in printed.origin or message["code"] is None:
            raise AssertionError(f"a body is not Rust: {message['rendered']}")
        body, at = printed.origin[span["line_start"]]
        reports[body.seed].append(Report(at, message["code"]["code"], _place(message), message["message"]))
    return reports


def _place(message: dict[str, Any]) -> str:
    found = re.search(r"`\**([\w.]+)", message["message"])
    return place_in(found[1]) if found else ""


def place_in(text: str) -> str:
    """The place to which a path in a message belongs: `p.left` for `p.left.value.n`, `a` for `a.n`."""
    names = text.split(".")
    return ".".join(names[:2] if names[0] == PAIR else names[:1])
