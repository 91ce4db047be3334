"""Finished runs as pages that a reader of the repository sees."""

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from evaluation.records import write_text
from evaluation.report.report import DATA, TABLE
from evaluation.report.table import Table

_SECTION = re.compile(r"^## \[.*\]\((?P<name>[^()]+)/README\.md\)$", re.MULTILINE)
_MADE = re.compile(r"^\d{4}-\d\d-\d\d, .*\.$", re.MULTILINE)


def publish(folders: Sequence[Path], *, docs: Path) -> None:
    """Copy each run's tables and pictures to `docs`/NAME and write an index with every first table.

    Pages of other runs that are there stay, in the index too: what is new there comes last.

    ::

        DOCS/
        ├── README.md          index: dates, machines, and the first table of each run
        └── NAME/
            ├── README.md      all tables and notes of the run
            └── *.png
    """
    index = docs / "README.md"
    before = index.read_text("utf-8") if index.is_file() else ""
    sections = {name: text for name, text in _sections(before).items() if (docs / name).is_dir()}
    made = dict.fromkeys(_MADE.findall(before) if sections else ())
    for folder in folders:
        page = docs / folder.name
        shutil.rmtree(page, ignore_errors=True)
        page.mkdir(parents=True)
        write_text(page / "README.md", (folder / TABLE).read_text("utf-8"))
        for picture in sorted(folder.glob("*.png")):
            shutil.copyfile(picture, page / picture.name)
        run = json.loads((folder / DATA).read_text("utf-8"))
        made[f"{run['run']['date']}, {run['run']['machine']}."] = None
        sections[folder.name] = _section(folder.name, run)
    write_text(index, _index(list(made), sections))


def _sections(index: str) -> dict[str, str]:
    """The part of the index that each page has, by the page's name."""
    found = list(_SECTION.finditer(index))
    edges = pairwise([*(one.start() for one in found), len(index)])
    return {
        one["name"]: index[first:last].rstrip("\n") for one, (first, last) in zip(found, edges, strict=True)
    }


def _section(name: str, run: Mapping[str, Any]) -> str:
    first = run["tables"][0]
    table = Table(first["title"], tuple(first["columns"]), tuple(map(tuple, first["rows"])))
    text = f"## [{run['title']}]({name}/README.md)\n\n{table.markdown()}".rstrip("\n")
    return f"{text}\n\n{len(run['faults'])} faults were found; see the page." if run["faults"] else text


def _index(made: Sequence[str], sections: Mapping[str, str]) -> str:
    head = (
        "Made by `make evaluate`. Each page has all tables, what they rest on, and the command that gives it."
    )
    return "\n\n".join(["# Results", head, "\n".join(made), *sections.values()]) + "\n"
