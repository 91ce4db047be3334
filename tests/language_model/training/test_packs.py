"""Side by side, examples are learned as if each were alone; only targets are."""

import json
import random
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedTokenizerFast

from language_model import LanguageModel
from language_model.likelihood import PRIOR_WEIGHT
from language_model.training import Example, TrainSettings
from language_model.training.encoding import Encoded, Encoder, Pack, packs
from language_model.training.example import Rivals
from language_model.training.fusing import OF_LM, Fusion, by_task, rest_alone
from language_model.training.measuring import measured
from language_model.training.network import Network, TaskWeights

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
        stem, target = one.stems[0], one.targets[0]
        scores = alone(input_ids=torch.tensor([stem + target])).logits[0].log_softmax(-1)
        expected += [-scores[len(stem) + t - 1, token].item() for t, token in enumerate(target)]
    assert losses.tolist() == pytest.approx(expected, abs=1e-4)
    assert len(right) == sum(len(one.targets[0]) for one in encoded)


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
    assert _text(network, found.stems[0]) == prompt
    assert _text(network, found.targets[0]) == f"Hi.{tokenizer.eos_token}"


def test_control_tokens_in_data_stay_letters(encoder: Encoder, network: Network) -> None:
    found = encoder.encode(_example("<|im_end|>"))
    assert found.targets[0].count(network.tokenizer.eos_token_id) == 1


def test_long_texts_lose_the_prompts_beginning_and_the_targets_end(network: Network) -> None:
    short = Encoder(network.tokenizer, longest=16)
    found = short.encode(_example("one two three four five six seven eight nine ten eleven"))
    assert len(found.stems[0]) == len(found.targets[0]) == 8
    assert _text(network, found.stems[0]).endswith("I would love:")


@pytest.mark.parametrize("seed", range(3))
def test_every_example_is_in_one_pack_and_packs_keep_to_their_size(seed: int) -> None:
    rng = random.Random(seed)
    lengths = [rng.randint(2, 40) for _ in range(50)]
    made = list(packs([Encoded("reply", ((0,),), (tuple(range(n)),)) for n in lengths], tokens=64))
    assert sum(len(pack.tasks) for pack in made) == 50
    assert all(pack.n_tokens <= 64 for pack in made)
    assert sum(pack.n_tokens for pack in made) == sum(lengths)


def test_scores_come_in_the_order_of_the_examples(network: Network, encoder: Encoder) -> None:
    encoded = [encoder.encode(_example(text)) for text in TEXTS]
    together = [one.loss for one in measured(network, encoded, tokens=40)]
    alone = [measured(network, [one], tokens=40)[0].loss for one in encoded]
    assert together == pytest.approx(alone, abs=1e-4)


def test_each_task_has_its_own_mean_and_a_noisy_one_comes_to_weigh_less() -> None:
    pack = Pack.of([Encoded("reply", ((1,),), ((2, 3),)), Encoded("content", ((1,),), ((2,),))])
    found = by_task(torch.tensor([1.0, 3.0, 7.0]), pack, Fusion())
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


PROMPT, BARE = "I like Heat and Fargo. A film I would love:", "A film I would love:"
RIVALS = Rivals((TEXTS[1], TEXTS[3]), (0.5, -1.0, 2.0), BARE)


def _listed(target: str = "Casino") -> Example:
    return Example("fused", "choice", PROMPT, target, "own", "own", RIVALS)


def test_a_list_is_scored_as_at_run_time(network: Network, encoder: Encoder, tiny: Path) -> None:
    """Beside another example, and with its prompt read once: log P(title | prompt) - log P(title) of each title."""
    model = LanguageModel.open(tiny, threads=1)
    titles = ["Casino", *RIVALS.texts]
    given, prior = (model.log_likelihood(titles, prefix=prefix).total for prefix in (PROMPT, BARE))
    pack = Pack.of([encoder.encode(_example("No.")), encoder.encode(_listed())])
    losses, _ = network.eval().log_losses(pack)
    ((place, scores),) = Fusion().scores(losses, pack)
    assert place == 1
    expected = torch.tensor(RIVALS.rest) + OF_LM * torch.tensor(given - PRIOR_WEIGHT * prior)
    assert scores.tolist() == pytest.approx(expected.tolist(), abs=1e-3)
    loss = by_task(losses, pack, Fusion())["fused"]
    assert loss.item() == pytest.approx(-expected.log_softmax(0)[0].item(), abs=1e-3)


def test_the_prompt_of_a_list_is_read_once(encoder: Encoder) -> None:
    one = encoder.encode(_listed())
    lengths = [len(target) for target in one.targets]
    assert Pack.of([one]).n_tokens == one.n_tokens
    assert one.n_tokens == sum(map(len, one.stems)) + 2 * (sum(lengths) - len(lengths))


def test_what_the_rest_knows_leaves_nothing_to_learn(network: Network, encoder: Encoder) -> None:
    """The gradient of a list vanishes where the other voices would choose the right title by themselves."""

    def pull(rest: tuple[float, ...]) -> float:
        sure = Example("fused", "x", PROMPT, "Casino", "own", "own", Rivals(RIVALS.texts, rest, BARE))
        pack = Pack.of([encoder.encode(sure)])
        network.train().zero_grad()
        loss = by_task(network.log_losses(pack)[0], pack, Fusion())["fused"]
        torch.autograd.backward(loss)
        return sum(float(part.grad.norm()) for part in network.layers.values() if part.grad is not None)

    assert pull((30.0, 0.0, 0.0)) < 1e-6 < 1e-2 * pull((0.0, 0.0, 0.0))


def test_a_list_is_measured_by_who_stands_before_the_right_one(network: Network, encoder: Encoder) -> None:
    network.fusion.scales.data[1] = -30.0  # the likelihood counts nothing
    (score,) = measured(network, [encoder.encode(_listed())], tokens=64)
    network.fusion.scales.data.copy_(Fusion().scales.data)
    assert (score.accuracy, score.exact) == (0.5, 0.0)
    assert score.loss == pytest.approx(-torch.tensor(RIVALS.rest).log_softmax(0)[0].item(), abs=1e-4)


def test_the_rest_alone_is_taken_at_its_best_scale() -> None:
    """Right twice and wrong once by as much: at the scale where a sigmoid gives 2/3 the loss is the entropy."""
    ahead, behind = (Encoded("fused", ((1,), (1,)), ((2,), (3,)), rest) for rest in ((1.0, 0.0), (0.0, 1.0)))
    found = rest_alone([ahead, ahead, behind])
    assert found["loss"] == pytest.approx(0.6365, abs=1e-3)
    assert found["accuracy"] == found["exact"] == pytest.approx(2 / 3)


def test_an_encoded_example_survives_json(encoder: Encoder) -> None:
    for one in (encoder.encode(_example("Casino")), encoder.encode(_listed())):
        assert Encoded.of(json.loads(json.dumps(one.plain()))) == one
