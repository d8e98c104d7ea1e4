"""What is reached through a transparent handle has the wrapped type's exact types, for reading and for writing.

The program is `data/attributes.py`: `# is T` says what mypy infers for the expression of a line, `# error: ...` what it
reports there, and it must report nothing else.
"""

import re
from pathlib import Path

from .conftest import Project

PROGRAM = Path(__file__).parent / "data" / "attributes.py"
EXPECTED_TYPE = re.compile(r"^( *)(.+?)  # is (.+)$")
EXPECTED_ERROR = re.compile(r"  # (error: .+)$")


def plain(type_: str) -> str:
    """Write types without their modules: mypy 1.19 names them, mypy 2.4 does not."""
    return re.sub(r"\b(?:builtins|program|typing|owned\.\w+)\.", "", type_)


def test_attributes_items_and_methods_are_exact(project: Project) -> None:
    """One run of mypy over all lines."""
    expected = set()
    program = []
    for number, line in enumerate(PROGRAM.read_text().splitlines(), 1):
        if found := EXPECTED_TYPE.match(line):
            indent, expression, type_ = found.groups()
            expected.add((number, f'note: Revealed type is "{type_}"'))
            line = f"{indent}reveal_type({expression})"
        elif found := EXPECTED_ERROR.search(line):
            expected.add((number, found.group(1)))
        program.append(line)
    project.write("program.py", "\n".join(program) + "\n")
    project.write("mypy.ini", "[mypy]\nplugins = owned_mypy\nstrict = True\ndisable_error_code = owned\n")
    said = set()
    for report in project.mypy():
        _, at, text = report.split(":", 2)
        said.add((int(at), plain(text.strip())))
    assert said == expected
