"""The Gradio page: the conversation, the cards, the balance of the two voices, the profile."""

import os
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from uuid import uuid4

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

import gradio as gr
import uvicorn
from fastapi import FastAPI
from markupsafe import escape

from catalog import ConfigError, DuettoError
from ui.cards import cards_html
from ui.conversation import Desk, View
from ui.portrait import portrait_html
from ui.starters import starters

if TYPE_CHECKING:
    from agent import Agent

Patch = list[Any]  # one update for each of the widgets
Trigger = Sequence[Callable[..., Any]]
QUEUE_SIZE = 64
AT_ONCE = 4  # turns of different visitors; the models have locks of their own
MAX_LENGTH = 4000
HEADER = """<header class="brand"><svg viewBox="0 0 44 28" aria-hidden="true">
<circle cx="15" cy="14" r="12"/><circle cx="29" cy="14" r="12"/></svg>
<div><h1>Duetto</h1><p>People who share your taste, and a model that reads what you say.</p></div></header>"""
ENDS = '<div class="ends"><span>People who share your taste</span><span>What you said</span></div>'
# One listener for whatever HTML the panel shows later: `trigger` carries the pressed button's data.
ON_CARD = """element.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-act]');
  if (button) trigger('click', {act: button.dataset.act, item: button.closest('[data-item]').dataset.item});
});"""
ON_CHIP = """element.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-part]');
  if (button) trigger('click', {part: button.dataset.part, key: button.dataset.key});
});"""


@dataclass(frozen=True)
class Widgets:
    """What the handlers write to, in the order of their outputs."""

    chat: gr.Chatbot
    box: gr.Textbox
    cards: gr.HTML
    portrait: gr.HTML
    words: gr.Slider
    auto: gr.Checkbox

    def all(self) -> list[gr.components.Component]:
        return [self.chat, self.box, self.cards, self.portrait, self.words, self.auto]


def build_page(agent: "Agent") -> gr.Blocks:
    """The page over an open agent; every visitor has a session of their own."""
    desk = Desk(agent)
    page = gr.Blocks(title="Duetto", fill_width=True, analytics_enabled=False)
    with page:
        visitor = gr.State("", delete_callback=desk.leave)
        gr.HTML(HEADER, elem_id="brand", js_on_load=None, apply_default_css=False)
        with gr.Row(elem_id="stage"):
            with gr.Column(elem_id="talk", min_width=320, scale=5):
                chat, box, send = _talk(agent)
            with gr.Column(elem_id="shelf", min_width=320, scale=6):
                words, auto = _balance()
                with gr.Accordion("What Duetto knows of you", elem_id="known"):
                    portrait = gr.HTML(
                        portrait_html({}, agent.world.dataset.items),
                        elem_id="portrait",
                        js_on_load=ON_CHIP,
                        apply_default_css=False,
                    )
                    ratings = gr.UploadButton(
                        "Bring your ratings: a CSV file of Letterboxd, IMDb, Goodreads or MovieLens",
                        file_types=[".csv"],
                        elem_id="ratings",
                        size="sm",
                    )
                cards = gr.HTML(
                    cards_html([], noun=agent.world.dataset.noun),
                    elem_id="cards",
                    js_on_load=ON_CARD,
                    apply_default_css=False,
                )
        # Not State(_new_visitor): that adds an endpoint of its own to the public API.
        page.load(_new_visitor, None, [visitor, send], api_visibility="private")
        _wire(desk, visitor, send, ratings, Widgets(chat, box, cards, portrait, words, auto))
        page.queue(max_size=QUEUE_SIZE, default_concurrency_limit=AT_ONCE)
    return page


class Served:
    """A page that answers at an address, from a thread of its own, until `close`."""

    def __init__(self, app: FastAPI, listening: socket.socket) -> None:
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([listening],), daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Return when the page is closed."""
        while self._thread.is_alive():
            self._thread.join(0.5)

    def close(self) -> None:
        """Finish what is being answered, for two seconds at most, and stop."""
        self._server.should_exit = True
        self._thread.join(10)


def start(agent: "Agent", *, host: str = "127.0.0.1", port: int = 7860) -> Served:
    """Serve the page in the background; it answers from now on.

    Gradio's own `launch` would ask the page for itself first, and give up where that takes three seconds.
    Raises ConfigError when the address cannot be taken.
    """
    try:
        listening = socket.create_server((host, port))
    except (OSError, OverflowError) as error:
        raise ConfigError(
            f"The page cannot be served at {host}:{port}: {error}. Name another with --port or --host."
        ) from error
    app = gr.mount_gradio_app(
        FastAPI(),
        build_page(agent),
        path="/",
        server_name=host,
        server_port=port,
        show_error=False,
        ssr_mode=False,
        footer_links=[],
        theme=_theme(),
        css=files("ui").joinpath("page.css").read_text(encoding="utf-8"),
    )
    return Served(app, listening)


def serve(agent: "Agent", *, host: str = "127.0.0.1", port: int = 7860, open_browser: bool = False) -> None:
    """Serve the page until Ctrl-C. Raises ConfigError when the address cannot be taken."""
    page = start(agent, host=host, port=port)
    threading.Thread(target=agent.load_models, daemon=True).start()
    print(f"Duetto is ready at http://{host}:{port} (Ctrl-C ends it).", flush=True)
    if open_browser:
        import webbrowser

        webbrowser.open(f"http://{host}:{port}")
    try:
        page.wait()
    finally:
        page.close()


def _theme() -> gr.themes.Base:
    sans = ("ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")
    return gr.themes.Soft(
        primary_hue=gr.themes.colors.indigo,
        secondary_hue=gr.themes.colors.amber,
        neutral_hue=gr.themes.colors.stone,
        radius_size=gr.themes.sizes.radius_lg,
        font=sans,
        font_mono=("ui-monospace", "monospace"),
    )


def _talk(agent: "Agent") -> tuple[gr.Chatbot, gr.Textbox, gr.Button]:
    dataset = agent.world.dataset
    chat = gr.Chatbot(
        elem_id="chat",
        show_label=False,
        height="100%",
        layout="bubble",
        buttons=[],
        feedback_options=None,
        render_markdown=False,
        sanitize_html=True,
        allow_tags=False,
        latex_delimiters=[],
        placeholder=f"Tell me about a {dataset.noun} you love, or what you feel like tonight.",
        examples=[{"text": text} for text in starters(dataset)],
    )
    with gr.Row(elem_id="ask", equal_height=True):
        box = gr.Textbox(
            elem_id="box",
            show_label=False,
            container=False,
            lines=1,
            max_lines=6,
            max_length=MAX_LENGTH,
            placeholder="Say what you like, or ask why",
            autofocus=True,
            scale=8,
        )
        send = gr.Button("Send", elem_id="send", variant="primary", scale=1, min_width=76, interactive=False)
    return chat, box, send


def _balance() -> tuple[gr.Slider, gr.Checkbox]:
    with gr.Column(elem_id="balance"):
        gr.HTML(ENDS, js_on_load=None, apply_default_css=False)
        row = gr.Row(equal_height=True)
    with row:
        words = gr.Slider(
            0,
            1,
            value=0.5,
            step=0.05,
            label="How much what you said counts",
            show_label=False,
            container=False,
            buttons=[],
            elem_id="words",
            scale=8,
        )
        auto = gr.Checkbox(value=True, label="auto", elem_id="auto", container=False, scale=1, min_width=70)
    return words, auto


def _wire(desk: Desk, visitor: gr.State, send: gr.Button, ratings: gr.UploadButton, widgets: Widgets) -> None:
    def say(session_id: str, text: str) -> Iterator[Patch]:
        yield from _drawn(desk.say(session_id, text))

    def start_with(session_id: str, event: gr.SelectData) -> Iterator[Patch]:
        yield from _drawn(desk.say(session_id, str(event.value["text"])))

    def act(session_id: str, event: gr.EventData) -> Iterator[Patch]:
        action, item_id = _field(event, "act"), _field(event, "item")
        yield from _drawn(desk.act(session_id, action, item_id))

    def forget(session_id: str, event: gr.EventData) -> Iterator[Patch]:
        yield from _drawn(desk.forget(session_id, _field(event, "part"), _field(event, "key")))

    def take(session_id: str, path: str) -> Iterator[Patch]:
        yield from _drawn(desk.take_ratings(session_id, path))

    def retry(session_id: str) -> Iterator[Patch]:
        yield from _drawn(desk.retry(session_id))

    def undo(session_id: str) -> Iterator[Patch]:
        yield from _drawn(desk.undo(session_id))

    def clear(session_id: str) -> Iterator[Patch]:
        yield from _drawn(desk.clear(session_id))

    def weigh(session_id: str, words: float) -> Iterator[Patch]:
        yield from _drawn(desk.weigh(session_id, words))

    def choose(session_id: str, auto: bool, words: float) -> Iterator[Patch]:  # noqa: FBT001
        yield from _drawn(desk.weigh(session_id, None if auto else words))

    def on(trigger: Trigger, answer: Callable[..., Any], *inputs: gr.components.Component) -> None:
        gr.on(
            trigger,
            answer,
            [visitor, *inputs],
            widgets.all(),
            show_progress="hidden",
            api_visibility="private",
        )

    on([widgets.box.submit, send.click], say, widgets.box)
    on([widgets.chat.example_select], start_with)
    on([widgets.cards.click], act)
    on([widgets.portrait.click], forget)
    on([ratings.upload], take, ratings)
    on([widgets.chat.retry], retry)
    on([widgets.chat.undo], undo)
    on([widgets.chat.clear], clear)
    on([widgets.words.release], weigh, widgets.words)
    on([widgets.auto.input], choose, widgets.auto, widgets.words)


def _drawn(views: Iterable[View]) -> Iterator[Patch]:
    """Updates for each view; an error becomes a notice, and what is on the page stays."""
    try:
        for view in views:
            if view.notice:
                gr.Info(str(escape(view.notice)))
            parts = (view.transcript, view.draft, view.cards, view.portrait, view.words, view.auto)
            yield [gr.skip() if part is None else part for part in parts]
    except DuettoError as error:
        gr.Warning(str(escape(str(error))))
        yield [gr.skip()] * len(fields(Widgets))


def _field(event: gr.EventData, name: str) -> str:
    """A field of what the client sent, which may be anything."""
    return str(getattr(event, name, ""))


def _new_visitor() -> tuple[str, gr.Button]:
    """An id, and the button that can be pressed now that there is one."""
    return f"web-{uuid4().hex}", gr.Button(interactive=True)
