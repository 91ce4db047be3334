from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from pydantic import BaseModel, Field

from catalog.errors import ConfigError
from language_model import LanguageModel, LocalChatModel, ModelInputError, StructuredOutputError
from language_model.chat import parsed, until


class Wish(BaseModel):
    """What a person asks for."""

    genre: str = Field(max_length=12)
    scary: bool


@pytest.fixture(scope="module")
def chat(model: LanguageModel) -> LocalChatModel:
    return LocalChatModel(language_model=model, max_new_tokens=40)


def test_invoke_answers_with_the_models_text(chat: LocalChatModel, model: LanguageModel) -> None:
    answer = chat.invoke([SystemMessage("Be brief."), HumanMessage("Say hello.")])
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Say hello."}]
    assert isinstance(answer, AIMessage)
    assert answer.text == model.generate(messages, max_new_tokens=40)


def test_stream_gives_pieces_and_tells_the_callbacks(chat: LocalChatModel) -> None:
    class Heard(BaseCallbackHandler):
        tokens: list[str]

        def on_llm_new_token(self, token: Any, **kwargs: Any) -> None:
            self.tokens.append(token)

    heard = Heard()
    heard.tokens = []
    pieces = [chunk.text for chunk in chat.stream("Say hello.", config={"callbacks": [heard]})]
    assert len(pieces) > 2
    assert "".join(pieces) == "".join(heard.tokens) == chat.invoke("Say hello.").text


def test_structured_output_is_an_object_of_the_class(chat: LocalChatModel) -> None:
    wish = chat.with_structured_output(Wish).invoke("I want a scary film.")
    assert isinstance(wish, Wish)
    assert len(wish.genre) <= 12


def test_structured_output_of_a_json_schema_is_a_dict(chat: LocalChatModel) -> None:
    schema = {"title": "Mood", "description": "A mood.", **Wish.model_json_schema()} | {"title": "Mood"}
    found = chat.with_structured_output(schema).invoke("I want a scary film.")
    assert isinstance(found, dict)
    assert set(found) == {"genre", "scary"}


def test_structured_output_with_the_raw_message(chat: LocalChatModel) -> None:
    found = chat.with_structured_output(Wish, include_raw=True).invoke("I want a scary film.")
    assert isinstance(found, dict)
    assert set(found) == {"raw", "parsed", "parsing_error"}
    assert isinstance(found["parsed"], Wish)
    assert found["parsing_error"] is None


def test_a_rule_that_no_schema_states_is_a_clear_error() -> None:
    with pytest.raises(StructuredOutputError, match="does not fit Wish"):
        parsed(AIMessage('{"genre": "crime"}'), Wish)


def test_tools_are_refused_with_the_remedy(chat: LocalChatModel) -> None:
    with pytest.raises(ConfigError, match="with_structured_output"):
        chat.bind_tools([Wish])
    with pytest.raises(ModelInputError, match="'tool'"):
        chat.invoke([ToolMessage("x", tool_call_id="1")])


@pytest.mark.parametrize(
    ("pieces", "stops", "text"),
    [
        (["a", "b\n", "\nc"], ["\n\n"], "ab"),
        (["abc"], ["zz"], "abc"),
        (["ab", "cd"], ["d", "b"], "a"),
        (["STOP"], ["STOP"], ""),
    ],
)
def test_a_stop_text_ends_the_pieces(pieces: list[str], stops: list[str], text: str) -> None:
    assert "".join(until(iter(pieces), stops)) == text


def test_stop_is_honoured(chat: LocalChatModel) -> None:
    full = chat.invoke("Say hello.").text
    assert chat.invoke("Say hello.", stop=[full[3:6]]).text == full[: full.index(full[3:6])]


def test_the_profile_says_what_it_can_do(chat: LocalChatModel) -> None:
    assert chat.profile is not None
    assert chat.profile["structured_output"] is True
    assert chat.profile["tool_calling"] is False
