"""One person at one moment, as every row sees them."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from agent.eligibility import Eligibility
from agent.gather import allowed, relax
from agent.linking import Linker
from agent.parser import Parser, RuleParser
from agent.profile import Profile
from agent.recall import Recall
from catalog import Interactions, Items, RatingScale
from cf_engine import FoldIn

MAY, FAILS, BARRED = 0, 1, 2


@dataclass(frozen=True, slots=True, eq=False)
class Situation:
    """What is known at this moment.

    `key` seeds the random row; `exclude_user` is the person's own row in what was learnt from. `candidates`
    are the rows that are ranked, in the order that equal scores keep; `mentioned` those that the dialogue
    named, in order of first mention.
    `tier`, shape (n_items,), says in which order the agent takes the items: MAY, then FAILS a hard
    constraint, then BARRED as known, seen, refused or shown.
    """

    key: int
    profile: Profile
    fold_in: FoldIn
    exclude_user: int | None
    candidates: NDArray[np.int32]
    mentioned: NDArray[np.int32]
    tier: NDArray[np.int8]


def history_of(user: int, interactions: Interactions, *, items: Items) -> Situation:
    """A user's ratings in the order of time, taken over into a profile as for a person who comes back.

    They are folded in with their times, where they have some.
    """
    user_id, scale = interactions.user_ids[user], interactions.scale
    item, rating, time = interactions.of_user(user_id)
    moment = np.arange(len(item)) if time is None else time
    order = np.lexsort((item, moment))
    profile = Profile(user_id=user_id)
    profile.adopt([(items[int(item[i])].item_id, float(rating[i]), float(moment[i])) for i in order], scale)
    moments = None if time is None else time[np.argsort(item)].astype(np.float64)
    fold_in = replace(profile.fold_in(items, scale), time=moments)
    unseen = np.setdiff1d(np.arange(len(items), dtype=np.int32), item)
    nothing, anything = np.empty(0, np.int32), np.full(len(items), MAY, np.int8)
    return Situation(user, profile, fold_in, user, unseen, nothing, anything)


@dataclass(frozen=True, slots=True, eq=False)
class DialogueReader:
    """Reads dialogues as `Agent.rank` does: `begin` one, let it hear the turns, and ask where it stands."""

    items: Items
    scale: RatingScale
    parser: Parser
    eligibility: Eligibility

    @classmethod
    def over(cls, items: Items, *, fans: NDArray[np.float32], scale: RatingScale) -> Self:
        """As an agent over these items has it. `fans` (n_items,) decides between items of one name."""
        return cls(items, scale, RuleParser(items, Linker(items, fans)), Eligibility(items))

    def begin(self) -> Recall:
        return Recall(self.parser)

    def situation(self, profile: Profile, *, key: int, mentioned: NDArray[np.int32]) -> Situation:
        """`mentioned` as annotated; what the profile itself knows bars items in `tier`."""
        loose, _ = relax(self.eligibility, profile)
        tier = np.where(allowed(self.eligibility, loose), MAY, FAILS).astype(np.int8)
        tier[[self.items.index_of(item_id) for item_id in loose.barred if item_id in self.items]] = BARRED
        fold_in, everything = (
            loose.fold_in(self.items, self.scale),
            np.arange(len(self.items), dtype=np.int32),
        )
        return Situation(key, loose, fold_in, None, everything, mentioned, tier)
