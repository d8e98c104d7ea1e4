"""A body with what was said about its statements, for people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from tests.agreement.as_python import print_python
from tests.agreement.as_rust import Printed, print_rust
from tests.agreement.bodies import Body
from tests.agreement.compare import Verdict


def show(verdict: Verdict) -> str:
    """The body in both languages; `!` marks what is not explained."""
    remarks: dict[int, list[str]] = defaultdict(list)
    for who, marks in (("both", verdict.both), ("ours", verdict.ours_alone), ("rustc", verdict.rustc_alone)):
        for at, code in sorted(marks):
            doubt = "!" if (at, code) in verdict.unexplained else ""
            remarks[at].append(f"{who} {code}{doubt}")
    python = annotated(print_python([verdict.body], verdict.body.handle), verdict.body, "def ", remarks, "#")
    rust = annotated(print_rust([verdict.body]), verdict.body, "pub fn ", remarks, "//")
    return f"{python}\n{rust}\n"


def annotated(printed: Printed, body: Body, keyword: str, remarks: Mapping[int, list[str]], comment: str) -> str:
    """The lines of one body, each with the remarks about its statement."""
    begin = next(n for n, line in enumerate(printed.lines) if line.startswith(f"{keyword}{body.name}"))
    lines = []
    for number, line in enumerate(printed.lines[begin:], begin + 1):
        origin = printed.origin.get(number)
        said = remarks.get(origin[1]) if origin is not None else None
        lines.append(f"{line:60}  {comment} {', '.join(said)}" if said else line)
    return "\n".join(lines)
