"""`owned explain RULE`: the page of a rule, found by its slug or by one of Rust's codes."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# In an installed package the pages lie beside this file; in a checkout, where they are written.
HERE = Path(__file__).resolve().parent
FOLDERS = (HERE / "pages", HERE.parent / "docs" / "errors")

TITLE = re.compile(r"^# (?P<slug>[a-z-]+)(?: \((?P<codes>[^)]*)\))?$")


@dataclass(frozen=True)
class Page:
    """The page of one rule."""

    slug: str
    codes: tuple[str, ...]
    text: str

    def answers(self, question: str) -> bool:
        """Tell whether a slug or a code means this rule, in whatever case."""
        return question.lower() in {self.slug, *(code.lower() for code in self.codes)}


def pages() -> Iterator[Page]:
    """Give all pages, in the order of their slugs."""
    folder = next(folder for folder in FOLDERS if folder.is_dir())
    for path in sorted(folder.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        title = TITLE.match(text.partition("\n")[0])
        assert title, f"{path} does not begin with a slug"
        yield Page(title["slug"], tuple((title["codes"] or "").replace(" ", "").split(",")), text)


def run(question: str | None) -> int:
    """Print the page that answers the question, or the list of all; give 1 when there is none."""
    if question is None:
        for page in pages():
            print(f"{page.slug:24} {' '.join(page.codes)}".rstrip())
        return 0
    found = [page for page in pages() if page.answers(question)]
    if not found:
        print(f"owned: no rule is called {question!r}; `owned explain` lists them all", file=sys.stderr)
        return 1
    print("\n\n".join(page.text.rstrip() for page in found))
    return 0
