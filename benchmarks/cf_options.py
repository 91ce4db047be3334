"""What `python -m benchmarks cf` can be asked for."""

import argparse

PARTS = {
    "build": "item neighbours of every engine: CPU seconds, wall and peak memory, each fit a process of its own",
    "fold-in": "ten items for a new person with 20 ratings: milliseconds, with and without evidence",
    "batch": "ten items for many people at once: people a second on one core",
    "scale": "the build in 1, 2, 4 and more threads, processes and (not quick) Ray tasks: how much sooner, the\n"
    "           same table; and what 100 million people would cost, beside other ways",
}
SHAPES = ("1m", "10m", "25m")

DESCRIPTION = "The neighbour engine against other libraries, on synthetic ratings shaped like MovieLens."
PARTS_SAID = "\n".join(f"  {name:<8} {text}" for name, text in PARTS.items())
EPILOG = f"""With neither --shape nor --data: all shapes and all data, or with --quick the shape 1m.

parts:
{PARTS_SAID}

Engines take turns in rounds; ratios are taken within a round and printed with the smallest and the largest.
Figures of the shape 1m go by their plain names, those of every other set begin with its name.
Libraries that are not installed are named as not measured."""


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.description, parser.epilog = DESCRIPTION, EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "--part", action="append", choices=list(PARTS), help="only this part; may be given several times"
    )
    parser.add_argument(
        "--shape",
        action="append",
        choices=SHAPES,
        help="on this synthetic set; may be given several times",
    )
    parser.add_argument(
        "--data", action="store_true", help="build on every rating set of the development data"
    )
    parser.add_argument("--rounds", type=_rounds, help="rounds of the build; 3 with --quick, else 5")


def _rounds(text: str) -> int:
    if not (text.isdecimal() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"a whole number above zero, not {text!r}")
    return int(text)
