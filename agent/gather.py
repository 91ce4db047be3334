"""The candidate sources, as LangChain tools, and their union."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from langchain_core.tools import BaseTool, StructuredTool
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from agent.eligibility import Eligibility
from agent.profile import Profile
from agent.proposals import SECONDS
from agent.wishes import wish_of
from agent.world import World, opening
from catalog import Items
from cf_engine import FoldIn, best
from language_model.likelihood import PRIOR_WEIGHT

Source = Literal["neighbours", "content", "model"]
N_NEIGHBOURS, N_CONTENT = 40, 20
"""Candidates of each. Of sixty in all, on held-out train dialogues of ReDial, 30 and 30 find as much as this split, and
60 and 0 or 0 and 60 less. `duetto evaluate retrieval` measures it."""


class Search(BaseModel):
    """What the tools are asked with."""

    profile: Profile = Field(description="What is known of the person.")
    n: int = Field(default=50, ge=1, le=1000, description="Candidates wanted.")


@dataclass(frozen=True)
class Candidates:
    """The union of the sources: rows of the catalogue, their collaborative score, and who proposed them."""

    item_index: NDArray[np.int32]
    cf: NDArray[np.float64]
    sources: Mapping[int, tuple[Source, ...]]


def tools(world: World) -> dict[str, BaseTool]:
    """`neighbours`, `content` and `model` over one world. All return only items that may be shown."""

    def neighbours(profile: Profile, n: int = 50) -> tuple[str, list[int]]:
        score = cf_scores(world, profile)
        return _result(world, _best_allowed(score, allowed(world.eligibility, profile), n))

    def content(profile: Profile, n: int = 50) -> tuple[str, list[int]]:
        return _result(world, _nearest(world, profile, n))

    def model(profile: Profile, n: int = 50) -> tuple[str, list[int]]:
        return _result(world, _proposed(world, profile, n))

    return {
        tool.name: tool
        for tool in (
            StructuredTool.from_function(
                neighbours,
                name="neighbours",
                description="Items that the people with the most similar taste liked.",
                args_schema=Search,
                response_format="content_and_artifact",
            ),
            StructuredTool.from_function(
                content,
                name="content",
                description="Items of which what is written and said is nearest to what the person likes and asks for.",
                args_schema=Search,
                response_format="content_and_artifact",
            ),
            StructuredTool.from_function(
                model,
                name="model",
                description="Items whose titles a language model expects most behind what the person likes and says.",
                args_schema=Search,
                response_format="content_and_artifact",
            ),
        )
    }


def gather(
    world: World,
    profile: Profile,
    *,
    n_neighbours: int = N_NEIGHBOURS,
    n_content: int = N_CONTENT,
    n_model: int | None = None,
) -> Candidates:
    """Ask the tools; constraints and what is barred have been kept by the time they answer.

    `n_model` None is the world's own setting; with 0 the language model is not asked.
    """
    asked = tools(world)
    plain = profile.model_dump(mode="json")
    found: dict[int, list[Source]] = {}
    counts: dict[Source, int] = {"neighbours": n_neighbours, "content": n_content}
    if proposals := world.n_model if n_model is None else n_model:
        counts["model"] = proposals
    for source, n in counts.items():
        call = {"type": "tool_call", "id": source, "name": source, "args": {"profile": plain, "n": n}}
        for index in asked[source].invoke(call).artifact:
            found.setdefault(index, []).append(source)
    rows = np.array(sorted(found), dtype=np.int32)
    return Candidates(
        rows,
        cf_scores(world, profile)[rows].astype(np.float64),
        {index: tuple(sources) for index, sources in found.items()},
    )


def allowed(eligibility: Eligibility, profile: Profile) -> NDArray[np.bool_]:
    """True (n_items,) for what meets every hard constraint and is not barred."""
    return eligibility.mask(profile.constraints, profile.period, profile.barred)


def relax(eligibility: Eligibility, profile: Profile) -> tuple[Profile, list[str]]:
    """The profile, or where nothing may be shown, one with its latest wishes given up one by one.

    What must not be stays forbidden; only what was asked for gives way, and its words are returned.
    """
    relaxed: list[str] = []
    loose = profile.model_copy(deep=True)
    while not allowed(eligibility, loose).any():
        wanted = [c for c in loose.constraints if c.mode == "must"]
        if wanted:
            relaxed.append(wanted[-1].said)
            loose.constraints.remove(wanted[-1])
        elif loose.period:
            relaxed.append(loose.period.said)
            loose.period = None
        else:
            break
    return loose, relaxed


def cf_scores(world: World, profile: Profile) -> NDArray[np.float32]:
    """The collaborative voice, shape (n_items,)."""
    items, scale = world.dataset.items, world.dataset.interactions.scale
    return world.collaborative.scores(
        profile.fold_in(items, scale), heard(profile, items), exclude_user=user_row(world, profile)
    )


def heard(profile: Profile, items: Items) -> FoldIn:
    """All items that came up, on the scale OPINIONS: liked, disliked, or merely seen, shown or refused."""
    came_up = dict.fromkeys((*profile.seen, *profile.shown, *profile.refused), 0.5)
    said = {item_id: float(np.sign(one.weight) + 1) / 2 for item_id, one in profile.opinions.items()}
    return FoldIn.of({items.index_of(i): value for i, value in (came_up | said).items() if i in items})


def user_row(world: World, profile: Profile) -> int | None:
    """The person's row in the rating data, so that they are not their own neighbour."""
    return None if profile.user_id is None else world.dataset.interactions.user_index_of(profile.user_id)


def content_scores(world: World, profile: Profile) -> NDArray[np.float32] | None:
    """How near each item is to what the person likes and says, shape (n_items,); None for no word of it."""
    model = world.models.image_model
    wish = wish_of(profile, world.dataset.items, embedder=world.embedder, image_model=model)
    return None if wish.is_empty else world.content().scores(wish)


def _nearest(world: World, profile: Profile, n: int) -> NDArray[np.int32]:
    score = content_scores(world, profile)
    if score is None:
        return np.zeros(0, dtype=np.int32)
    return _best_allowed(score, allowed(world.eligibility, profile), n)


def _proposed(world: World, profile: Profile, n: int) -> NDArray[np.int32]:
    from language_model import Beams

    described = profile.describe(world.dataset.items)
    if not described:
        return np.zeros(0, dtype=np.int32)
    noun = world.dataset.noun
    found = world.titles().best(
        n,
        prefix=opening(described, noun),
        bare=opening("", noun),
        weight=PRIOR_WEIGHT,
        allowed=allowed(world.eligibility, profile),
        beams=Beams(seconds=SECONDS),
    )
    return np.array([item for title in found for item in title.items][:n], dtype=np.int32)


def _best_allowed(score: NDArray[np.float32], mask: NDArray[np.bool_], n: int) -> NDArray[np.int32]:
    open_rows = np.flatnonzero(mask)
    return open_rows[best(score[open_rows], n)].astype(np.int32)


def _result(world: World, rows: NDArray[np.int32]) -> tuple[str, list[int]]:
    """What a chat model reads, and the rows themselves."""
    listed = [
        {"item_id": item.item_id, "title": item.title, "year": item.year}
        for item in (world.dataset.items[int(row)] for row in rows)
    ]
    return json.dumps(listed, ensure_ascii=False), [int(row) for row in rows]
