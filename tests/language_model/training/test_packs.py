"""Side by side, examples are learned as if each were alone; only targets are."""

import random
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedTokenizerFast

from language_model import LanguageModel
from language_model.training import Example, TrainSettings
from language_model.training.encoding import Encoded, Encoder, Pack, packs
from language_model.training.measuring import measured
from language_model.training.network import Network, TaskWeights, by_task

TEXTS = ["Casino", "a slow film about two brothers", "No.", "The Good, the Bad and the Ugly"]


@pytest.fixture(scope="module")
def network(tiny: Path) -> Network:
    return Network(tiny, TrainSettings(rank=2, dropout=0.0))


@pytest.fixture
def encoder(network: Network) -> Encoder:
    return Encoder(network.tokenizer, longest=64)


def _example(target: str, task: str = "behaviour") -> Example:
    return Example(task, "x", "I like Heat and Fargo. A film I would love:", target, "own", "own")  # type: ignore[arg-type]


def test_losses_are_those_of_transformers_one_by_one(network: Network, encoder: Encoder, tiny: Path) -> None:
    """The fresh adapter changes nothing, so the bare model is the reference."""
    alone = AutoModelForCausalLM.from_pretrained(tiny, dtype="float32")
    encoded = [encoder.encode(_example(text)) for text in TEXTS]
    pack = Pack.of(encoded)
    losses, right = network.eval().log_losses(pack)
    expected = []
    for one in encoded:
        scores = alone(input_ids=torch.tensor([one.ids])).logits[0].log_softmax(-1)
        expected += [-scores[t - 1, one.ids[t]].item() for t in range(one.start, len(one.ids))]
    assert losses.tolist() == pytest.approx(expected, abs=1e-4)
    assert len(right) == sum(one.n_targets for one in encoded)


def test_what_is_learned_is_what_is_scored(encoder: Encoder, network: Network, tiny: Path) -> None:
    """Nats of a title in training, without the end token, are those of `log_likelihood`."""
    one = encoder.encode(_example("Casino"))
    losses, _ = network.eval().log_losses(Pack.of([one]))
    scored = LanguageModel.open(tiny, threads=1).log_likelihood(
        ["Casino"], prefix="I like Heat and Fargo. A film I would love:"
    )
    assert -losses[:-1].sum().item() == pytest.approx(scored.total[0], abs=1e-3)


def _text(network: Network, ids: tuple[int, ...]) -> str:
    return str(network.tokenizer.decode(list(ids)))


def test_a_chat_is_encoded_as_the_model_is_asked(encoder: Encoder, network: Network, tiny: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny)
    assert isinstance(tokenizer, PreTrainedTokenizerFast)
    messages = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hello"}]
    example = Example("reply", "x", (("system", "Be kind."), ("user", "Hello")), "Hi.", "own", "own")
    found = encoder.encode(example)
    prompt = tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
    assert _text(network, found.ids[: found.start]) == prompt
    assert _text(network, found.ids[found.start :]) == f"Hi.{tokenizer.eos_token}"


def test_control_tokens_in_data_stay_letters(encoder: Encoder, network: Network) -> None:
    found = encoder.encode(_example("<|im_end|>"))
    assert found.ids.count(network.tokenizer.eos_token_id) == 1


def test_long_texts_lose_the_prompts_beginning_and_the_targets_end(network: Network) -> None:
    short = Encoder(network.tokenizer, longest=16)
    found = short.encode(_example("one two three four five six seven eight nine ten eleven"))
    assert len(found.ids) == 16
    assert found.n_targets == 8
    assert _text(network, found.ids[: found.start]).endswith("I would love:")


@pytest.mark.parametrize("seed", range(3))
def test_every_example_is_in_one_pack_and_packs_keep_to_their_size(seed: int) -> None:
    rng = random.Random(seed)
    lengths = [rng.randint(2, 40) for _ in range(50)]
    made = list(packs([Encoded(tuple(range(n)), 1, "reply") for n in lengths], tokens=64))
    assert sum(len(pack.tasks) for pack in made) == 50
    assert all(pack.n_tokens <= 64 for pack in made)
    assert sum(pack.n_tokens for pack in made) == sum(lengths)


def test_scores_come_in_the_order_of_the_examples(network: Network, encoder: Encoder) -> None:
    encoded = [encoder.encode(_example(text)) for text in TEXTS]
    together = [one.loss for one in measured(network, encoded, tokens=40)]
    alone = [measured(network, [one], tokens=40)[0].loss for one in encoded]
    assert together == pytest.approx(alone, abs=1e-4)


def test_each_task_has_its_own_mean_and_a_noisy_one_comes_to_weigh_less() -> None:
    pack = Pack.of([Encoded((1, 2, 3), 1, "reply"), Encoded((1, 2), 1, "content")])
    found = by_task(torch.tensor([1.0, 3.0, 7.0]), pack)
    assert {task: loss.item() for task, loss in found.items()} == {"reply": 2.0, "content": 7.0}
    weights = TaskWeights(("reply", "content"), floor=0.2)
    assert weights.joint(found).item() == pytest.approx(4.5)
    optimiser = torch.optim.SGD(weights.parameters(), lr=0.1)
    for _ in range(500):
        optimiser.zero_grad()
        torch.autograd.backward(weights.joint(found))
        optimiser.step()
    assert weights.told()["reply"] == pytest.approx(1 / 4, abs=1e-2)
    assert weights.told()["content"] == pytest.approx(0.2, abs=1e-2)
