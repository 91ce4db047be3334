import json
import socket
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from catalog.errors import ConfigError
from language_model import LanguageModel, ModelInputError, RemoteScorer, ScorerError
from language_model.source import model_folder
from tests.language_model.completions_server import Server, serving

PREFIX = "I like Heat, Fargo. A film I would love:"
TITLES = ["Casino", "Amélie", "七人の侍", "24", "M", "Star Wars: Episode IV - A New Hope", "<|im_end|>"]
NATS = 1e-3


@pytest.fixture
def server(model: LanguageModel) -> Iterator[Server]:
    with serving(model) as running:
        yield running


def agrees(
    scorer: RemoteScorer, model: LanguageModel, *, prefix: str = PREFIX, contexts: list[str] | None = None
) -> None:
    found, expected = (
        one.log_likelihood(TITLES, prefix=prefix, contexts=contexts) for one in (scorer, model)
    )
    np.testing.assert_allclose(found.total, expected.total, atol=NATS)
    assert found.tokens.tolist() == expected.tokens.tolist()


@pytest.mark.parametrize("ids", [False, True])
def test_the_same_numbers_as_in_this_process(model: LanguageModel, server: Server, *, ids: bool) -> None:
    scorer = RemoteScorer.open(f"{server.url}#m", tokenizer=model_folder(None) if ids else None)
    agrees(scorer, model)
    contexts = ["Name:", "", "It is", "a ", "x", "七人", "y"]
    agrees(scorer, model, prefix="A film.", contexts=contexts)
    assert all(isinstance(body["prompt"], list) is ids for body in server.seen)
    assert scorer.name == f"m at {server.url}"
    assert scorer.log_likelihood([], prefix="x").total.shape == (0,)


def test_token_ids_without_echo_are_asked_for_as_vllm_has_them(model: LanguageModel, server: Server) -> None:
    server.echoes = False
    scorer = RemoteScorer.open(f"{server.url}#m", tokenizer=model_folder(None) / "tokenizer.json")
    agrees(scorer, model)
    assert [body for body in server.seen if "echo" in body] == server.seen[:1]
    with pytest.raises(ScorerError, match=r"answered 400: .*echo is not supported"):
        RemoteScorer.open(f"{server.url}#m")


def test_what_passes_is_tried_again_and_the_rest_is_not(server: Server) -> None:
    scorer = RemoteScorer(server.url, "m", attempts=3)
    server.faults.extend([(503, "busy"), (429, "slowly")])
    assert scorer.log_likelihood(["Paris"], prefix="The capital of France is").total[0] < 0
    assert len(server.seen) == 3
    server.faults.extend([(500, "down")] * 3)
    with pytest.raises(ScorerError, match=rf"{server.url} answered 500: 'down', 3 times in a row"):
        scorer.log_likelihood(["Paris"], prefix="The capital of France is")
    server.faults.append((401, "no key"))
    with pytest.raises(ScorerError, match="answered 401: 'no key'"):
        scorer.log_likelihood(["Paris"], prefix="The capital of France is")
    assert len(server.seen) == 7


@pytest.mark.parametrize(
    "answer",
    [
        "no JSON",
        {},
        {"choices": []},
        {"choices": [None]},
        {"choices": [{"logprobs": None}]},
        {"choices": [{"logprobs": {"token_logprobs": [-1.0], "text_offset": []}}]},
        {"choices": [{"logprobs": {"token_logprobs": [-1.0], "text_offset": [0]}}]},
        {"choices": [{"logprobs": {"token_logprobs": [None, None], "text_offset": [0, 24]}}]},
    ],
)
def test_an_answer_without_likelihoods_is_named(server: Server, answer: object) -> None:
    server.faults.append((200, answer))
    with pytest.raises(ScorerError, match="scoring server"):
        RemoteScorer(server.url, "m").log_likelihood(["Paris"], prefix="The capital of France is")


def test_likelihoods_that_stand_one_token_off_are_found_out(server: Server) -> None:
    server.shifted = True
    with pytest.raises(ScorerError, match="stand at other tokens"):
        RemoteScorer.open(f"{server.url}#m")


def test_no_more_under_way_than_stated_and_the_key_is_sent(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUETTO_SCORER_KEY", "secret")
    scorer = RemoteScorer(server.url, "m", concurrency=2)
    calls: list[tuple[int, int | None]] = []
    scorer.log_likelihood(TITLES, prefix=PREFIX, progress=lambda _, done, total: calls.append((done, total)))
    assert server.busiest <= 2
    assert set(server.keys) == {"Bearer secret"}
    assert "secret" not in scorer.name + json.dumps(server.seen)
    assert calls[-1] == (len(TITLES), len(TITLES))


def test_nobody_there_and_no_answer_in_time(server: Server) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        late = RemoteScorer(f"http://127.0.0.1:{silent.getsockname()[1]}/v1", "m", seconds=0.2, attempts=1)
        with pytest.raises(ScorerError, match="did not answer in time"):
            late.log_likelihood(["x"], prefix="y")
        port = silent.getsockname()[1]
    with pytest.raises(ScorerError, match="cannot be reached"):
        RemoteScorer(f"http://127.0.0.1:{port}/v1", "m", attempts=1).log_likelihood(["x"], prefix="y")


def test_what_cannot_be_asked_is_named_before_it_is(server: Server, tmp_path: Path) -> None:
    for wrong in ("localhost:1#m", "http://x/v1", "http://a:b@x/v1#m"):
        with pytest.raises(ConfigError, match="http://HOST:PORT/v1#MODEL"):
            RemoteScorer.open(wrong)
    with pytest.raises(ConfigError, match="no tokenizer at"):
        RemoteScorer(server.url, "m", tokenizer=tmp_path)
    with pytest.raises(ModelInputError, match="prefix is empty"):
        RemoteScorer(server.url, "m").log_likelihood(["x"], prefix=" ")
    assert server.seen == []
