"""A folder that an embedding server made: what happens while the server is down, and after."""

from pathlib import Path

import pytest

from agent import Agent
from agent.library import build
from agent.manifest import embedder_of
from agent.models import Models
from catalog import Dataset
from retrieval import EndpointError
from tests.retrieval.embedding_server import serving


def test_while_the_server_is_down_one_sentence_says_so_and_then_all_goes_on(
    tmp_path: Path, dataset: Dataset, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUETTO_EMBEDDER_KEY", "sk-secret")
    folder, said = tmp_path / "built", "a slow crime film with a heist"
    with serving() as server:
        source, port = f"{server.url}#m", server.server_address[1]
        build(dataset, folder, Models(Models.open(embedder=source).embedder, models.language)).index.close()
        assert embedder_of(folder) == source
        agent = Agent.open(folder)
        before = [one.item.item_id for one in agent.recommend(say=said, n=3)]
    assert "sk-secret" not in (folder / "manifest.json").read_text(encoding="utf-8")
    with agent:
        with pytest.raises(EndpointError, match=f"^The embedding server at {server.url} cannot be reached"):
            agent.recommend(say=said, n=3)
        chat = agent.session(user_id="ana")
        with pytest.raises(EndpointError, match="cannot be reached"):
            chat.say(said)
        with serving(int(port)):
            assert [one.item.item_id for one in agent.recommend(say=said, n=3)] == before
            assert chat.say(said).recommendations
    with pytest.raises(EndpointError, match="cannot be reached"):
        Agent.open(folder)
    with serving(int(port)) as again, Agent.open(folder) as agent:
        assert [one.item.item_id for one in agent.recommend(say=said, n=3)] == before
        assert all(len(body["input"]) == 1 for body in again.seen)
