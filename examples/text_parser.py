"""A parser that lends: one buffer, slices of it, and a result.

    python examples/text_parser.py [MEGABYTES]

It generates a log of so many megabytes (50), and reads it line by line into one buffer. A tokenizer lends slices of the
buffer to a validator, and only the result leaves. No text is copied on the way, the buffer and the file are dropped
exactly once, at the end of their block, and nothing waits for a garbage collector: it is off. The last lines are the
figures. `text_parser_mistakes.py` shows what happens when a slice is kept too long.
"""

import gc
import resource
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from owned import Owned, Str, String, summary

LEVELS = ("DEBUG", "INFO", "WARN", "ERROR")
WORDS = "the disk is full größer naïve → réseau ошибка 😀 timeout while reading from peer".split()


@dataclass
class Totals:
    """The result: plain numbers, which borrow nothing."""

    records: int = 0
    refused: int = 0
    longest: int = 0
    by_level: dict[str, int] = field(default_factory=dict)


def tokens(line: Str) -> tuple[Str, Str, Str, Str] | None:
    """Cut a line into time, level, source and message: four slices of the buffer, or nothing."""
    found = line.trim_end().split(" ", 3)
    if len(found) < 4:
        return None
    moment, level, source, message = found
    return moment, level, source, message


def is_valid(moment: Str, level: Str, source: Str, message: Str) -> bool:
    """Check a record, by looking at slices that somebody else owns."""
    return (
        moment.endswith("Z")
        and level.isupper()
        and source.startswith("[")
        and source.endswith("]")
        and not message.is_empty()
    )


def count(line: Str, totals: Totals) -> None:
    """Count one record; the slices end with this call."""
    found = tokens(line)
    if found is None or not is_valid(*found):
        totals.refused += 1
        return
    _, level, _, message = found
    name = str(level)
    totals.records += 1
    totals.by_level[name] = totals.by_level.get(name, 0) + 1
    totals.longest = max(totals.longest, len(message))


def parse(path: Path) -> Totals:
    """Read a log through one buffer, which this function owns, and give the result."""
    totals = Totals()
    with String(name="line") as line, Owned(open(path, "rb"), name="log") as file:
        while line.read_line(file.value):
            count(line.as_str(), totals)
            line.clear()
    return totals


def generate(path: Path, size: int) -> int:
    """Write a log of about so many bytes; give how many lines it has. Every hundredth is broken."""
    message = " ".join(WORDS * 8)
    written = lines = 0
    with Owned(open(path, "wb")) as file:
        while written < size:
            level = LEVELS[lines % len(LEVELS)]
            head = "broken" if lines % 100 == 99 else f"2026-01-01T00:00:{lines % 60:02}Z {level} [peer{lines % 7}]"
            written += file.value.write(f"{head} {message[lines % 50 :]}\n".encode())
            lines += 1
    return lines


def memory() -> float:
    """The most memory that this process has had so far, in megabytes."""
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def main(folder: Path, megabytes: int) -> None:
    """Generate, parse, and print the figures."""
    log = folder / "peers.log"
    lines = generate(log, megabytes * 1_000_000)
    before, owners, begin = memory(), summary(), time.perf_counter()
    totals = parse(log)
    seconds, more, after = time.perf_counter() - begin, memory() - before, summary()
    assert totals.records + totals.refused == lines
    print(f"{log.stat().st_size:,} bytes, {totals.records:,} records, {totals.refused:,} lines refused")
    print(", ".join(f"{number:,} {level}" for level, number in sorted(totals.by_level.items())))
    print(f"{seconds:.2f} s, {megabytes / seconds:.0f} MB/s, {more:.1f} MB of memory more than before")
    print(
        f"owners: {after.created - owners.created} created, {after.dropped - owners.dropped} dropped, {after.live} live"
    )


if __name__ == "__main__":
    gc.disable()
    with tempfile.TemporaryDirectory() as name:
        main(Path(name), int(sys.argv[1]) if len(sys.argv) > 1 else 50)
