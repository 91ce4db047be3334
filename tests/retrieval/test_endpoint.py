"""An embedding server is asked over the wire, and whatever it does wrong is told in one sentence."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from catalog import ConfigError, Items
from retrieval import EndpointError, VectorIndex, card, open_embedder
from retrieval.endpoint import BATCH, EndpointEmbedder, Patience
from tests.retrieval.embedding_server import LETTERS, Fault, Server, counts, serving

SHORT = Patience(0.3, 3, 0.05)
DIMENSION = 1 + len(LETTERS)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def endpoint(server: Server) -> Iterator[EndpointEmbedder]:
    opened = EndpointEmbedder(f"{server.url}#m", cards=SHORT, queries=SHORT)
    server.seen.clear()
    yield opened
    opened.close()


def units(texts: list[str]) -> Any:
    found = np.array([counts(text) for text in texts])
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def test_vectors_come_in_order_of_the_texts_and_of_length_one(
    endpoint: EndpointEmbedder, server: Server
) -> None:
    texts = ["heat " * (place % 7) + "t" * place for place in range(3 * BATCH + 1)]
    calls: list[tuple[str, int, int | None]] = []
    found = endpoint.encode_cards(texts, progress=lambda *state: calls.append(state))
    assert found.dtype == np.float32
    assert found.shape == (len(texts), DIMENSION)
    sent = [text or "." for text in texts]
    np.testing.assert_allclose(found, units(sent), atol=1e-6)
    np.testing.assert_array_equal(endpoint.encode_queries(texts[5:8]), found[5:8])
    assert sorted(len(body["input"]) for body in server.seen) == [1, 3, BATCH, BATCH, BATCH]
    assert {(body["model"], body["encoding_format"]) for body in server.seen} == {("m", "float")}
    assert calls[-1] == ("embed", len(texts), len(texts))


def test_nothing_to_encode_asks_nothing(endpoint: EndpointEmbedder, server: Server) -> None:
    assert endpoint.encode_cards([]).shape == endpoint.encode_queries([]).shape == (0, DIMENSION)
    assert server.seen == []


def test_one_probe_tells_the_dimension_and_the_name_knows_no_host(server: Server) -> None:
    opened = open_embedder(f"{server.url}/#org/m")
    assert (opened.name, opened.source) == (f"org/m@endpoint-{DIMENSION}", f"{server.url}#org/m")
    assert (opened.dimension, len(server.seen)) == (DIMENSION, 1)


def test_no_more_under_way_than_stated(server: Server) -> None:
    opened = EndpointEmbedder(f"{server.url}#m", concurrency=2)
    opened.encode_cards(["heat"] * (6 * BATCH))
    assert server.busiest == 2
    opened.close()


def test_the_key_is_sent_and_never_said(
    server: Server, tmp_path: Path, films: Items, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUETTO_EMBEDDER_KEY", " sk-secret\n")
    opened = EndpointEmbedder(f"{server.url}#m", queries=SHORT)
    with VectorIndex.open(tmp_path, embedder=opened) as index:
        index.build(films)
    assert set(server.keys) == {"Bearer sk-secret"}
    assert not any(b"sk-secret" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    server.faults.append(Fault(401, "Incorrect key: sk-secret"))
    with pytest.raises(EndpointError, match=r"refuses the key in \$DUETTO_EMBEDDER_KEY \(401: .*…") as caught:
        opened.encode_queries(["heat"])
    assert "sk-secret" not in str(caught.value)
    opened.close()


def test_a_key_that_is_missing_or_cannot_be_sent(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.faults.append(Fault(401, "who is it?"))
    with pytest.raises(EndpointError, match=r"wants a key: set \$DUETTO_EMBEDDER_KEY"):
        open_embedder(f"{server.url}#m")
    assert set(server.keys) == {None}
    monkeypatch.setenv("DUETTO_EMBEDDER_KEY", "sk-\nsecret")
    with pytest.raises(ConfigError, match="cannot be sent") as caught:
        open_embedder(f"{server.url}#m")
    assert "secret" not in str(caught.value)


def test_what_passes_is_tried_again(endpoint: EndpointEmbedder, server: Server) -> None:
    server.faults.extend([Fault(429, "slowly", wait="3600"), Fault(503, "busy")])
    np.testing.assert_allclose(endpoint.encode_queries(["heat"]), units(["heat"]), atol=1e-6)
    assert len(server.seen) == 3


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault(429, "slowly"), r"answered 429: 'slowly', 3 times in a row\.$"),
        (Fault(500, "down"), r"answered 500: 'down', 3 times in a row\.$"),
        (Fault(after=0.6), r"did not answer within 0\.3 seconds, 3 times in a row\.$"),
    ],
)
def test_what_does_not_pass_is_given_up(
    endpoint: EndpointEmbedder, server: Server, fault: Fault, said: str
) -> None:
    server.faults.extend([fault] * 3)
    with pytest.raises(EndpointError, match=f"^The embedding server at {server.url} {said}"):
        endpoint.encode_cards(["heat"])
    assert len(server.seen) == 3


def test_a_server_may_ask_for_a_longer_wait_up_to_a_limit(server: Server) -> None:
    opened = EndpointEmbedder(f"{server.url}#m", queries=Patience(1, 2, 1.5))
    for asked, seconds in (("1", 1.0), ("3600", 1.5)):
        server.faults.append(Fault(429, "slowly", wait=asked))
        begun = time.monotonic()
        opened.encode_queries(["heat"])
        assert seconds <= time.monotonic() - begun < 60
    opened.close()


def rows(*vectors: Any) -> dict[str, Any]:
    return {"data": [{"index": place, "embedding": vector} for place, vector in enumerate(vectors)]}


GOOD = [1.0] * DIMENSION
TWICE = {"data": [{"index": 0, "embedding": GOOD}, {"index": 0, "embedding": GOOD}]}


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault(404, "no such model"), "answered 404: 'no such model'"),
        (Fault(302, ""), "answered 302"),
        (Fault(200, "no JSON"), "no embeddings"),
        (Fault(200, {}), "no embeddings"),
        (Fault(200, {"data": None}), "no embeddings"),
        (Fault(200, {"data": ["x", "y"]}), "no embeddings"),
        (Fault(200, TWICE), "no embeddings"),
        (Fault(200, rows("AAAA", "AAAA")), "no embeddings"),
        (Fault(200, rows([1.0, 2.0], [1.0])), "no embeddings"),
        (Fault(200, rows(GOOD)), "gave 1 embeddings for 2 texts"),
        (Fault(200, {"data": []}), "gave 0 embeddings for 2 texts"),
        (Fault(200, rows([], [])), "without numbers"),
        (Fault(200, rows(1.0, 2.0)), "without numbers"),
        (Fault(200, rows(GOOD[:-1], GOOD[:-1])), f"dimension {DIMENSION - 1}, and of {DIMENSION} before"),
        (Fault(200, rows(GOOD, [float("nan")] * DIMENSION)), "no direction"),
        (Fault(200, rows(GOOD, [float("inf")] * DIMENSION)), "no direction"),
        (Fault(200, rows(GOOD, [None] * DIMENSION)), "no embeddings|no direction"),
        (Fault(200, rows(GOOD, [0.0] * DIMENSION)), "no direction"),
    ],
)
def test_an_answer_that_lies_is_named_and_not_asked_for_again(
    endpoint: EndpointEmbedder, server: Server, fault: Fault, said: str
) -> None:
    server.faults.append(fault)
    with pytest.raises(EndpointError, match=f"embedding server at {server.url} .*({said})"):
        endpoint.encode_queries(["heat", "alien"])
    assert len(server.seen) == 1


def test_huge_and_tiny_numbers_have_a_direction(endpoint: EndpointEmbedder, server: Server) -> None:
    server.faults.append(Fault(200, rows([1e300] * DIMENSION, [1e-300] * DIMENSION)))
    np.testing.assert_allclose(endpoint.encode_queries(["a", "b"]), DIMENSION**-0.5, atol=1e-6)


@pytest.mark.parametrize(
    "source",
    [
        "http://h:1/v1",
        "http://h:1/v1#",
        "ftp://h/v1#m",
        "http://#m",
        "http://h:x/v1#m",
        "http://u:pw@h/v1#m",
        "http://h/v1?key=pw#m",
    ],
)
def test_what_is_no_address_is_told_without_its_password(source: str) -> None:
    with pytest.raises(ConfigError, match="http://HOST:PORT/v1#MODEL") as caught:
        open_embedder(source)
    assert "pw" not in str(caught.value)


def test_the_same_model_on_another_host_embeds_nothing_anew(tmp_path: Path, films: Items) -> None:
    with serving() as first, VectorIndex.open(tmp_path, embedder=open_embedder(f"{first.url}#m")) as index:
        index.build(films)
        assert set(first.texts[1:]) == {card(item) for item in films}
    with serving() as second, VectorIndex.open(tmp_path, embedder=open_embedder(f"{second.url}#m")) as index:
        index.build(films)
        assert len(second.seen) == 1


def test_another_model_embeds_all_anew(tmp_path: Path, films: Items, server: Server) -> None:
    for model in ("m", "other"):
        with VectorIndex.open(tmp_path, embedder=open_embedder(f"{server.url}#{model}")) as index:
            index.build(films)
    asked = [len(body["input"]) for body in server.seen if body["model"] == "other"]
    assert sum(asked) == 1 + len({card(item) for item in films})
