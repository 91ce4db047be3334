"""What the rows are learnt from, the collaborative and the likelihood along the product's own path."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from agent.collaborative import Collaborative
from agent.gather import heard
from agent.profile import Profile
from agent.wishes import wish_of
from catalog import Dataset, Interactions, Items, Progress, cache_home
from cf_engine import BlendConfig, Popularity, preset
from cf_engine.baskets import Baskets
from evaluation.report import slug
from evaluation.rows.situation import Situation

if TYPE_CHECKING:
    from language_model import LanguageModel
    from retrieval import ContentSearch, Embedder


class Train:
    """Learnt from one split: the ratings, and what the agent makes of them.

    `engine` says how, as preset for the data set; None as for any other. `baskets` are what dialogues
    named together, where there are any to learn from.
    """

    def __init__(
        self,
        interactions: Interactions,
        items: Items,
        *,
        engine: BlendConfig | None = None,
        baskets: Baskets | None = None,
    ) -> None:
        self.items = items
        self.interactions = interactions
        self.matrix = interactions.matrix(len(items))
        self.collaborative = Collaborative.fit(
            interactions, len(items), engine=engine or preset(""), baskets=baskets
        )
        self.n_ratings = np.bincount(interactions.item_index, minlength=len(items)).astype(np.float64)

    def cf_scores(self, situation: Situation) -> NDArray[np.float32]:
        """Shape (n_items,): the collaborative voice, as the agent has it."""
        came_up = heard(situation.profile, self.items)
        return self.collaborative.scores(situation.fold_in, came_up, exclude_user=situation.exclude_user)

    def engine_scores(self, situation: Situation) -> NDArray[np.float32]:
        """Shape (n_items,): the same without baskets."""
        return self.collaborative.engine_scores(situation.fold_in, exclude_user=situation.exclude_user)

    @property
    def popularity(self) -> Popularity:
        return self.collaborative.popularity


class Content:
    """What is near to what the person likes and says: as the product searches, and by embeddings alone.

    `vectors`, float32 (n_items, d), are the cards', kept in the cache under the data set's name. What people say
    around an item is learnt from the data set's dialogues.
    """

    def __init__(self, dataset: Dataset, embedder: Embedder, *, progress: Progress | None = None) -> None:
        from retrieval import card_of

        self._items, self._embedder = dataset.items, embedder
        self.template = card_of(dataset)
        self._search = content_search(dataset, embedder, progress=progress)
        self.vectors = self._search.vectors

    def scores(self, profile: Profile) -> NDArray[np.float32]:
        """Shape (n_items,), the product's search; all zero for someone who said nothing that points anywhere."""
        return self._search.scores(wish_of(profile, self._items, embedder=self._embedder))

    def cosine(self, profile: Profile) -> NDArray[np.float32]:
        """Shape (n_items,), between the card and what is liked, wished and avoided, a baseline; zero as above."""
        wanted = self._wanted(profile)
        return np.zeros(len(self._items), np.float32) if wanted is None else self.vectors @ wanted

    def _wanted(self, profile: Profile) -> NDArray[np.float32] | None:
        """A point among the cards for what is liked, wished and avoided, shape (d,); None for no word of it."""
        from retrieval import blend

        wanted = [profile.wish, *(t.value for t in profile.tastes if t.polarity == "likes")]
        texts = [", ".join(filter(None, wanted)), profile.avoid]
        spoken = [text for text in texts if text]
        encoded = dict(zip(spoken, self._embedder.encode_queries(spoken), strict=True))
        disliked = self._of(profile.disliked)
        if profile.avoid:
            disliked = np.vstack([disliked, encoded[profile.avoid]])
        return blend(self._of(profile.liked), disliked, text=encoded.get(texts[0]))

    def _of(self, item_ids: Sequence[str]) -> NDArray[np.float32]:
        return self.vectors[[self._items.index_of(item_id) for item_id in item_ids[-10:]]]


def content_search(
    dataset: Dataset, embedder: Embedder, *, progress: Progress | None = None
) -> ContentSearch:
    """The product's search over the data set; vectors are kept in the cache under its name."""
    from retrieval import ContentSearch, card_of, card_vectors

    folder, template = cache_home() / "cards" / slug(dataset.name), card_of(dataset)
    vectors = card_vectors(dataset.items, embedder, folder=folder, template=template, progress=progress)
    return ContentSearch.over(dataset.items, vectors, dialogues=dataset.dialogues, template=template)


class Likelihood:
    """The agent's second voice. `priors` is the file that keeps what each title costs by itself."""

    def __init__(
        self, dataset: Dataset, model: LanguageModel, *, priors: Path, progress: Progress | None = None
    ) -> None:
        from agent.world import Priors

        self._items, self._noun = dataset.items, dataset.noun
        self._priors = Priors(priors, lambda: model, dataset.noun)
        self._priors.of([item.title for item in dataset.items], progress=progress)

    def scores(self, profile: Profile, candidates: NDArray[np.int32]) -> NDArray[np.float64]:
        """One value in nats per candidate, shape (len(candidates),)."""
        from agent.rerank import lm_scores

        return lm_scores(self._items, self._noun, self._priors, profile, candidates)
