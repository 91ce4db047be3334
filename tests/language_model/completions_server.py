"""A completions server over the model in this process, at the wire: HTTP, JSON, and what goes wrong with them."""

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import torch

from language_model import LanguageModel


class Server(ThreadingHTTPServer):
    """`faults` are sent instead of the next answers; `seen` are the requests, `busiest` how many at once."""

    daemon_threads = True

    def __init__(self, model: LanguageModel) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.model = model
        self.faults: deque[tuple[int, Any]] = deque()
        self.seen: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.echoes, self.shifted = True, False
        self.busy = self.busiest = 0
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def repeated(self, ids: list[int]) -> list[float]:
        """log P of each token but the first behind itself: a distribution read one place too late."""
        tokens = torch.tensor(ids)
        with torch.inference_mode():
            scores = self.model._reader._model(input_ids=tokens[None]).logits[0].log_softmax(-1)
        repeats: list[float] = scores[1:].gather(1, tokens[1:, None])[:, 0].tolist()
        return repeats

    def scored(self, body: dict[str, Any]) -> tuple[int, Any]:
        """Status and answer of the protocol."""
        prompt, tokenizer = body["prompt"], self.model._text.decoder
        if isinstance(prompt, str):
            encoding = tokenizer.encode(prompt, add_special_tokens=False)
            ids, starts = encoding.ids, [start for start, _ in encoding.offsets]
        else:
            ids = prompt
            starts = [len(tokenizer.decode(ids[:place])) for place in range(len(ids))]
        nats = self.model._reader.plain_log_probabilities(ids).tolist()
        if body.get("echo"):
            if not self.echoes:
                return 400, {"error": "echo is not supported"}
            end = starts[-1] + len(tokenizer.decode(ids[-1:]))
            nats = self.repeated(ids) if self.shifted else nats
            logprobs = {"token_logprobs": [None, *nats, -1.5], "text_offset": [*starts, end]}
            return 200, {"choices": [{"text": "", "logprobs": logprobs}]}
        listed = [{str(token): {"logprob": nat, "rank": 1}} for token, nat in zip(ids[1:], nats, strict=True)]
        return 200, {"choices": [{"text": "", "prompt_logprobs": [None, *listed]}]}


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server = self.server
        with server.lock:
            server.busy += 1
            server.busiest = max(server.busiest, server.busy)
            server.seen.append(body)
            server.keys.append(self.headers["Authorization"])
            fault = server.faults.popleft() if server.faults else None
        status, answer = fault or server.scored(body)
        with server.lock:
            server.busy -= 1
        content = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Nothing on stderr."""


@contextmanager
def serving(model: LanguageModel) -> Iterator[Server]:
    with Server(model) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
