"""What several commands share: their options, and the agent that they open."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalog import ConfigError
from ui.progress import progress_bars

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from agent import Agent

DEFAULT = "movielens-small"
FOLDER = click.argument("folder", default=DEFAULT, metavar="[NAME|DIR]")
ALPHA = click.option(
    "--alpha",
    type=float,
    help="Weight of people like you, 0 to 1; the rest is your words. Default: by what is known of you.",
)
CHAT_MODEL = click.option(
    "--chat-model",
    envvar="DUETTO_CHAT_MODEL",
    metavar="PROVIDER:NAME",
    help='A LangChain chat model that words the replies and reads the messages, e.g. "openai:gpt-5-mini", '
    'or "local" for the built-in one. Default: none.',
)
EMBEDDER = click.option(
    "--embedder",
    envvar="DUETTO_EMBEDDER",
    metavar="NAME|DIR|URL#MODEL",
    help="What embeds the items: a sentence-transformers model, or a server, e.g. http://localhost:8080/v1#bge-m3. "
    "Default: as built before, or all-MiniLM-L6-v2.",
)
IMAGE_MODEL = click.option(
    "--image-model",
    envvar="DUETTO_IMAGE_MODEL",
    metavar="NAME|DIR",
    help='What looks at the pictures of the items: a CLIP-type model; "none" for none. Default: as built before.',
)
ADAPTER = click.option(
    "--adapter",
    envvar="DUETTO_ADAPTER",
    metavar="DIR|NAME",
    help='What `duetto train` made: the language model is opened with it; "multitask" is the one that comes with '
    'the project, "none" is without. Default: as built.',
)
SCORER = click.option(
    "--scorer",
    envvar="DUETTO_SCORER",
    metavar="URL#MODEL",
    help="A completions server that gives the likelihoods, e.g. http://localhost:8000/v1#smollm2. "
    "Default: the built-in model.",
)
RATINGS = click.option(
    "--ratings",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Your own ratings, as Letterboxd, IMDb, Goodreads or MovieLens export them: a CSV file.",
)
QUIET = click.option("-q", "--quiet", is_flag=True, help="No progress on stderr.")


def opened(
    folder: str,
    *,
    alpha: float | None,
    chat_model: str | None,
    adapter: str | None,
    scorer: str | None,
    quiet: bool,
) -> "Agent":
    from agent import Agent

    with progress_bars(quiet=quiet) as progress:
        agent = Agent.open(folder, alpha=alpha, adapter=adapter, scorer=scorer, progress=progress)
        if chat_model:
            agent.use_chat_model(chat_model_of(chat_model, agent))
    return agent


def chat_model_of(name: str, agent: "Agent") -> "BaseChatModel":
    if name == "local":
        from language_model import LocalChatModel

        return LocalChatModel(language_model=agent.world.model)

    from langchain.chat_models import init_chat_model

    try:
        model: BaseChatModel = init_chat_model(name)
    except (ImportError, ValueError) as error:
        raise ConfigError(f'The chat model "{name}" cannot be used: {error}') from error
    return model
