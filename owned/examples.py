"""`owned examples`: the first rules, each as a program with a mistake, what is said, and the program mended."""

import importlib.util
import re
import runpy
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from owned import OwnershipError
from owned.demo import body_of, headline

FOLDER = Path(__file__).with_name("first_rules")
NAMES = (
    "second_name",
    "reader_and_writer",
    "field_of_a_borrow",
    "borrow_or_take",
    "end_of_a_scope",
    "box",
    "rc",
    "arc",
    "many_owners",
)
"""The programs, in the order in which they are best read."""

MARKER = re.compile(r"  # E: (?P<slug>[a-z-]+) (?P<code>\w+)$", re.MULTILINE)
CONFIGURATION = "[mypy]\nstrict = True\nplugins = owned_mypy\n"


@dataclass(frozen=True)
class Example:
    """One program: its name, its text, and what its mistake is called."""

    name: str
    source: str
    slug: str
    code: str
    line: int

    @property
    def title(self) -> str:
        """The first line of its docstring."""
        return self.source.removeprefix('"""').partition("\n")[0]

    @property
    def wrong(self) -> str:
        """The program up to its mended function, without its docstring and its marker."""
        body = self.source.partition('"""\n\n')[2].partition("\n\n\ndef right")[0]
        return MARKER.sub(f"  # {self.code}", body)

    @property
    def explanation(self) -> str:
        """The rest of its docstring."""
        return self.source.partition("\n\n")[2].partition('"""')[0].strip()


def read(name: str) -> Example:
    """Read a program."""
    source = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    marker = MARKER.search(source)
    assert marker, f"{name} has no mistake"
    return Example(name, source, marker["slug"], marker["code"], source.count("\n", 0, marker.start()) + 1)


def run(wanted: Sequence[str] = (), *, only_list: bool = False) -> int:
    """List the programs, and show and run those that are asked for, or all; give 0 when each did as it should."""
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        print(f"owned: no example is called {unknown[0]!r}; there are: {', '.join(NAMES)}", file=sys.stderr)
        return 1
    chosen = [read(name) for name in (wanted or NAMES)]
    if not wanted:
        for example in chosen:
            print(f"{example.name:18} {example.title}")
    if only_list:
        return 0
    with tempfile.TemporaryDirectory(prefix="owned-examples-") as name:
        folder = Path(name)
        for example in chosen:
            shutil.copyfile(FOLDER / f"{example.name}.py", folder / f"{example.name}.py")
        reports = static_reports(folder)
        wrong = [sentence for example in chosen for sentence in show(example, folder, reports)]
    print(headline("Done: each did as it should." if not wrong else "NOT as it should be:"))
    for sentence in wrong:
        print(f"  {sentence}")
    return 1 if wrong else 0


def static_reports(folder: Path) -> dict[str, list[str]] | None:
    """Let mypy read all programs of a folder; give its lines by program, or nothing when it is not installed."""
    if importlib.util.find_spec("mypy") is None:
        return None
    (folder / "mypy.ini").write_text(CONFIGURATION)
    command = [sys.executable, "-m", "mypy", "--no-color-output", "--no-error-summary", "--show-error-codes", "."]
    report = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    found: dict[str, list[str]] = {path.stem: [] for path in folder.glob("*.py")}
    for line in report.stdout.splitlines():
        found.setdefault(Path(line.partition(":")[0]).stem, []).append(line)
    return found


def show(example: Example, folder: Path, reports: dict[str, list[str]] | None) -> list[str]:
    """Show a program, what mypy and the run time say of its mistake, and what the mended one prints."""
    wrong = []
    functions = runpy.run_path(str(folder / f"{example.name}.py"))
    print(headline(f"== {example.name}: {example.title}"))
    print(textwrap.indent(example.explanation, "  "))
    print(headline("  Wrong:"))
    print(textwrap.indent(example.wrong, "    | "))
    print(headline("  mypy says:"))
    if reports is None:
        print("    mypy is not installed here. To see its half, too:  pip install 'owned-py[mypy]'")
    else:
        print(textwrap.indent("\n".join(reports[example.name]), "    "))
        expected = f"{example.name}.py:{example.line}: error: "
        errors = [line for line in reports[example.name] if ": error: " in line]
        if len(errors) != 1 or not errors[0].startswith(expected) or f"({example.code})" not in errors[0]:
            wrong.append(f"{example.name}: mypy did not report {example.code} alone")
    print(headline("  At run time:"))
    try:
        functions["wrong"]()
    except OwnershipError as error:
        print(textwrap.indent(f"{type(error).__name__}: {error}", "    "))
        if (error.rule, error.code) != (example.slug, example.code):
            wrong.append(f"{example.name} raised {error.rule} {error.code}, not {example.slug} {example.code}")
    else:
        wrong.append(f"{example.name} raised nothing")
    print(headline("  Right:"))
    print(textwrap.indent(body_of(functions["right"]), "    | "))
    print(headline("  which prints:"))
    functions["right"]()
    return wrong


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
