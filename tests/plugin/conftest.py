"""Small projects to check with the plugin, in a process of their own or in this one."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from mypy.build import build
from mypy.modulefinder import BuildSource
from mypy.nodes import MypyFile
from mypy.options import Options

SETTINGS = "[mypy]\nplugins = owned_mypy\nstrict = True\n"


class Project:
    """A folder with programs and settings, and the ways to run mypy over it."""

    def __init__(self, folder: Path, root: Path, python: str = sys.executable) -> None:
        self.folder = folder
        self.python = python
        self.root = root
        self.write("mypy.ini", SETTINGS)

    def write(self, name: str, text: str) -> None:
        """Write a file of the project."""
        (self.folder / name).write_text(text)

    def run(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a module of Python's in the project's folder."""
        paths = f"{self.root}{os.pathsep}{self.root / 'mypy_plugin'}"
        # The package is found as sources, and where it is installed as such.
        environment = {**os.environ, "PYTHONPATH": paths, "MYPYPATH": str(self.root), **variables}
        return subprocess.run(
            [self.python, "-m", *command], cwd=self.folder, capture_output=True, text=True, env=environment, timeout=300
        )

    def mypy(self, *arguments: str, **variables: str) -> list[str]:
        """Run mypy over all files; give its errors and notes."""
        run = self.run("mypy", *(arguments or self.files()), **variables)
        for _ in range(3):
            if "Failed to establish connection with worker" not in run.stdout + run.stderr:
                break  # on a machine that is very busy, mypy does not wait long enough for its workers
            run = self.run("mypy", *(arguments or self.files()), **variables)
        return self.lines(run)

    def dmypy(self) -> list[str]:
        """Let the daemon check all files; give its errors and notes."""
        return self.lines(self.run("mypy.dmypy", "run", "--", *self.files()))

    def files(self) -> list[str]:
        """Name the programs of the project."""
        return sorted(file.name for file in self.folder.glob("*.py"))

    def lines(self, run: subprocess.CompletedProcess[str]) -> list[str]:
        """Give the lines about the programs, without mypy's closing line."""
        assert run.returncode in (0, 1), run.stdout + run.stderr
        assert not run.stderr, run.stderr
        return [line for line in run.stdout.splitlines() if ".py:" in line]


@pytest.fixture(scope="session")
def library_cache(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """Give mypy's cache of the standard library and of `owned`, which would take most of the time of every test."""
    seed = Project(tmp_path_factory.mktemp("seed"), root)
    seed.write("seed.py", "import asyncio, collections, dataclasses, enum, threading, typing\nimport owned\n")
    seed.mypy()
    cache = seed.folder / ".mypy_cache"
    for file in cache.rglob("seed.*"):
        file.unlink()
    return cache


@pytest.fixture
def project(tmp_path: Path, root: Path, library_cache: Path) -> Project:
    """Give an empty project that uses the plugin."""
    shutil.copytree(library_cache, tmp_path / ".mypy_cache")
    return Project(tmp_path, root)


@pytest.fixture
def daemon(project: Project) -> Iterator[Project]:
    """Give an empty project whose daemon is stopped at the end."""
    yield project
    project.run("mypy.dmypy", "kill")


@pytest.fixture(scope="module")
def analyse(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Callable[[str], MypyFile]:
    """Give a function that checks a program in this process and gives mypy's tree of it, with all types."""
    folder = tmp_path_factory.mktemp("analysed")
    (folder / "mypy.ini").write_text(SETTINGS)

    def analysed(text: str) -> MypyFile:
        options = Options()
        options.plugins = ["owned_mypy"]
        options.config_file = str(folder / "mypy.ini")
        options.mypy_path = [str(root)]
        options.cache_dir = str(folder / "cache")
        options.preserve_asts = True
        result = build([BuildSource(None, "program", text)], options)
        tree = result.files["program"]
        assert isinstance(tree, MypyFile)
        return tree

    return analysed
