"""Are proofs asked for? Answered in every run of mypy, so that it has to be quick.

The files are those that mypy has just read, and the parsers those that it has loaded.
"""

import os
from typing import Any, Final

from mypy.options import Options

VARIABLE: Final = "OWNED_PROOFS"


def is_asked_for(options: Options) -> bool:
    """Does the environment, or the file that mypy is configured by, ask for proofs?"""
    asked = os.environ.get(VARIABLE)
    if asked is not None:
        return asked not in ("", "0")
    if not options.config_file:
        return False
    try:
        with open(options.config_file, encoding="utf-8") as file:
            text = file.read()
    except (OSError, ValueError):
        return False
    if "proofs" not in text:
        return False
    return _in_toml(text) if options.config_file.endswith(".toml") else _in_ini(text)


def _in_toml(text: str) -> bool:
    try:
        import tomllib
    except ImportError:  # on 3.10, where mypy brings it
        import tomli as tomllib  # type: ignore[import-not-found, no-redef, unused-ignore]
    try:
        owned: Any = tomllib.loads(text).get("tool", {}).get("owned", {})
        return owned.get("proofs") is True
    except (ValueError, AttributeError):
        return False


def _in_ini(text: str) -> bool:
    import configparser

    settings = configparser.RawConfigParser()
    try:
        settings.read_string(text)
        return settings.getboolean("owned", "proofs", fallback=False)
    except (ValueError, configparser.Error):
        return False
