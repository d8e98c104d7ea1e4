"""The version that mypy sees: the package's, and a digest of every file that decides what the plugin reports.

mypy drops its cache when a plugin's `__version__` changes, and looks at nothing else but the plugin's entry file. It
asks in every run, so this has to be quick: `importlib.metadata` alone would take longer than reading all files, and so
would `pathlib`.
"""

import hashlib
import os
from functools import cache
from importlib.util import find_spec

_PACKAGE = os.path.dirname(os.path.abspath(__file__))


@cache
def version() -> str:
    """Give the package's version and the digest, e.g. `0.1.0+1f0c2ab99ee0d473`; `source+...` in a checkout."""
    digest = hashlib.blake2b(digest_size=8)
    names = sorted(name for name in os.listdir(_PACKAGE) if name.endswith(".py"))
    for path in [*(os.path.join(_PACKAGE, name) for name in names), catalogue()]:
        digest.update(os.path.basename(path).encode())
        with open(path, "rb") as file:
            digest.update(file.read())
    return f"{installed_version()}+{digest.hexdigest()}"


@cache
def catalogue() -> str:
    """Find `owned/codes.py`, the rules that both halves know, without running the package."""
    beside = os.path.dirname(_PACKAGE)
    for folder in (beside, os.path.dirname(beside)):  # as installed, and in a checkout
        path = os.path.join(folder, "owned", "codes.py")
        if os.path.exists(path):
            return path
    spec = find_spec("owned")
    folders = spec.submodule_search_locations if spec is not None else None
    return os.path.join(next(iter(folders or ["owned"])), "codes.py")


def installed_version() -> str:
    """Give the version of the distribution; `source` in a checkout."""
    for name in os.listdir(os.path.dirname(_PACKAGE)):
        if name.startswith("owned_py-") and name.endswith(".dist-info"):
            return name.removesuffix(".dist-info").partition("-")[2]
    return "source"
