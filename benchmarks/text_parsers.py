"""The same parser twice: on slices of a `String`, and on slices of a `str`.

`python -m benchmarks.text_parsers KIND FILE` parses a file, and prints the seconds, the peak of the memory in
megabytes over what the imports took, and a checksum of what was found. The kinds are `String` and `str`, which read the
file as a whole, and `String-lines` and `str-lines`, which read it line by line.

A record is a line: a number, a language, a title, and a body, with tabs between them. The parser cuts it into its
fields, checks each, and adds up what it learns.
"""

import json
import resource
import sys
import time
from pathlib import Path

from owned import Str, String


def generate(path: Path, megabytes: int, body: int) -> None:
    """Write records whose bodies have about so many characters, until the file is large enough."""
    words = ("lorem", "ipsum", "größer", "dolor", "naïve", "sit", "amet", "→", "consectetur", "😀", "адипискинг")
    phrase = " ".join(words)
    text = (phrase + " ") * (body // len(phrase) + 2)
    size, number = 0, 0
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        while size < megabytes * 1_000_000:
            start = number % len(phrase)
            line = f"{number}\t{('de', 'en', 'fr')[number % 3]}\tTitle of {number}\t{text[start : start + body]}\n"
            file.write(line)
            size += len(line.encode())
            number += 1


def of_string(path: str) -> tuple[int, int]:
    """Parse with slices of one buffer; nothing is copied."""
    found = records = 0
    with String() as text:
        with open(path, "rb", buffering=0) as file:
            text.read_all(file)
        for line in text.lines():
            found += check_str(line)
            records += 1
            del line
    return records, found


def of_string_lines(path: str) -> tuple[int, int]:
    """Read line by line into one buffer, and parse with slices of it."""
    found = records = 0
    with String() as line, open(path, "rb") as file:
        while line.read_line(file):
            found += check_str(line.as_str())
            records += 1
            line.clear()
    return records, found


def check_str(line: Str) -> int:
    """Cut a record into its fields, and check them."""
    number, language, title, body = line.split("\t", 3)
    if not number.isdigit() or language not in LANGUAGES or not title.startswith("Title"):
        raise ValueError(f"not a record: {line[:40]}")
    return int(body.startswith("lorem")) + len(LANGUAGES[language])


def of_str(path: str) -> tuple[int, int]:
    """Parse with slices of a `str`; each is a copy."""
    found = records = start = 0
    with open(path, encoding="utf-8", newline="\n") as file:
        text = file.read()
    while start < len(text):
        end = text.index("\n", start)
        found += check_plain(text[start:end])
        start = end + 1
        records += 1
    return records, found


def of_str_lines(path: str) -> tuple[int, int]:
    """Read line by line, and parse with slices, which are copies."""
    found = records = 0
    with open(path, encoding="utf-8", newline="\n") as file:
        for line in file:
            found += check_plain(line)
            records += 1
    return records, found


def check_plain(line: str) -> int:
    """Cut a record into its fields, and check them."""
    number, language, title, body = line.split("\t", 3)
    if not number.isdigit() or language not in LANGUAGES or not title.startswith("Title"):
        raise ValueError(f"not a record: {line[:40]}")
    return int(body.startswith("lorem")) + len(LANGUAGES[language])


KINDS = {"String": of_string, "str": of_str, "String-lines": of_string_lines, "str-lines": of_str_lines}
LANGUAGES: dict[object, str] = {"de": "Deutsch", "en": "English", "fr": "Français"}


def peak() -> float:
    """The most memory that this process has had, in megabytes."""
    status = Path("/proc/self/status")
    if status.exists():  # `ru_maxrss` would be inherited from the process that started this one.
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(kind: str, path: str) -> None:
    """Parse, and print the figures."""
    before = peak()
    begin = time.perf_counter()
    records, found = KINDS[kind](path)
    seconds = time.perf_counter() - begin
    print(json.dumps({"seconds": seconds, "peak": max(0.1, peak() - before), "sum": records * 1_000_000_007 + found}))


if __name__ == "__main__":
    main(*sys.argv[1:])
