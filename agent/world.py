"""Everything a turn reads: one consistent picture of catalogue, engines and models."""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from agent.collaborative import Collaborative
from agent.eligibility import Eligibility
from agent.linking import Linker, popularity
from agent.models import Later, Models
from agent.parser import RuleParser
from agent.proposals import model_candidates
from catalog import Dataset, Items, Progress
from retrieval import DEFAULT_CARD, ContentSearch, Embedder, Pictures, VectorIndex

if TYPE_CHECKING:
    from language_model import LanguageModel, Scorer, TitleSearch


class Priors:
    """`log P(title)` with nothing known of the person, in nats; each title is scored once.

    Kept in one file beside the index, keyed by model and prompt; a damaged file is made anew.
    """

    def __init__(self, path: Path, model: "Callable[[], Scorer]", noun: str) -> None:
        self._path, self._open_model = path, model
        self.prompt = opening("", noun)
        self._saved: dict[str, float] | None = None

    @property
    def model(self) -> "Scorer":
        return self._open_model()

    @property
    def _known(self) -> dict[str, float]:
        if self._saved is None:
            self._saved = self._read()
        return self._saved

    def _read(self) -> dict[str, float]:
        try:
            with np.load(self._path, allow_pickle=False) as saved:
                if str(saved["key"]) == self._key:
                    return dict(zip(saved["titles"].tolist(), saved["nats"].tolist(), strict=True))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return {}
        return {}

    @property
    def _key(self) -> str:
        return f"{self.model.name}\n{self.prompt}"

    def of(self, titles: list[str], *, progress: Progress | None = None) -> NDArray[np.float64]:
        """Log-likelihoods of the titles, shape (len(titles),); the new ones are scored and saved."""
        new = [title for title in dict.fromkeys(titles) if title not in self._known]
        for start in range(0, len(new), 2048):
            chunk = new[start : start + 2048]
            if progress:
                progress("item priors", start, len(new))
            scored = self.model.log_likelihood(chunk, prefix=self.prompt)
            self._known.update(zip(chunk, scored.total.tolist(), strict=True))
        if new:
            self._save()
            if progress:
                progress("item priors", len(new), len(new))
        return np.array([self._known[title] for title in titles], dtype=np.float64)

    def _save(self) -> None:
        scratch = self._path.with_suffix(".part.npz")
        np.savez(
            scratch,
            key=np.array(self._key),
            titles=np.array(list(self._known)),
            nats=np.array(list(self._known.values())),
        )
        scratch.replace(self._path)


def opening(profile: str, noun: str) -> str:
    """The prompt that an item's title continues."""
    return f"{profile} A {noun} I would love:".strip()


@dataclass(frozen=True)
class World:
    """A snapshot: turns that began with it end with it, whatever is added meanwhile."""

    dataset: Dataset
    collaborative: Collaborative
    models: Models
    index: VectorIndex
    pictures: Pictures | None
    priors: Priors
    linker: Linker
    parser: RuleParser
    eligibility: Eligibility
    content: Later[ContentSearch]
    titles: "Later[TitleSearch]"
    n_model: int
    """How many candidates the language model proposes itself in a turn."""

    @classmethod
    def over(
        cls,
        dataset: Dataset,
        collaborative: Collaborative,
        *,
        models: Models,
        index: VectorIndex,
        priors: Priors,
        pictures: Pictures | None = None,
    ) -> Self:
        """With the items ready to be read and asked for."""
        items = dataset.items
        linker = Linker(items, popularity(dataset, collaborative.fans))
        parser, eligibility = RuleParser(items, linker), Eligibility(items)
        return cls(
            dataset,
            collaborative,
            models,
            index,
            pictures,
            priors,
            linker,
            parser,
            eligibility,
            content=Later(partial(_content, dataset, index, pictures)),
            titles=Later(partial(_titles, items, models, opening("", dataset.noun))),
            n_model=model_candidates(),
        )

    def after(self, dataset: Dataset, collaborative: Collaborative) -> Self:
        """The same with data that were added. Which of namesakes is meant does not change while the items stay."""
        if dataset.items is self.dataset.items:
            return replace(self, dataset=dataset, collaborative=collaborative)
        return self.over(
            dataset,
            collaborative,
            models=self.models,
            index=self.index,
            priors=self.priors,
            pictures=self.pictures,
        )

    @property
    def fans(self) -> NDArray[np.float32]:
        """People who liked each item, shape (n_items,)."""
        return self.collaborative.fans

    @property
    def embedder(self) -> Embedder:
        return self.models.embedder

    @property
    def model(self) -> "LanguageModel":
        return self.models.language()

    @property
    def plural(self) -> str:
        return f"{self.dataset.noun}s"


def _content(dataset: Dataset, index: VectorIndex, pictures: Pictures | None) -> ContentSearch:
    """Over the items of the data set, even where the index has more by now."""
    vectors = index.vectors[: len(dataset.items)]
    return ContentSearch.over(
        dataset.items,
        vectors,
        dialogues=dataset.dialogues,
        template=dataset.card or DEFAULT_CARD,
        pictures=None if pictures is None else pictures.of(dataset.items),
    )


def _titles(items: Items, models: Models, lead: str) -> "TitleSearch":
    return models.language().title_search([item.title for item in items], lead=lead)
