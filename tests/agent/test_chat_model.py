"""A chat model words replies and reads messages; the facts stay under the code's control."""

from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable, RunnableLambda
from pydantic import Field

from agent import Agent
from agent.parser import Context
from agent.writer import ChatModelParser, Restated


class Scripted(BaseChatModel):
    """Stands at the wire of a remote model: its answers are queued by the test."""

    answers: list[str]
    restated: list[str] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(self, messages: list[BaseMessage], *_: object, **__: object) -> ChatResult:
        answer = self.answers.pop(0)
        if answer == "<echo>":
            answer = f"Of course! {str(messages[-1].content).split('Answer: ')[1]}"
        return ChatResult(generations=[ChatGeneration(message=AIMessage(answer))])

    def with_structured_output(self, schema: Any, **_: object) -> Runnable[Any, Any]:
        return RunnableLambda(lambda _: Restated(sentences=self.restated))


def test_a_true_rewording_is_shown(agent: Agent) -> None:
    agent.use_chat_model(Scripted(answers=["<echo>"]))
    assert agent.session("a").say("I loved Heat").text.startswith("Of course! Since you like Heat (1995)")


def test_a_lie_is_replaced_by_the_plain_reply(agent: Agent) -> None:
    agent.use_chat_model(Scripted(answers=["You must see Alien (1979), a Musical!"]))
    text = agent.session("a").say("I loved Heat, no horror").text
    assert "You must see" not in text
    assert text.startswith("Since you like Heat (1995)")


def test_a_message_in_another_language_is_read_through_the_model(agent: Agent) -> None:
    model = Scripted(answers=[], restated=['I loved "Heat"', "No horror"])
    utterance = ChatModelParser(model, agent.world.parser)("Me encantó Heat, nada de terror", Context())
    assert [(m.item_id, m.polarity) for m in utterance.mentions] == [("1", "likes")]
    assert [(c.values, c.mode) for c in utterance.constraints] == [(("Horror",), "must_not")]
    assert utterance.text == "Me encantó Heat, nada de terror"


def test_a_model_that_says_nothing_leaves_the_own_reading(agent: Agent) -> None:
    utterance = ChatModelParser(Scripted(answers=[]), agent.world.parser)("I loved Heat", Context())
    assert [m.item_id for m in utterance.mentions] == ["1"]


class Dead(Scripted):
    """A remote model that is not there."""

    def _generate(self, messages: list[BaseMessage], *_: object, **__: object) -> ChatResult:
        raise ConnectionError("refused")

    def with_structured_output(self, schema: Any, **_: object) -> Runnable[Any, Any]:
        def fail(_: object) -> Restated:
            raise ConnectionError("refused")

        return RunnableLambda(fail)


def test_a_chat_model_that_fails_leaves_the_turn_to_the_rules(agent: Agent) -> None:
    agent.use_chat_model(Dead(answers=[]))
    assert agent.session("a").say("I loved Heat").text.startswith("Since you like Heat (1995)")
