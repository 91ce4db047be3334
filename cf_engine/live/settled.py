"""A model that waits for the next rebuild."""

from collections.abc import Sequence

from cf_engine.arrays import Indices, Single
from cf_engine.evidence import Evidence
from cf_engine.model import Model, Recommender
from cf_engine.profile import FoldIn


class Settled(Recommender):
    """The model as it was fitted, of which the first `n_items` items exist; it knows nothing of the latest."""

    def __init__(self, fitted: Model, *, n_items: int) -> None:
        self._fitted, self._n_items = fitted, n_items

    @property
    def n_items(self) -> int:
        return self._n_items

    def scores(self, profile: FoldIn, *, exclude_user: int | None = None) -> Single:  # noqa: ARG002
        """Shape (n_items,), float32; what is settled compares items, and no user is their own neighbour."""
        return self._fitted.scores(profile.within(self._n_items))[: self._n_items]

    def explain(
        self,
        profile: FoldIn,
        items: Indices,
        *,
        exclude_user: int | None = None,  # noqa: ARG002
    ) -> Sequence[Evidence]:
        """As the model does."""
        return self._fitted.explain(profile.within(self._n_items), self._known(items))
