"""The Python code blocks of the project's Markdown pages, as programs.

A block opens with three backquotes and `python`. The comment `# E: <slug> <code>` at the end of a line says that the
checker reports that rule there, and that the same rule is raised when the block runs; `# R: <slug> <code>` says that it
is only raised. A block without such comments is clean on both sides. After `python`, the word `static-only` says that a
block is not run, `run-only` that it is not checked.
"""

import re
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^```python(?P<words>[^\n]*)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
MARKER = re.compile(r"# (?P<kind>[ER]): (?P<slug>[a-z-]+)(?: (?P<code>\w+))?$")


@dataclass(frozen=True)
class Block:
    """A program in a page. Its line numbers are the page's."""

    page: Path
    line: int
    words: frozenset[str]
    code: str

    @property
    def name(self) -> str:
        """Give a name that is also a module name."""
        return f"{self.page.stem.replace('-', '_').lower()}_{self.line}"

    @property
    def program(self) -> str:
        """Give the code, preceded by so many empty lines that it stands where it stands in the page."""
        return "\n" * self.line + self.code

    def reported(self) -> set[tuple[int, str, str]]:
        """Give line, slug and code of everything that the checker must say."""
        return {(line, slug, code) for kind, line, slug, code in self.markers() if kind == "E"}

    def raised(self) -> set[tuple[str, str]]:
        """Give slug and code of what must be raised when the block runs: nothing, or one of these."""
        return {(slug, code) for _, _, slug, code in self.markers()}

    def markers(self) -> list[tuple[str, int, str, str]]:
        """Give kind, line, slug and code of every marker."""
        found = []
        for number, line in enumerate(self.program.splitlines(), 1):
            if match := MARKER.search(line):
                found.append((match["kind"], number, match["slug"], match["code"] or ""))
        return found


def blocks_of(page: Path) -> list[Block]:
    """Give all Python blocks of a page."""
    text = page.read_text()
    return [
        Block(page, text.count("\n", 0, match.start("code")), frozenset(match["words"].split()), match["code"])
        for match in FENCE.finditer(text)
    ]
