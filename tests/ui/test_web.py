"""The page as a server: what it offers to programs, and what it does with what they send."""

import gc
from contextlib import closing
from socket import create_server

import pytest
from gradio_client import Client  # type: ignore[import-untyped]

from agent import Agent
from catalog import ConfigError
from ui.web import start


def test_no_endpoint_is_offered_to_programs(address: str) -> None:
    client = Client(address, verbose=False)
    offered = client.view_api(return_format="dict")
    client.close()
    assert offered == {"named_endpoints": {}, "unnamed_endpoints": {}}


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # Gradio leaves its event loop open
def test_a_taken_port_is_named(agent: Agent) -> None:
    with closing(create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=rf"cannot be served at 127.0.0.1:{port}.*--port"):
            start(agent, port=port)
    gc.collect()
