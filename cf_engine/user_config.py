"""How the neighbours of a person are found, and what they have to say."""

from typing import Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    model_validator,
)


class UserNeighboursConfig(BaseModel):
    """How the neighbours of a person are found, and how an item is scored by them."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    similarity: Literal["cosine", "pearson", "adjusted", "jaccard"] = "cosine"
    """cosine: between whole vectors. pearson: over the items both rated, each side centred on its mean over
    them, each item by its weight. adjusted: cosine between deviations from the items' mean ratings (Sarwar et
    al. 2001, with the parts of users and items exchanged). jaccard: shared items over all items of either."""
    vectors: Literal["ratings", "likes", "rated", "tf-idf", "bm25"] = "ratings"
    """What an item counts in a person's vector. ratings: its rating. likes: 1 if liked. rated: 1. tf-idf and
    bm25: the rating as a term count, and what many rated says little (Breese et al. 1998, Robertson & Zaragoza
    2009). pearson and adjusted compare ratings; jaccard compares what is liked, or what is rated."""
    k: PositiveInt = 50
    """Neighbours that count: the most similar, ties by user index."""
    shrinkage: NonNegativeFloat = 5.0
    """A similarity over c shared items is multiplied by c / (c + shrinkage)."""
    significance: NonNegativeInt = 0
    """And by min(c, significance) / significance (Herlocker et al. 1999); 0: not."""
    min_overlap: PositiveInt = 1
    """Fewer shared items than this are no similarity."""
    ranking: Literal["likes", "rated", "damped"] = "likes"
    """What a neighbour adds to an item: their similarity if they liked it, or if they rated it, or times how
    far they rated it above the mean of all ratings, over the sum of similarities plus `damping`."""
    power: PositiveFloat = 1.0
    """A similarity counts in a score as its power, of the same sign."""
    damping: NonNegativeFloat = 20.0
    """How much similarity an item must gather before it leaves the mean half way; for `damped` alone."""
    enthusiasm: NonNegativeFloat = 0.0
    """How much more a like counts at the top of the scale than where likes begin; for `likes` alone."""
    dislike: NonNegativeFloat = 0.0
    """What a neighbour who disliked the item subtracts, as a share of their similarity."""
    recency: PositiveFloat | None = None
    """A rating of the profile weighs half for every so many that came later; None: time does not count."""
    mean_centring: bool = True
    """Predict a rating as the person's mean plus the neighbours' average deviation from their own means."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.similarity in {"pearson", "adjusted"} and self.vectors != "ratings":
            raise ValueError(f"{self.similarity} compares ratings; leave vectors as they are")
        if self.similarity == "jaccard" and self.vectors not in {"likes", "rated"}:
            raise ValueError('jaccard compares sets; set vectors to "rated" or "likes"')
        return self
