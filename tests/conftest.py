"""What all tests share: the folder of the checkout, and a small mypy project to check programs in."""

import os
from pathlib import Path

import pytest

# The tests state what happens at the default level; a level in the caller's environment is not theirs, unless
# `tests/levels.py` has chosen it.
if "OWNED_TEST_LEVEL" not in os.environ:
    os.environ.pop("OWNED", None)


@pytest.fixture(scope="session")
def root() -> Path:
    """Give the root folder of the checkout."""
    return Path(__file__).resolve().parents[1]


def pytest_configure(config: pytest.Config) -> None:
    """Leave leaks alone: most tests here make some on purpose, and look at them themselves."""
    if config.pluginmanager.has_plugin("owned"):
        config.option.owned_leaks = "off"
