"""What the rows learn from: the data set's ratings, else its train dialogues, and another data set's."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from agent.collaborative import baskets_of
from catalog import Dataset, Dialogue, Interactions, Items
from cf_engine import ItemNeighbours
from cf_engine.baskets import Baskets
from cf_engine.mentions import told
from evaluation.rows import CF, Learnt, Row, Scorer
from evaluation.turns.partner import Partnership, joined


@dataclass(frozen=True, slots=True, eq=False)
class Learning:
    """`said` are sentences that say where the interactions are from.

    `baskets` are of the train dialogues, None where these name nothing.
    """

    interactions: Interactions
    baskets: Baskets | None
    said: tuple[str, ...]


def learning(
    dataset: Dataset, *, held_out: Collection[str], ratings: Dataset | None, ratings_id: str | None
) -> Learning:
    """`held_out` are ids of dialogues that nothing may be learnt from. Raises catalog.ConfigError."""
    own = dataset.interactions
    train = [one for one in dataset.dialogues if one.dialogue_id not in held_out]
    if len(own):
        said = [f"The rows learn from {len(own)} ratings by {len(own.user_ids)} people of the data set."]
    else:
        own = told(train, dataset.items)
        said = [_told(own, train)]
    both = None
    if ratings is not None:
        both = joined(own, ratings, items=dataset.items, attribute=ratings_id)
        own = both.interactions
        said.append(_joined(both, ratings, len(dataset.items)))
    baskets = _baskets(train, dataset.items, both)
    if baskets is not None:
        said.append(_together(len(train), both))
    return Learning(own, baskets, tuple(said))


def _baskets(train: Sequence[Dialogue], items: Items, both: Partnership | None) -> Baskets | None:
    """With what the other side's people like together as kin."""
    kin = None
    if both is not None:
        theirs = both.theirs.matrix(len(items))
        kin = ItemNeighbours().fit(theirs, scale=both.theirs.scale).table
    return baskets_of(train, items, kin=kin)


def _told(own: Interactions, train: Sequence[Dialogue]) -> str:
    if not len(own):
        return (
            "The data set has neither ratings nor train dialogues: by itself, popularity knows nothing and "
            "keeps the order of the catalogue, and CF alone knows no more than which items a dialogue rules out."
        )
    return (
        f"The data set has no ratings: the rows learn from {len(own)} opinions in {len(train)} train "
        "dialogues, each of them one person."
    )


def _joined(both: Partnership, ratings: Dataset, n_items: int) -> str:
    theirs = both.theirs
    return (
        f"{len(theirs)} ratings by {len(theirs.user_ids)} people of {ratings.name} join in, over "
        f"{both.by_id + both.by_title} of the {n_items} items: {both.by_id} found there by id, "
        f"{both.by_title} by title and year."
    )


def _together(n_train: int, both: Partnership | None) -> str:
    kin = "" if both is None else ", and to a small part by what those people like together"
    return (
        f"CF alone goes by what is named together in {n_train} train dialogues and by what is suggested often"
        f"{kin}; {WITHOUT} is the engine over ratings or opinions, on what a user likes and dislikes."
    )


def _engine(learnt: Learnt) -> Scorer | None:
    return None if learnt.train.collaborative.baskets is None else learnt.train.engine_scores


WITHOUT = f"{CF}, without baskets"
ENGINE = Row(WITHOUT, "the engine where CF alone has baskets of dialogues", _engine, tiered=True)
