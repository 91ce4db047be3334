"""The conversation: understand, remember, gather, fuse, reply."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.agent import Agent
    from agent.session import Recommendation, Reply, Session

__all__ = ["Agent", "Recommendation", "Reply", "Session"]


def __getattr__(name: str) -> object:
    """The public classes, loaded with their heavy libraries when first asked for."""
    if name not in __all__:
        raise AttributeError(f"module 'agent' has no attribute {name!r}")
    from importlib import import_module

    from catalog import MissingDependency

    room = "agent.agent" if name == "Agent" else "agent.session"
    try:
        return getattr(import_module(room), name)
    except ModuleNotFoundError as error:
        raise MissingDependency(f"The agent (module {error.name})", extra="all") from error
