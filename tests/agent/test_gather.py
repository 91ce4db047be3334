from agent.gather import heard
from agent.profile import Opinion, Profile
from catalog import Item, Items

ITEMS = Items([Item(name, name, None) for name in "abcde"])


def test_all_that_came_up_is_heard_and_an_opinion_comes_first() -> None:
    def opinion(weight: float) -> Opinion:
        return Opinion(weight=weight, time=0, said="x")

    profile = Profile(
        opinions={"a": opinion(0.4), "b": opinion(-1), "c": opinion(0), "gone": opinion(1)},
        shown=["a", "d"],
        seen=["b"],
        refused=["e", "also gone"],
    )
    found = heard(profile, ITEMS)
    assert found.item_index.tolist() == [0, 1, 2, 3, 4]
    assert found.rating.tolist() == [1, 0, 0.5, 0.5, 0.5]
    assert len(heard(Profile(), ITEMS)) == 0
