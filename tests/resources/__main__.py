"""Print, for every row of the table of resources that can run here, what ownership does for it.

    python -m tests.resources

Rows of packages that are not installed, and those that need a server, a browser or a device, are listed as such.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from pathlib import Path

from owned.resource_table import STANDARD_LIBRARY as STANDARD_ROWS
from owned.resource_table_third_party import THIRD_PARTY as THIRD_PARTY_ROWS
from tests.resources.specimen import Specimen, run
from tests.resources.standard_library import STANDARD_LIBRARY
from tests.resources.third_party import THIRD_PARTY

COLUMNS = ("dropped once", "use raises", "double drop raises", "leak reported")


def main() -> int:
    """Examine all rows; give 0 if every answer is yes."""
    warnings.simplefilter("ignore")
    specimens = {specimen.title: specimen for specimen in (*STANDARD_LIBRARY, *THIRD_PARTY)}
    rows = [row.title for row in (*STANDARD_ROWS, *THIRD_PARTY_ROWS)]
    width = max(map(len, rows))
    print(f"{'row':{width}}", *COLUMNS, sep="  ")
    ran = good = 0
    for title in rows:
        specimen = specimens.get(title)
        if specimen is None or not specimen.can_run:
            why = "needs more than a package" if specimen is None else f"{specimen.needs} is not installed"
            print(f"{title:{width}}  {why}")
            continue
        answers = examine(specimen)
        ran += 1
        good += all(answers)
        cells = (f"{'yes' if answer else 'NO':{len(column)}}" for answer, column in zip(answers, COLUMNS, strict=True))
        print(f"{title:{width}}", *cells, sep="  ", flush=True)
    print(f"{good} of {ran} rows that can run here, of {len(rows)} in the table, answer yes four times")
    return 0 if good == ran else 1


def examine(specimen: Specimen) -> tuple[bool, bool, bool, bool]:
    """Examine one specimen in a folder of its own; what raises answers no."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        try:
            return run(specimen, Path(folder)).answers
        except Exception as error:
            print(f"{specimen.title}: {type(error).__name__}: {error}", file=sys.stderr)
            return (False, False, False, False)


if __name__ == "__main__":
    sys.exit(main())
