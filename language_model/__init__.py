"""Likelihood, generation and constrained decoding with a causal language model in this process."""

from importlib import import_module
from typing import TYPE_CHECKING

from catalog.errors import MissingDependency
from language_model.errors import ContextTooLong, ModelInputError, ScorerError, StructuredOutputError
from language_model.likelihood import Likelihood, Scorer

if TYPE_CHECKING:
    from language_model.chat import LocalChatModel
    from language_model.model import LanguageModel
    from language_model.remote import RemoteScorer
    from language_model.title_search import Beams, FoundTitle, TitleSearch

__all__ = [
    "Beams",
    "ContextTooLong",
    "FoundTitle",
    "LanguageModel",
    "Likelihood",
    "LocalChatModel",
    "ModelInputError",
    "RemoteScorer",
    "Scorer",
    "ScorerError",
    "StructuredOutputError",
    "TitleSearch",
]

_HOMES = {
    "LanguageModel": ("language_model.model", "model"),
    "LocalChatModel": ("language_model.chat", "agent"),
    "RemoteScorer": ("language_model.remote", "model"),
    "Beams": ("language_model.title_search", "model"),
    "FoundTitle": ("language_model.title_search", "model"),
    "TitleSearch": ("language_model.title_search", "model"),
}


def __getattr__(name: str) -> object:
    """Torch and LangChain are imported when a class that needs them is first named."""
    if name not in _HOMES:
        raise AttributeError(f"module 'language_model' has no attribute {name!r}")
    module, extra = _HOMES[name]
    try:
        return getattr(import_module(module), name)
    except ModuleNotFoundError as error:
        raise MissingDependency(name, extra=extra) from error
