"""What the other voices make of the moments in which a dialogue's assistant suggested something.

As at run time: the profile heard up to there, the best of either voice that may be shown, and both fused. So that
nobody is told what they said themselves, the voices are those of the other folds' dialogues.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent.collaborative import Collaborative, baskets_of
from agent.fusion import fuse
from agent.gather import N_CONTENT, N_NEIGHBOURS, allowed, heard, relax
from agent.lessons.behaviour import dialogue_key, suggestions
from agent.lessons.material import Material
from agent.profile import Profile
from agent.recall import Recall
from agent.weighing import SPOKEN
from agent.wishes import wish_of
from agent.world import opening
from catalog import Dialogue, Progress, cache_home
from cf_engine import best
from cf_engine.baskets import BasketsConfig
from retrieval import ContentSearch, Embedder, card_of, card_vectors, open_embedder
from retrieval.content import BESIDE_TALK

FOLDS = 5
MADE_BY = 1
"""Raised when the same data would give other moments."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Before a turn that suggested an item of the pool."""

    dialogue_id: str
    prompt: str
    suggested: str
    """Its item id."""
    pool: tuple[str, ...]
    """Item ids."""
    rest: tuple[float, ...]
    """What the voices but the language model say of them together, (len(pool),), on the scale on which they are
    weighed at run time."""


def moments(material: Material, *, progress: Progress | None = None) -> tuple[Moment, ...]:
    """Of all dialogues of the material, in their order; kept in the cache for the next time."""
    embedder = _embedder(progress)
    path = cache_home() / "moments" / f"{_word(material.name)}-{_key(material, embedder)}.jsonl"
    if not path.is_file():
        found = _found(material, embedder, progress)
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = path.with_suffix(".part")
        scratch.write_text("".join(json.dumps(asdict(one)) + "\n" for one in found), encoding="utf-8")
        scratch.replace(path)
    return tuple(_read(path))


def _embedder(progress: Progress | None) -> Embedder:
    """With all threads of the process: an embedder by default leaves one to others."""
    import torch

    return open_embedder(threads=torch.get_num_threads(), progress=progress)


def _found(material: Material, embedder: Embedder, progress: Progress | None) -> Iterator[Moment]:
    data, dialogues = material.dataset, material.dialogues
    folder, template = cache_home() / "cards" / _word(material.name), card_of(data)
    vectors = card_vectors(data.items, embedder, folder=folder, template=template, progress=progress)
    whole = material.world.collaborative
    fold = np.array([_fold(dialogue_key(one)) for one in dialogues])
    told: dict[int, list[Moment]] = {}
    for number in range(FOLDS):
        others = [dialogues[i] for i in np.flatnonzero(fold != number)]
        baskets = None if whole.baskets is None else baskets_of(others, data.items)
        voice = replace(whole, baskets=baskets)
        search = ContentSearch.over(data.items, vectors, dialogues=others, template=template)
        voices = _Voices(material, voice, search, embedder)
        for place in np.flatnonzero(fold == number).tolist():
            told[place] = list(voices.moments(dialogues[place]))
            if progress:
                progress("what the other voices say", len(told), len(dialogues))
    return (one for place in sorted(told) for one in told[place])


@dataclass(frozen=True, slots=True, eq=False)
class _Voices:
    material: Material
    collaborative: Collaborative
    content: ContentSearch
    embedder: Embedder

    def moments(self, dialogue: Dialogue) -> Iterator[Moment]:
        recall, done = Recall(self.material.parser), 0
        for number, item_id in suggestions(dialogue):
            for turn in dialogue.turns[done:number]:
                recall.hear({"role": turn.role, "text": turn.text})
            done = number
            if item_id in self.material.dataset.items and (
                one := self._moment(dialogue, recall.profile, item_id)
            ):
                yield one

    def _moment(self, dialogue: Dialogue, heard_so_far: Profile, item_id: str) -> Moment | None:
        """None where nothing was said, or where the pool has not what was suggested."""
        data = self.material.dataset
        profile, _ = relax(self.material.world.eligibility, heard_so_far)
        described = profile.describe(data.items)
        if not described:
            return None
        rows, rest = self._pool(profile, dialogue.user_id)
        pool = [data.items[int(row)].item_id for row in rows]
        if item_id not in pool:
            return None
        said = tuple(round(one, 4) for one in rest.tolist())
        return Moment(dialogue.dialogue_id, opening(described, data.noun), item_id, tuple(pool), said)

    def _pool(self, profile: Profile, user_id: str | None) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Rows, and both voices fused with a language model that says nothing."""
        data = self.material.dataset
        rows, items = data.interactions, data.items
        cf = self.collaborative.scores(
            profile.fold_in(items, rows.scale),
            heard(profile, items),
            exclude_user=None if user_id is None else rows.user_index_of(user_id),
        )
        may = np.flatnonzero(allowed(self.material.world.eligibility, profile))
        chosen = [may[best(cf[may], N_NEIGHBOURS)]]
        wish = wish_of(profile, items, embedder=self.embedder)
        content = None if wish.is_empty else self.content.scores(wish)
        if content is not None:
            chosen.append(may[best(content[may], N_CONTENT)])
        pool = np.unique(np.concatenate(chosen))
        near = None if content is None else content[pool].astype(np.float64)
        rest, _, _ = fuse(
            cf[pool].astype(np.float64),
            np.zeros(len(pool)),
            alpha=profile.alpha,
            content=near,
            share=profile.weighing.content,
        )
        return pool, rest


def _read(path: Path) -> Iterator[Moment]:
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield Moment(**(row | {"pool": tuple(row["pool"]), "rest": tuple(row["rest"])}))


def _key(material: Material, embedder: Embedder) -> str:
    """Of all that the moments depend on."""
    weights = (SPOKEN, BESIDE_TALK, BasketsConfig(), N_NEIGHBOURS, N_CONTENT, FOLDS, MADE_BY)
    own = (material.dataset.checksum(), material.dataset.noun, sorted(material.held_out), embedder.name)
    return hashlib.sha256(repr((own, weights)).encode()).hexdigest()[:12]


def _fold(key: str) -> int:
    return int.from_bytes(hashlib.sha256(f"fold {key}".encode()).digest()[:8]) % FOLDS


def _word(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")
