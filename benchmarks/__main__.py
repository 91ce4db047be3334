"""The command line of the benchmarks."""

import argparse
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import cast

from benchmarks.report import Report

NAMES = ("turn", "cf", "likelihood", "vectors", "load")


def main() -> None:
    there = [name for name in NAMES if find_spec(f"benchmarks.{name}")]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure speed and size.")
    parser.add_argument("name", choices=there)
    parser.add_argument("--quick", action="store_true", help="fewer rounds; ends within a minute")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures to FILE")
    arguments = parser.parse_args()
    report = cast(Report, import_module(f"benchmarks.{arguments.name}").run(quick=arguments.quick))
    print(report.as_text())
    if arguments.json:
        arguments.json.write_text(f"{report.as_json()}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
