"""`owned demo`: real resources with owners, two mistakes, and what each half of the library says about them."""

import importlib.util
import inspect
import runpy
import shutil
import subprocess
import sys
import tempfile
import textwrap
import traceback
from pathlib import Path

from owned import OwnershipError, demo_tour

MISTAKES = Path(__file__).with_name("demo_mistakes.py")
CONFIGURATION = '[tool.mypy]\nplugins = ["owned_mypy"]\n'

# What each mistake must be called, while it runs and by mypy.
EXPECTED = {"use_after_move": "use-after-move", "conflicting_borrow": "borrow-conflict"}


def run() -> int:
    """Run the whole demo in a new temporary folder; give 0 when all happened as promised, else 1."""
    with tempfile.TemporaryDirectory(prefix="owned-demo-") as name:
        folder = Path(name)
        print(f"A tour of `owned` on real resources, in {folder}")
        wrong = tour(folder) + run_mistakes(folder) + check_mistakes(folder)
    print(headline("Done: all of it as promised." if not wrong else "NOT as promised:"))
    for sentence in wrong:
        print(f"  {sentence}")
    return 1 if wrong else 0


def tour(folder: Path) -> list[str]:
    """Show and run the programs that go well; give what was not as claimed."""
    wrong = []
    for number, step in enumerate(demo_tour.STEPS, 1):
        print(headline(f"{number}. {sentence_of(step.__name__)}"))
        print(textwrap.indent(body_of(step), "    | "))
        try:
            step(folder)
        except Exception as error:
            traceback.print_exc()
            wrong.append(f"{step.__name__}: {type(error).__name__}: {error}")
    return wrong


def run_mistakes(folder: Path) -> list[str]:
    """Run each mistake, and show the error in full; give what did not fail as it should."""
    wrong = []
    program = folder / "mistakes.py"
    shutil.copyfile(MISTAKES, program)
    functions = runpy.run_path(str(program))
    for number, (name, rule) in enumerate(EXPECTED.items(), len(demo_tour.STEPS) + 1):
        print(headline(f"{number}. A mistake at run time: {rule}"))
        print(textwrap.indent(body_of(functions[name]), "    | "))
        try:
            functions[name](str(folder))
        except OwnershipError as error:
            print(textwrap.indent(f"{type(error).__name__}: {error}", "  "))
            if error.rule != rule:
                wrong.append(f"{name} raised {error.rule}, not {rule}")
        else:
            wrong.append(f"{name} raised nothing")
    return wrong


def check_mistakes(folder: Path) -> list[str]:
    """Let mypy read the same file, and show what it says; give what it should have said."""
    print(headline(f"{len(demo_tour.STEPS) + len(EXPECTED) + 1}. The same file, read by mypy before it runs"))
    if importlib.util.find_spec("mypy") is None:
        print("  mypy is not installed here. To see its half, too:  pip install 'owned-py[mypy]'")
        return []
    (folder / "pyproject.toml").write_text(CONFIGURATION)
    print(
        textwrap.indent(
            "The whole configuration, in pyproject.toml:\n\n" + textwrap.indent(CONFIGURATION, "    "), "  "
        )
    )
    print("  $ mypy mistakes.py", flush=True)
    command = [sys.executable, "-m", "mypy", "--no-color-output", "--show-error-codes", "mistakes.py"]
    report = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    print(textwrap.indent((report.stdout + report.stderr).strip(), "  "))
    return [f"mypy did not report [{rule}]" for rule in EXPECTED.values() if f"[{rule}]" not in report.stdout]


def headline(text: str) -> str:
    """Give a line that separates the parts."""
    return f"\n{text}\n"


def sentence_of(name: str) -> str:
    """Give the title of a step, from the name of its function."""
    return name.replace("_", " ").capitalize()


def body_of(function: object) -> str:
    """Give a function's source without its first line, as it is run."""
    assert inspect.isfunction(function)
    lines = inspect.getsource(function).splitlines()[1:]
    return textwrap.dedent("\n".join(lines))
