"""A person as their similarity to users sees them."""

from dataclasses import dataclass

from cf_engine.arrays import Double, Indices, Mask, Single


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """What of a profile is compared, (m,) each: the place in the profile, the item, its rating and weight, the
    entry of the person's vector, and whether the person dislikes it.
    """

    position: Indices
    item: Indices
    rating: Single
    weight: Double
    entry: Double
    disliked: Mask
