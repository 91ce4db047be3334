"""The public class: a recommender over one data set."""

import logging
import os
import sqlite3
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")

import numpy as np
from langgraph.checkpoint.sqlite import SqliteSaver

from agent import library
from agent.additions import Addition, Additions
from agent.fusion import checked_alpha
from agent.gather import N_CONTENT, N_NEIGHBOURS, allowed, cf_scores, gather, relax
from agent.graph import Graph, Turn, build
from agent.manifest import models_for
from agent.own_ratings import import_ratings
from agent.parser import Context, Parser
from agent.parts import parts_of
from agent.profile import Opinion, Profile
from agent.recall import profile_of
from agent.rerank import Ranked, explain, rerank
from agent.session import Recommendation, Session
from agent.utterance import Utterance
from agent.world import World
from agent.writer import ChatModelParser, ChatModelWriter
from catalog import ConfigError, DataError, DuettoError, Item, Progress, load
from catalog.sources import SOURCES
from cf_engine import best

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_log = logging.getLogger(__name__)


class Agent:
    """A conversational recommender. Open it with `Agent.open`; close it, or use it in a `with`."""

    def __init__(
        self,
        world: World,
        folder: Path,
        *,
        alpha: float | None = None,
        chat_model: "BaseChatModel | None" = None,
    ) -> None:
        self._world, self._folder = world, folder
        self._alpha = None if alpha is None else checked_alpha(alpha)
        self._chat_model = chat_model
        connection = sqlite3.connect(folder / "sessions.sqlite", check_same_thread=False)
        self._saver = SqliteSaver(connection)
        self._saver.setup()
        self._graph = self._compiled()
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._additions = Additions.open(folder)
        self._changing, self._rebuilding = threading.Lock(), threading.Lock()
        self._aside: threading.Thread | None = None

    @classmethod
    def open(
        cls,
        name_or_folder: str | Path = "movielens-small",
        *,
        alpha: float | None = None,
        chat_model: "BaseChatModel | None" = None,
        embedder: str | None = None,
        image_model: str | None = None,
        adapter: str | Path | None = None,
        scorer: str | None = None,
        progress: Progress | None = None,
    ) -> Self:
        """Open a built-in data set, which is built when it is not there yet, or a built folder.

        `alpha` in [0, 1] weighs the collaborative voice for everyone; None lets it depend on how much is
        known of a person. `chat_model` is any LangChain chat model: it then words the replies and reads the
        messages, under the same checks. `embedder` is the model to build with, a source as `retrieval.open_embedder`
        takes it; a built folder is opened with its own. `image_model` is the one to look at pictures with in a build,
        a folder or a name in the local cache of the model hub, else `$DUETTO_IMAGE_MODEL`; a built folder is opened
        with its own or, with a warning, without pictures. `adapter` is a folder of `duetto train`, or "none"; else
        `$DUETTO_ADAPTER` or the adapter that the folder was built with counts. `scorer` is the address of a
        completions server that gives the likelihoods, `http://HOST:PORT/v1#MODEL`; None: `$DUETTO_SCORER`, else
        the model in this process.

        Raises catalog.UnknownDataset, catalog.IndexInUse when another process has the folder,
        catalog.DownloadError, catalog.ConfigError for a bad setting or another embedder than the folder was
        built with, language_model.ScorerError.
        """
        if alpha is not None:
            checked_alpha(alpha)
        folder = library.folder_of(name_or_folder)
        if str(name_or_folder) not in SOURCES and not library.is_built(folder):
            library.refuse(name_or_folder)
        models = models_for(
            folder,
            embedder,
            image_model=image_model,
            adapter=library.adapter_for(folder, adapter),
            scorer=scorer,
            progress=progress,
        )
        if library.is_built(folder):
            world = library.open_built(folder, models, progress=progress)
        else:
            dataset = load(name_or_folder, progress=progress)
            world = library.build(dataset, folder, models, progress=progress)
        return cls(world, folder, alpha=alpha, chat_model=chat_model)

    @property
    def world(self) -> World:
        """The present snapshot of data and models."""
        return self._world

    def session(self, user_id: str | None = None, *, session_id: str | None = None) -> Session:
        """A new conversation, or the one that this person or session id had before.

        A `user_id` that is in the rating data brings the person's ratings along. Without any id the session
        is a new one.
        """
        if session_id == "" or user_id == "":
            raise ConfigError("An empty id names nobody; leave it out for a new session.")
        known = user_id is not None and self._world.dataset.interactions.user_index_of(user_id) is not None
        return Session(self, session_id or user_id or uuid.uuid4().hex, user_id if known else None)

    def rank(self, turns: Sequence[Mapping[str, str]], *, k: int = 10) -> list[str]:
        """The k best item ids after a dialogue, best first; no session, no side effect.

        `turns` are `{"role": "user" | "assistant", "text"}`. What the assistant named counts as shown.
        Behind the fused candidates come all others by the collaborative score, and last those that fail a
        hard constraint: a ranking may go on where a recommendation may not. What is known, seen, refused or
        shown already is left out.
        """
        return self._ranked(profile_of(turns, self._world.parser), k)

    def recommend(
        self,
        *,
        like: Iterable[str] = (),
        dislike: Iterable[str] = (),
        say: str = "",
        ratings: str | Path | None = None,
        n: int = 10,
        parts: bool = False,
    ) -> list[Recommendation]:
        """One shot: the n best items for titles that are liked and disliked, a sentence, and `ratings`, a file as
        `Session.import_ratings` takes it.

        With `parts` each comes with what every title and phrase adds to its score, for which the language model
        reads the profile once more for each.

        Raises catalog.DataError for a title that is not in the catalogue, with the nearest ones.
        """
        profile = Profile()
        for titles, weight in ((like, 1.0), (dislike, -1.0)):
            for title in titles:
                item = self._find(title)
                profile.opinions[item.item_id] = Opinion(weight=weight, time=0.0, said=title)
        if ratings is not None:
            import_ratings(Path(ratings), profile, self._world.dataset.items)
        if say:
            profile.update(self._read(say, Context()))
        return self._explained(profile, n, parts=parts)

    def add_items(self, items: Iterable[Item]) -> None:
        """Add items, or replace those of the same id; they can be recommended from the next turn on.

        Where there is an image model, it looks at their pictures; a warning says which ones do not count.
        """
        new = tuple(items)
        with self._changing:
            self._world.index.upsert(new)
            if (pictures := self._world.pictures) is not None:
                pictures.add(new, self._world.dataset.home or Path.cwd())
                if pictures.lost(new):
                    _log.warning(pictures.told(new))
            self._add(Addition(items=new))

    def add_interactions(self, rows: Iterable[tuple[str, str, float]]) -> None:
        """Add (user_id, item_id, rating) rows; of a repeated pair the latest counts. Visible in the next turn.

        What depends on everyone at once, as how much an item that many rated says, follows with the next
        `rebuild`, which begins by itself, beside the turns, once 5% of the ratings are touched.
        Raises catalog.DataError for an unknown item or a rating outside the scale, before anything changes.
        """
        now = int(time.time())
        with self._changing:
            self._add(Addition(ratings=tuple((*row, now) for row in rows)))

    def rebuild(self) -> None:
        """Fit the collaborative engine anew to all data. Turns and additions go on meanwhile."""
        with self._rebuilding:
            with self._changing:
                world, held = self._world, len(self._additions)
            fresh = library.rebuilt(self._folder, world)
            with self._changing:
                users = self._additions.since(held).users
                dataset = self._world.dataset
                self._show(self._world.after(dataset, fresh.after(dataset, users)))
                self._additions.forget(held)

    def close(self) -> None:
        """Release the folder for other processes, once a rebuild that has begun is done."""
        if self._aside is not None:
            self._aside.join()
        self._additions.close()
        self._world.index.close()
        self._saver.conn.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def use_chat_model(self, model: "BaseChatModel") -> None:
        """Let a LangChain chat model word the replies and read the messages from the next turn on."""
        self._chat_model = model
        self._graph = self._compiled()

    def load_models(self) -> None:
        """Load the models now rather than in the first turn that needs them."""
        self._world.models.load()

    def graph(self) -> Graph:
        """The compiled turn over the present world."""
        return self._graph

    def lock_of(self, session_id: str) -> threading.Lock:
        return self._locks[session_id]

    def forget(self, session_id: str) -> None:
        self._saver.delete_thread(session_id)

    def alpha_for(self, profile: Profile) -> float:
        """The weight of the collaborative voice for a person who sets none."""
        return profile.alpha if self._alpha is None else self._alpha

    def _compiled(self) -> Graph:
        parser: Parser | None = None
        writer = None
        if self._chat_model is not None:
            parser = ChatModelParser(self._chat_model, self._world.parser)
            writer = ChatModelWriter(self._chat_model)
        return build(Turn(self._world, alpha=self._alpha, parser=parser, writer=writer), self._saver)

    def _read(self, text: str, context: Context) -> Utterance:
        return self._world.parser(text, context)

    def _ranked(self, profile: Profile, k: int) -> list[str]:
        if k < 1:
            raise ConfigError(f"k is {k}; ask for at least one item.")
        world = self._world
        loose, _ = relax(world.eligibility, profile)
        first = rerank(world, loose, gather(world, loose), alpha=self._alpha).rows
        barred = [world.dataset.items.index_of(i) for i in loose.barred if i in world.dataset.items]
        rest = np.setdiff1d(np.arange(len(world.dataset.items), dtype=np.int32), [*first, *barred])
        by_cf = rest[best(cf_scores(world, loose)[rest], len(rest))]
        fails = ~allowed(world.eligibility, loose)[by_cf]
        ranked = np.concatenate([first, by_cf[~fails], by_cf[fails]])[:k]
        return [world.dataset.items[int(row)].item_id for row in ranked]

    def _explained(self, profile: Profile, n: int, *, parts: bool) -> list[Recommendation]:
        world = self._world
        candidates = gather(
            world, profile, n_neighbours=max(N_NEIGHBOURS, 2 * n), n_content=max(N_CONTENT, n)
        )
        ranking = rerank(world, profile, candidates, alpha=self._alpha)
        found = [_recommendation(world, r) for r in explain(world, profile, ranking, candidates, n=n)]
        if not parts:
            return found
        apart = parts_of(world, profile, ranking.rows, range(len(found)), alpha=ranking.alpha)
        return [replace(one, parts=parts) for one, parts in zip(found, apart, strict=True)]

    def _find(self, title: str) -> Item:
        items = self._world.dataset.items
        index, close = self._world.linker.find(title)
        if index is not None:
            return items[index]
        near = " or ".join(f'"{items[i].label()}"' for i in close[:3])
        remedy = f"did you mean {near}?" if near else "nothing here comes close to it."
        raise DataError(f'There is no "{title}" in {self._world.dataset.name}; {remedy}')

    def _add(self, addition: Addition) -> None:
        dataset = addition.applied(self._world.dataset)
        self._additions.add(addition)
        before = self._world.collaborative
        after = before.after(dataset, addition.users)
        self._show(self._world.after(dataset, after))
        due = after.drifted or after.now.base is not before.now.base
        if due and not (self._aside and self._aside.is_alive()):
            self._aside = threading.Thread(target=self._rebuild_aside, name="rebuild", daemon=True)
            self._aside.start()

    def _rebuild_aside(self) -> None:
        try:
            self.rebuild()
        except (DuettoError, OSError):
            _log.warning("The data could not be rebuilt; what was added is kept.", exc_info=True)

    def _show(self, world: World) -> None:
        self._world = world
        self._graph = self._compiled()


def _recommendation(world: World, ranked: Ranked) -> Recommendation:
    item = world.dataset.items[world.dataset.items.index_of(ranked.item_id)]
    return Recommendation(item, ranked.score, ranked.cf, ranked.lm, list(ranked.reasons))
