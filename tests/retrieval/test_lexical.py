import math

import numpy as np
import pytest

from retrieval import Lexical
from retrieval.lexical import words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The Amélie of Montmartre, 2001!", ["amelie", "montmartre", "2001"]),
        ("七人の侍 and 乱", ["七人", "人の", "の侍", "乱"]),
        ("باب الحديد", ["باب", "الحديد"]),
        ("the of _", []),
    ],
)
def test_words(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_scores_are_bm25_by_hand() -> None:
    texts = ["thief heist thief", "heist", "", "spaceship crew"]
    score = Lexical(texts, k1=1.2, b=0.75).scores("a Thief's heist?")
    mean = 6 / 4
    idf = {"thief": math.log(1 + 3.5 / 1.5), "heist": math.log(1 + 2.5 / 2.5)}
    first = sum(idf[w] * tf / (tf + 1.2 * (0.25 + 0.75 * 3 / mean)) for w, tf in (("thief", 2), ("heist", 1)))
    second = idf["heist"] / (1 + 1.2 * (0.25 + 0.75 * 1 / mean))
    np.testing.assert_allclose(score, [first, second, 0, 0], rtol=1e-5)
    assert score.dtype == np.float32


def test_scripts_without_blanks_are_found_by_parts_of_a_title() -> None:
    assert Lexical(["羅生門", "七人の侍"]).scores("七人").argmax() == 1


@pytest.mark.parametrize("texts", [[], ["", "?"], ["word"]])
def test_nothing_shared_is_zero(texts: list[str]) -> None:
    assert Lexical(texts).scores("nothing shared").tolist() == [0.0] * len(texts)
    assert Lexical(texts).scores("").tolist() == [0.0] * len(texts)
