"""Type checkers without our plugin see exact types: the surface is checked by mypy --strict and by pyright."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.runtime.parts import REPOSITORY

SURFACE = [
    Path(__file__).with_name(name)
    for name in ("typed_surface.py", "typed_shared.py", "typed_resources.py", "typed_collections.py", "typed_text.py")
]


def test_mypy_strict_without_the_plugin_sees_exact_types(tmp_path: Path) -> None:
    """Every `assert_type` of the surface holds."""
    config = tmp_path / "mypy.ini"
    config.write_text("[mypy]\nstrict = True\n")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", str(config), "--cache-dir", str(tmp_path), *map(str, SURFACE)],
        capture_output=True,
        text=True,
        check=False,
        cwd=REPOSITORY,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(importlib.util.find_spec("pyright") is None, reason="pyright is not installed")
def test_pyright_sees_exact_types(tmp_path: Path) -> None:
    """The same file, in strict mode."""
    config = tmp_path / "pyrightconfig.json"
    options = {
        "include": [os.path.relpath(path, tmp_path) for path in SURFACE],
        "typeCheckingMode": "standard",
        "pythonVersion": "3.10",
        "extraPaths": [str(REPOSITORY)],
    }
    config.write_text(json.dumps(options))
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pyright", "--outputjson", "--project", str(config)],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            cwd=REPOSITORY,
        )
        report = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        pytest.skip("pyright cannot run here: it needs node")
    assert report["summary"]["filesAnalyzed"] == len(SURFACE)
    errors = [
        f"{d['range']['start']['line'] + 1}: {d['message']}"
        for d in report["generalDiagnostics"]
        if d["severity"] == "error"
    ]
    assert errors == []
