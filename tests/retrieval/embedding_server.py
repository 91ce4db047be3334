"""A server of embeddings at the wire: HTTP, JSON, and what goes wrong with them."""

import json
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

LETTERS = "aehlt. "


class Fault(NamedTuple):
    """Sent in place of an answer, `after` seconds."""

    status: int = 200
    answer: Any = ""
    after: float = 0.0
    wait: str | None = None


class Server(ThreadingHTTPServer):
    """Embeds a text as one and how often it has each of LETTERS, last text first, not of length 1.

    `faults` are sent instead of the next answers; `seen` are the requests, `busiest` how many at once.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.faults: deque[Fault] = deque()
        self.seen: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.busy = self.busiest = 0
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    @property
    def texts(self) -> list[str]:
        return [text for body in self.seen for text in body["input"]]


def counts(text: str) -> list[float]:
    return [1.0, *(float(text.lower().count(letter)) for letter in LETTERS)]


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
        rows = [{"index": place, "embedding": counts(text)} for place, text in enumerate(body["input"])]
        found = fault or Fault(answer={"data": rows[::-1]}, after=0.01)
        time.sleep(found.after)
        with server.lock:
            server.busy -= 1
        content = found.answer if isinstance(found.answer, str) else json.dumps(found.answer)
        self.send_response(found.status)
        self.send_header("Content-Length", str(len(content.encode())))
        if found.wait is not None:
            self.send_header("Retry-After", found.wait)
        self.end_headers()
        self.wfile.write(content.encode())

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that no longer waits is no error."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Nothing on stderr."""


@contextmanager
def serving(port: int = 0) -> Iterator[Server]:
    with Server(port) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
