"""`duetto tune-cards` from tables to the card that a build takes."""

import json
from pathlib import Path

from click.testing import CliRunner

from catalog import CardTemplate, load
from ui.tune_cards import tune_cards


def test_what_is_saved_among_the_tables_is_their_card(tmp_path: Path) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    items = [{"item_id": str(i), "title": f"Title {i}", "text": f"Reel {i}."} for i in range(20)]
    (folder / "items.jsonl").write_text("".join(json.dumps(item) + "\n" for item in items), "utf-8")
    rows = [f"p{p},{i}" for p in range(40) for i in range(20) if p % 2 == i % 2]
    (folder / "interactions.csv").write_text("\n".join(["user_id,item_id", *rows]), "utf-8")
    words = [str(folder), "--cases", "4", "--json", "-q", f"--save={folder / 'card.json'}"]
    done = CliRunner().invoke(tune_cards, words, catch_exceptions=False)
    report = json.loads(done.stdout)
    names = [row[0] for row in report["tables"][0]["rows"]]
    assert names == ["all and text", "title"]
    assert load(str(folder)).card in {CardTemplate(), CardTemplate(fields=("label",))}
