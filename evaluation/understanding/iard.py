"""What Duetto understands, in the labels of IARD (Cai and Chen, UMAP 2020).

IARD marks every message of a seeker with all of the four labels that apply, and with finer codes:

    AskForRec      asks for a recommendation, first, again or anew
    AddDetails     says what they like, or answers a question
    GiveFeedback   reacts to what was recommended: seen, accepted, refused, asked about, criticised
    OTH            greets, thanks, chats

Duetto has several acts for a message, and its content, so both are read here. What depends on the dialogue is
taken from IARD's definitions: a wish that meets a list and asks for nothing is a criticism of it ("something more
recent"), and tastes that come with a request belong to it. The mapping was fixed on the dialogues that are not
reported on.
"""

from agent.acts import Act
from agent.parser import Context
from agent.utterance import Utterance

LABELS = ("AskForRec", "AddDetails", "GiveFeedback", "OTH")
CODES = {
    "SEE": "has seen it",
    "ACC": "accepts it",
    "REJ": "refuses it",
    "INQ": "asks about it",
    "CON": "asks for more",
    "STO": "starts over",
}
"""The codes of IARD that Duetto has a notion for."""
_OF_A_LIST = frozenset({"seen", "refuse", "accept", "explain", "about"})


def labels_of(utterance: Utterance, context: Context) -> frozenset[str]:
    """One label or more."""
    acts = (_act(utterance, context),) if utterance.acts is None else utterance.acts
    of_shown = any(mention.item_id in context.shown for mention in utterance.mentions)
    of_others = any(mention.item_id not in context.shown for mention in utterance.mentions)
    wishes = bool(utterance.tastes or utterance.constraints or utterance.period)
    asks = "asks" in acts
    reacts = "reacts" in acts or of_shown or utterance.intent in _OF_A_LIST
    criticises = bool(context.shown) and wishes and not (asks or of_others or reacts)
    tells = of_others or bool(utterance.tastes) or ((wishes or "tells" in acts) and not reacts)
    found = {
        "AskForRec": asks,
        "AddDetails": tells and not asks and not criticises,
        "GiveFeedback": reacts or criticises,
        "OTH": "chats" in acts,
    }
    said = frozenset(label for label, holds in found.items() if holds)
    return said or frozenset({"GiveFeedback" if context.shown else "OTH"})


def _act(utterance: Utterance, context: Context) -> Act:
    """What the intent alone tells, of a parser that tells nothing else."""
    if utterance.intent == "more" or (utterance.intent == "recommend" and not context.shown):
        return "asks"
    if utterance.intent in _OF_A_LIST or utterance.intent == "recommend":
        return "reacts"
    return "tells" if utterance.intent == "inform" else "chats"


def codes_of(utterance: Utterance, context: Context) -> frozenset[str]:
    """Those of CODES that hold, often none."""
    said = {(mention.polarity, mention.item_id in context.shown) for mention in utterance.mentions}
    found = {
        "SEE": utterance.intent == "seen" or ("seen", True) in said,
        "ACC": utterance.intent == "accept" or ("likes", True) in said,
        "REJ": utterance.intent == "refuse" or ("dislikes", True) in said,
        "INQ": utterance.intent in {"explain", "about"} or ("asks", True) in said,
        "CON": utterance.intent == "more",
        "STO": utterance.starts_over,
    }
    return frozenset(code for code, holds in found.items() if holds)
