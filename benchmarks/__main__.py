"""The command line of the benchmarks."""

import argparse
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from benchmarks.cf_options import add_options
from benchmarks.report import Report

NAMES = ("turn", "cf", "likelihood", "vectors", "load", "candidates")
LEAST_ITEMS = 2000
"""Of the index benchmark: a list of 100 out of less says nothing of the graph."""


def main() -> None:
    arguments = _parser().parse_args()
    report = _run(arguments)
    print(report.as_text())
    if arguments.json:
        arguments.json.write_text(f"{report.as_json()}\n", encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure speed and size.")
    commands = parser.add_subparsers(dest="name", metavar="NAME", required=True, help=", ".join(NAMES))
    for name in NAMES:
        if find_spec(f"benchmarks.{name}") is None:
            continue
        command = commands.add_parser(name)
        command.add_argument("--quick", action="store_true", help="fewer rounds; ends within minutes")
        command.add_argument("--json", type=Path, metavar="FILE", help="also write the figures to FILE")
        if name == "cf":
            add_options(command)
        if name == "vectors":
            command.add_argument(
                "--items",
                type=_count,
                action="append",
                metavar="N",
                help="at this size; may be given several times",
            )
            command.add_argument(
                "--folder",
                type=Path,
                metavar="DIR",
                help="keep the embedded indexes here, and measure those that are here without building them",
            )
            command.add_argument("--embedded", action="store_true", help="leave out the Chroma server")
    return parser


def _count(text: str) -> int:
    if not (text.isdecimal() and int(text) >= LEAST_ITEMS):
        raise argparse.ArgumentTypeError(f"a whole number from {LEAST_ITEMS} up, not {text!r}")
    return int(text)


def _run(arguments: argparse.Namespace) -> Report:
    module = import_module(f"benchmarks.{arguments.name}")
    if arguments.name == "vectors":
        vectors: Report = module.run(
            quick=arguments.quick,
            sizes=arguments.items,
            folder=arguments.folder,
            served=not arguments.embedded,
        )
        return vectors
    if arguments.name != "cf":
        report: Report = module.run(quick=arguments.quick)
        return report
    cf: Report = module.run(
        quick=arguments.quick,
        parts=arguments.part,
        shapes=arguments.shape,
        data=arguments.data,
        rounds=arguments.rounds,
    )
    return cf


if __name__ == "__main__":
    main()
