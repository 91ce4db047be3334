"""What a message does, apart from what it names: it may greet, react to what was shown, and ask for more, all at once.

Each sentence is looked at by itself. The phrases are English; they were chosen on the dialogues with IARD's labels that
no evaluation reports on.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Act = Literal["asks", "tells", "reacts", "chats"]
"""Asks for a recommendation; tells of tastes, or answers; reacts to what came up; greets, thanks or chats."""


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(phrases)})\b", re.I)


_SENTENCES = re.compile(r"(?<=[.!?])\s+|\.{2,}|\n+|(?<=[!?])(?=[A-Za-z])")
_KINDS = "movie|film|book"
_THING = (
    r"(?:it|that|this|them|those|these|both|all of (?:them|those|these)|either"
    rf"|(?:that|this|the other) (?:one|{_KINDS}))"
)
_WORKS = (
    r"(?:movies?|films?|flicks?|books?|novels?|courses?|games?|shows?|songs?|albums?|bands?|artists?"
    r"|something|anything|some|ones?)"
)
_OFFERS = r"(?:suggestions?|recommendations?|ideas?)"
_TAKE = r"(?:see|watch|find|read|play|hear)"
_GOOD = r"(?:good|great|nice|excellent|awesome|perfect|wonderful|fantastic|cool|solid)"

_THANKS = re.compile(r"\b(?:thanks?|thank you|thx|cheers|appreciate)\b[^.!?\n]*", re.I)
"""With what it is for, which is no request: "thanks for the suggestions"."""
_CHATS = _any(
    r"(?:(?<=^)|(?<=^\W))(?:hi|hello|hey|hiya|yo|howdy|good (?:morning|afternoon|evening|day))",
    r"thanks?|thank you|thx|cheers|appreciate|welcome|your help|helpful",
    r"bye|goodbye|good night|see (?:you|ya)|take care|you too|same to you|enjoy (?:your|the rest)",
    r"nice (?:talking|chatting|to meet)|(?:great|nice|good) (?:conversation|chat)|talk(?:ing)? (?:to|with) you",
    r"have a (?:\w+ ){0,2}(?:day|night|evening|weekend|one|time|year)",
    r"how (?:are|r) (?:you|u)|how's it going|how (?:is|was) your",
    r"(?:i'?m|i am|doing) (?:good|great|fine|well|ok(?:ay)?)\b(?! with)",
)
_ASKS = _any(
    r"(?:can|could|would|will) (?:you|u)(?: please| maybe)? (?:help|recommend|suggest|find|give|name|think of)",
    r"(?:i'?m|i am|we'?re|we are) (?:seeking|interested in|thinking (?:of|about|more))|could i get|have something",
    r"(?:looking|searching|hoping) (?:for|to|you)|look(?:in)? for|in the mood",
    r"(?:in )?need (?:of )?(?:a|some|help|of|to)|i(?:'m| am| was)? (?:wondering|hoping)",
    r"(?:want|wanna|wanted|would like|'?d (?:really )?(?:like|love)|feel like)"
    rf"(?: to {_TAKE})? (?:an?|some|something|any|to {_TAKE}(?! {_THING}))",
    rf"any (?:other|more|good|great|new|newer|recent|advice|chance|{_OFFERS})|know any",
    rf"(?:different|other|more|better|another|last) (?:{_OFFERS}|options?)|another (?:one|{_KINDS})",
    r"(?:one|some|few) more",
    r"any(?:thing)? (?:else|other|similar|like)|(?:what|something|anyone) else|anything (?:that|with)(?= .*\?)",
    r"(?:do|did|have|got)(?: (?:you|u))? (?:know|have|got)(?: of)? (?:any|an?|some|other|something)",
    r"(?:what|which)(?: \w+)*? (?:would|do|can|could|should) (?:you|u|i) (?:\w+ )?"
    r"(?:recommend|suggest|watch|see|read|play|have)",
    rf"(?:recommend|suggest)(?: me)?(?: an?| any| some| something| anything| \w+ {_WORKS})|recommend(?:ed)? (?:me|for)",
    r"(?:show|give|tell|send|find|help) me|what about (?:an?|some|any|something)|(?:are|is) there (?:an?y?|some|other)",
    rf"{_OFFERS}(?=\s*\?)",
)
_REACTS = _any(
    r"(?:see|seen|saw|watch(?:ed)?|read|heard(?: of| about| good| great)?|know|remember|played|rewatched) "
    + _THING,
    r"(?:have ?n'?t|have not|had ?n[o']?t|did ?n'?t|did not|never|not) (?:\w+ )?"
    r"(?:seen?|saw|watch(?:ed)?|heard|read|played)",
    r"(?:have|i'?ve) (?:already |also |only |actually |both )?(?:seen|watched|read|heard|played)",
    r"already (?:seen|saw|watched|read|played)|never mind|good to know|(?:great|good) (?:things|reviews)",
    r"(?:sounds?|looks?|seems?)(?: \w+)? (?:good|great|interesting|fun|like|awesome|perfect|cool|nice|amazing|funny"
    r"|fantastic|scary|boring)",
    rf"{_GOOD}(?: \w+)? (?:choices?|ones?|picks?|{_OFFERS}|{_KINDS}|movies|films|books|call|classic)",
    r"(?:i'?ll|will|gonna|going to|have to|might|may|should|want(?:ed|ing)? to|wanna|meaning to|like to|love to)"
    rf" (?:\w+ )?(?:check|look|watch|try|see|give|add|read|go with|rent|put|take) (?:{_THING}|out|into|for)",
    rf"check(?:ing|ed)? (?:{_THING}|\w+(?: \w+)?) out",
    rf"(?:lov|lik|enjoy|hat|ador|dislik)(?:e|ed|es|ing)?(?: (?:watching|all|both))?(?: of)? {_THING}",
    r"(?:what|who|when|where|how)(?:'s| is| was| are| did)?(?: \w+)? (?:it|that|this)"
    rf"(?: (?:one|{_KINDS}|about|in|on))?",
    r"(?:is|was|are|were|did|does) (?:it|that|this|he|she|they)(?: \w+)? (?:any )?"
    r"(?:good|funny|scary|in|about|star|like|the one|based|rated|new)|(?:is|was) (?:it|that|this|he|she) an?",
    r"(?:it|that|this|they|those|both|which|he|she)(?:'s| is| was| are| were|s)(?: \w+){0,2} "
    r"(?:good|great|okay|ok|funny|hilarious|awesome|amazing|fun|bad|boring|terrible|scary|favou?rites?|best|classic|one"
    r"|better|worst|interesting|excellent|sad|cute|long|weird|perfect|too)|(?:both|they|those) were",
    r"(?:not|isn'?t|wasn'?t)(?: \w+)? (?:a fan|my (?:thing|type|style|cup|kind|taste)|into (?:it|that)"
    r"|interested in (?:it|that|those|them))|not (?:really |very )?(?:interested|what|for me)",
    r"(?:one of (?:my|the)|my) (?:all[- ]time )?(?:favou?rites?|best)",
)
_REACTS_ALONE = re.compile(
    r"\b(?:loved|liked|hated|enjoyed)\W*$"
    r"|^\W*(?:excellent|amazing|good|great|awesome) (?:movie|film|show|book|actor|cast)"
    r"|^\W*(?:yes|yeah|yep|yup|no|nope|nah|oh|ok|okay|great|awesome|perfect|cool|nice|good|excellent|wow|interesting"
    r"|definitely|agreed|true)\W*$",
    re.I,
)
_TELLS = _any(
    r"i (?:\w+ )?(?:like|love|enjoy|prefer|hate|dislike|watch(?:ed)?|am (?:a |into|open)"
    r"|don'?t (?:\w+ )?(?:like|care|mind|watch|have))",
    r"i'?m (?:a |into|open|not)|favou?rites?|prefer|preferably|maybe|either is|doesn'?t matter|not picky",
    r"anything (?:with|by|from|like)|something (?:with|like|more|along|that)|similar to|along the lines",
)
_ACCEPTS = _any(
    r"(?:sounds?|looks?)(?: \w+)? (?:good|great|interesting|fun|awesome|perfect|nice|like a plan)",
    r"(?:i'?ll|i will|gonna|going to) (?:\w+ )?(?:check|watch|try|read|go with|rent|take) (?:"
    + _THING
    + "|out)",
    rf"check(?:ing)? {_THING} out|{_GOOD} (?:choices?|picks?|{_OFFERS})",
)


@dataclass(frozen=True, slots=True)
class Acts:
    """`found` is all that holds of some sentence: one that asks does not react, and one that does either does not tell.

    `idle` are start and end of the parts in which nothing is wished for: thanks, and sentences that react. `accepts`
    says that what was suggested is taken up and nothing more asked for: "sounds good, I'll watch it".
    """

    found: frozenset[Act]
    idle: tuple[tuple[int, int], ...]
    accepts: bool


def read_acts(text: str) -> Acts:
    found: set[Act] = set()
    idle: list[tuple[int, int]] = []
    for start, sentence in _sentences(text):
        if _CHATS.search(sentence):
            found.add("chats")
        if act := _act(_THANKS.sub(" ", sentence)):
            found.add(act)
        if act == "reacts":
            idle.append((start, start + len(sentence)))
        idle += [(start + match.start(), start + match.end()) for match in _THANKS.finditer(sentence)]
    return Acts(frozenset(found), tuple(idle), "asks" not in found and bool(_ACCEPTS.search(text)))


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    """With where each begins."""
    start = 0
    for end in (*(match.end() for match in _SENTENCES.finditer(text)), len(text)):
        if text[start:end].strip():
            yield start, text[start:end]
        start = end


def _act(sentence: str) -> Act | None:
    if _ASKS.search(sentence):
        return "asks"
    if _REACTS.search(sentence) or _REACTS_ALONE.search(sentence):
        return "reacts"
    return "tells" if _TELLS.search(sentence) else None
