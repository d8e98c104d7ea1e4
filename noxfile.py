"""The same checks as in `.ci/run`, on every CPython that is found and with both ends of the mypy range."""

import shutil

import nox

nox.options.default_venv_backend = "venv"
nox.options.error_on_missing_interpreters = False
nox.options.sessions = ["tests", "levels", "mypy_range", "other_checkers", "lint", "typecheck"]

PYTHONS = ["3.10", "3.11", "3.12", "3.13"]
MYPY_SERIES = ["1.19", "2.4"]
RUNTIME_BENCHMARKS = ["runtime_cost", "peers_cost", "sharing_cost", "memory_cost", "growth_cost", "strip_cost"]


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run all tests; arguments after `--` go to pytest."""
    session.install(".[test]")
    session.run("python", "-m", "pytest", *session.posargs)


@nox.session
def levels(session: nox.Session) -> None:
    """Run what is about values and drops at the levels `fast` and `off`, too."""
    session.install(".[test]")
    session.run("python", "-m", "tests.levels", *session.posargs)


@nox.session
@nox.parametrize("series", MYPY_SERIES)
def mypy_range(session: nox.Session, series: str) -> None:
    """Run the plugin's tests with the oldest and the newest supported mypy."""
    session.install(".[test]", f"mypy=={series}.*")
    session.run("python", "-m", "pytest", "mypy_plugin", "tests/plugin", "tests/docs", *session.posargs)


@nox.session
def other_checkers(session: nox.Session) -> None:
    """Check the typed surface and the examples with pyright and ty, which know nothing of the plugin."""
    session.install("-e", ".[test]", "pyright", "ty")
    session.run("python", "-m", "pytest", "tests/runtime/test_types.py", "tests/docs/test_other_checkers.py")


@nox.session
def third_party(session: nox.Session) -> None:
    """Drop the real things of well-known packages, and print what ownership does for every row of the table."""
    groups = nox.project.dependency_groups(nox.project.load_toml("pyproject.toml"), "third-party")
    session.install(".[test]", *groups)
    session.run("python", "-m", "pytest", "tests/third_party", *session.posargs)
    session.run("python", "-m", "tests.resources")


@nox.session(python=PYTHONS)
def compiled(session: nox.Session) -> None:
    """Build the compiled wheel, and run the plugin's tests against it in an environment of its own."""
    folder = session.create_tmp()
    shutil.rmtree(folder)
    session.run("bash", ".ci/compiled", "python", folder, external=True)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and format."""
    session.install("ruff>=0.17,<0.18")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session(python=[PYTHONS[0], PYTHONS[-1]])
def typecheck(session: nox.Session) -> None:
    """Check both packages, the tests and the examples with mypy --strict and our own plugin."""
    session.install("-e", ".[test]")
    session.run("mypy")


@nox.session(python=PYTHONS)
def benchmarks(session: nox.Session) -> None:
    """Print the cost ratios of the runtime on each CPython; names of benchmarks after `--` choose among them."""
    session.install(".[test]")
    for name in session.posargs or RUNTIME_BENCHMARKS:
        plot = ["--plot", f"{session.create_tmp()}/growth.svg"] if name == "growth_cost" else []
        session.run("python", "-m", f"benchmarks.{name}", *plot)


@nox.session
def checker_benchmarks(session: nox.Session) -> None:
    """Print what the plugin costs."""
    session.install(".[test]")
    session.run("python", "-m", "benchmarks.mypy_cost")
    session.run("python", "-m", "benchmarks.checker_cost")
