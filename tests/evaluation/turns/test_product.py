"""The table measures the product: its rows rank as `Agent.rank` does."""

from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from agent import Agent
from agent.library import build
from agent.models import Models
from catalog import Dataset, Dialogue, Interactions, Item, Items, Turn
from evaluation.rows import CF, FUSED, LM
from evaluation.turns import TurnSettings, run_turns

FIRST = ("Silent", "Golden", "Broken", "Hidden", "Crimson", "Frozen", "Distant", "Savage", "Hollow")
SECOND = (
    "River",
    "Empire",
    "Mirror",
    "Garden",
    "Machine",
    "Harbour",
    "Winter",
    "Station",
    "Orchard",
    "Signal",
)
GENRES = ("Crime", "Romance", "Sci-Fi")


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    """Ninety films, more than the pool holds, and forty people who each like one genre."""
    titles = [f"{one} {other}" for one in FIRST for other in SECOND]
    items = Items(
        Item(f"m{n}", title, 1950 + n % 70, attributes={"genre": (GENRES[n % 3],)})
        for n, title in enumerate(titles)
    )
    rng = np.random.default_rng(3)
    rows = [
        (f"u{user}", item, 5.0 if item % 3 == user % 3 else float(rng.integers(1, 4)))
        for user in range(40)
        for item in rng.permutation(90)[:30].tolist()
    ]
    users, index, rating = zip(*rows, strict=True)
    return Dataset("ninety films", items, Interactions.of(users, index, rating=rating), noun="film")


@pytest.fixture(scope="module")
def dialogue() -> Dialogue:
    return Dialogue(
        "d",
        (
            Turn(
                "user",
                "I love Silent River and Hollow Signal, but I hate Broken Mirror.",
                ("m0", "m89", "m22"),
            ),
            Turn("assistant", "Have you seen Frozen Garden?", ("m53",)),
            Turn("user", "Yes, I have seen it. A quiet crime film from before 2000, please, no romance."),
            Turn("assistant", "Golden Machine.", ("m14",)),
        ),
    )


@pytest.mark.slow
def test_cf_alone_and_fused_rank_as_the_agent(dataset: Dataset, dialogue: Dialogue, tmp_path: Path) -> None:
    """CF alone is compared on the 40 places that the agent fills by CF before its content candidates."""
    models = Models.open()
    world = build(dataset, tmp_path / "built", models)
    top: dict[tuple[str, float, str], list[str]] = {}
    for alpha in (0.0, 0.6):
        report = run_turns(
            dataset,
            [dialogue],
            validation=[dialogue],
            settings=TurnSettings(k=90, alphas=(alpha,)),
            embedder=models.embedder,
            language_model=models.language(),
        )
        top |= {(one.system, alpha, one.example): one.detail["top"] for one in report.examples}
    different = ((CF, 0.6), (LM, 0.6), (FUSED, 0.6), (FUSED, 0.0))
    assert len({tuple(top[row, alpha, "d:3:m14"]) for row, alpha in different}) == 4
    turns = [{"role": turn.role, "text": turn.text} for turn in dialogue.turns]
    with ExitStack() as open_agents:
        for row, alpha, places in ((CF, 1.0, 40), (FUSED, 0.0, 90), (FUSED, 0.6, 90)):
            agent = open_agents.enter_context(Agent(world, tmp_path / "built", alpha=alpha))
            for place, label in ((1, "m53"), (3, "m14")):
                ranked = agent.rank(turns[:place], k=90)[:places]
                assert len(ranked) >= 40
                run = 0.0 if row == CF else alpha
                assert list(top[row, run, f"d:{place}:{label}"][: len(ranked)]) == ranked
