"""Modules that the checker has passed, stripped at level `off`: real proofs, real imports."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import pytest

from owned import proofs
from owned_mypy import proofs as written

from .conftest import SETTINGS, Project

PROGRAMS = Path(__file__).parent / "data" / "stripped"
PROVEN = ["blocks", "edited", "guards", "names", "parts.__main__", "parts.inner", "scopes", "values"]
NOT_PROVEN = ["mistyped", "silenced", "wrong"]

SAY = """
import importlib, sys
import owned
for name in sys.argv[1:]:
    module = importlib.import_module(name)
    print("#", name, type(module.__spec__.loader).__name__, file=sys.stderr)
"""


def python(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder, with `owned` on the path."""
    root = Path(__file__).resolve().parents[2]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("OWNED", "PYTHONDONTWRITE"))},
        "PYTHONPATH": f"{root}{os.pathsep}{root / 'mypy_plugin'}",
        "PYTHONPYCACHEPREFIX": str(folder / "byte code"),
        **variables,
    }
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, env=environment, timeout=100
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def stripped(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run Python at level `off`, with stripping asked for."""
    return python(folder, *arguments, **{"OWNED": "off", "OWNED_STRIP": "1", **variables})


def loaders(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """Give what loaded each of the modules that a run named."""
    return dict(line.split()[1:] for line in done.stderr.splitlines() if line.startswith("# "))


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory, root: Path, library_cache: Path) -> Project:
    """Give the programs, after mypy was asked for proofs."""
    folder = tmp_path_factory.mktemp("stripped")
    shutil.copytree(PROGRAMS, folder, dirs_exist_ok=True)
    shutil.copytree(library_cache, folder / ".mypy_cache")
    project = Project(folder, root)
    project.write("mypy.ini", SETTINGS + "[owned]\nproofs = true\n")
    project.write("by_hand.py", HOSTILE)
    lines = project.mypy(".")
    assert {line.split(".py:")[0] for line in lines} == {"mistyped", "wrong"}, lines
    return project


HOSTILE = '''"""A docstring."""

from __future__ import annotations

import inspect
import sys

from owned import Owned, borrow


def fail(owner: Owned[list[int]]) -> int:
    with borrow(owner) as r:
        return r[
            7
        ]


def source() -> str:
    return inspect.getsource(fail)
'''


@pytest.fixture
def copy(checked: Project, tmp_path: Path) -> Path:
    """Give a copy of the checked programs, to be changed."""
    folder = tmp_path / "copy"
    shutil.copytree(checked.folder, folder, ignore=shutil.ignore_patterns(".mypy_cache", "byte code"))
    return folder


def test_a_module_has_a_proof_if_nothing_was_reported_or_silenced(checked: Project) -> None:
    """Errors of ours and of mypy's, and ignore comments that hide ours, leave a module without a proof."""
    assert not proofs.proof_path("a/b.py").startswith("b")
    for module in PROVEN + NOT_PROVEN:
        path = checked.folder / f"{module.replace('.', '/')}.py"
        assert os.path.exists(proofs.proof_path(str(path))) == (module in PROVEN), module


def test_both_halves_agree_on_what_a_proof_is() -> None:
    """What the checker writes and what the run time expects have the same place, edition, format and seal."""
    assert written.proof_path("a/b.py") == proofs.proof_path("a/b.py")
    assert (written.FORMAT, written.edition()) == (proofs.FORMAT, proofs.edition())
    assert written.seal({"b": 1, "a": [2]}) == proofs.seal({"b": 1, "a": [2]})


def test_stripped_programs_do_what_they_do_otherwise(checked: Project) -> None:
    """At `check`, at `off` and stripped, programs print the same, their drops in the same order."""
    modules = ["blocks", "guards", "names", "scopes"]
    check = python(checked.folder, "-c", SAY, *modules)
    off = python(checked.folder, "-c", SAY, *modules, OWNED="off")
    bare = stripped(checked.folder, "-c", SAY, *modules)
    again = stripped(checked.folder, "-c", SAY, *modules)  # from the cached byte code
    assert check.stdout == off.stdout == bare.stdout == again.stdout
    assert len(check.stdout.splitlines()) > 50
    assert set(loaders(check).values()) == set(loaders(off).values()) == {"SourceFileLoader"}
    assert set(loaders(bare).values()) == set(loaders(again).values()) == {"StrippingLoader"}


def test_values_are_let_go_when_and_where_they_are_otherwise(checked: Project) -> None:
    """With values in variables of their own and moves taken out, what is dropped, let go and raised is as at `off`."""
    off = python(checked.folder, "-c", SAY, "values", OWNED="off")
    bare = stripped(checked.folder, "-c", SAY, "values")
    assert off.stdout == bare.stdout
    assert off.stdout.count("gone: ") > 20
    shown = python(checked.folder, "-m", "owned", "strip", "--show", "values.py").stdout
    assert "        a = _owned_value_first\n" in shown
    assert shown.count("move(") == shown.count("return move(owner)") == 1, "a scope would drop what it has left"
    assert "_owned_value_finite" not in shown


def test_stripped_byte_code_is_never_used_unstripped(checked: Project) -> None:
    """The cached byte code of stripped modules has names of its own; without the switch it is not touched."""
    verbs = "import owned, blocks; print('borrow' in blocks.blocks.__code__.co_names)"
    assert stripped(checked.folder, "-c", verbs).stdout.endswith("False\n")
    assert python(checked.folder, "-c", verbs, OWNED="off").stdout.endswith("True\n")
    assert stripped(checked.folder, "-c", verbs).stdout.endswith("False\n")
    tags = {file.name.partition(".")[2] for file in (checked.folder / "byte code").rglob("blocks.*.pyc")}
    assert len(tags) == 2
    assert any("owned" in tag for tag in tags)


def test_nothing_is_stripped_unless_it_is_asked_for(checked: Project) -> None:
    """Neither at another level, nor without the switch; `install()` is the same switch."""
    at_check = python(checked.folder, "-c", SAY, "edited", OWNED_STRIP="1")
    assert loaders(at_check) == {"edited": "SourceFileLoader"}
    install = "from owned.strip import install; print(install(), install())\n"
    assert python(checked.folder, "-c", install + SAY, "edited").stdout.startswith("False False")
    installed = python(checked.folder, "-c", install + SAY, "edited", OWNED="off")
    assert installed.stdout.startswith("True True")
    assert loaders(installed) == {"edited": "StrippingLoader"}


def test_main_programs_and_relative_imports(checked: Project) -> None:
    """`owned run` strips the main module, too; a package with relative imports is one package."""
    plain = python(checked.folder, "-m", "parts", "x", OWNED="off")
    run = stripped(checked.folder, "-m", "owned", "run", "parts", "x")
    assert run.stdout == plain.stdout
    file = python(checked.folder, "-m", "owned", "run", str(checked.folder / "edited.py"), OWNED="off")
    assert file.stdout == "list\n"
    assert "needs OWNED=off" in python(checked.folder, "-m", "owned", "run", "edited").stderr


def test_an_edited_file_is_not_stripped(copy: Path) -> None:
    """One byte more, and the proof does not hold; back again, it does."""
    names = "import owned, edited; print('_owned_kind_' in vars(edited))"
    before = (copy / "edited.py").read_bytes()
    (copy / "edited.py").write_bytes(before + b"\n")
    assert stripped(copy, "-c", names).stdout.endswith("False\n")
    (copy / "edited.py").write_bytes(before)
    assert stripped(copy, "-c", names).stdout.endswith("True\n")


@pytest.mark.parametrize(
    "damage",
    ["nothing", "half", "binary", "digest", "resealed digest", "sites", "format", "module", "version", "folder"],
)
def test_a_damaged_or_forged_proof_is_not_believed(copy: Path, damage: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever is in the file, the import succeeds, and nothing is stripped."""
    source = str(copy / "edited.py")
    place = Path(proofs.proof_path(source))
    text = place.read_text()
    proof = json.loads(text)
    del proof["seal"]
    reseal = damage not in ("digest", "sites")
    changes: dict[str, dict[str, object]] = {
        "digest": {"source": "0" * 64},
        "resealed digest": {"source": "0" * 64},
        "sites": {"sites": []},
        "format": {"format": 3},
        "module": {"module": "other"},
        "version": {"edition": "0.0.0+0"},
    }
    if damage == "folder":
        place.unlink()
        place.mkdir()
    elif damage in changes:
        forged = {**proof, **changes[damage]}
        place.write_text(json.dumps({**forged, "seal": proofs.seal(forged if reseal else proof)}))
    else:
        place.write_bytes({"nothing": b"", "half": text[:100].encode(), "binary": b"\xff\x00"}[damage])
    with pytest.raises(proofs.NotProvenError):
        proofs.read_proof(source, "edited", Path(source).read_bytes())
    if damage == "half":
        names = "import owned, edited; print('_owned_kind_' in vars(edited))"
        assert stripped(copy, "-c", names).stdout == "list\nFalse\n"


def test_broken_stripped_byte_code_is_made_anew(copy: Path) -> None:
    """A cached file that was cut off or changed is not run."""
    first = stripped(copy, "-c", SAY, "blocks")
    (cached,) = (copy / "byte code").rglob("blocks.*owned*.pyc")
    cached.write_bytes(cached.read_bytes()[:-10])
    assert stripped(copy, "-c", SAY, "blocks").stdout == first.stdout


def test_tracebacks_and_sources_speak_of_the_users_lines(checked: Project) -> None:
    """Line numbers, lines in tracebacks and `inspect.getsource` are those of the file; a docstring stays one."""
    program = """
    import traceback, owned, by_hand
    print("_owned_kind_" in vars(by_hand), by_hand.__doc__)
    print(by_hand.source())
    try:
        by_hand.fail(owned.Owned([1]))
    except IndexError:
        traceback.print_exc()
    try:
        owner = owned.Owned([1])
        owned.drop(owner)
        by_hand.fail(owner)
    except owned.UseAfterDropError:
        traceback.print_exc()
    """
    done = stripped(checked.folder, "-c", textwrap.dedent(program))
    assert done.stdout.startswith("True A docstring.\n")
    assert "def fail(owner: Owned[list[int]]) -> int:\n    with borrow(owner) as r:" in done.stdout
    assert 'by_hand.py", line 13, in fail\n    return r[' in done.stderr
    assert 'by_hand.py", line 12, in fail\n    with borrow(owner) as r:' in done.stderr


def test_assertions_that_pytest_rewrites_stay_rewritten(copy: Path) -> None:
    """A test module is loaded by pytest; what it imports is stripped; both work."""
    shutil.copy(proofs.proof_path(str(copy / "edited.py")), proofs.proof_path(str(copy / "test_it.py")))
    (copy / "test_it.py").write_text(
        "import owned, edited\n"
        "def test_imported():\n    assert '_owned_kind_' in vars(edited)\n"
        "def test_own():\n    n = 1\n    assert n == 2\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py"],
        cwd=copy,
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "OWNED": "off",
            "OWNED_STRIP": "1",
            "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
    )
    assert "assert 1 == 2" in done.stdout, done.stdout + done.stderr
    assert "1 failed, 1 passed" in done.stdout


def test_modules_in_archives_are_imported_as_ever(copy: Path) -> None:
    """A zip file on the path is none of our business."""
    with zipfile.ZipFile(copy / "all.zip", "w") as archive:
        archive.write(copy / "edited.py", "zipped.py")
        archive.write(proofs.proof_path(str(copy / "edited.py")), "__pycache__/zipped.owned-proof")
    done = stripped(copy, "-c", "import sys; sys.path.insert(0, 'all.zip')\n" + SAY, "zipped")
    assert loaders(done) == {"zipped": "zipimporter"}


def test_the_command_says_what_is_stripped_and_why_not(checked: Project) -> None:
    """`owned strip` names the modules with and without a valid proof, and shows what becomes of them."""
    done = python(checked.folder, "-m", "owned", "strip", ".")
    assert "blocks.py: proven; stripped of 19 of 19 calls" in done.stdout
    assert "wrong.py: not stripped: no proof" in done.stdout
    assert "names.py:30: borrow_mut() stays: its name may mean something else in this module" in done.stdout
    assert "unowned.py" not in done.stdout
    shown = python(checked.folder, "-m", "owned", "strip", "--show", "edited.py").stdout
    assert "r = owner.value if _owned_kind_(owner) is _owned_Owned_ else _owned_shared_(owner)" in shown


def test_mypy_writes_a_proof_again_that_was_lost_and_removes_what_no_longer_holds(checked: Project, copy: Path) -> None:
    """The cache of mypy does not hide that a proof is missing; a diagnostic removes the proof."""
    shutil.copytree(checked.folder / ".mypy_cache", copy / ".mypy_cache")
    project = Project(copy, checked.root)
    project.write("mypy.ini", SETTINGS + "[owned]\nproofs = true\n")
    place = Path(proofs.proof_path(str(copy / "edited.py")))
    place.unlink()
    (copy / "blocks.py").write_text((copy / "blocks.py").read_text() + "print(top)\n")
    lines = project.mypy("edited.py", "blocks.py")
    assert any("use of dropped value" in line or "use-after-move" in line for line in lines), lines
    assert place.exists()
    assert not Path(proofs.proof_path(str(copy / "blocks.py"))).exists()
