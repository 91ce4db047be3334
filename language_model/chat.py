"""The local model as a LangChain chat model."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, cast

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput, ModelProfile
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable, RunnableLambda, RunnablePassthrough
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_json_schema
from pydantic import BaseModel, Field, ValidationError

from catalog.errors import ConfigError
from language_model.errors import ModelInputError, StructuredOutputError
from language_model.model import LanguageModel

ROLES = {"system": "system", "human": "user", "ai": "assistant"}


class LocalChatModel(BaseChatModel):
    """Writes with a LanguageModel, streamed; structured output is held to its schema while decoding.

    It calls no tools. `response_format` of the OpenAI form {"type": "json_schema", ...} is understood.
    """

    language_model: LanguageModel = Field(exclude=True)
    max_new_tokens: int = Field(default=256, ge=1)
    """The longest answer, in tokens."""
    temperature: float = Field(default=0.0, ge=0)
    """0 is greedy; above, the answer is sampled."""
    seed: int | None = None
    """Of the sampling; None draws a new one for each answer."""

    @property
    def _llm_type(self) -> str:
        return "duetto-local"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {
            "model_name": self.language_model.name,
            "max_new_tokens": self.max_new_tokens,
            "temperature": self.temperature,
            "seed": self.seed,
        }

    def _resolve_model_profile(self) -> ModelProfile:
        return ModelProfile(
            max_input_tokens=self.language_model.context_length, structured_output=True, tool_calling=False
        )

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002
        **kwargs: Any,
    ) -> ChatResult:
        text = "".join(self._pieces(messages, stop, kwargs.get("response_format")))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=text))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for piece in self._pieces(messages, stop, kwargs.get("response_format")):
            chunk = ChatGenerationChunk(message=AIMessageChunk(content=piece))
            if run_manager:
                run_manager.on_llm_new_token(piece, chunk=chunk)
            yield chunk

    def _pieces(
        self, messages: list[BaseMessage], stop: list[str] | None, response_format: Mapping[str, Any] | None
    ) -> Iterator[str]:
        pieces = self.language_model.stream(
            [_plain(message) for message in messages],
            max_new_tokens=self.max_new_tokens,
            temperature=self.temperature,
            seed=self.seed,
            schema=None if response_format is None else response_format["json_schema"]["schema"],
        )
        return until(pieces, stop) if stop else pieces

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],  # noqa: ARG002
        *,
        tool_choice: str | None = None,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Raises ConfigError."""
        raise ConfigError(
            "The local model cannot call tools: use with_structured_output, or configure a chat model that can."
        )

    def with_structured_output(
        self, schema: dict[str, Any] | type, *, include_raw: bool = False, **kwargs: Any
    ) -> Runnable[LanguageModelInput, dict[str, Any] | BaseModel]:
        """A runnable whose answers fit `schema`: objects of a pydantic class, else dicts.

        With `include_raw` the answer is {"raw", "parsed", "parsing_error"}. Raises
        StructuredOutputError when the answer was cut or breaks a rule that no schema states.
        """
        if kwargs:
            raise ConfigError(f"with_structured_output has no setting {next(iter(kwargs))!r}.")
        stated = convert_to_json_schema(schema)
        response_format = {"type": "json_schema", "json_schema": {"name": stated["title"], "schema": stated}}
        model = self.bind(response_format=response_format)
        parser: Runnable[AIMessage, dict[str, Any] | BaseModel] = RunnableLambda(
            lambda message: parsed(message, schema)
        )
        if not include_raw:
            return model | parser
        keep = RunnablePassthrough.assign(
            parsed=itemgetter("raw") | parser, parsing_error=lambda _: None
        ).with_fallbacks([RunnablePassthrough.assign(parsed=lambda _: None)], exception_key="parsing_error")
        return cast("Runnable[LanguageModelInput, dict[str, Any] | BaseModel]", {"raw": model} | keep)


def parsed(message: AIMessage, schema: dict[str, Any] | type) -> dict[str, Any] | BaseModel:
    """The message's JSON as an object of the schema's class, or as a dict when it is no pydantic class."""
    text = message.text
    if not (isinstance(schema, type) and issubclass(schema, BaseModel)):
        return cast("dict[str, Any]", json.loads(text))
    try:
        return schema.model_validate_json(text)
    except ValidationError as error:
        raise StructuredOutputError(
            f"The answer does not fit {schema.__name__}: {error}", text=text
        ) from error


def until(pieces: Iterator[str], stops: Sequence[str]) -> Iterator[str]:
    """The pieces up to the first of the stop texts, which is left out even when it spans pieces."""
    held = ""
    longest = max(len(stop) for stop in stops)
    for piece in pieces:
        held += piece
        found = [place for stop in stops if (place := held.find(stop)) >= 0]
        if found:
            held = held[: min(found)]
            break
        safe = max(0, len(held) - longest + 1)
        if safe:
            yield held[:safe]
        held = held[safe:]
    if held:
        yield held


def _plain(message: BaseMessage) -> dict[str, str]:
    if message.type not in ROLES:
        raise ModelInputError(
            f"The local model cannot read a message of type {message.type!r}, only {', '.join(ROLES)}."
        )
    return {"role": ROLES[message.type], "content": str(message.text)}
