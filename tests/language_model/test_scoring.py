import numpy as np
import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from catalog.errors import ConfigError, DuettoError
from language_model import ContextTooLong, LanguageModel, ModelInputError, contexts, reader
from language_model.packing import Past

NATS = 1e-3
PROFILE = "A person loved these films: Heat (1995), Fargo (1996), The Matrix (1999). Next they loved"
TITLES = ["Casino (1995)", "Se7en (1995)", "Toy Story", "Léon: The Professional (1994)", "M", "X" * 60]


def test_a_likely_word_scores_above_an_unlikely_one(model: LanguageModel) -> None:
    scores = model.log_likelihood(["Paris", "London", "banana"], prefix="The capital of France is").total
    assert scores[0] > scores[1] > scores[2]


def test_block_by_block_equals_the_whole_softmax(model: LanguageModel) -> None:
    prefix = model._prefixes.read(model._text.joint("The cat", [""], ["sat"])[0].ids[:2])
    hidden = prefix.last.expand(49152, -1)
    scores = model._reader.log_probabilities(hidden[:2], torch.tensor([5, 7]))
    logits = model._reader.logits(prefix.last)
    assert logits.log_softmax(-1)[[5, 7]].tolist() == pytest.approx(scores.tolist(), abs=1e-4)
    every = model._reader.log_probabilities(prefix.last.expand(64, -1), torch.arange(64))
    assert every.exp().tolist() == pytest.approx(logits.softmax(-1)[:64].tolist(), abs=1e-6)


@pytest.mark.parametrize(
    ("prefix", "contexts"),
    [
        (PROFILE, None),
        (f"{PROFILE}:\n", None),
        (f"{PROFILE} ", None),
        ("Film:", ["a quiet crime drama", "two words.\n", "", "x", "an animated comedy about toys", "1999"]),
    ],
)
def test_equals_a_plain_forward_pass_of_transformers(
    model: LanguageModel, prefix: str, contexts: list[str] | None
) -> None:
    found = model.log_likelihood(TITLES, prefix=prefix, contexts=contexts)
    plain = model.plain_log_likelihood(TITLES, prefix=prefix, contexts=contexts)
    np.testing.assert_allclose(found.total, plain.total, atol=NATS)
    assert found.tokens.tolist() == plain.tokens.tolist()
    np.testing.assert_allclose(found.mean, found.total / found.tokens)


@pytest.mark.slow
def test_equals_a_model_that_never_met_this_room(model: LanguageModel) -> None:
    from language_model.source import model_folder

    folder = model_folder(None)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    reference = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
    expected = []
    for title in TITLES:
        before = len(tokenizer(PROFILE)["input_ids"])
        ids = tokenizer(f"{PROFILE} {title}", return_tensors="pt")["input_ids"]
        with torch.inference_mode():
            scores = reference(ids).logits[0].log_softmax(-1)
        expected.append(sum(scores[i - 1, ids[0, i]].item() for i in range(before, ids.shape[1])))
    found = model.log_likelihood(TITLES, prefix=PROFILE).total
    np.testing.assert_allclose(found, expected, atol=NATS)


@pytest.mark.parametrize("seed", range(3))
def test_neither_order_nor_company_matters(model: LanguageModel, seed: int) -> None:
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(len(TITLES))[: 2 + seed]
    together = model.log_likelihood(TITLES, prefix=PROFILE).total
    some = model.log_likelihood([TITLES[b] for b in chosen], prefix=PROFILE).total
    np.testing.assert_allclose(some, together[chosen], atol=NATS)


def test_more_texts_than_one_pack_holds(model: LanguageModel) -> None:
    words = "a slow and quiet crime story about two brothers who meet again in winter".split()
    texts = [" ".join(words[b % 9 :] * (b % 4 + 1)) for b in range(40)]
    found = model.log_likelihood(texts, prefix="The film was").total
    for b in (0, 17, 39):
        plain = model.plain_log_likelihood([texts[b]], prefix="The film was").total
        assert found[b] == pytest.approx(plain[0], abs=NATS)


def test_a_text_longer_than_a_pack_is_read_in_parts(
    model: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (reader, contexts):
        monkeypatch.setattr(module, "PACK_TOKENS", 8)
    texts = ["a slow and quiet story about two brothers who meet again one winter", "bad", "a film"]
    prefix = "Someone who had seen every other film of that director said that it was"
    found = model.log_likelihood(texts, prefix=prefix).total
    np.testing.assert_allclose(found, model.plain_log_likelihood(texts, prefix=prefix).total, atol=NATS)


def test_a_space_counts_with_the_word_behind_it_whichever_side_wrote_it(model: LanguageModel) -> None:
    left = model.log_likelihood(["Paris"], prefix="The capital of France is ")
    right = model.log_likelihood([" Paris"], prefix="The capital of France is")
    neither = model.log_likelihood(["Paris"], prefix="The capital of France is")
    assert left.total == pytest.approx(right.total, abs=NATS)
    assert left.total == pytest.approx(neither.total, abs=NATS)
    assert left.tokens.tolist() == [1]


def test_a_context_equals_the_same_words_in_the_prefix(model: LanguageModel) -> None:
    split = model.log_likelihood(["Paris"], prefix="The capital", contexts=["of France is"]).total
    whole = model.log_likelihood(["Paris"], prefix="The capital of France is").total
    assert split == pytest.approx(whole, abs=NATS)


def test_the_chain_rule_holds(model: LanguageModel) -> None:
    both = model.log_likelihood(["a slow crime film"], prefix="I want").total[0]
    first = model.log_likelihood(["a slow"], prefix="I want").total[0]
    rest = model.log_likelihood(["crime film"], prefix="I want a slow").total[0]
    assert both == pytest.approx(first + rest, abs=NATS)


def test_a_known_prefix_is_not_changed_by_being_used(model: LanguageModel) -> None:
    ids = model._text.joint(PROFILE, [""], ["x"])[0]
    prefix = model._prefixes.read(ids.ids[: ids.prefix])
    before = [tensor.clone() for tensor in (*prefix.past.keys, *prefix.past.values)]
    first = model.log_likelihood(TITLES, prefix=PROFILE).total
    again = model.log_likelihood(TITLES, prefix=PROFILE).total
    np.testing.assert_array_equal(first, again)
    assert model._prefixes.read(ids.ids[: ids.prefix]) is prefix
    for old, new in zip(before, (*prefix.past.keys, *prefix.past.values), strict=True):
        assert torch.equal(old, new)


def test_progress_ends_at_the_number_of_texts(model: LanguageModel) -> None:
    calls: list[tuple[int, int | None]] = []

    def hear(stage: str, done: int, total: int | None) -> None:
        calls.append((done, total))

    model.log_likelihood(TITLES, prefix=PROFILE, progress=hear)
    assert calls[-1] == (len(TITLES), len(TITLES))


def test_control_tokens_in_a_title_are_letters(model: LanguageModel) -> None:
    found = model.log_likelihood(["<|im_end|>", "Heat"], prefix="The film is called")
    assert found.tokens[0] > 1


def test_no_continuations_give_empty_arrays(model: LanguageModel) -> None:
    found = model.log_likelihood([], prefix="x")
    assert found.total.shape == found.tokens.shape == (0,)


@pytest.mark.parametrize(
    ("continuations", "prefix", "contexts", "says"),
    [
        (["x"], "", None, "prefix is empty"),
        (["x"], " \n", None, "prefix is empty"),
        (["x", ""], "y", None, "Continuation 1 is empty"),
        (["x"], "y", [], "0 contexts for 1 continuations"),
    ],
)
def test_what_cannot_be_scored_says_why(
    model: LanguageModel, continuations: list[str], prefix: str, contexts: list[str] | None, says: str
) -> None:
    with pytest.raises(ModelInputError, match=says) as caught:
        model.log_likelihood(continuations, prefix=prefix, contexts=contexts)
    assert isinstance(caught.value, DuettoError)
    assert isinstance(caught.value, ValueError)


def test_a_text_beyond_the_context_names_the_limit(model: LanguageModel) -> None:
    with pytest.raises(ContextTooLong, match="context length is 8192") as caught:
        model.log_likelihood(["x", "word " * 9000], prefix="y")
    assert caught.value.limit == 8192
    assert caught.value.tokens > 9000


def test_a_past_of_nothing_is_empty() -> None:
    assert Past().first(0).nbytes == 0


def test_settings_out_of_range_are_named() -> None:
    with pytest.raises(ConfigError, match="dtype is 'int3'"):
        LanguageModel.open(dtype="int3")
    with pytest.raises(ConfigError, match="threads is 0"):
        LanguageModel.open(threads=0)
    with pytest.raises(ConfigError, match="no language model at"):
        LanguageModel.open("nowhere/at-all")


@pytest.mark.parametrize(
    "titles", [["Heat", "Fargo", "Casino", "Saw", "Alien", "Big"], ["Heat"], ["Fargo", "Heat"]]
)
def test_titles_of_a_token_or_two_behind_a_prefix(model: LanguageModel, titles: list[str]) -> None:
    """So short a pack gave a query whose memory could not be viewed in the shape that was asked for."""
    prefix = "A film I would love:"
    fast = model.log_likelihood(titles, prefix=prefix)
    assert np.allclose(fast.total, model.plain_log_likelihood(titles, prefix=prefix).total, atol=1e-3)
