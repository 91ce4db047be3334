import pytest

from agent.rerank import as_asked


@pytest.mark.parametrize(
    ("met", "said"),
    [
        ([("genre", "Crime"), ("genre", "Drama")], "it is Crime and Drama, as you asked"),
        ([("tag", "dragons")], "it is tagged dragons, as you asked"),
        (
            [("genre", "Comedy"), ("actor", "Tom Hanks")],
            "it is Comedy, its actor is Tom Hanks, as you asked",
        ),
        (
            [("concept", "Python"), ("language", "spanish"), ("level", "beginner")],
            "it is about Python, it is in spanish, its level is beginner, as you asked",
        ),
    ],
)
def test_a_reason_says_in_which_way_an_item_is_what_was_asked(met: list[tuple[str, str]], said: str) -> None:
    """It said "it is Tom Hanks, as you asked"."""
    assert as_asked(met) == said
