"""The command `owned`, also `python -m owned`."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import metadata


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; give its exit status."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    if options.command == "run":
        from owned import strip_command

        return strip_command.run(options.program, options.arguments)
    try:
        status = run_command(options)
        if status is None:
            parser.print_help()
        sys.stdout.flush()
    except BrokenPipeError:  # Whoever reads has read enough: `owned explain E0382 | head`.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status or 0


def run_command(options: argparse.Namespace) -> int | None:
    """Run one of the commands that print; give its exit status, or nothing if none was named."""
    if options.command == "demo":
        from owned import demo

        return demo.run()
    if options.command == "explain":
        from owned import explain

        return explain.run(options.rule)
    if options.command == "examples":
        from owned import examples

        return examples.run(options.names, only_list=options.list)
    if options.command == "resources":
        from owned import resources

        return resources.run(options.names)
    if options.command == "strip":
        from owned import strip_command

        return strip_command.report(options.paths, show=options.show)
    return None


def build_parser() -> argparse.ArgumentParser:
    """Describe the commands and their arguments."""
    parser = argparse.ArgumentParser(
        prog="owned",
        description='Rust\'s ownership for Python objects. With mypy: plugins = ["owned_mypy"] under [tool.mypy].',
    )
    parser.add_argument("--version", action="version", version=f"owned-py {metadata.version('owned-py')}")
    commands = parser.add_subparsers(dest="command", title="commands", metavar="COMMAND")
    commands.add_parser("demo", help="guard real resources, make two mistakes, see both halves report them")
    explain = commands.add_parser("explain", help="print the page of a rule")
    explain.add_argument(
        "rule", nargs="?", help="a slug or a code, such as use-after-move or E0382; without it: all rules"
    )
    examples = commands.add_parser("examples", help="show and run the first rules, each wrong and right")
    examples.add_argument("names", nargs="*", metavar="NAME", help="run these alone; without a name: all")
    examples.add_argument("--list", action="store_true", help="only list them")
    resources = commands.add_parser("resources", help="print how every kind of resource is dropped")
    resources.add_argument(
        "names", nargs="*", help="what to explain instead: a row, a class, or a dotted name, such as subprocess.Popen"
    )
    strip = commands.add_parser("strip", help="say which modules the checker has proven, and what is stripped of them")
    strip.add_argument("paths", nargs="*", default=["."], help="files and folders; without any: this folder")
    strip.add_argument("--show", action="store_true", help="print the stripped modules")
    run = commands.add_parser("run", help="run a program whose proven modules are stripped (with OWNED=off)")
    run.add_argument("program", help="a module, as after `python -m`, or a file")
    run.add_argument("arguments", nargs=argparse.REMAINDER, help="its arguments")
    return parser


if __name__ == "__main__":
    sys.exit(main())
