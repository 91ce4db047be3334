"""The deterministic parser: a message in its dialogue becomes an `Utterance`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from agent import lexicon
from agent.acts import Acts, read_acts
from agent.eligibility import RECORD
from agent.linking import ARTICLES, CATEGORY_NAMES, Linker, TitleMatch, ValueMatch
from agent.periods import read_period
from agent.stance import Stance, clause_starts, stances
from agent.title_words import TITLE
from agent.utterance import Constraint, Intent, Mention, Mode, Period, Polarity, Taste, Unlinked, Utterance
from agent.words import Token, fold, tokenize
from catalog import Items

MAX_CHARACTERS = 4000
_BEFORE_TITLE = (
    lexicon.LOVES | lexicon.LIKES | lexicon.HATES | lexicon.DISLIKES | lexicon.SEEN | lexicon.NEGATIONS
    | lexicon.ASKS | lexicon.CONJUNCTIONS
)  # fmt: skip
_QUOTED = re.compile(r"[\"“«]([^\"”»]{2,80})[\"”»]")
_NAME_RUN = re.compile(
    r"(?:\b[A-Z][\w'’]+|\b\d{1,4}\b)(?:[ :-]+(?:(?:of|the|and|in|a|to|on)\s+)*(?:[A-Z][\w'’]+|\d{1,4}\b))*"
)


@dataclass(frozen=True, slots=True)
class Context:
    """What was on the table when the message came."""

    shown: tuple[str, ...] = ()
    """Ids of the last list, in its order."""
    focus: str | None = None
    """The item last talked about."""


class Parser(Protocol):
    def __call__(self, text: str, context: Context) -> Utterance: ...


@dataclass(slots=True)
class _Reading:
    """A message while it is read."""

    text: str
    tokens: list[Token]
    acts: Acts
    titles: list[TitleMatch] = field(default_factory=list)
    values: list[ValueMatch] = field(default_factory=list)
    stances: list[Stance] = field(default_factory=list)

    def stance_at(self, start: int) -> Stance:
        position = next(i for i, token in enumerate(self.tokens) if token.end > start)
        return self.stances[position]

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Where titles and values stand."""
        return [(m.start, m.end) for m in self.titles] + [(v.start, v.end) for v in self.values]

    def wishes(self, token: Token) -> bool:
        """Whether the word stands where something may be wished for."""
        return not any(start <= token.start < end for start, end in self.acts.idle)

    def taken(self, start: int, end: int) -> bool:
        return any(s < end and start < e for s, e in self.spans)


class RuleParser:
    """Understanding without a model: catalogue look-up, cue words and their scope."""

    def __init__(self, items: Items, linker: Linker) -> None:
        self._items = items
        self._linker = linker
        self._has_years = any(item.year is not None for item in items)
        self._known = frozenset(
            token.key for item in items for token in tokenize(f"{item.title} {item.text or ''}")
        )

    def __call__(self, text: str, context: Context) -> Utterance:
        text = text[:MAX_CHARACTERS]
        reading = self._read(text)
        mentions = [self._mention(reading, match) for match in reading.titles]
        extra, unlinked = self._names(reading)
        references = self._references(text, context) if not mentions else []
        mentions = sorted([*mentions, *extra, *references], key=lambda m: m.start)
        tastes, constraints = self._attributes(reading)
        constraints += _refused(reading)
        period = self._period(reading)
        wish = self._wish(reading, constraints, period)
        avoid = _avoided(reading)
        intent = self._intent(
            reading,
            context,
            mentions,
            asks=bool(constraints or period or wish or avoid),
            names=bool(tastes or unlinked),
        )
        return Utterance(
            text=text,
            intent=intent,
            acts=tuple(sorted(reading.acts.found)),
            mentions=tuple(_by_intent(intent, m, m in references) for m in mentions),
            tastes=tuple(tastes),
            constraints=tuple(constraints),
            period=period,
            wish=wish,
            avoid=avoid,
            unlinked=tuple(unlinked),
            starts_over=bool(lexicon.STARTS_OVER.search(text)),
        )

    def _read(self, text: str) -> _Reading:
        reading = _Reading(text, tokenize(text), read_acts(text))
        reading.values = values = list(self._linker.values(text, reading.tokens))
        for match in self._linker.titles(text, reading.tokens):
            bare = reading.tokens[match.first + (match.last > match.first and _has_article(reading, match))]
            rival = any(v.start <= bare.start and match.end <= v.end and self._rivals(v) for v in values)
            if self._believed(reading, match, rival=rival):
                reading.titles.append(match)
        spans = [(m.start, m.end) for m in reading.titles]
        reading.values = [v for v in values if not any(s < v.end and v.start < e for s, e in spans)]
        named = frozenset(
            i for i, token in enumerate(reading.tokens) if any(s <= token.start < e for s, e in reading.spans)
        )
        reading.stances = stances(text, reading.tokens, silent=named)
        return reading

    def _rivals(self, value: ValueMatch) -> bool:
        """Whether the value is rather meant than a title of its words. What titles themselves say of items is where
        very many say it: "Xbox", but not "Halo"."""
        words = {token.key for token in tokenize(value.said)}
        return value.attribute != TITLE or all(w in self._linker.ordinary or w.isdecimal() for w in words)

    def _believed(self, reading: _Reading, match: TitleMatch, *, rival: bool) -> bool:
        """Whether words that spell a title are meant as one."""
        window = reading.tokens[match.first : match.last + 1]
        before, after = reading.text[: match.start].rstrip(), reading.text[match.end :].lstrip()
        quoted = before[-1:] in {'"', "“", "«", "'"} and after[:1] in {'"', "”", "»", "'"}
        dated = any(t.key.isdecimal() and len(t.key) == 4 for t in window[1:])
        if quoted or (dated and len(window) > 1):
            return True
        if rival or window[0].key == "i":
            return False
        if len(window) == 1 and window[0].key.isdecimal():
            return match.first > 0 and reading.tokens[match.first - 1].key in lexicon.LOVES | lexicon.SEEN
        rare = sum(self._is_rare(reading, token) for token in window)
        previous = reading.tokens[match.first - 1].key if match.first else ""
        announced = (
            previous in _BEFORE_TITLE
            or before.endswith((",", ":"))
            or any(m.last == match.first - 1 for m in reading.titles)
        )
        capitalised = window[0].capitalised and (window[-1].capitalised or len(window) > 2)
        opens = not before or before[-1] in ".!?\n"
        if rare >= 2:
            return True
        if rare == 1 and len(window) == 1 and _inside_longer_name(reading, match):
            return False
        if rare == 1:
            alone = len(window) == len(reading.tokens)
            followed = bool(re.match(r"(is|was|were|and|,|\()", after))
            return (capitalised and (not opens or followed or len(window) > 1)) or announced or alone
        usual = any(t.key in self._linker.ordinary - lexicon.FILLER for t in window)
        return capitalised and not opens and (announced or (len(window) > 1 and not usual))

    def _is_rare(self, reading: _Reading, token: Token) -> bool:
        """Whether the word by itself speaks for a title: not one of every talk or of very many titles, nor of a kind
        that is written small: "learn Python", "a slow comedy"."""
        if token.key in lexicon.FILLER | self._linker.ordinary or len(token.key) < 2 or token.key.isdecimal():
            return False
        return not any(
            v.start <= token.start < v.end and v.attribute in CATEGORY_NAMES for v in reading.values
        )

    def _mention(self, reading: _Reading, match: TitleMatch) -> Mention:
        return _as_mention(
            self._items[match.item_index].item_id,
            reading.stance_at(match.start),
            reading.text[match.start : match.end],
            match.start,
        )

    def _names(self, reading: _Reading) -> tuple[list[Mention], list[Unlinked]]:
        """Names that no title spells exactly: linked when one title is very close, else reported."""
        mentions: list[Mention] = []
        unlinked: list[Unlinked] = []
        for start, words, certain in _name_spans(reading):
            index = self._linker.fuzzy(words)
            if index is not None:
                item_id = self._items[index].item_id
                mentions.append(_as_mention(item_id, reading.stance_at(start), words, start))
            elif certain:
                close = self._linker.closest(words, cutoff=62.0, limit=3)
                unlinked.append(
                    Unlinked(said=words, suggestions=tuple(self._items[i].item_id for i in close))
                )
        return mentions, unlinked

    def _references(self, text: str, context: Context) -> list[Mention]:
        """`the second one`, `that`: positions in the list that was last shown."""
        if not context.shown:
            return []
        found = []
        for match in lexicon.ORDINAL.finditer(text):
            word, number = match["word"], match["number"]
            place = lexicon.ORDINALS[word.casefold()] if word else int(number) - 1
            if -len(context.shown) <= place < len(context.shown):
                found.append((context.shown[place], match))
        if not found:
            points = lexicon.POINTER.search(text)
            asked = lexicon.WHY.search(text) or lexicon.ALREADY.search(text)
            refused = lexicon.REFUSAL.search(text) if points else None
            signal = asked or refused
            if signal:
                found = [(context.focus or context.shown[0], points or signal)]
        return [
            Mention(item_id=item_id, polarity="asks", said=m.group(), start=m.start(), end=m.end())
            for item_id, m in found
        ]

    def _attributes(self, reading: _Reading) -> tuple[list[Taste], list[Constraint]]:
        tastes: list[Taste] = []
        constraints: list[Constraint] = []
        for match in reading.values:
            stance = reading.stance_at(match.start)
            softened = stance.softened or bool(
                re.search(r"\b(too|very|so|overly) $", reading.text[: match.start], re.I)
            )
            against = stance.attitude in {"dislikes", "refuses"}
            if stance.attitude in {"likes", "dislikes"} or (against and softened):
                tastes.extend(
                    Taste(
                        attribute=match.attribute,
                        value=v,
                        polarity="dislikes" if against else "likes",
                        said=match.said,
                    )
                    for v in match.values
                )
            if against and softened:
                continue
            hard = (
                not softened
                and match.said.casefold() not in lexicon.SOFT_WORDS
                and stance.attitude != "likes"
                and not _told(reading, match, stance)
            )
            mode: Mode = "must_not" if against else "must" if hard else "rather"
            constraints.append(
                Constraint(attribute=match.attribute, values=match.values, mode=mode, said=match.said)
            )
        return tastes, _alternatives(reading.text, reading.values, constraints)

    def _period(self, reading: _Reading) -> Period | None:
        """Where no item has a year, words of time are words like others."""
        if not self._has_years:
            return None
        text = reading.text
        for match in reading.titles:
            text = text[: match.start] + " " * (match.end - match.start) + text[match.end :]
        return read_period(text)

    def _wish(self, reading: _Reading, constraints: Sequence[Constraint], period: Period | None) -> str:
        """What is asked for in the person's words, without titles and without what is refused."""
        kept = [
            token
            for token, stance in zip(reading.tokens, reading.stances, strict=True)
            if reading.wishes(token)
            and stance.attitude not in {"dislikes", "refuses", "seen", "unseen"}
            and not any(m.start <= token.start < m.end for m in reading.titles)
        ]
        content = [t for t in kept if t.key not in lexicon.FILLER]
        if not content:
            return ""
        asked = (
            any(t.key in lexicon.REQUESTS | lexicon.NOUNS for t in kept)
            or bool(constraints)
            or period is not None
        )
        known = sum(t.key in self._known for t in content)
        if not (asked or 2 * known > len(content)):
            return ""
        return " ".join(t.text for t in kept if t.key not in lexicon.GREETING_WORDS)

    def _intent(
        self, reading: _Reading, context: Context, mentions: Sequence[Mention], *, asks: bool, names: bool
    ) -> Intent:
        text = reading.text
        if context.shown and lexicon.WHY.search(text) and not asks:
            return "explain"
        if lexicon.ABOUT.search(text) and mentions and not asks:
            return "about"
        if context.shown and lexicon.ALREADY.search(text):
            return "seen"
        if context.shown and lexicon.REFUSAL.search(text) and not (asks and not mentions):
            return "refuse"
        if reading.acts.accepts and not asks:
            return "accept"
        requests = any(t.key in lexicon.REQUESTS and reading.wishes(t) for t in reading.tokens)
        if asks or (requests and not lexicon.MORE.search(text)):
            return "recommend"
        if mentions and lexicon.MORE.search(text) and all(m.polarity == "seen" for m in mentions):
            return "more"
        if mentions or names:
            return "inform"
        if lexicon.MORE.search(text):
            return "more"
        for pattern, intent in _SMALL_TALK:
            if pattern.search(text):
                return intent
        return "unknown"


_SENTENCE_END = re.compile(r"[.!?\n]+")
_SMALL_TALK: tuple[tuple[re.Pattern[str], Intent], ...] = (
    (lexicon.HELP, "help"),
    (lexicon.BYE, "bye"),
    (lexicon.THANKS, "thank"),
    (lexicon.GREETING, "greet"),
)
_POLARITY: dict[str, Polarity] = {
    "likes": "likes", "dislikes": "dislikes", "refuses": "dislikes", "seen": "seen",
    "unseen": "asks", "wants": "likes", "none": "likes",
}  # fmt: skip


def _told(reading: _Reading, match: ValueMatch, stance: Stance) -> bool:
    """Whether the value comes up in what is told of something, rather than asked for: "The last one was Downsizing
    with Matt Damon", "I usually watch action"."""
    if stance.attitude in {"seen", "unseen"}:
        return True
    before, after = reading.text[: match.start], reading.text[match.end :]
    if lexicon.HABITS.search(before[clause_starts(before)[-1] :]):
        return True
    sentence = f"{_SENTENCE_END.split(before)[-1]} {_SENTENCE_END.split(after)[0]}"
    asks = lexicon.DEMANDS.search(sentence) or any(t.key in lexicon.REQUESTS for t in tokenize(sentence))
    return stance.attitude == "none" and not asks and bool(lexicon.TELLS.search(sentence))


def _has_article(reading: _Reading, match: TitleMatch) -> bool:
    """An article before the words; one with a capital inside a sentence belongs to the title: "I loved The Comedy"."""
    token = reading.tokens[match.first]
    own = match.first > 0 and token.text[:1].isupper()
    return token.key in ARTICLES and not own


def _refused(reading: _Reading) -> list[Constraint]:
    """Of the words that are neither titles nor values, those that are plainly refused: records must not have them."""
    found = [
        match["word"]
        for match in lexicon.REFUSED.finditer(reading.text)
        if fold(match["word"]) not in lexicon.FILLER | lexicon.IDIOMS
        and not reading.taken(*match.span("word"))
    ]
    return [Constraint(attribute=RECORD, values=(word,), mode="must_not", said=word) for word in found]


def _avoided(reading: _Reading) -> str:
    """The refused words that are neither titles nor attribute values: "nothing too violent" -> "violent"."""
    words = [
        token.text
        for token, stance in zip(reading.tokens, reading.stances, strict=True)
        if stance.attitude == "refuses"
        and token.key not in lexicon.FILLER
        and not reading.taken(token.start, token.end)
    ]
    return " ".join(words)


def _inside_longer_name(reading: _Reading, match: TitleMatch) -> bool:
    """`Chronicles` in "The Zorblax Chronicles": a neighbouring capitalised word belongs to the name."""
    for position in (match.first - 1, match.last + 1):
        if not 0 <= position < len(reading.tokens):
            continue
        token = reading.tokens[position]
        between = reading.text[min(token.end, match.end) : max(token.start, match.start)]
        if between == " " and token.capitalised and token.key not in lexicon.FILLER:
            return True
    return False


def _as_mention(item_id: str, stance: Stance, said: str, start: int) -> Mention:
    return Mention(
        item_id=item_id,
        polarity=_POLARITY[stance.attitude],
        strength=stance.strength if stance.attitude in {"likes", "dislikes"} else 0.8,
        said=said,
        start=start,
        end=start + len(said),
    )


def _by_intent(intent: Intent, mention: Mention, is_reference: bool) -> Mention:  # noqa: FBT001
    """A reference means what the message does with it; so does a title that is only asked about."""
    if intent in {"explain", "about"}:
        return mention.model_copy(update={"polarity": "asks"})
    if not is_reference:
        return mention
    polarity = {"seen": "seen", "refuse": "dislikes", "inform": "likes", "recommend": "likes"}.get(
        intent, "asks"
    )
    return mention.model_copy(update={"polarity": polarity})


_NEXT = re.compile(
    r"\s*(?:films?|movies?|books?)?(?:\s*(?P<slash>/)\s*|\s*,\s+(?:and\s+)?|\s+and\s+|,?\s*\b(?P<or>or)\s+)"
    r"(?:(?:an?|some|something|any|anything|maybe)\s+)*",
    re.I,
)
_ENUMERATION = 3
"""So many of one kind in a row are never meant to hold together: "action, comedy, horror"."""


def _alternatives(
    text: str, matches: Sequence[ValueMatch], constraints: list[Constraint]
) -> list[Constraint]:
    """`comedy or drama` is one constraint with either value, not two, and so is a longer enumeration."""
    places = {match.said: (match.start, match.end) for match in matches}
    runs: list[tuple[list[Constraint], bool]] = []
    for constraint in constraints:
        own, either = runs[-1] if runs else ([], False)
        last = own[-1] if own else None
        if last and last.attribute == constraint.attribute and last.mode == constraint.mode == "must":
            between = _NEXT.fullmatch(text[places[last.said][1] : places[constraint.said][0]])
            if between:
                runs[-1] = [*own, constraint], either or bool(between["or"] or between["slash"])
                continue
        runs.append(([constraint], False))
    found: list[Constraint] = []
    for own, either in runs:
        found += [_either(own)] if either or len(own) >= _ENUMERATION else own
    return found


def _either(own: Sequence[Constraint]) -> Constraint:
    values = dict.fromkeys(value for one in own for value in one.values)
    said = " or ".join(dict.fromkeys(one.said for one in own))
    return own[0].model_copy(update={"values": tuple(values), "said": said})


def _name_spans(reading: _Reading) -> list[tuple[int, str, bool]]:
    """(start, words, certain) of what looks like a name: quoted, capitalised, or said to be loved."""
    spans = [(m.start(1), m.group(1), True) for m in _QUOTED.finditer(reading.text)]
    for match in _NAME_RUN.finditer(_untaken(reading)):
        first = next((i for i, t in enumerate(reading.tokens) if t.start == match.start()), None)
        if first is None or all(token.key in lexicon.FILLER | {"i"} for token in tokenize(match.group())):
            continue
        previous = reading.tokens[first - 1].key if first else ""
        if previous in _BEFORE_TITLE - lexicon.NEGATIONS:
            spans.append((match.start(), match.group(), True))
    spans.extend(_lower_spans(reading))
    period = read_period(reading.text)
    free: list[tuple[int, str, bool]] = []
    for start, words, certain in spans:
        end = start + len(words)
        overlaps = any(s < end and start < s + len(w) for s, w, _ in free)
        dated = period is not None and words in period.said
        if not (overlaps or dated or reading.taken(start, end) or read_period(words)):
            free.append((start, words, certain))
    return free


def _untaken(reading: _Reading) -> str:
    """The text with commas in the place of titles and values, as long as before."""
    text = reading.text
    for start, end in reading.spans:
        text = text[:start] + "," * (end - start) + text[end:]
    return text


def _lower_spans(reading: _Reading) -> list[tuple[int, str, bool]]:
    """What follows a verb of liking or seeing up to the next break, typed without capitals."""
    cue = "|".join(sorted(lexicon.LOVES | lexicon.HATES | lexicon.SEEN | {"like", "liked", "enjoyed"}))
    pattern = re.compile(
        rf"\b(?:{cue})\s+([^,.;!?\n\"]{{6,60}}?)(?=\s+(?:and|or|but|because|with)\b|[,.;!?\n]|$)", re.I
    )
    return [
        (m.start(1), m.group(1), False)
        for m in pattern.finditer(reading.text)
        if sum(t.key not in lexicon.FILLER for t in tokenize(m.group(1))) >= 1
    ]
