"""The version that mypy sees: the package's, and a digest of every file that decides what the plugin reports.

mypy drops its cache when a plugin's `__version__` changes, and looks at nothing else but the plugin's entry file. It
asks in every run, so this has to be quick: `importlib.metadata` alone would take longer than reading all files.
"""

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path


@cache
def version() -> str:
    """Give the package's version and the digest, e.g. `0.1.0+1f0c2ab99ee0d473`; `source+...` in a checkout."""
    digest = hashlib.blake2b(digest_size=8)
    for path in _files():
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return f"{_installed_version()}+{digest.hexdigest()}"


def _files() -> Iterator[Path]:
    yield from sorted(Path(__file__).parent.glob("*.py"))
    spec = find_spec("owned")  # finds the package without running it
    for folder in spec.submodule_search_locations or () if spec else ():
        catalogue = Path(folder, "codes.py")
        if catalogue.exists():
            yield catalogue


def _installed_version() -> str:
    for info in Path(__file__).parents[1].glob("owned_py-*.dist-info"):
        return info.name.removesuffix(".dist-info").partition("-")[2]
    return "source"
