from collections.abc import Sequence

import numpy as np
import pytest
from torch import Tensor

from language_model import LanguageModel, contexts, reader
from language_model.contexts import ContextCache, packed
from language_model.kept import Kept
from language_model.packing import Past

NATS = 1e-3
INSTRUCTION = "A film, and what someone who loves it asks for."
CARDS = ["Heat (1995). Crime, thriller.", "Toy Story. Animation about toys.", "", "M", "A slow film. " * 12]
WISHES = ["I would like a crime film.", "Something for the children, please."]


@pytest.fixture
def fresh(model: LanguageModel) -> LanguageModel:
    """The same model with nothing kept of any context."""
    model._contexts = ContextCache(model._reader)
    return model


def wanted(
    model: LanguageModel, wish: str, cards: list[str]
) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    return model.log_likelihood([wish] * len(cards), prefix=INSTRUCTION, contexts=cards).total


def test_a_second_turn_reads_no_card_and_gives_the_same(
    fresh: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted(fresh, WISHES[0], CARDS)
    # The last token of a card is read with the wish, so "M" leaves nothing.
    assert len(fresh._contexts.kept) == 3
    monkeypatch.setattr(fresh._reader, "states", lambda *_: pytest.fail("a card was read again"))
    found = wanted(fresh, WISHES[1], CARDS[::-1])
    plain = fresh.plain_log_likelihood([WISHES[1]] * 5, prefix=INSTRUCTION, contexts=CARDS[::-1])
    np.testing.assert_allclose(found, plain.total, atol=NATS)


def test_a_card_that_several_continuations_follow_is_read_once(
    fresh: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    states = fresh._reader.states

    def counted(sequences: Sequence[Sequence[int]], past: Past) -> list[Tensor]:
        read.append(len(sequences))
        return states(sequences, past)

    monkeypatch.setattr(fresh._reader, "states", counted)
    fresh.log_likelihood([*WISHES, "x"], prefix=INSTRUCTION, contexts=CARDS[:1] * 3)
    assert read == [1]


def test_the_bound_is_kept_and_the_numbers_with_it(fresh: LanguageModel) -> None:
    expected = wanted(fresh, WISHES[0], CARDS)
    one = max(
        state.nbytes
        for state in map(fresh._contexts.kept.get, fresh._contexts.kept.keys())
        if state is not None
    )
    for limit in (0, one, 2 * one):
        fresh._contexts = ContextCache(fresh._reader, limit_bytes=limit)
        for _ in range(2):
            np.testing.assert_allclose(wanted(fresh, WISHES[0], CARDS), expected, atol=NATS)
            assert fresh._contexts.kept.nbytes <= limit
        assert bool(len(fresh._contexts.kept)) is bool(limit)


def test_a_card_under_another_instruction_is_another(fresh: LanguageModel) -> None:
    wanted(fresh, WISHES[0], CARDS)
    found = fresh.log_likelihood(WISHES, prefix="Of a film:", contexts=CARDS[:2]).total
    plain = fresh.plain_log_likelihood(WISHES, prefix="Of a film:", contexts=CARDS[:2]).total
    np.testing.assert_allclose(found, plain, atol=NATS)


def test_cards_and_wishes_longer_than_a_pack(fresh: LanguageModel, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (reader, contexts):
        monkeypatch.setattr(module, "PACK_TOKENS", 8)
    for cards in (CARDS, CARDS[4:]):
        found = wanted(fresh, WISHES[1], cards)
        plain = fresh.plain_log_likelihood([WISHES[1]] * len(cards), prefix=INSTRUCTION, contexts=cards).total
        np.testing.assert_allclose(found, plain, atol=NATS)


def test_packs_hold_what_fits_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contexts, "PACK_TOKENS", 8)
    assert list(packed([3, 5, 1, 20, 2, 0])) == [[0, 1], [2], [3], [4, 5]]
    assert list(packed([])) == []


def test_kept_forgets_the_least_recently_used_and_counts_its_bytes() -> None:
    kept: Kept[str, int] = Kept(10)
    for number, key in enumerate("abc"):
        kept.put(key, number, nbytes=4)
    assert kept.keys() == ["b", "c"]
    assert kept.get("b") == 1
    kept.put("d", 3, nbytes=4)
    assert (kept.keys(), kept.nbytes) == (["b", "d"], 8)
    kept.put("b", 5, nbytes=6)
    assert (kept.get("b"), kept.get("c"), kept.nbytes) == (5, None, 10)
    kept.put("e", 9, nbytes=11)
    assert (kept.keys(), "e" in kept, len(kept)) == (["d", "b"], False, 2)
